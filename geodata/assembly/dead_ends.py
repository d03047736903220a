"""Dead ends of the roads taken out: no freight ever drives into one and out again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.assembly.pieces import Piece
from geodata.columns import Flags


def without_dead_ends(piece: Piece) -> Piece:
    """Return a whole network's piece without links of network versions that lead nowhere else.

    A junction that only such links touch is a dead end where it has one neighbour, or where freight can only come or
    only go. It is taken out with its links, and what becomes a dead end by that, too. No least path changes, as no link
    costs less than nothing. Junctions of the pack stay.

    Parameters
    ----------
    piece
        All nodes and links; capacities stay, with the members that stay.
    """
    links = piece.links
    nodes = pd.Index(piece.nodes["node_id"])
    tail, head = nodes.get_indexer(links["from_node"]), nodes.get_indexer(links["to_node"])
    loose = (links["row_table"] == "network_links").to_numpy()
    stays = np.zeros(len(nodes), dtype=np.bool_)
    stays[tail[~loose]] = stays[head[~loose]] = True
    kept = _kept(tail, head, stays, len(nodes)) | ~loose
    touched = np.zeros(len(nodes), dtype=np.bool_)
    touched[tail[kept]] = touched[head[kept]] = True
    # Nodes that nothing touched before (a place without a road) are for the checks to tell.
    before = np.zeros(len(nodes), dtype=np.bool_)
    before[tail] = before[head] = True
    left = links[kept].reset_index(drop=True)
    members = piece.members
    if len(members):
        members = members[pd.Index(members["link_id"]).isin(left["link_id"])].reset_index(drop=True)
    return replace(piece, nodes=piece.nodes[touched | ~before].reset_index(drop=True), links=left, members=members)


def _kept(tail: NDArray[np.int64], head: NDArray[np.int64], stays: Flags, count: int) -> Flags:
    """Return the links that remain when dead ends are taken out until there is none."""
    kept = np.ones(len(tail), dtype=np.bool_)
    while True:
        ends = tail[kept], head[kept]
        low, high = np.minimum(*ends), np.maximum(*ends)
        pairs = np.unique(low.astype(np.int64) * count + high)
        neighbours = np.bincount(pairs // count, minlength=count) + np.bincount(pairs % count, minlength=count)
        dead = (neighbours <= 1) | (np.bincount(ends[0], minlength=count) == 0)
        dead |= np.bincount(ends[1], minlength=count) == 0
        dead &= ~stays
        gone = kept & (dead[tail] | dead[head])
        if not gone.any():
            return kept
        kept &= ~gone
