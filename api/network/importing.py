"""What the commands that bring networks in do: from OpenStreetMap, GIS files, GMNS folders and region packs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.network.request import BAD_OPTION, Target, check_words, parse_bounds, read_area
from api.network.saving import Import, check_before, merge_steps, store, store_edits, tell_import
from geodata.infrastructure.imported import Imported
from geodata.models import LINK_CLASSES
from supplychain.errors import HinterlandError
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener

OSM_STEPS: Final = {
    "read": Text(en="Reading the files", vi="Đọc các tệp"),
    "build": Text(en="Building the network", vi="Dựng mạng lưới"),
    "merge": Text(en="Merging chains of links", vi="Gộp các chuỗi đoạn"),
}
TWICE: Final = Text(
    en="A file is named twice: {files}. Name each once.",
    vi="Một tệp được nêu hai lần: {files}. Hãy nêu mỗi tệp một lần.",
)
NO_MAPPING: Final = Text(
    en="{file} is not a network exported by Hinterland: say what its columns mean with --map MAP.yaml; "
    "--suggest MAP.yaml writes a first one to look through.",
    vi="{file} không phải mạng lưới do Hinterland xuất: hãy cho biết ý nghĩa các cột bằng --map MAP.yaml; "
    "--suggest MAP.yaml viết bản đầu để xem lại.",
)
EDITS_NEED_VERSION: Final = Text(
    en="{file} is a network exported by Hinterland. Say which version it was exported from: --onto VERSION "
    "(or --onto none for a network of its own).",
    vi="{file} là mạng lưới do Hinterland xuất. Hãy nêu phiên bản đã xuất: --onto VERSION "
    "(hoặc --onto none để lưu thành mạng lưới riêng).",
)
SUGGESTED: Final = Text(
    en="{map} says what the columns of {file} may mean. Read it through, put it right, then: "
    "`hinterland network import-gis {file} --map {map}`.",
    vi="{map} nêu ý nghĩa có thể có của các cột trong {file}. Hãy đọc, sửa lại, rồi chạy: "
    "`hinterland network import-gis {file} --map {map}`.",
)
MAP_THERE: Final = Text(
    en="{map} is there already; name another file so that nothing of yours is overwritten.",
    vi="{map} đã có; hãy đặt tên khác để không ghi đè tệp của bạn.",
)
NONE: Final = "none"
EXPORT_LAYER: Final = "network_links"


@dataclass(frozen=True, slots=True)
class OsmRequest:
    """What to import from OpenStreetMap.

    Parameters
    ----------
    files
        The files.
    bounds, area
        Where: west,south,east,north; a GIS file with a polygon.
    modes, classes
        Which modes and classes; none given: all (tracks apart).
    merges_chains
        Whether chains of alike links become one.
    """

    files: Sequence[Path]
    bounds: str | None
    area: Path | None
    modes: Sequence[str]
    classes: Sequence[str]
    merges_chains: bool


@dataclass(frozen=True, slots=True)
class GisRequest:
    """What to import from a GIS file.

    Parameters
    ----------
    file
        The file.
    mapping, suggestion
        File that says what its columns mean; file to write a suggestion of that to.
    layer, crs
        Layer of the file and CRS of its coordinates, where the file does not say.
    """

    file: Path
    mapping: Path | None
    suggestion: Path | None
    layer: str
    crs: str


def run_import_osm(request: OsmRequest, target: Target, talk: Talk) -> None:
    """Import OpenStreetMap files as a new version, and tell of it."""
    with talk.steps(len(OSM_STEPS) + merge_steps(target)) as steps:
        done = import_osm_files(request, target, steps)
    tell_import(done, talk)


def import_osm_files(request: OsmRequest, target: Target, listener: Listener) -> Import:
    """Import OpenStreetMap files as a new version.

    Raises
    ------
    HinterlandError
        If what is asked for, a file or the target cannot be used.
    """
    from geodata.osm.importing import import_osm  # noqa: PLC0415 - loads osmium
    from geodata.osm.options import OsmOptions  # noqa: PLC0415

    if len({file.resolve() for file in request.files}) < len(request.files):
        raise HinterlandError(TWICE.format(files=", ".join(map(str, request.files))))
    modes = check_words("--mode", request.modes, NETWORK_MODES)
    classes = check_words("--class", request.classes, LINK_CLASSES)
    try:
        options = OsmOptions(
            bounds=parse_bounds(request.bounds),
            area=read_area(request.area),
            modes=modes or NETWORK_MODES,
            link_classes=classes or None,
            merge_chains=request.merges_chains,
        )
    except ValueError as error:
        refused = _wrong("--bounds, --area", error)
        raise refused from error
    check_before(target, listener)
    begun: list[str] = []

    def tell(step: str, _share: float) -> None:
        if step in begun:
            listener.detail(OSM_STEPS[step])
        else:
            begun.append(step)
            listener.begin(OSM_STEPS[step])

    try:
        imported = import_osm(request.files, options, tell)
    except ValueError as error:
        refused = _wrong("FILE", error)
        raise refused from error
    return Import(imported, store(imported, _name(target, request.files[0]), target, listener))


def _wrong(option: str, error: ValueError) -> HinterlandError:
    return HinterlandError(BAD_OPTION.format(option=option, why=error))


def run_import_gis(request: GisRequest, target: Target, talk: Talk) -> None:
    """Import a GIS file: with a mapping any file, without one an exported network that was edited."""
    if request.suggestion is not None:
        _suggest(request, request.suggestion, talk)
        return
    total = 3 if request.mapping is None else 1 + merge_steps(target)
    with talk.steps(total) as steps:
        done = import_gis_file(request, target, steps)
    tell_import(done, talk)


def import_gis_file(request: GisRequest, target: Target, listener: Listener) -> Import:
    """Import a GIS file: with a mapping any file, without one an exported network that was edited.

    Raises
    ------
    HinterlandError
        If the mapping, the file or the target cannot be used.
    """
    if request.mapping is None:
        return _import_edits(request.file, target, listener)
    from geodata.gis.importing import GisOptions, import_gis  # noqa: PLC0415 - loads pyproj and pyogrio
    from geodata.gis.mapping_file import read_mapping  # noqa: PLC0415

    mapping = read_mapping(request.mapping)
    check_before(target, listener)
    listener.begin(Text(en=f"Reading {request.file.name}", vi=f"Đọc {request.file.name}"))
    imported = import_gis(request.file, mapping, GisOptions(layer=request.layer, crs=request.crs))
    return Import(imported, store(imported, _name(target, request.file), target, listener))


def _suggest(request: GisRequest, out: Path, talk: Talk) -> None:
    from geodata.gis.mapping_file import write_mapping  # noqa: PLC0415 - loads pyogrio
    from geodata.gis.suggest import suggest_mapping  # noqa: PLC0415

    if out.exists():
        raise HinterlandError(MAP_THERE.format(map=out))
    with talk.steps(1) as steps:
        steps.begin(Text(en=f"Reading {request.file}", vi=f"Đọc {request.file}"))
        mapping = suggest_mapping(request.file, request.layer or None)
        write_mapping(mapping, out)
    talk.say(SUGGESTED.format(map=out, file=request.file))
    talk.answer({"mapping": str(out), "attributes": {name: rule.column for name, rule in mapping.attributes.items()}})


def _import_edits(file: Path, target: Target, listener: Listener) -> Import:
    """Import a network that was exported, and edited since."""
    from geodata.gis.edited import read_edited_layers  # noqa: PLC0415 - loads pyogrio

    if not _is_export(file):
        raise HinterlandError(NO_MAPPING.format(file=file))
    if target.onto is None:
        raise HinterlandError(EDITS_NEED_VERSION.format(file=file))
    own = replace(target, onto=None)
    check_before(own, listener)
    listener.begin(Text(en=f"Reading {file.name}", vi=f"Đọc {file.name}"))
    imported = read_edited_layers(file)
    if target.onto == NONE:
        return Import(imported, store(imported, _name(target, file), own, listener))
    return Import(imported, store_edits(imported, target, file.name, listener))


def _is_export(file: Path) -> bool:
    from geodata.gis.read import layer_names  # noqa: PLC0415 - loads pyogrio

    if file.is_dir() and file.suffix.lower() != ".gdb":
        return any(file.glob(f"{EXPORT_LAYER}.*"))
    return EXPORT_LAYER in {name for name, _ in layer_names(file)}


def run_import_gmns(folder: Path, target: Target, talk: Talk) -> None:
    """Import a folder of GMNS tables, and tell of it."""
    with talk.steps(1 + merge_steps(target)) as steps:
        done = import_gmns_folder(folder, target, steps)
    tell_import(done, talk)


def import_gmns_folder(folder: Path, target: Target, listener: Listener) -> Import:
    """Import a folder of GMNS tables.

    Raises
    ------
    HinterlandError
        If the tables or the target cannot be used.
    """
    from geodata.gis.gmns_read import read_gmns  # noqa: PLC0415 - loads pandas

    check_before(target, listener)
    listener.begin(Text(en=f"Reading {folder.name}", vi=f"Đọc {folder.name}"))
    imported = read_gmns(folder)
    return Import(imported, store(imported, _name(target, folder), target, listener))


def run_import_pack(pack: str | None, target: Target, talk: Talk) -> None:
    """Import the corridors of a region pack, and tell of it."""
    with talk.steps(1 + merge_steps(target)) as steps:
        done = import_corridors(pack, target, steps)
    tell_import(done, talk)


def import_corridors(pack: str | None, target: Target, listener: Listener) -> Import:
    """Import the corridors of a region pack: of the database's, or of one named.

    Raises
    ------
    HinterlandError
        If there is no such region, or the target cannot be used.
    """
    from api.network.packs import corridors_of  # noqa: PLC0415 - loads pandas

    check_before(target, listener)
    listener.begin(Text(en="Reading the region pack", vi="Đọc gói vùng"))
    name, corridors = corridors_of(pack, target.database)
    imported = Imported(corridors)
    return Import(imported, store(imported, target.name or f"{name}_corridors", target, listener))


def _name(target: Target, file: Path) -> str:
    return target.name or file.name.split(".")[0] or file.resolve().name
