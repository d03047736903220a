"""What the commands of the command line do."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api import main_job
from api.console import Talk
from api.database import create_database, load_region, read_region, read_scenarios
from api.documents.options import AnswerRequest, write_answers
from api.exports.layers import build_layers, check_layer_file, write_layers
from api.planning.answered import Answered
from api.planning.by_job import shelf_of
from api.refusal import refuse_violations
from api.regions import check_region, region_folder
from api.results import Outcome, Results
from api.runs import Used, record_run
from api.scenarios.library import find_scenario
from api.tell import tell_binding, tell_plan, tell_streets, tell_what_ifs
from optimizer.results.streets import street_use
from optimizer.results.swings import SwingOptions
from optimizer.scenarios.scenario import Scenario
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.documents.layers import Ground
    from api.documents.model import Document
    from api.planning.by_job import ByJob
    from geodata.versions.version import StoredVersion
    from supplychain.pack import Pack

DEMO_REGION: Final = "binh_duong"
BASE: Final = "base"
A_FOLDER: Final = Text(
    en="{folder} is a folder: a folder of CSV files is planned with `hinterland solve {folder}`; a scenario is an "
    "id or a .yaml, .yml or .json file.",
    vi="{folder} là thư mục: thư mục tệp CSV được giải bằng `hinterland solve {folder}`; kịch bản là mã hoặc tệp "
    ".yaml, .yml hay .json.",
)
SWING_PROCESSES: Final = 2


def run_demo(out: Path, talk: Talk, swing_seconds: float) -> None:
    """Load the demo region, plan the base and every what-if, and leave report, tables and layers in ``out``.

    No plan of a varied assumption is started once ``swing_seconds`` have passed.
    """
    started_at = datetime.now(UTC)
    database = str(out / "hinterland.gpkg")
    out.mkdir(parents=True, exist_ok=True)
    with talk.steps(1) as steps:
        steps.begin(Text(en="Loading the region", vi="Nạp dữ liệu vùng"))
        create_database(database)
        load_region(database, region_folder(DEMO_REGION))
        pack = read_region(database)
        scenarios = _what_ifs(pack, _base_first(read_scenarios(database)))
    with talk.steps(main_job.count_steps(scenarios)) as steps:
        options = main_job.MainJobOptions(
            swings=SwingOptions(time_budget_s=swing_seconds, processes=SWING_PROCESSES), language=talk.language
        )
        results = main_job.run_main_job(pack, scenarios, steps, options)
        for outcome in results.outcomes:
            _refuse_violations(outcome)
            start = None if outcome is results.base else results.base
            record_run(database, outcome, started_at, Used(pack, main_job.OPTIONS, start=start))
        written = main_job.write_results(results, out, steps, talk.language)
    tell_plan(results.base, talk)
    tell_what_ifs(results, talk)
    talk.say(
        Text(
            en="{count} files in {out}; open {out}/report.html, or run `hinterland serve --out {out}`.",
            vi="Đã ghi {count} tệp vào {out}; mở {out}/report.html, hoặc chạy `hinterland serve --out {out}`.",
        ).format(count=len(written), out=out)
    )
    talk.answer(results.base.document)


def make_database(database: str, talk: Talk) -> None:
    """Make an empty database or bring an old one up to date."""
    create_database(database)
    talk.say(
        Text(
            en="The database {database} is ready. Next: `hinterland load`.",
            vi="Cơ sở dữ liệu {database} đã sẵn sàng. Tiếp theo: `hinterland load`.",
        ).format(database=database)
    )


def load_pack_folder(pack: str, database: str, talk: Talk, *, dry_run: bool, with_synthetic: bool) -> None:
    """Check a region pack and load it, all or nothing; made-up firms only where asked for."""
    folder = region_folder(pack)
    if dry_run:
        rows = check_region(folder).row_count
        done = Text(
            en="{folder}: {rows} rows, nothing to complain about; nothing was loaded.",
            vi="{folder}: {rows} dòng, không có lỗi; chưa nạp gì.",
        )
        talk.say(done.format(folder=folder, rows=rows))
        return
    with talk.steps(1) as steps:
        steps.begin(Text(en=f"Checking and loading {folder}", vi=f"Kiểm tra và nạp {folder}"))
        create_database(database)
        notes: list[Text] = []
        rows = load_region(database, folder, with_synthetic=with_synthetic, on_note=notes.append)
    for note in notes:
        talk.say(note)
    talk.say(
        Text(
            en="{rows} rows of {folder} are in {database}. Next: `hinterland plan`.",
            vi="Đã nạp {rows} dòng của {folder} vào {database}. Tiếp theo: `hinterland plan`.",
        ).format(rows=rows, folder=folder, database=database)
    )
    if not with_synthetic:
        talk.say(
            Text(
                en="Rows marked synthetic were left out; --synthetic loads them too.",
                vi="Các dòng giả lập (synthetic) không được nạp; thêm --synthetic để nạp cả.",
            )
        )


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What is wanted of a plan besides its figures on the terminal.

    Parameters
    ----------
    out
        Folder of its document and tables, if any.
    network
        Stored network to plan on: number, name or ``latest``; None for the corridors of the pack.
    answers
        Report and layer files.
    by_job
        The job that asks, if one does.
    """

    out: Path | None = None
    network: str | None = None
    answers: AnswerRequest = field(default_factory=AnswerRequest)
    by_job: ByJob | None = None


