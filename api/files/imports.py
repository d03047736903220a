"""Imports as rows: what each is to do and how far it is. Its commit and its end are one transaction.

An import is ``open`` until somebody asks to take the file over; ``importing`` while a job does; ``done`` from the very
transaction in which its records are seen; or ``abandoned``. Only the job that claimed it last can end it, and only
while it is ``importing``: however often workers die and whatever is asked twice, the file is taken over once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from api.access.caller import Caller
from api.files.store import NOBODY, let_file_expire, link_file
from api.files.tables import IMPORTS
from api.jobs.tables import JOBS
from api.service.ids import new_id
from api.service.problems import ServiceError, not_found
from api.webhooks.events import announce
from supplychain.database import clear_errors, for_writing
from supplychain.intake.staged import left_behind, run_of
from supplychain.registry.changes import abandon_change, clear_abandoned, find_unfinished
from supplychain.registry.values import RegistryError
from supplychain.registry.writing import now
from supplychain.text import Text

ImportState = Literal["open", "importing", "done", "abandoned"]

IMPORT: Final = Text(en="import", vi="lần nhập")
KEPT_AFTER: Final = timedelta(days=90)
"""How long the file of an import that is done can be fetched."""

FORGOTTEN: Final = timedelta(days=30)
"""An import that nobody touched for so long is given up."""

OPEN_JOBS: Final = ("queued", "running")

NOT_OPEN: Final = Text(
    en="The import {import_id} is {state}: it cannot be changed or begun any more. Upload the file again for another.",
    vi="Lần nhập {import_id} đang ở trạng thái {state}: không sửa hay bắt đầu được nữa. Hãy tải tệp lên lại.",
)
NOT_ITS_JOB: Final = Text(
    en="The import {import_id} was given up, or another job does it now; this one changed nothing.",
    vi="Lần nhập {import_id} đã bị hủy, hoặc công việc khác đang làm; công việc này không thay đổi gì.",
)


def enter_import(connection: Connection, caller: Caller, file_id: str, options: Mapping[str, Any]) -> RowMapping:
    """Enter an import of a file of the caller's, which it holds on to, and return its row."""
    file = link_file(connection, file_id)
    at, import_id = now(), new_id("imp")
    row = {
        "import_id": import_id,
        "owner": caller.account_id or NOBODY,
        "author": caller.name,
        "file_id": file.file_id,
        "name": file.name,
        "sha256": file.sha256,
        "options": json.dumps(dict(options), ensure_ascii=False),
        "state": "open",
        "version": 1,
        "created_at": at,
        "changed_at": at,
    }
    connection.execute(insert(IMPORTS).values(row))
    return read_import(connection, caller, import_id)


def read_import(connection: Connection, caller: Caller, import_id: str, *, to_change: bool = False) -> RowMapping:
    """Return an import that a caller may see: their own, and an administrator any.

    Raises
    ------
    ServiceError
        If there is none, or it is somebody else's: the same answer.
    """
    if "\0" in import_id:
        raise not_found(IMPORT, import_id)
    query = select(IMPORTS).where(IMPORTS.c.import_id == import_id)
    row = connection.execute(query.with_for_update() if to_change else query).mappings().one_or_none()
    is_own = row is not None and row["owner"] == caller.account_id
    if row is None or not (is_own or "administrator" in caller.roles):
        raise not_found(IMPORT, import_id)
    return row


def state_of(connection: Connection, row: RowMapping) -> ImportState:
    """Return the state of an import; one whose job ended without it is open again."""
    state: ImportState = row["state"]
    if state != "importing":
        return state
    job = select(JOBS.c.fid).where(JOBS.c.job_id == row["import_job_id"], JOBS.c.state.in_(OPEN_JOBS))
    return "open" if connection.scalar(job) is None else "importing"


def require_open(connection: Connection, row: RowMapping) -> None:
    """Refuse to change or begin an import that is under way or over.

    Raises
    ------
    ServiceError
        If it is.
    """
    state = state_of(connection, row)
    if state != "open":
        raise ServiceError(NOT_OPEN.format(import_id=row["import_id"], state=state), "conflict")


def set_import(connection: Connection, import_id: str, **values: Any) -> None:  # noqa: ANN401 - columns of the table
    """Change an import with the caller's transaction."""
    row = update(IMPORTS).where(IMPORTS.c.import_id == import_id)
    connection.execute(row.values(**values, changed_at=now()))


