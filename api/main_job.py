"""The main job: plan the base and its what-ifs, check them, and leave report, tables and layers."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from api.exports.layers import build_layers, write_layers
from api.exports.tables import write_csv_tables, write_workbook
from api.report.build import write_report_html
from api.results import Outcome, Results
from geodata.assembly.network import build_network
from optimizer.case import NetworkMaker, build_case, solve_case
from optimizer.check import check_plan
from optimizer.compare.compare import compare_subjects
from optimizer.flow.options import Progress, SolveOptions
from optimizer.flow.plan import StartPaths
from optimizer.results.calibrated import calibrated_split
from optimizer.results.indicators import Indicators, indicators
from optimizer.results.itineraries import itineraries, itinerary_paths
from optimizer.results.known_figures import known_figures
from optimizer.results.plan_document import plan_document
from optimizer.results.reasons import unserved
from optimizer.results.stored_swings import add_stored_swings, order_by_stored_swing
from optimizer.results.subject import subject_of_case
from optimizer.results.swings import SwingOptions, assumption_swings
from supplychain.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from geodata.infrastructure.infrastructure import Infrastructure
    from optimizer.compare.comparison import Difference
    from optimizer.scenarios.scenario import Scenario
    from supplychain.pack import Pack

FEWEST: Final = 2
"""Plans that a comparison needs."""

TIME_LIMIT_S: Final = 300.0
"""Seconds after which a plan is taken as it is, with the gap it has proven; a province needs a few."""


OPTIONS: Final = SolveOptions(time_limit_s=TIME_LIMIT_S)
"""How far and how long scenarios are planned; a plan that is cut short says ``stopped`` and what gap it has proven."""


class Report(Protocol):
    """Hears how the job goes on."""

    def begin(self, text: Text) -> None:
        """Hear that a step begins."""

    def detail(self, text: Text) -> None:
        """Hear what happens within the step."""


class SilentReport:
    """Hears and says nothing."""

    def begin(self, text: Text) -> None:
        """Hear that a step begins."""

    def detail(self, text: Text) -> None:
        """Hear what happens within the step."""


@dataclass(frozen=True, slots=True)
class MainJobOptions:
    """How the main job runs.

    Parameters
    ----------
    swings
        How assumptions are varied.
    language
        Language the report opens in.
    """

    swings: SwingOptions
    language: Language = "vi"


def plan_scenario(
    pack: Pack,
    scenario: Scenario,
    report: Report,
    start: StartPaths | None = None,
    *,
    options: SolveOptions | None = None,
    infrastructure: Infrastructure | None = None,
    make_network: NetworkMaker = build_network,
) -> Outcome:
    """Return one scenario planned, checked from its problem alone, and summed up.

    Parameters
    ----------
    pack
        The region as loaded.
    scenario
        What changes.
    report
        Hears of the step and of each round of the solver.
    start
        Paths of a related plan, tried first to save time.
    options
        Settings of the solver; ``OPTIONS`` when left out.
    infrastructure
        A detailed network joined with the pack's corridors, to plan on in place of these alone.
    make_network
        Makes the network of the changed pack.
    """
    report.begin(Text(en=f"Planning “{scenario.name.en}”", vi=f"Lập phương án “{scenario.name.vi}”"))
    case = build_case(pack, scenario, infrastructure, make_network=make_network)

    def tell(progress: Progress) -> None:
        report.detail(
            Text(
                en=f"“{scenario.name.en}”: round {progress.round}, proven gap {progress.gap:.0e}",
                vi=f"“{scenario.name.vi}”: vòng {progress.round}, sai lệch chứng minh {progress.gap:.0e}",
            )
        )

    plan = solve_case(case, options or OPTIONS, start_paths=start, progress=tell)
    violations = tuple(check_plan(case.problem, plan))
    return Outcome(
        case=case,
        plan=plan,
        violations=violations,
        indicators=indicators(case, plan),
        paths=itinerary_paths(case, plan),
        legs=itineraries(case, plan),
        unserved=unserved(case, plan),
        document=dict(plan_document(case, plan, violations)),
    )


def count_steps(scenarios: Sequence[Scenario]) -> int:
    """Return how many steps ``run_main_job`` and ``write_results`` report."""
    return len(scenarios) + 3


def run_main_job(pack: Pack, scenarios: Sequence[Scenario], report: Report, options: MainJobOptions) -> Results:
    """Return the base plan (first scenario), the what-ifs and what stands beside them.

    Parameters
    ----------
    pack
        The region as loaded.
    scenarios
        The base first.
    report
        Hears of each step.
    options
        How it runs.
    """
    outcomes: list[Outcome] = []
    for scenario in scenarios:
        base_paths = StartPaths.from_plan(outcomes[0].case.problem, outcomes[0].plan) if outcomes else None
        outcomes.append(plan_scenario(pack, scenario, report, base_paths))
    base = outcomes[0]
    report.begin(Text(en="Comparing with known figures", vi="So với số liệu đã biết"))
    comparisons = compare_outcomes(outcomes)
    known, calibrated = known_figures(base.case, base.plan), calibrated_split(base.case, base.plan)
    report.begin(Text(en="Varying each assumption", vi="Thay đổi từng giả định"))
    wanted = options.swings.assumption_ids or order_by_stored_swing(pack)
    swing_options = replace(options.swings, assumption_ids=wanted)
    measured = assumption_swings(pack, scenarios[0], base.plan, options=swing_options)
    swings = add_stored_swings(measured, pack, base.plan.money, base.plan.emissions_kg_per_day)
    name = pack.region.name
    return Results(
        region_name=name,
        pack=pack,
        outcomes=tuple(outcomes),
        comparisons=comparisons,
        calibrated=calibrated,
        known=known,
        swings=swings,
    )


def compare_outcomes(outcomes: Sequence[Outcome]) -> dict[str, Difference]:
    """Return how each what-if differs from the base (the first outcome), by scenario id."""
    if len(outcomes) < FEWEST:
        return {}
    found = compare_subjects([subject_of_case(outcome.case, outcome.plan) for outcome in outcomes])
    ids = (outcome.case.scenario.scenario_id for outcome in outcomes[1:])
    return dict(zip(ids, found.differences, strict=True))


def indicator_tables(found: Indicators) -> dict[str, pd.DataFrame]:
    """Return the tables of one plan by name."""
    return {
        "by_mode": found.by_mode,
        "by_gateway": found.by_gateway,
        "by_terminal": found.by_terminal,
        "by_park": found.by_park,
        "by_commodity": found.by_commodity,
        "by_market": found.by_market,
        "bottlenecks": found.bottlenecks,
    }


def result_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the summary tables of a run by name."""
    tables = {
        **indicator_tables(results.base.indicators),
        "known_figures": results.known,
        "calibrated_split": results.calibrated,
        "assumption_swings": results.swings,
    }
    for outcome in results.outcomes:
        scenario_id = outcome.case.scenario.scenario_id
        tables[f"unserved_{scenario_id}"] = outcome.unserved
        if scenario_id in results.comparisons:
            tables[f"compare_{scenario_id}"] = results.comparisons[scenario_id].totals
    return tables


