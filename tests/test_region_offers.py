"""What made-up firms offer and need: prices by the value of goods, orders they can fill, needs with every limit."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest

import supplychain

REGION = Path(supplychain.__file__).parent / "regions" / "binh_duong"
VND_PER_USD_2025: Final = 26_000.0
LEAST, MOST = 0.2, 2.5
"""Articles of one commodity differ that much from its mean value a tonne: steel plate and hinges, flour and feed."""


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the pack."""
    with (REGION / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


GOODS = [row for row in rows("offers") if row["kind"] in ("", "goods")]
MADE_UP = [row for row in GOODS if row["synthetic"] == "yes"]


def test_every_made_up_offer_of_goods_states_price_order_and_lead_time() -> None:
    assert len(MADE_UP) > 150
    for row in MADE_UP:
        assert all(row[name] for name in ("price_per_unit", "minimum_order", "lead_time_days")), row["offer_id"]
        assert (row["currency"], row["price_year"], row["confidence"]) == ("VND", "2025", "assumption")


def test_no_price_is_made_up_for_a_real_firm() -> None:
    assert all(not row["price_per_unit"] for row in rows("offers") if row["synthetic"] == "no")


def test_prices_a_tonne_lie_around_the_value_of_the_commodity() -> None:
    values = {row["commodity_id"]: row["usd_per_t_export"] or row["usd_per_t_import"] for row in rows("commodities")}
    spread: dict[str, set[str]] = {}
    for row in MADE_UP:
        if row["unit"]:
            continue
        ratio = float(row["price_per_unit"]) / VND_PER_USD_2025 / float(values[row["commodity_id"]])
        assert LEAST < ratio < MOST, row["offer_id"]
        spread.setdefault(row["article_id"], set()).add(row["price_per_unit"])
    assert all(len(prices) > 1 for article, prices in spread.items() if article == "art_shoe_boxes")


def test_an_order_is_less_than_a_month_and_no_more_than_a_truck() -> None:
    for row in MADE_UP:
        order = float(row["minimum_order"])
        capacity = float(row["capacity_per_month"] or row["capacity_t_per_month"])
        assert 0 < order <= 0.05 * capacity, row["offer_id"]
        assert row["unit"] or order <= 25


@pytest.mark.parametrize("scheme", ["IATF 16949:2016", "ISO 9001:2015", "FSC-STD-40-004", "ISO 14001:2015"])
def test_some_needs_ask_for_certificates_months_and_a_day(scheme: str) -> None:
    asked = [row for row in rows("needs") if scheme in row["certificates_required"].split(";")]
    assert asked
    assert any(row["first_month"] and row["last_month"] and row["latest_arrival"] for row in asked)
    assert all(row["synthetic"] == "yes" for row in asked)
