"""Runs: recorded with all they were made from, kept once, and made again from the record alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from gis_infrastructures import crossroads
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_pack import BASE, planned, planner_pack, scenario_of, set_change
from sqlalchemy import Engine, delete, event, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from api.console import Talk
from api.desk import Desk
from api.main_job import SilentReport
from api.regions import PACK_MODELS
from api.runs import Finished, Used, record_desk, record_plan, versions_of
from api.runs_read import find_run, list_runs, read_contents
from api.runs_replay import replay_run, shown
from api.runs_tell import tell_replay, tell_run, tell_runs
from geodata.versions.version import StoredVersion
from optimizer.case import Case, build_case
from optimizer.flow.options import SolveOptions
from optimizer.flow.plan import Plan
from optimizer.models import Run, RunInput
from optimizer.planner import Planner
from optimizer.runs.contents import Flow, RecordError, read_flow, read_table, table_content
from optimizer.runs.inputs import PLANNING_TABLES, inputs_sha256, tables_sha256
from optimizer.runs.record import RunRecord, record_of
from optimizer.runs.replay import RunResult, judge_replay, pack_of_record
from optimizer.scenarios.scenario import Scenario
from supplychain.demand.changes import DemandChange
from supplychain.errors import HinterlandError
from supplychain.pack import Pack
from supplychain.text import Text

PACK = planner_pack()
OPTIONS = SolveOptions()
WHEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LARGER = scenario_of(set_change("terminals", "city", capacity_teu_per_year=3000), carbon_usd=20.0)


@cache
def made(scenario: Scenario = BASE) -> tuple[Case, Plan]:
    """Return a case and its plan; tests only read them."""
    return planned(PACK, scenario)


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def recorded(engine: Engine, scenario: Scenario = BASE, **used: Any) -> str:  # noqa: ANN401
    case, plan = made(scenario)
    finished = Finished(case, plan, is_checked=True, document={"objective": plan.objective})
    return record_plan(url_of(engine), finished, WHEN, Used(PACK, OPTIONS, **used))


def replayed(engine: Engine, run_id: str) -> Any:  # noqa: ANN401 - a Replay
    return replay_run(url_of(engine), run_id, SilentReport())[1]


@pytest.mark.parametrize("scenario", [BASE, LARGER], ids=lambda one: one.scenario_id)
def test_a_run_is_made_again_from_its_record_alone(registry_engine: Engine, scenario: Scenario) -> None:
    """The database holds no region at all: only the record is there to be read."""
    run_id = recorded(registry_engine, scenario)
    found = replayed(registry_engine, run_id)
    assert found.verdict == "same"
    assert found.inputs_now == found.inputs_then
    assert found.objective_now == found.objective_then
    assert (found.paths_otherwise, found.t_otherwise) == (0, 0.0)
    assert f"all {found.paths} paths agree" in found.explanation.en
    assert found.explanation.vi.startswith("Cùng một kết quả")


def test_contents_are_kept_once_however_many_runs_name_them(registry_engine: Engine) -> None:
    """Region, tables and flow of the first; the second differs in nothing, the third in its flow only."""
    for count, scenario in ((1, BASE), (2, BASE), (3, LARGER)):
        recorded(registry_engine, scenario)
        with registry_engine.connect() as connection:
            kept = connection.scalar(select(func.count()).select_from(RunInput))
            assert connection.scalar(select(func.count()).select_from(Run)) == count
        tables = len({*PLANNING_TABLES, "sources"} & set(PACK.tables))
        hashes = len({table_content(PACK.tables[name]) for name in {*PLANNING_TABLES, "sources"} & set(PACK.tables)})
        assert hashes <= tables
        assert kept == 1 + hashes + (1 if count < 3 else 2)


def test_a_later_plan_of_one_planner_is_made_again_after_the_first(sqlite_engine: Engine) -> None:
    planner = Planner(PACK)
    ids: list[str] = []
    for scenario in (BASE, LARGER):
        one = planner.plan(scenario)
        finished = Finished(one.case, one.plan, is_checked=True, document={})
        used = Used(PACK, planner.options, after=tuple(ids))
        ids.append(record_plan(url_of(sqlite_engine), finished, WHEN, used))
    assert find_run(url_of(sqlite_engine), ids[1]).read_record().after == (ids[0],)
    assert replayed(sqlite_engine, ids[1]).verdict == "same"
    with sqlite_engine.begin() as connection:
        connection.execute(delete(Run).where(Run.run_id == ids[0]))
    assert replayed(sqlite_engine, ids[1]).verdict in ("same", "equally_good")


def test_the_runs_of_a_desk_are_recorded_together_or_not_at_all(registry_engine: Engine) -> None:
    url = url_of(registry_engine)
    desk = Desk(url, Planner(PACK))
    planned_by_desk = [desk.planner.plan(scenario) for scenario in (BASE, LARGER, BASE)]
    ids = record_desk(url, planned_by_desk, WHEN, desk)
    assert [find_run(url, one).read_record().after for one in ids] == [(), (ids[0],), (ids[0],)]
    assert json.loads(find_run(url, ids[1]).plan)["objective"]["total"] == planned_by_desk[1].plan.objective
    assert [replayed(registry_engine, one).verdict for one in ids] == ["same", "same", "same"]
    with pytest.raises(AttributeError):
        record_desk(url, [*planned_by_desk, None], WHEN, desk)  # type: ignore[list-item] # nothing that was planned
    assert len(list_runs(url)) == len(ids)


def test_a_run_begun_from_other_paths_is_made_again_from_them(sqlite_engine: Engine) -> None:
    case, plan = made()

    class Start:
        """The plan that another run ended with."""

    start: Any = Start()
    start.case, start.plan = case, plan
    run_id = recorded(sqlite_engine, LARGER, start=start)
    assert find_run(url_of(sqlite_engine), run_id).read_record().start_flow is not None
    assert replayed(sqlite_engine, run_id).verdict == "same"


def test_what_a_run_was_made_from_cannot_be_changed(registry_engine: Engine) -> None:
    recorded(registry_engine)
    changes = (
        (update(Run).values(status="optimal"), "stays as it was recorded"),
        (update(RunInput).values(size=0), "never changes"),
        (delete(RunInput), "made from this"),
    )
    for statement, why in changes:
        with pytest.raises(DBAPIError, match=why), registry_engine.begin() as connection:
            connection.execute(statement)
    with registry_engine.begin() as connection:
        connection.execute(delete(Run))
        connection.execute(delete(RunInput))
    with registry_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(RunInput)) == 0


def test_a_stop_while_recording_leaves_nothing(registry_engine: Engine) -> None:
    def stop(_connection: Any, _cursor: Any, statement: str, *_rest: object) -> None:  # noqa: ANN401
        if statement.startswith("INSERT INTO runs "):
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            recorded(registry_engine)
    finally:
        event.remove(Engine, "before_cursor_execute", stop)
    with registry_engine.connect() as connection:
        for table in (Run, RunInput):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    recorded(registry_engine)


def without_guard(engine: Engine) -> None:
    """Take the guards of the database away, as somebody who spoils its file would."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for name in ("runs_no_update", "run_inputs_no_update", "run_inputs_no_delete"):
                connection.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize("content", [b"spoilt", None])
