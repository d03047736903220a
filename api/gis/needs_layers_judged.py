"""Needs held against every offer that the same viewer sees: which of them nobody on record can serve, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from supplychain.sourcing.answer import LeftOut, count_reasons
from supplychain.sourcing.fit import Fit
from supplychain.sourcing.judging import Candidate, failures
from supplychain.sourcing.matching import candidates_of
from supplychain.sourcing.question import Asked, Question, question_of_need
from supplychain.sourcing.reasons import reason_text
from supplychain.sourcing.values import Goods, Supply, Wanted
from supplychain.text import Text

SHOWN_REASONS: Final = 3
OWN: Final = "own_firm"
NOBODY: Final = Text(en="nobody offers it", vi="không ai chào hàng này")


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need that no offer serves.

    Parameters
    ----------
    wanted
        The need.
    candidates
        How many offers of other firms are what is needed but fail a limit.
    reasons
        The limits that most of them fail.
    """

    wanted: Wanted
    candidates: int
    reasons: Text


def unmet_needs(wanted: Sequence[Wanted], supplies: Sequence[Supply], day: date) -> Iterator[Unmet]:
    """Yield the needs that no offer serves, judged as matching judges them but for ways: no network is asked.

    Goods that are wanted alike are compared once with goods that are offered alike, so that registries of many
    thousand offers of some hundred articles are judged in seconds.

    Parameters
    ----------
    wanted, supplies
        Needs and offers of one catalogue.
    day
        The day on which it is asked.
    """
    offered: defaultdict[Goods, list[Supply]] = defaultdict(list)
    for supply in supplies:
        offered[supply.goods].append(supply)
    fits: dict[Goods, list[tuple[Fit, list[Supply]]]] = {}
    for need in wanted:
        question = replace(question_of_need(need, Asked(), day), minutes=None, km=None)
        if question.goods not in fits:
            fits[question.goods] = list(_alike(question, offered))
        left_out = _left_out(
            Candidate(question, supply, fit)
            for fit, group in fits[question.goods]
            if fit.value >= question.least_fit
            for supply in group
        )
        if left_out is not None:
            others = [one for one in left_out if all(failure.reason != OWN for failure in one.failures)]
            yield Unmet(need, len(others), _reasons(others))


def _alike(question: Question, offered: dict[Goods, list[Supply]]) -> Iterator[tuple[Fit, list[Supply]]]:
    """Yield the offers that have something in common with what a question asks, by their goods."""
    first = [group[0] for group in offered.values()]
    for found in candidates_of([question], first):
        yield found.fit, offered[found.supply.goods]


def _left_out(candidates: Iterable[Candidate]) -> list[LeftOut] | None:
    """Return the offers that are what is needed but fail a limit; None as soon as one fails nothing."""
    found = []
    for candidate in candidates:
        failed = failures(candidate)
        if not failed:
            return None
        one = LeftOut(candidate, failed)
        if not one.is_only_alike:
            found.append(one)
    return found


def _reasons(left_out: Sequence[LeftOut]) -> Text:
    counted = [one for one in count_reasons(one.failures for one in left_out) if one.first][:SHOWN_REASONS]
    if not counted:
        return NOBODY
    texts = [(one.first, reason_text(one.reason, one.detail)) for one in counted]
    return Text(
        en="; ".join(f"{count} {text.en}" for count, text in texts),
        vi="; ".join(f"{count} {text.vi}" for count, text in texts),
    )
