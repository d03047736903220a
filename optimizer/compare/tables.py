"""The tables of a difference, each with only the rows that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.compare.effects import names_of_nodes
from optimizer.compare.flows import CHAIN_JOINT, NO_MODE, Flows
from optimizer.compare.gateways import gateway_table, group_table
from optimizer.compare.sides import ROUNDING, side_by_side
from optimizer.compare.totals import mode_shares
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.subject import Subject

NAMES: Final = ("name_vi", "name_en")
NO_MODE_NAME: Final = Text(en="handling", vi="xếp dỡ")
ON_FOOT: Final = Text(en="no way", vi="không đi đâu")
"""Chain of freight that is where it is wanted, or moves by no mode."""

NO_WAYS: Final = ("connector", "transshipment")
"""Kinds of links that no row of a way stands behind."""

SUMMED: Final = (
    "tkm_per_day",
    "t_per_day",
    "teu_per_day",
    "cost_per_day",
    "carried_cost_per_day",
    "emissions_kg_co2e_per_day",
)
FURTHER: Final = ("resource_cost_per_day", "ttw_kg_co2e_per_day", "wtt_kg_co2e_per_day", "vehicle_km_per_day")
CAPACITY_AMOUNTS: Final = ("shadow_price", "used_per_day", "residual_per_day", "utilisation", "penalty_driven")
SHARES: Final = ("share_t", "share_teu")


def modes(base: Flows, other: Flows) -> pd.DataFrame:
    """Return modes: t and TEU that ride on them, tonne-km, their share, money, CO2e, and what else is known."""
    amounts = (*_known(base, other), *(name for name in ("inland_tkm_per_day",) if name in other.by_mode.columns))
    sides = []
    for flows in (base, other):
        table = flows.by_mode.reindex(columns=list(amounts))
        table["share_tkm"] = mode_shares(flows).reindex(table.index, fill_value=0.0)
        sides.append(_named(flows, table))
    return side_by_side(sides[0], sides[1], (*amounts, "share_tkm"), about=NAMES)


def chains(base: Flows, other: Flows) -> pd.DataFrame:
    """Return chains of modes: t, TEU, tonne-km, money, generalised cost of carrying, CO2e, share of tonnes."""
    amounts = ("t_per_day", *(name for name in _known(base, other) if name != "t_per_day"))
    sides = []
    for flows in (base, other):
        table = flows.paths.groupby("mode_chain")[list(amounts)].sum()
        total = float(table["t_per_day"].sum())
        table["share_t"] = table["t_per_day"] / total if total else 0.0
        for language in ("vi", "en"):
            table[f"name_{language}"] = [_chain_name(flows, chain, vi=language == "vi") for chain in table.index]
        sides.append(table)
    return side_by_side(sides[0], sides[1], (*amounts, "share_t"), about=NAMES)


def gateways(base: Flows, other: Flows) -> pd.DataFrame:
    """Return gateways: t, TEU and their shares."""
    sides = [gateway_table(flows) for flows in (base, other)]
    return side_by_side(sides[0], sides[1], ("teu_per_day", "t_per_day", *SHARES), about=(*NAMES, "group"))


def gateway_groups(base: Flows, other: Flows) -> pd.DataFrame:
    """Return groups of gateways: t, TEU, their shares, and the share of TEU that comes or goes by barge."""
    sides = [group_table(flows) for flows in (base, other)]
    return side_by_side(sides[0], sides[1], ("teu_per_day", "t_per_day", *SHARES, "barge_share"), about=NAMES)


def links(base: Flows, other: Flows) -> pd.DataFrame:
    """Return rows of links: t and TEU."""
    carrying = [flows.by_row[flows.by_row["t_per_day"] > 0] for flows in (base, other)]
    return side_by_side(carrying[0], carrying[1], ("t_per_day", "teu_per_day"), about=NAMES)


def demands(base: Flows, other: Flows, amounts: Sequence[str], *, wanted_only: bool = False) -> pd.DataFrame:
    """Return demands by some of their amounts, all or those alone that somebody wants moved."""
    about = ("commodity_id", "place_id", "market_id", *NAMES)
    sides = [flows.demands[flows.demands["is_wanted"] | (not wanted_only)] for flows in (base, other)]
    return side_by_side(sides[0], sides[1], amounts, about=about)


def capacities(base: Subject, other: Subject) -> pd.DataFrame:
    """Return capacities: shadow price, used, what is left for the plan, used of that, whether the penalty drives it.

    A capacity that only one plan has is empty on the side of the other.
    """
    sides = [_capacities(subject) for subject in (base, other)]
    about = ("kind", "row_id", *NAMES, "unit")
    return side_by_side(sides[0], sides[1], CAPACITY_AMOUNTS, about=about, missing=np.nan)


def held(base: Subject, other: Subject) -> pd.DataFrame:
    """Return capacities that bind in both plans, the dearest day of the base first."""
    sides = [_capacities(subject) for subject in (base, other)]
    binding = [side[side["shadow_price"] > ROUNDING * side["shadow_price"].max()] for side in sides]
    both = binding[0].join(binding[1][["shadow_price"]], how="inner", suffixes=("", "_other"))
    both["worth_per_day"] = both["shadow_price"] * both["residual_per_day"]
    both = both[both["worth_per_day"] > 0].sort_values("worth_per_day", ascending=False, kind="stable")
    names = {"shadow_price": "base_shadow_price", "shadow_price_other": "other_shadow_price"}
    kept = ["capacity_id", *NAMES, *names.values(), "worth_per_day"]
    return both.rename(columns=names).reset_index()[kept]


def opened(base: Flows, other: Flows) -> pd.DataFrame:
    """Return the rows of links and services that only the other plan's network has, with the tonnes they carry."""
    ways = other.by_row[~other.by_row.index.get_level_values("kind").isin(NO_WAYS)]
    rows = [frame.index.droplevel(["kind", "mode"]) for frame in (base.by_row, ways)]
    return ways[~rows[1].isin(rows[0])]


