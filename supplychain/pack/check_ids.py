"""Checks across tables: every id once, every reference to something that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding
from supplychain.pack import messages
from supplychain.pack.cells import shown
from supplychain.pack.declaration import TableDeclaration
from supplychain.pack.findings import Place
from supplychain.pack.pack import Pack
from supplychain.parents import circles, shown_circle
from supplychain.rules import split_list
from supplychain.text import Text

_NO_HINT = Text(en="", vi="")


def check_ids(pack: Pack, place: Place, *, partial: bool) -> Iterator[Finding]:
    """Yield ids that stand twice and references to ids that are not there."""
    yield from _duplicate_ids(pack, place)
    known: dict[str, frozenset[str]] = {}
    for name, declaration in pack.declarations.items():
        if name in place.origin.broken_tables:
            continue
        for column in declaration.columns:
            if column.references:
                targets = [target for target in column.references if target.split(".")[0] in pack.tables]
                if partial and len(targets) < len(column.references):
                    continue
                if any(target.split(".")[0] in place.origin.broken_tables for target in targets):
                    continue
                ids = frozenset().union(*(known.setdefault(target, _values(pack, target)) for target in targets))
                yield from _unknown_references(pack, declaration, column, ids, place)
    if "assumptions" in pack.tables and "assumptions" not in place.origin.broken_tables:
        yield from _factor_targets(pack, place, partial=partial)
    if "organisations" in pack.tables and "organisations" not in place.origin.broken_tables:
        yield from _circles(pack, place)


def _circles(pack: Pack, place: Place) -> Iterator[Finding]:
    """Yield each circle in which organisations belong to one another, at the row whose id comes first."""
    frame = pack.tables["organisations"]
    pairs = zip(frame["organisation_id"].tolist(), frame["parent_id"].tolist(), strict=True)
    above: dict[str, str | None] = {}
    rows: dict[str, int] = {}
    for index, (one, by) in enumerate(pairs):
        if isinstance(one, str) and isinstance(by, str) and one != by:
            above[one], rows[one] = by, index
    for circle in circles(above, above):
        index = rows[circle[0]]
        if not place.is_told("organisations", index, "parent_id"):
            text = messages.GOES_ROUND.format(way=shown_circle(circle))
            yield place.finding("organisations", index, "parent_id", text)


def _duplicate_ids(pack: Pack, place: Place) -> Iterator[Finding]:
    first: dict[str, tuple[str, int]] = {}
    for name, declaration in pack.declarations.items():
        for index, value in enumerate(pack.tables[name][declaration.key].tolist()):
            if not isinstance(value, str):
                continue
            scope = value if declaration.storage == "csv" else f"{name}/{value}"
            if scope not in first:
                first[scope] = (name, index)
                continue
            other, row = first[scope]
            if other == name:
                text = messages.DUPLICATE_ID.format(value=shown(value), first=place.line(name, row))
            else:
                text = messages.ID_ELSEWHERE.format(value=shown(value), place=place.row_name(other, row))
            yield place.finding(name, index, declaration.key, text)


def _values(pack: Pack, target: str) -> frozenset[str]:
    table, column = target.split(".")
    return frozenset(pack.tables[table][column].dropna().tolist())


def _unknown_references(
    pack: Pack,
    declaration: TableDeclaration,
    column: ColumnDeclaration,
    ids: Iterable[str],
    place: Place,
) -> Iterator[Finding]:
    known = frozenset(ids)
    targets = ", ".join(column.references)
    for index, cell in enumerate(pack.tables[declaration.name][column.name].tolist()):
        if not isinstance(cell, str) or place.is_told(declaration.name, index, column.name):
            continue
        values: Sequence[str] = split_list(cell) if column.kind == "list" else (cell,)
        for value in values:
            if value not in known:
                text = messages.UNKNOWN_ID.format(value=shown(value), targets=targets, hint=_hint(value, known))
                yield place.finding(declaration.name, index, column.name, text)


def _hint(value: str, known: Iterable[str]) -> Text:
    close = get_close_matches(value[:80], known, n=1, cutoff=0.8)
    return messages.DID_YOU_MEAN.format(name=close[0]) if close else _NO_HINT


def _factor_targets(pack: Pack, place: Place, *, partial: bool) -> Iterator[Finding]:
    frame = pack.tables["assumptions"]
    pairs = zip(frame["kind"].tolist(), frame["applies_to"].tolist(), strict=True)
    for index, (kind, target) in enumerate(pairs):
        if place.is_told("assumptions", index, "kind", "applies_to"):
            continue
        if isinstance(target, str):
            table, _dot, name = target.partition(".")
            if partial and table not in pack.declarations:
                continue
            wrong = not _is_number_column(pack, table, name)
        else:
            wrong = kind == "factor"
        if wrong:
            text = messages.FACTOR_TARGET.format(value=shown(target))
            yield place.finding("assumptions", index, "applies_to", text)


def _is_number_column(pack: Pack, table: str, name: str) -> bool:
    declaration = pack.declarations.get(table)
    if declaration is None or name not in declaration.column_names:
        return False
    return declaration.column(name).kind in ("number", "integer")
