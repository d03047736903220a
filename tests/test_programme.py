"""Actions of a programme against a base: figures by hand, laws, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from planner_pack import BASE, MORE, REASON, planner_pack, scenario_of, set_change
from tiny_pack import frame_of

from api.documents.model import Document
from api.documents.stand import stand_of_planned
from api.programme.document import programme_document
from api.programme.layers import programme_layers
from api.programme.plain import programme_to_dict
from api.programme.tables import action_frame, place_frame
from optimizer.planner import Planner
from optimizer.programme.actions import Action, read_actions
from optimizer.programme.answer import ProgrammeAnswer
from optimizer.programme.evaluate import evaluate_programme
from optimizer.programme.figures import TOTALS, figures
from optimizer.programme.indicators import MeasureError
from optimizer.results.indicators import indicators
from optimizer.scenarios.scenario import AddedRow, Change, Scenario
from supplychain.errors import HinterlandError
from supplychain.pack import Pack
from supplychain.text import Text

WIDER = Change("terminals", ("city",), (), (), (("capacity_teu_per_year", 2.0),), REASON)
FASTER = Change("links", ("road_2",), (), (), (("speed_kmh", 1.25),), REASON)
CHANGES: dict[str, tuple[Change | AddedRow, ...]] = {"wider": (WIDER,), "faster": (FASTER,), "empty": ()}
ACTIONS: list[dict[str, Any]] = [
    {"action_id": "wider", "domain": "infrastructure", "status": "planned", "scenario_id": "wider"}
    | {"cost": 1e10, "currency": "VND", "price_year": 2025, "start_year": 2026, "end_year": 2028},
    {"action_id": "faster", "domain": "infrastructure", "status": "under_way", "scenario_id": "faster"},
    {"action_id": "empty", "domain": "infrastructure", "status": "done", "scenario_id": "empty"},
    {"action_id": "school", "domain": "people", "status": "planned"},
]
INDICATORS: list[dict[str, Any]] = [
    {"indicator_id": "boxes", "action_id": "wider", "unit": "TEU/year", "baseline": 0.0, "target": 4000.0}
    | {"target_year": 2030, "measured_by": "teu_per_year_through:city"},
    {"indicator_id": "length", "action_id": "faster", "unit": "km", "actual": 50.0, "actual_year": 2024}
    | {"actual_source": "x", "measured_by": "km_open:road_2"},
    {"indicator_id": "pupils", "action_id": "school", "unit": "persons"},
]


def region(indicator_rows: list[dict[str, Any]] | None = None) -> Pack:
    """Return the planner's pack with a programme of four actions."""
    tables = {
        "programmes": [{"programme_id": "roads", "start_year": 2026, "end_year": 2030}],
        "actions": [
            {"programme_id": "roads", "name_en": row["action_id"], "name_vi": row["action_id"]} | row for row in ACTIONS
        ],
        "indicators": INDICATORS if indicator_rows is None else indicator_rows,
    }
    pack = planner_pack()
    return pack.with_tables({name: frame_of(name, rows) for name, rows in tables.items()})


def with_changes(name: str, *changes: Change | AddedRow) -> Scenario:
    """Return a scenario of some changes."""
    return replace(scenario_of(), scenario_id=name, name=Text(en=name, vi=name), changes=changes)


def evaluated(*names: str, pack: Pack | None = None, reverse: bool = False) -> ProgrammeAnswer:
    """Return the evaluation of some actions of the pack, or of all."""
    pack = pack or region()
    chosen = [one for one in read_actions(pack) if not names or one.action_id in names]
    chosen = list(reversed(chosen)) if reverse else chosen
    own = [one.action_id for one in chosen if one.scenario_id is not None]
    scenarios = {one: with_changes(one, *CHANGES[one]) for one in own}
    together = with_changes("together", *(change for one in own for change in CHANGES[one]))
    return evaluate_programme(Planner(pack), BASE, chosen, scenarios, together)


@pytest.fixture(scope="module")
def answer() -> ProgrammeAnswer:
    """Return the evaluation of the whole programme."""
    return evaluated()


def result(answer: ProgrammeAnswer, action_id: str) -> Any:  # noqa: ANN401
    """Return the effect of one action."""
    return next(one for one in answer.results if one.action.action_id == action_id)


