"""A planner that keeps what one plan can give the next: the same problem as afresh, bit for bit, and the same cost."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planner_pack import BASE, REASON, planner_pack, scenario_of, set_change
from scipy import sparse

from geodata.assembly.builder import NetworkBuilder
from geodata.assembly.network import build_network
from geodata.network import Network
from optimizer.flow.problem import Problem
from optimizer.planner import Planner
from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.scenario import CarbonPrice, Change, Scenario
from supplychain.assumptions import apply_assumptions
from supplychain.demand import build_demand
from supplychain.demand.changes import DemandChange
from supplychain.pack import Pack, TableMemo

SCENARIOS: dict[str, Scenario] = {
    "base": BASE,
    "closed": scenario_of(set_change("terminals", "city", status="closed")),
    "wider": scenario_of(Change("terminals", ("city",), (), (), (("capacity_teu_per_year", 2.0),), REASON)),
    "slower": scenario_of(Change("links", (), (("mode", ("road",)),), (), (("speed_kmh", 0.5),), REASON)),
    "peak": scenario_of(set_change("assumptions", "peak_factor", mid=1.5)),
    "penalty": scenario_of(set_change("assumptions", "unmet_penalty_vnd_per_t", mid=1e6)),
    "more": replace(BASE, demand_changes=(DemandChange(factor=1.3),)),
    "priced": replace(BASE, carbon_price=CarbonPrice(100.0, "USD", 2025)),
}


def assert_same(ours: Problem, theirs: Problem) -> None:
    """Check that two problems are the same in every bit."""
    for field in fields(Problem):
        one, other = getattr(ours, field.name), getattr(theirs, field.name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, field.name
            assert one.tobytes() == other.tobytes(), field.name
        elif isinstance(one, sparse.csr_array):
            assert (one != other).nnz == 0
        else:
            assert one == other, field.name


ROAD_CLOSED = scenario_of(set_change("links", "road_2", status="closed"))


def networks_of(pack: Pack, scenarios: list[Scenario]) -> list[Network]:
    """Return the network of each scenario, made by one builder in this order."""
    builder = NetworkBuilder()
    return [builder(apply_assumptions(apply_changes(pack, one))) for one in scenarios]


def same_columns(ours: Any, theirs: Any) -> bool:  # noqa: ANN401 - any frozen columns
    """Return whether every array of two tables of a network is the same."""
    return all(
        np.array_equal(getattr(ours, field.name), getattr(theirs, field.name), equal_nan=one.dtype.kind == "f")
        for field in fields(ours)
        if isinstance(one := getattr(ours, field.name), np.ndarray)
    )


def test_networks_built_piece_by_piece_are_those_built_whole() -> None:
    """A road closed takes a junction out of use; the way back puts it in again."""
    pack = planner_pack()
    order = [BASE, SCENARIOS["slower"], ROAD_CLOSED, BASE, SCENARIOS["closed"], SCENARIOS["wider"], BASE]
    for scenario, network in zip(order, networks_of(pack, order), strict=True):
        whole = build_network(apply_assumptions(apply_changes(pack, scenario)))
        for part in ("nodes", "links", "capacities", "geometries"):
            assert same_columns(getattr(network, part), getattr(whole, part)), (scenario.scenario_id, part)
        assert network.vehicle_ids == whole.vehicle_ids
        assert network.commodity_sets == whole.commodity_sets


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(SCENARIOS)), min_size=2, max_size=4))
def test_scenarios_in_any_sequence_give_what_each_gives_afresh(names: list[str]) -> None:
    pack = planner_pack()
    planner = Planner(pack)
    for name in names:
        kept = planner.plan(SCENARIOS[name])
        afresh = Planner(pack).plan(SCENARIOS[name])
        assert_same(kept.case.problem, afresh.case.problem)
        assert kept.plan.objective == pytest.approx(afresh.plan.objective, rel=1e-9)
        assert not kept.violations


def test_a_plan_does_not_depend_on_what_was_planned_in_between() -> None:
    first, second = Planner(planner_pack()), Planner(planner_pack())
    for planner in (first, second):
        planner.plan(BASE)
    for name in ("closed", "slower"):
        first.plan(SCENARIOS[name])
    ours, theirs = first.plan(SCENARIOS["wider"]).plan, second.plan(SCENARIOS["wider"]).plan
    np.testing.assert_array_equal(ours.path_links, theirs.path_links)
    np.testing.assert_array_equal(ours.path_t_per_day, theirs.path_t_per_day)


class CountingMaker:
    """Reads one table of a pack, and counts how often it does."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, pack: Pack, factor: float = 1.0) -> float:
        """Return the number of terminals times the factor."""
        self.calls += 1
        return len(pack.table("terminals")) * factor


def changed(pack: Pack, table: str) -> Pack:
    """Return the pack with a copy of one table, equal in content."""
    return pack.with_tables({table: pd.DataFrame(pack.table(table))})


def test_what_is_made_of_a_pack_is_made_again_only_when_a_table_it_reads_changes() -> None:
    maker, pack = CountingMaker(), planner_pack()
    memo = TableMemo(maker)
    assert memo(pack) == memo(changed(pack, "links")) == memo(pack)
    assert maker.calls == 1
    memo(changed(pack, "terminals"))
    assert maker.calls == 2
    assert memo(pack, 2.0) == 2 * memo(pack)
    assert maker.calls == 3


def test_a_memo_drops_what_was_not_asked_for_longest() -> None:
    maker, pack = CountingMaker(), planner_pack()
    memo = TableMemo(maker, most=2)
    for factor in (1.0, 2.0, 1.0, 3.0, 1.0, 2.0):
        memo(pack, factor)
    assert maker.calls == 4


def test_demand_is_kept_where_only_roads_change() -> None:
    pack = planner_pack()
    memo: Any = TableMemo(build_demand)
    planner = Planner(pack)
    base, slower = planner.build(BASE), planner.build(SCENARIOS["slower"])
    assert base.demand is slower.demand
    assert base.network is not slower.network
    assert planner.build(SCENARIOS["peak"]).demand is not base.demand
    assert memo(pack, ()) is memo(pack, ())


def test_a_memo_is_of_a_pack() -> None:
    with pytest.raises(TypeError, match="first argument must be a pack"):
        TableMemo(len)([])
