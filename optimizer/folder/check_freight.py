"""What must hold between the tables of the freight: demands, plants, supplies, periods, storage, empties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.folder import messages
from optimizer.folder.cells import shown
from optimizer.folder.tables import FlowSettings, TableReading, positions_of
from supplychain.text import Text

_SEVERAL: Final = 2
"""Periods that make waiting mean something."""

_ROUNDING: Final = 1e-9
"""Share by which a plant may put out more than it takes in."""


def check_freight(readings: Mapping[str, TableReading], settings: FlowSettings) -> None:
    """Tell what is impossible in the freight, and note what is doubtful."""
    _check_plant_names(readings)
    _check_windows(readings)
    _check_origins(readings)
    _check_same_place(readings["demands"])
    _check_penalties(readings["demands"])
    _check_plants(readings)
    _check_materials(readings)
    _check_ways(readings)
    _check_link_periods(readings["link_periods"])
    _check_waiting(readings, settings)
    _check_empties(readings["empties"])


def _check_plant_names(readings: Mapping[str, TableReading]) -> None:
    plants = readings["plants"]
    names = plants.words("plant_id")
    taken = plants.is_any("plant_id", readings["nodes"].frame["node_id"]) & (names != "")
    plants.rows.tell("plant_id", taken, lambda row: messages.ID_ELSEWHERE.format(value=shown(names[row])))


def _check_windows(readings: Mapping[str, TableReading]) -> None:
    """Tell demands that are due before they are ready."""
    demands, periods = readings["demands"], readings["periods"]
    ready, due = (positions_of(periods, "period_id", demands.frame[name]) for name in ("ready_period", "due_period"))
    words = {name: demands.words(f"{name}_period") for name in ("ready", "due")}

    def sentence(position: int) -> Text:
        return messages.DUE_BEFORE_READY.format(
            due=shown(words["due"][position]), ready=shown(words["ready"][position])
        )

    demands.rows.tell("due_period", (due >= 0) & (ready >= 0) & (due < ready), sentence)


def _check_origins(readings: Mapping[str, TableReading]) -> None:
    """Tell demands that start at a plant which does not make their class."""
    demands, plants, flows = (readings[name] for name in ("demands", "plants", "plant_flows"))
    if plants.frame.empty or not flows.is_read or "origins" not in demands.lists:
        return
    lists, codes = demands.lists["origins"]
    plant_ids = set(plants.words("plant_id").tolist())
    out = flows.words("direction") != "in"  # what is neither was told, and may have been meant
    made = set(zip(flows.words("plant_id")[out].tolist(), flows.words("class_id")[out].tolist(), strict=True))
    plants_of = {
        code: named for code, parts in enumerate(lists) if (named := [part for part in parts if part in plant_ids])
    }
    concerned = np.zeros(len(lists), np.bool_)
    concerned[list(plants_of)] = True
    classes = demands.words("class_id")
    wrong: dict[int, str] = {}
    for position in np.flatnonzero(concerned[codes] & (classes != "")).tolist():
        for plant in plants_of[int(codes[position])]:
            if (plant, classes[position]) not in made:
                wrong[position] = plant

    def sentence(position: int) -> Text:
        return messages.NOT_MADE_THERE.format(plant=shown(wrong[position]), class_id=shown(classes[position]))

    demands.rows.tell("origins", _mask(len(demands.frame), wrong), sentence)


def _check_same_place(demands: TableReading) -> None:
    """Note demands that may stay where they are."""
    if "origins" not in demands.lists or "destinations" not in demands.lists:
        return
    (origins, origin), (destinations, destination) = demands.lists["origins"], demands.lists["destinations"]
    pairs = origin.astype(np.int64) * max(len(destinations), 1) + destination
    different, first, pair_of = np.unique(pairs, return_index=True, return_inverse=True)
    shared = {}
    for pair, position in enumerate(first.tolist()):
        if common := set(origins[origin[position]]).intersection(destinations[destination[position]]):
            shared[pair] = min(common)
    same = _mask(len(different), shared)
    demands.rows.note(
        "destinations", same[pair_of], lambda row: messages.SAME_PLACE.format(value=shown(shared[int(pair_of[row])]))
    )


def _check_penalties(demands: TableReading) -> None:
    free = (demands.numbers("penalty_per_t") == 0) & (demands.numbers("mass_t") > 0)
    demands.rows.note("penalty_per_t", free, lambda _row: messages.NO_PENALTY)


def _check_plants(readings: Mapping[str, TableReading]) -> None:
    """Tell plants with a minimum above their maximum or without a penalty; note plants that do nothing."""
    plants = readings["plants"]
    low, high = plants.numbers("min_t"), plants.numbers("max_t")
    plants.rows.tell("min_t", low > high, lambda row: messages.MIN_ABOVE_MAX.format(low=low[row], high=high[row]))
    unpriced = (low > 0) & plants.is_empty("penalty_per_t")
    plants.rows.tell("penalty_per_t", unpriced, lambda _row: messages.PENALTY_NEEDED)
    names = plants.words("plant_id")
    idle = ~plants.is_any("plant_id", readings["plant_flows"].frame["plant_id"])
    plants.rows.note("plant_id", idle, lambda row: messages.IDLE_PLANT.format(value=shown(names[row])))
    taken, out = (_tonnes_per_activity(readings["plant_flows"], names, way) for way in ("in", "out"))

    def too_much(row: int) -> Text:
        return messages.FROM_NOTHING.format(value=shown(names[row]), out=out[row], taken=taken[row])

    plants.rows.note("plant_id", (taken > 0) & (out > taken * (1 + _ROUNDING)), too_much)


def _tonnes_per_activity(flows: TableReading, plants: NDArray[np.object_], direction: str) -> NDArray[np.float64]:
    """Return tonnes of all classes that go in or come out per tonne of activity, float64[plants]."""
    mine = flows.words("direction") == direction
    sums = pd.Series(flows.numbers("t_per_t")[mine]).groupby(flows.words("plant_id")[mine]).sum()
    return np.asarray(sums.reindex(plants).fillna(0.0), dtype=np.float64)


def _check_materials(readings: Mapping[str, TableReading]) -> None:
    """Note material that nothing supplies, and supplies that nothing takes."""
    flows, supplies = readings["plant_flows"], readings["supplies"]
    direction = flows.words("direction")
    goes_in, comes_out = flows.frame["class_id"][direction == "in"], flows.frame["class_id"][direction == "out"]
    supplied = pd.concat([supplies.frame["class_id"], comes_out])
    taken = flows.words("class_id")
    missing = (direction == "in") & ~flows.is_any("class_id", supplied)
    flows.rows.note("class_id", missing, lambda row: messages.NEVER_SUPPLIED.format(value=shown(taken[row])))
    had = _classes_that_can_be_had(flows, set(supplies.words("class_id").tolist()) | set(taken[missing].tolist()))
    circling = (direction == "in") & ~np.isin(taken, list(had))
    flows.rows.note("class_id", circling, lambda row: messages.ONLY_FROM_ITSELF.format(value=shown(taken[row])))
    offered = supplies.words("class_id")
    unused = ~supplies.is_any("class_id", goes_in)
    supplies.rows.note("class_id", unused, lambda row: messages.NEVER_USED.format(value=shown(offered[row])))


def _classes_that_can_be_had(flows: TableReading, had: set[str]) -> set[str]:
    """Return the classes that plants can make, one after the other, from those that are there."""
    columns = (flows.words(name).tolist() for name in ("plant_id", "class_id", "direction"))
    takes: dict[str, set[str]] = {}
    makes: dict[str, set[str]] = {}
    for plant, class_id, direction in zip(*columns, strict=True):
        for table in (takes, makes):
            table.setdefault(plant, set())
        (takes if direction == "in" else makes)[plant].add(class_id)
    while True:
        more = set().union(*(makes[plant] for plant, needed in takes.items() if needed <= had)) - had
        if not more:
            return had
        had = had | more


def _check_ways(readings: Mapping[str, TableReading]) -> None:
    """Note classes whose modes no link has."""
    classes, links, exceptions = (readings[name] for name in ("classes", "links", "link_classes"))
    if "modes" not in classes.lists:
        return
    lists, codes = classes.lists["modes"]
    served = set(links.words("mode").tolist())
    blocked = np.fromiter((bool(parts) and served.isdisjoint(parts) for parts in lists), np.bool_, len(lists))
    allowed = exceptions.frame["class_id"][exceptions.frame["allowed"].fillna(value=False).to_numpy(np.bool_)]
    names = classes.words("class_id")
    nowhere = blocked[codes] & ~classes.is_any("class_id", allowed)
    classes.rows.note("modes", nowhere, lambda row: messages.NO_WAY.format(value=shown(names[row])))


def _check_link_periods(link_periods: TableReading) -> None:
    named = (link_periods.words("link_id") != "").astype(int) + (link_periods.words("mode") != "")
    link_periods.rows.tell("link_id", named != 1, lambda _row: messages.EXACTLY_ONE)


def _check_waiting(readings: Mapping[str, TableReading], settings: FlowSettings) -> None:
    """Note what has no effect without several periods."""
    periods, storage = readings["periods"], readings["storage"]
    if len(periods.frame) >= _SEVERAL:
        return
    storage.rows.note("node_id", np.ones(len(storage.frame), np.bool_), lambda _row: messages.NO_PERIODS)
    rows = readings["settings"]
    repeats = (rows.words("key") == "periods_repeat") & settings.periods_repeat
    rows.rows.note("value", repeats, lambda _row: messages.NO_PERIODS)


def _check_empties(empties: TableReading) -> None:
    laden, empty = empties.words("class_id"), empties.words("empty_class_id")
    same = (laden == empty) & (laden != "")
    empties.rows.tell("empty_class_id", same, lambda row: messages.OWN_EMPTIES.format(value=shown(laden[row])))


def _mask(length: int, positions: Mapping[int, str]) -> NDArray[np.bool_]:
    mask = np.zeros(length, np.bool_)
    mask[list(positions)] = True
    return mask
