"""Freight per working day: worked by hand, laws, against the estimates of the base year, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from demand_pack import tiny_pack, tiny_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import supplychain
from supplychain.assumptions import AssumptionRangeError, apply_assumptions
from supplychain.demand import Demand, build_demand, trace_demand
from supplychain.demand.balance import ControlError
from supplychain.demand.build import build_flows
from supplychain.demand.empties import net_empties
from supplychain.demand.trace import UnknownDemandError
from supplychain.errors import FindingsError
from supplychain.models import REGISTRY_MODELS
from supplychain.pack import Pack, read_pack

BINH_DUONG = Path(supplychain.__file__).parent / "regions" / "binh_duong"
WORKING_DAYS = 300


def amounts(demand: Demand) -> dict[str, tuple[float, float]]:
    """Return tonnes and TEU a day by demand id."""
    return {
        str(name): (float(mass), float(teu))
        for name, mass, teu in zip(demand.demand_id, demand.mass_t_per_day, demand.teu_per_day, strict=True)
    }


def test_the_small_region_by_hand() -> None:
    """A year's tonnes × 1.5 ÷ 250 = × 0.006 a day.

    Chairs: seeds 2 + 1 to 6 MUSD, so 4 to the US and 2 to Japan, 4,000 and 2,000 t; 50 ha × 3 and 150 ha × 1 share
    them evenly; 5 t a TEU. Boards: 3 MUSD less 1 of feed = 2, evenly from both markets, 2,000 t each; 50 : 150 ha;
    10 t a TEU. Feed: 1 MUSD = 4,000 t to the west alone, a quarter boxed. Empties: east sends 600 TEU of 40 ft and
    gets 100, west 600 and 300; west gets 100 TEU of 20 ft and sends none; nothing is opposite, so nothing pools.
    """
    found = amounts(build_demand(tiny_pack()))
    expected = {
        "export_chairs_us:east:container": (12.0, 2.4),
        "export_chairs_us:west:container": (12.0, 2.4),
        "export_chairs_japan:east:container": (6.0, 1.2),
        "export_chairs_japan:west:container": (6.0, 1.2),
        "import_boards_us:east:container": (3.0, 0.3),
        "import_boards_us:west:container": (9.0, 0.9),
        "import_boards_japan:east:container": (3.0, 0.3),
        "import_boards_japan:west:container": (9.0, 0.9),
        "import_feed_us:west:container": (6.0, 0.6),
        "import_feed_us:west:bulk": (18.0, 0.0),
        "empty:dry40:east:in": (6.0, 3.0),
        "empty:dry40:west:in": (3.6, 1.8),
        "empty:dry20:west:out": (1.2, 0.6),
    }
    assert found.keys() == expected.keys()
    for name, pair in expected.items():
        assert found[name] == pytest.approx(pair, rel=1e-12), name


def test_rows_name_where_they_come_from() -> None:
    rows = build_demand(tiny_pack()).to_frame().set_index("demand_id")
    chairs = rows.loc["export_chairs_us:east:container"]
    assert (chairs["origin_id"], chairs["destination_id"], chairs["direction"]) == ("east", "us", "export")
    assert (chairs["trade_id"], chairs["place_id"], chairs["mix_id"]) == ("export_chairs_us", "east", "wood")
    assert chairs["assumption_ids"] == "peak_factor;working_days_per_year"
    boards = rows.loc["import_boards_japan:west:container"]
    assert (boards["origin_id"], boards["destination_id"]) == ("japan", "west")
    empties = rows.loc["empty:dry20:west:out"]
    assert (empties["origin_id"], empties["destination_id"], empties["trade_id"]) == ("west", "depot", "")
    assert "empties_pooling_share" in empties["assumption_ids"]


def test_a_class_by_hand() -> None:
    """1 USD of 2024 = 26,000 VND of 2025; 10 M + half of 1,000 USD × 26,000 = 23 M VND a tonne left."""
    chairs = next(c for c in build_demand(tiny_pack()).classes if c.class_id == "chairs:container")
    assert chairs.value_of_time_vnd_per_t_h == pytest.approx(520.0)
    assert chairs.unmet_penalty_vnd_per_t == pytest.approx(23e6)
    assert chairs.modes == {"road", "sea"}
    assert chairs.t_per_teu == 5.0


def test_empties_of_two_places_by_hand() -> None:
    """Lacking 6, left 2; half of the smaller pools: 1 crosses, so 5 come in and 1 goes out, net 4 = 10 − 6."""
    to_place, from_place = net_empties(np.array([10.0, 0.0]), np.array([4.0, 2.0]), 0.5)
    np.testing.assert_allclose(to_place, [5.0, 0.0])
    np.testing.assert_allclose(from_place, [0.0, 1.0])


def test_totals_by_hand() -> None:
    demand = build_demand(tiny_pack())
    assert demand.total(direction="export") == pytest.approx(36.0)
    assert demand.total("teu", direction="export", market_id="us") == pytest.approx(4.8)
    assert demand.total(form="bulk", commodity_id="feed", place_id="west") == pytest.approx(18.0)
    assert demand.total("teu", direction="empty") == pytest.approx(5.4)
    assert len(demand) == 13


teu = hnp.arrays(np.float64, 5, elements=st.floats(0, 1e6))


@given(teu, teu, st.floats(0, 1))
def test_empties_close_the_balance_of_the_region(out_teu: np.ndarray, in_teu: np.ndarray, pooling: float) -> None:
    to_place, from_place = net_empties(out_teu, in_teu, pooling)
    assert to_place.sum() - from_place.sum() == pytest.approx(out_teu.sum() - in_teu.sum(), abs=1e-6)
    assert np.all(to_place >= 0)
    assert np.all(from_place >= 0)
    assert np.all((to_place == 0) | (from_place == 0))


@given(st.floats(0.01, 100))
@settings(deadline=None, max_examples=8)
def test_scaled_controls_scale_laden_and_empty_freight(factor: float) -> None:
    rows = tiny_rows()
    for control in rows["controls"]:
        control["value_musd"] *= factor
    once, scaled = amounts(build_demand(tiny_pack())), amounts(build_demand(tiny_pack(rows)))
    assert once.keys() == scaled.keys()
    for name, (mass, boxes) in once.items():
        assert scaled[name] == pytest.approx((mass * factor, boxes * factor), rel=1e-9)


@given(st.floats(0, 1), st.floats(1, 500), st.floats(1, 500))
@settings(deadline=None, max_examples=8)
def test_no_tonne_is_lost_or_made(box_share: float, east_ha: float, west_ha: float) -> None:
    rows = tiny_rows()
    rows["commodities"][2]["container_share_import"] = box_share
    rows["parks"][0]["area_ha"] = east_ha
    rows["zones"][0]["industrial_area_ha"] = west_ha
    demand = build_demand(tiny_pack(rows))
    assert demand.total(direction="export") == pytest.approx(36.0)
    assert demand.total(direction="import") == pytest.approx(48.0)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = {name: list(reversed(table)) for name, table in tiny_rows().items()}
    forwards, backwards = build_demand(tiny_pack()), build_demand(tiny_pack(rows))
    assert forwards.classes == backwards.classes
    np.testing.assert_array_equal(forwards.demand_id, backwards.demand_id)
    np.testing.assert_array_equal(forwards.mass_t_per_day, backwards.mass_t_per_day)


def test_a_region_without_trade_has_no_freight() -> None:
    rows = tiny_rows() | {"trade": [], "controls": []}
    demand = build_demand(tiny_pack(rows))
    assert len(demand) == 0
    assert demand.total(form="bulk", commodity_id="feed") == 0


def test_demand_is_read_only() -> None:
    demand = build_demand(tiny_pack())
    with pytest.raises(ValueError, match="read-only"):
        demand.mass_t_per_day[0] = 1.0


def test_a_trace_ends_in_the_numbers_of_its_row() -> None:
    pack = tiny_pack()
    demand = build_demand(pack)
    for row, name in enumerate(demand.demand_id):
        steps = trace_demand(pack, demand, str(name)).steps
        ends = {steps[-2].unit: steps[-2].value, steps[-1].unit: steps[-1].value}
        assert ends["t/day"] == pytest.approx(demand.mass_t_per_day[row], rel=1e-12)
        assert ends["TEU/day"] == pytest.approx(demand.teu_per_day[row], rel=1e-12)


def test_a_trace_names_rows_and_numbers() -> None:
    pack = tiny_pack()
    steps = trace_demand(pack, build_demand(pack), "import_boards_us:west:container").steps
    assert [step.value for step in steps] == pytest.approx([0.5, 1.0, 2000.0, 2000.0, 1500.0, 9.0, 0.9])
    assert steps[1].rows == ("trade:import_boards_us", "controls:all_imports")
    assert steps[4].rows == ("zones:west", "industry_mixes:industry_mixes_3")
    assert "150 leased ha × 1 (in_weight) ÷ 200" in steps[4].text.en
    assert "ha đã cho thuê" in steps[4].text.vi


def test_an_unknown_demand_cannot_be_traced() -> None:
    pack = tiny_pack()
    with pytest.raises(UnknownDemandError, match="no demand row nowhere"):
        trace_demand(pack, build_demand(pack), "nowhere")


def test_a_missing_value_per_tonne_is_refused_with_its_row() -> None:
    rows = tiny_rows()
    del rows["commodities"][0]["usd_per_t_export"]
    with pytest.raises(FindingsError, match="2 finding") as caught:
        build_demand(tiny_pack(rows))
    assert "trade.csv:2 [commodity_id]: commodity chairs has no USD per tonne" in caught.value.sentence("en")


def test_a_commodity_that_no_place_handles_is_refused() -> None:
    rows = tiny_rows()
    rows["industry_mixes"][4]["in_weight"] = 0.0
    with pytest.raises(FindingsError) as caught:
        build_demand(tiny_pack(rows))
    assert "trade.csv:6 [commodity_id]: no open place has an industry mix with a weight for feed" in str(
        caught.value.sentence("en")
    )


def test_parts_above_the_total_are_refused_and_named() -> None:
    rows = tiny_rows()
    rows["controls"][2]["value_musd"] = 3.5
    with pytest.raises(ControlError, match=r"all_imports asks for 3, but feed_imports \(3.5\) add up to 3.5"):
        build_demand(tiny_pack(rows))


def test_a_negative_amount_is_refused() -> None:
    rows = tiny_rows()
    rows["trade"][0]["value_musd"] = -2.0
    with pytest.raises(FindingsError) as caught:
        build_demand(tiny_pack(rows))
    assert "trade.csv:2 [value_musd]: the amount is -2.0" in caught.value.sentence("en")


def test_a_control_in_another_unit_is_refused() -> None:
    rows = tiny_rows()
    rows["controls"][0] |= {"value_musd": None, "mass_t_per_year": 5.0}
    with pytest.raises(FindingsError) as caught:
        build_demand(tiny_pack(rows))
    assert "controls.csv:2: direction export is counted in musd, but this row gives t" in caught.value.sentence("en")


def test_a_repeated_control_is_refused() -> None:
    rows = tiny_rows()
    rows["controls"].append({"control_id": "again", "direction": "export", "value_musd": 6.0})
    with pytest.raises(FindingsError) as caught:
        build_demand(tiny_pack(rows))
    assert "controls.csv:5: another control stands for the same" in caught.value.sentence("en")


def test_a_control_without_trade_is_refused() -> None:
    rows = tiny_rows()
    rows["controls"].append({"control_id": "inland", "direction": "domestic_in", "mass_t_per_year": 6.0})
    with pytest.raises(ControlError, match="no trade row in their direction: inland"):
        build_demand(tiny_pack(rows))


def test_a_park_without_leased_share_or_with_an_unknown_mix_is_refused() -> None:
    rows = tiny_rows()
    rows["parks"][0] |= {"leased_pct": None, "mix_id": "nonsense"}
    with pytest.raises(FindingsError, match="2 finding") as caught:
        build_demand(tiny_pack(rows))
    assert "parks.csv:2 [leased_pct]: east is open" in caught.value.sentence("en")
    assert "parks.csv:2 [mix_id]: east has the industry mix nonsense" in caught.value.sentence("en")


def test_empties_need_one_depot_market() -> None:
    rows = tiny_rows()
    rows["markets"].pop()
    with pytest.raises(FindingsError, match="exactly one market of kind empty_depot, found 0"):
        build_demand(tiny_pack(rows))


@pytest.mark.parametrize(
    ("assumption_id", "value", "said"),
    [
        ("working_days_per_year", 0.0, "working_days_per_year is 0; it must lie between 1 and 366"),
        ("peak_factor", -1.0, "peak_factor is -1; it must lie between 0 and 100"),
        ("empties_pooling_share", 1.5, "empties_pooling_share is 1.5; it must lie between 0 and 1"),
        ("unmet_penalty_vnd_per_t", 0.0, "unmet_penalty_vnd_per_t is 0; it must lie between 1 and"),
    ],
)
def test_an_assumption_out_of_range_is_refused(assumption_id: str, value: float, said: str) -> None:
    rows = tiny_rows()
    next(row for row in rows["assumptions"] if row["assumption_id"] == assumption_id)["mid"] = value
    with pytest.raises(AssumptionRangeError, match=said):
        build_demand(tiny_pack(rows))


@pytest.mark.parametrize("pooling", [-0.1, 1.1, float("nan")])
def test_a_pooling_share_is_a_share(pooling: float) -> None:
    with pytest.raises(ValueError, match="pooling_share must be between 0 and 1"):
        net_empties(np.ones(1), np.ones(1), pooling)


@pytest.fixture(scope="module")
def shipped() -> Pack:
    return apply_assumptions(read_pack(BINH_DUONG, REGISTRY_MODELS, partial=True))


@pytest.fixture(scope="module")
def shipped_demand(shipped: Pack) -> Demand:
    return build_demand(shipped)


def quantities(demand: Demand) -> dict[str, float]:
    """Return what the estimates know, a year unless said otherwise."""
    trade_t = demand.total() - demand.total(direction="empty")
    return {
        "laden_teu_out_per_year": demand.total("teu", direction="export") * WORKING_DAYS,
        "laden_teu_in_per_year": demand.total("teu", direction="import") * WORKING_DAYS,
        "freight_t_per_day": trade_t,
        "bulk_t_per_year": demand.total(form="bulk") * WORKING_DAYS,
        "net_empties_teu_per_year": demand.total("teu", direction="empty") * WORKING_DAYS,
    }


@pytest.mark.parametrize(
    "quantity",
    [
        "laden_teu_out_per_year",
        "laden_teu_in_per_year",
        "freight_t_per_day",
        "bulk_t_per_year",
        "net_empties_teu_per_year",
    ],
)
def test_shipped_totals_are_within_the_estimates(shipped: Pack, shipped_demand: Demand, quantity: str) -> None:
    """Against the base-year estimates of the pack: within low and high, and within 12 % of the central value."""
    estimate = shipped.table("estimates").set_index("quantity").loc[quantity]
    value = quantities(shipped_demand)[quantity]
    assert estimate["low"] <= value <= estimate["high"]
    assert value == pytest.approx(estimate["central"], rel=0.13)


def test_shipped_trade_meets_its_controls_and_the_published_figures(shipped: Pack) -> None:
    """Department of Industry and Trade, 2024: exports 34.5 bn USD, imports 24.5, wood 6.5, about a third to the US."""
    trade = build_flows(shipped).trade
    for control in shipped.table("controls").itertuples():
        rows = trade[trade["direction"] == control.direction]
        if isinstance(control.commodity_id, str):
            rows = rows[rows["commodity_id"] == control.commodity_id]
        if isinstance(control.market_id, str):
            rows = rows[rows["market_id"] == control.market_id]
        total = control.value_musd if control.value_musd > 0 else control.mass_t_per_year
        assert rows["amount"].sum() == pytest.approx(total, rel=1e-9), control.control_id
    exports = trade[trade["direction"] == "export"]
    assert exports["amount"].sum() == pytest.approx(34_500, rel=1e-9)
    assert trade.loc[trade["direction"] == "import", "amount"].sum() == pytest.approx(24_500, rel=1e-9)
    assert exports.loc[exports["commodity_id"] == "furniture", "amount"].sum() == pytest.approx(6_500, rel=1e-9)
    to_us = exports.loc[exports["market_id"].isin(["us_west", "us_east"]), "amount"].sum()
    assert to_us / exports["amount"].sum() == pytest.approx(1 / 3, abs=0.01)


def test_shipped_boxes_per_leased_hectare_are_plausible(shipped: Pack, shipped_demand: Demand) -> None:
    """120–260 TEU a leased hectare and year on average; parks carry about 65 % of the boxes."""
    places = build_flows(shipped).places.set_index("place_id")
    rows = shipped_demand.to_frame()
    rows = rows[rows["direction"].isin(["export", "import"])]
    boxes = rows.groupby("place_id")["teu_per_day"].sum() * WORKING_DAYS
    assert 120 <= boxes.sum() / places["leased_ha"].sum() <= 260
    in_parks = boxes[places.loc[boxes.index, "table"] == "parks"].sum()
    assert 0.55 <= in_parks / boxes.sum() <= 0.75


def test_shipped_tonnes_all_reach_a_place(shipped: Pack, shipped_demand: Demand) -> None:
    yearly = build_flows(shipped).trade["mass_t_per_year"].sum()
    laden = shipped_demand.total() - shipped_demand.total(direction="empty")
    assert laden * WORKING_DAYS == pytest.approx(yearly, rel=1e-12)
    assert 4_000 <= len(shipped_demand) <= 6_000


def test_shipped_traces_end_in_the_numbers_of_their_rows(shipped: Pack, shipped_demand: Demand) -> None:
    for row in (0, len(shipped_demand) // 2, len(shipped_demand) - 1):
        trace = trace_demand(shipped, shipped_demand, str(shipped_demand.demand_id[row]))
        ends = {step.unit: step.value for step in trace.steps[-2:]}
        assert ends["t/day"] == pytest.approx(shipped_demand.mass_t_per_day[row], rel=1e-12)
        assert "working_days_per_year" in trace.assumption_ids


def test_shipped_values_of_time_follow_their_stated_rule(shipped: Pack) -> None:
    """Mean value per tonne × (12 % + loss of value a year) ÷ 8,760 h, as value_of_time_factor reasons."""
    loss = {"furniture": 0.05, "machinery": 0.05, "other_manufactures": 0.10, "textile_materials": 0.10}
    loss |= {"footwear_garments": 0.25, "electronics": 0.35, "semiconductors": 0.35, "chilled_food": 1.0}
    goods = shipped.table("commodities").set_index("commodity_id").drop("empty_container")
    value = goods[["usd_per_t_export", "usd_per_t_import"]].mean(axis=1)
    expected = value * (0.12 + goods.index.map(lambda name: loss.get(name, 0.0)).to_numpy()) / 8760
    np.testing.assert_allclose(goods["value_of_time_usd_per_t_h"], expected, atol=0.00006)


def test_shipped_penalties_leave_room_for_air(shipped_demand: Demand) -> None:
    """5 USD/kg by air is 5,000 USD × 26,000 VND a tonne; semiconductors must rather fly than stay."""
    penalty = {c.class_id: c.unmet_penalty_vnd_per_t for c in shipped_demand.classes}
    assert penalty["semiconductors:container"] > 2 * 5_000 * 26_000
    assert min(penalty.values()) >= 3e7
