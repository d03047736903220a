"""The pack's network on a joined infrastructure: ruled by the pack, reached by access roads, free of dead ends."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from joining_roads import at, infrastructure, town
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from tiny_pack import tiny_pack

from api.regions import pack_scenarios
from geodata.assembly.ground import NotJoinedError
from geodata.assembly.network import build_network
from geodata.gis.corridors import infrastructure_of_pack
from geodata.infrastructure.build import make_candidates, make_conditions
from geodata.infrastructure.columns import CANDIDATE_KINDS, TRUCK_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.weekly import Schedules
from geodata.joining.join import join_pack
from geodata.joining.options import JoinOptions
from geodata.joining.registry import bare_name, name_similarity, suggest_matches
from geodata.network import Geometries, Network
from geodata.paths import skim
from optimizer.check_reduce import Arcs, reduced
from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.scenario import Scenario
from supplychain.pack import Pack

SAME = ("length_m", "time_h", "toll_per_km", "max_vessel_t", "mode", "link_class")
R1, R2 = at(500.0, 1000.0), at(4500.0, 1000.0)
PARK, PORT = at(520.0, 1420.0), at(4460.0, 620.0)
COVER = shapely.box(*at(-300.0, -300.0), *at(6300.0, 2300.0))


def pack_in_town(changes: dict[str, Any] | None = None) -> Pack:
    """Return the tiny pack with r1, r2, the park and the river port in the town; road_1 is its highway, 4 km long."""
    line = shapely.LineString([R1, R2]).wkt
    moved: dict[str, Any] = {
        "nodes": {
            "r1": {"lon": R1[0], "lat": R1[1], "position_accuracy_m": 300.0},
            "r2": {"lon": R2[0], "lat": R2[1], "position_accuracy_m": 300.0},
        },
        "links": {"road_1": {"geometry": line, "length_m": 4000.0, "road": "QL13"}},
        "parks": {"park_a": {"lon": PARK[0], "lat": PARK[1], "road_node_id": "r1"}},
        "terminals": {"river": {"lon": PORT[0], "lat": PORT[1], "road_node_id": "r2", "waterway_node_id": "w1"}},
    }
    for table, rows in (changes or {}).items():
        for row, values in rows.items():
            moved.setdefault(table, {}).setdefault(row, {}).update(values)
    return tiny_pack(moved)


def joined_town(pack: Pack, detail: Infrastructure | None = None) -> Infrastructure:
    """Return the town joined with the pack."""
    return join_pack(detail or town(), pack, JoinOptions.of_pack(pack, cover=COVER)).infrastructure


def road_table(network: Network) -> pd.DataFrame:
    """Return the links of roads, railways and waterways by id."""
    frame = pd.DataFrame(network.links.to_columns())
    frame["from_node"] = network.nodes.node_id[network.links.from_index]
    frame["to_node"] = network.nodes.node_id[network.links.to_index]
    return frame[frame["kind"] == "link"].set_index("link_id").sort_index()


def scenario_of(pack: Pack, scenario_id: str) -> Scenario:
    """Return a scenario the pack ships."""
    return next(one for one in pack_scenarios(pack) if one.scenario_id == scenario_id)


@pytest.mark.parametrize("scenario_id", ["base", "dong_nai_bridge_closed", "ring_roads_3_4"])
def test_corridors_alone_make_the_same_network_as_the_pack(region_pack: Pack, scenario_id: str) -> None:
    """Law: roads, railways, waterways and capacities are those of the pack, whatever a scenario opens or closes."""
    pack = apply_changes(region_pack, scenario_of(region_pack, scenario_id))
    corridors = infrastructure_of_pack(region_pack, tuple(region_pack.table("links")["status"].unique()))
    corridors = dataclasses.replace(
        corridors, links=dataclasses.replace(corridors.links, corridor=corridors.links.link_id)
    )
    plain, joined = build_network(pack), build_network(pack, corridors)
    mine, theirs = road_table(joined), road_table(plain)
    assert mine.index.tolist() == theirs.index.tolist()
    for column in (*SAME, "from_node", "to_node", "row_id", "row_table"):
        assert mine[column].tolist() == theirs[column].tolist(), column
    limits = [pd.DataFrame(network.capacities.to_columns()).set_index("capacity_id") for network in (joined, plain)]
    pd.testing.assert_frame_equal(limits[0].sort_index(), limits[1].sort_index())


def test_the_pack_rules_the_links_that_stand_for_its_corridor() -> None:
    """road_1: 40 km/h, 2,000 VND a km, 5,000 less 3,000 pcu a day counted at one place, both ways together."""
    pack = pack_in_town()
    network = build_network(pack, joined_town(pack))
    roads = road_table(network)
    ruled = roads.loc[[f"ql{column}{way}" for column in range(1, 9) for way in "<>"]]
    assert (ruled["length_m"] / 1000.0 / ruled["time_h"]).to_numpy() == pytest.approx(40.0)
    assert set(ruled["toll_per_km"]) == {2000.0}
    assert roads.loc["h0_0>", "toll_per_km"] == 0.0
    assert set(ruled["row_table"]) == {"network_links"}
    limit = network.capacities.capacity_id.tolist().index("link:road_1")
    assert network.capacities.residual_per_day[limit] == 2000.0
    members = network.links.link_id[network.capacities.members(limit)]
    assert len(members) == 2
    assert len({member[:-1] for member in members}) == 1


def test_what_a_scenario_does_to_a_corridor_its_links_feel() -> None:
    for changes, check in (
        (
            {"status": "closed"},
            lambda roads: not {f"ql{column}>" for column in range(1, 9)} & set(roads.index),
        ),
        ({"speed_kmh": 20.0}, lambda roads: roads.loc["ql4>", "time_h"] == pytest.approx(0.5 / 20.0, rel=0.01)),
        ({"toll_per_km": 0.0}, lambda roads: roads.loc["ql4>", "toll_per_km"] == 0.0),
        ({"ban_from_h": 6.0, "ban_to_h": 22.0}, lambda roads: "ql4>" not in roads.index),
    ):
        joined = joined_town(pack_in_town())
        roads = road_table(build_network(pack_in_town({"links": {"road_1": changes}}), joined))
        assert check(roads), changes
        assert "h0_0>" in roads.index


def test_a_ban_of_some_hours_closes_no_road_and_shrinks_its_capacity() -> None:
    """From 6 to 12: open 18 of 24 hours, so 2,000 becomes 1,500 pcu a day."""
    pack = pack_in_town({"links": {"road_1": {"ban_from_h": 6.0, "ban_to_h": 12.0}}})
    network = build_network(pack, joined_town(pack))
    limit = network.capacities.capacity_id.tolist().index("link:road_1")
    assert network.capacities.residual_per_day[limit] == pytest.approx(1500.0)


def test_places_in_the_town_are_joined_to_its_streets() -> None:
    """The park lies 82 m from (500, 1500), the port 126 m from (4500, 500); drawn × 1.3 they are the connectors."""
    pack = pack_in_town()
    network = build_network(pack, joined_town(pack))
    ends = {"park_a~s1_3>": 82.0, "river:road~s9_1>": 126.0}
    for link_id, metres in ends.items():
        link = network.link_index(link_id)
        assert network.links.length_m[link] == pytest.approx(metres * 1.3, rel=0.03)


def test_access_roads_lead_to_no_motorway_bridge_or_tunnel() -> None:
    """The street beside the park becomes a motorway, its neighbours a bridge and a tunnel: the next street is taken."""
    pack = pack_in_town()
    detail = town()
    links = detail.links
    beside = [detail.link_places[one] for one in ("h0_3", "h1_3", "v1_2", "v1_3")]
    classes = links.link_class.copy()
    classes[beside] = 0
    joined = joined_town(pack, dataclasses.replace(detail, links=dataclasses.replace(links, link_class=classes)))
    chosen = [one for one in build_network(pack, joined).links.link_id if one.startswith("park_a~")]
    assert chosen
    assert not any("~s1_3" in one for one in chosen)
    flags = np.zeros(len(links), dtype=bool)
    flags[beside] = True
    joined = joined_town(pack, dataclasses.replace(detail, links=dataclasses.replace(links, bridge=flags)))
    assert not any(one.startswith("park_a~s1_3") for one in build_network(pack, joined).links.link_id)


def test_a_private_road_is_part_of_the_access_and_of_no_other_way() -> None:
    """Streets about (500, 1500) serve places on them only: from there 500 m of private road reach the next street."""
    pack = pack_in_town()
    detail = town()
    private = np.zeros(len(detail.links), dtype=np.uint8)
    private[[detail.link_places[one] for one in ("h0_3", "h1_3", "v1_2", "v1_3")]] = TRUCK_KINDS
    links = dataclasses.replace(detail.links, destination_only=private)
    network = build_network(pack, joined_town(pack, dataclasses.replace(detail, links=links)))
    (link_id,) = (one for one in network.links.link_id if one.startswith("park_a~") and one.endswith(">"))
    assert network.links.length_m[network.link_index(link_id)] == pytest.approx(82.0 * 1.3 + 500.0, rel=0.02)
    assert not {"h0_3>", "h1_3>", "v1_2>", "v1_3>"} & set(network.links.link_id)


def test_a_place_is_not_joined_across_a_river() -> None:
    """Without the streets between 1,000 m and 1,500 m north but the westernmost, (520, 1420) is 1.6 km from r1 by road.

    The streets north of the gap are on another side: the park goes to its own junction.
    """
    pack = pack_in_town({"parks": {"park_a": {"lon": at(5020.0, 1420.0)[0], "road_node_id": "r2"}}})
    detail = town()
    keep = np.array(
        [not (one.startswith("v") and one.endswith("_2") and one != "v0_2") for one in detail.links.link_id]
    )
    from geodata.infrastructure.build import keep_links  # noqa: PLC0415 - only this test draws a river

    network = build_network(pack, joined_town(pack, keep_links(detail, keep)))
    (link_id,) = (one for one in network.links.link_id if one.startswith("park_a~") and one.endswith(">"))
    assert link_id.split("~")[1].rstrip(">") in {"s10_2", "r2", "s9_2"}


def test_hours_that_shut_a_road_for_half_of_the_day_shut_it() -> None:
    """No lorries from 5 to 22 on h1_3, from 6 to 9 on h2_3."""
    detail = town()
    week = Schedules(
        np.array(["05:00-22:00", "06:00-09:00"], dtype=np.object_),
        np.array([0, 7, 14]),
        np.array([1440 * day + start for start in (300, 360) for day in range(7)]),
        np.array([1440 * day + end for end in (1320, 540) for day in range(7)]),
    )
    which = np.array([detail.link_places[one] for one in ("h1_3", "h2_3")], dtype=np.int32)
    rules = make_conditions(link_index=which, kinds=TRUCK_KINDS, schedule=np.arange(2))
    pack = pack_in_town()
    roads = road_table(
        build_network(pack, joined_town(pack, dataclasses.replace(detail, conditions=rules, schedules=week)))
    )
    assert "h1_3>" not in roads.index
    assert "h2_3>" in roads.index


def test_dead_ends_are_taken_out_and_no_distance_changes() -> None:
    """A lane of three pieces off a corner and a one-way way out of it: neither is on a way to anywhere."""
    pack = pack_in_town()
    lane = infrastructure(
        {
            "s0_0": (0.0, 0.0),
            "d1": (-200.0, 0.0),
            "d2": (-200.0, 200.0),
            "d3": (-300.0, 300.0),
            "s12_4": (6000.0, 2000.0),
            "o": (6100.0, 2000.0),
        },
        [
            {"id": "d_1", "ends": ("s0_0", "d1"), "oneway": False},
            {"id": "d_2", "ends": ("d1", "d2"), "oneway": False},
            {"id": "d_3", "ends": ("d2", "d3"), "oneway": False},
            {"id": "o_1", "ends": ("s12_4", "o"), "oneway": True},
        ],
    )
    from geodata.topology.steps import add_links  # noqa: PLC0415 - only this test adds lanes

    detail = town()
    both = {node: place for place, node in enumerate(detail.nodes.node_id)}
    fresh = [node for node in lane.nodes.node_id if node not in both]
    both |= {node: len(detail.nodes) + place for place, node in enumerate(fresh)}
    place = np.array([both[node] for node in lane.nodes.node_id], dtype=np.int32)
    added = dataclasses.replace(
        lane.links, from_index=place[lane.links.from_index], to_index=place[lane.links.to_index]
    )
    new = np.isin(lane.nodes.node_id.astype(str), fresh)
    nodes = type(lane.nodes)(**{name: values[new] for name, values in lane.nodes.to_columns(words=False).items()})
    with_lanes = add_links(detail, added, lane.lines, nodes)
    networks = [build_network(pack, joined_town(pack, one)) for one in (detail, with_lanes)]
    assert set(networks[0].links.link_id) == set(networks[1].links.link_id)
    km = [
        skim(one, one.links.length_m, one.links.is_mode("road"), (["park_a"], ["river:road"])).values["impedance"]  # noqa: PD011 - a skim, not a table
        for one in networks
    ]
    assert km[0] == pytest.approx(km[1], abs=1e-9)


def test_a_network_that_was_not_joined_is_refused() -> None:
    with pytest.raises(NotJoinedError, match=r"no node r2, which terminals\.csv names in road_node_id; join it with"):
        build_network(pack_in_town(), town())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.floats(0.5, 4.0))
def test_a_reduced_graph_keeps_every_least_price(seed: int, nodes: int, density: float) -> None:
    """Law: least prices between the nodes kept are those of scipy's Dijkstra on all links."""
    random = np.random.default_rng(seed)
    count = max(int(nodes * density), 1)
    tail, head = random.integers(0, nodes, (2, count))
    price = random.integers(1, 50, count).astype(np.float64)
    keep = np.unique(random.integers(0, nodes, max(nodes // 4, 1)))
    smaller = reduced(Arcs(tail, head, price), keep, nodes, small=0)

    def least(arcs: Arcs) -> Any:  # noqa: ANN401 - a matrix
        frame = (
            pd.DataFrame({"t": arcs.tail, "h": arcs.head, "p": arcs.price}).groupby(["t", "h"])["p"].min().reset_index()
        )
        graph = csr_array((frame["p"], (frame["t"], frame["h"])), shape=(nodes, nodes))
        return dijkstra(graph, indices=keep)[:, keep]

    np.testing.assert_allclose(least(smaller), least(Arcs(tail, head, price)))
    assert not set(np.unique(smaller.tail)) - set(tail)


def candidates_of(*rows: tuple[str, str, str, float, float]) -> Infrastructure:
    """Return an infrastructure with candidates (id, kind, name, metres east and north); the first has an area."""
    ring = np.array([at(-200.0, -200.0), at(200.0, -200.0), at(200.0, 200.0), at(-200.0, 200.0), at(-200.0, -200.0)])
    found = make_candidates(
        candidate_id=np.array([row[0] for row in rows], dtype=np.object_),
        kind=np.array([CANDIDATE_KINDS.index(row[1]) for row in rows]),
        name=np.array([row[2] for row in rows], dtype=np.object_),
        lon=np.array([at(row[3], row[4])[0] for row in rows]),
        lat=np.array([at(row[3], row[4])[1] for row in rows]),
        outline=np.array([0, *[-1] * (len(rows) - 1)], dtype=np.int32),
    )
    return dataclasses.replace(town(), candidates=found, outlines=Geometries(np.array([0, len(ring)]), ring))


def test_candidates_get_suggestions_with_reasons() -> None:
    """The park's position lies in the first area, under another spelling; the port is 100 m off; a far one has none."""
    lon, lat = at(50.0, 50.0)
    port = at(4500.0, 500.0)
    pack = tiny_pack(
        {
            "parks": {
                "park_a": {
                    "name_vi": "KCN Đồng An 1",
                    "name_en": "Dong An 1",
                    "lon": lon,
                    "lat": lat,
                    "position_accuracy_m": 500.0,
                }
            },
            "terminals": {
                "port": {
                    "name_vi": "Cảng Cát Lái",
                    "name_en": "Cat Lai",
                    "lon": port[0],
                    "lat": port[1],
                    "position_accuracy_m": 500.0,
                }
            },
        }
    )
    found = suggest_matches(
        candidates_of(
            ("a", "industrial_park", "Khu công nghiệp ĐỒNG AN I", 0.0, 0.0),
            ("b", "seaport", "Tân Cảng Cát Lái", 4500.0, 600.0),
            ("c", "seaport", "Cảng Sài Gòn", 20_000.0, 0.0),
        ),
        pack,
    )
    assert [(one.candidate_id, one.row_id) for one in found] == [("a", "park_a"), ("b", "port")]
    park, port_found = found
    assert (park.name_similarity, park.distance_m, park.score) == (1.0, 0.0, 1.0)
    assert park.reasons.en == "same name (100%), the row's position lies in its area"
    assert port_found.distance_m == pytest.approx(100.0, abs=1.0)
    assert port_found.score == pytest.approx(0.6 + 0.4 / (1.0 + 100.0 / 500.0), abs=0.01)


def test_names_are_compared_without_marks_kinds_and_numerals() -> None:
    assert bare_name("KCN Sóng Thần II") == bare_name("Khu công nghiệp SONG THAN 2") == "song than 2"
    assert name_similarity("KCN Sóng Thần 1", "KCN Sóng Thần 2") < 0.7
    assert name_similarity("", "KCN") == 0.0
