"""The network as a networkx graph, at the analyst's border and for the tests' second opinion."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from geodata.impedance.impedance import Impedance
from geodata.network import Network

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
