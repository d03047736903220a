"""Many scenarios planned beside one base, each by a job of its own: the same answer on one worker as on many.

Every part plans the base and then its scenario with a planner of its own. A plan depends on its problem and on the plan
it begins from, which is the base's (``optimizer.planner``); so a part gives what ``hinterland compare BASE A B C …``
gives of its scenario, wherever and in whatever order the parts run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from api.planning.by_job import ByJob
from api.planning.telling import JobReport
from api.scenarios.library import STACKED
from api.scenarios.shelving import shelf_from
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.jobs.kinds import JobContext

Asked = Mapping[str, Any]

PART: Final = "sweep_part"
STEPS: Final = 2
COLLECTING: Final = Text(en="Collecting the plans", vi="Tập hợp các phương án")
NEARLY: Final = 0.95
BEGUN: Final = Text(en="Planning {count} scenarios", vi="Lập {count} phương án")


def sweep(context: JobContext, request: Asked) -> Asked:
    """Plan scenarios beside a base, spread over all workers, and tell what differs from the base."""
    asked = request["asked"]
    names = list(asked["scenarios"])
    context.tell(BEGUN.format(count=len(names)), 0.0)
    parts = {
        name: {
            "base": asked["base"],
            "scenario": name,
            "network": asked["network"],
            "sweep": context.job_id,
            "number": number,
            "shelf": _shelf_of(request["shelf"], (asked["base"], name)),
        }
        for number, name in enumerate(names, 1)
    }
    found = context.spread(parts, PART)
    context.tell(COLLECTING, NEARLY)
    answer = {"base": found[names[0]]["base"], "scenarios": [found[name]["scenario"] for name in names]}
    if request["wanted"]["tables"]:
        _keep_tables(context, answer)
    runs = [found[names[0]]["runs"][0], *(found[name]["runs"][1] for name in names)]
    return {"answer": answer, "runs": runs, "tables": {}}


def part(context: JobContext, request: Asked) -> Asked:
    """Plan the base and one scenario, and tell what differs."""
    from api.compare.commands import answer_of  # noqa: PLC0415 - loads all that plans
    from api.desk import open_desk  # noqa: PLC0415
    from api.runs import DeskRecord, brief_document  # noqa: PLC0415
    from optimizer.compare.compare import compare_subjects  # noqa: PLC0415
    from optimizer.results.subject import subject_of_case  # noqa: PLC0415

    by_job = ByJob(request["sweep"], context.caller.account_id or "", shelf_from(request["shelf"]))
    report = JobReport(context, STEPS)
    desk = open_desk(context.database, request["network"], by_job.shelf)
    desk.scenario(request["scenario"])  # one that does not fit is refused before the base is planned
    record = DeskRecord(desk, datetime.now(UTC), by_job)
    planned = []
    for number, name in ((0, request["base"]), (request["number"], request["scenario"])):
        planned.append(desk.plan(name, report))
        record.add(planned[-1], number)
    runs = record.write(context.database)
    compared = answer_of(compare_subjects([subject_of_case(one.case, one.plan) for one in planned]))
    base, other = (brief_document(one.case, one.plan) for one in planned)
    told = {key: compared[key] for key in ("is_empty", "differences", "gateways", "explanation")}
    return {
        "base": base | {"name": request["base"], "run_id": runs[0]},
        "scenario": other | {"name": request["scenario"], "run_id": runs[1], **told},
        "runs": list(runs),
    }


def _shelf_of(shelf: Asked, names: Sequence[str]) -> dict[str, Any]:
    """Return what a part needs of a shelf."""
    parts = {one.strip() for name in names for one in name.split(STACKED)}
    return {name: one for name, one in shelf.items() if name in parts}


def _keep_tables(context: JobContext, answer: Asked) -> None:
    """Keep the plans and their differences as a workbook."""
    import pandas as pd  # noqa: PLC0415 - only the tables need it

    from api.exports.tables import write_workbook  # noqa: PLC0415
    from api.planning.keeping import MEDIA_TYPES, WORKBOOK  # noqa: PLC0415

    plans = [
        {
            "scenario": one["name"],
            "status": one["status"],
            "gap": one["gap"],
            **one["objective"],
            "emissions_kg_co2e_per_day": one["emissions_kg_co2e_per_day"],
            "unserved_t_per_day": one["unserved_t_per_day"],
        }
        for one in (answer["base"], *answer["scenarios"])
    ]
    differences = [{"scenario": one["name"], **row} for one in answer["scenarios"] for row in one["differences"]]
    with context.folder() as folder:
        path = folder / WORKBOOK
        write_workbook(path, {"plans": pd.DataFrame(plans), "differences": pd.DataFrame(differences)})
        context.keep_file(path, MEDIA_TYPES["xlsx"])
