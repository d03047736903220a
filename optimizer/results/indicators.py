"""Indicators of a plan: totals per working day and tables by mode, gateway, place, commodity, market and link."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geodata.columns import BOX_FORMS
from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.results.flow_tables import bottleneck_table, link_table, throughput_by_terminal
from optimizer.results.itineraries import INLAND_MODES, demand_columns, itineraries, itinerary_paths
from optimizer.results.legs import HANDLING, INLAND, SEGMENTS
from optimizer.results.names import GATEWAY_NAMES, NAME_COLUMNS, gateway_names, names_of, place_table
from supplychain.vocabulary import MODES

GATEWAY_GROUPS = tuple(GATEWAY_NAMES)
FOREIGN_TRADE = ("export", "import")


@dataclass(frozen=True, slots=True, eq=False)
class Indicators:
    """What a plan comes to; per working day, money in the pack's currency and price year.

    Parameters
    ----------
    totals
        Totals and shares by name; the unit ends the name (``_t_per_day``, ``_kg_co2e_per_day``; ``cost_per_day`` is
        pack money; shares are 0–1).
    by_mode
        mode, t_per_day (carried on any leg), t_main_per_day (whose longest inland leg it is), share_t, tkm_per_day,
        inland_tkm_per_day, share_tkm (of inland tkm), vehicle_km_per_day, cost_per_day, resource_cost_per_day,
        emissions_kg_co2e_per_day, ttw_kg_co2e_per_day, wtt_kg_co2e_per_day. Terminals stand in a row of their own,
        ``handling``.
    by_gateway
        gateway_group, name_vi, name_en, teu_per_day, t_per_day, share_teu, share_t, teu_road, teu_inland_waterway,
        teu_rail, barge_share. Laden boxes of foreign trade; tonnes of all foreign trade.
    by_terminal
        terminal_id, name_vi, name_en, kind, gateway_group, teu_per_day, t_per_day, share_teu, barge_share (as
        gateway of foreign trade), throughput_teu_per_day, throughput_t_per_day (every handling).
    by_park
        place_id, name_vi, name_en, place_kind, lat, lon, t_out_per_day, t_in_per_day, teu_out_per_day,
        teu_in_per_day, unserved_t_per_day, cost_per_day, cost_per_t, mean_time_h, emissions_kg_co2e_per_day,
        emissions_kg_co2e_per_t, share_hcmc_ports, share_cai_mep.
    by_commodity
        commodity_id, name_vi, name_en, t_per_day, teu_per_day, unserved_t_per_day, tkm_per_day, cost_per_day,
        cost_per_t, mean_time_h, emissions_kg_co2e_per_day, share_hcmc_ports, share_cai_mep.
    by_market
        market_id, name_vi, name_en, kind, t_out_per_day, t_in_per_day, teu_per_day, unserved_t_per_day,
        cost_per_day, cost_per_t, mean_time_h, emissions_kg_co2e_per_day, share_hcmc_ports, share_cai_mep.
    links
        link_id, row_id, row_table, kind, mode, name (Vietnamese), name_en, from_id, to_id, t_per_day, teu_per_day,
        vehicles_per_day, capacity_id, capacity_per_day, capacity_unit, background_per_day, utilisation (both together
        ÷ capacity; null where nothing is limited).
    bottlenecks
        capacity_id, kind, row_id, name_vi, name_en, unit, capacity_per_day, background_per_day, residual_per_day,
        used_per_day, utilisation (of the residual), shadow_price (pack money per unit), shadow_money, shadow_time,
        shadow_carbon, shadow_penalty, shadow_from, shadow_to, penalty_driven. Capacities that bind, dearest day first.
    """

    totals: dict[str, float]
    by_mode: pd.DataFrame
    by_gateway: pd.DataFrame
    by_terminal: pd.DataFrame
    by_park: pd.DataFrame
    by_commodity: pd.DataFrame
    by_market: pd.DataFrame
    links: pd.DataFrame
    bottlenecks: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Tables that every indicator is taken from."""

    demand: pd.DataFrame
    legs: pd.DataFrame
    paths: pd.DataFrame


