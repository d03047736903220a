"""One migration history that makes exactly the declared tables, on both databases, all or nothing."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SAWarning

from api.database import create_database, include_name, migrate, same_type
from api.readiness import MIGRATIONS
from supplychain.database import DatabaseTroubleError, for_writing, is_sqlite, make_engine
from supplychain.models import METADATA


@pytest.fixture
def postgis_empty(postgis_url: str) -> Iterator[Engine]:
    """Yield PostGIS with a schema of its own that holds nothing yet."""
    schema = f"test_{uuid.uuid4().hex[:12]}"
    bare = postgis_url.partition("options=")[0].rstrip("?&")
    admin = create_engine(bare)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = make_engine(f"{bare}{'&' if '?' in bare else '?'}options=-csearch_path%3D{schema},public")
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def sqlite_empty(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(str(tmp_path / "new.gpkg"))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite_empty", pytest.param("postgis_empty", marks=pytest.mark.postgis)])
def empty(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


def include_object(entry: Any, _name: object, kind: str, *_other: object) -> bool:  # noqa: ANN401 - Alembic's signature
    return not (kind == "index" and entry.dialect_options["postgresql"]["using"] == "gist")


def test_migrations_make_the_declared_tables(empty: Engine) -> None:
    migrate(empty)
    with empty.connect() as connection, warnings.catch_warnings():
        # SQLAlchemy cannot read geometry types back; the spatial indexes are looked at below.
        warnings.filterwarnings("ignore", "Did not recognize type", SAWarning)
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
        options = {"include_name": include_name, "include_object": include_object, "compare_type": same_type}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_every_geometry_has_a_spatial_index(empty: Engine) -> None:
    migrate(empty)
    query = (
        "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
        if empty.dialect.name == "sqlite"
        else "SELECT tablename FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '%USING gist%'"
    )
    with empty.connect() as connection:
        found = set(connection.scalars(text(query)))
    assert found == {
        "nodes", "links", "parks", "plots", "zones", "terminals", "markets", "facilities",
        "network_nodes", "network_links", "network_candidates", "network_outlines", "network_records", "screenlines",
    }  # fmt: skip


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    migrate(empty)
    with empty.connect() as connection:
        assert (
            MigrationContext.configure(connection).get_current_revision()
            == ScriptDirectory(str(MIGRATIONS)).get_current_head()
        )


def test_going_back_leaves_no_table_of_ours(empty: Engine) -> None:
    migrate(empty)
    migrate(empty, "base")
    with empty.connect() as connection:
        left = set(inspect(connection).get_table_names())
    assert not left & set(METADATA.tables)
    assert not {name for name in left if name.startswith("rtree_")}
    migrate(empty)


def test_interrupted_migration_leaves_nothing(empty: Engine) -> None:
    def stop(_connection: Any, _cursor: Any, statement: str, *_rest: object) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        if "CREATE TABLE terminals" in statement:
            raise KeyboardInterrupt

    event.listen(empty, "before_cursor_execute", stop)
    with pytest.raises(KeyboardInterrupt):
        migrate(empty)
    event.remove(empty, "before_cursor_execute", stop)
    with empty.connect() as connection:
        assert not set(inspect(connection).get_table_names()) & {*METADATA.tables, "alembic_version", "gpkg_contents"}
    migrate(empty)


def test_geopackage_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.gpkg"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE roads (fid INTEGER PRIMARY KEY)"))
    engine.dispose()
    before = path.read_bytes()
    with pytest.raises(DatabaseTroubleError, match=r"holds tables that are not Hinterland's \(roads\)"):
        create_database(str(path))
    assert path.read_bytes() == before


def test_database_of_a_newer_version_is_left_alone(sqlite_empty: Engine) -> None:
    migrate(sqlite_empty)
    with sqlite_empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTroubleError, match="made by a newer Hinterland"):
        migrate(sqlite_empty)


@pytest.mark.postgis
def test_a_database_that_does_not_keep_utf8_is_refused(postgis_url: str) -> None:
    bare = make_url(postgis_url.partition("options=")[0].rstrip("?&"))
    name = f"ascii_{uuid.uuid4().hex[:12]}"
    admin = create_engine(bare, isolation_level="AUTOCOMMIT", connect_args={"client_encoding": "utf8"})
    with admin.connect() as connection:
        connection.execute(
            text(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        )
        try:
            with pytest.raises(DatabaseTroubleError, match="SQL_ASCII"):
                create_database(bare.set(database=name).render_as_string(hide_password=False))
        finally:
            connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()


def test_rows_of_an_older_database_stay_and_take_new_columns(empty: Engine) -> None:
    """A source, an organisation and a facility written before plots and articles existed are rows of the pack after."""
    migrate(empty, "0002")
    with for_writing(empty).begin() as connection:
        connection.execute(
            text("INSERT INTO sources (source_id, title, kind, reference) VALUES ('s', 'S', 'press', 'r')")
        )
        connection.execute(
            text(
                "INSERT INTO organisations (organisation_id, name_vi, name_en, kind, synthetic, source, confidence)"
                " VALUES ('org', 'Tổ chức', 'Organisation', 'enterprise', false, 's', 'high')"
            )
        )
    migrate(empty)
    with for_writing(empty).begin() as connection:
        assert connection.execute(text("SELECT name_vi, in_pack, change FROM organisations")).one() == (
            "Tổ chức", True, 1,
        )  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO facilities (facility_id, organisation_id, name_vi, kind, synthetic, source, confidence)"
                " VALUES ('fac', 'org', 'Nhà máy', 'factory', false, 's', 'high')"
            )
        )
    with empty.connect() as connection:
        assert connection.execute(text("SELECT name_en, geometry, in_pack FROM facilities")).one() == (
            None, None, False,
        )  # fmt: skip
        if empty.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with (
        pytest.raises(ValueError, match="1 rows of facilities are empty")
        if is_sqlite(empty)
        else pytest.raises(DBAPIError)
    ):
        migrate(empty, "base")


def test_references_added_later_are_held(empty: Engine) -> None:
    migrate(empty)
    with pytest.raises(IntegrityError), for_writing(empty).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO articles (article_id, name_vi, kind, synthetic, source, confidence)"
                " VALUES ('a', 'A', 'goods', false, 'nowhere', 'high')"
            )
        )
