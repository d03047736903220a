"""QGIS without a screen reads a collection of the live OGC API: whole, page by page, and in a box."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Final

import pytest
import shapely
from ogc_parts import COUNT, ROOT, World, line_of, row_of, served

QGIS: Final = Path("/usr/bin/python3")
READER: Final = Path(__file__).with_name("qgis_features.py")
BOX: Final = (106.4999, 10.8, 106.5101, 11.0)


def test_qgis_reads_every_feature_and_those_of_a_box(sqlite_template: Path, tmp_path: Path) -> None:
    """250 features in pages of 40; in the box as many as shapely finds there."""
    asked = [str(QGIS), "-c", "import qgis.core"]
    if not QGIS.exists() or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("QGIS (package python3-qgis) is not installed")
    place = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    place |= {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    place.pop("PYTHONPATH", None)
    with served(sqlite_template, World(), tmp_path) as address:
        command = [str(QGIS), str(READER), f"{address}{ROOT}", "network_links", *(str(side) for side in BOX)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=place, timeout=120)
    told = json.loads(done.stdout)
    assert told["valid"]
    assert told["count"] == COUNT
    assert told["lengths"] == [row_of(number)["length_m"] for number in range(COUNT)]
    lines = [(number, line) for number in range(COUNT) if (line := line_of(number)) is not None]
    ground = shapely.box(*BOX)
    assert told["near"] == [row_of(number)["length_m"] for number, line in lines if line.intersects(ground)]
    assert shapely.from_wkt(told["geometry"]).equals_exact(lines[0][1], 1e-6)
    assert told["extent"] == [round(side, 6) for side in shapely.total_bounds([line for _, line in lines])]
    assert {"name", "mode", "lanes", "length_m", "oneway"} <= set(told["fields"])
