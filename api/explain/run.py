"""What the command ``explain`` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.documents.options import AnswerRequest, write_answers
from api.explain.document import explain_document
from api.explain.plain import explanation_to_dict
from api.explain.target import open_target
from api.explain.tell import tell_document
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.explain.target import Target
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
    """

    target: str
    database: str
    network: str | None
    question: Question
    files: AnswerRequest


def explain_target(request: ExplainRequest, talk: Talk) -> None:
    """Plan, explain, tell and write what was asked for.

    Raises
    ------
    HinterlandError
        When the target or what is asked of it is not there, or the check refuses the plan.
    """
    with talk.steps(2) as steps:
        target = open_target(request.target, request.database, request.network, steps)
        steps.begin(Text(en="Explaining the plan", vi="Giải thích phương án"))
        found = target.explainer.answer(request.question)
    document = explain_document(found, target.stand)
    tell_document(document, talk)
    talk.answer(explanation_to_dict(found))
    write_answers(lambda: document, lambda: _layers(target, found), request.files, talk)


def _layers(target: Target, found: Explanation) -> dict[str, Any]:
    from api.explain.layers import explain_layers  # noqa: PLC0415 - loads the GIS libraries

    return explain_layers(found, case=target.case, folder=target.folder)
