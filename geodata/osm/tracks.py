"""What the tags of railways and waterways say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from geodata.infrastructure.columns import TRACK_USES, TRAIN_KINDS, VESSEL_KINDS
from geodata.models import WATERWAY_CLASSES
from geodata.osm.access import CLOSED, read_effect
from geodata.osm.keys import words
from geodata.osm.meaning import Draft, WayMeaning
from geodata.osm.roads import NOT_BUILT, read_structure
from geodata.osm.values import MOST_TONNES, MOST_VESSEL_TONNES, parse_kmh, parse_metres, parse_tonnes, parse_whole

FREIGHT_RAIL: Final = ("rail", "narrow_gauge")
OTHER_RAIL: Final = words("subway light_rail tram monorail funicular miniature preserved")
RAIL_POINTS: Final = words(
    "station halt stop platform platform_edge crossing level_crossing yard service_station workshop engine_shed depot "
    "turntable traverser roundhouse signal_box buffer_stop switch tram_stop container_terminal site facility museum "
    "wash crossing_box interlocking ventilation_shaft loading_ramp"
)

NAVIGABLE: Final = ("river", "canal", "fairway", "tidal_channel")
NOT_LINES: Final = words(
    "riverbank dock boatyard dam weir waterfall lock_gate sluice_gate fuel turning_point water_point rapids "
    "stream_end soakhole security_lock safe_water"
)
SMALL_WATER: Final = words("stream ditch drain brook derelict_canal pressurised wadi flowline link")
VESSEL_CHAIN: Final = ("access", "boat", "motorboat", "ship")

CEMT_TONNES: Final = {
    "I": 400.0, "II": 650.0, "III": 1_000.0, "IV": 1_500.0, "V": 3_000.0, "VA": 3_000.0, "VB": 6_000.0,
    "VI": 6_000.0, "VIA": 6_000.0, "VIB": 12_000.0, "VIC": 18_000.0, "VII": 27_000.0,
}  # fmt: skip
"""Largest tonnage of a vessel or convoy by class, t: ECMT Resolution 92/2 (1992), table of classes."""


def read_railway(tags: Mapping[str, str]) -> WayMeaning:
    """Return what the tags of a way with ``railway`` say."""
    draft = Draft(tags)
    value = tags["railway"].strip().lower()
    if value in RAIL_POINTS:
        return WayMeaning()
    if value in NOT_BUILT:
        return draft.leave_out("not_built", "railway")
    if value not in FREIGHT_RAIL:
        return draft.leave_out("not_for_freight_rail" if value in OTHER_RAIL else "unknown_class", "railway")
    link_class = _read_track_use(draft)
    _read_gauge(draft)
    if tags.get("electrified", "no") != "no":
        draft.columns["electrified"] = True
    read_structure(draft)
    _read_measures(draft, {"maxweight": "max_weight_t", "maxaxleload": "max_axle_load_t", "maxheight": "max_height_m"})
    _read_speed(draft)
    open_to = 0 if _effect(draft, ("access", "train")) == CLOSED else TRAIN_KINDS
    draft.columns["access_forward"] = draft.columns["access_backward"] = open_to
    return draft.finish("rail", link_class)


def read_waterway(tags: Mapping[str, str]) -> WayMeaning:
    """Return what the tags of a way with ``waterway`` say.

    Rivers, canals and fairways are kept and open to vessels unless a tag keeps vessels out; one that says nothing is
    assumed to be navigable and remarked on. Streams, ditches and drains are kept only where a tag lets vessels in.
    """
    draft = Draft(tags)
    value = tags["waterway"].strip().lower()
    if value in NOT_BUILT:
        return draft.leave_out("not_built", "waterway")
    told = [key for key in (*VESSEL_CHAIN[1:], "CEMT", "waterway:class", "class:waterway") if key in tags]
    if value in NOT_LINES or (value in SMALL_WATER and not told):
        return WayMeaning()
    if value not in NAVIGABLE and not told:
        return draft.leave_out("unknown_class", "waterway")
    closed_by = _closed_by(draft)
    if closed_by:
        return draft.leave_out("not_navigable", closed_by)
    if not told:
        draft.say("navigability_assumed", what=value)
    link_class = _read_class(draft)
    read_structure(draft)
    limits = {"maxheight": "max_height_m", "maxlength": "max_length_m", "maxwidth": "max_width_m"}
    draughts = dict.fromkeys(("maxdraught", "maxdraft", "draught"), "max_draught_m")
    _read_measures(draft, {**limits, **draughts, "maxweight": "max_vessel_t"})
    _read_speed(draft)
    draft.columns["access_forward"] = draft.columns["access_backward"] = VESSEL_KINDS
    return draft.finish("inland_waterway", link_class)


def _closed_by(draft: Draft) -> str:
    """Return the key that keeps vessels out; empty where none does."""
    tags = draft.tags
    if tags.get("tunnel") == "culvert":
        return "tunnel"
    if _effect(draft, VESSEL_CHAIN) == CLOSED:
        return next(key for key in reversed(VESSEL_CHAIN) if key in tags)
    return "CEMT" if tags.get("CEMT", "").strip() == "0" else ""


def _read_track_use(draft: Draft) -> str:
    for key in ("service", "usage"):
        value = draft.tags.get(key, "").strip().lower()
        if value in TRACK_USES:
            draft.columns["track_use"] = TRACK_USES.index(value)
            if key == "service":
                return "rail_yard"
            return "rail_main" if value == "main" else "rail_branch"
        if value and value not in ("tourism", "military", "test", "freight"):
            draft.refuse(key)
        elif value:
            return "rail_branch"
    draft.say("track_use_unknown")
    return "rail_main"


def _read_gauge(draft: Draft) -> None:
    text = draft.tags.get("gauge", "")
    values = text.split(";")
    gauge = parse_whole(values[0], 100, 3_000) if text else None
    if gauge is not None:
        draft.columns["gauge_mm"] = gauge
        if len(values) > 1:
            draft.say("dual_gauge", "gauge")
    elif text:
        draft.refuse("gauge")
    else:
        draft.say("gauge_unknown")


def _read_class(draft: Draft) -> str:
    """Return the Vietnamese class; a European one gives the largest barge only."""
    if "CEMT" in draft.tags:
        cemt = draft.tags["CEMT"].strip().upper().split(";")[0]
        if cemt in CEMT_TONNES:
            draft.lower("max_vessel_t", CEMT_TONNES[cemt])
            draft.say("cemt_class", "CEMT")
        else:
            draft.refuse("CEMT")
    for key in ("waterway:class", "class:waterway"):
        if key in draft.tags:
            link_class = f"waterway_{draft.tags[key].strip()}"
            if link_class in WATERWAY_CLASSES:
                return link_class
            draft.refuse(key)
    return "waterway"


def _effect(draft: Draft, chain: tuple[str, ...]) -> str:
    """Return the effect of the most particular access tag of a chain."""
    found = ""
    for key in chain:
        if key in draft.tags:
            effect = read_effect(draft.tags[key])
            if effect is None:
                draft.refuse(key)
            elif effect:
                found = effect
    return found


def _read_measures(draft: Draft, columns: Mapping[str, str]) -> None:
    for key, column in columns.items():
        if key in draft.tags:
            text = draft.tags[key]
            most = MOST_VESSEL_TONNES if column == "max_vessel_t" else MOST_TONNES
            value = parse_tonnes(text, most) if column.endswith("_t") else parse_metres(text)
            if value is None:
                draft.refuse(key)
            else:
                draft.lower(column, value)


def _read_speed(draft: Draft) -> None:
    if "maxspeed" in draft.tags:
        speed = parse_kmh(draft.tags["maxspeed"])
        if speed is None:
            draft.refuse("maxspeed")
        elif not math.isnan(speed):
            draft.columns["speed_kmh"] = speed
