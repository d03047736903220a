"""What of an OpenStreetMap file is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import shapely

from geodata.models import LINK_CLASSES
from supplychain.vocabulary import NETWORK_MODES

Bounds = tuple[float, float, float, float]

DEFAULT_CLASSES: Final = tuple(name for name in LINK_CLASSES if name != "track")


@dataclass(frozen=True)
class OsmOptions:
    """What of the files is imported.

    Parameters
    ----------
    modes
        Modes to import; ferries belong to ``road``.
    bounds
        West, south, east and north, WGS 84 degrees; None: everything.
    area
        Polygon or multipolygon in WGS 84 degrees; None: everything. With ``bounds`` too, both must hold.
    link_classes
        Classes to import, of all modes; None: every class but ``track``.
    merge_chains
        Whether links that follow one another without a junction and agree in every column become one.
    """

    modes: tuple[str, ...] = NETWORK_MODES
    bounds: Bounds | None = None
    area: shapely.Polygon | shapely.MultiPolygon | None = None
    link_classes: tuple[str, ...] | None = None
    merge_chains: bool = True

    def __post_init__(self) -> None:
        _check_words("modes", self.modes, NETWORK_MODES)
        if self.link_classes is not None:
            _check_words("link_classes", self.link_classes, LINK_CLASSES)
        if self.bounds is not None:
            _check_bounds(self.bounds)
        if self.area is not None:
            _check_area(self.area)

    @property
    def classes(self) -> frozenset[str]:
        """The classes to import."""
        return frozenset(DEFAULT_CLASSES if self.link_classes is None else self.link_classes)


def _check_words(name: str, given: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    unknown = sorted(set(given) - set(allowed))
    if unknown or not given:
        msg = f"{name} must name some of {', '.join(allowed)}, got {', '.join(unknown) or 'none'}."
        raise ValueError(msg)


def _check_bounds(bounds: Bounds) -> None:
    west, south, east, north = bounds
    if not (-180.0 <= west < east <= 180.0 and -90.0 <= south < north <= 90.0):  # noqa: PLR2004 - degrees
        msg = f"bounds must be west < east within ±180 and south < north within ±90, got {bounds}."
        raise ValueError(msg)


def _check_area(area: object) -> None:
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        msg = f"area must be a polygon or a multipolygon, got {type(area).__name__}."
        raise TypeError(msg)
    if area.is_empty or not area.is_valid:
        msg = f"area must be valid and not empty: {shapely.is_valid_reason(area)}."
        raise ValueError(msg)
