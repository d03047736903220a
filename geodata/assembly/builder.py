"""Build networks of one region after another, making again only the pieces that change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geodata.assembly.connectors import junctions_by_mode, places
from geodata.assembly.fleets import with_fleets
from geodata.assembly.floor import floored
from geodata.assembly.infrastructure import infrastructure as pack_infrastructure
from geodata.assembly.network import assemble, build_network
from geodata.assembly.pieces import Piece, join_pieces
from geodata.assembly.services import markets, services
from geodata.assembly.terminals import terminals
from supplychain.pack import TableMemo
from supplychain.prices import PriceBasis

if TYPE_CHECKING:
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.network import Network
    from geodata.tables import Table
    from supplychain.pack import Pack

MOST_SEEN: Final = 32
"""Pieces of each kind that are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """The piece of a region's roads, railways and waterways, and the junctions in use by each mode."""

    piece: Piece
    junctions: dict[str, Table]

    def has_nodes_of(self, other: _Seen) -> bool:
        return bool(self.piece.nodes.equals(other.piece.nodes))

    def looks_like(self, other: _Seen) -> bool:
        """Return whether other pieces cannot tell the two apart: the same junctions, the same of them in use."""
        return self.has_nodes_of(other) and all(
            table.equals(other.junctions[mode]) for mode, table in self.junctions.items()
        )


class NetworkBuilder:
    """Builds networks as :func:`geodata.assembly.network.build_network` does, bit for bit, only sooner.

    A piece is made anew where a table it is made from changes. Of roads, railways and waterways places and terminals
    see which junctions there are and which are in use, services which there are: they stay while these do.
    """

    def __init__(self) -> None:
        self._basis = TableMemo(PriceBasis.from_pack, MOST_SEEN)
        self._base = TableMemo(pack_infrastructure, MOST_SEEN)
        self._places = TableMemo(places, MOST_SEEN)
        self._terminals = TableMemo(terminals, MOST_SEEN)
        self._services = TableMemo(services, MOST_SEEN)
        self._seen: list[_Seen] = []

    def __call__(self, pack: Pack, infrastructure: Infrastructure | None = None) -> Network:
        """Return the network of a pack; on an infrastructure of its own all is made anew."""
        if infrastructure is not None:
            return build_network(pack, infrastructure)
        basis = self._basis(pack)
        base = self._base(pack, basis)
        junctions, present = self._alike(base)
        pieces = [
            base,
            self._places(pack, junctions["road"]),
            self._terminals(pack, basis, junctions),
            markets(pack),
            self._services(pack, basis, present),
        ]
        return assemble(floored(pack, with_fleets(pack, join_pieces(pieces))))

    def _alike(self, base: Piece) -> tuple[dict[str, Table], Piece]:
        """Return the junctions in use and the piece to build on: of the earliest pieces that look the same, if any."""
        for seen in self._seen:
            if seen.piece is base:
                mine = seen
                break
        else:
            mine = _Seen(base, junctions_by_mode(base))
            self._seen = [*self._seen[-MOST_SEEN + 1 :], mine]
        junctions = next(seen.junctions for seen in self._seen if seen.looks_like(mine))
        return junctions, next(seen.piece for seen in self._seen if seen.has_nodes_of(mine))
