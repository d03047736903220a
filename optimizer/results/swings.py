"""How far the answer swings with each assumption: the plan again at its low and at its high value."""

from __future__ import annotations

import math
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import active_children, get_context, resource_tracker
from threading import current_thread, main_thread
from typing import Final

import numpy as np
import pandas as pd

from optimizer.case import Case, build_case, solve_case
from optimizer.flow.options import SolveOptions
from optimizer.flow.plan import Plan, StartPaths
from optimizer.results.indicators import GATEWAY_GROUPS
from optimizer.scenarios.scenario import Change, Scenario
from supplychain.pack import Pack
from supplychain.text import Text

ASSUMPTIONS: Final = "assumptions"
SIDES: Final = ("low", "high")
POINT: Final = 0.01
LONGEST_PLAN_S: Final = 60.0
"""Seconds after which one varied plan is given up, so that a hard one cannot hold the others back."""
COLUMNS: Final = ("cost", "generalised_cost", "emissions", "unserved_t", "cai_mep_points", "gateway_points")


@dataclass(frozen=True, slots=True)
class SwingOptions:
    """How assumptions are varied.

    Parameters
    ----------
    time_budget_s
        Seconds after which no further plan is started; assumptions not reached are listed as not evaluated.
    processes
        Worker processes; 1 works in this process.
    assumption_ids
        Assumptions to vary; None for all of the pack. Those with the widest range, relative to mid, come first.
    """

    time_budget_s: float = math.inf
    processes: int = 1
    assumption_ids: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.time_budget_s >= 0:
            msg = f"time_budget_s must be at least 0, got {self.time_budget_s}."
            raise ValueError(msg)
        if self.processes < 1:
            msg = f"processes must be at least 1, got {self.processes}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class _Result:
    """What is kept of one plan; shares 0–1 by gateway group, pack money, kg CO2e and tonnes a day."""

    cost: float
    generalised_cost: float
    emissions: float
    unserved_t: float
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """One assumption at one end of its range."""

    assumption_id: str
    side: str
    value: float


def assumption_swings(
    pack: Pack, scenario: Scenario, base_plan: Plan | None = None, *, options: SwingOptions | None = None
) -> pd.DataFrame:
    """Return how cost, emissions and gateway shares change when an assumption takes its low or high value.

    Each row is two full plans of the scenario with one assumption changed, all else equal. Rows stand in order of
    the larger change of cost; those the time budget did not reach stand last and are not ``evaluated``.

    Parameters
    ----------
    pack
        The region as loaded.
    scenario
        The scenario whose plan is varied.
    base_plan
        Its plan, if it is at hand.
    options
        Which assumptions, how long and with how many processes.

    Columns
    -------
    assumption_id, name_vi, name_en, unit, low, mid, high
        The assumption.
    cost_low, cost_high, cost_swing
        Change of price paid a day against the base, pack money; the swing is the larger change.
    generalised_cost_low, generalised_cost_high
        Change of the objective, pack money a day.
    emissions_low, emissions_high
        Change of kg CO2e a day.
    cai_mep_points_low, cai_mep_points_high
        Change of the share of Cái Mép, percentage points of TEU of foreign trade.
    gateway_points_low, gateway_points_high
        Largest change of any gateway's share, percentage points.
    unserved_t_low, unserved_t_high
        Change of tonnes a day left.
    rank, evaluated
        Place by cost swing, and whether both plans were made.
    """
    options = options or SwingOptions()
    deadline = time.monotonic() + options.time_budget_s
    case = build_case(pack, scenario)
    plan = solve_case(case) if base_plan is None else base_plan
    base = _result(case, plan)
    rows = pack.table(ASSUMPTIONS).set_index("assumption_id", drop=False)
    wanted = tuple(rows.index) if options.assumption_ids is None else options.assumption_ids
    rows = rows.loc[list(wanted)]
    # The widest ranges come first, so that a time budget ends on the assumptions least likely to matter.
    width = (rows["high"] - rows["low"]) / rows["mid"].abs().where(rows["mid"] != 0, 1.0)
    rows = rows.loc[width.sort_values(ascending=False, kind="stable").index]
    jobs = [
        _Job(str(row.assumption_id), side, float(getattr(row, side)))
        for row in rows.itertuples()
        for side in SIDES
        if float(getattr(row, side)) != float(row.mid)
    ]
    start = StartPaths.from_plan(case.problem, plan)
    found = dict(_run(pack, scenario, start, jobs, deadline, options.processes))
    for row in rows.itertuples():
        for side in SIDES:
            if float(getattr(row, side)) == float(row.mid):
                found[str(row.assumption_id), side] = base
    return _table(rows, found, base)


def _run(
    pack: Pack, scenario: Scenario, start: StartPaths, jobs: list[_Job], deadline: float, processes: int
) -> Iterator[tuple[tuple[str, str], _Result]]:
    """Yield the result of each job that was started before the deadline."""
    if processes == 1:
        for job in jobs:
            if time.monotonic() >= deadline:
                return
            result = _evaluate(pack, scenario, start, job)
            if result is not None:
                yield (job.assumption_id, job.side), result
        return
    children = set(active_children())
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_prepare, initargs=(pack, scenario, start)
    ) as pool:
        is_whole = False
        try:
            with _interrupts_kept_here():
                asked = [pool.submit(_evaluate_prepared, job, deadline) for job in jobs]
            for job, answer in zip(jobs, asked, strict=True):
                result = answer.result()
                if result is not None:
                    yield (job.assumption_id, job.side), result
            is_whole = True
        finally:
            if not is_whole:  # nobody waits for the answers any more
                for child in set(active_children()) - children:
                    child.terminate()


