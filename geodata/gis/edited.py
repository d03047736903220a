"""A network exported as layers, edited in a GIS, and read back: what editing leaves undone is put right and told."""

from __future__ import annotations

import dataclasses
import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats, Ids
from geodata.gis.as_layers import layer_tables
from geodata.gis.cells import YES, is_null, mask_texts
from geodata.gis.corridors import KINDS_OF_MODE
from geodata.gis.edited_ends import attach_ends
from geodata.gis.edited_rules import follow_links
from geodata.gis.from_layers import build_infrastructure, lines_of
from geodata.gis.layers import read_tables
from geodata.gis.layouts import CANDIDATES, DRAWN_LENGTH, LAYER_NAMES, LINKS, NODES, TURNS
from geodata.gis.network import MODE_OF_CLASS, numbered
from geodata.gis.read import ReadTable
from geodata.gis.remarks import Remarks
from geodata.infrastructure.columns import VEHICLE_KINDS
from geodata.infrastructure.imported import Imported
from geodata.network import Geometries
from geodata.topology.measure import lengths_m
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

NO_LINKS: Final = Text(
    en="The file has no layer network_links, so it is no exported network. Use import-gis with a mapping.",
    vi="Tệp không có lớp network_links nên không phải mạng lưới đã xuất. Hãy dùng import-gis với tệp ánh xạ.",
)
SUMMARY: Final = Text(
    en="The edited network was not taken over; findings: {count}. Nothing was stored.",
    vi="Mạng lưới đã sửa không được tiếp nhận: {count} lỗi. Chưa lưu gì.",
)
NO_CLASS: Final = Text(
    en="The new link has no link_class; fill it in, such as secondary.",
    vi="Đoạn tuyến mới chưa có link_class; hãy điền, ví dụ secondary.",
)
EMPTIED_CLASS: Final = Text(
    en="link_class was emptied; fill it in, such as secondary.",
    vi="link_class đã bị xóa trống; hãy điền, ví dụ secondary.",
)
MISSING_COLUMN: Final = Text(
    en="The column {column} is not there: it would be emptied in every row. Export the network again and edit it with "
    "all its columns.",
    vi="Thiếu cột {column}: mọi dòng sẽ bị xóa trống ở cột này. Hãy xuất lại mạng lưới và sửa với đủ các cột.",
)
EXTRA_COLUMNS: Final = Text(
    en="Columns that a network does not have were left out: {columns}.",
    vi="Bỏ qua các cột không thuộc mạng lưới: {columns}.",
)
NO_SHAPE: Final = Text(
    en="{layer}: rows without a usable geometry were left out: {rows}.",
    vi="{layer}: bỏ qua các dòng không có hình học dùng được: {rows}.",
)
FLATTENED: Final = Text(
    en="{layer}: multi-part or 3D geometries were made plain ones: rows {rows}.",
    vi="{layer}: hình học nhiều phần hoặc 3D được đổi thành dạng đơn: các dòng {rows}.",
)
PARTS: Final = Text(
    en="Links of several parts became a link a part: rows {rows}.",
    vi="Đoạn tuyến nhiều phần được tách thành mỗi phần một đoạn: các dòng {rows}.",
)
NEW_IDS: Final = Text(en="{layer}: new rows got an id: {rows}.", vi="{layer}: các dòng mới được cấp mã: {rows}.")
REPEATED_IDS: Final = Text(
    en="{layer}: rows that repeat an id (a line split or copied) got #2, #3 … behind it: {rows}.",
    vi="{layer}: các dòng lặp lại mã (đường bị cắt hoặc sao chép) được thêm #2, #3 …: {rows}.",
)
LENGTHS: Final = Text(
    en="Lines that were redrawn got a new length: rows {rows}.",
    vi="Các đường vẽ lại được tính lại chiều dài: các dòng {rows}.",
)
OTHER_MODE: Final = Text(
    en="mode is not that of link_class; both were kept, and no vehicle has a speed there: rows {rows}.",
    vi="mode không khớp với link_class; giữ cả hai, và không xe nào có tốc độ ở đó: các dòng {rows}.",
)
ASSUMED_ACCESS: Final = Text(
    en="New links without access are open to every vehicle of their mode: rows {rows}.",
    vi="Các đoạn mới không ghi quyền đi lại: coi như mọi xe của phương thức đều được đi: các dòng {rows}.",
)
CONTRADICTORY: Final = Text(
    en="oneway is true and access_backward names vehicles; both were kept, access decides: rows {rows}.",
    vi="oneway là có nhưng access_backward vẫn nêu xe; giữ cả hai, quyền đi lại quyết định: các dòng {rows}.",
)

