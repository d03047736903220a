"""Maps of documents from layers: loads, differences, highlighted lines and places on their ground."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from api.documents.frames import bilingual
from api.documents.model import Map, MapLine, MapPoint
from api.report.map_input import short_label
from api.styles import CHANGE_COLOURS, CHANGE_NAMES, MODE_COLOURS, MODE_NAMES, PLACE_COLOURS, PLACE_NAMES
from supplychain.text import Text

if TYPE_CHECKING:
    from api.documents.layers import Ground, Layer

T_PER_DAY: Final = Text(en="t/day", vi="tấn/ngày")
COLOURS: Final = {**MODE_COLOURS, **PLACE_COLOURS, "market": "#555555", "node": "#555555"}
NAMES: Final = {
    **MODE_NAMES,
    **PLACE_NAMES,
    "market": Text(en="Domestic market", vi="Thị trường trong nước"),
    "node": Text(en="Place", vi="Địa điểm"),
}
OTHERS: Final = ("#b4532a", "#1f6fb2", "#3b3b3b", "#7b4ea3", "#2f7d4f", "#c58a00")
"""Colours of modes of a stranger's own naming, in the order of their names."""
STEPS_ACROSS: Final = 1500
"""Vertices closer than the map's width by this many steps fall on one another."""


def flow_map(
    title: Text,
    lines: Layer,
    ground: Ground | None = None,
    *,
    places: Mapping[str, float] | None = None,
    marked: Collection[str] = (),
    note: Text | None = None,
) -> Map:
    """Return a map of loads: lines by mode with widths, on the region's corridors, with its places.

    Parameters
    ----------
    title
        Heading.
    lines
        Layer with row_id, mode, name_vi, name_en and t_per_day (``line_layer``).
    ground
        What is drawn thin below, and where places lie.
    places
        Weight (t/day) of each place shown, by id; the heaviest are named.
    marked
        Ids of rows and places that are highlighted.
    note
        What the reader must know to read it.
    """
    loaded = set(lines["row_id"])
    shown = [*_ground_lines(ground, loaded), *_lines(lines, "mode", "t_per_day", set(marked))]
    colours, names = _with_strangers({str(kind) for kind in lines["mode"]})
    return Map(title, tuple(shown), _points(ground, places or {}, set(marked)), colours, names, T_PER_DAY, note)


def _with_strangers(kinds: set[str]) -> tuple[dict[str, str], dict[str, Text]]:
    """Return colours and names in which modes of a stranger's own naming have theirs too."""
    others = sorted(kinds - set(COLOURS))
    colours = {kind: OTHERS[place % len(OTHERS)] for place, kind in enumerate(others)}
    return {**COLOURS, **colours}, {**NAMES, **{kind: Text(en=kind, vi=kind) for kind in others}}


def difference_map(
    title: Text,
    differences: Layer,
    ground: Ground | None = None,
    *,
    places: Mapping[str, float] | None = None,
    marked: Collection[str] = (),
    note: Text | None = None,
) -> Map:
    """Return a map of differences: red where there is more, blue where there is less, widths by how much.

    Parameters
    ----------
    title
        Heading.
    differences
        Layer of ``difference_layer``.
    ground, places, marked, note
        As in ``flow_map``.
    """
    sized = differences.assign(weight=differences["difference_t_per_day"].abs())
    shown = [*_ground_lines(ground, set(sized["row_id"])), *_lines(sized, "change", "weight", set(marked))]
    colours, names = {**COLOURS, **CHANGE_COLOURS}, {**NAMES, **CHANGE_NAMES}
    return Map(title, tuple(shown), _points(ground, places or {}, set(marked)), colours, names, T_PER_DAY, note)


def _lines(layer: Layer, kind: str, weight: str, marked: set[str]) -> list[MapLine]:
    records = layer.drop(columns=layer.geometry.name).to_dict("records")
    found = []
    for record, shape in zip(records, _simpler(layer.geometry.to_numpy()), strict=True):
        label, load = _label(record), float(record[weight])
        is_marked = str(record["row_id"]) in marked
        is_far = record.get("row_table") == "services"
        found += [MapLine(points, str(record[kind]), load, label, is_marked, is_far) for points in _parts(shape)]
    return found


def _label(record: Mapping[str, Any]) -> Text:
    return bilingual(record) if "name_vi" in record and "name_en" in record else Text(en="", vi="")


def _ground_lines(ground: Ground | None, loaded: set[Any]) -> list[MapLine]:
    """Return the great lines below that carry nothing of what is shown."""
    if ground is None:
        return []
    lines = ground.lines
    below = lines[lines["is_ground"] & ~lines["row_id"].isin(loaded)]
    shapes = _simpler(below.geometry.to_numpy())
    modes = zip(below["mode"], shapes, strict=True)
    return [MapLine(points, str(mode)) for mode, shape in modes for points in _parts(shape)]


def _simpler(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return lines without vertices that nobody could tell apart on the map (Douglas and Peucker, 1973)."""
    if not len(shapes):
        return shapes
    west, south, east, north = shapely.total_bounds(shapes)
    found: np.ndarray[Any, Any] = shapely.simplify(shapes, max(east - west, north - south) / STEPS_ACROSS)
    return found


def _parts(shape: Any) -> list[tuple[tuple[float, float], ...]]:  # noqa: ANN401 - a geometry
    if shape is None or shape.is_empty:
        return []
    return [tuple((float(x), float(y)) for x, y, *_ in part.coords) for part in shapely.get_parts(shape)]


def _points(ground: Ground | None, weights: Mapping[str, float], marked: set[str]) -> tuple[MapPoint, ...]:
    if ground is None:
        return ()
    wanted = set(weights) | marked
    found = []
    frame = ground.places[ground.places["place_id"].isin(wanted)]
    for record in frame.to_dict("records"):
        place, point = str(record["place_id"]), record["geometry"]
        weight = float(weights.get(place, 0.0))
        name, kind = bilingual(record), str(record["place_kind"])
        found.append(MapPoint(point.x, point.y, kind, name, weight, place in marked, short_label(name)))
    return tuple(found)
