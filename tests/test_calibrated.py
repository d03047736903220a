"""The calibrated split: logit shares, constants fitted to estimates, and its place beside the plan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_pack import planned, planner_pack, scenario_of, set_change

from optimizer.results.calibrated import ALTERNATIVES, alternative_costs, calibrated_split
from optimizer.results.logit import Target, calibrate, logit_probabilities

EVERY = np.ones(2, dtype=np.bool_)
FIRST = np.array([True, False])


def test_logit_by_hand() -> None:
    """Utilities 0 and ln 3 give a quarter and three quarters; one alternative alone takes all; none takes nothing."""
    utilities = np.array([[0.0, np.log(3.0)], [-np.inf, 5.0], [-np.inf, -np.inf]])
    assert logit_probabilities(utilities) == pytest.approx(np.array([[0.25, 0.75], [0.0, 1.0], [0.0, 0.0]]))


def test_constants_by_hand() -> None:
    """Equal utilities and a target of 80 % need a constant of ln 4."""
    fitted = calibrate(np.zeros((1, 2)), np.ones(1), (Target(FIRST, EVERY, 0.8),))
    assert fitted.converged
    assert fitted.constants == pytest.approx([np.log(4.0), 0.0])
    assert fitted.probabilities[0] == pytest.approx([0.8, 0.2])


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.lists(st.floats(-5, 5), min_size=2, max_size=2), min_size=1, max_size=5),
    st.floats(0.05, 0.95),
)
def test_totals_meet_the_target_whatever_the_costs(utilities: list[list[float]], share: float) -> None:
    weights = np.arange(1.0, len(utilities) + 1)
    fitted = calibrate(np.array(utilities), weights, (Target(FIRST, EVERY, share),))
    assert fitted.converged
    assert (weights @ fitted.probabilities)[0] / weights.sum() == pytest.approx(share, abs=1e-8)


def test_a_share_nobody_can_reach_is_not_called_converged() -> None:
    fitted = calibrate(np.array([[0.0, -np.inf]]), np.ones(1), (Target(FIRST, EVERY, 0.8),))
    assert not fitted.converged
    assert fitted.reached == pytest.approx([1.0])


def test_a_share_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Target(FIRST, EVERY, 1.0)
    with pytest.raises(ValueError, match="part of among"):
        Target(EVERY, FIRST, 0.5)


def test_costs_of_the_alternatives_are_those_of_the_plans_ways() -> None:
    """By the city 3,210,315 VND a tonne, by road to the deep port 3,297,085: the plan's own paths."""
    case, _ = planned()
    furniture = case.problem.demand_ids.index("furniture_out:park_a:container")
    costs = dict(zip(ALTERNATIVES, alternative_costs(case, np.array([furniture]))[0], strict=True))
    assert costs["hcmc_ports", "road"] == pytest.approx(3_210_315)
    assert costs["cai_mep", "road"] == pytest.approx(3_297_085)
    assert np.isfinite(costs["cai_mep", "inland_waterway"])
    assert np.isinf(costs["other", "road"])


def test_the_split_meets_the_estimates_beside_the_plan() -> None:
    """Estimates 60 / 40 % and three quarters of Cái Mép by barge; the plan has 50 / 50 and no barge."""
    table = calibrated_split(*planned())
    gateways = table[table["measure"] == "gateway_share"].set_index("gateway_group")
    assert gateways["calibrated_share"].to_dict() == pytest.approx({"hcmc_ports": 0.6, "cai_mep": 0.4, "other": 0.0})
    assert gateways.loc["cai_mep", "difference_points"] == pytest.approx(10.0)
    (barge,) = table[table["measure"] == "barge_share_cai_mep"].to_dict("records")
    assert barge["calibrated_share"] == pytest.approx(0.75)
    assert barge["plan_share"] == 0.0
    assert table["remark_en"].str.contains("calibrated to estimates, not observed", case=False).all()
    assert table["calibrated_teu_per_day"][:3].sum() == pytest.approx(10.0)


def test_an_estimate_out_of_reach_says_so() -> None:
    """Without the river no box reaches Cái Mép by barge."""
    closed = scenario_of(set_change("links", "river_1", status="closed"))
    table = calibrated_split(*planned(planner_pack(), closed))
    (barge,) = table[table["measure"] == "barge_share_cai_mep"].to_dict("records")
    assert barge["calibrated_share"] == 0.0
    assert "cannot be reached" in barge["remark_en"]
