"""Road gates of terminals: hours they are open, what freight waits for them, and how many trucks they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.assembly.pieces import capacity_rows
from geodata.columns import Floats
from geodata.tables import HOURS_PER_DAY, Table, numbers, open_rows, texts
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

ROAD: Final = "road"
GATE: Final = Text(en="{name} (road gate)", vi="{name} (cổng đường bộ)")


def open_hours(terminals: Table) -> Floats:
    """Return hours of the day the gate of each terminal row is open, over midnight where it opens later than it closes.

    A gate without hours, or with the same hour twice, is always open; the checks of a pack refuse the latter.
    """
    opens, closes = numbers(terminals, "gate_open_h", 0.0), numbers(terminals, "gate_close_h", HOURS_PER_DAY)
    hours = np.mod(closes - opens, HOURS_PER_DAY)
    return np.where(hours == 0.0, HOURS_PER_DAY, hours)


def gate_wait_h(terminals: Table) -> Floats:
    """Return hours freight waits on average for each gate to open.

    Freight that is ready at any hour alike finds the gate closed with probability c ÷ 24, c being the closed hours,
    and then waits half of them: c² ÷ 48.
    """
    closed = HOURS_PER_DAY - open_hours(terminals)
    return closed**2 / (2.0 * HOURS_PER_DAY)


def gate_waits(pack: Pack) -> dict[str, float]:
    """Return the wait for the gate of each open terminal, hours."""
    rows = open_rows(pack, "terminals")
    return dict(zip(texts(rows, "terminal_id").tolist(), gate_wait_h(rows).tolist(), strict=True))


def gate_capacities(pack: Pack) -> Table:
    """Return the capacity of every open terminal whose gate takes only so many trucks an hour, trucks a day."""
    rows = open_rows(pack, "terminals")
    some = rows[~np.isnan(numbers(rows, "gate_trucks_per_h"))]
    if not len(some):
        return pd.DataFrame()
    names = {
        column: [template.format(name=name) for name in texts(some, column)]
        for column, template in (("name_vi", GATE.vi), ("name_en", GATE.en))
    }
    return capacity_rows(
        capacity_id="gate:" + some["terminal_id"].astype(object),
        kind="gate",
        row_id=texts(some, "terminal_id"),
        unit="truck",
        mode=ROAD,
        capacity_per_day=numbers(some, "gate_trucks_per_h") * open_hours(some),
        **names,
    )


def gate_members(capacities: Table, links: Table) -> Table:
    """Return which of some links pass which gate.

    Parameters
    ----------
    capacities
        Those of :func:`gate_capacities`.
    links
        Rows with ``terminal_id`` and ``link_id``: links on which freight comes to the terminal or leaves it by road.
    """
    if not len(capacities) or not len(links):
        return pd.DataFrame()
    passing = links[["terminal_id", "link_id"]].rename(columns={"terminal_id": "row_id"})
    return capacities[["capacity_id", "row_id"]].merge(passing, on="row_id")[["capacity_id", "link_id"]]