REVERSED: Final = Text(
    en="Lines were turned round; their access, oneway and conditions now hold along the new direction: rows {rows}.",
    vi="Các đường bị đảo chiều; quyền đi lại, oneway và điều kiện áp dụng theo chiều mới: các dòng {rows}.",
)
NOT_NEEDED: Final = frozenset({"fid", DRAWN_LENGTH})
"""Columns that say nothing of the network itself."""

LENGTH_TOLERANCE_M: Final = 0.005
STATED_SHARE: Final = 1e-3
"""A length that differs more from that of its line was stated by the source, not measured."""


def read_edited_layers(path: Path) -> Imported:
    """Return a network that was exported by ``write_layers`` and edited since.

    New rows get ids (links from their line, nodes from their place); of rows that share an id, as pieces of a split
    line do, the oldest keeps it; ends that left their node are attached to the node they lie at, or get a new one;
    conditions and turn restrictions follow the pieces of split links; lengths follow redrawn lines.

    Parameters
    ----------
    path
        The edited GeoPackage, or folder of files.

    Returns
    -------
    Imported
        The network, and notes on everything that was put right or left out.

    Raises
    ------
    ReadError
        If the file is not there or cannot be read.
    FindingsError
        With every row that cannot be understood.
    """
    path = Path(path)
    tables = read_tables(path)
    if LINKS not in tables:
        raise FindingsError(SUMMARY.format(count=1), [Finding(path.name, None, None, NO_LINKS)])
    remarks = Remarks()
    rows = {name: len(table) for name, table in tables.items()}
    tables.setdefault(NODES, ReadTable.empty(NODES))
    _check_columns(tables, path.name, remarks)
    tables[NODES] = _nodes(tables[NODES], remarks)
    links, origin = _links(tables[LINKS], path.name, remarks)
    tables[NODES], tables[LINKS] = attach_ends(tables[NODES], links, remarks)
    reversed_ids = _tell_reversed(links, tables[LINKS], origin, remarks)
    for name, key in ((TURNS, "turn_id"), (CANDIDATES, "candidate_id")):
        if name in tables:
            tables[name] = _with_ids(tables[name], key, lambda table, row: f"new:{table.rows[row]}", remarks)
    follow_links(tables, origin, reversed_ids, remarks)
    try:
        infrastructure = build_infrastructure(tables, path.name)
    except ValueError as error:
        finding = Finding(path.name, None, None, Text(en=str(error), vi=f"Giá trị không hợp lệ: {error}"))
        raise FindingsError(SUMMARY.format(count=1), [finding]) from error
    counts = {**rows, "links": len(infrastructure.links), "nodes": len(infrastructure.nodes)}
    return Imported(infrastructure, tuple(remarks.notes), counts)


def _check_columns(tables: dict[str, ReadTable], file: str, remarks: Remarks) -> None:
    """Tell of columns that a network does not have, and refuse a layer that lacks one of its own."""
    known = known_columns()
    missing = [
        Finding(f"{file} {name}", None, column, MISSING_COLUMN.format(column=column))
        for name in LAYER_NAMES
        if name in tables and len(tables[name])
        for column in sorted(known[name] - tables[name].cells.keys() - NOT_NEEDED)
    ]
    if missing:
        raise FindingsError(SUMMARY.format(count=len(missing)), missing)
    for name in LAYER_NAMES:
        extra = [column for column in tables[name].cells if column not in known[name]] if name in tables else []
        if extra:
            remarks.add("extra_columns", "note", EXTRA_COLUMNS.format(columns=", ".join(extra)), name)


def known_columns() -> dict[str, set[str]]:
    """Return the columns of each layer of an exported network."""
    empty = build_infrastructure({NODES: ReadTable.empty(NODES), LINKS: ReadTable.empty(LINKS)}, "")
    return {name: {*table.cells, "fid"} for name, table in layer_tables(empty, lambda points: points).items()}


def _nodes(table: ReadTable, remarks: Remarks) -> ReadTable:
    table = _flat(table, shapely.GeometryType.POINT, remarks)
    usable = shapely.get_type_id(table.shapes) == shapely.GeometryType.POINT
    remarks.add_rows("no_geometry", NO_SHAPE, table.rows[~usable].tolist(), loss=True, layer=table.name)
    return _with_ids(table.take(np.flatnonzero(usable)), "node_id", _node_id, remarks)


