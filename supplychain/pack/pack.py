"""A region pack in memory: the region and its tables, frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from supplychain.errors import HinterlandError
from supplychain.models.base import Base
from supplychain.pack.cells import CellError, canonical_line
from supplychain.pack.declaration import DTYPES, TableDeclaration, declare
from supplychain.text import Text

UNKNOWN_ASSUMPTION: Final = Text(
    en="The pack has no assumption '{id}'. Add the row to assumptions.csv; the program reads it.",
    vi="Gói dữ liệu không có giả định '{id}'. Hãy thêm dòng này vào assumptions.csv vì chương trình cần đọc.",
)


class UnknownAssumptionError(HinterlandError):
    """A value the program reads is not among the pack's assumptions."""


@dataclass(frozen=True, slots=True)
class Region:
    """The region of a pack: the content of ``pack.yaml``.

    Parameters
    ----------
    region_id
        Key of the region.
    name
        Name in both languages.
    currency, price_year
        Currency and price level of all results.
    base_year
        Year of the trade and freight figures.
    crs
        CRS of all coordinates.
    licence
        Licence of the pack.
    remark
        Remark in both languages, or None.
    """

    region_id: str
    name: Text
    currency: str
    price_year: int
    base_year: int
    crs: str
    licence: str
    remark: Text | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Pack:
    """A region pack: the region and one DataFrame per table.

    Two packs are equal when region and rows are; neither equality nor ``sha256`` depends on the order of rows.
    Make one with ``read_pack``, ``read_pack_from_database`` or ``Pack.from_tables``.

    Parameters
    ----------
    region
        The region.
    declarations
        What each table holds, by table name.
    tables
        The rows of each table: columns, their order and dtypes as declared.
    """

    region: Region
    declarations: Mapping[str, TableDeclaration]
    tables: Mapping[str, pd.DataFrame]

    @classmethod
    def from_tables(cls, region: Region, tables: Mapping[str, pd.DataFrame], models: Sequence[type[Base]]) -> Pack:
        """Return a pack of DataFrames; tables left out are empty, optional columns left out are null.

        Raises
        ------
        ValueError
            If a table or column is not declared, a required column is missing, or a dtype does not fit.
        """
        declarations = declare(models)
        _refuse_unknown(tables, declarations)
        frames = {
            name: normalise_table(tables.get(name, pd.DataFrame()), declaration)
            for name, declaration in declarations.items()
        }
        return cls(region, declarations, MappingProxyType(frames))

    def __reduce__(self) -> tuple[type[Pack], tuple[Region, dict[str, TableDeclaration], dict[str, pd.DataFrame]]]:
        """Let a pack go to a worker process; its read-only mappings cannot go as they are."""
        return Pack, (self.region, dict(self.declarations), dict(self.tables))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; changing what is returned leaves the pack as it is (copy on write).

        Raises
        ------
        ValueError
            If the pack has no such table.
        """
        _refuse_unknown((name,), self.declarations)
        return self.tables[name].copy(deep=False)

    @property
    def row_count(self) -> int:
        """Number of rows of all tables."""
        return sum(len(frame) for frame in self.tables.values())

    def assumption(self, assumption_id: str) -> float:
        """Return the value an assumption is computed with (its ``mid``), in the unit its row names.

        Raises
        ------
        UnknownAssumptionError
            If the pack has no such assumption.
        """
        frame = self.tables["assumptions"]
        values = frame.loc[frame["assumption_id"] == assumption_id, "mid"]
        if values.empty:
            raise UnknownAssumptionError(UNKNOWN_ASSUMPTION.format(id=assumption_id))
        return float(values.iloc[0])

    def with_tables(self, tables: Mapping[str, pd.DataFrame]) -> Pack:
        """Return a pack in which the given tables take the place of its own.

        Raises
        ------
        ValueError
            If a table or column is not declared, a required column is missing, or a dtype does not fit.
        """
        _refuse_unknown(tables, self.declarations)
        changed = {
            name: normalise_table(frame, self.declarations[name], self.tables.get(name))
            for name, frame in tables.items()
        }
        return replace(self, tables=MappingProxyType({**self.tables, **changed}))

    def without_tables(self, names: Collection[str]) -> Pack:
        """Return a pack that has not these tables."""
        return replace(
            self,
            declarations=MappingProxyType({name: d for name, d in self.declarations.items() if name not in names}),
            tables=MappingProxyType({name: frame for name, frame in self.tables.items() if name not in names}),
        )

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of region and rows, the same for equal packs whether read from files or from a database."""
        digest = hashlib.sha256()
        for line in self._canonical_lines():
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pack):
            return NotImplemented
        return list(self._canonical_lines()) == list(other._canonical_lines())

    def __repr__(self) -> str:
        return f"<Pack {self.region.region_id}: {self.row_count} rows in {len(self.tables)} tables>"

    def __hash__(self) -> int:
        return hash(self.sha256)

    def _canonical_lines(self) -> list[str]:
        region = self.region
        remark = None if region.remark is None else (region.remark.vi, region.remark.en)
        lines = [
            json.dumps(
                [
                    region.region_id,
                    region.name.vi,
                    region.name.en,
                    region.currency,
                    region.price_year,
                    region.base_year,
                    region.crs,
                    region.licence,
                    remark,
                ]
            )
        ]
        for name in sorted(self.tables):
            columns = sorted(self.declarations[name].column_names)
            lines.append(json.dumps([name, columns]))
            lines.extend(sorted(json.dumps(row) for row in plain_rows(self.tables[name][columns])))
        return lines


