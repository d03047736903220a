"""Alembic's entry: one history for the tables of all rooms, on SQLite and on PostGIS."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection

from api.database import include_name, same_type
from supplychain.database import for_writing, is_sqlite, make_engine
from supplychain.models import METADATA
from supplychain.settings import Settings


def include_object(entry: Any, _name: object, kind: str, *_other: object) -> bool:  # noqa: ANN401 - Alembic's signature
    """Return whether to compare an entry: the GiST indexes of PostGIS are R*Trees in a GeoPackage."""
    spatial = kind == "index" and entry.dialect_options["postgresql"]["using"] == "gist"
    return not (spatial and context.get_context().dialect.name == "sqlite")


def run(connection: Connection) -> None:
    """Run the migrations asked for on one connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_name=include_name,
        include_object=include_object,
        compare_type=same_type,
        render_as_batch=is_sqlite(connection),
        user_module_prefix="supplychain.geometry.",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(Settings.from_environment().database_url)
    with for_writing(engine).connect() as opened:
        run(opened)
    engine.dispose()
