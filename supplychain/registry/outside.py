"""What was written past the registry, in a GIS program for instance, taken into its history as a change of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Engine, and_, select

from supplychain.database import clear_errors, for_writing
from supplychain.errors import Finding
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.changes import apply_drafts
from supplychain.registry.checks import check_record
from supplychain.registry.drafts import Draft, touched_columns
from supplychain.registry.history import current_number, states_at
from supplychain.registry.integrity import refuse
from supplychain.registry.states import UNRECORDED, State, decode_state
from supplychain.registry.tables import RegistryTable, registry_table, values_of_row
from supplychain.registry.values import REGISTRY_TABLES, Change, Origin
from supplychain.registry.writing import now, take_turn

ROWS_AT_ONCE: Final = 2000


def record_outside_edits(engine: Engine, *, author: str, source_id: str, note: str = "") -> Change:
    """Find every row that is not as history says, and record it as it is, in one change; number None where all are.

    Until then reads through the registry show what history says, and a GIS program what the table holds.

    Parameters
    ----------
    engine
        Database.
    author, note
        Who vouches for the rows, and why they were written.
    source_id
        Row of ``sources`` the values come from.

    Raises
    ------
    FindingsError
        With everything wrong with the rows; nothing is recorded.
    RegistryError
        If there is no such source.
    """
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        origin = Origin(source_id, now())
        drafts = [draft for name in REGISTRY_TABLES for draft in _differing(connection, registry_table(name), origin)]
        faults: list[Finding] = []
        for draft in drafts:
            if draft.new.exists:
                table = registry_table(draft.table)
                faults.extend(check_record(table, draft.record_id, draft.new.values or {}, draft.touched))
        refuse(faults)
        return apply_drafts(
            connection, drafts, {"kind": "edit", "author": author, "source_id": source_id, "note": note}
        )


def _differing(connection: Connection, table: RegistryTable, origin: Origin) -> Iterator[Draft]:
    query = (
        select(*table.sql.c, REVISIONS.c.content, REVISIONS.c.origins)
        .select_from(table.sql)
        .outerjoin(CHANGES, CHANGES.c.number == table.sql.c.change)
        .outerjoin(
            REVISIONS,
            and_(
                REVISIONS.c.table_name == table.name,
                REVISIONS.c.record_id == table.id_column,
                REVISIONS.c.change_id == CHANGES.c.fid,
            ),
        )
        .order_by(table.sql.c.fid)
    )
    present: set[str] = set()
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).mappings():
        record_id, in_pack = str(row[table.key]), bool(row["in_pack"])
        present.add(record_id)
        values = values_of_row(table, dict(row), connection)
        if row["content"] is None:
            base = State({}, in_pack=in_pack, number=UNRECORDED)
        else:
            base = decode_state(row["content"], row["origins"], in_pack=in_pack, merged_into=None, number=row["change"])
        touched = touched_columns(base, State(values))
        if touched:
            origins = {**base.origins, **dict.fromkeys(touched, origin)}
            yield Draft(table.name, record_id, base, State(values, origins, in_pack, None, base.number))
    for record_id, state in states_at(connection, table.name, current_number(connection)):
        if record_id not in present:
            yield Draft(table.name, record_id, state, State(None))
