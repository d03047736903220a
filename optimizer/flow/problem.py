"""The frozen flow problem that every planning question is brought to, checked when it is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from optimizer.flow.findings import LARGEST_AMOUNT, MOST_FINDINGS_PER_COLUMN, ProblemFindings

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT_SLACK = 1e-9
"""Share by which a path may exceed a limit of time or distance: the rounding of a sum over links."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Demands to be carried over capacitated links at least generalised cost.

    One tonne of class ``k`` on link ``l`` costs ``money + time cost + carbon price x emissions`` and takes
    ``capacity_members[r, l] * use_per_t[k, r]`` units of every capacity ``r``. What is not carried pays its
    penalty. Arrays are made read-only. L links, K classes, R capacities, D demands; money is VND of one price
    year (or any other money, the same everywhere).

    Sets of origins or destinations, processing, months with storage and returning empties are links, capacities and
    demands of this problem like any other; ``optimizer.folder`` builds them (docs/flow-problem.md says how).

    Parameters
    ----------
    node_ids, link_ids, class_ids, capacity_ids, demand_ids
        Names, each unique within its own list; the order gives the indices used below.
    link_from, link_to
        Node index of the two ends of each directed link, int32[L]. Parallel links and loops are allowed.
    allowed
        Whether a class may use a link, bool[K, L]. Costs where it may not are ignored (kept as 0).
    money_per_t, time_cost_per_t
        VND per tonne for one pass, at least 0, float64[K, L].
    emissions_kg_per_t
        kg CO2e per tonne for one pass, at least 0, float64[K, L].
    carbon_price_per_kg
        VND per kg CO2e, at least 0.
    capacity_per_day
        Units per day, background use by others included, at least 0 and finite, float64[R].
    capacity_unit
        Unit of each capacity, such as ``t``, ``TEU``, ``pcu`` or ``vehicle_h``.
    capacity_members
        Sparse R x L: how many times one pass of a link counts against a capacity (usually 1; hours, where the
        capacity is a fleet's hours). A negative number gives instead of takes, as a plant's input does to what it may
        put out; only links that leave a node which no link enters, or enter a node which no link leaves, may give.
    use_per_t
        Units of a capacity that one tonne of a class takes in one pass, at least 0, float64[K, R].
    demand_origin, demand_destination, demand_class
        Node index of origin and destination and class index of each demand, int32[D].
    demand_t_per_day
        Tonnes per day wanted, at least 0, float64[D].
    penalty_per_t
        VND per tonne that is not carried, at least 0, float64[D].
    background_per_day
        Units of each capacity that others use, at least 0, float64[R]; none when left out.
    floor_share
        Share of each capacity left for this plan however much others use, from 0 to 1, float64[R]; 0 when left out.
    minimum_lot_t
        Least tonnes per day a demand must have to use a link (a train or barge lot), at least 0, float64[L]; none
        when left out. What counts is the whole demand, not its part on the link.
    time_h, length_km
        Hours and km of one pass, at least 0, float64[K, L] and float64[L]; 0 when left out. Only the next two use them.
    max_time_h, max_length_km
        Most hours and km of any path of a demand, at least 0, inf for no limit, float64[D]; no limit when left out.
    optional
        Demands that may but need not move, bool[D], none when left out: raw material, production runs, empties. They
        are never reported as unserved; their penalty is usually 0.

    Raises
    ------
    ProblemError
        With every finding, when a value is not a number, negative, absurdly large, out of range or of the wrong shape.
    """

    node_ids: tuple[str, ...]
    link_ids: tuple[str, ...]
    link_from: NDArray[np.int32]
    link_to: NDArray[np.int32]
    class_ids: tuple[str, ...]
    allowed: NDArray[np.bool_]
    money_per_t: NDArray[np.float64]
    time_cost_per_t: NDArray[np.float64]
    emissions_kg_per_t: NDArray[np.float64]
    carbon_price_per_kg: float
    capacity_ids: tuple[str, ...]
    capacity_per_day: NDArray[np.float64]
    capacity_unit: tuple[str, ...]
    capacity_members: sparse.csr_array
    use_per_t: NDArray[np.float64]
    demand_ids: tuple[str, ...]
    demand_origin: NDArray[np.int32]
    demand_destination: NDArray[np.int32]
    demand_class: NDArray[np.int32]
    demand_t_per_day: NDArray[np.float64]
    penalty_per_t: NDArray[np.float64]
    background_per_day: NDArray[np.float64] = None  # type: ignore[assignment]
    floor_share: NDArray[np.float64] = None  # type: ignore[assignment]
    minimum_lot_t: NDArray[np.float64] = None  # type: ignore[assignment]
    time_h: NDArray[np.float64] = None  # type: ignore[assignment]
    length_km: NDArray[np.float64] = None  # type: ignore[assignment]
    max_time_h: NDArray[np.float64] = None  # type: ignore[assignment]
    max_length_km: NDArray[np.float64] = None  # type: ignore[assignment]
    optional: NDArray[np.bool_] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        findings = ProblemFindings()
        for name in ("node_ids", "link_ids", "class_ids", "capacity_ids", "capacity_unit", "demand_ids"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("node_ids", "link_ids", "class_ids", "capacity_ids", "demand_ids"):
            findings.check_unique(name, getattr(self, name))
        links, classes = len(self.link_ids), len(self.class_ids)
        capacities, demands = len(self.capacity_ids), len(self.demand_ids)
        for name, shape in _shapes(links, classes, capacities, demands).items():
            given = getattr(self, name)
            if name in _DEFAULTS and _is_left_out(given, name):
                value = np.broadcast_to(_DTYPES[name](_DEFAULTS[name]), shape)
            else:
                value = findings.check_array(name, given, shape, _DTYPES[name])
            object.__setattr__(self, name, value)
        members = findings.check_members(self.capacity_members, (capacities, links))
        object.__setattr__(self, "capacity_members", members)
        if len(self.capacity_unit) != capacities:
            findings.add(
                "capacity_unit",
                f"capacity_unit has {len(self.capacity_unit)} entries for {capacities} capacities.",
                f"capacity_unit có {len(self.capacity_unit)} mục cho {capacities} năng lực thông qua.",
            )
        findings.check_scalar("carbon_price_per_kg", self.carbon_price_per_kg)
        findings.raise_if_any()
        self._check_values(findings)
        findings.raise_if_any()
        for name in _DTYPES:
            getattr(self, name).setflags(write=False)

    def _check_values(self, findings: ProblemFindings) -> None:
        """Add a finding for each index out of range and each number that is not finite, negative or absurd."""
        nodes, classes = len(self.node_ids), len(self.class_ids)
        for name, ids, limit, things in (
            ("link_from", self.link_ids, nodes, "nodes"),
            ("link_to", self.link_ids, nodes, "nodes"),
            ("demand_origin", self.demand_ids, nodes, "nodes"),
            ("demand_destination", self.demand_ids, nodes, "nodes"),
            ("demand_class", self.demand_ids, classes, "classes"),
        ):
            findings.check_index(name, getattr(self, name), ids, limit, things)
        for name in ("money_per_t", "time_cost_per_t", "emissions_kg_per_t", "time_h"):
            values = getattr(self, name)
            if not self.allowed.all() and values[~self.allowed].any():
                values = np.where(self.allowed, values, 0.0)
            findings.check_amounts(name, values, (self.class_ids, self.link_ids))
            object.__setattr__(self, name, values)
        findings.check_amounts("use_per_t", self.use_per_t, (self.class_ids, self.capacity_ids))
        for name in ("capacity_per_day", "background_per_day"):
            findings.check_amounts(name, getattr(self, name), (self.capacity_ids,))
        findings.check_shares("floor_share", self.floor_share, self.capacity_ids)
        for name in ("minimum_lot_t", "length_km"):
            findings.check_amounts(name, getattr(self, name), (self.link_ids,))
        for name in ("demand_t_per_day", "penalty_per_t"):
            findings.check_amounts(name, getattr(self, name), (self.demand_ids,))
        for name in ("max_time_h", "max_length_km"):
            findings.check_amounts(name, getattr(self, name), (self.demand_ids,), endless=True)
        self._check_members(findings)

    def _check_members(self, findings: ProblemFindings) -> None:
        """Add a finding for each entry of the capacity members that is no number or gives where it must not."""
        entries = self.capacity_members.tocoo()
        gives = entries.data < 0
        if gives.any():
            entered = np.bincount(self.link_to, minlength=len(self.node_ids)) > 0
            left = np.bincount(self.link_from, minlength=len(self.node_ids)) > 0
            at_an_end = ~entered[self.link_from] | ~left[self.link_to]
            for entry in np.flatnonzero(gives & ~at_an_end[entries.col])[:MOST_FINDINGS_PER_COLUMN]:
                place = f"{self.capacity_ids[entries.row[entry]]} / {self.link_ids[entries.col[entry]]}"
                findings.add(
                    "capacity_members",
                    f"capacity_members of {place} is {entries.data[entry]}; only a link that starts where no link "
                    "ends, or ends where no link starts, may give to a capacity.",
                    f"capacity_members của {place} là {entries.data[entry]}; chỉ tuyến bắt đầu ở nút không có tuyến "
                    "vào, hoặc kết thúc ở nút không có tuyến ra, mới được cộng thêm năng lực.",
                )
        right = np.abs(entries.data) <= LARGEST_AMOUNT
        for entry in np.flatnonzero(~right)[:MOST_FINDINGS_PER_COLUMN]:
            place = f"{self.capacity_ids[entries.row[entry]]} / {self.link_ids[entries.col[entry]]}"
            findings.add_amount("capacity_members", place, entries.data[entry])

    def cost_per_t(self) -> NDArray[np.float64]:
        """Return the generalised cost of one pass in VND per tonne, float64[K, L]; 0 where not allowed."""
        return self.money_per_t + self.time_cost_per_t + self.carbon_price_per_kg * self.emissions_kg_per_t

    @property
    def has_limits(self) -> bool:
        """Whether any demand has a limit of time or distance."""
        return bool(np.isfinite(self.max_time_h).any() or np.isfinite(self.max_length_km).any())

    def residual_per_day(self) -> NDArray[np.float64]:
        """Return the units of each capacity left for this plan: less background, but at least the floor, float64[R]."""
        free = self.capacity_per_day - self.background_per_day
        return np.asarray(np.maximum(free, self.floor_share * self.capacity_per_day))


_DTYPES: dict[str, type] = {
    "link_from": np.int32,
    "link_to": np.int32,
    "allowed": np.bool_,
    "money_per_t": np.float64,
    "time_cost_per_t": np.float64,
    "emissions_kg_per_t": np.float64,
    "capacity_per_day": np.float64,
    "use_per_t": np.float64,
    "demand_origin": np.int32,
    "demand_destination": np.int32,
    "demand_class": np.int32,
    "demand_t_per_day": np.float64,
    "penalty_per_t": np.float64,
    "background_per_day": np.float64,
    "floor_share": np.float64,
    "minimum_lot_t": np.float64,
    "time_h": np.float64,
    "length_km": np.float64,
    "max_time_h": np.float64,
    "max_length_km": np.float64,
    "optional": np.bool_,
}

_DEFAULTS: dict[str, float] = {
    "background_per_day": 0.0,
    "floor_share": 0.0,
    "minimum_lot_t": 0.0,
    "time_h": 0.0,
    "length_km": 0.0,
    "max_time_h": np.inf,
    "max_length_km": np.inf,
    "optional": False,
}
"""What an array left out holds everywhere (one number in memory, however large the problem)."""


def _is_left_out(given: object, name: str) -> bool:
    """Return whether nothing is given, or the default of another problem: one number repeated without memory."""
    if given is None:
        return True
    if not isinstance(given, np.ndarray) or any(given.strides):
        return False
    return bool(np.all(given == _DEFAULTS[name]))


def _shapes(links: int, classes: int, capacities: int, demands: int) -> dict[str, tuple[int, ...]]:
    """Return the shape each array of a problem must have."""
    return {
        "link_from": (links,),
        "link_to": (links,),
        "allowed": (classes, links),
        "money_per_t": (classes, links),
        "time_cost_per_t": (classes, links),
        "emissions_kg_per_t": (classes, links),
        "capacity_per_day": (capacities,),
        "use_per_t": (classes, capacities),
        "demand_origin": (demands,),
        "demand_destination": (demands,),
        "demand_class": (demands,),
        "demand_t_per_day": (demands,),
        "penalty_per_t": (demands,),
        "background_per_day": (capacities,),
        "floor_share": (capacities,),
        "minimum_lot_t": (links,),
        "time_h": (classes, links),
        "length_km": (links,),
        "max_time_h": (demands,),
        "max_length_km": (demands,),
        "optional": (demands,),
    }
