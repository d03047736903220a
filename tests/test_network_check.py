"""What is found wrong with a network: each kind of fault by file and row, all at once, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_pack import R1, R2, tiny_pack

import supplychain
from geodata.assembly.network import build_network
from geodata.check.network import NETWORK_CHECKS, check_network
from geodata.models import NETWORK_MODELS
from geodata.paths import skim
from optimizer.models import SCENARIO_MODELS
from supplychain.errors import Finding, FindingsError
from supplychain.models import REGISTRY_MODELS
from supplychain.pack import Pack, read_pack

REGION = Path(supplychain.__file__).parent / "regions" / "binh_duong"
HANDLING_BACK: list[dict[str, Any]] = [
    {"transshipment_id": "b1", "terminal_kind": "seaport", "from_mode": "sea", "to_mode": "road", "cost_per_teu": 1.0},
    {
        "transshipment_id": "b2",
        "terminal_kind": "river_port",
        "from_mode": "inland_waterway",
        "to_mode": "road",
        "cost_per_teu": 1.0,
    },
]
FURNITURE_ROW: dict[str, Any] = {
    "commodity_id": "furniture",
    "modes": "road;sea",
    "box": "container",
    "container_share_export": 1.0,
    "container_share_import": 0.5,
}


def sound_pack(changes: dict[str, Any] | None = None, **more: list[dict[str, Any]]) -> Pack:
    """Return the tiny pack with handling both ways, so that nothing is wrong with it."""
    rows = {"transshipments": HANDLING_BACK, "commodities": [FURNITURE_ROW]}
    merged = {table: [*rows.get(table, []), *more.get(table, [])] for table in {*rows, *more}}
    room = {"river": {"background_teu_per_year": 6000.0}}
    terminals = room | (changes or {}).get("terminals", {})
    return tiny_pack({**(changes or {}), "terminals": terminals}, **merged)


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, [finding.sentence("en") for finding in findings]
    return findings[0]


def test_nothing_is_wrong_with_a_sound_pack() -> None:
    assert check_network(sound_pack()) == []


# A degree of latitude is 110,614 m long at 11° N: 0.05° is 5,531 m, 0.15° is 16,592 m.
LINK_FAULTS: list[tuple[dict[str, Any], str | None, str]] = [
    ({"from_node_id": "r9"}, "from_node_id", "there is no node r9"),
    ({"to_node_id": "w1"}, "to_node_id", "of mode road, its node w1 of mode inland_waterway"),
    (
        {"geometry": f"LINESTRING ({R1[0]} {R1[1]}, {R2[0]} 10.95)", "length_m": 12000.0},
        "geometry",
        "its line ends 5,530.71 m from node r2",
    ),
    ({"length_m": 16000.0}, "length_m", "length_m is 16,000, its drawn line is 16,592"),
    ({"length_m": 34000.0}, "length_m", "more than twice its drawn line"),
    ({"speed_kmh": 0.0}, "speed_kmh", "speed_kmh must be above 0, got 0"),
    ({"ban_from_h": 6.0, "ban_to_h": 6.0}, "ban_from_h", "starts and ends at 6 h"),
    ({"background_per_day": 6000.0}, "background_per_day", "background use 6,000 is above the capacity 5,000"),
]


@pytest.mark.parametrize(("change", "column", "sentence"), LINK_FAULTS)
def test_faults_of_a_link(change: dict[str, Any], column: str, sentence: str) -> None:
    found = only(check_network(sound_pack({"links": {"road_1": change}})))
    assert (found.file, found.row, found.column) == ("links.csv", 2, column)
    assert "road_1" in found.text.en
    assert sentence in found.text.en
    assert found.text.vi != found.text.en
    assert "road_1" in found.text.vi


def test_the_same_road_twice() -> None:
    """Drawn the other way round it is still the same; under another name it is another road."""
    first = sound_pack().table("links").iloc[0].to_dict()
    turned = {"from_node_id": "r2", "to_node_id": "r1", "geometry": f"LINESTRING ({R2[0]} {R2[1]}, {R1[0]} {R1[1]})"}
    found = only(check_network(sound_pack(links=[first | turned | {"link_id": "road_1b"}])))
    assert (found.file, found.row) == ("links.csv", 5)
    assert "road_1b is the same road between the same nodes as road_1" in found.text.en
    assert check_network(sound_pack(links=[first | turned | {"link_id": "road_1b", "road": "ĐT743"}])) == []


def test_overfull_terminals_and_services() -> None:
    found = check_network(
        sound_pack(
            {
                "terminals": {"port": {"background_teu_per_year": 700000.0}},
                "services": {"mother": {"background_teu_per_week": 3001.0}},
            }
        )
    )
    assert [(item.file, item.row, item.column) for item in found] == [
        ("terminals.csv", 3, "background_teu_per_year"),
        ("services.csv", 2, "background_teu_per_week"),
    ]


SERVICE_FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"services": {"mother": {"from_terminal_id": "river"}}}, "from_terminal_id", "terminal river does not have"),
    ({"services": {"mother": {"vehicle_id": "truck"}}}, "vehicle_id", "its vehicle truck of mode road"),
    ({"services": {"mother": {"forms": "container;bulk"}}}, "cost_per_t", "takes bulk and has no price"),
    ({"transshipments": {"h_truck_ship": {"cost_per_teu": None}}}, "cost_per_teu", "takes container and has no price"),
]


@pytest.mark.parametrize(("changes", "column", "sentence"), SERVICE_FAULTS)
def test_faults_of_services_and_handling(changes: dict[str, Any], column: str, sentence: str) -> None:
    found = [item for item in check_network(sound_pack(changes)) if item.column == column]
    assert sentence in only(found).text.en


def test_trade_without_a_service() -> None:
    """Exports go in boxes and the ship takes them; half of the imports come loose, and no service does."""
    trade = [
        {"trade_id": "t1", "commodity_id": "furniture", "direction": "export", "market_id": "overseas"},
        {"trade_id": "t2", "commodity_id": "furniture", "direction": "import", "market_id": "overseas"},
    ]
    found = only(check_network(sound_pack(trade=trade)))
    assert (found.file, found.row) == ("trade.csv", 3)
    assert found.text.en.startswith("Trade row t2: no open service carries furniture as bulk from overseas")
    assert "dạng bulk về từ overseas" in found.text.vi


def test_places_and_terminals_that_cannot_be_reached() -> None:
    """One park lies 20 km off every junction; closing road_1 leaves park_a with a connector that leads nowhere."""
    lost = {"park_id": "park_lost", "lon": R1[0], "lat": R1[1] + 0.2}
    found = only(check_network(sound_pack(parks=[lost])))
    assert (found.file, found.row, found.column) == ("parks.csv", 3, "road_node_id")
    assert "park_lost is joined to no road: no open road node within 15 km" in found.text.en

    stray = {"node_id": "r0", "mode": "road", "lon": R1[0], "lat": R1[1] + 0.01}
    lane = sound_pack().table("links").iloc[0].to_dict() | {
        "link_id": "lane",
        "from_node_id": "r0",
        "to_node_id": "r1",
        "geometry": f"LINESTRING ({R1[0]} {R1[1] + 0.01}, {R1[0]} {R1[1]})",
        "length_m": 1200.0,
    }
    found = only(check_network(sound_pack({"links": {"road_1": {"status": "planned"}}}, nodes=[stray], links=[lane])))
    assert (found.file, found.row) == ("parks.csv", 2)
    assert "no open links lead from it to a market and back" in found.text.en


def test_a_terminal_nobody_reaches_and_a_mode_without_nodes() -> None:
    yard = {"terminal_id": "yard", "kind": "icd", "modes": "road", "lon": R1[0], "lat": R1[1] + 0.5}
    found = only(check_network(sound_pack(terminals=[yard])))
    assert (found.file, found.row, found.column) == ("terminals.csv", 4, "modes")
    assert "has mode road, but no road node lies within 15 km" in found.text.en
    named = yard | {"road_node_id": "w1"}
    found = only(check_network(sound_pack(terminals=[named])))
    assert "road_node_id names w1, which is no road node" in found.text.en
    stray = {"node_id": "r0", "mode": "road", "lon": R1[0], "lat": R1[1] + 0.5}
    found = only(check_network(sound_pack(terminals=[yard | {"road_node_id": "r0"}], nodes=[stray])))
    assert found.file == "terminals.csv"
    assert "No place or market reaches terminal yard" in found.text.en


def test_a_missing_rate_is_a_finding() -> None:
    found = only(check_network(sound_pack({"services": {"mother": {"price_year": 2019}}})))
    assert "USD in 2019" in found.text.en


def test_everything_is_found_at_once() -> None:
    changes = {
        "links": {"road_1": {"speed_kmh": 0.0}, "river_1": {"to_node_id": "r3"}},
        "services": {"mother": {"vehicle_id": "truck"}},
    }
    found = check_network(sound_pack(changes))
    assert {(item.file, item.row) for item in found} >= {("links.csv", 2), ("links.csv", 4), ("services.csv", 2)}


@pytest.fixture(scope="module")
def region() -> Pack:
    return read_pack(REGION, (*REGISTRY_MODELS, *NETWORK_MODELS, *SCENARIO_MODELS), checks=NETWORK_CHECKS)


def test_the_region_that_ships_has_a_sound_network(region: Pack) -> None:
    network = build_network(region)
    assert len(network.links) > 1500


def test_a_park_of_the_region_that_is_moved_away_is_found(region: Pack) -> None:
    parks = region.table("parks")
    parks.loc[parks["park_id"] == "vsip_1", ["lon", "lat", "road_node_id"]] = [104.0, 9.0, None]
    found = check_network(region.with_tables({"parks": parks}))
    assert "vsip_1 is joined to no road" in only(found).text.en


def test_road_distances_of_the_region_are_near_the_known_ones(region: Pack) -> None:
    """Shortest ways on open roads, connectors included, within 10 % of each known distance."""
    network = build_network(region)
    road = network.links.is_mode("road") & ~network.links.is_kind("transshipment") & ~network.links.is_kind("service")
    known = region.table("known_distances")
    terminals = set(region.table("terminals")["terminal_id"])
    off = {}
    for row in known[known["mode"] == "road"].itertuples():
        ends = [f"{place}:road" if place in terminals else place for place in (row.from_id, row.to_id)]
        found = skim(network, network.links.length_m, road, ([ends[0]], [ends[1]]))
        ratio = found.values["impedance"][0, 0] / 1000 / row.km
        if abs(ratio - 1) > 0.10:
            off[row.distance_id] = ratio
    assert not off


def test_reading_refuses_a_pack_with_a_broken_network(tmp_path: Path) -> None:
    for file in REGION.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        if file.name == "links.csv":
            text = text.replace(",road,n_", ",rail,n_", 1)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    (tmp_path / "pack.yaml").write_text((REGION / "pack.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    for file in (REGION / "scenarios").glob("*.yaml"):
        (tmp_path / "scenarios" / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_pack(tmp_path, (*REGISTRY_MODELS, *NETWORK_MODELS, *SCENARIO_MODELS), checks=NETWORK_CHECKS)
    assert any(item.file == "links.csv" and "of mode rail" in item.text.en for item in caught.value.findings)
