"""What judgements teach: the model's log-odds stretched and shifted until they fit what people decided."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, insert, select

from supplychain.database import clear_errors, for_writing
from supplychain.linkage.judgements import NO_AUTHOR, JudgementError, latest, read_judgements
from supplychain.linkage.model import Calibration, firm_model, log_odds_of
from supplychain.models.linkage import CALIBRATIONS
from supplychain.registry.writing import now
from supplychain.text import Text

FEWEST: Final = 50
FEWEST_OF_A_KIND: Final = 10
PULL: Final = 2.0
"""Weight of the fitted model against judgements: the stretch and shift are drawn to none by so much."""
_STEPS: Final = 50
_SMALL: Final = 1e-10
_LEAST_SLOPE: Final = 0.1
_NORMAL_95: Final = 1.959964

TOO_FEW: Final = Text(
    en="{same} pairs are judged the same and {different} different; at least {fewest} in all and {kind} of each are "
    "needed. Nothing was changed: judge more pairs (hinterland registry duplicates).",
    vi="Mới có {same} cặp được xác định là một và {different} là khác; cần ít nhất {fewest} cặp, mỗi loại {kind}. Chưa "
    "thay đổi gì: hãy quyết định thêm (hinterland registry duplicates).",
)


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What judgements taught, and how well it fits them.

    Parameters
    ----------
    calibration
        Stretch and shift of log-odds.
    same, different
        Judgements of either kind it rests on.
    loss_before, loss_after
        Mean log loss on the judged pairs, before and after.
    sure, sure_and_same
        Judged pairs that the model alone would take for the same, and how many were.
    precision_low, precision_high
        95 % interval (Wilson) of the share of the latter; None where no such pair was judged: it is not guessed.
    """

    calibration: Calibration
    same: int
    different: int
    loss_before: float
    loss_after: float
    sure: int
    sure_and_same: int
    precision_low: float | None
    precision_high: float | None


def recalibrate(engine: Engine, author: str) -> Recalibration:
    """Learn from the judgements of people that stand, store it, and return it.

    Pairs merged unasked are left out: the model would only hear its own word.
    Only the order of doubt changes: a pair that the model alone does not take for the same is never merged
    automatically, whatever was learned (see :func:`supplychain.linkage.comparing.decide`).

    Raises
    ------
    JudgementError
        If too few pairs are judged, or nobody signs.
    """
    if not author.strip():
        raise JudgementError(NO_AUTHOR)
    with clear_errors(engine), engine.connect() as connection:
        judged = [one for one in latest(read_judgements(connection)).values() if one.log_odds is not None]
    log_odds = np.array([one.log_odds for one in judged], dtype=np.float64)
    same = np.array([one.decision == "same" for one in judged], dtype=bool)
    found = learn(log_odds, same)
    row = {
        "slope": found.calibration.slope,
        "shift": found.calibration.shift,
        "judgements": len(judged),
        "author": author,
        "made_at": now(),
    }
    with clear_errors(engine), for_writing(engine).begin() as connection:
        connection.execute(insert(CALIBRATIONS).values(row))
    return found


def read_calibration(connection: Connection) -> Calibration | None:
    """Return what was last learned from judgements; None if nothing was."""
    query = select(CALIBRATIONS.c.slope, CALIBRATIONS.c.shift, CALIBRATIONS.c.judgements)
    row = connection.execute(query.order_by(CALIBRATIONS.c.fid.desc()).limit(1)).first()
    return Calibration(*row) if row else None


def learn(log_odds: NDArray[np.float64], same: NDArray[np.bool_]) -> Recalibration:
    """Return the stretch and shift that fit judgements best: Platt's method, drawn to no change.

    Parameters
    ----------
    log_odds
        The model's, of each judged pair.
    same
        What people decided.

    Raises
    ------
    JudgementError
        If there are too few.

    Notes
    -----
    J. Platt, Probabilistic outputs for support vector machines, 1999; here with a normal prior around the fitted
    model, by Newton's method.
    """
    counts = int(same.sum()), int((~same).sum())
    if sum(counts) < FEWEST or min(counts) < FEWEST_OF_A_KIND:
        text = TOO_FEW.format(same=counts[0], different=counts[1], fewest=FEWEST, kind=FEWEST_OF_A_KIND)
        raise JudgementError(text)
    slope, shift = _platt(log_odds, same)
    calibration = Calibration(slope, shift, sum(counts))
    after = calibration.slope * log_odds + calibration.shift
    sure = log_odds >= log_odds_of(firm_model().same_from)
    low, high = wilson(int((sure & same).sum()), int(sure.sum()))
    return Recalibration(
        calibration=calibration,
        same=counts[0],
        different=counts[1],
        loss_before=_loss(log_odds, same),
        loss_after=_loss(after, same),
        sure=int(sure.sum()),
        sure_and_same=int((sure & same).sum()),
        precision_low=low,
        precision_high=high,
    )


def _platt(log_odds: NDArray[np.float64], same: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and shift of the most likely line, its slope not below the least allowed."""
    line = _fit_line(np.column_stack([log_odds, np.ones_like(log_odds)]), same, np.array([1.0, 0.0]), 0.0)
    if line[0] >= _LEAST_SLOPE:
        return float(line[0]), float(line[1])
    shift = _fit_line(np.ones((len(log_odds), 1)), same, np.zeros(1), _LEAST_SLOPE * log_odds)
    return _LEAST_SLOPE, float(shift[0])


def _fit_line(
    design: NDArray[np.float64],
    same: NDArray[np.bool_],
    prior: NDArray[np.float64],
    offset: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """Return the parameters with the least loss by Newton's method, steps halved until the loss falls."""

    def loss(parameters: NDArray[np.float64]) -> float:
        margins = design @ parameters + offset
        return float(
            np.logaddexp(0.0, np.where(same, -margins, margins)).sum() + PULL / 2 * _square(parameters - prior)
        )

    found = prior.astype(np.float64)
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ found + offset, -50.0, 50.0)))
        gradient = design.T @ (chance - same) + PULL * (found - prior)
        curvature = (design * (chance * (1.0 - chance))[:, None]).T @ design + PULL * np.eye(len(found))
        step = np.linalg.solve(curvature, gradient)
        while loss(found - step) > loss(found) and float(np.abs(step).max()) > _SMALL:
            step /= 2
        found = found - step
        if float(np.abs(step).max()) < _SMALL:
            break
    return found


def _square(values: NDArray[np.float64]) -> float:
    return float(values @ values)


def _loss(log_odds: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Return the mean log loss."""
    return float(np.logaddexp(0.0, np.where(same, -log_odds, log_odds)).mean())


def wilson(hits: int, total: int) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a share (Wilson 1927); None and None where nothing was counted."""
    if total == 0:
        return None, None
    share, square = hits / total, _NORMAL_95**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _NORMAL_95 * math.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)
