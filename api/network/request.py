"""What the network commands are asked for, read from their arguments."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from supplychain.errors import HinterlandError
from supplychain.plain_numbers import plain_number
from supplychain.text import Text

SIDES: Final = 4
LON_LIMIT: Final = 180.0
LAT_LIMIT: Final = 90.0

Bounds = tuple[float, float, float, float]
"""West, south, east and north, WGS 84 degrees."""

BAD_BOUNDS: Final = Text(
    en="--bounds takes west,south,east,north in degrees, such as 106.5,10.6,106.9,11.0; got {bounds}.",
    vi="--bounds nhận tây,nam,đông,bắc theo độ, ví dụ 106.5,10.6,106.9,11.0; nhận được {bounds}.",
)
NO_AREA: Final = Text(
    en="{file} holds no polygon to cut out by. Give a GIS file with the area as a polygon.",
    vi="{file} không có vùng (polygon) để cắt. Hãy chỉ tệp GIS có vùng dạng polygon.",
)
LAYERS: Final = Text(
    en="{file} has several layers ({layers}); the area must be the only one. Save it in a file of its own.",
    vi="{file} có nhiều lớp ({layers}); vùng phải là lớp duy nhất. Hãy lưu vùng thành tệp riêng.",
)
NOT_ON_EARTH: Final = Text(
    en="The area of {file} has coordinates that are no longitude and latitude: its coordinate reference system is "
    "another than the file says, or points are damaged.",
    vi="Vùng trong {file} có tọa độ không phải kinh độ, vĩ độ: hệ tọa độ khác với hệ tệp nêu, hoặc điểm bị hỏng.",
)
NO_AREA_CRS: Final = Text(
    en="{file} states no coordinate reference system; the area cannot be placed. Save it with one, such as EPSG:4326.",
    vi="{file} không nêu hệ tọa độ nên không xác định được vùng. Hãy lưu kèm hệ tọa độ, ví dụ EPSG:4326.",
)
UNREADABLE: Final = Text(
    en="{file} cannot be read as a GIS file: {why}.", vi="Không đọc được {file} như tệp GIS: {why}."
)
UNKNOWN_WORD: Final = Text(
    en="{option} must be one of {known}; got {word}.", vi="{option} phải là một trong {known}; nhận được {word}."
)
BAD_OPTION: Final = Text(en="{option}: {why}", vi="{option}: {why}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a new version goes.

    Parameters
    ----------
    database
        Database.
    name
        Name asked for; None for one made from the file's.
    onto
        Version whose hand-made edits are to be put upon what is imported; None for a network of its own.
    dry_run
        Whether nothing is stored.
    reads_files
        Whether texts may name folders of this machine: never those of a question that came over the network.
    """

    database: str
    name: str | None = None
    onto: str | None = None
    dry_run: bool = False
    reads_files: bool = True


def parse_bounds(text: str | None) -> Bounds | None:
    """Return west, south, east and north of a text such as ``106.5,10.6,106.9,11.0``.

    Raises
    ------
    HinterlandError
        If it is no such text.
    """
    if text is None:
        return None
    try:
        sides = [plain_number(part) for part in text.split(",")]
    except ValueError:
        sides = []
    if len(sides) != SIDES or not (
        -LON_LIMIT <= sides[0] < sides[2] <= LON_LIMIT and -LAT_LIMIT <= sides[1] < sides[3] <= LAT_LIMIT
    ):
        raise HinterlandError(BAD_BOUNDS.format(bounds=text))
    return sides[0], sides[1], sides[2], sides[3]


def read_area(file: Path | None) -> Any:  # noqa: ANN401 - a shapely polygon or multipolygon
    """Return the polygons of a GIS file as one, in WGS 84; None without a file.

    Raises
    ------
    HinterlandError
        If the file cannot be read, has several layers, states no CRS, holds no polygon or one that is not on earth.
    """
    if file is None:
        return None
    import geopandas as gpd  # noqa: PLC0415 - only where an area is given
    import pyogrio  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    from geodata.gis.crs import WGS_84  # noqa: PLC0415
    from geodata.gis.moving import moved  # noqa: PLC0415

    if not file.exists():
        raise HinterlandError(UNREADABLE.format(file=file, why="there is no such file"))
    try:
        layers = pyogrio.list_layers(file)[:, 0].tolist()
        if len(layers) > 1:
            raise HinterlandError(LAYERS.format(file=file, layers=", ".join(layers)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a reader stumbles over is looked at below
            frame = gpd.read_file(file)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        why = str(error).partition(";")[0].rstrip(".")
        raise HinterlandError(UNREADABLE.format(file=file, why=why)) from error
    except shapely.errors.GEOSException as error:
        raise HinterlandError(NOT_ON_EARTH.format(file=file)) from error
    if "geometry" not in frame.columns:
        raise HinterlandError(NO_AREA.format(file=file))
    if frame.crs is None:
        raise HinterlandError(NO_AREA_CRS.format(file=file))
    shapes = [shape for shape in moved(frame, WGS_84).geometry if shape is not None and not shape.is_empty]
    points = shapely.get_coordinates(shapes)
    if not ((abs(points[:, 0]) <= LON_LIMIT) & (abs(points[:, 1]) <= LAT_LIMIT)).all():
        raise HinterlandError(NOT_ON_EARTH.format(file=file))
    polygons = [
        part for shape in shapes for part in shapely.get_parts(shapely.make_valid(shape)) if part.geom_type == "Polygon"
    ]
    area = shapely.union_all(polygons)
    if area.is_empty:
        raise HinterlandError(NO_AREA.format(file=file))
    return area


def check_words(option: str, given: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the words given to an option.

    Raises
    ------
    HinterlandError
        If one is not known.
    """
    words = tuple(dict.fromkeys(given))
    for word in words:
        if word not in known:
            raise HinterlandError(UNKNOWN_WORD.format(option=option, known=", ".join(known), word=word))
    return words
