"""Freight classes: a commodity in the form in which it travels, with what a tonne of it is worth and costs in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from supplychain.assumptions import assumption_within
from supplychain.pack import Pack, split_list
from supplychain.prices import PriceBasis

Form = Literal["container", "reefer", "bulk"]

EMPTY_COMMODITY_ID: Final = "empty_container"
LARGEST_PENALTY_VND_PER_T: Final = 1e12
LARGEST_PENALTY_VALUE_SHARE: Final = 100.0


@dataclass(frozen=True, slots=True)
class FreightClass:
    """A commodity in one form, as the planner sees it.

    Parameters
    ----------
    class_id
        ``commodity_id:form``.
    commodity_id
        Row of ``commodities``.
    form
        ``container`` (dry box), ``reefer`` (cooled box) or ``bulk`` (loose or general cargo, no box).
    t_per_teu
        Tonnes in one TEU, above 0; None for bulk.
    value_of_time_vnd_per_t_h
        What an hour on the way costs the owner of a tonne, VND of the price year, at least 0.
    modes
        Modes it may use.
    unmet_penalty_vnd_per_t
        What the plan pays for a tonne it leaves, VND of the price year, above 0.
    vehicles
        Vehicles that may carry it; empty: any.
    max_time_h, max_distance_km
        Most hours, waiting included, and kilometres from door to market, at least 0; inf for no limit.
    """

    class_id: str
    commodity_id: str
    form: Form
    t_per_teu: float | None
    value_of_time_vnd_per_t_h: float
    modes: frozenset[str]
    unmet_penalty_vnd_per_t: float
    vehicles: frozenset[str] = frozenset()
    max_time_h: float = float("inf")
    max_distance_km: float = float("inf")

    @property
    def is_empty(self) -> bool:
        """Whether it is empty boxes: their vehicle goes on with, or comes from, the laden box they serve."""
        return self.commodity_id == EMPTY_COMMODITY_ID

    def __post_init__(self) -> None:
        if (self.form == "bulk") != (self.t_per_teu is None):
            msg = f"{self.class_id}: bulk has no t_per_teu and boxes need one, got {self.t_per_teu}."
            raise ValueError(msg)
        if self.t_per_teu is not None and not 0 < self.t_per_teu < float("inf"):
            msg = f"{self.class_id}: t_per_teu must be above 0, got {self.t_per_teu}."
            raise ValueError(msg)
        if not 0 <= self.value_of_time_vnd_per_t_h < float("inf"):
            msg = f"{self.class_id}: value_of_time_vnd_per_t_h must be at least 0."
            raise ValueError(msg)
        if not 0 < self.unmet_penalty_vnd_per_t < float("inf"):
            msg = f"{self.class_id}: unmet_penalty_vnd_per_t must be above 0."
            raise ValueError(msg)
        for name in ("max_time_h", "max_distance_km"):
            if not getattr(self, name) >= 0:
                msg = f"{self.class_id}: {name} must be at least 0, got {getattr(self, name)}."
                raise ValueError(msg)
        if not self.modes:
            msg = f"{self.class_id}: at least one mode must be allowed."
            raise ValueError(msg)


def build_freight_classes(pack: Pack, wanted: Iterable[tuple[str, Form]]) -> tuple[FreightClass, ...]:
    """Return the classes of the wanted (commodity, form) pairs, in that order.

    USD amounts of ``commodities`` are of the pack's base year and are brought to its price year. The penalty for a
    tonne that is left is ``unmet_penalty_vnd_per_t`` plus ``unmet_penalty_value_share`` times its value, so that
    goods worth flying are flown before they are left; a commodity's own penalty goes before both.
    """
    commodities = pack.table("commodities").set_index("commodity_id")
    usd = PriceBasis.from_pack(pack).factor("USD", pack.region.base_year)
    base_penalty = assumption_within(pack, "unmet_penalty_vnd_per_t", 1.0, LARGEST_PENALTY_VND_PER_T)
    value_share = assumption_within(pack, "unmet_penalty_value_share", 0.0, LARGEST_PENALTY_VALUE_SHARE)
    classes = []
    for commodity_id, form in wanted:
        row = commodities.loc[commodity_id]
        values = np.array([row["usd_per_t_export"], row["usd_per_t_import"]], dtype=np.float64)
        value_usd_per_t = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
        own_rule = base_penalty + value_share * value_usd_per_t * usd
        classes.append(
            FreightClass(
                class_id=f"{commodity_id}:{form}",
                commodity_id=commodity_id,
                form=form,
                t_per_teu=None if form == "bulk" else float(row["t_per_teu"]),
                value_of_time_vnd_per_t_h=float(row["value_of_time_usd_per_t_h"]) * usd,
                modes=frozenset(str(row["modes"]).split(";")),
                unmet_penalty_vnd_per_t=_number(row, "unmet_penalty_vnd_per_t", own_rule),
                vehicles=frozenset(split_list(row.get("vehicles"))),
                max_time_h=_number(row, "max_time_h", np.inf),
                max_distance_km=_number(row, "max_distance_km", np.inf),
            )
        )
    return tuple(classes)


def _number(row: Any, column: str, default: float) -> float:  # noqa: ANN401 - a row of a DataFrame
    """Return a cell of a row as a number, or the default where it is empty or not there."""
    value = row.get(column)
    return default if value is None or value is pd.NA or np.isnan(value) else float(value)
