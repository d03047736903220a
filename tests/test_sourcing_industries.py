"""Codes of either edition of VSIC meeting by the official step: read off the conversion table, and laws."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sourcing_parts import DAY, HERE, MEANS, goods, supply, wanted

from supplychain.codes import Vsic
from supplychain.sourcing.build import Catalogue
from supplychain.sourcing.finding import find_suppliers
from supplychain.sourcing.fit import fit_of
from supplychain.sourcing.industries import counterparts, has_code, ways_to_write
from supplychain.sourcing.plots import admits
from supplychain.sourcing.question import Asked
from supplychain.sourcing.values import Goods

OLD = sorted(code for code in Vsic().entries("2018") if len(code) == 4)


@pytest.mark.parametrize(
    ("asked", "code", "version", "told"),
    [
        ("vsic:2610", "26110", "2025", "VSIC 2018 2610 = VSIC 2025 2611 in part"),
        ("vsic:2611", "2610", "2018", "VSIC 2018 2610 = VSIC 2025 2611 in part"),
        ("vsic:6202", "6220", "2025", "VSIC 2018 6202 = VSIC 2025 6220"),
        ("vsic:2410", "24100", "2025", None),
        ("vsic:26", "2611", "2025", None),
        ("vsic2018:2610", "2619", "2025", "VSIC 2018 2610 = VSIC 2025 2619 in part"),
        ("vsic2025:2611", "2611", "2025", None),
    ],
)
def test_a_code_takes_what_it_stands_for_in_the_other_edition(
    asked: str, code: str, version: str, told: str | None
) -> None:
    taken = has_code(asked, Goods(vsic_code=code, vsic_version=version))
    assert taken is not None
    assert (None if taken.told is None else taken.told.en) == told


@pytest.mark.parametrize(
    ("asked", "code", "version"),
    [
        ("vsic:2610", "2620", "2025"),
        ("vsic:2611", "2620", "2018"),
        ("vsic2025:2610", "2610", "2018"),
        ("vsic2018:2611", "2611", "2025"),
        ("vsic:2610", "2611", ""),
        ("vsic:2610", "", ""),
        ("hs:8534", "8534", "2025"),
    ],
)
def test_no_other_code_is_taken(asked: str, code: str, version: str) -> None:
    assert has_code(asked, Goods(vsic_code=code, vsic_version=version)) is None


@given(code=st.sampled_from(OLD))
def test_what_a_code_became_is_found_from_either_side(code: str) -> None:
    for one in counterparts(code, "2018"):
        assert code in {back.code for back in counterparts(one.code, "2025")}
        assert has_code(f"vsic2018:{code}", Goods(vsic_code=one.code, vsic_version="2025")) is not None
        assert f"vsic:{one.code}" in ways_to_write(f"vsic2018:{code}")


def test_a_need_of_2018_meets_offers_of_2025_and_the_answer_says_by_which_step() -> None:
    made = goods(names_vi=("Bo mạch",), names_en=(), hs_code="", article_id="", vsic_code="2611", vsic_version="2025")
    asked = replace(made, names_vi=("Linh kiện",), vsic_code="2610", vsic_version="2018")
    fit = fit_of(asked, made)
    assert (fit.value, fit.evidence) == (0.6, "vsic")
    assert fit.told is not None
    catalogue = Catalogue((supply("a", goods=made),), (wanted("x", goods=asked),), ())
    found = find_suppliers(catalogue, "need_x", Asked(least_fit=0.5), MEANS, DAY).answer
    (one,) = (*found.ranked, *found.apart)
    assert any("VSIC 2018 2610 = VSIC 2025 2611" in note.en for note in one.notes)
    found = find_suppliers(catalogue, "", Asked(codes=("vsic:2610",), destination=HERE), MEANS, DAY).answer
    (one,) = (*found.ranked, *found.apart)
    assert one.candidate.fit.evidence == "vsic"
    assert any("VSIC 2025 2611" in note.vi for note in one.notes)


def test_a_park_that_admits_an_industry_admits_it_under_both_numbers() -> None:
    assert admits(("2610",), "2611")
    assert admits(("2611",), "2610")
    assert admits(("26",), "2611")
    assert not admits(("2610",), "2620")
