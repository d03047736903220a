"""How an opened collection is drawn: its style, fitted to its kind of geometry and, where need be, to its values."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from api.gis.collections import Collection, Opened
from api.gis.exports.provenance import plain
from api.styles import STYLES, LayerStyle, with_values
from geodata.features.source import Source
from geodata.features.table import FeatureTable, Field, ShapeKind
from supplychain.text import LANGUAGES, Text

GEOMETRIES: Final[dict[ShapeKind, Literal["point", "line", "polygon"]]] = {
    "Point": "point",
    "LineString": "line",
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
}
MOST_VALUES: Final = 200
"""Values that get a colour of their own in a style that follows the data."""


def style_of(collection: Collection) -> LayerStyle:
    """Return the style of a kind of layer, before its data are known."""
    return replace(STYLES[collection.style], geometry=GEOMETRIES[collection.shape])


def dressed(opened: Opened) -> LayerStyle:
    """Return the style of an opened collection: columns it does not have are left out of labels and widths."""
    return fitted(style_of(opened.collection), opened.source)


def fitted(style: LayerStyle, source: Source) -> LayerStyle:
    """Return a style without what the features of a source do not have, and with the values that only they tell."""
    names = {field.name for field in source.fields}
    if style.width is not None and style.width.attribute not in names:
        style = replace(style, width=None)
    if style.detail is not None and style.detail.attribute not in names:
        style = replace(style, detail=None)
    if style.label is not None:
        kept = tuple(one for one in style.label.attributes if _is_there(one, names))
        style = replace(style, label=replace(style.label, attributes=kept) if kept else None)
    if style.attribute and not style.colours and not style.steps and style.attribute in names:
        style = with_values(style, _values(source, style.attribute))
    return style


def _is_there(attribute: str, names: set[str]) -> bool:
    return all(attribute.replace("{language}", language) in names for language in LANGUAGES)


def _values(source: Source, attribute: str) -> list[tuple[str, Text]]:
    """Return the values of a property in the layer's order, and what each is called.

    A value with signs that no XML holds has no colour of its own: no style could name it.
    """
    field = next(field for field in source.fields if field.name == attribute)
    found: dict[str, Text] = {}
    for table in source.portions():
        for row, value in enumerate(table.columns[attribute].to_pylist()):
            is_new = value is not None and str(value) not in found and len(found) < MOST_VALUES
            if is_new and plain(str(value)) == str(value):
                found[str(value)] = _name(table, row, field, str(value))
    return list(found.items())


def _name(table: FeatureTable, row: int, field: Field, value: str) -> Text:
    words = dict(field.words)
    if value in words:
        return words[value]
    said = {}
    for language in LANGUAGES:
        column = next((one for one in (f"name_{language}", "name") if one in table.columns.column_names), None)
        said[language] = plain((table.columns[column][row].as_py() if column else None) or "") or value
    return Text(vi=said["vi"], en=said["en"])
