"""Laws of planning on the region: what must hold whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from api.regions import pack_scenario_files, pack_scenarios
from optimizer.compare.compare import compare_subjects
from optimizer.flow.solve import solve
from optimizer.planner import Planned, Planner
from optimizer.results.subject import subject_of_case
from optimizer.scenarios.resolve import stack_scenarios
from optimizer.scenarios.scenario import Scenario
from optimizer.scenarios.stated import ScenarioFile
from supplychain.pack import Pack
from supplychain.text import Text

STACK = ("act_ring_road_3", "dong_nai_bridge_closed", "act_river_ports")
NOTHING = Scenario("nothing", Text(en="Nothing", vi="Không đổi"), Text(en="Nothing changes.", vi="Không đổi gì."))
EQUAL = 1e-9
"""Relative difference of objectives within which two proven optima are one."""


@pytest.fixture(scope="module")
def planner(region_pack: Pack) -> Planner:
    """Return the planner of the region."""
    return Planner(region_pack)


@pytest.fixture(scope="module")
def base(planner: Planner, region_pack: Pack) -> Planned:
    """Return the base plan."""
    return planner.plan(next(one for one in pack_scenarios(region_pack) if one.scenario_id == "base"))


@pytest.fixture(scope="module")
def files(region_pack: Pack) -> dict[str, ScenarioFile]:
    """Return the scenario files of the region."""
    return dict(pack_scenario_files(region_pack))


def test_no_change_equals_base(planner: Planner, base: Planned) -> None:
    """A scenario without changes has the base's problem, its objective and, compared with it, no difference."""
    nothing = planner.plan(NOTHING)
    assert nothing.plan.objective == pytest.approx(base.plan.objective, rel=EQUAL)
    for field in ("money_per_t", "time_cost_per_t", "emissions_kg_per_t", "capacity_per_day", "demand_t_per_day"):
        np.testing.assert_array_equal(getattr(nothing.case.problem, field), getattr(base.case.problem, field))
    one, other = (subject_of_case(planned.case, planned.plan) for planned in (base, nothing))
    totals = compare_subjects([one, other]).differences[0].totals
    np.testing.assert_allclose(totals["difference"].astype(float), 0.0, atol=1e-6 * base.plan.objective)


def test_a_plan_compared_with_itself_is_empty(base: Planned) -> None:
    """Nothing differs, nobody gains, nobody loses."""
    subject = subject_of_case(base.case, base.plan)
    found = compare_subjects([subject, subject])
    assert found.is_empty
    assert all(one.is_empty for one in found.differences)


def test_a_plan_made_afresh_is_the_plan_kept_warm(planner: Planner, base: Planned) -> None:
    """A scenario planned after others costs what it costs planned alone, to the proven gap."""
    again = planner.plan(base.case.scenario)
    alone = solve(base.case.problem)
    for plan in (again.plan, alone):
        assert plan.objective == pytest.approx(base.plan.objective, rel=EQUAL)


def test_order_of_a_stack_does_not_matter(
    region_pack: Pack, planner: Planner, base: Planned, files: dict[str, ScenarioFile]
) -> None:
    """Every order of three scenarios is one scenario with one plan, which is not that of the base."""
    stacks = [stack_scenarios([files[one] for one in order], files, region_pack) for order in permutations(STACK)]
    assert len({str(stack.to_dict()) for stack in stacks}) == 1
    first, last = planner.plan(stacks[0]), planner.plan(stacks[-1])
    assert first.plan.objective == last.plan.objective
    assert first.plan.objective != pytest.approx(base.plan.objective, rel=1e-6)
    assert first.violations == ()


def test_check_verifies_every_plan(planner: Planner, region_pack: Pack) -> None:
    """Every shipped scenario has a proven plan that the independent check accepts from its problem alone."""
    found = {one.scenario_id: planner.plan(one) for one in pack_scenarios(region_pack)}
    assert len(found) >= 7
    for scenario_id, planned in found.items():
        assert planned.plan.status == "optimal", scenario_id
        assert planned.violations == (), scenario_id


def test_more_demand_never_costs_less_and_more_capacity_never_more(base: Planned) -> None:
    """The objective rises with demand and falls with capacity: each problem's plans are among the other's."""
    problem = base.case.problem
    wider = replace(problem, capacity_per_day=np.asarray(problem.capacity_per_day) * 1.1)
    assert solve(wider).bound <= base.plan.objective * (1 + EQUAL)
    busier = replace(problem, demand_t_per_day=np.asarray(problem.demand_t_per_day) * 1.02)
    assert solve(busier).objective >= base.plan.bound * (1 - EQUAL)
