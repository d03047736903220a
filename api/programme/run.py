"""What the command ``programme`` does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api import main_job
from api.desk import open_desk
from api.documents.options import AnswerRequest, write_answers
from api.exports.tables import write_csv_tables, write_workbook
from api.programme.document import programme_document, programme_stand
from api.programme.plain import programme_to_dict
from api.programme.tables import action_frame, place_frame
from api.programme.tell import tell_programme
from api.programme.words import TOGETHER
from api.refusal import refuse_violations
from api.runs import record_desk
from api.scenarios.library import Library
from optimizer.programme.actions import read_actions
from optimizer.programme.evaluate import evaluate_programme
from supplychain.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from api.console import Steps, Talk
    from api.desk import Desk
    from optimizer.planner import Planned
    from optimizer.programme.answer import ProgrammeAnswer
    from optimizer.scenarios.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ProgrammeRequest:
    """What is to be evaluated, and where the answer goes.

    Parameters
    ----------
    programme_id
        The programme; None for all.
    scenario
        The base to compare with: scenario id or file.
    network
        Stored network to plan on; None for the corridors of the pack.
    out
        Folder of the tables, if any.
    files
        Report and layer files.
    """

    programme_id: str | None = None
    scenario: str = "base"
    network: str | None = None
    out: Path | None = None
    files: AnswerRequest = field(default_factory=AnswerRequest)


def run_programme(request: ProgrammeRequest, database: str, talk: Talk) -> None:
    """Evaluate, tell and write what was asked for.

    Raises
    ------
    HinterlandError
        When the programme, the base or a scenario is not there or does not fit, or the check refuses a plan.
    """
    desk = open_desk(database, request.network)
    started_at = datetime.now(UTC)
    answer = evaluate_on(desk, request, talk)
    record_desk(database, _all_planned(answer), started_at, desk)
    if request.out is not None:
        tables = {"actions": action_frame(answer), "places": place_frame(answer), "indicators": answer.indicators}
        with main_job.replaced_folder(request.out) as partial:
            write_csv_tables(partial / "tables", tables)
            write_workbook(partial / "tables.xlsx", tables)
    tell_programme(answer, talk)
    talk.answer(programme_to_dict(answer))
    stand = programme_stand(answer, desk.stored)
    write_answers(lambda: programme_document(answer, stand), lambda: _layers(answer), request.files, talk)


def evaluate_on(desk: Desk, request: ProgrammeRequest, talk: Talk) -> ProgrammeAnswer:
    """Return the answer of a desk, telling which scenario is being planned.

    Raises
    ------
    HinterlandError
        As :func:`run_programme`.
    """
    pack = desk.planner.pack
    actions = read_actions(pack, request.programme_id)
    library = Library.of(pack)
    base = library.scenario(request.scenario)
    own = {one.action_id: one.scenario_id for one in actions if one.scenario_id not in {None, request.scenario}}
    scenarios = {
        action: replace(library.stack([request.scenario, str(name)]), name=library.files[str(name)].name)
        for action, name in own.items()
    }
    together = None
    if own:
        together = replace(library.stack([request.scenario, *map(str, own.values())]), name=TOGETHER)
    with talk.steps(len(scenarios) + 1 + (together is not None)) as steps:
        answer = evaluate_programme(
            desk.planner, base, actions, scenarios, together, watcher=lambda one: _tell(steps, one)
        )
    for one in _all_planned(answer):
        refuse_violations(one.case.scenario.scenario_id, one.violations)
    return answer


def _all_planned(answer: ProgrammeAnswer) -> list[Planned]:
    """Return every plan of an answer, the base first."""
    planned = [answer.base, *(result.planned for result in answer.results), answer.together_planned]
    return [one for one in planned if one is not None]


def _tell(steps: Steps, scenario: Scenario) -> None:
    steps.begin(Text(en=f"Planning “{scenario.name.en}”", vi=f"Lập phương án “{scenario.name.vi}”"))


def _layers(answer: ProgrammeAnswer) -> dict[str, Any]:
    from api.programme.layers import programme_layers  # noqa: PLC0415 - loads the GIS libraries

    return programme_layers(answer)
