"""From a pack to its network: the pieces are joined, words become codes and ids become indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.assembly.connectors import junctions_by_mode, places
from geodata.assembly.dead_ends import without_dead_ends
from geodata.assembly.fleets import with_fleets
from geodata.assembly.floor import floored
from geodata.assembly.ground import ground
from geodata.assembly.infrastructure import infrastructure as pack_infrastructure
from geodata.assembly.pieces import Piece, capacity_rows, join_pieces, link_rows
from geodata.assembly.services import markets, services
from geodata.assembly.terminals import terminals
from geodata.columns import CAPACITY_COLUMNS, LINK_COLUMNS, NODE_COLUMNS, Column, Ids, encode
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import CapacityTable, Geometries, Links, Network, Nodes
from geodata.routing.profiles import read_profiles
from geodata.routing.vehicle import VehicleProfile
from geodata.tables import Table, numbers
from supplychain.pack import split_list
from supplychain.prices import PriceBasis

if TYPE_CHECKING:
    from supplychain.pack import Pack

USUAL_LORRY: Final = "articulated_40"


def build_network(
    pack: Pack, infrastructure: Infrastructure | None = None, profile: VehicleProfile | None = None
) -> Network:
    """Return the network of the rows with status ``open``; scenario changes are applied to the pack before.

    Parameters
    ----------
    pack
        Changes and assumptions applied.
    infrastructure
        Roads, railways and waterways in place of those of the pack: a detailed network joined with the pack's
        corridors (``geodata.joining.join.join_pack``). The pack's rows go on ruling the corridors they name.
    profile
        The lorry whose access and speeds hold on roads that no row of the pack rules; the shipped
        ``articulated_40`` where not given.

    Raises
    ------
    HinterlandError
        If money in a row has no currency or no rate leads to the pack's price year, or the infrastructure lacks a node
        that the pack's services, terminals or places name.
    ValueError
        If the rows contradict each other; :func:`geodata.check.network.check_network` says so by file and row.
    """
    basis = PriceBasis.from_pack(pack)
    if infrastructure is None:
        base, access = pack_infrastructure(pack, basis), None
    else:
        made = ground(pack, basis, infrastructure, profile or read_profiles()[USUAL_LORRY])
        base, access = made.piece, made.access
    junctions = junctions_by_mode(base)
    pieces = [
        base,
        places(pack, junctions["road"], access),
        terminals(pack, basis, junctions, access),
        markets(pack),
        services(pack, basis, base),
    ]
    whole = with_fleets(pack, join_pieces(pieces))
    return assemble(floored(pack, whole if infrastructure is None else without_dead_ends(whole)))


def assemble(piece: Piece) -> Network:
    """Return the network of one joined piece.

    Raises
    ------
    ValueError
        If a link ends at a node that is not there, naming both, or a word is not in its list.
    """
    nodes = Nodes(**_columns(piece.nodes, NODE_COLUMNS))
    table = piece.links if len(piece.links) else link_rows(from_node=[], to_node=[], link_id=[])
    index = pd.Index(nodes.node_id)
    set_codes, commodity_sets = _commodity_sets(table["commodities"].to_numpy(dtype=np.object_))
    vehicle_codes, vehicles = pd.factorize(table["vehicle_id"].replace("", None), sort=True)
    table = table.assign(
        from_index=_ends(table, "from_node", index),
        to_index=_ends(table, "to_node", index),
        commodity_set=set_codes,
        vehicle=vehicle_codes,
    )
    links = Links(**_columns(table, LINK_COLUMNS))
    coordinates, owner = shapely.get_coordinates(piece.lines, return_index=True)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(piece.lines)))])
    return Network(
        nodes=nodes,
        links=links,
        geometries=Geometries(offsets, coordinates),
        capacities=_capacities(piece, links),
        commodity_sets=commodity_sets,
        vehicle_ids=tuple(str(vehicle) for vehicle in vehicles),
    )


def _columns(table: Table, declared: tuple[Column, ...]) -> dict[str, Any]:
    return {
        column.name: encode(table[column.name], column.words, column.name)
        if column.words
        else table[column.name].to_numpy(dtype=column.dtype)
        for column in declared
    }


def _ends(table: Table, column: str, index: pd.Index) -> NDArray[np.int32]:
    found = np.asarray(index.get_indexer(table[column]), dtype=np.int32)
    missing = np.flatnonzero(found < 0)
    if missing.size:
        row = table.iloc[missing[0]]
        msg = f"Link {row['link_id']!r} ends at node {row[column]!r}, which is not in the network."
        raise ValueError(msg)
    return found


def _commodity_sets(cells: Ids) -> tuple[NDArray[np.int16], tuple[frozenset[str], ...]]:
    codes, distinct = pd.factorize(pd.Series(cells).replace("", None), sort=True)
    return codes.astype(np.int16), tuple(frozenset(split_list(cell)) for cell in distinct)


def _capacities(piece: Piece, links: Links) -> CapacityTable:
    table = piece.capacities if len(piece.capacities) else capacity_rows(capacity_id=[])
    columns = _columns(table, CAPACITY_COLUMNS)
    offsets, members = np.zeros(len(table) + 1, dtype=np.int64), np.empty(0, dtype=np.int32)
    weight = np.empty(0)
    if len(piece.members):
        owner = pd.Index(table["capacity_id"]).get_indexer(piece.members["capacity_id"])
        link = pd.Index(links.link_id).get_indexer(piece.members["link_id"])
        order = np.lexsort((link, owner))
        members = link[order].astype(np.int32)
        weight = numbers(piece.members, "weight", 1.0)[order]
        offsets[1:] = np.cumsum(np.bincount(owner, minlength=len(table)))
    return CapacityTable(**columns, member_offsets=offsets, member_links=members, member_weight=weight)
