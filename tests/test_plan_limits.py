"""Gates, fleets, bans, floors and limits of a region: laws that always hold, and values that are refused."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_pack import BASE, planned, planner_pack, scenario_of, set_change
from test_plan_features import ROAD_2, with_rows

from api.console import Talk
from api.results import Outcome
from api.tell import tell_binding
from geodata.check.network import check_network
from optimizer.case import build_case
from optimizer.results.indicators import indicators
from supplychain.assumptions import AssumptionRangeError
from supplychain.demand import FreightClass
from supplychain.pack import Pack, check_pack
from supplychain.text import Language

FLOOR = {"assumptions": [{"assumption_id": "background_floor_share", "mid": 0.0, "kind": "value"}]}
TOLERANCE = 1e-9


def objective(pack: Pack, table: str, row: str, **values: Any) -> float:  # noqa: ANN401 - cells of any kind
    """Return what the plan costs where a row has these values, VND per day."""
    return planned(pack, scenario_of(set_change(table, row, **values)))[1].objective


def never_dearer(more: float, less: float) -> bool:
    """Return whether more of something costs no more than less of it."""
    return more <= less * (1 + TOLERANCE)


@pytest.mark.parametrize(
    ("table", "row", "column", "other"),
    [
        ("links", "road_2", "capacity_per_day", {"capacity_unit": "pcu"}),
        ("terminals", "city", "gate_trucks_per_h", {}),
        ("vehicles", "truck", "fleet", {"fleet_hours_per_day": 1.0}),
        ("terminals", "city", "capacity_teu_per_year", {}),
    ],
)
@given(ends=st.tuples(st.floats(0, 12), st.floats(0, 12)))
@settings(max_examples=3, deadline=None)
def test_more_capacity_never_costs_more(
    table: str, row: str, column: str, other: dict[str, Any], ends: tuple[float, float]
) -> None:
    scale = 300.0 if column == "capacity_teu_per_year" else 1.0
    low, high = (objective(planner_pack(), table, row, **{column: scale * one}, **other) for one in sorted(ends))
    assert never_dearer(high, low)


@given(opens=st.integers(0, 11), closes=st.integers(13, 24), earlier=st.integers(0, 11), later=st.integers(0, 11))
@settings(max_examples=3, deadline=None)
def test_a_wider_gate_never_costs_more(opens: int, closes: int, earlier: int, later: int) -> None:
    """Open for longer, at the same trucks an hour: freight waits less and more trucks pass a day."""
    pack = planner_pack({"terminals": {"city": {"gate_trucks_per_h": 0.3}}})
    narrow = objective(pack, "terminals", "city", gate_open_h=float(opens), gate_close_h=float(closes))
    wide = objective(
        pack,
        "terminals",
        "city",
        gate_open_h=float(max(opens - earlier, 0)),
        gate_close_h=float(min(closes + later, 24)),
    )
    assert never_dearer(wide, narrow)


@given(start=st.integers(0, 23), hours=st.integers(1, 23), above=st.sampled_from([None, 2.5, 60.0]))
@settings(max_examples=3, deadline=None)
def test_lifting_a_ban_never_costs_more(start: int, hours: int, above: float | None) -> None:
    pack = planner_pack({"vehicles": {"truck": {"gross_t": 44.5}}, "links": {"road_2": {"capacity_per_day": 12.0}}})
    pack = planned(pack, scenario_of(set_change("links", "road_2", capacity_unit="pcu")))[0].pack
    ban = {"ban_from_h": float(start), "ban_to_h": float((start + hours) % 24), "ban_above_t": above}
    banned = objective(pack, "links", "road_2", **{name: value for name, value in ban.items() if value is not None})
    _, free = planned(pack, BASE)
    assert never_dearer(free.objective, banned)
    if above == 60.0:
        assert banned == pytest.approx(free.objective)


@given(background=st.floats(0, 1500))
@settings(max_examples=3, deadline=None)
def test_a_floor_of_one_ignores_background(background: float) -> None:
    pack = with_rows(planner_pack(), FLOOR)
    whole = scenario_of(
        set_change("terminals", "city", background_teu_per_year=background),
        set_change("assumptions", "background_floor_share", mid=1.0),
    )
    _, as_if_alone = planned(with_rows(planner_pack({"terminals": {"river": {"background_teu_per_year": 0.0}}}), FLOOR))
    assert planned(pack, whole)[1].objective == pytest.approx(as_if_alone.objective)


def test_a_limit_so_wide_that_nothing_meets_it_changes_nothing() -> None:
    _, plan = planned()
    wide = {"max_time_h": 1e6, "max_distance_km": 1e6}
    assert objective(planner_pack(), "commodities", "furniture", **wide) == pytest.approx(plan.objective)


@pytest.mark.parametrize(
    ("table", "row", "values", "message"),
    [
        ("terminals", "city", {"gate_open_h": 6.0, "gate_close_h": 6.0}, "the gate opens and closes at 6 h"),
        ("terminals", "city", {"modes": "sea", "gate_trucks_per_h": 9.0}, "limit of trucks at its gate and no road"),
        ("terminals", "river", {"fee_per_teu": 1.0, "currency": "VND"}, "no sea among its modes"),
        ("terminals", "city", {"fee_share_waterway": 0.5}, "a share of the fee by waterway and no fee"),
        ("links", "road_1", {"depth_m": 3.0}, "depth_m is for inland_waterway only"),
        ("links", "river_1", {"max_weight_t": 30.0}, "max_weight_t is for road and rail only"),
        ("vehicles", "ship", {"draft_m": 12.0}, None),
        ("vehicles", "ship", {"fleet": 3.0, "fleet_hours_per_day": 9.0}, "The fleet of vehicle ship limits nothing"),
    ],
)
def test_limits_that_contradict_or_hold_nothing_are_told(
    table: str, row: str, values: dict[str, Any], message: str | None
) -> None:
    """A draft without a depth to hold it against is no contradiction."""
    found = [str(finding.text.en) for finding in check_network(planner_pack({table: {row: values}}))]
    if message is None:
        assert not any("of water" in text for text in found)
    else:
        assert any(message in text for text in found), found


def test_a_vessel_too_deep_for_its_berth_is_told_with_both_figures() -> None:
    pack = planner_pack({"vehicles": {"ship": {"draft_m": 12.0}}, "terminals": {"city": {"draft_m": 10.5}}})
    found = [finding for finding in check_network(pack) if finding.column == "vehicle_id"]
    assert [finding.file for finding in found] == ["services.csv"]
    assert "needs 12 m of water and city has 10.5 m" in found[0].text.en
    assert "cần nước sâu 12 m nhưng city chỉ có 10.5 m" in found[0].text.vi


def test_vehicles_that_cannot_carry_the_goods_are_told() -> None:
    pack = planner_pack({"commodities": {"furniture": {"vehicles": "bulker"}}})
    found = [finding for finding in check_network(pack) if finding.file == "commodities.csv"]
    assert found
    assert "None of the vehicles named for commodity furniture carries container" in found[0].text.en


def faults(pack: Pack) -> set[tuple[str, str | None]]:
    """Return file and column of everything wrong with a pack."""
    return {(finding.file, finding.column) for finding in check_pack(pack)}


@cache
def usual_faults() -> set[tuple[str, str | None]]:
    """Return what is wrong with the small pack as it is: it leaves out tables that plans do not need."""
    return faults(planner_pack())


@pytest.mark.parametrize(
    ("table", "row", "values", "column"),
    [
        ("links", "road_1", {"ban_above_t": 2.5}, "ban_from_h"),
        ("links", "road_1", {"max_weight_t": -1.0}, "max_weight_t"),
        ("links", "river_1", {"clearance_m": float("inf")}, "clearance_m"),
        ("vehicles", "truck", {"gross_t": 20.0}, "payload_t"),
        ("vehicles", "truck", {"fleet": 10.0}, "fleet_hours_per_day"),
        ("vehicles", "truck", {"fleet": 10.0, "fleet_hours_per_day": 25.0}, "fleet_hours_per_day"),
        ("vehicles", "ship", {"draft_m": -2.0}, "draft_m"),
        ("terminals", "port", {"fee_per_teu": 250_000.0}, "currency"),
        ("terminals", "port", {"fee_share_waterway": 1.5}, "fee_share_waterway"),
        ("terminals", "port", {"gate_trucks_per_h": -1.0}, "gate_trucks_per_h"),
        ("commodities", "furniture", {"vehicles": "lorry"}, "vehicles"),
        ("commodities", "furniture", {"max_time_h": -1.0}, "max_time_h"),
        ("commodities", "furniture", {"unmet_penalty_vnd_per_t": 0.0}, "unmet_penalty_vnd_per_t"),
    ],
)
def test_wrong_values_are_findings_of_their_cell(table: str, row: str, values: dict[str, Any], column: str) -> None:
    assert (f"{table}.csv", column) in faults(planner_pack({table: {row: values}})) - usual_faults()


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_a_floor_outside_0_to_1_is_refused(share: float) -> None:
    pack = with_rows(
        planner_pack(), {"assumptions": [{"assumption_id": "background_floor_share", "mid": share, "kind": "value"}]}
    )
    with pytest.raises(AssumptionRangeError, match=r"background_floor_share is .* must lie between 0 and 1"):
        build_case(pack, BASE)


def test_a_class_refuses_a_limit_below_nothing() -> None:
    with pytest.raises(ValueError, match="max_time_h must be at least 0, got -1"):
        FreightClass("a:bulk", "a", "bulk", None, 0.0, frozenset({"road"}), 1.0, max_time_h=-1.0)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("City port (road gate)", "Gate", "trucks")), ("vi", ("Cảng thành phố (cổng đường bộ)", "Cổng", "xe tải"))],
)
def test_a_plan_names_the_gate_that_holds_it_back(
    language: Language,
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The gate takes 6.25 trucks a day; one more carries 16 t that else go to the deep port."""
    monkeypatch.setenv("COLUMNS", "200")
    gate = scenario_of(set_change("terminals", "city", gate_trucks_per_h=6.25 / 24))
    case, plan = planned(planner_pack(), gate)
    none = pd.DataFrame()
    outcome = Outcome(case, plan, (), indicators(case, plan), none, none, none, {})
    tell_binding(outcome, Talk(language))
    told = capsys.readouterr().out
    assert all(word in told for word in (*words, f"{16 * ROAD_2:,.0f}" if language == "en" else "1.388.320")), told
