"""Checks of a pack's network: every row by itself, and whether every place can reach the markets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

from geodata.assembly.connectors import REACHES
from geodata.assembly.network import build_network
from geodata.check.findings import where
from geodata.check.limits import check_limits
from geodata.check.links import check_links
from geodata.check.services import check_services
from geodata.columns import NODE_KINDS, SIDES, Flags
from geodata.geodesy import nearest
from geodata.network import Network
from geodata.tables import Table, numbers, texts
from geodata.topology.components import reached_from
from supplychain.errors import Finding, HinterlandError
from supplychain.pack import PackCheck, split_list
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

NOT_JOINED = Text(
    en="{id} is joined to no road: no open road node within {reach} km, or road_node_id names one without open links.",
    vi="{id} chưa nối với đường bộ: không có nút đường bộ đang mở trong {reach} km, "
    "hoặc road_node_id chỉ đến nút không có đoạn đang mở.",
)
NO_WAY = Text(
    en="{id} is joined to the network, but no open links lead from it to a market and back. Complete the links.",
    vi="{id} đã nối vào mạng lưới nhưng chưa có đường đang mở đến thị trường và ngược lại. Hãy bổ sung đoạn tuyến.",
)
CUT_OFF = Text(
    en="No place or market reaches terminal {id} over open links and services. Add links, handling rows or services.",
    vi="Không nơi nào đến được đầu mối {id} qua các tuyến đang mở. Hãy bổ sung đoạn tuyến, xếp dỡ hoặc dịch vụ.",
)
IDLE_MODE = Text(
    en="Terminal {id} has mode {mode}, but no {mode} node lies within {reach} km and no {mode} service calls there.",
    vi="Đầu mối {id} có phương thức {mode} nhưng trong {reach} km không có nút {mode} và cũng không có dịch vụ {mode}.",
)
UNKNOWN_NODE = Text(
    en="{id}: {column} names {node}, which is no {mode} node. Name one of nodes.csv, or leave it empty.",
    vi="{id}: {column} ghi {node}, không phải nút {mode}. Hãy chọn nút trong nodes.csv hoặc để trống.",
)
TABLES: Final = (
    "assumptions",
    "rates",
    "nodes",
    "links",
    "parks",
    "zones",
    "terminals",
    "transshipments",
    "markets",
    "services",
    "vehicles",
    "commodities",
    "trade",
)


def check_network(pack: Pack) -> list[Finding]:
    """Return everything wrong with the network a pack describes.

    Rows are checked one by one first; whether places reach the markets is checked once the rows are right.
    """
    findings = [*check_links(pack), *check_services(pack), *check_limits(pack)]
    findings += [*_named_nodes(pack), *_terminal_modes(pack)]
    if findings:
        return findings
    try:
        network = build_network(pack)
    except HinterlandError as error:
        return [Finding("pack", None, None, error.text)]
    return [*_places(pack, network), *_terminals(pack, network)]


NETWORK_CHECKS: Final = (PackCheck(TABLES, check_network),)
"""What :func:`supplychain.pack.read_pack` runs when the network shall be checked too."""


def _named_nodes(pack: Pack) -> Iterator[Finding]:
    nodes = pack.table("nodes")
    modes = dict(zip(texts(nodes, "node_id"), texts(nodes, "mode"), strict=True))
    for name in ("parks", "zones", "terminals"):
        table = pack.table(name)
        for mode, reach in REACHES.items():
            if reach.node_column not in table.columns:
                continue
            named = texts(table, reach.node_column)
            wrong: Flags = np.array([node != "" and modes.get(node) != mode for node in named], dtype=np.bool_)
            yield from where(
                table,
                name,
                wrong,
                reach.node_column,
                UNKNOWN_NODE,
                {"node": named, "column": reach.node_column, "mode": mode},
            )


def _terminal_modes(pack: Pack) -> Iterator[Finding]:
    """Every mode of a terminal, of whatever status, must have a node near or a service, of whatever status."""
    table, services, nodes = pack.table("terminals"), pack.table("services"), pack.table("nodes")
    called = {
        (terminal, mode)
        for column in ("from_terminal_id", "to_terminal_id")
        for terminal, mode in zip(texts(services, column), texts(services, "mode"), strict=True)
    }
    ids = texts(table, "terminal_id")
    modes = [split_list(cell) for cell in texts(table, "modes")]
    for mode in sorted({mode for some in modes for mode in some}):
        reach = REACHES.get(mode)
        near = np.zeros(len(table), dtype=np.bool_)
        if reach is not None:
            near = (texts(table, reach.node_column) != "") | _near(table, nodes[nodes["mode"] == mode], reach.reach_m)
        served = np.array([(terminal, mode) in called for terminal in ids], dtype=np.bool_)
        has = np.array([mode in some for some in modes], dtype=np.bool_)
        kilometres = 0.0 if reach is None else reach.reach_m / 1000.0
        yield from where(
            table, "terminals", has & ~near & ~served, "modes", IDLE_MODE, {"mode": mode, "reach": kilometres}
        )


def _near(table: Table, nodes: Table, reach_m: float) -> Flags:
    points = np.column_stack((numbers(table, "lon"), numbers(table, "lat")))
    candidates = np.column_stack((numbers(nodes, "lon"), numbers(nodes, "lat")))
    found, _, _ = nearest(points, candidates, 1, reach_m)
    flags: Flags = np.isin(np.arange(len(table)), found)
    return flags


def _places(pack: Pack, network: Network) -> Iterator[Finding]:
    reached, reaching = _reach(network, "market")
    joined = set(network.nodes.node_id[network.links.from_index].tolist())
    for name in ("parks", "zones"):
        table = pack.table(name)
        ids, is_open = texts(table, f"{name[:-1]}_id"), texts(table, "status") == "open"
        has_road = np.array([place in joined for place in ids], dtype=np.bool_)
        reach = REACHES["road"].reach_m / 1000.0
        yield from where(table, name, is_open & ~has_road, "road_node_id", NOT_JOINED, {"reach": reach})
        connected = np.array(
            [not on or _both_ways(network, place, reached, reaching) for place, on in zip(ids, is_open, strict=True)],
            dtype=np.bool_,
        )
        yield from where(table, name, is_open & has_road & ~connected, None, NO_WAY)


def _both_ways(network: Network, place: str, reached: Flags, reaching: Flags) -> bool:
    return bool(reaching[network.origin_index(place)] and reached[network.destination_index(place)])


def _terminals(pack: Pack, network: Network) -> Iterator[Finding]:
    """Yield the open terminals at which freight from no place or market arrives."""
    reached, _ = _reach(network, "market", "place")
    table = pack.table("terminals")
    ids, is_open = texts(table, "terminal_id"), texts(table, "status") == "open"
    arrivals = network.nodes.side == SIDES.index("arrival")
    useful = set(network.nodes.subject_id[arrivals & reached].tolist())
    cut_off = np.array([terminal not in useful for terminal in ids], dtype=np.bool_)
    yield from where(table, "terminals", is_open & cut_off, None, CUT_OFF)


def _reach(network: Network, *kinds: str) -> tuple[Flags, Flags]:
    """Return which nodes freight from nodes of some kinds reaches, and which nodes' freight reaches them."""
    links = network.links
    wanted = np.isin(network.nodes.kind, [NODE_KINDS.index(kind) for kind in kinds])
    departures = np.flatnonzero(wanted & (network.nodes.side == SIDES.index("departure")))
    arrivals = np.flatnonzero(wanted & (network.nodes.side == SIDES.index("arrival")))
    shape = (len(network.nodes), len(network.nodes))
    graph = csr_array((np.ones(len(links)), (links.from_index, links.to_index)), shape=shape)
    return reached_from(graph, departures), reached_from(csr_array(graph.T), arrivals)
