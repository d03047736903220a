"""The parts of a folder's problem, block by block, until they are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

from optimizer.flow.problem import Problem
from optimizer.folder.case import KINDS, NONE, Meaning
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Indices = NDArray[np.int64]

REFUSED: Final = Text(
    en="The folder has {count} finding(s); nothing was planned:",
    vi="Thư mục có {count} lỗi cần sửa; chưa lập phương án:",
)

CLASH: Final = Text(
    en="The program makes the id {id} of its own from the ids given, and it stands for two things; rename one of them.",
    vi="Chương trình tự tạo mã {id} từ các mã đã cho và mã này chỉ hai thứ; hãy đổi tên một trong hai.",
)


@dataclass(frozen=True, slots=True, eq=False)
class LinkCosts:
    """What n links cost a tonne of each class, and who may use them.

    Parameters
    ----------
    allowed, money_per_t, time_h, emissions_kg_per_t
        bool[K, n] and float64[K, n].
    length_km, minimum_lot_t
        float64[n].
    """

    allowed: NDArray[np.bool_]
    money_per_t: Numbers
    time_h: Numbers
    emissions_kg_per_t: Numbers
    length_km: Numbers
    minimum_lot_t: Numbers

    @classmethod
    def free(cls, classes: int, links: int) -> LinkCosts:
        """Return links that cost nothing and take no time, open to every class."""
        shape = (classes, links)
        return cls(
            np.ones(shape, dtype=bool), *(np.zeros(shape) for _ in range(3)), *(np.zeros(links) for _ in range(2))
        )

    def at(self, links: Indices) -> LinkCosts:
        """Return the costs of the chosen links in the given order."""
        return LinkCosts(
            self.allowed[:, links],
            self.money_per_t[:, links],
            self.time_h[:, links],
            self.emissions_kg_per_t[:, links],
            self.length_km[links],
            self.minimum_lot_t[links],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Stands:
    """What a block of new parts stands for: one kind, and for each part the rows ``Meaning`` speaks of."""

    kind: str
    subject: ArrayLike = NONE
    period: ArrayLike = NONE
    node: ArrayLike = NONE


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Links on which goods arrive for good, so that their empties stay behind.

    Parameters
    ----------
    class_index
        Class that arrives.
    link
        Links of the problem, int64[n].
    into
        Node of the problem that the links enter, int64[n].
    node, period
        Rows of nodes.csv and of periods.csv where and when, int64[n].
    mass_t
        Most tonnes that can arrive on each link, float64[n].
    """

    class_index: int
    link: Indices
    into: Indices
    node: Indices
    period: Indices
    mass_t: Numbers


@dataclass(slots=True)
class _Column:
    """A growing array."""

    blocks: list[NDArray[Any]] = field(default_factory=list)

    def add(self, values: ArrayLike, count: int, dtype: type) -> None:
        self.blocks.append(np.broadcast_to(np.asarray(values, dtype=dtype), (count,)))

    def joined(self, dtype: type) -> NDArray[Any]:
        return np.concatenate([np.zeros(0, dtype), *self.blocks]).astype(dtype)


