"""A folder of CSV files as something to plan, explain and compare, alone or with a scenario laid on it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.refusal import refuse_violations
from optimizer.check import check_plan
from optimizer.flow.engine import FlowEngine
from optimizer.folder.build import build_folder_problem
from optimizer.folder.findings import FolderError
from optimizer.folder.read import read_folder
from optimizer.folder.scenario import change_folder
from optimizer.folder.subject import subject_of_folder
from optimizer.folder.write import write_folder
from optimizer.scenarios.file import read_scenario_file
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.main_job import Report
    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase
    from optimizer.folder.tables import FlowTables
    from optimizer.subject import Subject

ON_NETWORK: Final = Text(
    en="{folder} is a folder with links of its own; --network is for scenarios of a region.",
    vi="{folder} là thư mục có tuyến riêng; --network chỉ dùng cho kịch bản của vùng.",
)
JOINT: Final = "+"
"""Parts a folder from the scenario file laid on it."""


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """A folder, and the scenario file laid on it if any.

    Parameters
    ----------
    folder
        Folder of CSV files.
    scenario
        Scenario file; None for the folder as it is.
    """

    folder: Path
    scenario: Path | None = None

    @property
    def title(self) -> str:
        """What it is called: the folder's name, with the scenario's behind it."""
        name = self.folder.resolve().name
        return name if self.scenario is None else f"{name} + {self.scenario.stem}"


@dataclass(frozen=True, slots=True, eq=False)
class PlannedFolder:
    """A folder with its plan, which the independent check has passed.

    Parameters
    ----------
    case, plan, subject
        They belong together.
    engine
        Solved it, and can solve it again changed.
    """

    case: FolderCase
    plan: Plan
    subject: Subject
    engine: FlowEngine


def folder_target(target: str) -> FolderTarget | None:
    """Return a target as a folder: ``FOLDER``, or ``FOLDER+SCENARIO.yaml``; None where it names no folder."""
    if target and Path(target).is_dir():  # an empty path is the folder one stands in
        return FolderTarget(Path(target))
    folder, joint, scenario = target.rpartition(JOINT)
    if folder and joint and scenario and Path(folder).is_dir():
        return FolderTarget(Path(folder), Path(scenario))
    return None


def refuse_network(target: FolderTarget, network: str | None) -> None:
    """Raise when a folder is to be planned on a stored network."""
    if network is not None:
        raise HinterlandError(ON_NETWORK.format(folder=target.folder))


def read_target(target: FolderTarget) -> FlowTables:
    """Return the tables of a folder, changed by the scenario if there is one, and checked together.

    Raises
    ------
    FindingsError
        With everything wrong in the folder, or in the scenario, each with its place.
    """
    tables = read_folder(target.folder)
    if target.scenario is None:
        return tables
    changed = change_folder(tables, read_scenario_file(target.scenario))
    with tempfile.TemporaryDirectory(prefix="hinterland-") as scratch:
        write_folder(changed.tables, Path(scratch))
        try:
            return read_folder(scratch)
        except FolderError as error:
            raise changed.told(error.findings) from error


def plan_folder(target: FolderTarget, report: Report) -> PlannedFolder:
    """Return a folder planned and checked.

    Raises
    ------
    HinterlandError
        When folder or scenario is refused, or the check refuses the plan.
    """
    report.begin(Text(en=f"Planning {target.title}", vi=f"Lập phương án {target.title}"))
    case, engine = build_folder_problem(read_target(target)), FlowEngine()
    plan = engine.solve(case.problem)
    refuse_violations(target.title, check_plan(case.problem, plan))
    return PlannedFolder(case, plan, subject_of_folder(case, plan, title=target.title), engine)
