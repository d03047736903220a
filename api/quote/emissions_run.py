"""What the command ``emissions`` does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from api.desk import open_desk
from api.documents.options import AnswerRequest, write_answers
from api.documents.stand import stand_of_planned
from api.explain.tell import tell_document
from api.planning.answered import Answered
from api.planning.by_job import shelf_of
from api.quote import words
from api.quote.emissions_document import emissions_document
from api.quote.plain import statement_to_dict
from api.quote.run import check_basis
from optimizer.emissions.statement import plan_statement
from optimizer.quote.asked import MARKET, PLACE, find, names
from optimizer.results.names import subject_names
from optimizer.results.plan_document import plain_records
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.main_job import Report
    from api.planning.by_job import ByJob
    from optimizer.emissions.statement import EmissionStatement

BY: Final = {"by_mode": ("mode",), "by_leg": ("element_kind", "leg_kind", "mode"), "by_place": ("place_id",)}
BY_GOODS: Final = {"by_commodity": ("commodity_id",), "by_market": ("market_id",), "by_data": ("data_class",)}


@dataclass(frozen=True, slots=True)
class EmissionsJob:
    """What the command was asked.

    Parameters
    ----------
    scenario
        Scenario id or file.
    about
        Demand ids, place and market to keep; all of it must hold. Nothing: the whole plan.
    distance
        Basis of the transport activity.
    database, network
        Where the region is; stored network, None for the corridors of the pack.
    files
        Files asked for.
    by_job
        The job that asks, if one does.
    """

    scenario: str
    about: tuple[tuple[str, ...], str, str]
    distance: str
    database: str
    network: str | None
    files: AnswerRequest
    by_job: ByJob | None = None


STEPS: Final = 2
"""Steps that stating emissions tells."""


def run_emissions(job: EmissionsJob, talk: Talk) -> None:
    """Plan, state, tell and write.

    Raises
    ------
    HinterlandError
        If there is no such scenario, place or market, or the plan carries nothing of it.
    """
    with talk.steps(STEPS) as steps:
        found = answer_emissions(job, steps)
    document = found.document()
    tell_document(replace(document, sections=document.sections[:3]), talk)
    talk.answer(found.answer)
    write_answers(found.document, found.layers, job.files, talk)


def answer_emissions(job: EmissionsJob, report: Report) -> Answered:
    """Plan and state.

    Raises
    ------
    HinterlandError
        As :func:`run_emissions`.
    """
    basis = check_basis(job.distance)
    desk = open_desk(job.database, job.network, shelf_of(job.by_job))
    pack = desk.planner.pack
    demands, place, market = job.about
    places = {**names(pack, "parks"), **names(pack, "zones")}
    markets = names(pack, "markets")
    place_id = find(place, places, PLACE) if place else ""
    market_id = find(market, markets, MARKET) if market else ""
    planned = desk.plan(job.scenario, report)
    report.begin(words.STEP_EMISSIONS)
    found = plan_statement(
        planned.case, planned.plan, basis, demand_ids=demands, place_id=place_id, market_id=market_id
    )
    listed = [Text(en=one, vi=one) for one in demands]
    listed += [places[place_id]] if place_id else []
    listed += [markets[market_id]] if market_id else []
    what = _joined(listed)
    document = emissions_document(found, what, stand_of_planned(planned, desk.stored), subject_names(planned.case.pack))

    def layers() -> dict[str, object]:
        from api.quote.layers import emissions_layers  # noqa: PLC0415 - loads the GIS libraries

        return emissions_layers(found, planned.case, planned.plan)

    answer = statement_document_of(found, job.scenario, planned.plan.status, planned.plan.gap)
    return Answered(answer, lambda: document, layers)


def statement_document_of(found: EmissionStatement, scenario: str, status: str, gap: float) -> dict[str, object]:
    """Return a statement as JSON values: totals, sums, factors and shared runs; elements of a part of a plan only."""
    tables = {name: plain_records(found.by(*columns)) for name, columns in {**BY, **BY_GOODS}.items()}
    return {
        "scenario": scenario,
        "plan_status": status,
        "plan_gap": gap,
        **statement_to_dict(found, with_elements=not found.whole_plan),
        **tables,
        "shared_runs": plain_records(found.shared),
    }


def _joined(parts: list[Text]) -> Text:
    if not parts:
        return words.WHOLE_PLAN
    return Text(en=", ".join(one.en for one in parts), vi=", ".join(one.vi for one in parts))
