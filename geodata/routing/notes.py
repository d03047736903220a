"""What a route assumed or left out, as sentences for its user."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.infrastructure.columns import TURN_KINDS
from geodata.models import LINK_CLASSES
from geodata.routing.access import bound_conditions
from geodata.routing.follow import turn_keys
from geodata.routing.names import road_name
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.routing.route import Route

MOST_NAMED: Final = 5


def make_notes(route: Route) -> tuple[Text, ...]:
    """Return what a route assumed or left out.

    Hours that do not count without a time of departure, tolls and classes of waterway that are not known, and links
    nearer to its ends that are cut off from the main network.
    """
    notes: list[Text] = []
    if route.timing is None and route.graph.hour is None:
        _hours(route, notes)
    _tolls(route, notes)
    _waterways(route, notes)
    for snap, end in ((route.origin, _ORIGIN), (route.destination, _DESTINATION)):
        if not math.isnan(snap.skipped_m):
            words = {"near": f"{snap.skipped_m:.0f}", "far": f"{snap.distance_m:.0f}"}
            notes.append(Text(en=end.en, vi=end.vi).format(**words))
    return tuple(notes)


_ORIGIN: Final = Text(
    en="The origin is tied to a link {far} m away: a nearer one ({near} m) is cut off from the main network.",
    vi="Điểm đi được nối vào đoạn cách {far} m: đoạn gần hơn ({near} m) không liền với mạng lưới chính.",
)
_DESTINATION: Final = Text(
    en="The destination is tied to a link {far} m away: a nearer one ({near} m) is cut off from the main network.",
    vi="Điểm đến được nối vào đoạn cách {far} m: đoạn gần hơn ({near} m) không liền với mạng lưới chính.",
)


def _listed(items: list[str]) -> tuple[str, int]:
    return "; ".join(items[:MOST_NAMED]), len(items) - MOST_NAMED


def _hours(route: Route, notes: list[Text]) -> None:
    infrastructure, profile = route.infrastructure, route.graph.profile
    conditions, schedules = infrastructure.conditions, infrastructure.schedules
    rows = bound_conditions(infrastructure, profile) & (conditions.schedule >= 0)
    rows &= np.isin(conditions.link_index, route.links)
    found: dict[str, None] = {}
    for row in np.flatnonzero(rows).tolist():
        name = road_name(infrastructure, int(conditions.link_index[row]))
        found[f"{name} ({schedules.text[conditions.schedule[row]]})"] = None
    for text in _turn_hours(route):
        found[text] = None
    if found:
        items, more = _listed(list(found))
        notes.append(
            Text(
                en=f"Without a time of departure, hours do not count: {items}"
                + (f"; {more} more." if more > 0 else "."),
                vi=f"Không có giờ khởi hành nên chưa tính giờ cấm: {items}" + (f"; {more} nữa." if more > 0 else "."),
            )
        )


def _turn_hours(route: Route) -> list[str]:
    """Return the turn restrictions with hours that a route meets."""
    infrastructure = route.infrastructure
    turns, keys = infrastructure.turns, turn_keys(infrastructure)
    driven = route.graph.arc_key[route.arcs].tolist()
    steps = set(pairwise(driven))
    firsts = {first for first, _ in steps}
    timed = (turns.schedule >= 0) & ((turns.kinds & route.graph.profile.kind_bit) != 0)
    found = []
    for turn in np.flatnonzero(timed).tolist():
        *_, before, last = keys[turns.offsets[turn] : turns.offsets[turn + 1]].tolist()
        only = turns.kind[turn] == TURN_KINDS.index("only")
        if (before in firsts and (before, last) not in steps) if only else (before, last) in steps:
            found.append(f"{turns.turn_id[turn]} ({infrastructure.schedules.text[turns.schedule[turn]]})")
    return found


def _tolls(route: Route, notes: list[Text]) -> None:
    links, profile = route.infrastructure.links, route.graph.profile
    unknown = links.toll[route.links] & np.isnan(links.toll_per_km[route.links])
    if profile.toll_factor <= 0 or not unknown.any():
        return
    km = float((route.graph.length_m[route.arcs] * route.shares)[unknown].sum()) / 1000.0
    rate = f"{profile.toll_per_km_unknown * profile.toll_factor:,.0f} {profile.currency}/km"
    notes.append(
        Text(
            en=f"The toll of {km:.1f} km is not known and taken as {rate}.",
            vi=f"Không rõ phí đường bộ của {km:.1f} km, lấy bằng {rate}.",
        )
    )


def _waterways(route: Route, notes: list[Text]) -> None:
    links, profile = route.infrastructure.links, route.graph.profile
    if not profile.waterway_class:
        return
    unknown = (links.link_class[route.links] == LINK_CLASSES.index("waterway")) & np.isnan(
        links.max_vessel_t[route.links]
    )
    if unknown.any():
        km = float((route.graph.length_m[route.arcs] * route.shares)[unknown].sum()) / 1000.0
        notes.append(
            Text(
                en=f"The class of {km:.1f} km of waterway is not known; they are taken as passable.",
                vi=f"Không rõ cấp của {km:.1f} km đường thủy; coi như đi được.",
            )
        )
