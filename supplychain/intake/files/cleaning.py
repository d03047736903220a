"""Text as it may enter the registry: Unicode form NFC, no control or direction characters, legacy fonts converted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from supplychain.intake.encodings import CONVERTERS, NAMES, looks_legacy
from supplychain.intake.files import messages
from supplychain.intake.files.values import Notebook
from supplychain.text import Text

FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff0-\ufffb\ufffd-\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters but tab and line feed, zero-width and direction characters, and signs of lost letters."""

_LINE_ENDS: Final = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n"})
_LOST: Final = "\ufffd"
_EXAMPLE: Final = 30


def is_clean(text: str) -> bool:
    """Tell whether a text needs no cleaning; it is quick on a whole block of a file."""
    return (text.isascii() and text.isprintable()) or (
        FORBIDDEN.search(text) is None and unicodedata.is_normalized("NFC", text)
    )


class Cleaner:
    """Cleans the texts of one file and notes what it took out.

    Parameters
    ----------
    notebook
        Where findings go.
    scheme
        Legacy font that every text is converted from; ``unicode`` for none.
    suspected
        Legacy font that some texts of a Unicode file are in; a row that holds such a text is a problem.
    """

    def __init__(self, notebook: Notebook, scheme: str = "unicode", suspected: str | None = None) -> None:
        self._notebook = notebook
        self._scheme = scheme
        self._convert: Callable[[str], str] | None = None if scheme == "unicode" else CONVERTERS[scheme]
        self._suspected = suspected

    @property
    def encoding(self) -> str | None:
        """Legacy font that texts are converted from; None for plain Unicode."""
        return None if self._convert is None else self._scheme

    @property
    def looks_at_all(self) -> bool:
        """Whether even a text that is clean as Unicode has to be looked at."""
        return self._convert is not None or self._suspected is not None

    def clean(self, text: str, sheet: str, line: int, problems: list[Text]) -> str:
        """Return a text cleaned; what makes its row unusable is added to ``problems``."""
        if self.looks_at_all and not text.isascii():
            text = self._converted(text, problems)
        if not is_clean(text):
            text = self._without_controls(text, sheet, line, problems)
            text = unicodedata.normalize("NFC", text)
        return text.strip()

    def _converted(self, text: str, problems: list[Text]) -> str:
        if self._convert is None:
            if self._suspected is not None and looks_legacy(text, self._suspected):
                name, example = NAMES[self._suspected], text.strip()[:_EXAMPLE]
                _add(problems, messages.LEGACY_IN_ROW.format(name=name, example=example))
            return text
        try:
            return self._convert(text)
        except UnicodeError:
            _add(problems, messages.UNCONVERTED.format(name=NAMES[self._scheme], example=text.strip()[:_EXAMPLE]))
            return text

    def _without_controls(self, text: str, sheet: str, line: int, problems: list[Text]) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        found = sorted(set(FORBIDDEN.findall(text)))
        if not found:
            return text
        if "\x00" in found:
            _add(problems, messages.NUL_IN_ROW)
        if _LOST in found:
            _add(problems, messages.LOST_LETTERS)
        names = ", ".join(f"U+{ord(character):04X}" for character in found if character not in {"\x00", _LOST})
        if names:
            self._notebook.tell_row("control_characters", messages.CONTROLS.format(names=names), sheet, line)
        return FORBIDDEN.sub(lambda sign: _LOST if sign.group() == _LOST else "", text.translate(_LINE_ENDS))


def _add(problems: list[Text], text: Text) -> None:
    if text not in problems:
        problems.append(text)
