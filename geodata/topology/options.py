"""What a check looks for, and within which tolerances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from geodata.infrastructure.columns import VEHICLE_KINDS
from geodata.models import LINK_CLASSES
from geodata.topology.texts import KINDS

MOST_KMH: Final[Mapping[str, float]] = MappingProxyType(
    dict.fromkeys(("motorway", "expressway"), 130.0)
    | dict.fromkeys(("trunk", "primary", "motorway_link"), 120.0)
    | dict.fromkeys(("trunk_link", "primary_link", "secondary", "secondary_link", "tertiary", "road"), 100.0)
    | dict.fromkeys(("tertiary_link", "unclassified"), 100.0)
    | dict.fromkeys(("residential", "service", "track"), 80.0)
    | {"living_street": 50.0, "ferry": 80.0}
    | {"rail_main": 350.0, "rail_branch": 200.0, "rail_yard": 100.0}
    | {name: 60.0 for name in LINK_CLASSES if name.startswith("waterway")}
)
"""Speed above which a limit is taken for a mistake, km/h by link class: what no country's signs show there but
motorways of Germany and Poland. Viet Nam's own limits (120 on motorways, 90 elsewhere) lie below."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What a check looks for.

    Parameters
    ----------
    kinds
        Kinds of issues to look for; the default is all.
    vehicles
        Vehicle kinds whose one-way traps are looked for.
    area
        West, south, east and north of what the data covers whole, degrees; None: all. What hangs on a node outside,
        as on the edge of an extract, is cut and not wrong.
    snap_m
        Ends and nodes within this of one another are meant to be one; joining them is a safe repair, metres.
    dead_end_m
        A dead end of a road or railway that points at another link within this is taken for an undershoot, metres.
    dead_end_water_m
        The same for waterways, metres.
    line_m
        A line may end this far from its node, metres.
    zero_m
        A link up to this is of no length, metres.
    duplicate_m
        Two links of the same ends whose lines keep within this of one another are duplicates, metres.
    overlap_m
        Two links that run on the very same line for longer than this overlap, metres.
    length_share
        Part by which ``length_m`` may differ from the line's geodesic length.
    detour_share
        Part by which a stated length may exceed the line's before it is a warning and not a note.
    most_kmh
        Speed above which a limit is taken for a mistake, by link class, km/h.
    terminal_m
        A terminal farther than this from the links it needs is off the network, metres.
    """

    kinds: tuple[str, ...] = KINDS
    vehicles: tuple[str, ...] = VEHICLE_KINDS
    area: tuple[float, float, float, float] | None = None
    snap_m: float = 0.5
    dead_end_m: float = 4.0
    dead_end_water_m: float = 20.0
    line_m: float = 0.01
    zero_m: float = 0.01
    duplicate_m: float = 0.5
    overlap_m: float = 2.0
    length_share: float = 0.01
    detour_share: float = 0.3
    most_kmh: Mapping[str, float] = field(default_factory=lambda: MOST_KMH)
    terminal_m: float = 500.0

    def __post_init__(self) -> None:
        for name, given, known in (("kinds", self.kinds, KINDS), ("vehicles", self.vehicles, VEHICLE_KINDS)):
            unknown = sorted(set(given) - set(known))
            if unknown:
                msg = f"Unknown {name} {unknown[0]!r}; known: {', '.join(known)}."
                raise ValueError(msg)
        unknown = sorted(set(self.most_kmh) - set(LINK_CLASSES))
        if unknown:
            msg = f"Unknown link class {unknown[0]!r} in most_kmh; known: {', '.join(LINK_CLASSES)}."
            raise ValueError(msg)
        if self.area is not None and not (self.area[0] < self.area[2] and self.area[1] < self.area[3]):
            msg = f"area must be west, south, east, north with west < east and south < north, got {self.area}."
            raise ValueError(msg)
        for name in ("snap_m", "dead_end_m", "dead_end_water_m", "line_m", "zero_m", "duplicate_m", "overlap_m"):
            _check_number(name, getattr(self, name))
        for name in ("length_share", "detour_share", "terminal_m"):
            _check_number(name, getattr(self, name))


def _check_number(name: str, value: float) -> None:
    if not 0 <= value < float("inf"):
        msg = f"{name} must be at least 0 and finite, got {value}."
        raise ValueError(msg)