def test_a_wider_port_spares_five_boxes_the_road_to_the_other(answer: ProgrammeAnswer) -> None:
    """The numbers, a day.

    5 TEU (40 t) leave by the city and no longer run 50 km further, 2 TEU on a truck, 1.5 runs a box:
    50 km x 12,000 x 1.5 + 1 h x 320,000 x 1.5 = 1,380,000 a truck, 690,000 a TEU, 3,450,000 for five. Of it the
    economy uses 0.6 x 900,000 + 0.75 x 480,000 = 900,000 a truck, 2,250,000. Fuel a km: 0.30 + 0.15 x 16/26 laden and
    0.5 x 0.30 empty, 0.54231 l; x 50 km x 2.5 trucks x 3.2 kg = 216.92 kg. Time: 40 t x 1 h.
    """
    effect = result(answer, "wider").effect
    assert effect.changes["money_per_day"] == pytest.approx(-3_450_000)
    assert effect.changes["resource_cost_per_day"] == pytest.approx(-2_250_000)
    assert effect.changes["emissions_kg_co2e_per_day"] == pytest.approx(-216.923077)
    assert effect.changes["ttw_kg_co2e_per_day"] == pytest.approx(-216.923077 * 2.6 / 3.2)
    assert effect.changes["tonne_hours_per_day"] == pytest.approx(-40.0)
    assert effect.changes["unserved_t_per_day"] == 0.0
    assert effect.verdict == "saves"
    assert effect.figures.gateway_shares == {"hcmc_ports": 1.0, "cai_mep": 0.0, "other": 0.0}
    assert (effect.use.t_per_day, effect.use.teu_per_day) == pytest.approx((80.0, 10.0))
    assert effect.use.rows == {"links": (), "terminals": ("city",), "services": ()}


def test_the_park_it_serves_is_named_with_how_much(answer: ProgrammeAnswer) -> None:
    """All freight is of one park: its fall is that of the plan, 0.4 h of the mean 548.1 and 216.92 kg."""
    (place,) = result(answer, "wider").effect.served
    assert (place.place_id, place.kind) == ("park_a", "park")
    assert place.cost_fall == pytest.approx(result(answer, "wider").effect.saving_per_day)
    assert place.money_fall == pytest.approx(3_450_000)
    assert place.hours_fall == pytest.approx(0.4)
    assert place.kg_co2e_fall == pytest.approx(216.923077)


def test_investment_stands_beside_the_saving_of_a_year(answer: ProgrammeAnswer) -> None:
    """300 working days of peak factor 1: 3,470,800 a day are 1.04124e9 a year, 10.4 % of 10 billion."""
    row = action_frame(answer).set_index("action_id").loc["wider"]
    assert answer.days_per_year == pytest.approx(300.0)
    assert row["yearly_saving"] == pytest.approx(3_470_800 * 300)
    assert row["yearly_saving_share"] == pytest.approx(0.104124)
    assert row["investment"] == 1e10


def test_a_wider_port_leaves_a_faster_road_to_it_unused(answer: ProgrammeAnswer) -> None:
    """Alone both save; together no box runs the faster road: the saving is the port's, the road's was counted twice."""
    wider, faster = (result(answer, name).effect.saving_per_day for name in ("wider", "faster"))
    assert faster > 0
    assert answer.together is not None
    assert answer.together.saving_per_day == pytest.approx(wider)
    assert answer.interaction["generalised_cost_per_day"] == pytest.approx(faster)


def test_what_changes_nothing_of_the_network_is_not_modelled(answer: ProgrammeAnswer) -> None:
    assert result(answer, "school").verdict == result(answer, "empty").verdict == "not_modelled"
    assert result(answer, "school").effect is None


def test_an_empty_action_equals_the_base(answer: ProgrammeAnswer) -> None:
    effect = result(answer, "empty").effect
    assert effect.figures.totals == pytest.approx(answer.base_figures.totals, rel=1e-12)
    assert effect.served == ()
    assert effect.verdict == "same"


def test_together_with_one_action_equals_that_action() -> None:
    alone = evaluated("wider")
    assert alone.together is not None
    assert alone.together.figures.totals == result(alone, "wider").effect.figures.totals
    assert set(alone.interaction.values()) == {0.0}


def test_the_order_of_actions_does_not_matter(answer: ProgrammeAnswer) -> None:
    assert programme_to_dict(evaluated(reverse=True)) == programme_to_dict(answer)


def test_figures_are_those_of_the_indicators(answer: ProgrammeAnswer) -> None:
    for planned in (answer.base, answer.together_planned):
        assert planned is not None
        found, told = figures(planned.case, planned.plan), indicators(planned.case, planned.plan)
        known = {**told.totals, "money_per_day": told.totals["cost_per_day"]}
        for name in TOTALS:
            if name in known:
                assert found.totals[name] == pytest.approx(known[name], rel=1e-12), name
        for group, share in found.gateway_shares.items():
            assert share == pytest.approx(told.totals[f"gateway_share_{group}"])
        for mode, share in found.mode_shares.items():
            assert share == pytest.approx(told.totals[f"mode_share_tkm_{mode}"])
        places = told.by_park.set_index("place_id").loc[list(found.places.place_id)]
        assert found.places.money == pytest.approx(places["cost_per_day"].to_numpy())


