"""The network of a pack: what becomes a node, a link and a capacity, and where no path may lead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_pack import FURNITURE, R1, R2, tiny_pack

from geodata.assembly.infrastructure import open_share
from geodata.assembly.network import build_network
from geodata.columns import ARRIVAL_SUFFIX, LINK_COLUMNS, as_column, decode, encode, forms_mask
from geodata.graph import to_networkx
from geodata.impedance.impedance import build_impedance
from geodata.network import Geometries, Network, select_links
from geodata.tables import MissingCurrencyError
from supplychain.pack import Pack
from supplychain.prices import MissingRateError


def ids_of(network: Network, kind: str) -> set[str]:
    return set(network.links.link_id[network.links.is_kind(kind)])


def test_two_way_rows_give_two_links_with_one_capacity_and_one_line() -> None:
    network = build_network(tiny_pack())
    forward, backward = network.link_index("road_1>"), network.link_index("road_1<")
    assert network.links.from_index[forward] == network.links.to_index[backward]
    assert network.links.geometry[forward] == network.links.geometry[backward]
    assert network.link_points(forward).tolist() == [list(R1), list(R2)]
    assert network.link_points(backward).tolist() == [list(R2), list(R1)]
    capacity = list(network.capacities.capacity_id).index("link:road_1")
    assert set(network.capacities.members(capacity)) == {forward, backward}
    assert network.capacities.residual_per_day[capacity] == 2000.0


def test_one_way_rows_give_one_link_with_the_plain_id() -> None:
    network = build_network(tiny_pack({"links": {"road_2": {"oneway": True}}}))
    assert ids_of(network, "link") == {"road_1>", "road_1<", "road_2", "river_1>", "river_1<"}


@pytest.mark.parametrize("status", ["building", "planned", "closed"])
def test_only_open_rows_are_in_the_network(status: str) -> None:
    changes = {
        "links": {"road_2": {"status": status}},
        "services": {"mother": {"status": status}},
        "terminals": {"river": {"status": status}},
    }
    network = build_network(tiny_pack(changes))
    assert not ids_of(network, "service")
    assert ids_of(network, "link") == {"road_1>", "road_1<", "river_1>", "river_1<"}
    assert not network.has_node("river:road")
    assert not any(row == "river" for row in network.capacities.row_id)


def test_a_service_of_a_closed_terminal_is_left_out_without_a_word() -> None:
    network = build_network(tiny_pack({"terminals": {"port": {"status": "closed"}}}))
    assert not ids_of(network, "service")


@pytest.mark.parametrize(
    ("start", "end", "share"),
    [(6, 18, 0.5), (6, 9, 0.875), (22, 6, 2 / 3), (5, 18, 0.0), (0, 24, 0.0), (None, None, 1.0)],
)
def test_heavy_truck_bans(start: float | None, end: float | None, share: float) -> None:
    """Half a day (12 h) stays open with half the capacity; 13 h and all day close; 22 to 6 bans 8 of 24 h."""
    changes = {"links": {"road_1": {"ban_from_h": start, "ban_to_h": end}}}
    pack = tiny_pack(changes)
    assert open_share(pack.table("links"))[0] == pytest.approx(share)
    network = build_network(pack)
    assert ("road_1>" in ids_of(network, "link")) == (share > 0)
    if share > 0:
        assert network.capacities.residual_per_day[0] == pytest.approx(2000.0 * share)


def test_capacities_of_terminals_and_services_per_working_day() -> None:
    """port: 600,000 / 300 = 2,000 TEU a day less 1,000; ship: 3,000 less 1,000 a week ÷ (300 / 52) days.

    river: 30,000 a year and 36,000 used by others leaves nothing, and says that it was raised to 0.
    """
    network = build_network(tiny_pack())
    table = network.capacities
    residual = dict(zip(table.capacity_id, table.residual_per_day, strict=True))
    assert residual["terminal:port:TEU"] == 1000.0
    assert residual["service:mother>:TEU"] == pytest.approx(2000.0 * 52 / 300)
    assert residual["service:mother<:TEU"] == pytest.approx(2000.0 * 52 / 300)
    assert residual["terminal:river:TEU"] == 0.0
    assert set(table.capacity_id[table.floored]) == {"terminal:river:TEU"}
    members = {
        network.links.link_id[link] for link in table.members(list(table.capacity_id).index("terminal:port:TEU"))
    }
    assert members == {"port~h_barge_ship", "port~h_truck_ship"}


def test_capacities_stay_with_their_rows_when_others_have_none() -> None:
    more: dict[str, Any] = {
        "terminals": [
            {
                "terminal_id": "quay",
                "kind": "seaport",
                "modes": "road;sea",
                "lon": R2[0],
                "lat": R2[1],
                "capacity_t_per_year": 900.0,
            }
        ]
    }
    changes = {"terminals": {"river": {"capacity_teu_per_year": None, "background_teu_per_year": None}}}
    table = build_network(tiny_pack(changes, **more)).capacities
    found = dict(zip(table.capacity_id, table.capacity_per_day, strict=True))
    assert found["terminal:port:TEU"] == 2000.0
    assert found["terminal:quay:t"] == 3.0
    assert "terminal:river:TEU" not in found


def test_a_place_without_a_named_junction_is_joined_to_the_two_nearest_within_15_km() -> None:
    """park_b stands 10 km north of r2 (0.0904 deg), 6.6 km south of r1: both are within 15 km, r3 is not."""
    network = build_network(tiny_pack(parks=[{"park_id": "park_b", "lon": R2[0], "lat": R2[1] + 0.0904}]))
    mine = network.links.row_id == "park_b"
    assert set(network.links.link_id[mine]) == {"park_b~r1>", "park_b~r1<", "park_b~r2>", "park_b~r2<"}
    link = network.link_index("park_b~r2>")
    assert network.links.length_m[link] == pytest.approx(10_000 * 1.3, rel=1e-3)
    assert network.links.time_h[link] == pytest.approx(0.52, rel=1e-3)


def test_a_place_beyond_reach_or_at_a_closed_junction_has_no_connector() -> None:
    far = {"park_id": "park_far", "lon": R1[0] + 1.0, "lat": R1[1]}
    closed = {"park_id": "park_closed", "lon": R1[0], "lat": R1[1], "road_node_id": "r3"}
    network = build_network(tiny_pack({"links": {"road_2": {"status": "planned"}}}, parks=[far, closed]))
    assert not np.isin(network.links.row_id, ["park_far", "park_closed"]).any()


def shortcut_pack() -> Pack:
    """Return a pack in which passing through a place, a terminal or a market would be the quickest way.

    park_mid lies between two roads that meet nowhere else; two ports serve the same market both ways.
    """
    return tiny_pack(
        {"links": {"road_2": {"status": "closed"}, "river_1": {"status": "closed"}}},
        parks=[{"park_id": "park_mid", "lon": 106.80, "lat": 10.75}],
        nodes=[
            {"node_id": "r4", "mode": "road", "lon": 106.80, "lat": 10.76},
            {"node_id": "r5", "mode": "road", "lon": 106.80, "lat": 10.74},
        ],
        links=[
            road("road_a", "r2", "r4"),
            road("road_b", "r5", "r3"),
        ],
        terminals=[
            {
                "terminal_id": "port_2",
                "kind": "seaport",
                "modes": "road;sea",
                "lon": 106.80,
                "lat": 10.75,
                "handling_cost_factor": 1.0,
                "handling_time_factor": 1.0,
            }
        ],
        services=[
            {
                "service_id": "mother_2",
                "kind": "mother_ship",
                "mode": "sea",
                "direction": "both",
                "from_terminal_id": "port_2",
                "market_id": "overseas",
                "vehicle_id": "ship",
                "time_h": 1.0,
                "distance_km": 1.0,
                "cost_per_teu": 1.0,
            }
        ],
    )


def road(link_id: str, start: str, end: str) -> dict[str, Any]:
    return {
        "link_id": link_id,
        "mode": "road",
        "from_node_id": start,
        "to_node_id": end,
        "link_class": "trunk",
        "geometry": "LINESTRING (106.8 10.7, 106.9 10.6)",
        "length_m": 30000.0,
        "speed_kmh": 60.0,
    }


def test_no_path_passes_through_a_place_a_terminal_or_a_market() -> None:
    network = build_network(shortcut_pack())
    graph = to_networkx(network)
    assert {"park_mid~r4<", "park_mid~r5>"} <= {key for *_, key in graph.edges(keys=True)}
    assert nx.has_path(graph, "park_a", "park_mid:arrival")
    assert nx.has_path(graph, "park_a", "overseas:arrival")
    assert not nx.has_path(graph, "park_a", "port:road:arrival")
    assert not nx.has_path(graph, "r4", "r5")
    for node in graph:
        if graph.nodes[node]["side"] == "departure" and graph.nodes[node]["kind"] in {"place", "market"}:
            assert graph.in_degree(node) == 0
            assert graph.out_degree(node + ARRIVAL_SUFFIX) == 0


def test_freight_leaves_a_terminal_only_after_handling() -> None:
    network = build_network(shortcut_pack())
    links, nodes = network.links, network.nodes
    from_arrival = np.char.endswith(nodes.node_id.astype(str)[links.from_index], ARRIVAL_SUFFIX)
    assert set(links.link_id[from_arrival]) == ids_of(network, "transshipment")


def test_empty_boxes_reach_a_depot_at_a_terminal_without_handling() -> None:
    depot = {
        "service_id": "depot",
        "kind": "empty_depot",
        "mode": "road",
        "direction": "both",
        "from_terminal_id": "river",
        "market_id": "overseas",
        "vehicle_id": "truck",
    }
    network = build_network(tiny_pack(services=[depot]))
    nodes, links = network.nodes.node_id, network.links
    out, back = network.link_index("depot>"), network.link_index("depot<")
    assert (nodes[links.from_index[out]], nodes[links.to_index[out]]) == ("river:road:arrival", "overseas:arrival")
    assert (nodes[links.from_index[back]], nodes[links.to_index[back]]) == ("overseas", "river:road")


def test_a_line_haul_starts_at_a_junction() -> None:
    haul = {
        "service_id": "haul",
        "kind": "road_line_haul",
        "mode": "road",
        "direction": "in",
        "from_node_id": "r2",
        "market_id": "overseas",
        "vehicle_id": "truck",
        "time_h": 5.0,
        "distance_km": 300.0,
    }
    network = build_network(tiny_pack(services=[haul]))
    link = network.link_index("haul")
    ends = network.nodes.node_id[[network.links.from_index[link], network.links.to_index[link]]]
    assert list(ends) == ["overseas", "r2"]


def test_every_row_can_be_named_from_its_link() -> None:
    network = build_network(tiny_pack())
    columns = network.links.to_columns()
    by_link = dict(zip(columns["link_id"], zip(columns["row_table"], columns["row_id"], strict=True), strict=True))
    assert by_link["road_1<"] == ("links", "road_1")
    assert by_link["park_a~r1>"] == ("parks", "park_a")
    assert by_link["port~h_barge_ship"] == ("transshipments", "h_barge_ship")
    assert by_link["mother>"] == ("services", "mother")
    assert by_link["river:road~r2<"] == ("terminals", "river")
    assert columns["link_class"][network.link_index("road_1>")] == "trunk"
    assert columns["link_class"][network.link_index("mother>")] == ""


def test_columns_are_closed_to_writing() -> None:
    network = build_network(tiny_pack())
    for column in LINK_COLUMNS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(network.links, column.name)[0] = getattr(network.links, column.name)[0]


def test_networkx_carries_rows_attributes_and_lines() -> None:
    pack = tiny_pack()
    network = build_network(pack)
    graph = to_networkx(network)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(network.nodes), len(network.links))
    edge = graph.edges["r2", "r1", "road_1<"]
    assert (edge["length_m"], edge["mode"], edge["row_id"]) == (20000.0, "road", "road_1")
    assert edge["coordinates"] == [R2, R1]
    assert graph.edges["overseas", "port:sea:arrival", "mother<"]["vehicle_id"] == "ship"
    impedance = build_impedance(pack, network, [FURNITURE])
    priced = to_networkx(network, impedance, FURNITURE.class_id)
    assert priced.edges["r1", "r2", "road_1>"]["price"] == pytest.approx(41250.0)
    with pytest.raises(ValueError, match="both impedance and class_id"):
        to_networkx(network, impedance)
    with pytest.raises(ValueError, match="no class 'sand:bulk'; known: furniture:container"):
        to_networkx(network, impedance, "sand:bulk")


@given(st.lists(st.sampled_from(["road", "rail", ""]), min_size=1, max_size=20))
def test_words_become_codes_and_come_back(words: list[str]) -> None:
    assert list(decode(encode(words, ("road", "rail"), "mode"), ("road", "rail"))) == words


def test_refusals() -> None:
    network = build_network(tiny_pack())
    with pytest.raises(KeyError, match="no node 'nowhere'"):
        network.node_index("nowhere")
    with pytest.raises(KeyError, match="no link 'road_9>'"):
        network.link_index("road_9>")
    with pytest.raises(ValueError, match="mode must be one of road, got 'tram'"):
        encode(["tram"], ("road",), "mode")
    with pytest.raises(ValueError, match="cargo form must be one of container, reefer, bulk, got 'gas'"):
        forms_mask(["gas"])
    with pytest.raises(ValueError, match="one-dimensional"):
        as_column(np.zeros((2, 2)), LINK_COLUMNS[9])
    with pytest.raises(ValueError, match="offsets must rise"):
        Geometries(np.array([0, 3]), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="length_m of link 'road_1>' must be at least 0, got -1"):
        replace(network.links, length_m=np.full(len(network.links), -1.0))
    with pytest.raises(ValueError, match="link_id must be unique, 'a' stands twice"):
        replace(network.links, link_id=np.full(len(network.links), "a", dtype=object))
    with pytest.raises(ValueError, match="one length"):
        replace(network.links, wait_h=np.zeros(3))
    with pytest.raises(ValueError, match="to_index must lie between 0 and"):
        Network(
            network.nodes,
            replace(network.links, to_index=np.full(len(network.links), 99, dtype=np.int32)),
            network.geometries,
            network.capacities,
            network.commodity_sets,
            network.vehicle_ids,
        )
    with pytest.raises(ValueError, match="capacity_per_day of 'link:road_1' must be at least 0"):
        replace(network.capacities, capacity_per_day=np.full(len(network.capacities), -5.0))


def test_a_link_to_a_missing_node_is_named() -> None:
    with pytest.raises(ValueError, match=r"Link 'road_2.' ends at node 'r9', which is not in the network"):
        build_network(tiny_pack({"links": {"road_2": {"to_node_id": "r9"}}}))


def test_money_without_currency_or_rate_is_refused() -> None:
    with pytest.raises(MissingCurrencyError, match="road_1 has a value in toll_per_km and no currency"):
        build_network(tiny_pack({"links": {"road_1": {"currency": None}}}))
    with pytest.raises(MissingRateError, match="USD in 2019"):
        build_network(tiny_pack({"services": {"mother": {"price_year": 2019}}}))


def test_select_links_keeps_order() -> None:
    links = build_network(tiny_pack()).links
    kept = select_links(links, links.is_mode("road") & links.is_kind("link"))
    assert list(kept.link_id) == ["road_1>", "road_2>", "road_1<", "road_2<"]
