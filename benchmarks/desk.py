"""The planner's desk: base and one what-if planned, explained, compared, reported and mapped, on pack and OSM network.

Each in a process of its own, from a database in which the region (and the network joined with it) is stored. Explained
are binding capacities, what stays, and the alternatives of the 20 largest demands; written are both documents as HTML,
DOCX and XLSX and the layers of both. Making the database and the joined network is preparation, told apart.
"""

# ruff: noqa: PLC0415 - imports are part of what is measured
from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.case import Case
from benchmarks.city import CITY_FILE, is_here
from benchmarks.measure import measure

if TYPE_CHECKING:
    from api.documents.model import Document

WHAT_IF = "ring_roads_3_4"
EXPLAINED = 20
FORMS = (".html", ".docx", ".xlsx")


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of one network.

    Parameters
    ----------
    case
        What it is called.
    network
        Stored network to plan on; None for the corridors of the pack.
    most_cpu_s
        CPU seconds it may take.
    """

    case: str
    network: str | None
    most_cpu_s: float


PACK = Target("region pack", None, 20.0)
JOINED = Target("OpenStreetMap of the city joined with the pack", "joined", 60.0)


def run() -> Iterator[Case]:
    """Yield the desk on the pack, and on the joined network where the file of the city is on this machine.

    Raises
    ------
    FileNotFoundError
        If it is not.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "desk.gpkg")
        region_s = measure(str, _load_region, (database,)).cpu_s
        yield _desk(PACK, database, folder, region_s)
        if not is_here():
            msg = f"{CITY_FILE} is not on this machine; the benchmark desk joins it with the pack."
            raise FileNotFoundError(msg)
        network_s = measure(str, _join_city, (database,)).cpu_s
        yield _desk(JOINED, database, folder, region_s + network_s)


def _desk(target: Target, database: str, folder: str, preparation_s: float) -> Case:
    ours = measure(_request, _work, (database, target.network, folder))
    facts = ours.answer
    return Case(
        benchmark="desk",
        case=target.case,
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer="none: no other tool does all of it",
        peer_cpu_s=0.0,
        relative_difference=0.0 if facts["checked"] else float("inf"),
        target=f"at most {target.most_cpu_s:g} CPU s in a fresh process, imports included",
        meets_target=bool(facts["checked"]) and ours.cpu_s <= target.most_cpu_s,
        details={**facts, "preparation_cpu_s": round(preparation_s, 1)},
    )


def _request(database: str, network: str | None, folder: str) -> tuple[str, str | None, Path]:
    """Return what is asked; nothing of the program is imported yet, so that imports are measured too."""
    return database, network, Path(folder)


def _load_region(database: str) -> None:
    from api.database import create_database, load_region
    from api.regions import region_folder

    create_database(database)
    load_region(database, region_folder("binh_duong"))


def _join_city(database: str) -> None:
    import subprocess
    import sys

    for arguments in (
        ("network", "import-osm", str(CITY_FILE), "--name", "city"),
        ("network", "join", "city", "pack", "--name", "joined"),
    ):
        command = [sys.executable, "-m", "api.cli", *arguments, "--database", database]
        subprocess.run(command, check=True, capture_output=True)


class _Clock:
    """CPU seconds of each step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._last = time.process_time()

    def __call__(self, step: str) -> None:
        now = time.process_time()
        self.steps[f"{step}_cpu_s"] = round(now - self._last, 2)
        self._last = now


def _work(request: tuple[str, str | None, Path]) -> dict[str, Any]:
    """Plan, explain, compare, write; return what was made and how long each step took."""
    clock = _Clock()
    from api.compare.document import comparison_document
    from api.compare.layers import comparison_layers
    from api.desk import open_desk
    from api.documents.layers import Ground, joined_ground
    from api.documents.model import combined_stand
    from api.documents.stand import stand_of_planned
    from api.explain.document import explain_document
    from api.explain.layers import explain_layers
    from api.main_job import SilentReport
    from optimizer.compare.compare import compare_subjects
    from optimizer.results.subject import subject_of_case

    database, network, folder = request
    desk = open_desk(database, network)
    clock("open")
    planned = [desk.plan(name, SilentReport()) for name in ("base", WHAT_IF)]
    clock("plan")
    subjects = [subject_of_case(one.case, one.plan) for one in planned]
    explained = _explain(subjects[0], desk.planner, planned[0].case)
    clock("explain")
    compared = compare_subjects(subjects)
    clock("compare")
    stands = [stand_of_planned(one, desk.stored) for one in planned]
    names = [one.case.scenario.name for one in planned]
    ground = joined_ground(*(Ground.of_case(one.case) for one in planned))
    both = combined_stand(tuple(zip(names, stands, strict=True)))
    made: tuple[tuple[str, Callable[[], Document], Callable[[], Any]], ...] = (
        ("explain", lambda: explain_document(explained, stands[0]), lambda: explain_layers(explained, planned[0].case)),
        ("compare", lambda: comparison_document(compared, both, ground), lambda: comparison_layers(compared, ground)),
    )
    written = sum(_write(folder, *one) for one in made)
    clock("write")
    return {
        "checked": not any(one.violations for one in planned),
        "links": len(planned[0].case.network.links),
        "demands": len(planned[0].case.problem.demand_ids),
        "explained": len(explained.demands),
        "alternatives": sum(len(one.alternatives) for one in explained.demands),
        "binding": len(explained.bindings),
        "written_mb": round(written / 1e6, 2),
        "gap": max(one.plan.gap for one in planned),
        **clock.steps,
    }


def _explain(subject: Any, planner: Any, case: Any) -> Any:  # noqa: ANN401 - not imported before it is measured
    """Return the explanation of the whole plan, with the alternatives of its largest demands."""
    from dataclasses import replace

    import numpy as np

    from optimizer.explain.answer import Explainer
    from optimizer.explain.question import Question

    explainer = Explainer(subject, None, planner, case)
    found = explainer.answer(Question())
    largest = np.argsort(-subject.problem.demand_t_per_day, kind="stable")[:EXPLAINED]
    return replace(found, demands=tuple(explainer.demand(int(one)) for one in largest))


def _write(folder: Path, name: str, document: Callable[[], Document], layers: Callable[[], Any]) -> int:
    """Write one answer in every form, and return the bytes."""
    from api.documents.layers import write_answer_layers
    from api.documents.write import write_document

    made = document()
    files = [folder / f"{name}{form}" for form in FORMS]
    for file in files:
        write_document(made, file, "vi")
    files.append(folder / f"{name}.gpkg")
    write_answer_layers(files[-1], layers(), made.stand)
    return sum(file.stat().st_size for file in files)
