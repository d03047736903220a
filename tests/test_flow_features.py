"""What a flow problem can say: each thing by hand, switched on and off, and a plan that takes no notice of it.

Each scenario is a function whose docstring gives its two optima, without and with the thing; the numbers hold for the
edge linear program and for the solver, and the check names what is wrong with the plan that ignores it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest
from flow_parts import (
    Plant,
    Sketch,
    add_fleet,
    add_plant,
    add_storage,
    add_supply,
    end_anywhere,
    plan_of,
    repeat_over_periods,
    return_empties,
    start_anywhere,
)

from benchmarks.edge_lp import solve_edge_lp
from optimizer.check import check_plan
from optimizer.flow.solve import solve

Flows = Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Scenario:
    """Two problems with their optima, and flows that the second forbids, with what the check says of them."""

    without: Sketch
    with_it: Sketch
    optima: tuple[float, float]
    ignoring_it: Flows
    kinds: set[str]
    stated: Mapping[str, float] = field(default_factory=dict)


SCENARIOS: dict[str, Callable[[], Scenario]] = {}


def scenario(build: Callable[[], Scenario]) -> Callable[[], Scenario]:
    SCENARIOS[build.__name__] = build
    return build


def two_routes(tonnes: float = 10.0, **demand: float) -> Sketch:
    """Cargo from a to b, by rail at 2 or by road at 5 a tonne; what stays pays 20 unless said."""
    sketch = Sketch()
    sketch.link("rail", "a", "b", 2.0)
    sketch.link("road", "a", "b", 5.0)
    sketch.demand("cargo", "a", "b", tonnes, **{"penalty": 20.0, **demand})
    return sketch


def changed(sketch: Sketch, **links: Mapping[str, object]) -> Sketch:
    """Return the sketch with other fields of some links."""
    new = Sketch(sketch.classes, sketch.carbon_price, dict(sketch.links), dict(sketch.capacities), dict(sketch.demands))
    for name, fields in links.items():
        new.links[name] = replace(new.links[name], **fields)  # type: ignore[arg-type]
    return new


@scenario
def modes() -> Scenario:
    """10 t by rail cost 20; if cargo may not go by rail, 50."""
    return Scenario(
        two_routes(), changed(two_routes(), rail={"classes": ()}), (20, 50), {("cargo", "rail"): 10}, {"mode"}
    )


@scenario
def elastic_demand() -> Scenario:
    """10 t by road cost 50; if each is worth only 4, they stay for 40. Ignored: 5 t are neither carried nor counted."""
    without = changed(two_routes(), rail={"classes": ()})
    with_it = changed(two_routes(penalty=4), rail={"classes": ()})
    return Scenario(without, with_it, (50, 40), {("cargo", "road"): 5}, {"demand"}, {"stays": 0.0})


def of_100_t_by_rail(tonnes: float, most: Sketch) -> Scenario:
    """100 t by rail cost 200; with a capacity that takes some tonnes of them, the rest costs 5 each by road."""
    return Scenario(two_routes(100), most, (200, 500 - 3 * tonnes), {("cargo", "rail"): 100}, {"capacity"})


@scenario
def capacity_of_a_link_in_tonnes() -> Scenario:
    """60 t a day: 60 x 2 + 40 x 5 = 320."""
    sketch = two_routes(100)
    sketch.capacity("track", 60, ["rail"])
    return of_100_t_by_rail(60, sketch)


@scenario
def capacity_of_a_terminal_in_teu() -> Scenario:
    """6 TEU a day of 10 t each, trains and barges (at 3) together: 60 x 2 + 40 x 5 = 320."""
    sketch = two_routes(100)
    sketch.link("barge", "a", "b", 3.0)
    sketch.capacity("terminal", 6, ["rail", "barge"], unit="TEU", use=0.1)
    flows: Flows = {("cargo", "rail"): 60, ("cargo", "barge"): 40}
    return replace(of_100_t_by_rail(60, sketch), ignoring_it=flows)


@scenario
def capacity_of_a_service_in_vehicles() -> Scenario:
    """2 wagons a day of 20 t each: 40 x 2 + 60 x 5 = 380."""
    sketch = two_routes(100)
    sketch.capacity("departures", 2, ["rail"], unit="vehicle", use=0.05)
    return of_100_t_by_rail(40, sketch)


@scenario
def capacity_of_a_gate_in_vehicles() -> Scenario:
    """10 passes a day; every wagon of 10 t passes twice, in and out: 50 x 2 + 50 x 5 = 350."""
    sketch = two_routes(100)
    sketch.capacity("gate", 10, {"rail": 2.0}, unit="vehicle", use=0.1)
    return of_100_t_by_rail(50, sketch)


@scenario
def capacity_of_a_fleet_in_vehicle_hours() -> Scenario:
    """12 vehicle hours a day; 10 t take a vehicle for 3 hours: 40 x 2 + 60 x 5 = 380."""
    sketch = changed(two_routes(100), rail={"hours": 3.0})
    add_fleet(sketch, "locomotives", 12, ["rail"], 0.1)
    return of_100_t_by_rail(40, sketch)


@scenario
def background_use_with_a_floor() -> Scenario:
    """Of 60 t a day others use 50, but a quarter is kept: 15 x 2 + 85 x 5 = 455 instead of 60 x 2 + 40 x 5 = 320."""
    without, with_it = two_routes(100), two_routes(100)
    without.capacity("track", 60, ["rail"])
    with_it.capacity("track", 60, ["rail"], background=50, floor=0.25)
    flows: Flows = {("cargo", "rail"): 60, ("cargo", "road"): 40}
    return Scenario(without, with_it, (320, 455), flows, {"capacity"})


def in_two_legs(**demand: float) -> Sketch:
    """Cargo by two legs of rail at 1 a tonne, 5 h and 40 km each, or by road at 5, 4 h and 60 km."""
    sketch = Sketch()
    sketch.link("first", "a", "halt", 1.0, hours=5.0, km=40.0)
    sketch.link("second", "halt", "b", 1.0, hours=5.0, km=40.0)
    sketch.link("road", "a", "b", 5.0, hours=4.0, km=60.0)
    sketch.demand("cargo", "a", "b", 10, **demand)
    return sketch


@scenario
def maximum_time() -> Scenario:
    """Each leg keeps within 9 h, both together do not: 10 t by road cost 50 instead of 20 by rail."""
    return Scenario(in_two_legs(), in_two_legs(max_hours=9), (20, 50), {("cargo", "first", "second"): 10}, {"time"})


@scenario
def maximum_distance() -> Scenario:
    """Each leg keeps within 60 km, both together do not: 10 t by road cost 50 instead of 20 by rail."""
    return Scenario(in_two_legs(), in_two_legs(max_km=60), (20, 50), {("cargo", "first", "second"): 10}, {"length"})


@scenario
def lots_by_rail_and_barge() -> Scenario:
    """By barge at 1 a tonne 10 + 20 t cost 30; trains from 15 t and barges from 25 t leave 10 x 5 + 20 x 2 = 90."""
    without = two_routes()
    without.link("barge", "a", "b", 1.0)
    without.demand("large", "a", "b", 20)
    with_it = changed(without, rail={"lot": 15.0}, barge={"lot": 25.0})
    return Scenario(without, with_it, (30, 90), {("cargo", "road"): 10, ("large", "barge"): 20}, {"lot"})


def steel_works(steel: float = 10, ore_per_t: float = 2, most: float = 100, least: float = 0) -> Sketch:
    """Steel from the works to the market at 5 a tonne, worth 20; it takes ore, 3 a tonne from the mine."""
    sketch = Sketch(("ore", "steel"))
    sketch.link("from mine", "mine", "works", 3.0)
    sketch.link("to market", "works", "market", 5.0)
    add_plant(sketch, "works", Plant("works", {"ore": ore_per_t}, {"steel": 1}, most, least, shortfall_penalty=30))
    add_supply(sketch, "ore", "mine", "works in ore", 100, "ore")
    sketch.demand("steel", "works out steel", "market", steel, penalty=20, goods="steel")
    return sketch


def steel_flows(ore: float, may_run: float, steel: float) -> Flows:
    flows: Flows = {
        ("ore", "from mine", "works takes ore"): ore,
        ("works may run", "works activity"): may_run,
        ("steel", "works gives steel", "to market"): steel,
    }
    return {path: tonnes for path, tonnes in flows.items() if tonnes}


@scenario
def processing_takes_its_input() -> Scenario:
    """10 t of steel cost 50 to the market, and 20 t of ore 60 more: 110. Ignored: steel from no ore."""
    without = Sketch(("ore", "steel"))
    without.link("to market", "works", "market", 5.0)
    without.demand("steel", "works", "market", 10, penalty=20, goods="steel")
    return Scenario(without, steel_works(), (50, 110), steel_flows(0, 10, 10), {"capacity"})


@scenario
def processing_yield() -> Scenario:
    """At 1 t of ore per tonne of steel 10 x 3 + 10 x 5 = 80; at 2 t, 110. Ignored: 10 t of steel from 10 t of ore."""
    return Scenario(steel_works(ore_per_t=1), steel_works(), (80, 110), steel_flows(10, 10, 10), {"capacity"})


@scenario
def processing_gives_no_more_than_runs() -> Scenario:
    """Two kinds of output from one run, 0.5 t each: 10 t of steel need 20 t of activity. 20 x 2 x 3 + 50 = 170."""
    with_it = steel_works()
    with_it.counts("works stock steel", "works activity", -0.5)
    return Scenario(steel_works(), with_it, (110, 170), steel_flows(20, 10, 10), {"capacity"})


@scenario
def processing_maximum() -> Scenario:
    """At most 6 t are made, at 6 + 5 each; 4 t are missed at 20 each: 66 + 80 = 146 instead of 110."""
    return Scenario(steel_works(), steel_works(most=6), (110, 146), steel_flows(20, 10, 10), {"demand"})


@scenario
def processing_minimum() -> Scenario:
    """2 t of steel cost 2 x 11 = 22; if 5 t must be made, 3 x 6 more: 40. Ignored: no ore for the other 3 t."""
    flows = {**steel_flows(4, 0, 2), ("works must run", "works activity"): 5.0}
    return Scenario(steel_works(steel=2), steel_works(steel=2, least=5), (22, 40), flows, {"capacity"})


def by_day_and_night(**closed: str) -> Sketch:
    """Cargo from a to b over a bridge at 2 or a ferry at 5, by day or by night, 5 t over the bridge in each."""
    sketch = Sketch()
    sketch.link("bridge", "a", "b", 2.0)
    sketch.link("ferry", "a", "b", 5.0)
    sketch.capacity("gate", 5, ["bridge"])
    sketch.demand("cargo", "a", "b", 10, penalty=20)
    return repeat_over_periods(sketch, ["day", "night"], closed=closed.values())


def at(period: str, link: str) -> tuple[str, ...]:
    return ("cargo", f"cargo from a@{period}", f"{link}@{period}", f"cargo to b@{period}")


@scenario
def hours_bans() -> Scenario:
    """Half by day and half by night cost 20; with the bridge banned by day, 5 x 2 + 5 x 5 = 35."""
    with_it = by_day_and_night(ban="bridge@day")
    return Scenario(by_day_and_night(), with_it, (20, 35), {at("day", "bridge"): 5, at("night", "bridge"): 5}, {"mode"})


@scenario
def gate_hours() -> Scenario:
    """With the gate shut at night, 5 x 2 + 5 x 5 = 35 instead of 20."""
    with_it = by_day_and_night()
    with_it.capacities["gate@night"] = replace(with_it.capacities["gate@night"], per_day=0.0)
    flows = {at("day", "bridge"): 5.0, at("night", "bridge"): 5.0}
    return Scenario(by_day_and_night(), with_it, (20, 35), flows, {"capacity"})


def harvest(**storage: float) -> Sketch:
    """10 t ready in June and wanted in July, worth 20; the road costs 2 in either month."""
    sketch = Sketch()
    sketch.link("road", "field", "mill", 2.0)
    sketch.demand("rice", "field", "mill", 10, penalty=20)
    sketch = repeat_over_periods(sketch, ["june", "july"], leaves={"rice": ["june"]}, arrives={"rice": ["july"]})
    if storage:
        add_storage(sketch, "field", ["june", "july"], **storage)
    return sketch


IN_STORE = ("rice", "rice from field@june", "field waits@july", "road@july", "rice to mill@july")


@scenario
def storage_from_month_to_month() -> Scenario:
    """Without a store all 10 t are missed: 200; with one they cost 20. Ignored: rice jumps into July."""
    jump = ("rice", "rice from field@june", "road@july", "rice to mill@july")
    return Scenario(harvest(), harvest(money=0), (200, 20), {jump: 10}, {"path"})


@scenario
def cost_of_storage() -> Scenario:
    """At 3 a tonne and month 10 t cost 10 x (2 + 3) = 50 instead of 20. Ignored: the bill has only the road."""
    stated = {"money": 20.0}
    return Scenario(harvest(money=0), harvest(money=3), (20, 50), {IN_STORE: 10}, {"cost", "objective"}, stated)


@scenario
def capacity_of_storage() -> Scenario:
    """With room for 4 t, 4 x 5 + 6 x 20 = 140 instead of 50."""
    return Scenario(harvest(money=3), harvest(money=3, most=4), (50, 140), {IN_STORE: 10}, {"capacity"})


@scenario
def empties_that_return() -> Scenario:
    """10 t cost 20; each leaves 0.2 t of empties, 4 a tonne back to the depot: 28. Ignored: none goes back."""
    without, with_it = (Sketch(("goods", "empty")) for _ in range(2))
    for sketch in (without, with_it):
        sketch.link("there", "a", "b", 2.0)
        sketch.link("back", "b", "a", 4.0)
        sketch.demand("cargo", "a", "b", 10, penalty=20)
    return_empties(with_it, "cargo", "empty", 0.2, ["a"])
    return Scenario(without, with_it, (20, 28), {("cargo", "there", "cargo arrives"): 10}, {"capacity"})


@scenario
def empties_that_cannot_return() -> Scenario:
    """With 0.6 t of 2 t of empties back at 4, only 3 t may arrive: 3 x 2 + 0.6 x 4 + 7 x 20 = 148.4 instead of 28."""
    without = empties_that_return().with_it
    with_it = changed(without)
    with_it.capacity("trucks back", 0.6, ["back"])
    home = ("cargo empties back", "cargo empties leave", "back", "cargo empties back to a")
    flows = {("cargo", "there", "cargo arrives"): 10, home: 0.6}
    return Scenario(without, with_it, (28, 148.4), flows, {"capacity"})


def three_towns() -> Sketch:
    """10 t from a to b at 5 a tonne; roads from c to b, from d to b at 3 and 1, from a to e and to f at 3 and 1."""
    sketch = Sketch()
    for name, tail, head, money in (
        ("ab", "a", "b", 5.0),
        ("cb", "c", "b", 3.0),
        ("db", "d", "b", 1.0),
        ("ae", "a", "e", 3.0),
        ("af", "a", "f", 1.0),
    ):
        sketch.link(name, tail, head, money)
    sketch.demand("cargo", "a", "b", 10, penalty=20)
    return sketch


@scenario
def origin_set() -> Scenario:
    """From a the 10 t cost 50; if c may send them too, 30. Ignored: d, cheaper, is none of the two."""
    with_it = three_towns()
    start_anywhere(with_it, "cargo", ["a", "c"])
    return Scenario(three_towns(), with_it, (50, 30), {("cargo", "cargo from c", "db"): 10}, {"path"})


@scenario
def destination_set() -> Scenario:
    """To b the 10 t cost 50; if e will take them too, 30. Ignored: f, cheaper, is none of the two."""
    with_it = three_towns()
    end_anywhere(with_it, "cargo", ["b", "e"])
    return Scenario(three_towns(), with_it, (50, 30), {("cargo", "af", "cargo to e"): 10}, {"path"})


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_changes_the_optimum_as_worked_by_hand(name: str) -> None:
    case = SCENARIOS[name]()
    for sketch, optimum in zip((case.without, case.with_it), case.optima, strict=True):
        assert solve_edge_lp(sketch.build()).objective == pytest.approx(optimum)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_hours": 8.5}, "needs time_h and its limits in whole"),
        ({"max_km": 1e-3}, "needs length_km and its limits"),
    ],
)
def test_the_edge_linear_program_refuses_limits_it_cannot_count(limits: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve_edge_lp(in_two_legs(**limits).build())


def test_the_edge_linear_program_refuses_more_copies_than_it_can_hold() -> None:
    sketch = changed(in_two_legs(max_hours=1e7), first={"hours": 1e7})
    with pytest.raises(ValueError, match="make 10000001 copies of 3 nodes"):
        solve_edge_lp(sketch.build())


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_solver_finds_the_optimum_and_passes_the_check(name: str) -> None:
    case = SCENARIOS[name]()
    for sketch, optimum in zip((case.without, case.with_it), case.optima, strict=True):
        problem = sketch.build()
        plan = solve(problem)
        assert plan.objective == pytest.approx(optimum)
        assert plan.gap <= 1e-9
        assert check_plan(problem, plan) == ()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_plan_that_ignores_it_is_rejected(name: str) -> None:
    case = SCENARIOS[name]()
    problem = case.with_it.build()
    plan = plan_of(problem, case.ignoring_it, **case.stated)
    assert {violation.kind for violation in check_plan(problem, plan)} == case.kinds
