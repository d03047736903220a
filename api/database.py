"""The database of one installation: made, brought up to date, filled and read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import api.tables  # noqa: F401 - makes the tables of every room part of the one metadata
from api.readiness import migrations_config, opened, refuse_newer, shown_url
from api.regions import PACK_MODELS, check_region, pack_scenarios
from optimizer.scenarios.scenario import Scenario
from supplychain.assumptions import apply_assumptions
from supplychain.database import (
    DatabaseTroubleError,
    clear_errors,
    for_writing,
    is_sqlite,
    make_engine,
    use_write_ahead_log,
)
from supplychain.demand import build_demand
from supplychain.demand.store import store_demand
from supplychain.geometry import Geometry
from supplychain.geopackage import is_system_table
from supplychain.models import METADATA
from supplychain.pack import Pack, load_pack, read_pack_from_database
from supplychain.pack.synthetic import without_synthetic
from supplychain.text import Text

VERSION_TABLE: Final = "alembic_version"

FOREIGN_DATABASE: Final = Text(
    en="{url} holds tables that are not Hinterland's ({tables}). Name another database.",
    vi="{url} chứa các bảng không phải của Hinterland ({tables}). Hãy chỉ cơ sở dữ liệu khác.",
)
NO_POSTGIS: Final = Text(
    en="The database {url} has no PostGIS. Have an administrator run: CREATE EXTENSION postgis.",
    vi="Cơ sở dữ liệu {url} chưa có PostGIS. Hãy nhờ quản trị viên chạy: CREATE EXTENSION postgis.",
)
NOT_UTF8: Final = Text(
    en="The database {url} keeps text as {encoding}. "
    "Make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
    vi="Cơ sở dữ liệu {url} lưu chữ theo {encoding}. "
    "Hãy tạo bằng: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
)


def create_database(url: str) -> None:
    """Make a database ready for use, or bring an old one up to date; what it holds stays.

    Parameters
    ----------
    url
        File name of the embedded database, or a PostgreSQL URL.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be used, is not Hinterland's, or is of a newer version.
    """
    engine = make_engine(url)
    try:
        with clear_errors(engine):
            migrate(engine)
    finally:
        engine.dispose()


def load_region(
    url: str, folder: Path, *, with_synthetic: bool = True, on_note: Callable[[Text], None] | None = None
) -> int:
    """Check a region pack and put it, with its base demand, in the database, all or nothing; return the number of rows.

    Parameters
    ----------
    url
        File name of the embedded database, or a PostgreSQL URL.
    folder
        The region pack.
    with_synthetic
        False to leave out the rows marked synthetic (firms made up for the demo).
    on_note
        Told what others changed and the pack therefore did not.

    Raises
    ------
    FindingsError
        With everything found wrong in the pack.
    HinterlandError
        If the database cannot be used or holds another region.
    """
    whole = check_region(folder)
    pack = whole if with_synthetic else without_synthetic(whole)
    demand = build_demand(apply_assumptions(pack))
    with opened(url) as engine, Session(for_writing(engine)) as session, session.begin():
        rows = load_pack(session, pack, PACK_MODELS, on_note=on_note)
        store_demand(session, demand, pack.sha256)
    return rows


def read_region(url: str) -> Pack:
    """Return the region pack that the database holds.

    Raises
    ------
    HinterlandError
        If the database cannot be used or holds no region.
    """
    with opened(url) as engine, Session(engine) as session:
        return read_pack_from_database(session, PACK_MODELS)


def read_scenarios(url: str) -> tuple[Scenario, ...]:
    """Return the scenarios of the region pack that the database holds, in the order of their ids.

    Raises
    ------
    HinterlandError
        If the database cannot be used or holds no region.
    """
    return pack_scenarios(read_region(url))


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables of a database to a revision, in one transaction.

    Raises
    ------
    DatabaseTroubleError
        If the database holds other people's tables, is of a newer version, or lacks PostGIS.
    """
    if not is_sqlite(engine):
        _require_postgis(engine)
    _refuse_foreign(engine)
    with for_writing(engine).begin() as connection:
        # Several processes may start at once on a new version: one migrates, the others wait and find it done.
        if not is_sqlite(engine):
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('hinterland tables ' || current_schema()))"))
        config = migrations_config()
        config.attributes["connection"] = connection
        current = MigrationContext.configure(connection).get_current_revision()
        refuse_newer(engine, current)
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
    if is_sqlite(engine):
        # Only now: GDAL looks for the GeoPackage mark in the file itself, where a write-ahead log would hold it back.
        use_write_ahead_log(engine)


def _refuse_foreign(engine: Engine) -> None:
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
    if VERSION_TABLE in present:
        return
    # A PostgreSQL schema may hold other tables beside ours; a GeoPackage of somebody else must stay as it is.
    foreign = present if is_sqlite(engine) else present & set(METADATA.tables)
    if foreign:
        tables = ", ".join(sorted(foreign)[:5])
        raise DatabaseTroubleError(FOREIGN_DATABASE.format(url=shown_url(engine), tables=tables))


def _require_postgis(engine: Engine) -> None:
    with engine.begin() as connection:
        encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise DatabaseTroubleError(NOT_UTF8.format(url=shown_url(engine), encoding=encoding))
        if connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")):
            return
        try:
            connection.execute(text("CREATE EXTENSION postgis"))
        except DBAPIError as error:
            raise DatabaseTroubleError(NO_POSTGIS.format(url=shown_url(engine))) from error


def include_name(name: str | None, kind: str, _parents: Any) -> bool:  # noqa: ANN401 - Alembic's signature
    """Return whether Alembic should compare a table: not those of GeoPackage and PostGIS."""
    return kind != "table" or name is None or (not is_system_table(name) and name != "spatial_ref_sys")


def same_type(
    _context: Any,  # noqa: ANN401 - Alembic's signature
    _inspected_column: Any,  # noqa: ANN401
    _metadata_column: Any,  # noqa: ANN401
    _inspected_type: Any,  # noqa: ANN401
    metadata_type: Any,  # noqa: ANN401
) -> bool | None:
    """Return False (no difference) for geometry columns, which SQLAlchemy cannot read back; else None."""
    return False if isinstance(metadata_type, Geometry) else None
