"""The record of runs in the database: what was planned, from which inputs, with which result."""

from __future__ import annotations

import json
import uuid
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from platform import python_version
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from api.readiness import opened
from api.scenarios.tables import RUN_OWNERS
from optimizer.flow.options import SolveOptions
from optimizer.models import Run, RunInput
from optimizer.runs.contents import Flow
from optimizer.runs.record import NetworkUsed, record_of
from supplychain.database import for_writing, is_sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.desk import Desk
    from api.planning.by_job import ByJob, RunMark
    from api.results import Outcome
    from geodata.versions.version import StoredVersion
    from optimizer.case import Case
    from optimizer.flow.plan import Plan
    from optimizer.planner import Planned
    from supplychain.pack import Pack

COMPRESSION: Final = 9
"""Of zlib: contents are written once and kept for good."""

MANY: Final = 500
"""Hashes asked for in one query."""


@dataclass(frozen=True, slots=True, eq=False)
class Used:
    """What a plan was made from beside its scenario.

    Parameters
    ----------
    pack
        The region as loaded, before the scenario.
    options
        Settings of the solver.
    stored
        The stored network it was planned on; None for the corridors of the pack.
    after
        Runs that the same planner had planned before and began this one from: its first (``optimizer.planner``).
    start
        Plan whose paths were tried first.
    mark
        Whose run it is; None for runs of the command line, which are nobody's.
    """

    pack: Pack
    options: SolveOptions
    stored: StoredVersion | None = None
    after: Sequence[str] = ()
    start: Outcome | None = None
    mark: RunMark | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A plan to be recorded.

    Parameters
    ----------
    case, plan
        What was planned.
    is_checked
        Whether the independent check found nothing.
    document
        The content of ``plan.json``, or what there is to say in its place.
    """

    case: Case
    plan: Plan
    is_checked: bool
    document: Mapping[str, Any]


def record_run(url: str, outcome: Outcome, started_at: datetime, used: Used) -> str:
    """Add one run to the database with all it was made from, and return its id.

    Parameters
    ----------
    url
        Database that the region came from.
    outcome
        What was found.
    started_at
        When planning began; an aware time.
    used
        What the plan was made from beside its scenario.

    Raises
    ------
    HinterlandError
        If the database cannot be written.
    """
    finished = Finished(outcome.case, outcome.plan, not outcome.violations, outcome.document)
    return record_plan(url, finished, started_at, used)


def record_plan(url: str, finished: Finished, started_at: datetime, used: Used) -> str:
    """Add one run to the database with all it was made from, and return its id.

    The transaction is short: everything is worked out and compressed before it begins. A content that an earlier run
    has kept is not kept again. A stop or a kill leaves all of the run or nothing.

    Parameters
    ----------
    url, started_at, used
        As in ``record_run``.
    finished
        The plan.

    Raises
    ------
    HinterlandError
        If the database cannot be written.
    """
    made = _made(finished, started_at, used, {})
    _write(url, [made])
    if used.stored is not None:
        _keep_layers(url, finished, made.row)
    return str(made.row["run_id"])


def _keep_layers(url: str, finished: Finished, row: Mapping[str, Any]) -> None:
    """Keep the map layers of a run on a stored network, of which making them again takes longest."""
    from api.gis.plan_layers_made import keep_plan_layers  # noqa: PLC0415 - loads what layers are kept with
    from api.gis.plan_layers_runs import ChosenRun  # noqa: PLC0415

    run = ChosenRun(*(str(row[name]) for name in ("run_id", "scenario_id", "started_at", "plan", "record")))
    with opened(url) as engine:
        keep_plan_layers(engine, run, finished.case, Flow.of(finished.case.problem, finished.plan))


class DeskRecord:
    """The runs of one desk, taken down one by one so that no plan need be kept, and written together at last.

    Parameters
    ----------
    desk
        What plans them.
    started_at
        When planning began; an aware time.
    by_job
        The job that plans, if one does.
    """

    def __init__(self, desk: Desk, started_at: datetime, by_job: ByJob | None = None) -> None:
        self._desk = desk
        self._started_at = started_at
        self._by_job = by_job
        self._tables: dict[str, bytes] = {}
        self._made: list[_Made] = []

    def add(self, planned: Planned, number: int | None = None) -> None:
        """Take down what the desk planned next: all later plans began from the first.

        Parameters
        ----------
        planned
            The plan.
        number
            Which of the job's runs it is; the next where not given.
        """
        planner = self._desk.planner
        first = [str(self._made[0].row["run_id"])] if self._made else []
        document = brief_document(planned.case, planned.plan)
        finished = Finished(planned.case, planned.plan, not planned.violations, document)
        mark = None if self._by_job is None else self._by_job.mark(len(self._made) if number is None else number)
        used = Used(planner.pack, planner.options, self._desk.stored, first, mark=mark)
        self._made.append(_made(finished, self._started_at, used, self._tables))

    def write(self, url: str) -> tuple[str, ...]:
        """Add the runs to the database, all or none, and return their ids.

        Raises
        ------
        HinterlandError
            If the database cannot be written.
        """
        _write(url, self._made)
        return tuple(str(one.row["run_id"]) for one in self._made)


def record_desk(url: str, planned: Sequence[Planned], started_at: datetime, desk: Desk) -> tuple[str, ...]:
    """Add the runs of one desk to the database, all or none, and return their ids.

    Parameters
    ----------
    url
        Database of the desk.
    planned
        What the desk planned, in its order: all later plans began from the first.
    started_at
        When planning began; an aware time.
    desk
        What planned them.

    Raises
    ------
    HinterlandError
        If the database cannot be written.
    """
    record = DeskRecord(desk, started_at)
    for one in planned:
        record.add(one)
    return record.write(url)


def brief_document(case: Case, plan: Plan) -> dict[str, Any]:
    """Return what there is to say of one of many plans in place of its ``plan.json``."""
    return {
        "scenario_id": case.scenario.scenario_id,
        "status": plan.status,
        "gap": plan.gap,
        "objective": {
            "total": plan.objective,
            "money": plan.money,
            "value_of_time": plan.time_cost,
            "carbon": plan.carbon_cost,
            "penalty": plan.penalty_cost,
            "bound": plan.bound,
        },
        "emissions_kg_co2e_per_day": plan.emissions_kg_per_day,
        "unserved_t_per_day": float(plan.unserved_t_per_day.sum()),
    }


@dataclass(frozen=True, slots=True)
class _Made:
    """A run ready to be written: its row, and the contents it names by their hashes."""

    row: dict[str, Any]
    contents: Mapping[str, bytes]
    mark: RunMark | None


def _made(finished: Finished, started_at: datetime, used: Used, tables: dict[str, bytes]) -> _Made:
    case, plan = finished.case, finished.plan
    stored, start = used.stored, used.start
    record = record_of(
        used.pack,
        case,
        plan,
        used.options,
        versions=versions_of(plan),
        network=None if stored is None else NetworkUsed(stored.version_id, stored.name, stored.content_hash),
        after=used.after,
        start_flow=None if start is None else Flow.of(start.case.problem, start.plan),
        tables=tables,
    )
    row = {
        "run_id": str(uuid.uuid4()) if used.mark is None else used.mark.run_id,
        "scenario_id": case.scenario.scenario_id,
        "started_at": started_at.astimezone(UTC).isoformat(timespec="seconds"),
        "status": plan.status,
        "gap": plan.gap,
        "objective": plan.objective,
        "checked": finished.is_checked,
        "inputs_sha256": record.inputs_sha256,
        "plan": json.dumps(finished.document, ensure_ascii=False, allow_nan=False),
        "network_version": None if stored is None else stored.version_id,
        "record": record.to_text(),
    }
    return _Made(row, record.contents, used.mark)


def _write(url: str, made: Sequence[_Made]) -> None:
    """Write runs with the contents they name, in one short transaction."""
    contents = {sha256: content for one in made for sha256, content in one.contents.items()}
    with opened(url) as engine:
        with engine.connect() as connection:
            known = _known(connection, sorted(contents))
        packed = [
            {"sha256": sha256, "size": len(content), "content": zlib.compress(content, COMPRESSION)}
            for sha256, content in sorted(contents.items())
            if sha256 not in known
        ]
        with for_writing(engine).begin() as connection:
            _keep(connection, packed)
            _enter(connection, made)


def _enter(connection: Connection, made: Sequence[_Made]) -> None:
    """Enter runs and whose they are; those that a job has recorded before it began again stay as they are."""
    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    connection.execute(insert(Run).on_conflict_do_nothing(index_elements=["run_id"]), [one.row for one in made])
    owners = [
        {"run_id": one.mark.run_id, "owner": one.mark.owner, "job_id": one.mark.job_id}
        for one in made
        if one.mark is not None
    ]
    if owners:
        connection.execute(insert(RUN_OWNERS).on_conflict_do_nothing(index_elements=["run_id"]), owners)


def versions_of(plan: Plan) -> dict[str, str]:
    """Return the versions of everything that computed a plan."""
    return dict(plan.versions) | {"hinterland": version("hinterland"), "python": python_version()}


def _known(connection: Connection, hashes: list[str]) -> set[str]:
    """Return the hashes whose content is kept already."""
    found: set[str] = set()
    for start in range(0, len(hashes), MANY):
        part = hashes[start : start + MANY]
        found.update(connection.scalars(select(RunInput.sha256).where(RunInput.sha256.in_(part))))
    return found


def _keep(connection: Connection, packed: list[dict[str, Any]]) -> None:
    """Keep contents, passing over those that another program has kept meanwhile."""
    if not packed:
        return
    if is_sqlite(connection):
        connection.execute(sqlite.insert(RunInput).on_conflict_do_nothing(index_elements=["sha256"]), packed)
    else:
        connection.execute(postgresql.insert(RunInput).on_conflict_do_nothing(index_elements=["sha256"]), packed)
