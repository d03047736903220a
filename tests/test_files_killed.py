"""Imports whose worker dies: at every transaction, and for real with kill -9. Nothing half, nothing twice, one end."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any, Final

import pytest
from import_jobs import enter_accounts, job_of
from job_parts import kill, yard
from service_parts import somebody
from sqlalchemy import Engine, event, func, select

import api.files.import_job  # noqa: F401 - loaded once here, and not in each child
import supplychain.intake.mapping.suggest  # noqa: F401
from api.files.imports import (
    claim_import,
    clear_imports,
    end_import,
    enter_import,
    give_up,
    read_import,
    set_import,
)
from api.files.store import store_file
from api.files.tables import IMPORTS
from api.jobs.attempts import claim
from api.jobs.catalogue import JOB_KINDS
from api.jobs.queue import submit
from api.jobs.runner import run_attempt
from api.jobs.tables import EVENTS
from api.service.problems import ServiceError
from api.webhooks.tables import WEBHOOK_EVENTS
from supplychain.database import for_writing, is_sqlite, make_engine
from supplychain.models import Organisation
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.changes import find_unfinished

LAN: Final = somebody("steward", name="lan")
DIED: Final = 9
NOTHING_TO_DO: Final = 3
OURS: Final = ("--kinds", "api.jobs.catalogue:JOB_KINDS")
OPTIONS: Final = {"find_duplicates": False, "confirm_mapping": True}


def firms(count: int) -> Iterator[bytes]:
    """Yield a file of firms, one row of which is refused."""
    yield b"name_vi,kind\n"
    yield "Hỏng,nhà\n".encode()
    for number in range(count):
        yield f"Công ty số {number},enterprise\n".encode()


def entered(engine: Engine, rows: int) -> tuple[str, str]:
    """Enter an import of so many firms with its job, as the service does; return the ids of both."""
    enter_accounts(engine, LAN)
    file = store_file(engine, firms(rows), name="organisations.csv", media_type="text/csv", owner="acc_lan")
    with for_writing(engine).begin() as connection:
        import_id = enter_import(connection, LAN, file.file_id, OPTIONS)["import_id"]
        job_id = submit(connection, "import", {"import_id": import_id}, LAN)
        set_import(connection, import_id, state="importing", import_job_id=job_id)
    return import_id, job_id


def url_of(engine: Engine) -> str:
    return str(engine.url.database) if is_sqlite(engine) else engine.url.render_as_string(hide_password=False)


def attempt_in_child(engine: Engine, job_id: str, base: Path, dies_at: int | None) -> int:
    """Run an attempt at a job in a process that ends without a word at a begin or commit; return its exit code."""
    engine.dispose()
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 1
    try:
        own = make_engine(url_of(engine))
        moments = iter(range(1_000_000))

        def pass_by(_connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
            if next(moments) == dies_at:
                os._exit(DIED)

        event.listen(own, "begin", pass_by)
        event.listen(own, "commit", pass_by)
        attempt = claim(own, job_id, "worker of a test")
        if attempt is None:
            code = NOTHING_TO_DO
        elif run_attempt(own, url_of(engine), attempt, JOB_KINDS, base) == "ended":
            code = 0
    finally:
        os._exit(code)


def check_once(engine: Engine, import_id: str, job_id: str, rows: int) -> None:
    """Hold that the file was taken over once, whole, and that everybody was told once."""
    job = job_of(engine, job_id)
    assert job["state"] == "done", job["error"]
    with engine.connect() as connection:
        found = connection.execute(select(IMPORTS).where(IMPORTS.c.import_id == import_id)).mappings().one()
        changes = connection.execute(select(CHANGES.c.number, CHANGES.c.status, CHANGES.c.added)).all()
        firms_there = connection.scalar(select(func.count()).select_from(Organisation))
        revisions = connection.scalar(select(func.count()).select_from(REVISIONS))
        told = select(func.count()).where(WEBHOOK_EVENTS.c.type == "import.done")
        ends = select(func.count()).where(EVENTS.c.job_id == job_id, EVENTS.c.kind.in_(("done", "failed", "cancelled")))
        assert (connection.scalar(told), connection.scalar(ends)) == (1, 1)
    assert (found["state"], found["number"]) == ("done", 1)
    assert changes == [(1, "committed", rows + 1)]
    assert (firms_there, revisions) == (rows, rows + 1)
    report = json.loads(found["report"])
    assert (report["added"], report["refused_count"], report["change"]) == (rows, 1, 1)
    assert find_unfinished(engine) == ()


@pytest.mark.parametrize(("rows", "first", "stride"), [(3, 0, 2), (3, 1, 2), (2_050, 9, 6)])
def test_an_import_whose_worker_dies_at_any_transaction_is_made_once(
    sqlite_engine: Engine, tmp_path: Path, rows: int, first: int, stride: int
) -> None:
    """Each begin and each commit is a moment; the work between two is taken back by the database in any case."""
    original = Path(str(sqlite_engine.url.database))
    sqlite_engine.dispose()
    for moment in range(first, 1_000, stride):
        copy = tmp_path / f"{moment}.gpkg"
        copy.write_bytes(original.read_bytes())
        engine = make_engine(str(copy))
        import_id, job_id = entered(engine, rows)
        code = attempt_in_child(engine, job_id, tmp_path, moment)
        if code == DIED:
            with engine.connect() as connection:
                assert connection.scalar(select(func.count()).select_from(Organisation)) in {0, rows}
            # Where only the end of the attempt was left to write, the job has ended and nobody claims it again.
            assert attempt_in_child(engine, job_id, tmp_path, None) in {0, NOTHING_TO_DO}
        check_once(engine, import_id, job_id, rows)
        engine.dispose()
        if code != DIED:
            assert moment > 20, "the import has fewer transactions than that: the test looks at nothing"
            return


@pytest.mark.postgis
@pytest.mark.parametrize("moment", [6, 14, 19, 22, 25])
def test_on_postgresql_too(postgis_registry: Engine, tmp_path: Path, moment: int) -> None:
    import_id, job_id = entered(postgis_registry, 3)
    assert attempt_in_child(postgis_registry, job_id, tmp_path, moment) == DIED
    assert attempt_in_child(postgis_registry, job_id, tmp_path, None) == 0
    check_once(postgis_registry, import_id, job_id, 3)


def test_an_import_goes_on_through_kill_9_of_real_workers(registry_engine: Engine) -> None:
    """Workers are killed at moments drawn by a seed that is printed; each next one goes on."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - shown where the test fails
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    with yard(registry_engine) as place:
        import_id, job_id = entered(registry_engine, 4_100)
        for _ in range(2):
            worker = place.start(*OURS)
            place.wait(job_id, "running", "done")
            sleep(draw.uniform(0.0, 2.0))
            kill(worker)
        place.start(*OURS)
        place.wait(job_id)
    check_once(registry_engine, import_id, job_id, 4_100)


