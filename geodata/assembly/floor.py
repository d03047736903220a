"""The floor under every capacity: what is left for the plan however much others use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geodata.assembly.pieces import Piece
from supplychain.assumptions import assumption_within
from supplychain.pack import UnknownAssumptionError

if TYPE_CHECKING:
    from supplychain.pack import Pack

FLOOR: Final = "background_floor_share"


def floored(pack: Pack, piece: Piece) -> Piece:
    """Return a piece whose capacities keep the share that the assumption ``background_floor_share`` names, if it does.

    Raises
    ------
    AssumptionRangeError
        When the share lies outside 0 to 1.
    """
    if not len(piece.capacities):
        return piece
    try:
        share = assumption_within(pack, FLOOR, 0.0, 1.0)
    except UnknownAssumptionError:
        return piece
    return replace(piece, capacities=piece.capacities.assign(floor_share=share))
