"""Jobs of files as tests run them: in this process, with the context that workers have, or on workers of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import Engine, insert, select

from api.access.caller import Caller
from api.access.known import write_roles
from api.access.tables import ACCOUNTS
from api.jobs.attempts import claim
from api.jobs.catalogue import JOB_KINDS
from api.jobs.runner import run_attempt
from api.jobs.tables import JOBS

FIRMS: Final = "Ten cong ti,Loai hinh,Ma so thue DN\nSao Mai,enterprise,0300588569\nĐồng Tâm,enterprise,12\n"
"""Two rows, of which the second has a tax code that is none; what the headings mean is only likely."""

KNOWN_FIRMS: Final = "name_vi,kind,tax_code\nSao Mai,enterprise,0300588569\nĐồng Tâm,enterprise,12\n"
"""The same under headings that name their fields."""


def enter_accounts(engine: Engine, *callers: Caller) -> None:
    """Enter the accounts of callers, without which no job of theirs runs."""
    rows = [
        {
            "account_id": one.account_id,
            "name": one.name,
            "name_key": one.name,
            "roles": write_roles(one.roles),
            "status": "active",
            "organisation_id": one.organisation_id,
            "created_at": "2026-01-01T00:00:00.000000+00:00",
            "created_by": "test",
        }
        for one in callers
    ]
    with engine.begin() as connection:
        connection.execute(insert(ACCOUNTS), rows)


def run_jobs(engine: Engine, base: Path) -> None:
    """Run every job that waits, as a worker would."""
    with engine.connect() as connection:
        waiting = connection.scalars(select(JOBS.c.job_id).where(JOBS.c.state == "queued").order_by(JOBS.c.fid)).all()
    for job_id in waiting:
        attempt = claim(engine, job_id, "worker of a test")
        assert attempt is not None
        assert run_attempt(engine, str(engine.url.database), attempt, JOB_KINDS, base) == "ended"


def uploaded(service: httpx.Client, text: str | bytes, name: str = "organisations.csv") -> str:
    """Upload a file and return its id."""
    contents = text.encode() if isinstance(text, str) else text
    answer = service.post(
        "/api/v1/files", params={"name": name}, content=contents, headers={"content-type": "text/csv"}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file_id"])


def begun(service: httpx.Client, text: str = KNOWN_FIRMS, **said: Any) -> httpx.Response:  # noqa: ANN401 - options
    """Begin an import of an uploaded file."""
    stated = {"publisher": "Sở", "licence": "CC BY 4.0", "source_kind": "official", **said}
    return service.post("/api/v1/imports", json={"file_id": uploaded(service, text), **stated})


def job_of(engine: Engine, job_id: str) -> Any:  # noqa: ANN401 - a row
    """Return the row of a job."""
    with engine.connect() as connection:
        return connection.execute(select(JOBS).where(JOBS.c.job_id == job_id)).mappings().one()
