"""An infrastructure and its records as rows of the stored tables, a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from sqlalchemy import Table

from geodata.columns import Floats
from geodata.infrastructure.columns import TURN_KINDS
from geodata.infrastructure.imported import Note
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions import shapes
from geodata.versions.cells import Cell, mask_words
from geodata.versions.hashing import NotStorableError
from geodata.versions.tables import (
    CANDIDATE_CELLS,
    CANDIDATES,
    CONDITION_CELLS,
    CONDITIONS,
    LINK_CELLS,
    LINKS,
    NODE_CELLS,
    NODES,
    OUTLINES,
    RECORDS,
    SCHEDULES,
    TURN_MEMBERS,
    TURNS,
)
from supplychain.text import Text

PART_ROWS: Final = 20_000
"""Rows turned into cells at once: some 40 MB for links."""

SHORT_LINE: Final = Text(
    en="The line of link {link} has fewer than 2 points; it cannot be stored.",
    vi="Đường của đoạn tuyến {link} có ít hơn 2 điểm; không lưu được.",
)
BAD_POINTS: Final = Text(
    en="The line of link {link} has a coordinate that is no number; it cannot be stored.",
    vi="Đường của đoạn tuyến {link} có tọa độ không phải là số; không lưu được.",
)
OPEN_RING: Final = Text(
    en="Outline {outline} is not a closed ring of 4 points or more; it cannot be stored.",
    vi="Đường bao {outline} không phải vòng kín có từ 4 điểm; không lưu được.",
)
HALF_PLACE: Final = Text(
    en="Candidate {candidate} has only one of longitude and latitude; it cannot be stored.",
    vi="Ứng viên {candidate} chỉ có kinh độ hoặc vĩ độ; không lưu được.",
)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table.

    Parameters
    ----------
    table
        The table, whose first columns ``fid`` and ``version`` are not among the cells.
    count
        Number of rows.
    cells
        Gives the columns of a span of rows, in the table's order.
    boxes
        Gives west, south, east and north of a span of rows; None for a table without geometry.
    """

    table: Table
    count: int
    cells: Callable[[slice], list[list[Any]]]
    boxes: Callable[[slice], Floats] | None = None

    def spans(self) -> Iterator[slice]:
        """Yield the spans that together are all rows."""
        for start in range(0, self.count, PART_ROWS):
            yield slice(start, min(start + PART_ROWS, self.count))


def check_storable(infrastructure: Infrastructure) -> None:
    """Raise unless every shape can be kept as it is.

    Raises
    ------
    NotStorableError
        If a line has fewer than 2 points or a coordinate that is no number, or an outline is no closed ring.
    """
    lines, rings, candidates = infrastructure.lines, infrastructure.outlines, infrastructure.candidates
    link_id = infrastructure.links.link_id
    short = np.flatnonzero(np.diff(lines.offsets) < 2)  # noqa: PLR2004 - a line
    if short.size:
        raise NotStorableError(SHORT_LINE.format(link=link_id[short[0]]))
    wrong = np.flatnonzero(~np.isfinite(lines.coordinates).all(axis=1))
    if wrong.size:
        link = np.searchsorted(lines.offsets, wrong[0], side="right") - 1
        raise NotStorableError(BAD_POINTS.format(link=link_id[link]))
    for outline in range(len(rings)):
        points = rings.points(outline)
        if len(points) < 4 or not np.isfinite(points).all() or (points[0] != points[-1]).any():  # noqa: PLR2004 - a ring
            raise NotStorableError(OPEN_RING.format(outline=outline))
    half = np.flatnonzero(np.isnan(candidates.lon) != np.isnan(candidates.lat))
    if half.size:
        raise NotStorableError(HALF_PLACE.format(candidate=candidates.candidate_id[half[0]]))


