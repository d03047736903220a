"""What the tags of roads and ferries say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from geodata.columns import NO_CODE
from geodata.infrastructure.columns import BACKWARD, FORWARD, SURFACES, TRUCK_KINDS
from geodata.models import LINK_CLASSES
from geodata.osm.access import CLOSED, DESTINATION, OPEN, Access, read_effect
from geodata.osm.keys import BOTH, CAR, GOODS, read_key, words
from geodata.osm.limits import read_limits, read_speeds
from geodata.osm.meaning import Draft, WayMeaning
from geodata.osm.values import MOST_LANES, MOST_LAYER, parse_hours, parse_whole
from supplychain.vocabulary import NETWORK_MODES

ROAD_VALUES: Final = words(
    "motorway motorway_link trunk trunk_link primary primary_link secondary secondary_link tertiary tertiary_link "
    "unclassified residential living_street road service track"
)
NOT_FOR_VEHICLES: Final = words(
    "footway cycleway path pedestrian steps bridleway corridor platform elevator bus_guideway busway raceway "
    "via_ferrata traffic_island crossing bus_stop rest_area services escape ladder sidewalk trail emergency_bay"
)
NOT_BUILT: Final = words(
    "construction proposed planned abandoned disused razed dismantled removed demolished destroyed no"
)
PAVED: Final = words(
    "paved asphalt concrete concrete:plates concrete:lanes chipseal paving_stones paving_stones:lanes sett cobblestone "
    "unhewn_cobblestone cobblestone:flattened bricks brick metal metal_grid wood cement tarmac stone tiles "
    "interlock"
)
UNPAVED: Final = words(
    "unpaved gravel fine_gravel dirt ground earth sand grass mud compacted pebblestone rock clay laterite soil salt "
    "snow woodchips dirt/sand grass_paver shells stones red_soil"
)
MOTOR_KEYS: Final = ("vehicle", "motor_vehicle", "motorcar", "goods", "hgv", "hgv_articulated")

MODE_CODES: Final = {word: code for code, word in enumerate(NETWORK_MODES)}
CLASS_CODES: Final = {word: code for code, word in enumerate(LINK_CLASSES)}


def read_road(tags: Mapping[str, str]) -> WayMeaning:
    """Return what the tags of a way with ``highway`` say."""
    draft = Draft(tags)
    value = tags["highway"].strip().lower()
    if value in NOT_FOR_VEHICLES:
        admitted = [key for key in MOTOR_KEYS if read_effect(tags.get(key, "no")) in (OPEN, DESTINATION)]
        return draft.leave_out("not_a_road", admitted[0]) if admitted else WayMeaning()
    if value in NOT_BUILT:
        return draft.leave_out("not_built", "highway")
    if value not in ROAD_VALUES:
        return draft.leave_out("unknown_class", "highway")
    if tags.get("area") == "yes":
        draft.say("area_as_line")
    if tags.get("railway") in ("rail", "narrow_gauge"):
        draft.say("rail_on_road", "railway")
    link_class = "expressway" if value == "trunk" and tags.get("expressway") == "yes" else value
    around = tags.get("junction") in ("roundabout", "circular")
    implied = FORWARD if around or value == "motorway" else BOTH
    default = OPEN
    if tags.get("service") == "emergency_access" and "access" not in tags:
        draft.say("emergency_access")
        default = CLOSED
    access = Access(draft, implied, default, around=tags.get("junction") == "roundabout")
    read_structure(draft)
    _read_lanes(draft)
    _read_surface(draft)
    _read_toll(draft)
    rows = access.rows()
    rows += read_limits(draft, access)
    rows += read_speeds(draft)
    draft.conditions = rows
    _enter_access(draft, access)
    return draft.finish("road", link_class, flip=access.general == BACKWARD)


def read_ferry(tags: Mapping[str, str]) -> WayMeaning:
    """Return what the tags of a way or relation with ``route=ferry`` say.

    A ferry is a road that carries what its tags name. Where they name no vehicle it is opened to cars and vans, not to
    lorries, and remarked on; ferries on footpaths, or with every vehicle kept out, are left out.
    """
    draft = Draft(tags)
    told = [key for key in MOTOR_KEYS if key in tags]
    if not told and (tags.get("highway") in NOT_FOR_VEHICLES or tags.get("access") == "no"):
        return draft.leave_out("ferry_without_vehicles")
    access = Access(draft, BOTH)
    read_structure(draft)
    rows = access.rows()
    rows += read_limits(draft, access)
    draft.conditions = rows
    _enter_access(draft, access)
    _spare_lorries(draft, told)
    if not (draft.columns["access_forward"] | draft.columns["access_backward"]):
        return WayMeaning(remarks=draft.leave_out("ferry_without_vehicles").remarks[-1:])
    duration_h = math.nan
    if "duration" in tags:
        duration = parse_hours(tags["duration"])
        if duration is None:
            draft.refuse("duration")
        else:
            duration_h = duration
            draft.say("duration_spread", "duration")
    return draft.finish("road", "ferry", flip=access.general == BACKWARD, duration_h=duration_h)


def read_structure(draft: Draft) -> None:
    """Enter bridge, tunnel and layer into the draft's columns."""
    for key in ("bridge", "tunnel"):
        if draft.tags.get(key, "no") != "no":
            draft.columns[key] = True
    if "layer" in draft.tags:
        layer = parse_whole(draft.tags["layer"], -MOST_LAYER, MOST_LAYER)
        if layer is None:
            draft.refuse("layer")
        else:
            draft.columns["layer"] = layer


