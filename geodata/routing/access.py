"""Where a vehicle may run and how fast, link by link and way by way: masks, limits, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.columns import Flags, Floats
from geodata.infrastructure.columns import BACKWARD, FORWARD, TRUCK_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.weekly import MINUTES_PER_WEEK
from geodata.models import LINK_CLASSES, WATERWAY_CLASSES
from geodata.routing.vehicle import GROUP_OF_CLASS, HOURS_PER_WEEK, VehicleProfile
from supplychain.vocabulary import CURRENCIES, NETWORK_MODES

LIMITS: Final = (
    ("max_weight_t", "gross_weight_t"),
    ("max_axle_load_t", "axle_load_t"),
    ("max_height_m", "height_m"),
    ("max_length_m", "length_m"),
    ("max_width_m", "width_m"),
    ("max_draught_m", "draught_m"),
    ("max_vessel_t", "vessel_t"),
)
"""Limits of links, and the figure of a profile that each binds."""

NODE_LIMITS: Final = (("max_height_m", "height_m"), ("max_weight_t", "gross_weight_t"), ("max_width_m", "width_m"))

WAYS: Final = (FORWARD, BACKWARD)
"""The two ways along a link: with its line (0) and against it (1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """What a vehicle may do on each link, by way (0 with its line, 1 against it).

    Parameters
    ----------
    open
        Whether it may run, bool[2, L].
    speed_kmh
        Speed at hour factor 1, float64[L]; NaN where the profile does not run on the class.
    cap_kmh
        Highest speed allowed, float64[2, L]; inf where none.
    """

    open: Flags
    speed_kmh: Floats
    cap_kmh: Floats


def fits_limits(infrastructure: Infrastructure, profile: VehicleProfile) -> Flags:
    """Return whether dimensions, weights, gauge and class of waterway let the vehicle onto each link, bool[L]."""
    links = infrastructure.links
    fits = np.ones(len(links), dtype=np.bool_)
    for column, figure in LIMITS:
        fits &= ~(getattr(profile, figure) > getattr(links, column))
    if profile.gauge_mm:
        fits &= (links.gauge_mm == 0) | (links.gauge_mm == profile.gauge_mm)
    return fits & ~too_small_waterway(infrastructure, profile)


def too_small_waterway(infrastructure: Infrastructure, profile: VehicleProfile) -> Flags:
    """Return where a link states no largest vessel and its class is too small for the vehicle, bool[L]."""
    links = infrastructure.links
    if not profile.waterway_class:
        return np.zeros(len(links), dtype=np.bool_)
    smaller = WATERWAY_CLASSES[WATERWAY_CLASSES.index(profile.waterway_class) + 1 : -1]
    codes = [LINK_CLASSES.index(link_class) for link_class in smaller]
    too_small: Flags = np.isin(links.link_class, codes) & np.isnan(links.max_vessel_t)
    return too_small


def shut_nodes(infrastructure: Infrastructure, profile: VehicleProfile) -> Flags:
    """Return the nodes the vehicle may not pass through, bool[N]."""
    nodes = infrastructure.nodes
    shut: Flags = (nodes.closed & profile.kind_bit) != 0
    for column, figure in NODE_LIMITS:
        shut |= getattr(profile, figure) > getattr(nodes, column)
    return shut


def bound_conditions(infrastructure: Infrastructure, profile: VehicleProfile) -> Flags:
    """Return which conditions are about this vehicle, whatever their hours, bool[C]."""
    conditions = infrastructure.conditions
    bound: Flags = (conditions.kinds & profile.kind_bit) != 0
    for column, figure in (
        ("above_weight_t", "gross_weight_t"),
        ("above_length_m", "length_m"),
        ("above_axle_load_t", "axle_load_t"),
        ("above_height_m", "height_m"),
    ):
        above = getattr(conditions, column)
        bound &= np.isnan(above) | (getattr(profile, figure) > above)
    return bound


def holding_schedules(infrastructure: Infrastructure, hour: int | None) -> Flags:
    """Return which schedules hold when an hour of the week begins, bool[S + 1]; the last entry stands for "always"."""
    schedules = infrastructure.schedules
    holds = np.zeros(len(schedules) + 1, dtype=np.bool_)
    holds[-1] = True
    if hour is not None:
        minute = hour * 60 % MINUTES_PER_WEEK
        inside = (schedules.start_min <= minute) & (minute < schedules.end_min)
        owner = np.repeat(np.arange(len(schedules)), np.diff(schedules.offsets))
        holds[owner[inside]] = True
    return holds


def build_access(infrastructure: Infrastructure, profile: VehicleProfile, hour: int | None = None) -> Access:
    """Return where the vehicle may run and how fast.

    Parameters
    ----------
    infrastructure, profile
        The roads, railways or waterways, and the vehicle.
    hour
        Hour of the week, 0 (Monday 00:00) to 167, at whose start conditions with hours are looked at; None leaves out
        all that hold at some hours only.
    """
    links, conditions = infrastructure.links, infrastructure.conditions
    holds = holding_schedules(infrastructure, hour)[conditions.schedule]
    rows = bound_conditions(infrastructure, profile) & holds
    open_ = np.empty((2, len(links)), dtype=np.bool_)
    cap = np.empty((2, len(links)))
    runs = runs_on(infrastructure, profile) & fits_limits(infrastructure, profile)
    for way, mask in enumerate((links.access_forward, links.access_backward)):
        here = rows & ((conditions.directions & WAYS[way]) != 0)
        open_[way] = (mask & profile.kind_bit) != 0
        cap[way] = _stated_limit(infrastructure, profile)
        # Where several match, the last of a link decides: of repeated indices the last assignment stays.
        about_access = here & np.isnan(conditions.speed_kmh)
        open_[way][conditions.link_index[about_access]] = conditions.is_open[about_access]
        about_speed = here & ~np.isnan(conditions.speed_kmh)
        cap[way][conditions.link_index[about_speed]] = conditions.speed_kmh[about_speed]
    np.minimum(cap, profile.max_speed_kmh, out=cap)
    speed = base_speed(infrastructure, profile)
    return Access(open_ & runs & (np.minimum(speed, cap) > 0), speed, cap)


def runs_on(infrastructure: Infrastructure, profile: VehicleProfile) -> Flags:
    """Return which links are of the vehicle's mode and of a class it has a speed for, bool[L]."""
    links = infrastructure.links
    known: Flags = ~np.isnan(np.append(profile.class_speeds_kmh, np.nan))[links.link_class]
    known &= links.mode == NETWORK_MODES.index(profile.mode)
    return known


def base_speed(infrastructure: Infrastructure, profile: VehicleProfile) -> Floats:
    """Return the speed at hour factor 1 before limits, km/h: what freight was observed to run, else the profile's."""
    links = infrastructure.links
    of_class = np.append(profile.class_speeds_kmh, np.nan)[links.link_class]
    return np.where(np.isnan(links.observed_kmh), of_class, links.observed_kmh)


def _stated_limit(infrastructure: Infrastructure, profile: VehicleProfile) -> Floats:
    links = infrastructure.links
    limit: Floats = links.speed_kmh
    if profile.kind_bit & TRUCK_KINDS:
        limit = np.where(np.isnan(links.speed_hgv_kmh), limit, links.speed_hgv_kmh)
    return np.where(np.isnan(limit), np.inf, limit)


def speed_at(access: Access, infrastructure: Infrastructure, profile: VehicleProfile, hour: int | None) -> Floats:
    """Return the speed of a pass, km/h, float64[2, L]: at factor 1, or at that of an hour of the week."""
    factor = 1.0 if hour is None else profile.factors[hour_groups(infrastructure), hour % HOURS_PER_WEEK]
    speed: Floats = np.minimum(access.speed_kmh * factor, access.cap_kmh)
    return speed


def hour_groups(infrastructure: Infrastructure) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Return the index into ``HOUR_GROUPS`` of each link, int8[L]."""
    groups = np.array([*GROUP_OF_CLASS, GROUP_OF_CLASS[-1]], dtype=np.int8)
    of_link: np.ndarray[tuple[int], np.dtype[np.int8]] = groups[infrastructure.links.link_class]
    return of_link


def toll_rate(infrastructure: Infrastructure, profile: VehicleProfile) -> Floats:
    """Return the toll of the vehicle by link, money per km, float64[L].

    Raises
    ------
    ValueError
        If a toll is in another currency than the costs of the profile.
    """
    links = infrastructure.links
    stated = ~np.isnan(links.toll_per_km)
    foreign = stated & (links.toll_per_km > 0) & (links.currency >= 0)
    foreign &= links.currency != CURRENCIES.index(profile.currency)
    if foreign.any():
        link = int(np.flatnonzero(foreign)[0])
        msg = (
            f"The toll of link {links.link_id[link]!r} is in {CURRENCIES[links.currency[link]]}, the costs of profile "
            f"{profile.profile_id!r} in {profile.currency}; give both in one currency."
        )
        raise ValueError(msg)
    rate: Floats = np.where(stated, links.toll_per_km, np.where(links.toll, profile.toll_per_km_unknown, 0.0))
    return rate * profile.toll_factor
