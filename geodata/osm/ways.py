"""What the tags of a way say, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping

from geodata.osm.meaning import Draft, WayMeaning
from geodata.osm.options import OsmOptions
from geodata.osm.roads import read_ferry, read_road
from geodata.osm.tracks import read_railway, read_waterway


def read_way(tags: Mapping[str, str], options: OsmOptions) -> WayMeaning:
    """Return what the tags of a way say, and nothing of a link whose mode or class was not asked for."""
    meaning = _read_link(tags)
    if meaning.mode and (meaning.mode not in options.modes or meaning.link_class not in options.classes):
        draft = Draft(tags)
        key = next(key for key in ("route", "highway", "railway", "waterway") if key in tags)
        silent = meaning.mode not in options.modes
        return WayMeaning() if silent else draft.leave_out("class_not_asked", key)
    return meaning


def _read_link(tags: Mapping[str, str]) -> WayMeaning:
    if tags.get("route") == "ferry":
        return read_ferry(tags)
    if "highway" in tags:
        return read_road(tags)
    if "railway" in tags:
        return read_railway(tags)
    if "waterway" in tags:
        return read_waterway(tags)
    return WayMeaning()
