"""What the map of the report shows: lines, places and the loads of every plan."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from api.drawing import NARROWEST_LINE_PX, WIDEST_LINE_PX, Projection, line_width_px
from api.exports.layers import LINK_TABLES
from api.report.maps import MapLine, MapPlace
from api.report.names import STATUS_NAMES
from api.styles import LESS_COLOUR, MODE_COLOURS, MODE_NAMES, MORE_COLOUR, PLACE_COLOURS, PLACE_NAMES
from supplychain.text import Text

if TYPE_CHECKING:
    from api.results import Results
    from geodata.infrastructure.infrastructure import Infrastructure

KIND_WORDS: Final = Text(
    en=r" (International Airport|Industrial (Park|Zone)|International (Container )?(Terminal|Port)|"
    r"Container Terminal|River Port|Railway Station|Station|Terminal|Port)$",
    vi=r"^(Cảng hàng không quốc tế|Sân bay|Khu công nghiệp|KCN|Cảng container quốc tế|Cảng quốc tế|Cảng cạn|Cảng|Ga) ",
)
"""Words that only repeat the kind of a place, which its colour tells."""
SHORT_NAME: Final = re.compile(r"\(([A-Z]{3,6})\)")
LEGEND_STEPS: Final = 3
GREAT_CLASSES: Final = ("motorway", "expressway", "trunk", "primary")
"""Classes of road drawn whether or not they carry freight."""


def map_lines(results: Results) -> tuple[MapLine, ...]:
    """Return every link row of the pack, open or not, as map lines.

    Where the base plan stands on a network version, its links are returned in their place: those that stand as in the
    pack, those of great roads, and those that carry freight in any plan.
    """
    from shapely import from_wkt  # noqa: PLC0415 - only the map needs it

    infrastructure = results.base.case.infrastructure
    if infrastructure is not None:
        return _ground_lines(results, infrastructure)
    lines = []
    for record in results.pack.table("links").to_dict("records"):
        name, local = str(record["road"]), record.get("name_vi")
        if isinstance(local, str) and local and local != name:
            name = local if name in local else f"{name}, {local}"
        points = tuple((float(lon), float(lat)) for lon, lat in from_wkt(record["geometry"]).coords)
        link_id, mode, status = str(record["link_id"]), str(record["mode"]), str(record["status"])
        lines.append(MapLine(link_id, mode, status, Text(en=name, vi=name), points))
    return tuple(lines)


def _ground_lines(results: Results, infrastructure: Infrastructure) -> tuple[MapLine, ...]:
    links = infrastructure.links
    words = links.to_columns()
    loaded = {row for plan in plan_loads(results).values() for row in plan}
    table = results.base.case.pack.table("links")
    status = dict(zip(table["link_id"], table["status"], strict=True))
    shown = np.isin(words["link_class"].astype(str), GREAT_CLASSES) | (links.corridor == links.link_id)
    shown |= np.array([link_id in loaded for link_id in links.link_id], dtype=np.bool_)
    lines = []
    for link in np.flatnonzero(shown):
        name = ", ".join(part for part in (str(links.ref[link]), str(links.name[link])) if part)
        points = tuple((float(lon), float(lat)) for lon, lat in infrastructure.link_points(int(link)))
        link_id = str(links.link_id[link])
        state = str(status.get(str(links.corridor[link]), "open"))
        lines.append(MapLine(link_id, str(words["mode"][link]), state, Text(en=name, vi=name), points))
    return tuple(lines)


def map_places(results: Results) -> tuple[MapPlace, ...]:
    """Return the parks and zones of the pack and all terminals as map places."""
    found = results.base.indicators
    parks, terminals = found.by_park, found.by_terminal
    loads = dict(zip(parks["place_id"], parks["t_out_per_day"] + parks["t_in_per_day"], strict=True))
    loads |= dict(zip(terminals["terminal_id"], terminals["throughput_t_per_day"], strict=True))
    places: list[MapPlace] = []
    for table, key, kind in (
        ("zones", "zone_id", "zone"),
        ("parks", "park_id", "park"),
        ("terminals", "terminal_id", ""),
    ):
        for record in results.pack.table(table).to_dict("records"):
            name = Text(en=str(record["name_en"]), vi=str(record["name_vi"]))
            lon, lat, load = float(record["lon"]), float(record["lat"]), float(loads.get(str(record[key]), 0.0))
            place_kind = kind or str(record["kind"])
            places.append(MapPlace(str(record[key]), place_kind, name, short_label(name), lon, lat, load))
    return tuple(places)


def short_label(name: Text) -> Text:
    """Return a name short enough for a map: its abbreviation if it has one, else without the words of its kind."""
    return Text(en=_short(name.en, KIND_WORDS.en), vi=_short(name.vi, KIND_WORDS.vi))


def _short(name: str, kind_words: str) -> str:
    abbreviation = SHORT_NAME.search(name)
    if abbreviation is not None:
        return abbreviation[1]
    return re.sub(kind_words, "", re.sub(r"( \(.*\)|, .*)$", "", name))


def plan_loads(results: Results) -> dict[str, dict[str, float]]:
    """Return tonnes a day by link row, both directions together, by scenario id."""
    loads = {}
    for outcome in results.outcomes:
        links = outcome.indicators.links
        rows = links[links["row_table"].isin(LINK_TABLES)].groupby("row_id")["t_per_day"].sum()
        loads[outcome.case.scenario.scenario_id] = {str(row): float(load) for row, load in rows.items()}
    return loads


def largest_load(loads: Mapping[str, Mapping[str, float]]) -> float:
    """Return the largest load of any line in any plan."""
    return max((load for plan in loads.values() for load in plan.values()), default=0.0)


def map_data(
    results: Results, lines: Sequence[MapLine], places: Sequence[MapPlace], projection: Projection
) -> dict[str, Any]:
    """Return what the script of the map needs, as plain JSON values; whole tonnes a day."""
    loads = plan_loads(results)
    return {
        "lines": [[line.name.vi, line.name.en, line.mode, line.status] for line in lines],
        "places": [[place.name.vi, place.name.en, place.kind, round(place.load_t_per_day)] for place in places],
        "plans": [[round(plan.get(line.row_id, 0.0)) for line in lines] for plan in loads.values()],
        "largest": largest_load(loads),
        "widest": WIDEST_LINE_PX,
        "narrowest": NARROWEST_LINE_PX,
        "kmPerUnit": projection.km_per_unit,
        "colours": {**MODE_COLOURS, "more": MORE_COLOUR, "less": LESS_COLOUR},
        "modes": _both(MODE_NAMES),
        "kinds": _both(PLACE_NAMES),
        "status": _both(STATUS_NAMES),
    }


def _both(names: Mapping[str, Text]) -> dict[str, list[str]]:
    return {key: [name.vi, name.en] for key, name in names.items()}


def legend_loads(largest_t_per_day: float) -> list[tuple[float, float]]:
    """Return round loads and the width of their line, the widest first."""
    if largest_t_per_day <= 1:
        return []
    power = 10.0 ** math.floor(math.log10(largest_t_per_day))
    top = next(step * power for step in (5, 2, 1) if step * power <= largest_t_per_day)
    shown = [top, top / 5, top / 50][:LEGEND_STEPS]
    return [(load, line_width_px(load, largest_t_per_day)) for load in shown if load >= 1]


def used_kinds(places: Sequence[MapPlace]) -> list[tuple[str, Text]]:
    """Return colour and name of each kind of place there is."""
    present = {place.kind for place in places}
    return [(PLACE_COLOURS[kind], PLACE_NAMES[kind]) for kind in PLACE_COLOURS if kind in present]


def used_modes(lines: Sequence[MapLine]) -> list[tuple[str, Text]]:
    """Return colour and name of each mode there is."""
    present = {line.mode for line in lines}
    return [(MODE_COLOURS[mode], MODE_NAMES[mode]) for mode in MODE_COLOURS if mode in present]
