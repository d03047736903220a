"""Runs listed, shown and made again, as commands do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.regions import PACK_MODELS
from api.runs import versions_of
from api.runs_read import RecordedRun, content_sizes, find_run, list_runs, read_contents
from optimizer.case import Case, build_case, solve_case
from optimizer.planner import Planner
from optimizer.runs.contents import RecordError
from optimizer.runs.replay import Replay, RunResult, judge_replay, pack_of_record, start_of_record
from optimizer.scenarios.resolve import parse_scenario
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.main_job import Report
    from geodata.infrastructure.infrastructure import Infrastructure
    from optimizer.flow.plan import Plan
    from optimizer.runs.record import NetworkUsed, RunRecord

NETWORK_GONE: Final = Text(
    en="The run was planned on the stored network {name} ({version}), which this database no longer has (content "
    "{sha256}). Import the network again, then replay.",
    vi="Lần chạy dùng mạng lưới đã lưu {name} ({version}), nay cơ sở dữ liệu không còn (nội dung {sha256}). Hãy nhập "
    "lại mạng lưới rồi chạy lại.",
)
NOT_AFTER: Final = Text(
    en="Of {count} runs that were planned before it, {missing} cannot be made again: where plans are equally good, "
    "another one may be found.",
    vi="Trong {count} lần chạy lập trước nó, {missing} lần không dựng lại được: khi có nhiều phương án tốt như nhau, "
    "có thể tìm ra phương án khác.",
)
READING: Final = Text(en="Reading run {name}", vi="Đọc lần chạy {name}")
PLANNING: Final = Text(en="Planning “{name}” again", vi="Lập lại phương án “{name}”")
SHOWN: Final = 12


def replay_run(database: str, name: str, report: Report) -> tuple[RecordedRun, Replay]:
    """Return a run and whether it comes out the same when it is made again from its record alone.

    Parameters
    ----------
    database
        Database that holds the run.
    name
        Its id, the beginning of it, or ``latest``.
    report
        Hears how it goes on.

    Raises
    ------
    HinterlandError
        If there is no such run, or what it was made from was not kept, is damaged, or rests on a network that is gone.
    """
    report.begin(READING.format(name=name))
    run = find_run(database, name)
    record = run.read_record()
    contents = read_contents(database, record)
    infrastructure = _infrastructure(database, record.network)
    case = _case(record, contents, infrastructure)
    before, missing = _before(database, record, infrastructure)
    report.begin(PLANNING.format(name=case.scenario.name))
    plan = _solve(record, contents, case, before)
    then = RunResult(run.objective or 0.0, run.status)
    found = judge_replay(record, contents, then, (case, plan), versions_of(plan))
    if missing and found.verdict == "equally_good":
        return run, found.with_sentence(NOT_AFTER.format(count=len(record.after), missing=missing))
    return run, found


def _case(record: RunRecord, contents: Mapping[str, bytes], infrastructure: Infrastructure | None) -> Case:
    import json  # noqa: PLC0415 - one line needs it

    pack = pack_of_record(record, contents, PACK_MODELS)
    scenario = parse_scenario(json.dumps(dict(record.scenario), ensure_ascii=False), "record")
    return build_case(pack, scenario, infrastructure)


def _before(database: str, record: RunRecord, infrastructure: Infrastructure | None) -> tuple[list[Case], int]:
    """Return the cases that the same engine had planned before, in order, and how many cannot be made again."""
    cases, missing = [], 0
    for run_id in record.after:
        try:
            earlier = find_run(database, run_id).read_record()
            cases.append(_case(earlier, read_contents(database, earlier), infrastructure))
        except HinterlandError:
            missing += 1
    return cases, missing


def _solve(record: RunRecord, contents: Mapping[str, bytes], case: Case, before: list[Case]) -> Plan:
    options, start = record.solve_options, start_of_record(record, contents)
    if start is not None:
        return solve_case(case, options, start_paths=start)
    planner = Planner(case.pack, case.infrastructure, options=options)
    for earlier in before:
        planner.solve(earlier)
    return planner.solve(case).plan


def _infrastructure(database: str, used: NetworkUsed | None) -> Infrastructure | None:
    """Return the network a run was planned on, by its content: it may stand under another number now."""
    if used is None:
        return None
    from api.network.stored import read_stored_network, stored_versions  # noqa: PLC0415 - only such runs need it

    for stored in stored_versions(database):
        if stored.content_hash == used.sha256:
            return read_stored_network(database, stored.version_id)[1]
    raise RecordError(NETWORK_GONE.format(name=used.name, version=used.version, sha256=used.sha256[:SHOWN]))


def listed(database: str, scenario_id: str | None) -> list[dict[str, Any]]:
    """Return the recorded runs as plain values, the latest first."""
    return [
        {
            "run_id": run.run_id,
            "scenario_id": run.scenario_id,
            "started_at": run.started_at,
            "status": run.status,
            "gap": run.gap,
            "objective": run.objective,
            "checked": run.checked,
            "inputs_sha256": run.inputs_sha256,
            "can_be_replayed": run.record is not None,
        }
        for run in list_runs(database, scenario_id)
    ]


def shown(database: str, name: str) -> dict[str, Any]:
    """Return one run with all that was kept of what it was made from, as plain values.

    Raises
    ------
    HinterlandError
        If there is no such run.
    """
    import json  # noqa: PLC0415 - one line needs it
    from dataclasses import asdict  # noqa: PLC0415

    run = find_run(database, name)
    document: dict[str, Any] = {key: value for key, value in asdict(run).items() if key not in ("plan", "record")}
    document["plan"] = json.loads(run.plan)
    if run.record is None:
        return document | {"record": None}
    record = run.read_record()
    sizes = content_sizes(database, record)
    contents = {"region": record.region, **record.tables, "flow": record.flow}
    return document | {
        "record": {key: value for key, value in asdict(record).items() if key not in ("contents", "tables")},
        "contents": [
            {
                "name": key,
                "sha256": sha256,
                "bytes": sizes.get(sha256, (None, None))[0],
                "bytes_kept": sizes.get(sha256, (None, None))[1],
            }
            for key, sha256 in contents.items()
        ],
    }
