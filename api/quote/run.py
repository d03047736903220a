"""What the command ``quote`` does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.desk import open_desk
from api.documents.options import AnswerRequest, write_answers
from api.documents.stand import stand_of_planned
from api.planning.answered import Answered
from api.planning.by_job import shelf_of
from api.quote import words
from api.quote.document import quote_document, statement_document
from api.quote.plain import quote_to_dict
from api.quote.tell import tell_quote
from api.refusal import refuse_violations
from api.scenarios.library import Library
from optimizer.emissions.statement import BASES, Basis
from optimizer.quote.asked import QuoteError, QuoteRequest
from optimizer.quote.holidays import FIRST_YEAR, LAST_YEAR
from optimizer.quote.quote import quote
from optimizer.results.names import subject_names
from optimizer.scenarios.scenario import TARIFF_LEVELS
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.console import Talk
    from api.main_job import Report
    from api.planning.by_job import ByJob
    from api.scenarios.library import Shelf
    from optimizer.quote.values import ChainQuote, Quote
    from optimizer.scenarios.scenario import Scenario
    from supplychain.pack import Pack

MINUTES: Final = 60.0
HOURS: Final = 24
STATEMENT: Final = "statement"
"""Name of the CO2e page."""
NO_LEVEL: Final = Text(
    en="There is no tariff level {level}; write low, mid or high.",
    vi="Không có mức chi phí {level}; hãy ghi low, mid hoặc high.",
)
NO_BASIS: Final = Text(
    en="There is no distance basis {basis}; write {known}.", vi="Không có loại khoảng cách {basis}; hãy ghi {known}."
)


@dataclass(frozen=True, slots=True)
class QuoteJob:
    """What the command was asked.

    Parameters
    ----------
    request
        The shipment.
    scenario, tariff, distance
        Scenario (id or file), level of the cost rows (empty: that of the scenario), basis of transport activity.
    database, network
        Where the region is; stored network, None for the corridors of the pack.
    files
        All files asked for, checked.
    reports
        Those that hold the whole quote.
    statement, chain
        File of the CO2e page, and its chain; empty for the cheapest.
    by_job
        The job that asks, if one does.
    """

    request: QuoteRequest
    scenario: str
    tariff: str
    distance: str
    database: str
    network: str | None
    files: AnswerRequest
    reports: tuple[Path, ...] = ()
    statement: Path | None = None
    chain: str = ""
    by_job: ByJob | None = None


STEPS: Final = 2
"""Steps that quoting tells."""


def parse_request(
    asked: tuple[str, str, str, str], at: str, *, inward: bool, commodity: str, tonnes: float | None, legs: int
) -> QuoteRequest:
    """Return the request of place, market, box and date as they were typed.

    Raises
    ------
    QuoteError
        If the date is none, or the hour.
    """
    place, market, box, day = asked
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise QuoteError(words.NOT_A_DATE.format(value=day)) from None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise QuoteError(words.NOT_A_YEAR.format(value=day))
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", at.strip())
    hour = int(found[1]) + int(found[2] or 0) / MINUTES if found else float("nan")
    if not 0 <= hour < HOURS or (found and int(found[2] or 0) >= MINUTES):
        raise QuoteError(words.NOT_A_TIME.format(value=at))
    return QuoteRequest(place, market, box, on, inward, commodity, tonnes, hour, legs)


def check_basis(basis: str) -> Basis:
    """Return the basis of a word.

    Raises
    ------
    HinterlandError
        If there is none.
    """
    for known in BASES:
        if basis == known:
            return known
    raise HinterlandError(NO_BASIS.format(basis=basis, known=", ".join(BASES)))


def scenario_on(pack: Pack, name: str, on: date, shelf: Shelf | None = None) -> Scenario:
    """Return a scenario as it holds on a day: changes with dates hold only within them.

    Parameters
    ----------
    pack
        The region.
    name
        Id, file, or several with ``+`` between them.
    on
        The day.
    shelf
        Scenarios beside those of the region, in place of files.

    Raises
    ------
    HinterlandError
        If there is no such scenario, or it does not fit the region.
    """
    library = Library.of(pack, shelf)
    opened = [library.open(one) for one in library.names(name)]
    return library.laid([replace(file, date=on) for file, _ in opened], [known for _, known in opened])


@dataclass(frozen=True, slots=True, eq=False)
class QuoteAnswer:
    """A quote with the answer it is told in.

    Parameters
    ----------
    found
        The quote.
    answered
        The answer, with the CO2e page as ``statement``.
    """

    found: Quote
    answered: Answered


def run_quote(job: QuoteJob, talk: Talk) -> None:
    """Plan the scenario of the day, quote, tell and write.

    Raises
    ------
    HinterlandError
        If the shipment cannot be quoted; the sentence says why.
    """
    with talk.steps(STEPS) as steps:
        made = answer_quote(job, steps)
    found = made.answered
    tell_quote(made.found, found.document(), talk)
    talk.answer(found.answer)
    write_answers(found.document, None, AnswerRequest(job.reports), talk)
    if job.statement is not None:
        write_answers(found.pages[STATEMENT], None, AnswerRequest((job.statement,)), talk)
    if job.files.layers is not None:
        write_answers(found.document, found.layers, replace(job.files, reports=()), talk)


def answer_quote(job: QuoteJob, report: Report) -> QuoteAnswer:
    """Plan the scenario of the day and quote.

    Raises
    ------
    HinterlandError
        As :func:`run_quote`.
    """
    basis = check_basis(job.distance)
    if job.tariff and job.tariff not in TARIFF_LEVELS:
        raise HinterlandError(NO_LEVEL.format(level=job.tariff))
    desk = open_desk(job.database, job.network, shelf_of(job.by_job))
    scenario = scenario_on(desk.planner.pack, job.scenario, job.request.on, desk.shelf)
    for level in TARIFF_LEVELS:
        if job.tariff == level:
            scenario = replace(scenario, tariff_level=level)
    report.begin(Text(en=f"Planning “{scenario.name.en}”", vi=f"Lập phương án “{scenario.name.vi}”"))
    case = desk.planner.build(scenario)
    quote(case, job.request, None, basis)  # what cannot be quoted is said before the plan is made
    planned = desk.planner.solve(case)
    refuse_violations(scenario.scenario_id, planned.violations)
    report.begin(words.STEP_QUOTE)
    found = quote(case, job.request, planned.plan, basis)
    names = subject_names(case.pack)
    stand = stand_of_planned(planned, desk.stored, "price")
    document = quote_document(found, stand, names)

    def layers() -> Mapping[str, Any]:
        from api.quote.layers import quote_layers  # noqa: PLC0415 - loads the GIS libraries

        return quote_layers(found, case.network)

    pages = {STATEMENT: lambda: statement_document(found, pick_chain(found, job.chain), stand, names)}
    return QuoteAnswer(found, Answered(quote_to_dict(found), lambda: document, layers, pages=pages))


def pick_chain(found: Quote, name: str) -> ChainQuote:
    """Return the first chain of a name; the cheapest where none is asked for.

    Raises
    ------
    HinterlandError
        If there is no such chain.
    """
    for chain in found.chains:
        if name in ("", chain.name):
            return chain
    known = ", ".join(dict.fromkeys(chain.name for chain in found.chains))
    raise HinterlandError(words.NO_CHAIN.format(name=name, known=known))
