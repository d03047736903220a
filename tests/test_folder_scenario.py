"""Scenarios laid on a folder of CSV files, and folders as targets of explain and compare."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent, indent

import numpy as np
import pytest
from flow_folders import write_folder as make_folder

from api.desk import subject_of
from api.explain.target import open_target
from api.folder_target import FolderTarget, PlannedFolder, folder_target, plan_folder, read_target
from api.main_job import SilentReport
from optimizer.compare.compare import compare_subjects
from optimizer.flow.options import SolveOptions
from optimizer.folder.read import read_folder
from optimizer.folder.subject import hash_tables
from optimizer.folder.write import write_folder
from supplychain.errors import FindingsError, HinterlandError

EXAMPLES = Path("optimizer/folder/examples")
NAMES = ("two_routes", "ftot_quick_start", "all_features")
HEAD = """\
format: 2
scenario_id: changed
name: {vi: Đổi, en: Changed}
description: {vi: Đổi, en: Changed}
"""


def scenario(tmp_path: Path, *changes: str, head: str = "") -> Path:
    """Return a scenario file of some changes, each without its dash and reason."""
    listed = "".join(
        "  - " + indent(dedent(one).strip() + "\nreason: {vi: thử, en: test}", "    ").strip() + "\n" for one in changes
    )
    file = tmp_path / "changed.yaml"
    file.write_text(HEAD + head + ("changes:\n" + listed if changes else "changes: []\n"), encoding="utf-8")
    return file


def planned(tmp_path: Path, *changes: str, head: str = "", **files: str) -> PlannedFolder:
    """Return the two routes of ``flow_folders`` (road 5, rail 2 money a tonne, 10 t, penalty 20) with changes."""
    folder = make_folder(tmp_path / "folder", **files)
    return plan_folder(FolderTarget(folder, scenario(tmp_path, *changes, head=head)), SilentReport())


def refusal(tmp_path: Path, *changes: str, head: str = "", **files: str) -> str:
    """Return what is said of a scenario that does not fit."""
    with pytest.raises(FindingsError) as caught:
        planned(tmp_path, *changes, head=head, **files)
    return caught.value.sentence("en")


@pytest.mark.parametrize("name", NAMES)
def test_no_change_gives_the_same_tables(name: str, tmp_path: Path) -> None:
    """Law: tables written and read again are the same, and a scenario without changes is the folder."""
    tables = read_folder(EXAMPLES / name)
    write_folder(tables, tmp_path / "written")
    assert hash_tables(read_folder(tmp_path / "written")) == hash_tables(tables)
    assert hash_tables(read_target(FolderTarget(EXAMPLES / name, scenario(tmp_path)))) == hash_tables(tables)


@pytest.mark.parametrize("name", NAMES)
def test_examples_can_be_explained_and_compared(name: str) -> None:
    """Every shipped example is a target; compared with itself nothing differs."""
    target = open_target(str(EXAMPLES / name), "", None, SilentReport())
    assert target.folder is not None
    assert target.stand.checked
    subject = subject_of(str(EXAMPLES / name), "", None, SilentReport())
    assert subject.title == name
    assert compare_subjects([subject, subject]).is_empty


def test_changes_worked_by_hand(tmp_path: Path) -> None:
    """10 t by rail cost 20; without rail 50; with 1.5 times the tonnes by road 75; at most 4 t by rail 8 + 30."""
    assert planned(tmp_path / "a").plan.objective == pytest.approx(20.0)
    assert planned(tmp_path / "b", "change: close\nlinks: [rail]").plan.objective == pytest.approx(50.0)
    both = ("change: close\nlinks: [rail]", "change: demand\nby: 1.5")
    assert planned(tmp_path / "c", *both).plan.objective == pytest.approx(75.0)
    limited = "change: capacity\nlinks: [rail]\ncapacity: 4 t/day"
    assert planned(tmp_path / "d", limited).plan.objective == pytest.approx(38.0)
    used = (limited, "change: background\nlinks: [rail]\nbackground: 3 t/day")
    assert planned(tmp_path / "e", *used).plan.objective == pytest.approx(2.0 + 45.0)


def test_prices_penalties_and_limits_by_hand(tmp_path: Path) -> None:
    """Rail at 30 is left for the road; a penalty of 1 a tonne leaves all 10 t; 2 kg at 500 a tonne of CO2e cost 10."""
    dear = "change: cost\nlinks: [rail]\nprice: 30 VND/t"
    assert planned(tmp_path / "a", dear).plan.objective == pytest.approx(50.0)
    cheap = planned(tmp_path / "b", "change: penalty\npenalty: 1 VND/t")
    assert cheap.plan.unserved_t_per_day.sum() == pytest.approx(10.0)
    links = """
        link_id,from_node_id,to_node_id,mode,money_per_t,kg_co2e_per_t,length_km
        rail,a,b,rail,2,2,10
        """
    head = "carbon_price: {value: 500, unit: VND/t, price_year: 2025}\n"
    assert planned(tmp_path / "c", head=head, links=links).plan.objective == pytest.approx(20.0 + 10.0)
    too_far = planned(tmp_path / "d", "change: limit\ncommodities: [goods]\ndistance: 9 km", links=links)
    assert too_far.plan.objective == pytest.approx(200.0)
    slow = planned(
        tmp_path / "e",
        "change: speed\nlinks: [rail]\nspeed: 5 km/h",
        "change: value_of_time\ncommodities: [goods]\nvalue: 3 VND/t/h",
        links=links,
    )
    assert slow.plan.objective == pytest.approx(10 * (2 + 2 * 3))
    assert slow.case.problem.link_ids == ("rail",)


def test_open_available_table_row_and_rates_by_hand(tmp_path: Path) -> None:
    """What link_periods.csv shuts is opened; half of 8 t is 4 t; a new link costs 1; a mode's price per km doubles."""
    shut = "period_id,link_id,open\nday,rail,no"
    periods = "period_id,days\nday,1"
    closed = planned(tmp_path / "a", link_periods=shut, periods=periods)
    assert closed.plan.objective == pytest.approx(50.0)
    opened = planned(tmp_path / "b", "change: open\nlinks: [rail]", link_periods=shut, periods=periods)
    assert opened.plan.objective == pytest.approx(20.0)
    links = "link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day\nroad,a,b,road,5,\nrail,a,b,rail,2,8"
    half = planned(tmp_path / "c", "change: available\nlinks: [rail]\nshare: 0.5", links=links)
    assert half.plan.objective == pytest.approx(4 * 2 + 6 * 5)
    cells = "{link_id: canal, from_node_id: a, to_node_id: b, mode: rail, money_per_t: 1}"
    new = f"change: row\ntable: links\nvalues: {cells}"
    assert planned(tmp_path / "d", new).plan.objective == pytest.approx(10.0)
    rates = "mode,money_per_t_km\nroad,1\nrail,1"
    far = "link_id,from_node_id,to_node_id,mode,length_km\nrail,a,b,rail,3"
    doubled = planned(tmp_path / "e", "change: cost\nvehicles: [rail]\nby: 2", modes=rates, links=far)
    assert doubled.plan.objective == pytest.approx(60.0)
    named = "change: table\ntable: links\nwhere: {mode: [rail]}\nset: {money_per_t: 4}"
    assert planned(tmp_path / "f", named).plan.objective == pytest.approx(40.0)