def detail_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the long tables of the base plan, written as CSV only."""
    return {
        "itineraries": results.base.legs,
        "itinerary_paths": results.base.paths,
        "links": results.base.indicators.links,
        "demand": results.base.case.demand.to_frame(),
    }


def write_results(results: Results, folder: Path, report: Report, language: Language) -> tuple[Path, ...]:
    """Write report, plans, tables and layers, and return what was written, as names within ``folder``.

    The folder takes its place only when all is written: an interrupted run leaves what was there before.
    """
    report.begin(Text(en="Writing report, tables and layers", vi="Ghi báo cáo, bảng và lớp bản đồ"))
    with replaced_folder(folder) as partial:
        for outcome in results.outcomes:
            is_base = outcome is results.base
            name = "plan.json" if is_base else f"plans/{outcome.case.scenario.scenario_id}.json"
            write_json(partial / name, outcome.document)
        tables, details = result_tables(results), detail_tables(results)
        write_csv_tables(partial / "tables", {**tables, **details})
        write_workbook(partial / "tables.xlsx", tables, details)
        write_layers(partial / "layers.gpkg", build_layers(results), provenance_of(results))
        (partial / "report.html").write_text(write_report_html(results, language), encoding="utf-8")
        return tuple(sorted(path.relative_to(partial) for path in partial.rglob("*") if path.is_file()))


def provenance_of(results: Results) -> dict[str, str]:
    """Return where a run's layers come from, as plain texts."""
    document = results.base.document
    return {
        "region_vi": results.region_name.vi,
        "region_en": results.region_name.en,
        "scenarios": ";".join(outcome.case.scenario.scenario_id for outcome in results.outcomes),
        "inputs_sha256": str(document["inputs_sha256"]),
        "status": str(document["status"]),
        "gap": str(document["gap"]),
        "currency": str(document["currency"]),
        "price_year": str(document["price_year"]),
        "versions": json.dumps(document["versions"], ensure_ascii=False, sort_keys=True),
        "remark": "An optimum, not a forecast.",
        **_network_of(document),
    }


def _network_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return which stored network a plan stands on, and whose data that is; nothing for a plan on the pack alone."""
    if "network_name" not in document:
        return {}
    return {
        "network": f"{document['network_name']} ({document['network_version']})",
        "network_sha256": str(document["network_sha256"]),
        "network_sources": "; ".join(document["network_sources"]),
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as JSON-ready records; a missing value is None."""
    found: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return found


def outcome_tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return every table of one planned scenario by name, the long ones of its itineraries last."""
    tables = {**indicator_tables(outcome.indicators), "unserved": outcome.unserved}
    return {**tables, "itineraries": outcome.legs, "itinerary_paths": outcome.paths}


LONG_TABLES: Final = ("itineraries", "itinerary_paths")
"""Tables of a plan that are too long for a workbook."""


def write_outcome_tables(outcome: Outcome, folder: Path) -> None:
    """Write the tables of one planned scenario as CSV and XLSX."""
    tables = outcome_tables(outcome)
    write_csv_tables(folder / "tables", tables)
    write_workbook(folder / "tables.xlsx", {name: one for name, one in tables.items() if name not in LONG_TABLES})


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write one JSON document in UTF-8; a NaN in it is an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to fill that replaces ``folder`` when the block ends well, and vanishes when it does not.

    Files of the old folder that the new one lacks are kept: a database loaded there stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield partial
        folder.mkdir(exist_ok=True)
        for entry in sorted(partial.iterdir()):
            target = folder / entry.name
            if target.is_dir():
                shutil.rmtree(target)
            entry.replace(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
