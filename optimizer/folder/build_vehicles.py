"""How much of a capacity a tonne takes: tonnes, TEU, vehicles, hours of a fleet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.folder.build_assembly import Assembly, LinkCosts
    from optimizer.folder.build_data import FolderData

EQUAL: Final = 1e-12
"""Relative difference within which two classes take as much of a capacity on a link."""

NO_COUNT: Final = Text(
    en="The capacity counts {unit}, but nobody says how many tonnes of {classes} are one; give t_per_teu or "
    "t_per_vehicle in classes.csv, or t_per_vehicle of mode {mode} in modes.csv.",
    vi="Năng lực đếm theo {unit} nhưng không nơi nào ghi một đơn vị là bao nhiêu tấn {classes}; hãy điền t_per_teu "
    "hoặc t_per_vehicle trong classes.csv, hay t_per_vehicle của phương thức {mode} trong modes.csv.",
)


def units_per_t(data: FolderData, unit: NDArray[np.object_], mode: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the tonnes, TEU or vehicles in a tonne of each class, float64[K, n].

    Parameters
    ----------
    unit
        ``t``, ``TEU``, ``vehicle`` or ``vehicle_h`` (counted as vehicles), object[n].
    mode
        Row of modes.csv, int64[n].

    Returns
    -------
    ndarray
        NaN where nobody says how many tonnes are one.
    """
    per_teu = 1.0 / data.numbers("classes", "t_per_teu")
    vehicles = 1.0 / data.tonnes_per_vehicle()[:, mode]
    in_vehicles = np.isin(unit, ("vehicle", "vehicle_h"))
    return np.where(in_vehicles, vehicles, np.where(unit == "TEU", per_teu[:, None], 1.0))


def check_counted(
    data: FolderData,
    assembly: Assembly,
    counted: tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.object_]],
    place: tuple[str, str],
) -> NDArray[np.float64]:
    """Return units per tonne with 0 where a class never passes; a class that passes uncounted is a finding.

    Parameters
    ----------
    counted
        Units per tonne (float64[K, n], NaN where unknown), who may pass (bool[K, n]), links (rows, int64[n]) and the
        unit (object[n]).
    place
        Table and column of a finding.
    """
    units, allowed, links, unit = counted
    unknown = np.isnan(units) & allowed
    for entry in np.flatnonzero(unknown.any(axis=0)):
        classes = ", ".join(np.array(data.class_ids, dtype=object)[unknown[:, entry]])
        mode = data.table("links")["mode"].iloc[links[entry]]
        file, column = place
        row = data.line(file, links[entry] if file == "links" else entry)
        assembly.find(f"{file}.csv", row, column, NO_COUNT.format(unit=unit[entry], classes=classes, mode=mode))
    return np.where(np.isnan(units), 0.0, units)


@dataclass(frozen=True, slots=True, eq=False)
class SharedUse:
    """How the links of capacity_links.csv use the capacities of capacities.csv.

    Parameters
    ----------
    capacity, link
        Rows of the two tables, int64[m].
    use_per_t
        Units of a capacity in a tonne of a class, float64[K, R].
    count
        What one pass counts against the capacity for a class, float64[K, m]; ``count * use_per_t`` is what a tonne
        takes.
    to_split
        Links on which classes differ in ``count``, so that each class needs a copy of its own, bool[L].
    """

    capacity: NDArray[np.int64]
    link: NDArray[np.int64]
    use_per_t: NDArray[np.float64]
    count: NDArray[np.float64]
    to_split: NDArray[np.bool_]


def share_capacities(data: FolderData, assembly: Assembly, costs: LinkCosts) -> SharedUse:
    """Return how links use the shared capacities; what a tonne takes may differ by class, link and hours."""
    capacity = data.column_rows("capacity_links", "capacity_id", "capacity")
    link = data.column_rows("capacity_links", "link_id", "link")
    unit = data.table("capacities")["unit"].astype(object).to_numpy()
    mode = data.column_rows("links", "mode", "mode")[link]
    allowed = costs.allowed[:, link]
    units = check_counted(
        data,
        assembly,
        (units_per_t(data, unit[capacity], mode), allowed, link, unit[capacity]),
        ("capacity_links", "link_id"),
    )
    in_hours = unit[capacity] == "vehicle_h"
    passes = data.numbers("capacity_links", "count") * np.where(in_hours, costs.time_h[:, link], 1.0)
    use, count = np.ones((assembly.classes, unit.size)), np.array(passes)
    for k in range(assembly.classes):
        use[k] = _common(units[k], allowed[k], capacity, unit.size)
        count[k] = np.divide(
            passes[k] * units[k], use[k, capacity], out=np.zeros(link.size), where=use[k, capacity] > 0
        )
    lowest = np.where(allowed, count, np.inf).min(axis=0, initial=np.inf)
    highest = np.where(allowed, count, 0.0).max(axis=0, initial=0.0)
    to_split = np.zeros(costs.length_km.size, dtype=bool)
    to_split[link[np.isfinite(lowest) & (highest - lowest > EQUAL * highest)]] = True
    return SharedUse(capacity, link, use, count, to_split)


def _common(
    units: NDArray[np.float64], allowed: NDArray[np.bool_], capacity: NDArray[np.int64], capacities: int
) -> NDArray[np.float64]:
    """Return what a tonne takes of each capacity wherever it passes, or 1 where that differs, float64[R]."""
    lowest, highest = np.full(capacities, np.inf), np.zeros(capacities)
    np.minimum.at(lowest, capacity[allowed], units[allowed])
    np.maximum.at(highest, capacity[allowed], units[allowed])
    return np.where(lowest == highest, highest, 1.0)