def indicators(case: Case, plan: Plan) -> Indicators:
    """Return the indicators of a plan."""
    demand = demand_columns(case)
    demand["unserved_t"] = plan.unserved_t_per_day
    demand["unserved_teu"] = plan.unserved_t_per_day * demand["teu_per_t"]
    legs = itineraries(case, plan)
    tables = _Tables(demand, legs, itinerary_paths(case, plan, legs))
    gateways = _by_gateway(tables.paths)
    bottlenecks = bottleneck_table(case, plan)
    by_mode = _by_mode(tables)
    return Indicators(
        totals=_totals(plan, tables) | _shares(gateways, by_mode) | {"binding_capacities": float(len(bottlenecks))},
        by_mode=by_mode,
        by_gateway=gateways,
        by_terminal=_by_terminal(case, tables),
        by_park=_by_park(case, tables),
        by_commodity=_by_commodity(case, tables),
        by_market=_by_market(case, tables),
        links=link_table(case, plan),
        bottlenecks=bottlenecks,
    )


def _totals(plan: Plan, tables: _Tables) -> dict[str, float]:
    demand, legs, paths = tables.demand, tables.legs, tables.paths
    tkm = legs["t_per_day"] * legs["distance_km"]
    handling = legs["leg_kind"] == HANDLING
    totals: dict[str, float] = {
        "demand_t_per_day": demand["t_per_day"].sum(),
        "t_per_day": paths["t_per_day"].sum(),
        "unserved_t_per_day": demand["unserved_t"].sum(),
        "demand_teu_per_day": demand["teu_per_day"].sum(),
        "teu_per_day": paths["teu_per_day"].sum(),
        "unserved_teu_per_day": demand["unserved_teu"].sum(),
        "tkm_per_day": tkm.sum(),
        "cost_per_day": legs["price"].sum(),
        "resource_cost_per_day": legs["resource_cost"].sum(),
        "time_cost_per_day": plan.time_cost,
        "carbon_cost_per_day": plan.carbon_cost,
        "penalty_cost_per_day": plan.penalty_cost,
        "generalised_cost_per_day": plan.objective,
        "emissions_kg_co2e_per_day": legs["emissions_kg_co2e"].sum(),
        "ttw_kg_co2e_per_day": legs["ttw_kg_co2e"].sum(),
        "wtt_kg_co2e_per_day": legs["wtt_kg_co2e"].sum(),
        "terminal_emissions_kg_co2e_per_day": legs.loc[handling, "emissions_kg_co2e"].sum(),
    }
    for segment in SEGMENTS:
        part = legs["segment"] == segment
        totals[f"{segment}_tkm_per_day"] = tkm[part].sum()
        totals[f"{segment}_cost_per_day"] = legs.loc[part, "price"].sum()
        totals[f"{segment}_resource_cost_per_day"] = legs.loc[part, "resource_cost"].sum()
        totals[f"{segment}_emissions_kg_co2e_per_day"] = legs.loc[part, "emissions_kg_co2e"].sum()
        totals[f"{segment}_vehicle_km_per_day"] = legs.loc[part, "vehicle_km"].sum()
    served = totals["t_per_day"]
    totals["mean_time_h"] = (paths["time_h"] * paths["t_per_day"]).sum() / served if served else 0.0
    totals["cost_per_t"] = totals["cost_per_day"] / served if served else 0.0
    return {name: float(value) for name, value in totals.items()}


def _shares(gateways: pd.DataFrame, by_mode: pd.DataFrame) -> dict[str, float]:
    shares: dict[str, float] = {}
    by_group = gateways.set_index("gateway_group")
    for group in GATEWAY_GROUPS:
        shares[f"gateway_share_{group}"] = float(by_group.loc[group, "share_teu"])
    shares["barge_share_cai_mep"] = float(by_group.loc["cai_mep", "barge_share"])
    rows = by_mode.set_index("mode")
    for mode in INLAND_MODES:
        shares[f"mode_share_tkm_{mode}"] = float(rows.loc[mode, "share_tkm"])
        shares[f"mode_share_t_{mode}"] = float(rows.loc[mode, "share_t"])
    return shares


