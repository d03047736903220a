"""From the pack's trade, places and assumptions to freight per working day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.assumptions import assumption_within
from supplychain.demand.changes import DemandChange, change_flows
from supplychain.demand.empties import net_empties
from supplychain.demand.flows import OUTWARD, SHARE_COLUMN, YearlyFlows, box_pool
from supplychain.demand.freight_classes import EMPTY_COMMODITY_ID, Form, FreightClass, build_freight_classes
from supplychain.demand.places import WeightColumn, build_places, place_shares, place_weights
from supplychain.demand.rows import join_ids, row_finding
from supplychain.demand.trade import build_trade
from supplychain.demand.values import Demand
from supplychain.errors import FindingsError
from supplychain.pack import Pack
from supplychain.text import Text

DAYS_IN_A_YEAR: Final = 366.0
LARGEST_PEAK_FACTOR: Final = 100.0
CALENDAR_ASSUMPTIONS: Final = "peak_factor;working_days_per_year"
POOLING_ASSUMPTION: Final = "empties_pooling_share"
EMPTY_DEPOT_KIND: Final = "empty_depot"


def build_flows(pack: Pack) -> YearlyFlows:
    """Return the laden freight of a year by trade row and place.

    Raises
    ------
    FindingsError
        With every row whose share of boxes or tonnes per TEU is missing or out of range, and every commodity with
        trade but no open place whose industry mix has a weight for it.
    ControlError
        When the controls contradict each other or the seed.
    """
    trade = build_trade(pack)
    places = build_places(pack)
    commodities = pack.table("commodities").set_index("commodity_id").loc[trade["commodity_id"]]
    share_columns = trade["direction"].map(SHARE_COLUMN)
    box_share = np.array([commodities[column].iloc[row] for row, column in enumerate(share_columns)], dtype=np.float64)
    flows = YearlyFlows(
        trade=trade,
        places=places,
        box_share=box_share,
        place_share=_shares_of_trade(pack, trade, places),
        t_per_teu=commodities["t_per_teu"].to_numpy(dtype=np.float64),
        box=commodities["box"].to_numpy(dtype=np.str_),
        box_type=box_pool(commodities),
    )
    _check_flows(flows)
    return flows


def build_demand(pack: Pack, changes: Sequence[DemandChange] = ()) -> Demand:
    """Return the freight of one working day of the pack's base year, laden and empty.

    The chain: trade seed → controls (iterative proportional fitting) → tonnes (USD per tonne) → boxes and bulk
    (container share) → TEU (tonnes per TEU) → places (leased hectares × weight of the industry mix) → working day
    (÷ ``working_days_per_year`` × ``peak_factor``). Rows without any tonne are left out; no tonne is lost. Empty
    boxes follow from the balance of laden boxes at each place (:func:`supplychain.demand.empties.net_empties`).

    Parameters
    ----------
    pack
        A region pack whose factor assumptions have been applied
        (:func:`supplychain.assumptions.apply_assumptions`).
    changes
        Freight multiplied or added, after the controls are met and before empties are worked out.

    Raises
    ------
    FindingsError
        With everything of the pack or the changes that freight cannot be derived from.
    """
    per_day = days_factor(pack)
    flows = change_flows(build_flows(pack), pack, changes, per_day)
    laden = _laden_rows(pack, flows, per_day)
    empty = _empty_rows(pack, flows, per_day)
    rows = pd.concat([laden, empty], ignore_index=True).sort_values("demand_id", ignore_index=True)
    wanted: list[tuple[str, Form]] = sorted(set(zip(rows["commodity_id"], rows["form"], strict=True)))
    classes = build_freight_classes(pack, wanted)
    return _to_demand(rows, classes)


def days_factor(pack: Pack) -> float:
    """Return what a year's freight is multiplied with to get that of one working day."""
    peak = assumption_within(pack, "peak_factor", 0.0, LARGEST_PEAK_FACTOR)
    return peak / assumption_within(pack, "working_days_per_year", 1.0, DAYS_IN_A_YEAR)


def empties_by_type(flows: YearlyFlows, pooling_share: float) -> dict[str, tuple[NDArray[np.float64], ...]]:
    """Return, per box type, laden TEU out and in and empty TEU to and from each place, per year."""
    teu = flows.mass_t[:, :, 0] / flows.t_per_teu[:, None]
    result: dict[str, tuple[NDArray[np.float64], ...]] = {}
    for box_type in sorted(set(flows.box_type)):
        of_type = flows.box_type == box_type
        out_teu = teu[of_type & flows.outward].sum(axis=0)
        in_teu = teu[of_type & ~flows.outward].sum(axis=0)
        result[str(box_type)] = (out_teu, in_teu, *net_empties(out_teu, in_teu, pooling_share))
    return result


