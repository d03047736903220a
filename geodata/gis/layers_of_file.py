"""Which layer of a GIS file holds the lines."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Final

from geodata.gis.read import ReadError, layer_names
from supplychain.text import Text

NO_LAYER: Final = Text(
    en="{path} has no layer {layer!r}. It has {layers}.", vi="{path} không có lớp {layer!r}. Các lớp: {layers}."
)
NAME_LAYER: Final = Text(
    en="{path} has several layers that may hold lines: {layers}. Name one.",
    vi="{path} có nhiều lớp có thể chứa đường: {layers}. Hãy nêu tên một lớp.",
)
NO_LINE_LAYER: Final = Text(
    en="{path} has no layer with lines. It has {layers}.", vi="{path} không có lớp đường nào. Các lớp: {layers}."
)
SHOWN_LAYERS: Final = 40


def pick_layer(path: Path, wanted: str = "") -> str:
    """Return the layer that is meant: the one named, or the only one that may hold lines.

    Raises
    ------
    ReadError
        If there is none, or several and none is named.
    """
    found = layer_names(path)
    names = [name for name, _ in found]
    shown = ", ".join(f"{name} ({kind or 'no geometry'})" for name, kind in found[:SHOWN_LAYERS]) or "–"
    if wanted:
        if wanted in names:
            return wanted
        near = get_close_matches(wanted, names, n=1)
        if near:
            shown = f"{near[0]} (?), {shown}"
        raise ReadError(NO_LAYER.format(path=path, layer=wanted, layers=shown))
    linear = [name for name, kind in found if kind is not None and not any(w in kind for w in ("Point", "Polygon"))]
    if len(linear) > 1:
        raise ReadError(NAME_LAYER.format(path=path, layers=", ".join(linear[:SHOWN_LAYERS])))
    if not linear:
        raise ReadError(NO_LINE_LAYER.format(path=path, layers=shown))
    return linear[0]
