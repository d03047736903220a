"""Map styles: one palette, and documents that QGIS and OGC tools read."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from api.exports.layers import STYLES
from api.styles import MODE_COLOURS, MODE_NAMES, PLACE_COLOURS, PLACE_NAMES, LayerStyle, to_qml, to_sld
from supplychain.text import Text

SLD = "{http://www.opengis.net/sld}"
OGC = "{http://www.opengis.net/ogc}"
LINES = LayerStyle(
    "roads",
    "line",
    "mode",
    {"road": "#ff0080", "a&<b": "#000000"},
    {"road": Text(en="Road", vi="Đường bộ")},
    0.5,
    "1+1",
)
AREAS = LayerStyle("areas", "polygon", "band", {"15": "#ff0080"}, {}, 0.3)
POINTS = LayerStyle("places", "point", "kind", {"park": "#2f7d4f"}, PLACE_NAMES, 2.0)


def test_qml_says_colour_width_and_label_of_each_value() -> None:
    root = ET.fromstring(to_qml(LINES))  # noqa: S314 - we wrote it
    categories = root.findall("renderer-v2/categories/category")
    assert [(one.get("value"), one.get("label")) for one in categories] == [
        ("road", "Đường bộ / Road"),
        ("a&<b", "a&<b"),
    ]
    symbols = {one.get("name"): one for one in root.findall("renderer-v2/symbols/symbol")}
    assert set(symbols) == {one.get("symbol") for one in categories}
    options = {one.get("name"): one.get("value") for one in symbols["0"].findall("layer/Option/Option")}
    assert (options["line_color"], options["line_width"]) == ("255,0,128,255", "0.5")
    expression = symbols["0"].find("layer/data_defined_properties//Option[@name='expression']")
    assert expression is not None
    assert expression.get("value") == "1+1"


def test_a_point_style_has_no_line_and_no_expression() -> None:
    root = ET.fromstring(to_qml(POINTS))  # noqa: S314 - we wrote it
    symbol = root.find("renderer-v2/symbols/symbol")
    assert symbol is not None
    assert symbol.get("type") == "marker"
    assert root.find(".//data_defined_properties") is None


def test_an_area_is_filled_lightly_and_outlined() -> None:
    """45 % of 255 is 115; 0.3 mm × 3.78 px/mm = 1.13 px."""
    root = ET.fromstring(to_qml(AREAS))  # noqa: S314 - we wrote it
    symbol = root.find("renderer-v2/symbols/symbol")
    assert symbol is not None
    assert symbol.get("type") == "fill"
    options = {one.get("name"): one.get("value") for one in symbol.findall("layer/Option/Option")}
    assert (options["color"], options["outline_color"]) == ("255,0,128,115", "255,0,128,255")
    rule = ET.fromstring(to_sld(AREAS)).find(f".//{SLD}PolygonSymbolizer")  # noqa: S314 - we wrote it
    assert rule is not None
    parameters = {one.get("name"): one.text for one in rule.iter(f"{SLD}CssParameter")}
    assert parameters == {"fill": "#ff0080", "fill-opacity": "0.45", "stroke": "#ff0080", "stroke-width": "1.13"}


def test_sld_filters_each_value_and_turns_millimetres_into_pixels() -> None:
    """0.5 mm × 3.78 px/mm = 1.89 px."""
    rules = ET.fromstring(to_sld(LINES)).findall(f".//{SLD}Rule")  # noqa: S314 - we wrote it
    assert [rule.findtext(f".//{OGC}Literal") for rule in rules] == ["road", "a&<b"]
    parameters = {one.get("name"): one.text for one in rules[0].iter(f"{SLD}CssParameter")}
    assert parameters == {"stroke": "#ff0080", "stroke-width": "1.89"}
    point = ET.fromstring(to_sld(POINTS))  # noqa: S314 - we wrote it
    assert point.findtext(f".//{SLD}WellKnownName") == "circle"
    assert point.findtext(f".//{SLD}Size") == "7.56"


def test_the_names_of_sld_have_no_prefix_whatever_the_process_has_written_before() -> None:
    """Old readers of SLD look for plain names; ElementTree has one table of prefixes for all threads."""
    before = to_sld(LINES)
    ET.register_namespace("other", SLD.strip("{}"))
    assert to_sld(LINES) == before
    assert "<StyledLayerDescriptor version=" in before
    assert "<ogc:PropertyIsEqualTo>" in before


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.layer)
def test_every_shipped_style_is_well_formed_and_names_its_values_in_both_languages(style: LayerStyle) -> None:
    ET.fromstring(to_qml(style))  # noqa: S314 - we wrote it
    ET.fromstring(to_sld(style))  # noqa: S314 - we wrote it
    assert set(style.colours) <= set(style.names)


def test_every_colour_has_a_name_and_no_two_modes_or_places_look_alike() -> None:
    assert set(MODE_COLOURS) <= set(MODE_NAMES)
    assert set(PLACE_COLOURS) == set(PLACE_NAMES)
    for colours in (MODE_COLOURS, PLACE_COLOURS):
        for first, second in combinations(colours.values(), 2):
            distance = sum(abs(int(first[i : i + 2], 16) - int(second[i : i + 2], 16)) for i in (1, 3, 5))
            assert distance > 40, (first, second)
