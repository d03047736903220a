"""Attempts, the table of workers and the rule of cleaning, without processes: laws, and cases worked by hand."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from job_kinds import KINDS
from service_parts import somebody
from sqlalchemy import Engine, func, insert, select, update

from api.access.caller import operator
from api.access.tables import ACCOUNTS
from api.files.tables import FILES, PARTS
from api.jobs.attempts import (
    Attempt,
    JobCancelledError,
    JobLostError,
    caller_of,
    claim,
    end_cancelled,
    end_done,
    end_failed,
    give_back,
    keep_step,
    program_fault,
    tell,
)
from api.jobs.cleaning import KeepingRule, SteadyClock, clean_jobs
from api.jobs.context import WorkerContext
from api.jobs.members import Members
from api.jobs.options import WorkerOptions
from api.jobs.place import is_gone, place_of
from api.jobs.process import Sparing, run_worker
from api.jobs.queue import ENDED_STATES, ask_to_cancel, enter, submit
from api.jobs.system import queue_of
from api.jobs.tables import EVENTS, JOB_FILES, JOBS, RESULTS, WORKERS
from api.service.ids import new_id
from api.service.problems import ServiceError
from supplychain.database import DatabaseTroubleError, for_writing, make_engine
from supplychain.registry.writing import now
from supplychain.text import Text

LAN = operator("Lan")
HERE = Text(en="here", vi="đây")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Engine]:
    """Yield one embedded database for the generated cases, each of which has a job of its own."""
    made = make_engine(str(shutil.copy(sqlite_template, tmp_path_factory.mktemp("attempts") / "a.gpkg")))
    yield made
    made.dispose()


def entered(engine: Engine, kind: str = "empty") -> str:
    with for_writing(engine).begin() as connection:
        return submit(connection, kind, {"n": 1}, LAN, kinds=KINDS)


def taken(engine: Engine, job_id: str) -> Attempt:
    attempt = claim(engine, job_id, "worker_test")
    assert attempt is not None
    return attempt


def state_of(engine: Engine, job_id: str) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(select(JOBS.c.state).where(JOBS.c.job_id == job_id)))


def ends_of(engine: Engine, job_id: str) -> int:
    query = select(func.count()).where(EVENTS.c.job_id == job_id, EVENTS.c.kind.in_(ENDED_STATES))
    with engine.connect() as connection:
        return connection.scalar(query) or 0


ACTS = ("claim", "tell", "done", "failed", "cancelled", "give back", "ask to cancel", "step")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), max_size=25))
def test_whatever_workers_do_in_whatever_order_a_job_ends_once(engine: Engine, acts: list[tuple[str, int]]) -> None:
    """Each act shows any attempt there ever was: only the last may change anything, and nothing after the end."""
    job_id = entered(engine)
    attempts: list[Attempt] = []
    for act, which in acts:
        before = (state_of(engine, job_id), ends_of(engine, job_id))
        if act == "claim":
            found = claim(engine, job_id, f"worker_{which}")
            assert (found is None) == (state_of(engine, job_id) in ENDED_STATES)
            if found is not None:
                assert [found.number] == [len(attempts) + 1]
                attempts.append(found)
            continue
        if act == "ask to cancel":
            with for_writing(engine).begin() as connection:
                ask_to_cancel(connection, job_id, "Lan")
            continue
        if not attempts:
            continue
        shown = attempts[-1 - which % len(attempts)]
        try:
            show(engine, act, shown)
        except JobLostError:
            assert shown is not attempts[-1] or before[0] != "running"
            assert (state_of(engine, job_id), ends_of(engine, job_id)) == before
        except JobCancelledError:
            assert act == "tell"
        else:
            assert shown is attempts[-1]
            assert before[0] == "running"
    ended = state_of(engine, job_id) in ENDED_STATES
    assert ends_of(engine, job_id) == int(ended)
    with engine.connect() as connection:
        kept = connection.scalar(select(func.count()).where(RESULTS.c.job_id == job_id))
    assert kept == int(state_of(engine, job_id) == "done")


def show(engine: Engine, act: str, attempt: Attempt) -> None:
    """Do one act of a worker."""
    if act == "tell":
        tell(engine, attempt, HERE, 0.5)
    elif act == "done":
        end_done(engine, attempt, {"by": attempt.number})
    elif act == "failed":
        end_failed(engine, attempt, program_fault(attempt.job_id))
    elif act == "cancelled":
        end_cancelled(engine, attempt)
    elif act == "give back":
        give_back(engine, attempt)
    else:
        # As a context does, but with a name of its own each time, so that there is always something to write.
        keep_step(engine, attempt, new_id("step"), {})


def test_deaths_are_counted_and_giving_back_is_none(engine: Engine) -> None:
    job_id = entered(engine)
    assert taken(engine, job_id).deaths == 0
    second = taken(engine, job_id)
    assert (second.number, second.deaths) == (2, 1)
    give_back(engine, second)
    assert taken(engine, job_id).deaths == 1


def test_what_a_lost_attempt_writes_is_not_kept(registry_engine: Engine, tmp_path: Path) -> None:
    """Steps, files, progress and the end: all refused, and no bytes of the file stay."""
    job_id = entered(registry_engine)
    lost = taken(registry_engine, job_id)
    taken(registry_engine, job_id)
    context = WorkerContext(registry_engine, "", lost, LAN, tmp_path)
    for write in (
        lambda: context.tell(HERE),
        lambda: context.step("one", dict),
        lambda: context.keep_bytes([b"late"], "text/plain", "late.txt"),
        lambda: context.spread({"a": {}}, "empty"),
        lambda: end_done(registry_engine, lost, {}),
        lambda: give_back(registry_engine, lost),
    ):
        with pytest.raises(JobLostError):
            write()
    with registry_engine.connect() as connection:
        for table in (JOB_FILES, FILES, PARTS, RESULTS):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
        assert connection.scalar(select(func.count()).where(JOBS.c.parent_id == job_id)) == 0


def test_a_job_sees_no_more_than_its_account_does_now(registry_engine: Engine) -> None:
    """Roles won since do not count, roles lost since are lost, and a closed account has none."""
    row = {
        "account_id": "acc_lan",
        "name": "lan",
        "name_key": "lan",
        "full_name": "Lan",
        "roles": "planner;steward",
        "status": "active",
        "must_change": False,
        "created_at": now(),
        "created_by": "chief",
        "version": 1,
    }
    with for_writing(registry_engine).begin() as connection:
        connection.execute(insert(ACCOUNTS).values(row))
    described = {"account_id": "acc_lan", "name": "lan", "roles": ["planner", "analyst"], "means": "key"}
    assert caller_of(registry_engine, described).roles == {"planner"}
    with for_writing(registry_engine).begin() as connection:
        connection.execute(update(ACCOUNTS).values(status="disabled"))
    with pytest.raises(ServiceError, match="closed"):
        caller_of(registry_engine, described)


def test_progress_is_kept_only_so_often(engine: Engine, tmp_path: Path) -> None:
    attempt = taken(engine, entered(engine))
    context = WorkerContext(engine, "", attempt, LAN, tmp_path)
    for number in range(200):
        context.tell(HERE, number)
    query = select(EVENTS.c.share).where(EVENTS.c.job_id == attempt.job_id, EVENTS.c.kind == "progress")
    with engine.connect() as connection:
        assert connection.scalars(query).all() == [0.0]


def test_folders_of_jobs_are_gone_afterwards(engine: Engine, tmp_path: Path) -> None:
    context = WorkerContext(engine, "", taken(engine, entered(engine)), LAN, tmp_path / "base")
    with suppress(ZeroDivisionError), context.folder() as folder:
        (folder / "a").touch()
        raise ZeroDivisionError
    assert list((tmp_path / "base").iterdir()) == []


def test_queues_by_priority_and_parts() -> None:
    assert [queue_of(priority, None) for priority in (1, 2, 3, 9)] == ["quick", "quick", "jobs", "jobs"]
    assert queue_of(1, "job_a") == "parts"


def members(engine: Engine, name: str, place: str = "elsewhere:1:1:1") -> Members:
    return Members(engine, name, place, 1, stale_looks=3)


def test_a_worker_without_new_beats_is_gone_after_three_looks(registry_engine: Engine) -> None:
    """Worked by hand: the first look learns the beat, three more see no new one; a beat brings it back."""
    one, two = members(registry_engine, "one"), members(registry_engine, "two")
    one.beat()
    two.beat()
    assert [one.look() for _ in range(3)] == [()] * 3
    two.beat()
    assert [one.look() for _ in range(3)] == [()] * 3
    assert one.look() == ("two",)
    assert one.live() == {"one"}
    two.beat()
    assert one.look() == ()
    assert one.live() == {"one", "two"}
    two.leave()
    assert one.look() == ("two",)
    one.forget(("two",))
    with registry_engine.connect() as connection:
        assert connection.scalars(select(WORKERS.c.worker_id)).all() == ["one"]
    two.beat()
    assert one.live() == {"one", "two"}


def test_a_worker_on_this_machine_that_ended_is_gone_at_once(sqlite_engine: Engine) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        place = place_of(process.pid)
        assert not is_gone(place)
        members(sqlite_engine, "two", place).beat()
        one = members(sqlite_engine, "one")
        assert one.look() == ()
        process.kill()
        # Nobody has asked how it ended: only its name is left in the table of processes.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_gone(place)
        assert one.look() == ("two",)


def test_places_of_other_machines_tell_nothing() -> None:
    own = place_of(os.getpid())
    assert not is_gone(own)
    for place in ("", ":::", "elsewhere:1:1:1", own.replace(own.split(":")[0], "other"), f"{own}x:a:b"):
        assert not is_gone(place)
    # The same number, started at another time, is another process.
    assert is_gone(f"{own}0")


@dataclass
class FakeTime:
    """Two clocks that a test sets."""

    at: datetime = datetime(2026, 1, 5, tzinfo=UTC)
    passed_s: float = 0.0
    clock: SteadyClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = SteadyClock(3600, lambda: self.at, lambda: self.passed_s)

    def go(self, seconds: float, jump: timedelta = timedelta()) -> datetime | None:
        """Let time pass, and the clock jump besides."""
        self.at += timedelta(seconds=seconds) + jump
        self.passed_s += seconds
        return self.clock.now()


def test_a_warning_is_written_once_a_minute_and_faults_always() -> None:
    sparing = Sparing()

    def passes(level: int, words: str) -> bool:
        return sparing.filter(logging.LogRecord("dbos", level, "", 0, words, None, None))

    assert [passes(logging.WARNING, "no answer") for _ in range(3)] == [True, False, False]
    assert passes(logging.WARNING, "something else")
    assert [passes(logging.ERROR, "a fault") for _ in range(2)] == [True, True]


def test_a_worker_refuses_a_database_that_is_not_ready(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTroubleError, match="hinterland init"):
        run_worker(str(tmp_path / "none.gpkg"), WorkerOptions())
    path = tmp_path / "empty.gpkg"
    path.touch()
    with pytest.raises(DatabaseTroubleError, match="empty or of an older version"):
        run_worker(str(path), WorkerOptions())


def test_a_clock_that_jumped_is_not_believed_for_an_hour() -> None:
    time = FakeTime()
    assert time.go(3599) is None
    assert time.go(1) == time.at
    assert time.go(60, timedelta(days=3650)) is None
    assert time.go(3599) is None
    assert time.go(1) == time.at
    assert time.go(60, timedelta(days=-3650)) is None


def test_old_jobs_go_with_their_parts_and_files_and_the_newest_stay(registry_engine: Engine, tmp_path: Path) -> None:
    """Five ended 40, 39, 38, 37 days and 1 day ago, one runs: of 30 days and the newest 2, the three oldest go."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    made = []
    for days in (40, 39, 38, 37, 1):
        job_id = entered(registry_engine)
        attempt = taken(registry_engine, job_id)
        with for_writing(registry_engine).begin() as connection:
            part = enter(connection, "empty", "{}", LAN, priority=5, title="", parent_id=job_id, part="a")
            connection.execute(update(JOBS).where(JOBS.c.job_id == part).values(state="done"))
        WorkerContext(registry_engine, "", attempt, LAN, tmp_path).keep_bytes([job_id.encode()], "text/plain", "a")
        end_done(registry_engine, attempt, {})
        with for_writing(registry_engine).begin() as connection:
            ended = (at - timedelta(days=days)).isoformat(timespec="microseconds")
            connection.execute(update(JOBS).where(JOBS.c.job_id == job_id).values(ended_at=ended, workflows=2))
        made.append(job_id)
    running = entered(registry_engine)
    forgotten: list[str] = []
    assert clean_jobs(registry_engine, at, KeepingRule(30, 2), forgotten.extend) == 3
    with registry_engine.connect() as connection:
        left = select(JOBS.c.job_id).where(JOBS.c.parent_id.is_(None)).order_by(JOBS.c.fid)
        assert connection.scalars(left).all() == [*made[3:], running]
        for table in (JOB_FILES, FILES, RESULTS):
            assert connection.scalar(select(func.count()).select_from(table)) == 2
        assert connection.scalar(select(func.count()).where(JOBS.c.parent_id.is_not(None))) == 2
    assert sorted(forgotten) == sorted(f"{job_id}.{number}" for job_id in made[:3] for number in (1, 2))
    assert clean_jobs(registry_engine, at, KeepingRule(30, 2), forgotten.extend) == 0


def test_jobs_of_accounts_are_entered_with_what_they_may_do(engine: Engine) -> None:
    caller = somebody("planner", name="lan", organisation_id="org_1")
    with for_writing(engine).begin() as connection:
        job_id = submit(connection, "empty", {}, caller, kinds=KINDS)
    attempt = taken(engine, job_id)
    assert attempt.caller["roles"] == ["planner"]
    assert attempt.caller["organisation_id"] == "org_1"


def test_a_worker_whose_database_is_gone_or_full_leaves_without_a_fault() -> None:
    """The others see no beat of it any more; what comes after its leaving, as taking away its folder, is still done."""
    engine = make_engine("postgresql://somebody@127.0.0.1:1/nowhere")
    members(engine, "worker_away").leave()
    engine.dispose()
