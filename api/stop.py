"""How a user stops the program: Ctrl+C is heard at once, and once more at the next step if a library lost it."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Final


class StoppedError(BaseException):
    """The user stopped the program. Not a KeyboardInterrupt: Typer would answer that one without a word."""


class StopSignal:
    """Whether the user has asked this process to stop."""

    def __init__(self) -> None:
        self._was_heard = False

    def listen(self) -> None:
        """Hear SIGINT (Ctrl+C) and SIGTERM from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def check(self) -> None:
        """Raise if the user has asked to stop: compiled libraries can lose what is raised while they call Python.

        Raises
        ------
        StoppedError
            If SIGINT or SIGTERM was heard.
        """
        if self._was_heard:
            raise StoppedError

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._was_heard = True
        raise StoppedError


STOP: Final = StopSignal()
"""The one of this process, as signals are the process's."""