def claim_import(engine: Engine, caller: Caller, import_id: str, job_id: str) -> RowMapping:
    """Return an import that a job is to do, from now on by this job alone; one that is done comes as it is.

    Raises
    ------
    ServiceError
        If there is none, or it was abandoned.
    """
    with for_writing(engine).begin() as connection:
        row = read_import(connection, caller, import_id, to_change=True)
        if row["state"] == "abandoned":
            raise ServiceError(NOT_OPEN.format(import_id=import_id, state="abandoned"), "conflict")
        if row["state"] != "done":
            set_import(connection, import_id, state="importing", import_job_id=job_id)
        return row


def end_import(connection: Connection, row: RowMapping, job_id: str, report: Mapping[str, Any]) -> None:
    """Say with the transaction that commits its change that an import is done.

    Raises
    ------
    ServiceError
        If it is not this job's to end; the commit is taken back with it.
    """
    mine = update(IMPORTS).where(
        IMPORTS.c.import_id == row["import_id"], IMPORTS.c.import_job_id == job_id, IMPORTS.c.state == "importing"
    )
    number = report["change"]
    values = {"state": "done", "number": number, "report": json.dumps(report, ensure_ascii=False), "changed_at": now()}
    if connection.execute(mine.values(values)).rowcount != 1:
        raise ServiceError(NOT_ITS_JOB.format(import_id=row["import_id"]), "conflict")
    let_file_expire(connection, row["file_id"], datetime.now(UTC) + KEPT_AFTER)
    data = {"import_id": row["import_id"], "change": number, "name": row["name"]}
    data |= {name: report[name] for name in ("added", "changed", "unchanged", "refused_count")}
    announce(connection, "import.done", row["import_id"], data, account_id=row["owner"])


def give_up(connection: Connection, row: RowMapping) -> None:
    """Give an import up with the caller's transaction; what it staged is then to be taken back (``clear_staged``)."""
    set_import(connection, row["import_id"], state="abandoned")
    let_file_expire(connection, row["file_id"], datetime.now(UTC))


def clear_staged(engine: Engine, row: RowMapping) -> None:
    """Take back everything an import has staged; what is committed stays."""
    for change_id in left_behind(engine, row["sha256"], None, row["import_id"]):
        try:
            abandon_change(engine, change_id)
        except RegistryError:  # committed or abandoned by another process since
            continue


def clear_if_over(engine: Engine, caller: Caller, import_id: str) -> None:
    """Take back what was staged of an import that was abandoned, or done, while a job still worked on it."""
    with clear_errors(engine), engine.connect() as connection:
        row = read_import(connection, caller, import_id)
    if row["state"] in {"abandoned", "done"}:
        clear_staged(engine, row)


def clear_imports(engine: Engine, at: datetime | None = None) -> int:
    """Give up imports that nobody touched for a month, take back what those that are over had staged; return how many.

    Parameters
    ----------
    engine
        Database.
    at
        The present time; None asks the clock.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be read or written.
    """
    before = ((datetime.now(UTC) if at is None else at) - FORGOTTEN).isoformat(timespec="microseconds")
    forgotten = select(IMPORTS.c.import_id).where(
        IMPORTS.c.state.in_(("open", "importing")), IMPORTS.c.changed_at < before
    )
    with clear_errors(engine), engine.connect() as connection:
        import_ids = connection.scalars(forgotten).all()
    count = 0
    for import_id in import_ids:
        with clear_errors(engine), for_writing(engine).begin() as connection:
            query = forgotten.with_only_columns(*IMPORTS.c).where(IMPORTS.c.import_id == import_id).with_for_update()
            row = connection.execute(query).mappings().one_or_none()
            if row is not None and state_of(connection, row) == "open":
                give_up(connection, row)
                count += 1
    runs = {run: one for one in find_unfinished(engine) if (run := run_of(one))}
    over = select(IMPORTS).where(IMPORTS.c.import_id.in_(runs), IMPORTS.c.state.in_(("abandoned", "done")))
    with clear_errors(engine), engine.connect() as connection:
        rows = connection.execute(over).mappings().all()
    for row in rows:
        clear_staged(engine, row)
        count += 1
    clear_abandoned(engine)
    return count