def _node_id(table: ReadTable, row: int) -> str:
    point = table.shapes[row]
    return f"p{point.x:.7f},{point.y:.7f}"


def _link_id(table: ReadTable, row: int) -> str:
    """Return an id made of the line, so that reading the same file again gives the same."""
    return "e" + hashlib.sha256(shapely.get_coordinates(table.shapes[row]).tobytes()).hexdigest()[:12]


def _flat(table: ReadTable, wanted: int, remarks: Remarks) -> ReadTable:
    """Return the table with flat geometries, multi-part ones of a single part made plain."""
    shapes = table.shapes
    deep = shapely.has_z(shapes) | shapely.has_m(shapes)
    flat = shapely.force_2d(shapes)
    merged = np.isin(shapely.get_type_id(flat), (shapely.GeometryType.MULTILINESTRING, shapely.GeometryType.MULTIPOINT))
    lines = shapely.get_type_id(flat) == shapely.GeometryType.MULTILINESTRING
    flat[lines] = shapely.line_merge(flat[lines], directed=True)
    single = merged & (shapely.get_num_geometries(flat) == 1)
    flat[single] = shapely.get_geometry(flat[single], 0)
    made = (deep | single) & (shapely.get_type_id(flat) == wanted)
    empty = shapely.is_empty(flat)
    flat[empty] = None
    # A whole layer is promoted to multi-part geometries by many tools: nothing worth a note.
    told = deep if merged.all() else made
    remarks.add_rows("flattened", FLATTENED, table.rows[told].tolist(), layer=table.name)
    return dataclasses.replace(table, shapes=flat)


def _with_ids(table: ReadTable, key: str, new_id: Any, remarks: Remarks) -> ReadTable:  # noqa: ANN401 - a function
    ids = table.texts(key)
    missing = np.array([not value.strip() for value in ids], dtype=np.bool_)
    remarks.add_rows("new_rows", NEW_IDS, table.rows[missing].tolist(), layer=table.name)
    for row in np.flatnonzero(missing):
        ids[row] = new_id(table, int(row))
    oldest = np.lexsort((table.rows, missing))
    unique = np.empty_like(ids)
    unique[oldest] = numbered(ids[oldest])
    repeated = (unique != ids) & ~missing
    remarks.add_rows("repeated_ids", REPEATED_IDS, table.rows[repeated].tolist(), layer=table.name)
    return table.with_cells(**{key: unique})


def _numbers(table: ReadTable, name: str) -> Floats:
    """Return a column of numbers, also where a program wrote them as text; NaN for what is none."""
    cells = table.cells.get(name)
    found = np.full(len(table), np.nan)
    if cells is None:
        return found
    if cells.dtype.kind in "iuf":
        return cells.astype(np.float64)
    for place in np.flatnonzero(~is_null(cells)).tolist():
        with suppress(ValueError):  # a text that is no number is refused where the column itself is read
            found[place] = float(str(cells[place]).replace(",", "."))
    return found


def _links(table: ReadTable, file: str, remarks: Remarks) -> tuple[ReadTable, Ids]:
    """Return the links with ids, lengths and access, and the id each row had before (empty: none)."""
    table = _flat(table, shapely.GeometryType.LINESTRING, remarks)
    table = _a_row_a_part(table, remarks)
    before = table.texts("link_id")
    is_line = shapely.get_type_id(table.shapes) == shapely.GeometryType.LINESTRING
    # A link without a line is kept where it names itself and both its nodes, as one that was exported so.
    named = np.array([bool(text) for text in before], dtype=np.bool_)
    bare = shapely.is_missing(table.shapes) & ~table.broken & named
    bare &= ~is_null(_cells(table, "from_node_id")) & ~is_null(_cells(table, "to_node_id"))
    usable = is_line | bare
    remarks.add_rows("no_geometry", NO_SHAPE, table.rows[~usable].tolist(), loss=True, layer=table.name)
    table, before = table.take(np.flatnonzero(usable)), before[usable]
    table = _with_ids(table, "link_id", _link_id, remarks)
    table = _with_modes(table, before == "", file, remarks)
    contradictory = _is_true(table, "oneway") & ~is_null(_cells(table, "access_backward"))
    remarks.add_rows("oneway_and_access", CONTRADICTORY, table.rows[contradictory].tolist())
    return _with_lengths(table, remarks), before


