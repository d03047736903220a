"""Vehicle profiles: what a vehicle measures, how fast it runs by class and hour, what it costs and emits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from geodata.columns import Floats
from geodata.infrastructure.columns import VEHICLE_KINDS
from geodata.models import LINK_CLASSES, RAIL_CLASSES, ROAD_CLASSES, WATERWAY_CLASSES
from supplychain.text import Text

MODE_OF_KIND: Final = {
    "car": "road",
    "goods": "road",
    "hgv": "road",
    "articulated": "road",
    "train": "rail",
    "vessel": "inland_waterway",
}

CLASSES_OF_MODE: Final = {"road": ROAD_CLASSES, "rail": RAIL_CLASSES, "inland_waterway": WATERWAY_CLASSES}

HOUR_GROUPS: Final = ("expressway", "arterial", "local", "other")
"""Groups of link classes whose speeds rise and fall together through the day."""

HOURS_PER_WEEK: Final = 168

_ARTERIAL: Final = ("trunk", "primary", "secondary")
_EXPRESSWAY: Final = ("motorway", "expressway")


def _hour_group(link_class: str) -> int:
    stem = link_class.removesuffix("_link")
    if stem in _EXPRESSWAY:
        return 0
    if stem in _ARTERIAL:
        return 1
    if link_class in ROAD_CLASSES and link_class != "ferry":
        return 2
    return 3


GROUP_OF_CLASS: Final = tuple(_hour_group(link_class) for link_class in LINK_CLASSES)
"""Index into ``HOUR_GROUPS`` of each link class, in the order of ``LINK_CLASSES``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure of a profile comes from.

    Parameters
    ----------
    source
        Id of the source.
    confidence
        One of ``CONFIDENCES``.
    remark
        What else a reader must know.
    """

    source: str
    confidence: str
    remark: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class VehicleProfile:
    """A vehicle as a search sees it.

    Parameters
    ----------
    profile_id, name
        Id, and the name users read.
    kind
        One of ``VEHICLE_KINDS``; it decides whose access rules and turn restrictions hold.
    speeds_kmh
        Practical speed by link class, km/h, stops at junctions included; a class that is not there is not used.
    hour_factors
        By group of classes, 168 factors on the speed from Monday 00:00; a group that is not there runs at 1.
    currency, price_year
        Of all costs.
    length_m, width_m, height_m
        Outer dimensions, m; of a vessel the height above water.
    draught_m
        Draught laden, m; NaN but for vessels.
    gross_weight_t, axle_load_t
        Weight laden and load of its heaviest axle, t; NaN where they bind nothing (axles of vessels).
    vessel_t
        Deadweight of a vessel, t; NaN otherwise.
    waterway_class
        Smallest class of waterway the vessel fits, which decides where a link states no largest vessel; else empty.
    gauge_mm
        Track gauge of a train, mm; 0 otherwise.
    payload_t, teu
        Most cargo, t and TEU.
    load_share
        Share of the payload that rides along, 0 to 1; emissions are those of that load.
    max_speed_kmh
        Top speed, km/h.
    turn_left_s, turn_right_s, turn_u_s, signals_s
        Time lost turning, and at traffic signals, s. Class speeds hold the usual stops already.
    cost_per_km, cost_per_hour
        Money per vehicle-km and vehicle-hour.
    toll_factor
        Toll as a share of the class-5 truck's.
    toll_per_km_unknown
        Toll of a class-5 truck per km taken where a link is tolled but its rate is not known.
    empty_share
        Empty vehicle-km that belong to each laden one; their money and emissions count with it.
    energy_full_per_km, energy_empty_per_km
        Fuel units per km with full payload and empty; NaN where factors per tonne-kilometre stand.
    ttw_kg_per_unit, wtt_kg_per_unit
        kg CO2e per fuel unit in operation (tank to wheel) and in energy provision (well to tank).
    ttw_g_per_tkm, wtt_g_per_tkm
        g CO2e per tonne-kilometre, empty running included; NaN where energy is given.
    fuel_id
        Name of the fuel; empty where factors per tonne-kilometre stand.
    origins
        Source and confidence by name of the figure.
    """

    profile_id: str
    name: Text
    kind: str
    speeds_kmh: Mapping[str, float]
    hour_factors: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    currency: str = "VND"
    price_year: int = 0
    length_m: float = np.nan
    width_m: float = np.nan
    height_m: float = np.nan
    draught_m: float = np.nan
    gross_weight_t: float = np.nan
    axle_load_t: float = np.nan
    vessel_t: float = np.nan
    waterway_class: str = ""
    gauge_mm: int = 0
    payload_t: float = 1.0
    teu: float = 0.0
    load_share: float = 1.0
    max_speed_kmh: float = np.inf
    turn_left_s: float = 0.0
    turn_right_s: float = 0.0
    turn_u_s: float = 0.0
    signals_s: float = 0.0
    cost_per_km: float = 0.0
    cost_per_hour: float = 0.0
    toll_factor: float = 0.0
    toll_per_km_unknown: float = 0.0
    empty_share: float = 0.0
    energy_full_per_km: float = np.nan
    energy_empty_per_km: float = np.nan
    ttw_kg_per_unit: float = np.nan
    wtt_kg_per_unit: float = np.nan
    ttw_g_per_tkm: float = np.nan
    wtt_g_per_tkm: float = np.nan
    fuel_id: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrong = profile_faults(self)
        if wrong:
            msg = f"Profile {self.profile_id!r}: {wrong[0][0]} {wrong[0][1].en}"
            raise ValueError(msg)

    @property
    def mode(self) -> str:
        """Mode whose links it runs on."""
        return MODE_OF_KIND[self.kind]

    @property
    def kind_bit(self) -> int:
        """Bit of its kind in every mask of vehicle kinds."""
        return 1 << VEHICLE_KINDS.index(self.kind)

    @property
    def load_t(self) -> float:
        """Cargo on board, t."""
        return self.payload_t * self.load_share

    @property
    def class_speeds_kmh(self) -> Floats:
        """Speed by index of the link class, float64[len(LINK_CLASSES)]; NaN where it does not run."""
        return np.array([self.speeds_kmh.get(link_class, np.nan) for link_class in LINK_CLASSES])

    @property
    def factors(self) -> Floats:
        """Factors on the speed, float64[len(HOUR_GROUPS), 168], from Monday 00:00."""
        ones = (1.0,) * HOURS_PER_WEEK
        return np.array([self.hour_factors.get(group, ones) for group in HOUR_GROUPS])

    def emissions_kg_per_km(self) -> tuple[float, float]:
        """Return kg CO2e per vehicle-km with its empty share: of operation (TTW) and of energy provision (WTT).

        ISO 14083:2023: the laden run at the energy use of its load (straight line between empty and full) and the
        empty run that belongs to it; or the factor per tonne-kilometre times the load.
        """
        if np.isnan(self.energy_full_per_km):
            return self.load_t * self.ttw_g_per_tkm / 1000.0, self.load_t * self.wtt_g_per_tkm / 1000.0
        empty = self.energy_empty_per_km
        laden = empty + (self.energy_full_per_km - empty) * self.load_share
        energy = laden + self.empty_share * empty
        return energy * self.ttw_kg_per_unit, energy * self.wtt_kg_per_unit


@dataclass(frozen=True, slots=True)
class FigureRule:
    """What a number of a profile may be.

    Parameters
    ----------
    name, unit
        Name, and unit in words.
    low, high
        Least and greatest value.
    kinds
        Kinds of vehicle that must state it.
    """

    name: str
    unit: str
    low: float
    high: float
    kinds: tuple[str, ...] = ()


_ROAD: Final = ("car", "goods", "hgv", "articulated")
_ALL: Final = VEHICLE_KINDS

FIGURES: Final = (
    FigureRule("length_m", "m", 0.1, 2000.0, _ROAD),
    FigureRule("width_m", "m", 0.1, 100.0, _ROAD),
    FigureRule("height_m", "m", 0.1, 100.0, (*_ROAD, "vessel")),
    FigureRule("draught_m", "m", 0.05, 30.0, ("vessel",)),
    FigureRule("gross_weight_t", "t", 0.1, 100000.0, _ROAD),
    FigureRule("axle_load_t", "t", 0.05, 100.0, _ROAD),
    FigureRule("vessel_t", "t", 0.1, 100000.0, ("vessel",)),
    FigureRule("payload_t", "t", 0.001, 100000.0, _ALL),
    FigureRule("teu", "TEU", 0.0, 30000.0),
    FigureRule("load_share", "share", 0.0, 1.0),
    FigureRule("max_speed_kmh", "km/h", 0.1, 350.0, _ALL),
    FigureRule("turn_left_s", "s", 0.0, 600.0),
    FigureRule("turn_right_s", "s", 0.0, 600.0),
    FigureRule("turn_u_s", "s", 0.0, 3600.0),
    FigureRule("signals_s", "s", 0.0, 600.0),
    FigureRule("cost_per_km", "money/km", 0.0, 1e12, _ALL),
    FigureRule("cost_per_hour", "money/h", 0.0, 1e12, _ALL),
    FigureRule("toll_factor", "share", 0.0, 100.0),
    FigureRule("toll_per_km_unknown", "money/km", 0.0, 1e12),
    FigureRule("empty_share", "share", 0.0, 1.0),
    FigureRule("energy_full_per_km", "fuel units/km", 0.0, 1e6),
    FigureRule("energy_empty_per_km", "fuel units/km", 0.0, 1e6),
    FigureRule("ttw_kg_per_unit", "kg CO2e/unit", 0.0, 1e6),
    FigureRule("wtt_kg_per_unit", "kg CO2e/unit", 0.0, 1e6),
    FigureRule("ttw_g_per_tkm", "g CO2e/tkm", 0.0, 1e6),
    FigureRule("wtt_g_per_tkm", "g CO2e/tkm", 0.0, 1e6),
)

_FUEL_FIGURES: Final = ("energy_full_per_km", "energy_empty_per_km", "ttw_kg_per_unit", "wtt_kg_per_unit")
_FACTOR_FIGURES: Final = ("ttw_g_per_tkm", "wtt_g_per_tkm")
SLOWEST, FASTEST = 0.05, 3.0


def profile_faults(profile: VehicleProfile) -> list[tuple[str, Text]]:
    """Return everything wrong with the values of a profile: the name of the figure, and what is wrong with it."""
    if profile.kind not in VEHICLE_KINDS:
        kinds = ", ".join(VEHICLE_KINDS)
        return [("kind", Text(en=f"must be one of {kinds}, got {profile.kind!r}.", vi=f"phải là một trong {kinds}."))]
    return [*_number_faults(profile), *_speed_faults(profile), *_factor_faults(profile), *_emission_faults(profile)]


def _number_faults(profile: VehicleProfile) -> list[tuple[str, Text]]:
    faults = []
    for rule in FIGURES:
        value = getattr(profile, rule.name)
        if np.isnan(value):
            # A vehicle built in a program may leave out what binds nothing on its network; a file may not.
            continue
        if np.isinf(value) and rule.name == "max_speed_kmh":
            continue
        if not rule.low <= value <= rule.high:
            between = f"{rule.low:g} … {rule.high:g} {rule.unit}"
            faults.append((rule.name, Text(en=f"must be {between}, got {value}.", vi=f"phải trong khoảng {between}.")))
    if profile.payload_t >= profile.gross_weight_t:
        text = Text(
            en=f"must be less than gross_weight_t, {profile.gross_weight_t:g} t, got {profile.payload_t:g} t.",
            vi=f"phải nhỏ hơn gross_weight_t là {profile.gross_weight_t:g} t, đang là {profile.payload_t:g} t.",
        )
        faults.append(("payload_t", text))
    if profile.waterway_class and profile.waterway_class not in WATERWAY_CLASSES:
        classes = ", ".join(WATERWAY_CLASSES)
        faults.append(("waterway_class", Text(en=f"must be one of {classes}.", vi=f"phải là một trong {classes}.")))
    return faults


def _speed_faults(profile: VehicleProfile) -> list[tuple[str, Text]]:
    classes = CLASSES_OF_MODE[profile.mode]
    faults = []
    if not profile.speeds_kmh:
        faults.append(
            ("speeds_kmh", Text(en="must name at least one link class.", vi="phải có ít nhất một cấp đường."))
        )
    for link_class, speed in profile.speeds_kmh.items():
        if link_class not in classes:
            known = ", ".join(classes)
            text = Text(
                en=f"names {link_class!r}, not a class of mode {profile.mode}; known: {known}.",
                vi=f"có {link_class!r}, không phải cấp của phương thức {profile.mode}; các cấp: {known}.",
            )
            faults.append(("speeds_kmh", text))
        if not 0.0 < speed <= 350.0:  # noqa: PLR2004 - the fastest vehicle on the ground
            text = Text(
                en=f"of {link_class} must be above 0 and at most 350 km/h, got {speed}.",
                vi=f"của {link_class} phải lớn hơn 0 và không quá 350 km/h, đang là {speed}.",
            )
            faults.append(("speeds_kmh", text))
    return faults


def _factor_faults(profile: VehicleProfile) -> list[tuple[str, Text]]:
    faults = []
    for group, factors in profile.hour_factors.items():
        if group not in HOUR_GROUPS:
            groups = ", ".join(HOUR_GROUPS)
            faults.append(("hour_factors", Text(en=f"names {group!r}; known: {groups}.", vi=f"chỉ nhận {groups}.")))
        if len(factors) != HOURS_PER_WEEK or not all(SLOWEST <= factor <= FASTEST for factor in factors):
            text = Text(
                en=f"of {group} must be {HOURS_PER_WEEK} factors of {SLOWEST} to {FASTEST}.",
                vi=f"của {group} phải có {HOURS_PER_WEEK} hệ số từ {SLOWEST} đến {FASTEST}.",
            )
            faults.append(("hour_factors", text))
    return faults


def _emission_faults(profile: VehicleProfile) -> list[tuple[str, Text]]:
    by_fuel = [not np.isnan(getattr(profile, name)) for name in _FUEL_FIGURES]
    by_factor = [not np.isnan(getattr(profile, name)) for name in _FACTOR_FIGURES]
    if (all(by_fuel) and not any(by_factor)) or (all(by_factor) and not any(by_fuel)):
        return []
    fuel, factor = ", ".join(_FUEL_FIGURES), ", ".join(_FACTOR_FIGURES)
    text = Text(
        en=f"must be stated either by fuel ({fuel}) or by tonne-kilometre ({factor}), not both or in part.",
        vi=f"phải cho đủ theo nhiên liệu ({fuel}) hoặc theo tấn-kilômét ({factor}), không cho cả hai hay thiếu.",
    )
    return [("emissions", text)]


def missing_figures(profile: VehicleProfile) -> list[str]:
    """Return the figures a profile of its kind must state in a file, and does not."""
    return [
        rule.name for rule in FIGURES if profile.kind in rule.kinds and not np.isfinite(getattr(profile, rule.name))
    ]
