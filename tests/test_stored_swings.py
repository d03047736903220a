"""Swings kept with the pack: what is measured now goes first, what was measured earlier stands for the rest."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from planner_pack import planner_pack

from api.regions import pack_scenarios
from api.swing import measure_swings, store_swings
from optimizer.results.stored_swings import add_stored_swings, order_by_stored_swing
from optimizer.results.swings import SwingOptions
from supplychain.pack import Pack
from supplychain.pack.write import rewrite_columns


def _pack_with(stored: dict[str, float | None]) -> Pack:
    pack = planner_pack()
    rows = pack.table("assumptions")
    rows["swing_cost_percent"] = rows["assumption_id"].map(stored).astype(float)
    rows["swing_emissions_percent"] = 7.0
    rows["swing_gateway_points"] = 2.0
    return pack.with_tables({"assumptions": rows})


def _swings(assumption_id: str, *, evaluated: bool) -> pd.DataFrame:
    nan = math.nan
    figures = {
        "cost_low": -30.0 if evaluated else nan,
        "cost_high": 20.0 if evaluated else nan,
        "emissions_low": 0.0 if evaluated else nan,
        "emissions_high": 5.0 if evaluated else nan,
        "gateway_points_low": -1.5 if evaluated else nan,
        "gateway_points_high": 0.5 if evaluated else nan,
    }
    return pd.DataFrame([{"assumption_id": assumption_id, "evaluated": evaluated, **figures}])


def test_what_was_never_measured_comes_first_then_the_larger_swing() -> None:
    ids = planner_pack().table("assumptions")["assumption_id"].tolist()
    stored: dict[str, float | None] = dict.fromkeys(ids, 1.0)
    stored |= {ids[0]: 0.5, ids[1]: None, ids[2]: 9.0}
    order = order_by_stored_swing(_pack_with(stored))
    assert order[:2] == (ids[1], ids[2])
    assert order[-1] == ids[0]


def test_measured_figures_are_shares_of_the_base() -> None:
    """30 of 1,000 is 3 %; 5 of 200 kg is 2.5 %; the larger of -1.5 and 0.5 points is 1.5."""
    pack = _pack_with({"peak_factor": 9.0})
    row = add_stored_swings(_swings("peak_factor", evaluated=True), pack, 1000.0, 200.0).iloc[0]
    assert row["cost_swing_percent"] == pytest.approx(3.0)
    assert row["emissions_swing_percent"] == pytest.approx(2.5)
    assert row["gateway_swing_points"] == pytest.approx(1.5)
    assert row["rank"] == 1


def test_kept_figures_stand_where_nothing_was_measured() -> None:
    pack = _pack_with({"peak_factor": 9.0})
    row = add_stored_swings(_swings("peak_factor", evaluated=False), pack, 1000.0, 200.0).iloc[0]
    assert (row["cost_swing_percent"], row["emissions_swing_percent"], row["gateway_swing_points"]) == (9.0, 7.0, 2.0)
    assert not row["evaluated"]


def test_storing_changes_the_swings_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "assumptions.csv"
    path.write_text('assumption_id,reasoning,source\na,"one, two",s\nb,đường,s\n', encoding="utf-8")
    table = pd.DataFrame(
        {
            "assumption_id": ["a", "b"],
            "evaluated": [True, False],
            "cost_swing_percent": [1.23456, 8.0],
            "emissions_swing_percent": [0.5, 8.0],
            "gateway_swing_points": [math.nan, 8.0],
        }
    )
    store_swings(path, table)
    assert path.read_text(encoding="utf-8") == (
        "assumption_id,reasoning,swing_cost_percent,swing_emissions_percent,swing_gateway_points,source\n"
        'a,"one, two",1.2346,0.5,,s\nb,đường,,,,s\n'
    )
    assert [file.name for file in tmp_path.iterdir()] == ["assumptions.csv"]


def test_rewriting_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        rewrite_columns(tmp_path / "none.csv", "id", {})


def test_the_shipped_swings_are_those_of_the_shipped_data(region_pack: Pack) -> None:
    """When this fails the data changed: run ``hinterland swing --write`` and look at what moved."""
    chosen = ("truck_distance_cost_factor", "barge_cost_factor", "working_days_per_year")
    base = next(scenario for scenario in pack_scenarios(region_pack) if scenario.scenario_id == "base")
    found = measure_swings(region_pack, base, SwingOptions(assumption_ids=chosen)).set_index("assumption_id")
    kept = region_pack.table("assumptions").set_index("assumption_id")
    assert kept["swing_cost_percent"].notna().all()
    for assumption_id in chosen:
        now = found.loc[assumption_id, "cost_swing_percent"]
        assert kept.loc[assumption_id, "swing_cost_percent"] == pytest.approx(now, rel=0.02, abs=0.01)