def test_a_damaged_content_is_refused(sqlite_engine: Engine, content: bytes | None) -> None:
    run_id = recorded(sqlite_engine)
    without_guard(sqlite_engine)
    with sqlite_engine.begin() as connection:
        other = connection.scalar(select(RunInput.content).order_by(RunInput.size)) if content is None else content
        largest = select(func.max(RunInput.size)).scalar_subquery()
        connection.execute(update(RunInput).where(RunInput.size == largest).values(content=other))
    with pytest.raises(RecordError, match="is damaged: it is not what the run was made from"):
        replayed(sqlite_engine, run_id)


def test_a_missing_content_is_refused(sqlite_engine: Engine) -> None:
    run_id = recorded(sqlite_engine)
    links = find_run(url_of(sqlite_engine), run_id).read_record().tables["links"]
    without_guard(sqlite_engine)
    with sqlite_engine.begin() as connection:
        connection.execute(delete(RunInput).where(RunInput.sha256 == links))
    with pytest.raises(RecordError, match=r"not kept all .* \(table links is missing\)"):
        replayed(sqlite_engine, run_id)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (None, "made by an older version of the program that did not keep"),
        ("{", "of the record is damaged"),
        ('{"form": 1}', "of the record is damaged"),
        ('{"form": 99}', r"a newer version of the program \(form 99\)"),
    ],
)
def test_a_record_that_cannot_be_read_is_refused(sqlite_engine: Engine, record: str | None, why: str) -> None:
    row = {"run_id": "aaaa", "scenario_id": "base", "started_at": "2026", "status": "optimal", "checked": True}
    with sqlite_engine.begin() as connection:
        connection.execute(insert(Run).values(**row, inputs_sha256="", plan="{}", record=record))
    with pytest.raises(RecordError, match=why):
        replayed(sqlite_engine, "aaaa")


