"""The words that stand over columns: one table of synonyms, compared without case, marks and punctuation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

from supplychain.text import fold

_UNIT: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_NAMED_FIELD: Final = re.compile(r"\[[a-z][a-z0-9_]*\]$")
_NOT_WORD: Final = re.compile(r"[^\w#&%²³]+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The synonyms of every field.

    Parameters
    ----------
    shared
        Folded word to the fields that it may name in any table.
    tables
        By table, folded word to the field that it names there.
    ignored
        Folded words of columns that hold nothing of a record.
    """

    shared: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Mapping[str, str]]
    ignored: frozenset[str]

    def fields(self, table: str, word: str) -> tuple[str, ...]:
        """Return the fields that a folded word may name in a table, the table's own meaning first."""
        own = self.tables.get(table, {}).get(word)
        return ((own,) if own is not None else ()) + self.shared.get(word, ())

    def words(self, table: str) -> dict[str, tuple[str, ...]]:
        """Return every folded word that may name a field of a table."""
        names = [*self.tables.get(table, {}), *self.shared]
        return {word: self.fields(table, word) for word in names}


def normal_heading(header: str) -> str:
    """Return a heading for comparison: folded, punctuation as single spaces."""
    return " ".join(_NOT_WORD.sub(" ", fold(header)).split())


def split_unit(header: str) -> tuple[str, str]:
    """Return a heading without what stands in brackets, and what stands there (often the unit)."""
    inside = " ".join(part.strip() for part in _UNIT.findall(header))
    return " ".join(_UNIT.sub(" ", header).split()), inside


@cache
def lexicon() -> Lexicon:
    """Return the words of ``headings.yaml``.

    Raises
    ------
    ValueError
        If the file names a word twice where it may stand once.
    """
    text = files(__package__).joinpath("headings.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both loaders are the safe ones
    shared: dict[str, tuple[str, ...]] = {}
    for field, words in data["shared"].items():
        for word in words:
            key = normal_heading(str(word))
            shared[key] = (*shared.get(key, ()), *(() if field in shared.get(key, ()) else (field,)))
    tables = {table: _words_of(fields) for table, fields in data["tables"].items()}
    ignored = frozenset(normal_heading(str(word)) for word in data["ignored"])
    return Lexicon(MappingProxyType(shared), MappingProxyType(tables), ignored)


def _words_of(fields: Mapping[str, list[str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for field, words in fields.items():
        for word in words:
            key = normal_heading(str(word))
            if found.setdefault(key, field) != field:
                msg = f"headings.yaml: '{word}' names both {found[key]} and {field}."
                raise ValueError(msg)
    return MappingProxyType(found)


@cache
def _all_words() -> frozenset[str]:
    words = lexicon()
    fields = {field for named in words.shared.values() for field in named}
    fields |= {field for table in words.tables.values() for field in table.values()}
    written = {word for table in words.tables.values() for word in table}
    return frozenset({*words.shared, *words.ignored, *written, *map(normal_heading, fields)})


def is_heading_word(text: str) -> bool:
    """Tell whether a text is a heading known to this program, in whatever table, or names a field in brackets."""
    if _NAMED_FIELD.search(text):
        return True
    bare, _ = split_unit(text)
    return normal_heading(bare) in _all_words() or normal_heading(text) in _all_words()
