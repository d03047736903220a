"""Sentences that all questions end with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.console import show_error
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk

WRITTEN: Final = Text(en="Written: {files}.", vi="Đã ghi: {files}.")


def tell_written(files: Sequence[Path], talk: Talk) -> None:
    """Print which files an answer was written to."""
    talk.say(WRITTEN.format(files=", ".join(str(file) for file in files)))


def warn(text: Text, talk: Talk) -> None:
    """Tell something a reader of the answer must know, beside the answer."""
    show_error(text.of(talk.language))
