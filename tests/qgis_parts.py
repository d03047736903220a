"""QGIS without a screen, run by the system's Python: tests that use it are marked ``qgis`` and skipped without it."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

PYTHON: Final = Path("/usr/bin/python3")
PATIENCE_S: Final = 150


@cache
def _has_qgis() -> bool:
    asked = [str(PYTHON), "-c", "import qgis.core"]
    return PYTHON.exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0


def in_qgis(script: str, *arguments: str, folder: Path) -> Any:  # noqa: ANN401 - JSON
    """Return what a script beside the tests tells of QGIS, as JSON; skip where there is no QGIS.

    Parameters
    ----------
    script, arguments
        File name of the script, and what it is given.
    folder
        Where QGIS keeps its own files.
    """
    if not _has_qgis():
        pytest.skip("QGIS (package python3-qgis) is not installed")
    place = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    place |= {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    place.pop("PYTHONPATH", None)
    command = [str(PYTHON), str(Path(__file__).with_name(script)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=place, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
