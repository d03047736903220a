"""A million links written as files for GIS: ours from the stored network, against ogr2ogr and geopandas."""

# ruff: noqa: PLC0415 - each process imports only what it measures
from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.case import Case
from benchmarks.measure import Measurement, measure

if TYPE_CHECKING:
    from geodata.features.source import Named

LINKS: Final = 1_000_000
MOST_MB: Final = 1000.0
MOST_COPY_S: Final = 3.0
SAMPLE: Final = 997
"""Every so many-th feature is compared to the last digit."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of one format: at most so many times the peer's CPU seconds."""

    form: str
    suffix: str
    driver: str
    most: float


TARGETS: Final = (
    Target("gpkg", ".gpkg", "GPKG", 1.0),
    Target("fgb", ".fgb", "FlatGeobuf", 1.4),
    Target("shp", ".shp", "ESRI Shapefile", 1.7),
)


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    yield from run_on(LINKS)


def run_on(links: int) -> Iterator[Case]:
    """Yield a case for each format, and one for a copy of the whole embedded database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(_given, _keep_layer, (name, links))
        source = folder / "source.gpkg"
        measure(_given, _ours, (name, links, "gpkg", str(source)))
        for target in TARGETS:
            paths = [folder / f"{who}{target.suffix}" for who in ("ours", "peer")]
            ours = measure(_given, _ours, (name, links, target.form, str(paths[0])))
            peer = measure(_given, _ogr2ogr, (str(source), target.driver, str(paths[1])))
            yield _case(links, target, ours, peer, _difference(paths))
            for path in paths:
                for part in folder.glob(f"{path.stem}.*"):
                    part.unlink()
        paths = [folder / f"{who}.parquet" for who in ("ours", "peer")]
        ours = measure(_opened, _ours_opened, (name, links, str(paths[0])))
        peer = measure(_frame, _geopandas, (str(source), str(paths[1])))
        yield _case(links, Target("parquet", ".parquet", "", 1.0), ours, peer, _difference(paths))
        yield _copy(folder, links)


def _case(links: int, target: Target, ours: Measurement, peer: Measurement, difference: float) -> Case:
    reference = "geopandas to_parquet" if target.form == "parquet" else "ogr2ogr, from a GeoPackage of the same links"
    met = ours.cpu_s <= target.most * peer.cpu_s and ours.peak_mb <= MOST_MB and difference <= 0
    return Case(
        benchmark="export",
        case=f"{target.form}, {links:,} links",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=reference,
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=f"at most {target.most} times the peer's CPU seconds, at most {MOST_MB:.0f} MB",
        meets_target=met,
        details={"times_peer": round(ours.cpu_s / peer.cpu_s, 2)},
    )


def _given(*arguments: object) -> tuple[Any, ...]:
    """Return what the work is told; nothing is imported before, so that imports are measured too."""
    return arguments


def _layer(folder: str, links: int) -> Named:
    """Return the links of a grid from the file that keeps them, made on the first call."""
    from benchmarks.network_grid import build_grid
    from geodata.features.network_held import Stored, open_layer
    from geodata.features.source import Named, Origin
    from supplychain.text import Text

    told = Text(en="generated grid", vi="lưới tạo sẵn")
    origin = Origin(told, "ODbL-1.0", "© OpenStreetMap contributors", "2026-01-01T00:00:00Z")
    stored = Stored(f"grid-{links}", origin, lambda: build_grid(links), Path(folder) / "cache")
    return Named("network_links", Text(en="Network links", vi="Đoạn tuyến"), open_layer(stored, "links"))


def _keep_layer(given: tuple[Any, ...]) -> int:
    folder, links = given
    return _layer(folder, links).source.count() or 0


def _ours(given: tuple[Any, ...]) -> int:
    from api.gis.exports.writing import write_layers

    folder, links, form, path = given
    return write_layers([_layer(folder, links)], form, Path(path)).layers[0].features


def _opened(folder: str, links: int, path: str) -> tuple[Named, Path]:
    """Return the links at hand, as the peer has its frame at hand; imports are input for both."""
    import api.gis.exports.describing
    import api.gis.exports.writing  # noqa: F401 - to be there

    return _layer(folder, links), Path(path)


def _ours_opened(given: tuple[Named, Path]) -> int:
    from api.gis.exports.writing import write_layers

    layer, path = given
    return write_layers([layer], "parquet", path).layers[0].features


def _ogr2ogr(given: tuple[Any, ...]) -> int:
    source, driver, path = given
    options = ["-lco", "ENCODING=UTF-8"] if driver == "ESRI Shapefile" else []
    command = ["ogr2ogr", "-f", driver, path, source, "network_links", *options]
    # What it says of names it shortens would fill the screen.
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.returncode


def _frame(source: str, path: str) -> tuple[Any, str]:
    import pyogrio

    return pyogrio.read_dataframe(source, layer="network_links", use_arrow=True), path


def _geopandas(given: tuple[Any, str]) -> int:
    frame, path = given
    frame.to_parquet(path)
    return len(frame)


def _difference(paths: list[Path]) -> float:
    """Return 0 where two files hold the same number of the same features; else infinity."""
    read: Callable[[Path], Any] = _read_parquet if paths[0].suffix == ".parquet" else _read
    ours, peer = (measure(_path, read, (str(path),)).answer for path in paths)
    return 0.0 if ours == peer and ours else float("inf")


def _path(name: str) -> Path:
    return Path(name)


def _read(path: Path) -> tuple[int, list[tuple[str, str]]]:
    """Return the number of features, and id and place of some of them in the order of the ids."""
    import pyogrio

    layer = "network_links" if path.suffix == ".gpkg" else None
    frame = pyogrio.read_dataframe(path, layer=layer, columns=["link_id"], use_arrow=True)
    return _told(frame)


def _read_parquet(path: Path) -> tuple[int, list[tuple[str, str]]]:
    import geopandas as gpd

    return _told(gpd.read_parquet(path, columns=["link_id", "geometry"]))


def _told(frame: Any) -> tuple[int, list[tuple[str, str]]]:  # noqa: ANN401 - a GeoDataFrame has no types
    some = frame.sort_values("link_id").iloc[::SAMPLE]
    return len(frame), list(zip(some["link_id"].tolist(), some.geometry.to_wkt().tolist(), strict=True))


def _copy(folder: Path, links: int) -> Case:
    """Return the case of a copy of a database that holds the links as a stored version, beside ogr2ogr's."""
    database, ours_path, peer_path = (folder / f"{name}.gpkg" for name in ("database", "copy", "peer"))
    measure(_given, _store, (str(database), links))
    ours = measure(_given, _copy_whole, (str(database), str(ours_path)))
    peer = measure(_given, _ogr2ogr_all, (str(database), str(peer_path)))
    held, copied = (measure(_given, _rows, (str(one),)).answer for one in (database, ours_path))
    same = held == copied and held["network_links"] > 0
    return Case(
        benchmark="export",
        case=f"whole embedded database, {links:,} links",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer="ogr2ogr, all layers",
        peer_cpu_s=peer.cpu_s,
        relative_difference=0.0 if same else float("inf"),
        target=f"at most {MOST_COPY_S:g} CPU s",
        meets_target=same and ours.cpu_s <= MOST_COPY_S and ours.peak_mb <= MOST_MB,
        details={"database_mb": round(database.stat().st_size / 1e6, 1)},
    )


def _store(given: tuple[Any, ...]) -> None:
    from api.database import create_database
    from benchmarks.network_grid import build_grid
    from geodata.versions.store import save_version
    from supplychain.database import make_engine

    path, links = given
    create_database(path)
    save_version(make_engine(path), build_grid(links), name="grid", kind="imported")


def _copy_whole(given: tuple[Any, ...]) -> dict[str, int]:
    """Copy the database as ``hinterland export database`` does."""
    from api.gis.exports.whole import copy_database

    source, path = given
    return {"bytes": copy_database(source, Path(path))}


def _rows(given: tuple[Any, ...]) -> dict[str, int]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(given[0])) as connection:
        names = [row[0] for row in connection.execute("select table_name from gpkg_contents order by 1")]
        count = 'select count(*) from "{}"'
        return {name: connection.execute(count.format(name)).fetchone()[0] for name in names}


def _ogr2ogr_all(given: tuple[Any, ...]) -> int:
    source, path = given
    command = ["ogr2ogr", "-f", "GPKG", path, source]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.returncode
