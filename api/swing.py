"""The command that measures how far the answer swings with every assumption."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.console import Talk
from api.numbers import number
from api.regions import check_region, pack_scenarios, region_folder
from optimizer.case import build_case, solve_case
from optimizer.results.stored_swings import STORED_COLUMNS, add_stored_swings
from optimizer.results.swings import SwingOptions, assumption_swings
from supplychain.pack.write import rewrite_columns
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.scenarios.scenario import Scenario
    from supplychain.pack import Pack

BASE: Final = "base"
DIGITS: Final = 4
"""Decimals of the figures kept with the pack."""


def measure_swings(pack: Pack, base: Scenario, options: SwingOptions) -> pd.DataFrame:
    """Return the swings of a pack's assumptions measured now, beside those kept with it.

    Parameters
    ----------
    pack
        The region as loaded.
    base
        The scenario that is varied.
    options
        Which assumptions, how long, with how many processes.
    """
    case = build_case(pack, base)
    plan = solve_case(case)
    swings = assumption_swings(pack, base, plan, options=options)
    return add_stored_swings(swings, pack, plan.money, plan.emissions_kg_per_day)


def run_swing(pack_name: str, talk: Talk, processes: int, *, write: bool) -> None:
    """Measure every assumption of a pack, tell the ranking, and keep it in ``assumptions.csv`` where asked."""
    folder = region_folder(pack_name)
    with talk.steps(1) as steps:
        steps.begin(Text(en="Planning twice for each assumption", vi="Lập phương án hai lần cho mỗi giả định"))
        pack = check_region(folder)
        base = next(scenario for scenario in pack_scenarios(pack) if scenario.scenario_id == BASE)
        table = measure_swings(pack, base, replace(SwingOptions(), processes=processes))
    headings = (
        Text(en="Assumption", vi="Giả định"),
        Text(en="Swing of cost, %", vi="Biên độ chi phí, %"),
        Text(en="Swing of CO2e, %", vi="Biên độ CO2e, %"),
        Text(en="Swing of a gateway, points", vi="Biên độ một cửa ngõ, điểm"),
    )
    rows = [
        (
            str(record["name_vi" if talk.language == "vi" else "name_en"]),
            *(number(float(record[column]), 2).of(talk.language) for column in STORED_COLUMNS.values()),
        )
        for record in table.to_dict("records")
    ]
    talk.table(Text(en="Assumptions by swing", vi="Giả định theo biên độ"), headings, rows)
    if write:
        path = folder / "assumptions.csv"
        store_swings(path, table)
        talk.say(Text(en="The swings are in {path}.", vi="Đã ghi biên độ vào {path}.").format(path=path))


def store_swings(path: Path, table: pd.DataFrame) -> None:
    """Keep measured swings in the columns of an ``assumptions.csv``; unmeasured ones stay as they are."""
    measured = table[table["evaluated"].astype(bool)]
    values = {
        stored: {
            str(key): round(float(value), DIGITS)
            for key, value in zip(measured["assumption_id"], measured[column], strict=True)
            if not math.isnan(value)
        }
        for stored, column in STORED_COLUMNS.items()
    }
    rewrite_columns(path, "assumption_id", values)
