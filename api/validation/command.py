"""What ``hinterland validate`` does: a plan held against what is known, told and written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api import main_job
from api.desk import open_desk
from api.documents.cells import KIND_TITLES, cell_text
from api.documents.options import AnswerRequest, write_answers
from api.exports.tables import write_csv_tables
from api.planning.answered import Answered
from api.planning.by_job import shelf_of
from api.validation.answer import ValidationAnswer
from api.validation.document import validation_document
from api.validation.page import markdown_page
from optimizer.validation.validate import validate
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.documents.model import Document
    from api.main_job import Report
    from api.planning.by_job import ByJob

SHOWN: Final = ("direction", "name", "screenline_id")
NOT_SHOWN: Final = ("reason", "source", "confidence", "row_id")
"""Columns that reports and pages hold and the terminal has no room for."""

BEGUN: Final = Text(en="Holding it against what is known", vi="Đối chiếu với số liệu đã biết")
WRITTEN: Final = Text(en="Written: {file}", vi="Đã ghi: {file}")
TABLES_IN: Final = Text(en="The tables are in {folder}.", vi="Các bảng nằm trong {folder}.")


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """What to validate and where to write it.

    Parameters
    ----------
    scenario
        Scenario id or file.
    database
        Database of the region.
    network
        Stored network to plan on; None for the corridors of the pack.
    out
        Folder of CSV tables and ``validation.json``, if any.
    page
        Markdown page to write, if any.
    files
        Reports and layers.
    by_job
        The job that asks, if one does.
    """

    scenario: str
    database: str
    network: str | None = None
    out: Path | None = None
    page: Path | None = None
    files: AnswerRequest = field(default_factory=AnswerRequest)
    by_job: ByJob | None = None


STEPS: Final = 2
"""Steps that validating tells."""


def run_validation(request: ValidateRequest, talk: Talk) -> None:
    """Plan a scenario, hold it against what is known, and tell and write what was found."""
    with talk.steps(STEPS) as steps:
        found = answer_validation(request, steps)
    document = found.document()
    tell_document(document, talk)
    if request.out is not None:
        write_csv_tables(request.out, found.tables())
        main_job.write_json(request.out / "validation.json", found.answer)
        talk.say(TABLES_IN.format(folder=request.out))
    if request.page is not None:
        request.page.parent.mkdir(parents=True, exist_ok=True)
        request.page.write_text(page_of(document, request, talk), encoding="utf-8")
        talk.say(WRITTEN.format(file=request.page))

    write_answers(found.document, found.layers, request.files, talk)
    talk.answer(found.answer)


def answer_validation(request: ValidateRequest, report: Report) -> Answered:
    """Plan a scenario and hold it against what is known.

    Raises
    ------
    HinterlandError
        When the scenario is not there or does not fit, or the check refuses its plan.
    """
    desk = open_desk(request.database, request.network, shelf_of(request.by_job))
    planned = desk.plan(request.scenario, report)
    report.begin(BEGUN)
    answer = ValidationAnswer(planned, validate(planned.case, planned.plan), desk.stored)
    document = validation_document(answer)
    return Answered(answer.to_dict(), lambda: document, lambda: _layers(answer), answer.tables)


def _layers(answer: ValidationAnswer) -> dict[str, Any]:
    from api.validation.layers import validation_layers  # noqa: PLC0415 - loads the GIS libraries

    return validation_layers(answer)


def page_of(document: Document, request: ValidateRequest, talk: Talk) -> str:
    """Return the page of a validation, the command that writes it at its head."""
    parts = ["hinterland validate", request.scenario]
    parts += [] if request.network is None else ["--network", request.network]
    parts += ["--lang", talk.language, "--write", str(request.page)]
    return markdown_page(document, talk.language, " ".join(parts))


def tell_document(document: Document, talk: Talk) -> None:
    """Tell the summary and the tables of a document, without the columns a terminal has no room for."""
    talk.say(KIND_TITLES[document.stand.kind])
    for sentence in document.summary:
        talk.say(sentence)
    for table in document.every_table():
        kept = [place for place, column in enumerate(table.columns) if column.key not in NOT_SHOWN]
        rows = [[cell_text(row[place], table.columns[place]).of(talk.language) for place in kept] for row in table.rows]
        talk.table(table.title, [table.columns[place].heading for place in kept], rows)
