"""Words of names and questions: folding, plurals, pairs, what is passed over, how many errors are allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.codes.errors import CodeError
from supplychain.search import score
from supplychain.search.codes import asked_codes, code_terms, kept_code, stepped_codes
from supplychain.search.errors import SearchError
from supplychain.search.question import Query
from supplychain.search.wording import asked_words
from supplychain.search.words import LONGEST_WORD, typed_words, word_key, words_of
from supplychain.text import fold


def test_marks_are_kept_as_typed_and_folded_for_the_key() -> None:
    words = words_of(["Bo mạch ĐIỆN tử"])
    assert words.typed == ("bo", "mạch", "điện", "tử")
    assert words.keys == ("bo", "mach", "dien", "tu")
    assert words.pairs == ("bo_mach", "mach_dien", "dien_tu")


def test_composed_and_decomposed_marks_are_one_word() -> None:
    assert typed_words("mạch") == typed_words("mạch") == ["mạch"]


def test_no_pair_joins_two_names() -> None:
    assert words_of(["bo mạch", "in lụa"]).pairs == ("bo_mach", "in_lua")


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("boards", "board"),
        ("batteries", "battery"),
        ("boxes", "box"),
        ("glass", "glass"),
        ("bus", "bus"),
        ("pcbs", "pcb"),
        ("iso9001s", "iso9001s"),
        ("vít", "vit"),
    ],
)
def test_english_plurals_fall_together_with_their_singular(word: str, key: str) -> None:
    assert word_key(word) == key


@given(st.text(max_size=80))
def test_every_text_is_cut_into_words_that_are_keys_of_themselves(text: str) -> None:
    for word in typed_words(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert not any(sign.isspace() for sign in word_key(word))


@given(st.text(alphabet="aăâeêioôơuưyáàảãạđ bcdmnt", max_size=40))
def test_a_vietnamese_text_and_its_folded_form_have_the_same_keys(text: str) -> None:
    assert words_of([text]).keys == words_of([fold(text)]).keys


def test_legal_forms_and_joining_words_are_passed_over() -> None:
    asked = asked_words("Công ty TNHH Một Thành Viên Nhựa và Bao bì")
    assert [key for _, key in asked.words] == ["nhua", "bao", "bi"]
    assert asked.ignored == ("công", "ty", "tnhh", "một", "thành", "viên", "và")
    assert asked.pairs == ("bao_bi",)


def test_crab_is_no_joining_word() -> None:
    """``cua`` without marks may be crab or door; only ``của`` as typed joins."""
    assert [key for _, key in asked_words("cua biển").words] == ["cua", "bien"]


def test_where_nothing_else_is_asked_legal_forms_count() -> None:
    assert [key for _, key in asked_words("cổ phần").words] == ["co", "phan"]


@pytest.mark.parametrize(("words", "least"), [("a", 1), ("a b", 1), ("a b c", 2), ("a b c d", 2), ("a b c d e", 3)])
def test_half_of_the_words_rounded_up_are_enough_at_last(words: str, least: int) -> None:
    assert asked_words(words).least == least


@pytest.mark.parametrize(
    ("key", "errors"), [("bo", 0), ("vit", 0), ("mach", 1), ("printed", 1), ("aluminium", 2), ("iso9001", 0)]
)
def test_short_words_and_numbers_allow_no_typing_error(key: str, errors: int) -> None:
    assert score.allowed_errors(key) == errors


def test_a_code_is_found_by_every_shorter_form() -> None:
    assert code_terms("hs:853400") == ("hs:85", "hs:8534", "hs:853400")
    assert code_terms("vsic2018:26100") == ("vsic2018:26", "vsic2018:261", "vsic2018:2610", "vsic2018:26100")
    assert code_terms("vsic2025:C") == ("vsic2025:C",)


def test_vsic_stands_for_both_editions() -> None:
    assert asked_codes("vsic:2610") == ("vsic2018:2610", "vsic2025:2610")
    assert asked_codes("VSIC:v") == ("vsic2025:V",)
    assert asked_codes("hs:8534.00") == ("hs:853400",)


def test_a_malformed_code_of_an_old_row_is_left_out() -> None:
    assert kept_code("hs", "85x") == ()
    assert kept_code("hs", None) == ()
    assert kept_code("hs", "8534") == ("hs:8534",)


def test_a_code_without_its_system_is_refused() -> None:
    with pytest.raises(SearchError, match=r"\"8534\" does not say its system: write hs:8534"):
        Query(codes=("8534",))
    with pytest.raises(CodeError, match="must have 2, 4, 6 or 8 digits"):
        Query(codes=("hs:853",))
    with pytest.raises(CodeError, match="VSIC 2025"):
        Query(codes=("vsic:1",))


def test_questions_that_cannot_be_are_refused() -> None:
    with pytest.raises(SearchError, match="radius must be more than 0"):
        Query(near=(106.7, 11.0, 0.0))
    with pytest.raises(SearchError, match="longitude,latitude"):
        Query(near=(11.0, 106.7, 40.0))
    with pytest.raises(SearchError, match="longitude,latitude"):
        Query(near=(float("nan"), 11.0, 40.0))
    with pytest.raises(SearchError, match="number of 0 or more, got nan"):
        Query(minimum_capacity=float("nan"))
    with pytest.raises(SearchError, match="no unit kg"):
        Query(unit="kg")
    with pytest.raises(SearchError, match="no kind of offer goods2"):
        Query(offer_kinds=("goods2",))
    with pytest.raises(SearchError, match="day on which certificates"):
        Query(certificates=("ISO 9001",))
    with pytest.raises(SearchError, match="1,000 characters"):
        Query("x" * 1001)
    with pytest.raises(SearchError, match="1 to 10,000, got 0"):
        Query(limit=0)
    with pytest.raises(CodeError):
        Query(month="13/2026")


def test_an_industry_is_found_in_both_editions_and_by_its_section() -> None:
    """26100 of 2018 (electronic components) was divided into 26110 and 26190 in 2025, both in section C."""
    assert stepped_codes(("hs:8534", "vsic2018:26100")) == (
        "hs:8534",
        "vsic2018:26100",
        "vsic2018:C",
        "vsic2025:26110",
        "vsic2025:26190",
        "vsic2025:C",
    )
    assert stepped_codes(("vsic2025:C",)) == ("vsic2025:C", "vsic2018:C")
    assert stepped_codes(("vsic2025:26100",)) == ("vsic2025:26100",)
