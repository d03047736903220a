"""The report of one base plan and its what-ifs, as one HTML file that opens offline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.numbers import number, scientific
from api.report import words
from api.report.chapters import chapters_of
from api.report.map_input import (
    largest_load,
    legend_loads,
    map_data,
    map_lines,
    map_places,
    plan_loads,
    used_kinds,
    used_modes,
)
from api.report.maps import fit_projection, map_svg
from api.report.story import bars_of, cards_of, region_title, scenario_line, sentences_of
from api.styles import LESS_COLOUR, MORE_COLOUR
from api.totals import COMPARED
from supplychain.text import Language, Text

if TYPE_CHECKING:
    from api.results import Results

MARGIN_DEGREES: Final = 0.03


@dataclass(frozen=True, slots=True)
class PlanSide:
    """What stands beside the map for one plan.

    Parameters
    ----------
    scenario_id
        Its scenario.
    name, description
        What the scenario is.
    rows
        Label, figure and difference from the base (empty for the base itself).
    """

    scenario_id: str
    name: Text
    description: Text
    rows: tuple[tuple[Text, Text, Text], ...]


def write_report_html(results: Results, language: Language) -> str:
    """Return the report as one HTML document without any outside reference."""
    environment = Environment(
        loader=PackageLoader("api.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    lines, places, loads = map_lines(results), map_places(results), plan_loads(results)
    projection, largest = fit_projection(places, MARGIN_DEGREES), largest_load(loads)
    base_load = loads[results.base.case.scenario.scenario_id]
    return environment.get_template("report.html.j2").render(
        language=language,
        title=region_title(results),
        scenario_line=scenario_line(results),
        sentences=sentences_of(results),
        caution=words.CAUTION,
        words=words.WORDS,
        menu=words.MENU,
        cards=cards_of(results),
        bars=bars_of(results),
        map=map_svg(lines, places, projection, base_load, largest),
        map_data=map_data(results, lines, places, projection),
        plans=_plan_sides(results),
        widths=[(number(load), width) for load, width in legend_loads(largest)],
        modes=used_modes(lines),
        kinds=used_kinds(places),
        more=MORE_COLOUR,
        less=LESS_COLOUR,
        chapters=chapters_of(results),
        colophon=_colophon(results),
    )


def _plan_sides(results: Results) -> tuple[PlanSide, ...]:
    base, nothing, sides = results.base.indicators.totals, Text(en="", vi=""), []
    for outcome in results.outcomes:
        scenario, totals = outcome.case.scenario, outcome.indicators.totals
        is_base = outcome is results.base
        rows = tuple(
            (total.label, total.figure(totals), nothing if is_base else total.change(base, totals))
            for total in COMPARED
        )
        sides.append(PlanSide(scenario.scenario_id, scenario.name, scenario.description, rows))
    return tuple(sides)


def _colophon(results: Results) -> Text:
    document = results.base.document
    versions = ", ".join(f"{name} {version}" for name, version in sorted(document["versions"].items()))
    digest, gap = document["inputs_sha256"], scientific(document["gap"])
    return Text(
        en=f"Inputs SHA-256 {digest}; gap {gap.en}; {versions}. Positions are read by the authors, not survey data.",
        vi=f"SHA-256 đầu vào {digest}; sai lệch {gap.vi}; {versions}. Vị trí do nhóm tác giả xác định, không phải số "
        "liệu đo đạc.",
    )
