"""Where demands may start and end: one of several nodes or plants, in one of several periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.folder.build_assembly import Arrivals, Assembly, LinkCosts, Stands
from optimizer.folder.build_data import SEPARATOR, FolderData, flatten, spread
from optimizer.folder.case import NONE
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from optimizer.folder.build_processing import PlantFlows

    Indices = NDArray[np.int64]

MOST_NAMED: Final = 3
"""Members of a set that its id names; of larger sets the first is named and a number told."""

NOT_A_PRODUCT: Final = Text(
    en="Plant {plant} does not put out {class_id}; add it to plant_flows.csv or take the plant from the origins.",
    vi="Nhà máy {plant} không làm ra {class_id}; hãy thêm vào plant_flows.csv hoặc bỏ nhà máy khỏi cột origins.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The one end of n demands.

    Parameters
    ----------
    members
        Names of nodes (or plants), a tuple a demand.
    first, last
        Period in which it may be there first and last, int64[n].
    class_index
        Class of each demand, int64[n].
    """

    members: pd.Series
    first: Indices
    last: Indices
    class_index: Indices

    @classmethod
    def whole_horizon(cls, data: FolderData, members: list[tuple[str, ...]], class_index: ArrayLike) -> Ends:
        """Return ends that are open in every period."""
        count = len(members)
        at_end = np.full(count, data.periods - 1)
        k = np.broadcast_to(np.asarray(class_index, dtype=np.int64), (count,))
        return cls(pd.Series(members, dtype=object), np.zeros(count, dtype=np.int64), at_end, k)


@dataclass(frozen=True, slots=True, eq=False)
class _Sets:
    """The distinct sets of some ends: which one each demand has, and every (set, member, period) of them."""

    of_demand: Indices
    names: list[str]
    class_index: Indices
    owner: Indices
    member: NDArray[np.object_]
    period: Indices


def origin_nodes(data: FolderData, assembly: Assembly, ends: Ends, flows: PlantFlows, word: str = "from") -> Indices:
    """Return the node each demand starts at, a new one before several nodes, several periods or plants.

    A tonne that leaves a plant takes one tonne of what the plant puts out of its class. The ids of what is added begin
    with ``word``.
    """
    plain = _plain_nodes(data, ends)
    chosen = np.flatnonzero(plain == NONE)
    if not chosen.size:
        return plain
    has_plant = _has_plant(data, ends, chosen)
    sets = _distinct_sets(data, ends, chosen, np.where(has_plant, ends.class_index[chosen], NONE))
    virtual = assembly.add_nodes([f"{SEPARATOR}{word}{SEPARATOR}{name}" for name in sets.names], Stands("virtual"))
    plain[chosen] = virtual[sets.of_demand]
    plant, node = _plants(data, sets.member), data.rows("node", sets.member)
    for at_plant in (False, True):
        of_kind = np.flatnonzero((plant >= 0) == at_plant)
        if not of_kind.size:
            continue
        owner, period = sets.owner[of_kind], sets.period[of_kind]
        where = data.column_rows("plants", "node_id", "node")[plant[of_kind]] if at_plant else node[of_kind]
        flow = flows.output(plant[of_kind], sets.class_index[owner]) if at_plant else where
        stands = Stands("plant_out" if at_plant else "source", flow, period)
        ids = _member_ids(data, sets, of_kind, word)
        ends_of = (virtual[owner], period * len(data.table("nodes")) + where)
        links = assembly.add_links(ids, ends_of, stands, _only_classes(assembly, sets.class_index[owner]))
        if at_plant:
            assembly.add_members(flows.capacities[period, flow], links, 1.0)
    return plain


def destination_nodes(
    data: FolderData, assembly: Assembly, ends: Ends, mass_t: NDArray[np.float64], word: str = "to"
) -> Indices:
    """Return the node each demand ends at, a new one behind several nodes or periods, and where empties stay behind.

    The ids of what is added begin with ``word``.
    """
    plain = _plain_nodes(data, ends)
    leaves = np.zeros(assembly.classes, dtype=bool)
    leaves[data.column_rows("empties", "class_id", "class")] = True
    chosen = np.flatnonzero((plain == NONE) | leaves[ends.class_index])
    if not chosen.size:
        return plain
    k = ends.class_index[chosen]
    sets = _distinct_sets(data, ends, chosen, np.where(leaves[k], k, NONE))
    virtual = assembly.add_nodes([f"{SEPARATOR}{word}{SEPARATOR}{name}" for name in sets.names], Stands("virtual"))
    plain[chosen] = virtual[sets.of_demand]
    node = data.rows("node", sets.member)
    links = assembly.add_links(
        _member_ids(data, sets, np.arange(node.size), word),
        (sets.period * len(data.table("nodes")) + node, virtual[sets.owner]),
        Stands("sink", node, sets.period),
        _only_classes(assembly, sets.class_index[sets.owner]),
    )
    mass = np.bincount(sets.of_demand, weights=mass_t[chosen], minlength=len(sets.names)).astype(np.float64)
    for one in np.unique(sets.class_index[sets.class_index >= 0]):
        mine = np.flatnonzero(sets.class_index[sets.owner] == one)
        tonnes = mass[sets.owner[mine]]
        into = virtual[sets.owner[mine]]
        assembly.arrivals.append(Arrivals(int(one), links[mine], into, node[mine], sets.period[mine], tonnes))
    return plain


