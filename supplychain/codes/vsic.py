"""Vietnam's classification of economic activities, 2018 and 2025: names, the step between them, and ISIC Rev. 4.

Sources are the annexes of Decision 27/2018/QD-TTg and Decision 36/2025/QD-TTg and the conversion table of the National
Statistics Office (letter 3061/CTK-CSCL); ``docs/registry/codes.md`` says what was compared and what was not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from supplychain.codes.cleaning import refuse
from supplychain.codes.industries import check_vsic
from supplychain.codes.isic import isic_of_vsic
from supplychain.codes.vsic_table import EDITIONS, Industry, changed_codes, read_vsic_table, shipped_list
from supplychain.text import Text

StepKind = Literal["same", "moved", "split", "merged", "mixed"]
Confidence = Literal["high", "medium", "low"]

FORMER, CURRENT = EDITIONS

DIVISION_DIGITS: Final = 2
CLASS_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Step:
    """Where (part of) an activity stands in the other edition.

    Parameters
    ----------
    code
        Code in the other edition.
    kind
        ``same`` the whole activity under the same number, ``moved`` the whole activity under another number, ``split``
        a part of it and nothing else, ``merged`` all of it together with others, ``mixed`` a part of it together with
        parts of others.
    """

    code: str
    kind: StepKind


@dataclass(frozen=True, slots=True)
class IsicClass:
    """An ISIC Rev. 4 code that stands for an activity, and how sure that is.

    Parameters
    ----------
    code
        Division (2 digits) or class (4 digits).
    confidence
        ``high`` for a division, on which VSIC 2018 is built; ``medium`` for a class, read by us from both names;
        ``low`` where the step from 2025 comes before it.
    """

    code: str
    confidence: Confidence


class Vsic:
    """The two editions of VSIC.

    Parameters
    ----------
    tables
        CSV file by edition that takes the place of the shipped list, such as an amended official one.

    Raises
    ------
    CodeError
        Where a file cannot be read as a list of codes.
    """

    def __init__(self, tables: Mapping[str, Path] | None = None) -> None:
        self._supplied = {version: read_vsic_table(path, version) for version, path in (tables or {}).items()}

    def get(self, code: str, version: str) -> Industry:
        """Return the entry of a code.

        Raises
        ------
        CodeError
            Where the form is wrong or the edition has no such code; the sentence names the other edition if that has.
        """
        checked = check_vsic(code, version)
        industry = self.entries(version).get(checked)
        if industry is None:
            raise self._unknown(checked, version)
        return industry

    def title(self, code: str, version: str) -> Text:
        """Return the name of a code; in English the Vietnamese name where no English one is shipped.

        Raises
        ------
        CodeError
            Where the edition has no such code.
        """
        return self.get(code, version).title

    def entries(self, version: str) -> Mapping[str, Industry]:
        """Return all entries of an edition by code, section by section."""
        return self._supplied[version] if version in self._supplied else shipped_list(version)

    def editions(self, code: str) -> tuple[str, ...]:
        """Return the editions that have the code (with the same or another meaning), the former first."""
        return tuple(version for version in EDITIONS if code in self.entries(version))

    def parents(self, industry: Industry) -> Iterator[Industry]:
        """Yield the entries above one, the nearest first."""
        entries = self.entries(industry.version)
        while industry.parent in entries:
            industry = entries[industry.parent]
            yield industry

    def children(self, industry: Industry) -> tuple[Industry, ...]:
        """Return the entries right below one."""
        return tuple(other for other in self.entries(industry.version).values() if other.parent == industry.code)

    def to_2025(self, code_2018: str) -> tuple[Step, ...]:
        """Return what a code of 2018 became, by the official table; several where it was divided.

        Raises
        ------
        CodeError
            Where VSIC 2018 as shipped has no such code.
        """
        code = _shipped(code_2018, FORMER)
        forward, backward = _steps()
        return tuple(Step(target, _kind(code, target, forward[code], backward[target])) for target in forward[code])

    def to_2018(self, code_2025: str) -> tuple[Step, ...]:
        """Return where a code of 2025 comes from; several where it was put together.

        Raises
        ------
        CodeError
            Where VSIC 2025 as shipped has no such code.
        """
        code = _shipped(code_2025, CURRENT)
        forward, backward = _steps()
        return tuple(Step(source, _kind(code, source, backward[code], forward[source])) for source in backward[code])

    def to_isic(self, code: str, version: str) -> tuple[IsicClass, ...]:
        """Return the ISIC Rev. 4 classes of a code (a division for two digits), or nothing where we cannot say.

        Five digits give the classes of their first four, three digits those of all their classes. A code of 2025 goes
        through 2018.

        Raises
        ------
        CodeError
            Where the edition as shipped has no such code.
        """
        checked = _shipped(code, version)
        if version == FORMER:
            sure: Confidence = "high" if len(checked) == DIVISION_DIGITS else "medium"
            return tuple(IsicClass(found, sure) for found in isic_of_vsic(checked))
        former = {found for step in self.to_2018(checked) for found in isic_of_vsic(step.code)}
        return tuple(IsicClass(found, "low") for found in sorted(former))

    def _unknown(self, code: str, version: str) -> Exception:
        others = [other for other in self.editions(code) if other != version]
        if others:
            return refuse(
                en='VSIC {version} has no code "{code}"; VSIC {other} has: {title}.',
                vi='VSIC {version} không có mã "{code}"; VSIC {other} có: {title}.',
                version=version,
                code=code,
                other=others[0],
                title=self.entries(others[0])[code].title,
            )
        return refuse(
            en='VSIC {version} has no code "{code}".',
            vi='VSIC {version} không có mã "{code}".',
            version=version,
            code=code,
        )


def _shipped(code: str, version: str) -> str:
    return Vsic().get(code, version).code


def _kind(code: str, target: str, targets: tuple[str, ...], sources: tuple[str, ...]) -> StepKind:
    """Return the kind of a step by how many codes it is divided into and how many come together."""
    if len(targets) > 1:
        return "mixed" if len(sources) > 1 else "split"
    if len(sources) > 1:
        return "merged"
    return "same" if code == target else "moved"


@lru_cache(maxsize=1)
def _steps() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Return the codes of 2025 by code of 2018, and the other way round."""
    changed = changed_codes()
    forward = {code: changed.get(code, (code,)) for code in shipped_list(FORMER)}
    backward: dict[str, tuple[str, ...]] = dict.fromkeys(shipped_list(CURRENT), ())
    for code, targets in forward.items():
        for target in targets:
            backward[target] += (code,)
    return forward, backward
