"""Layers of networks that were opened, kept at hand for the requests that follow."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.features.index_source import IndexedSource
from geodata.features.network_kept import Layer, NetworkLayer, layer_file, layer_of, open_layer_file, write_layer
from geodata.features.source import Origin
from geodata.features.table import Box
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions.arrays import DamagedError
from supplychain.vocabulary import NETWORK_MODES

MOST_OPEN: Final = 6
"""Layers kept at hand; those used longest ago are given up first."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A network whose layers are wanted.

    Parameters
    ----------
    content
        Names its content (SHA-256).
    origin
        What it was made from.
    read
        Gives it, where its layers are not kept yet.
    folder
        Folder of cached networks that keeps its layers; None for memory alone.
    """

    content: str
    origin: Origin
    read: Callable[[], Infrastructure]
    folder: Path | None = None


@dataclass(slots=True)
class _Opened:
    """A layer at hand, and what was worked out of it by mode."""

    lock: Lock = field(default_factory=Lock)
    layer: NetworkLayer | None = None
    parts: dict[str | None, tuple[NDArray[np.bool_] | None, Box | None]] = field(default_factory=dict)


@dataclass(slots=True)
class _AtHand:
    opened: OrderedDict[tuple[Path | None, str, Layer], _Opened] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: tuple[Path | None, str, Layer]) -> _Opened:
        """Return a place for a layer; who opens it holds its lock, so that others wait for that one alone."""
        with self.lock:
            found = self.opened.setdefault(key, _Opened())
            self.opened.move_to_end(key)
            while len(self.opened) > MOST_OPEN:
                self.opened.popitem(last=False)
            return found


_AT_HAND: Final = _AtHand()


def open_layer(stored: Stored, layer: Layer, mode: str | None = None) -> IndexedSource:
    """Return a layer of a network.

    Parameters
    ----------
    stored
        The network.
    layer
        Which.
    mode
        Links of this mode, or nodes that such links touch; None for all.

    Raises
    ------
    HinterlandError
        If it has to be read and cannot be.
    """
    place = _AT_HAND.get((stored.folder, stored.content, layer))
    with place.lock:
        if place.layer is None:
            place.layer = _kept(stored, layer)
        if mode not in place.parts:
            place.parts[mode] = _part(place.layer, mode)
        held = place.layer
        members, extent = place.parts[mode]
    version = f"{stored.content[:24]}-{layer}-{mode or 'all'}"
    return IndexedSource(held.table, held.index, version, stored.origin, members, extent)


def _kept(stored: Stored, layer: Layer) -> NetworkLayer:
    """Return a layer from its file; where there is none that is whole, from the network, and keep it."""
    if stored.folder is None:
        return layer_of(stored.read(), layer)
    path = layer_file(stored.folder, stored.content, layer)
    with suppress(DamagedError):
        return open_layer_file(path, layer)
    found = layer_of(stored.read(), layer)
    try:
        write_layer(path, layer, found)
        return open_layer_file(path, layer)
    except (OSError, DamagedError):  # without a place to keep it, it stays in memory
        return found


def _part(layer: NetworkLayer, mode: str | None) -> tuple[NDArray[np.bool_] | None, Box | None]:
    """Return which rows are of a mode, and the box around them."""
    if mode is None:
        return None, layer.index.bounds
    members = (layer.modes >> NETWORK_MODES.index(mode) & 1).astype(bool)
    boxes = layer.index.boxes[: len(layer.index.rows)][members[layer.index.rows]]
    if not len(boxes):
        return members, None
    return members, Box(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
