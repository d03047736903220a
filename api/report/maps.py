"""Maps of the report as inline SVG: geometry once, drawn many times with other widths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from api.numbers import number, signed
from api.styles import LESS_COLOUR, MODE_COLOURS, MORE_COLOUR, PLACE_COLOURS
from supplychain.text import Text

MAP_WIDTH_PX: Final = 900.0
MAX_LINE_WIDTH_PX: Final = 16.0
QUIET_COLOUR: Final = "#c9c6bf"


@dataclass(frozen=True, slots=True)
class MapLine:
    """One link row of the network.

    Parameters
    ----------
    row_id
        Id of the row in the region pack.
    mode
        Its mode.
    status
        ``open``, ``building`` or ``planned``.
    name
        What people call it.
    points
        Longitude and latitude of each vertex, in degrees.
    """

    row_id: str
    mode: str
    status: str
    name: Text
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class MapPlace:
    """One park, zone or terminal.

    Parameters
    ----------
    place_id
        Its id.
    kind
        A key of ``PLACE_COLOURS``.
    name
        Its name.
    lon, lat
        Where it lies, in degrees.
    is_labelled
        True for the few places named on the map.
    """

    place_id: str
    kind: str
    name: Text
    lon: float
    lat: float
    is_labelled: bool = False


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular map to pixels, true to scale at the middle latitude.

    Parameters
    ----------
    west, south, east, north
        Bounds in degrees.
    """

    west: float
    south: float
    east: float
    north: float

    @property
    def _scale(self) -> float:
        return MAP_WIDTH_PX / ((self.east - self.west) * self._shrink)

    @property
    def _shrink(self) -> float:
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def height_px(self) -> float:
        """Height of the map in pixels."""
        return (self.north - self.south) * self._scale

    def to_pixels(self, lon: float, lat: float) -> tuple[float, float]:
        """Return x to the right and y downwards, in pixels."""
        return (lon - self.west) * self._shrink * self._scale, (self.north - lat) * self._scale


def fit_projection(lines: Sequence[MapLine], places: Sequence[MapPlace], margin_degrees: float) -> Projection:
    """Return the projection that shows all places and every vertex of the lines between them."""
    if not places:
        msg = "A map needs at least one place."
        raise ValueError(msg)
    west = min(place.lon for place in places) - margin_degrees
    east = max(place.lon for place in places) + margin_degrees
    south = min(place.lat for place in places) - margin_degrees
    north = max(place.lat for place in places) + margin_degrees
    inside = [(lon, lat) for line in lines for lon, lat in line.points if west <= lon <= east and south <= lat <= north]
    if inside:
        west, east = min(west, *(lon for lon, _ in inside)), max(east, *(lon for lon, _ in inside))
        south, north = min(south, *(lat for _, lat in inside)), max(north, *(lat for _, lat in inside))
    return Projection(west, south, east, north)


def definitions_svg(lines: Sequence[MapLine], projection: Projection) -> str:
    """Return the hidden SVG that holds each line's path once, for the maps to use."""
    paths = []
    for position, line in enumerate(lines):
        vertices = (projection.to_pixels(lon, lat) for lon, lat in line.points)
        data = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in vertices)
        paths.append(f'<path id="g{position}" d="{data}"/>')
    return f'<svg width="0" height="0" aria-hidden="true"><defs>{"".join(paths)}</defs></svg>'


def _title(text: Text) -> str:
    return f"<title>{escape(text.vi)} · {escape(text.en)}</title>"


def _use(position: int, colour: str, width: float, extra: str, title: Text) -> str:
    return f'<use href="#g{position}" stroke="{colour}" stroke-width="{width:.2f}"{extra}>{_title(title)}</use>'


