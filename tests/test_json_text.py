"""JSON of large answers: the same as the standard library writes, and no number that JSON does not have."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.json_text import json_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["NaN", "Infinity", "-Infinity"]
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**70), 2**70)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def test_by_hand() -> None:
    document = {"type": "Feature", "tên": "Cầu Gành", "at": [106.5, 10.0, 1e-7], "is": True, "none": None}
    expected = '{"type":"Feature","tên":"Cầu Gành","at":[106.5,10.0,1e-7],"is":true,"none":null}'
    assert json_text(document) == expected.encode()


@given(DOCUMENTS)
def test_it_reads_back_as_what_was_written_to_the_last_digit(document: object) -> None:
    read = json.loads(json_text(document))
    assert read == document
    assert json.dumps(read) == json.dumps(document)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_refused_however_deep_they_lie(number: float) -> None:
    for document in (number, [1.0, number], {"features": [{"name": "NaN", "coordinates": [number, 10.0]}]}):
        with pytest.raises(ValueError, match="not JSON compliant"):
            json_text(document)
