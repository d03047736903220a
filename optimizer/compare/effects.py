"""Who gains and who loses: a difference of cost split into what a tonne costs and how many tonnes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.compare.sides import FREIGHT, ROUNDING, ratio, side_by_side
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.compare.flows import Flows

PARTS: Final = ("cost", "time_cost", "carbon_cost", "penalty_cost")
"""Parts of the generalised cost of a demand: money, value of time, carbon, penalty of what is not served."""

NOT_STATED: Final = Text(en="not stated", vi="không nêu")
GAINS, LOSES, NEITHER = "gains", "loses", ""


def effects_of_demands(base: Flows, other: Flows) -> pd.DataFrame:
    """Return, for each demand of either plan, its difference of cost as the effect of unit cost and that of volume.

    With W tonnes wanted at a cost of C a day, penalty of what is not served included, and c = C ÷ W in either plan:
    the effect of unit cost is (c₂ - c₁) x (W₁ + W₂) ÷ 2, the effect of volume (W₂ - W₁) x (c₁ + c₂) ÷ 2. The two add up
    to C₂ - C₁ and change sign with the plans (T. L. Bennet, The Theory of Measurement of Changes in Cost of Living,
    Journal of the Royal Statistical Society 83, 1920). What only one plan wants is all volume.

    Returns
    -------
    pandas.DataFrame
        Index demand_id: unit_cost_effect_per_day, its parts (cost_effect_per_day, time_cost_effect_per_day,
        carbon_cost_effect_per_day, penalty_cost_effect_per_day), volume_effect_per_day, and mean_demand_t_per_day.
    """
    keys = base.demands.index.union(other.demands.index, sort=True)
    sides = [flows.demands.reindex(keys) for flows in (base, other)]
    wanted = [side["demand_t_per_day"].fillna(0.0).to_numpy() for side in sides]
    both = (wanted[0] > 0) & (wanted[1] > 0)
    mean = np.where(both, (wanted[0] + wanted[1]) / 2, 0.0)
    same = wanted[0] == wanted[1]
    table = pd.DataFrame(index=keys)
    unit, volume = np.zeros(len(keys)), np.zeros(len(keys))
    for part in PARTS:
        costs = [side[f"{part}_per_day"].fillna(0.0).to_numpy() for side in sides]
        difference = costs[1] - costs[0]
        per_t = [
            np.divide(cost, tonnes, out=np.zeros(len(keys)), where=both)
            for cost, tonnes in zip(costs, wanted, strict=True)
        ]
        effect = np.where(same, difference, (per_t[1] - per_t[0]) * mean)
        table[f"{part}_effect_per_day"] = effect
        unit += effect
        volume += difference - effect
    table.insert(0, "unit_cost_effect_per_day", unit)
    table["volume_effect_per_day"] = volume
    is_wanted = base.demands["is_wanted"].reindex(keys).combine_first(other.demands["is_wanted"]).to_numpy(dtype=bool)
    table["mean_demand_t_per_day"] = np.where(is_wanted, np.where(same, wanted[0], mean), 0.0)
    return table


GROUP_AMOUNTS: Final = (
    "generalised_cost_per_day",
    "demand_t_per_day",
    "t_per_day",
    "unserved_t_per_day",
    "teu_per_day",
    "tkm_per_day",
    "cost_per_day",
    "emissions_kg_co2e_per_day",
    "generalised_cost_per_t",
    "mean_time_h",
    "emissions_kg_co2e_per_t",
)
EFFECTS: Final = (
    "unit_cost_effect_per_day",
    "volume_effect_per_day",
    *(f"{part}_effect_per_day" for part in PARTS),
)


def effects_by(base: Flows, other: Flows, key: str, effects: pd.DataFrame) -> pd.DataFrame:
    """Return who gains and who loses by one column of the demands, those who gain most first.

    Parameters
    ----------
    base, other
        The two plans.
    key
        ``place_id``, ``commodity_id`` or ``market_id``.
    effects
        As ``effects_of_demands`` returns them.

    Returns
    -------
    pandas.DataFrame
        The key, name_vi, name_en, base, other and difference of ``GROUP_AMOUNTS`` (``generalised_cost_per_t`` per tonne
        wanted, penalty of what is not served included; ``mean_time_h`` and ``emissions_kg_co2e_per_t`` of what is
        served), ``EFFECTS``, effect_per_t (of unit cost, per tonne wanted), verdict (gains, loses, or nothing where
        only the volume differs). Money of ``difference_generalised_cost_per_day`` is the sum of the two effects.
    """
    sides = [_grouped(flows, key) for flows in (base, other)]
    keys = pd.concat([flows.demands[key] for flows in (base, other)])
    if not (keys != "").any():
        sides = [side[:0] for side in sides]
        effects = effects[:0]
    of_demand = keys[~keys.index.duplicated(keep="last")].reindex(effects.index)
    sums = effects.groupby(of_demand.to_numpy()).sum()
    table = side_by_side(sides[0], sides[1], GROUP_AMOUNTS, about=("name_vi", "name_en")).rename(columns={"index": key})
    found = sums.reindex(table[key])
    largest = max(float(side["generalised_cost_per_day"].abs().max()) if len(side) else 0.0 for side in sides)
    for name in EFFECTS:
        values = found[name].to_numpy()
        table[name] = np.where(np.abs(values) <= ROUNDING * largest, 0.0, values)
    effect = table["unit_cost_effect_per_day"].to_numpy()
    mean = pd.Series(found["mean_demand_t_per_day"].to_numpy())
    table["effect_per_t"] = ratio(table["unit_cost_effect_per_day"], mean)
    table["verdict"] = np.select([effect < 0, effect > 0], [GAINS, LOSES], NEITHER)
    order = table["unit_cost_effect_per_day"].sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _grouped(flows: Flows, key: str) -> pd.DataFrame:
    """Return the amounts of each group of demands; unit amounts are null where nothing is there."""
    demands = flows.demands.copy()
    demands.loc[~demands["is_wanted"], [*FREIGHT, "t_h_per_day"]] = 0.0
    sums = [name for name in GROUP_AMOUNTS if name in demands.columns]
    table = demands.groupby(key)[[*sums, "t_h_per_day"]].sum()
    table["generalised_cost_per_t"] = ratio(table["generalised_cost_per_day"], table["demand_t_per_day"])
    table["mean_time_h"] = ratio(table["t_h_per_day"], table["t_per_day"])
    table["emissions_kg_co2e_per_t"] = ratio(table["emissions_kg_co2e_per_day"], table["t_per_day"])
    names = {**names_of_nodes(flows), "": (NOT_STATED.vi, NOT_STATED.en)}
    for place, language in enumerate(("vi", "en")):
        table[f"name_{language}"] = [names[row][place] if row in names else row for row in table.index]
    return table


def names_of_nodes(flows: Flows) -> dict[str, tuple[str, str]]:
    """Return the Vietnamese and English name of everything nodes stand for, and of what the subject names besides."""
    subject = flows.subject
    nodes = subject.nodes
    found = {
        row: (vi, en)
        for row, vi, en in zip(nodes.row_id.tolist(), nodes.name_vi.tolist(), nodes.name_en.tolist(), strict=True)
        if row
    }
    return {**found, **{row: (text.vi, text.en) for row, text in subject.names.items()}}
