"""Checks of single link rows: ends, modes, length, speed, bans, capacity and duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geodata.check.findings import where
from geodata.columns import Flags
from geodata.geodesy import geodesic_m, line_length_m
from geodata.tables import Table, flags, lines, numbers, texts
from supplychain.errors import Finding
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

END_TOLERANCE_M: Final = 25.0
SHORTEST: Final = 0.98
LONGEST: Final = 2.0

NO_NODE = Text(
    en="Link {id}: there is no node {node}. Add it to nodes.csv or correct the id.",
    vi="Đoạn {id}: không có nút {node}. Hãy thêm vào nodes.csv hoặc sửa mã nút.",
)
WRONG_MODE = Text(
    en="Link {id} is of mode {mode}, its node {node} of mode {other}. Give both one mode.",
    vi="Đoạn {id} thuộc phương thức {mode} nhưng nút {node} thuộc {other}. Hãy dùng cùng một phương thức.",
)
END_OFF = Text(
    en="Link {id}: its line ends {metres} m from node {node}. Move the end onto the node.",
    vi="Đoạn {id}: đầu tuyến cách nút {node} {metres} m. Hãy đặt đầu tuyến trùng với nút.",
)
TOO_SHORT = Text(
    en="Link {id}: length_m is {length}, its drawn line is {drawn} m long. A link cannot be shorter than its line.",
    vi="Đoạn {id}: length_m là {length} nhưng tim tuyến dài {drawn} m. Chiều dài không thể ngắn hơn tim tuyến.",
)
TOO_LONG = Text(
    en="Link {id}: length_m is {length}, more than twice its drawn line of {drawn} m. Correct one of them.",
    vi="Đoạn {id}: length_m là {length}, dài hơn hai lần tim tuyến {drawn} m. Hãy sửa một trong hai.",
)
NO_SPEED = Text(
    en="Link {id}: speed_kmh must be above 0, got {speed}.", vi="Đoạn {id}: speed_kmh phải lớn hơn 0, đang là {speed}."
)
EMPTY_BAN = Text(
    en="Link {id}: the truck ban starts and ends at {hour} h. Leave both empty for no ban, 0 and 24 for all day.",
    vi="Đoạn {id}: giờ cấm xe bắt đầu và kết thúc cùng lúc {hour} h. "
    "Để trống cả hai nếu không cấm, 0 và 24 nếu cấm cả ngày.",
)
TWICE = Text(
    en="Link {id} is the same road between the same nodes as {other}. Remove one, or give it another road name.",
    vi="Đoạn {id} trùng đường và trùng hai nút với {other}. Hãy bỏ một đoạn hoặc đặt tên đường khác.",
)
OVERFULL = Text(
    en="{id}: background use {background} is above the capacity {capacity}: nothing is left. Correct one of them.",
    vi="{id}: lượng sử dụng nền {background} lớn hơn năng lực {capacity}, không còn dư. Hãy sửa một trong hai.",
)


def check_links(pack: Pack) -> list[Finding]:
    """Return what is wrong with single link rows, of every status."""
    links, nodes = pack.table("links"), pack.table("nodes").set_index("node_id")
    findings = [*_ends(links, nodes), *_lengths(links)]
    speed, start, end = numbers(links, "speed_kmh"), numbers(links, "ban_from_h"), numbers(links, "ban_to_h")
    findings += where(links, "links", ~(speed > 0), "speed_kmh", NO_SPEED, {"speed": speed})
    findings += where(links, "links", start == end, "ban_from_h", EMPTY_BAN, {"hour": start})
    findings += _duplicates(links)
    for table, column in (
        ("links", "{}_per_day"),
        ("terminals", "{}_teu_per_year"),
        ("terminals", "{}_t_per_year"),
        ("services", "{}_teu_per_week"),
        ("services", "{}_t_per_week"),
    ):
        findings += _capacities(pack, table, column)
    return findings


def _ends(links: Table, nodes: Table) -> Iterator[Finding]:
    mode = texts(links, "mode")
    shapes = lines(links)
    for column, point in (("from_node_id", 0), ("to_node_id", -1)):
        ids = texts(links, column)
        known: Flags = np.isin(ids, nodes.index)
        yield from where(links, "links", ~known, column, NO_NODE, {"node": ids})
        ends = nodes.reindex(ids)
        other = texts(ends.reset_index(), "mode")
        yield from where(
            links, "links", known & (other != mode), column, WRONG_MODE, {"node": ids, "mode": mode, "other": other}
        )
        drawn = shapely.get_point(shapes, point)
        lon, lat = ends["lon"].to_numpy(dtype=float), ends["lat"].to_numpy(dtype=float)
        metres = geodesic_m(shapely.get_x(drawn), shapely.get_y(drawn), lon, lat)
        yield from where(links, "links", metres > END_TOLERANCE_M, "geometry", END_OFF, {"node": ids, "metres": metres})


def _lengths(links: Table) -> Iterator[Finding]:
    drawn, length = line_length_m(lines(links)), numbers(links, "length_m")
    short, long = length < SHORTEST * drawn, length > LONGEST * drawn
    yield from where(links, "links", short, "length_m", TOO_SHORT, {"length": length, "drawn": drawn})
    yield from where(links, "links", long, "length_m", TOO_LONG, {"length": length, "drawn": drawn})


def _duplicates(links: Table) -> Iterator[Finding]:
    start, end = texts(links, "from_node_id"), texts(links, "to_node_id")
    # Two-way rows are the same whichever way they are drawn.
    turned = ~flags(links, "oneway") & (start > end)
    keys = pd.DataFrame(
        {
            "from": np.where(turned, end, start),
            "to": np.where(turned, start, end),
            "road": texts(links, "road"),
            "mode": texts(links, "mode"),
            "oneway": flags(links, "oneway"),
        }
    )
    first = keys.groupby(list(keys.columns), sort=False)["from"].transform(lambda rows: rows.index[0]).to_numpy()
    ids = texts(links, "link_id")
    again: Flags = keys.duplicated().to_numpy(dtype=np.bool_)
    yield from where(links, "links", again, None, TWICE, {"other": ids[first.astype(np.int64)] if len(ids) else ids})


def _capacities(pack: Pack, name: str, column: str) -> Iterator[Finding]:
    table = pack.table(name)
    capacity = numbers(table, column.format("capacity"))
    background = numbers(table, column.format("background"), 0.0)
    over = background > capacity
    where_to = column.format("background")
    yield from where(table, name, over, where_to, OVERFULL, {"capacity": capacity, "background": background})
