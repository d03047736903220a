"""Writing an infrastructure as GMNS tables, with what GMNS cannot hold beside them."""

from __future__ import annotations

import csv
import math
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.gis.as_layers import LayerTable, layer_tables
from geodata.gis.gmns_times import TimeSets
from geodata.gis.gmns_turns import movements
from geodata.gis.gmns_words import (
    CLOSED,
    LINK_COLUMNS,
    NODE_COLUMNS,
    OWN_FILES,
    OWN_ID,
    SAME_AS_OURS,
    USES,
    VERSION,
    uses,
)
from geodata.gis.layouts import DRAWN_LENGTH, LINKS, NODES
from geodata.gis.write import FILE_THERE, NOT_WRITTEN, WriteError
from geodata.infrastructure.columns import BACKWARD, FORWARD
from geodata.infrastructure.infrastructure import Infrastructure

Row = Mapping[str, str]

CONFIG: Final = {
    "dataset_name": "hinterland",
    "short_length": "m",
    "long_length": "m",
    "speed": "kph",
    "crs": "EPSG:4326",
    "geometry_field_format": "WKT",
    "version_number": VERSION,
    "id_type": "string",
}
NEEDED: Final = ("node.csv", "link.csv")
"""Tables that are written even without rows."""
LINK_TOD_COLUMNS: Final = ("link_tod_id", "link_id", "timeday_id", "free_speed", "allowed_uses")


def write_gmns(infrastructure: Infrastructure, folder: Path, *, overwrite: bool = False) -> None:
    """Write an infrastructure as a folder of GMNS 0.96 tables; ``read_gmns`` gives back exactly the same.

    ``node.csv``, ``link.csv`` (a row both ways is undirected; one that different vehicles use each way becomes two
    directed links), ``movement.csv`` and ``movement_tod.csv`` (turn restrictions of two links), ``link_tod.csv`` and
    ``time_set_definitions.csv`` (conditions by hour), ``use_definition.csv`` and ``config.csv`` (metres, km/h). Columns
    and files that GMNS does not know hold the rest.

    Parameters
    ----------
    infrastructure
        What to write.
    folder
        Where the tables go.
    overwrite
        Whether files of these names may be replaced; those the network has no rows for are then removed.

    Raises
    ------
    WriteError
        If there are files already, or the disk does not take them; what stood there stays.
    """
    folder = Path(folder)
    if folder.exists() and not overwrite and (folder.is_file() or any(folder.iterdir())):
        raise WriteError(FILE_THERE.format(path=folder))
    tables = gmns_tables(infrastructure)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
        try:
            written = {name: table for name, table in tables.items() if table[1] or name in NEEDED}
            for name, (columns, rows) in written.items():
                _write_csv(work / name, columns, rows)
            folder.mkdir(exist_ok=True)
            for name in tables.keys() - written.keys():
                (folder / name).unlink(missing_ok=True)
            for file in sorted(work.iterdir()):
                file.replace(folder / file.name)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise WriteError(NOT_WRITTEN.format(path=folder, reason=error.strerror or error)) from error


def _write_csv(file: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)


def gmns_tables(infrastructure: Infrastructure) -> dict[str, tuple[Sequence[str], list[Sequence[str]]]]:
    """Return the tables of the folder: file name to columns and rows of texts."""
    layers = layer_tables(infrastructure, lambda points: points)
    times = TimeSets(infrastructure.schedules)
    link_columns, link_rows = _links(infrastructure, layers[LINKS])
    moves, moves_tod = movements(infrastructure, times)
    tables: dict[str, tuple[Sequence[str], list[Sequence[str]]]] = {
        "config.csv": (tuple(CONFIG), [tuple(CONFIG.values())]),
        "node.csv": _nodes(infrastructure, layers[NODES]),
        "link.csv": (link_columns, link_rows),
        "use_definition.csv": (
            ("use", "persons_per_vehicle", "pce", "description"),
            [(use, "0" if use == CLOSED else "1", pce, meaning) for use, (pce, meaning) in USES.items()],
        ),
        "movement.csv": moves,
        "movement_tod.csv": moves_tod,
        "link_tod.csv": (LINK_TOD_COLUMNS, list(_link_tod(infrastructure, times))),
        "time_set_definitions.csv": times.table(),
    }
    for name, file in OWN_FILES.items():
        tables[file] = _own(layers[name])
    return tables


def cell_texts(values: NDArray[Any], nulls: NDArray[np.bool_]) -> list[str]:
    """Return cells as texts of a CSV file, null as an empty one; numbers so that reading gives the same."""
    return ["" if null else cell_text(value) for value, null in zip(values.tolist(), nulls.tolist(), strict=True)]


def cell_text(value: object) -> str:
    """Return one cell as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    return str(value)


WKT_SHAPES: Final = {
    int(shapely.GeometryType.POINT): "POINT ({})",
    int(shapely.GeometryType.LINESTRING): "LINESTRING ({})",
    int(shapely.GeometryType.POLYGON): "POLYGON (({}))",
}


def _wkt(shapes: NDArray[Any]) -> list[str]:
    """Return points, lines and polygons of one ring as WKT; every digit is kept, which GEOS does not do."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    points = [f"{x!r} {y!r}" for x, y in coordinates.tolist()]
    bounds = np.searchsorted(owner, np.arange(len(shapes) + 1)).tolist()
    kinds = shapely.get_type_id(shapes).tolist()
    return [
        WKT_SHAPES[kind].format(", ".join(points[start:end])) if end > start else ""
        for kind, start, end in zip(kinds, bounds[:-1], bounds[1:], strict=True)
    ]


