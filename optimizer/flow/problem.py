"""The frozen flow problem that every planning question is brought to, checked when it is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

MOST_FINDINGS_PER_COLUMN = 100
"""Findings of one column that are named one by one; the rest are counted in one more."""


class ProblemError(FindingsError, ValueError):
    """A flow problem that cannot be planned as it stands; holds every finding."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Demands to be carried over capacitated links at least generalised cost.

    One tonne of class ``k`` on link ``l`` costs ``money + time cost + carbon price x emissions`` and takes
    ``capacity_members[r, l] * use_per_t[k, r]`` units of every capacity ``r``. What is not carried pays its
    penalty. Arrays are made read-only. L links, K classes, R capacities, D demands; money is VND of one price
    year.

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
        Units left for this plan per day (background use taken off), at least 0 and finite, float64[R].
    capacity_unit
        Unit of each capacity, such as ``t``, ``TEU`` or ``pcu``.
    capacity_members
        Sparse R x L, at least 0: how many times one pass of a link counts against a capacity (usually 1).
    use_per_t
        Units of a capacity that one tonne of a class takes in one pass, at least 0, float64[K, R].
    demand_origin, demand_destination, demand_class
        Node index of origin and destination and class index of each demand, int32[D].
    demand_t_per_day
        Tonnes per day wanted, at least 0, float64[D].
    penalty_per_t
        VND per tonne that is not carried, at least 0, float64[D].

    Raises
    ------
    ProblemError
        With every finding, when a value is not a number, negative, out of range or of the wrong shape.
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

    def __post_init__(self) -> None:
        findings = _Findings()
        for name in ("node_ids", "link_ids", "class_ids", "capacity_ids", "capacity_unit", "demand_ids"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("node_ids", "link_ids", "class_ids", "capacity_ids", "demand_ids"):
            findings.check_unique(name, getattr(self, name))
        links, classes = len(self.link_ids), len(self.class_ids)
        capacities, demands = len(self.capacity_ids), len(self.demand_ids)
        for name, shape in _shapes(links, classes, capacities, demands).items():
            object.__setattr__(self, name, findings.check_array(name, getattr(self, name), shape, _DTYPES[name]))
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

    def _check_values(self, findings: _Findings) -> None:
        """Add a finding for each index out of range and each number that is not finite or negative."""
        nodes, classes = len(self.node_ids), len(self.class_ids)
        for name, ids, limit, things in (
            ("link_from", self.link_ids, nodes, "nodes"),
            ("link_to", self.link_ids, nodes, "nodes"),
            ("demand_origin", self.demand_ids, nodes, "nodes"),
            ("demand_destination", self.demand_ids, nodes, "nodes"),
            ("demand_class", self.demand_ids, classes, "classes"),
        ):
            findings.check_index(name, getattr(self, name), ids, limit, things)
        for name in ("money_per_t", "time_cost_per_t", "emissions_kg_per_t"):
            values = np.where(self.allowed, getattr(self, name), 0.0)
            findings.check_amounts(name, values, (self.class_ids, self.link_ids))
            object.__setattr__(self, name, values)
        findings.check_amounts("use_per_t", self.use_per_t, (self.class_ids, self.capacity_ids))
        findings.check_amounts("capacity_per_day", self.capacity_per_day, (self.capacity_ids,))
        findings.check_amounts("demand_t_per_day", self.demand_t_per_day, (self.demand_ids,))
        findings.check_amounts("penalty_per_t", self.penalty_per_t, (self.demand_ids,))
        entries = self.capacity_members.tocoo()
        for entry in np.flatnonzero(~((entries.data >= 0) & (entries.data < np.inf)))[:MOST_FINDINGS_PER_COLUMN]:
            place = f"{self.capacity_ids[entries.row[entry]]} / {self.link_ids[entries.col[entry]]}"
            findings.add_amount("capacity_members", place, entries.data[entry])

    def cost_per_t(self) -> NDArray[np.float64]:
        """Return the generalised cost of one pass in VND per tonne, float64[K, L]; 0 where not allowed."""
        return self.money_per_t + self.time_cost_per_t + self.carbon_price_per_kg * self.emissions_kg_per_t


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
}


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
    }


