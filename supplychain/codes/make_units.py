"""Make ``data/units.csv.gz`` from the wheel of ``vietnamadminunits`` 1.0.4 (MIT).

``python -m supplychain.codes.make_units WHEEL``

Only names, codes and the conversion of July 2025 are taken over; the package's coordinates are not. It is run by hand
when that package has a better edition, never by the program.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

COLUMNS: Final = ("code", "former", "kind", "name", "parent", "new", "earlier")

KIND_WORDS: Final = {
    "phường": "ward",
    "xã": "commune",
    "thị trấn": "township",
    "đặc khu": "special_zone",
    "quận": "urban_district",
    "huyện": "rural_district",
    "thị xã": "town",
    "thành phố": "city",
    "tỉnh": "province",
}
_KIND_OF_KEY: Final = re.compile(
    r"^(phuong|xa(?!$)|thitran|ward(?=\d)|[pfq](?=\d)|quan|huyen|thixa|thanhpho|tx|tp|district(?=\d))"
)

Row = tuple[str, int, str, str, str, str, str]


def main(arguments: list[str]) -> None:
    """Read the wheel named on the command line and write the table beside this module."""
    database, converter = _read_wheel(Path(arguments[0]))
    rows = sorted(_rows(database, converter), key=lambda row: (row[1], len(row[0]), row[0]))
    target = Path(__file__).with_name("data") / "units.csv.gz"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    # No time stamp and no file name in the header: the same wheel gives the same bytes.
    target.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    sys.stdout.write(f"{target}: {len(rows)} units\n")


def _read_wheel(path: Path) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    with zipfile.ZipFile(path) as wheel, tempfile.TemporaryDirectory() as folder:
        wheel.extract("vietnamadminunits/data/dataset.db", folder)
        connection = sqlite3.connect(Path(folder) / "vietnamadminunits/data/dataset.db")
        connection.row_factory = sqlite3.Row
        tables = {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608 - two fixed names
            for name in ("admin_units_legacy", "admin_units")
        }
        connection.close()
        return tables, json.loads(wheel.read("vietnamadminunits/data/converter_2025.json"))


def _rows(database: dict[str, list[dict[str, Any]]], converter: dict[str, Any]) -> Iterator[Row]:
    old, new = database["admin_units_legacy"], database["admin_units"]
    new_wards = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    new_provinces = {row["provinceKey"]: row["provinceCode"] for row in new}
    went_to = _conversion(converter, new_wards)
    province_of = {key: new_provinces[name] for name, keys in converter["DICT_PROVINCE"].items() for key in keys}
    yield from {(row["provinceCode"], 0, *_kind(row["province"], top=True), "", "", "") for row in new}
    yield from ((row["wardCode"], 0, *_kind(row["ward"]), row["provinceCode"], "", "") for row in new)
    yield from {
        (row["provinceCode"], 1, *_kind(row["province"], top=True), "", province_of[row["provinceKey"]], "")
        for row in old
    }
    yield from {
        (
            row["districtCode"],
            1,
            *_kind(row["district"]),
            row["provinceCode"],
            "" if row["wardKey"] else ";".join(went_to[_old_key(row)]),
            _earlier(row["districtAlias"], row["districtShortKey"]),
        )
        for row in old
    }
    yield from (
        (
            row["wardCode"],
            1,
            *_kind(row["ward"]),
            row["districtCode"],
            ";".join(went_to[_old_key(row)]),
            _earlier(row["wardAlias"], row["wardShortKey"]),
        )
        for row in old
        if row["wardKey"]
    )


def _conversion(converter: dict[str, Any], new_wards: dict[tuple[str, str], str]) -> dict[str, list[str]]:
    """Return the new ward codes of each old ward's key, of a divided ward the main one first."""
    went_to: dict[str, list[str]] = {}
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, old_keys in wards.items():
            for old_key in old_keys:
                went_to.setdefault(old_key, []).append(new_wards[province, ward])
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, parts in divided.items():
            ordered = sorted(parts, key=lambda part: (not part["isDefaultNewWard"], part["newWardKey"]))
            went_to[old_key] = [new_wards[province, part["newWardKey"]] for part in ordered]
    return went_to


def _old_key(row: dict[str, Any]) -> str:
    return f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"


def _kind(full_name: str, *, top: bool = False) -> tuple[str, str]:
    """Return the kind and the bare name; the data write a few kinds as ``Thành Phố``."""
    folded = full_name.casefold()
    word = next(word for word in KIND_WORDS if folded.startswith(word + " "))
    kind = "municipality" if top and word == "thành phố" else KIND_WORDS[word]
    return kind, full_name[len(word) + 1 :]


def _earlier(aliases: str | None, own_key: str) -> str:
    """Return the keys of earlier names, without words for the kind and without the name itself."""
    words: Iterable[str] = json.loads(aliases) if aliases else ()
    keys = {re.sub(r"^0+(?=\d)", "", _KIND_OF_KEY.sub("", word)) for word in words}
    return ";".join(sorted(keys - {own_key, ""}))


if __name__ == "__main__":
    main(sys.argv[1:])
