"""Jobs on a real worker, on both databases: how they end, what they tell, how they are stopped, spread and repeated."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from time import monotonic

import psutil
import pytest
from job_parts import LAN, Yard, yard
from patience import hold_within, wait_until
from registry_parts import emptied
from sqlalchemy import Engine, select

from api.files.store import file_parts
from api.jobs.queue import ask_to_cancel
from api.jobs.runner import NICENESS
from api.jobs.tables import JOB_FILES, JOBS, STEPS
from supplychain.database import for_writing, is_sqlite, make_engine


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Yard]:
    """Yield each database in turn with one worker, which the tests of this module share."""
    if request.param == "sqlite":
        engine: Engine = make_engine(str(shutil.copy(sqlite_template, tmp_path_factory.mktemp("jobs") / "a b?#%.gpkg")))
    else:
        engine = request.getfixturevalue("postgis_engine")
    with nullcontext(engine) if is_sqlite(engine) else emptied(engine), yard(engine) as made:
        made.start()
        made.wait_for_workers(1)
        made.result(made.ask("empty", {}))
        yield made
    if is_sqlite(engine):
        engine.dispose()


def test_long_work_gives_way_to_requests(place: Yard) -> None:
    """Also where the system weighs sessions against each other first (sched(7), autogroup)."""
    runners = psutil.Process(place.workers[0].pid).children(recursive=True)
    runners = [one for one in runners if "api.jobs.runner" in one.cmdline()]
    assert runners
    wait_until(lambda: all(map(gives_way, runners)), "the processes of jobs give way")


def gives_way(one: psutil.Process) -> bool:
    group = Path(f"/proc/{one.pid}/autogroup")
    try:
        is_last = not group.exists() or group.read_text(encoding="ascii").split()[-1] == str(NICENESS)
        return is_last and one.nice() == NICENESS
    except (OSError, psutil.NoSuchProcess):
        return True  # it has ended meanwhile


def cancel(place: Yard, job_id: str) -> None:
    with for_writing(place.engine).begin() as connection:
        ask_to_cancel(connection, job_id, "Lan")


def test_an_empty_job_takes_well_under_a_second(place: Yard) -> None:
    """From the call of ``submit`` to the row that says done, on a warm worker: 0.23 s measured where much else ran."""

    def median_s() -> float:
        taken = []
        for number in range(8):
            began = monotonic()
            job_id = place.ask("empty", {"number": number})
            assert place.result(job_id) == {"asked": {"number": number}}
            taken.append(monotonic() - began)
        return sorted(taken)[4]

    hold_within(median_s, 0.6)


def test_a_job_tells_how_far_it_is_and_ends_once(place: Yard) -> None:
    job_id = place.ask("slow", {"rounds": 30})
    row = place.wait(job_id)
    events = place.events(job_id)
    assert row["state"] == "done"
    assert row["share"] == 1.0
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert [event["kind"] for event in events][:2] == ["queued", "running"]
    told = [event["share"] for event in events if event["kind"] == "progress"]
    # 30 rounds of 50 ms are 1.5 s, and progress is kept twice a second.
    assert 2 <= len(told) <= 5
    assert told == sorted(told)
    assert events[-1]["kind"] == "done"
    assert place.ends(job_id) == 1


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("refused", "invalid", "No such thing."),
        ("findings", "invalid", "1 mistake."),
        ("fault", "internal", "Report the job id"),
        ("not JSON", "internal", "Report the job id"),
        ("memory", "unavailable", "not enough memory"),
        ("died", "unavailable", "given up after 2 attempts"),
    ],
)
def test_a_job_that_fails_says_why_in_both_languages(place: Yard, how: str, code: str, said: str) -> None:
    job_id = place.ask("wrong", {"how": how})
    row = place.wait(job_id)
    assert row["state"] == "failed"
    error = json.loads(row["error"])
    assert error["code"] == code
    assert said in error["en"]
    assert error["vi"] != error["en"]
    assert "Traceback" not in row["error"]
    assert place.ends(job_id) == 1
    if how == "findings":
        assert error["findings"][0] | {"en": "", "vi": ""} == {
            "file": "orders.csv", "row": 3, "column": "mass_t", "character": None, "en": "", "vi": "",
        }  # fmt: skip


def test_cancel_ends_what_hears_nothing_within_two_seconds(place: Yard, tmp_path: Path) -> None:
    """One look (0.4 s), one second to tidy up, then the process is killed."""
    marks = (tmp_path / f"mark {number}" for number in count())

    def cancelled_s() -> float:
        mark = next(marks)
        job_id = place.ask("stubborn", {"mark": str(mark), "seconds": 600})
        wait_until(lambda: mark.exists() and mark.read_text(), "the job runs")
        began = monotonic()
        cancel(place, job_id)
        row = place.wait(job_id)
        taken = monotonic() - began
        assert row["state"] == "cancelled"
        assert row["cancelled_by"] == "Lan"
        wait_until(lambda: not Path(f"/proc/{mark.read_text()}").exists(), "its process is gone")
        assert place.ends(job_id) == 1
        return taken

    hold_within(cancelled_s, 2.5)
    # The worker goes on.
    assert place.result(place.ask("empty", {})) == {"asked": {}}


def test_cancel_ends_what_tells_at_once_and_what_waits_immediately(place: Yard) -> None:

    def cancelled_s() -> float:
        running = place.ask("slow", {"rounds": 4000})
        place.wait(running, "running")
        waiting = place.ask("slow", {"rounds": 4000}, priority=9)
        cancel(place, waiting)
        assert place.row(waiting)["state"] == "cancelled"
        began = monotonic()
        cancel(place, running)
        assert place.wait(running)["state"] == "cancelled"
        taken = monotonic() - began
        assert (place.ends(running), place.ends(waiting)) == (1, 1)
        return taken

    hold_within(cancelled_s, 2.0)


def test_the_first_in_priority_runs_first(place: Yard, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    first = place.ask("held", {"opened": str(opened)})
    place.wait(first, "running")
    late = place.ask("empty", {}, priority=9)
    early = place.ask("empty", {}, priority=3)
    wait_until(lambda: all(place.row(one)["workflow_id"] for one in (late, early)), "both are in the queue")
    opened.touch()
    place.wait(late)
    assert place.row(early)["started_at"] < place.row(late)["started_at"]


def test_a_quick_question_does_not_wait_behind_a_long_job(place: Yard) -> None:
    long = place.ask("slow", {"rounds": 10_000})
    place.wait(long, "running")
    place.result(place.ask("empty", {}, priority=1))
    assert place.row(long)["state"] == "running"
    cancel(place, long)
    place.wait(long)


def test_parts_give_what_one_after_another_would(place: Yard) -> None:
    job_id = place.ask("sweep", {"numbers": list(range(7, 0, -1))})
    assert place.result(job_id) == {"squares": {str(number): number**2 for number in range(7, 0, -1)}}
    with place.engine.connect() as connection:
        states = connection.scalars(select(JOBS.c.state).where(JOBS.c.parent_id == job_id)).all()
    assert states == ["done"] * 7


def test_a_part_that_fails_fails_the_whole_and_stops_the_others(place: Yard) -> None:
    job_id = place.ask("sweep", {"numbers": [-1, *range(20)], "seconds": 0.5})
    row = place.wait(job_id)
    assert row["state"] == "failed"
    assert json.loads(row["error"])["en"] == "Part “-1” failed: The number is below 0."
    query = select(JOBS.c.job_id).where(JOBS.c.parent_id == job_id)
    with place.engine.connect() as connection:
        parts = connection.scalars(query).all()
    states = [place.wait(part)["state"] for part in parts]
    assert states.count("failed") == 1
    assert states.count("cancelled") >= 15


def test_cancelling_the_whole_cancels_its_parts(place: Yard) -> None:
    job_id = place.ask("sweep", {"numbers": list(range(10)), "seconds": 300})
    query = select(JOBS.c.job_id).where(JOBS.c.parent_id == job_id)

    def parts() -> list[str]:
        with place.engine.connect() as connection:
            return list(connection.scalars(query))

    wait_until(lambda: len(parts()) == 10, "ten parts")
    cancel(place, job_id)
    assert place.wait(job_id)["state"] == "cancelled"
    assert {place.wait(part)["state"] for part in parts()} == {"cancelled"}


def test_parts_are_not_spread_again(place: Yard) -> None:
    row = place.wait(place.ask("nested", {"numbers": [1]}))
    assert row["state"] == "failed"


def test_a_process_that_died_between_files_keeps_each_once(place: Yard, tmp_path: Path) -> None:
    job_id = place.ask("files", {"mark": str(tmp_path / "mark")})
    found = place.result(job_id)["files"]
    assert place.row(job_id)["attempt"] == 2
    with place.engine.connect() as connection:
        query = select(JOB_FILES).where(JOB_FILES.c.job_id == job_id).order_by(JOB_FILES.c.name)
        kept = connection.execute(query).mappings().all()
    assert [row["file_id"] for row in kept] == found
    assert [b"".join(file_parts(place.engine, file_id)) for file_id in found] == [b"one", b"two"]


def test_steps_are_forgotten_with_the_end(place: Yard, tmp_path: Path) -> None:
    job_id = place.ask("steps", {"log": str(tmp_path / "log"), "steps": 3, "seconds": 0})
    assert place.result(job_id) == {"found": [0, 1, 2]}
    with place.engine.connect() as connection:
        assert connection.scalars(select(STEPS.c.name).where(STEPS.c.job_id == job_id)).all() == []


def test_the_operator_is_named_to_the_job(place: Yard) -> None:
    assert place.result(place.ask("square", {"number": 3}))["by"] == LAN.name
