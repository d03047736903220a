"""Collections of networks and closures as they are opened: versions, modes, the region's corridors, what holds now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gis_infrastructures import crossroads
from incident_parts import clear, module_engine, with_links
from service_parts import somebody
from sqlalchemy import Engine, text

from api.access.caller import ANONYMOUS
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking, open_collection
from api.incidents.store import change, enter, find
from api.incidents.values import Incident, Match, MatchedLink, Said
from api.service.problems import ServiceError
from geodata.features.network_kept import layer_file
from geodata.features.source import ALL, Source
from geodata.versions.store import delete_version, find_version, save_version
from supplychain.database import for_writing
from supplychain.models import METADATA

REGION = {
    "region_id": "tiny",
    "name_vi": "Vùng nhỏ",
    "name_en": "Tiny region",
    "currency": "VND",
    "price_year": 2025,
    "base_year": 2025,
    "crs": "EPSG:9210",
    "licence": "CC0-1.0",
}


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Give a database with the links of the tiny pack, and without stored networks before and afterwards."""
    with module_engine(request, sqlite_template, tmp_path_factory) as found:
        for stored in _versions(found):  # another file of tests may have left some in the server
            delete_version(found, stored)
        with for_writing(found).begin() as connection:
            connection.execute(METADATA.tables["regions"].insert(), [REGION])
        with_links(found)
        yield found
        clear(found)
        for stored in _versions(found):
            delete_version(found, stored)