def test_an_unknown_run_is_refused_with_the_nearest(sqlite_engine: Engine) -> None:
    url = url_of(sqlite_engine)
    with pytest.raises(HinterlandError, match="No run is recorded yet"):
        find_run(url, "latest")
    row = {"scenario_id": "base", "started_at": "2026", "status": "optimal", "checked": True, "inputs_sha256": ""}
    with sqlite_engine.begin() as connection:
        connection.execute(
            insert(Run), [{"run_id": name, "plan": "{}", **row} for name in ("3f2a77", "3f2b88", "9c00")]
        )
    assert find_run(url, "9c").run_id == "9c00"
    assert find_run(url, "LATEST").run_id == "9c00"
    assert find_run(url, "3f2a77").run_id == "3f2a77"
    with pytest.raises(HinterlandError, match="beginning of several runs: 3f2a77, 3f2b88"):
        find_run(url, "3f2")
    with pytest.raises(HinterlandError, match=r"no run 3f2a78\. The nearest: 3f2a77"):
        find_run(url, "3f2a78")
    with pytest.raises(HinterlandError, match=r"no run zzz\. `hinterland runs list`"):
        find_run(url, "zzz")
    with pytest.raises(HinterlandError, match="no run"):
        find_run(url, "")


def test_a_run_of_a_network_that_is_gone_is_refused(sqlite_engine: Engine) -> None:
    stored = StoredVersion(7, "osm", None, "imported", "", "", (), "ab" * 32, 1, 1, 0, 0, 0, 0, 1.0)
    run_id = recorded(sqlite_engine, stored=stored)
    with pytest.raises(RecordError, match=r"the stored network osm \(7\), which this database no longer has"):
        replayed(sqlite_engine, run_id)


