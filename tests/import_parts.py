"""What the tests of imports share: a registry with a few parks, and rows planned without a file."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from api.database import migrate
from supplychain.database import make_engine
from supplychain.intake.known import Known
from supplychain.intake.options import ImportOptions
from supplychain.intake.plan import Planner
from supplychain.intake.planned import ParsedRow, PlannedRow
from supplychain.intake.report import ImportReport
from supplychain.registry.changes import make_change
from supplychain.registry.values import Change, Edit, Origin

BASE: Final = {"source": "test_source", "confidence": "high"}
OPTIONS: Final = ImportOptions(author="tester")
ORIGIN: Final = Origin("test_source", "2026-01-02T03:04:05Z")

PARKS: Final = {
    "vsip_1": "KCN VSIP I",
    "vsip_2": "KCN VSIP II",
    "vsip_2a": "KCN VSIP II-A",
    "my_phuoc_1": "KCN Mỹ Phước 1",
}
REAL_TAX_CODES: Final = ("0300588569", "0100109106", "3700230434")
"""Codes whose check digits hold."""


def fill_registry(engine: Engine, edits: Sequence[Edit] = ()) -> Change:
    """Put a source and some parks into the registry, and what else is given."""
    source = Edit(
        "sources",
        "test_source",
        {"title": "Test", "kind": "own_estimate", "reference": "made up for tests"},
    )
    parks = [
        Edit(
            "parks",
            park_id,
            {
                "name_vi": name,
                "name_en": name.replace("KCN", "").strip() + " Industrial Park",
                "former_province": "Bình Dương",
                "in_region": True,
                "lat": 11.0,
                "lon": 106.7,
                "position_accuracy_m": 500.0,
                "area_ha": 100.0,
                "leased_pct": 90.0,
                "status": "open",
                **BASE,
            },
        )
        for park_id, name in PARKS.items()
    ]
    return make_change(engine, [source, *parks, *edits], kind="edit", author="tester", source_id="test_source")


def organisation(record_id: str, name: str, **values: Any) -> Edit:  # noqa: ANN401 - values of any column
    """Return an edit that adds an organisation."""
    given = {"name_vi": name, "kind": "enterprise", "synthetic": False, **BASE, **values}
    return Edit("organisations", record_id, given)


def plan_rows(
    engine: Engine, target: str, rows: Sequence[dict[str, Any]], options: ImportOptions = OPTIONS
) -> tuple[list[PlannedRow], ImportReport, Planner]:
    """Return what becomes of rows of values, line 2 and on, with the report and the planner."""
    report = ImportReport(Path("rows.csv"), "0" * 64, dry_run=True)
    with engine.connect() as connection:
        planner = Planner(Known(connection), options, ORIGIN, report)
        parsed = [ParsedRow("rows", line, target, dict(values)) for line, values in enumerate(rows, start=2)]
        planned = [*planner.plan(parsed), *planner.finish()]
    return sorted(planned, key=lambda row: row.line), report, planner


def faults(row: PlannedRow) -> list[tuple[str | None, str]]:
    """Return the faults of a row with their English sentences."""
    return [(field, text.en) for field, text in row.faults]


@cache
def _migrated_file() -> Path:
    """Return an embedded database with all tables, made once, that tests copy."""
    path = Path(tempfile.mkdtemp(prefix="hinterland-test-")) / "empty.gpkg"
    engine = make_engine(str(path))
    migrate(engine)
    engine.dispose()
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return path


@contextmanager
def fresh_registry(folder: Path, name: str = "registry.gpkg") -> Iterator[Engine]:
    """Give an empty embedded registry in a folder."""
    path = folder / name
    shutil.copy(_migrated_file(), path)
    engine = make_engine(str(path))
    try:
        yield engine
    finally:
        engine.dispose()
