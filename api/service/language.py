"""The language of an answer, from ``Accept-Language`` (RFC 9110, 12.5.4): Vietnamese where nothing else is wanted."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from supplychain.text import Language

LONGEST: Final = 200
DEFAULT: Final[Language] = "vi"


@lru_cache(maxsize=256)
def language_of(accepted: str) -> Language:
    """Return the language wanted most of those we speak.

    Parameters
    ----------
    accepted
        The header ``Accept-Language``; may be empty, and what cannot be read of it says nothing.
    """
    wanted = {"vi": 0.0, "en": 0.0}
    named: set[str] = set()
    rest = None
    for part in accepted[:LONGEST].split(","):
        tag, _, weight = part.strip().partition(";")
        language = tag.strip().partition("-")[0].casefold()
        quality = _quality(weight)
        if language == "*":
            rest = quality
        elif language in wanted:
            named.add(language)
            wanted[language] = max(wanted[language], quality)
    if rest is not None:
        wanted |= {language: rest for language in wanted if language not in named}
    return "en" if wanted["en"] > wanted["vi"] else DEFAULT


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
