"""The job of exports: the registry as its caller sees it, in one file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from api.jobs.kinds import JobContext
from api.registry.exporting import FOLDERS, WRITING
from api.registry.record_answers import parse_as_of
from supplychain.exports.registry import ExportOptions, export_registry
from supplychain.registry.history import number_at
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.text import Text

MEDIA_TYPES: Final = {
    "gpkg": "application/geopackage+sqlite3",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PACKING: Final = Text(en="Packing", vi="Đóng gói")
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""Time of every file in an archive: the same export gives the same bytes."""


def run_export(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Export the registry as the caller sees it when the job runs; formats of many files come as one archive.

    Raises
    ------
    HinterlandError
        If the format cannot hold a record.
    """
    file_format = str(request["format"])
    tables = tuple(name for name in REGISTRY_TABLES if name in request["tables"]) or REGISTRY_TABLES
    begun: list[str] = []

    def tell(table: str, rows: int) -> None:
        if table not in begun:
            begun.append(table)
        context.tell(WRITING.format(table=table, rows=f"{rows:,}"), (len(begun) - 1) / len(tables))

    with context.folder() as folder, context.engine.connect() as connection:
        number = number_at(connection, parse_as_of(request["as_of"]))
        # Of now the present itself is read, which is quicker than the history up to the same number.
        as_of = None if request["as_of"] is None else number
        options = ExportOptions(file_format, context.caller.viewer, as_of, bool(request["synthetic"]), tables)
        name = f"hinterland-{number}"
        out = folder / (name if file_format in FOLDERS else f"{name}.{file_format}")
        counts = export_registry(connection, out, options, tell)
        connection.rollback()  # nothing is read any more while the file is stored
        if file_format in FOLDERS:
            context.tell(PACKING, 1.0)
            out = _packed(out, folder / f"{name}-{file_format}.zip")
        file_id = context.keep_file(out, MEDIA_TYPES.get(file_format, "application/zip"))
    return {"file_id": file_id, "name": out.name, "format": file_format, "change": number, "records": counts}


def _packed(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as file, packed.open(entry, "w", force_zip64=True) as held:
                while piece := file.read(1 << 20):
                    held.write(piece)
    return archive