def test_periods_and_shared_capacities_of_the_large_example(tmp_path: Path) -> None:
    """Closing the river keeps the plan within all checks and costs more; closing the wharf terminal likewise."""
    base = plan_folder(FolderTarget(EXAMPLES / "all_features"), SilentReport())
    for change in ("change: close\nlinks: [river]", "change: close\nterminals: [wharf_terminal]"):
        (tmp_path / "one").mkdir(exist_ok=True)
        target = FolderTarget(EXAMPLES / "all_features", scenario(tmp_path / "one", change))
        assert plan_folder(target, SilentReport()).plan.objective > base.plan.objective


def test_faults_have_line_and_character(tmp_path: Path) -> None:
    """Unknown id with the nearest, verb and setting of regions, wrong unit, other money, each where it stands."""
    told = refusal(
        tmp_path,
        "change: close\nlinks: [rial]",
        "change: fee\nterminals: [x]\nper_teu: 3 VND/TEU",
        "change: capacity\nlinks: [rail]\ncapacity: 3 pcu/day",
        "change: cost\nlinks: [rail]\nprice: 3 USD/t",
        head="base: other\n",
    )
    assert "changed.yaml:5:7 [base]: is for regions" in told
    assert "changed.yaml:8:13 [links]: there is no link 'rial' (did you mean rail?)" in told
    assert "changed.yaml:10:13 [change]: the verb fee is not known for a folder of CSV files" in told
    assert "changed.yaml:16:15 [capacity]: rail counts t, not pcu" in told
    assert "changed.yaml:20:12 [price]: is in USD, but the money of this folder is VND" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("change: speed\nlinks: [rail]\nspeed: 40 km/h", "has no length"),
        ("change: open\nlinks: [rail]", "shut in no period"),
        ("change: available\nlinks: [rail]\nshare: 0.5", "has no capacity"),
        ("change: demand\ndirections: [export]\nby: 2", "is for regions"),
        ("change: demand\ngrowth: 6 %/year\nuntil: 2030", "base year"),
        ("change: demand\nplaces: [b]\nby: 2", "matches no row of demands.csv"),
        ("change: table\ntable: links\nids: [rail]\nset: {from_node_id: nowhere}", "leaves links.csv wrong, row 3"),
        ("change: table\ntable: links\nids: [rail]\nset: {floor_share: 3}", "3 is above the most allowed, 1"),
        ("change: modes\ncommodities: [goods]\nforbid: [rail]", "verb modes is not known"),
    ],
)
def test_refused_with_a_sentence(change: str, told: str, tmp_path: Path) -> None:
    """What a folder cannot say is refused at the change that asks it."""
    sentence = refusal(tmp_path, change)
    assert told in sentence
    assert "changed.yaml:" in sentence


