"""An infrastructure from tables of GIS layers: the inverse of ``as_layers``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Column, Floats, Ids, Indices
from geodata.gis.as_layers import Shapes, unescape
from geodata.gis.cells import CellError, from_cells, read_mask, texts_of
from geodata.gis.hours import Interval, intervals_of, joined_intervals, parse_hours
from geodata.gis.layouts import (
    CANDIDATE_CELLS,
    CANDIDATES,
    CONDITION_CELLS,
    CONDITIONS,
    LINK_CELLS,
    LINKS,
    NODE_CELLS,
    NODES,
    OUTLINES,
    SCHEDULES,
    SOURCES,
    TURNS,
)
from geodata.gis.read import ReadTable
from geodata.infrastructure.build import make_candidates, make_links, make_nodes, make_schedules
from geodata.infrastructure.columns import TURN_KINDS, VEHICLE_KINDS
from geodata.infrastructure.infrastructure import Conditions, Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import Geometries
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

SUMMARY: Final = Text(
    en="The layers were not taken over; findings: {count}. Nothing was stored.",
    vi="Các lớp không được tiếp nhận: {count} lỗi. Chưa lưu gì.",
)
MISSING_LAYER: Final = Text(
    en="The layer is not there. Export the network again, or use import-gis with a mapping for other files.",
    vi="Thiếu lớp này. Hãy xuất lại mạng lưới, hoặc dùng import-gis với tệp ánh xạ cho dữ liệu khác.",
)
MISSING_COLUMN: Final = Text(en="The column is not there.", vi="Thiếu cột này.")
WRONG_VALUE: Final = Text(en="{value!r} must be {wanted}.", vi="{value!r} phải là {wanted}.")
UNKNOWN_NODE: Final = Text(en="There is no node {value!r}.", vi="Không có nút {value!r}.")
UNKNOWN_LINK: Final = Text(en="There is no link {value!r}.", vi="Không có đoạn tuyến {value!r}.")
DUPLICATE: Final = Text(en="{value!r} stands in more than one row.", vi="{value!r} có ở nhiều hơn một dòng.")
NO_PLACE: Final = Text(
    en="The row has no place of the right kind ({kind}).", vi="Dòng này không có hình học đúng loại ({kind})."
)
OUT_OF_RANGE: Final = Text(
    en="{lon}, {lat} is no longitude and latitude.", vi="{lon}, {lat} không phải kinh độ, vĩ độ."
)

MOST_FINDINGS: Final = 200


class Reader:
    """Reads cells of tables and collects everything found wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(self, table: ReadTable, row: int | None, column: str | None, text: Text) -> None:
        """Add a finding about a row (position in the table) of a layer."""
        number = None if row is None else int(table.rows[row])
        self.findings.append(Finding(f"{self.file} {table.name}", number, column, text))

    def column(self, table: ReadTable, column: Column) -> NDArray[Any]:
        """Return one column; its default where the table does not hold it or a cell cannot be read."""
        if column.name not in table.cells:
            return np.full(len(table), column.default, dtype=column.dtype)
        cells = table.cells[column.name]
        try:
            return from_cells(cells, column)
        except CellError as error:
            for row, value in zip(error.rows, error.values, strict=True):
                self.add(table, row, column.name, WRONG_VALUE.format(value=value, wanted=error.wanted))
            return np.full(len(table), column.default, dtype=column.dtype)

    def columns(self, table: ReadTable, columns: Iterable[Column]) -> dict[str, NDArray[Any]]:
        """Return several columns by name."""
        return {column.name: self.column(table, column) for column in columns}

    def texts(self, table: ReadTable, name: str, *, needed: bool = False) -> Ids:
        """Return a text column, empty where the table does not hold it."""
        if needed and len(table) and name not in table.cells:
            self.add(table, None, name, MISSING_COLUMN)
        return table.texts(name)

    def places(self, table: ReadTable, name: str, among: Mapping[str, int], unknown: Text) -> Indices:
        """Return for each cell its place among ids."""
        texts = self.texts(table, name, needed=True)
        found = np.array([among.get(text, -1) for text in texts], dtype=np.int32)
        if name in table.cells:
            for row in np.flatnonzero(found < 0):
                self.add(table, int(row), name, unknown.format(value=texts[row]))
        return found

    def unique(self, table: ReadTable, name: str, ids: Ids) -> None:
        """Add a finding for each id that stands twice."""
        seen: set[str] = set()
        for row, value in enumerate(ids):
            if value in seen:
                self.add(table, row, name, DUPLICATE.format(value=value))
            seen.add(value)

    def done(self) -> None:
        """Raise if anything was found.

        Raises
        ------
        FindingsError
            With everything found (the first 200, and how many there are).
        """
        if self.findings:
            raise FindingsError(SUMMARY.format(count=len(self.findings)), self.findings[:MOST_FINDINGS])


