"""Money of any year and currency in the pack's currency and price year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.pack import Pack
from supplychain.text import Text

RATE_CURRENCY: Final = "VND"
"""Currency in which the pack's exchange rates are quoted, per one unit of the other."""


class MissingRateError(HinterlandError):
    """A rate that a conversion needs and the pack does not have."""


@dataclass(frozen=True, slots=True)
class PriceBasis:
    """The currency and price year of a pack, with the rates that bring other money to it.

    Money is first brought to the pack's price year with the deflator of its own currency and then exchanged at the
    rate of that year, so that inflation is counted once and in the country where the price was paid.

    Parameters
    ----------
    currency
        Currency of the pack.
    price_year
        Year whose prices the pack counts in.
    deflators
        (currency, year) to price index, of any base year.
    exchange
        (currency, year) to VND per unit.
    """

    currency: str
    price_year: int
    deflators: Mapping[tuple[str, int], float]
    exchange: Mapping[tuple[str, int], float]

    def __post_init__(self) -> None:
        for kind, rates in (("deflator", self.deflators), ("exchange rate", self.exchange)):
            for (currency, year), value in rates.items():
                if not 0 < value < float("inf"):
                    msg = f"The {kind} of {currency} in {year} must be above 0, got {value}."
                    raise ValueError(msg)
        object.__setattr__(self, "deflators", MappingProxyType(dict(self.deflators)))
        object.__setattr__(self, "exchange", MappingProxyType(dict(self.exchange)))

    @classmethod
    def from_pack(cls, pack: Pack) -> PriceBasis:
        """Return the price basis that the pack's ``rates`` table and region describe."""
        rates = pack.table("rates")
        by_kind: dict[str, dict[tuple[str, int], float]] = {"deflator": {}, "exchange": {}}
        columns = zip(rates["kind"], rates["currency"], rates["year"], rates["value"], strict=True)
        for kind, currency, year, value in columns:
            by_kind[kind][str(currency), int(year)] = float(value)
        return cls(pack.region.currency, pack.region.price_year, by_kind["deflator"], by_kind["exchange"])

    def factor(self, currency: str, year: int) -> float:
        """Return how much pack money one unit of ``currency`` of ``year`` is.

        Raises
        ------
        MissingRateError
            When a deflator or an exchange rate is missing; the message names it.
        """
        inflation = 1.0
        if year != self.price_year:
            inflation = self._deflator(currency, self.price_year) / self._deflator(currency, year)
        if currency == self.currency:
            return inflation
        return inflation * self._rate(currency) / self._rate(self.currency)

    def to_pack_money(self, value: float, currency: str, year: int) -> float:
        """Return an amount of ``currency`` of ``year`` in the pack's currency and price year."""
        return value * self.factor(currency, year)

    def _deflator(self, currency: str, year: int) -> float:
        return _look_up(self.deflators, "deflator", currency, year)

    def _rate(self, currency: str) -> float:
        if currency == RATE_CURRENCY:
            return 1.0
        return _look_up(self.exchange, "exchange", currency, self.price_year)


def _look_up(rates: Mapping[tuple[str, int], float], kind: str, currency: str, year: int) -> float:
    if (currency, year) not in rates:
        text = Text(
            en="rates.csv has no row of kind {kind} for {currency} in {year}; add one, with its source.",
            vi="rates.csv không có dòng loại {kind} cho {currency} năm {year}; hãy thêm một dòng có nguồn.",
        )
        raise MissingRateError(text.format(kind=kind, currency=currency, year=year))
    return rates[currency, year]
