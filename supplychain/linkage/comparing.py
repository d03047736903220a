"""Whether two parties are the same: a probability that adds up from features, each with its reason, and a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from supplychain.linkage.firm_features import best_name, compare_prepared
from supplychain.linkage.model import Calibration, Decision, Model, firm_model
from supplychain.linkage.name_comparison import NameComparison
from supplychain.linkage.party import Party
from supplychain.linkage.prepared import Prepared
from supplychain.linkage.tables import reasons
from supplychain.text import Text

CONFLICTS: Final = frozenset((("tax_code", "conflict"), ("lei", "conflict")))
"""Levels with which a pair is never taken for the same without a person's look."""
EVIDENCE: Final[Mapping[str, frozenset[str]]] = {
    "tax_code": frozenset(("equal", "mistyped")),
    "lei": frozenset(("equal",)),
    "address": frozenset(("same_door", "same_door_in_part", "same_street", "same_park")),
    "phone": frozenset(("equal",)),
    "mail": frozenset(("equal",)),
    "host": frozenset(("equal",)),
}
"""Levels of which one is needed: names alone make no two records one."""
CONFLICT: Final = Text(
    en="Identifiers contradict each other: a person decides",
    vi="Các mã định danh mâu thuẫn: cần người quyết định",
)
NAME_ALONE: Final = Text(
    en="Nothing but the name speaks for it: a person decides",
    vi="Chỉ có tên giống nhau: cần người quyết định",
)


@dataclass(frozen=True, slots=True)
class Feature:
    """What one feature of a pair says.

    Parameters
    ----------
    name
        Of the feature.
    score
        How far the two agree in it, 0 to 1.
    weight
        Log-odds it adds.
    reason
        In words.
    """

    name: str
    score: float
    weight: float
    reason: Text


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found about a pair.

    Parameters
    ----------
    probability
        That the two are the same: of the log-odds below, after what judgements taught.
    decision
        ``same`` (sure enough to be merged without asking), ``review`` (a person decides), ``different``.
    features
        What speaks for and against, strongest first.
    base
        Log-odds of a pair of which nothing is known; with the weights of the features it gives ``log_odds``.
    log_odds
        Sum of base and weights.
    caution
        Why a person is asked though the probability is high; None where it is not so.
    """

    probability: float
    decision: Decision
    features: tuple[Feature, ...]
    base: float
    log_odds: float
    caution: Text | None = None


def compare(
    a: Party | Prepared, b: Party | Prepared, *, model: Model | None = None, calibration: Calibration | None = None
) -> Comparison:
    """Return whether two parties are the same, with the features that say so.

    Parameters
    ----------
    a, b
        The parties; prepared ones save time where each is compared often.
    model
        The shipped one if None.
    calibration
        What judgements taught, if anything.
    """
    model = model or firm_model()
    one = a if isinstance(a, Prepared) else Prepared(a)
    other = b if isinstance(b, Prepared) else Prepared(b)
    levels, name = compare_prepared(one, other)
    log_odds = model.log_odds(levels)
    probability = model.probability(log_odds, calibration)
    decision, caution = decide(model, log_odds, levels, calibration)
    features = _explain(model, levels, name, one, other)
    return Comparison(probability, decision, features, model.intercept, log_odds, caution)


def decide(
    model: Model, log_odds: float, levels: Mapping[str, str], calibration: Calibration | None = None
) -> tuple[Decision, Text | None]:
    """Return the decision for a pair, and why it is not made automatically where only that hinders it.

    What judgements taught can make a pair less sure, never sure: people were asked about doubtful pairs only, so their
    answers say nothing of the rest.
    A pair with two tax codes or LEI that contradict each other is asked about only where the rest would make it the
    same: two firms at one door are not asked about for ever.
    """
    if any((feature, level) in CONFLICTS for feature, level in levels.items()):
        rest = {feature: level for feature, level in levels.items() if (feature, level) not in CONFLICTS}
        likely = model.probability(model.log_odds(rest)) >= model.same_from and not _told_apart(rest)
        return ("review", CONFLICT) if likely else ("different", None)
    decision = model.decide(model.probability(log_odds, calibration))
    if decision == "same" and model.probability(log_odds) < model.same_from:
        return "review", None
    if decision == "same" and not any(levels[feature] in some for feature, some in EVIDENCE.items()):
        return "review", NAME_ALONE
    return decision, None


def _told_apart(levels: Mapping[str, str]) -> bool:
    """Return whether the legal forms or parts of a firm tell two apart, so that two codes are as they should be."""
    return levels["legal_form"] in ("household_and_firm", "differ") or levels["part_of_firm"] not in ("none", "equal")


def _explain(
    model: Model, levels: Mapping[str, str], name: NameComparison, a: Prepared, b: Prepared
) -> tuple[Feature, ...]:
    """Return the features that say something, strongest first."""
    table = reasons()
    words = " / ".join(part for part in (" ".join(name.only_a), " ".join(name.only_b)) if part)
    _, parts_a, parts_b = best_name(a, b)
    numbers = {"a": ", ".join(parts_a.numbers) or "–", "b": ", ".join(parts_b.numbers) or "–"}
    found = []
    for feature, level in levels.items():
        reason = table.get((feature, level))
        if reason is not None:
            text = reason.text.format(words=words, **numbers)
            found.append(Feature(feature, reason.score, model.weight(feature, level), text))
    return tuple(sorted(found, key=lambda one: -abs(one.weight)))
