"""Cells of a file as values: nothing is guessed, what does not fit is told."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import LineString

from supplychain.pack import messages
from supplychain.plain_numbers import PLAIN_NUMBER
from supplychain.rules import LIST_SEPARATOR, shown
from supplychain.text import Text

__all__ = ["LIST_SEPARATOR", "CellError", "canonical_line", "clean", "format_line", "parse_cell", "shown"]

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_COMMA_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9 .,\u00a0\u202f_]*")
_WORDS: Final = {"yes": True, "no": False}
_SHOWN: Final = 60


class CellError(ValueError):
    """A cell cannot be read as what its column holds."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def clean(cell: str) -> str:
    """Return a cell without outer spaces, with line feeds alone, in Unicode normal form C."""
    return unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()


def parse_cell(cell: str, kind: str) -> Any:  # noqa: ANN401 - depends on the kind
    """Return the value of a clean, non-empty cell of a column of this kind.

    Raises
    ------
    CellError
        If the cell cannot be read as such a value.
    """
    match kind:
        case "number":
            return _number(cell)
        case "integer":
            return _integer(cell)
        case "boolean":
            if cell not in _WORDS:
                raise CellError(messages.NOT_YES_NO.format(value=shown(cell)))
            return _WORDS[cell]
        case "list":
            return _list(cell)
        case "line":
            return canonical_line(cell)
        case _:
            return cell


def _number(cell: str) -> float:
    if not PLAIN_NUMBER.fullmatch(cell):
        template = messages.GROUPED_NUMBER if _COMMA_NUMBER.fullmatch(cell) else messages.NOT_A_NUMBER
        raise CellError(template.format(value=shown(cell)))
    value = float(cell)
    if not math.isfinite(value):
        raise CellError(messages.NOT_A_NUMBER.format(value=shown(cell)))
    return value


def _integer(cell: str) -> int:
    if not _INTEGER.fullmatch(cell):
        raise CellError(messages.NOT_AN_INTEGER.format(value=shown(cell)))
    value = int(cell) if len(cell) < _SHOWN else math.inf
    if abs(value) >= 2**63:
        raise CellError(messages.NOT_AN_INTEGER.format(value=shown(cell)))
    return int(value)


def _list(cell: str) -> str:
    parts = [part.strip() for part in cell.split(LIST_SEPARATOR)]
    if "" in parts or len(set(parts)) < len(parts):
        raise CellError(messages.BAD_LIST.format(value=shown(cell)))
    return LIST_SEPARATOR.join(parts)


def canonical_line(wkt: str) -> str:
    """Return the one spelling of a WKT LINESTRING: shortest decimals that give the same coordinates.

    Raises
    ------
    CellError
        If the text is no LINESTRING of two or more finite points in longitude and latitude.
    """
    try:
        with np.errstate(all="ignore"):  # what is not finite is refused below
            shape = shapely.from_wkt(wkt)
    except shapely.errors.GEOSException as error:
        raise CellError(messages.NOT_A_LINE.format(value=shown(wkt))) from error
    if not isinstance(shape, LineString) or shape.is_empty or shape.has_z or shape.geom_type != "LineString":
        raise CellError(messages.NOT_A_LINE.format(value=shown(wkt)))
    coordinates = shapely.get_coordinates(shape).tolist()
    if not all(abs(lon) <= 180.0 and abs(lat) <= 90.0 for lon, lat in coordinates):  # noqa: PLR2004 - degrees
        raise CellError(messages.LINE_OFF_THE_MAP.format(value=shown(wkt)))
    return format_line(coordinates)


def format_line(coordinates: list[list[float]]) -> str:
    """Return WKT of a LINESTRING given (longitude, latitude) pairs in degrees."""
    points = ", ".join(f"{_decimal(lon)} {_decimal(lat)}" for lon, lat in coordinates)
    return f"LINESTRING ({points})"


def _decimal(value: float) -> str:
    text = repr(value + 0.0)
    return text.removesuffix(".0")
