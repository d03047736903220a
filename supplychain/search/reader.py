"""Answers from an index: the exact best of everything that matches, and how many match."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur
from tantivy import Query as Clause

from supplychain.search.circle import distances_km, within
from supplychain.search.clauses import (
    Clauses,
    code_clauses,
    code_points,
    figure_clauses,
    term,
    who_clauses,
    with_points,
    word_clauses,
    word_points,
)
from supplychain.search.entries import PARTNERS, PRIVATE, PUBLIC, TONNE, Entry, tonnes
from supplychain.search.parts import parts_of
from supplychain.search.question import Audience, Hit, Hits, Query, Reading
from supplychain.search.schema import KEY_FIELDS, STATE, kept_record, to_shown
from supplychain.search.wording import Asked, asked_words
from supplychain.sourcing.certificates import Scheme

FIRST_FETCH: Final = 100_000
"""Matches fetched at once; a question with more is put a second time, with room for all."""

READINGS: Final[tuple[Reading, ...]] = ("every word", "nearly", "some words")


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Every entry that matches a question, in no order.

    Parameters
    ----------
    entries
        What each entry tells (ids, texts, unit, months, certificates).
    score
        Points of each, int64.
    lon, lat
        WGS 84 degrees, NaN where no position is known.
    reading
        How the words were taken.
    """

    entries: tuple[Entry, ...]
    score: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    reading: Reading


@dataclass(frozen=True, slots=True, eq=False)
class _Matches:
    """Entries that match, aligned."""

    score: NDArray[np.int64]
    addresses: list[tantivy.DocAddress]

    def __len__(self) -> int:
        return len(self.addresses)

    def where(self, keep: NDArray[np.bool_]) -> _Matches:
        if keep.all():
            return self
        return _Matches(self.score[keep], [self.addresses[at] for at in np.flatnonzero(keep)])