def test_indicators_have_baseline_target_actual_and_what_the_plans_give(answer: ProgrammeAnswer) -> None:
    """Through the city: 5 laden and 10 empty TEU a day in the base, 10 and 10 with the wider port; 300 days."""
    rows = answer.indicators.set_index("indicator_id")
    boxes, length = rows.loc["boxes"], rows.loc["length"]
    assert boxes["modelled_action"] - boxes["modelled_base"] == pytest.approx(5 * 300)
    assert boxes["modelled_together"] == pytest.approx(boxes["modelled_action"])
    assert boxes["actual"] is None or boxes["actual"] != boxes["actual"]  # no source, so nothing
    assert (length["actual"], length["actual_year"], length["modelled_base"]) == (50.0, 2024, 50.0)
    assert rows.loc["pupils"][["modelled_base", "modelled_action"]].isna().all()


@pytest.mark.parametrize(
    ("measured_by", "says"),
    [
        ("boxes_through:city", "Write quantity:names"),
        ("km_open", "Write quantity:names"),
        ("teu_per_year_through:nowhere", "measured at nowhere"),
        ("t_per_year_by:camel", "measured at camel"),
        ("km_of_x_lanes:road_2", "Write quantity:names"),
    ],
)
def test_a_measure_that_is_not_known_is_refused_by_the_indicators_name(measured_by: str, says: str) -> None:
    row = {"indicator_id": "boxes", "action_id": "wider", "unit": "TEU", "measured_by": measured_by}
    with pytest.raises(MeasureError, match=says) as refused:
        evaluated("wider", pack=region([row]))
    assert "boxes" in refused.value.text.vi


def test_unknown_programmes_and_regions_without_actions_are_refused() -> None:
    with pytest.raises(HinterlandError, match=r"no programme railways\. There are: roads"):
        read_actions(region(), "railways")
    with pytest.raises(HinterlandError, match=r"actions\.csv"):
        read_actions(planner_pack())


def test_money_of_an_action_is_brought_to_that_of_the_pack() -> None:
    """1 USD of 2025 is the pack's rate of VND."""
    actions = {one.action_id: one for one in read_actions(region())}
    assert actions["wider"].investment == 1e10
    assert actions["faster"].investment is None
    assert actions["school"].scenario_id is None
    assert MORE["rates"]


def test_the_document_says_status_places_and_indicators(answer: ProgrammeAnswer) -> None:
    document: Document = programme_document(answer, stand_of_planned(answer.base))
    assert document.stand.status == "optimal"
    assert document.stand.checked is True
    titles = [table.title.en for table in document.every_table()]
    assert titles == [
        "Effect",
        "Investment beside the saving of a year",
        "Gateways and modes",
        "Interaction (together less sum)",
        "Parks and zones served",
        "Indicators",
        "Actions without a change of the network",
    ]
    for table in document.every_table():
        assert table.title.vi != table.title.en
        assert table.rows
    listed = document.every_table()[-1].rows
    assert {str(row[0]) for row in listed} == {"school", "empty"}


def test_layers_hold_what_each_action_changes_coloured_by_its_effect(answer: ProgrammeAnswer) -> None:
    layers = programme_layers(answer)
    assert layers["actions"][["action_id", "row_id", "verdict"]].to_numpy().tolist() == [["faster", "road_2", "saves"]]
    assert layers["action_points"]["place_id"].tolist() == ["city"]
    assert layers["gains"]["gain"].tolist() == ["gains"]
    assert place_frame(answer)["place_id"].unique().tolist() == ["park_a"]


def test_a_closed_road_costs_and_says_so() -> None:
    """An action may make things dearer: then it loses, and nobody is served."""
    pack = region()
    action = next(one for one in read_actions(pack) if one.action_id == "faster")
    slower = with_changes("faster", set_change("links", "road_2", speed_kmh=10.0))
    found = evaluate_programme(Planner(pack), BASE, [action], {"faster": slower})
    effect = result(found, "faster").effect
    assert effect.verdict == "costs"
    assert effect.served == ()
    assert found.together is None
    assert found.interaction == {}


def test_an_action_is_a_value() -> None:
    actions = read_actions(region())
    assert actions == read_actions(region(), "roads")
    assert isinstance(actions[0], Action)
