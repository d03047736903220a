"""A packed tree of boxes: which rows of a layer lie in a box, found without looking at the others.

The rows are sorted along Hilbert's curve and packed sixteen to a box, the boxes again, up to one that holds all
(I. Kamel and C. Faloutsos, On packing R-trees, CIKM 1993, doi:10.1145/170088.170403). The tree is plain arrays, so it
is kept in a file and mapped into memory as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.features.table import Box


@dataclass(frozen=True, slots=True, eq=False)
class PackedIndex:
    """A tree over the boxes of the rows of a layer. Make one with ``of``.

    Parameters
    ----------
    boxes
        float64[B, 4]; west, south, east, north: of the rows along the curve, then of each level above.
    starts
        int64[levels + 1]; where each level begins in ``boxes``, and the end; (0, 0) where no row has a box.
    rows
        int64[L]; the rows that have a box, along the curve.
    size
        Rows of the layer, those without a box among them.
    """

    boxes: Floats
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]
    size: int

    @classmethod
    def of(cls, boxes: Floats) -> PackedIndex:
        """Return the tree over boxes.

        Parameters
        ----------
        boxes
            float64[N, 4]; west, south, east, north of each row, NaN where it has no place.
        """
        from geodata.features.index_kernels import BRANCHES, curve_places  # noqa: PLC0415 - numba is slow to load

        rows = np.flatnonzero(~np.isnan(boxes).any(axis=1)).astype(np.int64)
        if not rows.size:
            return cls(np.empty((0, 4)), np.zeros(2, dtype=np.int64), rows, len(boxes))
        held = boxes[rows]
        middles = (held[:, :2] + held[:, 2:]) / 2
        least, size = middles.min(axis=0), np.ptp(middles, axis=0)
        east, north = ((middles - least) / np.where(size > 0, size, 1.0)).T
        order = np.argsort(curve_places(np.ascontiguousarray(east), np.ascontiguousarray(north)), kind="stable")
        levels = [held[order]]
        while len(levels[-1]) > 1:
            below = levels[-1]
            cuts = np.arange(0, len(below), BRANCHES)
            lower, upper = np.minimum.reduceat(below[:, :2], cuts), np.maximum.reduceat(below[:, 2:], cuts)
            levels.append(np.hstack([lower, upper]))
        starts = np.concatenate([[0], np.cumsum([len(level) for level in levels])]).astype(np.int64)
        return cls(np.concatenate(levels), starts, rows[order], len(boxes))

    @property
    def bounds(self) -> Box | None:
        """The box around all rows; None where none has one."""
        return Box(*self.boxes[-1].tolist()) if len(self.boxes) else None

    def search(self, boxes: tuple[Box, ...]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the rows whose boxes meet one of some boxes.

        Parameters
        ----------
        boxes
            Boxes that do not cross the date line; their sides are among them.

        Returns
        -------
        tuple
            int64[n], the rows in their order; bool[n], whether the row's box lies wholly in one of the boxes, so that
            its geometry surely does.
        """
        from geodata.features.index_kernels import INSIDE, mark_rows  # noqa: PLC0415 - numba is slow to load

        marks = np.zeros(self.size, dtype=np.uint8)
        found = 0
        if len(self.boxes):
            for box in boxes:
                found += mark_rows(self.boxes, self.starts, self.rows, np.array(box, dtype=np.float64), marks)
        rows = np.flatnonzero(marks) if found else np.empty(0, dtype=np.int64)
        return rows, marks[rows] == INSIDE
