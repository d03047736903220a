"""Indicators of actions: baseline, target, what sources say is reached, and what the plans give for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from optimizer.programme.figures import INLAND_MODES, Passes, figures
from supplychain.errors import HinterlandError
from supplychain.pack import split_list
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.planner import Planned

METRES_PER_KM: Final = 1000.0
PERCENT: Final = 100.0

UNKNOWN: Final = Text(
    en="indicators.csv: {indicator} is measured by {text!r}, which is not known. Write quantity:names with one of "
    "{known}.",
    vi="indicators.csv: {indicator} có measured_by {text!r} không đúng. Hãy ghi đại_lượng:tên với một trong: {known}.",
)
NO_ROW: Final = Text(
    en="indicators.csv: {indicator} is measured at {name}, which is neither {key} nor known otherwise.",
    vi="indicators.csv: {indicator} đo tại {name} nhưng tên này không có trong {key}.",
)

COLUMNS: Final = (
    "indicator_id",
    "action_id",
    "name_vi",
    "name_en",
    "unit",
    "baseline",
    "target",
    "target_year",
    "actual",
    "actual_year",
    "actual_source",
    "measured_by",
    "modelled_base",
    "modelled_action",
    "modelled_together",
)


class MeasureError(HinterlandError):
    """An indicator whose quantity the program does not know."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan, as quantities look at it.

    Parameters
    ----------
    planned
        The plan.
    days_per_year
        Days of the plan that make a year.
    """

    planned: Planned
    days_per_year: float

    def rows(self, table: str, key: str, names: tuple[str, ...]) -> pd.DataFrame:
        """Return the rows of a table by their key."""
        frame = self.planned.case.pack.table(table)
        return frame[frame[key].isin(names)]

    def roads(self, names: tuple[str, ...]) -> pd.DataFrame:
        """Return the links that are named by id or by road."""
        frame = self.planned.case.pack.table("links")
        return frame[frame["link_id"].isin(names) | frame["road"].isin(names)]


def _km_open(seen: Seen, names: tuple[str, ...]) -> float:
    rows = seen.roads(names)
    return float(rows.loc[rows["status"] == "open", "length_m"].sum()) / METRES_PER_KM


def _lanes_open(seen: Seen, names: tuple[str, ...]) -> float:
    rows = seen.roads(names)
    return float(rows["lanes"].astype("float64").where(rows["status"] == "open", 0.0).fillna(0.0).min())


def _km_of_lanes(lanes: int) -> Quantity:
    def measure(seen: Seen, names: tuple[str, ...]) -> float:
        rows = seen.roads(names)
        wide = (rows["status"] == "open") & (rows["lanes"].astype("float64") >= lanes)
        return float(rows.loc[wide, "length_m"].sum()) / METRES_PER_KM

    return measure


def _least_vessel_t(seen: Seen, names: tuple[str, ...]) -> float:
    return float(seen.roads(names)["max_vessel_t"].min())


def _capacity_t(seen: Seen, names: tuple[str, ...]) -> float:
    rows = seen.rows("terminals", "terminal_id", names)
    return float(rows.loc[rows["status"] == "open", "capacity_t_per_year"].sum())


def _through(*, boxes: bool) -> Quantity:
    def measure(seen: Seen, names: tuple[str, ...]) -> float:
        case, plan = seen.planned.case, seen.planned.plan
        passes = Passes.of(case, plan)
        links = case.network.links
        handled = links.is_kind("transshipment")
        total = 0.0
        for name in names:  # freight that passes two of the named terminals is handled at both
            at = handled & (links.terminal_id.astype(object) == name)
            path = np.unique(passes.path[at[passes.link]])
            amount = plan.path_t_per_day[path]
            total += float((amount * passes.teu_per_t[plan.path_demand[path]] if boxes else amount).sum())
        return total * seen.days_per_year

    return measure


def _t_by_mode(seen: Seen, names: tuple[str, ...]) -> float:
    case, plan = seen.planned.case, seen.planned.plan
    passes = Passes.of(case, plan)
    links = case.network.links
    moves = np.isin(links.to_columns()["mode"].astype(object), names) & ~links.is_kind("transshipment")
    path = np.unique(passes.path[moves[passes.link]])
    return float(plan.path_t_per_day[path].sum()) * seen.days_per_year


def _percent_of_tkm(seen: Seen, names: tuple[str, ...]) -> float:
    shares = figures(seen.planned.case, seen.planned.plan).mode_shares
    return PERCENT * sum(shares[name] for name in names)


Quantity = Callable[[Seen, tuple[str, ...]], float]

QUANTITIES: Final[dict[str, tuple[Quantity, str]]] = {
    "km_open": (_km_open, "links"),
    "lanes_open": (_lanes_open, "links"),
    "least_vessel_t": (_least_vessel_t, "links"),
    "capacity_t_per_year": (_capacity_t, "terminals"),
    "teu_per_year_through": (_through(boxes=True), "terminals"),
    "t_per_year_through": (_through(boxes=False), "terminals"),
    "t_per_year_by": (_t_by_mode, "modes"),
    "percent_of_tkm_by": (_percent_of_tkm, "modes"),
}
"""What measures an indicator, and what its names are names of; besides these ``km_of_<n>_lanes`` of links."""

_LANES: Final = re.compile(r"km_of_(\d+)_lanes")


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity and the names it is taken of."""

    quantity: Quantity
    names: tuple[str, ...]

    def of(self, seen: Seen) -> float:
        """Return its value in a plan."""
        return self.quantity(seen, self.names)


