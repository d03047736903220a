"""GMNS tables that other programs wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Floats, Ids, encode
from geodata.gis.as_layers import Shapes
from geodata.gis.cells import texts_of
from geodata.gis.clean import without_repeats
from geodata.gis.corridors import KINDS_OF_MODE
from geodata.gis.crs import WGS_84, reprojection
from geodata.gis.from_layers import OUT_OF_RANGE, UNKNOWN_NODE, WRONG_VALUE, Reader, lines_of, shapes_of_wkt
from geodata.gis.gmns_words import GENERAL_USES, LENGTH_UNITS, MASK_OF_USE, SPEED_UNITS, TRUCK_USES
from geodata.gis.network import MODE_OF_CLASS
from geodata.gis.read import ReadTable, read_csv_table
from geodata.gis.remarks import Remarks
from geodata.gis.suggest import CLASS_VALUES
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.columns import TRUCK_KINDS
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.models import LINK_CLASSES
from geodata.topology.measure import lengths_m
from supplychain.text import Text, fold
from supplychain.vocabulary import CURRENCIES, NETWORK_MODES

ASSUMED_UNITS: Final = Text(
    en="config.csv does not say the unit of {what}; {unit} was taken ({why}).",
    vi="config.csv không nêu đơn vị của {what}; lấy là {unit} ({why}).",
)
UNKNOWN_UNIT: Final = Text(
    en="config.csv gives {what} in {unit!r}, which is not understood. Known are {known}.",
    vi="config.csv nêu {what} theo {unit!r}, không hiểu được. Các đơn vị hợp lệ: {known}.",
)
UNKNOWN_CLASS: Final = Text(
    en="facility_type {value!r} is not understood and was taken as road: rows {rows}.",
    vi="facility_type {value!r} không hiểu được, lấy là road: các dòng {rows}.",
)
GENERAL_IS_ALL: Final = Text(
    en="No link names trucks, so {uses} was taken as every road vehicle, lorries too.",
    vi="Không đoạn nào nêu xe tải, nên {uses} được hiểu là mọi xe cơ giới, kể cả xe tải.",
)
NO_USES: Final = Text(
    en="Links without allowed_uses are open to every vehicle of their mode: rows {rows}.",
    vi="Các đoạn không có allowed_uses: coi như mọi xe của phương thức đều được đi: các dòng {rows}.",
)
UNKNOWN_USES: Final = Text(
    en="Uses that are not understood were passed over ({uses}): rows {rows}.",
    vi="Bỏ qua các đối tượng sử dụng không hiểu được ({uses}): các dòng {rows}.",
)
NOT_FOR_FREIGHT: Final = Text(
    en="Links for none of our vehicles (walk, bike, bus …) were left out: rows {rows}.",
    vi="Bỏ qua các đoạn không dành cho phương tiện nào của ta (đi bộ, xe đạp, xe buýt …): các dòng {rows}.",
)
STRAIGHT: Final = Text(
    en="Links without geometry were drawn straight between their nodes: rows {rows}.",
    vi="Các đoạn không có hình học được vẽ thẳng giữa hai nút: các dòng {rows}.",
)
TOLL_LEFT: Final = Text(
    en="Of tolls without a length, or without a currency in config.csv that is known, the amounts were left out: "
    "rows {rows}.",
    vi="Bỏ qua số tiền phí của các đoạn không có chiều dài, hoặc khi config.csv không nêu đồng tiền hợp lệ: "
    "các dòng {rows}.",
)
TABLES_LEFT: Final = Text(
    en="Tables that were not read: {files}. GMNS does not say that movements not listed are forbidden.",
    vi="Các bảng không đọc: {files}. GMNS không nói rằng hướng rẽ không liệt kê là bị cấm.",
)
COLUMNS_LEFT: Final = Text(en="Columns of {file} left out: {columns}.", vi="Các cột của {file} bị bỏ qua: {columns}.")
NEEDED_CRS: Final = Text(
    en="config.csv names no CRS and coordinates are no longitude and latitude. Add the column crs, such as EPSG:9210.",
    vi="config.csv không nêu hệ tọa độ mà tọa độ không phải kinh độ, vĩ độ. Hãy thêm cột crs, ví dụ EPSG:9210.",
)
READ_COLUMNS: Final = frozenset(
    {
        "link_id", "name", "from_node_id", "to_node_id", "directed", "geometry", "geometry_id", "dir_flag", "length",
        "facility_type", "link_type_name", "free_speed", "lanes", "allowed_uses", "toll",
    }
)  # fmt: skip
READ_NODE_COLUMNS: Final = frozenset({"node_id", "x_coord", "y_coord"})
READ_FILES: Final = frozenset({"node.csv", "link.csv", "geometry.csv", "config.csv", "use_definition.csv"})
CLASS_WORDS: Final = {fold(word): word for word in LINK_CLASSES} | dict(CLASS_VALUES) | {"freeway": "motorway"}


class _Gmns:
    """One read of a folder."""

    def __init__(self, folder: Path, nodes: ReadTable, links: ReadTable) -> None:
        self.folder, self.nodes, self.links = folder, nodes, links
        self.reader, self.remarks = Reader(folder.name), Remarks()
        config = read_csv_table(folder / "config.csv") if (folder / "config.csv").exists() else None
        self.config = {
            name: (texts_of(values)[0] if len(values) else "")
            for name, values in (config.cells if config else {}).items()
        }
        self.crs = self.config.get("crs", "") or WGS_84
        if self.crs.isdigit():
            self.crs = f"EPSG:{self.crs}"

    def texts(self, name: str) -> Ids:
        return self.reader.texts(self.links, name)

    def numbers(self, table: ReadTable, name: str, *, needed: bool = False) -> Floats:
        texts = self.reader.texts(table, name, needed=needed)
        found = np.full(len(table), np.nan)
        for row, text in enumerate(texts):
            if not text.strip() and not needed:
                continue
            try:
                found[row] = float(text)
            except ValueError:
                found[row] = np.inf
            if not np.isfinite(found[row]):
                self.reader.add(table, row, name, WRONG_VALUE.format(value=text, wanted="a number"))
                found[row] = np.nan
        return found


def read_foreign(folder: Path, nodes: ReadTable, links: ReadTable) -> Imported:
    """Return the infrastructure of GMNS tables of another program, with notes on all that was assumed or left out."""
    gmns = _Gmns(folder, nodes, links)
    places = _node_places(gmns)
    node_ids = gmns.reader.texts(nodes, "node_id", needed=True)
    gmns.reader.unique(nodes, "node_id", node_ids)
    gmns.reader.unique(links, "link_id", gmns.reader.texts(links, "link_id", needed=True))
    among = {node_id: place for place, node_id in enumerate(node_ids)}
    ends = np.column_stack(
        [gmns.reader.places(links, name, among, UNKNOWN_NODE) for name in ("from_node_id", "to_node_id")]
    )
    gmns.reader.done()
    shapes = _lines(gmns, places, ends)
    classes = _classes(gmns)
    kinds = _kinds(gmns, classes)
    gmns.reader.done()
    kept = np.flatnonzero(kinds > 0)
    gmns.remarks.add_rows("not_for_freight", NOT_FOR_FREIGHT, links.rows[kinds == 0].tolist(), loss=True)
    _tell_left(gmns)
    columns = _columns(gmns, lengths_m(lines_of(shapes)))
    gmns.reader.done()
    oneway = np.array([text.strip().lower() not in {"false", "0", "no", "f"} for text in gmns.texts("directed")])
    lanes = columns.pop("lanes")
    columns["lanes"] = np.where(np.isnan(lanes), NO_CODE, np.where(oneway, lanes, 2 * lanes)).clip(-1, 127)
    infrastructure = Infrastructure(
        nodes=make_nodes(node_id=node_ids, lon=places[:, 0], lat=places[:, 1], source=np.int16(0)),
        links=make_links(
            link_id=gmns.texts("link_id")[kept],
            from_index=ends[kept, 0],
            to_index=ends[kept, 1],
            mode=encode([MODE_OF_CLASS[word] for word in classes[kept]], NETWORK_MODES, "mode"),
            link_class=encode(classes[kept], LINK_CLASSES, "link_class"),
            oneway=oneway[kept],
            access_forward=kinds[kept],
            access_backward=np.where(oneway, 0, kinds)[kept].astype(np.uint8),
            source=np.int16(0),
            row_id=gmns.texts("link_id")[kept],
            **{name: values[kept] for name, values in columns.items()},
        ),
        lines=without_repeats(lines_of(shapes[kept])),
        conditions=make_conditions(),
        schedules=Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
        sources=(Source(gmns.config.get("dataset_name", "") or folder.name),),
    )
    counts = {"rows": len(links), "links": len(kept), "nodes": len(nodes)}
    return Imported(infrastructure, tuple(gmns.remarks.notes), counts)


def _node_places(gmns: _Gmns) -> Floats:
    points = np.column_stack([gmns.numbers(gmns.nodes, name, needed=True) for name in ("x_coord", "y_coord")])
    gmns.reader.done()
    places = reprojection(gmns.crs).to_wgs84(points)
    outside = np.flatnonzero(~((np.abs(places[:, 0]) <= 180.0) & (np.abs(places[:, 1]) <= 90.0)))  # noqa: PLR2004
    if outside.size and not gmns.config.get("crs"):
        gmns.reader.add(gmns.nodes, int(outside[0]), "x_coord", NEEDED_CRS)
        outside = outside[:0]
    for row in outside:
        gmns.reader.add(gmns.nodes, int(row), None, OUT_OF_RANGE.format(lon=points[row, 0], lat=points[row, 1]))
    gmns.reader.done()
    return places


def _lines(gmns: _Gmns, places: Floats, ends: NDArray[np.int32]) -> Shapes:
    """Return the line of each link from its first node to its last, in WGS 84."""
    texts = gmns.texts("geometry").copy()
    if (gmns.folder / "geometry.csv").exists():
        table = read_csv_table(gmns.folder / "geometry.csv")
        found = dict(zip(gmns.reader.texts(table, "geometry_id"), gmns.reader.texts(table, "geometry"), strict=True))
        by_id = np.array([found.get(name, "") for name in gmns.texts("geometry_id")], dtype=np.object_)
        texts = np.where(texts == "", by_id, texts).astype(np.object_)
    shapes: Shapes = shapes_of_wkt(texts)
    wrong = (texts != "") & (shapely.get_type_id(shapes) != shapely.GeometryType.LINESTRING)
    for row in np.flatnonzero(wrong):
        gmns.reader.add(
            gmns.links, int(row), "geometry", WRONG_VALUE.format(value=texts[row][:60], wanted="LINESTRING")
        )
    gmns.reader.done()
    shapes = shapely.force_2d(shapes)
    way = reprojection(gmns.crs)
    shapes = shapely.transform(shapes, way.to_wgs84) if way.steps else shapes
    against = gmns.texts("dir_flag") == "-1"
    shapes[against] = shapely.reverse(shapes[against])
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    gmns.remarks.add_rows("drawn_straight", STRAIGHT, gmns.links.rows[missing].tolist())
    shapes[missing] = shapely.linestrings(places[ends[missing]])
    return shapes


def _classes(gmns: _Gmns) -> Ids:
    texts = gmns.texts("facility_type")
    texts = np.where(texts == "", gmns.texts("link_type_name"), texts)
    found = np.array([CLASS_WORDS.get(fold(text.strip()).replace(" ", "_"), "") for text in texts], dtype=np.object_)
    plain = np.array([CLASS_WORDS.get(fold(text.strip()), "") for text in texts], dtype=np.object_)
    found = np.where(found == "", plain, found)
    for value in dict.fromkeys(texts[found == ""]):
        rows = gmns.links.rows[texts == value]
        gmns.remarks.add_rows("class_unknown", UNKNOWN_CLASS, rows.tolist(), value=value)
    return np.where(found == "", "road", found).astype(np.object_)


def _kinds(gmns: _Gmns, classes: Ids) -> NDArray[np.uint8]:
    """Return the mask of vehicles of each link; 0: none of ours."""
    texts = gmns.texts("allowed_uses")
    words = [[part.strip().lower() for part in text.replace(";", ",").split(",") if part.strip()] for text in texts]
    named = {word for some in words for word in some}
    usual = np.array([KINDS_OF_MODE[MODE_OF_CLASS[word]] for word in classes], dtype=np.uint8)
    general = named & GENERAL_USES
    masks = dict(MASK_OF_USE)
    if named & TRUCK_USES:
        masks |= dict.fromkeys(GENERAL_USES, masks["auto"] & ~TRUCK_KINDS)
    elif general:
        gmns.remarks.add("general_use", "note", GENERAL_IS_ALL.format(uses=", ".join(sorted(general))), "allowed_uses")
    silent = np.array([not some for some in words], dtype=np.bool_)
    gmns.remarks.add_rows("no_uses", NO_USES, gmns.links.rows[silent].tolist())
    unknown = sorted(named - set(masks))
    if unknown:
        rows = [int(row) for row, some in zip(gmns.links.rows, words, strict=True) if set(some) & set(unknown)]
        gmns.remarks.add_rows("uses_unknown", UNKNOWN_USES, rows, loss=True, uses=", ".join(unknown[:10]))
    found = [int(np.bitwise_or.reduce([masks.get(word, 0) for word in some] or [0])) for some in words]
    return np.where(silent, usual, found).astype(np.uint8)


def _columns(gmns: _Gmns, drawn_m: Floats) -> dict[str, NDArray[Any]]:
    length_m = _lengths(gmns, drawn_m)
    speed = gmns.numbers(gmns.links, "free_speed") * _unit(gmns, "speed", SPEED_UNITS, "kph")
    toll = gmns.numbers(gmns.links, "toll")
    currency = gmns.config.get("currency", "").upper()
    priced = (length_m > 0) & (toll > 0) & (currency in CURRENCIES)
    per_km = np.full(len(toll), np.nan)
    per_km[priced] = toll[priced] / length_m[priced] * 1e3
    gmns.remarks.add_rows("toll_left", TOLL_LEFT, gmns.links.rows[(toll > 0) & ~priced].tolist(), loss=True)
    return {
        "name": gmns.texts("name"),
        "length_m": length_m,
        "speed_kmh": np.where(speed > 0, speed, np.nan),
        "lanes": gmns.numbers(gmns.links, "lanes"),
        "toll": toll > 0,
        "toll_per_km": per_km,
        "currency": np.where(
            np.isnan(per_km), NO_CODE, CURRENCIES.index(currency) if currency in CURRENCIES else NO_CODE
        ),
    }


def _unit(gmns: _Gmns, what: str, known: Any, usual: str) -> float:  # noqa: ANN401 - a mapping
    unit = gmns.config.get(what, "").strip().lower()
    if unit and unit not in known:
        text = UNKNOWN_UNIT.format(what=what, unit=unit, known=", ".join(known))
        gmns.reader.add(gmns.links, None, what, text)
        return 1.0
    if not unit:
        column = "free_speed" if what == "speed" else "length"
        if column in gmns.links.cells:
            text = ASSUMED_UNITS.format(what=column, unit=usual, why="–")
            gmns.remarks.add("unit_assumed", "warning", text, column)
        return float(known[usual])
    return float(known[unit])


def _lengths(gmns: _Gmns, drawn_m: Floats) -> Floats:
    """Return lengths in metres; where the unit is not said, the one that fits the lines best."""
    stated = gmns.numbers(gmns.links, "length")
    if gmns.config.get("long_length", "").strip():
        metres = stated * _unit(gmns, "long_length", LENGTH_UNITS, "m")
        return np.where(np.isnan(metres), drawn_m, metres)
    usable = (stated > 0) & (drawn_m > 0)
    if not usable.any():
        return drawn_m
    ratio = float(np.median(drawn_m[usable] / stated[usable]))
    unit = min(("m", "km", "mi", "ft"), key=lambda name: abs(np.log(ratio / LENGTH_UNITS[name])))
    text = ASSUMED_UNITS.format(what="length", unit=unit, why=f"{ratio:.4g} m")
    gmns.remarks.add("unit_assumed", "warning", text, "length")
    return np.where(np.isnan(stated), drawn_m, stated * LENGTH_UNITS[unit])


def _tell_left(gmns: _Gmns) -> None:
    for table, file, read in ((gmns.nodes, "node.csv", READ_NODE_COLUMNS), (gmns.links, "link.csv", READ_COLUMNS)):
        left = [
            name
            for name, values in table.cells.items()
            if name not in read and any(value is not None for value in values)
        ]
        if left:
            gmns.remarks.add("columns_left", "note", COLUMNS_LEFT.format(file=file, columns=", ".join(left)), file)
    files = sorted(file.name for file in gmns.folder.glob("*.csv") if file.name not in READ_FILES)
    if files:
        gmns.remarks.add("tables_left", "note", TABLES_LEFT.format(files=", ".join(files)), gmns.folder.name)