def _by_mode(tables: _Tables) -> pd.DataFrame:
    legs, paths = tables.legs, tables.paths
    label = legs["mode"].where(legs["leg_kind"] != HANDLING, HANDLING)
    legs = legs.assign(mode=label, tkm=legs["t_per_day"] * legs["distance_km"])
    legs["inland_tkm"] = legs["tkm"].where(legs["segment"] == INLAND, 0.0)
    carried = legs.drop_duplicates(["path_id", "mode"]).groupby("mode")["t_per_day"].sum()
    main = paths.groupby("main_inland_mode")["t_per_day"].sum()
    names = {
        "tkm": "tkm_per_day",
        "inland_tkm": "inland_tkm_per_day",
        "vehicle_km": "vehicle_km_per_day",
        "price": "cost_per_day",
        "resource_cost": "resource_cost_per_day",
        "emissions_kg_co2e": "emissions_kg_co2e_per_day",
        "ttw_kg_co2e": "ttw_kg_co2e_per_day",
        "wtt_kg_co2e": "wtt_kg_co2e_per_day",
    }
    sums = legs.groupby("mode")[list(names)].sum().rename(columns=names)
    table = pd.DataFrame({"mode": [*MODES, HANDLING]})
    table["t_per_day"] = table["mode"].map(carried).fillna(0.0)
    table["t_main_per_day"] = table["mode"].map(main).fillna(0.0)
    table["share_t"] = _share(table["t_main_per_day"])
    table = table.join(sums, on="mode").fillna(dict.fromkeys(names.values(), 0.0))
    inland = table["mode"].isin(INLAND_MODES)
    table["share_t"] = table["share_t"].where(inland)
    table.insert(6, "share_tkm", _share(table["inland_tkm_per_day"]).where(inland))
    return table


def _share(amounts: pd.Series) -> pd.Series:
    total = float(amounts.sum())
    return amounts / total if total > 0 else amounts * 0.0


def foreign_boxes(paths: pd.DataFrame) -> pd.DataFrame:
    """Return the paths of laden boxes of foreign trade, of which gateway shares are counted."""
    return paths[paths["direction"].isin(FOREIGN_TRADE) & paths["form"].isin(BOX_FORMS)]