def test_changes_that_contradict_are_refused(tmp_path: Path) -> None:
    """Two values of one cell: both places are named."""
    two = [f"change: capacity\nlinks: [rail]\ncapacity: {amount} t/day" for amount in (4, 5)]
    told = refusal(tmp_path, *two)
    assert "changed.yaml:10" in told
    assert "changed.yaml:6" in told


def test_targets_name_folder_and_scenario(tmp_path: Path) -> None:
    """``FOLDER+FILE`` is a folder with a scenario; a name that is no folder is none; a folder takes no network."""
    folder = make_folder(tmp_path / "my+folder")
    file = scenario(tmp_path, "change: close\nlinks: [rail]")
    assert folder_target(str(folder)) == FolderTarget(folder)
    assert folder_target(f"{folder}+{file}") == FolderTarget(folder, file)
    assert folder_target("base") is None
    assert folder_target("base+ring_roads_3_4") is None
    found = subject_of(f"{folder}+{file}", "", None, SilentReport())
    assert found.title == "my+folder + changed"
    assert found.plan.objective == pytest.approx(50.0)
    with pytest.raises(HinterlandError, match="links of its own"):
        subject_of(str(folder), "", "latest", SilentReport())


def test_solve_takes_a_scenario(tmp_path: Path) -> None:
    """``hinterland solve FOLDER --scenario FILE`` plans the changed folder, and its hash is another."""
    from api.console import Talk  # noqa: PLC0415 - only here
    from api.solve_folder import SolveRequest, solve_folder  # noqa: PLC0415

    folder = make_folder(tmp_path / "folder")
    request = SolveRequest(folder, tmp_path / "plain", SolveOptions())
    talk = Talk("en", as_json=False)
    assert solve_folder(request, talk)
    file = scenario(tmp_path, "change: close\nlinks: [rail]")
    assert solve_folder(replace(request, out=tmp_path / "changed", scenario=file), talk)
    plain, changed = ((tmp_path / name / "plan.json").read_text(encoding="utf-8") for name in ("plain", "changed"))
    assert plain != changed
    assert np.char.count(changed, '"inputs_sha256"') == 1
