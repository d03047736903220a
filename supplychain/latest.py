"""The values that were used latest, kept in a process: one way for all that is costly to make and may be made again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """Values by key, thread safe; those used longest ago are given up first, and the one used last never is.

    Parameters
    ----------
    most
        How many are kept; None for any number.
    most_bytes
        Bytes they may take together; None for any.
    size
        Gives the bytes of a value; needed where ``most_bytes`` is given.
    """

    def __init__(
        self, most: int | None = None, *, most_bytes: int | None = None, size: Callable[[Value], int] | None = None
    ) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._size = size
        self._bytes = 0
        self._held: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Return a value; None where it is not kept."""
        found = self._find(key)
        return None if found is None else found[0]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value, and give up what there is no room for."""
        size = 0 if self._size is None else self._size(value)
        with self._lock:
            self._drop(key)
            self._held[key] = (value, size)
            self._bytes += size
            while len(self._held) > 1 and self._is_full():
                self._drop(next(iter(self._held)))

    def get_or_make(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return a value, made where it is not kept; others who ask meanwhile make it too, and nobody waits."""
        found = self._find(key)
        if found is not None:
            return found[0]
        made = make()
        self.put(key, made)
        return made

    def clear(self) -> None:
        """Give all of them up."""
        with self._lock:
            self._held.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def _find(self, key: Hashable) -> tuple[Value, int] | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def _drop(self, key: Hashable) -> None:
        gone = self._held.pop(key, None)
        if gone is not None:
            self._bytes -= gone[1]

    def _is_full(self) -> bool:
        if self._most is not None and len(self._held) > self._most:
            return True
        return self._most_bytes is not None and self._bytes > self._most_bytes
