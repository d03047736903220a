"""Laden freight of a year by trade row and place: what demand is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.demand.empties import box_types

OUTWARD: Final = frozenset({"export", "domestic_out"})

SHARE_COLUMN: Final = {
    "export": "container_share_export",
    "import": "container_share_import",
    "domestic_out": "container_share_domestic",
    "domestic_in": "container_share_domestic",
}


@dataclass(frozen=True, slots=True, eq=False)
class YearlyFlows:
    """Laden freight of a year by trade row and place, before it is split into days.

    Parameters
    ----------
    trade
        Rows of :func:`supplychain.demand.trade.build_trade`.
    places
        Rows of :func:`supplychain.demand.places.build_places`.
    box_share
        Share of each trade row's tonnes that travels in boxes, 0 to 1.
    place_share
        Share of each trade row that belongs to each place; trade rows × places, rows add up to 1.
    t_per_teu
        Tonnes in a TEU, per trade row.
    box, box_type
        ``container`` or ``reefer``, and the pool its empties come from, per trade row.
    changed_mass_t
        Tonnes a year after the changes of a scenario; None without any.
    """

    trade: pd.DataFrame
    places: pd.DataFrame
    box_share: NDArray[np.float64]
    place_share: NDArray[np.float64]
    t_per_teu: NDArray[np.float64]
    box: NDArray[np.str_]
    box_type: NDArray[np.str_]
    changed_mass_t: NDArray[np.float64] | None = None

    @property
    def mass_t(self) -> NDArray[np.float64]:
        """Tonnes a year, trade rows × places × (boxes, bulk)."""
        if self.changed_mass_t is not None:
            return self.changed_mass_t
        mass = self.trade["mass_t_per_year"].to_numpy(dtype=np.float64)[:, None] * self.place_share
        return np.stack([mass * self.box_share[:, None], mass * (1.0 - self.box_share[:, None])], axis=2)

    @property
    def outward(self) -> NDArray[np.bool_]:
        """Whether each trade row leaves the region."""
        return np.asarray(self.trade["direction"].isin(OUTWARD), dtype=np.bool_)


def box_pool(commodities: pd.DataFrame) -> NDArray[np.str_]:
    """Return the pool that the boxes of each commodity row come from."""
    return box_types(
        commodities["box"].to_numpy(dtype=np.str_), commodities["container_size"].astype(str).to_numpy(np.str_)
    )
