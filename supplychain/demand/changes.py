"""Changes to demand: freight grown, shrunk or added, on top of what trade, places and controls give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.demand.flows import SHARE_COLUMN, YearlyFlows, box_pool
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

BULK: Final = "bulk"
ADDED_PREFIX: Final = "added_"
NO_TEXT: Final = Text(en="", vi="")

NOTHING_MEANT: Final = Text(
    en="no freight of the base is of this kind, so there is nothing to multiply. Take out a condition, or add tonnes.",
    vi="phương án gốc không có hàng thuộc loại này nên không có gì để nhân. Hãy bỏ bớt điều kiện, hoặc thêm số tấn.",
)
NOT_ONE: Final = Text(
    en="no freight of the base is of this kind, so the tonnes cannot be spread over it. Name exactly one place, one "
    "commodity, one market and one direction; open is: {open}.",
    vi="phương án gốc không có hàng thuộc loại này nên không thể phân bổ số tấn theo đó. Hãy nêu đúng một địa "
    "điểm, một mặt hàng, một thị trường và một chiều; còn thiếu: {open}.",
)
NO_OPEN_PLACE: Final = Text(
    en="{place} is no open park or zone of the pack, so no freight can begin or end there. Open it first.",
    vi="{place} không phải khu hoặc phân khu đang hoạt động nên hàng không thể đi hay đến đó. Hãy mở nơi này trước.",
)
NOT_ITS_BOX: Final = Text(
    en="{commodity} travels in a {box} or as bulk, not in a {form}.",
    vi="{commodity} đi trong {box} hoặc dạng bulk, không đi trong {form}.",
)
SUMMARY: Final = Text(
    en="Demand cannot be changed as the scenario says: {count} finding(s).",
    vi="Không thể thay đổi nhu cầu như kịch bản nêu: {count} lỗi.",
)


@dataclass(frozen=True, slots=True)
class DemandChange:
    """Laden freight of some kind multiplied, or tonnes added to it; empties follow from what is laden.

    Every selection that is empty means all. Factors of several changes multiply, added tonnes add up and are not
    multiplied by any factor, so that the order of changes does not matter.

    Parameters
    ----------
    place_ids, commodity_ids, market_ids
        Parks and zones, commodities and markets meant.
    directions
        Of ``export``, ``import``, ``domestic_out``, ``domestic_in``.
    forms
        Of ``container``, ``reefer``, ``bulk``.
    factor
        What their tonnes are multiplied with, at least 0.
    added_t_per_day
        Tonnes added on the day planned, at least 0: spread over the freight meant in proportion to its tonnes in the
        base; where there is none, as freight of its own for one place, commodity, market and direction.
    added_t_per_year
        Tonnes added to the year, spread alike and over its days as all trade is.
    reason
        Why.
    file, line, character
        Where it stands, for findings; None where it is from no file.
    """

    place_ids: tuple[str, ...] = ()
    commodity_ids: tuple[str, ...] = ()
    market_ids: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    factor: float = 1.0
    added_t_per_day: float = 0.0
    added_t_per_year: float = 0.0
    reason: Text = NO_TEXT
    file: str = "scenario"
    line: int | None = None
    character: int | None = None

    def __post_init__(self) -> None:
        for name in ("factor", "added_t_per_day", "added_t_per_year"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                msg = f"{name} must be at least 0, got {value}."
                raise ValueError(msg)
        if self.added_t_per_day and self.added_t_per_year:
            msg = "tonnes are added either to the day or to the year; make two changes."
            raise ValueError(msg)

    @property
    def adds(self) -> bool:
        """Whether it adds tonnes."""
        return self.added_t_per_day > 0 or self.added_t_per_year > 0


def change_flows(flows: YearlyFlows, pack: Pack, changes: Sequence[DemandChange], per_day: float) -> YearlyFlows:
    """Return the laden freight of a year with the changes made to it.

    Parameters
    ----------
    flows
        Freight of the year without changes.
    pack
        The pack it was built from.
    changes
        What changes.
    per_day
        What a year's freight is multiplied with to get that of the day planned.

    Raises
    ------
    FindingsError
        With every change that means no freight, or a place, form or combination that cannot be.
    """
    if not changes:
        return flows
    findings: list[Finding] = []
    for change in changes:
        text = _fault(flows, pack, change)
        if text is None:
            flows = _with_row_and_place(flows, pack, change)
        else:
            findings.append(Finding(change.file, change.line, None, text, change.character))
    if findings:
        raise FindingsError(SUMMARY.format(count=len(findings)), findings)
    base = flows.mass_t
    factor, added = np.ones_like(base), np.zeros_like(base)
    for change in changes:
        meant = cells_meant(flows, change)
        factor[meant] *= change.factor
        if change.adds:
            tonnes = change.added_t_per_year + change.added_t_per_day / per_day
            added[meant] += tonnes * _spread(flows, base, meant)
    return replace(flows, changed_mass_t=base * factor + added)


def cells_meant(flows: YearlyFlows, change: DemandChange) -> NDArray[np.bool_]:
    """Return which cells of ``flows.mass_t`` a change means, bool[trade rows, places, 2]."""
    trade = flows.trade
    rows = np.ones(len(trade), dtype=np.bool_)
    for column, ids in (
        ("commodity_id", change.commodity_ids),
        ("market_id", change.market_ids),
        ("direction", change.directions),
    ):
        if ids:
            rows &= trade[column].isin(ids).to_numpy()
    places = np.ones(len(flows.places), dtype=np.bool_)
    if change.place_ids:
        places = flows.places["place_id"].isin(change.place_ids).to_numpy()
    forms = np.ones((len(trade), 2), dtype=np.bool_)
    if change.forms:
        forms[:, 0] = np.isin(flows.box, change.forms)
        forms[:, 1] = BULK in change.forms
    meant: NDArray[np.bool_] = (rows[:, None] & forms)[:, None, :] & places[None, :, None]
    return meant


def _spread(flows: YearlyFlows, base: NDArray[np.float64], meant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of added tonnes for each cell meant: as the base's tonnes, or as boxes and bulk of its row."""
    weight = base[meant]
    if not weight.sum() > 0:
        shares = np.stack([flows.box_share, 1.0 - flows.box_share], axis=1)[:, None, :]
        weight = np.broadcast_to(shares, base.shape)[meant]
    if not weight.sum() > 0:  # only the form that its commodity does not usually take
        weight = np.ones_like(weight)
    shared: NDArray[np.float64] = weight / weight.sum()
    return shared