def rows_of(infrastructure: Infrastructure, records: Sequence[Note], *, embedded: bool) -> tuple[Rows, ...]:
    """Return the rows of every table.

    Parameters
    ----------
    infrastructure, records
        What is stored.
    embedded
        Whether geometry is written for the embedded database, else for PostGIS.
    """
    held = infrastructure
    node_id, link_id = held.nodes.node_id, held.links.link_id
    points = partial(_points, held.nodes.lon, held.nodes.lat)
    candidates = partial(_points, held.candidates.lon, held.candidates.lat)
    lines = partial(shapes.line_shapes, held.lines)
    write = partial(shapes.to_cells, embedded=embedded)

    def nodes(span: slice) -> list[list[Any]]:
        return [*_cells(NODE_CELLS, held.nodes, span), write(points(span))]

    def links(span: slice) -> list[list[Any]]:
        ends = {name: node_id[getattr(held.links, name)[span]] for name in ("from_index", "to_index")}
        return [*_cells(LINK_CELLS, held.links, span, ends), write(lines(span))]

    def conditions(span: slice) -> list[list[Any]]:
        return _cells(CONDITION_CELLS, held.conditions, span, {"link_index": link_id[held.conditions.link_index[span]]})

    def places(span: slice) -> list[list[Any]]:
        return [*_cells(CANDIDATE_CELLS, held.candidates, span), write(candidates(span))]

    def outlines(span: slice) -> list[list[Any]]:
        return [write(shapes.ring_shapes(held.outlines, span))]

    return (
        Rows(NODES, len(held.nodes), nodes, lambda span: shapes.boxes(points(span))),
        Rows(LINKS, len(held.links), links, lambda span: shapes.boxes(lines(span))),
        Rows(CONDITIONS, len(held.conditions), conditions),
        Rows(SCHEDULES, len(held.schedules), partial(_schedules, held)),
        Rows(TURNS, len(held.turns), partial(_turns, held)),
        Rows(TURN_MEMBERS, len(held.turns.links), partial(_members, held)),
        Rows(CANDIDATES, len(held.candidates), places),
        Rows(OUTLINES, len(held.outlines), outlines),
        Rows(RECORDS, len(records), partial(_records, records, embedded)),
    )


def _points(lon: Floats, lat: Floats, span: slice) -> shapes.Shapes:
    return shapes.point_shapes(lon[span], lat[span])


def _cells(cells: Sequence[Cell], table: Any, span: slice, ids: Any = None) -> list[list[Any]]:  # noqa: ANN401 - any of the tables
    ids = ids or {}
    return [
        cell.to_cells(ids[cell.column.name] if cell.column.name in ids else getattr(table, cell.column.name)[span])
        for cell in cells
    ]


def _schedules(held: Infrastructure, span: slice) -> list[list[Any]]:
    given = held.schedules
    places = range(*span.indices(len(given)))
    texts = []
    for place in places:
        inside = slice(given.offsets[place], given.offsets[place + 1])
        pairs = zip(given.start_min[inside].tolist(), given.end_min[inside].tolist(), strict=True)
        texts.append(";".join(f"{start}-{end}" for start, end in pairs))
    return [list(places), given.text[span].tolist(), texts]


def _turns(held: Infrastructure, span: slice) -> list[list[Any]]:
    turns = held.turns
    return [
        turns.turn_id[span].tolist(),
        [TURN_KINDS[code] for code in turns.kind[span].tolist()],
        [mask_words(mask) for mask in turns.kinds[span].tolist()],
        [None if schedule < 0 else schedule for schedule in turns.schedule[span].tolist()],
    ]


def _members(held: Infrastructure, span: slice) -> list[list[Any]]:
    turns = held.turns
    owner = np.repeat(np.arange(len(turns)), np.diff(turns.offsets))
    return [owner[span].tolist(), held.links.link_id[turns.links[span]].tolist(), turns.along[span].tolist()]


def _records(records: Sequence[Note], embedded: bool, span: slice) -> list[list[Any]]:  # noqa: FBT001 - bound by partial
    part = records[span]
    lon, lat = np.array([note.lon for note in part], dtype=float), np.array([note.lat for note in part], dtype=float)
    return [
        [note.kind for note in part],
        [note.severity for note in part],
        [note.subject for note in part],
        [note.count for note in part],
        [note.text.vi for note in part],
        [note.text.en for note in part],
        shapes.to_cells(shapes.point_shapes(lon, lat), embedded=embedded),
    ]