def _shares_of_trade(pack: Pack, trade: pd.DataFrame, places: pd.DataFrame) -> NDArray[np.float64]:
    commodity_ids, rows = np.unique(trade["commodity_id"].to_numpy(dtype=np.str_), return_inverse=True)
    shares = np.zeros((len(trade), len(places)))
    outward = trade["direction"].isin(OUTWARD).to_numpy()
    columns: tuple[tuple[NDArray[np.bool_], WeightColumn], ...] = ((outward, "out_weight"), (~outward, "in_weight"))
    for here, column in columns:
        by_commodity = place_shares(place_weights(pack, places, list(commodity_ids), column))
        shares[here] = by_commodity[rows[here]]
    return shares


def _check_flows(flows: YearlyFlows) -> None:
    trade = flows.trade
    moved = trade["mass_t_per_year"].to_numpy(dtype=np.float64) > 0
    checks = (
        (
            ~((flows.box_share >= 0) & (flows.box_share <= 1)),
            Text(
                en="commodity {commodity} has no container share between 0 and 1 for direction {direction}.",
                vi="mặt hàng {commodity} không có tỷ lệ đóng công-ten-nơ từ 0 đến 1 cho chiều {direction}.",
            ),
        ),
        (
            (flows.box_share > 0) & ~(flows.t_per_teu > 0),
            Text(
                en="commodity {commodity} has no t_per_teu above 0.",
                vi="mặt hàng {commodity} không có t_per_teu lớn hơn 0.",
            ),
        ),
        (
            ~(flows.place_share.sum(axis=1) > 0),
            Text(
                en="no open place has an industry mix with a weight for {commodity} in direction {direction}: its "
                "tonnes would be lost.",
                vi="không có địa điểm đang hoạt động nào có trọng số cho {commodity} theo chiều {direction}: "
                "khối lượng sẽ bị mất.",
            ),
        ),
    )
    findings = [
        row_finding(
            "trade",
            int(trade["position"].iloc[row]),
            "commodity_id",
            text.format(commodity=trade["commodity_id"].iloc[row], direction=trade["direction"].iloc[row]),
        )
        for wrong, text in checks
        for row in np.flatnonzero(wrong & moved)
    ]
    if findings:
        raise FindingsError(
            Text(
                en=f"Freight cannot be derived from the pack: {len(findings)} finding(s).",
                vi=f"Không thể suy ra nhu cầu vận tải từ gói dữ liệu: {len(findings)} lỗi.",
            ),
            findings,
        )


def _laden_rows(pack: Pack, flows: YearlyFlows, per_day: float) -> pd.DataFrame:
    mass = flows.mass_t * per_day
    row, place, bulk = np.nonzero(mass)
    trade = flows.trade.iloc[row].reset_index(drop=True)
    places = flows.places.iloc[place].reset_index(drop=True)
    outward = flows.outward[row]
    form = np.where(bulk == 1, "bulk", flows.box[row])
    tonnes = mass[row, place, bulk]
    return pd.DataFrame(
        {
            "demand_id": trade["trade_id"] + ":" + places["place_id"] + ":" + form,
            "origin_id": np.where(outward, places["place_id"], trade["market_id"]),
            "destination_id": np.where(outward, trade["market_id"], places["place_id"]),
            "commodity_id": trade["commodity_id"],
            "form": form,
            "direction": trade["direction"],
            "mass_t_per_day": tonnes,
            "teu_per_day": np.where(bulk == 1, 0.0, tonnes / flows.t_per_teu[row]),
            "trade_id": trade["trade_id"],
            "place_id": places["place_id"],
            "mix_id": places["mix_id"],
            "assumption_ids": _laden_assumptions(pack, trade, places),
        }
    )


def _laden_assumptions(pack: Pack, trade: pd.DataFrame, places: pd.DataFrame) -> list[str]:
    """Return the assumptions named by each row's trade, commodity, mix and place rows and by the calendar."""
    of_commodity = pack.table("commodities").set_index("commodity_id")["assumption_ids"].to_dict()
    of_mix = {
        (mix_id, commodity_id): cell
        for mix_id, commodity_id, cell in pack.table("industry_mixes")[
            ["mix_id", "commodity_id", "assumption_ids"]
        ].itertuples(index=False)
    }
    of_controls = {
        direction: join_ids(*cells)
        for direction, cells in pack.table("controls").groupby("direction")["assumption_ids"]
    }
    return [
        join_ids(
            CALENDAR_ASSUMPTIONS,
            trade_cell,
            of_controls.get(direction),
            of_commodity.get(commodity_id),
            of_mix.get((mix_id, commodity_id)),
            place_cell,
        )
        for trade_cell, direction, commodity_id, mix_id, place_cell in zip(
            trade["assumption_ids"],
            trade["direction"],
            trade["commodity_id"],
            places["mix_id"],
            places["assumption_ids"],
            strict=True,
        )
    ]


