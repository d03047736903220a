"""Why no route leads somewhere: what is in the way of this vehicle, found on a graph without its limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from geodata.columns import Flags, Indices
from geodata.infrastructure.columns import NODE_FEATURES
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.turns import TurnRestrictions
from geodata.routing.access import LIMITS, NODE_LIMITS, runs_on, shut_nodes, too_small_waterway
from geodata.routing.ends import one_place
from geodata.routing.follow import make_arcs
from geodata.routing.graph import RoutingGraph, build_graph
from geodata.routing.names import road_name
from geodata.routing.snapping import Snap
from geodata.routing.sweep import Digraph, sweep
from geodata.routing.vehicle import VehicleProfile
from supplychain.text import Text

MOST_NAMED: Final = 3
PENALTY_S: Final = 1e7
"""What passing something that is in the way costs in the search for the way with the fewest such things, seconds."""

LIMIT_WORDS: Final = {
    "max_weight_t": Text(en="max {limit:g} t, vehicle {value:g} t", vi="tối đa {limit:g} t, xe {value:g} t"),
    "max_axle_load_t": Text(
        en="max {limit:g} t an axle, vehicle {value:g} t", vi="tối đa {limit:g} t mỗi trục, xe {value:g} t"
    ),
    "max_height_m": Text(en="max height {limit:g} m, vehicle {value:g} m", vi="cao tối đa {limit:g} m, xe {value:g} m"),
    "max_length_m": Text(en="max length {limit:g} m, vehicle {value:g} m", vi="dài tối đa {limit:g} m, xe {value:g} m"),
    "max_width_m": Text(en="max width {limit:g} m, vehicle {value:g} m", vi="rộng tối đa {limit:g} m, xe {value:g} m"),
    "max_draught_m": Text(
        en="max draught {limit:g} m, vessel {value:g} m", vi="mớn nước tối đa {limit:g} m, tàu {value:g} m"
    ),
    "max_vessel_t": Text(
        en="largest vessel {limit:g} t, this one {value:g} t", vi="tàu tối đa {limit:g} t, tàu này {value:g} t"
    ),
}


class _Relaxed(NamedTuple):
    """Which links any vehicle of the mode may run on, by way, and which of these this one may not."""

    passable: Flags
    blocked: Flags


def explain(
    infrastructure: Infrastructure, graph: RoutingGraph, ends: tuple[Snap, Snap], depart: dt.datetime | None
) -> Text:
    """Return why no route leads from one point to the other.

    A second search runs where any vehicle of the mode may, past limits and shut nodes and with every turn, for the way
    with the fewest things in this vehicle's way: these are named. Where even that finds none, the network itself is
    not connected there.

    Parameters
    ----------
    infrastructure, graph
        The network and the vehicle's graph of it.
    ends
        Origin and destination.
    depart
        Time of departure if one was given.
    """
    profile = graph.profile
    links = infrastructure.links
    passable = np.stack([links.access_forward != 0, links.access_backward != 0])
    own = graph.start_arc.reshape(-1, 2).T >= 0
    passable = (passable & runs_on(infrastructure, profile)) | own
    relaxed = _Relaxed(passable, passable & ~own)
    path = _least_blocked(infrastructure, profile, relaxed, ends)
    if path is None:
        return _not_connected(profile, links.link_id[[ends[0].link, ends[1].link]].tolist())
    items = _in_the_way(infrastructure, profile, relaxed, path)
    if not items:
        return _rules(infrastructure, graph, ends, depart)
    en = "; ".join(item.en for item in items[:MOST_NAMED])
    vi = "; ".join(item.vi for item in items[:MOST_NAMED])
    more = len(items) - MOST_NAMED
    return Text(
        en=f"No route for {profile.name.en}; in its way: {en}" + (f"; and {more} more." if more > 0 else "."),
        vi=f"Không có đường cho {profile.name.vi}; vướng: {vi}" + (f"; và {more} chỗ nữa." if more > 0 else "."),
    )


def _least_blocked(
    infrastructure: Infrastructure, profile: VehicleProfile, relaxed: _Relaxed, ends: tuple[Snap, Snap]
) -> Indices | None:
    """Return the keys (2 × link + against) of the way with the fewest things in the way; None where there is none."""
    arcs = make_arcs(infrastructure, relaxed.passable)
    link, way = arcs.key >> 1, arcs.key & 1
    shut = np.where(shut_nodes(infrastructure, profile), PENALTY_S, 0.0)
    entering = infrastructure.links.length_m[link] + np.where(relaxed.blocked[way, link], PENALTY_S, 0.0)
    # Vertices are arcs and nodes: an arc leads to its head, a node to the arcs that leave it.
    start = np.concatenate([np.arange(len(arcs.key)), len(arcs.key) + arcs.node_start]).astype(np.int64)
    second = np.concatenate([len(arcs.key) + arcs.head, np.arange(len(arcs.key))]).astype(np.int32)
    weight = np.concatenate([entering, shut])
    origin, destination = ends
    seeds = arcs.of_key[[2 * origin.link, 2 * origin.link + 1]]
    goals = arcs.of_key[[2 * destination.link, 2 * destination.link + 1]]
    seeds, goals = seeds[seeds >= 0], goals[goals >= 0]
    found = sweep(Digraph(start, second, weight[second]), one_place(seeds, np.zeros(len(seeds))))
    cost, before = found.distance[0], found.before(0)
    if not len(goals) or not np.isfinite(cost[goals]).any():
        return None
    vertex = int(goals[np.argmin(cost[goals])])
    keys = []
    while vertex >= 0:
        keys.append(int(arcs.key[vertex]) if vertex < len(arcs.key) else -1)
        vertex = int(before[vertex])
    return np.array([key for key in reversed(keys) if key >= 0], dtype=np.int32)


def _not_connected(profile: VehicleProfile, link_ids: list[str]) -> Text:
    first, last = link_ids
    return Text(
        en=(
            f"No route for {profile.name.en}: no vehicle of its mode gets from link {first} to link {last}; the "
            "network is not connected there (check it, or a way that leads there one way only)."
        ),
        vi=(
            f"Không có đường cho {profile.name.vi}: không phương tiện nào cùng phương thức đi được từ đoạn {first} đến "
            f"đoạn {last}; mạng lưới không liền nhau ở đó (hãy kiểm tra, nhất là các đoạn một chiều)."
        ),
    )


def _in_the_way(
    infrastructure: Infrastructure, profile: VehicleProfile, relaxed: _Relaxed, path: Indices
) -> list[Text]:
    """Return what is in the vehicle's way on a path, each road or node once."""
    links = infrastructure.links
    shut = shut_nodes(infrastructure, profile)
    items: dict[str, Text] = {}
    for place, key in enumerate(path.tolist()):
        link, way = key >> 1, key & 1
        if relaxed.blocked[way, link]:
            text = _link_reason(infrastructure, profile, link)
            items.setdefault(text.en, text)
        node = int(links.from_index[link] if way else links.to_index[link])
        if shut[node] and place < len(path) - 1:
            text = _node_reason(infrastructure, profile, node)
            items.setdefault(text.en, text)
    return list(items.values())


