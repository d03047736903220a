"""What the tags of a node say: barriers and who passes them, signals, crossings, locks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.columns import NO_CODE
from geodata.infrastructure.columns import NODE_FEATURES, VESSEL_KINDS
from geodata.osm.access import CLOSED, DESTINATION, OPEN, Access
from geodata.osm.keys import ACCESS_CHAINS, BOTH, words
from geodata.osm.meaning import Draft
from geodata.osm.remarks import Remark
from geodata.osm.values import parse_metres, parse_tonnes

PASSABLE: Final = words(
    "gate lift_gate swing_gate sliding_gate sliding_beam toll_booth border_control checkpoint cattle_grid sally_port "
    "height_restrictor entrance no arch kerb wicket_gate bump_gate hampshire_gate spikes cattle_guard"
)
BLOCKING: Final = words(
    "bollard block cycle_barrier chain debris jersey_barrier kissing_gate log motorcycle_barrier stile turnstile rope "
    "sump_buster planter fence wall hedge full-height_turnstile horse_stile guard_rail retaining_wall city_wall ditch "
    "bus_trap tank_trap delineators barrier_board tyres"
)
GATES: Final = words("gate lift_gate swing_gate sliding_gate sliding_beam sally_port wicket_gate")


_FEATURES: Final = (
    ("lock", (("waterway", "lock_gate"), ("waterway", "lock"), ("lock", "yes"))),
    ("level_crossing", (("railway", "level_crossing"),)),
    ("traffic_signals", (("highway", "traffic_signals"),)),
    ("toll_booth", (("highway", "toll_gantry"),)),
    ("ferry_terminal", (("amenity", "ferry_terminal"),)),
)


@dataclass(frozen=True, slots=True)
class NodeMeaning:
    """What the tags of a node say.

    Parameters
    ----------
    feature
        Index into ``NODE_FEATURES``; -1: none.
    closed
        Mask of kinds that may not pass.
    by_permission
        Mask of kinds that pass only with business behind it.
    max_height_m, max_weight_t, max_width_m
        Limits; NaN: none known.
    splits
        Whether links are split there.
    remarks
        What is to be said of each such node.
    """

    feature: int = NO_CODE
    closed: int = 0
    by_permission: int = 0
    max_height_m: float = math.nan
    max_weight_t: float = math.nan
    max_width_m: float = math.nan
    splits: bool = False
    remarks: tuple[Remark, ...] = ()


def read_node(tags: Mapping[str, str]) -> NodeMeaning | None:
    """Return what the tags of a node say; None where it is of no concern to a network."""
    draft = Draft(tags)
    for column, key in (("max_height_m", "maxheight"), ("max_width_m", "maxwidth"), ("max_weight_t", "maxweight")):
        if key in tags:
            value = parse_tonnes(tags[key]) if key == "maxweight" else parse_metres(tags[key])
            if value is None:
                draft.refuse(key)
            else:
                draft.lower(column, value)
    feature, default = _feature(draft)
    if not feature and not draft.columns and not draft.remarks:
        return None
    splits = feature in ("barrier", "gate", "toll_booth", "lock") or bool(draft.columns)
    closed = by_permission = 0
    if "barrier" in tags:
        access = Access(draft, BOTH, default)
        effects = {kind: access.effect[kind, 1][0] for kind in ACCESS_CHAINS}
        closed = sum(kind for kind, effect in effects.items() if effect == CLOSED)
        by_permission = sum(kind for kind, effect in effects.items() if effect == DESTINATION)
        for key in tags:
            if key.endswith(":conditional") and key.split(":")[0] != "opening_hours":
                draft.say("condition_not_understood", key)
    if feature == "lock":
        closed |= VESSEL_KINDS if tags.get("boat") == "no" else 0
    code = NODE_FEATURES.index(feature) if feature else NO_CODE
    return NodeMeaning(code, closed, by_permission, **draft.columns, splits=splits, remarks=tuple(draft.remarks))


def _feature(draft: Draft) -> tuple[str, str]:
    """Return the feature of a node and what holds for vehicles where no access tag says so."""
    tags = draft.tags
    barrier = tags.get("barrier", "").strip().lower()
    if barrier == "no":
        return "", OPEN
    if barrier:
        return _barrier(draft, barrier)
    found = next((feature for feature, tagged in _FEATURES if any(tags.get(key) == word for key, word in tagged)), "")
    return found, OPEN


def _barrier(draft: Draft, barrier: str) -> tuple[str, str]:
    if barrier == "toll_booth":
        return "toll_booth", OPEN
    if barrier in PASSABLE:
        return "gate" if barrier in GATES else "barrier", OPEN
    told = any(key in draft.tags for chain in ACCESS_CHAINS.values() for key in chain)
    if barrier == "yes" and not told:
        draft.say("barrier_assumed", "barrier")
    elif barrier != "yes" and barrier not in BLOCKING and not told:
        draft.say("barrier_unknown", "barrier")
    return "barrier", CLOSED
