"""Search by looking at every record: the rule of ``docs/registry/search.md`` written apart from the index.

Nothing here is taken from ``supplychain.search`` but the records and questions themselves: words, folding, points,
circles, visibility and order are worked out anew, so that agreement means something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from rapidfuzz import process
from rapidfuzz.distance import OSA

from supplychain.search.entries import Entry
from supplychain.search.question import Query

_BREAK = re.compile(r"[^\w\u0300-\u036f]|_")
_MARKS = "".join(chr(code) for code in range(0x300, 0x370))
_JOINING = {"và", "của", "cho", "với", "các", "and", "of", "for", "the", "with"}
_FORMS = [
    "trach nhiem huu han",
    "doanh nghiep tu nhan",
    "mot thanh vien",
    "co phan",
    "cong ty",
    "tnhh",
    "dntn",
    "mtv",
    "ltd",
    "jsc",
    "llc",
    "company limited",
    "co ltd",
]
_POINTS = {
    "article": 6,
    "article marks": 2,
    "article pairs": 4,
    "name": 3,
    "name marks": 1,
    "name pairs": 2,
    "other": 1,
}
_GEOD = Geod(ellps="WGS84")


def cut(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    pieces = _BREAK.split(unicodedata.normalize("NFC", text).casefold())
    return [piece[:48] for piece in (piece.lstrip(_MARKS) for piece in pieces) if piece][:400]


def bare(word: str) -> str:
    """Return a word without marks, and without the s of an English plural."""
    letters = [letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)]
    plain = "".join(letters).replace("đ", "d")
    if len(plain) >= 4 and plain.isalpha() and plain[-1] == "s" and plain[-2] != "s":
        if plain.endswith("ies"):
            return plain[:-3] + "y"
        if plain.endswith(("xes", "ches", "shes", "sses")):
            return plain[:-2]
        return plain[:-1]
    return plain


@dataclass(slots=True)
class Column:
    """The words of one part of all records: numbers of words, and the record each stands in."""

    numbers: dict[str, int] = field(default_factory=dict)
    words: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    word_array: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    record_array: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def add(self, record: int, words: Iterable[str]) -> None:
        """Put the words of a record in."""
        for word in words:
            self.words.append(self.numbers.setdefault(word, len(self.numbers)))
            self.records.append(record)

    def close(self) -> None:
        """Turn the lists into arrays."""
        self.word_array = np.array(self.words, dtype=np.int32)
        self.record_array = np.array(self.records, dtype=np.int32)
        self.words.clear()
        self.records.clear()

    def holds(self, words: Iterable[str], count: int) -> NDArray[np.bool_]:
        """Return for each record whether it holds one of the words."""
        found = np.zeros(count, np.bool_)
        for word in words:
            number = self.numbers.get(word)
            if number is not None:
                found[self.record_array[self.word_array == number]] = True
        return found

    def near(self, word: str, errors: int) -> list[str]:
        """Return the words that differ from one by so many errors at most."""
        if errors == 0:
            return []
        close = process.extract(word, list(self.numbers), scorer=OSA.distance, limit=None, score_cutoff=errors)
        return [match[0] for match in close]


class Scan:
    """All records, looked through for every question.

    Parameters
    ----------
    entries
        The records.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.columns = {name: Column() for name in (*_POINTS, "code", "own code")}
        self.entries = list(entries)
        for row, entry in enumerate(self.entries):
            self._add_words(row, entry)
        for column in self.columns.values():
            column.close()
        self.lon = np.array([np.nan if entry.lon is None else entry.lon for entry in self.entries], dtype=np.float64)
        self.lat = np.array([np.nan if entry.lat is None else entry.lat for entry in self.entries], dtype=np.float64)
        tonnes = [np.nan if entry.capacity_t is None else entry.capacity_t for entry in self.entries]
        self.tonnes = np.array(tonnes, dtype=np.float64)
        self.level = np.array([entry.level for entry in self.entries], dtype=np.int64)
        self.synthetic = np.array([entry.synthetic for entry in self.entries], dtype=np.bool_)
        self.need = np.array([entry.kind == "need" for entry in self.entries], dtype=np.bool_)

    def _add_words(self, row: int, entry: Entry) -> None:
        for part, texts in (("article", entry.articles), ("name", entry.names)):
            keys, marks, pairs = set[str](), set[str](), set[str]()
            for text in texts:
                words = cut(text)
                plain = [bare(word) for word in words]
                keys.update(plain)
                marks.update(words)
                pairs.update(f"{plain[at]} {plain[at + 1]}" for at in range(len(plain) - 1))
            for name, found in ((part, keys), (f"{part} marks", marks), (f"{part} pairs", pairs)):
                self.columns[name].add(row, found)
        self.columns["other"].add(row, {bare(word) for text in entry.others for word in cut(text)})
        for name, codes in (("own code", entry.own_codes), ("code", (*entry.own_codes, *entry.codes))):
            self.columns[name].add(row, set(codes))

    def answer(self, query: Query) -> tuple[int, list[tuple[str, str, int]], str]:
        """Return how many organisations match, the best as (organisation, record, points), and how words were taken."""
        words, pairs = _asked(query.text)
        seen = self._seen(query)
        limits = self._limits(query)
        reading = "every word"
        found, points = self._words(words, pairs, reading)
        for weaker in ("nearly", "some words"):
            if words and not (found & seen).any():
                reading = weaker
                found, points = self._words(words, pairs, reading)
        if query.codes:
            points = points + 2 * self._coded(query.codes, "own code")
        best: dict[str, tuple[int, str]] = {}
        rows = np.flatnonzero(found & seen & limits)
        for row in rows.tolist():
            entry = self.entries[row]
            mine = (-int(points[row]), entry.record_id)
            best[entry.organisation_id] = min(best.get(entry.organisation_id, mine), mine)
        order = sorted(best.items(), key=lambda item: (item[1][0], item[0]))
        top = [(organisation, record, -less) for organisation, (less, record) in order[: query.limit]]
        return len(best), top, reading

    def _words(
        self, words: Sequence[tuple[str, str]], pairs: Iterable[str], reading: str
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        count = len(self.entries)
        points = np.zeros(count, np.int64)
        held = np.zeros(count, np.int64)
        for typed, key in words:
            one = np.zeros(count, np.int64)
            for name, asked in (
                ("article", key),
                ("article marks", typed),
                ("name", key),
                ("name marks", typed),
                ("other", key),
            ):
                one += _POINTS[name] * self.columns[name].holds([asked], count)
            if reading != "every word":
                errors = 0 if len(key) < 4 or not key.isalpha() else 1 + (len(key) >= 8)
                for name, worth in (("article", 3), ("name", 1), ("other", 1)):
                    column = self.columns[name]
                    one += worth * column.holds(column.near(key, errors), count)
            held += one > 0
            points += one
        for pair in pairs:
            for name in ("article pairs", "name pairs"):
                points += _POINTS[name] * self.columns[name].holds([pair], count)
        wanted = -(-len(words) // 2) if reading == "some words" else len(words)
        return held >= wanted, points

    def _seen(self, query: Query) -> NDArray[np.bool_]:
        seen: NDArray[np.bool_] = np.equal(self.need, query.purpose == "need")
        if not query.synthetic:
            seen &= ~self.synthetic
        if query.offer_kinds:
            seen &= np.array([entry.offer_kind in query.offer_kinds for entry in self.entries], dtype=np.bool_)
        if query.audience.everything:
            return seen
        shown: NDArray[np.bool_] = np.equal(self.level, 0)
        if query.audience.organisation_id or query.audience.partner_ids:
            allowed = np.array([_most_shown(query, entry) for entry in self.entries], dtype=np.int64)
            shown = np.less_equal(self.level, allowed)
        return seen & shown

    def _limits(self, query: Query) -> NDArray[np.bool_]:
        kept = np.ones(len(self.entries), np.bool_)
        if query.codes:
            kept &= self._coded(query.codes, "code")
        if query.minimum_capacity is not None and not query.month:
            if query.unit == "t":
                kept &= self.tonnes >= query.minimum_capacity
            else:
                amounts = np.array([_units(entry, query.unit) for entry in self.entries], dtype=np.float64)
                kept &= amounts >= query.minimum_capacity
        if query.near is not None:
            lon, lat, km = query.near
            placed = np.flatnonzero(kept & ~np.isnan(self.lon))
            metres = _GEOD.inv(
                np.full(len(placed), lon), np.full(len(placed), lat), self.lon[placed], self.lat[placed]
            )[2]
            kept[:] = False
            kept[placed[np.asarray(metres) / 1000 <= km]] = True
        if query.month or query.certificates or query.on is not None:
            rest = np.flatnonzero(kept)
            kept[rest] = [_dated(query, self.entries[row]) for row in rest.tolist()]
        return kept

    def _coded(self, codes: Iterable[str], name: str) -> NDArray[np.bool_]:
        column = self.columns[name]
        asked = []
        for code in codes:
            system, digits = code.split(":")
            asked += [f"{one}:{digits}" for one in (("vsic2018", "vsic2025") if system == "vsic" else (system,))]
        wanted = [code for code in column.numbers if any(code.startswith(one) for one in asked)]
        return column.holds(wanted, len(self.entries))


def _asked(text: str) -> tuple[list[tuple[str, str]], set[str]]:
    words = cut(text)
    plain = [bare(word) for word in words]
    joined = [word in _JOINING for word in words]
    for form in _FORMS:
        parts = form.split()
        for at in range(len(plain)):
            if plain[at : at + len(parts)] == parts:
                for place in range(at, at + len(parts)):
                    joined[place] = True
    if all(joined):
        joined = [False] * len(words)
    left = [at for at in range(len(words)) if not joined[at]][:32]
    asked: dict[str, str] = {}
    for at in left:
        asked.setdefault(plain[at], words[at])
    pairs = {f"{plain[at]} {plain[at + 1]}" for at in left if at + 1 in left}
    return [(typed, key) for key, typed in asked.items()], pairs


def _most_shown(query: Query, entry: Entry) -> int:
    if query.audience.everything or entry.organisation_id == query.audience.organisation_id != "":
        return 2
    return int(entry.organisation_id in query.audience.partner_ids)


def _units(entry: Entry, unit: str) -> float:
    return entry.capacity if entry.unit == unit and entry.capacity is not None else float("-inf")


def _dated(query: Query, entry: Entry) -> bool:
    allowed = _most_shown(query, entry)
    if query.on is not None and not entry.first_day <= query.on <= entry.last_day:
        return False
    if query.month and not any(
        one.month == query.month and one.level <= allowed and _enough(query, entry, one.free) for one in entry.months
    ):
        return False
    held = [
        one
        for one in entry.certificates
        if one.level <= allowed and query.on and one.first_day <= query.on <= one.last_day
    ]
    return all(any(_is_scheme(asked, one.scheme) for one in held) for asked in query.certificates)


def _enough(query: Query, entry: Entry, free: float) -> bool:
    if query.unit == "t" and entry.unit != "t":
        if entry.unit_mass_kg is None:
            return False
        free = free * entry.unit_mass_kg / 1000
    elif query.unit != entry.unit:
        return False
    return free > 0 and free >= (query.minimum_capacity or 0)


def _is_scheme(asked: str, held: str) -> bool:
    return bool(_stem(asked)[0] == _stem(held)[0] and _stem(asked)[1] in ("", _stem(held)[1]))


def _stem(scheme: str) -> tuple[str, str]:
    plain = "".join(bare(letter) if letter != "s" else letter for letter in scheme.casefold())
    year = re.search(r"[:/-]\s*((?:19|20)\d\d)\s*$", plain)
    name = plain[: year.start()] if year else plain
    return re.sub(r"[^a-z0-9]", "", name), year[1] if year else ""