class _Findings:
    """Collects what is wrong with one problem and raises once."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, column: str, en: str, vi: str) -> None:
        self.findings.append(Finding(file="problem", row=None, column=column, text=Text(en=en, vi=vi)))

    def add_amount(self, column: str, place: str, value: object) -> None:
        self.add(
            column,
            f"{column} of {place} is {value}; give a finite number of at least 0.",
            f"{column} của {place} là {value}; hãy cho một số hữu hạn không âm.",
        )

    def raise_if_any(self) -> None:
        if self.findings:
            count = len(self.findings)
            summary = Text(
                en=f"The flow problem has {count} finding(s):",
                vi=f"Bài toán luồng hàng có {count} lỗi cần sửa:",
            )
            listed = "".join(f"\n{finding.sentence('en')}" for finding in self.findings)
            error = ProblemError(summary, self.findings)
            error.args = (summary.en + listed,)
            raise error

    def check_unique(self, name: str, ids: Sequence[str]) -> None:
        if len(set(ids)) == len(ids):
            return
        seen: set[str] = set()
        for one in ids:
            if one in seen:
                self.add(name, f"{name} names {one!r} twice.", f"{name} có mã {one!r} bị lặp.")
            seen.add(one)

    def check_array(self, name: str, values: ArrayLike, shape: tuple[int, ...], dtype: type) -> NDArray[Any]:
        """Return a new array of the declared type; a wrong shape or kind of number is a finding."""
        given = np.asarray(values)
        if given.size == 0 and 0 in shape:
            return np.zeros(shape, dtype)
        kinds = {np.int32: "iu", np.bool_: "b", np.float64: "fiu"}[dtype]
        if given.dtype.kind not in kinds:
            wanted = {np.int32: "integers", np.bool_: "booleans", np.float64: "numbers"}[dtype]
            self.add(
                name,
                f"{name} holds {given.dtype} values; it must hold {wanted}.",
                f"{name} chứa giá trị kiểu {given.dtype}; cần kiểu {np.dtype(dtype).name}.",
            )
        elif given.shape != shape:
            self.add(
                name,
                f"{name} has shape {given.shape}; it must be {shape}.",
                f"{name} có kích thước {given.shape}; phải là {shape}.",
            )
        elif dtype is np.int32 and given.size and not -(2**31) <= given.min() <= given.max() < 2**31:
            self.add(name, f"{name} is out of range.", f"{name} vượt quá khoảng cho phép.")
        else:
            return np.array(given, dtype=dtype)
        return np.zeros(shape, dtype)

    def check_members(self, members: object, shape: tuple[int, int]) -> sparse.csr_array:
        matrix = sparse.csr_array(members, dtype=np.float64, copy=True)
        if matrix.shape != shape:
            self.add(
                "capacity_members",
                f"capacity_members has shape {matrix.shape}; it must be {shape}.",
                f"capacity_members có kích thước {matrix.shape}; phải là {shape}.",
            )
            return sparse.csr_array(shape, dtype=np.float64)
        matrix.sum_duplicates()
        matrix.data.setflags(write=False)
        return matrix

    def check_scalar(self, name: str, value: float) -> None:
        if not 0 <= value < np.inf:
            self.add_amount(name, "the problem", value)

    def check_index(self, name: str, values: NDArray[Any], ids: Sequence[str], limit: int, things: str) -> None:
        wrong = np.flatnonzero((values < 0) | (values >= limit))
        for index in wrong[:MOST_FINDINGS_PER_COLUMN]:
            self.add(
                name,
                f"{name} of {ids[index]} is {values[index]}, but there are {limit} {things}.",
                f"{name} của {ids[index]} là {values[index]}, nhưng chỉ có {limit} phần tử.",
            )
        self._add_rest(name, wrong.size)

    def check_amounts(self, name: str, values: NDArray[Any], ids: Iterable[Sequence[str]]) -> None:
        axes = tuple(ids)
        wrong = np.argwhere(~((values >= 0) & (values < np.inf)))
        for place in wrong[:MOST_FINDINGS_PER_COLUMN]:
            named = " / ".join(axis[index] for axis, index in zip(axes, place, strict=True))
            self.add_amount(name, named, values[tuple(place)])
        self._add_rest(name, len(wrong))

    def _add_rest(self, name: str, count: int) -> None:
        rest = count - MOST_FINDINGS_PER_COLUMN
        if rest > 0:
            self.add(name, f"{rest} more values of {name} are wrong.", f"Còn {rest} giá trị {name} khác bị sai.")
