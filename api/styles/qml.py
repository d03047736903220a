"""Styles as QGIS documents (QML): symbols, labels, scales and the names of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from api.styles.layer_style import (
    OTHER_NAME,
    LayerStyle,
    Width,
    in_languages,
    scale_of_zoom,
)
from geodata.features.heading import heading_of
from geodata.features.table import Field
from supplychain.text import Language, Text

_SYMBOLS: Final = {
    "point": ("marker", "SimpleMarker"),
    "line": ("line", "SimpleLine"),
    "polygon": ("fill", "SimpleFill"),
}
_HEAD: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_LAST_NUMBER: Final = 1e300
LONGEST_LINE: Final = 24
"""Letters of a label on one line."""
DASH: Final = "2;1.4"
"""Length of a dash and of the gap after it, in millimetres."""


def to_qml(style: LayerStyle, fields: Sequence[Field] = (), language: Language | None = None) -> str:
    """Return the QGIS style document (QML) of one layer.

    Parameters
    ----------
    style
        How it is drawn.
    fields
        Columns, whose meanings become their aliases; none leaves the names as they are.
    language
        Of legend, aliases and labels; None for Vietnamese and English together (labels Vietnamese first).
    """
    root = ET.Element("qgis", {"version": "3.22.0", "styleCategories": _categories(style, fields)})
    if style.from_zoom:
        scales = {"hasScaleBasedVisibilityFlag": "1", "minScale": f"{scale_of_zoom(style.from_zoom):.0f}"}
        root.attrib.update({**scales, "maxScale": "0"})
    root.append(_renderer(style, language))
    if style.label is not None:
        root.set("labelsEnabled", "1")
        root.append(_labeling(style, language))
    if fields:
        aliases = ET.SubElement(root, "aliases")
        for position, field in enumerate(fields):
            named = {"index": str(position), "field": field.name, "name": _heading(field, language)}
            ET.SubElement(aliases, "alias", named)
    return _HEAD + ET.tostring(root, encoding="unicode")


def qgis_width(style: LayerStyle) -> str | None:
    """Return the QGIS expression of the width in millimetres; None where it is fixed."""
    width = style.width
    if width is None:
        return style.width_expression
    if isinstance(width, Width):
        grown = f"{width.least_mm:g} + {width.per_root_mm:g} * sqrt(abs({_column(width.attribute)}))"
        return f"coalesce(min({grown}, {width.most_mm:g}), {width.least_mm:g})"
    cases = " ".join(f"WHEN {_text(word)} THEN {mm:g}" for word, mm in width.widths_mm.items())
    return f"CASE {_column(width.attribute)} {cases} ELSE {width.other_mm:g} END"


def _heading(field: Field, language: Language | None) -> str:
    return in_languages(Text(en=heading_of(field, "en"), vi=heading_of(field, "vi")), language)


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _categories(style: LayerStyle, fields: Sequence[Field]) -> str:
    found = ["Symbology"]
    if style.label is not None:
        found.append("Labeling")
    if fields:
        found.append("Fields")
    if style.from_zoom:
        found.append("Rendering")
    return "|".join(found)


def _renderer(style: LayerStyle, language: Language | None) -> ET.Element:
    if style.steps:
        return _graduated(style, language)
    if not style.attribute:
        root = ET.Element("renderer-v2", {"type": "singleSymbol", "enableorderby": "0"})
        _symbol(ET.SubElement(root, "symbols"), "0", style, str(style.other))
        return root
    root = ET.Element("renderer-v2", {"type": "categorizedSymbol", "attr": style.attribute, "enableorderby": "0"})
    categories, symbols = ET.SubElement(root, "categories"), ET.SubElement(root, "symbols")
    entries = [(value, colour, style.label_of(value, language)) for value, colour in style.colours.items()]
    if style.other is not None:
        entries.append(("", style.other, in_languages(OTHER_NAME, language)))
    for position, (value, colour, label) in enumerate(entries):
        name = str(position)
        ET.SubElement(categories, "category", {"value": value, "symbol": name, "label": label, "render": "true"})
        _symbol(symbols, name, style, colour)
    return root


def _graduated(style: LayerStyle, language: Language | None) -> ET.Element:
    named = {"type": "graduatedSymbol", "attr": style.attribute, "graduatedMethod": "GraduatedColor"}
    root = ET.Element("renderer-v2", {**named, "enableorderby": "0"})
    ranges, symbols = ET.SubElement(root, "ranges"), ET.SubElement(root, "symbols")
    lower = -_LAST_NUMBER
    for position, step in enumerate(style.steps):
        upper = _LAST_NUMBER if step.up_to is None else step.up_to
        told = {"lower": repr(lower), "upper": repr(upper), "symbol": str(position), "render": "true"}
        ET.SubElement(ranges, "range", {**told, "label": in_languages(step.name, language)})
        _symbol(symbols, str(position), style, step.colour)
        lower = upper
    return root


def _rgba(colour: str, alpha: float = 1.0) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * alpha)}"


def _option(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "Option", {"type": "QString", "name": name, "value": value})


def _symbol_options(style: LayerStyle, colour: str) -> dict[str, str]:
    """Return the options of QGIS's symbol layer."""
    size = str(style.size)
    if style.geometry == "line":
        return {
            "line_color": _rgba(colour),
            "line_width": size,
            "line_width_unit": "MM",
            "capstyle": "round",
            "joinstyle": "round",
        }
    if style.geometry == "polygon":
        return {
            "color": _rgba(colour, style.fill_opacity),
            "style": "solid",
            "outline_color": _rgba(colour),
            "outline_style": "solid",
            "outline_width": size,
            "outline_width_unit": "MM",
        }
    return {
        "color": _rgba(colour),
        "name": "circle",
        "size": size,
        "size_unit": "MM",
        "outline_color": "255,255,255,255",
    }


