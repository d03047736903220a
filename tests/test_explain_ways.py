"""Routes, alternatives, binding capacities and whose tonnes: by hand, and as laws on generated problems."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from flow_parts import Sketch
from flow_problems import flow_problems
from hypothesis import given, settings

from optimizer.explain.alternatives import alternatives
from optimizer.explain.answer import Explainer
from optimizer.explain.capacities import binding_capacities, solve_with_more
from optimizer.explain.find import UnknownPartError, find_capacities, find_demands, find_links, find_nodes
from optimizer.explain.question import Question
from optimizer.explain.trace import trace_capacity, trace_links, trace_nodes
from optimizer.explain.ways import routes
from optimizer.flow.engine import FlowEngine
from optimizer.flow.problem import Problem
from optimizer.subject import Subject, Words


def subject_of_problem(problem: Problem, modes: tuple[str, ...] = ("road", "rail", "barge")) -> Subject:
    """Return a plan of a problem; a link moves by the mode its name begins with, else by one after another."""
    plan = FlowEngine().solve(problem)
    letter = [
        next((place for place, mode in enumerate(modes) if name.startswith(mode)), index % (len(modes) + 1) - 1)
        for index, name in enumerate(problem.link_ids)
    ]
    return Subject(
        title="made up",
        problem=problem,
        plan=plan,
        nodes=words(problem.node_ids),
        links=words(problem.link_ids),
        capacities=words(problem.capacity_ids),
        letters=modes,
        letter=np.array(letter, dtype=np.int8),
        link_kind=np.full(len(problem.link_ids), "link", dtype=object),
        length_km=np.asarray(problem.length_km),
        hours=np.asarray(problem.time_h),
        money_parts={"half": 0.5 * problem.money_per_t, "rest": 0.5 * problem.money_per_t},
        demands=pd.DataFrame(
            {
                "demand_id": problem.demand_ids,
                "commodity_id": [problem.class_ids[k] for k in problem.demand_class],
                "origin_id": [problem.node_ids[node] for node in problem.demand_origin],
                "destination_id": [problem.node_ids[node] for node in problem.demand_destination],
            }
        ),
        capacity_kind=np.full(len(problem.capacity_ids), "link", dtype=object),
        currency="USD",
        price_year=None,
        inputs_sha256="",
        sources=(),
    )


def words(ids: tuple[str, ...]) -> Words:
    names = np.array(ids, dtype=object)
    return Words(np.full(len(ids), "", dtype=object), names, names, names)


@pytest.fixture(scope="module")
def bridge() -> Subject:
    """Return 12 t from a to b: 6 t fit on a bridge at 3 a tonne, a road round costs 4 + 1 of time, a rail 9 with 2 kg.

    Carbon costs 0.5 a kg. So 6 t cross the bridge and 6 t go round; one more tonne of bridge saves 2.
    """
    sketch = Sketch(carbon_price=0.5)
    sketch.link("road_bridge", "a", "b", 3.0, km=10.0)
    sketch.link("road_out", "a", "m", 2.0, time_cost=1.0, km=15.0)
    sketch.link("road_in", "m", "b", 2.0, km=5.0)
    sketch.link("rail", "a", "b", 9.0, emissions=2.0, km=12.0)
    sketch.capacity("bridge", 6.0, ["road_bridge"])
    sketch.demand("d", "a", "b", 12.0, penalty=50.0)
    return subject_of_problem(sketch.build())


def test_routes_are_cut_into_legs_by_mode(bridge: Subject) -> None:
    found = {one.links: one for one in routes(bridge, 0)}
    assert set(found) == {(0,), (1, 2)}
    round_way = found[1, 2]
    assert (round_way.t_per_day, round_way.cost_per_t, round_way.amounts.time_cost) == (6.0, 5.0, 1.0)
    assert [(leg.links, leg.amounts.length_km) for leg in round_way.legs] == [((1, 2), 20.0)]
    assert round_way.amounts.money_parts == {"half": 2.0, "rest": 2.0}
    assert found[0,].price_per_t == pytest.approx(5.0)  # 3 and what the full bridge is worth
    assert found[0,].charges[0].cost_per_t == pytest.approx(2.0)


def test_the_alternative_of_another_chain_says_what_it_costs_more(bridge: Subject) -> None:
    """By rail 9 + 0.5 x 2 kg = 10: 5 more than the last tonne by either way of the plan."""
    own = routes(bridge, 0)
    (rail,) = alternatives(bridge, 0, own)
    assert rail.way.word == (1,)
    assert (rail.way.cost_per_t, rail.more_per_t) == pytest.approx((10.0, 5.0))
    assert rail.why == "dearer"
    assert rail.more is not None
    assert rail.more.carbon_cost == pytest.approx(1.0)
    assert rail.more.emissions_kg == pytest.approx(2.0)
    assert rail.more.cost_per_t == pytest.approx(10.0 - own[0].cost_per_t)


def test_a_cheaper_way_that_is_full_is_told_with_what_fills_it() -> None:
    """e, worth more on the bridge, fills it; d would save 2 by it, but goes round."""
    sketch = Sketch()
    sketch.link("road_bridge", "a", "b", 3.0)
    sketch.link("road_out", "a", "m", 5.0)
    sketch.link("rail_to", "c", "a", 0.0)
    sketch.link("road_in", "m", "b", 0.0)
    sketch.capacity("bridge", 6.0, {"road_bridge": 1.0})
    sketch.demand("d", "a", "b", 4.0, penalty=50.0)
    sketch.demand("e", "c", "b", 9.0, penalty=50.0)
    subject = subject_of_problem(sketch.build())
    found = [one for d in (0, 1) for one in alternatives(subject, d)]
    full = [one for one in found if one.why in ("full", "as_good")]
    assert full
    for one in full:
        assert [charge.capacity for charge in one.way.charges] in ([0], [])
        assert one.way.price_per_t >= one.way.cost_per_t


def test_alternatives_keep_the_limits_of_time() -> None:
    """The cheap rail takes 9 h and a second rail 4 h; with a limit of 5 h only the second is an alternative."""
    sketch = Sketch()
    sketch.link("road", "a", "b", 1.0, hours=1.0)
    sketch.link("rail_slow", "a", "b", 2.0, hours=9.0)
    sketch.link("rail_fast", "a", "b", 3.0, hours=4.0)
    sketch.demand("d", "a", "b", 1.0, penalty=50.0, max_hours=5.0)
    subject = subject_of_problem(sketch.build())
    (rail,) = alternatives(subject, 0)
    assert rail.way.links == (2,)


def test_the_bridge_binds_with_its_price_and_range(bridge: Subject) -> None:
    """One more tonne goes by the bridge at 3 instead of round at 5, of which 1 is time; from 0 to 12 t of bridge."""
    (found,) = binding_capacities(bridge)
    assert (found.price, found.money, found.time_cost, found.penalty) == pytest.approx((2.0, 1.0, 1.0, 0.0))
    assert (found.holds_from, found.holds_to) == pytest.approx((0.0, 12.0))
    assert not found.is_penalty_driven


def test_solving_again_says_what_the_price_says(bridge: Subject) -> None:
    """With 1 t more, and at both ends of the range 0 and 12, the saving is 2 a tonne; beyond, nothing more is saved."""
    for units, saved in ((1.0, 2.0), (6.0, 12.0), (-6.0, -12.0), (7.0, 12.0)):
        more = solve_with_more(bridge.problem, bridge.plan, 0, units)
        assert more.objective == pytest.approx(saved)
        assert more.money + more.time_cost + more.carbon_cost + more.penalty == pytest.approx(saved)


def test_a_price_made_of_penalty_is_flagged() -> None:
    sketch = Sketch()
    sketch.link("road", "a", "b", 5.0)
    sketch.capacity("bridge", 4.0, ["road"])
    sketch.demand("d", "a", "b", 9.0, penalty=20.0)
    (found,) = binding_capacities(subject_of_problem(sketch.build()))
    assert found.is_penalty_driven
    assert (found.price, found.penalty, found.money) == pytest.approx((15.0, 20.0, -5.0))


def test_whose_tonnes_by_hand(bridge: Subject) -> None:
    traced = trace_links(bridge, find_links(bridge, "road_bridge"))
    assert traced.total_t_per_day == pytest.approx(6.0)
    assert traced.table["demand_id"].tolist() == ["d"]
    assert traced.by("commodity_id")["share"].tolist() == [1.0]
    assert trace_nodes(bridge, find_nodes(bridge, "m")).total_t_per_day == pytest.approx(6.0)


def test_a_summary_holds_everything_at_once(bridge: Subject) -> None:
    found = Explainer(bridge).answer(Question())
    assert len(found.bindings) == 1
    assert not found.unserved
    assert [one.demand for one in found.demands] == [0]


@pytest.mark.parametrize(
    ("find", "wrong", "near"),
    [
        (find_links, "road_brige", "road_bridge"),
        (find_capacities, "brigde", "bridge"),
        (find_nodes, "M2", ""),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(bridge: Subject, find, wrong: str, near: str) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    with pytest.raises(UnknownPartError, match=wrong) as caught:
        find(bridge, wrong)
    assert near in caught.value.sentence("en")
    assert near in caught.value.sentence("vi")


def test_demands_that_match_nothing_together_are_refused(bridge: Subject) -> None:
    assert find_demands(bridge, place="a", commodity="goods").tolist() == [0]
    with pytest.raises(UnknownPartError, match="demand dd"):
        find_demands(bridge, demand="dd")
    with pytest.raises(UnknownPartError, match="park, zone or place x"):
        find_demands(bridge, place="x")


@settings(max_examples=40, deadline=None)
@given(flow_problems())
def test_laws_of_ways_prices_and_traces(problem: Problem) -> None:
    """A plan's own routes cost the demand's dual at shadow prices, no other way costs less, parts and traces add up."""
    subject = subject_of_problem(problem)
    plan, cost = subject.plan, problem.cost_per_t()
    size = float(max(np.abs(cost).max(initial=0.0), problem.penalty_per_t.max(initial=0.0), 1e-12))
    noise = 1e-6 * size * max(len(problem.link_ids), 1) + 1e-6 * plan.shadow_price.max(initial=0.0) * 40.0
    for demand in range(len(problem.demand_ids)):
        dual, own = float(plan.demand_dual[demand]), routes(subject, demand)
        if not problem.demand_t_per_day[demand]:
            continue
        for one in own:
            assert one.price_per_t == pytest.approx(dual, abs=noise)
            assert sum(one.amounts.money_parts.values()) == pytest.approx(one.amounts.money)
            for name in ("money", "time_cost", "carbon_cost", "hours", "length_km", "emissions_kg"):
                legs = sum(getattr(leg.amounts, name) for leg in one.legs)
                assert legs == pytest.approx(getattr(one.amounts, name))
            assert [link for leg in one.legs for link in leg.links] == list(one.links)
        for other in alternatives(subject, demand, own):
            assert other.way.price_per_t >= dual - noise
            assert other.more_per_t == pytest.approx(other.way.price_per_t - dual)
    flow = plan.flow_by_class(problem).sum(axis=0)
    for link in range(len(problem.link_ids)):
        assert trace_links(subject, np.array([link])).total_t_per_day == pytest.approx(flow[link], rel=1e-12)
    used = plan.capacity_used(problem)
    for capacity in range(len(problem.capacity_ids)):
        _, units = trace_capacity(subject, capacity)
        assert units.sum() == pytest.approx(used[capacity], rel=1e-9, abs=1e-9 * (np.abs(units).sum() + 1e-12))


def test_freight_that_stays_where_it_is_counts_at_its_node() -> None:
    """Of 5 t from a to a and 3 t from a to b, 8 t start or end at a and 3 t at b."""
    sketch = Sketch()
    sketch.link("road", "a", "b", 1.0)
    sketch.demand("here", "a", "a", 5.0, penalty=9.0)
    sketch.demand("there", "a", "b", 3.0, penalty=9.0)
    subject = subject_of_problem(sketch.build())
    told = {node: trace_nodes(subject, find_nodes(subject, node)) for node in ("a", "b")}
    assert [told["a"].total_t_per_day, told["b"].total_t_per_day] == pytest.approx([8.0, 3.0])
    assert told["a"].table["demand_id"].tolist() == ["here", "there"]
    assert told["a"].table["mode_chain"].tolist() == ["", "road"]
