"""How a planner's question tells its progress to the job that asks it, and gives its answer to the job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.console import Steps, Talk
from supplychain.text import Text

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext


class JobReport:
    """Tells a job how far it is.

    Parameters
    ----------
    context
        The job.
    total
        Steps there are; the writing of the answer is one more.
    """

    def __init__(self, context: JobContext, total: int) -> None:
        self._context = context
        self._total = total + 1
        self._begun = 0

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return max(self._begun - 1, 0) / max(self._total, self._begun)

    def begin(self, text: Text) -> None:
        """Tell that a step begins."""
        self._begun += 1
        self._context.tell(text, self.share)

    def detail(self, text: Text) -> None:
        """Tell what happens within the step."""
        self._context.tell(text, self.share)

    @contextmanager
    def steps(self, total: int) -> Iterator[JobReport]:
        """Give what is told of ``total`` steps."""
        yield JobReport(self._context, total)


class _JobSteps(Steps):
    """Steps of a command that a job tells."""

    report: JobReport

    def begin(self, text: Text) -> None:
        """Tell that a step begins."""
        self.report.begin(text)

    def detail(self, text: Text) -> None:
        """Tell what happens within the step."""
        self.report.detail(text)


@dataclass(slots=True)
class JobTalk(Talk):
    """The conversation of a command with a job: sentences are for people at a terminal, the answer is kept.

    Parameters
    ----------
    context
        The job.
    heard
        The answer.
    """

    context: JobContext | None = None
    heard: dict[str, Any] = field(default_factory=dict)

    def answer(self, document: Mapping[str, Any]) -> None:
        """Keep the answer."""
        self.heard = dict(document)

    @contextmanager
    def steps(self, total: int) -> Iterator[Steps]:
        """Tell the job of ``total`` steps."""
        told = _JobSteps(self, total)
        if self.context is not None:
            told.report = JobReport(self.context, total)
        yield told
