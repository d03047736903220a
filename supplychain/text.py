"""Texts in both languages, and the one way Vietnamese text is folded for comparison."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["vi", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in Vietnamese and English.

    Parameters
    ----------
    en
        English wording; may hold ``str.format`` fields.
    vi
        Vietnamese wording with the same fields.
    """

    en: str
    vi: str

    def format(self, **values: object) -> Text:
        """Return the text with its fields filled in; a value that is a Text itself is worded in the same language."""
        return Text(en=self.en.format(**_worded(values, "en")), vi=self.vi.format(**_worded(values, "vi")))

    def of(self, language: Language) -> str:
        """Return the wording in one language."""
        return self.vi if language == "vi" else self.en

    def __str__(self) -> str:
        return self.en


def _worded(values: Mapping[str, object], language: Language) -> dict[str, object]:
    return {name: value.of(language) if isinstance(value, Text) else value for name, value in values.items()}


def fold(text: str) -> str:
    """Return ``text`` without case and Vietnamese marks, ``đ`` as ``d``, for comparison only."""
    return bare(unicodedata.normalize("NFC", text).casefold())


def bare(text: str) -> str:
    """Return ``text`` without Vietnamese marks, ``đ`` as ``d``, in its case."""
    decomposed = unicodedata.normalize("NFD", text)
    unmarked = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unmarked.replace("đ", "d").replace("Đ", "D")
