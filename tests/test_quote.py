"""Quotes: by hand on a region of one park, laws beside the plan on small packs and on the region, and refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from planner_pack import BASE, planned, planner_pack, scenario_of, set_change

from optimizer.case import Case, build_case, solve_case
from optimizer.flow.plan import Plan
from optimizer.quote.asked import QuoteError, QuoteRequest, find_shipment
from optimizer.quote.boxes import BOXES, find_box
from optimizer.quote.evidence import weakest
from optimizer.quote.quote import quote
from optimizer.quote.values import ChainQuote, Quote
from optimizer.results.itineraries import itinerary_paths
from supplychain.demand.freight_classes import EMPTY_COMMODITY_ID
from supplychain.pack import Pack

WORKDAY = date(2026, 11, 24)
OUT = QuoteRequest("park_a", "overseas", "40HC", WORKDAY)


@cache
def small() -> tuple[Case, Plan]:
    """Return the plan of the region of one park."""
    return planned()


@cache
def small_quote() -> Quote:
    """Return a 40 ft box of its furniture to the overseas market."""
    case, plan = small()
    return quote(case, OUT, plan)


@pytest.fixture(scope="module")
def region(region_pack: Pack) -> tuple[Case, Plan]:
    """Return the base plan of the region."""
    case = build_case(region_pack, BASE)
    return case, solve_case(case)


def chain_through(found: Quote, terminal: str) -> ChainQuote:
    (chain,) = [one for one in found.chains if one.terminals == (terminal,)]
    return chain


def test_a_box_by_truck_and_ship_is_worked_out_by_hand() -> None:
    """park_a to the city port: 20 km at 40 km/h, 2,000 VND/km toll; a 40 ft box is 2 TEU × 8 t = 16 t, one truck.

    Distance 20 × 12,000 × 1.5 = 360,000; hours 0.5 × 320,000 × 1.5 = 240,000; toll 20 × 2,000 × 1.5 = 60,000; fee of
    the leg 2 × 80,000 = 160,000. Handling 2 TEU × 50 USD of 2020 × 125/100 × 26,000 = 3,250,000. Ship 2 × 800 USD ×
    26,000 = 41,600,000. Together 45,670,000 VND, 1,756.54 USD.
    """
    chain = chain_through(small_quote(), "city")
    tonnes = small_quote().shipment.tonnes
    assert (tonnes, chain.name) == (16.0, "road>sea")
    parts = {name: amount.value * tonnes for name, amount in chain.parts_per_t.items()}
    assert parts == pytest.approx(
        {
            "distance": 360_000,
            "vehicle_hour": 240_000,
            "toll": 60_000,
            "handling": 160_000 + 3_250_000,
            "fee": 0.0,
            "freight_rate": 41_600_000,
        }
    )
    assert chain.price_per_t.value * tonnes == pytest.approx(45_670_000)
    assert small_quote().usd == pytest.approx(26_000)
    assert [leg.leg.kind for leg in chain.legs] == ["haul", "handling", "service"]
    assert {leg.payer for leg in chain.legs} == {"shipper"}


def test_the_box_arrives_by_the_calls_of_the_ship() -> None:
    """Ready on Tuesday at 08:00: 0.5 h of road, 24 h of handling, 18 h before the call, 600 h at sea: 642.5 h.

    Two calls a week are 84 h apart: earliest 642.5 h after 08:00 is Monday 21 December 02:30; typically half of 84 h
    later, at the latest all of it.
    """
    times = chain_through(small_quote(), "city").times
    assert times.ready == datetime(2026, 11, 24, 8)  # noqa: DTZ001 - local clock time of the region
    assert times.earliest == datetime(2026, 12, 21, 2, 30)  # noqa: DTZ001
    assert times.days("typical") - times.days("earliest") == pytest.approx(42 / 24)
    assert times.days("latest") - times.days("earliest") == pytest.approx(84 / 24)


def test_a_full_terminal_is_told_with_what_the_plan_would_pay() -> None:
    """The city port takes 5 TEU a day and is full: the way to the deep port costs more, so a place is worth that.

    50 km more: 50 × 12,000 × 1.5 + 1 h × 320,000 × 1.5 = 1,380,000 VND a truck, and an hour of 16 t of freight.
    """
    case, plan = small()
    found = small_quote()
    city, port = chain_through(found, "city"), chain_through(found, "port")
    assert city.room.full_ids == ("terminal:city:TEU",)
    assert city.room.is_full
    assert not port.room.is_full
    value_of_time = case.demand.classes[0].value_of_time_vnd_per_t_h
    for one in case.demand.classes:
        if one.commodity_id == "furniture":
            value_of_time = one.value_of_time_vnd_per_t_h
    assert city.room.surcharge == pytest.approx(1_380_000 + 16 * value_of_time, rel=1e-9)
    assert [city.plan_t_per_day, port.plan_t_per_day] == pytest.approx([40.0, 40.0])
    assert quote(case, OUT).chains[0].room.shipments_per_day == float("inf")
    assert plan.status == "optimal"


def test_two_small_boxes_share_a_truck_and_a_truck_alone_costs_more() -> None:
    """20GP: 8 t, half a truck. Alone it pays the other half too: (360,000 + 240,000 + 60,000) / 2 = 330,000 VND."""
    case, plan = small()
    found = quote(case, replace(OUT, box="20GP"), plan)
    assert found.shipment.tonnes == 8.0
    assert chain_through(found, "city").truck_alone_per_t * 8.0 == pytest.approx(330_000)
    assert chain_through(small_quote(), "city").truck_alone_per_t == 0.0


def test_a_45_ft_box_takes_one_truck() -> None:
    """2.25 TEU of 8 t are 18 t, on one truck: 20 km × 12,000 × 1.5 = 360,000 VND."""
    case, _ = small()
    found = quote(case, replace(OUT, box="45HC"))
    assert found.shipment.tonnes == 18.0
    assert chain_through(found, "city").parts_per_t["distance"].value * 18.0 == pytest.approx(360_000)


def test_a_heavier_load_shares_less_of_the_box() -> None:
    """With 20 t in the box freight by TEU costs 16/20 of what it does a tonne with 16 t."""
    case, _ = small()
    light, heavy = small_quote(), quote(case, replace(OUT, tonnes=20.0))
    for name in ("freight_rate", "handling", "distance"):
        per_t = [chain_through(one, "city").parts_per_t[name].value for one in (light, heavy)]
        assert per_t[1] == pytest.approx(per_t[0] * 16 / 20)


def test_emissions_of_the_box_are_the_sum_of_its_legs() -> None:
    chain = chain_through(small_quote(), "city")
    statement = chain.emissions
    assert statement.total_kg == pytest.approx(
        small_quote().shipment.tonnes * (chain.total("ttw_kg_per_t") + chain.total("wtt_kg_per_t")), rel=1e-12
    )
    assert list(statement.elements["element_kind"]) == ["transport", "hub", "transport"]
    assert statement.shared.empty


# --- laws beside the plan ------------------------------------------------------------------------------------------


def check_against_plan(case: Case, plan: Plan, paths: pd.DataFrame, demand: int) -> float:
    """Check that the ways of a demand, quoted leg by leg, cost and emit what the plan counts; return its tonnes."""
    freight = case.demand.classes[case.demand.class_index[demand]]
    inward = bool(case.demand.origin_id[demand] != case.demand.place_id[demand])
    market = case.demand.origin_id[demand] if inward else case.demand.destination_id[demand]
    size = case.pack.table("commodities").set_index("commodity_id").loc[freight.commodity_id, "container_size"]
    box = {"container": {"20": "20GP", "40": "40GP", "40HC": "40HC"}[size], "reefer": "40RF", "bulk": "BULK"}
    request = QuoteRequest(
        str(case.demand.place_id[demand]),
        str(market),
        box[freight.form],
        WORKDAY,
        inward=inward,
        commodity=freight.commodity_id,
        most_legs=4,
    )
    found = quote(case, request, plan)
    rows = paths[paths["demand_id"] == case.demand.demand_id[demand]]
    ways = [chain for chain in found.chains if chain.plan_t_per_day]
    assert sum(chain.plan_t_per_day for chain in ways) == pytest.approx(rows["t_per_day"].sum(), rel=1e-9)
    sums = {
        "price": sum(chain.plan_t_per_day * chain.price_per_t.value for chain in ways),
        "time_cost": sum(chain.plan_t_per_day * chain.total("time_cost_per_t") for chain in ways),
        "carbon_cost": sum(chain.plan_t_per_day * chain.total("carbon_cost_per_t") for chain in ways),
        "generalised_cost": sum(chain.plan_t_per_day * chain.total("generalised_cost_per_t") for chain in ways),
        "ttw_kg_co2e": sum(chain.plan_t_per_day * chain.total("ttw_kg_per_t") for chain in ways),
        "wtt_kg_co2e": sum(chain.plan_t_per_day * chain.total("wtt_kg_per_t") for chain in ways),
        "emissions_kg_co2e": sum(chain.plan_t_per_day * chain.emissions.total_kg for chain in ways)
        / found.shipment.tonnes,
    }
    for name, amount in sums.items():
        assert amount == pytest.approx(rows[name].sum(), rel=1e-9, abs=1e-9), name
    for chain in ways:
        # A way that carries freight costs, with the surcharges on it, what one more tonne of the demand is worth.
        worth = chain.total("generalised_cost_per_t") + chain.room.surcharge / found.shipment.tonnes
        assert worth == pytest.approx(plan.demand_dual[demand], rel=1e-6)
    return float(rows["t_per_day"].sum())


def test_legs_add_up_to_the_plans_cost_of_the_demand(region: tuple[Case, Plan]) -> None:
    """Two laden demands of the region for each pair of direction and form that there is."""
    case, plan = region
    laden = np.array([one.commodity_id != EMPTY_COMMODITY_ID for one in case.demand.classes])[case.demand.class_index]
    # A default load that no box holds is capped, so that its quote is of another load than the plan's.
    fits = np.array([_usual_load_fits(case, int(k)) for k in range(len(case.demand.classes))])[case.demand.class_index]
    some = np.flatnonzero(laden & fits & (plan.unserved_t_per_day < 1e-9))
    forms = np.array([one.form for one in case.demand.classes])[case.demand.class_index]
    shuffled = np.random.default_rng(6).permutation(some)
    kinds = list(zip(case.demand.direction[shuffled], forms[shuffled], strict=True))
    chosen = np.array([one for place, one in enumerate(shuffled) if kinds[:place].count(kinds[place]) < 2])
    paths = itinerary_paths(case, plan)
    moved = [check_against_plan(case, plan, paths, int(demand)) for demand in chosen]
    assert min(moved) > 0
    assert len({case.demand.classes[k].form for k in case.demand.class_index[chosen]}) == 3
    assert len(set(case.demand.direction[chosen])) == 4


def _usual_load_fits(case: Case, k: int) -> bool:
    freight = case.demand.classes[k]
    return freight.t_per_teu is None or freight.t_per_teu * 2 <= BOXES["40RF"].most_cargo_t


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.floats(1_000.0, 40_000.0), st.floats(0.0, 0.9), st.floats(5.0, 13.0), st.floats(0.0, 200.0), st.floats(0.5, 2.0)
)
def test_the_law_holds_whatever_things_cost(
    per_km: float, empty: float, t_per_teu: float, carbon_usd: float, handling: float
) -> None:
    pack = planner_pack(
        {
            "costs": {"c1": {"mid": per_km}},
            "vehicles": {"truck": {"empty_return_share": empty}},
            "commodities": {"furniture": {"t_per_teu": t_per_teu}},
            "terminals": {"city": {"handling_cost_factor": handling}},
        }
    )
    case = build_case(pack, scenario_of(carbon_usd=carbon_usd))
    plan = solve_case(case)
    laden = [one for one, key in enumerate(case.demand.demand_id) if not str(key).startswith("empty")]
    paths = itinerary_paths(case, plan)
    assert [check_against_plan(case, plan, paths, demand) > 0 for demand in laden] == [True]


def test_amounts_stay_within_their_ends_and_dates_in_order(region: tuple[Case, Plan]) -> None:
    case, plan = region
    for place, market, box, inward in (
        ("vsip_1", "us_west", "40HC", False),
        ("my_phuoc_1", "japan_korea", "20GP", True),
        ("vsip_2", "china_taiwan", "40RF", False),
        ("vsip_1", "domestic_north", "BULK", True),
    ):
        found = quote(case, QuoteRequest(place, market, box, WORKDAY, inward=inward), plan)
        assert len(found.chains) >= 2
        for chain in found.chains:
            price = chain.price_per_t
            assert 0 < price.low < price.value < price.high
            assert chain.times.ready <= chain.times.earliest <= chain.times.typical <= chain.times.latest
            assert all(leg.evidence and weakest(leg.evidence) for leg in chain.legs)
            for leg in chain.legs:
                assert leg.price_per_t.value == pytest.approx(leg.leg.price_per_t, rel=1e-12, abs=1e-9)
        costs = [chain.total("generalised_cost_per_t") for chain in found.chains]
        assert costs == sorted(costs)
        # Nothing that the plan takes is cheaper than the cheapest way of the same modes with nothing congested.
        best = {chain.name: chain.total("generalised_cost_per_t") for chain in found.chains if chain.is_best}
        assert all(best[chain.name] <= chain.total("generalised_cost_per_t") * (1 + 1e-12) for chain in found.chains)


def test_hcmc_seaport_fee_is_a_part_of_its_own(region: tuple[Case, Plan]) -> None:
    """250,000 VND a TEU by road through Ho Chi Minh City ports, half of it by water (freight_parameters.csv, 2022)."""
    case, _ = region
    found = quote(case, QuoteRequest("vsip_1", "japan_korea", "40HC", WORKDAY))
    by_terminal = {
        (leg.leg.terminal_id, leg.leg.from_mode): leg.parts["fee"].value * found.shipment.tonnes
        for chain in found.chains
        for leg in chain.legs
        if leg.leg.kind == "handling"
    }
    groups = case.pack.table("terminals").set_index("terminal_id")["gateway_group"]
    city = {key: fee for key, fee in by_terminal.items() if groups[key[0]] == "hcmc_ports" and fee}
    assert city
    for (_, mode), fee in city.items():
        assert fee == pytest.approx(500_000 if mode == "road" else 250_000, rel=0.2)
    assert all(fee == 0 for key, fee in by_terminal.items() if groups[key[0]] == "cai_mep")


# --- words and refusals --------------------------------------------------------------------------------------------


def test_places_and_markets_go_by_name_without_marks(region: tuple[Case, Plan]) -> None:
    case, _ = region
    shipment = find_shipment(case, QuoteRequest("vsip 1", "Bo Tay Hoa Ky", "40'hq", WORKDAY))
    assert (shipment.place_id, shipment.market_id, shipment.box.box_id) == ("vsip_1", "us_west", "40HC")
    assert find_shipment(case, QuoteRequest("VSIP I", "us_west", "40HC", WORKDAY)).place_id == "vsip_1"
    assert find_shipment(case, QuoteRequest("Khu công nghiệp VSIP I", "us_west", "40HC", WORKDAY)).place_id == "vsip_1"
    assert find_box("40 hc") == BOXES["40HC"]
    assert find_box("41") is None


def test_a_ban_on_the_way_is_told_by_the_name_of_the_road(region: tuple[Case, Plan]) -> None:
    case, _ = region
    found = quote(case, QuoteRequest("Dĩ An", "us_west", "40HC", WORKDAY))
    told = [one for chain in found.chains for one in chain.times.remarks if one.en.startswith("Trucks are banned")]
    assert told
    assert all("l_ql1_" not in one.en + one.vi and "Phạm Văn Đồng (Linh Xuân – Thủ Đức)" in one.vi for one in told)


def test_no_chain_leaves_a_terminal_only_to_come_back(region: tuple[Case, Plan]) -> None:
    """A box that boards a train and leaves it at the same station is a chain of modes that nobody asks for."""
    case, plan = region
    found = quote(case, QuoteRequest("bau_bang", "europe", "40HC", WORKDAY), plan)
    hauls = [leg.leg for chain in found.chains for leg in chain.legs if leg.leg.kind == "haul"]
    assert [leg.mode for leg in hauls if leg.from_id == leg.to_id] == []
    told = [remark for remark in found.remarks if remark.en.startswith("Not shown")]
    assert len(told) == 1
    assert "road > rail > road > sea" in told[0].en.lower()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"place": "park_b"}, "There is no park or zone park_b. Similar: park_a"),
        ({"market": "oversea"}, "x"),
        ({"market": "mars"}, "There is no market mars. There are: overseas, "),
        ({"place": " "}, "There is no park or zone “”"),
        ({"market": "depot"}, "keeps? |empty boxes are kept"),
        ({"box": "40XX"}, "There is no box 40XX; write one of 20GP, 40GP"),
        ({"box": "40RF"}, "travels in dry boxes or loose, not in 40RF. Boxes that fit: 20GP"),
        ({"tonnes": 30.0}, "30 t is more than a 40HC holds: at most 26.54 t.*Ship 2 boxes"),
        ({"tonnes": 0.0}, "Tonnes must be at least 0.001 .1 kg., got 0"),
        ({"tonnes": 1e-300}, "Tonnes must be at least 0.001"),
        ({"tonnes": float("nan")}, "Tonnes must be at least 0.001"),
        ({"commodity": "furnitur"}, "x"),
        ({"commodity": "tea"}, "There is no commodity tea"),
        ({"box": "BULK", "commodity": "furniture"}, "No open service to Overseas takes .* bulk"),
        ({"most_legs": 1}, "No chain of at most 1 modes joins .*; one of 2 does. Try --legs 2"),
    ],
)
def test_refusals_say_why(change: dict[str, object], message: str) -> None:
    case, _ = small()
    request = replace(OUT, **change)  # type: ignore[arg-type]
    if message == "x":  # part of a name is enough where it means one thing
        assert quote(case, request).shipment.market_id == "overseas"
        return
    with pytest.raises(QuoteError, match=message) as refused:
        quote(case, request)
    assert "{" not in refused.value.sentence("vi")
    assert refused.value.sentence("vi") != refused.value.sentence("en")


def test_what_is_closed_or_forbidden_is_named() -> None:
    pack = planner_pack()
    closed = build_case(
        pack,
        scenario_of(
            set_change("services", "feeder", status="closed"), set_change("services", "mother", status="closed")
        ),
    )
    with pytest.raises(
        QuoteError, match=r"No open service to Overseas takes .*There is none.* Not open in this scenario"
    ):
        quote(closed, OUT)
    barred = build_case(planner_pack({"commodities": {"furniture": {"modes": "road;inland_waterway"}}}), BASE)
    with pytest.raises(
        QuoteError, match=r"may not use sea, without which no chain joins .*; it may use inland waterway, road"
    ):
        quote(barred, OUT)
    cut = build_case(pack, scenario_of(set_change("links", "road_1", status="closed")))
    with pytest.raises(QuoteError, match=r"is joined to no open link|No chain of modes that is open joins"):
        quote(cut, OUT)
    gone = build_case(two_parks(), scenario_of(set_change("parks", "park_a", status="closed")))
    with pytest.raises(QuoteError, match="is closed in this scenario, so nothing is shipped from or to it"):
        quote(gone, OUT)


def two_parks() -> Pack:
    """Return the region with a second park, so that there is freight without the first."""
    park = {"park_id": "park_b", "lon": 106.7, "lat": 11.05, "road_node_id": "r1", "in_region": True}
    pack = planner_pack()
    row = pack.table("parks").iloc[[0]].assign(**park)
    return pack.with_tables({"parks": pd.concat([pack.table("parks"), row], ignore_index=True)})


def test_a_truck_waits_for_the_end_of_a_ban_and_for_a_gate_to_open() -> None:
    """Ready at 08:00 with a ban on the first road from 6 to 9: 1 h of waiting. The gate of the port opens at 10:00.

    The truck is there at 9:30 and waits half an hour more.
    """
    pack = planner_pack(
        {
            "links": {"road_1": {"ban_from_h": 6.0, "ban_to_h": 9.0}},
            "terminals": {"city": {"gate_open_h": 10.0, "gate_close_h": 22.0}},
        }
    )
    case = build_case(pack, BASE)
    times = chain_through(quote(case, OUT), "city").times
    assert [(stop.kind, stop.row_id, round(stop.wait_h, 6)) for stop in times.stops] == [
        ("ban", "road_1", 1.0),
        ("gate", "city", 0.5),
        ("service", "feeder", 18.0 + 42.0),
    ]
    assert times.earliest == datetime(2026, 12, 21, 4)  # noqa: DTZ001 - 1.5 h after the open way
    early = chain_through(quote(case, replace(OUT, ready_h=4.0)), "city").times
    assert [stop.kind for stop in early.stops] == ["gate", "service"]
    assert any("Trucks are banned on road_1 from 06:00 to 09:00: 1.0 h" in remark.en for remark in times.remarks)


def test_a_day_off_is_told_and_moves_the_latest_date() -> None:
    """2026-11-22 is a Sunday: the latest date counts from Monday, one day on."""
    case, _ = small()
    sunday, monday = (
        chain_through(quote(case, replace(OUT, on=date(2026, 11, day))), "city").times for day in (22, 23)
    )
    assert sunday.latest == monday.latest
    assert (monday.earliest - sunday.earliest).days == 1
    assert any("2026-11-22 is a Sunday" in remark.en for remark in sunday.remarks)
    tet = chain_through(quote(case, replace(OUT, on=date(2026, 2, 1))), "city").times
    assert any("2026-02-17 (Tết)" in remark.en for remark in tet.remarks)