def _symbol(parent: ET.Element, name: str, style: LayerStyle, colour: str) -> None:
    kind, layer_class = _SYMBOLS[style.geometry]
    symbol = ET.SubElement(parent, "symbol", {"type": kind, "name": name, "alpha": "1"})
    layer = ET.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in _symbol_options(style, colour).items():
        _option(options, key, value)
    expressions = _by_data(style)
    if expressions:
        defined = ET.SubElement(layer, "data_defined_properties")
        properties = ET.SubElement(defined, "Option", {"type": "Map"})
        _option(properties, "name", "")
        entries = ET.SubElement(properties, "Option", {"type": "Map", "name": "properties"})
        for named, expression in expressions.items():
            entry = ET.SubElement(entries, "Option", {"type": "Map", "name": named})
            ET.SubElement(entry, "Option", {"type": "bool", "name": "active", "value": "true"})
            _option(entry, "expression", expression)
            ET.SubElement(entry, "Option", {"type": "int", "name": "type", "value": "3"})
        _option(properties, "type", "collection")


def _by_data(style: LayerStyle) -> dict[str, str]:
    """Return the properties of a symbol layer that follow the data, as QGIS expressions."""
    found = {}
    width = qgis_width(style)
    if width is not None:
        found["size" if style.geometry == "point" else "outlineWidth"] = width
    if style.dashed is not None and style.geometry == "line":
        attribute, value = style.dashed
        is_dashed = f"{_column(attribute)} = {_text(value)}"
        found["customDash"] = f"if({is_dashed}, '{DASH}', NULL)"
        found["capStyle"] = f"if({is_dashed}, 'flat', 'round')"
    return found


def _labeling(style: LayerStyle, language: Language | None) -> ET.Element:
    label = style.label
    if label is None:
        msg = f"Style {style.layer} has no label."
        raise ValueError(msg)
    columns = label.columns("vi") + (label.columns("en") if language is None else ())
    if language is not None:
        columns = label.columns(language)
    said = ", ".join(f"nullif({_column(name)}, '')" for name in dict.fromkeys(columns))
    labeling = ET.Element("labeling", {"type": "simple"})
    settings = ET.SubElement(labeling, "settings", {"calloutType": "simple"})
    text = {"fieldName": f"coalesce({said})", "isExpression": "1", "fontSize": f"{label.size_pt:g}"}
    drawn = {"fontSizeUnit": "Point", "textColor": "40,40,40,255", "fontFamily": "Noto Sans", "namedStyle": "Regular"}
    words = ET.SubElement(settings, "text-style", {**text, **drawn})
    halo = {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,230"}
    ET.SubElement(words, "text-buffer", halo)
    # A name along a line stays whole; names of places are broken, as on the page at /.
    wrapped = {} if style.geometry == "line" else {"autoWrapLength": str(LONGEST_LINE), "multilineAlign": "0"}
    ET.SubElement(settings, "text-format", {"wrapChar": "", **wrapped})
    # 2 writes along a line, 6 around a point, 1 over an area.
    placement = {"point": "6", "line": "2", "polygon": "1"}[style.geometry]
    ET.SubElement(settings, "placement", {"placement": placement, "dist": "1", "distUnits": "MM"})
    scales = {"scaleVisibility": "1", "scaleMin": "1", "scaleMax": f"{scale_of_zoom(label.from_zoom):.0f}"}
    ET.SubElement(settings, "rendering", {**scales, "drawLabels": "1"})
    return labeling
