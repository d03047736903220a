"""How a planner's question becomes a job: what it names is taken down in the transaction that enters the job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from fastapi import Request, Response
from sqlalchemy import Connection

from api.access.caller import Caller
from api.jobs.answers import JOBS_PATH, job_answer, job_entered
from api.jobs.models import JobModel
from api.jobs.queue import submit
from api.rest.network_reads import number_of
from api.rest.planning_models import WantedFiles
from api.scenarios.library import STACKED
from api.scenarios.shelving import SCENARIO, Shelving
from api.service.answers import language_from
from api.service.context import Service
from api.service.problems import not_found
from api.service.writing import REPLAYED_HEADER, Answer, write

TITLE: Final = 200
"""Characters of the title of a job."""
AS_IT_IS: Final = "base"
"""The scenario of the region that everybody may ask about who may ask at all."""

JOB_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": JobModel,
        "description": "Công việc đã xong trong thời gian chờ (Prefer: wait=N) · The job, ended within the time waited",
    },
    202: {
        "model": JobModel,
        "description": "Công việc đã nhận; xem ở Location · The job is entered; look at Location",
    },
}
"""Answers of endpoints whose work is a job."""


def ask(
    request: Request,
    service: Service,
    caller: Caller,
    kind: str,
    make: Callable[[Connection], tuple[Mapping[str, Any], str]],
    priority: int | None = None,
) -> Response:
    """Enter a job whose request is made within the transaction, and answer with it, or wait for it where preferred.

    Parameters
    ----------
    kind
        Kind of job.
    make
        Makes the job's request and its title.
    priority
        1 is first, 9 last; that of the kind when left out.

    Raises
    ------
    ServiceError
        If the request is refused, or the caller has too many jobs.
    """

    def enter(connection: Connection) -> Answer:
        asked, title = make(connection)
        job_id = submit(connection, kind, asked, caller, priority=priority, title=title)
        return job_entered(service, connection, job_id, language_from(request.scope))

    written = write(request, service, caller, f"jobs.{kind}", enter)
    answered = job_answer(service, request, written.headers["location"].removeprefix(JOBS_PATH))
    if REPLAYED_HEADER in written.headers:
        answered.headers[REPLAYED_HEADER] = written.headers[REPLAYED_HEADER]
    return answered


def taken_down(
    connection: Connection, caller: Caller, names: Iterable[str], asked: Mapping[str, Any], files: WantedFiles
) -> dict[str, Any]:
    """Return the request of a job that asks about scenarios, which are taken down as they are.

    Parameters
    ----------
    names
        Scenarios it names.
    asked
        What it asks.
    files
        Files wanted of the answer.

    Raises
    ------
    ServiceError
        If a name means nothing that the caller sees, or there is no such network.
    """
    listed = list(names)
    if not caller.may("scenarios:read"):
        for name in listed:
            if name != AS_IT_IS:
                raise not_found(SCENARIO, name)
    shelf = Shelving(connection, caller).of(listed)
    network = asked["network"]
    meant = None if network is None else number_of(connection, str(network))
    return {"asked": {**asked, "network": meant}, "shelf": shelf, "wanted": files.model_dump()}


def title_of(names: Iterable[str], shelf: Mapping[str, Any]) -> str:
    """Return what people call a job that asks about scenarios: their ids, not their keys."""
    listed = []
    for name in names:
        parts = [part.strip() for part in name.split(STACKED)]
        listed.append(STACKED.join(str(shelf[part]["top"]) if part in shelf else part for part in parts))
    return ", ".join(listed)[:TITLE]
