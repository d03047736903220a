"""Who supplies whom, frozen: facilities, and flows of items between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Flow:
    """One relation: what one facility supplies to another.

    Parameters
    ----------
    relation_id
        Key of the supply relation.
    supplier_id, customer_id
        Facilities.
    item
        Article, or the commodity where no article is named; empty where neither is.
    mass_t_per_month
        Mass, t/month; None where nobody has stated it.
    """

    relation_id: str
    supplier_id: str
    customer_id: str
    item: str
    mass_t_per_month: float | None

    def __post_init__(self) -> None:
        if self.supplier_id == self.customer_id:
            msg = f"relation {self.relation_id}: {self.supplier_id} supplies itself."
            raise ValueError(msg)
        if self.mass_t_per_month is not None and not 0 <= self.mass_t_per_month < np.inf:
            msg = f"relation {self.relation_id}: mass_t_per_month must be 0 or more, got {self.mass_t_per_month}."
            raise ValueError(msg)


@dataclass(frozen=True, eq=False)
class SupplyGraph:
    """Facilities and the flows between them.

    Parameters
    ----------
    facility_ids
        The facilities, str[F].
    organisation_ids
        Organisation that runs each, str[F].
    items
        The items that flow, str[I].
    relation_ids
        Key of each flow, str[R].
    supplier, customer
        Index of the facilities of each flow, int64[R].
    item
        Index of the item of each flow, int64[R].
    mass_t
        Mass of each flow, t/month, float64[R]; NaN where nobody has stated it.
    """

    facility_ids: tuple[str, ...]
    organisation_ids: tuple[str, ...]
    items: tuple[str, ...]
    relation_ids: tuple[str, ...]
    supplier: Indices
    customer: Indices
    item: Indices
    mass_t: Floats

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Index of each facility."""
        return {name: index for index, name in enumerate(self.facility_ids)}

    @property
    def stated(self) -> NDArray[np.bool_]:
        """Which flows have a mass, bool[R]."""
        return ~np.isnan(self.mass_t)

    def index(self, facility_id: str) -> int:
        """Return the index of a facility.

        Raises
        ------
        KeyError
            If it is none of the graph's.
        """
        return self.place[facility_id]

    def shares(self, *, upstream: bool) -> csr_array:
        """Return the part of each facility's stated mass that comes from (or goes to) each other one.

        Parameters
        ----------
        upstream
            True for where inputs come from, False for where outputs go.

        Returns
        -------
        csr_array
            float64[F, F]; a row of a facility with stated mass above 0 adds up to 1, any other is empty.
        """
        known = self.stated & (self.mass_t > 0)
        near, far = (self.customer, self.supplier) if upstream else (self.supplier, self.customer)
        size = len(self.facility_ids)
        mass = self.mass_t[known]
        total = np.bincount(near[known], weights=mass, minlength=size)
        part = mass / total[near[known]]
        return csr_array((part, (near[known], far[known])), shape=(size, size))


def make_supply_graph(organisation_of: Mapping[str, str], flows: Iterable[Flow]) -> SupplyGraph:
    """Return the graph of facilities and flows, both in the order of their ids.

    Parameters
    ----------
    organisation_of
        Organisation of each facility.
    flows
        The relations; facilities they name that are not in ``organisation_of`` raise.

    Raises
    ------
    ValueError
        If a flow names an unknown facility, or two flows have one id.
    """
    ids = tuple(sorted(organisation_of))
    place = {name: index for index, name in enumerate(ids)}
    rows = sorted(flows, key=lambda flow: flow.relation_id)
    _refuse_faults(rows, place)
    items = tuple(sorted({flow.item for flow in rows}))
    item_place = {name: index for index, name in enumerate(items)}
    return SupplyGraph(
        facility_ids=ids,
        organisation_ids=tuple(organisation_of[name] for name in ids),
        items=items,
        relation_ids=tuple(flow.relation_id for flow in rows),
        supplier=np.array([place[flow.supplier_id] for flow in rows], dtype=np.int64),
        customer=np.array([place[flow.customer_id] for flow in rows], dtype=np.int64),
        item=np.array([item_place[flow.item] for flow in rows], dtype=np.int64),
        mass_t=np.array(
            [np.nan if flow.mass_t_per_month is None else flow.mass_t_per_month for flow in rows], dtype=np.float64
        ),
    )


def _refuse_faults(rows: Sequence[Flow], place: Mapping[str, int]) -> None:
    seen: set[str] = set()
    for flow in rows:
        for facility in (flow.supplier_id, flow.customer_id):
            if facility not in place:
                msg = f"relation {flow.relation_id} names facility {facility}, which is not among the facilities."
                raise ValueError(msg)
        if flow.relation_id in seen:
            msg = f"relation {flow.relation_id} stands twice."
            raise ValueError(msg)
        seen.add(flow.relation_id)
