"""Turn restrictions: what may not, or must, follow when one link is left for another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Codes, Flags, Ids, Indices
from geodata.infrastructure.columns import TURN_KINDS


@dataclass(frozen=True, slots=True, eq=False)
class TurnRestrictions:
    """Sequences of links that may not be driven, or must be.

    Turn t runs over ``links[offsets[t]:offsets[t + 1]]``: the link come from, any links between (a restriction by way)
    and the link gone to, each driven along its line where ``along`` is true, else against it.

    Parameters
    ----------
    turn_id
        Unique id, such as the OSM relation's.
    kind
        Index into ``TURN_KINDS``: ``no`` forbids the whole sequence; ``only`` demands that who drove all links but the
        last goes on to the last.
    kinds
        Mask of the vehicle kinds it binds.
    schedule
        Index of the hours it holds in; -1: always.
    offsets, links, along
        int64[T + 1], int32 and bool of the sequences.
    """

    turn_id: Ids
    kind: Codes
    kinds: NDArray[np.uint8]
    schedule: Indices
    offsets: NDArray[np.int64]
    links: Indices
    along: Flags

    def __post_init__(self) -> None:
        types = {
            "turn_id": np.object_,
            "kind": np.int8,
            "kinds": np.uint8,
            "schedule": np.int32,
            "offsets": np.int64,
            "links": np.int32,
            "along": np.bool_,
        }
        for name, dtype in types.items():
            array: NDArray[Any] = np.array(getattr(self, name), dtype=dtype)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if not len(self.turn_id) == len(self.kind) == len(self.kinds) == len(self.schedule) == len(self.offsets) - 1:
            msg = "turn_id, kind, kinds and schedule must have one entry a turn, offsets one more."
            raise ValueError(msg)
        if len(self.links) != len(self.along) or self.offsets[0] != 0 or self.offsets[-1] != len(self.links):
            msg = f"offsets must rise from 0 to the number of links ({len(self.links)}), one along flag a link."
            raise ValueError(msg)
        if (np.diff(self.offsets) < 2).any():  # noqa: PLR2004 - from and to
            msg = "A turn must name at least two links."
            raise ValueError(msg)
        if self.kind.size and not 0 <= self.kind.min() <= self.kind.max() < len(TURN_KINDS):
            msg = f"kind must be one of {', '.join(TURN_KINDS)}."
            raise ValueError(msg)

    @classmethod
    def none(cls) -> TurnRestrictions:
        """Return no restriction at all."""
        index, masks, flags = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.bool_)
        ids, codes, offsets = np.empty(0, dtype=np.object_), np.empty(0, dtype=np.int8), np.zeros(1, dtype=np.int64)
        return cls(ids, codes, masks, index, offsets, index, flags)

    def __len__(self) -> int:
        return len(self.turn_id)
