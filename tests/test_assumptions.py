"""Factor assumptions: by hand, laws, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from demand_pack import Rows, tiny_pack, tiny_rows
from hypothesis import given, settings
from hypothesis import strategies as st

import supplychain
from geodata.models import NETWORK_MODELS
from supplychain.assumptions import apply_assumptions, check_assumptions
from supplychain.demand import build_demand
from supplychain.errors import FindingsError
from supplychain.models import REGISTRY_MODELS
from supplychain.pack import read_pack

BINH_DUONG = Path(supplychain.__file__).parent / "regions" / "binh_duong"


def rows_with(*factors: tuple[str, str, float]) -> dict[str, Rows]:
    """Return the small region with factors on the export value of chairs and the name in both chair rows."""
    rows = tiny_rows()
    for assumption_id, target, mid in factors:
        rows["assumptions"].append({"assumption_id": assumption_id, "mid": mid, "kind": "factor", "applies_to": target})
    rows["commodities"][0]["assumption_ids"] = ";".join(name for name, _, _ in factors)
    return rows


def test_a_factor_multiplies_the_rows_that_name_it() -> None:
    """1,000 USD/t × 1.25 for chairs; boards name nothing and have no export value."""
    pack = apply_assumptions(tiny_pack(rows_with(("dearer", "commodities.usd_per_t_export", 1.25))))
    goods = pack.table("commodities").set_index("commodity_id")
    assert goods.loc["chairs", "usd_per_t_export"] == pytest.approx(1250.0)
    assert goods["usd_per_t_export"].isna().sum() == 3
    assert goods.loc["boards", "usd_per_t_import"] == 500.0


def test_factors_on_the_same_value_multiply() -> None:
    """5 t/TEU × 2 × 0.8 = 8."""
    target = "commodities.t_per_teu"
    pack = apply_assumptions(tiny_pack(rows_with(("one", target, 2.0), ("two", target, 0.8))))
    assert pack.table("commodities").set_index("commodity_id").loc["chairs", "t_per_teu"] == pytest.approx(8.0)


def test_a_pack_whose_factors_are_one_comes_back_as_it_is() -> None:
    pack = tiny_pack(rows_with(("same", "commodities.t_per_teu", 1.0)))
    assert apply_assumptions(pack) is pack


@given(st.floats(0.1, 10))
@settings(deadline=None, max_examples=8)
def test_dearer_goods_weigh_less(factor: float) -> None:
    pack = apply_assumptions(tiny_pack(rows_with(("dearer", "commodities.usd_per_t_export", factor))))
    assert build_demand(pack).total(direction="export") == pytest.approx(36.0 / factor)


@pytest.mark.parametrize(
    ("target", "mid", "said"),
    [
        ("nowhere.t_per_teu", 2.0, "applies to nowhere.t_per_teu, which the pack does not have"),
        ("commodities.nothing", 2.0, "applies to commodities.nothing, which the pack does not have"),
        ("commodities.box", 2.0, "which does not hold numbers"),
        ("commodities.t_per_teu", -1.0, "a factor must be at least 0"),
        ("trade.value_musd", 2.0, "no row of trade names it"),
    ],
)
def test_a_factor_that_cannot_be_applied_is_refused_with_its_row(target: str, mid: float, said: str) -> None:
    with pytest.raises(FindingsError, match="1 finding") as caught:
        apply_assumptions(tiny_pack(rows_with(("wrong", target, mid))))
    assert "assumptions.csv:7 [applies_to]" in caught.value.sentence("en")
    assert said in caught.value.sentence("en")


def test_an_idle_factor_is_found_by_the_check_and_does_no_harm() -> None:
    pack = tiny_pack(rows_with(("idle", "trade.value_musd", 1.0)))
    assert apply_assumptions(pack) is pack
    assert "idle changes nothing" in check_assumptions(pack)[0].sentence("en")


def test_every_shipped_factor_moves_a_row() -> None:
    pack = read_pack(BINH_DUONG, (*REGISTRY_MODELS, *NETWORK_MODELS), partial=True)
    assert [finding.sentence("en") for finding in check_assumptions(pack)] == []
    assert apply_assumptions(pack) is pack
