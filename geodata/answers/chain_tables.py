"""Mode chains as tables: one row a chain, one row a leg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from geodata.answers.chain_legs import ModeChain
from geodata.columns import Flags, Floats
from geodata.tables import Table

CHAIN_TOTALS: Final = (
    "distance_km",
    "moving_time_h",
    "waiting_time_h",
    "time_h",
    "price_per_t",
    "time_cost_per_t",
    "carbon_cost_per_t",
    "generalised_cost_per_t",
    "ttw_kg_per_t",
    "wtt_kg_per_t",
    "emissions_kg_per_t",
)
BEATEN_BY: Final = ("price_per_t", "time_h", "emissions_kg_per_t")
LEG_COLUMNS: Final = ("kind", "mode", "from_mode", "from_id", "to_id", "terminal_id", "service_id", "carrier_account")


def chain_table(chains: Sequence[ModeChain], t_per_teu: float = np.nan) -> Table:
    """Return one row a chain, in the order given.

    Columns
    -------
    rank, mode_chain, terminals
        Place from 1, modes in travel order, terminals of change (``;`` between).
    distance_km, moving_time_h, waiting_time_h, time_h
        Of one pass.
    price_per_t, time_cost_per_t, carbon_cost_per_t, generalised_cost_per_t
        Pack money per tonne; ``price_per_teu`` per TEU, NaN for bulk.
    ttw_kg_per_t, wtt_kg_per_t, emissions_kg_per_t
        kg CO2e per tonne.
    generalised_cost_more_per_t, more_percent
        Difference to the first row.
    beaten
        True where another chain is no dearer, no slower and emits no more, and better in one of these.
    """
    table = pd.DataFrame(
        {
            "rank": np.arange(1, len(chains) + 1),
            "mode_chain": [chain.name for chain in chains],
            "terminals": [";".join(chain.terminals) for chain in chains],
            **{name: [chain.total(name) for chain in chains] for name in CHAIN_TOTALS},
        }
    )
    table["price_per_teu"] = table["price_per_t"] * t_per_teu
    best = table["generalised_cost_per_t"].iloc[0] if len(table) else np.nan
    table["generalised_cost_more_per_t"] = table["generalised_cost_per_t"] - best
    table["more_percent"] = np.divide(100.0 * table["generalised_cost_more_per_t"], best) if best else np.nan
    table["beaten"] = _beaten(table[list(BEATEN_BY)].to_numpy(dtype=np.float64))
    return table


def _beaten(values: Floats) -> Flags:
    found = np.zeros(len(values), dtype=np.bool_)
    for row, own in enumerate(values):
        found[row] = bool(((values <= own).all(axis=1) & (values < own).any(axis=1)).any())
    return found


def leg_table(chains: Sequence[ModeChain]) -> Table:
    """Return one row a leg: chain rank, leg from 1, what it is, its ends, and its own totals as in ``chain_table``."""
    rows = [
        {
            "rank": rank,
            "mode_chain": chain.name,
            "leg": place,
            **{name: getattr(leg, name) for name in LEG_COLUMNS},
            **{name: getattr(leg, name) for name in CHAIN_TOTALS},
        }
        for rank, chain in enumerate(chains, start=1)
        for place, leg in enumerate(chain.legs, start=1)
    ]
    return pd.DataFrame(rows, columns=["rank", "mode_chain", "leg", *LEG_COLUMNS, *CHAIN_TOTALS])
