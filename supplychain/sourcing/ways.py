"""Ways between places of which some are not known."""

from __future__ import annotations

from collections.abc import Sequence

from supplychain.sourcing.judging import Trip
from supplychain.sourcing.travel import Progress, Travel, Trips
from supplychain.sourcing.values import Spot


def trips_of(
    origins: Sequence[Spot | None],
    destinations: Sequence[Spot | None],
    travel: Travel | None,
    progress: Progress | None = None,
) -> list[Trip]:
    """Return the way of each pair; an empty one where a place or the network is not known."""
    found = [Trip()] * len(origins)
    pairs = [
        (place, origin, destination)
        for place, (origin, destination) in enumerate(zip(origins, destinations, strict=True))
        if origin is not None and destination is not None
    ]
    if travel is None or not pairs:
        return found
    trips = travel.trips([origin for _, origin, _ in pairs], [destination for _, _, destination in pairs], progress)
    for row, (place, _, _) in enumerate(pairs):
        found[place] = trip_of(trips, row)
    return found


def trip_of(trips: Trips, row: int) -> Trip:
    """Return one of several ways."""
    reason = trips.reasons[row]
    access = float(trips.access_m[row])
    if reason is not None:
        return Trip(reason=reason, access_m=access)
    return Trip(float(trips.minutes[row]), float(trips.km[row]), float(trips.toll[row]), access)
