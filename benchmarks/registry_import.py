"""Importing 100,000 rows into the registry: every cell checked, staged with its history, visible by one commit.

The peer is what an office would do with pandas: read the file as text and append it to a table. It checks nothing,
keeps neither leading zeros' evidence nor history, sources or refusals, compares with no record that is there, and a
second run doubles every row; it shows what reading and writing alone cost.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.case import Case, details_table
from benchmarks.measure import Measurement, measure

NAME = "registry_import"
ROWS = 100_000
MOST_CPU_S = 60.0
MOST_MB = 1_000.0
MOST_COMMIT_S = 2.0
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
PARKS = {"bench_1": "KCN Thử Nghiệm 1", "bench_2": "KCN Thử Nghiệm 2"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to.

    Parameters
    ----------
    rows
        Organisations in the database.
    digits
        Sum of their tax codes as numbers: the same only if every code arrived.
    records
        Records added, of all tables.
    commit_s
        Seconds of the commit on the clock.
    """

    rows: int
    digits: int
    records: int
    commit_s: float


def illustrate(cases: Sequence[Case], _folder: Path) -> list[str]:
    """Return the figures beside CPU seconds."""
    return details_table(cases, ("records", "commit_s", "peer_peak_mb"))


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            yield compare(write_firms(Path(folder) / f"organisations.{kind}", ROWS), ROWS)
        yield compare(write_tenants(Path(folder) / "tenants.csv", ROWS), ROWS, records_a_row=3)
        yield compare(write_same(Path(folder) / "same.csv", 10 * ROWS), 1, allowed=10)


def compare(file: Path, rows: int, *, records_a_row: int = 1, allowed: int = 1) -> Case:
    """Return the import of a file beside pandas' reading and appending of it.

    Parameters
    ----------
    file
        The file; its name says what it holds.
    rows
        Organisations it holds.
    records_a_row
        Records that each of its rows becomes.
    allowed
        How many times 100,000 rows it has at most: so many times the seconds are allowed.
    """
    target = "tenants" if file.stem == "tenants" else "organisations"
    with tempfile.TemporaryDirectory() as folder:
        ours = measure(partial(prepare_ours, folder), partial(import_ours, target), (str(file),))
        peer = measure(partial(prepare_peer, folder), import_peer, (str(file),))
    one, other = ours.answer, peer.answer
    difference = 0.0 if (one.rows, one.digits) == (other.rows, other.digits) else 1.0
    return _case(file, ours, peer, (difference, rows, records_a_row, allowed))


def prepare_ours(folder: str, file: str) -> tuple[Any, Path]:
    """Return an engine of an empty registry with two parks, and the file."""
    from api.database import migrate  # noqa: PLC0415 - in the measured process, before the clock starts
    from supplychain.database import make_engine, use_write_ahead_log  # noqa: PLC0415
    from supplychain.registry.changes import make_change  # noqa: PLC0415
    from supplychain.registry.values import Edit  # noqa: PLC0415

    engine = make_engine(str(Path(folder) / "registry.gpkg"))
    migrate(engine)
    use_write_ahead_log(engine)
    source = Edit("sources", "bench", {"title": "Benchmark", "kind": "own_estimate", "reference": "made up"})
    parks = [
        Edit(
            "parks",
            park_id,
            {"name_vi": name, "name_en": park_id, "former_province": "Bình Dương", "in_region": True, "lat": 11.0,
             "lon": 106.7, "position_accuracy_m": 500.0, "area_ha": 100.0, "leased_pct": 90.0, "status": "open",
             "source": "bench", "confidence": "assumption"},
        )
        for park_id, name in PARKS.items()
    ]  # fmt: skip
    make_change(engine, [source, *parks], kind="edit", author="benchmark", source_id="bench")
    return engine, Path(file)


def import_ours(target: str, given: tuple[Any, Path]) -> Imported:
    """Import the file, and tell what came of it."""
    from sqlalchemy import text  # noqa: PLC0415

    from supplychain.intake.importing import import_file  # noqa: PLC0415
    from supplychain.intake.options import ImportOptions  # noqa: PLC0415

    engine, file = given
    report = import_file(engine, file, ImportOptions(author="benchmark", target=target))
    if report.refused:
        msg = f"{len(report.refused)} rows were refused: {report.refused[0]}."
        raise RuntimeError(msg)
    with engine.connect() as connection:
        rows, digits = connection.execute(
            text("SELECT count(*), sum(CAST(tax_code AS BIGINT)) FROM organisations WHERE tax_code IS NOT NULL")
        ).one()
    return Imported(int(rows), int(digits), report.added, report.commit_s)


