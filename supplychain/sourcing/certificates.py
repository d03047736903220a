"""Whether a certificate is really held: its scheme, what it covers, and every day it has to hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from supplychain.sourcing.values import Goods, Held
from supplychain.text import fold

Fault = Literal["", "missing", "scope", "not_valid", "expires"]

_EDITION: Final = re.compile(r"[:/-]\s*((?:19|20)\d\d)\s*$")
_OTHER: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme without the ways to write it: ``ISO 9001:2015`` and ``iso9001`` are one, in an edition and in any.

    Parameters
    ----------
    stem
        Letters and digits of its name, folded.
    edition
        Year of the edition; empty for any.
    """

    stem: str
    edition: str = ""

    @classmethod
    def of(cls, text: str) -> Scheme:
        """Return the scheme a text names."""
        plain = fold(text)
        found = _EDITION.search(plain)
        stem = plain[: found.start()] if found else plain
        return cls(_OTHER.sub("", stem), found[1] if found else "")

    def takes(self, held: Scheme) -> bool:
        """Return whether holding another scheme is holding this one."""
        return self.stem == held.stem and self.edition in ("", held.edition)


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether a facility holds a scheme for some goods through a time.

    Parameters
    ----------
    fault
        Empty where it does; ``missing``: no certificate of the scheme; ``scope``: none covers the goods;
        ``not_valid``: none holds on the day asked; ``expires``: it ends inside the months asked.
    until
        Last day it holds without a break from the day asked on; None where it does not.
    """

    fault: Fault
    until: date | None = None


def holding(
    asked: str, certificates: Iterable[Held], goods: Sequence[Goods], day: date, period: tuple[date, date] | None
) -> Holding:
    """Return whether a scheme is held on a day and through a period, by certificates that cover the goods.

    Parameters
    ----------
    asked
        The scheme.
    certificates
        Certificates of the facility.
    goods
        The goods it must cover; the first with a code counts.
    day
        The day on which it must be held.
    period
        First and last day through which it must be held too; None for the day alone.
    """
    scheme = Scheme.of(asked)
    named = [one for one in certificates if scheme.takes(Scheme.of(one.scheme))]
    if not named:
        return Holding("missing")
    covering = [one for one in named if covers(one.scope_codes, goods)]
    if not covering:
        return Holding("scope")
    until = _until(covering, day)
    if until is None:
        return Holding("not_valid")
    if period is None or _covers_days(covering, *period):
        return Holding("", until if period is None else _until(covering, period[1]))
    return Holding("expires" if until < period[1] else "not_valid", until)


def covers(scope_codes: Sequence[str], goods: Sequence[Goods]) -> bool:
    """Return whether a scope covers goods: it names no code (the whole facility), or one that theirs begins with.

    Goods without any code are covered by no scope that names codes: nothing shows that they are.
    """
    if not scope_codes:
        return True
    for one in goods:
        codes = {"hs": one.hs_code, "vsic": one.vsic_code}
        if any(codes.values()):
            return any(_inside(scope, codes) for scope in scope_codes)
    return False


def _inside(scope: str, codes: dict[str, str]) -> bool:
    system, _, code = scope.partition(":")
    code = code.strip().replace(".", "")
    return bool(code) and codes.get(system.strip().lower(), "").startswith(code)


def _until(certificates: Sequence[Held], day: date) -> date | None:
    """Return the last day held without a break from a day on, by one certificate after another."""
    until: date | None = None
    for one in sorted(certificates, key=lambda row: row.valid_from):
        from_day = day if until is None else until + timedelta(days=1)
        if one.valid_from <= from_day and one.valid_to >= (day if until is None else until):
            until = one.valid_to if until is None else max(until, one.valid_to)
    return until


def _covers_days(certificates: Sequence[Held], first: date, last: date) -> bool:
    until = _until(certificates, first)
    return until is not None and until >= last
