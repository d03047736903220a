"""Hours of the week in which something holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Ids, Indices

MINUTES_PER_DAY: Final = 24 * 60
MINUTES_PER_WEEK: Final = 7 * MINUTES_PER_DAY


@dataclass(frozen=True, slots=True, eq=False)
class Schedules:
    """Sets of intervals in the week, counted in minutes from Monday 00:00, local time.

    Parameters
    ----------
    text
        Each schedule as its source wrote it, such as ``Mo-Fr 06:00-09:00,16:00-20:00``.
    offsets
        int64[S + 1]; schedule s has the intervals ``offsets[s]:offsets[s + 1]``.
    start_min, end_min
        int32; it holds from ``start_min`` (0 to 10,079) until before ``end_min`` (at most 10,080). Intervals of a
        schedule rise and do not touch; one over Sunday midnight is kept as two.
    """

    text: Ids
    offsets: NDArray[np.int64]
    start_min: Indices
    end_min: Indices

    def __post_init__(self) -> None:
        types = {"text": np.object_, "offsets": np.int64, "start_min": np.int32, "end_min": np.int32}
        for name, dtype in types.items():
            array: NDArray[Any] = np.array(getattr(self, name), dtype=dtype)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if len(self.offsets) != len(self.text) + 1 or self.offsets[0] != 0 or self.offsets[-1] != len(self.start_min):
            msg = f"offsets must rise from 0 to the number of intervals ({len(self.start_min)})."
            raise ValueError(msg)
        fits = (self.start_min >= 0) & (self.start_min < self.end_min) & (self.end_min <= MINUTES_PER_WEEK)
        if len(self.start_min) != len(self.end_min) or not fits.all():
            msg = f"An interval must run from 0 to {MINUTES_PER_WEEK} minutes and end after it starts."
            raise ValueError(msg)

    @classmethod
    def none(cls) -> Schedules:
        """Return no schedule at all."""
        minutes = np.empty(0, dtype=np.int32)
        return cls(np.empty(0, dtype=np.object_), np.zeros(1, dtype=np.int64), minutes, minutes)

    def __len__(self) -> int:
        return len(self.text)

    def holds(self, schedule: int, minute: int) -> bool:
        """Return whether a schedule holds at a minute of the week."""
        minute %= MINUTES_PER_WEEK
        span = slice(self.offsets[schedule], self.offsets[schedule + 1])
        return bool(((self.start_min[span] <= minute) & (minute < self.end_min[span])).any())
