"""Words of cells that stand for a choice, a truth value or a country: one table for both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files.values import Cell
from supplychain.intake.values import messages
from supplychain.intake.values.types import CellProblem, add_note, shown
from supplychain.text import Text, fold

_GAPS: Final = re.compile(r"[\s_]+")
_SEPARATORS: Final = re.compile(r"[;,\n|/]")
_TWO_LETTERS: Final = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class CellWords:
    """The words of ``words.yaml``, folded.

    Parameters
    ----------
    booleans
        Word to truth value.
    choices
        Choice to the words that stand for it.
    countries
        Word to two-letter code.
    """

    booleans: Mapping[str, bool]
    choices: Mapping[str, frozenset[str]]
    countries: Mapping[str, str]


@cache
def cell_words() -> CellWords:
    """Return the words of ``words.yaml``."""
    text = files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both loaders are the safe ones
    booleans = {_key(str(word)): truth for truth, words in data["booleans"].items() for word in map(_as_written, words)}
    choices = {str(choice): frozenset(_key(str(word)) for word in words) for choice, words in data["choices"].items()}
    countries = {_key(str(word)): str(code) for code, words in data["countries"].items() for word in words}
    return CellWords(MappingProxyType(booleans), MappingProxyType(choices), MappingProxyType(countries))


def _as_written(word: object) -> str:
    """Return a word that YAML has read as a truth value as it stands in the file."""
    return {True: "yes", False: "no"}[word] if isinstance(word, bool) else str(word)


def _key(text: str) -> str:
    return _GAPS.sub(" ", fold(text)).strip(" .:*'\"")


def parse_boolean(cell: Cell) -> bool | CellProblem:
    """Return a filled cell as yes or no."""
    if isinstance(cell.value, bool):
        return cell.value
    truth = cell_words().booleans.get(_key(cell.text) or cell.text.strip())
    return CellProblem(messages.NOT_YES_NO.format(value=shown(cell.text))) if truth is None else truth


def parse_choice(text: str, column: ColumnDeclaration, notes: list[Text] | None = None) -> str | CellProblem:
    """Return the word of a closed list that a cell stands for, written as itself or in words of either language."""
    if text in column.choices:
        return text
    key = _key(text)
    spelled = [choice for choice in column.choices if _key(choice) == key]
    words = cell_words().choices
    found = spelled or [choice for choice in column.choices if key in words.get(choice, frozenset())]
    if len(found) != 1:
        return CellProblem(messages.NOT_A_CHOICE.format(value=shown(text), choices=", ".join(column.choices)))
    if not spelled:
        add_note(notes, messages.WORD_TAKEN.format(value=shown(text), choice=found[0]))
    return found[0]


def parse_choices(text: str, column: ColumnDeclaration, notes: list[Text] | None = None) -> str | CellProblem:
    """Return several words of a closed list, ``;`` between them, from a cell that parts them by ; , / | or lines."""
    found: list[str] = []
    for part in filter(None, (part.strip() for part in _SEPARATORS.split(text))):
        choice = parse_choice(part, column, notes)
        if isinstance(choice, CellProblem):
            return choice
        found.append(choice)
    if not found or len(set(found)) < len(found):
        return CellProblem(messages.BAD_LIST.format(value=shown(text)))
    return ";".join(found)


def parse_country(text: str, notes: list[Text] | None = None) -> str | CellProblem:
    """Return the two-letter code of a country by its code or its name in either language."""
    code = cell_words().countries.get(_key(text))
    if code is not None:
        if text != code:
            add_note(notes, messages.WORD_TAKEN.format(value=shown(text), choice=code))
        return code
    if _TWO_LETTERS.fullmatch(text):
        return text.upper()
    return CellProblem(messages.NOT_A_COUNTRY.format(value=shown(text)))
