"""The map of the report: one inline SVG, whose lines a script draws anew for each scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from api.drawing import MAP_WIDTH, LabelRoom, Projection, line_width_px
from api.styles import MODE_COLOURS, PLACE_COLOURS
from supplychain.text import Text

UNITS_PER_PX: Final = 1.45
"""Map units in a screen pixel at the size the map is usually shown; the script puts in the real one."""


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
        ``open``, ``building``, ``planned`` or ``closed``.
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
        Its full name.
    label
        Its short name on the map.
    lon, lat
        Where it lies, in degrees.
    load_t_per_day
        Tonnes a day that begin, end or are handled there: the busiest are labelled first.
    """

    place_id: str
    kind: str
    name: Text
    label: Text
    lon: float
    lat: float
    load_t_per_day: float = 0.0


def fit_projection(places: Sequence[MapPlace], margin_degrees: float) -> Projection:
    """Return the projection that shows all places and a margin around them."""
    if not places:
        msg = "A map needs at least one place."
        raise ValueError(msg)
    return Projection(
        min(place.lon for place in places) - margin_degrees,
        min(place.lat for place in places) - margin_degrees,
        max(place.lon for place in places) + margin_degrees,
        max(place.lat for place in places) + margin_degrees,
    )


def map_svg(
    lines: Sequence[MapLine],
    places: Sequence[MapPlace],
    projection: Projection,
    load_t_per_day: Mapping[str, float],
    largest_t_per_day: float,
) -> str:
    """Return the map of one plan, ready for the script to draw others.

    Parameters
    ----------
    lines, places, projection
        What is drawn, and where.
    load_t_per_day
        Tonnes a day by ``row_id``, both directions together.
    largest_t_per_day
        Load drawn with the widest line, the same for all plans of a report.
    """
    paths, ground, flows, hits = [], [], [], []
    for number, line in enumerate(lines):
        vertices = (projection.to_map(lon, lat) for lon, lat in line.points)
        shape = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in vertices)
        paths.append(f'<path id="g{number}" d="{shape}"/>')
        dashes = "" if line.status == "open" else ' class="later"'
        ground.append(f'<use href="#g{number}"{dashes}/>')
        width = line_width_px(load_t_per_day.get(line.row_id, 0.0), largest_t_per_day)
        drawn = f"stroke:{MODE_COLOURS[line.mode]};stroke-width:{width:.2f}" if width else "display:none"
        flows.append(f'<use href="#g{number}" style="{drawn}"/>')
        hits.append(f'<use href="#g{number}" data-line="{number}"/>')
    size = f"0 0 {MAP_WIDTH:.0f} {projection.height:.0f}"
    groups = (("ground", ground), ("flows", flows), ("hits", hits), ("places", _place_marks(places, projection)))
    body = "".join(f'<g id="map-{name}">{"".join(parts)}</g>' for name, parts in groups)
    return f'<svg id="map" viewBox="{size}" role="img" tabindex="0"><defs>{"".join(paths)}</defs>{body}</svg>'


def _place_marks(places: Sequence[MapPlace], projection: Projection) -> list[str]:
    """Return the marks, the busiest on top; labels that would cover others wait for a closer look."""
    ranked = sorted(enumerate(places), key=lambda item: (item[1].kind == "zone", -item[1].load_t_per_day))
    free, marks = LabelRoom(projection.height, UNITS_PER_PX), []
    for number, place in ranked:
        x, y = projection.to_map(place.lon, place.lat)
        radius = 3 if place.kind in {"park", "zone"} else 4.5
        mark = f'<circle r="{radius}" fill="{PLACE_COLOURS[place.kind]}" data-place="{number}"/>'
        side = free.side_of(x, y, max(len(place.label.vi), len(place.label.en))) if place.load_t_per_day > 0 else None
        anchor = ' text-anchor="end" x="-7"' if side == "left" else ' x="7"'
        near = ' class="near"' if side is None else ""
        mark += (
            f"<g{near}>"
            f'<text class="vi" y="4"{anchor}>{escape(place.label.vi)}</text>'
            f'<text class="en" y="4"{anchor}>{escape(place.label.en)}</text></g>'
        )
        marks.append(f'<g transform="translate({x:.1f} {y:.1f})"><g transform="scale({UNITS_PER_PX})">{mark}</g></g>')
    return marks[::-1]
