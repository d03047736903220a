"""Nodes, links and capacities of a folder, copied for every period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.folder.build_assembly import Assembly, LinkCosts, Stands
from optimizer.folder.build_costs import price_links
from optimizer.folder.build_data import SEPARATOR, FolderData, spread
from optimizer.folder.build_vehicles import SharedUse, check_counted, share_capacities, units_per_t
from optimizer.folder.case import BACK, NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]

HOURS_PER_DAY = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class Directed:
    """The links of links.csv once for each direction, and once for each class where classes must be kept apart.

    Parameters
    ----------
    row
        Row of links.csv, in rising order, int64[n].
    is_back
        Whether it runs against the link's direction, bool[n].
    only
        The only class that may use it, -1 for all that may, int64[n].
    """

    row: Indices
    is_back: NDArray[np.bool_]
    only: Indices


def add_network(data: FolderData, assembly: Assembly) -> None:
    """Add every node and link for every period it is open in, with the capacities of capacities.csv and links.csv.

    Node ``n`` in period ``p`` has the index ``p * N + n``.
    """
    nodes = data.ids("node")
    for period, ending in enumerate(data.endings):
        assembly.add_nodes([one + ending for one in nodes], Stands("node", np.arange(len(nodes)), period))
    costs = price_links(data, assembly)
    shared = share_capacities(data, assembly, costs)
    own = _own_use(data, assembly, costs)
    assembly.raise_if_any()
    directed = _direct(data, costs, shared.to_split)
    for period in range(data.periods):
        is_open, share = _opening(data, period)
        links = _add_links(data, assembly, (directed, costs), is_open, period)
        _add_own_capacities(data, assembly, (directed, links), (own, share), period)
        _add_shared_capacities(data, assembly, (directed, links), (shared, costs), period)
    _add_storage(data, assembly)


def _direct(data: FolderData, costs: LinkCosts, to_split: NDArray[np.bool_]) -> Directed:
    """Return the directed links, those of one row together."""
    both = data.table("links")["both_ways"].to_numpy(dtype=bool)
    k, apart = np.nonzero(costs.allowed & to_split)
    whole = np.flatnonzero(~to_split)
    row, only = np.concatenate([whole, apart]), np.concatenate([np.full(whole.size, NONE), k])
    back = both[row]
    is_back = np.repeat([False, True], [row.size, int(back.sum())])
    row, only = np.concatenate([row, row[back]]), np.concatenate([only, only[back]])
    order = np.lexsort((is_back, only, row))
    return Directed(row[order], is_back[order], only[order])


def _opening(data: FolderData, period: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which rows of links.csv are open in a period and what share of their capacity they have."""
    links = len(data.table("links"))
    is_open, share = np.ones(links, dtype=bool), np.ones(links)
    table = data.table("link_periods")
    mine = data.column_rows("link_periods", "period_id", "period") == period
    if not mine.any():
        return is_open, share
    open_said, share_said = table["open"].to_numpy(dtype=bool), data.numbers("link_periods", "capacity_share")
    of_mode, of_link = (
        data.column_rows("link_periods", "mode", "mode"),
        data.column_rows("link_periods", "link_id", "link"),
    )
    mode = data.column_rows("links", "mode", "mode")
    for entry in np.flatnonzero(mine & (of_mode >= 0)):
        here = mode == of_mode[entry]
        is_open[here], share[here] = open_said[entry], share_said[entry]
    entries = np.flatnonzero(mine & (of_link >= 0))
    is_open[of_link[entries]], share[of_link[entries]] = open_said[entries], share_said[entries]
    return is_open, share


def _add_links(
    data: FolderData,
    assembly: Assembly,
    network: tuple[Directed, LinkCosts],
    is_open: NDArray[np.bool_],
    period: int,
) -> Indices:
    """Add the links open in a period; return the index of each directed link, -1 where shut."""
    directed, costs = network
    chosen = np.flatnonzero(is_open[directed.row])
    row, is_back, only = directed.row[chosen], directed.is_back[chosen], directed.only[chosen]
    first = period * len(data.table("nodes"))
    tail = first + data.column_rows("links", "from_node_id", "node")[row]
    head = first + data.column_rows("links", "to_node_id", "node")[row]
    here = costs.at(row)
    mine = (only == NONE) | (only == np.arange(assembly.classes)[:, None])
    np.logical_and(here.allowed, mine, out=here.allowed)
    ids = _link_ids(data, (row, is_back, only), data.endings[period])
    index = np.full(directed.row.size, NONE, dtype=np.int64)
    for back, kind in ((False, "link"), (True, "back")):
        of_kind = np.flatnonzero(is_back == back)
        if of_kind.size:
            ends = (head, tail) if back else (tail, head)
            index[chosen[of_kind]] = assembly.add_links(
                [ids[one] for one in of_kind],
                (ends[0][of_kind], ends[1][of_kind]),
                Stands(kind, row[of_kind], period),
                here.at(of_kind),
            )
    return index


def _link_ids(data: FolderData, of: tuple[Indices, NDArray[np.bool_], Indices], ending: str) -> list[str]:
    """Return the id of each directed link in a period."""
    row, is_back, only = of
    names = data.ids("link")
    classes = [*(SEPARATOR + one for one in data.class_ids), ""]
    backs = ("", BACK)
    return [
        names[one] + backs[back] + classes[k] + ending
        for one, back, k in zip(row.tolist(), is_back.tolist(), only.tolist(), strict=True)
    ]


