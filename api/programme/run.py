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
from api.programme.document import programme_document
from api.programme.plain import programme_to_dict
from api.programme.tables import action_frame, place_frame
from api.programme.tell import tell_programme
from api.programme.words import TOGETHER
from api.refusal import refuse_violations
from api.runs import DeskRecord
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
    record = DeskRecord(desk, datetime.now(UTC))
    answer, stand = evaluate_on(desk, request, talk, record)
    record.write(database)
    if request.out is not None:
        tables = {"actions": action_frame(answer), "places": place_frame(answer), "indicators": answer.indicators}
        with main_job.replaced_folder(request.out) as partial:
            write_csv_tables(partial / "tables", tables)
            write_workbook(partial / "tables.xlsx", tables)
    tell_programme(answer, talk)
    talk.answer(programme_to_dict(answer))
    write_answers(lambda: programme_document(answer, stand), lambda: _layers(answer), request.files, talk)


def evaluate_on(desk: Desk, request: ProgrammeRequest, talk: Talk, record: DeskRecord) -> tuple[ProgrammeAnswer, Stand]:
    """Return the answer of a desk and how far all its plans are proven, telling which scenario is being planned.

    Every plan is taken down in ``record``.

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
        witness = Witness(steps, desk, record)
        answer = evaluate_programme(desk.planner, base, actions, scenarios, together, watcher=witness)
    return answer, combined_stand(tuple(witness.stands))


class Witness:
    """Tells which scenario is planned, refuses plans that do not hold, records each and keeps how far it is proven."""

    def __init__(self, steps: Steps, desk: Desk, record: DeskRecord) -> None:
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