def prepare_peer(folder: str, file: str) -> tuple[Path, Path]:
    """Return the database file of the peer, and the file; pandas is loaded."""
    import pandas as pd  # noqa: PLC0415, F401 - in the measured process, before the clock starts

    return Path(folder) / "peer.sqlite", Path(file)


def import_peer(given: tuple[Path, Path]) -> Imported:
    """Read the file as text and append it to a table, as pandas does it."""
    import sqlite3  # noqa: PLC0415
    from contextlib import closing  # noqa: PLC0415

    import pandas as pd  # noqa: PLC0415

    database, file = given
    read = pd.read_excel if file.suffix == ".xlsx" else pd.read_csv
    frame = read(file, dtype=str)
    with closing(sqlite3.connect(database)) as connection:
        frame.to_sql("organisations", connection, index=False, if_exists="append")
        connection.commit()
    codes = frame["MST" if "MST" in frame else "tax_code"].drop_duplicates()
    return Imported(len(codes), int(codes.astype("int64").sum()), len(frame), 0.0)


def tax_codes(count: int) -> Iterator[str]:
    """Yield made-up tax codes whose check digits hold."""
    first, found = 30_000_000, 0
    while found < count:
        first += 7
        digits = f"{first:09d}"
        check = 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11
        if check < 10:
            found += 1
            yield f"{digits}{check}"


FIRM_HEADER = (
    "tax_code", "name_vi", "name_en", "kind", "address", "phone", "email", "vsic_code", "vsic_version", "founded_year",
    "country",
)  # fmt: skip


def _firm(number: int, code: str) -> list[str]:
    return [
        code,
        f"Công ty TNHH Sản xuất Thương mại Số {number}",
        f"Manufacturing Trading Company {number}",
        "enterprise",
        f"Số {number % 300}, đường Lê Lợi, phường Bình Hòa, Thành phố Hồ Chí Minh",
        f"0274 3{number % 1_000_000:06d}",
        f"info{number}@example.com",
        "2610",
        "2025",
        str(1990 + number % 35),
        "VN",
    ]


def write_firms(file: Path, rows: int) -> Path:
    """Write firms to a CSV file or a workbook."""
    content = (_firm(number, code) for number, code in enumerate(tax_codes(rows)))
    if file.suffix == ".xlsx":
        from supplychain.exports.sheets import SheetCell, SheetLayout, finished  # noqa: PLC0415
        from supplychain.exports.xlsx import XlsxWriter  # noqa: PLC0415

        with finished(XlsxWriter(file)) as writer:
            writer.begin_sheet(SheetLayout("organisations"))
            for row in (FIRM_HEADER, *content):
                writer.write_row(SheetCell(value) for value in row)
        return file
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows((FIRM_HEADER, *content))
    return file


def write_tenants(file: Path, rows: int) -> Path:
    """Write a park's tenant list: a firm, its facility and its plot in each row."""
    header = ("Tên doanh nghiệp", "MST", "KCN", "Lô đất", "Diện tích đất (m2)", "Ngành nghề", "Quốc tịch", "Số LĐ")
    names = tuple(PARKS.values())
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for number, code in enumerate(tax_codes(rows)):
            firm = f"Công ty TNHH Sản xuất Thương mại Số {number}"
            area, people = f"{10_000 + number % 9_000},5", str(20 + number % 500)
            writer.writerow([firm, code, names[number % 2], f"L{number}", area, "Sản xuất", "Việt Nam", people])
    return file


def write_same(file: Path, rows: int) -> Path:
    """Write one firm again and again."""
    (code,) = tax_codes(1)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(FIRM_HEADER)
        writer.writerows([_firm(0, code)] * rows)
    return file


def _case(file: Path, ours: Measurement, peer: Measurement, judged: tuple[float, int, int, int]) -> Case:
    difference, rows, records_a_row, allowed = judged
    imported: Imported = ours.answer
    # The commit's limit is that of 100,000 records; a tenant list makes three a row.
    within = imported.commit_s <= MOST_COMMIT_S * records_a_row
    is_all = imported.rows == rows and imported.records == rows * records_a_row
    return Case(
        benchmark=NAME,
        case=f"{file.name}, {file.stat().st_size / 1e6:.0f} MB",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer="pandas read + to_sql: no checks, ids, history, sources, refusals; run twice it doubles",
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=f"at most {MOST_CPU_S * allowed:g} CPU s and {MOST_MB:g} MB; commit at most {MOST_COMMIT_S:g} s for "
        "each 100,000 records; every tax code arrives",
        meets_target=difference == 0.0
        and is_all
        and within
        and ours.cpu_s <= MOST_CPU_S * allowed
        and ours.peak_mb <= MOST_MB,
        details={
            "records": imported.records,
            "commit_s": round(imported.commit_s, 2),
            "peer_peak_mb": round(peer.peak_mb, 1),
        },
    )
