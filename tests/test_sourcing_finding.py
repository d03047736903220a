"""Needs, texts, codes and offers as they are asked in a catalogue: worked by hand, and every refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sourcing_parts import DAY, HERE, MEANS, goods, supply, wanted

from supplychain.errors import HinterlandError
from supplychain.sourcing.answer import MatchAnswer
from supplychain.sourcing.build import Catalogue
from supplychain.sourcing.finding import find_buyers, find_suppliers
from supplychain.sourcing.question import Asked


def offers_in(answer: MatchAnswer) -> list[str]:
    return [one.candidate.supply.offer_id for one in (*answer.ranked, *answer.apart)]


CATALOGUE = Catalogue(
    supplies=(
        supply("a"),
        supply("b", 50.0),
        supply("c", goods=goods(names_vi=("Đào tạo",), names_en=(), kind="training", hs_code="")),
    ),
    wanted=(wanted("x"), wanted("y", 40.0, longest_minutes=20.0), wanted("z", None, longest_minutes=30.0)),
    plots=(),
)


def test_a_stored_need_a_text_and_a_code_all_ask() -> None:
    found = find_suppliers(CATALOGUE, "need_x", Asked(), MEANS, DAY)
    assert offers_in(found.answer) == ["off_a", "off_b"]
    assert found.questions[0].quantity == 40.0
    assert offers_in(find_suppliers(CATALOGUE, "ong thep", Asked(destination=HERE), MEANS, DAY).answer) == [
        "off_a",
        "off_b",
    ]
    assert offers_in(find_suppliers(CATALOGUE, "", Asked(codes=("hs:7306",)), MEANS, DAY).answer) == ["off_a", "off_b"]
    assert offers_in(find_suppliers(CATALOGUE, "dao tao", Asked(kind="training"), MEANS, DAY).answer) == ["off_c"]


def test_what_the_user_sets_stands_in_place_of_what_the_need_says() -> None:
    near = find_suppliers(CATALOGUE, "need_y", Asked(), MEANS, DAY)
    assert offers_in(near.answer) == ["off_b"]
    far = find_suppliers(CATALOGUE, "need_y", Asked(minutes=60.0, quantity=3.0, months="2027-03"), MEANS, DAY)
    assert offers_in(far.answer) == ["off_b", "off_a"]
    assert (far.questions[0].quantity, far.questions[0].months) == (3.0, ("2027-03",))


def test_a_limit_that_cannot_be_held_is_told() -> None:
    found = find_suppliers(CATALOGUE, "need_z", Asked(), MEANS, DAY)
    assert "no position" in found.notes[0].en
    found = find_suppliers(CATALOGUE, "need_y", Asked(), replace(MEANS, travel=None), DAY)
    assert "no network" in found.notes[0].en


@pytest.mark.parametrize(("need", "told"), [("need_xx", "similar: need_x"), ("", "Say what is needed")])
def test_what_is_not_there_is_refused(need: str, told: str) -> None:
    with pytest.raises(HinterlandError, match=told):
        find_suppliers(CATALOGUE, need, Asked(), MEANS, DAY)
    with pytest.raises(HinterlandError, match="similar: off_a"):
        find_buyers(CATALOGUE, "off_aa", Asked(), MEANS, DAY)


def test_an_offer_finds_who_needs_it_each_by_his_own_limits() -> None:
    """Offer a stands at 10 km; x at 0 asks no minutes, y at 40 km takes 20 minutes at most, z has no position."""
    found = find_buyers(CATALOGUE, "off_a", Asked(), MEANS, DAY)
    ranked = [one.candidate.question.need_id for one in (*found.answer.ranked, *found.answer.apart)]
    assert ranked == ["need_x", "need_z"]
    assert [one.apart for one in found.answer.apart] == [("position",)]
    (left,) = found.answer.left_out
    assert left.candidate.question.need_id == "need_y"
    assert left.failures[0].gap == pytest.approx(10.0)
    assert found.answer.relaxations[0].whole.firms == 1
    assert "price" not in found.answer.basis.parts
    limited = find_buyers(CATALOGUE, "off_a", Asked(minutes=5.0), MEANS, DAY)
    assert [one.reason for one in limited.answer.counts] == ["too_far_minutes", "no_position"]
