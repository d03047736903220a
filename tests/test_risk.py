"""Tiers, single sources, local content and dropouts of a small supply graph, and laws of any."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.risk.build import build_supply
from supplychain.risk.dropout import detours, drop_facilities
from supplychain.risk.graph import Flow, SupplyGraph, make_supply_graph
from supplychain.risk.local import local_content
from supplychain.risk.single import sources_of_items, spread_of_sources
from supplychain.risk.tiers import trace

ORGANISATIONS = {"mine": "o1", "mill_a": "o2", "mill_b": "o2", "press": "o3", "plant": "o4", "shop": "o5"}
FLOWS = (
    Flow("r1", "mine", "mill_a", "ore", 100.0),
    Flow("r2", "mill_a", "press", "steel", 30.0),
    Flow("r3", "mill_b", "press", "steel", 10.0),
    Flow("r4", "press", "plant", "parts", 20.0),
    Flow("r5", "mill_b", "plant", "steel", 60.0),
    Flow("r6", "plant", "shop", "machines", None),
)


def graph() -> SupplyGraph:
    return make_supply_graph(ORGANISATIONS, FLOWS)


def test_tiers_up_by_hand() -> None:
    """The plant takes 20 t of parts and 60 t of steel: press 1/4, mill_b 3/4; the press's quarter is 3/4 of mill_a.

    Tier 2: mill_a 1/4 × 3/4 = 3/16, mill_b 1/4 × 1/4 = 1/16 (mill_b's own inputs are unknown). Tier 3: mine 3/16.
    """
    found = trace(graph(), "plant", "up")
    assert [(row.tier, row.facility_id, row.share) for row in found.rows] == [
        (1, "mill_b", 0.75),
        (1, "press", 0.25),
        (2, "mill_a", 0.1875),
        (2, "mill_b", 0.0625),
        (3, "mine", 0.1875),
    ]
    assert [row.in_earlier_tier for row in found.rows] == [False, False, False, True, False]
    assert found.followed == (1.0, 0.25, 0.1875)
    assert (found.unstated, found.has_cycle) == ((), False)


def test_relations_without_mass_are_told_and_carry_no_share() -> None:
    found = trace(graph(), "plant", "down")
    assert [(row.tier, row.facility_id, row.share) for row in found.rows] == [(1, "shop", None)]
    assert found.unstated == ("r6",)
    assert found.followed == (0.0,)


def test_goods_that_go_round_end_and_are_told() -> None:
    """Two facilities supply each other alone: the share stays 1 in every tier, for as many tiers as asked."""
    round_trip = make_supply_graph({"a": "x", "b": "y"}, [Flow("1", "a", "b", "i", 5.0), Flow("2", "b", "a", "i", 7.0)])
    found = trace(round_trip, "a", "up", most_tiers=4)
    assert [(row.facility_id, row.share) for row in found.rows] == [("b", 1.0), ("a", 1.0), ("b", 1.0), ("a", 1.0)]
    assert found.has_cycle


def test_two_facilities_of_one_organisation_are_one_source() -> None:
    """Both mills belong to o2: the press has a single source of steel; the plant's 60 t come from it too."""
    rows = {(row.customer_id, row.item): row for row in spread_of_sources(graph())}
    steel = rows["press", "steel"]
    assert (steel.suppliers, steel.mass_t_per_month, steel.largest_share, steel.concentration) == (("o2",), 40, 1, 1)
    assert steel.is_single()
    machines = rows["shop", "machines"]
    assert (machines.largest_share, machines.unstated, machines.is_single()) == (None, 1, True)


def test_spread_over_two_organisations_by_hand() -> None:
    """30 t and 10 t: the larger has 3/4; Herfindahl–Hirschman 9/16 + 1/16 = 0.625."""
    flows = [Flow("1", "mine", "press", "ore", 30.0), Flow("2", "mill_a", "press", "ore", 10.0)]
    (row,) = spread_of_sources(make_supply_graph(ORGANISATIONS, flows))
    assert (row.suppliers, row.largest_share, row.concentration) == (("o1", "o2"), 0.75, 0.625)
    assert (row.is_single(), row.is_single(0.75), row.is_single(0.8)) == (False, True, False)


def test_items_with_the_fewest_sources_come_first() -> None:
    rows = sources_of_items([("steel", "o2"), ("steel", "o3"), ("paint", "o1"), ("paint", "o1")], ["paint", "chips"])
    assert [(row.item, row.organisations, row.needs) for row in rows] == [
        ("chips", (), 1),
        ("paint", ("o1",), 1),
        ("steel", ("o2", "o3"), 0),
    ]


def test_local_content_by_hand() -> None:
    """The plant: 60 t of steel local, 20 t of parts from nobody knows where; of 90 t of steel needed 30 are open."""
    found = local_content(graph(), {"mill_b": True, "mine": False}, {("plant", "steel"): 90.0}, by="customer")
    row = next(row for row in found if row.subject == "plant")
    assert (row.local_t, row.other_t, row.unplaced_t, row.open_t, row.unstated) == (60, 0, 20, 30, 0)
    assert row.known_share == 1.0
    assert row.bounds is not None
    assert row.bounds == pytest.approx((60 / 110, 1.0))
    (whole,) = local_content(graph(), {"mill_b": True, "mine": False}, {})
    assert (whole.local_t, whole.other_t, whole.unplaced_t, whole.unstated) == (70, 100, 50, 1)
    assert whole.known_share == pytest.approx(70 / 170)


def test_nothing_known_has_no_share() -> None:
    (whole,) = local_content(make_supply_graph({}, []), {}, {})
    assert (whole.known_share, whole.bounds) == (None, None)


def test_dropout_by_hand() -> None:
    """Without mill_a the press loses 30 of 40 t of steel and makes a quarter: the plant loses 15 of 20 t of parts.

    The plant is down to a quarter too, though its 60 t of steel still come; the shop's machines have no stated mass,
    but their only supplier is hit.
    """
    found = drop_facilities(graph(), ["mill_a"])
    assert [(row.tier, row.customer_id, row.item, row.lost_t_per_month, row.lost_share) for row in found.rows] == [
        (1, "press", "steel", 30.0, 0.75),
        (2, "plant", "parts", 15.0, 0.75),
        (3, "shop", "machines", 0.0, None),
    ]
    assert found.rows[2].unstated == 1
    assert found.output_left == {"press": 0.25, "plant": 0.25, "shop": 0.25}


def test_dropout_of_nothing_takes_nothing() -> None:
    found = drop_facilities(graph(), [])
    assert (found.rows, found.output_left) == ((), {})


def test_unknown_facility_is_refused() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        drop_facilities(graph(), ["nowhere"])
    with pytest.raises(ValueError, match="names facility nowhere"):
        make_supply_graph({"a": "x"}, [Flow("1", "a", "nowhere", "i", 1.0)])
    with pytest.raises(ValueError, match="stands twice"):
        make_supply_graph(ORGANISATIONS, [FLOWS[0], FLOWS[0]])
    with pytest.raises(ValueError, match="must be 0 or more"):
        Flow("1", "a", "b", "i", float("nan"))
    with pytest.raises(ValueError, match="most_tiers must be 1"):
        trace(graph(), "plant", "up", most_tiers=0)


def test_detours_by_hand() -> None:
    """r1 takes 10 minutes longer, r2 is cut, r3 stays: cut first, the unchanged one left out."""
    before = np.array([30.0, 20.0, 15.0]), np.array([20.0, 12.0, 9.0])
    after = np.array([40.0, np.inf, 15.0]), np.array([28.0, np.inf, 9.0])
    rows = detours(graph(), before, after, [0, 1, 2])
    assert [(row.relation_id, row.is_cut, row.extra_minutes) for row in rows] == [
        ("r2", True, np.inf),
        ("r1", False, 10.0),
    ]


@st.composite
def graphs(draw: st.DrawFn) -> SupplyGraph:
    """Draw a supply graph with cycles, several items and unstated masses."""
    names = [f"f{one}" for one in range(draw(st.integers(2, 7)))]
    ends = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    mass = st.one_of(st.none(), st.just(0.0), st.floats(0.01, 1000))
    drawn = draw(st.lists(st.tuples(ends, st.sampled_from("xy"), mass), max_size=14))
    flows = [Flow(f"r{one:02}", pair[0], pair[1], item, amount) for one, (pair, item, amount) in enumerate(drawn)]
    return make_supply_graph({name: f"o{name[1:]}" for name in names}, flows)


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), root=st.integers(0, 1), direction=st.sampled_from(["up", "down"]))
def test_what_is_followed_is_the_sum_of_shares_and_never_grows(graph: SupplyGraph, root: int, direction: str) -> None:
    found = trace(graph, f"f{root}", "up" if direction == "up" else "down")
    for tier, followed in enumerate(found.followed, start=1):
        shares = [row.share or 0.0 for row in found.rows if row.tier == tier]
        assert sum(shares) == pytest.approx(followed, abs=1e-9)
    assert all(after <= before + 1e-9 for before, after in zip((1.0, *found.followed), found.followed, strict=False))