def _spare_lorries(draft: Draft, told: list[str]) -> None:
    """Keep lorries off a ferry whose tags do not say that it carries them."""
    if any(key in told for key in ("hgv", "hgv_articulated", "motor_vehicle", "vehicle")):
        return
    both = draft.columns["access_forward"] | draft.columns["access_backward"]
    if not told:
        draft.say("ferry_untagged")
    elif both & (CAR | GOODS):
        draft.say("ferry_lorries_unknown", told[0])
    for column in ("access_forward", "access_backward"):
        draft.columns[column] &= ~TRUCK_KINDS


def _enter_access(draft: Draft, access: Access) -> None:
    draft.columns["oneway"] = access.general != BOTH
    draft.columns["access_forward"] = access.mask(FORWARD)
    draft.columns["access_backward"] = access.mask(BACKWARD)
    draft.columns["destination_only"] = access.destination_only()


def _read_lanes(draft: Draft) -> None:
    counts: dict[str, int] = {}
    for key in ("lanes", "lanes:forward", "lanes:backward", "lanes:both_ways"):
        if key in draft.tags:
            count = parse_whole(draft.tags[key], 0 if ":" in key else 1, MOST_LANES)
            if count is None:
                draft.refuse(key)
            else:
                counts[key] = count
    if "lanes" in counts:
        draft.columns["lanes"] = counts["lanes"]
    elif "lanes:forward" in counts and "lanes:backward" in counts:
        draft.columns["lanes"] = min(sum(counts.values()), MOST_LANES)


def _read_surface(draft: Draft) -> None:
    if "surface" not in draft.tags:
        return
    values = [value.strip().lower() for value in draft.tags["surface"].split(";")]
    if all(value in UNPAVED | PAVED for value in values):
        worst = "unpaved" if any(value in UNPAVED for value in values) else "paved"
        draft.columns["surface"] = SURFACES.index(worst)
    else:
        draft.refuse("surface")
        draft.columns["surface"] = NO_CODE


def _read_toll(draft: Draft) -> None:
    for key in ("toll:hgv", "toll"):
        value = draft.tags.get(key, "").strip().lower()
        if value in ("yes", "no"):
            draft.columns["toll"] = value == "yes"
            break
        if value:
            draft.refuse(key)
    for key in draft.tags:
        parts = read_key(key)
        if parts.base == "toll" and parts.conditional and not parts.aside:
            draft.say("condition_not_understood", key)
