"""QGIS without a screen reads a collection of the live OGC API: whole, page by page, and in a box."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import shapely
from ogc_parts import COUNT, ROOT, World, line_of, row_of, served
from qgis_parts import in_qgis

BOX: Final = (106.4999, 10.8, 106.5101, 11.0)


@pytest.mark.qgis
def test_qgis_reads_every_feature_and_those_of_a_box(sqlite_template: Path, tmp_path: Path) -> None:
    """250 features in pages of 40; in the box as many as shapely finds there."""
    with served(sqlite_template, World(), tmp_path) as address:
        box = (str(side) for side in BOX)
        told = in_qgis("qgis_features.py", f"{address}{ROOT}", "network_links", *box, folder=tmp_path)
    assert told["valid"]
    assert told["count"] == COUNT
    assert told["lengths"] == [row_of(number)["length_m"] for number in range(COUNT)]
    lines = [(number, line) for number in range(COUNT) if (line := line_of(number)) is not None]
    ground = shapely.box(*BOX)
    assert told["near"] == [row_of(number)["length_m"] for number, line in lines if line.intersects(ground)]
    assert shapely.from_wkt(told["geometry"]).equals_exact(lines[0][1], 1e-6)
    assert told["extent"] == [round(side, 6) for side in shapely.total_bounds([line for _, line in lines])]
    assert {"name", "mode", "lanes", "length_m", "oneway"} <= set(told["fields"])
