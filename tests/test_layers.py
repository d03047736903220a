"""Layers for GIS: what is in them, and that they come back from a file as they were."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
from tiny_pack import FAR, R1, R2, R3, tiny_pack

from geodata.assembly.network import build_network
from geodata.layers import layers


def test_layers_hold_every_row_and_say_what_is_in_the_network() -> None:
    pack = tiny_pack({"links": {"road_2": {"status": "planned"}}, "parks": {"park_a": {"status": "building"}}})
    made = layers(pack, build_network(pack))
    assert list(made) == ["nodes", "links", "parks", "zones", "terminals", "services"]
    assert {name: len(layer) for name, layer in made.items()} == {
        "nodes": 5,
        "links": 3,
        "parks": 1,
        "zones": 0,
        "terminals": 2,
        "services": 1,
    }
    assert all(layer.crs == "EPSG:4326" for layer in made.values())
    links = made["links"].set_index("link_id")
    assert dict(links["in_network"]) == {"road_1": True, "road_2": False, "river_1": True}
    assert list(links.geometry["road_1"].coords) == [R1, R2]
    assert links.loc["road_1", "status"] == "open"
    assert not made["parks"]["in_network"].any()
    assert made["terminals"]["in_network"].all()
    touched = dict(zip(made["nodes"]["node_id"], made["nodes"]["in_network"], strict=True))
    assert touched == {"r1": True, "r2": True, "r3": False, "w1": True, "w2": True}
    assert list(made["services"].geometry[0].coords) == [R3, FAR]


def test_layers_come_back_from_a_geopackage(tmp_path: Path) -> None:
    pack = tiny_pack()
    made = layers(pack, build_network(pack))
    file = tmp_path / "layers.gpkg"
    for name in ("links", "terminals"):
        made[name].to_file(file, layer=name, driver="GPKG")
        back = gpd.read_file(file, layer=name)
        assert back.geometry.geom_equals_exact(made[name].geometry, 1e-9).all()
        assert list(back[f"{name[:-1]}_id"]) == list(made[name][f"{name[:-1]}_id"])
