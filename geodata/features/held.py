"""A layer whose features are all at hand as columns, in memory or mapped from a file: nothing about it changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.features.near import rectangle
from geodata.features.source import ALL, Key, Origin, Portion, Wanted
from geodata.features.table import Box, FeatureTable, Field, ShapeKind

FILTERED_AT_ONCE = 65_536
"""Features a filter is asked about at once."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldSource:
    """A layer of which every feature is at hand.

    Parameters
    ----------
    table
        Its features; their order is that of the layer.
    version
        Names the content: another content has another version.
    origin
        What it was made from.
    """

    table: FeatureTable
    version: str
    origin: Origin

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
        boxes = self.table.shapes.boxes()
        boxes = boxes[~np.isnan(boxes).any(axis=1)]
        if not len(boxes):
            return None
        return Box(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())

    def count(self, wanted: Wanted = ALL) -> int | None:
        """Return how many features there are."""
        if wanted == ALL:
            return len(self.table)
        return sum(len(rows) for rows in self._matching(wanted, 0))

    def read(self, wanted: Wanted, after: Key | None, limit: int) -> Portion:
        """Return the first features after a key, at most ``limit``."""
        start = 0 if after is None else int(after[0]) + 1
        found: list[NDArray[np.int64]] = []
        held = 0
        for rows in self._matching(wanted, start):
            found.append(rows)
            held += len(rows)
            if held > limit:
                break
        rows = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        shown = rows[:limit]
        following: Key | None = (int(shown[-1]),) if len(rows) > limit and len(shown) else None
        return Portion(self.table.take(shown), following)

    def find(self, feature_id: str) -> FeatureTable | None:
        """Return one feature; None where there is none."""
        row = pc.index(self.table.ids, pa.scalar(feature_id, pa.string())).as_py()
        return None if row < 0 else self.table.take(np.array([row]))

    def portions(self, wanted: Wanted = ALL, at_once: int = 10_000) -> Iterator[FeatureTable]:
        """Yield all features, some at a time."""
        for rows in self._matching(wanted, 0):
            for start in range(0, len(rows), at_once):
                yield self.table.take(rows[start : start + at_once])

    def _matching(self, wanted: Wanted, start: int) -> Iterator[NDArray[np.int64]]:
        """Yield rows from a row on that are wanted, in order."""
        candidates = np.arange(start, len(self.table), dtype=np.int64)
        if wanted.ids is not None:
            named = pc.is_in(self.table.ids, pa.array(sorted(wanted.ids), pa.string()))
            candidates = candidates[np.asarray(named)[candidates]]
        if wanted.box is not None:
            candidates = candidates[meets(self.table, wanted.box)[candidates]]
        for first in range(0, len(candidates), FILTERED_AT_ONCE):
            rows = candidates[first : first + FILTERED_AT_ONCE]
            yield rows if wanted.filter is None else rows[wanted.filter.holds(self.table.take(rows))]


def meets(table: FeatureTable, box: Box) -> NDArray[np.bool_]:
    """Return bool[N]: which features have a geometry that meets a box, not only a box of their own that does."""
    boxes = table.shapes.boxes()
    found = np.zeros(len(table), dtype=bool)
    for half in halves(box):
        found |= _meets_half(table, boxes, half)
    return found


def halves(box: Box) -> tuple[Box, ...]:
    """Return a box as boxes that do not cross the date line."""
    if box.west <= box.east:
        return (box,)
    return (box._replace(east=180.0), box._replace(west=-180.0))


def _meets_half(table: FeatureTable, boxes: Floats, box: Box) -> NDArray[np.bool_]:
    west, south, east, north = boxes.T
    with np.errstate(invalid="ignore"):
        near = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
        inside = (west >= box.west) & (east <= box.east) & (south >= box.south) & (north <= box.north)
    unsure = np.flatnonzero(near & ~inside)
    if unsure.size and table.shapes.offsets:
        ground = rectangle(*box)
        near[unsure] = shapely.intersects(table.shapes.take(unsure).to_shapely(), ground)
    return np.asarray(near, dtype=bool)
