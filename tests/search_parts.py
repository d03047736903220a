"""What tests of search share: an index in memory, and small corpora of entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import tantivy
from hypothesis import strategies as st

from supplychain.search.entries import FIRST_DAY, LAST_DAY, Entry, EntryKind, FreeMonth, HeldCertificate
from supplychain.search.question import Audience, Query
from supplychain.search.reader import Reader
from supplychain.search.schema import schema, state_document, to_document

_WORDS: Final = (
    "bo Bò bó mạch mach mcah machh điện dien diện tử tu in boards board công ty cổ phần nhựa nhua va và aluminium "
    "alumnium aluminum ốc oc vít TNHH x9001 x9002"
)
WORDS: Final = tuple(_WORDS.split())
KINDS: Final[tuple[EntryKind, ...]] = ("organisation", "facility", "offer", "offer", "offer", "need")
SCHEMES: Final = ("ISO 9001", "iso9001:2015", "ISO 9001:2008", "FSC")
DAYS: Final = (date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 30), date(2027, 1, 1))
CODES: Final = ("hs:8534", "hs:853400", "hs:85", "hs:39", "vsic2018:2610", "vsic2025:2610", "vsic2025:22")


def reader_of(entries: Sequence[Entry], number: int = 1, commits: int = 1) -> Reader:
    """Return a reader of an index in memory that was written in so many commits."""
    index = tantivy.Index(schema())
    writer = index.writer(15_000_000, 1)
    size = -(-len(entries) // commits) if entries else 1
    for start in range(0, max(len(entries), 1), size):
        for entry in entries[start : start + size]:
            writer.add_document(to_document(entry))
        writer.commit()
    writer.add_document(state_document({"number": number}))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return Reader(index)


@st.composite
def texts(draw: st.DrawFn, most: int = 4) -> str:
    """Draw a few words."""
    return " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=most)))


@st.composite
def corpora(draw: st.DrawFn) -> list[Entry]:
    """Draw a small corpus in which one organisation may have several entries of every visibility."""
    count = draw(st.integers(0, 14))
    return [draw(_entries(number)) for number in range(count)]


@st.composite
def _entries(draw: st.DrawFn, number: int) -> Entry:
    kind = draw(st.sampled_from(KINDS))
    organisation = draw(st.sampled_from(("a", "b", "c1", "c_1", "a_very_long_id_of_an_organisation_x", "d")))
    if draw(st.booleans()):
        organisation += "0" * draw(st.sampled_from((1, 7, 8, 24, 25)))
    placed = draw(st.booleans())
    unit = draw(st.sampled_from(("t", "t", "piece", "m2")))
    capacity = draw(st.sampled_from((None, 0.0, 5.0, 10.0, 10.000001)))
    first, last = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    limited = draw(st.booleans())
    return Entry(
        organisation_id=organisation,
        kind=kind,
        record_id=f"r{number}",
        facility_id="" if kind == "organisation" else "f",
        articles=tuple(draw(st.lists(texts(), max_size=2))),
        names=tuple(draw(st.lists(texts(), max_size=2))),
        others=tuple(draw(st.lists(texts(), max_size=1))),
        own_codes=tuple(draw(st.lists(st.sampled_from(CODES), max_size=1))),
        codes=tuple(draw(st.lists(st.sampled_from(CODES), max_size=1))),
        lon=106.7 + draw(st.integers(-5, 5)) * 0.05 if placed else None,
        lat=11.0 + draw(st.integers(-5, 5)) * 0.05 if placed else None,
        capacity_t=capacity if unit == "t" else draw(st.sampled_from((None, 5.0, 10.0))),
        capacity=capacity,
        unit=unit,
        unit_mass_kg=None if unit == "t" else draw(st.sampled_from((None, 1000.0, 2.0))),
        months=tuple(draw(st.lists(st.builds(_month, st.integers(0, 2)), max_size=1))),
        certificates=tuple(
            HeldCertificate(draw(st.sampled_from(SCHEMES)), first, last, draw(st.integers(0, 2)))
            for _ in range(draw(st.integers(0, 2)))
        ),
        level=draw(st.sampled_from((0, 0, 0, 1, 2))),
        synthetic=draw(st.sampled_from((False, False, True))),
        offer_kind=draw(st.sampled_from(("goods", "training"))) if kind in ("offer", "need") else "",
        first_day=first if limited else FIRST_DAY,
        last_day=last if limited else LAST_DAY,
    )


def _month(level: int) -> FreeMonth:
    return FreeMonth("2026-03", 10.0 * level, level)


@st.composite
def questions(draw: st.DrawFn) -> Query:
    """Draw a question for such a corpus."""
    asked: dict[str, Any] = {"text": draw(texts(5)) if draw(st.booleans()) or draw(st.booleans()) else ""}
    if draw(st.integers(0, 3)) == 0:
        asked["codes"] = tuple(
            draw(st.lists(st.sampled_from(("hs:85", "hs:8534", "vsic:26", "vsic2025:22")), max_size=2))
        )
    if draw(st.integers(0, 3)) == 0:
        asked["near"] = (106.7, 11.0, draw(st.sampled_from((0.5, 5.5, 5.53, 12.0, 30.0))))
    if draw(st.integers(0, 3)) == 0:
        asked["minimum_capacity"] = draw(st.sampled_from((0.0, 5.0, 10.0, 10.0000005)))
        asked["unit"] = draw(st.sampled_from(("t", "piece")))
    if draw(st.integers(0, 4)) == 0:
        asked["month"] = "2026-03"
    if draw(st.integers(0, 3)) == 0:
        asked["on"] = draw(st.sampled_from(DAYS))
        asked["certificates"] = tuple(draw(st.lists(st.sampled_from(SCHEMES), max_size=2)))
    asked["synthetic"] = draw(st.booleans())
    asked["purpose"] = draw(st.sampled_from(("supply", "supply", "supply", "need")))
    if draw(st.integers(0, 5)) == 0:
        asked["offer_kinds"] = ("training",)
    asked["limit"] = draw(st.sampled_from((1, 2, 20)))
    asked["audience"] = draw(
        st.sampled_from(
            (
                Audience(),
                Audience(),
                Audience(everything=True),
                Audience(False, "a"),
                Audience(False, "b", frozenset(("a", "d"))),
            )
        )
    )
    return Query(**asked)
