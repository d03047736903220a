"""Plans of folders beside each other: freight is what demands.csv asks for, amounts are per the horizon."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api.compare.document import comparison_document
from api.compare.words import rows_of
from api.documents.stand import stand_of_subject
from optimizer.compare.compare import compare_subjects
from optimizer.compare.comparison import Comparison
from optimizer.flow.solve import solve
from optimizer.folder.answer import summarise
from optimizer.folder.build import build_folder_problem
from optimizer.folder.read import read_folder
from optimizer.folder.subject import subject_of_folder
from optimizer.subject import Subject

FEATURES = Path("optimizer/folder/examples/all_features")


def planned(folder: Path) -> tuple[Subject, dict[str, float]]:
    """Return the planned subject of a folder and the figures that solving it tells."""
    case = build_folder_problem(read_folder(folder))
    plan = solve(case.problem)
    return subject_of_folder(case, plan, title=folder.name), summarise(case, plan)


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """Change a word of a file in every place."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Return two plans of all_features in 7 days (2.5 + 1 + 2.5 + 1), the other with 700 t of export_a, not 900."""
    folder = tmp_path_factory.mktemp("weeks")
    base = shutil.copytree(FEATURES, folder / "week")
    changed(changed(base, "periods.csv", ",0.375,", ",2.5,"), "periods.csv", ",0.125,", ",1,")
    less = shutil.copytree(base, folder / "less")
    changed(less, "demands.csv", "boxes,900", "boxes,700")
    return compare_subjects([planned(base)[0], planned(less)[0]])


def test_freight_compared_is_the_freight_that_solving_tells() -> None:
    """By hand: 900 + 600 + 40 + 300 + 120 t of demands.csv, not the 760 t of what forest, mill and empties may do."""
    subject, figures = planned(FEATURES)
    found = compare_subjects([subject, subject])
    totals = found.totals.set_index("quantity")[found.titles[0]]
    assert totals["demand_t_per_day"] == 1960 == figures["wanted_t"]
    assert totals["t_per_day"] == pytest.approx(figures["carried_t"])
    assert totals["unserved_t_per_day"] == pytest.approx(figures["unserved_t"])
    assert totals["generalised_cost_per_day"] == pytest.approx(subject.plan.objective)


def test_a_larger_supply_is_no_demand(tmp_path: Path) -> None:
    """The forest has 500 t of logs to sell, not 400: nobody wants more moved."""
    more = shutil.copytree(FEATURES, tmp_path / "more")
    changed(more, "supplies.csv", "400", "500")
    one = compare_subjects([planned(FEATURES)[0], planned(more)[0]]).differences[0]
    assert one.demands.empty
    assert "Demand itself differs" not in one.explanation.en


def test_amounts_of_a_week_are_not_told_as_of_a_day(weeks: Comparison) -> None:
    """200 t less in 7 days, in the terminal, the sentence and the report, in both languages."""
    one = weeks.differences[0]
    assert "(−200 t/7 days)" in one.explanation.en
    assert "(−200 tấn/7 ngày)" in one.explanation.vi
    labels = {row.label for row in rows_of(weeks)}
    assert not [label for label in labels if "/day" in label.en or "days" in label.vi]
    subject, _ = planned(FEATURES)
    document = comparison_document(weeks, stand_of_subject(subject))
    (section,) = document.sections[1:]
    tables = [*section.tables, *(table for part in section.sections for table in part.tables)]
    units = [column.unit for table in tables for column in table.columns]
    assert any(unit.en == "t/7 days" and unit.vi == "tấn/7 ngày" for unit in units)
    assert not [unit for unit in units if unit.en.endswith("/day") or " a day" in unit.en]
