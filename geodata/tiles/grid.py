"""Grids of tiles (OGC 17-083r4): which tiles there are, and where on earth each lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from geodata.columns import Floats
from geodata.features.table import Box
from supplychain.errors import HinterlandError
from supplychain.text import Text

MOST_ZOOM: Final = 24
MOST_LATITUDE: Final = 85.0511287798066
"""Where the square of web maps ends."""
_POLE: Final = 89.9
METRES_ROUND: Final = 40_075_016.6855784
"""Length of the equator of EPSG:3857, in its metres."""

NO_ZOOM: Final = Text(
    en="There is no zoom {zoom}; tiles of {grid} have zooms 0 to {most}.",
    vi="Không có mức thu phóng {zoom}; ô của {grid} có các mức từ 0 đến {most}.",
)
OUTSIDE: Final = Text(
    en="Tile {zoom}/{row}/{column} lies outside {grid}; at this zoom the last is row {last_row}, column {last_column}.",
    vi="Ô {zoom}/{row}/{column} nằm ngoài {grid}; ở mức này ô cuối là hàng {last_row}, cột {last_column}.",
)


class TileError(HinterlandError):
    """A tile that there cannot be."""


@dataclass(frozen=True, slots=True)
class TileGrid:
    """A pyramid of tiles: each tile of a zoom is cut into four at the next.

    Parameters
    ----------
    name
        Its id, as OGC registers it.
    title
        What it is called.
    uri, crs
        Addresses of its definition and of its coordinate reference system.
    columns
        Tiles of zoom 0 from west to east; there is one from north to south.
    forward
        Longitudes and latitudes, float64[P, 2], to places from the north-west corner, in widths of a tile of zoom 0.
    backward
        The other way.
    cell_size
        Size of a pixel of a tile of zoom 0 that has 256 of them, in units of the coordinate reference system.
    scale
        Scale denominator of zoom 0.
    corner
        North-west corner, in the coordinate reference system and its order of axes.
    """

    name: str
    title: Text
    uri: str
    crs: str
    columns: int
    forward: Callable[[Floats], Floats]
    backward: Callable[[Floats], Floats]
    cell_size: float
    scale: float
    corner: tuple[float, float]

    def check(self, zoom: int, row: int, column: int) -> None:
        """Raise unless there is such a tile.

        Raises
        ------
        TileError
            If there is not; the message says which there are.
        """
        if not 0 <= zoom <= MOST_ZOOM:
            raise TileError(NO_ZOOM.format(zoom=zoom, grid=self.name, most=MOST_ZOOM))
        side = 2**zoom
        if not (0 <= row < side and 0 <= column < self.columns * side):
            last = {"last_row": side - 1, "last_column": self.columns * side - 1}
            raise TileError(OUTSIDE.format(zoom=zoom, row=row, column=column, grid=self.name, **last))

    def box(self, tile: Tile, margin: float = 0.0) -> Box:
        """Return the box of a tile in degrees, with a margin in parts of its side."""
        side = 2.0**tile.zoom
        west, east = (tile.column - margin) / side, (tile.column + 1 + margin) / side
        north, south = (tile.row - margin) / side, (tile.row + 1 + margin) / side
        corners = self.backward(np.array([[max(west, 0.0), min(south, 1.0)], [min(east, self.columns), max(north, 0)]]))
        (low_lon, low_lat), (high_lon, high_lat) = corners.tolist()
        # The square of web maps ends before the poles; what lies beyond belongs to its outermost tiles.
        return Box(low_lon, low_lat, high_lon, high_lat)

    def tiles_of(self, box: Box, zoom: int) -> tuple[int, int, int, int]:
        """Return the first and last row and the first and last column of the tiles that meet a box."""
        corners = self.forward(np.array([[box.west, box.north], [box.east, box.south]])) * 2.0**zoom
        (left, top), (right, bottom) = np.floor(corners).astype(np.int64).tolist()
        last_row, last_column = 2**zoom - 1, self.columns * 2**zoom - 1
        rows = (min(max(top, 0), last_row), min(max(bottom, 0), last_row))
        return (*rows, min(max(left, 0), last_column), min(max(right, 0), last_column))


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a grid: its zoom, its row from the north and its column from the west."""

    zoom: int
    row: int
    column: int


def _to_mercator(places: Floats) -> Floats:
    latitude = np.radians(np.clip(places[:, 1], -_POLE, _POLE))
    return np.column_stack([(places[:, 0] + 180.0) / 360.0, 0.5 - np.arcsinh(np.tan(latitude)) / (2.0 * np.pi)])


def _from_mercator(places: Floats) -> Floats:
    latitude = np.degrees(np.arctan(np.sinh((0.5 - places[:, 1]) * 2.0 * np.pi)))
    return np.column_stack([places[:, 0] * 360.0 - 180.0, latitude])


def _to_plain(places: Floats) -> Floats:
    return np.column_stack([(places[:, 0] + 180.0) / 180.0, (90.0 - places[:, 1]) / 180.0])


def _from_plain(places: Floats) -> Floats:
    return np.column_stack([places[:, 0] * 180.0 - 180.0, 90.0 - places[:, 1] * 180.0])


_REGISTER: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0"
GRIDS: Final[Mapping[str, TileGrid]] = MappingProxyType(
    {
        grid.name: grid
        for grid in (
            TileGrid(
                "WebMercatorQuad",
                Text(en="Square of web maps (EPSG:3857)", vi="Lưới ô bản đồ mạng (EPSG:3857)"),
                f"{_REGISTER}/WebMercatorQuad",
                "http://www.opengis.net/def/crs/EPSG/0/3857",
                1,
                _to_mercator,
                _from_mercator,
                METRES_ROUND / 256,
                559_082_264.0287178,
                (-METRES_ROUND / 2, METRES_ROUND / 2),
            ),
            TileGrid(
                "WorldCRS84Quad",
                Text(en="Longitude and latitude (CRS84)", vi="Kinh độ và vĩ độ (CRS84)"),
                f"{_REGISTER}/WorldCRS84Quad",
                "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
                2,
                _to_plain,
                _from_plain,
                180.0 / 256,
                279_541_132.0143589,
                (-180.0, 90.0),
            ),
        )
    }
)
"""Grid by name."""