def test_runs_are_told(sqlite_engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    url = url_of(sqlite_engine)
    tell_runs(url, None, Talk("en"))
    assert "No run is recorded yet" in capsys.readouterr().out
    run_id = recorded(sqlite_engine, LARGER)
    tell_runs(url, None, Talk("en"))
    assert "what_if" in capsys.readouterr().out
    tell_runs(url, "other", Talk("en", as_json=True))
    assert json.loads(capsys.readouterr().out) == {"runs": []}
    tell_run(url, run_id[:6], Talk("vi"))
    told = capsys.readouterr().out
    assert run_id in told
    assert "nội dung" in told
    assert tell_replay(url, run_id, Talk("en", as_json=True))
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "same"
    assert answer["objective_then"] == answer["objective_now"]
    contents = {one["name"]: one for one in shown(url, run_id)["contents"]}
    assert contents["links"]["bytes"] > contents["links"]["bytes_kept"] > 0
    assert [run.run_id for run in list_runs(url)] == [run_id]


# What a plan follows from.


def hash_of(pack: Pack = PACK, scenario: Scenario = BASE, options: SolveOptions | None = None) -> str:
    return inputs_sha256(build_case(pack, scenario), options)


def test_the_inputs_hash_covers_every_thing_a_plan_follows_from() -> None:
    """Each way of changing what is used gives another hash, and no two of them the same."""
    case = made()[0]
    grown = replace(BASE, demand_changes=(DemandChange(factor=1.5),))
    found = {
        "base": inputs_sha256(case),
        "scenario": hash_of(scenario=LARGER),
        "carbon": hash_of(scenario=scenario_of(carbon_usd=1.0)),
        "demand": hash_of(scenario=grown),
        "tariff": hash_of(scenario=replace(BASE, tariff_level="high")),
        "network": inputs_sha256(replace(case, infrastructure=crossroads())),
        "gap": inputs_sha256(case, SolveOptions(gap_tolerance=1e-6)),
        "seed": inputs_sha256(case, SolveOptions(seed=1)),
        "rounds": inputs_sha256(case, SolveOptions(max_rounds=5)),
        "pricing": inputs_sha256(case, SolveOptions(pricing="full")),
        "currency": inputs_sha256(replace(case, pack=replace(PACK, region=replace(PACK.region, currency="USD")))),
    }
    assert len(set(found.values())) == len(found)


def test_what_does_not_change_a_plan_does_not_change_the_inputs_hash() -> None:
    base = hash_of()
    renamed = replace(BASE, scenario_id="other", name=Text(en="x", vi="x"), description=Text(en="x", vi="x"))
    assert hash_of(scenario=renamed) == base
    case = made()[0]
    assert inputs_sha256(case, SolveOptions(threads=4, time_limit_s=60.0)) == base
    assert inputs_sha256(case, OPTIONS) == base
    sources = PACK.table("sources").assign(publisher="somebody else")
    assert hash_of(PACK.with_tables({"sources": sources})) == base


@pytest.mark.parametrize("name", [name for name in PLANNING_TABLES if len(PACK.tables[name])])
def test_every_table_counts_and_the_order_of_its_rows_does_not(name: str) -> None:
    frame = PACK.table(name)
    base = tables_sha256(PACK)
    turned = PACK.with_tables({name: frame[::-1].reset_index(drop=True)})
    assert tables_sha256(turned) == base
    assert tables_sha256(PACK.with_tables({name: frame[1:].reset_index(drop=True)})) != base


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_every_cell_counts(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in PLANNING_TABLES if len(PACK.tables[name])]))
    frame = PACK.table(name)
    column = data.draw(st.sampled_from([c for c in frame.columns if frame[c].notna().any() and frame[c].dtype != bool]))
    row = data.draw(st.sampled_from([int(at) for at in np.flatnonzero(frame[column].notna())]))
    value = frame[column].iloc[row]
    changed = frame.astype({column: "object"})
    changed.loc[row, column] = value + 1 if isinstance(value, int | float | np.number) else f"{value}x"
    if column == "geometry":
        return
    assert tables_sha256(PACK.with_tables({name: changed})) != tables_sha256(PACK)


def test_plans_are_made_from_the_tables_that_are_hashed_and_kept(region_pack: Pack) -> None:
    """Without any other table the region gives the same problem, to the last digit."""
    part = region_pack.without_tables([name for name in region_pack.tables if name not in PLANNING_TABLES])
    whole, alone = build_case(region_pack, BASE), build_case(part, BASE)
    assert inputs_sha256(whole) == inputs_sha256(alone)
    for name in ("demand_t_per_day", "penalty_per_t", "capacity_per_day", "money_per_t", "time_cost_per_t", "allowed"):
        assert np.array_equal(getattr(whole.problem, name), getattr(alone.problem, name)), name


