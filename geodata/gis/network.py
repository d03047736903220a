"""A layer of lines with attributes as an infrastructure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Floats, Ids
from geodata.geodesy import geodesic_m
from geodata.gis.clean import CleanLines, Rows, clean_lines, tell_self_crossing, without_duplicates
from geodata.gis.corridors import KINDS_OF_MODE
from geodata.gis.crossings import with_crossings
from geodata.gis.crs import Reprojection
from geodata.gis.ends import Connected, Places, connect
from geodata.gis.hours import Interval, format_hours
from geodata.gis.mapping import ATTRIBUTES, GisMapping
from geodata.gis.mapping_file import SUMMARY
from geodata.gis.read import ReadTable
from geodata.gis.remarks import Remarks
from geodata.gis.values import Attributes
from geodata.infrastructure.build import (
    make_candidates,
    make_conditions,
    make_links,
    make_nodes,
    make_schedules,
    no_lines,
)
from geodata.infrastructure.columns import INFRASTRUCTURE_LINK_COLUMNS, TRUCK_KINDS
from geodata.infrastructure.infrastructure import Conditions, Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.models import RAIL_CLASSES, ROAD_CLASSES, WATERWAY_CLASSES
from geodata.network import Geometries
from geodata.topology.measure import lengths_m
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

MODE_OF_CLASS: Final = (
    dict.fromkeys(ROAD_CLASSES, "road")
    | dict.fromkeys(RAIL_CLASSES, "rail")
    | dict.fromkeys(WATERWAY_CLASSES, "inland_waterway")
)
WRONG_MODE: Final = Text(
    en="link_class {link_class} is not of mode {mode} ({count} rows, first row {row}). Correct the mapping.",
    vi="link_class {link_class} không thuộc mode {mode} ({count} dòng, dòng đầu {row}). Hãy sửa tệp ánh xạ.",
)
NO_NODE_ID: Final = Text(
    en="{count} rows have no node id in column {column} (first row {row}). "
    "Leave out both node id columns to make nodes at the ends.",
    vi="{count} dòng không có mã nút ở cột {column} (dòng đầu {row}). Bỏ cả hai cột mã nút để lập nút ở đầu mút.",
)
MOVED: Final = Text(
    en="{count} ends of lines were moved to a node nearby, at most {most:.2f} m.",
    vi="{count} đầu mút đường được dời tới nút gần đó, nhiều nhất {most:.2f} m.",
)
COLLAPSED: Final = Text(
    en="Lines shorter than the snapping distance, with both ends on one node, were left out: rows {rows}.",
    vi="Bỏ qua các đường ngắn hơn khoảng bắt điểm, hai đầu mút trùng một nút: các dòng {rows}.",
)
SPLIT: Final = Text(
    en="{lines} lines were cut into {pieces} links where they meet others; pieces of an id get #2, #3 …",
    vi="{lines} đường được cắt thành {pieces} đoạn tại chỗ gặp đường khác; mã các phần được thêm #2, #3 …",
)
REVERSED: Final = Text(
    en="{count} lines whose traffic runs against the digitised direction were turned round.",
    vi="Đã đảo chiều {count} đường có chiều xe ngược với chiều số hóa.",
)
REPEATED_IDS: Final = Text(
    en="Link ids that stood already got #2, #3 …: rows {rows}.",
    vi="Mã đoạn tuyến bị trùng được thêm #2, #3 …: các dòng {rows}.",
)
FAR_ENDS: Final = Text(
    en="{count} nodes have line ends up to {most:.1f} m apart (largest at node {node}).",
    vi="{count} nút có các đầu mút cách nhau tới {most:.1f} m (lớn nhất ở nút {node}).",
)
ALL_KINDS_ASSUMED: Final = Text(
    en="The mapping has no kinds: every vehicle of the mode is taken to be allowed.",
    vi="Tệp ánh xạ không nêu kinds: coi như mọi loại xe của phương thức đều được đi.",
)
BOTH_WAYS_ASSUMED: Final = Text(
    en="The mapping has no direction: traffic is taken to run both ways.",
    vi="Tệp ánh xạ không nêu direction: coi như xe chạy hai chiều.",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A layer on its way to a network: rows, what they mean, how lines are joined, and where they came from."""

    table: ReadTable
    mapping: GisMapping
    snap_m: float
    split: str
    way: Reprojection
    source: Source


