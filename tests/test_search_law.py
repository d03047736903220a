"""The index gives exactly what a look at every record gives, and nothing hidden shows in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from rapidfuzz.distance import OSA
from search_parts import corpora, questions, reader_of, texts

from benchmarks.search_scan import Scan
from supplychain.search.circle import distances_km, within
from supplychain.search.entries import Entry, FreeMonth, HeldCertificate, needed_entries
from supplychain.search.question import Audience, Query
from supplychain.search.reader import Reader

PCB = Entry(
    "org_a",
    "offer",
    "offer_1",
    "fac_1",
    articles=("Bo mạch in", "Printed circuit boards"),
    names=("Công ty TNHH Điện tử Tân Phú",),
    others=("Đường số 8, KCN VSIP", "0312345678"),
    own_codes=("hs:853400",),
    codes=("vsic2025:26100",),
    lon=106.7,
    lat=11.0,
    capacity_t=10.0,
    capacity=10.0,
)


@settings(max_examples=100, deadline=None)
@given(corpora(), st.lists(questions(), min_size=1, max_size=6), st.integers(1, 3))
def test_the_answer_is_that_of_the_exhaustive_scan(entries: list[Entry], asked: list[Query], commits: int) -> None:
    reader, scan = reader_of(entries, commits=commits), Scan(entries)
    for query in asked:
        hits = reader.search(query)
        total, top, reading = scan.answer(query)
        found = [(hit.organisation_id, hit.offer_id or hit.need_id or hit.facility_id, hit.score) for hit in hits.hits]
        known = {entry.record_id: entry for entry in entries}
        expected = [
            (
                organisation,
                record if known[record].kind in ("offer", "need") else known[record].facility_id,
                points,
            )
            for organisation, record, points in top
        ]
        assert (hits.total, found, hits.reading) == (total, expected, reading)
        assert all(sum(hit.parts.values()) == hit.score for hit in hits.hits)
        assert all(points >= 0 for hit in hits.hits for points in hit.parts.values())


@settings(max_examples=60, deadline=None)
@given(corpora(), questions())
def test_hidden_records_change_nothing_in_the_answer(entries: list[Entry], query: Query) -> None:
    """Total, order, points and the way words are taken are the same as if hidden records were not there."""
    query = replace(query, audience=Audience(), synthetic=False)
    shown = [
        replace(
            entry,
            certificates=tuple(one for one in entry.certificates if one.level == 0),
            months=tuple(one for one in entry.months if one.level == 0),
        )
        for entry in entries
        if entry.level == 0 and not entry.synthetic
    ]
    assert reader_of(entries).search(query) == reader_of(shown).search(query)


@settings(max_examples=60, deadline=None)
@given(corpora(), questions())
def test_candidates_are_every_entry_behind_the_hits(entries: list[Entry], query: Query) -> None:
    reader = reader_of(entries)
    found = reader.candidates(query)
    hits = reader.search(replace(query, limit=100))
    best: dict[str, int] = {}
    for entry, points in zip(found.entries, found.score.tolist(), strict=True):
        best[entry.organisation_id] = max(best.get(entry.organisation_id, 0), points)
    assert best == {hit.organisation_id: hit.score for hit in hits.hits}
    assert found.reading == hits.reading


@settings(max_examples=80, deadline=None)
@given(corpora(), texts())
def test_entries_that_others_stand_for_change_no_answer(entries: list[Entry], text: str) -> None:
    """An offer that holds at all times stands for its facility and organisation where these are as visible."""
    own = [replace(entry, organisation_id="a", facility_id=entry.facility_id and "f", codes=()) for entry in entries]
    named = [
        replace(entry, names=PCB.names, others=PCB.others, lon=None, lat=None, own_codes=())
        for entry in own
        if entry.kind != "need"
    ]
    plain = [
        entry if entry.kind == "offer" else replace(entry, articles=(), capacity_t=None, capacity=None, months=())
        for entry in named
    ]
    kept = needed_entries(plain)
    for query in (Query(text), Query("tân phú"), Query(certificates=("iso 9001",), on=date(2026, 3, 31))):
        whole, few = reader_of(plain).search(query), reader_of(kept).search(query)
        assert (whole.total, [hit.score for hit in whole.hits]) == (few.total, [hit.score for hit in few.hits])


def test_points_are_those_of_the_written_rule() -> None:
    """Worked by hand: bo mạch in = 3 words x 6, as typed 3 x 2, pairs bo_mach and mach_in 2 x 4; code 2; sum 34."""
    hit = reader_of([PCB]).search(Query("Bo mạch in", codes=("hs:85",))).hits[0]
    assert hit.parts == {"article": 18, "marks": 6, "pairs": 8, "code": 2}
    assert hit.score == 34


def test_words_without_marks_find_marked_ones_for_fewer_points() -> None:
    """Worked by hand: 18 for the words, marks only for bo and in (4), pairs 8."""
    hit = reader_of([PCB]).search(Query("bo mach in")).hits[0]
    assert hit.parts == {"article": 18, "marks": 4, "pairs": 8}


def test_marks_as_typed_rank_first() -> None:
    entries = [Entry("a", "offer", "1", articles=("bó mạch",)), Entry("b", "offer", "2", articles=("bo mạch",))]
    assert [hit.organisation_id for hit in reader_of(entries).search(Query("bo mạch")).hits] == ["b", "a"]
    assert [hit.organisation_id for hit in reader_of(entries).search(Query("bó mạch")).hits] == ["a", "b"]


def test_an_article_ranks_before_a_name() -> None:
    entries = [Entry("a", "offer", "1", names=("Nhựa",)), Entry("b", "offer", "2", articles=("Nhựa",))]
    assert [hit.organisation_id for hit in reader_of(entries).search(Query("nhua")).hits] == ["b", "a"]


def test_dien_finds_dien_with_every_mark() -> None:
    assert reader_of([PCB]).search(Query("dien tu")).total == 1
    assert reader_of([PCB]).search(Query("điện tử")).total == 1


def test_typing_errors_are_taken_only_where_nothing_else_is_found() -> None:
    other = Entry("org_b", "offer", "offer_2", articles=("Mcah",))
    hits = reader_of([PCB]).search(Query("bo mcah"))
    assert (hits.total, hits.reading) == (1, "nearly")
    hits = reader_of([PCB, other]).search(Query("mcah"))
    assert [hit.organisation_id for hit in hits.hits] == ["org_b"]
    assert hits.reading == "every word"


def test_a_limit_that_leaves_nothing_is_no_reason_for_typing_errors() -> None:
    """The words are found, only not inside the circle: an empty answer is the right one."""
    other = Entry("org_b", "offer", "offer_2", articles=("Bo mach on",), lon=100.0, lat=11.0)
    hits = reader_of([PCB, other]).search(Query("bo mạch in", near=(100.0, 11.0, 5.0)))
    assert (hits.total, hits.reading) == (0, "every word")


def test_half_of_the_words_are_enough_at_last() -> None:
    hits = reader_of([PCB]).search(Query("mạch in chuyên dụng"))
    assert (hits.total, hits.reading) == (1, "some words")
    assert reader_of([PCB]).search(Query("mạch gì đâu vậy trời")).total == 0


def test_equal_points_are_in_the_order_of_organisation_ids() -> None:
    ids = ["org_b", "org_a", "org_" + "x" * 40 + "b", "org_" + "x" * 40 + "a", "org_a1"]
    entries = [Entry(one, "offer", f"o{at}", articles=("ốc vít",)) for at, one in enumerate(ids)]
    hits = reader_of(entries, commits=3).search(Query("oc vit")).hits
    assert [hit.organisation_id for hit in hits] == sorted(ids)
    few = reader_of(entries[:2], commits=2).search(Query("oc vit", limit=1))
    assert (few.total, few.hits[0].organisation_id) == (2, "org_a")


def test_an_organisation_appears_once_with_its_best_entry() -> None:
    better = replace(PCB, record_id="offer_0", articles=("Bo mạch in, bo mạch",))
    worse = replace(PCB, record_id="offer_00", articles=("Mạch khác, bo và in",))
    hits = reader_of([worse, PCB, better]).search(Query("bo mạch in"))
    assert (hits.total, hits.hits[0].offer_id) == (1, "offer_0")


def test_the_circle_is_geodesic() -> None:
    """From 11° N a degree to the north is 110.61 km; one to the east a cos φ π/180 / √(1 − e² sin² φ), 109.288."""
    reader = reader_of([PCB])
    north, east = (106.7, 12.0), (107.7, 11.0)
    assert reader.search(Query(near=(*north, 110.62))).total == 1
    assert reader.search(Query(near=(*north, 110.60))).total == 0
    assert reader.search(Query(near=(*east, 109.28))).total == 0
    hit = reader.search(Query(near=(*east, 109.30))).hits[0]
    assert hit.distance_km == pytest.approx(109.288, abs=0.001)


@settings(max_examples=200, deadline=None)
@given(
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=8),
    st.floats(0.001, 20_100),
)
def test_the_quick_circle_is_the_exact_one_everywhere(
    lon: float, lat: float, places: list[tuple[float, float]], km: float
) -> None:
    points = np.array(places, dtype=np.float64).reshape(-1, 2)
    found = within(points[:, 0], points[:, 1], (lon, lat), km)
    exact = [Geod(ellps="WGS84").inv(lon, lat, *place)[2] / 1000 <= km for place in places]
    assert found.tolist() == exact
    assert len(distances_km(points[:, 0], points[:, 1], (lon, lat))) == len(places)


@settings(max_examples=80, deadline=None)
@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(0.5, 3000), st.floats(0, 360), st.floats(0.2, 0.999))
def test_the_box_around_a_circle_loses_no_place(lon: float, lat: float, km: float, azimuth: float, part: float) -> None:
    """Also across the date line and over a pole."""
    east, north, _ = Geod(ellps="WGS84").fwd(lon, lat, azimuth, km * part * 1000)
    there = replace(PCB, lon=float(east), lat=float(north))
    assert reader_of([there]).search(Query(near=(lon, lat, km))).total == 1


def test_units_are_compared_in_tonnes_or_not_at_all() -> None:
    pieces = replace(PCB, capacity=5000.0, capacity_t=10.0, unit="piece", unit_mass_kg=2.0)
    unknown = replace(PCB, organisation_id="org_b", capacity=5000.0, capacity_t=None, unit="piece")
    reader = reader_of([pieces, unknown])
    assert [hit.organisation_id for hit in reader.search(Query(minimum_capacity=10.0)).hits] == ["org_a"]
    assert reader.search(Query(minimum_capacity=5000.0, unit="piece")).total == 2
    assert reader.search(Query(minimum_capacity=1.0, unit="m2")).total == 0


def test_free_capacity_is_that_of_the_month() -> None:
    free = replace(PCB, months=(FreeMonth("2026-03", 4.0), FreeMonth("2026-04", 0.0)))
    reader = reader_of([free])
    assert reader.search(Query(month="2026-03", minimum_capacity=4.0)).total == 1
    assert reader.search(Query(month="2026-03", minimum_capacity=4.1)).total == 0
    assert reader.search(Query(month="2026-04")).total == 0
    assert reader.search(Query(month="2026-05")).total == 0
    assert reader.search(Query(month="2026-3")).total == 1


def test_a_certificate_holds_on_its_days_and_in_its_edition() -> None:
    held = HeldCertificate("ISO 9001:2015", date(2024, 7, 1), date(2027, 6, 30))
    reader = reader_of([replace(PCB, certificates=(held,))])
    for scheme, day, total in (
        ("iso9001", date(2024, 7, 1), 1),
        ("ISO 9001:2015", date(2027, 6, 30), 1),
        ("ISO 9001", date(2027, 7, 1), 0),
        ("ISO 9001", date(2024, 6, 30), 0),
        ("ISO 9001:2008", date(2026, 1, 1), 0),
        ("ISO 14001", date(2026, 1, 1), 0),
    ):
        assert reader.search(Query(certificates=(scheme,), on=day)).total == total


def test_an_organisation_sees_its_own_and_what_partners_show() -> None:
    entries = [
        replace(PCB, level=2),
        replace(PCB, organisation_id="org_b", record_id="b1", level=1),
        replace(PCB, organisation_id="org_b", record_id="b2", level=2),
        replace(PCB, organisation_id="org_c", record_id="c1", level=1),
    ]
    reader = reader_of(entries)

    def seen(audience: Audience) -> list[str]:
        return [hit.organisation_id for hit in reader.search(Query("bo mạch", audience=audience)).hits]

    assert seen(Audience()) == []
    assert seen(Audience(organisation_id="org_a")) == ["org_a"]
    assert seen(Audience(organisation_id="org_a", partner_ids=frozenset({"org_b"}))) == ["org_a", "org_b"]
    assert reader.search(Query("bo mạch", audience=Audience(organisation_id="org_c"))).total == 1
    assert seen(Audience(everything=True)) == ["org_a", "org_b", "org_c"]


def test_a_word_of_a_hidden_record_does_not_keep_typing_errors_away() -> None:
    """Else the absence of a correction would tell that somewhere the word exists."""
    hidden = Entry("org_h", "offer", "h", articles=("mcah",), level=2)
    assert reader_of([PCB, hidden]).search(Query("mcah")).reading == "nearly"


def test_places_without_position_are_counted_apart() -> None:
    nowhere = replace(PCB, organisation_id="org_b", lon=None, lat=None)
    half = replace(PCB, record_id="offer_2", lon=None, lat=None)
    reader = reader_of([PCB, nowhere, half])
    query = Query("bo mạch", near=(106.7, 11.0, 5.0))
    assert reader.search(query).total == 1
    assert reader.count_without_position(query) == 1
    assert reader.count_without_position(Query("bo mạch")) == 0


def test_more_matches_than_are_fetched_at_once_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supplychain.search.reader.FIRST_FETCH", 3)
    entries = [Entry(f"org_{number}", "offer", f"o{number}", articles=("vít",)) for number in range(10)]
    assert reader_of(entries).search(Query("vit", limit=2)).total == 10


def test_an_empty_index_answers() -> None:
    reader: Reader = reader_of([])
    assert reader.search(Query("gì cũng được", near=(106.7, 11.0, 5.0))).total == 0
    assert reader.search(Query()).hits == ()
    assert reader.candidates(Query("x")).entries == ()


@given(st.text(alphabet="abcd", min_size=4, max_size=9), st.text(alphabet="abcd", min_size=3, max_size=10))
@settings(max_examples=150, deadline=None)
def test_typing_errors_are_counted_as_told(asked: str, there: str) -> None:
    """One more, one less, another letter, two neighbours swapped; two errors from eight letters on."""
    errors = 2 if len(asked) >= 8 else 1
    found = reader_of([Entry("a", "offer", "1", articles=(there,))]).search(Query(asked)).total
    assert found == (OSA.distance(asked, there) <= errors)
