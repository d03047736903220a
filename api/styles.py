"""One palette for every map; QGIS (QML) and OGC (SLD) styles of the exported layers are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree import ElementTree as ET

from supplychain.text import Text

MODE_COLOURS: Final[Mapping[str, str]] = {
    "road": "#b4532a",
    "rail": "#3b3b3b",
    "inland_waterway": "#1f6fb2",
    "sea": "#0b3c6f",
    "air": "#7b4ea3",
}

PLACE_COLOURS: Final[Mapping[str, str]] = {
    "park": "#2f7d4f",
    "zone": "#8fb98a",
    "seaport": "#0b3c6f",
    "river_port": "#1f6fb2",
    "dry_port": "#c58a00",
    "icd": "#e0ae3c",
    "rail_station": "#3b3b3b",
    "airport": "#7b4ea3",
}

GATEWAY_COLOURS: Final[Mapping[str, str]] = {"hcmc_ports": "#c58a00", "cai_mep": "#0b3c6f", "other": "#7b4ea3"}
GATEWAY_NAMES: Final[Mapping[str, Text]] = {
    "hcmc_ports": Text(en="HCMC ports", vi="Cảng TP.HCM"),
    "cai_mep": Text(en="Cái Mép", vi="Cái Mép"),
    "other": Text(en="Other", vi="Khác"),
}

OTHER_VALUES: Final = "Khác / Other"
MORE_COLOUR: Final = "#c2321f"
LESS_COLOUR: Final = "#1f6fb2"

MODE_NAMES: Final[Mapping[str, Text]] = {
    "road": Text(en="Road", vi="Đường bộ"),
    "rail": Text(en="Rail", vi="Đường sắt"),
    "inland_waterway": Text(en="Inland waterway", vi="Đường thủy nội địa"),
    "sea": Text(en="Sea", vi="Đường biển"),
    "air": Text(en="Air", vi="Đường hàng không"),
    "handling": Text(en="Terminal handling", vi="Xếp dỡ tại bến"),
}

PLACE_NAMES: Final[Mapping[str, Text]] = {
    "park": Text(en="Industrial park", vi="Khu công nghiệp"),
    "zone": Text(en="Zone outside the parks", vi="Vùng ngoài khu công nghiệp"),
    "seaport": Text(en="Seaport terminal", vi="Bến cảng biển"),
    "river_port": Text(en="River port", vi="Cảng thủy nội địa"),
    "dry_port": Text(en="Dry port", vi="Cảng cạn"),
    "icd": Text(en="ICD", vi="ICD"),
    "rail_station": Text(en="Rail station", vi="Ga đường sắt"),
    "airport": Text(en="Airport", vi="Cảng hàng không"),
}


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """How one exported layer is drawn.

    Parameters
    ----------
    layer
        Layer (table) name in the GeoPackage.
    geometry
        ``"point"``, ``"line"`` or ``"polygon"``.
    attribute
        Column whose value chooses the colour.
    colours
        Colour (``#rrggbb``) by value of ``attribute``.
    names
        What each value is called; values without a name show as they are.
    size
        Point diameter or line width in millimetres; of a polygon the width of its outline.
    width_expression
        QGIS expression for the line width in millimetres; None for the fixed ``size``.
    other
        Colour of all other values; None leaves them undrawn.
    """

    layer: str
    geometry: Literal["point", "line", "polygon"]
    attribute: str
    colours: Mapping[str, str]
    names: Mapping[str, Text]
    size: float
    width_expression: str | None = None
    other: str | None = None

    def label(self, value: str) -> str:
        """Return the legend entry of one value in both languages."""
        name = self.names.get(value)
        return value if name is None else f"{name.vi} / {name.en}"


def _rgba(colour: str, alpha: float = 1.0) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * alpha)}"


def _option(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "Option", {"type": "QString", "name": name, "value": value})


_SYMBOLS: Final = {
    "point": ("marker", "SimpleMarker"),
    "line": ("line", "SimpleLine"),
    "polygon": ("fill", "SimpleFill"),
}
_FILL_ALPHA: Final = 0.45


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
            "color": _rgba(colour, _FILL_ALPHA),
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
    if style.width_expression is not None:
        defined = ET.SubElement(layer, "data_defined_properties")
        properties = ET.SubElement(defined, "Option", {"type": "Map"})
        _option(properties, "name", "")
        entries = ET.SubElement(properties, "Option", {"type": "Map", "name": "properties"})
        width = ET.SubElement(entries, "Option", {"type": "Map", "name": "outlineWidth"})
        ET.SubElement(width, "Option", {"type": "bool", "name": "active", "value": "true"})
        _option(width, "expression", style.width_expression)
        ET.SubElement(width, "Option", {"type": "int", "name": "type", "value": "3"})
        _option(properties, "type", "collection")


def to_qml(style: LayerStyle) -> str:
    """Return the QGIS style document (QML) of one layer."""
    root = ET.Element("qgis", {"version": "3.22.0", "styleCategories": "Symbology"})
    renderer = ET.SubElement(
        root, "renderer-v2", {"type": "categorizedSymbol", "attr": style.attribute, "enableorderby": "0"}
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for position, (value, colour) in enumerate(style.colours.items()):
        name = str(position)
        ET.SubElement(
            categories,
            "category",
            {"value": value, "symbol": name, "label": style.label(value), "render": "true"},
        )
        _symbol(symbols, name, style, colour)
    if style.other is not None:
        name = str(len(style.colours))
        ET.SubElement(categories, "category", {"value": "", "symbol": name, "label": OTHER_VALUES, "render": "true"})
        _symbol(symbols, name, style, style.other)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


_SLD: Final = "http://www.opengis.net/sld"
_OGC: Final = "http://www.opengis.net/ogc"


def _parameter(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, f"{{{_SLD}}}CssParameter", {"name": name}).text = value


def _sld_symbolizer(rule: ET.Element, style: LayerStyle, colour: str) -> None:
    millimetre_px = 3.78
    if style.geometry == "line":
        stroke = ET.SubElement(ET.SubElement(rule, f"{{{_SLD}}}LineSymbolizer"), f"{{{_SLD}}}Stroke")
        _parameter(stroke, "stroke", colour)
        _parameter(stroke, "stroke-width", f"{style.size * millimetre_px:.2f}")
        return
    if style.geometry == "polygon":
        symbolizer = ET.SubElement(rule, f"{{{_SLD}}}PolygonSymbolizer")
        fill = ET.SubElement(symbolizer, f"{{{_SLD}}}Fill")
        _parameter(fill, "fill", colour)
        _parameter(fill, "fill-opacity", f"{_FILL_ALPHA}")
        outline = ET.SubElement(symbolizer, f"{{{_SLD}}}Stroke")
        _parameter(outline, "stroke", colour)
        _parameter(outline, "stroke-width", f"{style.size * millimetre_px:.2f}")
        return
    graphic = ET.SubElement(ET.SubElement(rule, f"{{{_SLD}}}PointSymbolizer"), f"{{{_SLD}}}Graphic")
    mark = ET.SubElement(graphic, f"{{{_SLD}}}Mark")
    ET.SubElement(mark, f"{{{_SLD}}}WellKnownName").text = "circle"
    _parameter(ET.SubElement(mark, f"{{{_SLD}}}Fill"), "fill", colour)
    ET.SubElement(graphic, f"{{{_SLD}}}Size").text = f"{style.size * millimetre_px:.2f}"


def to_sld(style: LayerStyle) -> str:
    """Return the OGC Styled Layer Descriptor 1.0.0 document of one layer (fixed widths)."""
    ET.register_namespace("", _SLD)
    ET.register_namespace("ogc", _OGC)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", {"version": "1.0.0"})
    named = ET.SubElement(root, f"{{{_SLD}}}NamedLayer")
    ET.SubElement(named, f"{{{_SLD}}}Name").text = style.layer
    user_style = ET.SubElement(named, f"{{{_SLD}}}UserStyle")
    feature_style = ET.SubElement(user_style, f"{{{_SLD}}}FeatureTypeStyle")
    for value, colour in style.colours.items():
        rule = ET.SubElement(feature_style, f"{{{_SLD}}}Rule")
        ET.SubElement(rule, f"{{{_SLD}}}Title").text = style.label(value)
        equals = ET.SubElement(ET.SubElement(rule, f"{{{_OGC}}}Filter"), f"{{{_OGC}}}PropertyIsEqualTo")
        ET.SubElement(equals, f"{{{_OGC}}}PropertyName").text = style.attribute
        ET.SubElement(equals, f"{{{_OGC}}}Literal").text = value
        _sld_symbolizer(rule, style, colour)
    if style.other is not None:
        rule = ET.SubElement(feature_style, f"{{{_SLD}}}Rule")
        ET.SubElement(rule, f"{{{_SLD}}}Title").text = OTHER_VALUES
        ET.SubElement(rule, f"{{{_SLD}}}ElseFilter")
        _sld_symbolizer(rule, style, style.other)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)
