"""Layers of the registry's tables: every page, box and count is what its viewer sees, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from incident_parts import module_engine
from near_parts import conditions
from numpy.typing import NDArray
from registry_parts import facility, organisation, partnership, source, write
from sqlalchemy import Engine

from geodata.features.filters import parse_filter
from geodata.features.source import ALL, Conjunct, Key, Wanted
from geodata.features.stored import StoredSource, open_stored
from geodata.features.stored_known import Known
from geodata.features.stored_query import Reading, is_storable, near_rows
from geodata.features.stored_table import fields_of, places_of, point_table
from geodata.features.stored_words import words_of
from geodata.features.table import Box, FeatureTable
from geodata.versions.shapes import to_cells
from supplychain.registry.history import read_table
from supplychain.registry.values import Edit
from supplychain.registry.visibility import Viewer

FIRMS = ("ours", "theirs", "partner", "hidden")
VIEWERS = {
    "anybody": Viewer.public(),
    "operator": Viewer.everything(),
    "ours": Viewer.organisation("ours"),
    "theirs": Viewer.organisation("theirs"),
}
BOXES = (
    Box(106.5, 10.8, 106.8, 11.1),
    Box(-180, -90, 180, 90),
    Box(106.7, 10.95, 106.7, 10.95),
    Box(170, -20, 106.62, 20),
    Box(0, 0, 1, 1),
)
SITES = 260


def _sites(seed: int) -> Iterator[Edit]:
    """Yield facilities of the firms, a fifth of them without a place; the first stands where a box has its corner."""
    random = np.random.default_rng(seed)
    for number in range(SITES):
        values: dict[str, Any] = {"visibility": [None, "public", "partners", "private"][random.integers(4)]}
        if random.random() < 0.8:
            lon, lat = np.round(random.uniform((106.3, 10.6), (107, 11.3)), 3).tolist()
            values |= {"lon": lon, "lat": lat, "position_accuracy_m": 5.0}
        if random.random() < 0.5:
            values |= {"employees": float(random.integers(1, 500)), "contact_name": "Lê Thị B", "address": "Đường số 1"}
        yield facility(f"s{random.integers(10**6):06}_{number}", FIRMS[int(random.integers(4))], **values)
    yield facility("corner", "ours", lon=106.7, lat=10.95, position_accuracy_m=5.0)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def world(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Give firms, one of them hidden, one a partner of ours, and their facilities; tests only read them."""
    with module_engine(request, sqlite_template, tmp_path_factory) as engine:
        write(
            engine,
            source(),
            source("osm", licence="ODbL-1.0", publisher="OpenStreetMap"),
            *(organisation(name, visibility="private" if name == "hidden" else None) for name in FIRMS),
            partnership("tie", "ours", "partner"),
            *_sites(1),
        )
        yield engine


def pages(found: StoredSource, wanted: Wanted, limit: int) -> list[str]:
    """Return the ids of all pages."""
    seen: list[str] = []
    after: Key | None = None
    while True:
        portion = found.read(wanted, after, limit)
        assert len(portion.table) <= limit
        seen += portion.table.ids.to_pylist()
        if portion.after is None:
            return seen
        assert len(portion.table) == limit
        after = portion.after


def rows_of(table: FeatureTable) -> list[dict[str, Any]]:
    """Return the features with their ids and places."""
    places = [None if np.isnan(place).any() else tuple(place) for place in table.shapes.coordinates.tolist()]
    rows = table.columns.to_pylist()
    return [
        {"id": one, "place": place, **row} for one, place, row in zip(table.ids.to_pylist(), places, rows, strict=True)
    ]


def truth(engine: Engine, viewer: Viewer) -> dict[str, dict[str, Any]]:
    """Return what the registry itself shows a viewer, by id."""
    with engine.connect() as connection:
        found = read_table(connection, "facilities", viewer=viewer, synthetic=True)
        return {record.record_id: dict(record.values) for record in found}


def inside(values: dict[str, Any], box: Box) -> bool:
    """Return whether a record stands in a box, which may cross the date line."""
    lon, lat = values["lon"], values["lat"]
    if lon is None:
        return False
    across = box.west <= lon <= box.east if box.west <= box.east else lon >= box.west or lon <= box.east
    return bool(across and box.south <= lat <= box.north)


@dataclass(frozen=True)
class _Large:
    """Facilities of more than 200 people; tells the database what it may look for."""

    conjuncts: tuple[Conjunct, ...] = (Conjunct("employees", least=200.0),)
    text: str = "employees > 200"

    def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
        """Return which features have more people."""
        values = table.columns["employees"].to_numpy()
        return np.asarray(np.nan_to_num(values) > 200, dtype=bool)


