"""What every check of a code does first: full-width signs made plain, separators out, values quoted safely."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from supplychain.codes.errors import CodeError
from supplychain.text import Language, Text

MOST_QUOTED: Final = 40
"""Characters of a faulty value that a message shows; a cell can hold a megabyte."""

_SEPARATORS: Final = re.compile(r"[\s.\-\u2010-\u2015\u2212_/]+")
_SPACES: Final = re.compile(r"[\s\u200b\ufeff]+")


def quoted(text: str) -> str:
    """Return a faulty value as a message may show it: one line, printable, not longer than 40 characters."""
    line = _SPACES.sub(" ", text).strip()
    shown = "".join(character if character.isprintable() else "?" for character in line[: MOST_QUOTED + 1])
    return shown if len(shown) <= MOST_QUOTED else shown[:MOST_QUOTED] + "…"


def plain(text: str) -> str:
    """Return ``text`` in Unicode form NFKC without spaces around it and without zero-width marks."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def bare(text: str) -> str:
    """Return ``plain(text)`` in capitals without spaces, points, hyphens, underscores and strokes."""
    return _SEPARATORS.sub("", plain(text)).upper()


def is_digits(text: str) -> bool:
    """Tell whether ``text`` is one or more of the digits 0 to 9 and nothing else."""
    return text.isascii() and text.isdigit()


def refuse(*, en: str, vi: str, **values: object) -> CodeError:
    """Return the error with the fields of its sentence filled in: text cut and printable, ``Text`` in its language."""
    return CodeError(Text(en=_filled(en, values, "en"), vi=_filled(vi, values, "vi")))


def _filled(sentence: str, values: dict[str, object], language: Language) -> str:
    shown = {key: value.of(language) if isinstance(value, Text) else value for key, value in values.items()}
    return sentence.format(**{key: quoted(value) if isinstance(value, str) else value for key, value in shown.items()})
