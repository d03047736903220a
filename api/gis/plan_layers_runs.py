"""Which recorded run a layer of plans stands for: one by its id, the newest of a scenario, or the newest of all.

A run that the caller may not see is answered as one that does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from api.gis.collections import Instance, Parameter
from api.gis.kept_layers import key_of
from api.scenarios.runs_seen import SeenRun, seen_runs
from api.service.problems import ServiceError, not_found
from optimizer.models import Run
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Select

    from api.access.caller import Caller
    from api.gis.collections import Asking

RUN: Final = Text(en="run", vi="lần chạy")
SCENARIO: Final = Text(en="recorded run of scenario", vi="lần chạy đã ghi của kịch bản")
BASE: Final = "base"
"""Scenario that others are compared with, as every region calls it."""
MOST_LISTED: Final = 50

NO_RUN_YET: Final = Text(
    en="There is no recorded plan that you may see. Plan a scenario, then ask again.",
    vi="Chưa có phương án nào được ghi mà bạn được xem. Hãy lập phương án rồi thử lại.",
)
ONE_OF_TWO: Final = Text(
    en="Both a run and a scenario are given; give one of the two.",
    vi="Có cả lần chạy lẫn kịch bản; chỉ cần một trong hai.",
)
NO_RECORD: Final = Text(
    en="Run {run} was recorded by an older version of the program, which did not keep what maps are made from. Plan "
    "scenario {scenario} again.",
    vi="Lần chạy {run} do phiên bản cũ của chương trình ghi lại, không lưu những gì cần để vẽ bản đồ. Hãy lập lại "
    "phương án của kịch bản {scenario}.",
)

RUN_PARAMETER: Final = Parameter(
    "run",
    Text(
        en="Id of a recorded run, or of a scenario for its newest run; the newest of all where left out",
        vi="Mã lần chạy đã ghi, hoặc mã kịch bản để lấy lần chạy mới nhất của nó; bỏ trống là mới nhất",
    ),
    "5f0c9d3e-2f5c-5d7e-8a43-0a6f6f1b2c3d",
)
SCENARIO_PARAMETER: Final = Parameter(
    "scenario",
    Text(en="Id of a scenario: its newest run", vi="Mã kịch bản: lần chạy mới nhất của nó"),
    "base",
)


@dataclass(frozen=True, slots=True)
class ChosenRun:
    """A run with the texts its layers are made from.

    Parameters
    ----------
    run_id, scenario_id, started_at, plan, record
        As in the table ``runs``.
    """

    run_id: str
    scenario_id: str
    started_at: str
    plan: str
    record: str

    @property
    def document(self) -> Mapping[str, Any]:
        """The content of its ``plan.json``, or what was kept in its place."""
        found: dict[str, Any] = json.loads(self.plan)
        return found

    @property
    def key(self) -> str:
        """Name of all that the layers of the run follow from."""
        return key_of("run", self.run_id, self.plan, self.record)

    @property
    def name(self) -> Text:
        """Name of its scenario."""
        return _scenario_name(self.record, self.scenario_id)


def chosen_run(asking: Asking, given: Mapping[str, str]) -> ChosenRun:
    """Return the run that parameters mean: ``run`` (``run_or_scenario``), the newest of ``scenario``, or of all.

    Raises
    ------
    ServiceError
        If there is none that the caller sees, both are given, or the run did not keep what it was made from.
    """
    run_id, scenario = given.get("run"), given.get("scenario")
    if run_id is not None and scenario is not None:
        raise ServiceError(ONE_OF_TWO, "bad_request")
    if run_id is not None:
        return run_or_scenario(asking, run_id)
    with asking.engine.connect() as connection:
        query = _newest_first(asking.caller)
        if scenario is not None:
            query = query.where(Run.scenario_id == scenario)
        found = _newest(connection, query)
    if found is None:
        raise ServiceError(NO_RUN_YET, "not_found") if scenario is None else not_found(SCENARIO, scenario)
    return found


def run_or_scenario(asking: Asking, name: str) -> ChosenRun:
    """Return the run of an id, else the newest run of the scenario of that id, so that names can be keys.

    Raises
    ------
    ServiceError
        If there is neither that the caller sees, or the run did not keep what it was made from.
    """
    with asking.engine.connect() as connection:
        query = _newest_first(asking.caller)
        found = _newest(connection, query.where(Run.run_id == name))
        found = found or _newest(connection, query.where(Run.scenario_id == name))
    if found is None:
        raise not_found(RUN, name)
    return found


def newest_other(asking: Asking, scenario_id: str) -> ChosenRun:
    """Return the newest run of any scenario but one.

    Raises
    ------
    ServiceError
        If there is none that the caller sees.
    """
    with asking.engine.connect() as connection:
        found = _newest(connection, _newest_first(asking.caller).where(Run.scenario_id != scenario_id))
    if found is None:
        raise ServiceError(NO_RUN_YET, "not_found")
    return found


def run_instances(asking: Asking) -> list[Instance]:
    """Return the runs that a caller sees and of which maps can be made, the newest first."""
    return [Instance((seen.run_id,), name) for seen, name in listed_runs(asking)]


def listed_runs(asking: Asking) -> list[tuple[SeenRun, Text]]:
    """Return the newest runs of which maps can be made, each with what it is called."""
    with asking.engine.connect() as connection:
        query = _newest_first(asking.caller).where(Run.record.is_not(None)).limit(MOST_LISTED)
        runs = [SeenRun(*row) for row in connection.execute(query)]
        ids = [run.run_id for run in runs]
        texts = select(Run.run_id, Run.record).where(Run.run_id.in_(ids))
        records = {str(row[0]): str(row[1]) for row in connection.execute(texts)}
    return [(run, _title(_scenario_name(records[run.run_id], run.scenario_id), run)) for run in runs]


def _newest_first(caller: Caller) -> Select[Any]:
    """Return the query of the runs a caller sees: those begun last first, of one command its first plan first."""
    return seen_runs(caller).order_by(Run.started_at.desc(), Run.fid)


def _newest(connection: Connection, query: Select[Any]) -> ChosenRun | None:
    """Return the first run of a query, one of which maps can be made before all others; None where there is none."""
    row = connection.execute(query.where(Run.record.is_not(None)).limit(1)).first()
    row = row or connection.execute(query.limit(1)).first()
    return None if row is None else _with_texts(connection, SeenRun(*row))


def _with_texts(connection: Connection, seen: SeenRun) -> ChosenRun:
    plan, record = connection.execute(select(Run.plan, Run.record).where(Run.run_id == seen.run_id)).one()
    if record is None:
        raise ServiceError(NO_RECORD.format(run=seen.run_id, scenario=seen.scenario_id), "bad_request")
    return ChosenRun(seen.run_id, seen.scenario_id, seen.started_at, str(plan), str(record))


def _scenario_name(record: str, scenario_id: str) -> Text:
    name = json.loads(record).get("scenario", {}).get("name", {})
    return Text(en=str(name.get("en", scenario_id)), vi=str(name.get("vi", scenario_id)))


def _title(name: Text, run: SeenRun) -> Text:
    return Text(en=f"{name.en} ({run.started_at})", vi=f"{name.vi} ({run.started_at})")