# Records and contents.


def record() -> tuple[RunRecord, Case, Plan]:
    case, plan = made(LARGER)
    return record_of(PACK, case, plan, OPTIONS, versions=versions_of(plan), after=("x",)), case, plan


def test_a_record_and_its_contents_read_back_the_same() -> None:
    kept, case, plan = record()
    assert RunRecord.from_text(kept.to_text()) == kept
    flow = Flow.of(case.problem, plan)
    assert read_flow(kept.contents[kept.flow], Text(en="f", vi="f")) == flow
    pack = pack_of_record(kept, kept.contents, PACK_MODELS)
    assert tables_sha256(pack) == tables_sha256(PACK)
    assert pack.region == PACK.region


@given(
    rows=st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False) | st.none(),
            st.text(st.characters(exclude_categories=["Cs"])) | st.none(),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_tables_read_back_to_the_last_digit(rows: Sequence[tuple[float | None, str | None, bool]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], dtype="object")
    back = read_table(table_content(frame), Text(en="t", vi="t"))
    assert back.astype("object").where(back.notna(), None).to_numpy().tolist() == [list(row) for row in rows]


def test_a_replay_that_comes_out_otherwise_says_in_what() -> None:
    """The plan of the base case stands in for a replay of another scenario: inputs and objective differ."""
    kept, case, plan = record()
    then = RunResult(plan.objective, plan.status)
    same = judge_replay(kept, kept.contents, then, (case, plan), kept.versions)
    assert same.verdict == "same"
    other = judge_replay(kept, kept.contents, then, made(), {**kept.versions, "ortools": "1.0"})
    assert other.verdict == "other"
    assert "have another hash" in other.explanation.en
    assert "Another objective" in other.explanation.en
    assert "ortools 1.0" in other.explanation.en
    assert all(sentence.vi for sentence in other.sentences)


def test_an_equally_good_plan_by_other_paths_is_told_apart() -> None:
    """Half of the tonnes of one path go missing in the record: 1 path otherwise, at the same inputs and objective."""
    kept, case, plan = record()
    halved = replace(plan, path_t_per_day=plan.path_t_per_day * np.where(np.arange(plan.path_demand.size) == 0, 0.5, 1))
    found = judge_replay(kept, kept.contents, RunResult(plan.objective, "optimal"), (case, halved), kept.versions)
    assert found.verdict == "equally_good"
    assert found.paths_otherwise == 1
    assert found.t_otherwise == pytest.approx(plan.path_t_per_day[0] / 4)
    stopped = RunResult(plan.objective * 1.01, "stopped")
    cut = judge_replay(kept, kept.contents, stopped, (case, plan), kept.versions)
    assert cut.verdict == "other"
    assert "cut short (then stopped, now optimal)" in cut.explanation.en


def test_contents_that_are_no_tables_are_refused() -> None:
    kept, _, _ = record()
    what = Text(en="table links", vi="bảng links")
    for content in (b"\xff", b"[]", b"{}", b'{"columns": ["a"], "rows": [[1, 2]]}'):
        with pytest.raises(RecordError, match="table links is damaged"):
            read_table(content, what)
    with pytest.raises(RecordError, match="is damaged"):
        read_flow(b'{"demands": [], "links": [], "path_demand": [3], "path_links": [[]], "t_per_day": [1]}', what)
    with pytest.raises(RecordError, match="is damaged"):
        pack_of_record(kept, dict.fromkeys(kept.contents, b"{}"), PACK_MODELS)


def test_contents_of_a_run_are_read_by_their_hashes(sqlite_engine: Engine) -> None:
    run_id = recorded(sqlite_engine)
    kept = find_run(url_of(sqlite_engine), run_id).read_record()
    contents = read_contents(url_of(sqlite_engine), kept)
    assert set(contents) == {kept.region, kept.flow, *kept.tables.values()}
