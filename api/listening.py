"""Who hears how a question goes on: a person at a terminal, or whoever asked for a job of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from supplychain.text import Text


class Listener(Protocol):
    """Hears how work goes on, and what the asker must know beside the answer."""

    def begin(self, text: Text) -> None:
        """Hear that a step begins."""

    def detail(self, text: Text) -> None:
        """Hear what happens within the step."""

    def warn(self, text: Text) -> None:
        """Hear what a reader of the answer must know."""

    def once(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what something gives (JSON) that is to be done once, however often the work begins again."""
