"""A network exported, edited as QGIS edits, and read back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from gis_infrastructures import assert_same, crossroads, infrastructures
from hypothesis import HealthCheck, given, settings
from shapely.geometry import LineString, MultiLineString, Point

from geodata.geodesy import line_length_m
from geodata.gis.edited import read_edited_layers
from geodata.gis.write import write_layers
from geodata.infrastructure.columns import ROAD_KINDS
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.errors import FindingsError

Frame = Any
MIDDLE, WEST, EAST, NORTH = (106.71, 10.90), (106.70, 10.90), (106.72, 10.90), (106.71, 10.91)


@pytest.fixture
def edit(tmp_path: Path) -> Callable[..., Imported]:
    """Return a function that exports the crossroads, lets layers be changed, and reads the file back."""

    def change(crs: str = "EPSG:4326", **changes: Callable[[Frame], Frame]) -> Imported:
        file = tmp_path / "network.gpkg"
        write_layers(crossroads(), file, crs=crs, overwrite=True)
        for layer, function in changes.items():
            frame = function(pyogrio.read_dataframe(file, layer=f"network_{layer}"))
            pyogrio.write_dataframe(frame, file, layer=f"network_{layer}")
        return read_edited_layers(file)

    return change


def kinds(imported: Imported) -> list[str]:
    return sorted(note.kind for note in imported.notes)


def with_rows(frame: Frame, *rows: dict[str, Any]) -> Frame:
    return pd.concat([frame, type(frame)(list(rows), geometry="geometry", crs=frame.crs)], ignore_index=True)


def setting(row: int, **values: Any) -> Callable[[Frame], Frame]:  # noqa: ANN401 - cells
    def change(frame: Frame) -> Frame:
        for name, value in values.items():
            frame.loc[row, name] = value
        return frame

    return change


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(infrastructures())
def test_a_network_whose_lines_end_at_its_nodes_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, drawn: Infrastructure
) -> None:
    """Whatever the columns hold: lines are drawn straight from node to node, nodes set a degree apart."""
    count = len(drawn.nodes)
    nodes = dataclasses.replace(drawn.nodes, lon=np.arange(count, dtype=float), lat=np.zeros(count))
    ends = np.column_stack((drawn.links.from_index, drawn.links.to_index)).astype(float)
    coordinates = np.zeros((len(ends) * 3, 2))
    coordinates[0::3, 0], coordinates[2::3, 0] = ends[:, 0], ends[:, 1]
    coordinates[1::3] = (0.5, 0.5)
    lines = type(drawn.lines)(np.arange(len(ends) + 1) * 3, coordinates)
    classes = np.zeros(len(ends), dtype=np.int8)
    links = dataclasses.replace(drawn.links, mode=classes, link_class=classes)
    wanted = dataclasses.replace(drawn, nodes=nodes, links=links, lines=lines)
    file = tmp_path_factory.mktemp("edited") / "network.gpkg"
    write_layers(wanted, file)
    assert_same(read_edited_layers(file).infrastructure, wanted)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:9210", "EPSG:3405"])
def test_an_untouched_export_comes_back_without_a_note(edit: Callable[..., Imported], crs: str) -> None:
    imported = edit(crs)
    assert imported.notes == ()
    if crs == "EPSG:4326":
        assert_same(imported.infrastructure, crossroads())


def test_other_column_order_extra_columns_and_multi_lines_change_nothing(edit: Callable[..., Imported]) -> None:
    def promote(frame: Frame) -> Frame:
        frame["geometry"] = [MultiLineString([line]) for line in frame.geometry]
        frame["my_remark"] = "seen"
        return frame[list(reversed(frame.columns))]

    imported = edit(links=promote)
    assert kinds(imported) == ["extra_columns"]
    assert "my_remark" in imported.notes[0].text.en
    assert_same(imported.infrastructure, crossroads())


def test_a_new_road_gets_an_id_its_nodes_length_and_access(edit: Callable[..., Imported]) -> None:
    """From the node in the east to a place where there is none: one new link, one new node."""
    line = LineString([EAST, (106.73, 10.91)])
    new = {"geometry": line, "link_class": "tertiary"}
    imported = edit(links=lambda frame: with_rows(frame, new))
    network = imported.infrastructure
    assert kinds(imported) == ["access_assumed", "ends_moved", "ends_new", "lengths", "new_rows"]
    assert len(network.links) == 5
    assert len(network.nodes) == 6
    assert network.nodes.node_id[network.links.from_index[4]] == "east"
    assert network.nodes.node_id[network.links.to_index[4]] == "p106.7300000,10.9100000"
    assert network.links.access_forward[4] == network.links.access_backward[4] == ROAD_KINDS
    assert network.links.length_m[4] == pytest.approx(line_length_m(np.array([line]))[0])
    again = edit(links=lambda frame: with_rows(frame, new))
    assert again.infrastructure.links.link_id.tolist() == network.links.link_id.tolist()


@pytest.mark.parametrize("word", ["có", "Y", "true"])
def test_a_new_road_that_is_one_way_in_any_word_is_closed_against_it(edit: Callable[..., Imported], word: str) -> None:
    new = {"geometry": LineString([EAST, (106.73, 10.91)]), "link_class": "tertiary", "oneway": word}
    imported = edit(
        links=lambda frame: with_rows(frame.assign(oneway=frame["oneway"].map({True: "có", False: "không"})), new)
    )
    links = imported.infrastructure.links
    assert (links.oneway[4], links.access_forward[4], links.access_backward[4]) == (True, ROAD_KINDS, 0)


def test_a_split_line_keeps_its_id_once_and_its_rules_follow(edit: Callable[..., Imported]) -> None:
    """w1:1:5 (west to middle) is cut in its middle as QGIS cuts: both rows hold all its cells.

    The turn restriction from it at the crossroads holds from the second piece; its ban on both.
    """
    half = (106.705, 10.90)

    def split(frame: Frame) -> Frame:
        second = frame.iloc[0].to_dict() | {"geometry": LineString([half, MIDDLE])}
        frame.loc[0, "geometry"] = LineString([WEST, half])
        return with_rows(frame, second)

    imported = edit(links=split)
    network = imported.infrastructure
    assert network.links.link_id.tolist() == ["w1:1:5", "w1:5:2", "w2:3:5", "w3;odd%id", "w1:1:5#2"]
    before = crossroads().links.length_m[0]
    assert network.links.length_m[[0, 4]].sum() == pytest.approx(before, abs=1e-6)
    assert network.links.to_index[0] == network.links.from_index[4] == 5
    assert network.conditions.link_index.tolist() == [0, 1, 4]
    assert network.turns.links.tolist() == [4, 3]
    assert {"repeated_ids", "lengths", "ends_new", "conditions_spread", "turns_followed"} == set(kinds(imported))


def test_a_moved_end_is_attached_where_it_lies(edit: Callable[..., Imported]) -> None:
    imported = edit(links=setting(3, geometry=LineString([EAST, NORTH])))
    network = imported.infrastructure
    assert network.nodes.node_id[network.links.from_index[3]] == "east"
    assert kinds(imported) == ["ends_moved", "lengths"]
    free = edit(links=setting(3, geometry=LineString([(106.715, 10.905), NORTH])))
    assert len(free.infrastructure.nodes) == 6
    assert kinds(free) == ["ends_new", "lengths"]


def test_a_deleted_node_comes_back_and_a_moved_one_is_told(edit: Callable[..., Imported]) -> None:
    deleted = edit(nodes=lambda frame: frame[frame["node_id"] != "west"])
    assert kinds(deleted) == ["ends_back"]
    network = deleted.infrastructure
    west = network.node_places["west"]
    assert (network.nodes.lon[west], network.nodes.lat[west]) == WEST
    moved = edit(nodes=setting(0, geometry=Point(106.69, 10.90)))
    assert [(note.kind, note.severity) for note in moved.notes] == [("ends_node", "warning")]
    assert moved.infrastructure.links.from_index.tolist() == crossroads().links.from_index.tolist()


def test_a_deleted_node_comes_back_once_for_all_its_links(edit: Callable[..., Imported]) -> None:
    """Four links end at the middle: made again for the first, it is where the others end too, not moved."""
    deleted = edit(nodes=lambda frame: frame[frame["node_id"] != "middle"])
    assert kinds(deleted) == ["ends_back"]
    assert len(deleted.infrastructure.nodes) == len(crossroads().nodes)


@pytest.mark.parametrize(
    ("layer", "column"),
    [("links", "link_class"), ("links", "access_forward"), ("links", "max_height_m"), ("conditions", "hours")],
)
def test_a_deleted_column_is_refused(edit: Callable[..., Imported], layer: str, column: str) -> None:
    """Read as empty it would open, close or slow every link of the network."""
    with pytest.raises(FindingsError) as caught:
        edit(**{layer: lambda frame: frame.drop(columns=column)})
    assert f"The column {column} is not there" in caught.value.sentence("en")
    assert f"Thiếu cột {column}" in caught.value.sentence("vi")


def test_an_emptied_class_is_refused(edit: Callable[..., Imported]) -> None:
    with pytest.raises(FindingsError) as caught:
        edit(links=setting(1, link_class=None))
    assert "link_class was emptied" in caught.value.sentence("en")


def test_a_mode_that_is_not_that_of_the_class_is_told(edit: Callable[..., Imported]) -> None:
    imported = edit(links=setting(1, mode="rail"))
    assert [(note.kind, note.severity) for note in imported.notes] == [("mode_and_class", "warning")]


def test_rules_of_a_deleted_link_go_with_it_and_are_told(edit: Callable[..., Imported]) -> None:
    imported = edit(links=lambda frame: frame[frame["link_id"] != "w1:1:5"])
    assert kinds(imported) == ["conditions_gone", "turns_gone"]
    assert len(imported.warnings) == 2
    assert len(imported.infrastructure.links) == 3
    assert len(imported.infrastructure.conditions) == 1
    assert len(imported.infrastructure.turns) == 0


def test_a_line_turned_round_turns_its_direction_and_keeps_the_turn_restriction(edit: Callable[..., Imported]) -> None:
    """w1:1:5 now runs from the middle to the west: who comes from the west drives it against its line."""
    imported = edit(links=setting(0, geometry=LineString([MIDDLE, WEST])))
    network = imported.infrastructure
    assert network.nodes.node_id[network.links.from_index[0]] == "middle"
    assert network.turns.along.tolist() == [False, True]
    assert kinds(imported) == ["ends_moved", "reversed", "turns_followed"]


def test_edited_cells_are_taken_over(edit: Callable[..., Imported]) -> None:
    imported = edit(
        links=setting(0, speed_kmh=80.0, access_forward="car;goods", lanes=8),
        conditions=setting(0, hours="T2-T7 6h-8h"),
    )
    network = imported.infrastructure
    assert (network.links.speed_kmh[0], network.links.access_forward[0], network.links.lanes[0]) == (80, 3, 8)
    new = int(network.conditions.schedule[0])
    assert network.schedules.text[new] == "T2-T7 6h-8h"
    assert network.schedules.holds(new, 5 * 1440 + 400)
    assert not network.schedules.holds(new, 5 * 1440 + 480)
    assert imported.notes == ()


def test_multi_part_3d_and_lost_geometries_are_told(edit: Callable[..., Imported]) -> None:
    def change(frame: Frame) -> Frame:
        parts = MultiLineString([[MIDDLE, (106.71, 10.904)], [(106.71, 10.906), NORTH]])
        frame = setting(3, geometry=parts)(frame)
        deep = LineString([(*WEST, 3.0), (*MIDDLE, 3.0)])
        return with_rows(setting(0, geometry=deep)(frame), {"geometry": None, "link_class": "primary"})

    imported = edit(links=change)
    assert {"multi_part", "flattened", "no_geometry"} <= set(kinds(imported))
    assert len(imported.infrastructure.links) == 5
    # The restriction led into the link whose two parts no longer meet.
    assert [note.kind for note in imported.warnings] == ["no_geometry", "turns_broken"]


@pytest.mark.parametrize(
    ("layer", "row", "cells", "match"),
    [
        ("links", 0, {"link_class": "freeway"}, "freeway"),
        ("links", 0, {"speed_kmh": -5.0}, "speed_kmh"),
        ("links", 0, {"access_forward": "lorry"}, "lorry"),
        ("conditions", 0, {"hours": "rush hour"}, "rush hour"),
        ("turns", 0, {"links": "w1:1:5"}, "two links or more"),
        ("nodes", 0, {"geometry": Point(500, 10)}, "no longitude and latitude"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    edit: Callable[..., Imported], layer: str, row: int, cells: dict[str, Any], match: str
) -> None:
    with pytest.raises(FindingsError) as caught:
        edit(**{layer: setting(row, **cells)})
    assert match in caught.value.sentence("en")


def test_a_new_link_without_a_class_and_a_file_without_links_are_refused(
    edit: Callable[..., Imported], tmp_path: Path
) -> None:
    with pytest.raises(FindingsError, match="findings: 1") as caught:
        edit(links=lambda frame: with_rows(frame, {"geometry": LineString([EAST, NORTH])}))
    assert "no link_class" in caught.value.sentence("en")
    frame = pyogrio.read_dataframe(tmp_path / "network.gpkg", layer="network_nodes")
    pyogrio.write_dataframe(frame, tmp_path / "other.gpkg", layer="network_nodes")
    with pytest.raises(FindingsError) as caught:
        read_edited_layers(tmp_path / "other.gpkg")
    assert "no layer network_links" in caught.value.sentence("en")


def test_numbers_written_as_text_are_still_the_lengths_stated(tmp_path: Path) -> None:
    """Programs that add rows to a layer may turn its columns of numbers into texts; no line was redrawn."""
    network = crossroads()
    links = dataclasses.replace(network.links, length_m=np.array([2000.0, *network.links.length_m[1:]]))
    file = tmp_path / "network.gpkg"
    write_layers(dataclasses.replace(network, links=links), file)
    frame = pyogrio.read_dataframe(file, layer="network_links")
    texts = frame.astype({"length_m": str, "drawn_m": str})
    pyogrio.write_dataframe(texts, file, layer="network_links")
    imported = read_edited_layers(file)
    assert imported.notes == ()
    np.testing.assert_allclose(imported.infrastructure.links.length_m, links.length_m, rtol=1e-12)


def test_lengths_a_pack_stated_keep_their_share(tmp_path: Path) -> None:
    """A corridor of 2 km drawn as 1093 m, cut in half, is twice 1 km."""
    network = crossroads()
    links = dataclasses.replace(network.links, length_m=np.array([2000.0, *network.links.length_m[1:]]))
    file = tmp_path / "network.gpkg"
    write_layers(dataclasses.replace(network, links=links), file)
    frame = pyogrio.read_dataframe(file, layer="network_links")
    half = shapely.line_interpolate_point(frame.geometry[0], 0.5, normalized=True)
    second = frame.iloc[0].to_dict() | {"geometry": LineString([half, MIDDLE])}
    frame.loc[0, "geometry"] = LineString([WEST, half])
    pyogrio.write_dataframe(with_rows(frame, second), file, layer="network_links")
    found = read_edited_layers(file).infrastructure.links
    np.testing.assert_allclose(found.length_m[[0, 4]], [1000, 1000], rtol=1e-4)