@pytest.mark.parametrize("who", VIEWERS)
def test_a_layer_holds_what_the_registry_shows_its_viewer(world: Engine, who: str) -> None:
    viewer = VIEWERS[who]
    found, shown = open_stored(world, "facilities", viewer), truth(world, viewer)
    assert 50 < len(shown) <= SITES + 1
    held = [row for part in found.portions(ALL, 40) for row in rows_of(part)]
    assert {row["id"] for row in held} == set(shown)
    assert len(held) == len(shown)
    for row in held:
        values = shown[row["id"]]
        assert row["place"] == (None if values["lon"] is None else (values["lon"], values["lat"]))
        for field in found.fields:
            assert row[field.name] == values[field.name], field.name
    assert found.count() == len(shown)
    places = np.array([(one["lon"], one["lat"]) for one in shown.values() if one["lon"] is not None])
    assert found.bounds() == Box(*places.min(axis=0), *places.max(axis=0))


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("who", VIEWERS)
def test_pages_of_a_box_hold_each_facility_in_it_once(world: Engine, who: str, box: Box) -> None:
    viewer = VIEWERS[who]
    found, shown = open_stored(world, "facilities", viewer), truth(world, viewer)
    wanted = {record_id for record_id, values in shown.items() if inside(values, box)}
    assert ("corner" in wanted) == (box != BOXES[-1] and box != BOXES[3])
    for limit in (7, 1000):
        ids = pages(found, Wanted(box), limit)
        assert len(ids) == len(wanted)
        assert set(ids) == wanted
    assert found.count(Wanted(box)) == len(wanted)
    large = {one for one in wanted if (shown[one]["employees"] or 0) > 200}
    assert set(pages(found, Wanted(box, _Large()), 7)) == large
    assert found.count(Wanted(box, _Large())) == len(large)
    some = frozenset([*sorted(wanted)[:3], "nowhere", *sorted(set(shown) - wanted)[:2]])
    assert pages(found, Wanted(box, ids=some), 2) == [one for one in pages(found, Wanted(box), 1000) if one in some]


CORNERS = st.tuples(st.integers(1063, 1070).map(lambda n: n / 10), st.integers(106, 113).map(lambda n: n / 10))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    condition=conditions(CORNERS, "employees > 100"),
    who=st.sampled_from(sorted(VIEWERS)),
    box=st.none() | st.sampled_from(BOXES),
)
@example(condition="S_INTERSECTS(geometry, POINT(106.7 10.95))", who="operator", box=None)
@example(condition="S_WITHIN(geometry, BBOX(106.5, 10.8, 106.7, 10.95)) OR employees > 400", who="ours", box=None)
def test_the_index_of_places_is_asked_first_for_a_filter_and_loses_nothing(
    world: Engine, condition: str, who: str, box: Box | None
) -> None:
    """Law: the same facilities whether the box of the filter is looked for by the database or not."""
    source = open_stored(world, "facilities", VIEWERS[who])
    found = parse_filter(condition, "cql2-text", source.fields)
    bare = replace(found, near=None, text=f"{condition} ")
    expected = [one["id"] for part in source.portions(Wanted(box, bare)) for one in rows_of(part)]
    assert [one["id"] for part in source.portions(Wanted(box, found), 40) for one in rows_of(part)] == expected
    assert pages(source, Wanted(box, found), 9) == expected
    assert source.count(Wanted(box, found)) == len(expected)


@pytest.mark.parametrize("who", VIEWERS)
def test_where_very_many_stand_in_a_box_all_are_walked_along(world: Engine, who: str) -> None:
    """The same rows in the same order, whether the few near are looked up or all are walked along."""
    of, viewer, box = point_table("facilities"), VIEWERS[who], BOXES[0]
    with world.connect() as connection:
        assert near_rows(connection, of, box, 10) is None
        both = [
            [
                one
                for table in Reading(connection, of, viewer, (), Wanted(box), most).tables(None, 9, 50)
                for one in table.ids.to_pylist()
            ]
            for most in (-1, 10, 20_000)
        ]
    assert both[0] == both[1] == both[2]
    assert len(both[0]) > 10


@pytest.mark.parametrize("who", VIEWERS)
def test_pages_of_everything_are_in_one_order(world: Engine, who: str) -> None:
    found = open_stored(world, "facilities", VIEWERS[who])
    every = pages(found, ALL, 1000)
    assert pages(found, ALL, 13) == every
    assert len(set(every)) == len(every)
    assert pages(found, Wanted(filter=_Large()), 4) == [
        one for one in every if one in pages(found, Wanted(filter=_Large()), 99)
    ]


