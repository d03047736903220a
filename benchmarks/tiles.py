"""Vector tiles of a generated network of a million links, beside PostGIS ST_AsMVT and mapbox-vector-tile."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from api.gis.collections import Collection, Opened
from api.gis.tiles.keeping import TileShelf
from api.gis.tiles.making import AT_HAND, Prepared, TileMaker
from api.gis.tiles.serving import LayerKey, tile_of
from api.styles import STYLES
from benchmarks.case import Case
from benchmarks.measure import Measurement, measure
from benchmarks.tiles_data import (
    GRID,
    TILES,
    Agreement,
    asked_tiles,
    compare_drawings,
    compare_features,
    open_network,
)
from benchmarks.tiles_peers import Answered, make_library, make_postgis, median_ms, prepare_postgis
from geodata.features.index_source import IndexedSource
from geodata.models import LINK_CLASSES
from geodata.tiles.grid import Tile
from supplychain.text import Text

NAME = "tiles"
LINKS: Final = 1_000_000
MOST_MS: Final = {14: 10.0, 12: 60.0, 10: 60.0, 8: 60.0}
LEAST_RATIO: Final = 5.0
CACHED_RUNS: Final = 200
MOST_MISSING: Final = 0.001
"""Share of features that one side may have alone."""
MOST_APART: Final = {14: 1.5, 12: 6.0, 10: 24.0, 8: 24.0}
"""Units of 1/4096 of a tile: rounding, simplification by half a pixel (4), cells of a pixel (8 by 8) twice."""
STYLE: Final = STYLES["network_links"]


@dataclass(frozen=True, slots=True, eq=False)
class Ours:
    """What ours made.

    Parameters
    ----------
    cold
        Tiles made from the layer, by zoom.
    cached_s
        CPU seconds of the same tiles from memory.
    overview_s
        CPU seconds in which the overview of the layer was made.
    """

    cold: dict[int, Answered]
    cached_s: dict[int, list[float]]
    overview_s: float


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    yield from run_on(LINKS)


def run_on(links: int) -> Iterator[Case]:
    """Yield every case on a network of so many links."""
    ours = measure(open_network, make_ours, (links,), warm_up=warm_up)
    postgis = measure(prepare_postgis, make_postgis, (links, {zoom: drawn_classes(zoom, links) for zoom in TILES}))
    library = measure(open_network, make_library, (links,))
    for zoom in TILES:
        yield _against_postgis(zoom, links, ours, postgis)
    for zoom in library.answer:
        yield _against_library(zoom, links, ours, library)


def drawn_classes(zoom: int, links: int) -> list[str] | None:
    """Return the classes of links that are drawn at a zoom, for the peer to draw the same; None for all."""
    detail = STYLE.detail
    if detail is None or zoom >= detail.other or links <= AT_HAND:
        return None
    return [name for name in LINK_CLASSES if detail.zooms.get(name, detail.other) <= zoom]


def warm_up() -> None:
    """Compile the kernels, or read them from the cache."""
    source = open_network(1_000)
    maker = TileMaker("network_links", "warm-up", source, STYLE, GRID, Prepared())
    for tile in asked_tiles(source, 14)[:2]:
        maker.make(tile)
    maker._overview(11).encode("network_links", asked_tiles(source, 8)[0])  # noqa: SLF001 - it compiles the rest


def make_ours(source: IndexedSource) -> Ours:
    """Return the tiles as ours are made, cold and from memory."""
    maker = TileMaker("network_links", "benchmark", source, STYLE, GRID, Prepared())
    begun = time.process_time()
    maker.make(asked_tiles(source, 8)[0])
    overview_s = time.process_time() - begun
    cold = {}
    for zoom in TILES:
        cpu_s: list[float] = []
        made: dict[Tile, bytes] = {}
        for tile in asked_tiles(source, zoom):
            runs = []
            for _ in range(3):
                begun = time.process_time()
                made[tile] = maker.make(tile)
                runs.append(time.process_time() - begun)
            cpu_s.append(float(np.median(runs)))
        cold[zoom] = Answered(cpu_s, made)
    return Ours(cold, _cached(source), overview_s)


def _cached(source: IndexedSource) -> dict[int, list[float]]:
    """Return the CPU seconds in which the service finds each tile again, compressed, in memory."""
    title = Text(en="Links", vi="Đoạn tuyến")
    collection = Collection("network_links", title, title, "LineString", "public", "network_links", _opened)
    opened = Opened("network_links", collection, {}, source)
    shelf, found = TileShelf(256 * 2**20), {}
    with tempfile.TemporaryDirectory() as folder:
        for zoom in TILES:
            seconds = []
            for tile in asked_tiles(source, zoom):
                key = LayerKey("network_links", (), source.version, "", "vi")
                tile_of(opened, key, GRID, tile, Path(folder), shelf)
                begun = time.process_time()
                for _ in range(CACHED_RUNS):
                    tile_of(opened, key, GRID, tile, Path(folder), shelf)
                seconds.append((time.process_time() - begun) / CACHED_RUNS)
            found[zoom] = seconds
    return found


def _opened(*_: object) -> Any:  # noqa: ANN401 - a source; never asked for here
    raise NotImplementedError


def _against_postgis(zoom: int, links: int, ours: Measurement, postgis: Measurement) -> Case:
    made: Ours = ours.answer
    mine, theirs = made.cold[zoom], postgis.answer[zoom]
    agreement = _agreement(zoom, links, mine, theirs)
    cold_ms, cached_ms = median_ms(mine.cpu_s), median_ms(made.cached_s[zoom])
    agrees = agreement.missing <= MOST_MISSING and agreement.farthest <= MOST_APART[zoom] and not agreement.properties
    return Case(
        benchmark=NAME,
        case=f"z{zoom}, {links:,} links, median tile",
        ours_cpu_s=cold_ms / 1e3,
        ours_peak_mb=ours.peak_mb,
        peer="PostGIS ST_AsMVT, the same classes of links, its process and the client's",
        peer_cpu_s=median_ms(theirs.cpu_s) / 1e3,
        relative_difference=agreement.missing,
        target=f"p50 at most {MOST_MS[zoom]:g} ms; from memory no slower than PostGIS",
        meets_target=agrees and cold_ms <= MOST_MS[zoom] and cached_ms <= median_ms(theirs.cpu_s),
        details={
            "compile_s": round(ours.compile_s, 1),
            "p50_ms": round(cold_ms, 2),
            "p95_ms": round(float(np.percentile(mine.cpu_s, 95)) * 1e3, 2),
            "cached_p50_ms": round(cached_ms, 4),
            "overview_cpu_s": round(made.overview_s, 2),
            "tiles": len(mine.tiles),
            "median_kb": round(float(np.median([len(tile) for tile in mine.tiles.values()])) / 1e3, 1),
            "peer_median_kb": round(float(np.median([len(tile) for tile in theirs.tiles.values()])) / 1e3, 1),
            "features": agreement.features,
            "farthest_units": round(agreement.farthest, 2),
        },
    )


def _agreement(zoom: int, links: int, mine: Answered, theirs: Answered) -> Agreement:
    """Return the worst agreement of some tiles."""
    compare = compare_features if drawn_classes(zoom, links) is None else compare_drawings
    found = [compare(mine.tiles[tile], theirs.tiles[tile]) for tile in list(theirs.tiles)[:3]]
    return Agreement(
        max(one.features for one in found),
        max(one.missing for one in found),
        max(one.farthest for one in found),
        sum(one.properties for one in found),
    )


def _against_library(zoom: int, links: int, ours: Measurement, library: Measurement) -> Case:
    made: Ours = ours.answer
    mine, theirs = made.cold[zoom], library.answer[zoom]
    agreement = _agreement(zoom, links, mine, theirs)
    agrees = agreement.missing <= MOST_MISSING and agreement.farthest <= MOST_APART[zoom] and not agreement.properties
    cold_s, peer_s = median_ms(mine.cpu_s) / 1e3, median_ms(theirs.cpu_s) / 1e3
    return Case(
        benchmark=NAME,
        case=f"z{zoom} beside the library, {links:,} links, median tile",
        ours_cpu_s=cold_s,
        ours_peak_mb=ours.peak_mb,
        peer="mapbox-vector-tile, the same features, clipped by shapely",
        peer_cpu_s=peer_s,
        relative_difference=agreement.missing,
        target=f"at least {LEAST_RATIO:g} times as fast, cold",
        meets_target=agrees and peer_s >= LEAST_RATIO * cold_s,
        details={"features": agreement.features, "farthest_units": round(agreement.farthest, 2)},
    )
