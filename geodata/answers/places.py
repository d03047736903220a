"""Places that questions are asked about: points with an id, from coordinates, a registry or a file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from geodata.tables import numbers, texts
from supplychain.errors import HinterlandError
from supplychain.text import Text, fold

if TYPE_CHECKING:
    from geodata.infrastructure.infrastructure import Infrastructure
    from supplychain.pack import Pack

VIETNAM_LAT: Final = (8.0, 24.0)
VIETNAM_LON: Final = (102.0, 118.0)
"""Bounds that hold Vietnam and its islands; latitude and longitude never fall into each other's range."""

MOST_LAT: Final = 90.0
MOST_LON: Final = 180.0
OPEN: Final = "open"
SHOWN_IDS: Final = 5
REGISTRY_TABLES: Final = {"parks": ("park_id", "park"), "zones": ("zone_id", "zone"), "terminals": ("terminal_id", "")}
"""Tables of a pack that hold places: their key, and the kind of place (a terminal says its own)."""

SWAPPED: Final = Text(
    en="{what}: latitude and longitude are swapped; write {lat}, {lon} as latitude {lat} and longitude {lon}.",
    vi="{what}: vĩ độ và kinh độ bị đảo; hãy ghi {lat}, {lon}, tức vĩ độ {lat} và kinh độ {lon}.",
)
OUT_OF_RANGE: Final = Text(
    en="{what}: latitude must lie between -90 and 90 and longitude between -180 and 180, got {lat} and {lon}.",
    vi="{what}: vĩ độ phải trong -90…90 và kinh độ trong -180…180, nhận được {lat} và {lon}.",
)
UNKNOWN: Final = Text(
    en="There is no place {name}. Write latitude,longitude (such as 10.932,106.723) or an id or name of a park, zone "
    "or terminal; similar: {known}.",
    vi="Không có địa điểm {name}. Hãy ghi vĩ độ,kinh độ (ví dụ 10.932,106.723) hoặc mã hay tên khu, vùng, bến; "
    "gần giống: {known}.",
)
AMBIGUOUS: Final = Text(
    en="{name} may be any of {known}. Name one by its id.",
    vi="{name} có thể là {known}. Hãy ghi rõ mã của một nơi.",
)
NO_REGION: Final = Text(
    en="{name} is no latitude,longitude, and there is no region to look it up in: {why}",
    vi="{name} không phải vĩ độ,kinh độ và không có dữ liệu vùng để tra: {why}",
)

_POINT: Final = re.compile(r"\s*([-+]?\d+(?:\.\d*)?)\s*[,; ]\s*([-+]?\d+(?:\.\d*)?)\s*")


class PlaceError(HinterlandError):
    """A place is not where a place can be, or is not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point that freight starts from or goes to.

    Parameters
    ----------
    place_id
        Id, unique among the places of one question.
    lon, lat
        WGS 84 degrees.
    name
        Name in the local language; empty where none is known.
    kind
        park, zone, a terminal kind, a candidate kind; empty for a point.
    group
        Group a terminal is reported in; empty where there is none.
    """

    place_id: str
    lon: float
    lat: float
    name: str = ""
    kind: str = ""
    group: str = ""

    @property
    def label(self) -> str:
        """The name, or the id where there is none."""
        return self.name or self.place_id


def check_position(lat: float, lon: float, what: str) -> None:
    """Raise unless a latitude and a longitude can be what they say.

    Raises
    ------
    PlaceError
        If they are out of range, not numbers, or swapped: those of Vietnam cannot be mistaken for each other.
    """
    inside_lat, inside_lon = VIETNAM_LAT[0] <= lon <= VIETNAM_LAT[1], VIETNAM_LON[0] <= lat <= VIETNAM_LON[1]
    if inside_lat and inside_lon:
        raise PlaceError(SWAPPED.format(what=what, lat=_plain(lon), lon=_plain(lat)))
    if not (abs(lat) <= MOST_LAT and abs(lon) <= MOST_LON):
        raise PlaceError(OUT_OF_RANGE.format(what=what, lat=_plain(lat), lon=_plain(lon)))


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if math.isfinite(value) else str(value)


def parse_point(text: str) -> Place | None:
    """Return the point a text such as ``10.932,106.723`` (latitude first) names; None where it is no pair of numbers.

    Raises
    ------
    PlaceError
        If the numbers are out of range or swapped.
    """
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    lat, lon = float(found[1]), float(found[2])
    check_position(lat, lon, text.strip())
    return Place(f"{_plain(lat)},{_plain(lon)}", lon, lat)


def registry_places(pack: Pack, table: str, kind: str = "") -> tuple[Place, ...]:
    """Return the open places of one table of a pack, in its order.

    Parameters
    ----------
    pack
        The region pack.
    table
        parks, zones or terminals.
    kind
        Only terminals of this kind; empty for all.
    """
    key, fixed_kind = REGISTRY_TABLES[table]
    rows = pack.table(table)
    rows = rows[rows["status"] == OPEN]
    kinds = [fixed_kind] * len(rows) if fixed_kind else [str(word) for word in texts(rows, "kind")]
    columns = (texts(rows, key), numbers(rows, "lon"), numbers(rows, "lat"), texts(rows, "name_vi"), kinds)
    groups = texts(rows, "gateway_group")
    return tuple(
        Place(str(place_id), float(lon), float(lat), str(name), place_kind, str(group))
        for place_id, lon, lat, name, place_kind, group in zip(*columns, groups, strict=True)
        if kind in ("", place_kind)
    )


def candidate_places(infrastructure: Infrastructure, kind: str) -> tuple[Place, ...]:
    """Return the candidates of one kind that an infrastructure's source names."""
    candidates = infrastructure.candidates
    words = candidates.to_columns(words=True)["kind"]
    return tuple(
        Place(
            str(candidates.candidate_id[row]),
            float(candidates.lon[row]),
            float(candidates.lat[row]),
            str(candidates.name[row]),
            kind,
        )
        for row, word in enumerate(words)
        if word == kind
    )


def find_place(name: str, places: Sequence[Place]) -> Place:
    """Return the place of an id or, where no id is meant, of a name in any case and without marks.

    Raises
    ------
    PlaceError
        If nothing or more than one place is meant; the message names those that look like it.
    """
    by_id = {place.place_id: place for place in places}
    if name in by_id:
        return by_id[name]
    wanted = fold(name.strip())
    named = [place for place in places if wanted in (fold(place.name), fold(place.place_id))]
    if not named:
        named = [place for place in places if wanted and wanted in fold(place.name)]
    if len(named) == 1:
        return named[0]
    if named:
        raise PlaceError(AMBIGUOUS.format(name=name, known=_listed(place.place_id for place in named)))
    names = {fold(place.name): place.place_id for place in places} | {
        place.place_id: place.place_id for place in places
    }
    near = [names[found] for found in get_close_matches(wanted, names, n=SHOWN_IDS, cutoff=0.5)]
    raise PlaceError(UNKNOWN.format(name=name, known=_listed(dict.fromkeys(near)) or "–"))


def _listed(ids: Iterable[str]) -> str:
    known = list(ids)
    return ", ".join(known[:SHOWN_IDS]) + (", …" if len(known) > SHOWN_IDS else "")
