"""A question as clauses of tantivy: every clause scores a whole number, so sums are exact."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from tantivy import FieldType, Occur
from tantivy import Query as Clause

from supplychain.search import score
from supplychain.search.codes import asked_codes
from supplychain.search.entries import PARTNERS, PRIVATE, PUBLIC, TONNE
from supplychain.search.question import Query, Reading
from supplychain.search.schema import OWN, gate, schema, scheme_stem
from supplychain.search.wording import Asked

KM_PER_DEGREE: Final = 110.0
"""A little less than the shortest degree of latitude on the ellipsoid (110.57 km), so that boxes are a little large."""

Clauses = list[tuple[Occur, Clause]]


def term(field: str, value: str, points: float = 0.0) -> Clause:
    """Return the clause that a field holds a term, worth some points."""
    return Clause.const_score_query(Clause.term_query(schema(), field, value, index_option="basic"), points)


def any_of(clauses: Iterable[Clause]) -> Clause:
    """Return the clause that at least one of several holds; the points of all that hold add up."""
    given = list(clauses)
    return given[0] if len(given) == 1 else Clause.boolean_query([(Occur.Should, clause) for clause in given])


def filtering(clause: Clause) -> tuple[Occur, Clause]:
    """Return a clause that must hold and is worth nothing."""
    return Occur.Must, Clause.const_score_query(clause, 0.0)


def word_clauses(asked: Asked, reading: Reading) -> Clauses:
    """Return the clauses of the words that must be found under one reading; they are worth nothing."""
    words = [_found(key, nearly=reading != "every word") for _, key in asked.words]
    if reading == "some words" and asked.least < len(words):
        return [filtering(Clause.boolean_query([(Occur.Should, word) for word in words], asked.least))]
    return [filtering(word) for word in words]


def _found(key: str, *, nearly: bool) -> Clause:
    errors = score.allowed_errors(key) if nearly else 0
    return _nearly("word", key, errors) if errors else Clause.term_query(schema(), "word", key, index_option="basic")


def _nearly(field: str, key: str, errors: int) -> Clause:
    return Clause.fuzzy_term_query(schema(), field, key, distance=errors, transposition_cost_one=True)


def word_points(asked: Asked, reading: Reading) -> list[Clause]:
    """Return the clauses that give points for words."""
    clauses = []
    for typed, key in asked.words:
        clauses += [
            term("article", key, score.ARTICLE),
            term("article_more", typed, score.ARTICLE_TYPED),
            term("name", key, score.NAME),
            term("name_more", typed, score.NAME_TYPED),
            term("other", key, score.OTHER),
        ]
        errors = score.allowed_errors(key) if reading != "every word" else 0
        if errors:
            worth = (("article", score.ARTICLE_NEARLY), ("name", score.NAME_NEARLY), ("other", score.OTHER_NEARLY))
            clauses += [Clause.const_score_query(_nearly(field, key, errors), points) for field, points in worth]
    for pair in asked.pairs:
        clauses += [term("article_more", pair, score.ARTICLE_PAIR), term("name_more", pair, score.NAME_PAIR)]
    return clauses


def with_points(musts: Clauses, points: Iterable[Clause]) -> Clause:
    """Return the clause of everything that must hold, with the points of what may hold beside it.

    The points are put round the rest one after another: so each is looked up only where the rest holds. In one union,
    tantivy would read all of their postings.
    """
    clause = Clause.boolean_query(musts)
    for one in points:
        clause = Clause.boolean_query([(Occur.Must, clause), (Occur.Should, one)])
    return clause


def code_clauses(codes: Iterable[str]) -> Clauses:
    """Return the clause that one of the codes must be held; it is worth nothing."""
    wanted = _wanted(codes)
    return [filtering(any_of(term("code", code) for code in wanted))] if wanted else []


def code_points(codes: Iterable[str]) -> list[Clause]:
    """Return the clause that gives points where the goods themselves have one of the codes."""
    wanted = _wanted(codes)
    own = any_of(term("code", OWN + code) for code in wanted) if wanted else None
    return [] if own is None else [Clause.const_score_query(own, score.CODE)]


def _wanted(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(code for asked in codes for code in asked_codes(asked)))


def who_clauses(query: Query) -> Clauses:
    """Return the clauses of who asks, what for, and whether made-up records count."""
    clauses: Clauses = [filtering(any_of(_seen_by(query)))]
    if query.offer_kinds:
        clauses.append(filtering(any_of(term("tag", kind) for kind in query.offer_kinds)))
    return clauses


def _seen_by(query: Query) -> list[Clause]:
    """Return the clauses one of which holds for whatever is shown: public, one's own, and what partners share."""
    audience = query.audience
    if audience.everything:
        return _gates(query, PUBLIC, PARTNERS, PRIVATE)
    seen = _gates(query, PUBLIC)
    if audience.organisation_id:
        own = term("organisation", audience.organisation_id)
        hidden = any_of(_gates(query, PARTNERS, PRIVATE))
        seen.append(Clause.boolean_query([filtering(own), filtering(hidden)]))
    if audience.partner_ids:
        partners = Clause.term_set_query(schema(), "organisation", sorted(audience.partner_ids))
        shared = any_of(_gates(query, PARTNERS))
        seen.append(Clause.boolean_query([filtering(partners), filtering(shared)]))
    return seen


def _gates(query: Query, *levels: int) -> list[Clause]:
    kinds = (False, True) if query.synthetic else (False,)
    return [term("tag", gate(query.purpose, level, synthetic=made_up)) for level in levels for made_up in kinds]


def figure_clauses(query: Query) -> Clauses:
    """Return the clauses of capacity, days, month, certificates and the box around the circle.

    They hold wherever the whole question does; months, certificates and the circle are then checked exactly.
    """
    clauses: Clauses = []
    if query.minimum_capacity is not None and not query.month:
        field = "capacity_t" if query.unit == TONNE else "capacity"
        at_least = Clause.range_query(schema(), field, FieldType.Float, float(query.minimum_capacity), None)
        clauses.append(filtering(at_least))
        if field == "capacity":
            clauses.append(filtering(term("tag", f"unit_{query.unit}")))
    if query.month:
        clauses.append(filtering(term("month", query.month)))
    if query.on is not None:
        day = query.on.toordinal()
        # An offer without a first or last day has no such field, and holds.
        too_late = Clause.range_query(schema(), "first_day", FieldType.Unsigned, day + 1, None)
        over = Clause.range_query(schema(), "last_day", FieldType.Unsigned, None, day - 1)
        clauses += [(Occur.MustNot, too_late), (Occur.MustNot, over)]
    clauses += [filtering(term("scheme", stem)) for stem in {scheme_stem(asked) for asked in query.certificates}]
    if query.near is not None:
        clauses += [filtering(clause) for clause in _box(*query.near)]
    return clauses


def _box(lon: float, lat: float, km: float) -> list[Clause]:
    """Return the clauses of a box that holds the whole circle; no limit of longitude near a pole or the date line."""
    reach = km / KM_PER_DEGREE
    south, north = lat - reach, lat + reach
    clauses = [Clause.range_query(schema(), "lat", FieldType.Float, south, north)]
    widest = max(abs(south), abs(north))
    if widest < 89:  # noqa: PLR2004 - degrees; closer to a pole a circle may reach all longitudes
        reach /= math.cos(math.radians(widest))
        if lon - reach >= -180 and lon + reach <= 180:  # noqa: PLR2004 - degrees
            clauses.append(Clause.range_query(schema(), "lon", FieldType.Float, lon - reach, lon + reach))
    return clauses
