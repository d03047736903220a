"""The results of the main job on the planner's small region: a base and one what-if, quick enough for any test."""

from __future__ import annotations

from planner_pack import BASE, Changes, planner_pack, scenario_of, set_change

from api.main_job import MainJobOptions, SilentReport, run_main_job
from api.results import Results
from optimizer.results.swings import SwingOptions


def small_results(changes: Changes | None = None) -> Results:
    """Return base and what-if (the city port holds twice as much), compared, calibrated and varied.

    Parameters
    ----------
    changes
        table → id → column → value, for any row of the pack.
    """
    what_if = scenario_of(set_change("terminals", "city", capacity_teu_per_year=3000.0))
    options = MainJobOptions(SwingOptions(assumption_ids=("peak_factor",)), "en")
    return run_main_job(planner_pack(changes), (BASE, what_if), SilentReport(), options)
