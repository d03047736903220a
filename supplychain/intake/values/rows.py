"""Rows of a sheet as values by field, read as its mapping says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files.values import EMPTY, Cell, Column, RawRow
from supplychain.intake.mapping.values import GRID_X, GRID_Y, POSITION, MappingError, SheetMapping
from supplychain.intake.targets import TARGETS
from supplychain.intake.values.evidence import ColumnEvidence, Decided, decide_columns
from supplychain.intake.values.parse import parse_value
from supplychain.intake.values.positions import (
    VN_2000,
    Bounds,
    Position,
    find_grid,
    is_grid,
    parse_metres,
    parse_position,
    split_position,
)
from supplychain.intake.values.types import CellProblem, ValueOptions
from supplychain.text import Text

POINTS_LOOKED_AT: Final = 2_000
_POSITION_PARTS: Final = frozenset({"lat", "lon", POSITION, GRID_X, GRID_Y})


@dataclass(slots=True)
class RowValues:
    """What a row says.

    Parameters
    ----------
    line
        Line of the file or row of the sheet.
    values
        Value by field; empty cells are left out. A position stands as ``lat`` and ``lon``.
    problems
        What cannot be read, each with the field and the column of its cell; both None for the whole row.
    notes
        What was converted or assumed.
    """

    line: int
    values: dict[str, Any]
    problems: list[tuple[str | None, str | None, Text]] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


class SheetEvidence:
    """Takes the rows of a sheet before they are parsed, and decides how its columns are written."""

    def __init__(self, mapping: SheetMapping, columns: Sequence[Column]) -> None:
        places = _places(mapping, columns)
        self._mapping = mapping
        self._position = _PositionCells.of(places)
        self._points: list[tuple[float, float]] = []
        self._columns: list[tuple[int, str, ColumnEvidence]] = []
        if mapping.table is None:
            return
        for name, (index, column) in places.items():
            if name not in _POSITION_PARTS:
                evidence = ColumnEvidence(TARGETS[mapping.table].column(name))
                if evidence.is_needed:
                    self._columns.append((index, column, evidence))

    @property
    def is_needed(self) -> bool:
        """Whether any column can be written in more than one way, so that its rows must be looked at first."""
        return bool(self._columns) or self._position is not None

    def add(self, row: RawRow) -> None:
        """Take a row as evidence."""
        if row.role != "data" or not row.cells:
            return
        cells = row.cells
        for index, _, evidence in self._columns:
            evidence.add(cells[index])
        if self._position is not None and len(self._points) < POINTS_LOOKED_AT:
            first, second = self._position.cells(cells)
            a, b = parse_metres(first), parse_metres(second)
            if a is not None and b is not None and is_grid(a, b):
                self._points.append((a, b))

    def add_all(self, rows: Iterable[RawRow]) -> None:
        """Take rows as evidence."""
        for row in rows:
            self.add(row)

    def decide(self, bounds: Bounds | None = None) -> SheetForm:
        """Return how the columns are written.

        Parameters
        ----------
        bounds
            West, south, east, north (degrees) that the sheet's positions should lie in; metres of an unnamed grid are
            converted only where exactly one grid puts them there.
        """
        said = {column.column: column.options for column in self._mapping.columns}
        decided = decide_columns({column: one for _, column, one in self._columns}, said)
        crs = _said_grid(self._mapping)
        notes = [one.note for one in decided.values() if one.note is not None]
        if crs is None and self._points and bounds is not None:
            crs = find_grid(self._points, bounds)
            if crs is not None:
                notes.append(_GRID_FOUND.format(crs=crs))
        return SheetForm(decided, crs, tuple(notes))


@dataclass(frozen=True, slots=True)
class SheetForm:
    """How the cells of a sheet are written.

    Parameters
    ----------
    columns
        By column.
    crs
        EPSG code of the grid of its positions; None for degrees.
    notes
        What was decided and should be told.
    """

    columns: Mapping[str, Decided]
    crs: int | None
    notes: tuple[Text, ...]


class RowParser:
    """Reads rows of one sheet.

    Parameters
    ----------
    mapping
        What the columns are; its table must not be None.
    columns
        Columns of the sheet.
    form
        What ``SheetEvidence`` decided.

    Raises
    ------
    MappingError
        If the mapping names a column that the sheet does not have, or a constant cannot be read.
    """

    def __init__(self, mapping: SheetMapping, columns: Sequence[Column], form: SheetForm) -> None:
        if mapping.table is None:
            raise MappingError(_LEFT_OUT.format(sheet=mapping.sheet))
        places = _places(mapping, columns)
        table = TARGETS[mapping.table]
        said = {column.column: column.options for column in mapping.columns}
        self._form = form
        self._position = _PositionCells.of(places)
        self._fields: list[tuple[int, str, str, ColumnDeclaration, ValueOptions]] = []
        for name, (index, column) in places.items():
            if name not in _POSITION_PARTS:
                decided = form.columns.get(column)
                options = said[column] if decided is None else decided.options
                self._fields.append((index, name, column, table.column(name), options))
        self._constants = {
            name: _constant(mapping, table.column(name), text) for name, text in mapping.constants.items()
        }

    def parse(self, row: RawRow) -> RowValues:
        """Return the values of a row and what is wrong with it."""
        made = RowValues(row.line, dict(self._constants))
        made.problems += [(None, None, text) for text in row.problems]
        cells = row.cells
        if not cells:
            return made
        values, notes = made.values, made.notes
        for index, name, column, declaration, options in self._fields:
            cell = cells[index]
            if not cell.text:
                continue
            value = parse_value(cell, declaration, options, notes)
            if isinstance(value, CellProblem):
                made.problems.append((name, column, value.text))
            elif value is not None:
                values[name] = value
        if self._position is not None:
            self._add_position(made, cells)
        return made

    def _add_position(self, made: RowValues, cells: tuple[Cell, ...]) -> None:
        position = self._position
        if position is None:
            return
        found = parse_position(*position.cells(cells), self._form.crs, made.notes)
        if isinstance(found, Position):
            made.values["lat"], made.values["lon"] = found.lat, found.lon
        elif isinstance(found, CellProblem):
            made.problems.append(("lat", position.column, found.text))


@dataclass(frozen=True, slots=True)
class _PositionCells:
    """Where the two halves of a position stand: in two columns, or both in one."""

    first: int
    second: int | None
    column: str

    @classmethod
    def of(cls, places: Mapping[str, tuple[int, str]]) -> _PositionCells | None:
        """Return the columns that hold the position: latitude and longitude before a grid, a grid before one cell."""
        for one, other in (("lat", "lon"), (GRID_X, GRID_Y)):
            if one in places and other in places:
                return cls(places[one][0], places[other][0], places[one][1])
        if POSITION in places:
            return cls(places[POSITION][0], None, places[POSITION][1])
        return None

    def cells(self, cells: tuple[Cell, ...]) -> tuple[Cell, Cell]:
        """Return the two halves."""
        if self.second is not None:
            return cells[self.first], cells[self.second]
        text = cells[self.first].text
        halves = split_position(text)
        return (Cell(halves[0]), Cell(halves[1])) if halves is not None else (cells[self.first], EMPTY)


def _places(mapping: SheetMapping, columns: Sequence[Column]) -> dict[str, tuple[int, str]]:
    """Return index and name of the column that fills each field."""
    by_name = {column.name: column.index for column in columns}
    places = {}
    for column in mapping.columns:
        if column.column not in by_name:
            if column.field is None:
                continue
            raise MappingError(
                _NO_COLUMN.format(sheet=mapping.sheet, column=column.column, columns=", ".join(by_name)),
            )
        if column.field is not None:
            places[column.field] = (by_name[column.column], column.column)
    return places


def _said_grid(mapping: SheetMapping) -> int | None:
    codes = {column.options.crs for column in mapping.columns if column.options.crs is not None}
    if not codes:
        return None
    code = codes.pop()
    if codes or code not in VN_2000:
        raise MappingError(_BAD_GRID.format(crs=code, grids=", ".join(map(str, VN_2000))))
    return code


def _constant(mapping: SheetMapping, declaration: ColumnDeclaration, text: str) -> Any:  # noqa: ANN401 - by the field
    value = parse_value(Cell(text), declaration, ValueOptions(decimal=".", day_first=True))
    if isinstance(value, CellProblem) or value is None:
        reason = value.text if isinstance(value, CellProblem) else _EMPTY
        raise MappingError(
            Text(
                en=_BAD_CONSTANT.en.format(sheet=mapping.sheet, field=declaration.name, reason=reason.en),
                vi=_BAD_CONSTANT.vi.format(sheet=mapping.sheet, field=declaration.name, reason=reason.vi),
            )
        )
    return value


_LEFT_OUT: Final = Text(
    en="The mapping leaves the sheet '{sheet}' out: it names no table.",
    vi="Tệp ánh xạ bỏ qua trang '{sheet}': không ghi bảng nào.",
)
_NO_COLUMN: Final = Text(
    en="The sheet '{sheet}' has no column '{column}' that the mapping names. It has: {columns}.",
    vi="Trang '{sheet}' không có cột '{column}' mà tệp ánh xạ ghi. Trang có: {columns}.",
)
_BAD_GRID: Final = Text(
    en="crs: {crs} in the mapping is no single grid of VN-2000. Choose one EPSG code of: {grids}.",
    vi="crs: {crs} trong tệp ánh xạ không phải một múi chiếu VN-2000. Hãy chọn một mã EPSG trong: {grids}.",
)
_BAD_CONSTANT: Final = Text(
    en="The constant '{field}' of the sheet '{sheet}' cannot be read: {reason}",
    vi="Không đọc được hằng số '{field}' của trang '{sheet}': {reason}",
)
_EMPTY: Final = Text(en="it is empty.", vi="giá trị trống.")
_GRID_FOUND: Final = Text(
    en="Positions are metres of VN-2000 EPSG:{crs}: no other grid puts them into the region.",
    vi="Tọa độ là mét theo VN-2000 EPSG:{crs}: không múi chiếu nào khác đặt chúng vào trong vùng.",
)
