"""What a registry says of a chain: worked by hand on a small one, and laws that hold for any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from chain_parts import DAY, certificate, facility, offer, organisation, small_chain, small_rows
from hypothesis import given
from hypothesis import strategies as st

from supplychain.chains.answer import StageAnswer
from supplychain.chains.belonging import Trade, belongs, holds, in_industry, phrase, step_taken, too_short
from supplychain.chains.chain import Chain, Sign, Stage
from supplychain.chains.compute import answer_chain
from supplychain.chains.document import chain_document
from supplychain.chains.standing import Rows, build_ground
from supplychain.text import Text

ORDER = {"missing": 0, "open": 0, "single": 1, "held": 2}


def answered(rows: Rows, day: date = DAY) -> dict[str, StageAnswer]:
    answer = answer_chain(small_chain(), build_ground(rows), day)
    return {one.stage.stage_id: one for one in answer.stages}


def with_more(table: str, *more: dict[str, object]) -> Rows:
    rows = small_rows()
    return {**rows, table: [*rows.get(table, ()), *more]}


def test_who_is_there_is_told_by_the_codes_of_offers() -> None:
    boards = answered(small_rows())["boards"]
    assert boards.state == "held"
    assert boards.organisations == ("board_a", "board_b")
    assert [[one.offer_id for one in present.offers] for present in boards.present] == [["o_a"], ["o_b"]]


def test_capacity_is_summed_by_unit_and_month() -> None:
    """30 t of one maker, 500 m2 of the other: never added together."""
    boards = answered(small_rows())["boards"]
    assert boards.capacity == {"m2": 500.0, "t": 30.0}
    assert boards.stated == (2, 2)
    assert boards.free == {"m2": {"2027-01": 90.0}, "t": {"2027-01": 12.0}}


def test_an_offer_without_a_capacity_is_counted_as_not_stating_one() -> None:
    boards = answered(with_more("offers", offer("o_c", "f_board_b", "PCB", hs_code="8534")))["boards"]
    assert boards.stated == (2, 3)


def test_who_could_enter_and_what_they_lack() -> None:
    """Board maker A holds ISO 9001 for all, ESD for boards alone: not for chips. The speaker maker holds nothing."""
    packaging = answered(small_rows())["packaging"]
    assert packaging.state == "open"
    found = {one.party.facility_id: one for one in packaging.candidates}
    assert list(found) == ["f_board_a", "f_board_b", "f_speaker"]
    assert found["f_board_a"].lacking(essential=True) == ("ANSI/ESD S20.20",)
    assert [one.fault for one in found["f_board_a"].certificates] == ["", "scope", "missing"]
    assert found["f_board_b"].certificates[0].fault == "not_valid", "it ran out the day before"
    assert found["f_speaker"].lacking(essential=True) == ("ISO 9001", "ANSI/ESD S20.20")
    assert found["f_speaker"].lacking(essential=False) == ("IATF 16949",)
    assert [why.en for why in found["f_speaker"].why] == ["assembles electronics"]


def test_a_certificate_counts_on_the_day_asked() -> None:
    day_before = answered(small_rows(), date(2026, 11, 21))["packaging"]
    found = {one.party.facility_id: one for one in day_before.candidates}
    assert found["f_board_b"].certificates[0].fault == ""


def test_who_is_there_is_no_candidate() -> None:
    packaging = answered(with_more("offers", offer("o_chip", "f_board_a", "Chip", hs_code="854231")))["packaging"]
    assert packaging.state == "single"
    assert [one.party.facility_id for one in packaging.candidates] == ["f_board_b", "f_speaker"]
    assert "board_a" in packaging.reasons[0].vi


def test_an_industry_that_only_a_stage_has_is_enough_to_stand_there() -> None:
    teaching = answered(small_rows())["teaching"]
    assert teaching.state == "single"
    (present,) = teaching.present
    assert (present.party.facility_id, present.offers) == ("f_university", ())


def test_the_facilitys_own_industry_comes_before_that_of_its_organisation() -> None:
    rows = small_rows()
    shop = facility("f_university", "university", vsic_code="4711", vsic_version="2018")
    changed = [row for row in rows["facilities"] if row["facility_id"] != "f_university"]
    assert answered({**rows, "facilities": [*changed, shop]})["teaching"].state == "missing"


def test_reasons_name_missing_inputs_skills_and_unmet_needs() -> None:
    """Nobody teaches chip packaging or clean rooms: both skills are named; boards are there, chips are not."""
    packaging = answered(small_rows())["packaging"]
    told = [reason.en for reason in packaging.reasons]
    assert any("Nobody in the registry teaches: packaging; clean rooms." in one for one in told)
    assert any("Needs that ask for it: 1, of facilities: 1; nobody offers it." in one for one in told)
    assert not any("'Boards'" in one for one in told)
    without = answered({**small_rows(), "offers": []})["packaging"]
    assert any("'Boards'" in reason.en for reason in without.reasons)


def test_training_in_a_skill_is_found_by_its_words() -> None:
    rows = with_more("offers", offer("o_t", "f_university", "Lớp phòng sạch", kind="training"))
    taught = answered(rows)["packaging"].skills
    assert [[one.offer_id for one in each.offers] for each in taught] == [[], ["o_t"]]


def test_every_reason_is_said_in_both_languages() -> None:
    for one in answered(small_rows()).values():
        for reason in one.reasons:
            assert reason.en
            assert reason.vi
            assert "{" not in reason.en + reason.vi


def test_a_row_that_hangs_on_nothing_is_told() -> None:
    ground = build_ground(with_more("offers", offer("o_lost", "f_nowhere", "PCB", hs_code="8534")))
    (note,) = answer_chain(small_chain(), ground, DAY).notes
    assert "offers o_lost" in note.en
    assert "offers o_lost" in note.vi


def test_a_short_hs_code_is_told_and_not_guessed() -> None:
    """85 may be a board or a battery."""
    boards = answered(with_more("offers", offer("o_85", "f_stamper", "Hàng điện", hs_code="85")))["boards"]
    assert boards.organisations == ("board_a", "board_b")
    assert any("too short" in reason.en and "1" in reason.en for reason in boards.reasons)


@pytest.mark.parametrize(
    ("trade", "sign", "expected"),
    [
        (Trade("goods", hs="853400"), Sign(("goods",), hs=("8534",)), True),
        (Trade("goods", hs="8534"), Sign(("goods",), hs=("853400",)), False),
        (Trade("service", hs="8534"), Sign(("goods",), hs=("8534",)), False),
        (Trade("goods", vsic="26400", vsic_version="2018"), Sign(("goods",), vsic_2018=("2640",)), True),
        (Trade("goods", vsic="26400", vsic_version="2025"), Sign(("goods",), vsic_2018=("2640",)), True),
        (Trade("goods", vsic="26110", vsic_version="2025"), Sign(("goods",), vsic_2018=("2610",)), True),
        (Trade("goods", vsic="26110", vsic_version="2025"), Sign(("goods",), vsic_2018=("2640",)), False),
        (Trade("goods", isic="2610"), Sign(("goods",), vsic_2018=("2640",), isic=("261",)), True),
        (
            Trade("goods", hs="8534", names=phrase(("Khung chân",))),
            Sign(("goods",), hs=("8534",), words=("pcb",)),
            False,
        ),
        (Trade("goods", hs="8534"), Sign(("goods",), hs=("8534",), isic=("2610",)), False),
        (
            Trade("goods", hs="8542", names=phrase(("Lead frames",))),
            Sign(("goods",), hs=("8542",), without=("lead frames",)),
            False,
        ),
    ],
)
def test_all_that_a_sign_names_must_hold(trade: Trade, sign: Sign, *, expected: bool) -> None:
    assert belongs(trade, sign) is expected


def test_words_are_found_without_marks_and_whole() -> None:
    names = phrase(("Thiết kế VI MẠCH", "PCBA"))
    assert holds(names, "thiet ke vi mach")
    assert holds(names, "pcba")
    assert not holds(names, "pcb"), "PCBA is no PCB"
    assert not holds(phrase(("Vi", "mạch")), "vi mach"), "not across two names"


def test_editions_of_vsic_are_met_by_the_official_step_and_that_is_told() -> None:
    """2610 of 2018 was divided into 2611 and 2619; a number that means something else in 2025 is not taken for it."""
    sign = Sign(("goods",), vsic_2018=("2610",))
    assert in_industry(Trade("", vsic="2610", vsic_version="2018"), sign)
    for code in ("2611", "26110", "2619"):
        step = step_taken(Trade("", vsic=code, vsic_version="2025"), sign)
        assert step is not None
        assert step.en.startswith(f"VSIC 2018 2610 = VSIC 2025 {code[:4]}")
    assert not in_industry(Trade("", vsic="2620", vsic_version="2025"), sign)
    assert step_taken(Trade("", vsic="2610", vsic_version="2018"), sign) is None
    back = Sign(("goods",), vsic_2025=("2611",))
    assert in_industry(Trade("", vsic="2610", vsic_version="2018"), back)
    assert not in_industry(Trade("", vsic="2620", vsic_version="2018"), back)


def test_an_industry_placed_by_a_step_is_told_of_the_chain() -> None:
    shop = facility("f_university", "university", vsic_code="6211", vsic_version="2025")
    rows = {**small_rows(), "facilities": [*small_rows()["facilities"][:-1], shop]}
    chain = small_chain()
    stage = replace(chain.stages[0], industries=Sign(("goods",), vsic_2018=("6201",)))
    notes = answer_chain(replace(chain, stages=(stage, *chain.stages[1:])), build_ground(rows), DAY).notes
    assert any("VSIC 2018 6201 = VSIC 2025 6211" in note.en and "VSIC 2018 6201" in note.vi for note in notes)


def test_too_short_asks_what_else_the_sign_names() -> None:
    sign = Sign(("goods",), hs=("280461",), words=("silicon",))
    assert too_short(Trade("goods", hs="2804", names=phrase(("Silicon",))), sign)
    assert not too_short(Trade("goods", hs="2804", names=phrase(("Nitrogen",))), sign)
    assert not too_short(Trade("goods", hs="280461", names=phrase(("Silicon",))), sign)


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    shuffled = {table: random.sample(list(rows), len(rows)) for table, rows in small_rows().items()}
    first, second = (answer_chain(small_chain(), build_ground(rows), DAY) for rows in (small_rows(), shuffled))
    assert chain_document(first) == chain_document(second)


@given(
    st.sampled_from(["8534", "853400", "8542", "854231", "7326", ""]), st.sampled_from(["stamper", "speaker", "new"])
)
def test_an_offer_more_never_makes_a_stage_emptier(code: str, who: str) -> None:
    rows = small_rows()
    before = answered(rows)
    more = {
        **rows,
        "organisations": [*rows["organisations"], organisation("new")],
        "facilities": [*rows["facilities"], facility("f_new", "new")],
        "offers": [*rows["offers"], offer("o_more", f"f_{who}", "Hàng", hs_code=code or None)],
    }
    after = answered(more)
    for stage_id, one in before.items():
        assert ORDER[after[stage_id].state] >= ORDER[one.state]
        assert set(one.organisations) <= set(after[stage_id].organisations)


@given(st.sampled_from(["ISO 9001", "ANSI/ESD S20.20", "IATF 16949", "ISO 22000"]))
def test_a_certificate_more_never_adds_to_what_is_lacking(scheme: str) -> None:
    before = answered(small_rows())["packaging"]
    after = answered(with_more("certificates", certificate("c_more", "f_speaker", scheme)))["packaging"]
    lacking = [
        {one.party.facility_id: one.lacking(essential=True) for one in answer.candidates} for answer in (before, after)
    ]
    assert set(lacking[1]["f_speaker"]) <= set(lacking[0]["f_speaker"])
    assert {**lacking[0], "f_speaker": ()} == {**lacking[1], "f_speaker": ()}


def test_a_chain_is_checked_when_it_is_built() -> None:
    text = Text(en="x", vi="x")
    stage = Stage("a", text, text, (Sign(("goods",), hs=("85",)),))
    with pytest.raises(ValueError, match="different ids"):
        Chain("c", text, (stage, stage))
    with pytest.raises(ValueError, match="other stages"):
        Chain("c", text, (Stage("a", text, text, stage.signs, inputs=("b",)),))
    with pytest.raises(ValueError, match="codes or words"):
        Sign(("goods",))
    with pytest.raises(ValueError, match="kind"):
        Sign((), hs=("85",))
    with pytest.raises(KeyError):
        Chain("c", text, (stage,)).stage("b")
