"""How a user stops the program: Ctrl+C is heard at once, and once more at the next step if a library lost it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Final

PATIENCE_S: Final = 1.0
"""Seconds after a signal in which another one is the same wish, sent twice as some programs do."""


class StoppedError(BaseException):
    """The user stopped the program. Not a KeyboardInterrupt: Typer would answer that one without a word."""


class StopSignal:
    """Whether the user has asked this process to stop."""

    def __init__(self) -> None:
        self._was_heard = False
        self._is_held = False
        self._heard_at = 0.0

    def listen(self) -> None:
        """Hear SIGINT (Ctrl+C) and SIGTERM from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)
        told = sys.unraisablehook

        def tell(lost: sys.UnraisableHookArgs) -> None:
            if lost.exc_type is not StoppedError:
                told(lost)

        # Heard while Python tidies up, the wish is lost there; the next check finds it, and nobody need read of it.
        sys.unraisablehook = tell

    def check(self) -> None:
        """Raise if the user has asked to stop: compiled libraries can lose what is raised while they call Python.

        Raises
        ------
        StoppedError
            If SIGINT or SIGTERM was heard.
        """
        if self._was_heard:
            raise StoppedError

    @contextmanager
    def held(self) -> Iterator[Callable[[], bool]]:
        """Give the question whether to stop, for work that ends by itself when told; a second wish raises at once.

        When the block has ended by itself the wish is fulfilled, and what follows is not stopped by it.
        """
        self._is_held = True
        try:
            yield lambda: self._was_heard
            self._was_heard = False
        finally:
            self._is_held = False

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if not self._was_heard:
            self._was_heard, self._heard_at = True, monotonic()
        if not self._is_held or monotonic() - self._heard_at > PATIENCE_S:
            raise StoppedError


STOP: Final = StopSignal()
"""The one of this process, as signals are the process's."""
