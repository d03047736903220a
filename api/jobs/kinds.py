"""Kinds of jobs: what each is called, who may ask for it, and the function a worker runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from api.access.caller import Caller
from api.access.rights import Right
from supplychain.text import Text

Answer = TypeVar("Answer")


class JobContext(Protocol):
    """What a job has while it runs, on whichever worker."""

    @property
    def job_id(self) -> str:
        """The job."""

    @property
    def engine(self) -> Engine:
        """The database."""

    @property
    def database(self) -> str:
        """File name or URL of the database, for functions that open it themselves."""

    @property
    def caller(self) -> Caller:
        """Who asked; the job may do and see no more than they."""

    def tell(self, text: Text, share: float | None = None) -> None:
        """Tell how far the job is (0 to 1 where known); raises where it was cancelled."""

    def step(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what a step gives (JSON), run once and kept; a job that begins again does not repeat it."""

    def spread(self, steps: Mapping[str, Mapping[str, Any]], kind: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what jobs of another kind give for many requests, by name, spread over all workers."""

    def folder(self) -> AbstractContextManager[Path]:
        """Give a folder for files while the job runs; it is gone afterwards."""

    def keep_file(self, path: Path, media_type: str, name: str | None = None) -> str:
        """Keep a file as a result of the job (written once for each name) and return its file id."""

    def keep_bytes(self, parts: Iterable[bytes], media_type: str, name: str) -> str:
        """Keep bytes as a result of the job (written once for each name) and return the file id."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job.

    Parameters
    ----------
    name
        Such as ``plan``; kept with every job.
    title
        For people.
    right
        Right one needs to ask for it; checked again when it runs.
    run
        ``module:function`` that a worker imports and calls with the context and the request, a JSON object that was
        checked when the job was entered; it returns the result, a JSON object.
    priority
        1 is first, 9 last.
    retries
        How often a job is run again after its worker died; a fault of the job itself is never tried again.
    """

    name: str
    title: Text
    right: Right
    run: str
    priority: int = 5
    retries: int = 3


JobFunction = Callable[[JobContext, Mapping[str, Any]], Mapping[str, Any]]
"""What ``run`` names."""
