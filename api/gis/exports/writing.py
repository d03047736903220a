"""Layers written to a file in one of the formats, with what the format could not keep."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final

from api.gis.exports.batches import Layout, Tally, layout_of, portions
from api.gis.exports.csv_file import write_csv
from api.gis.exports.forms import NO_PLANE, ONLY_WGS_84, TOO_MANY, WGS_84, CannotWriteError, Form, file_name, form_named
from api.gis.exports.gdal import write_drawing, write_gdal
from api.gis.exports.geoparquet import write_parquet
from api.gis.exports.losses import losses_of
from api.gis.exports.placing import Place
from geodata.features.source import ALL, Named, Wanted
from geodata.features.table import FeatureTable
from geodata.gis.crs import Reprojection, crs_name, read_crs, reprojection
from supplychain.errors import HinterlandError
from supplychain.text import Language, Text

NO_LAYERS: Final = Text(en="Name at least one layer.", vi="Hãy nêu ít nhất một lớp.")
TWICE: Final = Text(en="Layer {layer} is named twice.", vi="Lớp {layer} được nêu hai lần.")


def _quiet(_layer: str, _features: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class WrittenLayer:
    """A layer as it stands in a file.

    Parameters
    ----------
    layer
        The layer.
    features
        How many were written.
    layout
        Its fields and their names in the file.
    wanted
        Which of its features were asked for.
    losses
        What the format could not keep, a sentence each.
    """

    layer: Named
    features: int
    layout: Layout
    wanted: Wanted = ALL
    losses: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A file of layers.

    Parameters
    ----------
    path
        The file, an archive where the format or the number of layers asks for one.
    form
        Its format.
    crs
        Code of its coordinate reference system.
    media_type
        Of the file.
    layers
        What is in it.
    beside
        Other files that came to stand beside it: metadata records, and the parts of a format of several files.
    """

    path: Path
    form: Form
    crs: str
    media_type: str
    layers: tuple[WrittenLayer, ...]
    beside: tuple[Path, ...] = ()


def write_layers(  # noqa: PLR0913 - each says one thing of the file
    layers: Sequence[Named],
    form: str,
    path: Path,
    crs: str = WGS_84,
    language: Language = "vi",
    wanted: Wanted | Mapping[str, Wanted] = ALL,
    tell: Callable[[str, int], None] = _quiet,
    *,
    is_described: bool = True,
) -> Written:
    """Write layers to a file, which is there whole or not at all.

    Parameters
    ----------
    layers
        Layers, each as its caller sees it.
    form
        Name of a format (``FORMS``).
    path
        File to make; an older one is replaced. Of formats of several files, and where several layers meet a format
        of one, it is a ZIP archive (``packed_name`` tells).
    crs
        Code of the coordinate reference system; coordinates stand in the order east, north.
    language
        Of names of fields and records.
    wanted
        Which features, of every layer or by name of the layer.
    tell
        Called with the name of a layer and its features so far.
    is_described
        Whether metadata records (ISO 19115 in ISO 19139 XML) are written beside the file and into it.

    Raises
    ------
    HinterlandError
        If the format cannot hold the layers or the CRS, there is no such CRS, or the file cannot be written.
    """
    chosen = form_named(form)
    parts = wanted if isinstance(wanted, Mapping) else dict.fromkeys([layer.name for layer in layers], wanted)
    code, way = _checked(layers, chosen, crs, parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".hinterland-", dir=path.parent) as name:
        place = Place(Path(name), path, chosen, len(layers))
        done = _write_each([_Reading(layer, chosen, code, way, parts[layer.name]) for layer in layers], place, tell)
        written = Written(path, chosen, code, place.media_type, done)
        try:
            if is_described:
                from api.gis.exports.describing import describe  # noqa: PLC0415 - reads every style

                describe(written, place, language)
            return replace(written, beside=place.settle())
        except (OSError, sqlite3.OperationalError) as error:
            raise CannotWriteError.of(chosen, error, place.folder) from error


def _checked(
    layers: Sequence[Named], form: Form, crs: str, wanted: Mapping[str, Wanted]
) -> tuple[str, Reprojection | None]:
    """Return the CRS by its code, and the way to it."""
    if not layers:
        raise HinterlandError(NO_LAYERS)
    names = [layer.name for layer in layers]
    for name in names:
        if names.count(name) > 1:
            raise HinterlandError(TWICE.format(layer=name))
    way = check_crs(crs)
    if way.steps and form.only_wgs84:
        raise HinterlandError(ONLY_WGS_84.format(form=form.title, crs=crs_name(crs)))
    if form.most_features:
        for layer in layers:
            count = layer.source.count(wanted[layer.name]) or 0
            if count > form.most_features:
                words = {"most": f"{form.most_features:,}", "count": f"{count:,}", "layer": layer.title}
                raise HinterlandError(TOO_MANY.format(form=form.title, **words))
    code = ":".join(read_crs(crs).to_authority(min_confidence=70) or ()) or crs
    return (code, way) if way.steps else (WGS_84, None)


def check_crs(crs: str) -> Reprojection:
    """Return the way to a CRS in which a file of a map can be.

    Raises
    ------
    HinterlandError
        If there is no such CRS or way, or it has other coordinates than two on the ground (heights, say).
    """
    found = read_crs(crs)
    plane = found.source_crs if found.is_bound and found.source_crs is not None else found
    if not (plane.is_projected or plane.is_geographic):
        raise HinterlandError(NO_PLANE.format(crs=crs_name(crs)))
    return reprojection(crs)


class _Reading:
    """A layer on its way into a file; its first features are read once, whoever looks at them."""

    def __init__(self, layer: Named, form: Form, crs: str, way: Reprojection | None, wanted: Wanted) -> None:
        self._layer, self.wanted = layer, wanted
        self._begun: Iterator[FeatureTable] | None = portions(layer, wanted)
        first = next(self._begun, None)
        self._first = () if first is None else (first,)
        self.layout = layout_of(layer, form, first, crs, way)

    def tables(self) -> Iterator[FeatureTable]:
        """Yield all features; again from the beginning where they are asked for again."""
        if self._begun is None:
            yield from portions(self._layer, self.wanted)
            return
        begun, self._begun = self._begun, None
        yield from chain(self._first, begun)


def _write_each(
    readings: Sequence[_Reading], place: Place, tell: Callable[[str, int], None]
) -> tuple[WrittenLayer, ...]:
    if place.form.name == "dxf":
        name = readings[0].layout.layer.name
        both = [(one.layout, one.tables) for one in readings]
        tallies = write_drawing(both, place, lambda count: tell(name, count))
    else:
        tallies = [_write_one(one, place, tell) for one in readings]
    return tuple(
        WrittenLayer(one.layout.layer, tally.features, one.layout, one.wanted, losses_of(one.layout, tally))
        for one, tally in zip(readings, tallies, strict=True)
    )


def _write_one(one: _Reading, place: Place, tell: Callable[[str, int], None]) -> Tally:
    def told(count: int) -> None:
        tell(one.layout.layer.name, count)

    if one.layout.form.name == "parquet":
        return write_parquet(one.layout, place, one.tables, told)
    if one.layout.form.name == "csv":
        return write_csv(one.layout, place, one.tables, told)
    return write_gdal(one.layout, place, one.tables, one.wanted, told)


def packed_name(form: str, name: str, layers: int) -> str:
    """Return what a file of layers is called, ending and all.

    Raises
    ------
    HinterlandError
        If there is no such format.
    """
    return file_name(form_named(form), name, layers)


__all__ = ["Written", "WrittenLayer", "check_crs", "packed_name", "write_layers"]
