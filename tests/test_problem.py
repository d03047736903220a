"""The flow problem: what it refuses, with every finding named, and that it cannot change afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from flow_problems import build_two_route_problem
from scipy import sparse

from optimizer.flow.findings import ProblemError


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
    assert "hãy cho một số" in caught.value.sentence("vi")


def test_what_is_left_of_a_capacity_is_never_below_its_floor() -> None:
    """100 less 30 used by others is 70; less 95 would be 5, but a fifth (20) is kept."""
    assert build_two_route_problem(capacity_per_day=[100.0], background_per_day=[30.0]).residual_per_day() == [70.0]
    kept = build_two_route_problem(capacity_per_day=[100.0], background_per_day=[95.0], floor_share=[0.2])
    assert kept.residual_per_day() == [20.0]


def test_arrays_left_out_take_no_memory_and_limit_nothing() -> None:
    problem = build_two_route_problem()
    assert problem.time_h.strides == (0, 0)
    assert problem.max_time_h == [np.inf]
    assert not problem.optional.any()


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
        (
            {"link_from": [0, 1], "link_to": [1, 0], "capacity_members": sparse.csr_array([[-1.0, 0.0]])},
            "capacity_members of train / rail is -1.0; only a link that starts where no link ends",
        ),
        ({"capacity_members": sparse.csr_array([[np.nan, 0.0]])}, "capacity_members of train / rail is nan"),
        ({"floor_share": [1.5]}, "floor_share of train is 1.5; give a share from 0 to 1"),
        ({"background_per_day": [-1.0]}, "background_per_day of train is -1.0"),
        ({"minimum_lot_t": [0.0, np.nan]}, "minimum_lot_t of road is nan"),
        ({"time_h": [[1.0, -1.0]]}, "time_h of goods / road is -1.0"),
        ({"length_km": [1.0]}, r"length_km has shape \(1,\); it must be \(2,\)"),
        ({"max_time_h": [np.nan]}, "max_time_h of a_to_b is nan"),
        ({"money_per_t": [[1e16, 3.0]]}, r"money_per_t of goods / rail is 1e\+16; give a number from 0 to 1e\+15"),
        ({"optional": [1]}, "optional holds int64 values; it must hold booleans"),
        ({"capacity_members": sparse.csr_array([[1e300, 0.0]])}, "capacity_members of train / rail is 1e[+]300"),
        ({"capacity_members": None}, "capacity_members is NoneType; give a sparse matrix of numbers"),
        ({"capacity_members": sparse.csr_array([[1j, 0.0]])}, "capacity_members is csr_array; give a sparse matrix"),
        ({"carbon_price_per_kg": "free"}, "carbon_price_per_kg of the problem is free; give a number"),
        ({"money_per_t": np.ma.array([[1.0, 2.0]], mask=[[True, False]])}, "money_per_t is a masked array"),
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
