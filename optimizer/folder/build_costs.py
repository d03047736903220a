"""What one pass of each link of links.csv costs a tonne of each class, before periods are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.folder.build_assembly import Assembly, LinkCosts
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.folder.build_data import FolderData

NO_VEHICLE: Final = Text(
    en="Mode {mode} has prices or emissions per vehicle-km, but nobody says how many tonnes of {classes} a vehicle "
    "takes; give t_per_vehicle here or in classes.csv.",
    vi="Phương thức {mode} có giá hoặc phát thải theo xe-km nhưng không nơi nào ghi một xe chở bao nhiêu tấn "
    "{classes}; hãy điền t_per_vehicle ở đây hoặc trong classes.csv.",
)


def price_links(data: FolderData, assembly: Assembly) -> LinkCosts:
    """Return the costs of every row of links.csv; a mode whose vehicles cannot be counted is a finding."""
    mode = data.column_rows("links", "mode", "mode")
    length = data.numbers("links", "length_km")
    allowed = _allowed(data, mode)
    per_t_km = _rate(data, assembly, "money_per_t_km", "money_per_vehicle_km", allowed)
    kg_per_t_km = _rate(data, assembly, "kg_co2e_per_t_km", "kg_co2e_per_vehicle_km", allowed)
    money = data.numbers("links", "money_per_t") + length * per_t_km[:, mode]
    emissions = data.numbers("links", "kg_co2e_per_t") + length * kg_per_t_km[:, mode]
    speed = data.numbers("modes", "speed_kmh")[mode]
    given_time = data.numbers("links", "time_h")
    running = np.divide(length, speed, out=np.zeros(length.size), where=~np.isnan(speed))
    time_h = np.tile(np.where(np.isnan(given_time), running, given_time), (assembly.classes, 1))
    lot = data.numbers("links", "minimum_lot_t")
    lot = np.where(np.isnan(lot), data.numbers("modes", "minimum_lot_t")[mode], lot)
    costs = LinkCosts(allowed, money, time_h, emissions, length, lot)
    _override(data, costs)
    return costs


def _allowed(data: FolderData, mode: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which links each class may use: its modes, all where it names none, bool[K, L]."""
    of_mode = np.zeros((len(data.class_ids), len(data.ids("mode"))), dtype=bool)
    for row, modes in enumerate(data.table("classes")["modes"]):
        of_mode[row, data.rows("mode", modes) if modes else slice(None)] = True
    return np.asarray(of_mode[:, mode])


def _rate(
    data: FolderData, assembly: Assembly, per_t: str, per_vehicle: str, allowed: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return what a tonne-km costs each class in each mode, float64[K, modes]."""
    of_vehicle = data.numbers("modes", per_vehicle)
    tonnes = data.tonnes_per_vehicle()
    used = np.zeros(tonnes.shape, dtype=bool)
    mode = data.column_rows("links", "mode", "mode")
    for row, open_links in enumerate(allowed):
        used[row] = np.bincount(mode[open_links], minlength=tonnes.shape[1]) > 0
    unknown = (of_vehicle > 0) & np.isnan(tonnes) & used
    for index in np.flatnonzero(unknown.any(axis=0)):
        classes = ", ".join(np.array(data.class_ids, dtype=object)[unknown[:, index]])
        text = NO_VEHICLE.format(mode=data.ids("mode")[index], classes=classes)
        assembly.find("modes.csv", data.line("modes", index), "t_per_vehicle", text)
    shared = np.divide(of_vehicle, tonnes, out=np.zeros(tonnes.shape), where=(of_vehicle > 0) & ~np.isnan(tonnes))
    return np.asarray(data.numbers("modes", per_t) + shared)


def _override(data: FolderData, costs: LinkCosts) -> None:
    """Put in what link_classes.csv says of one class on one link."""
    table = data.table("link_classes")
    if table.empty:
        return
    k, link = data.column_rows("link_classes", "class_id", "class"), data.column_rows("link_classes", "link_id", "link")
    said = ~table["allowed"].isna().to_numpy()
    costs.allowed[k[said], link[said]] = table["allowed"].to_numpy(dtype=object)[said].astype(bool)
    for column, values in (
        ("money_per_t", costs.money_per_t),
        ("time_h", costs.time_h),
        ("kg_co2e_per_t", costs.emissions_kg_per_t),
    ):
        given = data.numbers("link_classes", column)
        said = ~np.isnan(given)
        values[k[said], link[said]] = given[said]
