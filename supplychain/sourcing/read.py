"""Reading what matching looks through from the registry, as far as the one who looks may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, func, select, true

from supplychain.models import METADATA
from supplychain.registry.present import in_order
from supplychain.registry.tables import is_in, registry_table, values_of_row
from supplychain.registry.visibility import is_shown, sees
from supplychain.sourcing.build import TABLES, Catalogue, Row, build_catalogue
from supplychain.sourcing.finding import Found, find_suppliers

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from supplychain.registry.visibility import Viewer
    from supplychain.sourcing.matching import Means
    from supplychain.sourcing.question import Asked
    from supplychain.sourcing.travel import Progress

ROWS_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at the registry, on which day, and at what.

    Parameters
    ----------
    viewer
        Who looks.
    day
        The day on which it is asked.
    synthetic
        Whether records made up for demonstration are wanted.
    gates
        Longitude and latitude of the gates of parks, by park.
    """

    viewer: Viewer
    day: date
    synthetic: bool = False
    gates: Mapping[str, tuple[float, float]] | None = None


def read_catalogue(connection: Connection, look: Look) -> Catalogue:
    """Return all offers, needs and plots with what they hang on.

    What the viewer may not see is not there: nothing of it is in an answer, a count or a reason.
    """
    return build_catalogue(read_rows(connection, TABLES, look), look.gates)


def read_rows(connection: Connection, tables: Iterable[str], look: Look) -> dict[str, list[Row]]:
    """Return the rows of tables that the viewer sees, by table, in the order of their ids; empty values are left out.

    Personal columns are read by nobody.
    """
    return {table: _rows(connection, table, look) for table in tables}


def read_part(
    connection: Connection,
    look: Look,
    *,
    offer_ids: Collection[str] = (),
    need_ids: Collection[str] = (),
    facility_ids: Collection[str] = (),
) -> Catalogue:
    """Return some offers, needs and facilities with what they hang on: of a registry too large to read whole."""
    rows: dict[str, list[Row]] = {
        "offers": _rows(connection, "offers", look, "offer_id", offer_ids),
        "needs": _rows(connection, "needs", look, "need_id", need_ids),
        "parks": _rows(connection, "parks", look),
    }
    both = [*rows["offers"], *rows["needs"]]
    places = _held(both, "facility_id") | frozenset(facility_ids)
    rows["facilities"] = _rows(connection, "facilities", look, "facility_id", places)
    rows["certificates"] = _rows(connection, "certificates", look, "facility_id", places)
    owners = _held(rows["facilities"], "organisation_id")
    rows["organisations"] = _rows(connection, "organisations", look, "organisation_id", owners)
    rows["articles"] = _rows(connection, "articles", look, "article_id", _held(both, "article_id"))
    rows["offer_months"] = _rows(connection, "offer_months", look, "offer_id", _held(rows["offers"], "offer_id"))
    return build_catalogue(rows, look.gates)


def count_offers(connection: Connection) -> int:
    """Return how many offers the registry holds, for choosing how to look through them; it is never shown."""
    return int(connection.scalar(select(func.count()).select_from(METADATA.tables["offers"])) or 0)


def _held(rows: Iterable[Row], column: str) -> frozenset[str]:
    return frozenset(str(row[column]) for row in rows if row.get(column))


def _rows(
    connection: Connection, name: str, look: Look, column: str = "", ids: Collection[str] | None = None
) -> list[Row]:
    """Return rows of a table as ``read_rows`` does: all that the viewer sees, or those with one of some ids."""
    if ids is not None and not ids:
        return []
    table = registry_table(name)
    wanted: ColumnElement[bool] = true()
    if ids is not None:
        wanted = is_in(connection, table.sql.c[column], ids)
    query = select(table.sql).where(sees(name, look.viewer), is_shown(name, synthetic=look.synthetic), wanted)
    query = query.order_by(in_order(connection, table.id_column))
    found: list[Row] = []
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        row: Any  # SQLAlchemy keys its mappings by columns as well as by names
        for row in rows.mappings():
            values = values_of_row(table, row, connection)
            found.append({key: value for key, value in values.items() if not table.columns[key].personal})
    return found


def match_need(
    connection: Connection, need: str, asked: Asked, means: Means, look: Look, *, progress: Progress | None = None
) -> Found:
    """Return who can supply a need of the registry, or what a text names: reading and matching in one call.

    Parameters
    ----------
    connection
        The database.
    need, asked, means, progress
        As of ``find_suppliers``.
    look
        Who looks, and when.

    Raises
    ------
    HinterlandError
        If nothing is asked, or a limit cannot be held.
    """
    return find_suppliers(read_catalogue(connection, look), need, asked, means, look.day, progress=progress)
