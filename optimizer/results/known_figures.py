"""The base run against what is known or estimated: volumes, shares, prices and distances."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geodata.columns import BOX_FORMS, Flags, Floats, Indices
from geodata.paths import LinkEnds, path_trees
from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.results.indicators import Indicators, indicators
from optimizer.results.itineraries import demand_columns
from optimizer.results.names import subject_names
from supplychain.text import Text

PERCENT: Final = 100.0
TEU_OF_40_FT: Final = 2.0
USD_PER_MUSD: Final = 1e6
EMPTY: Final = "empty"
DISTANCE_TOLERANCE: Final = 0.10
"""A road distance may differ by this share: the model's roads are trunk roads, its access roads straight lines."""

COLUMNS: Final = (
    "subject",
    "item",
    "name_vi",
    "name_en",
    "unit",
    "model",
    "known",
    "low",
    "high",
    "difference_percent",
    "within",
    "source",
    "confidence",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What model values are computed from."""

    case: Case
    demand: pd.DataFrame
    indicators: Indicators
    days_per_year: float

    def per_year(self, per_day: float) -> float:
        """Return a yearly amount of a normal year: the peak factor taken off."""
        return per_day * self.days_per_year / self.case.pack.assumption("peak_factor")

    def boxes(self, direction: str) -> pd.DataFrame:
        """Return laden boxes of one direction."""
        return self.demand[self.demand["form"].isin(BOX_FORMS) & (self.demand["direction"] == direction)]


def known_figures(case: Case, plan: Plan) -> pd.DataFrame:
    """Return the model's values beside known figures, estimates and distances of the pack.

    Distances are the shortest by open links, prices those of the cheapest way of one 40 ft box (2 TEU).

    Columns
    -------
    subject
        ``volume``, ``share``, ``price`` or ``distance``.
    item, name_vi, name_en
        Key and names.
    unit
        Unit of the next four.
    model, known, low, high
        The model's value, the figure or estimate, and its range (null where none is given; of distances 10 % wider
        than what is known).
    difference_percent
        (model - known) ÷ known, per cent.
    within
        Whether the model lies in the range; null without one.
    source, confidence
        Of the known figure.
    """
    known = _Known(case, demand_columns(case), indicators(case, plan), case.pack.assumption("working_days_per_year"))
    rows = [*_estimate_rows(known), *_distance_rows(case)]
    table = pd.DataFrame(rows)
    table["difference_percent"] = (table["model"] - table["known"]) / table["known"] * PERCENT
    inside = (table["model"] >= table["low"]) & (table["model"] <= table["high"])
    table["within"] = inside.astype("boolean").mask(table["low"].isna() | table["high"].isna())
    return table[list(COLUMNS)]


def _estimate_rows(known: _Known) -> list[dict[str, Any]]:
    rows = []
    for row in known.case.pack.table("estimates").itertuples():
        if row.quantity not in MODEL_VALUES:
            continue
        subject, value = MODEL_VALUES[row.quantity]
        vietnamese, _, english = str(row.item).partition(" / ")
        rows.append(
            {
                "subject": subject,
                "item": row.quantity,
                "name_vi": vietnamese,
                "name_en": english or vietnamese,
                "unit": row.unit,
                "model": value(known),
                "known": row.central,
                "low": row.low,
                "high": row.high,
                "source": row.source,
                "confidence": row.confidence,
            }
        )
    return rows


def _distance_rows(case: Case) -> list[dict[str, Any]]:
    names = subject_names(case.pack)
    rows = []
    for row in case.pack.table("known_distances").itertuples():
        ends = [names.get(one, Text(en=one, vi=one)) for one in (row.from_id, row.to_id)]
        rows.append(
            {
                "subject": "distance",
                "item": row.distance_id,
                "name_vi": f"{ends[0].vi} – {ends[1].vi}",
                "name_en": f"{ends[0].en}–{ends[1].en}",
                "unit": "km",
                "model": shortest_km(case, str(row.from_id), str(row.to_id), str(row.mode)),
                "known": row.km,
                "low": row.km_low * (1.0 - DISTANCE_TOLERANCE),
                "high": row.km_high * (1.0 + DISTANCE_TOLERANCE),
                "source": row.source,
                "confidence": row.confidence,
            }
        )
    return rows


def shortest_km(case: Case, from_id: str, to_id: str, mode: str) -> float:
    """Return the shortest distance of one mode between two places or terminals, km; NaN where there is no way."""
    links = case.network.links
    usable = links.is_mode(mode) & ~links.is_kind("transshipment") & ~links.is_kind("service")
    return _least(case, usable, links.length_m / 1000.0, (from_id, to_id, mode))[0]


def _least(case: Case, usable: Flags, weight: Floats, ends: tuple[str, str, str]) -> tuple[float, Indices]:
    """Return the least weight between two ends of a mode and the links it takes."""
    from_id, to_id, mode = ends
    network = case.network
    start = from_id if network.has_node(from_id) else f"{from_id}:{mode}"
    end = to_id if network.has_node(to_id) else f"{to_id}:{mode}"
    if not (network.has_node(start) and network.has_node(end)):
        return math.nan, np.empty(0, dtype=np.int32)
    origin, target = network.origin_index(start), network.destination_index(end)
    trees = path_trees(LinkEnds.of_network(network), weight, [origin], usable)
    found = float(trees.impedance[0, target])
    return (found, trees.path(0, target)) if math.isfinite(found) else (math.nan, np.empty(0, dtype=np.int32))


def price_of_40_ft(case: Case, from_id: str, to_id: str, mode: str) -> float:
    """Return the price of one 40 ft box by one mode between two ends, pack money; NaN where there is no way.

    The lightest laden box class is taken, whose price is by TEU slot; the truck's empty return is in the price, the
    handling at terminals is not.
    """
    cls, t_per_teu, route = route_of_40_ft(case, from_id, to_id, mode)
    if route.size == 0:
        return math.nan
    return float(case.problem.money_per_t[cls][route].sum()) * t_per_teu * TEU_OF_40_FT


def route_of_40_ft(case: Case, from_id: str, to_id: str, mode: str) -> tuple[int, float, Indices]:
    """Return class, tonnes per TEU and links of the cheapest way of the box that ``price_of_40_ft`` prices."""
    links, problem = case.network.links, case.problem
    classes = [
        (one.t_per_teu, place)
        for place, one in enumerate(case.demand.classes)
        if one.t_per_teu and not one.is_empty and mode in one.modes
    ]
    t_per_teu, cls = min(classes)
    usable = links.is_mode(mode) & ~links.is_kind("transshipment") & problem.allowed[cls]
    _, route = _least(case, usable, problem.cost_per_t()[cls], (from_id, to_id, mode))
    return cls, t_per_teu, route


def _freight_t_per_day(known: _Known) -> float:
    laden = known.demand[known.demand["direction"] != EMPTY]
    return float(laden["t_per_day"].sum())


def _bulk_t_per_year(known: _Known) -> float:
    bulk = known.demand[known.demand["form"] == "bulk"]
    return known.per_year(float(bulk["t_per_day"].sum()))


def _boxes_per_day(known: _Known) -> float:
    """Return laden boxes of foreign trade a day: a 40 ft box is 2 TEU."""
    sizes = known.case.pack.table("commodities").set_index("commodity_id")["container_size"].astype(str)
    boxes = pd.concat([known.boxes("export"), known.boxes("import")])
    is_20_ft = boxes["commodity_id"].map(sizes).str.startswith("20")
    return float(boxes["teu_per_day"].where(is_20_ft, boxes["teu_per_day"] / TEU_OF_40_FT).sum())


def _teu_per_leased_ha(known: _Known) -> float:
    """Return laden TEU of foreign trade a year per leased hectare of the region's parks."""
    parks = known.case.pack.table("parks")
    parks = parks[parks["in_region"] & (parks["status"] == "open")]
    boxes = pd.concat([known.boxes("export"), known.boxes("import")])
    teu = float(boxes.loc[boxes["place_id"].isin(parks["park_id"]), "teu_per_day"].sum())
    leased_ha = float((parks["area_ha"] * parks["leased_pct"] / PERCENT).sum())
    return known.per_year(teu) / leased_ha if leased_ha else math.nan


