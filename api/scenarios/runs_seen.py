"""Recorded runs as somebody sees them: those of the command line, their own, and those shared with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select, true

from api.scenarios.store import sees_all, shared_with
from api.scenarios.tables import RUN_OWNERS
from optimizer.models import Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select

    from api.access.caller import Caller


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A recorded run and whose it is.

    Parameters
    ----------
    fid
        Its place in the order of recording.
    run_id, scenario_id, started_at, status, gap, objective, checked, inputs_sha256, network_version
        As in the table ``runs``.
    has_record
        Whether what it was made from was kept, so that it can be made again.
    owner, job_id
        Account it belongs to and job that made it; None for runs of the command line, which are every planner's.
    tables
        Where the tables of its plan are, as JSON; None where there are none.
    """

    fid: int
    run_id: str
    scenario_id: str
    started_at: str
    status: str
    gap: float | None
    objective: float | None
    checked: bool
    inputs_sha256: str
    network_version: int | None
    has_record: bool
    owner: str | None
    job_id: str | None
    tables: str | None

    @property
    def table_files(self) -> Mapping[str, Any]:
        """Where its tables are: by name the ``file_id``, ``columns`` and ``rows``."""
        found: dict[str, Any] = json.loads(self.tables or "{}")
        return found


def seen_runs(caller: Caller) -> Select[Any]:
    """Return the query of the runs that a caller sees, each a row for :class:`SeenRun`."""
    columns = [getattr(Run, name) for name in SeenRun.__slots__[:10]]
    query = select(
        *columns, Run.record.is_not(None), RUN_OWNERS.c.owner, RUN_OWNERS.c.job_id, RUN_OWNERS.c.tables
    ).join(RUN_OWNERS, RUN_OWNERS.c.run_id == Run.run_id, isouter=True)
    return query.where(_seen_by(caller))


def _seen_by(caller: Caller) -> ColumnElement[bool]:
    if sees_all(caller):
        return true()
    conditions = [RUN_OWNERS.c.owner.is_(None), shared_with(caller, RUN_OWNERS.c.run_id)]
    if caller.account_id is not None:
        conditions.append(RUN_OWNERS.c.owner == caller.account_id)
    return or_(*conditions)


def find_run_seen(connection: Connection, caller: Caller, run_id: str) -> SeenRun | None:
    """Return a run by its id where the caller sees it; None where it is hidden as where there is none."""
    row = connection.execute(seen_runs(caller).where(Run.run_id == run_id)).first()
    return None if row is None else SeenRun(*row)
