"""Freight by gateway: terminals where the service to a market begins or ends, and the groups they are reported in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from optimizer.compare.effects import names_of_nodes
from optimizer.compare.sides import ratio, share

if TYPE_CHECKING:
    from optimizer.compare.flows import Flows

FOREIGN_TRADE: Final = ("export", "import")
BARGE: Final = "inland_waterway"


def gateway_table(flows: Flows) -> pd.DataFrame:
    """Return tonnes and TEU by gateway: index gateway_id; group, name_vi, name_en, t_per_day, teu_per_day, shares.

    Freight of foreign trade where directions are known, else all that passes a gateway.
    """
    paths = _through_gateways(flows)
    table = paths.groupby("gateway_id")[["t_per_day", "teu_per_day"]].sum()
    table["share_t"], table["share_teu"] = share(table["t_per_day"]), share(table["teu_per_day"])
    names = names_of_nodes(flows)
    for place, language in enumerate(("vi", "en")):
        table[f"name_{language}"] = [names[row][place] if row in names else row for row in table.index]
    table["group"] = [flows.subject.groups.get(row, "") for row in table.index]
    return table


def group_table(flows: Flows) -> pd.DataFrame:
    """Return tonnes and TEU by group of gateways: index group; names, amounts, shares, barge_share.

    Every group has a row, also one that nothing passes. Empty where terminals have no groups.
    """
    paths = _through_gateways(flows)
    groups = sorted(set(flows.subject.groups.values()))
    of_path = paths["gateway_id"].map(dict(flows.subject.groups))
    amounts = ["t_per_day", "teu_per_day"]
    table = paths.groupby(of_path)[amounts].sum().reindex(pd.Index(groups, name="group", dtype=object), fill_value=0.0)
    table["share_t"], table["share_teu"] = share(table["t_per_day"]), share(table["teu_per_day"])
    by_barge = paths[paths["access_mode"] == BARGE]
    teu = by_barge.groupby(by_barge["gateway_id"].map(dict(flows.subject.groups)))["teu_per_day"].sum()
    table["barge_share"] = ratio(teu.reindex(table.index, fill_value=0.0), table["teu_per_day"]).fillna(0.0)
    for language in ("vi", "en"):
        names = flows.subject.names
        table[f"name_{language}"] = [
            (names[group].vi if language == "vi" else names[group].en) if group in names else group for group in groups
        ]
    return table


def _through_gateways(flows: Flows) -> pd.DataFrame:
    paths = flows.paths[flows.paths["gateway_id"] != ""]
    return paths[paths["direction"].isin(FOREIGN_TRADE)] if (flows.paths["direction"] != "").any() else paths