def build_infrastructure(tables: Mapping[str, ReadTable], file: str) -> Infrastructure:
    """Return the infrastructure that layers in WGS 84 hold.

    Parameters
    ----------
    tables
        Layers by name; nodes and links must be there.
    file
        Name of the file, for findings.

    Raises
    ------
    FindingsError
        With every cell that cannot be read, every reference to nothing and every id that stands twice.
    """
    reader = Reader(file)
    for name in (NODES, LINKS):
        if name not in tables:
            reader.findings.append(Finding(f"{file} {name}", None, None, MISSING_LAYER))
    reader.done()
    sources, keys = _sources(reader, tables)
    schedules = _schedules(reader, tables.get(SCHEDULES))
    nodes = _nodes(reader, tables[NODES], keys)
    links, lines = _links(reader, tables[LINKS], keys, nodes["node_id"])
    link_places = {link_id: place for place, link_id in enumerate(links["link_id"])}
    pool = _Hours(reader, schedules)
    conditions = _conditions(reader, tables.get(CONDITIONS), link_places, pool)
    turns = _turns(reader, tables.get(TURNS), link_places, pool)
    outlines, outline_places = _outlines(reader, tables.get(OUTLINES))
    candidates = _candidates(reader, tables.get(CANDIDATES), keys, outline_places)
    reader.done()
    return Infrastructure(
        nodes=make_nodes(**nodes),
        links=make_links(**links),
        lines=lines,
        conditions=Conditions(**conditions),
        schedules=pool.schedules(),
        turns=turns,
        candidates=make_candidates(**candidates),
        outlines=outlines,
        sources=sources,
    )


def _sources(reader: Reader, tables: Mapping[str, ReadTable]) -> tuple[tuple[Source, ...], dict[str, int]]:
    table = tables.get(SOURCES)
    sources: list[Source] = []
    keys: dict[str, int] = {}
    if table is not None:
        names = ("name", "licence", "attribution", "date", "sha256")
        values = {name: reader.texts(table, name) for name in names}
        sources = [Source(**{name: values[name][row] for name in names}) for row in range(len(table))]
        keys = {key: place for place, key in enumerate(reader.texts(table, "source", needed=True))}
    for name in (NODES, LINKS, CANDIDATES):
        if name in tables and "source" in tables[name].cells:
            for key in dict.fromkeys(texts_of(tables[name].cells["source"])):
                if key and key not in keys:
                    keys[key] = len(sources)
                    sources.append(Source(key))
    return tuple(sources), keys


def _source(reader: Reader, table: ReadTable, keys: Mapping[str, int]) -> NDArray[np.int16]:
    return np.array([keys.get(text, NO_CODE) for text in reader.texts(table, "source")], dtype=np.int16)


class _Hours:
    """The schedules of a file, and those that were written into rows since."""

    def __init__(self, reader: Reader, schedules: Schedules) -> None:
        self._reader = reader
        self._texts = schedules.text.tolist()
        self._intervals = [intervals_of(schedules, row) for row in range(len(schedules))]
        self._joined = [joined_intervals(some) for some in self._intervals]

    def of(self, table: ReadTable) -> Indices:
        """Return the schedule of each row: the one it names where that has the hours written, else another or a new."""
        hours = self._reader.texts(table, "hours")
        column = Column("schedule", np.int32, NO_CODE, "")
        named = self._reader.column(table, column)
        found = np.full(len(table), NO_CODE, dtype=np.int32)
        for row, text in enumerate(hours):
            if text.strip():
                found[row] = self._schedule(table, row, text, int(named[row]))
        return found

    def _schedule(self, table: ReadTable, row: int, text: str, named: int) -> int:
        try:
            wanted = parse_hours(text)
        except ValueError as error:
            self._reader.add(table, row, "hours", Text(en=str(error), vi=f"Không hiểu giờ {text!r}: {error}"))
            return NO_CODE
        if 0 <= named < len(self._joined) and self._joined[named] == wanted:
            return named
        if wanted in self._joined:
            return self._joined.index(wanted)
        self._texts.append(text)
        self._intervals.append(wanted)
        self._joined.append(wanted)
        return len(self._joined) - 1

    def schedules(self) -> Schedules:
        return make_schedules(self._texts, self._intervals)


