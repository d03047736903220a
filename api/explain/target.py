"""What is to be explained, planned and checked: a scenario of a region, or a folder of CSV files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.desk import open_desk
from api.documents.stand import stand_of_case, stand_of_subject
from api.folder_target import folder_target, plan_folder, refuse_network
from api.planning.by_job import shelf_of
from optimizer.explain.answer import Explainer
from optimizer.flow.engine import FlowEngine
from optimizer.results.subject import subject_of_case

if TYPE_CHECKING:
    from api.documents.model import Stand
    from api.main_job import Report
    from api.planning.by_job import ByJob
    from optimizer.case import Case
    from optimizer.folder.case import FolderCase


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Something planned that can be explained.

    Parameters
    ----------
    explainer
        Explains it.
    stand
        What its figures are.
    case, folder
        The region's case or the folder's, where its parts lie on the map.
    """

    explainer: Explainer
    stand: Stand
    case: Case | None = None
    folder: FolderCase | None = None


def open_target(target: str, database: str, network: str | None, report: Report, by_job: ByJob | None = None) -> Target:
    """Return a scenario or a folder, planned and checked.

    Parameters
    ----------
    target
        Scenario id, scenario file, or folder of CSV files.
    database
        URL of the database of the region.
    network
        Stored network to plan on; None for the corridors of the pack.
    report
        What progress is told to.
    by_job
        The job that asks, if one does: then no target is a file or a folder.

    Raises
    ------
    HinterlandError
        When there is no such target, it does not fit, or the check refuses its plan.
    """
    folder = folder_target(target) if by_job is None else None
    if folder is not None:
        refuse_network(folder, network)
        found = plan_folder(folder, report)
        stand = stand_of_subject(found.subject, checked=True)
        return Target(Explainer(found.subject, found.engine), stand, folder=found.case)
    desk = open_desk(database, network, shelf_of(by_job))
    planned = desk.plan(target, report)
    subject = subject_of_case(planned.case, planned.plan)
    explainer = Explainer(subject, FlowEngine(desk.planner.kept), desk.planner, planned.case)
    stand = stand_of_case(planned.case, planned.plan, desk.stored, checked=not planned.violations)
    return Target(explainer, stand, case=planned.case)