def _empty_rows(pack: Pack, flows: YearlyFlows, per_day: float) -> pd.DataFrame:
    balance = empties_by_type(flows, assumption_within(pack, POOLING_ASSUMPTION, 0.0, 1.0))
    parts = []
    for box_type, (_, _, to_place, from_place) in balance.items():
        for teu, inward in ((to_place, True), (from_place, False)):
            moved = flows.places[teu > 0].assign(teu=teu[teu > 0], inward=inward, box_type=box_type)
            parts.append(moved)
    nothing = flows.places.iloc[:0].assign(teu=0.0, inward=False, box_type="")
    rows = pd.concat(parts, ignore_index=True) if parts else nothing
    depot = _empty_depot(pack) if len(rows) else ""
    tare = _empty_commodity(pack) if len(rows) else pd.Series({"t_per_teu": 0.0, "assumption_ids": None})
    inward = rows["inward"].to_numpy(dtype=np.bool_)
    teu_per_day = rows["teu"].to_numpy(dtype=np.float64) * per_day
    return pd.DataFrame(
        {
            "demand_id": "empty:" + rows["box_type"] + ":" + rows["place_id"] + np.where(inward, ":in", ":out"),
            "origin_id": np.where(inward, depot, rows["place_id"]),
            "destination_id": np.where(inward, rows["place_id"], depot),
            "commodity_id": EMPTY_COMMODITY_ID,
            "form": "container",
            "direction": "empty",
            "mass_t_per_day": teu_per_day * float(tare["t_per_teu"]),
            "teu_per_day": teu_per_day,
            "trade_id": "",
            "place_id": rows["place_id"],
            "mix_id": rows["mix_id"],
            "assumption_ids": [
                join_ids(CALENDAR_ASSUMPTIONS, POOLING_ASSUMPTION, tare["assumption_ids"], cell)
                for cell in rows["assumption_ids"]
            ],
        }
    )


def _empty_depot(pack: Pack) -> str:
    markets = pack.table("markets")
    depots = markets.loc[markets["kind"] == EMPTY_DEPOT_KIND, "market_id"]
    if len(depots) != 1:
        text = Text(
            en="there must be exactly one market of kind empty_depot, found {count}.",
            vi="phải có đúng một thị trường loại empty_depot, đang có {count}.",
        ).format(count=len(depots))
        raise FindingsError(text, [row_finding("markets", -1, "kind", text)])
    return str(depots.iloc[0])


def _empty_commodity(pack: Pack) -> pd.Series:
    commodities = pack.table("commodities").set_index("commodity_id")
    if EMPTY_COMMODITY_ID not in commodities.index or not commodities.loc[EMPTY_COMMODITY_ID, "t_per_teu"] > 0:
        text = Text(
            en="commodities.csv needs a row empty_container whose t_per_teu is the tare of a box per TEU.",
            vi="commodities.csv cần dòng empty_container với t_per_teu là trọng lượng vỏ trên mỗi TEU.",
        )
        raise FindingsError(text, [row_finding("commodities", -1, "commodity_id", text)])
    return commodities.loc[EMPTY_COMMODITY_ID]


def _to_demand(rows: pd.DataFrame, classes: tuple[FreightClass, ...]) -> Demand:
    position = {(c.commodity_id, c.form): index for index, c in enumerate(classes)}
    pairs = zip(rows["commodity_id"], rows["form"], strict=True)
    words = {
        name: rows[name].to_numpy(dtype=np.str_)
        for name in (
            "demand_id",
            "origin_id",
            "destination_id",
            "direction",
            "trade_id",
            "place_id",
            "mix_id",
            "assumption_ids",
        )
    }
    return Demand(
        classes=classes,
        class_index=np.array([position[pair] for pair in pairs], dtype=np.int32),
        mass_t_per_day=rows["mass_t_per_day"].to_numpy(dtype=np.float64, copy=True),
        teu_per_day=rows["teu_per_day"].to_numpy(dtype=np.float64, copy=True),
        **words,
    )