def normalise_table(
    frame: pd.DataFrame, declaration: TableDeclaration, known: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the rows with the declared columns, order and dtypes, and a plain index from 0.

    Parameters
    ----------
    frame, declaration
        The rows and what the table holds.
    known
        A table that is in this form already: columns that hold the same are taken from it.

    Raises
    ------
    ValueError
        If a column is not declared, a required one is missing, or values do not fit the dtype.
    """
    unknown = [str(name) for name in frame.columns if name not in declaration.column_names]
    if unknown:
        msg = f"table {declaration.name} has no column {', '.join(unknown)}."
        raise ValueError(msg)
    columns = {}
    for column in declaration.columns:
        if column.name in frame.columns:
            values = frame[column.name].reset_index(drop=True)
            if known is not None and values.equals(known[column.name]):
                columns[column.name] = known[column.name]
                continue
        elif column.required and len(frame):
            msg = f"table {declaration.name} needs the column {column.name}."
            raise ValueError(msg)
        else:
            values = pd.Series([None] * len(frame), dtype="object")
        try:
            columns[column.name] = _as_declared(values, column.kind)
        except (TypeError, ValueError) as error:
            msg = f"{declaration.name}.{column.name} must hold {column.kind} values: {error}"
            raise ValueError(msg) from error
    return pd.DataFrame(columns)


def _as_declared(values: Any, kind: str) -> Any:  # noqa: ANN401 - pandas is untyped
    dtype = DTYPES[kind]
    if values.empty:
        return pd.Series([], dtype=dtype)
    if dtype == "bool":
        if values.isna().any():
            msg = "yes/no columns have no empty cells."
            raise ValueError(msg)
        return values.astype("bool")
    if dtype == "float64":
        return values.astype("float64") + 0.0  # turns -0.0 into 0.0, which SQLite cannot keep apart
    if dtype == "Int64":
        return values.astype("float64").astype("Int64") if values.dtype == object else values.astype("Int64")
    if kind == "line":
        values = values.map(_respelled, na_action="ignore")
    blank = values == ""
    return (values.mask(blank, None) if blank.any() else values).astype("str")


def _respelled(wkt: object) -> object:
    """Return the one spelling of a course, so that equal courses are equal texts; what is none stays for the checks."""
    try:
        return canonical_line(str(wkt))
    except CellError:
        return wkt


def plain_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Return the rows of a table as plain values, None where a cell is empty."""
    columns = []
    for name in frame.columns:
        column = frame[name]
        values, is_empty = column.tolist(), column.isna().to_numpy()
        if is_empty.any():
            values = [None if gone else value for value, gone in zip(values, is_empty, strict=True)]
        columns.append(values)
    return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(len(frame))]


def _refuse_unknown(names: Any, declarations: Mapping[str, TableDeclaration]) -> None:  # noqa: ANN401 - any iterable
    unknown = [name for name in names if name not in declarations]
    if unknown:
        msg = f"no table {', '.join(unknown)} in this pack; it has {', '.join(declarations)}."
        raise ValueError(msg)
