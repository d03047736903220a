"""Codes of goods and industries held against those asked: HS by its beginning, VSIC across its two editions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from supplychain.codes import Step, Vsic
from supplychain.sourcing.values import Goods
from supplychain.text import Text

FORMER, CURRENT = "2018", "2025"
PARTS: Final = ("split", "mixed")
"""Kinds of a step that carry over a part of an industry only."""

STEP: Final = Text(en="VSIC 2018 {former} = VSIC 2025 {current}", vi="VSIC 2018 {former} = VSIC 2025 {current}")
STEP_IN_PART: Final = Text(
    en="VSIC 2018 {former} = VSIC 2025 {current} in part", vi="VSIC 2018 {former} = một phần VSIC 2025 {current}"
)


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A code in the other edition of VSIC, and what is told of the step.

    Parameters
    ----------
    code
        Code in the other edition.
    told
        The step, from 2018 to 2025.
    """

    code: str
    told: Text


@lru_cache(maxsize=16_384)
def counterparts(code: str, version: str) -> tuple[Counterpart, ...]:
    """Return the codes of the other edition that a code stands for; none where the edition has no such code."""
    vsic = Vsic()
    if version not in (FORMER, CURRENT) or code not in vsic.entries(version):
        return ()
    if version == FORMER:
        return tuple(Counterpart(step.code, _told(code, step)) for step in vsic.to_2025(code))
    return tuple(
        Counterpart(former.code, _told(former.code, step))
        for former in vsic.to_2018(code)
        for step in vsic.to_2025(former.code)
        if step.code == code
    )


def _told(former: str, step: Step) -> Text:
    return (STEP_IN_PART if step.kind in PARTS else STEP).format(former=former, current=step.code)


@lru_cache(maxsize=16_384)
def editions_of(code: str) -> tuple[str, ...]:
    """Return the editions that have a code."""
    return Vsic().editions(code)


@dataclass(frozen=True, slots=True)
class Taken:
    """That goods have a code asked for.

    Parameters
    ----------
    told
        The step between the editions of VSIC that it took; None where it took none.
    """

    told: Text | None = None


def has_code(asked: str, goods: Goods) -> Taken | None:
    """Return how goods have a code asked for, None where they do not.

    ``hs:8534`` takes every longer code. ``vsic:2610`` takes, of goods coded in either edition, the code of that number
    and what the number of the other edition stands for; ``vsic2018:2610`` is the code of that edition alone, and what
    it became.
    """
    system, _, code = asked.partition(":")
    if system == "hs":
        return Taken() if goods.hs_code.startswith(code) else None
    offered, version = goods.vsic_code, goods.vsic_version
    edition = system.removeprefix("vsic")
    if offered and offered.startswith(code) and edition in ("", version or edition):
        return Taken()
    if version not in (FORMER, CURRENT):
        return None
    other = CURRENT if version == FORMER else FORMER
    if edition not in ("", other):
        return None
    return next((Taken(one.told) for one in counterparts(code, other) if offered.startswith(one.code)), None)


def states_code(asked: str, goods: Goods) -> bool:
    """Return whether goods have any code of the list that a code asked for is of."""
    return bool(goods.hs_code if asked.startswith("hs:") else goods.vsic_code)


def ways_to_write(asked: str) -> tuple[str, ...]:
    """Return a code asked for and what it stands for in the other edition, for an index that knows no editions."""
    system, _, code = asked.partition(":")
    if system == "hs":
        return (asked,)
    edition = system.removeprefix("vsic")
    editions = (edition,) if edition else editions_of(code)
    others = [f"vsic:{one.code}" for version in editions for one in counterparts(code, version)]
    return tuple(dict.fromkeys([f"vsic:{code}", *others]))