class _Part:
    """Ids, meaning and columns of nodes, links, capacities or demands as they are added."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._stands = {name: _Column() for name in ("kind", "subject", "period", "node")}
        self._columns: dict[str, tuple[_Column, type]] = {}

    def add(self, ids: Sequence[str], stands: Stands, **columns: tuple[ArrayLike, type]) -> Indices:
        """Add parts and return their indices."""
        first, count = len(self.ids), len(ids)
        self.ids.extend(ids)
        self._stands["kind"].add(KINDS.index(stands.kind), count, np.int8)
        for name in ("subject", "period", "node"):
            self._stands[name].add(getattr(stands, name), count, np.int32)
        for name, (values, dtype) in columns.items():
            self._columns.setdefault(name, (_Column(), dtype))[0].add(values, count, dtype)
        return np.arange(first, first + count)

    def meaning(self) -> Meaning:
        types = {"kind": np.int8, "subject": np.int32, "period": np.int32, "node": np.int32}
        return Meaning(**{name: column.joined(types[name]) for name, column in self._stands.items()})

    def column(self, name: str, dtype: type) -> NDArray[Any]:
        return self._columns[name][0].joined(dtype) if name in self._columns else np.zeros(0, dtype)


class Assembly:
    """Collects nodes, links, capacities and demands, and what stands behind them.

    Parameters
    ----------
    classes
        Number of classes of goods.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self.nodes, self.links, self.capacities, self.demands = _Part(), _Part(), _Part(), _Part()
        self.arrivals: list[Arrivals] = []
        self._costs: list[LinkCosts] = []
        self._use: list[Numbers] = []
        self._members: list[tuple[Indices, Indices, Numbers]] = []
        self._findings: list[Finding] = []

    def find(self, file: str, row: int | None, column: str | None, text: Text) -> None:
        """Add a finding; the folder is refused when all are collected."""
        self._findings.append(Finding(file, row, column, text))

    def raise_if_any(self) -> None:
        """Raise everything found.

        Raises
        ------
        FindingsError
            If anything was found.
        """
        if self._findings:
            raise FindingsError(REFUSED.format(count=len(self._findings)), self._findings)

    def add_nodes(self, ids: Sequence[str], stands: Stands) -> Indices:
        """Add nodes and return their indices."""
        return self.nodes.add(ids, stands)

    def add_links(
        self, ids: Sequence[str], ends: tuple[ArrayLike, ArrayLike], stands: Stands, costs: LinkCosts | None = None
    ) -> Indices:
        """Add links, free ones unless their costs are given, and return their indices."""
        self._costs.append(costs or LinkCosts.free(self.classes, len(ids)))
        tail, head = ends
        return self.links.add(ids, stands, tail=(tail, np.int32), head=(head, np.int32))

    def add_capacities(
        self,
        ids: Sequence[str],
        stands: Stands,
        unit: ArrayLike,
        amounts: tuple[ArrayLike, ArrayLike, ArrayLike] = (0.0, 0.0, 0.0),
        use_per_t: ArrayLike = 1.0,
    ) -> Indices:
        """Add capacities (amount, background, floor share; use by class, float64[K, n]) and return their indices."""
        amount, background, floor = amounts
        self._use.append(np.broadcast_to(np.asarray(use_per_t, dtype=np.float64), (self.classes, len(ids))))
        return self.capacities.add(
            ids,
            stands,
            unit=(unit, object),
            amount=(amount, np.float64),
            background=(background, np.float64),
            floor=(floor, np.float64),
        )

    def add_members(self, capacities: ArrayLike, links: ArrayLike, count: ArrayLike) -> None:
        """Let links take ``count`` of capacities in one pass (give, where it is negative)."""
        arrays = np.broadcast_arrays(
            np.asarray(capacities, np.int64), np.asarray(links, np.int64), np.asarray(count, np.float64)
        )
        self._members.append((np.ravel(arrays[0]), np.ravel(arrays[1]), np.ravel(arrays[2])))

    def add_demands(self, ids: Sequence[str], stands: Stands, **columns: ArrayLike) -> Indices:
        """Add demands and return their indices.

        Parameters
        ----------
        ids, stands
            Their names and meaning.
        columns
            ``origin``, ``destination``, ``class_index``, ``mass_t``; ``penalty_per_t`` (0), ``max_time_h`` (inf),
            ``max_length_km`` (inf) and ``optional`` (True) where not the default.
        """
        values: dict[str, ArrayLike] = {**_DEMAND_DEFAULTS, **columns}
        return self.demands.add(ids, stands, **{name: (values[name], dtype) for name, dtype in _DEMAND_TYPES.items()})

    def to_problem(self, class_ids: Sequence[str], value_of_time: Numbers, carbon_price_per_kg: float) -> Problem:
        """Return the problem of everything added.

        Parameters
        ----------
        class_ids, value_of_time
            Name and money per tonne and hour of each class, float64[K].
        carbon_price_per_kg
            Money per kg CO2e.

        Raises
        ------
        FindingsError
            If an id stands for two things.
        """
        self._check_ids()
        self.raise_if_any()
        demand = {name: self.demands.column(name, dtype) for name, dtype in _DEMAND_TYPES.items()}
        time_h = self.joined_costs("time_h")
        limits: dict[str, Any] = {}
        if np.isfinite(demand["max_time_h"]).any():
            limits |= {"time_h": time_h, "max_time_h": demand["max_time_h"]}
        if np.isfinite(demand["max_length_km"]).any():
            limits |= {"length_km": self.joined_costs("length_km"), "max_length_km": demand["max_length_km"]}
        lots = self.joined_costs("minimum_lot_t")
        if lots.any():
            limits["minimum_lot_t"] = lots
        if demand["optional"].any():
            limits["optional"] = demand["optional"]
        return Problem(
            node_ids=tuple(self.nodes.ids),
            link_ids=tuple(self.links.ids),
            link_from=self.links.column("tail", np.int32),
            link_to=self.links.column("head", np.int32),
            class_ids=tuple(class_ids),
            allowed=self.joined_costs("allowed"),
            money_per_t=self.joined_costs("money_per_t"),
            time_cost_per_t=time_h * value_of_time[:, None],
            emissions_kg_per_t=self.joined_costs("emissions_kg_per_t"),
            carbon_price_per_kg=carbon_price_per_kg,
            capacity_ids=tuple(self.capacities.ids),
            capacity_per_day=self.capacities.column("amount", np.float64),
            capacity_unit=tuple(self.capacities.column("unit", object)),
            capacity_members=self._member_matrix(),
            use_per_t=np.concatenate([np.zeros((self.classes, 0)), *self._use], axis=1),
            demand_ids=tuple(self.demands.ids),
            demand_origin=demand["origin"],
            demand_destination=demand["destination"],
            demand_class=demand["class_index"],
            demand_t_per_day=demand["mass_t"],
            penalty_per_t=demand["penalty_per_t"],
            background_per_day=self.capacities.column("background", np.float64),
            floor_share=self.capacities.column("floor", np.float64),
            **limits,
        )

    def joined_costs(self, name: str) -> NDArray[Any]:
        """Return one field of ``LinkCosts`` for every link added."""
        blocks = [getattr(block, name) for block in self._costs] or [getattr(LinkCosts.free(self.classes, 0), name)]
        return np.concatenate(blocks, axis=-1)

    def _member_matrix(self) -> sparse.csr_array:
        shape = (len(self.capacities.ids), len(self.links.ids))
        if not self._members:
            return sparse.csr_array(shape, dtype=np.float64)
        row, column, count = (np.concatenate(arrays) for arrays in zip(*self._members, strict=True))
        return sparse.csr_array((count, (row, column)), shape=shape)

    def _check_ids(self) -> None:
        """Find every id that stands for two things."""
        for file, ids in (
            ("nodes.csv", self.nodes.ids),
            ("links.csv", self.links.ids),
            ("capacities.csv", self.capacities.ids),
            ("demands.csv", self.demands.ids),
        ):
            if len(set(ids)) < len(ids):
                for one in _repeated(ids):
                    self.find(file, None, None, CLASH.format(id=one))


def _repeated(ids: Iterable[str]) -> list[str]:
    """Return every id that stands twice, once."""
    seen: set[str] = set()
    repeated: dict[str, None] = {}
    for one in ids:
        if one in seen:
            repeated[one] = None
        seen.add(one)
    return list(repeated)


_DEMAND_DEFAULTS: Final[dict[str, ArrayLike]] = {
    "penalty_per_t": 0.0,
    "max_time_h": np.inf,
    "max_length_km": np.inf,
    "optional": True,
}

_DEMAND_TYPES: Final[dict[str, type]] = {
    "origin": np.int32,
    "destination": np.int32,
    "class_index": np.int32,
    "mass_t": np.float64,
    "penalty_per_t": np.float64,
    "max_time_h": np.float64,
    "max_length_km": np.float64,
    "optional": np.bool_,
}
