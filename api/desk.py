"""The planner's desk: a region of a database, on its own corridors or on a stored network, and its scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.database import read_region
from api.folder_target import folder_target, plan_folder, refuse_network
from api.refusal import refuse_violations
from api.scenarios.library import Library, Shelf
from optimizer.planner import Planned, Planner
from optimizer.scenarios.scenario import Scenario
from supplychain.text import Text

if TYPE_CHECKING:
    from api.main_job import Report
    from geodata.versions.version import StoredVersion
    from optimizer.flow.options import Progress
    from optimizer.subject import Subject


@dataclass(frozen=True, slots=True)
class Desk:
    """What every planning command works on.

    Parameters
    ----------
    database
        URL of the database.
    planner
        Plans scenarios of its region.
    stored
        The stored network it plans on; None for the corridors of the pack.
    shelf
        Scenarios beside those of the region; where there is a shelf, no name means a file.
    """

    database: str
    planner: Planner
    stored: StoredVersion | None = None
    shelf: Shelf | None = None

    @property
    def library(self) -> Library:
        """The scenarios that a name can mean here."""
        return Library.of(self.planner.pack, self.shelf)

    def scenario(self, name: str) -> Scenario:
        """Return a scenario of the region by id, one from a file, or several with ``+`` between them as a stack."""
        return self.library.scenario(name)

    def plan(self, name: str, report: Report) -> Planned:
        """Return a scenario planned and checked; one whose plan does not hold is refused.

        Raises
        ------
        HinterlandError
            When there is no such scenario, it does not fit, or the check refuses its plan.
        """
        scenario = self.scenario(name)
        report.begin(Text(en=f"Planning “{scenario.name.en}”", vi=f"Lập phương án “{scenario.name.vi}”"))

        def tell(progress: Progress) -> None:
            report.detail(
                Text(
                    en=f"“{scenario.name.en}”: round {progress.round}, proven gap {progress.gap:.0e}",
                    vi=f"“{scenario.name.vi}”: vòng {progress.round}, sai lệch chứng minh {progress.gap:.0e}",
                )
            )

        planned = self.planner.plan(scenario, progress=tell)
        refuse_violations(scenario.scenario_id, planned.violations)
        return planned

    def subject(self, name: str, report: Report) -> Subject:
        """Return a planned scenario with the names and rows of its parts.

        Raises
        ------
        HinterlandError
            As ``plan`` does.
        """
        from optimizer.results.subject import subject_of_case  # noqa: PLC0415 - plans alone need no names

        planned = self.plan(name, report)
        return subject_of_case(planned.case, planned.plan)


def open_desk(database: str, network: str | None = None, shelf: Shelf | None = None) -> Desk:
    """Return the desk of a database, on one of its stored networks where one is named.

    Parameters
    ----------
    database
        URL of the database.
    network
        Number, name or ``latest``; None for the corridors of the pack.
    shelf
        Scenarios beside those of the region, in place of files.
    """
    pack = read_region(database)
    if network is None:
        return Desk(database, Planner(pack), shelf=shelf)
    from api.network.stored import network_maker, read_stored_network  # noqa: PLC0415 - only such plans need it

    stored, infrastructure = read_stored_network(database, network)
    return Desk(database, Planner(pack, infrastructure, make_network=network_maker(database, stored)), stored, shelf)


def subject_of(target: str, database: str, network: str | None, report: Report) -> Subject:
    """Return what a command was asked about, planned and checked, whether a scenario or a folder of CSV files.

    Parameters
    ----------
    target
        Scenario id, scenario file, or folder of CSV files (``FOLDER``, or ``FOLDER+SCENARIO.yaml``).
    database
        URL of the database of the region.
    network
        Number, name or ``latest`` of a stored network; None for the corridors of the pack.
    report
        What progress is told to.

    Raises
    ------
    HinterlandError
        When there is no such target, it does not fit, or the check refuses its plan.
    """
    folder = folder_target(target)
    if folder is None:
        return open_desk(database, network).subject(target, report)
    refuse_network(folder, network)
    return plan_folder(folder, report).subject