@contextmanager
def _interrupts_kept_here() -> Iterator[None]:
    """Start worker processes that never hear Ctrl+C; this process hears it when they have started, and ends them.

    Workers inherit that the signal is blocked. That alone would not keep it from this process: another thread of a
    numerical library can take it, and a worker half started would be forgotten.
    """
    if sys.platform == "win32" or current_thread() is not main_thread():
        yield
        return
    heard: list[int] = []
    resource_tracker.ensure_running()  # starting it later would let the signal through again
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


_PREPARED: list[tuple[Pack, Scenario, StartPaths]] = []
"""What a worker process works on, set once when it starts."""


def _prepare(pack: Pack, scenario: Scenario, start: StartPaths) -> None:
    _PREPARED[:] = [(pack, scenario, start)]


def _evaluate_prepared(job: _Job, deadline: float) -> _Result | None:
    """Return the result of a job, or None when its time has passed; the clock is common to processes of a machine."""
    if time.monotonic() >= deadline:
        return None
    pack, scenario, start = _PREPARED[0]
    return _evaluate(pack, scenario, start, job)


def _evaluate(pack: Pack, scenario: Scenario, start: StartPaths, job: _Job) -> _Result | None:
    """Return the result of a job, or None when its plan was not proven within ``LONGEST_PLAN_S``."""
    change = Change(
        table=ASSUMPTIONS,
        ids=(job.assumption_id,),
        where=(),
        set_values=(("mid", job.value),),
        scale=(),
        reason=Text(en="One assumption varied", vi="Thay đổi một giả định"),
    )
    case = build_case(pack, replace(scenario, changes=(*scenario.changes, change)))
    plan = solve_case(case, SolveOptions(time_limit_s=LONGEST_PLAN_S), start_paths=start)
    return None if plan.status == "stopped" else _result(case, plan)


def _result(case: Case, plan: Plan) -> _Result:
    teu = gateway_teu(case, plan)
    total = sum(teu.values())
    shares = tuple(teu.get(group, 0.0) / total if total else 0.0 for group in GATEWAY_GROUPS)
    unserved_t = float(plan.unserved_t_per_day.sum())
    return _Result(plan.money, plan.objective, plan.emissions_kg_per_day, unserved_t, shares)


def gateway_teu(case: Case, plan: Plan) -> dict[str, float]:
    """Return laden TEU of foreign trade a day by gateway group; the terminal is that of the market's service."""
    demand, links = case.demand, case.network.links
    of_path = plan.path_demand
    outward = demand.direction[of_path] == "export"
    foreign = outward | (demand.direction[of_path] == "import")
    at_market = np.where(outward, plan.path_link_start[1:] - 1, plan.path_link_start[:-1])[foreign]
    terminals = links.terminal_id[plan.path_links[at_market]]
    teu = (plan.path_t_per_day * demand.teu_per_day[of_path] / demand.mass_t_per_day[of_path])[foreign]
    groups = case.pack.table("terminals").set_index("terminal_id")["gateway_group"]
    sums = pd.Series(teu).groupby(pd.Series(terminals).map(groups).to_numpy()).sum()
    return {str(group): float(amount) for group, amount in sums.items()}


def _table(rows: pd.DataFrame, found: dict[tuple[str, str], _Result], base: _Result) -> pd.DataFrame:
    table = rows[["assumption_id", "name_vi", "name_en", "unit", "low", "mid", "high"]].reset_index(drop=True)
    ids = table["assumption_id"].tolist()
    for side in SIDES:
        results = [found.get((one, side)) for one in ids]
        changes = [None if result is None else _change(base, result) for result in results]
        for column in COLUMNS:
            table[f"{column}_{side}"] = [math.nan if change is None else change[column] for change in changes]
    table["evaluated"] = table["cost_low"].notna() & table["cost_high"].notna()
    table["cost_swing"] = table[["cost_low", "cost_high"]].abs().max(axis=1)
    table = table.sort_values(["evaluated", "cost_swing"], ascending=False, kind="stable").reset_index(drop=True)
    table["rank"] = (table.index + 1).where(table["evaluated"]).astype("Int64")
    return table


def _change(base: _Result, result: _Result) -> dict[str, float]:
    """Return the changes of ``COLUMNS``."""
    points = [(after - before) / POINT for after, before in zip(result.shares, base.shares, strict=True)]
    return {
        "cost": result.cost - base.cost,
        "generalised_cost": result.generalised_cost - base.generalised_cost,
        "emissions": result.emissions - base.emissions,
        "unserved_t": result.unserved_t - base.unserved_t,
        "cai_mep_points": points[GATEWAY_GROUPS.index("cai_mep")],
        "gateway_points": max(points, key=abs),
    }
