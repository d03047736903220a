"""Whether a database is of this version of the program, asked without loading anything that reads regions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from supplychain.database import DatabaseTroubleError, clear_errors, is_sqlite, open_database
from supplychain.text import Text

MIGRATIONS: Final = Path(__file__).parent / "migrations"

NOT_READY: Final = Text(
    en="The database {url} is empty or of an older version. Run `hinterland init`.",
    vi="Cơ sở dữ liệu {url} còn trống hoặc thuộc phiên bản cũ. Hãy chạy `hinterland init`.",
)
TOO_NEW: Final = Text(
    en="The database {url} was made by a newer Hinterland ({revision}). Update the program.",
    vi="Cơ sở dữ liệu {url} do phiên bản Hinterland mới hơn tạo ({revision}). Hãy cập nhật chương trình.",
)


class OtherVersionError(DatabaseTroubleError):
    """The tables of the database are not those of this program."""


def migrations_config() -> Config:
    """Return the settings under which Alembic finds the migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def known_revisions() -> frozenset[str]:
    """Return every revision of the tables that this program can bring up to date."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(migrations_config()).walk_revisions())


def refuse_newer(engine: Engine, revision: str | None) -> None:
    """Raise if a revision is none of this program's.

    Raises
    ------
    OtherVersionError
        If it is not.
    """
    if revision is not None and revision not in known_revisions():
        raise OtherVersionError(TOO_NEW.format(url=shown_url(engine), revision=revision))


def require_ready(engine: Engine) -> None:
    """Raise unless a database has the tables of this version of the program.

    Raises
    ------
    OtherVersionError
        If it is empty, of an older version or of a newer one.
    """
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == ScriptDirectory.from_config(migrations_config()).get_current_head():
        return
    refuse_newer(engine, current)
    raise OtherVersionError(NOT_READY.format(url=shown_url(engine)))


@contextmanager
def opened(database: str) -> Iterator[Engine]:
    """Give the engine of a database that is ready for use, and let go of it; what the database says is said clearly.

    Raises
    ------
    HinterlandError
        If it is not there, of another version of the program, or does not answer.
    """
    engine = open_database(database)
    try:
        with clear_errors(engine):
            require_ready(engine)
            yield engine
    finally:
        engine.dispose()


def shown_url(engine: Engine) -> str:
    """Return how people know a database: the name of its file, or its URL without the password."""
    return str(engine.url.database) if is_sqlite(engine) else engine.url.render_as_string(hide_password=True)
