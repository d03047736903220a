"""What ``hinterland compare`` does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import main_job
from api.compare.tell import tell_comparison
from api.desk import Desk, open_desk, subject_of
from api.documents.options import AnswerRequest, write_answers
from api.exports.tables import write_csv_tables, write_workbook
from api.folder_target import folder_target, plan_folder, refuse_network
from api.planning.answered import Answered
from api.planning.by_job import shelf_of
from api.runs import Finished, Used, record_plan
from optimizer.compare.compare import compare_subjects
from optimizer.results.plan_document import plain_records, plan_document
from optimizer.results.subject import subject_of_case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.console import Talk
    from api.documents.layers import Ground
    from api.documents.model import Document, Stand
    from api.main_job import Report
    from api.planning.by_job import ByJob
    from optimizer.compare.comparison import Comparison
    from optimizer.folder.case import FolderCase
    from optimizer.planner import Planned
    from optimizer.subject import Subject


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What is to be compared.

    Parameters
    ----------
    targets
        Scenario ids, scenario files or folders of CSV files, the base first.
    network
        Stored network to plan on: number, name or ``latest``; None for the corridors of the pack.
    out
        Folder of the tables, if any.
    answers
        Report and layer files.
    by_job
        The job that asks, if one does.
    """

    targets: tuple[str, ...]
    network: str | None = None
    out: Path | None = None
    answers: AnswerRequest = field(default_factory=AnswerRequest)
    by_job: ByJob | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Plans:
    """The plans that are compared.

    Parameters
    ----------
    subjects
        Each in people's words, the base first.
    planned
        The planned scenarios; empty where folders are compared.
    documents
        Content of ``plan.json`` of each planned scenario.
    desk
        What planned them; None where folders are compared.
    folders
        The folders among them.
    runs
        Ids of the runs that were recorded.
    """

    subjects: tuple[Subject, ...]
    planned: tuple[Planned, ...] = ()
    documents: tuple[dict[str, Any], ...] = ()
    desk: Desk | None = None
    folders: tuple[FolderCase, ...] = ()
    runs: tuple[str, ...] = ()


def compare_plans(request: CompareRequest, database: str, talk: Talk) -> None:
    """Plan scenarios or folders, record the runs, and tell and write what differs from the first.

    Raises
    ------
    HinterlandError
        When a target is not there or does not fit, or the plans cannot be compared.
    """
    with talk.steps(len(request.targets)) as steps:
        made = answer_comparison(request, database, steps)
    found = made.answered
    if request.out is not None:
        with main_job.replaced_folder(request.out) as partial:
            write_csv_tables(partial / "tables", found.tables())
            write_workbook(partial / "tables.xlsx", found.tables())
            main_job.write_json(partial / "comparison.json", found.answer)
    tell_comparison(made.found, talk)
    write_answers(found.document, found.layers, request.answers, talk)
    talk.answer(found.answer)


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonAnswer:
    """A comparison with the answer it is told in.

    Parameters
    ----------
    found
        The comparison.
    answered
        The answer.
    """

    found: Comparison
    answered: Answered


def answer_comparison(request: CompareRequest, database: str, report: Report) -> ComparisonAnswer:
    """Plan scenarios or folders, record the runs, and find what differs from the first.

    Raises
    ------
    HinterlandError
        When a target is not there or does not fit, or the plans cannot be compared.
    """
    plans = _plan_all(request, database, report)
    found = compare_subjects(plans.subjects)

    @cache
    def ground() -> Ground | None:
        return _ground(plans)

    def document() -> Document:
        from api.compare.document import comparison_document  # noqa: PLC0415 - loads what writes documents

        return comparison_document(found, _stand(found, plans), ground())

    def layers() -> Mapping[str, Any] | None:
        from api.compare.layers import comparison_layers  # noqa: PLC0415 - loads the GIS libraries

        where = ground()
        return None if where is None else comparison_layers(found, where)

    answer = answer_of(found, plans.documents)
    return ComparisonAnswer(found, Answered(answer, document, layers, found.tables, runs=plans.runs))


