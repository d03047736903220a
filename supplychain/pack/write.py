"""A pack as files, and empty files to fill in."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from supplychain.models.base import Base
from supplychain.pack.check_rows import is_empty
from supplychain.pack.declaration import declare
from supplychain.pack.pack import Pack, Region
from supplychain.pack.read import REGION_FILE
from supplychain.text import Text


def write_pack(pack: Pack, folder: Path) -> None:
    """Write a pack to a folder; ``read_pack`` of the folder equals it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REGION_FILE).write_text(_region_text(pack.region), encoding="utf-8")
    for name, declaration in pack.declarations.items():
        frame = pack.tables[name]
        if declaration.storage == "yaml":
            (folder / name).mkdir(exist_ok=True)
            for row_id, text in zip(frame[declaration.key], frame["text"], strict=True):
                path = folder / declaration.file_name(row_id)
                path.write_text(f"{text}\n", encoding="utf-8")
            continue
        rows = zip(*(frame[column].tolist() for column in declaration.column_names), strict=True)
        _write_csv(folder / declaration.file_name(), declaration.column_names, rows)


def write_templates(folder: Path, models: Sequence[type[Base]]) -> tuple[Path, ...]:
    """Write a file with the header line alone for each table, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for declaration in declare(models).values():
        if declaration.storage == "csv":
            files.append(folder / declaration.file_name())
            _write_csv(files[-1], declaration.column_names, ())
    return tuple(files)


def rewrite_columns(path: Path, key: str, values: Mapping[str, Mapping[str, object]]) -> None:
    """Put values into columns of one CSV file of a pack; all other cells and the order of rows stay.

    The new file takes the place of the old one at once: a reader meets either.

    Parameters
    ----------
    path
        The file; columns it lacks are added before ``source``, or at the end.
    key
        Column that names a row.
    values
        For each column the value by key; a row without one is left as it is.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = list(reader.fieldnames or ()), list(reader)
    place = header.index("source") if "source" in header else len(header)
    header[place:place] = [column for column in values if column not in header]
    for row in rows:
        for column, by_key in values.items():
            if row[key] in by_key:
                row[column] = _cell(by_key[row[key]])
    partial = path.with_suffix(".partial")
    _write_csv(partial, header, ([row.get(column) or "" for column in header] for row in rows))
    partial.replace(path)


def _write_csv(path: Path, header: Sequence[str], rows: Any) -> None:  # noqa: ANN401 - any iterable of rows
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:  # noqa: ANN401 - a cell of any kind
    if is_empty(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def _region_text(region: Region) -> str:
    def both(text: Text) -> dict[str, str]:
        return {"vi": text.vi, "en": text.en}

    content: dict[str, Any] = {
        "region_id": region.region_id,
        "name": both(region.name),
        "currency": region.currency,
        "price_year": region.price_year,
        "base_year": region.base_year,
        "crs": region.crs,
        "licence": region.licence,
    }
    if region.remark is not None:
        content["remark"] = both(region.remark)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
