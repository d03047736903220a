"""Mappings: written as YAML, read and checked with all findings at once, suggested from names and values."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_gis_import import ROADS, write

from geodata.gis.importing import import_gis
from geodata.gis.mapping import ATTRIBUTES, SPLITS, GisMapping, Rule
from geodata.gis.mapping_file import check_mapping, read_mapping, write_mapping
from geodata.gis.suggest import suggest_mapping
from geodata.gis.values import parse_number
from geodata.infrastructure.infrastructure import Source
from supplychain.errors import FindingsError

_TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x1EFF, exclude_categories=["Cs", "Cc"]), max_size=8)


@st.composite
def _mappings(draw: st.DrawFn) -> GisMapping:
    names = draw(st.lists(st.sampled_from(sorted(set(ATTRIBUTES) - {"from_node_id", "to_node_id"})), unique=True))
    rules = {}
    for name in {*names, "link_class"}:
        column, text = draw(st.booleans()), draw(_TEXTS.filter(bool))
        units = ["", *ATTRIBUTES[name].units]
        rules[name] = Rule(
            column=text if column else "",
            constant="" if column else text,
            values=draw(st.dictionaries(_TEXTS, _TEXTS, max_size=3)),
            unit=draw(st.sampled_from(units)),
            default=draw(_TEXTS),
        )
    source = draw(st.builds(Source, _TEXTS, _TEXTS, _TEXTS, _TEXTS))
    ignored = tuple(draw(st.lists(_TEXTS, max_size=2)))
    snap_m, split = draw(st.floats(0, 1000)), draw(st.sampled_from(SPLITS))
    texts = (draw(_TEXTS), draw(_TEXTS), draw(st.booleans()), draw(_TEXTS))
    return GisMapping(rules, *texts, source, ignored, snap_m, split)


@given(_mappings())
def test_a_mapping_written_is_the_mapping_read(tmp_path_factory: pytest.TempPathFactory, mapping: GisMapping) -> None:
    file = tmp_path_factory.getbasetemp() / "map.yaml"
    write_mapping(mapping, file)
    assert read_mapping(file) == mapping


def test_everything_wrong_in_a_mapping_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(
        """
layers: roads
attributes:
  speed: TOC_DO
  speed_kmh: {column: TOC_DO, unit: furlongs, defaults: 5}
  name: {column: A, constant: B}
  from_node_id: DAU
  lanes: [1, 2]