def _own_use(data: FolderData, assembly: Assembly, costs: LinkCosts) -> tuple[Indices, NDArray[np.float64]]:
    """Return the rows of links.csv with a capacity and what a tonne takes of it, float64[K, rows]."""
    rows = np.flatnonzero(~np.isnan(data.numbers("links", "capacity_per_day")))
    unit, mode = (
        data.table("links")["capacity_unit"].astype(object).to_numpy()[rows],
        data.column_rows("links", "mode", "mode"),
    )
    units = units_per_t(data, unit, mode[rows])
    return rows, check_counted(data, assembly, (units, costs.allowed[:, rows], rows, unit), ("links", "capacity_unit"))


def _add_own_capacities(
    data: FolderData,
    assembly: Assembly,
    links: tuple[Directed, Indices],
    use: tuple[tuple[Indices, NDArray[np.float64]], NDArray[np.float64]],
    period: int,
) -> None:
    """Add the capacity of every link that has one and is open in the period."""
    (rows, use_per_t), share = use
    directed, index = links
    is_open = np.zeros(len(data.table("links")), dtype=bool)
    is_open[directed.row[index >= 0]] = True
    kept = is_open[rows]
    rows, use_per_t = rows[kept], use_per_t[:, kept]
    days = data.days[period]
    unit = data.table("links")["capacity_unit"].astype(object).to_numpy()[rows]
    names = data.ids("link")
    capacities = assembly.add_capacities(
        [f"{SEPARATOR}link{SEPARATOR}{names[row]}{data.endings[period]}" for row in rows.tolist()],
        Stands("link", rows, period),
        np.where(unit == "", "t", unit),
        (
            data.numbers("links", "capacity_per_day")[rows] * days * share[rows],
            data.numbers("links", "background_per_day")[rows] * days,
            data.numbers("links", "floor_share")[rows],
        ),
        use_per_t,
    )
    of_row = np.full(is_open.size, NONE, dtype=np.int64)
    of_row[rows] = capacities
    taken = np.flatnonzero((of_row[directed.row] >= 0) & (index >= 0))
    assembly.add_members(of_row[directed.row[taken]], index[taken], 1.0)


def _add_shared_capacities(
    data: FolderData,
    assembly: Assembly,
    links: tuple[Directed, Indices],
    use: tuple[SharedUse, LinkCosts],
    period: int,
) -> None:
    """Add the capacities of capacities.csv in a period with the links that use them."""
    table = data.table("capacities")
    if table.empty:
        return
    (directed, index), (shared, costs), days = links, use, data.days[period]
    capacities = assembly.add_capacities(
        [one + data.endings[period] for one in data.ids("capacity")],
        Stands("capacity", np.arange(len(table)), period),
        table["unit"].astype(object).to_numpy(),
        (
            data.numbers("capacities", "capacity_per_day") * days,
            data.numbers("capacities", "background_per_day") * days,
            data.numbers("capacities", "floor_share"),
        ),
        shared.use_per_t,
    )
    start = np.searchsorted(directed.row, np.arange(costs.length_km.size + 1))
    chosen, entry = spread(start, shared.link)
    kept = index[chosen] >= 0
    entry, chosen = entry[kept], chosen[kept]
    any_class = costs.allowed[:, shared.link[entry]].argmax(axis=0)
    k = np.where(directed.only[chosen] == NONE, any_class, directed.only[chosen])
    assembly.add_members(capacities[shared.capacity[entry]], index[chosen], shared.count[k, entry])


def _add_storage(data: FolderData, assembly: Assembly) -> None:
    """Add waiting from each period into the next wherever storage.csv has room, and the room as a capacity.

    A row for all classes holds those without a row of their own at the node.
    """
    table, periods, nodes = data.table("storage"), data.periods, len(data.table("nodes"))
    if table.empty or periods == 1:
        return
    node, k = data.column_rows("storage", "node_id", "node"), data.column_rows("storage", "class_id", "class")
    allowed = k == np.arange(assembly.classes)[:, None]
    own = np.zeros((assembly.classes, nodes), dtype=bool)
    own[k[k >= 0], node[k >= 0]] = True
    allowed |= (k == NONE) & ~own[:, node]
    classes = [*(SEPARATOR + one for one in data.class_ids), ""]
    names = [f"{SEPARATOR}store{SEPARATOR}{one}" for one in table["node_id"]]
    names = [name + classes[one] for name, one in zip(names, k.tolist(), strict=True)]
    room = data.numbers("storage", "capacity_t")
    limited = np.flatnonzero(~np.isnan(room))
    rows = np.arange(node.size)
    for period in range(periods if data.tables.settings.periods_repeat else periods - 1):
        into = (period + 1) % periods
        days = float(data.days[into])
        costs = LinkCosts.free(assembly.classes, node.size)
        costs.allowed[:] = allowed
        costs.money_per_t[:] = data.numbers("storage", "money_per_t_day") * days
        costs.emissions_kg_per_t[:] = data.numbers("storage", "kg_co2e_per_t_day") * days
        costs.time_h[:] = HOURS_PER_DAY * days
        ids = [name + data.endings[period] for name in names]
        ends = (period * nodes + node, into * nodes + node)
        links = assembly.add_links(ids, ends, Stands("storage", rows, period), costs)
        capacities = assembly.add_capacities(
            [ids[one] for one in limited], Stands("storage", limited, period), "t", (room[limited], 0.0, 0.0)
        )
        assembly.add_members(capacities, links[limited], 1.0)
