"""What must hold between the tables of the network: lengths, times, vehicles, containers, lots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.geodesy import geodesic_m
from optimizer.folder import messages
from optimizer.folder.cells import plain, shown
from optimizer.folder.check_units import check_units
from optimizer.folder.network_tables import MOST_SPEED_KMH
from optimizer.folder.tables import TableReading, positions_of
from supplychain.text import Text

PER_KM: Final = ("money_per_t_km", "kg_co2e_per_t_km", "money_per_vehicle_km", "kg_co2e_per_vehicle_km")
"""Columns of modes that count a link's length."""

_SLOWEST_KMH: Final = 1.0
_MOST_KG_PER_T_KM: Final = 3.0
_IMPOSSIBLY_SHORT: Final = 0.8
_DOUBTFULLY_LONG: Final = 100.0
_ROUGHLY_PLACED_KM: Final = 1.0
"""Places may be put on the map this roughly without a word."""


def check_network(readings: Mapping[str, TableReading]) -> None:
    """Tell what is impossible in the network, and note what is doubtful."""
    _check_lengths(readings)
    _check_speeds(readings["links"])
    _check_distances(readings["links"], readings["nodes"])
    _check_ends(readings["links"])
    _check_emissions(readings["modes"])
    _check_own_capacities(readings["links"])
    _check_shared_capacities(readings)
    _check_lots(readings)
    check_units(readings)


def _check_lengths(readings: Mapping[str, TableReading]) -> None:
    """Tell links without a length whose mode counts it."""
    links, modes = readings["links"], readings["modes"]
    mode = positions_of(modes, "mode", links.frame["mode"])
    by_km = np.zeros(len(modes.frame) + 1, np.bool_)
    for column in PER_KM:
        by_km[:-1] |= modes.numbers(column) > 0
    by_speed = np.append(modes.numbers("speed_kmh") > 0, [False])  # the last entry answers for unknown modes
    counted = by_km[mode] | (by_speed[mode] & links.is_empty("time_h"))
    names = links.words("mode")
    links.rows.tell(
        "length_km",
        counted & links.is_empty("length_km"),
        lambda position: messages.LENGTH_NEEDED.format(mode=shown(names[position])),
    )


def _check_speeds(links: TableReading) -> None:
    """Tell links faster than anything that flies, and note those slower than a walk."""
    length, time = links.numbers("length_km"), links.numbers("time_h")
    timed = (time > 0) & (length > 0)
    speed = np.divide(length, time, out=np.full(len(length), np.nan), where=timed)

    def sentence(template: Text) -> Callable[[int], Text]:
        return lambda position: template.format(
            length=plain(length[position]), time=plain(time[position]), speed=speed[position], limit=MOST_SPEED_KMH
        )

    links.rows.tell("time_h", speed > MOST_SPEED_KMH, sentence(messages.TOO_FAST))
    links.rows.note("time_h", (speed < _SLOWEST_KMH) & (length > _ROUGHLY_PLACED_KM), sentence(messages.TOO_SLOW))


def _check_distances(links: TableReading, nodes: TableReading) -> None:
    """Tell links that are far shorter than the straight line between their ends, and note those very much longer."""
    length = links.numbers("length_km")
    ends = [positions_of(nodes, "node_id", links.frame[name]) for name in ("from_node_id", "to_node_id")]
    lon, lat = (np.append(nodes.numbers(name), np.nan) for name in ("lon", "lat"))
    lon[:-1][nodes.rows.broken] = np.nan
    known = ~links.is_empty("length_km") & np.isfinite(length)
    for end in ends:
        known &= (np.abs(lon[end]) <= 180) & (np.abs(lat[end]) <= 90)  # noqa: PLR2004 - degrees
    first, second = (end[known] for end in ends)
    straight = np.zeros(len(length))
    straight[known] = geodesic_m(lon[first], lat[first], lon[second], lat[second]) / 1000.0
    words = [links.words(name) for name in ("from_node_id", "to_node_id")]

    def sentence(template: Text) -> Callable[[int], Text]:
        return lambda position: template.format(
            length=plain(length[position]),
            straight=straight[position],
            first=shown(words[0][position]),
            second=shown(words[1][position]),
        )

    too_short = (length < _IMPOSSIBLY_SHORT * straight) & (straight - length > _ROUGHLY_PLACED_KM)
    too_long = (length > _DOUBTFULLY_LONG * straight) & (length - straight > _DOUBTFULLY_LONG)
    links.rows.tell("length_km", too_short & known, sentence(messages.TOO_SHORT))
    links.rows.note("length_km", too_long & known & (straight > 0), sentence(messages.TOO_LONG))


def _check_ends(links: TableReading) -> None:
    """Note links that lead nowhere."""
    start, end = links.words("from_node_id"), links.words("to_node_id")
    links.rows.note(
        "to_node_id", (start == end) & (start != ""), lambda row: messages.SELF_LINK.format(value=shown(start[row]))
    )


def _check_emissions(modes: TableReading) -> None:
    """Note emissions that were probably given in grams."""
    per_t_km = modes.numbers("kg_co2e_per_t_km")
    per_vehicle = modes.numbers("kg_co2e_per_vehicle_km") / modes.numbers("t_per_vehicle")
    for column, values in (("kg_co2e_per_t_km", per_t_km), ("kg_co2e_per_vehicle_km", per_vehicle)):

        def sentence(position: int, values: NDArray[np.float64] = values) -> Text:
            return messages.GRAMS.format(value=values[position])

        modes.rows.note(column, values > _MOST_KG_PER_T_KM, sentence)


def _check_own_capacities(links: TableReading) -> None:
    """Tell links that say something of a capacity they do not give."""
    without = links.is_empty("capacity_per_day")
    for column in ("background_per_day", "floor_share"):
        alone = without & (links.numbers(column) > 0)
        links.rows.tell(column, alone, partial(_background_alone, column))


def _background_alone(column: str, _position: int) -> Text:
    return messages.BACKGROUND_ALONE.format(column=column)


def _check_shared_capacities(readings: Mapping[str, TableReading]) -> None:
    """Note capacities that no link uses."""
    capacities = readings["capacities"]
    names = capacities.words("capacity_id")
    idle = ~capacities.is_any("capacity_id", readings["capacity_links"].frame["capacity_id"])
    capacities.rows.note("capacity_id", idle, lambda row: messages.NO_LINKS.format(value=shown(names[row])))


def _check_lots(readings: Mapping[str, TableReading]) -> None:
    """Note lots that no demand is large enough for."""
    masses = readings["demands"].numbers("mass_t")
    most = float(np.nanmax(masses, initial=0.0))
    for name in ("modes", "links"):
        reading = readings[name]
        lots = reading.numbers("minimum_lot_t")

        def sentence(position: int, lots: NDArray[np.float64] = lots) -> Text:
            return messages.LOT_TOO_LARGE.format(lot=lots[position], most=most)

        reading.rows.note("minimum_lot_t", lots > most, sentence)