def _versions(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT fid FROM network_versions")))


def opened(engine: Engine, collection: str, folder: Path | None = None, **given: Any) -> Source:  # noqa: ANN401 - texts
    """Return a collection as anybody opens it."""
    return open_collection(COLLECTIONS, Asking(engine, ANONYMOUS, cache_folder=folder), collection, given).source


def ids(found: Source) -> list[Any]:
    """Return the ids of all features."""
    listed: list[Any] = found.read(ALL, None, 100).table.ids.to_pylist()
    return listed


def test_links_are_those_of_the_region_until_a_network_is_stored(engine: Engine, tmp_path: Path) -> None:
    """Of four corridors one is a railway; then the crossroads with four links are the latest."""
    corridors = opened(engine, "network_links", tmp_path)
    assert corridors.count() == 4
    assert corridors.origin.licence == "CC0-1.0"
    assert "Tiny region" in corridors.origin.source.en
    assert ids(opened(engine, "network_links.pack.rail", tmp_path)) == ["rail_1"]
    number = save_version(engine, crossroads(), name="city (2026)", kind="imported")
    latest = opened(engine, "network_links", tmp_path)
    assert latest.count() == 4
    assert latest.version != corridors.version
    assert latest.origin.is_share_alike
    assert latest.origin.attribution == "© OpenStreetMap contributors"
    same = [
        opened(engine, name, tmp_path, **given)
        for name, given in (
            (f"network_links.{number}", {}),
            ("network_links", {"version": "city (2026)"}),
            ("network_links", {"version": "latest"}),
        )
    ]
    assert {one.version for one in same} == {latest.version}
    assert ids(opened(engine, "network_links.pack", tmp_path)) == ids(corridors)
    assert opened(engine, f"network_nodes.{number}.road", tmp_path).count() == 5
    assert opened(engine, f"network_nodes.{number}.rail", tmp_path).count() == 0
    assert opened(engine, f"network_links.{number}.rail", tmp_path).bounds() is None


def test_the_files_of_a_layer_go_with_its_version(engine: Engine, tmp_path: Path) -> None:
    number = save_version(engine, crossroads(), name="first", kind="imported")
    stored = find_version(engine, number)
    opened(engine, f"network_links.{number}", tmp_path)
    assert layer_file(tmp_path, stored.content_hash, "links").is_file()
    delete_version(engine, number, tmp_path)
    assert not layer_file(tmp_path, stored.content_hash, "links").exists()
    with pytest.raises(ServiceError, match=str(number)):
        opened(engine, f"network_links.{number}", tmp_path)


def test_a_corridor_that_is_drawn_anew_is_another_layer(engine: Engine) -> None:
    before = opened(engine, "network_links.pack")
    with for_writing(engine).begin() as connection:
        connection.execute(text("UPDATE links SET speed_kmh = 31 WHERE link_id = 'road_1'"))
    after = opened(engine, "network_links.pack")
    assert after.version != before.version
    changed = after.find("road_1")
    assert changed is not None
    assert changed.columns["observed_kmh"].to_pylist() == [31.0]


@pytest.mark.parametrize(
    ("collection", "given", "code"),
    [
        ("network_links.99", {}, "not_found"),
        ("network_links", {"version": "no such"}, "not_found"),
        ("network_links.pack.sky", {}, "bad_request"),
        ("network_links", {"mode": "air"}, "bad_request"),
        ("network_links.pack.road.more", {}, "not_found"),
        ("closures.1", {}, "not_found"),
        ("parks", {"version": "3"}, "bad_request"),
    ],
)
def test_what_there_is_not_is_refused(engine: Engine, collection: str, given: dict[str, str], code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        open_collection(COLLECTIONS, Asking(engine, ANONYMOUS), collection, given)
    assert caught.value.code == code


def test_a_database_without_a_region_has_no_network(sqlite_engine: Engine) -> None:
    for collection in ("network_links", "network_nodes", "network_links.pack"):
        with pytest.raises(ServiceError) as caught:
            opened(sqlite_engine, collection)
        assert caught.value.code == "not_found"
    for name in ("network_links", "network_nodes"):  # what cannot be opened is not listed either
        assert list(COLLECTIONS[name].instances(Asking(sqlite_engine, ANONYMOUS))) == []


def test_versions_are_listed_newest_first_each_by_mode_and_the_corridors_last(engine: Engine) -> None:
    asking = Asking(engine, ANONYMOUS)
    numbers = [save_version(engine, crossroads(), name=name, kind="imported") for name in ("one", "two")]
    listed = list(COLLECTIONS["network_links"].instances(asking))
    keys = [one.keys for one in listed]
    assert keys[0] == (str(numbers[1]),)
    assert keys[1:4] == [(str(numbers[1]), mode) for mode in ("road", "rail", "inland_waterway")]
    assert keys[4] == (str(numbers[0]),)
    assert keys[-4] == ("pack",)
    assert listed[2].title.vi == "two, đường sắt"
    for one in listed:
        name = ".".join(("network_links", *one.keys))
        assert open_collection(COLLECTIONS, asking, name, {}).source.count() is not None


def _incident(name: str, *links: str, starts: timedelta, ends: timedelta | None = None, **said: Any) -> Incident:  # noqa: ANN401 - what is said
    now = datetime.now(UTC)
    chosen = tuple(MatchedLink(link, link, link, None, None, chosen=True) for link in links)
    told = Said(
        title=f"Việc {name}",
        cause="works",
        description="lời báo riêng",
        share=0.25,
        starts_at=now + starts,
        ends_at=None if ends is None else now + ends,
        **said,
    )
    return Incident(f"inc_{name}", "roads", name, "confirmed", told, Match("links", True, chosen), 1, "", "")


def test_closures_are_the_links_of_confirmed_incidents_that_hold_now(engine: Engine) -> None:
    """Two links of one incident are two features; what begins tomorrow or ended yesterday is none."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    empty = opened(engine, "closures")
    assert empty.count() == 0
    assert empty.bounds() is None
    with for_writing(engine).begin() as connection:
        enter(connection, _incident("a", "road_1", "beside", starts=-hour), author="Lan")
        enter(connection, _incident("b", "rail_1", starts=day), author="Lan")
        enter(connection, _incident("c", "rail_1", starts=-day - day, ends=-day), author="Lan")
    found = opened(engine, "closures")
    assert ids(found) == ["inc_a-1", "inc_a-2"]
    table = found.read(ALL, None, 9).table
    assert table.columns["link_id"].to_pylist() == ["road_1", "beside"]
    assert table.columns["share"].to_pylist() == [0.25, 0.25]
    assert table.columns["ends_at"].null_count == 2
    assert not table.shapes.is_missing.any()
    assert found.version != empty.version
    assert "lời báo riêng" not in str(table.columns.to_pylist())
    with for_writing(engine).begin() as connection:
        held = find(connection, "inc_a")
        assert held is not None
        change(connection, held, state="rejected", author="Lan")
    assert opened(engine, "closures").count() == 0


def test_a_closure_whose_link_is_no_more_is_told_at_its_place(engine: Engine) -> None:
    """Drawn where its place is a line; a place that is a point, and none, leave it without a line."""
    line = {"type": "LineString", "coordinates": [[106.7, 10.9], [106.71, 10.91]]}
    point = {"type": "Point", "coordinates": [106.7, 10.9]}
    with for_writing(engine).begin() as connection:
        for name, place in (("a", line), ("b", point), ("c", None)):
            enter(connection, _incident(name, "gone", starts=-timedelta(hours=1), place=place), author="Lan")
    table = opened(engine, "closures").read(ALL, None, 9).table
    assert table.ids.to_pylist() == ["inc_a-0", "inc_b-0", "inc_c-0"]
    assert table.shapes.is_missing.tolist() == [False, True, True]
    assert table.columns["link_id"].to_pylist() == [None, None, None]


def test_closures_on_a_stored_network_run_where_its_links_do(engine: Engine) -> None:
    number = save_version(engine, crossroads(), name="city", kind="imported")
    with for_writing(engine).begin() as connection:
        made = _incident("a", "w1:1:5", starts=-timedelta(hours=1), network=number)
        enter(connection, made, author="Lan")
    table = opened(engine, "closures").read(ALL, None, 9).table
    assert table.columns["network"].to_pylist() == [number]
    assert table.shapes.coordinates.tolist() == [[106.70, 10.90], [106.71, 10.90]]


def test_every_collection_of_sources_says_what_its_properties_mean(engine: Engine) -> None:
    asking = Asking(engine, somebody("steward"))
    for name in ("parks", "facilities", "terminals", "zones", "network_links", "network_nodes", "closures"):
        collection = COLLECTIONS[name]
        found = open_collection(COLLECTIONS, asking, name, {}).source
        assert found.shape == collection.shape
        assert collection.meaning.vi
        assert len({field.name for field in found.fields}) == len(found.fields)
        for field in found.fields:
            assert field.meaning.vi
            assert field.meaning.en != field.meaning.vi
            assert all(text.vi for _, text in field.words)
