"""Layers of the registry's tables while the registry changes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import shapely
from incident_parts import module_engine
from registry_parts import facility, organisation, partnership, set_values, source, write
from sqlalchemy import Engine, insert, text

from geodata.features.source import ALL, Wanted
from geodata.features.stored import open_stored
from geodata.features.stored_query import extent
from geodata.features.stored_table import point_table
from geodata.features.table import Box
from supplychain.database import for_writing, is_sqlite
from supplychain.models import METADATA
from supplychain.registry.values import Edit
from supplychain.registry.visibility import Viewer

SOMEWHERE = Box(106.5, 10.8, 106.8, 11.1)


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Give an empty database to write to."""
    with module_engine(request, sqlite_template, tmp_path_factory) as found:
        yield found


def test_the_origin_names_the_sources_of_what_is_seen(engine: Engine) -> None:
    """The facility from OpenStreetMap is its owner's alone: to others the layer owes that database nothing."""
    write(
        engine,
        source(),
        source("osm", title="Map", licence="ODbL-1.0", publisher="OpenStreetMap"),
        organisation("ours"),
        facility("a", "ours"),
        facility("b", "ours", source="osm", visibility="private"),
    )
    seen = open_stored(engine, "facilities", Viewer.public()).origin
    assert (seen.licence, seen.attribution, seen.is_share_alike) == ("CC BY 4.0", "Sở", False)
    mine = open_stored(engine, "facilities", Viewer.organisation("ours")).origin
    assert sorted(mine.licence.split("; ")) == ["CC BY 4.0", "ODbL-1.0"]
    assert mine.is_share_alike


def test_the_date_of_a_layer_is_that_of_the_last_change_the_viewer_sees(engine: Engine) -> None:
    """The owner's private facility is written after all else: to others not even that anything was written is told."""
    write(engine, source(), organisation("ours"), facility("a", "ours"))

    def made_at(name: str, viewer: Viewer) -> str:
        return open_stored(engine, name, viewer).origin.made_at

    first = made_at("facilities", Viewer.public())
    assert first.startswith("20")
    write(engine, facility("b", "ours", visibility="private"))
    assert made_at("facilities", Viewer.public()) == first
    assert made_at("facilities", Viewer.organisation("ours")) > first
    assert made_at("facilities", Viewer.everything()) > first
    write(engine, set_values("facilities", "a", name_vi="Khác"))
    assert made_at("facilities", Viewer.public()) == made_at("facilities", Viewer.everything()) > first
    assert made_at("parks", Viewer.everything()) == ""


def test_the_version_is_another_after_every_change_and_for_everybody_who_sees_something_else(engine: Engine) -> None:
    """Who are partners on a day makes it another as well, without any change of the registry."""
    write(
        engine, source(), organisation("ours"), organisation("partner"), facility("a", "partner", visibility="partners")
    )

    def version(viewer: Viewer) -> str:
        return open_stored(engine, "facilities", viewer).version

    ours, later = Viewer.organisation("ours", on=date(2026, 6, 1)), Viewer.organisation("ours", on=date(2028, 6, 1))
    assert version(Viewer.public()) == version(Viewer.public())
    assert len({version(viewer) for viewer in (Viewer.public(), Viewer.everything(), ours)}) == 3
    before = version(ours)
    write(engine, partnership("tie", "ours", "partner", since_year=2027))
    assert version(ours) != before
    assert version(ours) != version(later)
    assert open_stored(engine, "facilities", ours).count() == 0
    assert open_stored(engine, "facilities", later).count() == 1
    held = version(Viewer.public())
    write(engine, set_values("facilities", "a", visibility="public"))
    assert version(Viewer.public()) != held
    assert open_stored(engine, "facilities", Viewer.public()).count() == 1


def test_a_write_of_a_gis_program_makes_another_version_of_an_embedded_layer(sqlite_engine: Engine) -> None:
    write(sqlite_engine, source(), organisation("ours"), facility("a", "ours"))
    before = open_stored(sqlite_engine, "facilities", Viewer.public()).version
    with for_writing(sqlite_engine).begin() as connection:
        connection.execute(text("UPDATE facilities SET name_vi = 'Khác'"))
        connection.execute(
            text("UPDATE gpkg_contents SET last_change = '2030-01-01T00:00:00.000Z' WHERE table_name = 'facilities'")
        )
    after = open_stored(sqlite_engine, "facilities", Viewer.public())
    assert after.version != before
    assert after.read(ALL, None, 1).table.columns["name_vi"].to_pylist() == ["Khác"]


