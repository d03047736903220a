"""What the command ``programme`` does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api import main_job
from api.desk import open_desk
from api.documents.model import Stand, combined_stand
from api.documents.options import AnswerRequest, write_answers
from api.documents.stand import stand_of_planned
from api.exports.tables import write_csv_tables, write_workbook
from api.planning.answered import Answered
from api.planning.by_job import shelf_of
from api.programme.document import programme_document
from api.programme.plain import programme_to_dict
from api.programme.tables import action_frame, place_frame
from api.programme.tell import tell_programme
from api.programme.words import TOGETHER
from api.refusal import refuse_violations
from api.runs import DeskRecord
from optimizer.programme.actions import read_actions
from optimizer.programme.evaluate import evaluate_programme
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pandas as pd

    from api.console import Talk
    from api.desk import Desk
    from api.main_job import Report
    from api.planning.by_job import ByJob
    from optimizer.planner import Planned
    from optimizer.programme.answer import ProgrammeAnswer
    from optimizer.scenarios.scenario import Scenario

    StepsOf = Callable[[int], AbstractContextManager[Report]]


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
    by_job
        The job that asks, if one does.
    """

    programme_id: str | None = None
    scenario: str = "base"
    network: str | None = None
    out: Path | None = None
    files: AnswerRequest = field(default_factory=AnswerRequest)
    by_job: ByJob | None = None


def run_programme(request: ProgrammeRequest, database: str, talk: Talk) -> None:
    """Evaluate, tell and write what was asked for.

    Raises
    ------
    HinterlandError
        When the programme, the base or a scenario is not there or does not fit, or the check refuses a plan.
    """
    made = answer_programme(request, database, talk.steps)
    found = made.answered
    if request.out is not None:
        tables = found.tables()
        with main_job.replaced_folder(request.out) as partial:
            write_csv_tables(partial / "tables", tables)
            write_workbook(partial / "tables.xlsx", tables)
    tell_programme(made.found, talk)
    talk.answer(found.answer)
    write_answers(found.document, found.layers, request.files, talk)


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedProgramme:
    """A programme evaluated, with the answer it is told in.

    Parameters
    ----------
    found
        What was found.
    answered
        The answer.
    """

    found: ProgrammeAnswer
    answered: Answered


def answer_programme(request: ProgrammeRequest, database: str, steps: StepsOf) -> EvaluatedProgramme:
    """Evaluate and record the runs.

    Parameters
    ----------
    request
        What is asked.
    database
        Database of the region.
    steps
        Gives what is told of each step, from how many there are.

    Raises
    ------
    HinterlandError
        As :func:`run_programme`.
    """
    desk = open_desk(database, request.network, shelf_of(request.by_job))
    record = DeskRecord(desk, datetime.now(UTC), request.by_job)
    answer, stand = evaluate_on(desk, request, steps, record)
    runs = record.write(database)

    def tables() -> dict[str, pd.DataFrame]:
        return {"actions": action_frame(answer), "places": place_frame(answer), "indicators": answer.indicators}

    answered = Answered(
        programme_to_dict(answer),
        lambda: programme_document(answer, stand),
        lambda: _layers(answer),
        tables,
        runs=runs,
    )
    return EvaluatedProgramme(answer, answered)


def evaluate_on(
    desk: Desk, request: ProgrammeRequest, steps_of: StepsOf, record: DeskRecord
) -> tuple[ProgrammeAnswer, Stand]:
    """Return the answer of a desk and how far all its plans are proven, telling which scenario is being planned.

    Every plan is taken down in ``record``.

    Raises
    ------
    HinterlandError
        As :func:`run_programme`.
    """
    pack = desk.planner.pack
    actions = read_actions(pack, request.programme_id)
    library = desk.library
    base = library.scenario(request.scenario)
    under = library.names(request.scenario)
    own = {one.action_id: one.scenario_id for one in actions if one.scenario_id not in {None, request.scenario}}
    scenarios = {
        action: replace(library.stack([*under, str(name)]), name=library.files[str(name)].name)  # noqa: PD013 - no data frame
        for action, name in own.items()
    }
    together = None
    if own:
        together = replace(library.stack([*under, *map(str, own.values())]), name=TOGETHER)  # noqa: PD013 - no data frame
    with steps_of(len(scenarios) + 1 + (together is not None)) as steps:
        witness = Witness(steps, desk, record)
        answer = evaluate_programme(desk.planner, base, actions, scenarios, together, watcher=witness)
    return answer, combined_stand(tuple(witness.stands))


class Witness:
    """Tells which scenario is planned, refuses plans that do not hold, records each and keeps how far it is proven."""

    def __init__(self, steps: Report, desk: Desk, record: DeskRecord) -> None:
        self._steps = steps
        self._desk = desk
        self._record = record
        self.stands: list[tuple[Text, Stand]] = []

    def begin(self, scenario: Scenario) -> None:
        """Tell which scenario is planned next."""
        name = scenario.name
        self._steps.begin(Text(en=f"Planning “{name.en}”", vi=f"Lập phương án “{name.vi}”"))

    def done(self, planned: Planned) -> None:
        """Refuse a plan that does not hold; record it and keep how far it is proven."""
        refuse_violations(planned.case.scenario.scenario_id, planned.violations)
        self._record.add(planned)
        self.stands.append((planned.case.scenario.name, stand_of_planned(planned, self._desk.stored)))


def _layers(answer: ProgrammeAnswer) -> dict[str, Any]:
    from api.programme.layers import programme_layers  # noqa: PLC0415 - loads the GIS libraries

    return programme_layers(answer)