def _value_musd(known: _Known, direction: str, **where: tuple[str, ...]) -> float:
    """Return the trade value of the demand of one direction, million USD a year."""
    chosen = known.demand[known.demand["direction"] == direction]
    for column, values in where.items():
        chosen = chosen[chosen[column].isin(values)]
    usd_per_t = known.case.pack.table("commodities").set_index("commodity_id")[f"usd_per_t_{direction}"]
    value = chosen["t_per_day"] * chosen["commodity_id"].map(usd_per_t)
    return known.per_year(float(value.sum())) / USD_PER_MUSD


def _barge_share(known: _Known, group: str) -> float:
    gateways = known.indicators.by_gateway.set_index("gateway_group")
    return float(gateways.loc[group, "barge_share"]) * PERCENT


def _share(name: str) -> Callable[[_Known], float]:
    return lambda known: known.indicators.totals[name] * PERCENT


def _price(from_id: str, to_id: str, mode: str) -> Callable[[_Known], float]:
    return lambda known: price_of_40_ft(known.case, from_id, to_id, mode)


def _us_share(known: _Known) -> float:
    us = _value_musd(known, "export", market_id=("us_west", "us_east"))
    return us / _value_musd(known, "export") * PERCENT


PRICED_ROUTES: Final = {
    "cost_truck_vsip1_cat_lai": ("vsip_1", "cat_lai", "road"),
    "cost_truck_vsip1_cai_mep": ("vsip_1", "tcit", "road"),
    "cost_barge_thanh_phuoc_cai_mep": ("thanh_phuoc", "tcit", "inland_waterway"),
    "cost_rail_song_than_yen_vien": ("ga_song_than", "domestic_north", "rail"),
}
"""Ends and mode of the prices that are estimated."""

