"""Telephone numbers, mail addresses and web sites in the form in which they are compared."""

from __future__ import annotations

import re
from typing import Final

from supplychain.linkage.tables import free_mail, phone_prefixes

_SEPARATORS: Final = re.compile(r"[;,/|\n]| - |\bhoặc\b|\bor\b|\bvà\b", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(?:\(?\b(?:ext|máy lẻ|may le|nhánh|lẻ|x)\b\.?|#)\s*:?\s*\d+\)?.*", re.IGNORECASE)
_TRUNK: Final = re.compile(r"^\(?\+?\s*(?:84|0084)\)?[\s.\-]*\(0\)")
_PREFIX_LENGTHS: Final = (2, 3, 4)
_NOT_DIGITS: Final = re.compile(r"\D")
_FEWEST_DIGITS: Final = 8
_LONGEST_LOCAL: Final = 11
_LONG_WITH_COUNTRY: Final = 11
_MAIL: Final = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_HOST: Final = re.compile(
    r"(?:[a-z][a-z0-9+.\-]*://)?(?:[^@/\s]*@)?(?:www\d?\.)?([a-z0-9\-]+(?:\.[a-z0-9\-]+)+)", re.IGNORECASE
)


def phone_keys(text: str | None) -> frozenset[str]:
    """Return every number a text of telephone numbers may stand for, as dialled in Vietnam since 2018.

    A number of the time before gives the number it became: mobile numbers of eleven digits (0168… is 038… since
    September 2018) and area codes (0650 is 0274 since 2017). Where an old number may also be read as a new one, both
    are returned. Extensions are left out; a number of another country keeps its figures.

    Parameters
    ----------
    text
        One or several numbers as written.
    """
    keys: set[str] = set()
    prefixes = phone_prefixes()
    for part in _SEPARATORS.split(text or ""):
        number = _as_dialled(_EXTENSION.sub("", part))
        if len(number) < _FEWEST_DIGITS:
            continue
        readings = {
            since + number[length:]
            for length in _PREFIX_LENGTHS
            if (since := prefixes.get((len(number), number[:length]))) is not None
        }
        keys |= readings
        # Eleven digits that start with an area code of today are a number of today.
        if not readings or len(number) < _LONGEST_LOCAL:
            keys.add(number)
    return frozenset(keys)


def _as_dialled(text: str) -> str:
    """Return the digits of one number with 0 for the country code of Vietnam."""
    text = text.strip()
    digits = _NOT_DIGITS.sub("", _TRUNK.sub("+84", text))
    if digits.startswith("0084"):
        return "0" + digits[4:].removeprefix("0")
    international = "+" in text or len(digits) >= _LONG_WITH_COUNTRY
    if digits.startswith("84") and international:
        return "0" + digits[2:].removeprefix("0")
    if digits and not digits.startswith("0") and "+" not in text and len(digits) in (9, 10):
        return "0" + digits
    return digits


def mail_addresses(text: str | None) -> frozenset[str]:
    """Return the mail addresses in a text, in lower case."""
    return frozenset(found.casefold().rstrip(".") for found in _MAIL.findall(text or ""))


def own_hosts(email: str | None, website: str | None) -> frozenset[str]:
    """Return the hosts of mail addresses and web sites that can be the firm's own: those of free mail are left out."""
    if not email and not website:
        return frozenset()
    hosts = {address.rpartition("@")[2] for address in mail_addresses(email)}
    for part in re.split(r"[;,\s]+", website or ""):
        found = _HOST.match(part)
        if found:
            hosts.add(found.group(1).casefold())
    return frozenset(host for host in hosts if host not in free_mail())
