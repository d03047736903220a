"""How one demand row came about: every step with its number, and the rows it was taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from supplychain.demand.build import (
    CALENDAR_ASSUMPTIONS,
    POOLING_ASSUMPTION,
    build_flows,
    days_factor,
    empties_by_type,
)
from supplychain.demand.changes import ADDED_PREFIX, DemandChange, change_flows
from supplychain.demand.flows import OUTWARD, YearlyFlows
from supplychain.demand.freight_classes import EMPTY_COMMODITY_ID
from supplychain.demand.places import WeightColumn, place_weights
from supplychain.demand.values import Demand
from supplychain.errors import HinterlandError
from supplychain.pack import Pack, split_list
from supplychain.text import Text


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the chain.

    Parameters
    ----------
    text
        What is done, with the numbers it is done with.
    rows
        Rows it reads, as ``table:id``.
    value
        Result of the step.
    unit
        Unit of the result.
    """

    text: Text
    rows: tuple[str, ...]
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class DemandTrace:
    """The steps from the pack's rows to one demand row; the last two values are the row's tonnes and TEU a day."""

    demand_id: str
    steps: tuple[TraceStep, ...]
    assumption_ids: tuple[str, ...]


class UnknownDemandError(HinterlandError):
    """A demand id that the demand does not have."""


def trace_demand(pack: Pack, demand: Demand, demand_id: str, changes: Sequence[DemandChange] = ()) -> DemandTrace:
    """Return the steps that lead to one demand row.

    Parameters
    ----------
    pack
        The pack the demand was built from, factor assumptions applied.
    demand
        The demand.
    demand_id
        Row to explain.
    changes
        Changes of the scenario that the demand was built with.

    Raises
    ------
    UnknownDemandError
        When the demand has no such row.
    """
    found = np.flatnonzero(demand.demand_id == demand_id)
    if not len(found):
        raise UnknownDemandError(
            Text(
                en="There is no demand row {id}; demand ids are trade_id:place_id:form or empty:box:place_id:in|out.",
                vi="Không có dòng nhu cầu {id}; mã có dạng trade_id:place_id:form hoặc empty:box:place_id:in|out.",
            ).format(id=demand_id)
        )
    row = int(found[0])
    flows = change_flows(build_flows(pack), pack, changes, days_factor(pack))
    place_id = str(demand.place_id[row])
    if demand.direction[row] == "empty":
        steps = _empty_steps(pack, flows, demand_id, place_id)
    else:
        form = demand.classes[demand.class_index[row]].form
        steps = _laden_steps(pack, flows, str(demand.trade_id[row]), place_id, form)
    return DemandTrace(demand_id, tuple(steps), split_list(str(demand.assumption_ids[row])))


def _laden_steps(pack: Pack, flows: YearlyFlows, trade_id: str, place_id: str, form: str) -> list[TraceStep]:
    at = int(np.flatnonzero(flows.trade["trade_id"] == trade_id)[0])
    trade = flows.trade.iloc[at]
    in_boxes = form != "bulk"
    commodity = f"commodities:{trade['commodity_id']}"
    steps: list[TraceStep] = []
    mass = 0.0
    if not trade_id.startswith(ADDED_PREFIX):
        steps, mass = _base_steps(pack, flows, at, place_id, form)
    if flows.changed_mass_t is not None:
        place = int(np.flatnonzero(flows.places["place_id"] == place_id)[0])
        changed = float(flows.changed_mass_t[at, place, 0 if in_boxes else 1])
        if changed != mass:
            steps.append(_changed_step(mass, changed))
            mass = changed
    steps.append(_day_step(pack, mass, "t/day"))
    t_per_teu = float(flows.t_per_teu[at])
    teu = steps[-1].value / t_per_teu if in_boxes else 0.0
    steps.append(
        _step(
            "÷ {t:.4g} t in a TEU" if in_boxes else "bulk has no boxes",
            "÷ {t:.4g} t mỗi TEU" if in_boxes else "hàng rời không có công-ten-nơ",
            (commodity,),
            (teu, "TEU/day"),
            t=t_per_teu,
        )
    )
    return steps


def _changed_step(before: float, after: float) -> TraceStep:
    if before > 0:
        return _step(
            "× {factor:.6g}, changes of the scenario",
            "× {factor:.6g}, các thay đổi của kịch bản",
            (),
            (after, "t/year"),
            factor=after / before,
        )
    return _step("added by the scenario", "do kịch bản thêm vào", (), (after, "t/year"))


def _base_steps(pack: Pack, flows: YearlyFlows, at: int, place_id: str, form: str) -> tuple[list[TraceStep], float]:
    """Return the steps to the tonnes a year of one trade row, place and form before any change, and these tonnes."""
    trade = flows.trade.iloc[at]
    place = int(np.flatnonzero(flows.places["place_id"] == place_id)[0])
    if not flows.place_share[at, place] > 0:
        return [], 0.0
    steps = _trade_steps(pack, trade)
    in_boxes = form != "bulk"
    share = float(flows.box_share[at]) if in_boxes else 1.0 - float(flows.box_share[at])
    mass = float(trade["mass_t_per_year"]) * share
    commodity = f"commodities:{trade['commodity_id']}"
    steps.append(
        _step(
            "× {share:.4g}, share that travels as {form}",
            "× {share:.4g}, phần đi dạng {form}",
            (commodity,),
            (mass, "t/year"),
            share=share,
            form=form,
        )
    )
    step, place_share = _place_step(pack, flows, trade, place_id, mass)
    return [*steps, step], mass * place_share


