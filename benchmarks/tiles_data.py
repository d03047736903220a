"""The network of the benchmark of tiles, the tiles that are asked for, and what both sides answered, compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.network_grid import build_grid
from geodata.columns import Floats
from geodata.features.index_source import IndexedSource
from geodata.features.network_held import Stored, open_layer
from geodata.features.source import Origin
from geodata.tiles.encode import EXTENT
from geodata.tiles.grid import GRIDS, Tile
from supplychain.text import Text

GRID: Final = GRIDS["WebMercatorQuad"]
TILES: Final = {14: 60, 12: 20, 10: 6, 8: 2}
"""Tiles asked for at each zoom."""
NAMES: Final = ("mode", "link_class", "ref", "name")
"""Properties that all sides write, besides the id."""
SAMPLE: Final = 2_000
SIDES: Final = (1.0, 1.0, EXTENT - 1.0, EXTENT - 1.0)
"""Of a tile, a unit within: what only touches them is rounding."""


def open_network(links: int) -> IndexedSource:
    """Return the links of a generated network as the service opens those of a stored version."""
    origin = Origin(Text(en="generated", vi="tạo ra"), "ODbL-1.0", "© OpenStreetMap contributors")
    return open_layer(Stored(f"tiles-benchmark-{links}", origin, lambda: build_grid(links)), "links")


def asked_tiles(source: IndexedSource, zoom: int) -> list[Tile]:
    """Return different tiles that hold links, the same at each call."""
    box = source.bounds()
    if box is None:
        msg = "The network is empty."
        raise ValueError(msg)
    random = np.random.default_rng(zoom)
    found: dict[Tile, None] = {}
    for lon, lat in random.uniform(box[:2], box[2:], (20 * TILES[zoom], 2)).tolist():
        row, column = np.floor(GRID.forward(np.array([[lon, lat]]))[0, ::-1] * 2.0**zoom).astype(int).tolist()
        found.setdefault(Tile(zoom, row, column))
    return list(found)[: TILES[zoom]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much two tiles say the same.

    Parameters
    ----------
    features
        Features of the first.
    missing
        Share of features that only one of them has.
    farthest
        Farthest that a drawn corner of one lies from what the other draws, in units of 1/4096 of a tile.
    properties
        Features whose properties differ.
    """

    features: int
    missing: float
    farthest: float
    properties: int


def compare_features(ours: bytes, theirs: bytes) -> Agreement:
    """Return how much two tiles of the same features agree within their sides, feature by feature.

    In the margin each rounds in its own way where it cuts: whatever only lies there is not compared.
    """
    one, other = _features(ours), _features(theirs)
    both = [key for key in one.keys() & other.keys() if _within(one[key][0]) and _within(other[key][0])]
    alone = [key for key in one.keys() ^ other.keys() if _within((one.get(key) or other[key])[0])]
    missing = len(alone) / max(len(one), len(other), 1)
    lines = [np.array([side[key][0] for key in both]) for side in (one, other)]
    farthest = max(_apart(lines[0], lines[1]), _apart(lines[1], lines[0])) if both else np.inf
    properties = sum(one[key][1] != other[key][1] for key in both)
    return Agreement(len(one), missing, farthest, properties)


def _apart(lines: NDArray[np.object_], others: NDArray[np.object_]) -> float:
    """Return how far a corner within the tile lies at most from the other line of the same feature."""
    corners, rows = shapely.get_coordinates(shapely.clip_by_rect(lines, *SIDES), return_index=True)
    return float(shapely.distance(shapely.points(corners), others[rows]).max())


def _within(shape: shapely.Geometry) -> bool:
    return not shapely.clip_by_rect(shape, *SIDES).is_empty


def compare_drawings(ours: bytes, theirs: bytes) -> Agreement:
    """Return how far what two tiles draw within their sides lies apart, class by class, whatever the features are."""
    one, other = _by_class(ours), _by_class(theirs)
    missing = len(one.keys() ^ other.keys()) / max(len(one), len(other), 1)
    distances = [0.0]
    for key in one.keys() & other.keys():
        distances += [_farthest(one[key], other[key]), _farthest(other[key], one[key])]
    return Agreement(len(one), missing, max(distances), 0)


def _farthest(drawn: NDArray[np.object_], other: NDArray[np.object_]) -> float:
    corners: Floats = shapely.get_coordinates(shapely.clip_by_rect(drawn, *SIDES))
    if not len(corners):
        return 0.0
    chosen = np.random.default_rng(0).choice(len(corners), min(SAMPLE, len(corners)), replace=False)
    _, distance = shapely.STRtree(shapely.get_parts(other)).query_nearest(
        shapely.points(corners[chosen]), return_distance=True, all_matches=False
    )
    return float(distance.max())


def _decoded(tile: bytes) -> list[dict[str, object]]:
    layers = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    found: list[dict[str, object]] = next(iter(layers.values()))["features"]
    return found


def _features(tile: bytes) -> dict[str, tuple[shapely.Geometry, dict[str, object]]]:
    found: dict[str, tuple[shapely.Geometry, dict[str, object]]] = {}
    for feature in _decoded(tile):
        properties: dict[str, object] = dict(feature["properties"])  # type: ignore[call-overload]  # a mapping
        shape = shapely.geometry.shape(feature["geometry"])
        found[str(properties.pop("id"))] = (shape, properties)
    return found


def _by_class(tile: bytes) -> dict[object, NDArray[np.object_]]:
    lines: dict[object, list[shapely.Geometry]] = {}
    for feature in _decoded(tile):
        properties: dict[str, object] = dict(feature["properties"])  # type: ignore[call-overload]  # a mapping
        lines.setdefault(properties["link_class"], []).append(shapely.geometry.shape(feature["geometry"]))
    return {key: shapely.get_parts(np.array(found, dtype=object)) for key, found in lines.items()}
