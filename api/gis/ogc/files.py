"""Features as files: sequences that are read while they are sent, and databases that are written first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from api.gis.exports.batches import Tally, layout_of
from api.gis.exports.csv_file import csv_parts
from api.gis.exports.forms import CannotWriteError, form_named
from api.gis.exports.placing import file_layer
from api.gis.exports.writing import write_layers
from api.gis.ogc.geojson import sequence
from api.gis.ogc.items import Page
from api.service.problems import ServiceError
from geodata.features.held import HeldSource
from geodata.features.source import ALL, Key, Named, Origin, Portion, Source, Wanted
from geodata.features.table import Box, FeatureTable, Field, ShapeKind
from supplychain.errors import HinterlandError
from supplychain.text import Text

AT_ONCE: Final = 5_000
PIECE_BYTES: Final = 1 << 18
WRITERS: Final = 2
"""Files that are written at once in a web process; each takes a core."""
ROOM: Final = BoundedSemaphore(WRITERS)
"""For files that are being written."""

BUSY: Final = Text(
    en="Other files are being written just now. Try again in a moment, or ask for csv or geojsonl.",
    vi="Đang ghi các tệp khác. Hãy thử lại sau giây lát, hoặc dùng csv hay geojsonl.",
)


@dataclass(frozen=True, slots=True)
class Narrow:
    """A layer with some of its properties.

    Parameters
    ----------
    whole
        The layer.
    names
        The properties.
    """

    whole: Source
    names: tuple[str, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Properties, in order."""
        return tuple(field for field in self.whole.fields if field.name in self.names)

    @property
    def shape(self) -> ShapeKind:
        """Kind of geometry."""
        return self.whole.shape

    @property
    def version(self) -> str:
        """That of the whole layer."""
        return self.whole.version

    @property
    def origin(self) -> Origin:
        """What it was made from."""
        return self.whole.origin

    def bounds(self) -> Box | None:
        """Return the box around all features; None where there is none."""
        return self.whole.bounds()

    def count(self, wanted: Wanted = ALL) -> int | None:
        """Return how many features there are; None where counting would cost too much."""
        return self.whole.count(wanted)

    def read(self, wanted: Wanted, after: Key | None, limit: int) -> Portion:
        """Return the first features after a key, at most ``limit``."""
        portion = self.whole.read(wanted, after, limit)
        return replace(portion, table=portion.table.select(self.names))

    def find(self, feature_id: str) -> FeatureTable | None:
        """Return one feature; None where there is none."""
        found = self.whole.find(feature_id)
        return None if found is None else found.select(self.names)

    def portions(self, wanted: Wanted = ALL, at_once: int = 10_000) -> Iterator[FeatureTable]:
        """Yield all features, some at a time."""
        return (table.select(self.names) for table in self.whole.portions(wanted, at_once))


@dataclass(frozen=True, slots=True)
class File:
    """A file of features.

    Parameters
    ----------
    name
        What it is called.
    pieces
        Its content.
    length
        Its bytes; None where nobody knows before it is read.
    after
        Key after which the next file begins; None where there is no other.
    """

    name: str
    pieces: Iterator[bytes]
    length: int | None
    after: Key | None


def file_of(page: Page) -> File:
    """Return the features that are asked for as a file: all of them unless there is a limit.

    Raises
    ------
    ServiceError
        If the format or the CRS cannot hold them, or other files are being written.
    """
    form = page.asked.format.name
    layer, wanted, after = _layer(page)
    name = f"{file_layer(layer.name)}.{form}"
    if form == "geojsonl":
        return File(name, _begun(sequence(_tables(layer.source, wanted), page.crs)), None, after)
    if form == "csv":
        return File(name, _begun(_csv(layer, wanted, page)), None, after)
    pieces, length = _written(layer, wanted, page)
    return File(name, pieces, length, after)


def _layer(page: Page) -> tuple[Named, Wanted, Key | None]:
    """Return the layer, what is wanted of it, and where the next file begins."""
    opened = page.opened
    source: Source = opened.source if page.names is None else Narrow(opened.source, page.names)
    wanted, after = page.wanted, None
    if page.limit is not None or page.after is not None:
        portion = source.read(page.wanted, page.after, page.limit or page.paging.limit)
        source = HeldSource(portion.table, source.version, source.origin)
        wanted, after = ALL, portion.after
    return Named(opened.collection_id, opened.collection.title, source, opened.collection.style), wanted, after


def _tables(source: Source, wanted: Wanted) -> Iterator[FeatureTable]:
    """Yield features some at a time; a slow reader holds neither a connection nor a moment of the database."""
    after: Key | None = None
    while True:
        portion = source.read(wanted, after, AT_ONCE)
        if len(portion.table):
            yield portion.table
        if portion.after is None:
            return
        after = portion.after


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Return pieces of which the first is there already: what is wrong with it is told before the answer begins."""
    first = next(pieces, b"")
    return chain((first,), pieces)


def _csv(layer: Named, wanted: Wanted, page: Page) -> Iterator[bytes]:
    tables = _tables(layer.source, wanted)
    first = next(tables, None)
    layout = layout_of(layer, form_named("csv"), first, page.crs.code, page.crs.way)
    try:
        yield from csv_parts(layout, chain(() if first is None else (first,), tables), Tally())
    except HinterlandError as error:
        raise ServiceError(error.text, "bad_request") from error


def _written(layer: Named, wanted: Wanted, page: Page) -> tuple[Iterator[bytes], int]:
    """Return the pieces of a file that was written, and its bytes; the file goes with the last piece."""
    if not ROOM.acquire(blocking=False):
        raise ServiceError(BUSY, "unavailable", headers={"Retry-After": "5"})
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hinterland-items-")))
            path = folder / f"{file_layer(layer.name)}.{page.asked.format.name}"
            write_layers([layer], page.asked.format.name, path, page.crs.code, page.asked.language, wanted)
        except ServiceError:
            raise
        except CannotWriteError as error:
            raise ServiceError(error.text, "storage_full") from error
        except HinterlandError as error:
            raise ServiceError(error.text, "bad_request") from error
        finally:
            ROOM.release()
        file = stack.enter_context(path.open("rb"))
        length = path.stat().st_size
        kept = stack.pop_all()
    return _pieces(file, kept), length


def _pieces(file: object, kept: ExitStack) -> Iterator[bytes]:
    with kept:
        while piece := file.read(PIECE_BYTES):  # type: ignore[attr-defined]
            yield piece
