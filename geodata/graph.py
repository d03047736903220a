"""Networks and infrastructures as networkx graphs, at the analyst's border and for the tests' second opinion."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from geodata.impedance.impedance import Impedance
from geodata.infrastructure.columns import TURN_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Network
from geodata.routing.follow import turn_keys
from geodata.routing.graph import OBJECTIVES, RoutingGraph, build_graph
from geodata.routing.vehicle import VehicleProfile

LEFT_OUT = ("from_index", "to_index", "geometry", "reversed", "commodity_set", "vehicle", "link_id", "node_id")


def to_networkx(network: Network, impedance: Impedance | None = None, class_id: str | None = None) -> Any:  # noqa: ANN401
    """Return the network as a ``networkx.MultiDiGraph``: nodes by id, edges by link id, columns as attributes.

    Edges carry every link column (codes as words), ``commodities`` (empty: all), ``vehicle_id`` (empty: the usual
    one) and ``coordinates`` in the direction of the link, so that a path found here is a path of ours.

    Parameters
    ----------
    network
        The network.
    impedance, class_id
        With both, only links that the class may use become edges, and these also carry its ``price``, ``time_h_class``
        (moving and waiting) and ``emissions_kg`` per tonne.

    Raises
    ------
    ValueError
        If only one of the two is given, or the class is unknown.
    """
    graph = nx.MultiDiGraph()
    columns = _plain(network.nodes.to_columns())
    node_ids = list(network.nodes.node_id)
    for place, node_id in enumerate(node_ids):
        graph.add_node(node_id, **{name: values[place] for name, values in columns.items()})
    values, kept = _class_values(network, impedance, class_id)
    links = _plain(network.links.to_columns()) | values
    for link in np.flatnonzero(kept):
        commodities = network.links.commodity_set[link]
        vehicle = network.links.vehicle[link]
        graph.add_edge(
            node_ids[network.links.from_index[link]],
            node_ids[network.links.to_index[link]],
            key=network.links.link_id[link],
            commodities=tuple(sorted(network.commodity_sets[commodities])) if commodities >= 0 else (),
            vehicle_id=network.vehicle_ids[vehicle] if vehicle >= 0 else "",
            coordinates=[tuple(point) for point in network.link_points(int(link)).tolist()],
            **{name: column[link] for name, column in links.items()},
        )
    return graph


def _plain(columns: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: values.tolist() for name, values in columns.items() if name not in LEFT_OUT}


def _class_values(
    network: Network, impedance: Impedance | None, class_id: str | None
) -> tuple[dict[str, list[float]], Any]:
    if impedance is None and class_id is None:
        return {}, np.ones(len(network.links), dtype=np.bool_)
    if impedance is None or class_id is None:
        msg = "Give both impedance and class_id, or neither."
        raise ValueError(msg)
    if class_id not in impedance.class_ids:
        msg = f"There is no class {class_id!r}; known: {', '.join(impedance.class_ids)}."
        raise ValueError(msg)
    costs = impedance.class_costs(impedance.class_ids.index(class_id))
    values = {
        "price": costs.part("price"),
        "time_h_class": costs.part("moving_time_h") + costs.part("waiting_time_h"),
        "emissions_kg": costs.part("ttw_kg") + costs.part("wtt_kg"),
    }
    return {name: value.tolist() for name, value in values.items()}, costs.allowed


def infrastructure_to_networkx(
    infrastructure: Infrastructure, profile: VehicleProfile, *, hour: int | None = None
) -> Any:  # noqa: ANN401 - networkx carries no types
    """Return what a vehicle may use as a ``networkx.MultiDiGraph``: nodes by id, an edge a direction of a link.

    Edges have the key ``LINK_ID>`` along the line of their link and ``LINK_ID<`` against it, every column of the link
    (codes as words), ``time_s``, ``length_m``, ``cost``, ``co2e_kg``, ``destination_only`` and ``coordinates`` in the
    direction of travel. A graph of nodes cannot hold turns: ``graph.graph["turns"]`` lists the restrictions that bind
    the vehicle as dictionaries of ``turn_id``, ``kind`` (``no`` forbids the whole sequence; ``only`` demands that who
    drove all edges but the last goes on to the last), ``hours`` (empty: always) and ``edges`` (from, to, key). Paths of
    networkx on this graph heed neither these nor U-turns nor destinations; ``arcs_to_networkx`` does.

    Parameters
    ----------
    infrastructure, profile
        What runs where.
    hour
        Hour of the week, 0 to 167, whose conditions and speeds hold; None: none that hold at some hours only.
    """
    arcs = build_graph(infrastructure, profile, hour=hour)
    graph = nx.MultiDiGraph()
    node_ids = infrastructure.nodes.node_id.tolist()
    columns = _plain(infrastructure.nodes.to_columns())
    for place, node_id in enumerate(node_ids):
        graph.add_node(node_id, **{name: values[place] for name, values in columns.items()})
    links = _plain(infrastructure.links.to_columns())
    edges: dict[int, tuple[str, str, str]] = {}
    for key in np.flatnonzero(arcs.start_arc >= 0).tolist():
        arc, link = int(arcs.start_arc[key]), key >> 1
        link_key = f"{infrastructure.links.link_id[link]}{'<' if key & 1 else '>'}"
        edges[key] = (node_ids[arcs.arc_tail[arc]], node_ids[arcs.arc_head[arc]], link_key)
        values = {name: column[link] for name, column in links.items()} | {
            "destination_only": bool(infrastructure.links.destination_only[link] & profile.kind_bit),
            "time_s": float(arcs.time_s[arc]),
            "length_m": float(arcs.length_m[arc]),
            "cost": float(arcs.cost[arc]),
            "co2e_kg": float(arcs.co2e_kg[arc]),
            "coordinates": [
                tuple(point) for point in infrastructure.link_points(link, backward=bool(key & 1)).tolist()
            ],
        }
        graph.add_edge(*edges[key], **values)
    graph.graph["turns"] = _turns(infrastructure, profile, edges)
    return graph


def _turns(
    infrastructure: Infrastructure, profile: VehicleProfile, edges: dict[int, tuple[str, str, str]]
) -> list[dict[str, Any]]:
    turns, keys = infrastructure.turns, turn_keys(infrastructure)
    found = []
    for turn in np.flatnonzero((turns.kinds & profile.kind_bit) != 0).tolist():
        sequence = keys[turns.offsets[turn] : turns.offsets[turn + 1]].tolist()
        if all(key in edges for key in sequence):
            schedule = int(turns.schedule[turn])
            found.append(
                {
                    "turn_id": turns.turn_id[turn],
                    "kind": TURN_KINDS[turns.kind[turn]],
                    "hours": "" if schedule < 0 else infrastructure.schedules.text[schedule],
                    "edges": [edges[key] for key in sequence],
                }
            )
    return found


def arcs_to_networkx(graph: RoutingGraph) -> Any:  # noqa: ANN401 - networkx carries no types
    """Return a routing graph as a ``networkx.DiGraph`` of arcs: paths on it heed every turn restriction.

    Nodes are arcs with their ``link`` and whether they run ``along`` its line; an edge weighs the turn and the whole
    pass of the arc it enters, by objective: ``time``, ``distance``, ``cost``, ``co2e``.

    Parameters
    ----------
    graph
        The graph of a vehicle, of ``build_graph``.
    """
    arcs = nx.DiGraph()
    for arc, (link, along) in enumerate(zip(graph.arc_link.tolist(), graph.arc_along.tolist(), strict=True)):
        arcs.add_node(arc, link=link, along=along)
    steps = [(graph.turn_weight(name) + graph.weight(name)[graph.follow_arc]).tolist() for name in OBJECTIVES]
    ends = zip(graph.follow_from.tolist(), graph.follow_arc.tolist(), strict=True)
    for (first, second), *weights in zip(ends, *steps, strict=True):
        arcs.add_edge(first, second, **dict(zip(OBJECTIVES, weights, strict=True)))
    return arcs