def parse_measure(indicator_id: str, text: str, seen: Seen) -> Measure:
    """Return the measure of a text such as ``teu_per_year_through:ga_bau_bang;ga_an_binh``.

    Raises
    ------
    MeasureError
        When the quantity or a name is not known; the message names the indicator.
    """
    word, _, given = text.partition(":")
    names = split_list(given)
    lanes = _LANES.fullmatch(word)
    quantity, of = (_km_of_lanes(int(lanes[1])), "links") if lanes else QUANTITIES.get(word, (None, ""))
    if quantity is None or not names:
        known = ", ".join([*QUANTITIES, "km_of_8_lanes"])
        raise MeasureError(UNKNOWN.format(indicator=indicator_id, text=text, known=known))
    pack = seen.planned.case.pack
    known_names = {
        "links": {*pack.table("links")["link_id"], *pack.table("links")["road"].dropna()},
        "terminals": set(pack.table("terminals")["terminal_id"]),
        "modes": set(INLAND_MODES),
    }[of]
    for name in names:
        if name not in known_names:
            raise MeasureError(NO_ROW.format(indicator=indicator_id, name=name, key=of))
    return Measure(quantity, tuple(names))


@dataclass(frozen=True, slots=True)
class Measures:
    """What measures the indicators of some actions.

    Parameters
    ----------
    rows
        Rows of ``indicators`` of these actions, by id.
    by_id
        Measure of each indicator that has one.
    days_per_year
        Days of the plan that make a year.
    """

    rows: pd.DataFrame
    by_id: dict[str, Measure]
    days_per_year: float

    @classmethod
    def read(cls, base: Planned, action_ids: list[str], days_per_year: float) -> Measures:
        """Return the measures of the indicators of some actions.

        Raises
        ------
        MeasureError
            When a row's ``measured_by`` is not known.
        """
        frame = base.case.pack.table("indicators").sort_values("indicator_id")
        rows = frame[frame["action_id"].isin(action_ids)]
        seen = Seen(base, days_per_year)
        found = {
            str(key): parse_measure(str(key), text, seen)
            for key, text in zip(rows["indicator_id"], rows["measured_by"], strict=True)
            if isinstance(text, str) and text
        }
        return cls(rows, found, days_per_year)

    def of(self, planned: Planned | None, action_id: str | None = None) -> dict[str, float]:
        """Return the values in a plan by indicator: those of one action, or all; none without a plan."""
        if planned is None:
            return {}
        rows = self.rows if action_id is None else self.rows[self.rows["action_id"] == action_id]
        seen = Seen(planned, self.days_per_year)
        return {one: self.by_id[one].of(seen) for one in rows["indicator_id"] if one in self.by_id}

    def table(self, base: dict[str, float], own: dict[str, float], together: dict[str, float]) -> pd.DataFrame:
        """Return the indicators: baseline, target, actual, and the value in each plan.

        Columns: those of ``COLUMNS``. ``actual`` is what a source says is reached, as of ``actual_year``; nothing
        stands there where no source does. ``modelled_base``, ``modelled_action`` and ``modelled_together`` are the
        quantity ``measured_by`` in the plans of the base, of the action alone and of all actions; of flows, the freight
        of this region in its best plan, not that of others.
        """
        modelled = {"modelled_base": base, "modelled_action": own, "modelled_together": together}
        rows: list[dict[str, Any]] = [
            {name: record.get(name) for name in COLUMNS}
            | {name: values.get(str(record["indicator_id"])) for name, values in modelled.items()}
            for record in self.rows.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))