ignored: OBJECTID
split: everywhere
snap_m: -1
""",
        encoding="utf-8",
    )
    with pytest.raises(FindingsError) as caught:
        read_mapping(file)
    told = caught.value.sentence("en")
    for words in (
        "no key 'layers'",
        "Did you mean layer?",
        "no attribute 'speed'",
        "no unit 'furlongs' for speed_kmh",
        "no key 'defaults'",
        "either a column or a constant",
        "from_node_id and to_node_id go together",
        "must be one value, got [1, 2]",
        "must be a list of column names",
        "link_class is needed",
        "none, vertices, crossings, got 'everywhere'",
        "between 0 and 1000 m, got -1",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "map.yaml"),
        (b"- a\n- b", "map.yaml"),
        (b"attributes: {a: 1, a: 2}", "twice"),
        (b"attributes: [unclosed", "map.yaml"),
        (b"!!python/object/apply:os.system ['true']", "map.yaml"),
        (b"#" * 1_000_001, "no mapping"),
    ],
)
def test_files_that_are_no_mapping_are_refused(tmp_path: Path, content: bytes, match: str) -> None:
    file = tmp_path / "map.yaml"
    file.write_bytes(content)
    with pytest.raises(FindingsError) as caught:
        read_mapping(file)
    assert match in caught.value.sentence("en")
    with pytest.raises(FindingsError):
        read_mapping(tmp_path / "none.yaml")


def test_a_vietnamese_layer_gets_a_mapping_that_works_as_it_is(tmp_path: Path) -> None:
    cells: dict[str, list[Any]] = {
        "OBJECTID": [1, 2],
        "MA_DUONG": ["D1", "D2"],
        "TEN_DUONG": ["Quốc lộ 13", "Lê Lợi"],
        "LOAI_DUONG": ["Quốc lộ", "Đường đô thị"],
        "TOC_DO": [60.0, 40.0],
        "SO_LAN": [6, 2],
        "MOT_CHIEU": ["Không", "Có"],
        "MAT_DUONG": ["Bê tông nhựa", "Cấp phối"],
        "TAI_TRONG_T": [30.0, 10.0],
    }
    file = write(tmp_path / "roads.gpkg", cells=cells)
    mapping = suggest_mapping(file)
    write_mapping(mapping, tmp_path / "map.yaml")
    network = import_gis(file, read_mapping(tmp_path / "map.yaml")).infrastructure
    columns = network.links.to_columns()
    assert columns["link_id"].tolist() == ["D1", "D1#2", "D2"]
    assert columns["link_class"].tolist() == ["trunk", "trunk", "secondary"]
    assert columns["surface"].tolist() == ["paved", "paved", "unpaved"]
    assert columns["oneway"].tolist() == [False, False, True]
    assert columns["lanes"].tolist() == [6, 6, 2]
    assert columns["speed_kmh"].tolist() == [60, 60, 40]
    assert columns["max_weight_t"].tolist() == [30, 30, 10]


def test_an_english_layer_gets_units_and_directions_of_navigation_data(tmp_path: Path) -> None:
    cells: dict[str, list[Any]] = {
        "link_id": [7, 8],
        "highway": ["trunk", "primary"],
        "maxspeed_mph": [40, 30],
        "dir_travel": ["F", "T"],
        "from_node": ["a", "b"],
        "to_node": ["b", "c"],
    }
    file = write(tmp_path / "roads.gpkg", cells=cells)
    mapping = suggest_mapping(file)
    assert mapping.attributes["speed_kmh"].unit == "mph"
    assert mapping.attributes["direction"].values == {"F": "forward", "T": "backward"}
    network = import_gis(file, mapping).infrastructure
    assert network.nodes.node_id[network.links.from_index].tolist() == ["a", "c"]
    assert network.links.link_id.tolist() == ["7", "8"]


@pytest.mark.parametrize(("name", "link_class"), [("duong_sat", "rail_main"), ("song_ngoi", "waterway"), ("x", "road")])
def test_without_a_class_column_the_name_of_the_layer_is_what_there_is(
    tmp_path: Path, name: str, link_class: str
) -> None:
    mapping = suggest_mapping(write(tmp_path / f"{name}.gpkg", ROADS, {"A": ["1", "2"]}))
    assert mapping.attributes["link_class"] == Rule(constant=link_class)
    assert check_mapping(mapping, "map") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5", 1.5), ("1,5", 1.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("0.125", 0.125), ("12", 12)],
)
def test_numbers_are_read_with_point_or_comma(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["1.500", "12,000", "1.2.3", "", "a"])
def test_numbers_that_may_be_two_things_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"two ways|could not convert"):
        parse_number(text)


def test_a_value_that_aliases_blow_up_is_cut_short(tmp_path: Path) -> None:
    """Nine aliases of nine, eight times over: 43 million values in 700 bytes."""
    names = "abcdefgh"
    text = "&a [" + ", ".join("x" * 9) + "]"
    for before, name in itertools.pairwise(names):
        text = f"{text}, &{name} [{', '.join([f'*{before}'] * 9)}]"
    file = tmp_path / "bomb.yaml"
    file.write_text(f"attributes: {{link_class: {{constant: road}}}}\nsnap_m: [{text}]\n")
    with pytest.raises(FindingsError) as caught:
        read_mapping(file)
    assert "a number of metres" in caught.value.sentence("en")
    assert len(caught.value.sentence("en")) < 1000