def answer_of(found: Comparison, documents: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return a comparison as plain JSON values: the first difference at the top, all of them under ``comparisons``."""
    first = found.differences[0]
    tables = {name: plain_records(table) for name, table in found.tables().items()}
    return {
        "plans": list(found.titles),
        "currency": found.currency,
        "price_year": found.price_year,
        "period": found.period,
        "is_empty": found.is_empty,
        **({"base": documents[0], "scenario": documents[1]} if documents else {}),
        "differences": plain_records(first.totals),
        "gateways": plain_records(first.gateway_groups),
        "explanation": {"vi": first.explanation.vi, "en": first.explanation.en},
        "comparisons": [
            {
                "plan": one.other_title,
                "is_empty": one.is_empty,
                "explanation": {"vi": one.explanation.vi, "en": one.explanation.en},
                "notes": [{"vi": note.vi, "en": note.en} for note in one.notes],
            }
            for one in found.differences
        ],
        "tables": tables,
    }


def _plan_all(request: CompareRequest, database: str, steps: Report) -> _Plans:
    by_job = request.by_job
    if by_job is None and any(folder_target(target) is not None for target in request.targets):
        return _plan_folders(request, database, steps)
    desk = open_desk(database, request.network, shelf_of(by_job))
    for target in request.targets:
        desk.scenario(target)  # one that is not there is refused before any is planned
    planned: list[Planned] = []
    documents: list[dict[str, Any]] = []
    recorded: list[str] = []
    for target in request.targets:
        started_at = datetime.now(UTC)
        one = desk.plan(target, steps)
        document = dict(plan_document(one.case, one.plan, one.violations))
        if desk.stored is not None:
            document |= {
                "network_version": desk.stored.version_id,
                "network_name": desk.stored.name,
                "network_sha256": desk.stored.content_hash,
            }
        mark = None if by_job is None else by_job.mark(len(recorded))
        used = Used(desk.planner.pack, desk.planner.options, desk.stored, tuple(recorded[:1]), mark=mark)
        finished = Finished(one.case, one.plan, not one.violations, document)
        recorded.append(record_plan(database, finished, started_at, used))
        planned.append(one)
        documents.append(document)
    subjects = [subject_of_case(one.case, one.plan) for one in planned]
    return _Plans(tuple(subjects), tuple(planned), tuple(documents), desk, runs=tuple(recorded))


def _plan_folders(request: CompareRequest, database: str, steps: Report) -> _Plans:
    """Return plans of which some are folders; whether they can be compared at all is asked later."""
    subjects: list[Subject] = []
    folders: list[FolderCase] = []
    for target in request.targets:
        folder = folder_target(target)
        if folder is None:
            subjects.append(subject_of(target, database, request.network, steps))
            continue
        refuse_network(folder, request.network)
        planned = plan_folder(folder, steps)
        subjects.append(planned.subject)
        folders.append(planned.case)
    return _Plans(tuple(subjects), folders=tuple(folders))


def _stand(found: Comparison, plans: _Plans) -> Stand:
    from api.documents.model import combined_stand  # noqa: PLC0415
    from api.documents.stand import stand_of_planned, stand_of_subject  # noqa: PLC0415

    names = [found.differences[0].base_name, *(one.other_name for one in found.differences)]
    if plans.desk is None:
        # A folder's plan that the check refuses is never compared.
        stands = [stand_of_subject(subject, checked=True) for subject in plans.subjects]
        return combined_stand(tuple(zip(names, stands, strict=True)))
    stands = [stand_of_planned(one, plans.desk.stored) for one in plans.planned]
    return combined_stand(tuple(zip(names, stands, strict=True)))


def _ground(plans: _Plans) -> Ground | None:
    from api.documents.folder_ground import folder_ground  # noqa: PLC0415 - loads the GIS libraries
    from api.documents.layers import Ground, joined_ground  # noqa: PLC0415

    grounds = [Ground.of_case(one.case) for one in plans.planned]
    grounds += [ground for ground in map(folder_ground, plans.folders) if ground is not None]
    return reduce(joined_ground, grounds) if grounds else None
