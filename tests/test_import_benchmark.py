"""The benchmark of imports runs end to end on a small file and judges by its limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.registry_import import compare, tax_codes, write_tenants
from supplychain.codes import check_tax_code


def test_a_small_list_arrives_whole(tmp_path: Path) -> None:
    case = compare(write_tenants(tmp_path / "tenants.csv", 40), 40, records_a_row=3)
    fields = json.loads(case.to_json())
    assert fields["records"] == 120
    assert fields["relative_difference"] == 0.0


def test_the_benchmark_is_listed() -> None:
    assert "registry_import" in NAMES


@pytest.mark.parametrize("place", [0, 99])
def test_the_made_up_tax_codes_hold(place: int) -> None:
    assert check_tax_code(list(tax_codes(100))[place]).kind == "enterprise"