def check_origins(data: FolderData, assembly: Assembly, ends: Ends, flows: PlantFlows) -> None:
    """Find every plant that does not put out what it is named an origin of."""
    start, members = flatten(ends.members)
    owner = np.repeat(np.arange(len(ends.members)), np.diff(start))
    plant = _plants(data, members)
    at_plant = np.flatnonzero(plant >= 0)
    k = ends.class_index[owner[at_plant]]
    for entry in at_plant[flows.output(plant[at_plant], k) == NONE]:
        class_id = data.class_ids[ends.class_index[owner[entry]]]
        text = NOT_A_PRODUCT.format(plant=members[entry], class_id=class_id)
        assembly.find("demands.csv", data.line("demands", owner[entry]), "origins", text)


def _plants(data: FolderData, members: NDArray[np.object_]) -> Indices:
    """Return the row of plants.csv of every member that is a plant, -1 for nodes."""
    return np.where(data.rows("node", members) >= 0, NONE, data.rows("plant", members))


def _plain_nodes(data: FolderData, ends: Ends) -> Indices:
    """Return the node of each end of one node and one period, -1 for all others."""
    nodes = np.full(len(ends.members), NONE, dtype=np.int64)
    single = np.flatnonzero((ends.members.map(len).to_numpy(dtype=np.int64) == 1) & (ends.first == ends.last))
    names = ends.members.iloc[single].map(lambda one: one[0]).to_numpy(dtype=object)
    row = data.rows("node", names)
    nodes[single] = np.where(row >= 0, ends.first[single] * len(data.table("nodes")) + row, NONE)
    return nodes


def _has_plant(data: FolderData, ends: Ends, chosen: Indices) -> NDArray[np.bool_]:
    """Return whether a plant is among the members of each chosen end."""
    start, members = flatten(ends.members.iloc[chosen])
    owner = np.repeat(np.arange(chosen.size), np.diff(start))
    at_plant = _plants(data, members) >= 0
    return np.bincount(owner[at_plant], minlength=chosen.size) > 0


def _distinct_sets(data: FolderData, ends: Ends, chosen: Indices, class_index: Indices) -> _Sets:
    """Return the sets of the chosen ends, one for those alike in members, periods and class (-1 for any)."""
    code, lists = pd.factorize(ends.members.iloc[chosen].to_numpy(dtype=object))
    keys = np.stack([code, ends.first[chosen], ends.last[chosen], class_index])
    distinct, of_demand = np.unique(keys, axis=1, return_inverse=True)
    start, members = flatten(lists)
    first, last = distinct[1], distinct[2]
    span = last - first + 1
    place, owner = spread(start, distinct[0])
    repeated = np.repeat(np.arange(place.size), span[owner])
    offset = np.arange(repeated.size) - np.repeat(np.cumsum(span[owner]) - span[owner], span[owner])
    return _Sets(
        of_demand=of_demand.ravel(),
        names=_set_names(data, lists, distinct),
        class_index=distinct[3],
        owner=owner[repeated],
        member=members[place[repeated]],
        period=first[owner[repeated]] + offset,
    )


def _set_names(data: FolderData, lists: NDArray[np.object_], distinct: Indices) -> list[str]:
    """Return a readable name of each set: members, periods where not all, class where one."""
    names = []
    for code, first, last, k in distinct.T.tolist():
        members = lists[code]
        name = ";".join(members) if len(members) <= MOST_NAMED else f"{members[0]};+{len(members) - 1} #{code}"
        if (first, last) != (0, data.periods - 1):
            name += f"{SEPARATOR}{data.period_ids[first]}..{data.period_ids[last]}"
        names.append(name + (f"{SEPARATOR}{data.class_ids[k]}" if k >= 0 else ""))
    return names


def _member_ids(data: FolderData, sets: _Sets, chosen: Indices, word: str) -> list[str]:
    """Return the id of the link of each chosen (set, member, period)."""
    begin = SEPARATOR + word + SEPARATOR
    return [
        f"{begin}{sets.names[owner]}{SEPARATOR}by {member}{data.endings[period]}"
        for owner, member, period in zip(
            sets.owner[chosen].tolist(), sets.member[chosen], sets.period[chosen].tolist(), strict=True
        )
    ]


def _only_classes(assembly: Assembly, class_index: Indices) -> LinkCosts:
    """Return free links, each open to one class alone, or to all where it is -1."""
    costs = LinkCosts.free(assembly.classes, class_index.size)
    costs.allowed[:] = (class_index == NONE) | (class_index == np.arange(assembly.classes)[:, None])
    return costs
