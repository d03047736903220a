"""The whole embedded database as one new GeoPackage, by SQLite's own copy."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from supplychain.database import clear_errors, is_sqlite, open_database
from supplychain.errors import HinterlandError
from supplychain.text import Text

WHOLE: Final = "database"
"""What is written in place of layers for everything."""

NOT_EMBEDDED: Final = Text(
    en="The database is on a PostgreSQL server: `hinterland backup FILE` makes a GeoPackage of all of it.",
    vi="Cơ sở dữ liệu nằm trên máy chủ PostgreSQL: dùng `hinterland backup TỆP` để có GeoPackage của toàn bộ.",
)
EXISTS: Final = Text(en="{path} is there already; name a new file.", vi="{path} đã có; hãy đặt tên tệp mới.")
NOT_COPIED: Final = Text(en="{path} could not be written: {why}.", vi="Không ghi được {path}: {why}.")


def copy_database(database: str, path: Path) -> int:
    """Write everything an embedded database holds at one moment to a new file, and return its bytes.

    Who reads or writes the database meanwhile goes on. The file holds also what is private and the digests of
    passwords, so that only its owner may read it; unlike a backup it is not compared with the database.

    Raises
    ------
    HinterlandError
        If the file is there already or cannot be written, or the database is on a server.
    """
    engine = open_database(database)
    try:
        if not is_sqlite(engine):
            raise HinterlandError(NOT_EMBEDDED)
        if path.exists():
            raise HinterlandError(EXISTS.format(path=path))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            with clear_errors(engine), closing(engine.raw_connection()) as raw:
                raw.cursor().execute("VACUUM INTO ?", (str(part),))
            part.replace(path)
        except sqlite3.Error as error:
            raise HinterlandError(NOT_COPIED.format(path=path, why=error)) from error
        finally:
            part.unlink(missing_ok=True)
    finally:
        engine.dispose()
    return path.stat().st_size