@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_more_dropouts_never_leave_more(graph: SupplyGraph) -> None:
    one, both = drop_facilities(graph, ["f0"]), drop_facilities(graph, ["f0", "f1"])
    for facility, left in both.output_left.items():
        assert left <= one.output_left.get(facility, 1.0) + 1e-12
    assert all(row.lost_share is None or 0 <= row.lost_share <= 1 for row in both.rows)


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), factor=st.floats(0.1, 50))
def test_shares_do_not_depend_on_the_unit_of_mass(graph: SupplyGraph, factor: float) -> None:
    scaled = dataclasses.replace(graph, mass_t=graph.mass_t * factor)
    for first, second in zip(trace(graph, "f0", "up").rows, trace(scaled, "f0", "up").rows, strict=True):
        assert (first.tier, first.share is None) == (second.tier, second.share is None)
    assert drop_facilities(graph, ["f0"]).output_left == pytest.approx(drop_facilities(scaled, ["f0"]).output_left)


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), placed=st.dictionaries(st.sampled_from([f"f{one}" for one in range(7)]), st.booleans()))
def test_local_content_by_parts_adds_up_to_the_whole(graph: SupplyGraph, placed: dict[str, bool]) -> None:
    (whole,) = local_content(graph, placed, {("f0", "x"): 10.0})
    for by in ("customer", "item"):
        rows = local_content(graph, placed, {("f0", "x"): 10.0}, by="customer" if by == "customer" else "item")
        for name in ("local_t", "other_t", "unplaced_t", "open_t", "unstated"):
            assert sum(getattr(row, name) for row in rows) == pytest.approx(getattr(whole, name))
    if whole.bounds is not None:
        low, high = whole.bounds
        assert 0 <= low <= high <= 1 + 1e-12