def build_draft(draft: Draft, remarks: Remarks) -> Infrastructure:
    """Return the infrastructure of a layer's rows.

    Raises
    ------
    FindingsError
        With every value not understood that decides who may run where.
    """
    table, rules = draft.table, draft.mapping.attributes
    clean = clean_lines(table, draft.way, remarks)
    attributes = Attributes(table, rules, table.name, remarks)
    values = {name: attributes.of(name, None) for name in ATTRIBUTES if name in rules}
    findings = attributes.findings
    if not findings:
        findings = _settle_modes(values, table)
    if findings:
        raise FindingsError(SUMMARY.format(count=len(findings)), findings)
    clean = without_duplicates(clean, table, draft.mapping.columns, remarks)
    tell_self_crossing(clean, table, remarks)
    clean = _in_traffic_direction(clean, values, remarks)
    if "from_node_id" in rules:
        connected, node_ids = _by_columns(clean, values, draft, remarks)
    else:
        connected = _by_ends(clean, values, draft, remarks)
        node_ids = _place_ids(connected.nodes)
    if "kinds" not in rules:
        remarks.add("all_kinds_assumed", "note", ALL_KINDS_ASSUMED, table.name)
    if "direction" not in rules:
        remarks.add("both_ways_assumed", "note", BOTH_WAYS_ASSUMED, table.name)
    return _infrastructure(draft, clean, connected, node_ids, values, remarks)


def _settle_modes(values: dict[str, NDArray[Any]], table: ReadTable) -> list[Finding]:
    classes = values["link_class"]
    of_class = np.array([MODE_OF_CLASS.get(word, "") for word in classes], dtype=np.object_)
    if "mode" not in values:
        values["mode"] = of_class
        return []
    findings = []
    wrong = (values["mode"] != of_class) & (of_class != "")
    for pair in dict.fromkeys(zip(classes[wrong], values["mode"][wrong], strict=True)):
        rows = table.rows[wrong & (classes == pair[0]) & (values["mode"] == pair[1])]
        text = WRONG_MODE.format(link_class=pair[0], mode=pair[1], count=len(rows), row=int(rows[0]))
        findings.append(Finding(table.name, int(rows[0]), "link_class", text))
    return findings


def _in_traffic_direction(clean: CleanLines, values: dict[str, NDArray[Any]], remarks: Remarks) -> CleanLines:
    """Return the lines drawn as traffic runs: those that run backward are turned round."""
    if "direction" not in values:
        return clean
    back = values["direction"][clean.row] == "backward"
    if back.any():
        remarks.add("reversed", "note", REVERSED.format(count=int(back.sum())), "direction")
    return CleanLines(turned(clean.lines, back), clean.row)


def turned(lines: Geometries, which: NDArray[np.bool_]) -> Geometries:
    """Return lines, some of them turned round."""
    counts = np.diff(lines.offsets)
    place = np.arange(len(lines.coordinates)) - np.repeat(lines.offsets[:-1], counts)
    back = np.repeat(lines.offsets[1:] - 1, counts) - place
    taken = np.where(np.repeat(which, counts), back, np.arange(len(lines.coordinates)))
    return Geometries(lines.offsets, lines.coordinates[taken])


def _by_ends(clean: CleanLines, values: dict[str, NDArray[Any]], draft: Draft, remarks: Remarks) -> Connected:
    mode = np.unique(values["mode"][clean.row].astype(str), return_inverse=True)[1].reshape(-1)
    lines = clean.lines
    if draft.split == "crossings":
        lines = with_crossings(lines, _levels(clean.row, values, mode), draft.snap_m)
    connected = connect(lines, mode, draft.snap_m, split=draft.split != "none")
    moved = connected.moved_m > 0
    if moved.any():
        text = MOVED.format(count=int(moved.sum()), most=float(connected.moved_m.max()))
        remarks.add("ends_moved", "note", text, draft.table.name)
    rows = draft.table.rows[np.unique(clean.row[connected.collapsed])]
    remarks.add_rows("collapsed", COLLAPSED, rows.tolist(), loss=True)
    pieces = np.bincount(connected.parent, minlength=len(lines))
    if (pieces > 1).any():
        text = SPLIT.format(lines=int((pieces > 1).sum()), pieces=int(pieces[pieces > 1].sum()))
        remarks.add("split", "note", text, draft.table.name)
    return connected


