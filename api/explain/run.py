"""What the command ``explain`` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.documents.options import AnswerRequest, write_answers
from api.explain.document import explain_document
from api.explain.plain import explanation_to_dict
from api.explain.target import open_target
from api.explain.tell import tell_document
from api.planning.answered import Answered
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.explain.target import Target
    from api.main_job import Report
    from api.planning.by_job import ByJob
    from optimizer.explain.answer import Explanation
    from optimizer.explain.question import Question


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What to explain, and where the answer goes.

    Parameters
    ----------
    target
        Scenario id, scenario file, or folder of CSV files.
    database
        URL of the database of the region.
    network
        Stored network to plan on; None for the corridors of the pack.
    question
        What is asked.
    files
        Files asked for.
    by_job
        The job that asks, if one does.
    """

    target: str
    database: str
    network: str | None
    question: Question
    files: AnswerRequest
    by_job: ByJob | None = None


STEPS = 2
"""Steps that explaining tells."""


def explain_target(request: ExplainRequest, talk: Talk) -> None:
    """Plan, explain, tell and write what was asked for.

    Raises
    ------
    HinterlandError
        When the target or what is asked of it is not there, or the check refuses the plan.
    """
    with talk.steps(STEPS) as steps:
        found = answer_explanation(request, steps)
    tell_document(found.document(), talk)
    talk.answer(found.answer)
    write_answers(found.document, found.layers, request.files, talk)


def answer_explanation(request: ExplainRequest, report: Report) -> Answered:
    """Plan and explain.

    Raises
    ------
    HinterlandError
        When the target or what is asked of it is not there, or the check refuses the plan.
    """
    target = open_target(request.target, request.database, request.network, report, request.by_job)
    report.begin(Text(en="Explaining the plan", vi="Giải thích phương án"))
    found = target.explainer.answer(request.question)
    document = explain_document(found, target.stand)
    return Answered(explanation_to_dict(found), lambda: document, lambda: _layers(target, found))


def _layers(target: Target, found: Explanation) -> dict[str, Any]:
    from api.explain.layers import explain_layers  # noqa: PLC0415 - loads the GIS libraries

    return explain_layers(found, case=target.case, folder=target.folder)