def _trade_steps(pack: Pack, trade: pd.Series) -> list[TraceStep]:
    row = f"trade:{trade['trade_id']}"
    seed, amount = float(trade["seed"]), float(trade["amount"])
    unit = "MUSD/year" if trade["unit"] == "musd" else "t/year"
    controls = pack.table("controls")
    here = controls["direction"] == trade["direction"]
    for column in ("commodity_id", "market_id"):
        here &= controls[column].isna() | (controls[column] == trade[column])
    ids = tuple(f"controls:{control_id}" for control_id in controls.loc[here, "control_id"])
    steps = [
        _step("seed of the trade row", "giá trị mồi của dòng thương mại", (row,), (seed, unit)),
        _step(
            "× {factor:.6g}, balanced to the controls",
            "× {factor:.6g}, cân bằng theo các tổng kiểm soát",
            (row, *ids),
            (amount, unit),
            factor=amount / seed,
        ),
    ]
    if trade["unit"] == "musd":
        steps.append(
            _step(
                "÷ {price:.6g} USD/t",
                "÷ {price:.6g} USD/tấn",
                (f"commodities:{trade['commodity_id']}",),
                (float(trade["mass_t_per_year"]), "t/year"),
                price=float(trade["usd_per_t"]),
            )
        )
    return steps


def _place_step(
    pack: Pack, flows: YearlyFlows, trade: pd.Series, place_id: str, mass: float
) -> tuple[TraceStep, float]:
    places = flows.places
    at = int(np.flatnonzero(places["place_id"] == place_id)[0])
    place = places.iloc[at]
    column: WeightColumn = "out_weight" if trade["direction"] in OUTWARD else "in_weight"
    weights = place_weights(pack, places, [trade["commodity_id"]], column)[0]
    share = float(weights[at] / weights.sum())
    mixes = pack.table("industry_mixes")
    here = (mixes["mix_id"] == place["mix_id"]) & (mixes["commodity_id"] == trade["commodity_id"])
    rows = (f"{place['table']}:{place_id}", *(f"industry_mixes:{row}" for row in mixes.loc[here, "mix_row_id"]))
    step = _step(
        "× {share:.4g} = {ha:.6g} leased ha × {weight:.4g} ({column}) ÷ {total:.6g} over all places",
        "× {share:.4g} = {ha:.6g} ha đã cho thuê × {weight:.4g} ({column}) ÷ {total:.6g} của mọi địa điểm",
        rows,
        (mass * share, "t/year"),
        share=share,
        ha=float(place["leased_ha"]),
        weight=float(weights[at] / place["leased_ha"]),
        column=column,
        total=float(weights.sum()),
    )
    return step, share


def _empty_steps(pack: Pack, flows: YearlyFlows, demand_id: str, place_id: str) -> list[TraceStep]:
    _, box_type, _, way = demand_id.split(":")
    pooling = pack.assumption(POOLING_ASSUMPTION)
    out_teu, in_teu, to_place, from_place = empties_by_type(flows, pooling)[box_type]
    at = int(np.flatnonzero(flows.places["place_id"] == place_id)[0])
    balance = float(out_teu[at] - in_teu[at])
    moved = float((to_place if way == "in" else from_place)[at])
    table = flows.places["table"].iloc[at]
    tare = pack.table("commodities").set_index("commodity_id").loc[EMPTY_COMMODITY_ID, "t_per_teu"]
    mass_day = moved * float(tare) * days_factor(pack)
    return [
        _step(
            "{out:.6g} laden TEU out − {into:.6g} in, box type {box}",
            "{out:.6g} TEU có hàng đi − {into:.6g} đến, loại vỏ {box}",
            (f"{table}:{place_id}",),
            (balance, "TEU/year"),
            out=float(out_teu[at]),
            into=float(in_teu[at]),
            box=box_type,
        ),
        _step(
            "× {share:.4g}, what is left after boxes are re-used between places (pooling share {pooling:.4g})",
            "× {share:.4g}, phần còn lại sau khi các địa điểm dùng lại vỏ của nhau (tỷ lệ {pooling:.4g})",
            (f"assumptions:{POOLING_ASSUMPTION}",),
            (moved, "TEU/year"),
            share=moved / abs(balance),
            pooling=pooling,
        ),
        _step(
            "× {tare:.4g} t tare in a TEU × {factor:.6g} (peak factor ÷ working days)",
            "× {tare:.4g} t vỏ mỗi TEU × {factor:.6g} (hệ số cao điểm ÷ số ngày làm việc)",
            (f"commodities:{EMPTY_COMMODITY_ID}", *_calendar_rows()),
            (mass_day, "t/day"),
            tare=float(tare),
            factor=days_factor(pack),
        ),
        _day_step(pack, moved, "TEU/day"),
    ]


def _day_step(pack: Pack, per_year: float, unit: str) -> TraceStep:
    return _step(
        "× {peak:.4g} (peak factor) ÷ {days:.4g} working days",
        "× {peak:.4g} (hệ số cao điểm) ÷ {days:.4g} ngày làm việc",
        _calendar_rows(),
        (per_year * days_factor(pack), unit),
        peak=pack.assumption("peak_factor"),
        days=pack.assumption("working_days_per_year"),
    )


def _calendar_rows() -> tuple[str, ...]:
    return tuple(f"assumptions:{name}" for name in split_list(CALENDAR_ASSUMPTIONS))


def _step(en: str, vi: str, rows: tuple[str, ...], result: tuple[float, str], **values: object) -> TraceStep:
    value, unit = result
    return TraceStep(Text(en=en, vi=vi).format(**values), rows, value, unit)
