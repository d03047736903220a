"""The base year of the region against its control totals, estimates, distances and screenlines."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from planner_pack import BASE as SMALL_BASE
from planner_pack import planner_pack

from api.console import Talk
from api.documents.options import AnswerRequest, write_answers
from api.regions import pack_scenarios
from api.validation.answer import ValidationAnswer
from api.validation.command import ValidateRequest, page_of, tell_document
from api.validation.document import validation_document
from api.validation.layers import validation_layers
from optimizer.planner import Planned, Planner
from optimizer.validation.controls import check_controls
from optimizer.validation.validate import Validation, validate
from supplychain.pack import Pack
from supplychain.text import LANGUAGES

PAGE = Path("docs/validation.md")
CHANGES_BY_MACHINE = re.compile(r"^- \*\*(Proven gap|Computed with|Versions?)\b.*$", re.MULTILINE)
SHARED = Path("../shared/facts/base_year_estimates.csv")
KEYS_OF_SHARED = {
    "laden containers out of Bình Dương": "laden_teu_out_per_year",
    "laden containers into Bình Dương": "laden_teu_in_per_year",
    "freight both ways": "freight_t_per_day",
    "boxes": "boxes_per_day",
    "net empties repositioned": "net_empties_teu_per_year",
    "gateway share HCMC ports (mainly Cát Lái)": "share_hcmc_ports",
    "gateway share Cái Mép": "share_cai_mep",
    "gateway share other": "share_other",
    "barge share of boxes reaching Cái Mép": "barge_share_cai_mep",
    "40 ft truck round trip VSIP I - Cát Lái": "cost_truck_vsip1_cat_lai",
    "40 ft truck round trip VSIP I - Cái Mép": "cost_truck_vsip1_cai_mep",
    "40 ft barge Thạnh Phước - Cái Mép": "cost_barge_thanh_phuoc_cai_mep",
    "40 ft rail Sóng Thần - Yên Viên": "cost_rail_song_than_yen_vien",
    "containers per leased hectare": "teu_per_leased_ha_year",
    "working days": "working_days_per_year",
}


@pytest.fixture(scope="module")
def answer(region_pack: Pack) -> ValidationAnswer:
    """Return the validated base year of the region."""
    base = next(one for one in pack_scenarios(region_pack) if one.scenario_id == "base")
    planned = Planner(region_pack).plan(base)
    assert planned.violations == ()
    return ValidationAnswer(planned, validate(planned.case, planned.plan))


@pytest.fixture(scope="module")
def found(answer: ValidationAnswer) -> Validation:
    """Return what the validation found."""
    return answer.validation


def test_base_year_reproduces_every_control_total(found: Validation, region_pack: Pack) -> None:
    """Every row of controls.csv within 1e-9, and none left out."""
    assert list(found.controls["control_id"]) == list(region_pack.table("controls")["control_id"])
    assert found.missed_controls == ()
    assert found.controls["relative_difference"].abs().max() <= 1e-9


def test_estimates_are_those_of_the_facts(region_pack: Pack) -> None:
    """The pack's estimates say what the table of base-year estimates says, figure by figure."""
    if not SHARED.exists():
        pytest.skip("the table of base-year estimates is not on this machine")
    shared = pd.read_csv(SHARED).set_index("item")
    pack = region_pack.table("estimates").set_index("quantity")
    assert set(shared.index) == set(KEYS_OF_SHARED)
    for item, quantity in KEYS_OF_SHARED.items():
        for column in ("central", "low", "high"):
            ours, theirs = pack.loc[quantity, column], shared.loc[item, column]
            assert (pd.isna(ours) and pd.isna(theirs)) or ours == theirs, (item, column)


def test_figures_out_of_their_range_are_named(answer: ValidationAnswer, found: Validation) -> None:
    """The verdict follows from the numbers alone, and every figure outside is named in the summary and set apart."""
    figures = found.figures
    ranged = figures[figures["low"].notna() & figures["high"].notna() & figures["model"].notna()]
    outside = ranged[(ranged["model"] < ranged["low"]) | (ranged["model"] > ranged["high"])]
    assert set(found.outside) == set(outside["item"])
    told = " ".join(text.en for text in validation_document(answer).summary)
    assert all(name in told for name in outside["name_en"])
    asked = ("share_hcmc_ports", "barge_share_cai_mep", "cost_truck_vsip1_cat_lai", "cost_truck_vsip1_cai_mep")
    for quantity in asked:
        row = figures.set_index("item").loc[quantity]
        assert row["verdict"] in ("within", "outside")
        assert row["reason_en"]
        assert row["reason_vi"]


