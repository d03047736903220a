"""An additive model: every feature of a pair has a level, every level a weight, and the weights add up to log-odds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Decision = Literal["same", "review", "different"]

FIRM_MODEL: Final = "firm_model.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What judgements have taught since the model was fitted: log-odds times ``slope`` plus ``shift``.

    Parameters
    ----------
    slope
        Above 0, so that no order of pairs changes.
    shift
        Log-odds added to every pair.
    judgements
        How many judgements it rests on; 0 for none.
    """

    slope: float = 1.0
    shift: float = 0.0
    judgements: int = 0

    def __post_init__(self) -> None:
        if not self.slope > 0:
            msg = f"slope must be above 0, got {self.slope}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the levels of every feature, as log-odds, and the probabilities above which a pair is decided.

    Parameters
    ----------
    intercept
        Log-odds of a pair whose features say nothing.
    weights
        By feature and level; a level without a weight counts nothing.
    same_from
        Least probability at which a pair is the same without a person's look.
    review_from
        Least probability at which a person is asked.
    """

    intercept: float
    weights: Mapping[str, Mapping[str, float]]
    same_from: float
    review_from: float

    def __post_init__(self) -> None:
        if not 0 < self.review_from <= self.same_from < 1:
            msg = f"review_from and same_from must rise between 0 and 1, got {self.review_from} and {self.same_from}."
            raise ValueError(msg)

    def weight(self, feature: str, level: str) -> float:
        """Return the log-odds that a level of a feature adds."""
        return self.weights.get(feature, {}).get(level, 0.0)

    def log_odds(self, levels: Mapping[str, str]) -> float:
        """Return the log-odds that a pair with these levels is the same."""
        weights = self.weights
        total = self.intercept
        for feature, level in levels.items():
            known = weights.get(feature)
            if known is not None:
                total += known.get(level, 0.0)
        return total

    def probability(self, log_odds: float, calibration: Calibration | None = None) -> float:
        """Return the probability for log-odds, after what judgements taught."""
        if calibration is not None:
            log_odds = calibration.slope * log_odds + calibration.shift
        return probability_of(log_odds)

    def decide(self, probability: float) -> Decision:
        """Return what to do with a pair of this probability."""
        if probability >= self.same_from:
            return "same"
        return "review" if probability >= self.review_from else "different"


def probability_of(log_odds: float) -> float:
    """Return the probability that log-odds stand for."""
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-min(log_odds, 700.0)))
    odds = math.exp(max(log_odds, -700.0))
    return odds / (1.0 + odds)


def log_odds_of(probability: float) -> float:
    """Return the log-odds of a probability strictly between 0 and 1."""
    return math.log(probability / (1.0 - probability))


@cache
def firm_model() -> Model:
    """Return the shipped model of firms; the file tells what it was fitted on."""
    stored = json.loads(files(__package__).joinpath("tables", FIRM_MODEL).read_text(encoding="utf-8"))
    return Model(stored["intercept"], stored["weights"], stored["same_from"], stored["review_from"])
