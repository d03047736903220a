"""Quantities in different units, compared only where that follows from what is stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.sourcing.values import TONNE, Goods, Supply

KG_PER_T: Final = 1000.0


def tonnes_per_unit(unit: str, unit_mass_kg: float | None) -> float | None:
    """Return the tonnes of one unit; None where its mass is not stated."""
    if unit == TONNE:
        return 1.0
    return None if unit_mass_kg is None else unit_mass_kg / KG_PER_T


def conversion(of: Goods, unit: str, unit_mass_kg: float | None) -> float | None:
    """Return how many of the wanted unit one unit of the goods is; None where they cannot be compared.

    Units are compared with themselves, or both in tonnes through the mass of one unit.
    """
    if of.unit == unit:
        return 1.0
    own = tonnes_per_unit(of.unit, of.unit_mass_kg)
    wanted = tonnes_per_unit(unit, unit_mass_kg)
    return None if own is None or not wanted else own / wanted


@dataclass(frozen=True, slots=True)
class MonthFree:
    """What an offer can bring in one month.

    Parameters
    ----------
    month
        ``YYYY-MM``; empty where no month is asked for.
    amount
        In the unit asked for; None where nothing comparable is stated.
    is_free
        True where the free capacity of the month is stated; False where only the capacity of the offer is known.
    comparable
        False where something is stated, but in a unit that cannot be compared.
    """

    month: str
    amount: float | None
    is_free: bool
    comparable: bool = True


def free_in(supply: Supply, month: str, unit: str, unit_mass_kg: float | None) -> MonthFree:
    """Return what an offer can bring in a month: its free capacity where stated, else its capacity, told apart."""
    factor = conversion(supply.goods, unit, unit_mass_kg)
    stated = supply.free_by_month.get(month) if month else None
    if stated is not None:
        if stated == 0:
            return MonthFree(month, 0.0, is_free=True)
        return MonthFree(month, None if factor is None else stated * factor, True, factor is not None)  # noqa: FBT003 - reads as the two columns it fills
    if supply.capacity_per_month is not None and factor is not None:
        return MonthFree(month, supply.capacity_per_month * factor, is_free=False)
    if supply.capacity_t_per_month is not None:
        wanted = tonnes_per_unit(unit, unit_mass_kg)
        if unit == supply.goods.unit and wanted is None:
            wanted = tonnes_per_unit(unit, supply.goods.unit_mass_kg)
        if wanted:
            return MonthFree(month, supply.capacity_t_per_month / wanted, is_free=False)
    is_stated = supply.capacity_per_month is not None or supply.capacity_t_per_month is not None
    return MonthFree(month, None, is_free=False, comparable=not is_stated)
