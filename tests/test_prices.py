"""Money of other years and currencies in the pack's: by hand, laws, published indices, and missing rates."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from demand_pack import tiny_pack
from hypothesis import given
from hypothesis import strategies as st

import supplychain
from supplychain.prices import MissingRateError, PriceBasis

RATES = Path(supplychain.__file__).parent / "regions" / "binh_duong" / "rates.csv"

BASIS = PriceBasis(
    currency="VND",
    price_year=2025,
    deflators={("USD", 2020): 100.0, ("USD", 2025): 125.0, ("VND", 2020): 80.0, ("VND", 2025): 100.0},
    exchange={("USD", 2025): 26000.0, ("EUR", 2025): 30000.0},
)


def test_dollars_are_deflated_in_dollars_and_exchanged_at_the_price_year() -> None:
    """100 USD of 2020 × 125 ÷ 100 = 125 USD of 2025; × 26,000 = 3,250,000 VND."""
    assert BASIS.to_pack_money(100.0, "USD", 2020) == pytest.approx(3_250_000.0)


def test_dong_are_only_deflated() -> None:
    """1,000 VND of 2020 × 100 ÷ 80 = 1,250 VND of 2025."""
    assert BASIS.to_pack_money(1000.0, "VND", 2020) == pytest.approx(1250.0)


def test_money_of_the_price_year_needs_no_deflator() -> None:
    assert BASIS.to_pack_money(2.0, "EUR", 2025) == pytest.approx(60_000.0)
    assert BASIS.to_pack_money(7.0, "VND", 2025) == 7.0


def test_a_pack_in_dollars_divides_by_its_own_rate() -> None:
    """1 EUR of 2025 = 30,000 VND = 30,000 ÷ 26,000 USD."""
    dollars = PriceBasis("USD", 2025, {}, BASIS.exchange)
    assert dollars.to_pack_money(1.0, "EUR", 2025) == pytest.approx(30_000 / 26_000)
    assert dollars.to_pack_money(26_000.0, "VND", 2025) == pytest.approx(1.0)


def test_the_basis_of_a_pack_reads_its_rates() -> None:
    """1 USD of 2024 × 104 ÷ 100 × 25,000 = 26,000 VND of 2025."""
    assert PriceBasis.from_pack(tiny_pack()).to_pack_money(1.0, "USD", 2024) == pytest.approx(26_000.0)


@given(st.floats(0, 1e12), st.floats(0, 1e12), st.sampled_from([("USD", 2020), ("VND", 2020), ("EUR", 2025)]))
def test_sums_may_be_converted_before_or_after_adding(one: float, other: float, money: tuple[str, int]) -> None:
    together = BASIS.to_pack_money(one + other, *money)
    assert together == pytest.approx(BASIS.to_pack_money(one, *money) + BASIS.to_pack_money(other, *money))
    assert together >= 0


def shipped(kind: str, currency: str) -> dict[int, float]:
    with RATES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["kind"], row["currency"]) == (kind, currency)]
    return {int(row["year"]): float(row["value"]) for row in rows}


def test_the_shipped_index_of_vietnam_is_the_world_banks() -> None:
    """World Bank, consumer price index of Vietnam (FP.CPI.TOTL, 2010 = 100): 163.52 in 2019."""
    index = shipped("deflator", "VND")
    assert index[2010] == 100
    assert index[2019] == pytest.approx(163.52, abs=0.05)


def test_the_shipped_index_of_the_us_is_the_mean_of_published_months() -> None:
    """US Bureau of Labor Statistics, CPI-U of 2012, January to December (1982-84 = 100)."""
    months = [226.665, 227.663, 229.392, 230.085, 229.815, 229.478]
    months += [229.104, 230.379, 231.407, 231.317, 230.221, 229.601]
    assert shipped("deflator", "USD")[2012] == pytest.approx(sum(months) / 12, abs=0.001)


def test_the_shipped_rates_cover_every_year_from_2007_to_the_price_year() -> None:
    years = set(range(2007, 2026))
    for kind, currency in (("exchange", "USD"), ("deflator", "USD"), ("deflator", "VND")):
        assert set(shipped(kind, currency)) == years, (kind, currency)


@pytest.mark.parametrize(
    ("currency", "year", "named"),
    [
        ("USD", 2019, "deflator for USD in 2019"),
        ("EUR", 2020, "deflator for EUR in 2025"),
        ("JPY", 2025, "exchange for JPY in 2025"),
    ],
)
def test_a_missing_rate_is_named(currency: str, year: int, named: str) -> None:
    with pytest.raises(MissingRateError, match=named) as caught:
        BASIS.factor(currency, year)
    assert "hãy thêm" in caught.value.sentence("vi")


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_rates_must_be_above_zero(value: float) -> None:
    with pytest.raises(ValueError, match="deflator of USD in 2020 must be above 0"):
        PriceBasis("VND", 2025, {("USD", 2020): value}, {})
