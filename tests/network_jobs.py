"""Jobs about networks as tests run them: asked over REST, run in this process as a worker runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import Engine, insert, select

from api.access.caller import Caller
from api.access.known import write_roles
from api.access.tables import ACCOUNTS
from api.files.store import file_parts
from api.jobs.attempts import JobLostError, claim
from api.jobs.catalogue import JOB_KINDS
from api.jobs.kinds import JobContext, JobKind
from api.jobs.runner import run_attempt
from api.jobs.tables import JOBS
from api.network.jobs import run_import

API = "/api/v1"


def enter_accounts(engine: Engine, *callers: Caller) -> None:
    """Enter the accounts of callers, without which no job of theirs runs."""
    same = {"status": "active", "created_at": "2026-01-01T00:00:00.000000+00:00", "created_by": "test"}
    rows = [
        {
            "account_id": one.account_id,
            "name": one.name,
            "name_key": one.name,
            "roles": write_roles(one.roles),
            "organisation_id": one.organisation_id,
            **same,
        }
        for one in callers
    ]
    with engine.begin() as connection:
        connection.execute(insert(ACCOUNTS), rows)


def import_and_die(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Import a network as the job does, and lose it before its end is written, as when a worker is killed."""
    run_import(context, request)
    raise JobLostError


DEADLY: Final = {"network_import": replace(JOB_KINDS["network_import"], run="network_jobs:import_and_die")}


def run_jobs(engine: Engine, base: Path, kinds: Mapping[str, JobKind] = JOB_KINDS, how: str = "ended") -> None:
    """Run every job that waits, as a worker would."""
    database = engine.url.render_as_string(hide_password=False)
    if engine.dialect.name == "sqlite":
        database = str(engine.url.database)
    with engine.connect() as connection:
        waiting = connection.scalars(select(JOBS.c.job_id).where(JOBS.c.state == "queued").order_by(JOBS.c.fid)).all()
    for job_id in waiting:
        attempt = claim(engine, job_id, "worker of a test")
        assert attempt is not None
        assert run_attempt(engine, database, attempt, kinds, base) == how


def ended(asker: httpx.Client, engine: Engine, base: Path, path: str, body: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Ask for a job, run it and return it as it ended."""
    asked = asker.post(API + path, json=body, **more)
    assert asked.status_code == 202, asked.text
    run_jobs(engine, base)
    found: dict[str, Any] = asker.get(asked.headers["location"]).json()
    return found


def result(asker: httpx.Client, engine: Engine, base: Path, path: str, body: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Ask for a job, run it and return what it gave."""
    job = ended(asker, engine, base, path, body, **more)
    assert job["state"] == "done", job["error"]
    answer = asker.get(f"{API}/jobs/{job['job_id']}/result")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def uploaded(asker: httpx.Client, contents: bytes, name: str, **more: Any) -> str:  # noqa: ANN401 - of the request
    """Upload a file and return its id."""
    headers = {"content-type": "application/octet-stream", **more.pop("headers", {})}
    answer = asker.post(f"{API}/files", params={"name": name}, content=contents, headers=headers, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file_id"])


def contents(engine: Engine, file_id: str) -> bytes:
    """Return the bytes of a stored file."""
    return b"".join(file_parts(engine, file_id))