def _schedules(reader: Reader, table: ReadTable | None) -> Schedules:
    if table is None:
        return Schedules.none()
    texts, hours, minutes = (reader.texts(table, name) for name in ("text", "hours", "minutes"))
    intervals = []
    for row in range(len(table)):
        exact: tuple[Interval, ...] = ()
        try:
            wanted = parse_hours(hours[row])
            pairs = [part.split("-") for part in minutes[row].split(";") if part]
            exact = tuple((int(start), int(end)) for start, end in pairs)
        except ValueError as error:
            reader.add(table, row, "hours", Text(en=str(error), vi=f"Không hiểu giờ {hours[row]!r}: {error}"))
            wanted = joined_intervals(exact)
        intervals.append(exact if joined_intervals(exact) == wanted else wanted)
    return make_schedules(texts.tolist(), intervals)


def _nodes(reader: Reader, table: ReadTable, keys: Mapping[str, int]) -> dict[str, Any]:
    columns = reader.columns(table, NODE_CELLS)
    reader.texts(table, "node_id", needed=True)
    reader.unique(table, "node_id", columns["node_id"])
    places = _place(reader, table)
    return columns | {"lon": places[:, 0], "lat": places[:, 1], "source": _source(reader, table, keys)}


def _place(reader: Reader, table: ReadTable, *, needed: bool = True) -> Floats:
    points = np.full((len(table), 2), np.nan)
    there = shapely.get_type_id(table.shapes) == shapely.GeometryType.POINT
    there &= ~shapely.is_empty(table.shapes)
    points[there] = shapely.get_coordinates(table.shapes[there])
    outside = there & ~((np.abs(points[:, 0]) <= 180.0) & (np.abs(points[:, 1]) <= 90.0))  # noqa: PLR2004 - degrees
    for row in np.flatnonzero(outside):
        reader.add(table, int(row), None, OUT_OF_RANGE.format(lon=points[row, 0], lat=points[row, 1]))
    if needed:
        for row in np.flatnonzero(~there):
            reader.add(table, int(row), None, NO_PLACE.format(kind="Point"))
    return points


def _links(
    reader: Reader, table: ReadTable, keys: Mapping[str, int], node_ids: Ids
) -> tuple[dict[str, Any], Geometries]:
    columns = reader.columns(table, LINK_CELLS)
    reader.texts(table, "link_id", needed=True)
    reader.unique(table, "link_id", columns["link_id"])
    among = {node_id: place for place, node_id in enumerate(node_ids)}
    columns["from_index"] = reader.places(table, "from_node_id", among, UNKNOWN_NODE)
    columns["to_index"] = reader.places(table, "to_node_id", among, UNKNOWN_NODE)
    columns["source"] = _source(reader, table, keys)
    wrong = ~np.isin(shapely.get_type_id(table.shapes), (-1, int(shapely.GeometryType.LINESTRING)))
    for row in np.flatnonzero(wrong | table.broken):
        reader.add(table, int(row), None, NO_PLACE.format(kind="LineString"))
    shapes = table.shapes.copy()
    shapes[wrong] = None
    return columns, lines_of(shapes)


def lines_of(shapes: Shapes) -> Geometries:
    """Return lines (None: no points) as flat arrays."""
    counts = np.where(shapely.is_missing(shapes), 0, shapely.get_num_coordinates(shapes))
    return Geometries(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), shapely.get_coordinates(shapes))


def shapes_of_wkt(texts: Ids) -> Shapes:
    """Return geometries of WKT, None where a text is empty or cannot be read."""
    given = texts.copy()
    given[texts == ""] = None
    shapes: Shapes = np.asarray(shapely.from_wkt(given, on_invalid="ignore"), dtype=np.object_)
    return shapes


