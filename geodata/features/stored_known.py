"""What was worked out of a state of the database, for whoever asks the same again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from supplychain.latest import Latest

MOST_KNOWN: Final = 512
T = TypeVar("T")


class Known(Latest[Any]):
    """Answers of several kinds by question."""

    def get_or_make(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return an answer, worked out where it is not kept."""
        found: T = super().get_or_make(key, make)
        return found


KNOWN: Final = Known(MOST_KNOWN)
"""Counts, boxes and origins of tables by the version of the layer."""
