"""The answer to a planner's question as the files and the result of a job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import update

from api.console import Talk
from api.documents.options import AnswerRequest, write_answers
from api.scenarios.tables import RUN_OWNERS
from supplychain.database import for_writing
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from api.jobs.kinds import JobContext
    from api.planning.answered import Answered

MEDIA_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "jsonl": "application/jsonl",
}
"""Kinds of contents, by the ending of a file's name."""
REPORT: Final = "report"
LAYERS: Final = "layers.gpkg"
WORKBOOK: Final = "tables.xlsx"
LINES_AT_ONCE: Final = 2000
WRITING: Final = Text(en="Writing the answer", vi="Ghi kết quả")
NEARLY: Final = 0.95


def keep_answer(
    context: JobContext, wanted: Mapping[str, Any], found: Answered, lines: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Keep the files that are wanted of an answer, and return the result of the job.

    Parameters
    ----------
    context
        The job.
    wanted
        Files wanted: ``reports`` (endings), ``layers`` (whether), ``crs``, ``tables`` (whether), ``language``.
    found
        The answer.
    lines
        Tables that are kept line by line besides, to be read in pages.

    Returns
    -------
    dict
        ``answer`` (as the command line prints it with ``--json``), ``runs`` (ids of recorded runs) and ``tables``
        (those kept line by line: name → ``file_id``, ``columns``, ``rows``).
    """
    context.tell(WRITING, NEARLY)
    with context.folder() as folder:
        _write_documents(folder, wanted, found)
        tables = found.tables() if wanted["tables"] or lines else {}
        if wanted["tables"] and tables:
            from api.exports.tables import write_workbook  # noqa: PLC0415 - loads its own library

            write_workbook(folder / WORKBOOK, {name: one for name, one in tables.items() if name not in LONG})
        for path in sorted(folder.iterdir()):
            context.keep_file(path, MEDIA_TYPES[path.suffix.removeprefix(".")])
    kept = {name: _keep_lines(context, name, tables[name]) for name in lines}
    return {"answer": dict(found.answer), "runs": list(found.runs), "tables": kept}


LONG: Final = ("itineraries", "itinerary_paths")
"""Tables that are too long for a workbook (``api.main_job.LONG_TABLES``)."""


def _write_documents(folder: Path, wanted: Mapping[str, Any], found: Answered) -> None:
    reports = tuple(folder / f"{REPORT}.{ending}" for ending in wanted["reports"])
    layers = folder / LAYERS if wanted["layers"] else None
    silent = Talk("en" if wanted["language"] == "en" else "vi", as_json=True)
    write_answers(found.document, found.layers, AnswerRequest(reports, layers, str(wanted["crs"])), silent)
    for name, page in found.pages.items():
        files = tuple(folder / f"{name}.{ending}" for ending in wanted["reports"])
        if files:
            write_answers(page, None, AnswerRequest(files), silent)


def _keep_lines(context: JobContext, name: str, table: pd.DataFrame) -> dict[str, Any]:
    """Keep a table as JSON lines, a row each, and return where."""
    file_id = context.keep_bytes(_lines(table), MEDIA_TYPES["jsonl"], f"{name}.jsonl")
    return {"file_id": file_id, "columns": [str(column) for column in table.columns], "rows": len(table)}


def _lines(table: pd.DataFrame) -> Iterator[bytes]:
    from optimizer.results.plan_document import plain_records  # noqa: PLC0415 - loads what computes

    for start in range(0, len(table), LINES_AT_ONCE):
        rows = plain_records(table.iloc[start : start + LINES_AT_ONCE])
        text = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        yield text.encode()


def keep_tables_of_run(context: JobContext, run_id: str, tables: Mapping[str, Any]) -> None:
    """Keep beside a run where the tables of its plan are."""
    text = json.dumps(dict(tables), ensure_ascii=False, sort_keys=True)
    with for_writing(context.engine).begin() as connection:
        connection.execute(update(RUN_OWNERS).where(RUN_OWNERS.c.run_id == run_id).values(tables=text))