MODEL_VALUES: Final[dict[str, tuple[str, Callable[[_Known], float]]]] = {
    "laden_teu_out_per_year": ("volume", lambda known: known.per_year(known.boxes("export")["teu_per_day"].sum())),
    "laden_teu_in_per_year": ("volume", lambda known: known.per_year(known.boxes("import")["teu_per_day"].sum())),
    "freight_t_per_day": ("volume", _freight_t_per_day),
    "bulk_t_per_year": ("volume", _bulk_t_per_year),
    "boxes_per_day": ("volume", _boxes_per_day),
    "net_empties_teu_per_year": ("volume", lambda known: known.per_year(known.boxes(EMPTY)["teu_per_day"].sum())),
    "teu_per_leased_ha_year": ("volume", _teu_per_leased_ha),
    "working_days_per_year": ("volume", lambda known: known.days_per_year),
    "export_musd": ("volume", lambda known: _value_musd(known, "export")),
    "import_musd": ("volume", lambda known: _value_musd(known, "import")),
    "export_wood_musd": ("volume", lambda known: _value_musd(known, "export", commodity_id=("furniture",))),
    "export_us_share": ("share", _us_share),
    "share_hcmc_ports": ("share", _share("gateway_share_hcmc_ports")),
    "share_cai_mep": ("share", _share("gateway_share_cai_mep")),
    "share_other": ("share", _share("gateway_share_other")),
    "barge_share_cai_mep": ("share", _share("barge_share_cai_mep")),
    "barge_share_hcmc_ports": ("share", lambda known: _barge_share(known, "hcmc_ports")),
    **{quantity: ("price", _price(*ends)) for quantity, ends in PRICED_ROUTES.items()},
}
"""How the model's value of an estimate's quantity is found. The pack's ids of places are part of a quantity's key."""
