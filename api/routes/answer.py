"""An answer as tables and layers, and the files it is written to."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.styles import LayerStyle
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

WGS84: Final = "EPSG:4326"
SUFFIXES: Final = (".gpkg", ".geojson", ".csv", ".xlsx")

BAD_SUFFIX: Final = Text(
    en="Results are written to a file that ends in .gpkg, .geojson, .csv or .xlsx, or to a folder; {file} is none.",
    vi="Kết quả được ghi vào tệp .gpkg, .geojson, .csv, .xlsx hoặc một thư mục; {file} không phải.",
)
GEOJSON_CRS: Final = Text(
    en="GeoJSON is always in WGS 84 (RFC 7946); write a .gpkg to have {crs}.",
    vi="GeoJSON luôn dùng WGS 84 (RFC 7946); hãy ghi .gpkg để có {crs}.",
)
TOO_LARGE: Final = Text(
    en="{file} would not hold the answer: a sheet has at most {rows} rows and {columns} columns; write to a folder.",
    vi="{file} không chứa hết kết quả: mỗi trang tối đa {rows} dòng và {columns} cột; hãy ghi vào thư mục.",
)
MOST_ROWS: Final = 1_048_575
MOST_COLUMNS: Final = 16_384
IN_THE_WAY: Final = Text(
    en="{file} is a folder; name a file in it.", vi="{file} là một thư mục; hãy ghi tên tệp trong đó."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gave.

    Parameters
    ----------
    tables
        Table by name; the first is the main one, which a ``.csv`` file holds.
    layers
        Makes the layers by name, in WGS 84, the main one first; asked only where a map is written.
    document
        The answer as a JSON document.
    provenance
        Where it comes from, as plain texts: network, sources and their attribution, vehicle, hour.
    styles
        How layers are drawn.
    wide
        Square tables that a folder and a workbook hold as well.
    notes
        Sentences that a reader must know beside the figures: what was counted and what was not.
    """

    tables: Mapping[str, pd.DataFrame]
    layers: Callable[[], Mapping[str, gpd.GeoDataFrame]]
    document: Mapping[str, Any]
    provenance: Mapping[str, str]
    styles: Sequence[LayerStyle] = ()
    wide: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: Sequence[Text] = ()


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as JSON-ready records; a missing value is None."""
    found: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return found


def check_output(out: Path | None, crs: str) -> None:
    """Raise unless an answer can be written there in that coordinate reference system; nothing is written yet.

    Raises
    ------
    HinterlandError
        If the name of the file says no known format, GeoJSON is to be in another system, or the system is unknown.
    """
    if out is None:
        return
    suffix = out.suffix.lower()
    if suffix == ".json":
        suffix = ".geojson"
    if suffix not in (*SUFFIXES, ""):
        raise HinterlandError(BAD_SUFFIX.format(file=out))
    if suffix and out.is_dir():
        raise HinterlandError(IN_THE_WAY.format(file=out))
    if crs.upper() == WGS84:
        return
    from api.exports.layers import check_layer_file  # noqa: PLC0415 - only for another system

    check_layer_file(Path("x.gpkg"), crs)
    if suffix == ".geojson":
        raise HinterlandError(GEOJSON_CRS.format(crs=crs))


def write_answer(answer: Answer, out: Path, crs: str = WGS84) -> tuple[Path, ...]:
    """Write an answer to a file, or to a folder of CSV files; a file is there whole or not at all.

    Parameters
    ----------
    answer
        What to write.
    out
        ``.gpkg`` (layers with styles, tables, provenance), ``.geojson`` (all layers as one collection, each feature
        with the name of its ``layer``), ``.csv`` (the main table, provenance in a second file beside it), ``.xlsx``
        (all tables) or a folder (all tables as CSV).
    crs
        Coordinate reference system of layers.

    Returns
    -------
    tuple
        The files written.
    """
    suffix = out.suffix.lower()
    out.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".gpkg":
        return _write_geopackage(answer, out, crs)
    if suffix in (".geojson", ".json"):
        with _whole_file(out) as part:
            _write_geojson(answer, part)
        return (out,)
    if suffix == ".xlsx":
        from api.exports.tables import write_workbook  # noqa: PLC0415 - only when asked for
        from api.routes.labels import ANSWER_LABELS  # noqa: PLC0415

        sheets = {**answer.tables, **answer.wide, "provenance": _provenance(answer)}
        if any(len(sheet) > MOST_ROWS or len(sheet.columns) > MOST_COLUMNS for sheet in sheets.values()):
            raise HinterlandError(TOO_LARGE.format(file=out, rows=MOST_ROWS, columns=MOST_COLUMNS))
        with _whole_file(out) as part:
            write_workbook(part, sheets, labels=ANSWER_LABELS)
        return (out,)
    return _write_csv(answer, out)


def _write_csv(answer: Answer, out: Path) -> tuple[Path, ...]:
    if out.suffix:
        main = next(iter(answer.tables.values()))
        files = {out: main, out.with_suffix(".provenance.csv"): _provenance(answer)}
    else:
        out.mkdir(parents=True, exist_ok=True)
        tables = {**answer.tables, **answer.wide, "provenance": _provenance(answer)}
        files = {out / f"{name}.csv": table for name, table in tables.items()}
    for path, table in files.items():
        with _whole_file(path) as part:
            table.to_csv(part, index=False, encoding="utf-8", lineterminator="\n")
    return tuple(files)


def _write_geopackage(answer: Answer, out: Path, crs: str) -> tuple[Path, ...]:
    import pyogrio  # noqa: PLC0415 - only when asked for

    from api.exports.layers import write_layers  # noqa: PLC0415 - only when asked for

    filled = {name: layer for name, layer in answer.layers().items() if len(layer)}
    with _whole_file(out) as part:
        write_layers(part, filled, answer.provenance, crs, answer.styles)
        for name, table in answer.tables.items():
            if name not in filled and len(table.columns):
                pyogrio.write_dataframe(table, part, layer=name, driver="GPKG")
    return (out,)


def _write_geojson(answer: Answer, path: Path) -> None:
    features: list[dict[str, Any]] = []
    for name, layer in answer.layers().items():
        found = json.loads(layer.to_json(drop_id=True, to_wgs84=True))["features"]
        features += [{**one, "properties": {"layer": name, **one["properties"]}} for one in found]
    document = {"type": "FeatureCollection", **_plain(answer.provenance), "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _plain(provenance: Mapping[str, str]) -> dict[str, Any]:
    return {"attribution": provenance.get("attribution", ""), "provenance": dict(provenance)}


def _provenance(answer: Answer) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - keeps `--help` quick

    return pd.DataFrame({"item": list(answer.provenance), "value": list(answer.provenance.values())})


@contextmanager
def _whole_file(path: Path) -> Iterator[Path]:
    """Give a file to write that takes the place of ``path`` when the block ends well, and vanishes when it does not."""
    folder = Path(tempfile.mkdtemp(prefix=".hinterland-", dir=path.parent))
    part = folder / path.name
    try:
        yield part
        part.replace(path)
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()
