"""Files that people sent, as the readers of networks take them: their own, of the kinds named here, and nothing else.

A GIS library opens whatever it is shown by its content, and some formats only name other files, databases or addresses
to read. So a file is taken by its ending and by its first bytes, and by no other way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext

SQLITE: Final = b"SQLite format 3\x00"
SHAPE: Final = b"\x00\x00\x27\x0a"
FLATGEOBUF: Final = b"fgb"
STREAMED_JSON: Final = b"\x1e"
PIPELINE: Final = b"gdal_streamed_alg"
"""What a JSON file holds that tells GDAL to run its own commands."""

CODE: Final = re.compile(r"[A-Za-z]{2,10}:[0-9]{1,6}")
NO_CODE: Final = Text(
    en="The mapping names the CRS {crs!r}; write a code such as EPSG:3405.",
    vi="Tệp ánh xạ nêu hệ tọa độ {crs!r}; hãy ghi mã, ví dụ EPSG:3405.",
)
HEAD_BYTES: Final = 64
PIECE_BYTES: Final = 1 << 20
JSON_ENDINGS: Final = (".geojson", ".json", ".geojsonl", ".geojsons")
BESIDE_SHAPES: Final = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx")
GIS_ENDINGS: Final = (".gpkg", ".shp", ".fgb", *JSON_ENDINGS)
MAIN_FIRST: Final = (".gpkg", ".shp", ".fgb", *JSON_ENDINGS)

WRONG_ENDING: Final = Text(
    en="{name} is no file of a kind that is read here; send one that ends in {known}.",
    vi="{name} không thuộc loại tệp đọc được ở đây; hãy gửi tệp có đuôi {known}.",
)
WRONG_CONTENT: Final = Text(
    en="{name} does not hold what its ending says; save it again and send that.",
    vi="Nội dung của {name} không đúng với đuôi tệp; hãy lưu lại rồi gửi.",
)
ONE_FILE: Final = Text(
    en="Send one file (a Shapefile together with its .dbf, .shx and .prj, of the same name); got {names}.",
    vi="Hãy gửi một tệp (Shapefile kèm .dbf, .shx và .prj cùng tên); nhận được {names}.",
)
TWICE: Final = Text(
    en="Two files are named {name}; give each its own name.", vi="Hai tệp cùng tên {name}; hãy đặt tên khác nhau."
)


def fetch_files(context: JobContext, file_ids: Sequence[str], folder: Path) -> list[Path]:
    """Write stored files of the caller to a folder, by their names, and return where.

    Raises
    ------
    HinterlandError
        If one is not there or is somebody else's, or two have the same name.
    """
    from api.files.store import file_parts  # noqa: PLC0415 - only where files are sent
    from api.rest.files import own_file  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file_id in file_ids:
        stored = own_file(context.engine, context.caller, file_id)
        path = folder / Path(stored.name).name
        if path.exists():
            raise HinterlandError(TWICE.format(name=stored.name))
        with path.open("xb") as out:
            for part in file_parts(context.engine, file_id):
                out.write(part)
        paths.append(path)
    return paths


def check_ending(path: Path, known: Sequence[str]) -> None:
    """Refuse a file whose name does not end as one of the known kinds.

    Raises
    ------
    HinterlandError
        If it does not.
    """
    if not path.name.lower().endswith(tuple(known)):
        raise HinterlandError(WRONG_ENDING.format(name=path.name, known=", ".join(known)))


def check_gis_files(paths: Sequence[Path]) -> Path:
    """Return the main one of the files of one GIS data set, checked by its content.

    Raises
    ------
    HinterlandError
        If there are several data sets, or a file is not what its ending says.
    """
    for path in paths:
        check_ending(path, (*GIS_ENDINGS, *BESIDE_SHAPES))
    main = [path for path in paths if path.suffix.lower() in MAIN_FIRST]
    beside = [path for path in paths if path.suffix.lower() in BESIDE_SHAPES]
    of_shape = len(main) == 1 and main[0].suffix.lower() == ".shp" and all(one.stem == main[0].stem for one in beside)
    if len(main) != 1 or (beside and not of_shape):
        raise HinterlandError(ONE_FILE.format(names=", ".join(path.name for path in paths)))
    _check_content(main[0])
    return main[0]


def _check_content(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    magic = {".gpkg": SQLITE, ".shp": SHAPE, ".fgb": FLATGEOBUF}.get(path.suffix.lower())
    fits = head.startswith(magic) if magic is not None else _is_plain_json(path, head)
    if not fits:
        raise HinterlandError(WRONG_CONTENT.format(name=path.name))


def _is_plain_json(path: Path, head: bytes) -> bool:
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", STREAMED_JSON):
        return False
    before = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            if PIPELINE in before + piece:
                return False
            before = piece[-len(PIPELINE) :]
    return True


def check_crs(mapping: Path) -> None:
    """Refuse a mapping whose coordinate reference system is no code: other texts can make a library open files.

    Raises
    ------
    HinterlandError
        If it is none, or the mapping cannot be read.
    """
    from geodata.gis.mapping_file import read_mapping  # noqa: PLC0415 - loads pyproj

    crs = read_mapping(mapping).crs
    if crs and CODE.fullmatch(crs) is None:
        raise HinterlandError(NO_CODE.format(crs=crs))


def write_polygon(polygon: Mapping[str, Any], path: Path) -> Path:
    """Write a GeoJSON polygon that came with a question to a file, as readers of areas take it."""
    feature = {"type": "Feature", "properties": {}, "geometry": dict(polygon)}
    document = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
