"""Factors that a statement rests on: the rows of the pack they stand in, with source and confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from optimizer.emissions.elements import ENERGY_PREFIX, HUB
from supplychain.pack import split_list
from supplychain.vocabulary import CONFIDENCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from supplychain.pack import Pack

FACTOR_COLUMNS: Final = (
    "table",
    "row_id",
    "name_vi",
    "name_en",
    "what",
    "value",
    "unit",
    "emissions_kg_co2e",
    "confidence",
    "source",
    "source_title",
    "assumption_ids",
)
BY_FUEL: Final = (
    ("energy_full_per_km", "{fuel}/vehicle-km"),
    ("energy_empty_per_km", "{fuel}/vehicle-km"),
    ("empty_return_share", "empty vehicle-km/laden vehicle-km"),
    ("payload_t", "t"),
    ("payload_teu", "TEU"),
)
BY_TKM: Final = (
    ("ttw_g_per_tkm", "g CO2e/tkm"),
    ("wtt_g_per_tkm", "g CO2e/tkm"),
)
FUEL_FACTORS: Final = (
    ("ttw_kgco2e_per_unit", "kg CO2e/{fuel}"),
    ("wtt_kgco2e_per_unit", "kg CO2e/{fuel}"),
)
HANDLING_FACTORS: Final = (
    ("diesel_l_per_teu", "l/TEU"),
    ("kwh_per_teu", "kWh/TEU"),
    ("diesel_l_per_t", "l/t"),
    ("kwh_per_t", "kWh/t"),
)


def factor_table(pack: Pack, elements: pd.DataFrame) -> pd.DataFrame:
    """Return one row per factor that elements rest on, those of the most emissions first.

    Columns
    -------
    table, row_id, name_vi, name_en
        Row of the pack.
    what, value, unit
        Column of the factor, its value and unit.
    emissions_kg_co2e
        Emissions of the elements that rest on the row; an element rests on several, so these do not add up.
    confidence, source, source_title, assumption_ids
        As the row says.
    """
    emitted = elements["ttw_kg_co2e"] + elements["wtt_kg_co2e"]
    fuel_units = pack.table("fuels").set_index("fuel_id")["unit"].to_dict()
    rows: list[dict[str, Any]] = []
    by_vehicle = emitted.groupby(elements["vehicle_id"]).sum().drop("", errors="ignore")
    rows += _vehicle_rows(pack, by_vehicle, fuel_units)
    by_handling = emitted[elements["element_kind"] == HUB].groupby(elements["row_id"]).sum()
    rows += _rows(pack, "transshipments", by_handling.items(), HANDLING_FACTORS, {})
    for fuel_id in fuel_units:
        name = ENERGY_PREFIX + str(fuel_id)
        if name in elements:
            of_fuel = float(emitted[elements[name] > 0].sum())
            rows += _rows(pack, "fuels", [(fuel_id, of_fuel)], FUEL_FACTORS, {str(fuel_id): fuel_units[fuel_id]})
    table = pd.DataFrame(rows, columns=list(FACTOR_COLUMNS))
    return table.sort_values("emissions_kg_co2e", ascending=False, kind="stable").reset_index(drop=True)


def weakest_confidence(words: Iterable[str]) -> str:
    """Return the least trustworthy of some confidences; empty text where there is none."""
    places = [CONFIDENCES.index(word) for word in words if word in CONFIDENCES]
    return CONFIDENCES[max(places)] if places else ""


def _vehicle_rows(pack: Pack, emitted: pd.Series, fuel_units: dict[Any, Any]) -> list[dict[str, Any]]:
    vehicles = pack.table("vehicles").set_index("vehicle_id")
    units = {str(key): str(fuel_units.get(vehicles["fuel_id"].get(key), "")) for key in emitted.index}
    rows: list[dict[str, Any]] = []
    for key, kg in emitted.items():
        # A factor per tonne-kilometre, where there is one, is what counts.
        factors = BY_TKM if np.isfinite(vehicles["ttw_g_per_tkm"].get(key, np.nan)) else BY_FUEL
        rows += _rows(pack, "vehicles", [(key, kg)], factors, units)
    return rows


def _rows(
    pack: Pack,
    table: str,
    emitted: Iterable[tuple[Any, float]],
    factors: tuple[tuple[str, str], ...],
    units: dict[str, str],
) -> list[dict[str, Any]]:
    frame = pack.table(table)
    frame = frame.set_index(frame.columns[0])
    titles = pack.table("sources").set_index("source_id")["title"].to_dict() if "sources" in pack.tables else {}
    rows = []
    for row_id, kg in emitted:
        if row_id not in frame.index:
            continue
        row = frame.loc[row_id]
        about = {
            "table": table,
            "row_id": str(row_id),
            "name_vi": _word(row.get("name_vi"), str(row_id)),
            "name_en": _word(row.get("name_en"), str(row_id)),
            "emissions_kg_co2e": float(kg),
            "confidence": _word(row.get("confidence")),
            "source": _word(row.get("source")),
            "source_title": _word(titles.get(row.get("source")), _word(row.get("source"))),
            "assumption_ids": ";".join(split_list(row.get("assumption_ids"))),
        }
        for column, unit in factors:
            value = row.get(column)
            if value is not None and np.isfinite(float(value)) and (table != "transshipments" or value):
                rows.append(about | {"what": column, "value": float(value), "unit": _unit(unit, units, str(row_id))})
    return rows


def _unit(unit: str, units: dict[str, str], row_id: str) -> str:
    return unit.format(fuel=units.get(row_id, ""))


def _word(cell: object, otherwise: str = "") -> str:
    return cell if isinstance(cell, str) and cell else otherwise
