"""Numbers of texts: what is read, and what only Python would take for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.gis.exports.asking import read_box
from api.gis.ogc.boxes import read_bbox
from api.gis.ogc.crs import CRS84, crs_named
from api.network.request import parse_bounds
from api.service.problems import ServiceError
from api.service.results import parse_bbox
from supplychain.errors import HinterlandError
from supplychain.plain_numbers import plain_number


@pytest.mark.parametrize(("text", "number"), [("106.5", 106.5), (" -1e-3 ", -0.001), ("+.5", 0.5), ("1.", 1.0)])
def test_by_hand(text: str, number: float) -> None:
    assert plain_number(text) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_as_it_is_written(number: float) -> None:
    assert plain_number(repr(number)) == number


@pytest.mark.parametrize("text", ["", " ", "106_5", "nan", "Infinity", "1,5", "１０", "٣", "0x1", "1e", "1 0", "--1"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        plain_number(text)


def test_a_box_with_a_slip_is_never_read_as_another_box() -> None:
    slip = "10_6,10,107,11"
    with pytest.raises(ServiceError, match="four numbers"):
        read_bbox(slip, crs_named(CRS84, "bbox-crs"))
    with pytest.raises(ServiceError, match="bbox must be"):
        parse_bbox(slip)
    for read in (read_box, parse_bounds):
        with pytest.raises(HinterlandError):
            read(slip)