def _capacities(subject: Subject) -> pd.DataFrame:
    problem, plan, words = subject.problem, subject.plan, subject.capacities
    residual, used = problem.residual_per_day(), plan.capacity_used(problem)
    table = pd.DataFrame(
        {
            "kind": subject.capacity_kind,
            "row_id": words.row_id,
            "name_vi": words.name_vi,
            "name_en": words.name_en,
            "unit": list(problem.capacity_unit),
            "residual_per_day": residual,
            "used_per_day": used,
            "utilisation": np.divide(used, residual, out=np.zeros(used.size), where=residual > 0),
            "shadow_price": plan.shadow_price,
            "penalty_driven": plan.penalty_driven().astype(np.float64),
        },
        index=pd.Index(problem.capacity_ids, name="capacity_id", dtype=object),
    )
    return table.sort_index()


def _known(base: Flows, other: Flows) -> tuple[str, ...]:
    """Return the amounts to compare: those every plan has, and further ones that both know."""
    return (*SUMMED, *(name for name in FURTHER if name in base.amounts and name in other.amounts))


def _named(flows: Flows, table: pd.DataFrame) -> pd.DataFrame:
    names = names_of_nodes(flows)
    names.setdefault(NO_MODE, (NO_MODE_NAME.vi, NO_MODE_NAME.en))
    for place, column in enumerate(NAMES):
        table[column] = [names[row][place] if row in names else row for row in table.index]
    return table


def _chain_name(flows: Flows, chain: str, *, vi: bool) -> str:
    if not chain:
        return ON_FOOT.vi if vi else ON_FOOT.en
    names = flows.subject.names
    words = [names.get(mode, Text(en=mode, vi=mode)) for mode in chain.split(CHAIN_JOINT)]
    return " → ".join(word.vi if vi else word.en for word in words)
