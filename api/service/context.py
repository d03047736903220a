"""What every request can reach: the database, the settings, the gate to the workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlalchemy import Engine

from api.service.settings import ServiceSettings


class JobGate(Protocol):
    """The way to the workers, as the web process sees it."""

    def wake(self, job_id: str) -> None:
        """Hand a job that was entered in the table of jobs to the queue; asking again does no harm."""

    def cancel(self, job_id: str) -> None:
        """Tell whoever runs a job to stop it."""


@dataclass(frozen=True, slots=True)
class Service:
    """The running service.

    Parameters
    ----------
    engine
        The database, brought up to date.
    settings
        How it runs.
    jobs
        The way to the workers.
    secret
        Signs cursors; the same in every web process of one database.
    """

    engine: Engine
    settings: ServiceSettings
    jobs: JobGate
    secret: bytes


def service_of(request: Request) -> Service:
    """Return the service a request came to."""
    found: Service = request.app.state.service
    return found


async def _service(request: Request) -> Service:
    return service_of(request)


ServiceParameter = Annotated[Service, Depends(_service)]
"""``service: ServiceParameter`` gives an endpoint the service."""
