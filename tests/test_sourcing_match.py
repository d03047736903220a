"""Ranking, counting and giving way: worked by hand, and proven by asking again with the limit moved."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_parts import MEANS, PIPES, PlainFreight, PlainTravel, goods, held, question, supply

from supplychain.errors import HinterlandError
from supplychain.sourcing.answer import MatchAnswer
from supplychain.sourcing.covering import cover_candidates
from supplychain.sourcing.document import answer_document
from supplychain.sourcing.matching import Means, candidates_of, match
from supplychain.sourcing.question import Question
from supplychain.sourcing.relaxing import STEPS, rounded_up
from supplychain.sourcing.scoring import DEFAULT_WEIGHTS, PARTS, Weights
from supplychain.sourcing.values import Supply


def answer_of(asked: Question, *offers: Supply, means: Means = MEANS) -> MatchAnswer:
    return match(candidates_of([asked], offers), means)


def offers_in(answer: MatchAnswer) -> list[str]:
    return [one.candidate.supply.offer_id for one in (*answer.ranked, *answer.apart)]


def test_a_score_worked_by_hand() -> None:
    """60 km (60 min): fit 1; way 60 / 120; free 80 of which 40 is ordered; the cheapest; 30 / (30 + 30) of lead time.

    Weights of the parts asked: 0.3, 0.15, 0.1, 0.25, 0.05, 0.1 of 0.95. In hundredths of a point: 0.3 / 0.95 = 3158,
    half of 0.15 / 0.95 = 789, half of 0.1 / 0.95 = 526, 0.25 / 0.95 = 2632, 0.05 / 0.95 = 526, half of 0.1 / 0.95 =
    526: 81.57. Delivered: 10,000,000 + 60 km × 1,000 = 10,060,000 VND/t; 6 kg CO2e/t.
    """
    offer = supply("a", 60.0, free_by_month={"2027-03": 80.0}, lead_time_days=30.0)
    (one,) = answer_of(question(months=("2027-03",)), offer).ranked
    assert {part.part: part.points for part in one.score.parts} == {
        "fit": 3158,
        "minutes": 789,
        "free_capacity": 526,
        "price": 2632,
        "co2e": 526,
        "lead_time": 526,
    }
    assert one.score.value == 81.57
    assert one.measured.delivered == pytest.approx(10_060_000.0)
    assert one.measured.co2e_kg_per_t == pytest.approx(6.0)


def test_money_of_other_currencies_is_compared_and_of_years_without_a_rate_is_not() -> None:
    """400 USD are 10.4 M VND; 10 km of freight 10,000 VND."""
    dollars = supply("usd", price_per_unit=400.0, currency="USD")
    old = supply("old", price_year=1999)
    answer = answer_of(question(), dollars, supply("vnd"), old)
    assert [one.measured.delivered for one in answer.ranked] == [10_010_000.0, 10_410_000.0]
    (apart,) = answer.apart
    assert (apart.candidate.supply.offer_id, apart.apart) == ("off_old", ("price_money",))


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        (supply("x", price_per_unit=None), "price"),
        (supply("x", None), "position"),
        (supply("x", 2000.0), "no_way"),
        (supply("x", goods=goods(unit="piece"), price_per_unit=5.0, minimum_order=None), "price_unit"),
    ],
)
def test_what_lacks_a_figure_that_counts_is_ranked_apart_and_nothing_is_guessed(offer: Supply, why: str) -> None:
    answer = answer_of(question(quantity=None), offer, supply("a"))
    assert [one.candidate.supply.offer_id for one in answer.ranked] == ["off_a"]
    (apart,) = answer.apart
    assert why in apart.apart
    assert apart.measured.delivered is None
    assert all(part.points == 0 for part in apart.score.parts if part.value is None)


def test_a_price_nobody_weighs_keeps_nobody_apart() -> None:
    means = replace(MEANS, weights=Weights.parse("price=0"))
    assert answer_of(question(), supply("a", price_per_unit=None), means=means).apart == ()


def test_services_are_not_carried() -> None:
    asked = question(goods=goods(kind="training", unit="person"), quantity=5.0)
    offer = supply("a", goods=goods(kind="training", unit="person"), capacity_per_month=20.0, price_per_unit=7.0)
    (one,) = answer_of(asked, offer).ranked
    assert (one.measured.freight, one.measured.delivered, one.measured.co2e_kg_per_t) == (0.0, 7.0, 0.0)


def test_the_mass_of_a_piece_brings_freight_to_pieces() -> None:
    """A piece of 50 kg over 10 km: 10,000 VND/t × 0.05 t = 500 VND; without its mass nobody knows."""
    pieces = goods(unit="piece", unit_mass_kg=50.0)
    offer = supply("a", goods=pieces, capacity_per_month=900.0, price_per_unit=1000.0)
    (one,) = answer_of(question(goods=goods(unit="piece")), offer).ranked
    assert one.measured.delivered == pytest.approx(1500.0)
    bare = replace(offer, goods=goods(unit="piece"))
    assert answer_of(question(goods=goods(unit="piece")), bare).apart[0].apart == ("unit_mass",)


def test_capacity_that_nobody_calls_free_is_told_and_brings_no_points() -> None:
    (one,) = answer_of(question(months=("2027-03",)), supply("a")).ranked
    assert [note.en for note in one.notes] == [
        "free capacity not stated for 2027-03; its capacity is taken for what it can make"
    ]
    assert next(part for part in one.score.parts if part.part == "free_capacity").why == "free_capacity"


def test_ties_go_by_organisation() -> None:
    names = ["c", "a", "b"]
    assert offers_in(answer_of(question(), *(supply(name) for name in names))) == ["off_a", "off_b", "off_c"]


def crowd() -> tuple[Supply, ...]:
    """Return 28 offers that are left out: 11 too far, 9 without IATF 16949, 8 full in March; and one that is not.

    Three of the far ones lack the certificate as well, and are counted as far first.
    """
    iatf = (held("IATF 16949:2016"),)
    march = {"2027-03": 100.0}
    far = [supply(f"far{at}", 60.5 + at, certificates=iatf if at > 2 else (), free_by_month=march) for at in range(11)]
    bare = [supply(f"bare{at}", free_by_month=march) for at in range(9)]
    full = [supply(f"full{at}", certificates=iatf, free_by_month={"2027-03": 10.0 + at}) for at in range(8)]
    return (*far, *bare, *full, supply("good", certificates=iatf, free_by_month=march))


ASKED = question(minutes=60.0, certificates=("IATF16949",), months=("2027-03",))


def test_who_is_left_out_is_counted_by_reason() -> None:
    answer = answer_of(ASKED, *crowd())
    assert offers_in(answer) == ["off_good"]
    assert len(answer.left_out) == 28
    assert [(one.reason, one.detail, one.first, one.any) for one in answer.counts] == [
        ("too_far_minutes", "", 11, 11),
        ("certificate", "IATF16949", 9, 12),
        ("capacity", "2027-03", 8, 8),
    ]


def test_what_giving_way_brings() -> None:
    """The far ones stand 60.5 to 70.5 minutes off, and the first three lack the certificate: +4 brings the next."""
    found = {one.limit: one for one in answer_of(ASKED, *crowd()).relaxations}
    minutes = found["minutes"]
    assert (minutes.whole.candidates, minutes.whole.firms, minutes.whole.quantity) == (8, 8, 800.0)
    assert [(step.by, step.candidates) for step in minutes.steps] == [(4, 1), (5, 2), (6, 3), (7, 4), (8, 5)]
    assert (found["certificate:iatf16949"].whole.candidates, found["certificate:iatf16949"].steps) == (9, ())
    assert [step.by for step in found["quantity"].steps] == [23.0, 24.0, 25.0, 26.0, 27.0]


def test_the_document_holds_every_candidate_and_adds_up() -> None:
    document = answer_document(answer_of(ASKED, *crowd()), "t")
    assert len(document["left_out"]) == sum(one["first"] for one in document["left_out_reasons"]) == 28
    (ranked,) = document["ranked"]
    assert sum(round(part["points"] * 100) for part in ranked["parts"]) == round(ranked["score"] * 100)


def test_offers_alike_in_part_are_not_counted_among_those_left_out() -> None:
    answer = answer_of(
        question(), supply("a"), supply("b", goods=goods(names_vi=("Ống nhựa",), names_en=(), hs_code=""))
    )
    assert len(answer.alike) == 1
    assert (answer.left_out, answer.counts) == ((), ())
    assert answer.relaxations[0].limit == "fit"


def moved(asked: Question, limit: str, direction: str, by: float) -> Question:
    """Return a question with one limit moved."""
    sign = 1 if direction == "up" else -1
    columns: dict[str, dict[str, Any]] = {
        "minutes": {"minutes": (asked.minutes or 0) + by},
        "km": {"km": (asked.km or 0) + by},
        "quantity": {"quantity": (asked.quantity or 0) + sign * by},
        "lead_time": {"lead_time_days": (asked.lead_time_days or 0) + by},
        "fit": {"least_fit": asked.least_fit - by},
    }
    return replace(asked, **columns[limit])


def given_up(asked: Question, limit: str) -> Question:
    """Return a question without one limit."""
    columns: dict[str, dict[str, Any]] = {
        "minutes": {"minutes": None},
        "km": {"km": None},
        "quantity": {"quantity": None},
        "lead_time": {"lead_time_days": None},
        "fit": {"least_fit": 0.0},
        "certificate:iso9001": {"certificates": ()},
        "stage": {"stage": ""},
    }
    return replace(asked, **columns[limit])


@st.composite
def markets(draw: st.DrawFn) -> tuple[Question, tuple[Supply, ...]]:
    """Return a question with many limits and up to eight offers around them."""
    offers = []
    for at in range(draw(st.integers(1, 8))):
        free = draw(st.sampled_from((None, 0.0, 12.3, 39.9, 40.0, 55.0, 100.0)))
        offers.append(
            supply(
                f"{at}",
                draw(st.sampled_from((None, 5.0, 29.5, 30.0, 30.2, 47.0, 90.0, 5000.0))),
                certificates=draw(st.sampled_from(((), (held("ISO 9001"),)))),
                free_by_month={} if free is None else {"2027-03": free},
                minimum_order=draw(st.sampled_from((None, 10.0, 45.0, 70.0))),
                lead_time_days=draw(st.sampled_from((None, 3.0, 10.0, 12.5, 40.0))),
                price_per_unit=draw(st.sampled_from((None, 1e6, 2e6))),
                goods=draw(st.sampled_from((PIPES, goods(hs_code="731100", names_vi=("Ống gang",), names_en=())))),
            )
        )
    asked = question(
        minutes=draw(st.sampled_from((None, 30.0))),
        km=draw(st.sampled_from((None, 45.0))),
        months=("2027-03",),
        certificates=draw(st.sampled_from(((), ("ISO 9001",)))),
        lead_time_days=draw(st.sampled_from((None, 10.0))),
        stage=draw(st.sampled_from(("", "", "start_up"))),
    )
    return asked, tuple(offers)


@settings(max_examples=150, deadline=None)
@given(markets())
def test_giving_way_brings_just_what_it_says(market: tuple[Question, tuple[Supply, ...]]) -> None:
    """Every relaxation is asked again with the limit moved, and less than it, and given up."""
    asked, offers = market
    answer = answer_of(asked, *offers)
    before = set(offers_in(answer))
    firms = {one.party.organisation_id for one in offers if one.offer_id in before}
    for one in answer.relaxations:
        brought = set(offers_in(answer_of(given_up(asked, one.limit), *offers))) - before
        assert len(brought) == one.whole.candidates
        for step in one.steps:
            again = moved(asked, one.limit, one.direction, step.by or 0.0)
            kept = set(offers_in(answer_of(again, *offers)))
            assert len(kept - before) == step.candidates, (one.limit, step)
            assert len({off.party.organisation_id for off in offers if off.offer_id in kept} - firms) == step.firms
        if one.steps:
            least = one.steps[0].by or 0.0
            less = least - STEPS.get(one.limit, least * 1e-6)
            nearly = moved(asked, one.limit, one.direction, max(0.0, less))
            if less > 0:
                assert not set(offers_in(answer_of(nearly, *offers))) - before


@settings(max_examples=100, deadline=None)
@given(markets())
def test_scores_add_up_counts_add_up_and_nobody_is_lost(market: tuple[Question, tuple[Supply, ...]]) -> None:
    asked, offers = market
    candidates = candidates_of([asked], offers)
    answer = match(candidates, MEANS)
    assert len(answer.ranked) + len(answer.apart) + len(answer.left_out) + len(answer.alike) == len(candidates)
    assert sum(one.first for one in answer.counts) == len(answer.left_out)
    for one in (*answer.ranked, *answer.apart):
        assert one.score.points == sum(part.points for part in one.score.parts)
        assert sum(part.weight for part in one.score.parts) == pytest.approx(1.0)
        assert 0 <= one.score.points <= 10_000 + len(PARTS)
    points = [one.score.points for one in answer.ranked]
    assert points == sorted(points, reverse=True)


@settings(max_examples=60, deadline=None)
@given(markets())
def test_crow_flies_spare_searches_and_change_no_answer(market: tuple[Question, tuple[Supply, ...]]) -> None:
    """A network that knows no bound gives the same ranking, reasons and relaxations, only by more searches."""

    class Blind(PlainTravel):
        def at_least(self, origins: Sequence[Any], destinations: Sequence[Any]) -> Any:  # noqa: ANN401 - two arrays
            least = super().at_least(origins, destinations)[0] * 0.0
            return least, least

    asked, offers = market
    quick, slow = PlainTravel(), Blind()
    one = answer_of(asked, *offers, means=replace(MEANS, travel=quick))
    other = answer_of(asked, *offers, means=replace(MEANS, travel=slow))
    assert quick.asked <= slow.asked
    assert offers_in(one) == offers_in(other)
    assert [found.score.points for found in one.ranked] == [found.score.points for found in other.ranked]
    assert one.relaxations == other.relaxations
    firsts = [[found.failures[0].limit for found in some.left_out] for some in (one, other)]
    assert firsts[0] == firsts[1]


def test_the_way_is_not_searched_for_what_is_too_far_anyway_and_fails_elsewhere() -> None:
    travel = PlainTravel()
    answer = answer_of(ASKED, supply("far", 500.0), supply("near"), means=replace(MEANS, travel=travel))
    assert travel.asked == 1
    far = answer.left_out[0]
    assert [failure.reason for failure in far.failures][:2] == ["too_far_minutes", "certificate"]
    assert far.candidate.trip.minutes is None
    assert far.candidate.trip.least_minutes == pytest.approx(250.0)


def test_minutes_without_a_network_are_refused() -> None:
    with pytest.raises(HinterlandError, match="needs a network"):
        answer_of(question(minutes=60.0), supply("a"), means=replace(MEANS, travel=None))
    answer = answer_of(question(), supply("a"), means=replace(MEANS, travel=None))
    assert "minutes" not in answer.basis.parts
    assert answer.ranked[0].measured.delivered == 10_000_000.0
    assert "gate" in answer.notes[0].en


@pytest.mark.parametrize(
    "text", ["price", "price=much", "beauty=1", "price=-1", "price=nan", "others=0", "price=1;fit=2"]
)
def test_weights_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(HinterlandError):
        Weights.parse(text)


def test_weights_are_set_one_by_one_or_all_at_once() -> None:
    assert Weights.parse("") == Weights(dict(DEFAULT_WEIGHTS))
    assert Weights.parse("price=0.3, minutes=0.4").by_part == {**DEFAULT_WEIGHTS, "price": 0.3, "minutes": 0.4}
    assert Weights.parse("price=1,others=0").by_part == {**dict.fromkeys(PARTS, 0.0), "price": 1.0}
    cheap, near = supply("cheap", 80.0, price_per_unit=1e6), supply("near", 1.0)
    for text, first in (("price=1,others=0", "off_cheap"), ("minutes=1,others=0", "off_near")):
        means = replace(MEANS, weights=Weights.parse(text))
        assert offers_in(answer_of(question(), cheap, near, means=means))[0] == first


@given(st.floats(1e-6, 1e6), st.sampled_from(("minutes", "lead_time", "fit", "quantity", "area")))
def test_a_limit_gives_way_by_no_less_than_the_gap_and_by_less_than_a_step_more(gap: float, limit: str) -> None:
    found = rounded_up(gap, limit)
    step = {"minutes": 1.0, "lead_time": 1.0, "fit": 0.01}.get(limit, 0.0)
    assert gap <= found <= gap + step + 1e-9 * gap


def test_a_set_is_chosen_from_what_keeps_every_other_limit() -> None:
    """Of four offers for 150 t: one is short of capacity alone, one has no price, one is too far, one has nothing."""
    asked = question(quantity=150.0, minutes=60.0)
    offers = (
        supply("short"),
        supply("dear", price_per_unit=None),
        supply("far", 90.0),
        supply("none", capacity_t_per_month=0.0),
    )
    answer = answer_of(asked, *offers)
    found = cover_candidates(asked, answer, MEANS)
    (short,) = found.candidates
    assert (short.offer_id, short.amounts) == ("off_short", (100.0,))
    assert short.unit_cost == pytest.approx(10_010_000.0)
    assert [one.supply.offer_id for one in found.without_cost] == ["off_dear"]
    by_way = cover_candidates(asked, answer, MEANS, "freight")
    assert [one.unit_cost for one in by_way.candidates] == [pytest.approx(10_000.0)] * 2
    by_co2e = cover_candidates(asked, answer, MEANS, "co2e")
    assert [one.unit_cost for one in by_co2e.candidates] == [pytest.approx(1.0)] * 2
    with pytest.raises(ValueError, match="must ask one"):
        cover_candidates(question(quantity=None), answer, MEANS)


def test_the_cost_model_has_the_form_matching_asks_for() -> None:
    assert (PlainFreight().currency, PlainFreight().price_year) == ("VND", 2025)
    assert list(itertools.islice(PARTS, 2)) == ["fit", "minutes"]
