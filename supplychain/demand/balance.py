"""Iterative proportional fitting of a seed to control totals, exact or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from supplychain.errors import HinterlandError
from supplychain.text import Text

ACCEPTED_RELATIVE_DEVIATION: Final = 1e-9

_NEWTON_STEPS: Final = 200
_LARGEST_EXPONENT: Final = 20.0
_SMALLEST_STEP: Final = 1e-9
_ARMIJO: Final = 1e-4


class ControlError(HinterlandError):
    """A control total that no table can meet, alone or together with others."""


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """A total that some cells of the table must add up to.

    Parameters
    ----------
    control_id
        How messages name it.
    cells
        Positions of the cells in the table, each once; int64.
    total
        What they must add up to, at least 0, in the unit of the table.
    """

    control_id: str
    cells: NDArray[np.int64]
    total: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.total) and self.total >= 0):
            raise ControlError(
                Text(
                    en="Control {id} is {total}; a total must be a number of at least 0.",
                    vi="Tổng kiểm soát {id} bằng {total}; tổng phải là số không âm.",
                ).format(id=self.control_id, total=self.total)
            )
        if len(np.unique(self.cells)) != len(self.cells):
            msg = f"Control {self.control_id} names a cell twice."
            raise ValueError(msg)


def balance(
    seed: NDArray[np.float64],
    controls: Sequence[Control],
    *,
    tolerance: float = 1e-13,
    max_cycles: int = 1_000,
) -> NDArray[np.float64]:
    """Return the table nearest to the seed whose cells add up to every control.

    Nearest means the least generalised Kullback–Leibler divergence from the seed: each cell is its seed times one
    factor per control it belongs to, zero cells stay exactly zero and cells in no control keep their seed. Controls
    may overlap in any way; those without a common cell are scaled in one step.

    Parameters
    ----------
    seed
        Starting cells, at least 0, one dimension.
    controls
        The totals to meet.
    tolerance
        Largest relative deviation of any control at which the fitting stops.
    max_cycles
        Most passes over all controls. Where the seed is so far from the controls that more would be needed, Newton
        steps on the dual of the same problem go on from there to the same table.

    Returns
    -------
    NDArray[np.float64]
        Cells in the order of the seed; every control is met to a relative 1e-9 or better.

    Raises
    ------
    ControlError
        When a positive control has only zero cells, or controls contradict each other: all of them are named.
    ValueError
        When a seed cell is negative or not a number.

    References
    ----------
    W. E. Deming, F. F. Stephan: On a least squares adjustment of a sampled frequency table when the expected
    marginal totals are known. Annals of Mathematical Statistics 11 (1940) 427–444, doi:10.1214/aoms/1177731829.
    Convergence: I. Csiszár, I-divergence geometry of probability distributions and minimization problems. Annals of
    Probability 3 (1975) 146–158, doi:10.1214/aop/1176996454.
    """
    table = np.array(seed, dtype=np.float64)
    if table.ndim != 1 or not np.all(np.isfinite(table)) or np.any(table < 0):
        msg = "A seed must be one-dimensional, with finite cells of at least 0."
        raise ValueError(msg)
    _check_reachable(table, controls)
    batches = _disjoint_batches(len(table), controls)
    for _ in range(max_cycles):
        for batch in batches:
            batch.scale(table)
        if max((batch.deviation(table) for batch in batches), default=0.0) <= tolerance:
            return table
    fitted = _finish(table, [control for control in controls if control.total > 0], tolerance)
    if largest_deviation(fitted, controls) > ACCEPTED_RELATIVE_DEVIATION:
        raise _contradiction(table, controls)
    return fitted


def largest_deviation(table: NDArray[np.float64], controls: Sequence[Control]) -> float:
    """Return the largest relative deviation of any control; of a control of 0, what its cells add up to."""
    return max((_deviation(table, control) for control in controls), default=0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Controls without a common cell: ``label`` is each cell's control, the last label stands for no control."""

    label: NDArray[np.int64]
    total: NDArray[np.float64]

    def scale(self, table: NDArray[np.float64]) -> None:
        """Multiply the cells of each control so that they add up to it."""
        factor = np.ones(len(self.total) + 1)
        reached = self._sums(table)
        np.divide(self.total, reached, out=factor[:-1], where=reached > 0)
        table *= factor[self.label]

    def deviation(self, table: NDArray[np.float64]) -> float:
        """Return the largest relative deviation of these controls."""
        gap = np.abs(self._sums(table) - self.total)
        return float(np.max(gap / np.where(self.total > 0, self.total, 1.0)))

    def _sums(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(self.label, weights=table, minlength=len(self.total) + 1)
        return sums[:-1].astype(np.float64, copy=False)


def _finish(table: NDArray[np.float64], controls: Sequence[Control], tolerance: float) -> NDArray[np.float64]:
    """Return the limit of the fitting by Newton's method on its dual, or the last table if there is none.

    Scaling keeps cell = seed × exp(sum of the multipliers of its controls), and the multipliers minimise the convex
    sum of all cells − multipliers · totals, whose gradient is what the controls are off by.
    """
    totals = np.array([control.total for control in controls])
    member = np.zeros((len(controls), len(table)))
    for row, control in enumerate(controls):
        member[row, control.cells] = 1.0
    scale = 1.0 / np.sqrt(totals)
    for _ in range(_NEWTON_STEPS):
        gap = member @ table - totals
        if np.max(np.abs(gap) / totals, initial=0.0) <= tolerance:
            break
        scaled = member * scale[:, None]
        hessian = (scaled * table) @ scaled.T
        direction = -scale * np.linalg.lstsq(hessian, scale * gap, rcond=None)[0]
        exponent = direction @ member
        slope = float(gap @ direction)
        step = min(1.0, _LARGEST_EXPONENT / max(float(np.max(np.abs(exponent))), 1e-300))
        while step > _SMALLEST_STEP:
            moved = table * np.exp(step * exponent)
            change = float(np.sum(moved - table)) - step * float(totals @ direction)
            if change <= _ARMIJO * step * slope:
                break
            step /= 2
        else:
            break
        table = moved
    return table


def _disjoint_batches(cells: int, controls: Sequence[Control]) -> list[_Batch]:
    """Put each control into the first batch with which it shares no cell."""
    groups: list[tuple[NDArray[np.bool_], list[Control]]] = []
    for control in controls:
        for taken, members in groups:
            if not taken[control.cells].any():
                taken[control.cells] = True
                members.append(control)
                break
        else:
            taken = np.zeros(cells, dtype=np.bool_)
            taken[control.cells] = True
            groups.append((taken, [control]))
    batches = []
    for _, members in groups:
        label = np.full(cells, len(members), dtype=np.int64)
        for position, control in enumerate(members):
            label[control.cells] = position
        batches.append(_Batch(label, np.array([control.total for control in members])))
    return batches


def _check_reachable(table: NDArray[np.float64], controls: Sequence[Control]) -> None:
    empty = [
        f"{control.control_id} ({control.total:g})"
        for control in controls
        if control.total > 0 and not table[control.cells].sum() > 0
    ]
    if empty:
        raise ControlError(
            Text(
                en="No seed above 0 stands behind these controls, so nothing can be scaled to them: {ids}. Give at "
                "least one of their cells a seed, or set the control to 0.",
                vi="Không có giá trị mồi nào lớn hơn 0 cho các tổng kiểm soát sau nên không thể điều chỉnh: {ids}. "
                "Hãy cho ít nhất một ô một giá trị mồi, hoặc đặt tổng bằng 0.",
            ).format(ids=", ".join(empty))
        )


def _contradiction(table: NDArray[np.float64], controls: Sequence[Control]) -> ControlError:
    unmet = [control for control in controls if _deviation(table, control) > ACCEPTED_RELATIVE_DEVIATION]
    touched = np.zeros(len(table), dtype=np.bool_)
    for control in unmet:
        touched[control.cells] = True
    others = [control.control_id for control in controls if control not in unmet and touched[control.cells].any()]
    reached = ", ".join(
        f"{control.control_id} ({control.total:.12g} ≠ {table[control.cells].sum():.12g})" for control in unmet
    )
    return ControlError(
        Text(
            en="These controls cannot be met together: {reached}; against {others}, which share cells with them. "
            "Change one of them so that the totals agree, or give zero cells a seed.",
            vi="Các tổng kiểm soát sau không thể cùng thỏa mãn: {reached}; mâu thuẫn với {others} có chung ô. "
            "Hãy sửa một tổng cho khớp, hoặc cho ô bằng 0 một giá trị mồi.",
        ).format(reached=reached, others=", ".join(others) or "–")
    )


def _deviation(table: NDArray[np.float64], control: Control) -> float:
    gap = abs(float(table[control.cells].sum()) - control.total)
    return gap / control.total if control.total > 0 else gap