def _levels(row: Rows, values: dict[str, NDArray[Any]], mode: Places) -> Places:
    """Return one number for lines of a mode and level; a bridge is one above, a tunnel one below, unless layer says."""

    def of(name: str) -> Floats:
        column = values.get(name)
        if column is None:
            return np.zeros(len(row))
        return np.array([float(value or 0) for value in column[row]])

    layer, bridge, tunnel = of("layer"), of("bridge"), of("tunnel")
    level = np.where(layer != 0, layer, (bridge > 0) * 1.0 - (tunnel > 0) * 1.0)
    return np.asarray(mode * 1000 + level, dtype=np.int64)


def _by_columns(
    clean: CleanLines, values: dict[str, NDArray[Any]], draft: Draft, remarks: Remarks
) -> tuple[Connected, Ids]:
    table, findings = draft.table, []
    names = []
    back = values["direction"][clean.row] == "backward" if "direction" in values else np.zeros(len(clean.row), bool)
    for name, other in (("from_node_id", "to_node_id"), ("to_node_id", "from_node_id")):
        ids = np.where(back, values[other][clean.row], values[name][clean.row])
        missing = np.array([not value for value in ids], dtype=np.bool_)
        if missing.any():
            rows = table.rows[clean.row[missing]]
            column = draft.mapping.attributes[name].column
            text = NO_NODE_ID.format(count=len(rows), column=column, row=int(rows[0]))
            findings.append(Finding(table.name, int(rows[0]), column, text))
        names.append(np.where(missing, "", ids))
    if findings:
        raise FindingsError(SUMMARY.format(count=len(findings)), findings)
    lines = clean.lines
    at = np.concatenate([lines.offsets[:-1], lines.offsets[1:] - 1])
    every = np.concatenate(names).astype(np.object_)
    node_ids, first, index = np.unique(every.astype(str), return_index=True, return_inverse=True)
    index = index.reshape(-1)
    ends = lines.coordinates[at]
    nodes = ends[first]
    apart = geodesic_m(ends[:, 0], ends[:, 1], nodes[index, 0], nodes[index, 1])
    farthest = np.zeros(len(nodes))
    np.maximum.at(farthest, index, apart)
    far = farthest > max(draft.snap_m, 1e-3)
    if far.any():
        worst = int(np.argmax(farthest))
        text = FAR_ENDS.format(count=int(far.sum()), most=float(farthest[worst]), node=node_ids[worst])
        remarks.add("far_ends", "warning", text, str(node_ids[worst]))
    half = len(lines)
    parent = np.arange(half)
    none = np.empty(0, dtype=np.int64)
    ends_of = index.astype(np.int32)
    connected = Connected(lines, parent, ends_of[:half], ends_of[half:], nodes, farthest, none)
    return connected, node_ids.astype(np.object_)


def _place_ids(nodes: Floats) -> Ids:
    """Return ids of nodes by their places, so that another import of the same lines gives the same."""
    wanted = np.array([f"p{lon:.7f},{lat:.7f}" for lon, lat in nodes.tolist()], dtype=np.object_)
    return numbered(wanted)


def numbered(wanted: Ids) -> Ids:
    """Return ids, those that stood before with #2, #3 … behind."""
    used = set(wanted.tolist())
    met: dict[str, int] = {}
    ids = []
    for value in wanted.tolist():
        count = met.get(value, 0) + 1
        name = value
        while count > 1 and (name := f"{value}#{count}") in used:
            count += 1
        met[value] = count
        used.add(name)
        ids.append(name)
    return np.array(ids, dtype=np.object_)


