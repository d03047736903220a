"""What was worked out of a state of the database, for whoever asks the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

MOST_KNOWN: Final = 512
T = TypeVar("T")


class Known:
    """Answers by question, those asked for longest ago given up first; several threads may ask."""

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """Return an answer; who asks first works it out, and others who ask meanwhile work it out too."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                found: T = self._held[key]
                return found
        found = work_out()
        with self._lock:
            self._held[key] = found
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return found


KNOWN: Final = Known()
"""Counts, boxes and origins of tables by the version of the layer."""
