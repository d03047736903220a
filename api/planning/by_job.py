"""A question that a job of the service asks, and how it differs from one of the command line."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.scenarios.library import Shelf

RUN_NAMES: Final = uuid.UUID("3d0c4c6e-6d3f-5b0a-9f60-0d9a4c0a7f10")
"""Names the ids of runs that jobs record, so that a job that begins again records each of its runs once."""


@dataclass(frozen=True, slots=True)
class RunMark:
    """Whose a recorded run is.

    Parameters
    ----------
    owner
        Account it belongs to.
    job_id
        Job that plans it.
    number
        Which of the job's runs it is, the first is 0.
    """

    owner: str
    job_id: str
    number: int = 0

    @property
    def run_id(self) -> str:
        """Id of the run: the same whenever the job makes it again."""
        return str(uuid.uuid5(RUN_NAMES, f"{self.job_id}/{self.number}"))


@dataclass(frozen=True, slots=True)
class ByJob:
    """A job that asks: names mean scenarios of the region and of its shelf, never files; its runs are its account's.

    Parameters
    ----------
    job_id
        The job.
    owner
        Account that asked.
    shelf
        Scenarios of people that the question names, as they were when it was asked.
    """

    job_id: str
    owner: str
    shelf: Shelf

    def mark(self, number: int = 0) -> RunMark:
        """Return whose the job's runs are, counted from 0."""
        return RunMark(self.owner, self.job_id, number)


def shelf_of(by_job: ByJob | None) -> Shelf | None:
    """Return the shelf of a job; None for the command line, where a name may be that of a file."""
    return None if by_job is None else by_job.shelf
