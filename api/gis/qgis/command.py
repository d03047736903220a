"""The command that writes a QGIS project for an embedded database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.access.caller import name_of_user, operator
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking
from api.gis.qgis.layers import database_project
from api.readiness import opened
from geodata.versions.store import list_versions
from supplychain.database import is_sqlite
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk

WRITTEN: Final = Text(
    en="{path} opens {database} in QGIS 3.22 or later. Whoever has the database sees all of it, also what is private; "
    "for others give them the project of the service: /api/v1/ogc/qgis-project.",
    vi="{path} mở {database} bằng QGIS từ bản 3.22. Ai có cơ sở dữ liệu đều thấy toàn bộ, kể cả dữ liệu riêng; với "
    "người khác hãy đưa dự án của dịch vụ: /api/v1/ogc/qgis-project.",
)
EMBEDDED_ONLY: Final = Text(
    en="A project is written for an embedded database (a file); for PostgreSQL take that of the service: "
    "/api/v1/ogc/qgis-project.",
    vi="Chỉ ghi dự án cho cơ sở dữ liệu dạng tệp; với PostgreSQL hãy lấy dự án của dịch vụ: /api/v1/ogc/qgis-project.",
)
NOT_QGZ: Final = Text(
    en="A QGIS project ends in .qgz; name it so instead of {out}.",
    vi="Tệp dự án QGIS có đuôi .qgz; hãy đặt tên như vậy thay cho {out}.",
)


def write_project(database: str, out: Path, talk: Talk) -> None:
    """Write the project of a database.

    Raises
    ------
    HinterlandError
        If the database is no file, holds nothing to open, or the file is not to end in .qgz.
    """
    if out.suffix.lower() != ".qgz":
        raise HinterlandError(NOT_QGZ.format(out=out))
    with opened(database) as engine:
        with engine.connect() as connection:
            if not is_sqlite(connection):
                raise HinterlandError(EMBEDDED_ONLY)
        stored = list_versions(engine)
        asking = Asking(engine, operator(name_of_user()), talk.language)
        place = Path(os.path.relpath(Path(database).resolve(), out.resolve().parent)).as_posix()
        version = stored[-1].version_id if stored else None
        content = database_project(COLLECTIONS.values(), asking, f"./{place}", version)
    out.write_bytes(content)
    talk.say(WRITTEN.format(path=out, database=database))
    talk.answer({"out": str(out), "bytes": len(content)})
