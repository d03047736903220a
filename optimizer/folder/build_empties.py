"""Empties that must go back: laden goods are delivered only as far as what they leave behind can leave too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.folder.build_assembly import Arrivals, Assembly, LinkCosts, Stands
from optimizer.folder.build_data import SEPARATOR, FolderData
from optimizer.folder.build_sets import Ends, destination_nodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]


def add_empties(data: FolderData, assembly: Assembly) -> None:
    """Add the journeys of empties from every place where laden goods may arrive to the depots of their row.

    A laden tonne takes, and a tonne of empties that leaves in the same period gives, of a capacity of nothing.
    """
    table = data.table("empties")
    laden = data.column_rows("empties", "class_id", "class")
    arrivals = [arrival for arrival in assembly.arrivals if arrival.class_index in set(laden.tolist())]
    if table.empty or not arrivals:
        return
    k = data.column_rows("empties", "empty_class_id", "class")
    depots = Ends.whole_horizon(data, list(table["depots"]), k)
    to = destination_nodes(data, assembly, depots, np.zeros(k.size), "depots")
    per_t = data.numbers("empties", "t_per_t")
    for row in range(len(table)):
        mine = [arrival for arrival in arrivals if arrival.class_index == laden[row]]
        if mine:
            _add_row(data, assembly, (row, float(per_t[row]), int(k[row]), int(to[row])), mine)


def _add_row(data: FolderData, assembly: Assembly, what: tuple[int, float, int, int], arrivals: list[Arrivals]) -> None:
    """Add the empties of one row of empties.csv: its index, tonnes per laden tonne, class, and node of its depots."""
    row, per_t, k, depots = what
    link, into, node, period, mass = (
        np.concatenate([getattr(one, name) for one in arrivals])
        for name in ("link", "into", "node", "period", "mass_t")
    )
    table = data.table("empties")
    place, at = np.unique(node, return_inverse=True)
    pair, entry = np.unique(at * data.periods + period, return_inverse=True)
    where, when = np.divmod(pair, data.periods)
    words = ["", "empties", str(table["class_id"].iloc[row]), str(table["empty_class_id"].iloc[row])]
    names = [SEPARATOR.join([*words, data.ids("node")[one]]) for one in place]
    ids = [names[one] + data.endings[at_time] for one, at_time in zip(where, when, strict=True)]
    capacities = assembly.add_capacities(ids, Stands("empties", row, when, place[where]), "t")
    assembly.add_members(capacities[entry], link, per_t)
    source = assembly.add_nodes(names, Stands("virtual"))
    costs = LinkCosts.free(assembly.classes, pair.size)
    costs.allowed[:] = np.arange(assembly.classes)[:, None] == k
    ends = (source[where], when * len(data.table("nodes")) + place[where])
    links = assembly.add_links(ids, ends, Stands("empties", row, when, place[where]), costs)
    assembly.add_members(capacities, links, -1.0)
    assembly.add_demands(
        names,
        Stands("empties", row, node=place),
        origin=source,
        destination=np.full(place.size, depots),
        class_index=k,
        mass_t=per_t * _most_tonnes(at, into, period, mass),
    )


def _most_tonnes(place: Indices, into: Indices, period: Indices, mass_t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the most laden tonnes that can arrive at each place: what one demand brings counts in one period only."""
    periods = int(period.max()) + 1
    pair, of_pair = np.unique(np.stack([into, place]), axis=1, return_inverse=True)
    tonnes = np.bincount(of_pair.ravel() * periods + period, weights=mass_t, minlength=pair.shape[1] * periods)
    return np.bincount(pair[1], weights=tonnes.reshape(-1, periods).max(axis=1)).astype(np.float64)
