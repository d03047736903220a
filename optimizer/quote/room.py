"""Room for one more shipment beside a plan, and what the plan would pay to fit it in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.quote.values import Room
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.flow.plan import Plan

FULL: Final = 1e-9
"""A capacity with less than this share of it left is full."""
UNLIMITED: Final = Room(float("inf"), "", Text(en="", vi=""), (), 0.0)


class Rooms:
    """Looks up what is left of the capacities on a way.

    Parameters
    ----------
    case, plan
        The plan whose capacities count; None for no plan, where nothing is limited.
    use_per_shipment
        Units of each capacity that one pass of the shipment takes, float64[R].
    """

    def __init__(self, case: Case, plan: Plan | None, use_per_shipment: NDArray[np.float64]) -> None:
        self._case, self._plan = case, plan
        self._use = use_per_shipment

    def of(self, links: list[int]) -> Room:
        """Return the room on a way.

        Parameters
        ----------
        links
            Its links.
        """
        if self._plan is None:
            return UNLIMITED
        members, table = self._case.problem.capacity_members, self._case.network.capacities
        use = np.asarray(members[:, links].sum(axis=1)).ravel() * self._use
        where = np.flatnonzero(use > 0)
        if not where.size:
            return UNLIMITED
        left = self._left[where]
        shipments = left / use[where]
        tightest = int(where[int(np.argmin(shipments))])
        return Room(
            shipments_per_day=float(shipments.min()),
            tightest_id=str(table.capacity_id[tightest]),
            tightest_name=Text(en=str(table.name_en[tightest]), vi=str(table.name_vi[tightest])),
            full_ids=tuple(str(table.capacity_id[one]) for one in where[left <= 0]),
            surcharge=float((self._plan.shadow_price[where] * use[where]).sum()),
        )

    @cached_property
    def _left(self) -> NDArray[np.float64]:
        """Units of each capacity that the plan leaves."""
        if self._plan is None:
            return np.zeros(0)
        residual = self._case.problem.residual_per_day()
        left = np.maximum(residual - self._plan.capacity_used(self._case.problem), 0.0)
        return np.where(left <= FULL * np.maximum(residual, 1.0), 0.0, left)