def _places_svg(places: Sequence[MapPlace], projection: Projection) -> str:
    marks = []
    for place in places:
        x, y = projection.to_pixels(place.lon, place.lat)
        radius = 2.6 if place.kind in {"park", "zone"} else 4.2
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{PLACE_COLOURS[place.kind]}" '
            f'stroke="#fff" stroke-width="0.8">{_title(place.name)}</circle>'
        )
        if place.is_labelled:
            marks.append(f'<text x="{x + 6:.1f}" y="{y + 3:.1f}">{escape(place.name.vi)}</text>')
    return "".join(marks)


def _svg(body: str, projection: Projection, label: Text) -> str:
    size = f"0 0 {MAP_WIDTH_PX:.0f} {projection.height_px:.0f}"
    return (
        f'<svg class="map" viewBox="{size}" data-home="{size}" role="img" '
        f'aria-label="{escape(label.vi)} · {escape(label.en)}">{body}</svg>'
    )


def _width(load: float, largest: float) -> float:
    """Width by the square root of the load, so that small flows stay visible."""
    return 0.0 if load <= 0 or largest <= 0 else max(1.2, MAX_LINE_WIDTH_PX * math.sqrt(load / largest))


def flow_map(
    lines: Sequence[MapLine],
    places: Sequence[MapPlace],
    projection: Projection,
    load_t_per_day: Mapping[str, float],
    largest_t_per_day: float,
    label: Text,
) -> str:
    """Return the map of one plan: line width by tonnes a day, colour by mode.

    Parameters
    ----------
    lines, places, projection
        What is drawn, and where.
    load_t_per_day
        Tonnes a day by ``row_id``, both directions together.
    largest_t_per_day
        Load drawn with the widest line, the same on all maps of a report.
    label
        What the map shows.
    """
    quiet, loud = [], []
    for position, line in enumerate(lines):
        load = load_t_per_day.get(line.row_id, 0.0)
        tonnes = number(load)
        title = Text(
            en=f"{line.name.en} [{line.row_id}]: {tonnes.en} t/day ({line.status})",
            vi=f"{line.name.vi} [{line.row_id}]: {tonnes.vi} tấn/ngày",
        )
        dashes = "" if line.status == "open" else ' stroke-dasharray="4 4"'
        quiet.append(_use(position, QUIET_COLOUR, 1.0, dashes, title))
        width = _width(load, largest_t_per_day)
        if width:
            loud.append(_use(position, MODE_COLOURS[line.mode], width, ' stroke-opacity="0.85"', title))
    body = f'<g fill="none" stroke-linecap="round">{"".join(quiet)}{"".join(loud)}</g>'
    return _svg(body + _places_svg(places, projection), projection, label)


def difference_map(
    lines: Sequence[MapLine],
    places: Sequence[MapPlace],
    projection: Projection,
    difference_t_per_day: Mapping[str, float],
    label: Text,
) -> str:
    """Return the map of what a scenario changes: red where more tonnes pass a day, blue where fewer.

    Parameters
    ----------
    lines, places, projection
        What is drawn, and where.
    difference_t_per_day
        Tonnes a day of the scenario less those of the base by ``row_id``.
    label
        What the map shows.
    """
    largest = max((abs(value) for value in difference_t_per_day.values()), default=0.0)
    quiet, loud = [], []
    for position, line in enumerate(lines):
        difference = difference_t_per_day.get(line.row_id, 0.0)
        tonnes = signed(difference)
        title = Text(
            en=f"{line.name.en} [{line.row_id}]: {tonnes.en} t/day",
            vi=f"{line.name.vi} [{line.row_id}]: {tonnes.vi} tấn/ngày",
        )
        quiet.append(_use(position, QUIET_COLOUR, 1.0, "", title))
        width = _width(abs(difference), largest) if abs(difference) >= 1.0 else 0.0
        if width:
            colour = MORE_COLOUR if difference > 0 else LESS_COLOUR
            loud.append(_use(position, colour, width, ' stroke-opacity="0.8"', title))
    body = f'<g fill="none" stroke-linecap="round">{"".join(quiet)}{"".join(loud)}</g>'
    return _svg(body + _places_svg(places, projection), projection, label)
