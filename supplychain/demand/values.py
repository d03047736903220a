"""The demand value that crosses to the network and the planner: frozen, columnar, read-only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.demand.freight_classes import FreightClass

Unit = Literal["t", "teu"]

DIRECTIONS: Final = ("export", "import", "domestic_out", "domestic_in", "empty")


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Freight to be moved on one working day, a row for each origin, destination and class.

    All arrays have one entry per demand row and are read-only.

    Parameters
    ----------
    classes
        Freight classes that ``class_index`` points into.
    demand_id
        Unique name of the row.
    origin_id, destination_id
        Place (park or zone) on one side, market on the other.
    class_index
        Position in ``classes``; int32.
    direction
        ``export``, ``import``, ``domestic_out``, ``domestic_in`` or ``empty``.
    mass_t_per_day
        Tonnes a working day, above 0; of empties their tare.
    teu_per_day
        TEU a working day; 0 for bulk.
    trade_id
        Row of ``trade`` it comes from; empty for repositioned boxes.
    place_id
        Park or zone on the region's side.
    mix_id
        Industry mix of the place.
    assumption_ids
        Assumptions behind the row, ``;`` between them.
    """

    classes: tuple[FreightClass, ...]
    demand_id: NDArray[np.str_]
    origin_id: NDArray[np.str_]
    destination_id: NDArray[np.str_]
    class_index: NDArray[np.int32]
    direction: NDArray[np.str_]
    mass_t_per_day: NDArray[np.float64]
    teu_per_day: NDArray[np.float64]
    trade_id: NDArray[np.str_]
    place_id: NDArray[np.str_]
    mix_id: NDArray[np.str_]
    assumption_ids: NDArray[np.str_]

    def __post_init__(self) -> None:
        rows = len(self.demand_id)
        for field in fields(self)[1:]:
            column = getattr(self, field.name)
            if column.shape != (rows,):
                msg = f"{field.name} must have {rows} entries, got shape {column.shape}."
                raise ValueError(msg)
            column.setflags(write=False)
        if not np.all(np.isfinite(self.mass_t_per_day)) or not np.all(self.mass_t_per_day > 0):
            msg = "mass_t_per_day must be above 0 in every demand row."
            raise ValueError(msg)
        if not np.all(np.isfinite(self.teu_per_day)) or not np.all(self.teu_per_day >= 0):
            msg = "teu_per_day must be at least 0 in every demand row."
            raise ValueError(msg)
        if len(np.unique(self.demand_id)) != rows:
            msg = "demand_id must be unique."
            raise ValueError(msg)
        if rows and not (self.class_index.min() >= 0 and self.class_index.max() < len(self.classes)):
            msg = "class_index points outside classes."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.demand_id)

    def total(
        self,
        unit: Unit = "t",
        *,
        direction: str | None = None,
        commodity_id: str | None = None,
        form: str | None = None,
        place_id: str | None = None,
        market_id: str | None = None,
    ) -> float:
        """Return tonnes or TEU a working day of the rows that fit all given properties."""
        chosen = np.ones(len(self), dtype=np.bool_)
        if direction is not None:
            chosen &= self.direction == direction
        if commodity_id is not None:
            chosen &= np.array([c.commodity_id == commodity_id for c in self.classes], dtype=np.bool_)[self.class_index]
        if form is not None:
            chosen &= np.array([c.form == form for c in self.classes], dtype=np.bool_)[self.class_index]
        if place_id is not None:
            chosen &= self.place_id == place_id
        if market_id is not None:
            chosen &= (self.origin_id == market_id) | (self.destination_id == market_id)
        amount = self.mass_t_per_day if unit == "t" else self.teu_per_day
        return float(amount[chosen].sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a DataFrame, with the class, commodity and form spelled out."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)[1:]}
        frame = pd.DataFrame(columns)
        position = frame.columns.get_loc("class_index")
        for offset, name in enumerate(("class_id", "commodity_id", "form")):
            values = np.array([getattr(c, name) for c in self.classes], dtype=object)
            frame.insert(position + offset, name, values[self.class_index])
        return frame.drop(columns="class_index")