def plan_one(scenario: str, database: str, talk: Talk, wish: PlanWish) -> None:
    """Plan one scenario, check it, and write its tables, report and layers where asked.

    Parameters
    ----------
    scenario
        Its id, or a YAML or JSON file.
    database
        Database of the region and the networks.
    talk
        Tells the user.
    wish
        What else is wanted.
    """
    if Path(scenario).is_dir():
        raise HinterlandError(A_FOLDER.format(folder=scenario))
    with talk.steps(plan_steps(wish)) as steps:
        made = answer_plan(scenario, database, steps, wish)
    outcome, found = made.outcome, made.answered
    if wish.out is not None:
        with main_job.replaced_folder(wish.out) as folder:
            main_job.write_json(folder / "plan.json", outcome.document)
            main_job.write_outcome_tables(outcome, folder)
    tell_plan(outcome, talk)
    tell_binding(outcome, talk)
    tell_streets(outcome, talk)
    write_answers(found.document, found.layers, wish.answers, talk)
    talk.answer(found.answer)


@dataclass(frozen=True, slots=True, eq=False)
class PlanAnswer:
    """A planned scenario with the answer it is told in.

    Parameters
    ----------
    outcome
        The scenario, planned.
    answered
        The answer.
    """

    outcome: Outcome
    answered: Answered


def plan_steps(wish: PlanWish) -> int:
    """Return how many steps ``answer_plan`` tells."""
    return 1 if wish.network is None else 2


def answer_plan(scenario: str, database: str, report: main_job.Report, wish: PlanWish) -> PlanAnswer:
    """Plan one scenario, check it and record the run.

    Raises
    ------
    HinterlandError
        When there is no such scenario, it does not fit, or the check refuses its plan.
    """
    started_at = datetime.now(UTC)
    pack = read_region(database)
    named = find_scenario(scenario, pack, shelf_of(wish.by_job))
    outcome, stored = _planned(wish.network, pack, named, database, report)
    mark = None if wish.by_job is None else wish.by_job.mark()
    run = record_run(database, outcome, started_at, Used(pack, main_job.OPTIONS, stored, mark=mark))

    @cache
    def ground() -> Ground:
        from api.documents.layers import Ground  # noqa: PLC0415 - loads the GIS libraries

        return Ground.of_case(outcome.case)

    def document() -> Document:
        from api.plan.document import plan_document  # noqa: PLC0415 - loads the GIS libraries

        return plan_document(outcome, pack, stored, ground())

    def layers() -> Mapping[str, Any]:
        from api.plan.layers import plan_layers  # noqa: PLC0415 - loads the GIS libraries

        return plan_layers(outcome, ground())

    tables = partial(main_job.outcome_tables, outcome)
    return PlanAnswer(outcome, Answered(outcome.document, document, layers, tables, runs=(run,)))


def export_layers(scenario: str, out: Path, crs: str, database: str, talk: Talk, network: str | None = None) -> None:
    """Plan one scenario, on a stored network where one is named, and write its layers in the CRS asked for."""
    check_layer_file(out, crs)
    with talk.steps(2 if network is None else 3) as steps:
        pack = read_region(database)
        outcome, _ = _planned(network, pack, find_scenario(scenario, pack), database, steps)
        steps.begin(Text(en=f"Writing {out}", vi=f"Ghi {out}"))
        results = Results.of_one(pack, outcome)
        write_layers(out, build_layers(results), main_job.provenance_of(results), crs)
    talk.say(
        Text(en="The layers are in {out} ({crs}).", vi="Các lớp nằm trong {out} ({crs}).").format(out=out, crs=crs)
    )


def _base_first(scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
    return tuple(sorted(scenarios, key=lambda scenario: (scenario.scenario_id != BASE, scenario.scenario_id)))


def _what_ifs(pack: Pack, scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
    """Return the base and the what-ifs that are more than one action of a programme (`hinterland programme`)."""
    of_actions = set(pack.table("actions")["scenario_id"].dropna()) - {BASE}
    return tuple(scenario for scenario in scenarios if scenario.scenario_id not in of_actions)


def _plan(pack: Pack, scenario: Scenario, report: main_job.Report) -> Outcome:
    outcome = main_job.plan_scenario(pack, scenario, report)
    _refuse_violations(outcome)
    return outcome


def _planned(
    network: str | None, pack: Pack, scenario: Scenario, database: str, report: main_job.Report
) -> tuple[Outcome, StoredVersion | None]:
    """Return a scenario planned on the pack's corridors, or on a stored network and that network."""
    if network is None:
        return _plan(pack, scenario, report), None
    return _plan_on(network, pack, scenario, database, report)


def _plan_on(
    network: str, pack: Pack, scenario: Scenario, database: str, report: main_job.Report
) -> tuple[Outcome, StoredVersion]:
    """Return a scenario planned on a stored network, which the plan's document names, and that network."""
    from api.network.stored import network_maker, read_stored_network  # noqa: PLC0415 - only such plans need it

    report.begin(Text(en=f"Reading network {network}", vi=f"Đọc mạng lưới {network}"))
    stored, infrastructure = read_stored_network(database, network)
    outcome = main_job.plan_scenario(
        pack,
        scenario,
        report,
        infrastructure=infrastructure,
        make_network=network_maker(database, stored),
    )
    _refuse_violations(outcome)
    use = street_use(outcome.case, outcome.plan)
    outcome.document.update(
        streets_without_capacity=None if use is None else asdict(use),
        network_version=stored.version_id,
        network_name=stored.name,
        network_sha256=stored.content_hash,
        network_sources=[f"{one.attribution or one.name}, {one.licence}" for one in infrastructure.sources],
    )
    return outcome, stored


def _refuse_violations(outcome: Outcome) -> None:
    refuse_violations(outcome.case.scenario.scenario_id, outcome.violations)
