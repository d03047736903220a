"""Subject: a planned problem with the words people know its parts by, whether it came from a region or a folder."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem
    from supplychain.text import Text

NO_LETTER = -1


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Names of n parts of a problem, and the rows they came from; entry i is about part i.

    Parameters
    ----------
    table, row_id
        Table and row each part came from; empty text where there is none, object[n].
    name_vi, name_en
        What people call it; its id where it has no name, object[n].
    """

    table: NDArray[np.object_]
    row_id: NDArray[np.object_]
    name_vi: NDArray[np.object_]
    name_en: NDArray[np.object_]

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, column.name)) for column in fields(self)}
        if len(lengths) != 1:
            msg = f"table, row_id, name_vi and name_en must have one length, got {sorted(lengths)}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A problem and its plan, with what every node, link, capacity and demand stands for.

    Arrays stand in the order of the problem: K classes, L links, R capacities, D demands, N nodes.

    Parameters
    ----------
    title
        What was planned: scenario id, or name of the folder.
    problem, plan
        The two belong together.
    nodes, links, capacities
        Their names and rows.
    letters
        Words of the modes.
    letter
        Mode a link moves by, place in ``letters``, int8[L]; -1 for links that only hand over, join or choose.
    link_kind
        What a link does, such as ``link``, ``connector``, ``transshipment``, ``service``, object[L].
    length_km
        Length of a pass, float64[L].
    hours
        Hours of a pass, waiting included, float64[K, L].
    money_parts
        Parts that ``problem.money_per_t`` is the sum of, float64[K, L] each, by name.
    demands
        One row per demand, in order: ``demand_id``, ``commodity_id``, ``origin_id``, ``destination_id`` and whatever
        else the source knows (``direction``, ``form``, ``place_id``, ``market_id``, ``teu_per_t``, ``is_wanted``: False
        for what the program added to say what a plant or a supply does).
    capacity_kind
        What is limited, such as ``link``, ``terminal``, ``service``, ``gate``, ``fleet``, object[R].
    currency, price_year
        Of all money; year None where it is not known.
    inputs_sha256
        Hash of everything the plan follows from.
    sources
        Titles of what the figures rest on.
    name
        What people call it; None for its title.
    segment
        Part of the way a link belongs to: ``inland``, ``line_haul`` or ``sea_air``, object[L]; None where not known.
    amounts_per_t
        Further amounts of one tonne and one pass, float64[K, L] each, by name: ``resource_cost``, ``ttw_kg_co2e``,
        ``wtt_kg_co2e``, ``vehicle_km``; those that are not known are left out.
    groups
        Group that each gateway is reported in, by row id of the terminal.
    names
        Names of commodities, groups and whatever else no node stands for, by id.
    network
        Which network the plan stands on, the same text for the same network; empty where it is its own.
    period
        What the amounts are per.
    """

    title: str
    problem: Problem
    plan: Plan
    nodes: Words
    links: Words
    capacities: Words
    letters: tuple[str, ...]
    letter: NDArray[np.int8]
    link_kind: NDArray[np.object_]
    length_km: NDArray[np.float64]
    hours: NDArray[np.float64]
    money_parts: Mapping[str, NDArray[np.float64]]
    demands: pd.DataFrame
    capacity_kind: NDArray[np.object_]
    currency: str
    price_year: int | None
    inputs_sha256: str
    sources: tuple[str, ...]
    name: Text | None = None
    segment: NDArray[np.object_] | None = None
    amounts_per_t: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)
    network: str = ""
    period: str = "day"

    def __post_init__(self) -> None:
        classes, links = self.problem.allowed.shape
        shapes: dict[str, tuple[Any, tuple[int, ...]]] = {
            "letter": (self.letter, (links,)),
            "link_kind": (self.link_kind, (links,)),
            "length_km": (self.length_km, (links,)),
            "hours": (self.hours, (classes, links)),
            "capacity_kind": (self.capacity_kind, (len(self.problem.capacity_ids),)),
            **{
                name: (part, (classes, links))
                for name, part in (*self.money_parts.items(), *self.amounts_per_t.items())
            },
        }
        if self.segment is not None:
            shapes["segment"] = (self.segment, (links,))
        for name, (array, shape) in shapes.items():
            if array.shape != shape:
                msg = f"{name} must have shape {shape}, got {array.shape}."
                raise ValueError(msg)
        if len(self.demands) != len(self.problem.demand_ids):
            msg = f"demands must have {len(self.problem.demand_ids)} rows, got {len(self.demands)}."
            raise ValueError(msg)