def _own(table: LayerTable) -> tuple[Sequence[str], list[Sequence[str]]]:
    columns = [cell_texts(table.cells[name], table.nulls[name]) for name in table.cells]
    names = list(table.cells)
    if table.shapes is not None:
        names.append("geometry")
        columns.append(_wkt(table.shapes))
    return names, list(zip(*columns, strict=True))


def _nodes(infrastructure: Infrastructure, table: LayerTable) -> tuple[Sequence[str], list[Sequence[str]]]:
    own = [name for name in table.cells if name != "node_id"]
    texts = {name: cell_texts(table.cells[name], table.nulls[name]) for name in table.cells}
    nodes = infrastructure.nodes
    signals = ["signal" if feature == "traffic_signals" else "" for feature in texts["feature"]]
    empty = [""] * len(nodes)
    standard = {
        "node_id": nodes.node_id.tolist(),
        "name": empty,
        "x_coord": [repr(value) for value in nodes.lon.tolist()],
        "y_coord": [repr(value) for value in nodes.lat.tolist()],
        "z_coord": empty,
        "node_type": texts["feature"],
        "ctrl_type": signals,
        "zone_id": empty,
    }
    columns = [standard[name] for name in NODE_COLUMNS] + [texts[name] for name in own]
    return [*NODE_COLUMNS, *own], list(zip(*columns, strict=True))


def _links(infrastructure: Infrastructure, table: LayerTable) -> tuple[Sequence[str], list[Sequence[str]]]:
    skipped = {"link_id", "from_node_id", "to_node_id", DRAWN_LENGTH, *SAME_AS_OURS.values()}
    own = [name for name in table.cells if name not in skipped]
    renamed = ["lanes_both_ways" if name == "lanes" else f"own_{name}" if name == "toll" else name for name in own]
    texts = {name: cell_texts(table.cells[name], table.nulls[name]) for name in table.cells}
    lines = _wkt(table.shapes if table.shapes is not None else np.empty(0, dtype=np.object_))
    taken = set(infrastructure.links.link_id.tolist())
    rows: list[Sequence[str]] = []
    for row, link_id in enumerate(infrastructure.links.link_id.tolist()):
        own_cells = [texts[name][row] for name in own]
        shared = {ours: texts[ours][row] for ours in SAME_AS_OURS.values()}
        for place, standard in enumerate(standard_links(infrastructure, row)):
            name = link_id if place == 0 else _free(f"{link_id}<", taken)
            cells = {"link_id": name, "geometry": lines[row]} | standard
            cells |= {gmns: shared[ours] for gmns, ours in SAME_AS_OURS.items()}
            rows.append([*(cells[column] for column in LINK_COLUMNS), link_id, *own_cells])
    return [*LINK_COLUMNS, OWN_ID, *renamed], rows


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "<"
    taken.add(name)
    return name


def standard_links(infrastructure: Infrastructure, row: int) -> list[dict[str, str]]:
    """Return what GMNS says of a row: one undirected link, or a directed one each way that is used."""
    links = infrastructure.links
    forward, backward = int(links.access_forward[row]), int(links.access_backward[row])
    ends = (links.from_index[row], links.to_index[row])
    first, last = (str(infrastructure.nodes.node_id[end]) for end in ends)
    toll = links.toll_per_km[row] * links.length_m[row] / 1000.0
    common = {"toll": "" if np.isnan(toll) else repr(float(round(toll, 2)))}
    lanes = int(links.lanes[row])
    both_ways = bool(forward) and bool(backward)
    each = "" if lanes < 0 else str(max(1, lanes // 2) if both_ways and lanes else lanes)
    ahead = {"from_node_id": first, "to_node_id": last, "dir_flag": "1", "lanes": each, **common}
    back = {"from_node_id": last, "to_node_id": first, "dir_flag": "-1", "lanes": each, **common}
    if both_ways and forward == backward:
        return [ahead | {"directed": "false", "allowed_uses": uses(forward)}]
    ways = [(ahead, forward)] if forward or not backward else []
    ways += [(back, backward)] if backward else []
    return [way | {"directed": "true", "allowed_uses": uses(mask)} for way, mask in ways]


def _link_tod(infrastructure: Infrastructure, times: TimeSets) -> Iterable[Sequence[str]]:
    """Yield what changes on links by hour; conditions about single vehicles' sizes have no place in GMNS."""
    conditions, links = infrastructure.conditions, infrastructure.links
    sizes = ("above_weight_t", "above_length_m", "above_axle_load_t", "above_height_m")
    plain = np.all([np.isnan(getattr(conditions, name)) for name in sizes], axis=0)
    for row in np.flatnonzero(plain & (conditions.schedule >= 0)):
        link = int(conditions.link_index[row])
        speed = float(conditions.speed_kmh[row])
        kinds = int(conditions.kinds[row])
        sides = standard_links(infrastructure, link)
        if len(sides) > 1 or not conditions.directions[row] & (FORWARD | BACKWARD):
            continue
        usual = int(links.access_forward[link]) or int(links.access_backward[link])
        allowed = usual | kinds if conditions.is_open[row] else usual & ~kinds
        both = conditions.directions[row] == FORWARD | BACKWARD or sides[0]["directed"] == "true"
        if not both:
            continue
        for time_set in times.of(int(conditions.schedule[row])):
            name = f"{links.link_id[link]}:{row}:{time_set}"
            yield (
                name,
                str(links.link_id[link]),
                time_set,
                "" if np.isnan(speed) else repr(speed),
                uses(usual) if not np.isnan(speed) else uses(allowed),
            )