def _infrastructure(
    draft: Draft,
    clean: CleanLines,
    connected: Connected,
    node_ids: Ids,
    values: dict[str, NDArray[Any]],
    remarks: Remarks,
) -> Infrastructure:
    row = clean.row[connected.parent]
    columns = {name: _column(name, column[row]) for name, column in values.items() if name in _COLUMNS}
    link_ids = _link_ids(draft, clean, values, remarks)[connected.parent]
    columns["link_id"] = numbered(link_ids)
    columns["length_m"] = _lengths(connected, clean, values)
    columns |= _access(values, row)
    conditions, schedules = _bans(values, row)
    return Infrastructure(
        nodes=make_nodes(node_id=node_ids, lon=connected.nodes[:, 0], lat=connected.nodes[:, 1], source=np.int16(0)),
        links=make_links(
            from_index=connected.from_node,
            to_index=connected.to_node,
            row_id=np.array([str(number) for number in draft.table.rows[row]], dtype=np.object_),
            source=np.int16(0),
            **columns,
        ),
        lines=connected.lines,
        conditions=conditions,
        schedules=schedules,
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
        sources=(draft.source,),
    )


_COLUMNS: Final = {column.name: column for column in INFRASTRUCTURE_LINK_COLUMNS}


def _column(name: str, values: NDArray[Any]) -> NDArray[Any]:
    column = _COLUMNS[name]
    filled = [column.default if value is None else value for value in values]
    if column.words:
        places = {word: place for place, word in enumerate(column.words)} | {NO_CODE: NO_CODE}
        filled = [places[value] for value in filled]
    array = np.empty(len(filled), dtype=column.dtype)
    array[:] = filled
    return array


def _link_ids(draft: Draft, clean: CleanLines, values: dict[str, NDArray[Any]], remarks: Remarks) -> Ids:
    """Return the id of each line: its column's, or the file's name and the number of its row."""
    rows = draft.table.rows[clean.row]
    own = np.array([f"{draft.source.name}:{row}" for row in rows.tolist()], dtype=np.object_)
    if "link_id" not in values:
        return numbered(own)
    given = values["link_id"][clean.row]
    ids = np.where(np.array([not value for value in given], dtype=np.bool_), own, given)
    _, first = np.unique(ids.astype(str), return_index=True)
    repeated = np.setdiff1d(np.arange(len(ids)), first)
    remarks.add_rows("repeated_ids", REPEATED_IDS, rows[repeated].tolist())
    return numbered(ids)


def _lengths(connected: Connected, clean: CleanLines, values: dict[str, NDArray[Any]]) -> Floats:
    """Return geodesic lengths; where the file states the length of a row, its pieces share that."""
    drawn = lengths_m(connected.lines)
    if "length_m" not in values:
        return drawn
    stated = np.array([np.nan if value is None else value for value in values["length_m"]], dtype=np.float64)
    parts = np.bincount(clean.row[connected.parent], weights=drawn, minlength=len(stated))
    row = clean.row[connected.parent]
    shared: Floats = np.where(np.isnan(stated[row]), drawn, stated[row] * drawn / np.where(parts > 0, parts, 1.0)[row])
    return shared


def _access(values: dict[str, NDArray[Any]], row: Rows) -> dict[str, NDArray[Any]]:
    mode = values["mode"][row]
    kinds = np.array([KINDS_OF_MODE.get(word, 0) for word in mode], dtype=np.uint8)
    if "kinds" in values:
        kinds = np.array(
            [usual if kind is None else kind for kind, usual in zip(values["kinds"][row], kinds, strict=True)],
            dtype=np.uint8,
        )
    direction = values["direction"][row] if "direction" in values else np.full(len(row), "both", dtype=np.object_)
    oneway = np.isin(direction.astype(str), ("forward", "backward"))
    closed = direction == "closed"
    forward = np.where(closed, np.uint8(0), kinds)
    return {
        "mode": _column("mode", mode),
        "oneway": oneway,
        "access_forward": forward,
        "access_backward": np.where(oneway, np.uint8(0), forward),
    }


def _bans(values: dict[str, NDArray[Any]], row: Rows) -> tuple[Conditions, Schedules]:
    hours = values["truck_ban_hours"][row] if "truck_ban_hours" in values else np.full(len(row), None, np.object_)
    banned = [place for place, week in enumerate(hours) if week]
    weeks: list[tuple[Interval, ...]] = list(dict.fromkeys(hours[place] for place in banned))
    conditions = make_conditions(
        link_index=np.array(banned, dtype=np.int32),
        kinds=np.uint8(TRUCK_KINDS),
        schedule=np.array([weeks.index(hours[place]) for place in banned], dtype=np.int32),
    )
    return conditions, make_schedules([format_hours(week) for week in weeks], weeks)
