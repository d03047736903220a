"""Layers of networks that were opened, kept at hand for the requests that follow."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Literal

import numpy as np

from geodata.features.held import HeldSource
from geodata.features.network import links_table, modes_of, nodes_table
from geodata.features.source import Origin
from geodata.features.table import FeatureTable
from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.vocabulary import NETWORK_MODES

Layer = Literal["links", "nodes"]

MOST_OPEN: Final = 6
"""Layers kept at hand."""


@dataclass(slots=True)
class _AtHand:
    """Tables by what they are of, those used longest ago given up first."""

    tables: OrderedDict[tuple[str, Layer, str], FeatureTable] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: tuple[str, Layer, str], make: Callable[[], FeatureTable]) -> FeatureTable:
        with self.lock:
            found = self.tables.get(key)
            if found is None:
                found = make()
                self.tables[key] = found
                while len(self.tables) > MOST_OPEN:
                    self.tables.popitem(last=False)
            self.tables.move_to_end(key)
            return found


_AT_HAND: Final = _AtHand()


def open_layer(
    content: str, layer: Layer, mode: str | None, origin: Origin, read: Callable[[], Infrastructure]
) -> HeldSource:
    """Return a layer of a network.

    Parameters
    ----------
    content
        Names the content of the network.
    layer
        Which.
    mode
        Links of this mode, or nodes that such links touch; None for all.
    origin
        What the network was made from.
    read
        Gives the network, where it is not at hand.
    """

    def make() -> FeatureTable:
        infrastructure = read()
        table = links_table(infrastructure) if layer == "links" else nodes_table(infrastructure)
        if mode is None:
            return table
        modes, masks = modes_of(infrastructure)
        place = NETWORK_MODES.index(mode)
        chosen = modes == place if layer == "links" else (masks >> place & 1).astype(bool)
        return table.take(np.flatnonzero(chosen))

    table = _AT_HAND.get((content, layer, mode or ""), make)
    return HeldSource(table, f"{content[:24]}-{layer}-{mode or 'all'}", origin)
