"""What is asked of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_PROVED: Final = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; a summary of the whole plan where nothing is.

    Parameters
    ----------
    demand, place, market, commodity
        Demands by their ids; those that are all of it.
    link, terminal, capacity
        What passes there.
    unserved
        Whether all that stays is asked for.
    prove
        Demands that stay whose least relaxation is searched and proved, the most tonnes first.
    """

    demand: str | None = None
    place: str | None = None
    market: str | None = None
    commodity: str | None = None
    link: str | None = None
    terminal: str | None = None
    capacity: str | None = None
    unserved: bool = False
    prove: int = MOST_PROVED

    @property
    def asks_for_demands(self) -> bool:
        """Whether demands are named."""
        return any(one is not None for one in (self.demand, self.place, self.market, self.commodity))

    @property
    def is_summary(self) -> bool:
        """Whether nothing is asked in particular."""
        named = (self.link, self.terminal, self.capacity)
        return not self.asks_for_demands and not self.unserved and all(one is None for one in named)
