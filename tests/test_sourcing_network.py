"""Ways and freight on networks: by hand, against the planner's costs, and bounds that nothing falls below."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from answer_networks import LAT, LON, LORRY, PLANE, grid, roads
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_parts import DAY
from test_impedance import BY_HAND, STEPS, impedance_of
from tiny_pack import FURNITURE, tiny_pack

from geodata.answers.travel import NetworkTravel
from geodata.impedance.haulage import PackFreight, build_pack_freight, truck_haulage
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.graph import build_graph
from geodata.routing.vehicle import VehicleProfile
from supplychain.pack import Pack
from supplychain.sourcing.matching import Means, candidates_of, match
from supplychain.sourcing.question import Question
from supplychain.sourcing.scoring import Weights
from supplychain.sourcing.travel import Trips
from supplychain.sourcing.values import Goods, Party, Spot, Supply


def travel_on(infrastructure: Infrastructure, profile: VehicleProfile = LORRY, **options: Any) -> NetworkTravel:  # noqa: ANN401 - options of NetworkTravel
    return NetworkTravel(infrastructure, build_graph(infrastructure, profile), **options)


def spot(east_m: float, north_m: float) -> Spot:
    point = PLANE.to_degrees(shapely.Point(east_m, north_m))
    return Spot(point.x, point.y, "facility")


def test_a_way_worked_by_hand() -> None:
    """10 km of primary road at 60 km/h with a toll of 2,000 VND/km on the class-5 truck: 10 min, 10 km, 20,000 VND.

    The places lie 100 m and 0 m off the road; that is told and counts in nothing else.
    """
    toll = replace(LORRY, toll_factor=0.5, empty_share=0.4)
    network = roads(
        {"a": (0.0, 0.0), "b": (10_000.0, 0.0)},
        [{"ends": "ab", "toll": True, "toll_per_km": 2000.0, "currency": 0, "price_year": 2025}],
    )
    trips = travel_on(network, toll).trips([spot(0.0, 100.0)], [spot(10_000.0, 0.0)])
    assert trips.minutes == pytest.approx([10.0], rel=1e-3)
    assert trips.km == pytest.approx([10.0], rel=1e-3)
    assert trips.toll == pytest.approx([20_000.0], rel=1e-3)
    assert trips.access_m == pytest.approx([100.0], rel=1e-2)
    assert trips.reasons == (None,)


def test_places_off_the_network_and_one_and_the_same_place() -> None:
    travel = travel_on(grid(3))
    off, here, there = spot(90_000.0, 0.0), spot(0.0, 0.0), spot(1000.0, 0.0)
    trips = travel.trips([off, here, here], [here, here, there])
    assert np.isnan(trips.minutes[0])
    assert trips.reasons[0] is not None
    assert "farther than the reach" in trips.reasons[0].en
    assert (trips.minutes[1], trips.km[1]) == (0.0, 0.0)
    assert trips.km[2] >= 0.8  # 1 km as the crow flies, moved about by the grid's disorder


def networks() -> st.SearchStrategy[Infrastructure]:
    """Return small networks of crooked roads of several classes, one-way some, whose stated length may be longer."""
    places = st.tuples(st.floats(-20_000.0, 20_000.0), st.floats(-20_000.0, 20_000.0))

    @st.composite
    def make(draw: st.DrawFn) -> Infrastructure:
        names = "abcdef"[: draw(st.integers(2, 6))]
        nodes = {name: draw(places) for name in names}
        ends = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), min_size=1, max_size=9))
        links = []
        for one, other in ends:
            if one == other or nodes[one] == nodes[other]:
                continue
            link: dict[str, Any] = {
                "ends": one + other,
                "link_class": draw(st.sampled_from(("primary", "secondary", "residential"))),
                "oneway": draw(st.booleans()),
            }
            if draw(st.booleans()):
                link["via"] = [draw(places)]
            links.append(link)
        return roads(nodes, links or [{"ends": names[:2]}])

    return make()


spots = st.builds(spot, st.floats(-22_000.0, 22_000.0), st.floats(-22_000.0, 22_000.0))


@settings(max_examples=60, deadline=None)
@given(networks(), st.lists(spots, min_size=1, max_size=5), spots, st.sampled_from((500.0, 5000.0)))
def test_no_way_falls_below_what_the_crow_flies(
    network: Infrastructure, origins: list[Spot], destination: Spot, reach_m: float
) -> None:
    travel = travel_on(network, reach_m=reach_m)
    ends = [destination] * len(origins)
    trips, (minutes, km) = travel.trips(origins, ends), travel.at_least(origins, ends)
    reached = np.isfinite(trips.minutes)
    assert (minutes[reached] <= trips.minutes[reached] + 1e-9).all()
    assert (km[reached] <= trips.km[reached] + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(networks(), st.lists(spots, min_size=1, max_size=5), spots, st.floats(1.0, 60.0))
def test_the_prefilter_keeps_out_nobody_whom_the_network_admits(
    network: Infrastructure, places: list[Spot], destination: Spot, most: float
) -> None:
    """Everybody within the minutes by the network is ranked, although ways of the hopeless are not searched."""
    goods = Goods(("Ống thép",))
    offers = [
        Supply(f"off_{at}", Party(f"org_{at}", "", f"fac_{at}", "", spot=place), goods)
        for at, place in enumerate(places)
    ]
    travel = travel_on(network, reach_m=3000.0)
    asked = Question(goods, DAY, destination=destination, minutes=most, certificates=("ISO 9001",))
    for certificates in ((), ("ISO 9001",)):
        answer = match(
            candidates_of([replace(asked, certificates=certificates)], offers), Means(Weights.default(), travel)
        )
        trips = travel.trips(places, [destination] * len(places))
        near = {f"off_{at}" for at in range(len(places)) if trips.minutes[at] <= most}
        kept = {one.candidate.supply.offer_id for one in (*answer.ranked, *answer.apart)}
        far = {
            one.candidate.supply.offer_id
            for one in answer.left_out
            if any(failure.limit == "minutes" for failure in one.failures)
        }
        assert far == {one.offer_id for one in offers} - near
        assert kept == (near if not certificates else set())


def trips_like_the_truck_link() -> Trips:
    """Return the truck link of ``STEPS``: 20 km in half an hour, toll 2,000 VND/km of the class-5 truck."""
    one = np.array([1.0])
    return Trips(30.0 * one, 20.0 * one, 40_000.0 * one, (None,), 0.0 * one)


def test_freight_is_that_of_the_planner() -> None:
    """The truck leg worked by hand for plans: 51,250 VND/t, 1.7625 + 0.406730769 kg CO2e/t."""
    freight = build_pack_freight(tiny_pack())
    vehicles = impedance_of(tiny_pack()).vehicles
    cost, co2e = truck_haulage(vehicles, "container", float(FURNITURE.t_per_teu or 0.0), trips_like_the_truck_link())
    assert cost == pytest.approx([BY_HAND["price"][0]])
    assert co2e == pytest.approx([BY_HAND["ttw_kg"][0] + BY_HAND["wtt_kg"][0]])
    impedance = impedance_of(tiny_pack())
    links = [impedance.network.link_index(link) for link in STEPS[0]]
    assert cost == pytest.approx([impedance.price[0, links].sum()])
    assert isinstance(freight, PackFreight)


def test_freight_of_a_commodity_is_the_mean_of_its_forms(region_pack: Pack) -> None:
    """Furniture is shipped 30 % in boxes inside the country; an unknown commodity is taken as loose, and told so."""
    freight = build_pack_freight(region_pack)
    one = np.array([1.0])
    trips = Trips(60.0 * one, 40.0 * one, 0.0 * one, (None,), 0.0 * one)
    share = float(
        region_pack.table("commodities").set_index("commodity_id").loc["furniture", "container_share_domestic"]
    )
    boxes = truck_haulage(freight._vehicles, "container", 5.6, trips)  # noqa: SLF001 - the parts behind the mean
    loose = truck_haulage(freight._vehicles, "bulk", np.nan, trips)  # noqa: SLF001
    found = freight.haulage("furniture", trips)
    assert found.cost_per_t == pytest.approx(share * boxes[0] + (1 - share) * loose[0])
    assert found.co2e_kg_per_t == pytest.approx(share * boxes[1] + (1 - share) * loose[1])
    unknown = freight.haulage("", trips)
    assert unknown.cost_per_t == pytest.approx(loose[0])
    assert "not known" in unknown.told.en
    assert freight.money(1.0, "USD", 2025) == pytest.approx(26_000.0)
    assert freight.money(1.0, "USD", 1066) is None
    assert (freight.currency, freight.price_year) == ("VND", 2025)


def test_the_grid_is_where_the_tests_think() -> None:
    middle = spot(0.0, 0.0)
    assert (middle.lon, middle.lat) == pytest.approx((LON, LAT))
