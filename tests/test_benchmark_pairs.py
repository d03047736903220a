"""The labelled pairs of Vietnamese firm records are what their page says they are."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(__file__).resolve().parent.parent / "benchmarks" / "data"
FIELDS: Final = (
    "name",
    "name_en",
    "tax_code",
    "address",
    "ward",
    "district",
    "province",
    "park",
    "phone",
    "email",
    "website",
)
WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)
CATEGORIES: Final = {
    "abbreviation",
    "branch",
    "conflicting_tax_code",
    "converted_form",
    "english_name",
    "foreign_name",
    "household_business",
    "legal_form",
    "look_alike",
    "marks_dropped",
    "merger_province",
    "moved_office",
    "moved_ward",
    "numbered_sister",
    "other_legal_form",
    "phone_format",
    "renamed",
    "same_address",
    "same_name_elsewhere",
    "same_park",
    "shared_phone",
    "short_name",
    "sister",
    "tax_code_mistyped",
    "typing_error",
}


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, str]]:
    with (FOLDER / "vietnamese_firm_pairs.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def is_valid(code: str) -> bool:
    """Tell whether the tenth digit is the check digit of the first nine (weights published by the tax authority)."""
    if not re.fullmatch(r"\d{10}(-?\d{3})?", code):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code[:9], WEIGHTS, strict=True))
    return 10 - total % 11 == int(code[9])


def in_test_part(pair_id: str) -> bool:
    return int(hashlib.sha256(pair_id.encode("utf-8")).hexdigest(), 16) % 5 == 0


def test_columns_and_size(pairs: list[dict[str, str]]) -> None:
    expected = ["pair_id", "label", "category", *(f"{f}_a" for f in FIELDS), *(f"{f}_b" for f in FIELDS)]
    assert list(pairs[0]) == expected
    assert len(pairs) >= 700
    assert {pair["label"] for pair in pairs} == {"0", "1"}
    assert {pair["category"] for pair in pairs} == CATEGORIES
    assert all(pair["name_a"] and pair["name_b"] for pair in pairs)


def test_balance(pairs: list[dict[str, str]]) -> None:
    same = sum(pair["label"] == "1" for pair in pairs) / len(pairs)
    assert 0.45 <= same <= 0.55
    both_codes = sum(bool(pair["tax_code_a"] and pair["tax_code_b"]) for pair in pairs) / len(pairs)
    assert 0.15 <= both_codes <= 0.30, "names and addresses have to decide most pairs"


def test_no_pair_comes_twice(pairs: list[dict[str, str]]) -> None:
    assert len({pair["pair_id"] for pair in pairs}) == len(pairs)
    sides = Counter(
        tuple(sorted((tuple(p[f"{f}_a"] for f in FIELDS), tuple(p[f"{f}_b"] for f in FIELDS)))) for p in pairs
    )
    assert [key for key, count in sides.items() if count > 1] == []
    assert not [p["pair_id"] for p in pairs if all(p[f"{f}_a"] == p[f"{f}_b"] for f in FIELDS)]


def test_tax_codes_are_valid_where_the_error_is_not_the_point(pairs: list[dict[str, str]]) -> None:
    for pair in pairs:
        codes = [pair[f"tax_code_{side}"] for side in "ab" if pair[f"tax_code_{side}"]]
        if pair["category"] == "tax_code_mistyped":
            assert sorted(is_valid(code) for code in codes) == [False, True], pair["pair_id"]
        elif pair["category"] == "household_business":
            assert all(is_valid(code) or re.fullmatch(r"999\d{9}", code) for code in codes), pair["pair_id"]
        else:
            assert all(is_valid(code) for code in codes), pair["pair_id"]


def test_labels_keep_the_rules_on_codes(pairs: list[dict[str, str]]) -> None:
    """Two valid 10-digit codes that differ are never one organisation; the same code never two (rules 4 and 5)."""
    for pair in pairs:
        codes = [pair[f"tax_code_{side}"].replace("-", "") for side in "ab"]
        if all(is_valid(code) for code in codes):
            assert (pair["label"] == "1") == (codes[0] == codes[1]), pair["pair_id"]


def test_conflicts_show_both_codes(pairs: list[dict[str, str]]) -> None:
    for pair in pairs:
        if pair["category"] in {"conflicting_tax_code", "other_legal_form", "converted_form", "tax_code_mistyped"}:
            assert pair["tax_code_a"], pair["pair_id"]
            assert pair["tax_code_b"], pair["pair_id"]


def test_the_test_part_is_about_a_fifth_and_holds_both_labels(pairs: list[dict[str, str]]) -> None:
    part = [pair for pair in pairs if in_test_part(pair["pair_id"])]
    assert 0.15 <= len(part) / len(pairs) <= 0.25
    same = sum(pair["label"] == "1" for pair in part) / len(part)
    assert 0.4 <= same <= 0.6
    assert len({pair["category"] for pair in part}) >= 18


def test_the_page_states_the_counts(pairs: list[dict[str, str]]) -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    counts = Counter((pair["category"], pair["label"]) for pair in pairs)
    for category in CATEGORIES:
        row = f"| `{category}` | {counts[category, '1'] or ''} | {counts[category, '0'] or ''} |"
        assert row in page
    assert f"{len(pairs)} pairs" in page
