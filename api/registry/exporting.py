"""What `hinterland registry export` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.registry.reading import open_registry, viewer_named
from api.registry.record_answers import parse_as_of
from supplychain.errors import HinterlandError
from supplychain.exports.registry import ExportOptions, export_registry
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk

FOLDERS: Final = ("csv", "parquet", "geojson")
BY_ENDING: Final = {".xlsx": "xlsx", ".ods": "ods", ".gpkg": "gpkg"}

NO_FORMAT: Final = Text(
    en="Say in which format {out} is to be: --format csv, xlsx, ods, parquet, gpkg or geojson.",
    vi="Hãy nêu định dạng của {out}: --format csv, xlsx, ods, parquet, gpkg hoặc geojson.",
)
WRONG_ENDING: Final = Text(
    en="A file of the format {format} ends in .{format}; {out} does not.",
    vi="Tệp định dạng {format} phải có đuôi .{format}; {out} không đúng.",
)
NO_TABLE: Final = Text(
    en="The registry has no table {table}. It has: {tables}.", vi="Sổ đăng ký không có bảng {table}. Có: {tables}."
)
WRITING: Final = Text(en="Writing {table}: {rows} records", vi="Ghi {table}: {rows} hồ sơ")
WRITTEN: Final = Text(
    en="{count} records in {tables} tables were written to {out} ({format}).",
    vi="Đã ghi {count} hồ sơ của {tables} bảng vào {out} ({format}).",
)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export.

    Parameters
    ----------
    out
        File or folder.
    file_format
        Name of the format; None goes by the ending of ``out``.
    viewer
        Who looks.
    as_of
        Number of a change or a day; None for now.
    tables
        Only these; none given: all.
    synthetic
        Whether made-up records are exported too.
    """

    out: Path
    file_format: str | None
    viewer: str
    as_of: str | None
    tables: Sequence[str]
    synthetic: bool


def run_export(request: ExportRequest, database: str, talk: Talk) -> None:
    """Export the registry as a viewer sees it.

    Raises
    ------
    HinterlandError
        If the request cannot be met; nothing is left half-written.
    """
    file_format = _format(request)
    as_of = parse_as_of(request.as_of)
    for name in request.tables:
        if name not in REGISTRY_TABLES:
            raise HinterlandError(NO_TABLE.format(table=name, tables=", ".join(REGISTRY_TABLES)))
    tables = tuple(name for name in REGISTRY_TABLES if name in request.tables) or REGISTRY_TABLES
    with open_registry(database) as connection, talk.steps(len(tables)) as steps:
        viewer = viewer_named(connection, request.viewer)
        begun: set[str] = set()

        def tell(table: str, rows: int) -> None:
            sentence = WRITING.format(table=table, rows=rows)
            if table in begun:
                steps.detail(sentence)
                return
            begun.add(table)
            steps.begin(sentence)

        options = ExportOptions(file_format, viewer, as_of, request.synthetic, tables)
        counts = export_registry(connection, request.out, options, tell)
    words = {"count": sum(counts.values()), "tables": len(counts), "out": request.out, "format": file_format}
    talk.say(WRITTEN.format(**words))
    talk.answer({"out": str(request.out), "format": file_format, "viewer": request.viewer, "records": counts})


def _format(request: ExportRequest) -> str:
    ending = request.out.suffix.lower()
    chosen = request.file_format or BY_ENDING.get(ending)
    if chosen is None:
        raise HinterlandError(NO_FORMAT.format(out=request.out))
    if chosen not in FOLDERS and ending != f".{chosen}":
        raise HinterlandError(WRONG_ENDING.format(format=chosen, out=request.out))
    return chosen
