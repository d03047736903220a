"""What the tables of a pack look like as files and DataFrames, taken from the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from supplychain.columns import ColumnDeclaration
from supplychain.models.base import METADATA, Base, Rule
from supplychain.text import Text

DTYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "str",
        "text": "str",
        "list": "str",
        "date": "str",
        "line": "str",
        "number": "float64",
        "integer": "Int64",
        "boolean": "bool",
    }
)
"""pandas dtype of each kind of column; empty text is NaN, an empty integer is ``pd.NA``."""


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """One table of a pack.

    Parameters
    ----------
    name
        Table name; also the stem of its file.
    key
        The id column.
    columns
        Columns in the order of the file; a position stands as ``lat`` and ``lon``.
    rules
        What holds between columns or rows.
    meaning
        What a row is, in both languages.
    storage
        ``csv`` for one file, ``yaml`` for a folder with one file a row.
    worldwide
        Whether positions may lie far from the region.
    may_be_absent
        Whether a pack may leave the file out, which means an empty table.
    """

    name: str
    key: str
    columns: tuple[ColumnDeclaration, ...]
    rules: tuple[Rule, ...]
    meaning: Text
    storage: Literal["csv", "yaml"] = "csv"
    worldwide: bool = False
    may_be_absent: bool = False

    def column(self, name: str) -> ColumnDeclaration:
        """Return the declaration of one column.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        msg = f"table {self.name} has no column {name!r}; it has {', '.join(self.column_names)}."
        raise KeyError(msg)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in the order of the file."""
        return tuple(column.name for column in self.columns)

    @property
    def has_position(self) -> bool:
        """Whether rows stand at a point (columns ``lat`` and ``lon``)."""
        return "lat" in self.column_names

    def file_name(self, row_id: object = None) -> str:
        """Return the file of the pack that holds the table, or for YAML tables the one that holds the row."""
        if self.storage == "csv":
            return f"{self.name}.csv"
        return f"{self.name}/{row_id}.yaml" if row_id is not None else f"{self.name}/"


def declare(models: Sequence[type[Base]]) -> Mapping[str, TableDeclaration]:
    """Return the declaration of each model's table, by table name, in the order given."""
    declarations = (_declare_table(model) for model in models)
    return MappingProxyType({declaration.name: declaration for declaration in declarations})


def _declare_table(model: type[Base]) -> TableDeclaration:
    columns: list[ColumnDeclaration] = []
    worldwide = False
    for column in METADATA.tables[model.__tablename__].columns:
        if "kind" not in column.info:
            continue
        declared = ColumnDeclaration.of(column)
        worldwide = worldwide or bool(column.info.get("worldwide"))
        columns.extend(_latitude_longitude(declared) if declared.kind == "point" else (declared,))
    key = next(column.name for column in columns if column.kind == "id")
    return TableDeclaration(
        name=model.__tablename__,
        key=key,
        columns=tuple(columns),
        rules=model.rules,
        meaning=model.meaning,
        storage=model.storage,
        worldwide=worldwide,
        may_be_absent=model.may_be_absent,
    )


def _latitude_longitude(point: ColumnDeclaration) -> tuple[ColumnDeclaration, ColumnDeclaration]:
    latitude = replace(
        point,
        name="lat",
        kind="number",
        unit="degrees",
        minimum=-90.0,
        maximum=90.0,
        meaning=Text(en="Latitude, WGS 84, north positive", vi="Vĩ độ WGS 84, bắc dương"),
    )
    longitude = replace(
        latitude,
        name="lon",
        minimum=-180.0,
        maximum=180.0,
        meaning=Text(en="Longitude, WGS 84, east positive", vi="Kinh độ WGS 84, đông dương"),
    )
    return latitude, longitude