def _limit_texts(table: object, row: int, profile: VehicleProfile, limits: tuple[tuple[str, str], ...]) -> list[Text]:
    found = []
    for column, figure in limits:
        limit, value = float(getattr(table, column)[row]), float(getattr(profile, figure))
        if value > limit:
            found.append(LIMIT_WORDS[column].format(limit=limit, value=value))
    return found


def _link_reason(infrastructure: Infrastructure, profile: VehicleProfile, link: int) -> Text:
    name = road_name(infrastructure, link)
    texts = _limit_texts(infrastructure.links, link, profile, LIMITS)
    gauge_mm = int(infrastructure.links.gauge_mm[link])
    if profile.gauge_mm and gauge_mm not in {0, profile.gauge_mm}:
        texts.append(Text(en=f"gauge {gauge_mm} mm", vi=f"khổ đường {gauge_mm} mm"))
    if too_small_waterway(infrastructure, profile)[link]:
        texts.append(Text(en="class of waterway too small", vi="cấp đường thủy quá nhỏ"))
    if not texts:
        texts.append(Text(en=f"closed to kind {profile.kind}", vi=f"cấm loại {profile.kind}"))
    en, vi = ", ".join(text.en for text in texts), ", ".join(text.vi for text in texts)
    return Text(en=f"{name} ({en})", vi=f"{name} ({vi})")


def _node_reason(infrastructure: Infrastructure, profile: VehicleProfile, node: int) -> Text:
    nodes = infrastructure.nodes
    feature = NODE_FEATURES[nodes.feature[node]].replace("_", " ") if nodes.feature[node] >= 0 else "node"
    texts = _limit_texts(nodes, node, profile, NODE_LIMITS)
    if not texts:
        texts.append(Text(en=f"closed to kind {profile.kind}", vi=f"cấm loại {profile.kind}"))
    en, vi = ", ".join(text.en for text in texts), ", ".join(text.vi for text in texts)
    return Text(en=f"{feature} {nodes.node_id[node]} ({en})", vi=f"{feature} {nodes.node_id[node]} ({vi})")


def _rules(
    infrastructure: Infrastructure, graph: RoutingGraph, ends: tuple[Snap, Snap], depart: dt.datetime | None
) -> Text:
    """Return which rule is in the way where every link and node of some way is open to the vehicle."""
    name = graph.profile.name
    if depart is not None:
        return Text(
            en=f"No route for {name.en} within two weeks of {depart:%Y-%m-%d %H:%M}: hours of closing leave no way.",
            vi=f"Không có đường cho {name.vi} trong hai tuần từ {depart:%Y-%m-%d %H:%M}: giờ cấm không chừa lối nào.",
        )
    without_turns = replace(infrastructure, turns=TurnRestrictions.none())
    if _leads(build_graph(without_turns, graph.profile, hour=graph.hour), ends):
        return Text(
            en=f"No route for {name.en}: turn restrictions leave no way.",
            vi=f"Không có đường cho {name.vi}: các biển cấm rẽ không chừa lối nào.",
        )
    return Text(
        en=f"No route for {name.en}: it would pass through roads for their own destinations only, or turn on the road.",
        vi=f"Không có đường cho {name.vi}: phải đi xuyên đường chỉ dành cho nơi đến trên đường đó, hoặc quay đầu.",
    )


def _leads(graph: RoutingGraph, ends: tuple[Snap, Snap]) -> bool:
    origin, destination = ends
    seeds = graph.start_arc[[2 * origin.link, 2 * origin.link + 1]]
    seeds = seeds[seeds >= 0]
    cost = sweep(graph.digraph("time"), one_place(seeds, np.zeros(len(seeds)))).distance[0]
    goals = [arc for way in (0, 1) for arc in graph.end_arcs(2 * destination.link + way).tolist()]
    return bool(np.isfinite(cost[goals]).any())
