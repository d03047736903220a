"""The flow problem: what it refuses, with every finding named, and that it cannot change afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from flow_problems import build_two_route_problem
from scipy import sparse

from optimizer.flow.problem import ProblemError


def test_cost_is_money_and_time_and_carbon() -> None:
    """Rail: 1 + 0.5 + 1 x 0.5 = 2 VND/t; road: 3 + 1 + 1 x 1 = 5 VND/t."""
    np.testing.assert_allclose(build_two_route_problem().cost_per_t(), [[2.0, 5.0]])


def test_arrays_are_copies_that_cannot_be_written() -> None:
    given = np.array([10.0])
    problem = build_two_route_problem(demand_t_per_day=given)
    given[0] = 99.0
    assert problem.demand_t_per_day[0] == 10.0
    with pytest.raises(ValueError, match="read-only"):
        problem.demand_t_per_day[0] = 1.0


def test_costs_where_a_class_may_not_go_are_ignored() -> None:
    problem = build_two_route_problem(allowed=[[True, False]], money_per_t=[[1.0, np.nan]])
    assert problem.money_per_t[0, 1] == 0.0


def test_every_finding_is_named_at_once() -> None:
    with pytest.raises(ProblemError) as caught:
        build_two_route_problem(
            money_per_t=[[-1.0, np.nan]], capacity_per_day=[np.inf], demand_destination=[7], penalty_per_t=[-3.0]
        )
    columns = [finding.column for finding in caught.value.findings]
    assert columns == ["demand_destination", "money_per_t", "money_per_t", "capacity_per_day", "penalty_per_t"]
    assert "money_per_t of goods / rail is -1.0" in str(caught.value)
    assert "money_per_t of goods / road is nan" in str(caught.value)
    assert "hữu hạn" in caught.value.sentence("vi")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"link_ids": ("rail", "rail")}, "names 'rail' twice"),
        ({"demand_ids": ("a_to_b", "b_to_a")}, r"demand_origin has shape \(1,\)"),
        ({"link_from": [0.5, 0.0]}, "must hold integers"),
        ({"link_from": [0, 2**40]}, "link_from is out of range"),
        ({"allowed": [[1, 0]]}, "must hold booleans"),
        ({"money_per_t": [["1", "2"]]}, "must hold numbers"),
        ({"link_to": [1, -1]}, "link_to of road is -1, but there are 2 nodes"),
        ({"carbon_price_per_kg": float("nan")}, "carbon_price_per_kg of the problem is nan"),
        ({"capacity_unit": ()}, "capacity_unit has 0 entries for 1 capacities"),
        ({"capacity_members": sparse.csr_array((1, 3))}, r"capacity_members has shape \(1, 3\)"),
        ({"capacity_members": sparse.csr_array([[-1.0, 0.0]])}, "capacity_members of train / rail is -1.0"),
        ({"use_per_t": [[np.inf]]}, "use_per_t of goods / train is inf"),
        ({"demand_t_per_day": [-5.0]}, "demand_t_per_day of a_to_b is -5.0"),
    ],
)
def test_refuses(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ProblemError, match=message):
        build_two_route_problem(**changes)


def test_many_findings_of_one_column_are_counted() -> None:
    count = 250
    with pytest.raises(ProblemError, match="150 more values of demand_t_per_day"):
        build_two_route_problem(
            demand_ids=tuple(f"demand_{index}" for index in range(count)),
            demand_origin=np.zeros(count, dtype=int),
            demand_destination=np.ones(count, dtype=int),
            demand_class=np.zeros(count, dtype=int),
            demand_t_per_day=np.full(count, np.nan),
            penalty_per_t=np.ones(count),
        )