def _by_gateway(paths: pd.DataFrame) -> pd.DataFrame:
    boxes = foreign_boxes(paths)
    trade = paths[paths["direction"].isin(FOREIGN_TRADE)]
    table = pd.DataFrame({"gateway_group": list(GATEWAY_GROUPS)})
    table["name_vi"] = [gateway_names(group).vi for group in GATEWAY_GROUPS]
    table["name_en"] = [gateway_names(group).en for group in GATEWAY_GROUPS]
    for column, rows, amount in (("teu_per_day", boxes, "teu_per_day"), ("t_per_day", trade, "t_per_day")):
        sums = rows.groupby("gateway_group")[amount].sum()
        table[column] = table["gateway_group"].map(sums).fillna(0.0)
    table["share_teu"], table["share_t"] = _share(table["teu_per_day"]), _share(table["t_per_day"])
    for mode in INLAND_MODES:
        sums = boxes[boxes["access_mode"] == mode].groupby("gateway_group")["teu_per_day"].sum()
        table[f"teu_{mode}"] = table["gateway_group"].map(sums).fillna(0.0)
    table["barge_share"] = _ratio(table["teu_inland_waterway"], table["teu_per_day"]).fillna(0.0)
    return table


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return part ÷ whole, null where the whole is 0."""
    return part / whole.where(whole > 0)


def _by_terminal(case: Case, tables: _Tables) -> pd.DataFrame:
    terminals = case.pack.table("terminals")
    boxes = foreign_boxes(tables.paths)
    trade = tables.paths[tables.paths["direction"].isin(FOREIGN_TRADE)]
    table = terminals[["terminal_id", *NAME_COLUMNS, "kind", "gateway_group"]].copy()
    key = table["terminal_id"]
    table["teu_per_day"] = key.map(boxes.groupby("gateway_id")["teu_per_day"].sum()).fillna(0.0)
    table["t_per_day"] = key.map(trade.groupby("gateway_id")["t_per_day"].sum()).fillna(0.0)
    table["share_teu"] = _share(table["teu_per_day"])
    by_barge = boxes[boxes["access_mode"] == "inland_waterway"].groupby("gateway_id")["teu_per_day"].sum()
    table["barge_share"] = _ratio(key.map(by_barge).fillna(0.0), table["teu_per_day"])
    passed = throughput_by_terminal(tables.legs)
    table = table.join(passed, on="terminal_id").fillna(dict.fromkeys(passed.columns, 0.0))
    used = (table["throughput_t_per_day"] > 0) | (table["t_per_day"] > 0)
    order = table[used].sort_values("throughput_t_per_day", ascending=False, kind="stable")
    return order.reset_index(drop=True)


def _by_group(tables: _Tables, key: str) -> pd.DataFrame:
    """Return the columns that tables by place, commodity and market share, by ``key``."""
    paths = tables.paths
    work = paths.assign(time_t=paths["time_h"] * paths["t_per_day"], tkm=paths["t_per_day"] * paths["distance_km"])
    sums = work.groupby(key)[["t_per_day", "teu_per_day", "tkm", "price", "time_t", "emissions_kg_co2e"]].sum()
    wanted = tables.demand.groupby(key)["unserved_t"].sum()
    sums = sums.reindex(wanted.index, fill_value=0.0)
    table = pd.DataFrame({"t_per_day": sums["t_per_day"], "teu_per_day": sums["teu_per_day"]})
    for direction, outward in (("out", True), ("in", False)):
        one_way = (paths["origin_id"] == paths["place_id"]) == outward
        way = paths[one_way].groupby(key)[["t_per_day", "teu_per_day"]].sum().reindex(table.index, fill_value=0.0)
        table[f"t_{direction}_per_day"], table[f"teu_{direction}_per_day"] = way["t_per_day"], way["teu_per_day"]
    table["unserved_t_per_day"] = wanted
    table["tkm_per_day"] = sums["tkm"]
    table["cost_per_day"] = sums["price"]
    table["cost_per_t"] = _ratio(sums["price"], sums["t_per_day"])
    table["mean_time_h"] = _ratio(sums["time_t"], sums["t_per_day"])
    table["emissions_kg_co2e_per_day"] = sums["emissions_kg_co2e"]
    table["emissions_kg_co2e_per_t"] = _ratio(sums["emissions_kg_co2e"], sums["t_per_day"])
    boxes = foreign_boxes(paths)
    all_boxes = boxes.groupby(key)["teu_per_day"].sum().reindex(table.index, fill_value=0.0)
    for group in ("hcmc_ports", "cai_mep"):
        part = boxes[boxes["gateway_group"] == group].groupby(key)["teu_per_day"].sum()
        table[f"share_{group}"] = _ratio(part.reindex(table.index, fill_value=0.0), all_boxes)
    return table.reset_index()


PARK_COLUMNS = (
    "place_id",
    "name_vi",
    "name_en",
    "place_kind",
    "lat",
    "lon",
    "t_out_per_day",
    "t_in_per_day",
    "teu_out_per_day",
    "teu_in_per_day",
    "unserved_t_per_day",
    "cost_per_day",
    "cost_per_t",
    "mean_time_h",
    "emissions_kg_co2e_per_day",
    "emissions_kg_co2e_per_t",
    "share_hcmc_ports",
    "share_cai_mep",
)
COMMODITY_COLUMNS = (
    "commodity_id",
    "name_vi",
    "name_en",
    "t_per_day",
    "teu_per_day",
    "unserved_t_per_day",
    "tkm_per_day",
    "cost_per_day",
    "cost_per_t",
    "mean_time_h",
    "emissions_kg_co2e_per_day",
    "share_hcmc_ports",
    "share_cai_mep",
)
MARKET_COLUMNS = (
    "market_id",
    "name_vi",
    "name_en",
    "kind",
    "t_out_per_day",
    "t_in_per_day",
    "teu_per_day",
    "unserved_t_per_day",
    "cost_per_day",
    "cost_per_t",
    "mean_time_h",
    "emissions_kg_co2e_per_day",
    "share_hcmc_ports",
    "share_cai_mep",
)


def _by_park(case: Case, tables: _Tables) -> pd.DataFrame:
    table = _by_group(tables, "place_id").merge(place_table(case.pack), on="place_id", how="left")
    return table[list(PARK_COLUMNS)]


def _by_commodity(case: Case, tables: _Tables) -> pd.DataFrame:
    table = _by_group(tables, "commodity_id").join(names_of(case.pack, "commodities"), on="commodity_id")
    return table[list(COMMODITY_COLUMNS)]


def _by_market(case: Case, tables: _Tables) -> pd.DataFrame:
    markets = case.pack.table("markets").set_index("market_id")[[*NAME_COLUMNS, "kind"]]
    return _by_group(tables, "market_id").join(markets, on="market_id")[list(MARKET_COLUMNS)]