def test_an_import_given_up_while_it_is_staged_leaves_nothing(sqlite_engine: Engine, tmp_path: Path) -> None:
    """The attempt dies before its commit; then the import is given up, and the job's next attempt ends as a refusal."""
    import_id, job_id = entered(sqlite_engine, 3)
    assert attempt_in_child(sqlite_engine, job_id, tmp_path, 19) == DIED
    with for_writing(sqlite_engine).begin() as connection:
        give_up(connection, read_import(connection, LAN, import_id))
    assert attempt_in_child(sqlite_engine, job_id, tmp_path, None) == 0
    assert job_of(sqlite_engine, job_id)["state"] == "failed"
    clear_imports(sqlite_engine)
    with sqlite_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Organisation)) == 0
        assert connection.scalar(select(func.count()).select_from(REVISIONS)) == 0
        assert connection.scalar(select(func.count()).select_from(CHANGES)) == 0


def test_a_worker_that_was_taken_for_dead_commits_nothing(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Another job claims the import while the first is about to commit: the first is refused, the second is whole."""
    import_id, job_id = entered(sqlite_engine, 3)
    with for_writing(sqlite_engine).begin() as connection:
        other = submit(connection, "import", {"import_id": import_id}, LAN)
    claim_import(sqlite_engine, LAN, import_id, other)
    with for_writing(sqlite_engine).begin() as connection:
        row = read_import(connection, LAN, import_id)
        with pytest.raises(ServiceError, match="another job does it now"):
            end_import(connection, row, job_id, {"change": 1})
    assert attempt_in_child(sqlite_engine, other, tmp_path, None) == 0
    check_once(sqlite_engine, import_id, other, 3)
