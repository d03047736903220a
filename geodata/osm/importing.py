"""``import_osm``: OpenStreetMap files become an infrastructure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from geodata.infrastructure.chains import merge_chains
from geodata.infrastructure.imported import Imported
from geodata.osm.combining import add_ferry_relations, combine
from geodata.osm.errors import OsmStoppedError
from geodata.osm.meaning import WayMeaning
from geodata.osm.network import build_infrastructure
from geodata.osm.options import OsmOptions
from geodata.osm.places import place_kind
from geodata.osm.reading import OsmReader
from geodata.osm.remarks import NoteBook
from geodata.osm.ways import read_way

Progress = Callable[[str, float], None]
Stop = Callable[[], bool]

_READ_SHARE = 0.75


class _Meanings:
    """Reads each combination of tags once."""

    def __init__(self, options: OsmOptions) -> None:
        self.options = options
        self._read: dict[tuple[tuple[str, str], ...], WayMeaning] = {}

    def read(self, tags: Mapping[str, str]) -> WayMeaning:
        """Return what tags say."""
        key = tuple(tags.items())
        if key not in self._read:
            self._read[key] = read_way(tags, self.options)
        return self._read[key]

    def is_wanted(self, tags: Mapping[str, str]) -> bool:
        """Return whether ways with these tags are links or, with some name, places."""
        return bool(self.read(tags).mode) or bool(place_kind(tags, "*"))


def import_osm(
    files: Sequence[Path],
    options: OsmOptions | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Imported:
    """Return the roads, railways, waterways, ferries and places of OpenStreetMap files.

    Parameters
    ----------
    files
        PBF files (also ``.osm``, ``.osm.bz2``, ``.osm.gz``, ``.opl``); an object in several is taken once, newest.
    options
        What to import; None: everything but tracks.
    progress
        Told a step (``read``, ``build``, ``merge``) and the share of the whole that is done, 0 to 1.
    stop
        Asked several times a second whether to stop; more rarely while links are built from 100 MB and more, and while
        the nodes of a file that is no PBF are read.

    Raises
    ------
    OsmFileError
        If a file is missing, not OpenStreetMap data, a history, cut short or damaged.
    OsmStoppedError
        If ``stop`` said so; nothing is kept.
    ValueError
        If no file is named, or one twice.
    """
    options = OsmOptions() if options is None else options
    paths = [Path(file) for file in files]
    if not paths or len({path.resolve() for path in paths}) < len(paths):
        msg = f"files must name at least one file and none twice, got {[str(path) for path in paths]}."
        raise ValueError(msg)
    tell = progress or _tell_nobody
    meanings = _Meanings(options)
    book = NoteBook()
    raws = []
    for place, path in enumerate(paths):
        share = _Share(tell, place, len(paths))
        raws.append(OsmReader(path, meanings.is_wanted, stop, share).read())
    raw = add_ferry_relations(combine(raws, book))
    del raws
    tell("build", _READ_SHARE)

    def check_stop() -> None:
        if stop is not None and stop():
            raise OsmStoppedError

    infrastructure, counts = build_infrastructure(raw, meanings.read, options, book, check_stop)
    del raw  # Not needed to merge, and large.
    check_stop()
    tell("merge", 0.95)
    if options.merge_chains:
        infrastructure = merge_chains(infrastructure)
    counts |= {"links": len(infrastructure.links), "nodes": len(infrastructure.nodes)}
    tell("merge", 1.0)
    return Imported(infrastructure, book.notes(), MappingProxyType(counts))


class _Share:
    """Tells the share of one file as a share of the whole."""

    def __init__(self, tell: Progress, place: int, count: int) -> None:
        self.tell, self.place, self.count = tell, place, count

    def __call__(self, share: float) -> None:
        self.tell("read", _READ_SHARE * (self.place + share) / self.count)


def _tell_nobody(step: str, share: float) -> None:
    """Leave progress untold."""
