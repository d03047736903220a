"""Where tonnes must be turned into TEU, vehicles or vehicle hours: whether the folder says how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.folder import messages
from optimizer.folder.cells import shown
from optimizer.folder.tables import TableReading, positions_of
from supplychain.text import Text


def check_units(readings: Mapping[str, TableReading]) -> None:
    """Tell classes without t_per_teu, modes without t_per_vehicle and links without time that a capacity needs."""
    use = _Use(readings)
    classes = readings["classes"]
    needing = classes.is_empty("t_per_teu")
    containers = use.counted("TEU")
    for position in np.flatnonzero(needing).tolist():
        link = next(use.links_of(position, containers), None)
        if link is not None:
            _tell_one(classes, position, "t_per_teu", messages.TEU_NEEDED.format(link=use.link_name(link)))
    _check_vehicles(readings, use)
    _check_hours(readings, use)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Links that count a unit: whether each link of the folder is one, bool[L], and one link of each mode."""

    is_one: NDArray[np.bool_]
    modes: NDArray[np.int64]
    links: NDArray[np.int64]


class _Use:
    """Which classes may use which links, and which links count which units."""

    def __init__(self, readings: Mapping[str, TableReading]) -> None:
        links, modes, classes = readings["links"], readings["modes"], readings["classes"]
        self._names = links.words("link_id")
        self.mode = positions_of(modes, "mode", links.frame["mode"])
        self.mode_count = len(modes.frame)
        self.by_mode = np.zeros((len(classes.frame), self.mode_count + 1), np.bool_)
        mode_of = {name: position for position, name in enumerate(modes.words("mode"))}
        for position, (allowed, is_every) in enumerate(
            zip(classes.frame["modes"], classes.is_empty("modes"), strict=True)
        ):
            chosen = slice(self.mode_count) if is_every else [mode_of[name] for name in allowed if name in mode_of]
            self.by_mode[position, chosen] = True  # the last column answers for unknown modes
        link_classes = readings["link_classes"]
        link = positions_of(links, "link_id", link_classes.frame["link_id"])
        which = positions_of(classes, "class_id", link_classes.frame["class_id"])
        allowed = link_classes.frame["allowed"]
        self._added = self._by_class(which, link, allowed.eq(other=True).fillna(value=False).to_numpy(np.bool_))
        self._banned = self._by_class(which, link, allowed.eq(other=False).fillna(value=False).to_numpy(np.bool_))
        self._units = self._count_units(readings)

    @staticmethod
    def _by_class(
        which: NDArray[np.int64], link: NDArray[np.int64], mask: NDArray[np.bool_]
    ) -> dict[int, NDArray[np.int64]]:
        """Return the links that rows of one kind name, by class."""
        named = mask & (which >= 0) & (link >= 0)
        order = np.flatnonzero(named)[np.argsort(which[named], kind="stable")]
        classes, first = np.unique(which[order], return_index=True)
        return dict(zip(classes.tolist(), np.split(link[order], first[1:]), strict=True)) if len(order) else {}

    def _count_units(self, readings: Mapping[str, TableReading]) -> dict[str, NDArray[np.bool_]]:
        """Return for each unit which links count it, bool[L]."""
        links, capacities, members = (readings[name] for name in ("links", "capacities", "capacity_links"))
        own = links.words("capacity_unit")
        limited = ~links.is_empty("capacity_per_day")
        units = {unit: limited & (own == unit) for unit in ("TEU", "vehicle")}
        units["vehicle_h"] = np.zeros(len(own), np.bool_)
        link = positions_of(links, "link_id", members.frame["link_id"])
        capacity = positions_of(capacities, "capacity_id", members.frame["capacity_id"])
        unit_of = np.append(capacities.words("unit"), "")[capacity]
        for unit, mask in units.items():
            mask[link[(unit_of == unit) & (link >= 0)]] = True
        return units

    def link_name(self, link: int) -> str:
        """Return a link's id as findings show it."""
        return shown(self._names[link])

    def counted(self, *units: str) -> _Counted:
        """Return the links that count any of these units."""
        return self.chosen(np.logical_or.reduce([self._units[unit] for unit in units]))

    def chosen(self, is_one: NDArray[np.bool_]) -> _Counted:
        """Return the links that a mask, bool[L], chooses."""
        links = np.flatnonzero(is_one)
        modes, first = np.unique(self.mode[links], return_index=True)
        return _Counted(is_one, modes, links[first])

    def links_of(self, position: int, counted: _Counted) -> Iterator[int]:
        """Yield one link of each mode that a class may use, and each it may use against its modes."""
        banned = self._banned.get(position)
        if banned is not None:
            left = counted.is_one.copy()
            left[banned] = False
            counted = self.chosen(left)
        yield from counted.links[self.by_mode[position, counted.modes]].tolist()
        added = self._added.get(position, np.empty(0, np.int64))
        yield from added[counted.is_one[added]].tolist()


def _check_vehicles(readings: Mapping[str, TableReading], use: _Use) -> None:
    """Tell modes whose vehicles are counted for a class although nothing says how many tonnes one takes."""
    modes, classes = readings["modes"], readings["classes"]
    no_vehicle = np.append(modes.is_empty("t_per_vehicle"), [False])  # the last answers for unknown modes
    priced = (modes.numbers("money_per_vehicle_km") > 0) | (modes.numbers("kg_co2e_per_vehicle_km") > 0)
    reasons = (
        (use.chosen(np.append(priced, [False])[use.mode]), messages.VEHICLE_PRICE),
        (use.counted("vehicle", "vehicle_h"), messages.VEHICLE_CAPACITY),
    )
    names = classes.words("class_id")
    told: set[int] = set()
    for position in np.flatnonzero(classes.is_empty("t_per_vehicle")).tolist():
        for counted, reason in reasons:
            for link in use.links_of(position, counted):
                mode = int(use.mode[link])
                if no_vehicle[mode] and mode not in told:
                    told.add(mode)
                    because = reason.format(link=use.link_name(link))
                    text = messages.VEHICLE_NEEDED.format(reason=because, class_id=shown(names[position]))
                    _tell_one(modes, mode, "t_per_vehicle", text)


def _check_hours(readings: Mapping[str, TableReading], use: _Use) -> None:
    """Tell links without a time on which vehicle hours are counted."""
    links, modes, members = (readings[name] for name in ("links", "modes", "capacity_links"))
    speed = np.append(modes.numbers("speed_kmh"), np.nan)[use.mode]
    timeless = links.is_empty("time_h") & np.isnan(speed) & (use.mode >= 0) & use.counted("vehicle_h").is_one
    units = readings["capacities"]
    link = positions_of(links, "link_id", members.frame["link_id"])
    capacity = positions_of(units, "capacity_id", members.frame["capacity_id"])
    unit_of = np.append(units.words("unit"), "")[capacity]
    names = members.words("capacity_id")
    members.rows.tell(
        "link_id",
        np.append(timeless, [False])[link] & (unit_of == "vehicle_h"),
        lambda row: messages.HOURS_NEEDED.format(capacity=shown(names[row]), link=use.link_name(int(link[row]))),
    )


def _tell_one(reading: TableReading, position: int, column: str, text: Text) -> None:
    where = np.zeros(len(reading.frame), np.bool_)
    where[position] = True
    reading.rows.tell(column, where, lambda _position: text)