def _fault(flows: YearlyFlows, pack: Pack, change: DemandChange) -> Text | None:
    """Return why a change cannot be made, or None."""
    if flows.mass_t[cells_meant(flows, change)].sum() > 0:
        return None
    if not change.adds:
        return NOTHING_MEANT
    selections = {
        "places": change.place_ids,
        "commodities": change.commodity_ids,
        "markets": change.market_ids,
        "directions": change.directions,
    }
    unclear = [name for name, ids in selections.items() if len(ids) != 1]
    if unclear:
        return NOT_ONE.format(open=", ".join(unclear))
    if _open_place(pack, change.place_ids[0]) is None:
        return NO_OPEN_PLACE.format(place=change.place_ids[0])
    box = str(pack.table("commodities").set_index("commodity_id").loc[change.commodity_ids[0], "box"])
    strange = [form for form in change.forms if form not in (box, BULK)]
    if strange:
        return NOT_ITS_BOX.format(commodity=change.commodity_ids[0], box=box, form=strange[0])
    return None


def _open_place(pack: Pack, place_id: str) -> dict[str, Any] | None:
    for table, key in (("parks", "park_id"), ("zones", "zone_id")):
        rows = pack.table(table)
        found = rows[(rows[key] == place_id) & (rows["status"] == "open")]
        if len(found):
            row = found.iloc[0]
            mix = row["mix_id"] if isinstance(row["mix_id"], str) else ""
            named = {"place_id": place_id, "table": table, "leased_ha": 0.0, "mix_id": mix}
            return named | {"assumption_ids": row["assumption_ids"]}
    return None


def _with_row_and_place(flows: YearlyFlows, pack: Pack, change: DemandChange) -> YearlyFlows:
    """Return the flows with a trade row and a place for freight that a change brings anew, if they have none."""
    if cells_meant(flows, change).any():
        return flows
    if change.place_ids[0] not in set(flows.places["place_id"]):
        place = _open_place(pack, change.place_ids[0])
        flows = replace(
            flows,
            places=pd.concat([flows.places, pd.DataFrame([place])], ignore_index=True),
            place_share=np.pad(flows.place_share, ((0, 0), (0, 1))),
        )
    if not cells_meant(flows, change).any():
        flows = _with_trade_row(flows, pack, change)
    return flows


def _with_trade_row(flows: YearlyFlows, pack: Pack, change: DemandChange) -> YearlyFlows:
    commodity_id, market_id, direction = change.commodity_ids[0], change.market_ids[0], change.directions[0]
    goods = pack.table("commodities").set_index("commodity_id").loc[[commodity_id]]
    row = {
        "trade_id": f"{ADDED_PREFIX}{commodity_id}_{direction}_{market_id}",
        "commodity_id": commodity_id,
        "direction": direction,
        "market_id": market_id,
        "position": -1,
        "unit": "t",
        "seed": 0.0,
        "amount": 0.0,
        "mass_t_per_year": 0.0,
    }
    trade = flows.trade.reindex(range(len(flows.trade) + 1))
    for column, value in row.items():
        trade.loc[len(flows.trade), column] = value
    return replace(
        flows,
        trade=trade.astype({"position": "int64"}),
        box_share=np.append(flows.box_share, float(goods[SHARE_COLUMN[direction]].iloc[0])),
        place_share=np.pad(flows.place_share, ((0, 1), (0, 0))),
        t_per_teu=np.append(flows.t_per_teu, float(goods["t_per_teu"].iloc[0])),
        box=np.append(flows.box, str(goods["box"].iloc[0])),
        box_type=np.append(flows.box_type, box_pool(goods)),
    )