def _conditions(
    reader: Reader, table: ReadTable | None, link_places: Mapping[str, int], pool: _Hours
) -> dict[str, NDArray[Any]]:
    if table is None:
        empty = ReadTable.empty(CONDITIONS)
        return {**reader.columns(empty, CONDITION_CELLS), "link_index": empty.rows, "schedule": empty.rows}
    columns = reader.columns(table, CONDITION_CELLS)
    columns["link_index"] = reader.places(table, "link_id", link_places, UNKNOWN_LINK)
    columns["schedule"] = pool.of(table)
    order = np.argsort(columns["link_index"], kind="stable")
    return {name: values[order] for name, values in columns.items()}


def _turns(reader: Reader, table: ReadTable | None, link_places: Mapping[str, int], pool: _Hours) -> TurnRestrictions:
    if table is None:
        return TurnRestrictions.none()
    kind = reader.column(table, Column("kind", np.int8, 0, "", TURN_KINDS))
    kinds = [_mask(reader, table, row, text) for row, text in enumerate(reader.texts(table, "kinds"))]
    counts, links, along = [0], [], []
    for row, text in enumerate(reader.texts(table, "links", needed=True)):
        steps = [part.strip() for part in text.split(";") if part.strip()]
        if len(steps) < 2 or not all(step[-1] in "<>" for step in steps):  # noqa: PLR2004 - from and to
            wanted = "two links or more with ; between, each ending in > (as drawn) or < (against)"
            reader.add(table, row, "links", WRONG_VALUE.format(value=text, wanted=wanted))
            steps = []
        for step in steps:
            link_id = unescape(step[:-1])
            if link_id not in link_places:
                reader.add(table, row, "links", UNKNOWN_LINK.format(value=link_id))
            links.append(link_places.get(link_id, 0))
            along.append(step[-1] == ">")
        counts.append(len(links))
    schedule = pool.of(table)
    if reader.findings:
        return TurnRestrictions.none()
    return TurnRestrictions(
        turn_id=reader.texts(table, "turn_id"),
        kind=kind,
        kinds=np.array(kinds, dtype=np.uint8),
        schedule=schedule,
        offsets=np.array(counts, dtype=np.int64),
        links=np.array(links, dtype=np.int32),
        along=np.array(along, dtype=np.bool_),
    )


def _mask(reader: Reader, table: ReadTable, row: int, text: str) -> int:
    try:
        return read_mask(text, VEHICLE_KINDS)
    except ValueError:
        wanted = f"of {', '.join(VEHICLE_KINDS)} with ; between"
        reader.add(table, row, "kinds", WRONG_VALUE.format(value=text, wanted=wanted))
        return 0


def _outlines(reader: Reader, table: ReadTable | None) -> tuple[Geometries, dict[int, int]]:
    if table is None:
        return lines_of(np.empty(0, dtype=np.object_)), {}
    number = Column("outline", np.int32, NO_CODE, "")
    counts = reader.column(table, Column("ring_points", np.int32, NO_CODE, ""))
    places = {int(value): place for place, value in enumerate(reader.column(table, number))}
    rings = []
    for shape, count in zip(table.shapes, counts, strict=True):
        polygon = max(shapely.get_parts(shape), key=shapely.area) if shape is not None else None
        ring = np.empty((0, 2)) if polygon is None else shapely.get_coordinates(shapely.get_exterior_ring(polygon))
        rings.append(ring[: count if 0 <= count < len(ring) <= max(4, count + 1) else len(ring)])
    offsets = np.concatenate([[0], np.cumsum([len(ring) for ring in rings], dtype=np.int64)])
    return Geometries(offsets.astype(np.int64), np.concatenate([np.empty((0, 2)), *rings])), places


def _candidates(
    reader: Reader, table: ReadTable | None, keys: Mapping[str, int], outlines: Mapping[int, int]
) -> dict[str, Any]:
    if table is None:
        return {"candidate_id": np.empty(0, dtype=np.object_)}
    columns = reader.columns(table, CANDIDATE_CELLS)
    reader.unique(table, "candidate_id", columns["candidate_id"])
    outline = reader.column(table, Column("outline", np.int32, NO_CODE, ""))
    places = _place(reader, table, needed=False)
    return columns | {
        "lon": places[:, 0],
        "lat": places[:, 1],
        "outline": np.array([outlines.get(int(value), NO_CODE) for value in outline], dtype=np.int32),
        "source": _source(reader, table, keys),
    }