def test_nobody_is_told_of_persons_but_who_owns_the_record(world: Engine) -> None:
    """Anybody has no such property; a firm has it, empty where the facility is another's."""
    assert "contact_name" not in {field.name for field in open_stored(world, "facilities", Viewer.public()).fields}
    held = [row for part in open_stored(world, "facilities", VIEWERS["ours"]).portions() for row in rows_of(part)]
    assert {row["organisation_id"] for row in held if row["contact_name"] is not None} == {"ours"}
    assert {row["organisation_id"] for row in held} == {"ours", "theirs", "partner"}


def test_what_is_hidden_meets_no_condition_even_of_the_database(world: Engine) -> None:
    """The filter below asks nothing itself: the database looks for the name of a person that only the owner sees."""

    @dataclass(frozen=True)
    class Named:
        conjuncts = (Conjunct("contact_name", any_of=("Lê Thị B",)),)
        text = "contact_name = 'Lê Thị B'"

        def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
            return np.ones(len(table), dtype=bool)

    held = rows_of(open_stored(world, "facilities", VIEWERS["theirs"]).read(Wanted(filter=Named()), None, 999).table)
    assert held
    assert {row["organisation_id"] for row in held} == {"theirs"}


@pytest.mark.parametrize(
    "conjunct",
    [
        Conjunct("employees", any_of=("many",)),
        Conjunct("name_vi", any_of=(5.0,)),
        Conjunct("name_vi", any_of=("a\x00b",)),
        Conjunct("synthetic", any_of=("yes",)),
        Conjunct("no_column", any_of=("x",)),
        Conjunct("lon", least=5.0),
        Conjunct("name_vi", least=date(2026, 1, 1)),
    ],
)
def test_what_no_column_holds_is_left_to_the_filter(world: Engine, conjunct: Conjunct) -> None:
    @dataclass(frozen=True)
    class Anything:
        conjuncts = (conjunct,)
        text = "anything"

        def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
            return np.ones(len(table), dtype=bool)

    found = open_stored(world, "facilities", Viewer.everything())
    assert found.count(Wanted(filter=Anything())) == SITES + 1


@pytest.mark.parametrize("given", ["no such", "", "a\x00b", "\ud800", "x" * 5000, "corner' OR '1'='1"])
def test_an_id_that_is_none_finds_nothing(world: Engine, given: str) -> None:
    assert open_stored(world, "facilities", Viewer.everything()).find(given) is None


def test_one_is_found_by_its_id_and_what_is_hidden_is_not(world: Engine) -> None:
    shown, known = truth(world, Viewer.public()), truth(world, Viewer.everything())
    found = open_stored(world, "facilities", Viewer.public())
    one = found.find("corner")
    assert one is not None
    assert rows_of(one)[0]["place"] == (106.7, 10.95)
    for hidden in sorted(set(known) - set(shown))[:20]:
        assert found.find(hidden) is None


def test_places_of_cells_with_an_envelope_are_read_as_well() -> None:
    """A GIS program may write a point with an envelope, which ours do not have."""
    plain = to_cells(np.array([shapely.Point(1.5, 2.5), None], dtype=object), embedded=True)
    enveloped = plain[0][:3] + b"\x03" + plain[0][4:8] + np.array([1.5, 1.5, 2.5, 2.5]).tobytes() + plain[0][8:]
    np.testing.assert_array_equal(places_of([plain]), [[1.5, 2.5], [np.nan, np.nan]])
    np.testing.assert_array_equal(places_of([[enveloped, None]]), [[1.5, 2.5], [np.nan, np.nan]])


def test_words_are_called_by_name_where_they_have_one() -> None:
    by_name = {field.name: field for field in fields_of(point_table("terminals"), Viewer.public())}
    assert dict(by_name["kind"].words)["river_port"].vi == "cảng thủy nội địa"
    assert by_name["draft_m"].unit == "m"
    assert words_of(("no such word", "rail"))[0][0] == "rail"
    for name in ("parks", "facilities", "terminals", "zones"):
        table = point_table(name)
        for field in fields_of(table, Viewer.everything()):
            chosen = table.columns[field.name].choices
            assert field.meaning.vi
            assert [word for word, _ in field.words] == [word for word in chosen if not word.isdigit()], field.name


def test_answers_are_worked_out_once_and_given_up_oldest_first() -> None:
    known: Known = Known(2)
    asked: list[str] = []

    def work_out(name: str) -> str:
        asked.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert known.get_or_make(name, partial(work_out, name)) == name
    assert asked == ["a", "b", "c", "b"]


def test_texts_that_no_database_holds_are_known() -> None:
    assert is_storable("Đồng Nai")
    assert is_storable(5.0)
    assert not is_storable("a\x00")
    assert not is_storable("\udfff")
