"""One run of `hinterland demo` as a user starts it, shared by every test that reads what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SWING_SECONDS: Final = 1
LONGEST_S: Final = 280


@dataclass(frozen=True)
class DemoRun:
    """What one finished run left.

    Parameters
    ----------
    folder
        Its results.
    answer
        The JSON document it printed.
    progress
        What it said on standard error.
    """

    folder: Path
    answer: dict[str, Any]
    progress: str

    @property
    def document(self) -> dict[str, Any]:
        """The document ``plan.json``."""
        found: dict[str, Any] = json.loads((self.folder / "plan.json").read_text(encoding="utf-8"))
        return found


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a started command, without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HINTERLAND_")}
    return {**kept, "COLUMNS": "160", "TERM": "dumb", **changes}


def hinterland(
    *arguments: str, folder: Path | None = None, timeout_s: float = LONGEST_S, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return the finished command ``hinterland ARGUMENTS``, run in ``folder``."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
        timeout=timeout_s,
        env=environment(**variables),
    )


def run_demo(folder: Path) -> DemoRun:
    """Run the demo into a folder."""
    done = hinterland("demo", "--swing-seconds", str(SWING_SECONDS), "--lang", "en", "--json", "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return DemoRun(folder, json.loads(done.stdout), done.stderr)
