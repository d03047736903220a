"""Styles as OGC documents (Styled Layer Descriptor 1.0.0, OGC 02-070); growing widths are drawn in classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from api.styles.layer_style import (
    MILLIMETRE_PX,
    OTHER_NAME,
    LayerStyle,
    Width,
    WordWidth,
    in_languages,
    scale_of_zoom,
)
from supplychain.text import Language

_SLD: Final = "http://www.opengis.net/sld"
_OGC: Final = "http://www.opengis.net/ogc"
WIDTH_CLASSES: Final = 5
"""Classes in which a width that grows is drawn."""

Write = Callable[[ET.Element], None]


@dataclass(frozen=True, slots=True)
class _Part:
    """What a rule is about: how it is called, what it filters, and the colour or width it gives."""

    title: str
    filters: tuple[Write, ...]
    colour: str = ""
    width_mm: float = 0.0


def to_sld(style: LayerStyle, language: Language | None = None) -> str:
    """Return the OGC Styled Layer Descriptor 1.0.0 document of one layer.

    Parameters
    ----------
    style
        How it is drawn; ``width_expression`` is QGIS's own and is left out.
    language
        Of the titles of rules; None for Vietnamese and English together.
    """
    root = ET.Element("StyledLayerDescriptor", {"version": "1.0.0", "xmlns": _SLD, "xmlns:ogc": _OGC})
    named = ET.SubElement(root, "NamedLayer")
    ET.SubElement(named, "Name").text = style.layer
    user_style = ET.SubElement(named, "UserStyle")
    feature_style = ET.SubElement(user_style, "FeatureTypeStyle")
    for colour in _colours(style, language):
        for width in _widths(style):
            _rule(feature_style, style, colour, width)
    if style.label is not None:
        _label_rule(feature_style, style, language)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _colours(style: LayerStyle, language: Language | None) -> Iterator[_Part]:
    name = style.attribute
    for value, colour in style.colours.items():
        yield _Part(style.label_of(value, language), (_equals(name, value),), colour)
    lower: float | None = None
    for step in style.steps:
        limits = [] if lower is None else [_compares("PropertyIsGreaterThan", name, f"{lower:g}")]
        if step.up_to is not None:
            limits.append(_compares("PropertyIsLessThanOrEqualTo", name, f"{step.up_to:g}"))
        yield _Part(in_languages(step.name, language), tuple(limits), step.colour)
        lower = step.up_to
    if style.other is None or style.steps:
        return
    if not name:
        yield _Part(style.layer, (), style.other)
    elif style.width is None:
        yield _Part(in_languages(OTHER_NAME, language), (_otherwise,), style.other)
    else:
        # ElseFilter takes no further condition: with classes of width the other values are told one by one.
        known = tuple(_compares("PropertyIsNotEqualTo", name, value) for value in style.colours)
        yield _Part(in_languages(OTHER_NAME, language), known, style.other)


def _widths(style: LayerStyle) -> Iterator[_Part]:
    width = style.width
    if width is None:
        yield _Part("", (), width_mm=style.size)
    elif isinstance(width, WordWidth):
        yield from _word_widths(width)
    else:
        yield from _grown_widths(width)


def _word_widths(width: WordWidth) -> Iterator[_Part]:
    groups: dict[float, list[str]] = {}
    for word, mm in width.widths_mm.items():
        groups.setdefault(mm, []).append(word)
    for mm, words in groups.items():
        yield _Part("", (_any(tuple(_equals(width.attribute, word) for word in words)),), width_mm=mm)
    others = tuple(_compares("PropertyIsNotEqualTo", width.attribute, word) for word in width.widths_mm)
    yield _Part("", others, width_mm=width.other_mm)


def _grown_widths(width: Width) -> Iterator[_Part]:
    """Yield classes of equal steps of width; each is drawn in the width of its middle.

    An amount and its negative have one width, so a class is one stretch above nothing and one below.
    """
    step = (width.most_mm - width.least_mm) / WIDTH_CLASSES
    for place in range(WIDTH_CLASSES):
        low = width.amount_of(width.least_mm + place * step)
        high = None if place == WIDTH_CLASSES - 1 else width.amount_of(width.least_mm + (place + 1) * step)
        above = [_compares("PropertyIsGreaterThanOrEqualTo", width.attribute, f"{low:g}")]
        below = [_compares("PropertyIsLessThanOrEqualTo", width.attribute, f"{-low:g}")]
        if high is not None:
            above.append(_compares("PropertyIsLessThan", width.attribute, f"{high:g}"))
            below.append(_compares("PropertyIsGreaterThan", width.attribute, f"{-high:g}"))
        drawn = width.least_mm + (place + 0.5) * step
        title = f"≥ {low:,.0f}" if high is None else f"{low:,.0f}–{high:,.0f}"
        either = [_all(tuple(above)), _all(tuple(below))]
        if not place:
            either.append(_is_null(width.attribute))
        yield _Part(title, (_any(tuple(either)),), width_mm=drawn)


def _rule(parent: ET.Element, style: LayerStyle, colour: _Part, width: _Part) -> None:
    rule = ET.SubElement(parent, "Rule")
    title = f"{colour.title} ({width.title})" if width.title else colour.title
    ET.SubElement(rule, "Title").text = title
    filters = (*colour.filters, *width.filters)
    if filters == (_otherwise,):
        _otherwise(rule)
    elif filters:
        _all(filters)(ET.SubElement(rule, "ogc:Filter"))
    if style.from_zoom:
        ET.SubElement(rule, "MaxScaleDenominator").text = f"{scale_of_zoom(style.from_zoom):.0f}"
    _symbolizer(rule, style, colour.colour, width.width_mm)


def _otherwise(rule: ET.Element) -> None:
    ET.SubElement(rule, "ElseFilter")


def _equals(name: str, value: str) -> Write:
    return _compares("PropertyIsEqualTo", name, value)


def _compares(operator: str, name: str, value: str) -> Write:
    def write(parent: ET.Element) -> None:
        compared = ET.SubElement(parent, f"ogc:{operator}")
        ET.SubElement(compared, "ogc:PropertyName").text = name
        ET.SubElement(compared, "ogc:Literal").text = value

    return write


def _is_null(name: str) -> Write:
    def write(parent: ET.Element) -> None:
        compared = ET.SubElement(parent, "ogc:PropertyIsNull")
        ET.SubElement(compared, "ogc:PropertyName").text = name

    return write


def _all(filters: tuple[Write, ...]) -> Write:
    return _joined("And", filters)


def _any(filters: tuple[Write, ...]) -> Write:
    return _joined("Or", filters)


def _joined(word: str, filters: tuple[Write, ...]) -> Write:
    def write(parent: ET.Element) -> None:
        inner = parent if len(filters) == 1 else ET.SubElement(parent, f"ogc:{word}")
        for one in filters:
            one(inner)

    return write


def _parameter(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "CssParameter", {"name": name}).text = value


def _symbolizer(rule: ET.Element, style: LayerStyle, colour: str, width_mm: float) -> None:
    width = f"{width_mm * MILLIMETRE_PX:.2f}"
    if style.geometry == "line":
        stroke = ET.SubElement(ET.SubElement(rule, "LineSymbolizer"), "Stroke")
        _parameter(stroke, "stroke", colour)
        _parameter(stroke, "stroke-width", width)
        return
    if style.geometry == "polygon":
        symbolizer = ET.SubElement(rule, "PolygonSymbolizer")
        fill = ET.SubElement(symbolizer, "Fill")
        _parameter(fill, "fill", colour)
        _parameter(fill, "fill-opacity", f"{style.fill_opacity:g}")
        outline = ET.SubElement(symbolizer, "Stroke")
        _parameter(outline, "stroke", colour)
        _parameter(outline, "stroke-width", width)
        return
    graphic = ET.SubElement(ET.SubElement(rule, "PointSymbolizer"), "Graphic")
    mark = ET.SubElement(graphic, "Mark")
    ET.SubElement(mark, "WellKnownName").text = "circle"
    _parameter(ET.SubElement(mark, "Fill"), "fill", colour)
    ET.SubElement(graphic, "Size").text = width


def _label_rule(parent: ET.Element, style: LayerStyle, language: Language | None) -> None:
    """Write the first column of the label: SLD 1.0.0 knows no other way to choose among several."""
    label = style.label
    if label is None:
        return
    rule = ET.SubElement(parent, "Rule")
    ET.SubElement(rule, "MaxScaleDenominator").text = f"{scale_of_zoom(label.from_zoom):.0f}"
    symbolizer = ET.SubElement(rule, "TextSymbolizer")
    words = ET.SubElement(symbolizer, "Label")
    ET.SubElement(words, "ogc:PropertyName").text = label.columns(language or "vi")[0]
    font = ET.SubElement(symbolizer, "Font")
    _parameter(font, "font-family", "Noto Sans")
    _parameter(font, "font-size", f"{label.size_pt:g}")
    _parameter(ET.SubElement(symbolizer, "Fill"), "fill", "#282828")
