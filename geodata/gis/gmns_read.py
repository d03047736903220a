"""Reading GMNS tables: networks of ours exactly, those of others with notes on what was assumed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.gis.as_layers import Shapes
from geodata.gis.cells import texts_of
from geodata.gis.edited import MISSING_COLUMN, NOT_NEEDED, known_columns
from geodata.gis.from_layers import WRONG_VALUE, Reader, build_infrastructure, shapes_of_wkt
from geodata.gis.gmns_foreign import read_foreign
from geodata.gis.gmns_words import OWN_FILES, OWN_ID, SAME_AS_OURS
from geodata.gis.gmns_write import CONFIG, standard_links
from geodata.gis.layouts import CONDITIONS, LINKS, NODES, TABLE_NAMES, TURNS
from geodata.gis.read import ReadError, ReadTable, read_csv_table
from geodata.gis.remarks import Remarks
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

NO_FOLDER: Final = Text(
    en="{path} is no folder with node.csv and link.csv of GMNS.",
    vi="{path} không phải thư mục có node.csv và link.csv của GMNS.",
)
DIFFER: Final = Text(
    en="{column} was changed in link.csv, but our columns beside it say otherwise and were followed "
    "(change {ours}): rows {rows}.",
    vi="{column} trong link.csv đã đổi nhưng các cột riêng của Hinterland nói khác và được dùng "
    "(hãy sửa {ours}): các dòng {rows}.",
)
INVALID: Final = Text(
    en="The GMNS tables were not taken over: {reason}", vi="Các bảng GMNS không được tiếp nhận: {reason}"
)
OTHER_UNITS: Final = Text(
    en="{column} is {found!r}; tables with Hinterland's own columns are in {wanted}. Put it back, and the values too.",
    vi="{column} là {found!r}; bảng có cột riêng của Hinterland dùng {wanted}. Hãy trả lại như cũ, cả các giá trị.",
)
NOT_BESIDE: Final = Text(
    en="{standard} is there but not {own}, which holds the same in full; nothing of it was read. Export once more.",
    vi="Có {standard} nhưng thiếu {own} là tệp ghi đầy đủ; không đọc được nội dung này. Hãy xuất lại các bảng.",
)
UNITS: Final = ("short_length", "long_length", "speed", "crs")
NEEDED_COLUMNS: Final = ("directed", "dir_flag")
"""Columns of GMNS that say which row and direction ours are about."""
BESIDE: Final = {"movement.csv": TURNS, "link_tod.csv": CONDITIONS}
"""Tables of GMNS and the layer that our own file keeps of the same."""

OURS_BESIDE: Final = {
    "lanes": "lanes_both_ways",
    "allowed_uses": "access_forward, access_backward",
    "directed": "access_forward, access_backward",
}


def read_gmns(folder: Path) -> Imported:
    """Return the infrastructure that GMNS tables hold.

    A folder that ``write_gmns`` wrote gives back exactly what was written. Of others, ``node.csv`` and ``link.csv``
    (with ``geometry.csv`` and ``config.csv`` where they are there) are read; what is assumed or left out is noted.

    Raises
    ------
    ReadError
        If the folder or its tables cannot be read.
    FindingsError
        With every row that cannot be understood.
    """
    folder = Path(folder)
    if not (folder / "node.csv").is_file() or not (folder / "link.csv").is_file():
        raise ReadError(NO_FOLDER.format(path=folder))
    nodes, links = read_csv_table(folder / "node.csv"), read_csv_table(folder / "link.csv")
    try:
        if OWN_ID not in links.cells:
            return read_foreign(folder, nodes, links)
        return _read_own(folder, nodes, links)
    except FindingsError:
        raise
    except ValueError as error:
        text = INVALID.format(reason=error)
        raise FindingsError(text, [Finding(folder.name, None, None, text)]) from error


def _read_own(folder: Path, nodes: ReadTable, links: ReadTable) -> Imported:
    reader = Reader(folder.name)
    remarks = Remarks()
    _check_units(reader, folder)
    for name in NEEDED_COLUMNS:
        reader.texts(links, name, needed=True)
    reader.done()
    first = _first_of_each(links)
    rows = links.take(first)
    tables = {NODES: _own_nodes(reader, nodes), LINKS: _own_links(reader, rows)}
    for standard, name in BESIDE.items():
        if (folder / standard).exists() and not (folder / OWN_FILES[name]).exists():
            remarks.add("gmns_not_read", "warning", NOT_BESIDE.format(standard=standard, own=OWN_FILES[name]), standard)
    for name, file in OWN_FILES.items():
        if (folder / file).exists():
            table = read_csv_table(folder / file)
            shapes = table.shapes if name in TABLE_NAMES else _shapes(reader, table)
            tables[name] = dataclasses.replace(table, name=file, shapes=shapes)
    known = known_columns()
    for name, table in tables.items():
        for column in sorted(known[name] - table.cells.keys() - NOT_NEEDED):
            reader.add(table, None, column, MISSING_COLUMN.format(column=column))
    reader.done()
    infrastructure = build_infrastructure(tables, folder.name)
    _tell_changed(infrastructure, rows, remarks)
    counts = {"links": len(infrastructure.links), "nodes": len(infrastructure.nodes)}
    return Imported(infrastructure, tuple(remarks.notes), counts)


def _check_units(reader: Reader, folder: Path) -> None:
    """Add a finding for each unit of ``config.csv`` that is not the one our tables are written in."""
    if not (folder / "config.csv").exists():
        return
    config = read_csv_table(folder / "config.csv")
    for column in UNITS:
        for row, found in enumerate(reader.texts(config, column)):
            if found and found != CONFIG[column]:
                text = OTHER_UNITS.format(column=column, found=found, wanted=CONFIG[column])
                reader.add(config, row, column, text)


def _first_of_each(links: ReadTable) -> NDArray[np.int64]:
    """Return the first row of each row id; the second holds the other direction."""
    ids, directed = texts_of(links.cells[OWN_ID]), texts_of(links.cells["directed"])
    kept, seen = [], set()
    for row, link_id in enumerate(ids):
        if link_id in seen and directed[row] == "true":
            continue
        seen.add(link_id)
        kept.append(row)
    return np.array(kept, dtype=np.int64)


def _own_nodes(reader: Reader, nodes: ReadTable) -> ReadTable:
    lon, lat = _coordinates(reader, nodes, "x_coord"), _coordinates(reader, nodes, "y_coord")
    there = ~(np.isnan(lon) | np.isnan(lat))
    shapes: Shapes = np.full(len(nodes), None, dtype=np.object_)
    shapes[there] = shapely.points(lon[there], lat[there])
    cells = {name: values for name, values in nodes.cells.items() if name != "name"}
    return dataclasses.replace(nodes, name="node.csv", cells=cells, shapes=shapes)


def _coordinates(reader: Reader, nodes: ReadTable, name: str) -> NDArray[np.float64]:
    texts = reader.texts(nodes, name, needed=True)
    found = np.full(len(nodes), np.nan)
    for row, text in enumerate(texts):
        try:
            found[row] = float(text)
        except ValueError:
            reader.add(nodes, row, name, WRONG_VALUE.format(value=text, wanted="a number"))
    return found


def _own_links(reader: Reader, links: ReadTable) -> ReadTable:
    cells = dict(links.cells)
    for name in ("toll", "lanes"):
        cells.pop(name, None)
    for gmns, ours in SAME_AS_OURS.items():
        if gmns in links.cells:
            cells[ours] = cells.pop(gmns)
    cells["link_id"] = links.cells[OWN_ID]
    for written, ours in (("lanes_both_ways", "lanes"), ("own_toll", "toll")):
        if written in links.cells:
            cells[ours] = links.cells[written]
    first, last = (reader.texts(links, name, needed=True) for name in ("from_node_id", "to_node_id"))
    against = reader.texts(links, "dir_flag") == "-1"
    cells["from_node_id"] = np.where(against, last, first)
    cells["to_node_id"] = np.where(against, first, last)
    return dataclasses.replace(links, name="link.csv", cells=cells, shapes=_shapes(reader, links))


def _shapes(reader: Reader, table: ReadTable) -> Shapes:
    texts = reader.texts(table, "geometry", needed=True)
    shapes: Shapes = shapes_of_wkt(texts)
    for row in np.flatnonzero(shapely.is_missing(shapes) & (texts != "")):
        reader.add(table, int(row), "geometry", WRONG_VALUE.format(value=texts[row][:60], wanted="WKT"))
    return shapes


def _tell_changed(infrastructure: Infrastructure, links: ReadTable, remarks: Remarks) -> None:
    """Tell where a column of GMNS does not say what our columns beside it do."""
    for column, ours in OURS_BESIDE.items():
        if column not in links.cells:
            continue
        texts = texts_of(links.cells[column])
        differ = [
            int(links.rows[row])
            for row in range(len(links))
            if texts[row] != standard_links(infrastructure, row)[0][column]
        ]
        remarks.add_rows("gmns_differs", DIFFER, differ, loss=True, column=column, ours=ours)
