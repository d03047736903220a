"""A suggestion of what a file's columns are, from their headings and their cells, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rapidfuzz import fuzz, process

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files.headings import lexicon, normal_heading, split_unit
from supplychain.intake.files.values import Cell, Column, RawRow, TableFile
from supplychain.intake.mapping.content import LEAST_CELLS, Look, look_of
from supplychain.intake.mapping.values import (
    POSITION_FIELDS,
    ColumnMapping,
    FileMapping,
    SheetMapping,
    field_names,
)
from supplychain.intake.targets import TARGETS, TENANTS
from supplychain.intake.values.types import ValueOptions
from supplychain.intake.values.units import factor_between, is_unit, normal_unit
from supplychain.text import Text

SAMPLE_ROWS: Final = 200
LEAST_CONFIDENCE: Final = 0.5
LEAST_TABLE_SCORE: Final = 1.0

_SAME: Final = 1.0
_KNOWN: Final = 0.95
_MEANING: Final = 0.9
_SHARED_FACTOR: Final = 0.99
_CONTENT: Final = 0.7
_BOTH: Final = 0.03
_AGAINST: Final = 0.25
_LEAST_LIKENESS: Final = 88.0
_SHORTEST_FUZZY: Final = 5
_UNIT_BY_SIZE: Final = 0.8
_LEAST_SQUARE_METRES: Final = 500.0
_PLAIN_FIGURE: Final = re.compile(r"(\d+(?:[.,]\d+)?|\d{1,3}(?:[., ]\d{3})+)")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:[., ]\d{3})+")


@dataclass(frozen=True, slots=True)
class _Guess:
    field: str
    confidence: float
    reason: Text


def suggest_mapping(file: TableFile, target: str | None = None, sample_rows: int = SAMPLE_ROWS) -> FileMapping:
    """Return a suggestion for every sheet of a file.

    Parameters
    ----------
    file
        The opened file; the first rows of each sheet are read.
    target
        A table of the registry or ``tenants`` that every sheet is; None finds the one whose fields fit best.
    sample_rows
        How many rows are looked at.
    """
    sheets = [
        suggest_sheet(sheet.name, sheet.columns, list(islice(sheet.rows(), sample_rows)), target)
        for sheet in file.sheets
    ]
    return FileMapping(tuple(sheets))


def suggest_sheet(
    name: str, columns: Sequence[Column], rows: Iterable[RawRow], target: str | None = None
) -> SheetMapping:
    """Return a suggestion for one sheet from its columns and sample rows.

    The table is the one whose fields the columns fill best, required fields counting most; a sheet that fills none is
    left out (table None).
    """
    sample = [row for row in rows if row.role == "data" and not row.problems]
    looks = [look_of([row.cells[column.index] for row in sample]) for column in columns]
    tables = [target] if target is not None else list(TARGETS)
    found = {table: _assigned(table, columns, looks) for table in tables}
    scores = {table: _table_score(table, guesses) for table, guesses in found.items()}
    table = max(scores, key=lambda one: scores[one])
    if target is None and scores[table] < LEAST_TABLE_SCORE:
        nothing = tuple(ColumnMapping(column.name, None, 1.0, _NO_TABLE) for column in columns)
        return SheetMapping(name, None, nothing, confidence=0.0, reason=_NO_TABLE)
    guesses = found[table]
    mapped = tuple(
        _column_mapping(table, column, guesses.get(column.index), [row.cells[column.index] for row in sample])
        for column in columns
    )
    return SheetMapping(name, table, mapped, confidence=_table_confidence(scores, table), reason=_table_reason(table))


def _column_mapping(table: str, column: Column, guess: _Guess | None, cells: Sequence[Cell]) -> ColumnMapping:
    if guess is None:
        ignored = normal_heading(split_unit(column.header)[0]) in lexicon().ignored
        return ColumnMapping(column.name, None, 1.0 if ignored else 0.0, _IGNORED if ignored else _UNKNOWN)
    unit = _heading_unit(table, guess.field, column.header)
    confidence, reason = guess.confidence, guess.reason
    if unit is None and _is_area_without_unit(table, guess.field, column.header):
        size = area_unit(cells)
        if size is not None:
            unit = "m2" if size == "m2" else None
            confidence, reason = min(confidence, _UNIT_BY_SIZE), _joined(reason, _SIZE_SAYS.format(unit=size))
    options = ValueOptions(unit=unit) if unit is not None else ValueOptions()
    return ColumnMapping(column.name, guess.field, round(confidence, 2), reason, options)


def _is_area_without_unit(table: str, field: str, header: str) -> bool:
    """Tell whether a column holds hectares and neither its heading nor the field's own name there says so."""
    if field in POSITION_FIELDS or TARGETS[table].column(field).unit != "ha":
        return False
    words = normal_heading(header).replace("_", " ").split()
    return header.strip() != field and not any(is_unit(word) and len(word) > 1 for word in words)


