"""Where in the region freight starts and ends: parks and zones, by leased area and industry mix."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.demand.rows import row_finding
from supplychain.errors import Finding, FindingsError
from supplychain.pack import Pack
from supplychain.text import Text

WeightColumn = Literal["out_weight", "in_weight"]

PERCENT: Final = 100.0


def build_places(pack: Pack) -> pd.DataFrame:
    """Return the open places of the region, by ``place_id``.

    Returns
    -------
    pandas.DataFrame
        ``place_id``; ``table`` it stands in; ``leased_ha`` (parks: area times leased share; zones: their
        equivalent industrial area); ``mix_id``; ``assumption_ids``. Places with nothing leased are left out.

    Raises
    ------
    FindingsError
        With every open place of the region that has no area, leased share or known mix.
    """
    parks = pack.table("parks").reset_index(drop=True)
    zones = pack.table("zones").reset_index(drop=True)
    parks = parks.assign(
        table="parks",
        position=parks.index,
        place_id=parks["park_id"],
        leased_ha=parks["area_ha"].astype("float64") * parks["leased_pct"].astype("float64") / PERCENT,
    )
    zones = zones.assign(
        table="zones",
        position=zones.index,
        place_id=zones["zone_id"],
        leased_ha=zones["industrial_area_ha"].astype("float64"),
    )
    columns = ["place_id", "table", "position", "in_region", "status", "leased_ha", "mix_id", "assumption_ids"]
    places = pd.concat([parks[columns], zones[columns]], ignore_index=True)
    places = places[places["in_region"].astype("bool") & (places["status"] == "open")]
    findings = _check_places(places, set(pack.table("industry_mixes")["mix_id"]))
    if findings:
        raise FindingsError(
            Text(
                en=f"Freight cannot be given to the places of the region: {len(findings)} finding(s).",
                vi=f"Không thể phân bổ hàng cho các địa điểm trong vùng: {len(findings)} lỗi.",
            ),
            findings,
        )
    places = places[places["leased_ha"] > 0].sort_values("place_id")
    return places[["place_id", "table", "leased_ha", "mix_id", "assumption_ids"]].reset_index(drop=True)


def place_weights(
    pack: Pack, places: pd.DataFrame, commodity_ids: list[str], column: WeightColumn
) -> NDArray[np.float64]:
    """Return leased hectares times the mix's weight, a row per commodity and a column per place."""
    mixes = pack.table("industry_mixes")
    weights = mixes.pivot_table(index="commodity_id", columns="mix_id", values=column, aggfunc="sum")
    weights = weights.reindex(index=commodity_ids, columns=list(places["mix_id"])).fillna(0.0)
    matrix: NDArray[np.float64] = weights.to_numpy(dtype=np.float64) * places["leased_ha"].to_numpy(np.float64)
    return matrix


def place_shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each place's share of a commodity: rows add up to 1, or are all 0 where no place has a weight."""
    total = weights.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return shares


def _check_places(places: pd.DataFrame, mix_ids: set[str]) -> list[Finding]:
    findings = []
    for place_id, table, position, leased_ha, mix_id in zip(
        places["place_id"], places["table"], places["position"], places["leased_ha"], places["mix_id"], strict=True
    ):
        if not 0 <= leased_ha < np.inf:
            text = Text(
                en="{place} is open and in the region, but its leased area is not known (area and leased share).",
                vi="{place} đang hoạt động trong vùng nhưng không rõ diện tích đã cho thuê.",
            ).format(place=place_id)
            column = "leased_pct" if table == "parks" else "industrial_area_ha"
            findings.append(row_finding(table, position, column, text))
        if mix_id not in mix_ids:
            text = Text(
                en="{place} has the industry mix {mix}, which industry_mixes.csv does not have.",
                vi="{place} có cơ cấu ngành {mix} không có trong industry_mixes.csv.",
            ).format(place=place_id, mix=mix_id)
            findings.append(row_finding(table, position, "mix_id", text))
    return findings