def test_screenlines_are_crossed_by_bridges(found: Validation, region_pack: Pack) -> None:
    """Every link that carries freight over the rivers is a bridge, ferry or tunnel; QL13 is crossed by QL13 alone."""
    crossings = found.screenlines.crossings
    by_line = crossings.groupby("screenline_id")["row_id"].agg(set)
    assert by_line["ql13_old_border"] == {"l_ql13_binh_phuoc__ql13_vinh_phu"}
    names = region_pack.table("links").set_index("link_id")["name_vi"]
    for river in ("sai_gon_river", "dong_nai_river"):
        for row in by_line[river]:
            assert re.search(r"[Cc]ầu|[Pp]hà|[Hh]ầm|Bình Triệu", names[row]), row


def test_flows_across_a_screenline_are_those_of_its_crossings(found: Validation) -> None:
    """Law: each way, tonnes and boxes of the flows are the sums over the links that cross."""
    lines, crossings = found.screenlines.flows, found.screenlines.crossings
    sums = crossings.groupby(["screenline_id", "mode", "towards"])[["t_per_day", "teu_per_day"]].sum()
    for row in lines.itertuples():
        key = (row.screenline_id, row.mode, row.towards)
        expected = sums.loc[key] if key in sums.index else pd.Series({"t_per_day": 0.0, "teu_per_day": 0.0})
        assert row.t_per_day == pytest.approx(expected["t_per_day"])
        assert row.teu_per_day == pytest.approx(expected["teu_per_day"])
    assert found.screenlines.counts.empty, "a count needs a source; none was known when this was written"


def test_page_is_in_step_with_the_command(answer: ValidationAnswer) -> None:
    """docs/validation.md is what ``hinterland validate base --lang en --write docs/validation.md`` writes."""
    request = ValidateRequest("base", "", page=PAGE)
    made = page_of(validation_document(answer), request, Talk("en"))
    written = PAGE.read_text(encoding="utf-8")
    message = "run `hinterland validate base --lang en --write docs/validation.md` on a newly loaded database"
    assert CHANGES_BY_MACHINE.sub("", written) == CHANGES_BY_MACHINE.sub("", made), message
    assert "An optimum, not a forecast" in made
    assert answer.validation.inputs_sha256 in made
    assert "prices of 2025" in made


def test_command_prints_every_figure_of_the_page(answer: ValidationAnswer) -> None:
    """Every number of every table of the document but sources stands on standard output."""
    document = validation_document(answer)
    out = io.StringIO()
    with redirect_stdout(out):
        tell_document(document, Talk("en"))
    printed = out.getvalue()
    page = page_of(document, ValidateRequest("base", ""), Talk("en"))
    shown = {
        figure
        for line in page.splitlines()
        if line.startswith("|")
        for figure in re.findall(r"\d[\d,.]*\d", line.rsplit("|", 3)[0])
    }
    figures = {figure for figure in shown if "," in figure}
    assert figures
    assert all(figure in printed for figure in figures)


def test_reports_and_layers_are_written(answer: ValidationAnswer, tmp_path: Path) -> None:
    """All three forms in both languages, and a layer of the three lines."""
    layers = validation_layers(answer)
    assert list(layers["screenlines"]["screenline_id"]) == ["sai_gon_river", "dong_nai_river", "ql13_old_border"]
    assert set(layers["screenlines"]["agreement"]) == {"unknown"}
    for language in LANGUAGES:
        reports = tuple(tmp_path / f"{language}{suffix}" for suffix in (".html", ".docx", ".xlsx"))
        request = AnswerRequest(reports, tmp_path / f"{language}.gpkg")
        write_answers(lambda: validation_document(answer), lambda: layers, request, Talk(language, as_json=True))
        assert all(path.stat().st_size > 5_000 for path in reports)
    assert answer.to_dict()["missed_controls"] == []


def test_a_missed_total_and_a_missing_way_are_told(answer: ValidationAnswer) -> None:
    """A total that the demand does not meet is named as missed, a figure without a value as one out of range."""
    case = answer.planned.case
    tables = dict(case.pack.tables)
    tables["controls"] = tables["controls"].assign(value_musd=lambda table: table["value_musd"] * (1 + 2e-9))
    controls = check_controls(replace(case, pack=replace(case.pack, tables=tables)))
    assert list(controls.loc[controls["quantity"] == "value_musd", "exact"].unique()) == [False]
    figures = answer.validation.figures.assign(
        verdict=lambda table: table["verdict"].mask(table["item"] == "share_other", "no_value")
    )
    told = validation_document(
        replace(answer, validation=replace(answer.validation, controls=controls, figures=figures))
    ).summary
    assert "NOT met: control_export_total" in told[0].en
    assert "gateway share of the others" in told[2].en


def test_a_pack_without_screenlines_and_estimates_says_so() -> None:
    """The small pack names neither: nothing is made up, and the document says that there are no screenlines."""
    planned: Planned = Planner(planner_pack()).plan(SMALL_BASE)
    small = ValidationAnswer(planned, validate(planned.case, planned.plan))
    assert small.validation.screenlines.flows.empty
    document = validation_document(small)
    assert "names no screenlines" in document.sections[-1].paragraphs[0].en
    assert validation_layers(small) == {}
