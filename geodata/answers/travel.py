"""Ways of a truck between many places, as matching asks for them: the quickest on the network, and a lower bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from geodata.answers.skims import REASONS, PlaceSkim, skim_places
from geodata.columns import Floats, Indices
from geodata.geodesy import geodesic_m, metres_per_degree
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.errors import OffNetworkError
from geodata.routing.graph import RoutingGraph, cost_per_second
from geodata.routing.snapping import Role, Snap, SnapOptions, Snapper
from supplychain.sourcing.travel import Progress, Trips
from supplychain.sourcing.values import Spot
from supplychain.text import Text

SECONDS_PER_MINUTE: Final = 60.0
M_PER_KM: Final = 1000.0
SURE: Final = 1.0 + 1e-4
"""Factor by which lengths of drawn lines are taken longer, and so bounds lower, than they are measured."""

Skim = Callable[[Sequence[Snap | None], Sequence[Snap | None], Progress | None], PlaceSkim]


class NetworkTravel:
    """Ways of one truck on one network.

    Parameters
    ----------
    infrastructure, graph
        The network, and the graph of the truck on it.
    reach_m
        How far a place may lie from the network, metres; the way between is in none of the figures.
    toll_scale
        What one unit of the truck's own money is in the money of the answer.
    skim
        Finds the values between positions; by default least-time sweeps.
    """

    def __init__(
        self,
        infrastructure: Infrastructure,
        graph: RoutingGraph,
        *,
        reach_m: float = 2000.0,
        toll_scale: float = 1.0,
        skim: Skim | None = None,
    ) -> None:
        self._infrastructure = infrastructure
        self._graph = graph
        self._snapper = Snapper(infrastructure, graph, SnapOptions(reach_m=reach_m))
        self._toll_scale = toll_scale
        self._skim = skim or self._sweep

    def trips(self, origins: Sequence[Spot], destinations: Sequence[Spot], progress: Progress | None = None) -> Trips:
        """Return the quickest way of each pair, row by row, along which km and tolls are counted too.

        One sweep runs from each distinct origin, or to each distinct destination where these are fewer.
        """
        starts, start = _distinct(origins)
        ends, end = _distinct(destinations)
        start_snaps, end_snaps = self._snaps(starts, "origin"), self._snaps(ends, "destination")
        found = self._skim(start_snaps, end_snaps, progress)
        reason = found.reason[start, end]
        values = {name: table[start, end] for name, table in found.amounts.items()}
        access = _access_m(start_snaps)[start] + _access_m(end_snaps)[end]
        same = _same_place(origins, destinations) & np.isfinite(access)
        reason = np.where(same, 0, reason)
        reached = reason == 0
        seconds, metres, cost = (
            np.where(reached, np.where(same, 0.0, values[name]), np.nan) for name in ("time_s", "length_m", "cost")
        )
        return Trips(
            minutes=seconds / SECONDS_PER_MINUTE,
            km=metres / M_PER_KM,
            toll=self._toll(seconds, metres, cost),
            reasons=tuple(_reason(int(code)) for code in reason),
            access_m=access,
        )

    def at_least(self, origins: Sequence[Spot], destinations: Sequence[Spot]) -> tuple[Floats, Floats]:
        """Return minutes and km that no way can fall below, float64[N] each.

        The crow-fly distance between the two places, less the farthest each may lie from the network, is no longer
        than the drawn line of any way; no stretch of it is run faster than the fastest link, nor counted shorter than
        the link whose stated length is shortest beside its line.
        """
        lon, lat = (
            np.array([[getattr(spot, name) for spot in some] for some in (origins, destinations)])
            for name in ("lon", "lat")
        )
        crow = geodesic_m(lon[0], lat[0], lon[1], lat[1])
        line = np.maximum(0.0, crow - 2.0 * self._snapper.options.reach_m)
        fastest, shortest = self._bounds
        return line / fastest / SECONDS_PER_MINUTE, line * shortest / M_PER_KM

    @cached_property
    def _bounds(self) -> tuple[float, float]:
        """Return the greatest speed along drawn lines, m/s, and the least stated length over that of the line."""
        drawn = _drawn_m(self._infrastructure)[self._graph.arc_link] * SURE
        real = drawn > 0
        if not real.any():
            return np.inf, 0.0
        with np.errstate(divide="ignore"):
            speed = drawn[real] / self._graph.time_s[real]
        return float(speed.max()), float((self._graph.length_m[real] / drawn[real]).min())

    def _toll(self, seconds: Floats, metres: Floats, cost: Floats) -> Floats:
        """Return the tolls of a class-5 truck along ways, without an empty run: what no running cost explains."""
        profile = self._graph.profile
        running = profile.cost_per_km * metres / M_PER_KM + cost_per_second(profile) * seconds
        own = np.maximum(0.0, cost / (1.0 + profile.empty_share) - running)
        # What is left of a way without toll is rounding.
        own = np.where(own <= running * 1e-9, 0.0, own)
        scale = self._toll_scale / profile.toll_factor if profile.toll_factor else 0.0
        tolls: Floats = own * scale
        return tolls

    def _sweep(
        self, origins: Sequence[Snap | None], destinations: Sequence[Snap | None], progress: Progress | None
    ) -> PlaceSkim:
        return skim_places(self._graph, "time", origins, destinations, progress)

    def _snaps(self, spots: Sequence[Spot], role: Role) -> list[Snap | None]:
        found: list[Snap | None] = []
        for spot in spots:
            try:
                found.append(self._snapper.snap(spot.lon, spot.lat, role=role))
            except OffNetworkError:
                found.append(None)
        return found


def _distinct(spots: Sequence[Spot]) -> tuple[list[Spot], Indices]:
    """Return each place once, and the place in that list of each of the spots."""
    places: dict[tuple[float, float], int] = {}
    kept: list[Spot] = []
    for spot in spots:
        if (spot.lon, spot.lat) not in places:
            places[spot.lon, spot.lat] = len(kept)
            kept.append(spot)
    return kept, np.array([places[spot.lon, spot.lat] for spot in spots], dtype=np.int32)


def _access_m(snaps: Sequence[Snap | None]) -> Floats:
    return np.array([np.nan if snap is None else snap.distance_m for snap in snaps], dtype=np.float64)


def _same_place(origins: Sequence[Spot], destinations: Sequence[Spot]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array(
        [(one.lon, one.lat) == (other.lon, other.lat) for one, other in zip(origins, destinations, strict=True)],
        dtype=np.bool_,
    )


def _reason(code: int) -> Text | None:
    return REASONS[code] if code else None


def _drawn_m(infrastructure: Infrastructure) -> Floats:
    """Return the length of the drawn line of each link, metres, float64[L]; a touch off in the sixth digit."""
    lines = infrastructure.lines
    points = lines.coordinates
    east, north = metres_per_degree((points[1:, 1] + points[:-1, 1]) / 2.0)
    steps = np.hypot(np.diff(points[:, 0]) * east, np.diff(points[:, 1]) * north)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    low, high = lines.offsets[:-1], lines.offsets[1:] - 1
    drawn: Floats = along[high] - along[low]
    return drawn
