"""Multinomial logit shares and the constants that make their totals meet given shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Target:
    """A share that the totals shall meet.

    Parameters
    ----------
    members
        bool[A]; the alternatives counted.
    among
        bool[A]; the alternatives the share is of; holds ``members``.
    share
        Share wanted, between 0 and 1 (both excluded).
    """

    members: NDArray[np.bool_]
    among: NDArray[np.bool_]
    share: float

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            msg = f"share must be between 0 and 1, got {self.share}."
            raise ValueError(msg)
        if (self.members & ~self.among).any():
            msg = "members must be part of among."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class CalibratedLogit:
    """Shares of a multinomial logit with constants fitted to targets.

    Parameters
    ----------
    probabilities
        float64[N, A]; each row sums to 1 (0 where no alternative exists).
    constants
        float64[A]; in units of utility, relative to the first target's complement.
    reached
        float64[T]; share reached per target.
    converged
        Whether every target is met within the tolerance.
    """

    probabilities: Floats
    constants: Floats
    reached: Floats
    converged: bool


def logit_probabilities(utilities: Floats) -> Floats:
    """Return the multinomial logit probabilities of utilities[N, A].

    ``-inf`` marks an alternative that a row does not have; a row without any gives zeros.
    McFadden (1974), "Conditional logit analysis of qualitative choice behavior".
    """
    best = utilities.max(axis=1, keepdims=True)
    weights = np.exp(utilities - np.where(np.isfinite(best), best, 0.0))
    total = weights.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return shares


def calibrate(
    utilities: Floats,
    weights: Floats,
    targets: tuple[Target, ...],
    *,
    tolerance: float = 1e-9,
    rounds: int = 500,
) -> CalibratedLogit:
    """Return logit shares whose weighted totals meet the targets, as far as the alternatives allow it.

    Each round adds, target by target, to its alternatives the logarithm of the ratio of odds wanted to odds reached
    (the balancing rule of Train, "Discrete Choice Methods with Simulation", 2nd ed., section 2.8).

    Parameters
    ----------
    utilities
        float64[N, A]; ``-inf`` where row n does not have alternative a.
    weights
        float64[N]; quantity that row n splits, at least 0.
    targets
        Shares to meet; a target nobody can reach stays unmet and ``converged`` is False.
    tolerance
        Largest accepted difference of a share.
    rounds
        Most rounds.
    """
    constants = np.zeros(utilities.shape[1])
    wanted = np.array([target.share for target in targets])
    for _ in range(rounds):
        probabilities = logit_probabilities(utilities + constants)
        totals = weights @ probabilities
        reached = np.array([_share(totals, target) for target in targets])
        if np.abs(reached - wanted).max(initial=0.0) <= tolerance:
            return CalibratedLogit(probabilities, constants, reached, converged=True)
        for target in targets:
            share = _share(weights @ logit_probabilities(utilities + constants), target)
            if 0 < share < 1:
                constants[target.members] += _log_odds(target.share) - _log_odds(share)
    return CalibratedLogit(probabilities, constants, reached, converged=False)


def _log_odds(share: float) -> float:
    return float(np.log(share) - np.log1p(-share))


def _share(totals: Floats, target: Target) -> float:
    among = float(totals[target.among].sum())
    return float(totals[target.members].sum()) / among if among > 0 else 0.0