def area_unit(cells: Sequence[Cell]) -> str | None:
    """Return the unit that areas without one must be in, by their size: ``ha`` or ``m2``.

    None where fewer than three can be read or most name their unit. The middle plot of a park has at least a fifth of
    a hectare and at most some hundreds, so that 500 and more are square metres.
    """
    figures = [float(figure) for cell in cells if (figure := _plain_figure(cell.text)) is not None]
    filled = sum(1 for cell in cells if cell.text)
    if len(figures) < LEAST_CELLS or len(figures) * 2 < filled:
        return None
    return "m2" if sorted(figures)[len(figures) // 2] >= _LEAST_SQUARE_METRES else "ha"


def _heading_unit(table: str, field: str, header: str) -> str | None:
    """Return the unit a heading names in brackets or after a comma, where the field can be converted from it."""
    if field in POSITION_FIELDS:
        return None
    declared = TARGETS[table].column(field).unit
    if declared is None:
        return None
    inside = split_unit(header)[1]
    candidates = [inside, *inside.replace(",", " ").split(), header.rpartition(",")[2] if "," in header else ""]
    for text in candidates:
        if text and is_unit(text) and factor_between(normal_unit(text), declared) not in {None, 1.0}:
            return normal_unit(text)
    return None


def _plain_figure(text: str) -> str | None:
    """Return a figure without a unit, its signs between thousands left out; "20.000" counts as twenty thousand."""
    if not _PLAIN_FIGURE.fullmatch(text):
        return None
    return re.sub("[., ]", "", text) if _GROUPED.fullmatch(text) else text.replace(",", ".")


def _assigned(table: str, columns: Sequence[Column], looks: Sequence[Look | None]) -> dict[int, _Guess]:
    """Return at most one field a column and one column a field, the surest first."""
    ranked = sorted(
        (
            (guess, column.index)
            for column, look in zip(columns, looks, strict=True)
            for guess in _guesses(table, column.header, look)
        ),
        key=lambda pair: (-pair[0].confidence, pair[1]),
    )
    taken: dict[int, _Guess] = {}
    fields: set[str] = set()
    for guess, index in ranked:
        if index not in taken and guess.field not in fields and guess.confidence >= LEAST_CONFIDENCE:
            taken[index] = guess
            fields.add(guess.field)
    return taken


def _guesses(table: str, header: str, look: Look | None) -> list[_Guess]:
    by_words = _by_words(table, header)
    expected = _field_of_look(table, look)
    guesses = []
    for name, guess in by_words.items():
        confidence, reason = guess.confidence, guess.reason
        if look is not None and expected == name:
            confidence, reason = min(confidence + _BOTH, 1.0), _joined(reason, look.text)
        elif look is not None and _contradicts(name, look):
            confidence -= _AGAINST
            reason = _joined(reason, look.text)
        guesses.append(_Guess(name, confidence, reason))
    if look is not None and expected is not None and expected not in by_words:
        ignored = normal_heading(header) in lexicon().ignored
        guesses.append(_Guess(expected, (_CONTENT - 0.3 * ignored) * look.share, look.text))
    return guesses


_TELLING: Final = frozenset({"tax_code", "email", "website", "phone", "lat", "lon", "position"})


def _contradicts(name: str, look: Look) -> bool:
    """Tell whether the cells are of a kind that the field named by the heading cannot hold."""
    if look.field == "phone" and name in {"tax_code", "contact_phone"}:
        return name == "tax_code"
    if look.field == "email":
        return name != "contact_email"
    return look.field in _TELLING and name in _TELLING | {"name_vi", "address", "representative", "contact_name"}


def _field_of_look(table: str, look: Look | None) -> str | None:
    if look is None:
        return None
    return look.field if look.field in field_names(table) else None


def _by_words(table: str, header: str) -> dict[str, _Guess]:
    """Return what a heading may name: the field's own name, a synonym, its declared meaning, or a near spelling."""
    known = set(field_names(table))
    bare, inside = split_unit(header)
    found: dict[str, _Guess] = {}
    written = header.strip()
    if written in known:
        found[written] = _Guess(written, _SAME, _FIELD_NAME)
    whole = normal_heading(header)
    for part, factor in _parts(header, bare, inside):
        for rank, name in enumerate(field for field in lexicon().fields(table, part) if field in known):
            confidence = _KNOWN * factor * (_SHARED_FACTOR if rank else 1.0)
            _keep(found, _Guess(name, confidence, _SYNONYM.format(word=part)))
    for declaration in TARGETS[table].columns:
        if whole in _meanings(declaration):
            _keep(found, _Guess(declaration.name, _MEANING, _SYNONYM.format(word=whole)))
    if not found and len(whole) >= _SHORTEST_FUZZY:
        _add_near(found, table, normal_heading(bare) or whole, known)
    return found


def _parts(header: str, bare: str, inside: str) -> list[tuple[str, float]]:
    """Return the readings of a heading, surest first: whole, without brackets, its parts, what brackets hold."""
    readings = [(normal_heading(header), 1.0), (normal_heading(bare), 1.0)]
    for sign in (" – ", "\n", "/"):
        if sign in bare:
            pieces = [piece for piece in bare.split(sign) if piece.strip()]
            readings += [(normal_heading(piece), 0.9 - 0.02 * place) for place, piece in enumerate(reversed(pieces))]
    readings.append((normal_heading(inside), 0.8))
    return [(reading, factor) for reading, factor in readings if reading]


def _add_near(found: dict[str, _Guess], table: str, heading: str, known: set[str]) -> None:
    words = lexicon().words(table)
    near = process.extract(heading, words.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=_LEAST_LIKENESS, limit=3)
    for word, likeness, _ in near:
        if len(word) < _SHORTEST_FUZZY:
            continue
        for name in (field for field in words[word] if field in known):
            _keep(found, _Guess(name, likeness / 100 * 0.8, _NEAR.format(word=word)))
    if found:
        return
    contained = max((word for word in words if _begins(heading, word)), key=len, default=None)
    if contained is not None:
        for name in (field for field in words[contained] if field in known):
            _keep(found, _Guess(name, 0.65, _NEAR.format(word=contained)))


def _begins(heading: str, word: str) -> bool:
    """Tell whether a heading is a known one with more words after it."""
    return len(word) >= _SHORTEST_FUZZY and heading.startswith(f"{word} ")


def _keep(found: dict[str, _Guess], guess: _Guess) -> None:
    if guess.field not in found or found[guess.field].confidence < guess.confidence:
        found[guess.field] = guess


def _meanings(declaration: ColumnDeclaration) -> frozenset[str]:
    return frozenset({normal_heading(declaration.meaning.en), normal_heading(declaration.meaning.vi)})


def _table_score(table: str, guesses: Mapping[int, _Guess]) -> float:
    """Return how well columns fill a table: the sure fields, and a required field that is missing counts against it."""
    declaration = TARGETS[table]
    filled = {guess.field for guess in guesses.values()}
    own = sum(guess.confidence * _weight(table, guess.field) for guess in guesses.values())
    needed = [c.name for c in declaration.columns if c.required and c.name not in _SUPPLIED]
    missing = sum(1 for name in needed if name not in filled)
    return own - 0.5 * missing


_SUPPLIED: Final = frozenset({"source", "confidence", "synthetic", "visibility", "status", "kind", "park"})
"""Required fields that an import can supply."""

_COMMON: Final = frozenset({"source", "confidence", "synthetic", "visibility", "assumption_ids"})


def _weight(table: str, name: str) -> float:
    if name in _COMMON:
        return 0.1
    if table == TENANTS and name in {"park", "plot_label", "plot_area_ha", "plot_area_m2"}:
        return 1.5
    return 1.5 if name == TARGETS[table].key else 1.0


def _table_confidence(scores: Mapping[str, float], table: str) -> float:
    others = [score for name, score in scores.items() if name != table]
    if not others:
        return 1.0
    lead = scores[table] - max(others)
    return round(max(0.3, min(1.0, 0.5 + lead / 2)), 2)


def _joined(first: Text, second: Text) -> Text:
    return Text(en=f"{first.en}; {second.en}", vi=f"{first.vi}; {second.vi}")


def _table_reason(table: str) -> Text:
    meaning = TARGETS[table].meaning
    return Text(en=f"its columns fit best: {meaning.en}", vi=f"các cột khớp nhất với: {meaning.vi}")


_SIZE_SAYS: Final = Text(
    en="no unit is named, and figures of this size are taken as {unit}: confirm it",
    vi="không ghi đơn vị, các số cỡ này được hiểu là {unit}: hãy xác nhận",
)
_FIELD_NAME: Final = Text(en="its heading is the field's name", vi="tiêu đề là tên trường")
_SYNONYM: Final = Text(en="its heading means it ('{word}')", vi="tiêu đề có nghĩa đó ('{word}')")
_NEAR: Final = Text(en="its heading is near '{word}'", vi="tiêu đề gần với '{word}'")
_IGNORED: Final = Text(en="known, and no field holds it", vi="đã biết, không có trường nào chứa")
_UNKNOWN: Final = Text(en="no field was recognised", vi="không nhận ra trường nào")
_NO_TABLE: Final = Text(en="no table was recognised", vi="không nhận ra bảng nào")

__all__ = ["Cell", "suggest_mapping", "suggest_sheet"]
