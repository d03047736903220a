"""The answer to a question, as frozen values: who is ranked, who is left out and why, and what would change that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from supplychain.sourcing.judging import Candidate, Failure
from supplychain.sourcing.relaxing import Relaxation
from supplychain.sourcing.scoring import Basis, Measured, Score
from supplychain.text import Text


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate that keeps every limit.

    Parameters
    ----------
    candidate
        The pair of offer and question.
    measured
        What is known of it.
    score
        Its score.
    apart
        Why it is ranked apart, as keys of ``scoring.NOT_STATED``; empty where it is not.
    notes
        What has to be told of it.
    """

    candidate: Candidate
    measured: Measured
    score: Score
    apart: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that fails some limit.

    Parameters
    ----------
    candidate
        The pair of offer and question.
    failures
        Every limit it fails, in the order in which reasons are counted.
    """

    candidate: Candidate
    failures: tuple[Failure, ...]

    @property
    def is_only_alike(self) -> bool:
        """Whether it is not what was asked: of another kind, or alike in part only."""
        return any(failure.limit in ("kind", "fit") for failure in self.failures)


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many candidates a reason leaves out.

    Parameters
    ----------
    reason, detail
        The reason and what it names, by which it is counted too: each scheme, each month.
    first
        Candidates whose first failing reason it is; these counts add up to all that are left out.
    any
        Candidates that fail it at all.
    """

    reason: str
    detail: str
    first: int
    any: int


@dataclass(frozen=True, slots=True)
class MatchAnswer:
    """Who can supply it.

    Parameters
    ----------
    ranked
        Candidates that keep every limit and whose score is whole, best first.
    apart
        Candidates that keep every limit but lack a figure that the score counts, best first.
    left_out
        Candidates that do not keep every limit, by offer and need.
    alike
        Offers of another kind, or alike in part only: not what was asked, and so in no count of reasons.
    counts
        How many of ``left_out`` each reason leaves out, most first.
    relaxations
        What giving way in one limit would bring.
    basis
        What scores are measured by.
    notes
        What has to be told of the whole answer.
    """

    ranked: tuple[Ranked, ...]
    apart: tuple[Ranked, ...]
    left_out: tuple[LeftOut, ...]
    alike: tuple[LeftOut, ...]
    counts: tuple[ReasonCount, ...]
    relaxations: tuple[Relaxation, ...]
    basis: Basis
    notes: tuple[Text, ...] = ()


def count_reasons(failed: Iterable[tuple[Failure, ...]]) -> tuple[ReasonCount, ...]:
    """Return how many candidates each reason leaves out: as the first reason, and at all, most first."""
    first: Counter[tuple[str, str]] = Counter()
    ever: Counter[tuple[str, str]] = Counter()
    for failures in failed:
        keys = [(failure.reason, failure.detail) for failure in failures]
        first[keys[0]] += 1
        ever.update(set(keys))
    found = [ReasonCount(reason, detail, first[reason, detail], count) for (reason, detail), count in ever.items()]
    return tuple(sorted(found, key=lambda one: (-one.first, -one.any, one.reason, one.detail)))
