"""What a backup says of itself: when, by which program, of which revision, and the digest of every table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from api.operations.contents import TableDigest
from supplychain.errors import HinterlandError
from supplychain.text import Text

TABLE: Final = "hinterland_backup"
FORM: Final = 1

NO_FILE: Final = Text(en="There is no file {path}.", vi="Không có tệp {path}.")
FOREIGN: Final = Text(
    en="{path} is no backup of Hinterland. Name a file that `hinterland backup` wrote.",
    vi="{path} không phải bản sao lưu của Hinterland. Hãy chỉ tệp do `hinterland backup` ghi.",
)
NEWER: Final = Text(
    en="{path} was written by a newer Hinterland ({program}). Update the program, then restore it.",
    vi="{path} do phiên bản Hinterland mới hơn ({program}) ghi. Hãy cập nhật chương trình rồi khôi phục.",
)


class ManifestError(HinterlandError):
    """A file that is no backup, or one of a newer program."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Parameters
    ----------
    made_at
        ISO 8601 UTC.
    program
        Version of the program that wrote it.
    revision
        Revision of the tables.
    origin
        ``sqlite`` or ``postgresql``.
    tables
        Rows and digest by table.
    """

    made_at: str
    program: str
    revision: str
    origin: str
    tables: Mapping[str, TableDigest]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one.rows for one in self.tables.values())


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write what a backup says of itself into the backup."""
    text = json.dumps({"form": FORM, **asdict(manifest)}, ensure_ascii=False)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
        connection.execute(f"CREATE TABLE {TABLE} (manifest TEXT NOT NULL)")
        connection.execute(f"INSERT INTO {TABLE} VALUES (?)", (text,))  # noqa: S608 - our name


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises
    ------
    ManifestError
        If there is no such file, it is no backup, or a newer program wrote it.
    """
    if not path.is_file():
        raise ManifestError(NO_FILE.format(path=path))
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            text = connection.execute(f"SELECT manifest FROM {TABLE}").fetchone()[0]  # noqa: S608 - our name
        found: dict[str, Any] = json.loads(text)
        form, program = found["form"], str(found["program"])
    except (sqlite3.DatabaseError, TypeError, ValueError, KeyError) as error:
        raise ManifestError(FOREIGN.format(path=path)) from error
    if form != FORM:
        raise ManifestError(NEWER.format(path=path, program=program))
    try:
        return Manifest(
            made_at=str(found["made_at"]),
            program=program,
            revision=str(found["revision"]),
            origin=str(found["origin"]),
            tables={name: TableDigest(one["rows"], one["sha256"]) for name, one in found["tables"].items()},
        )
    except (TypeError, AttributeError, KeyError) as error:
        raise ManifestError(FOREIGN.format(path=path)) from error


def remove_manifest(path: Path) -> None:
    """Make a database of a backup: what it said of itself goes."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"DROP TABLE {TABLE}")
