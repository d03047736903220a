"""What a question for a route can be refused for: each error says what to do."""

from __future__ import annotations

from supplychain.errors import HinterlandError
from supplychain.text import Text


class RoutingError(HinterlandError):
    """Root of the errors of routing."""


class OffNetworkError(RoutingError):
    """A place is farther from every usable link than it may be.

    Parameters
    ----------
    text
        What is wrong.
    nearest_m
        Distance to the nearest usable link, metres; inf where there is none.
    """

    def __init__(self, text: Text, nearest_m: float) -> None:
        super().__init__(text)
        self.nearest_m = nearest_m


class NoRouteError(RoutingError):
    """No route leads from one place to the other for this vehicle; the text tells what is in the way."""
