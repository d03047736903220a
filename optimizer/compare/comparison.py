"""What a comparison of plans holds."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from supplychain.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Differences of one plan from another, other minus base; amounts are per period of the plans.

    Tables hold only what differs: of a plan and itself all are empty. Each has the columns ``base_x``, ``other_x`` and
    ``difference_x`` of its amounts x beside those named here.

    Parameters
    ----------
    base_title, other_title
        What the plans are called, each title once in a comparison.
    base_name, other_name
        What people call them.
    totals
        quantity, unit, base, other, difference, relative (share of the base; null where the base is 0).
    modes
        mode, name_vi, name_en; share_tkm is of tonne-km inland where parts of the way are known, else of all.
    chains
        mode_chain (modes in travel order, ``road>inland_waterway>sea``).
    gateways
        gateway_id, group, name_vi, name_en: freight of foreign trade where directions are known, else all.
    gateway_groups
        group, name_vi, name_en; share_teu, share_t, and barge_share, the share of TEU that comes or goes by barge.
    places, commodities, markets
        place_id, commodity_id or market_id with name_vi and name_en: who gains and who loses
        (``optimizer.compare.effects.effects_by``), those who gain most first.
    links
        row_table, row_id, kind, mode, name_vi, name_en: all links of a row together, handling by its terminal; largest
        change first.
    capacities
        capacity_id, kind, row_id, name_vi, name_en, unit: what is left for the plan, used, utilisation, shadow price,
        and whether the penalty drives it. Empty where only one plan has the capacity.
    held
        capacity_id, name_vi, name_en, base_shadow_price, other_shadow_price, worth: capacities that bind in both
        plans, the dearest day first. Empty where the plans do not differ.
    unserved
        demand_id, commodity_id, place_id, name_vi, name_en: tonnes left unserved.
    demands
        demand_id, commodity_id, place_id, name_vi, name_en: demands whose tonnes themselves differ.
    moved
        Whether the share of a group of gateways moved by a percentage point or more.
    notes
        What to know before believing the differences.
    explanation
        What differs and why as far as the tables show it, in both languages.
    """

    base_title: str
    other_title: str
    base_name: Text
    other_name: Text
    totals: pd.DataFrame
    modes: pd.DataFrame
    chains: pd.DataFrame
    gateways: pd.DataFrame
    gateway_groups: pd.DataFrame
    places: pd.DataFrame
    commodities: pd.DataFrame
    markets: pd.DataFrame
    links: pd.DataFrame
    capacities: pd.DataFrame
    held: pd.DataFrame
    unserved: pd.DataFrame
    demands: pd.DataFrame
    moved: bool
    notes: tuple[Text, ...]
    explanation: Text

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by name."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, pd.DataFrame)}

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return all(table.empty for table in self.tables().values())


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two or more plans side by side, and how each differs from the first.

    Parameters
    ----------
    titles
        What the plans are called, the base first.
    currency, price_year, period
        Of all money and amounts; the year is None where no plan says it.
    totals
        quantity, unit, and a column a plan by its title.
    differences
        One for each plan after the first.
    names
        Names of modes, groups of gateways and commodities, by id.
    """

    titles: tuple[str, ...]
    currency: str
    price_year: int | None
    period: str
    totals: pd.DataFrame
    differences: tuple[Difference, ...]
    names: Mapping[str, Text] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no plan differs from the first."""
        return all(one.is_empty for one in self.differences)

    def table(self, name: str) -> pd.DataFrame:
        """Return one table of all differences together, with the plan each row is about in the column ``plan``."""
        found = [one.tables()[name].assign(plan=one.other_title) for one in self.differences]
        whole = pd.concat([table for table in found if len(table)] or found[:1], ignore_index=True)
        return whole[["plan", *(column for column in whole.columns if column != "plan")]]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by name, ``side_by_side`` (the totals of all plans) first."""
        return {"side_by_side": self.totals, **{name: self.table(name) for name in self.differences[0].tables()}}
