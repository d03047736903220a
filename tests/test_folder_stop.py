"""``hinterland solve`` cut short: by its time limit, by whoever started it, and by too little memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from time import sleep

import pandas as pd
import pytest
from demo_run import environment
from flow_folders import grid, write_folder
from typer.testing import CliRunner

import api.cli
from api.stop import StoppedError, StopSignal

REFUSED = 2
INTERRUPTED = 130


def told(*arguments: str) -> str:
    """Return what a command that ends well prints on standard output."""
    done = CliRunner().invoke(api.cli.app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_a_time_limit_is_never_called_optimal(tmp_path: Path) -> None:
    folder = grid(tmp_path / "grid", 30)
    document = json.loads(told("solve", str(folder), "--time-limit", "0", "--json"))
    assert document["status"] == "stopped"
    assert document["reason"] == "time_limit"
    unserved = pd.read_csv(folder / "results" / "unserved.csv")
    assert set(unserved["reason"]) <= {"plan_not_optimal"}
    assert "time limit" in told("solve", str(folder), "--time-limit", "0", "--lang", "en")


def stopped(folder: Path, line: str, number: signal.Signals) -> tuple[str, str]:
    """Plan a folder, stop it once a line of progress begins so, and return what it told and complained of."""
    command = [sys.executable, "-m", "api.cli", "solve", str(folder), "--lang", "en"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(), start_new_session=True
    ) as started:
        assert started.stderr is not None
        while not (read_line := started.stderr.readline()).startswith(line):
            assert read_line, "it ended too soon"
        os.kill(started.pid, number)
        out, complaint = started.communicate(timeout=120)
    assert started.returncode == INTERRUPTED, complaint
    assert "Traceback" not in complaint
    assert not [one for one in folder.iterdir() if one.name.startswith(".")]
    return out, complaint


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_plan_says_so(tmp_path: Path, number: signal.Signals) -> None:
    folder = grid(tmp_path / "grid", 60)
    out, _ = stopped(folder, "  round", number)
    assert "Stopped as you asked" in out
    document = json.loads((folder / "results" / "plan.json").read_text(encoding="utf-8"))
    assert (document["status"], document["reason"]) == ("stopped", "stopped_by_caller")
    assert document["gap"] > document["gap_tolerance"]
    assert document["carried_t"] > 0


def test_stopped_before_there_is_a_plan_leaves_the_old_one(tmp_path: Path) -> None:
    folder = grid(tmp_path / "grid", 60)
    (folder / "results").mkdir()
    (folder / "results" / "plan.json").write_text("old")
    out, complaint = stopped(folder, "[1/4]", signal.SIGINT)
    assert not out
    assert "Stopped; nothing was left half-written." in complaint
    assert (folder / "results" / "plan.json").read_text() == "old"


def test_a_second_wish_stops_at_once() -> None:
    stop = StopSignal()
    with stop.held() as is_asked:
        assert not is_asked()
        for _ in range(2):
            stop._hear(signal.SIGINT, None)  # noqa: SLF001 - as the operating system calls it
        assert is_asked()
        sleep(1.1)
        with pytest.raises(StoppedError):
            stop._hear(signal.SIGINT, None)  # noqa: SLF001
    stop.check()


def test_too_little_memory_is_one_sentence(tmp_path: Path) -> None:
    """A hundred classes on 3,000 links, with room for a few of their matrices once everything is loaded."""
    small = write_folder(tmp_path / "small")
    large = grid(tmp_path / "large", 40)
    (large / "classes.csv").write_text("class_id\ngoods\n" + "".join(f"class_{one}\n" for one in range(100)))
    script = dedent(f"""
        import resource, sys
        import api.cli, api.console
        from api.solve_folder import SolveRequest, solve_folder
        from optimizer.flow.options import SolveOptions
        from pathlib import Path
        solve_folder(SolveRequest(Path({str(small)!r}), None, SolveOptions()), api.console.Talk("en", as_json=True))
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000,) * 2)
        sys.argv = ["hinterland", "solve", {str(large)!r}, "--lang", "en"]
        api.cli.main()
    """)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment(), timeout=60
    )
    assert done.returncode == REFUSED, done.stderr
    assert "not enough memory" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (large / "results").exists()
