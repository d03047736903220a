"""A tile for one caller: from what is kept, or made and kept; compressed once."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.access.caller import Caller
from api.gis.collections import Opened
from api.gis.tiles.dressing import dressed
from api.gis.tiles.keeping import SHELF, TileFolder, TileShelf, tile_key
from api.gis.tiles.making import TileMaker
from geodata.tiles.grid import Tile, TileGrid
from supplychain.text import Language

COSTLY_S: Final = 0.02
"""Tiles that took longer to make are kept as files too."""
COMPRESSION_LEVEL: Final = 3
GZIP: Final = 31
"""How zlib is told to write gzip (RFC 1952)."""
FOLDER: Final = "tiles"


@dataclass(frozen=True, slots=True)
class LayerKey:
    """What names the content of the tiles of an opened collection.

    Parameters
    ----------
    collection
        Its kind.
    given
        The parameters it was opened with, sorted.
    version
        Version of its source.
    seen
        What of the registry the caller sees.
    language
        Of words in its features.
    """

    collection: str
    given: tuple[tuple[str, str], ...]
    version: str
    seen: str
    language: Language

    @classmethod
    def of(cls, opened: Opened, caller: Caller, language: Language) -> LayerKey:
        """Return the key of an opened collection."""
        given = tuple(sorted(opened.given.items()))
        return cls(opened.collection.name, given, opened.source.version, repr(caller.viewer), language)

    @property
    def parts(self) -> tuple[object, ...]:
        """The key as plain values."""
        return (self.collection, self.given, self.version, self.seen, self.language)


def tile_of(opened: Opened, key: LayerKey, grid: TileGrid, tile: Tile, folder: Path, shelf: TileShelf = SHELF) -> bytes:
    """Return a tile, compressed (gzip); empty where no feature meets it.

    Parameters
    ----------
    opened
        The collection.
    key
        Its key.
    grid, tile
        Which tile.
    folder
        The cache folder.
    shelf
        Tiles in memory.
    """
    name = tile_key(*key.parts, grid.name, tile.zoom, tile.row, tile.column)
    found = shelf.get(name)
    if found is not None:
        return found
    files = TileFolder(folder / FOLDER)
    found = files.get(name)
    if found is None:
        begun_s = time.perf_counter()
        maker = TileMaker(opened.collection.name, tile_key(*key.parts), opened.source, dressed(opened), grid)
        made = maker.make(tile)
        found = _compressed(made) if made else b""
        if time.perf_counter() - begun_s > COSTLY_S:
            files.put(name, found)
    shelf.put(name, found)
    return found


def _compressed(made: bytes) -> bytes:
    compressor = zlib.compressobj(COMPRESSION_LEVEL, zlib.DEFLATED, GZIP)
    return compressor.compress(made) + compressor.flush()


def decompressed(tile: bytes) -> bytes:
    """Return a tile as it was before it was compressed."""
    return zlib.decompress(tile, GZIP) if tile else b""