class Reader:
    """Answers questions from one state of an index; it reads no database and writes nothing.

    Parameters
    ----------
    index
        An open index.
    """

    def __init__(self, index: tantivy.Index) -> None:
        self._searcher = index.searcher()
        self.state: dict[str, Any] = self._read_state()
        self._has_long_ids = self._any([(Occur.Must, Clause.exists_query("key_rest"))])

    def _read_state(self) -> dict[str, Any]:
        found = self._searcher.search(term("state", STATE), 1, count=False).hits
        if not found:
            return {}
        return kept_record(self._searcher.doc(found[0][1]))

    @property
    def number(self) -> int:
        """Number of the last change the index holds; -1 where it holds none."""
        return int(self.state.get("number", -1))

    @property
    def entry_count(self) -> int:
        """Entries of the index, of all visibilities; for whoever runs it."""
        return max(self._searcher.num_docs - 1, 0)

    def search(self, query: Query) -> Hits:
        """Return the best organisations for a question and how many there are.

        They are in the order of their score, highest first, then of their ids; each is shown by its best entry, of
        equal ones the first by id of the record.
        """
        asked, reading, matches = self._match(query)
        ordinal, first = self._organisations(matches)
        total = len(first)
        best = np.zeros(total, np.int64)
        np.maximum.at(best, ordinal, matches.score)
        top = np.argsort(-best, kind="stable")[: query.limit]
        place = np.full(total, -1)
        place[top] = np.arange(len(top))
        rows = np.flatnonzero((place[ordinal] >= 0) & (matches.score == best[ordinal]))
        chosen: dict[int, tuple[str, int, Entry]] = {}
        for row in rows.tolist():
            entry = to_shown(self._searcher.doc(matches.addresses[row]))
            mine = (entry.record_id, row, entry)
            chosen[place[ordinal[row]]] = min(chosen.get(place[ordinal[row]], mine), mine, key=lambda one: one[:2])
        shown = [chosen[at] for at in range(len(top))]
        far = self._distances(query, [matches.addresses[row] for _, row, _ in shown])
        hits = tuple(
            _hit(entry, int(matches.score[row]), asked, reading, distance)
            for (_, row, entry), distance in zip(shown, far, strict=True)
        )
        return Hits(total, hits, reading, self.number, asked.ignored)

    def candidates(self, query: Query) -> Candidates:
        """Return every entry that matches, not only the best and not grouped; the limit is passed over."""
        _, reading, matches = self._match(query)
        entries = tuple(to_shown(self._searcher.doc(address)) for address in matches.addresses)
        lon, lat = self._positions(matches.addresses)
        return Candidates(entries, matches.score, lon, lat, reading)

    def count_without_position(self, query: Query) -> int:
        """Return how many organisations match all but the circle and have no known position in any such entry."""
        if query.near is None:
            return 0
        _, _, matches = self._match(replace(query, near=None))
        lon, _ = self._positions(matches.addresses)
        placed, _ = self._organisations(matches)
        return len(set(placed.tolist()) - set(placed[~np.isnan(lon)].tolist()))

    def _match(self, query: Query) -> tuple[Asked, Reading, _Matches]:
        """Return the words, how they were taken, and everything that matches."""
        asked = asked_words(query.text)
        shown = who_clauses(query)
        limits = code_clauses(query.codes) + figure_clauses(query)
        for reading in self._readings(asked):
            words = word_clauses(asked, reading)
            points = word_points(asked, reading) + code_points(query.codes)
            found = self._fetch(with_points(words + shown + limits, points))
            # What the words mean does not hang on the other limits: those are taken off before another reading.
            if found or reading == READINGS[-1] or not words or self._any(words + shown):
                return asked, reading, self._exactly(query, found)
        return asked, READINGS[-1], _Matches(np.zeros(0, np.int64), [])

    def _readings(self, asked: Asked) -> tuple[Reading, ...]:
        """Return the readings to try in turn; the first is left out where no entry at all holds one of the words."""
        if not asked.words:
            return READINGS[:1]
        known = all(self._searcher.doc_freq("word", key) for _, key in asked.words)
        return READINGS if known else READINGS[1:]

    def _any(self, clauses: Clauses) -> bool:
        return bool(self._searcher.search(Clause.boolean_query(clauses), 1, count=False).hits)

    def _fetch(self, clause: Clause) -> _Matches:
        found = self._found(clause)
        score = np.fromiter((points for points, _ in found), np.float64, len(found)).astype(np.int64)
        return _Matches(score, [address for _, address in found])

    def _found(self, clause: Clause) -> list[tuple[float, tantivy.DocAddress]]:
        """Return the points and address of everything a clause finds."""
        answer = self._searcher.search(clause, FIRST_FETCH)
        count = int(answer.count)  # type: ignore[attr-defined] # tantivy's stubs leave it out
        return answer.hits if count <= FIRST_FETCH else self._searcher.search(clause, count, count=False).hits

    def _exactly(self, query: Query, matches: _Matches) -> _Matches:
        """Return the matches that hold exactly: inside the circle, certificates held, capacity free."""
        if query.near is not None and len(matches):
            lon, lat = self._positions(matches.addresses)
            matches = matches.where(within(lon, lat, query.near[:2], query.near[2]))
        tests: list[Callable[[Entry, int], bool]] = []
        if query.month:
            tests.append(lambda entry, level: _is_free(query, entry, level))
        if query.certificates:
            tests.append(lambda entry, level: _holds(query, entry, level))
        if not tests or not len(matches):
            return matches
        entries = (to_shown(self._searcher.doc(address)) for address in matches.addresses)
        kept = [
            all(test(entry, _level_seen(query.audience, entry.organisation_id)) for test in tests) for entry in entries
        ]
        return matches.where(np.array(kept, dtype=np.bool_))

    def _positions(self, addresses: Sequence[tantivy.DocAddress]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        lon, lat = (self._searcher.fast_field_values(name, list(addresses)) for name in ("lon", "lat"))
        return np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)

    def _distances(self, query: Query, addresses: Sequence[tantivy.DocAddress]) -> list[float | None]:
        if query.near is None or not addresses:
            return [None] * len(addresses)
        return [float(km) for km in distances_km(*self._positions(addresses), query.near[:2])]

    def _organisations(self, matches: _Matches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the place of each match's organisation in the order of ids, and the first row of each organisation."""
        if not len(matches):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        if self._has_long_ids:
            ids = [to_shown(self._searcher.doc(address)).organisation_id.encode() for address in matches.addresses]
            _, first, ordinal = np.unique(np.array(ids, dtype=object), return_index=True, return_inverse=True)
            return ordinal, first
        columns = [self._keys(name, matches.addresses) for name in KEY_FIELDS[:3]]
        telling = [column for column in columns if (column != column[0]).any()] or columns[:1]
        order = np.lexsort(telling[::-1])
        new = np.zeros(len(order), np.bool_)
        new[0] = True
        for column in telling:
            new[1:] |= column[order][1:] != column[order][:-1]
        ordinal = np.empty(len(order), np.int64)
        ordinal[order] = np.cumsum(new) - 1
        return ordinal, order[new]

    def _keys(self, name: str, addresses: list[tantivy.DocAddress]) -> NDArray[np.uint64]:
        return np.fromiter(self._searcher.fast_field_values(name, addresses), np.uint64, len(addresses))


def _level_seen(audience: Audience, organisation_id: str) -> int:
    """Return the strictest visibility that is shown to an audience of one organisation's records."""
    if audience.everything or (audience.organisation_id and audience.organisation_id == organisation_id):
        return PRIVATE
    return PARTNERS if organisation_id in audience.partner_ids else PUBLIC


def _is_free(query: Query, entry: Entry, level: int) -> bool:
    """Return whether capacity is free in the month asked, as much as is asked."""
    for one in entry.months:
        if one.month != query.month or one.level > level:
            continue
        free = tonnes(one.free, entry.unit, entry.unit_mass_kg) if query.unit == TONNE else one.free
        if free is None or (query.unit not in (TONNE, entry.unit)):
            return False
        return free > 0 and free >= (query.minimum_capacity or 0.0)
    return False


def _holds(query: Query, entry: Entry, level: int) -> bool:
    """Return whether every certificate asked is held on the day asked."""
    day = query.on
    held = [
        Scheme.of(one.scheme)
        for one in entry.certificates
        if one.level <= level and day is not None and one.first_day <= day <= one.last_day
    ]
    return all(any(Scheme.of(asked).takes(scheme) for scheme in held) for asked in query.certificates)


def _hit(entry: Entry, points: int, asked: Asked, reading: Reading, distance: float | None) -> Hit:
    is_need = entry.kind == "need"
    return Hit(
        organisation_id=entry.organisation_id,
        facility_id=entry.facility_id,
        offer_id=entry.record_id if entry.kind == "offer" else "",
        need_id=entry.record_id if is_need else "",
        kind=entry.kind,
        score=points,
        parts=parts_of(entry, points, asked, reading),
        names=entry.names,
        articles=entry.articles,
        distance_km=distance,
        of_park=entry.of_park,
    )
