"""A layer of very many features at hand, with a tree of their boxes: pages, boxes and counts at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from geodata.features.held import FILTERED_AT_ONCE, halves
from geodata.features.index import PackedIndex
from geodata.features.near import near_of, rectangle
from geodata.features.source import ALL, Key, Origin, Portion, Wanted
from geodata.features.table import Box, FeatureTable, Field, ShapeKind, Shapes

MOST_NEAR: Final = 0.3
"""Of more, it is quicker to read all as they stand."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class IndexedSource:
    """A layer of which every feature is at hand, found by its box.

    Parameters
    ----------
    table
        Features, in the layer's order; more than those of the layer where ``members`` says so.
    index
        The tree over their boxes.
    version
        Names the content: another content has another version.
    origin
        What it was made from.
    members
        bool[N]; which rows of the table the layer holds; None for all.
    extent
        The box around the layer's features; None where it has none.
    most_near
        Share of the features up to which those that a filter may meet by their boxes are taken out one by one.
    """

    table: FeatureTable
    index: PackedIndex
    version: str
    origin: Origin
    members: NDArray[np.bool_] | None = None
    extent: Box | None = None
    most_near: float = MOST_NEAR

    @property
    def fields(self) -> tuple[Field, ...]:
        """Properties, in order."""
        return self.table.fields

    @property
    def shape(self) -> ShapeKind:
        """Kind of geometry."""
        return self.table.shapes.kind

    def bounds(self) -> Box | None:
        """Return the box around all features; None where there is none."""
        return self.extent

    def count(self, wanted: Wanted = ALL) -> int | None:
        """Return how many features there are."""
        return sum(stop - start if rows is None else len(rows) for rows, start, stop in self._matching(wanted, 0, None))

    def read(self, wanted: Wanted, after: Key | None, limit: int) -> Portion:
        """Return the first features after a key, at most ``limit``."""
        first = 0 if after is None else int(after[0]) + 1
        rows = self.rows(wanted, first, limit + 1)
        shown = rows[:limit]
        following: Key | None = (int(shown[-1]),) if len(rows) > limit and len(shown) else None
        return Portion(self.table.take(shown), following)

    def find(self, feature_id: str) -> FeatureTable | None:
        """Return one feature; None where there is none."""
        rows = self.rows(Wanted(ids=frozenset((feature_id,))))
        return self.table.take(rows[:1]) if len(rows) else None

    def portions(self, wanted: Wanted = ALL, at_once: int = 10_000) -> Iterator[FeatureTable]:
        """Yield all features, some at a time."""
        for rows, start, stop in self._matching(wanted, 0, None):
            for first in range(start, stop, at_once) if rows is None else range(0, len(rows), at_once):
                if rows is None:
                    yield stretch(self.table, first, min(first + at_once, stop))
                else:
                    yield self.table.take(rows[first : first + at_once])

    def rows(self, wanted: Wanted = ALL, first: int = 0, most: int | None = None) -> Rows:
        """Return the rows of ``table`` that are wanted, in order.

        Parameters
        ----------
        wanted
            Which features.
        first
            Least row.
        most
            Most rows; None for all.
        """
        found: list[Rows] = [np.empty(0, dtype=np.int64)]
        held = 0
        for rows, start, stop in self._matching(wanted, first, most):
            found.append(np.arange(start, stop) if rows is None else rows)
            held += len(found[-1])
            if most is not None and held >= most:
                break
        return np.concatenate(found)[:most]

    def _matching(self, wanted: Wanted, first: int, most: int | None) -> Iterator[tuple[Rows | None, int, int]]:
        """Yield rows from a row on that are wanted, in order: as rows, or where they are all of a stretch as that."""
        candidates, is_sure = self._candidates(wanted, first)
        if candidates is None:
            count = len(self.table)
            if wanted.filter is None:
                yield None, min(first, count), count if most is None else min(first + most, count)
                return
            for start in range(first, count, FILTERED_AT_ONCE):
                stop = min(start + FILTERED_AT_ONCE, count)
                yield start + np.flatnonzero(wanted.filter.holds(stretch(self.table, start, stop))), 0, 0
            return
        at_once = FILTERED_AT_ONCE if most is None or wanted.filter is not None else max(2 * most, 64)
        for start in range(0, len(candidates), at_once):
            rows, sure = candidates[start : start + at_once], is_sure[start : start + at_once]
            if wanted.box is not None:
                rows = self._meeting(rows, sure, wanted.box)
            if wanted.filter is not None and len(rows):
                rows = rows[wanted.filter.holds(self.table.take(rows))]
            yield rows, 0, 0

    def _candidates(self, wanted: Wanted, first: int) -> tuple[Rows | None, NDArray[np.bool_]]:
        """Return the rows from a row on that may be wanted, None for all, and of which their box alone tells it."""
        near = self._near(wanted)
        if wanted.box is not None:
            rows, sure = self.index.search(halves(wanted.box))
        elif near is not None:
            rows, sure = near, np.ones(len(near), dtype=bool)
        if wanted.box is not None or near is not None:
            kept = rows >= first
            if wanted.box is not None and near is not None:
                kept &= np.isin(rows, near, assume_unique=True)
            if self.members is not None:
                kept &= self.members[rows]
            if wanted.ids is not None:
                kept &= np.isin(rows, self._named(wanted.ids))
            return rows[kept], sure[kept]
        if wanted.ids is not None:
            named = self._named(wanted.ids)
            kept = named >= first
            if self.members is not None:
                kept &= self.members[named]
            return named[kept], np.ones(int(kept.sum()), dtype=bool)
        if self.members is not None:
            rows = first + np.flatnonzero(self.members[first:])
            return rows, np.ones(len(rows), dtype=bool)
        return None, np.empty(0, dtype=bool)

    def _near(self, wanted: Wanted) -> Rows | None:
        """Return the rows that alone can meet the filter by their boxes; None where these are not few, or not known."""
        near = near_of(wanted.filter)
        if near is None:
            return None
        rows = self.index.search(halves(near))[0]
        return rows if len(rows) <= self.most_near * len(self.table) else None

    def _named(self, ids: frozenset[str]) -> Rows:
        if len(ids) == 1:
            row = pc.index(self.table.ids, pa.scalar(next(iter(ids)), pa.string())).as_py()
            return np.array([row] if row >= 0 else [], dtype=np.int64)
        return np.flatnonzero(np.asarray(pc.is_in(self.table.ids, pa.array(sorted(ids), pa.string()))))

    def _meeting(self, rows: Rows, is_sure: NDArray[np.bool_], box: Box) -> Rows:
        """Return the rows whose geometry meets a box, and not only a box of their own that does."""
        unsure = np.flatnonzero(~is_sure)
        if not unsure.size or not self.table.shapes.offsets:
            return rows
        kept = is_sure.copy()
        shapes = self.table.shapes.take(rows[unsure]).to_shapely()
        for half in halves(box):
            kept[unsure] |= shapely.intersects(shapes, rectangle(*half))
        return rows[kept]


def stretch(table: FeatureTable, start: int, stop: int) -> FeatureTable:
    """Return features that follow each other; neither their columns nor their coordinates are copied."""
    count = stop - start
    offsets: list[NDArray[np.int64]] = []
    first, last = start, stop
    for level in reversed(table.shapes.offsets):
        part = level[first : last + 1]
        offsets.insert(0, part - part[0])
        first, last = int(part[0]), int(part[-1])
    shapes = Shapes(table.shapes.kind, table.shapes.coordinates[first:last], tuple(offsets))
    return FeatureTable(table.fields, table.ids.slice(start, count), table.columns.slice(start, count), shapes)