def _tell_reversed(before: ReadTable, after: ReadTable, origin: Ids, remarks: Remarks) -> set[str]:
    """Return the ids of links whose line was turned round: it now starts at the node it ended at, and ends there."""
    start, end = before.texts("from_node_id"), before.texts("to_node_id")
    turned = (after.texts("from_node_id") == end) & (after.texts("to_node_id") == start) & (start != end)
    remarks.add_rows("reversed", REVERSED, after.rows[turned].tolist())
    return set(origin[turned].tolist()) - {""}


def _cells(table: ReadTable, name: str) -> NDArray[Any]:
    return table.cells.get(name, np.full(len(table), None, dtype=np.object_))


def _is_true(table: ReadTable, name: str) -> NDArray[np.bool_]:
    return np.array([text.strip().lower() in YES for text in table.texts(name)], dtype=np.bool_)


def _a_row_a_part(table: ReadTable, remarks: Remarks) -> ReadTable:
    several = shapely.get_type_id(table.shapes) == shapely.GeometryType.MULTILINESTRING
    if not several.any():
        return table
    remarks.add_rows("multi_part", PARTS, table.rows[several].tolist())
    counts = np.where(several, shapely.get_num_geometries(table.shapes), 1)
    spread = table.take(np.repeat(np.arange(len(table)), counts))
    shapes = spread.shapes
    split = np.repeat(several, counts)
    shapes[split] = shapely.get_parts(table.shapes[several])
    return dataclasses.replace(spread, shapes=shapes)


def _with_modes(table: ReadTable, new: NDArray[np.bool_], file: str, remarks: Remarks) -> ReadTable:
    classes, modes = table.texts("link_class"), table.texts("mode")
    # A link of a network that was made without classes has no mode either.
    emptied = ~new & (modes != "") & (classes == "")
    findings = [
        Finding(f"{file} {table.name}", int(table.rows[row]), "link_class", EMPTIED_CLASS if emptied[row] else NO_CLASS)
        for row in np.flatnonzero((new & (classes == "")) | emptied)
    ]
    if findings:
        raise FindingsError(SUMMARY.format(count=len(findings)), findings)
    modes = np.where(new & (modes == ""), [MODE_OF_CLASS.get(word, "") for word in classes], modes).astype(np.object_)
    usual_mode = np.array([MODE_OF_CLASS.get(word, "") for word in classes], dtype=np.object_)
    other = (modes != "") & (usual_mode != "") & (modes != usual_mode)
    remarks.add_rows("mode_and_class", OTHER_MODE, table.rows[other].tolist(), loss=True)
    forward, backward = table.texts("access_forward"), table.texts("access_backward")
    silent = new & (forward == "") & (backward == "")
    masks = np.array([KINDS_OF_MODE.get(word, 0) for word in modes], dtype=np.uint8)
    usual = mask_texts(masks, VEHICLE_KINDS)
    remarks.add_rows("access_assumed", ASSUMED_ACCESS, table.rows[silent].tolist())
    forward = np.where(silent, usual, forward)
    backward = np.where(silent & ~_is_true(table, "oneway"), usual, backward)
    return table.with_cells(mode=modes, access_forward=forward, access_backward=backward)


def _with_lengths(table: ReadTable, remarks: Remarks) -> ReadTable:
    """Return links with the length of their line; one that was stated keeps its share to the line's."""
    drawn = lengths_m(_lines(table))
    was_drawn, stated = _numbers(table, DRAWN_LENGTH), _numbers(table, "length_m")
    redrawn = ~(np.abs(drawn - was_drawn) <= LENGTH_TOLERANCE_M)
    own = np.isnan(was_drawn) & (stated > 0)
    redrawn &= ~own & ~shapely.is_missing(table.shapes)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = stated / was_drawn
    share = np.where(np.isfinite(share) & (np.abs(share - 1) > STATED_SHARE) & (share > 0), share, 1.0)
    length = np.where(redrawn, drawn * share, np.where(np.isnan(stated), drawn, stated))
    remarks.add_rows("lengths", LENGTHS, table.rows[redrawn].tolist())
    return table.with_cells(length_m=length)


def _lines(table: ReadTable) -> Geometries:
    return lines_of(table.shapes)