def rows() -> dict[str, list[dict[str, object]]]:
    """Return two firms in the region and one nobody has placed; one relation has ended, one names a hidden facility."""
    facility = {"name_vi": "Nhà máy", "lat": None, "lon": None, "address": None}
    return {
        "organisations": [{"organisation_id": name, "name_vi": name, "kind": "enterprise"} for name in ("o1", "o2")],
        "parks": [{"park_id": "p", "in_region": True, "lat": 11.0, "lon": 106.7, "name_vi": "KCN"}],
        "articles": [{"article_id": "bolt", "name_vi": "Bu lông", "commodity_id": "steel", "kind": "goods"}],
        "facilities": [
            {**facility, "facility_id": "f1", "organisation_id": "o1", "park_id": "p"},
            {**facility, "facility_id": "f2", "organisation_id": "o2", "park_id": None},
            {**facility, "facility_id": "f3", "organisation_id": "o1", "park_id": "p"},
        ],
        "needs": [
            {"need_id": "n1", "facility_id": "f2", "article_vi": "Thép", "commodity_id": "steel",
             "quantity_t_per_month": 9.0},
            {"need_id": "n2", "facility_id": "f2", "article_vi": "Bu lông", "article_id": "bolt", "unit": "piece",
             "quantity_per_month": 500.0, "unit_mass_kg": 2.0},
            {"need_id": "n3", "facility_id": "f2", "article_vi": "Đào tạo", "unit": "person",
             "quantity_per_month": 5.0},
        ],
        "supply_relations": [
            {"relation_id": "r1", "supplier_facility_id": "f1", "customer_facility_id": "f2", "article_id": "bolt",
             "commodity_id": None, "mass_t_per_month": 4.0},
            {"relation_id": "r2", "supplier_facility_id": "f3", "customer_facility_id": "f2", "commodity_id": "steel",
             "mass_t_per_month": None, "until": "2025-12-31"},
            {"relation_id": "r3", "supplier_facility_id": "hidden", "customer_facility_id": "f2",
             "commodity_id": "steel", "mass_t_per_month": 1.0},
        ],
    }  # fmt: skip


def test_rows_become_supply_on_a_day() -> None:
    """On 1 June 2026 r2 is over and r3 hangs on nothing visible; of 9 + 1 t of steel needed, 4 are covered: 6 open."""
    facts = build_supply(rows(), date(2026, 6, 1), level="commodity")
    assert facts.graph.relation_ids == ("r1",)
    assert facts.graph.items == ("steel",)
    assert [(one.record_id, one.missing) for one in facts.orphans] == [("r3", "hidden")]
    assert (facts.ended, facts.uncounted_needs) == (("r2",), ("n3",))
    assert facts.is_local == {"f1": True, "f3": True}
    assert facts.needed_t == {("f2", "steel"): 10.0}
    (row,) = local_content(facts.graph, facts.is_local, facts.needed_t)
    assert (row.local_t, row.open_t, row.bounds) == (4.0, 6.0, (0.4, 1.0))
    assert facts.spot("f1") is not None
    assert facts.spot("f2") is None


def test_articles_are_told_apart_where_asked() -> None:
    facts = build_supply(rows(), date(2025, 6, 1))
    assert facts.graph.items == ("bolt", "steel")
    assert facts.needed_t == {("f2", "steel"): 9.0, ("f2", "bolt"): 1.0}
