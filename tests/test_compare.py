"""Comparison: what differs between plans, who gains and who loses, and why."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_pack import planned, planner_pack, scenario_of, set_change
from subject_order import shuffled

from optimizer.compare.comparable import NotComparableError
from optimizer.compare.compare import compare_subjects
from optimizer.compare.comparison import Difference
from optimizer.compare.effects import effects_of_demands
from optimizer.compare.flows import flows_of
from optimizer.results.indicators import indicators
from optimizer.results.subject import subject_of_case
from optimizer.scenarios.scenario import Change
from optimizer.subject import Subject

CHANGES: dict[str, tuple[Change, ...]] = {
    "base": (),
    "larger": (set_change("terminals", "city", capacity_teu_per_year=3000),),
    "more": (set_change("trade", "furniture_out", value_musd=36.0), set_change("controls", "exports", value_musd=36.0)),
    "short": (
        set_change("terminals", "city", capacity_teu_per_year=600),
        set_change("terminals", "port", capacity_teu_per_year=300_900),
    ),
    "slow": (set_change("links", "road_2", speed_kmh=10.0),),
}


@cache
def subject(name: str = "base", carbon_usd: float = 0.0) -> Subject:
    case, plan = planned(planner_pack(), scenario_of(*CHANGES[name], carbon_usd=carbon_usd))
    return replace(subject_of_case(case, plan), title=name)


def of(*changes: Change) -> Subject:
    return subject_of_case(*planned(planner_pack(), scenario_of(*changes)))


def difference(base: Subject, other: Subject) -> Difference:
    return compare_subjects([base, other]).differences[0]


NAMES = st.sampled_from(sorted(CHANGES))
KEYS = {
    "totals": ["quantity"],
    "modes": ["mode"],
    "chains": ["mode_chain"],
    "gateways": ["gateway_id"],
    "gateway_groups": ["group"],
    "places": ["place_id"],
    "commodities": ["commodity_id"],
    "markets": ["market_id"],
    "links": ["row_table", "row_id", "kind", "mode"],
    "capacities": ["capacity_id"],
    "held": ["capacity_id"],
    "unserved": ["demand_id"],
    "demands": ["demand_id"],
}


def test_a_plan_beside_itself_differs_in_nothing() -> None:
    base = subject()
    found = compare_subjects([base, base, base])
    assert found.is_empty
    assert all(table.empty for table in found.differences[0].tables().values())
    assert found.differences[0].explanation.en == "The plans do not differ."
    assert found.differences[0].notes == ()
    assert not found.differences[0].moved
    assert found.titles == ("base", "base (2)", "base (3)")


@settings(max_examples=4, deadline=None)
@given(name=NAMES, seed=st.integers(0, 2**32 - 1))
def test_a_plan_beside_itself_with_its_rows_in_another_order_differs_in_nothing(name: str, seed: int) -> None:
    one = subject(name, 20.0)
    assert compare_subjects([one, shuffled(one, seed)]).is_empty


def test_a_plan_made_again_differs_in_nothing() -> None:
    assert compare_subjects([of(), of()]).is_empty


@settings(max_examples=4, deadline=None)
@given(names=st.lists(NAMES, min_size=2, max_size=2, unique=True), seed=st.integers(0, 2**32 - 1))
def test_differences_turn_sign_when_the_plans_change_places(names: list[str], seed: int) -> None:
    one, two = (subject(name) for name in names)
    there, back = difference(one, shuffled(two, seed)), difference(two, one)
    for name, table in there.tables().items():
        turned = back.tables()[name]
        assert len(table) == len(turned), name
        columns = [column for column in table.columns if column.startswith("difference") or "effect" in column]
        key = KEYS[name]
        pair = table.set_index(key)[columns].sort_index(), turned.set_index(key)[columns].sort_index()
        pd.testing.assert_frame_equal(pair[0], -pair[1], check_dtype=False, rtol=1e-12, atol=1e-3)
    swapped = {"gains": "loses", "loses": "gains", "": ""}
    verdicts = there.places.set_index("place_id")["verdict"].map(swapped)
    assert verdicts.to_dict() == back.places.set_index("place_id")["verdict"].to_dict()


@pytest.mark.parametrize("name", ["base", "more", "short"])
def test_flow_tables_add_up_to_the_objective_and_the_indicators_of_the_plan(name: str) -> None:
    case, plan = planned(planner_pack(), scenario_of(*CHANGES[name], carbon_usd=20.0))
    found = indicators(case, plan)
    flows = flows_of(subject_of_case(case, plan))
    assert flows.demands["generalised_cost_per_day"].sum() == pytest.approx(plan.objective, rel=1e-12)
    assert flows.by_mode["cost_per_day"].sum() == pytest.approx(plan.money, rel=1e-12)
    side = compare_subjects([subject_of_case(case, plan)] * 2).totals.set_index("quantity")["what_if"]
    shared = sorted(set(side.index) & set(found.totals))
    assert len(shared) > 25
    known = {key: found.totals[key] for key in shared}
    assert {key: side[key] for key in shared} == pytest.approx(known, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("pair", [("base", "larger"), ("base", "more"), ("short", "more"), ("slow", "short")])
def test_who_gains_and_who_loses_adds_up_to_the_difference_of_the_objective(pair: tuple[str, str]) -> None:
    one, two = (subject(name, 20.0) for name in pair)
    found = difference(one, two)
    whole = two.plan.objective - one.plan.objective
    for table in (found.places, found.commodities, found.markets):
        effects = table["unit_cost_effect_per_day"] + table["volume_effect_per_day"]
        assert effects.sum() == pytest.approx(whole, rel=1e-9)
        assert table["difference_generalised_cost_per_day"].sum() == pytest.approx(whole, rel=1e-9)
        parts = table[[f"{part}_effect_per_day" for part in ("cost", "time_cost", "carbon_cost", "penalty_cost")]]
        assert parts.sum(axis=1).to_list() == pytest.approx(table["unit_cost_effect_per_day"].to_list())
    assert found.chains["difference_cost_per_day"].sum() == pytest.approx(two.plan.money - one.plan.money, rel=1e-9)


def test_twice_the_city_port_moves_the_shares() -> None:
    """10 TEU a day instead of 5 take all furniture: 50 points, and 5 x 694,160 VND a day saved on 80 + 20 t."""
    found = difference(subject(), subject("larger"))
    shares = found.gateway_groups.set_index("group")["difference_share_teu"]
    assert shares.to_dict() == pytest.approx({"hcmc_ports": 0.5, "cai_mep": -0.5})
    gateways = found.gateways.set_index("gateway_id")["difference_teu_per_day"]
    assert gateways.to_dict() == pytest.approx({"city": 5.0, "port": -5.0})
    assert found.moved
    totals = found.totals.set_index("quantity")
    assert totals.loc["generalised_cost_per_day", "difference"] == pytest.approx(-5 * 694_160)
    links = found.links.set_index(["row_table", "row_id", "kind"])["difference_t_per_day"]
    assert links["links", "road_2", "link"] == pytest.approx(-40.0)
    assert links["terminals", "city", "transshipment"] == pytest.approx(40.0)
    assert "50.0 points" in found.explanation.en
    assert "50,0 điểm" in found.explanation.vi
    park = found.places.set_index("place_id").loc["park_a"]
    assert park["verdict"] == "gains"
    assert park["effect_per_t"] == pytest.approx(-5 * 694_160 / 100)
    assert park["volume_effect_per_day"] == 0
    capacity = found.capacities.set_index("capacity_id").loc["terminal:city:TEU"]
    assert capacity["base_shadow_price"] == pytest.approx(694_160)
    assert capacity["other_shadow_price"] == 0
    assert (capacity["base_utilisation"], capacity["other_utilisation"]) == pytest.approx((1.0, 1.0))


def test_more_freight_is_told_apart_from_dearer_freight() -> None:
    """Exports of 36 instead of 24 million USD: 120 t for 80 t of furniture, and the 40 t more go by the deep port.

    A tonne by the city costs c, by the deep port c + 86,770 (694,160 VND a TEU of 8 t). On average a tonne cost
    c + 43,385 and now costs c + 86,770 x 80/120 = c + 57,846.67: 14,461.67 dearer for (80 + 120) / 2 = 100 t.
    """
    found = difference(subject(), subject("more"))
    row = found.commodities.set_index("commodity_id").loc["furniture"]
    assert row["unit_cost_effect_per_day"] == pytest.approx(1_446_166.67, rel=1e-6)
    assert row["verdict"] == "loses"
    whole = subject("more").plan.objective - subject().plan.objective
    assert found.commodities["difference_generalised_cost_per_day"].sum() == pytest.approx(whole)
    assert row["volume_effect_per_day"] == pytest.approx(row["difference_generalised_cost_per_day"] - 1_446_166.67)
    assert set(found.demands["commodity_id"]) == {"furniture", "empty_container"}
    assert "Demand itself differs in 2 demands (+50 t/day)" in found.explanation.en
    assert "khối lượng" in found.explanation.vi


def test_what_only_one_plan_wants_is_all_volume() -> None:
    """A demand that is not there before: its whole cost is more freight, none of it dearer freight."""
    base, more = flows_of(subject()), flows_of(subject("more"))
    gone = replace(base, demands=base.demands[base.demands["commodity_id"] != "furniture"])
    effects = effects_of_demands(gone, more)
    furniture = more.demands["commodity_id"] == "furniture"
    assert (effects.loc[furniture, "unit_cost_effect_per_day"] == 0).all()
    cost = more.demands.loc[furniture, "generalised_cost_per_day"].sum()
    assert effects.loc[furniture, "volume_effect_per_day"].sum() == pytest.approx(cost)


def test_freight_left_behind_is_a_loss_by_its_penalty() -> None:
    """2 + 3 TEU of capacity for 10: 5 TEU of 8 t are left at 20 million VND a tonne."""
    found = difference(subject(), subject("short"))
    assert found.unserved["other_unserved_t_per_day"].to_list() == pytest.approx([40.0])
    assert found.unserved["difference_penalty_cost_per_day"].to_list() == pytest.approx([40.0 * 2e7])
    park = found.places.set_index("place_id").loc["park_a"]
    assert park["verdict"] == "loses"
    assert park["penalty_cost_effect_per_day"] == pytest.approx(8e8)
    assert "Unserved: 40.0 t/day instead of 0.0." in found.explanation.en


def test_a_what_if_that_moves_nothing_says_what_binds() -> None:
    """A slower road to the deep port: no box can go elsewhere, and the city port binds in both plans."""
    found = difference(subject(), subject("slow"))
    assert not found.moved
    assert "No gateway's share moves;" in found.explanation.en
    assert "City port" in found.explanation.en
    assert "Cảng thành phố" in found.explanation.vi
    assert found.held["capacity_id"].to_list() == ["terminal:city:TEU"]


def test_rows_a_scenario_opens_are_counted_in_the_explanation() -> None:
    found = difference(of(set_change("links", "river_1", status="planned"), *CHANGES["slow"]), of())
    assert "Of 1 rows it opens, 0 carry flow" in found.explanation.en


def test_three_plans_stand_against_the_first() -> None:
    plans = [subject(name) for name in ("base", "larger", "short")]
    found = compare_subjects(plans)
    assert [one.other_title for one in found.differences] == ["larger", "short"]
    assert [one.base_title for one in found.differences] == ["base", "base"]
    assert list(found.totals.columns) == ["quantity", "unit", "base", "larger", "short"]
    together = found.table("places")
    assert together["plan"].to_list() == ["larger", "short"]
    assert set(found.tables()) == {"side_by_side", *found.differences[0].tables()}
    alone = difference(plans[0], plans[2])
    pd.testing.assert_frame_equal(alone.places, found.differences[1].places)


def test_plans_that_are_not_of_one_kind_are_refused() -> None:
    base = subject()
    for other, why in (
        (replace(base, currency="USD"), "base is in VND 2025 and base in USD 2025"),
        (replace(base, price_year=2020), "VND 2025 and base in VND 2020"),
        (replace(base, period="month"), "per working day and base per month"),
        (replace(base, network="ab" * 32), "its own corridors and base on the stored network abababababab"),
    ):
        with pytest.raises(NotComparableError, match=why):
            compare_subjects([base, other])
    with pytest.raises(NotComparableError) as refused:
        compare_subjects([base, replace(base, period="30 days")])
    assert "theo ngày làm việc, còn base theo 30 ngày:" in refused.value.text.vi
    with pytest.raises(NotComparableError, match="at least two"):
        compare_subjects([base])
    links = tuple(f"other_{link}" for link in base.problem.link_ids)
    with pytest.raises(NotComparableError, match="no link in common"):
        compare_subjects([base, replace(base, problem=replace(base.problem, link_ids=links))])


def test_what_is_not_known_is_said() -> None:
    larger = subject("larger")
    unproven = replace(larger.plan, status="stopped", gap=0.1, bound=0.9 * larger.plan.objective)
    found = difference(subject(), replace(larger, price_year=None, plan=unproven))
    assert "The price year of larger is not known" in found.notes[0].en
    assert "larger is not proven to be the best plan (stopped, gap 1.0e-01)" in found.notes[1].en
    assert all(note.vi for note in found.notes)


def test_a_plan_that_knows_less_is_compared_by_what_both_know() -> None:
    """Without parts of the way, further amounts, groups and TEU there are no gateways, but all else."""
    known = ["demand_id", "commodity_id", "origin_id"]
    bare = [
        replace(one, segment=None, amounts_per_t={}, groups={}, names={}, demands=one.demands[known])
        for one in (subject(), subject("larger"))
    ]
    found = compare_subjects(bare).differences[0]
    assert found.gateways.empty
    assert found.gateway_groups.empty
    assert found.markets.empty
    assert not found.moved
    assert found.places["place_id"].notna().all()
    assert found.places["difference_generalised_cost_per_day"].sum() == pytest.approx(-5 * 694_160)
    assert "Generalised cost changes by \N{MINUS SIGN}1.30%" in found.explanation.en
    one_side = compare_subjects([bare[0], subject("larger")]).differences[0]
    assert "ttw_kg_co2e_per_day" not in set(one_side.totals["quantity"])
