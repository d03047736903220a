"""Numbers as people write them in Vietnamese and in English."""

from __future__ import annotations

import math

from supplychain.text import Language, Text

_THOUSANDS = {"vi": ".", "en": ","}
_DECIMAL = {"vi": ",", "en": "."}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MISSING = Text(en="–", vi="–")


def format_number(value: float | None, digits: int, language: Language) -> str:
    """Return ``value`` with ``digits`` decimals; a dash when there is no value."""
    if value is None or math.isnan(value):
        return MISSING.of(language)
    if round(value, digits) == 0:
        value = 0.0  # never "-0"
    plain = f"{value:,.{digits}f}"
    marks = {",": _THOUSANDS[language], ".": _DECIMAL[language], "-": "\N{MINUS SIGN}"}
    return "".join(marks.get(character, character) for character in plain)


def number(value: float | None, digits: int = 0) -> Text:
    """Return a number written in both languages."""
    return Text(en=format_number(value, digits, "en"), vi=format_number(value, digits, "vi"))


def percent(share: float | None, digits: int = 1) -> Text:
    """Return a share (0 to 1) as a percentage in both languages."""
    if share is None or math.isnan(share):
        return MISSING
    text = number(100.0 * share, digits)
    return Text(en=f"{text.en}\N{NO-BREAK SPACE}%", vi=f"{text.vi}\N{NO-BREAK SPACE}%")


def signed(value: float | None, digits: int = 0) -> Text:
    """Return a difference with its sign in both languages."""
    text = number(value, digits)
    if value is None or math.isnan(value) or round(value, digits) <= 0:
        return text
    return Text(en=f"+{text.en}", vi=f"+{text.vi}")


def scientific(value: float) -> Text:
    """Return a small positive number as a power of ten, such as 4×10⁻¹⁰; zero as 0."""
    if value == 0 or math.isnan(value):
        return number(value)
    mantissa, exponent = f"{value:.0e}".split("e")
    power = str(int(exponent)).translate(_RAISED)
    text = f"{mantissa}×10{power}"
    return Text(en=text, vi=text)
