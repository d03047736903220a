"""What stands in the way of answers: names, terminals, places that cannot be written, and a program that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest
from demo_run import environment
from flow_folders import planned, write_folder
from typer.testing import CliRunner

import api.cli
from api.solve_folder import INPUT_ONLY
from optimizer.folder.columns import TABLES
from supplychain.errors import HinterlandError

LINKS = "link_id,from_node_id,to_node_id,mode,money_per_t"
DEMANDS = "demand_id,origins,destinations,class_id,mass_t,penalty_per_t"
NAMES = [
    "=1+1",
    '"a"" b"',
    "../../etc/passwd",
    "🚢",
    "Bến Cát – Bình Dương",
    "a\\b",
    "{x}",
    "%s",
    "[/]",
    "[red]x",
    "NaN",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_text_and_nothing_else(tmp_path: Path, name: str) -> None:
    """5 of 10 t fit through the gate; both tables on the terminal and every file hold the name as it is."""
    folder = write_folder(
        tmp_path / "case",
        nodes=f"node_id\n{name}\nb",
        modes=f"mode\n{name}",
        links=f"{LINKS}\n{name},{name},b,{name},1",
        classes=f"class_id\n{name}",
        demands=f"{DEMANDS}\n{name},{name},b,{name},10,20",
        capacities=f"capacity_id,unit,capacity_per_day\n{name},t,5",
        capacity_links=f"capacity_id,link_id\n{name},{name}",
    )
    done = CliRunner().invoke(api.cli.app, ["solve", str(folder), "--lang", "en"], catch_exceptions=False)
    assert done.exit_code == 0
    plain = pd.read_csv(folder / "demands.csv", dtype=str, keep_default_na=False)["demand_id"][0]
    assert f"capacity: {plain} " in done.stdout
    paths = pd.read_csv(folder / "results" / "paths.csv", dtype=str, keep_default_na=False)
    assert paths.loc[0, ["demand_id", "class_id", "origin_id", "links", "modes"]].tolist() == [plain] * 5


@pytest.mark.parametrize(("encoding", "more"), [("ascii", ()), ("cp1258", ("--json",))])
def test_a_terminal_that_lacks_letters_ends_no_job(tmp_path: Path, encoding: str, more: tuple[str, ...]) -> None:
    folder = write_folder(tmp_path / "case")
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "solve", str(folder), "--lang", "vi", *more],
        capture_output=True,
        check=False,
        env=environment() | {"PYTHONIOENCODING": encoding},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    if more:
        assert json.loads(done.stdout)["note"]["vi"].startswith("Đây là phương án")


def test_a_folder_whose_name_is_no_text_is_planned(tmp_path: Path) -> None:
    try:
        folder = write_folder(tmp_path / os.fsdecode(b"bad\xff"))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    done = CliRunner().invoke(api.cli.app, ["solve", str(folder), "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    assert json.loads((folder / "results" / "plan.json").read_text(encoding="utf-8"))["folder"] == "bad?"


def refusal(folder: Path, out: Path) -> str:
    """Return why a plan of the folder is not written there."""
    done = CliRunner().invoke(api.cli.app, ["solve", str(folder), "--out", str(out)])
    assert isinstance(done.exception, HinterlandError)
    assert done.exception.sentence("vi") != done.exception.sentence("en")
    return done.exception.sentence("en")


def test_results_go_to_folders_of_their_own(tmp_path: Path) -> None:
    """No folder, a place that cannot be written, folders that hold input, and one that holds a folder in their way."""
    folder = write_folder(tmp_path / "case")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("nowhere")
    for out in ("file", "file/deeper", "link", "link/deeper"):
        assert "cannot be written to" in refusal(folder, tmp_path / out), out
    assert "cannot be written to" in refusal(folder, Path(os.devnull) / "results")
    for name in INPUT_ONLY:
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("mine")
        assert f"holds the tables of a problem ({name})" in refusal(folder, tmp_path / name)
    (tmp_path / "out" / "paths.csv").mkdir(parents=True)
    (tmp_path / "out" / "plan.json").write_text("old")
    assert "paths.csv is a folder there" in refusal(folder, tmp_path / "out")
    assert (tmp_path / "out" / "plan.json").read_text() == "old"
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["paths.csv", "plan.json"]


def test_every_file_that_only_a_problem_has_is_known(tmp_path: Path) -> None:
    results = {f"{name}.csv" for name in planned(tmp_path / "case").tables}
    assert set(INPUT_ONLY) == {table.file for table in TABLES.values()} - results


@pytest.mark.parametrize("moved", [0, 1, 10])
def test_a_killed_run_leaves_nothing_that_looks_whole(tmp_path: Path, moved: int) -> None:
    """The program is killed when so many of its 11 files are in place; then it is run again."""
    folder = write_folder(tmp_path / "case")
    run = [sys.executable, "-m", "api.cli", "solve", str(folder), "--json"]
    assert subprocess.run(run, capture_output=True, check=False, env=environment(), timeout=60).returncode == 0
    script = dedent(f"""
        import os, signal, sys
        import api.cli
        from pathlib import Path
        moves, replace = [], Path.replace
        def count(self, target):
            if len(moves) == {moved}:
                os.kill(os.getpid(), signal.SIGKILL)
            moves.append(self)
            return replace(self, target)
        Path.replace = count
        sys.argv = ["hinterland", "solve", {str(folder)!r}]
        api.cli.main()
    """)
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, env=environment())
    assert killed.returncode == -signal.SIGKILL
    assert not (folder / "results" / "plan.json").exists()
    again = subprocess.run(run, capture_output=True, check=False, env=environment(), timeout=60)
    assert again.returncode == 0, again.stderr
    assert json.loads((folder / "results" / "plan.json").read_text())["status"] == "optimal"


def test_the_folder_one_stands_in_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_folder(tmp_path / "case"))
    done = CliRunner().invoke(api.cli.app, ["solve", ".", "--json"], catch_exceptions=False)
    assert json.loads(done.stdout)["folder"] == "case"