def test_pages_neither_miss_nor_repeat_while_others_write(engine: Engine) -> None:
    """Of b, d, f, h two are read; then c (before the place) and e (after it) come, and f goes."""
    write(engine, source(), organisation("ours"), *(facility(name, "ours") for name in "bdfh"))
    first = open_stored(engine, "facilities", Viewer.public()).read(ALL, None, 2)
    assert first.table.ids.to_pylist() == ["b", "d"]
    write(engine, facility("c", "ours"), facility("e", "ours"), Edit("facilities", "f", None))
    found = open_stored(engine, "facilities", Viewer.public())
    second = found.read(ALL, first.after, 2)
    assert second.table.ids.to_pylist() == ["e", "h"]
    assert second.after is None


def test_an_export_is_of_one_moment(engine: Engine) -> None:
    write(engine, source(), organisation("ours"), *(facility(f"f{number}", "ours") for number in range(6)))
    parts = open_stored(engine, "facilities", Viewer.public()).portions(ALL, 2)
    seen = next(parts).ids.to_pylist()
    write(engine, facility("f9", "ours"), Edit("facilities", "f5", None))
    seen += [one for part in parts for one in part.ids.to_pylist()]
    assert seen == [f"f{number}" for number in range(6)]


def test_a_side_of_the_extent_is_found_however_far_what_is_hidden_reaches(engine: Engine) -> None:
    """Private facilities stand all round; the three public ones reach from 106.5 to 106.7 and 10.8 to 11.0."""
    around = [(100.0 + number, 5.0 + number) for number in range(12)]
    seen = [(106.5, 10.9), (106.7, 10.8), (106.6, 11.0)]
    made = [
        facility(f"h{n}", "ours", lon=lon, lat=lat, position_accuracy_m=1.0, visibility="private")
        for n, (lon, lat) in enumerate(around)
    ]
    made += [facility(f"s{n}", "ours", lon=lon, lat=lat, position_accuracy_m=1.0) for n, (lon, lat) in enumerate(seen)]
    write(engine, source(), organisation("ours"), *made, facility("nowhere", "ours"))
    of = point_table("facilities")
    with engine.connect() as connection:
        assert extent(connection, of, Viewer.public()) == Box(106.5, 10.8, 106.7, 11.0)
        assert extent(connection, of, Viewer.everything()) == Box(100.0, 5.0, 111.0, 16.0)
    if is_sqlite(engine):
        with for_writing(engine).begin() as connection:  # as a program leaves the catalogue that does not keep it
            connection.execute(text("UPDATE gpkg_contents SET min_x = NULL WHERE table_name = 'facilities'"))
        with engine.connect() as connection:
            assert extent(connection, of, Viewer.public()) == Box(106.5, 10.8, 106.7, 11.0)


@pytest.mark.parametrize("name", ["parks", "facilities", "terminals", "zones"])
def test_an_empty_table_is_an_empty_layer(engine: Engine, name: str) -> None:
    found = open_stored(engine, name, Viewer.public())
    assert found.bounds() is None
    assert found.count() == 0
    assert found.count(Wanted(SOMEWHERE)) == 0
    assert found.read(ALL, None, 5).table.columns.column_names == [field.name for field in found.fields]
    assert list(found.portions(Wanted(SOMEWHERE))) == []
    assert found.origin.licence == ""


def test_zones_which_have_no_history_have_a_version_by_their_rows(engine: Engine) -> None:
    zones = METADATA.tables["zones"]
    row = {"zone_id": "z", "name_vi": "Vùng", "name_en": "Zone", "former_district": "Dĩ An", "in_region": True}
    row |= {"position_accuracy_m": 10.0, "industrial_area_ha": 5.0, "mix_id": "m"}
    row |= {"status": "open", "source": "danh_sach", "confidence": "estimate"}
    write(engine, source(), source("danh_sach"))
    with for_writing(engine).begin() as connection:
        connection.execute(insert(zones), [{**row, "geometry": shapely.Point(106.7, 10.9)}])
    first = open_stored(engine, "zones", Viewer.public())
    assert first.read(ALL, None, 5).table.ids.to_pylist() == ["z"]
    with for_writing(engine).begin() as connection:
        connection.execute(zones.update().values(industrial_area_ha=6.0))
    assert open_stored(engine, "zones", Viewer.public()).version != first.version
