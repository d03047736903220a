"""The map of a document as shapes: lines by kind and weight, places, names where there is room, a scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from api.documents.model import MapLine, MapPoint
from api.documents.shapes import INK, Disc, Picture, Shape, Stroke, Word
from api.drawing import KM_PER_DEGREE, MAP_WIDTH, LabelRoom, Projection, line_width_px
from api.numbers import number
from supplychain.text import Text

if TYPE_CHECKING:
    from api.documents.model import Map

GROUND_COLOUR: Final = "#c9c6bf"
OTHER_COLOUR: Final = "#6b6b6b"
MARK_COLOUR: Final = "#f2c230"
SHEET: Final = "#f6f4ee"
GROUND_WIDTH: Final = 0.9
FAR_WIDTH: Final = 1.5
"""Most width of the straight line of a service, which stands for no way on the ground."""
MARK_WIDTH: Final = 5.0
MARGIN_SHARE: Final = 0.04
SMALLEST_KM: Final = 4.0
"""Least width of a map: one place alone still needs some ground around it."""
FLATTEST, TALLEST = 0.45, 0.85
"""Least and greatest height of a map by its width."""
LABEL_UNITS_PER_PX: Final = 1.0
MOST_LABELS: Final = 45
LONGEST_LABEL: Final = 34
ELLIPSIS: Final = "…"


def map_picture(figure: Map) -> Picture | None:
    """Return the shapes of a map; None where it holds nothing."""
    projection = fitted(figure)
    if projection is None:
        return None
    shapes = [*_lines(figure, projection), *_places(figure, projection), *_scale(projection)]
    return Picture(MAP_WIDTH, projection.height, tuple(shapes), SHEET)


def fitted(figure: Map) -> Projection | None:
    """Return the projection that shows all places and all lines that carry something or are marked."""
    spots = [(place.lon, place.lat) for place in figure.places]
    for line in figure.lines:
        if (line.weight > 0 or line.is_marked) and not line.is_far:
            spots += line.points
    spots = spots or [spot for line in figure.lines for spot in line.points]
    spots = [(lon, lat) for lon, lat in spots if math.isfinite(lon) and math.isfinite(lat)]
    if not spots:
        return None
    west, east = min(lon for lon, _ in spots), max(lon for lon, _ in spots)
    south, north = min(lat for _, lat in spots), max(lat for _, lat in spots)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.1)
    wide = max((east - west) * shrink, (north - south) / TALLEST, SMALLEST_KM / KM_PER_DEGREE) * (1 + 2 * MARGIN_SHARE)
    tall = max((north - south) * (1 + 2 * MARGIN_SHARE), FLATTEST * wide)
    centre_lon, centre_lat = (west + east) / 2, (south + north) / 2
    half_lon, half_lat = wide / shrink / 2, tall / 2
    return Projection(centre_lon - half_lon, centre_lat - half_lat, centre_lon + half_lon, centre_lat + half_lat)


def largest_weight(figure: Map) -> float:
    """Return the weight drawn with the widest line."""
    return max((line.weight for line in figure.lines), default=0.0)


def _lines(figure: Map, projection: Projection) -> list[Shape]:
    largest = largest_weight(figure)
    ground, marked, flows = [], [], []
    for line in sorted(figure.lines, key=lambda one: one.weight):
        points = _inside(line, projection)
        if len(points) < 2:  # noqa: PLR2004 - a line has two ends
            continue
        width = line_width_px(line.weight, largest) if figure.unit.en else (2.5 if line.weight > 0 else 0.0)
        colour = figure.colours.get(line.kind, OTHER_COLOUR)
        if line.is_marked:
            marked.append(Stroke(points, MARK_COLOUR, width + MARK_WIDTH))
            flows.append(Stroke(points, colour, max(width, 2.0), _line_title(line, figure)))
        elif width > 0:
            width = min(width, FAR_WIDTH) if line.is_far else width
            flows.append(Stroke(points, colour, width, _line_title(line, figure), is_dashed=line.is_far))
        else:
            ground.append(Stroke(points, GROUND_COLOUR, GROUND_WIDTH, line.label))
    return [*ground, *marked, *flows]


def _inside(line: MapLine, projection: Projection) -> tuple[tuple[float, float], ...]:
    """Return the vertices of a line on the map, without those that fall on one another; nothing of one far off."""
    if not any(
        projection.west <= lon <= projection.east and projection.south <= lat <= projection.north
        for lon, lat in line.points
    ):
        return ()
    points: list[tuple[float, float]] = []
    for lon, lat in line.points:
        x, y = projection.to_map(lon, lat)
        if not points or math.dist(points[-1], (x, y)) >= 0.5 or len(line.points) == 2:  # noqa: PLR2004 - two ends
            points.append((round(x, 1), round(y, 1)))
    last = projection.to_map(*line.points[-1])
    if points[-1] != (round(last[0], 1), round(last[1], 1)):
        points.append((round(last[0], 1), round(last[1], 1)))
    return tuple(points)


def _line_title(line: MapLine, figure: Map) -> Text:
    if not figure.unit.en or line.weight <= 0:
        return line.label
    written = number(line.weight)
    return Text(
        en=f"{line.label.en}: {written.en} {figure.unit.en}".removeprefix(": "),
        vi=f"{line.label.vi}: {written.vi} {figure.unit.vi}".removeprefix(": "),
    )


def _places(figure: Map, projection: Projection) -> list[Shape]:
    """Return marks and names, the heaviest on top and named first."""
    room = LabelRoom(projection.height, LABEL_UNITS_PER_PX)
    ranked = sorted(figure.places, key=lambda one: (not one.is_marked, -one.weight))
    marks: list[Shape] = []
    words: list[Shape] = []
    for place in ranked:
        x, y = projection.to_map(place.lon, place.lat)
        radius = 6.0 if place.is_marked else (4.5 if place.weight > 0 else 3.0)
        rim = INK if place.is_marked else "#ffffff"
        colour = figure.colours.get(place.kind, OTHER_COLOUR)
        marks.append(Disc(x, y, radius, colour, place.label, rim))
        if len(words) >= MOST_LABELS or not (place.weight > 0 or place.is_marked):
            continue
        word = _named(place, x, y, room)
        if word is not None:
            words.append(word)
    return [*reversed(marks), *words]


def _named(place: MapPoint, x: float, y: float, room: LabelRoom) -> Word | None:
    name = place.short if place.short.en else place.label
    label = Text(en=shortened(name.en), vi=shortened(name.vi))
    letters = max(len(label.en), len(label.vi))
    side = room.side_of(x, y, letters) if letters else None
    if side is None:
        return None
    left = side == "left"
    return Word(x - 8 if left else x + 8, y + 4, label, "end" if left else "start", 12.0, has_halo=True)


def shortened(name: str) -> str:
    """Return a name that fits on a map."""
    return name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1].rstrip() + ELLIPSIS


def _scale(projection: Projection) -> list[Shape]:
    """Return a bar of a round length in the lower left corner."""
    km = projection.km_per_unit * MAP_WIDTH / 5
    power = 10.0 ** math.floor(math.log10(km))
    length = next(step * power for step in (5, 2, 1) if step * power <= km)
    width, y = length / projection.km_per_unit, projection.height - 14
    written = number(length, max(0, -math.floor(math.log10(length))))
    text = Text(en=f"{written.en} km", vi=f"{written.vi} km")
    line = Stroke(((14.0, y), (14.0 + width, y)), INK, 2.0)
    return [line, Word(14 + width / 2, y - 6, text, "middle", 11.0, has_halo=True)]
