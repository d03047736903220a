"""Imports become versions: stored as they are, or with the hand-made edits of another version put upon them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from api.network.request import Target
from api.network.stored import (
    NewVersion,
    check_target,
    find_stored,
    read_stored_network,
    save_network,
    stored_versions,
)
from api.network.tell import note_documents, tell_notes, tell_stored, version_document, with_counts
from geodata.geodesy import geodesic_m
from geodata.infrastructure.imported import Imported, Note
from geodata.versions.difference import difference
from geodata.versions.merge import merge
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.versions.version import StoredVersion

EMPTY: Final = Text(
    en="Nothing was found to store: no road, railway or waterway of the modes, classes and area asked for.",
    vi="Không có gì để lưu: không có đường bộ, đường sắt hay đường thủy theo phương thức, cấp và vùng đã chọn.",
)
NOT_STORED: Final = Text(
    en="Nothing was stored (--dry-run): {links:,} links, {nodes:,} nodes.",
    vi="Chưa lưu gì (--dry-run): {links:,} đoạn, {nodes:,} nút.",
)
NO_BASE: Final = Text(
    en="It is not known which import the edits of {name} were made on: its parent was deleted. Name all three: "
    "`hinterland network merge BASE MINE THEIRS`.",
    vi="Không rõ các bản sửa của {name} dựa trên lần nhập nào: phiên bản gốc đã bị xóa. Hãy nêu cả ba: "
    "`hinterland network merge BASE MINE THEIRS`.",
)
MERGED_NOTE: Final = Text(en="Edits of {mine} put upon {theirs}", vi="Bản sửa của {mine} đưa lên {theirs}")
MERGED: Final = Text(
    en="Edits put upon the newer data: {counts}. Conflicts: {warnings}; the edits made by hand stand.",
    vi="Bản sửa đưa lên dữ liệu mới: {counts}. Xung đột: {warnings}; các bản sửa tay được giữ.",
)
NO_CHANGE: Final = Text(
    en="The file holds exactly what version {name} holds; nothing was stored.",
    vi="Tệp giống hệt phiên bản {name}; không lưu gì.",
)
ALL_GONE: Final = Text(
    en="{file} holds no link any more; a network of none is not stored. Export the version once more.",
    vi="{file} không còn đoạn nào; không lưu mạng lưới rỗng. Hãy xuất lại phiên bản.",
)
ELSEWHERE: Final = Text(
    en="{far} of {count} nodes of {file} lie more than {km} km from where version {name} has them. Is its coordinate "
    "reference system the one that its coordinates are in? Nothing was stored.",
    vi="{far} trong {count} nút của {file} cách vị trí trong phiên bản {name} hơn {km} km. Hệ tọa độ của tệp có đúng "
    "với tọa độ không? Chưa lưu gì.",
)
UNRELATED: Final = Text(
    en="{mine} was not made from {base}: they have no link in common. Name the version that was edited, its edited "
    "version and the newer import.",
    vi="{mine} không được tạo từ {base}: hai bên không có đoạn nào chung. Hãy nêu bản gốc đã được sửa, bản sửa và bản "
    "nhập mới hơn.",
)
METRES_PER_KM: Final = 1000.0
FAR_KM: Final = 10.0
"""Nodes that most of an edited network has moved farther than this were not moved by hand."""

EDITS: Final = Text(en="Changes to {name}: {counts}.", vi="Thay đổi so với {name}: {counts}.")


@dataclass(frozen=True, slots=True)
class Import:
    """What was imported and what came of it.

    Parameters
    ----------
    imported
        What was read.
    saved
        What it is stored as.
    """

    imported: Imported
    saved: Saved


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of an import.

    Parameters
    ----------
    version
        The version it is stored as; None where nothing was stored.
    conflicts
        What a merge could not settle, or carried elsewhere.
    sentences
        What to tell of it.
    document
        What to answer of it besides the version.
    """

    version: StoredVersion | None
    conflicts: tuple[Note, ...] = ()
    sentences: tuple[Text, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)


def merge_steps(target: Target) -> int:
    """Return how many steps storing takes."""
    if target.dry_run:
        return 0
    return 1 if target.onto is None else 3


def check_before(target: Target, listener: Listener) -> None:
    """Refuse what could not be stored, before anything long is begun; once, as the name is taken afterwards.

    Raises
    ------
    HinterlandError
        If the database cannot be used or the name not be given; if there is no version whose edits are to be kept, or
        the import it was made on is there no more.
    """
    if not target.dry_run:
        listener.once("the name is free", lambda: _checked(target))
    if target.onto is not None:
        _base_of(target.database, target.onto)


def _checked(target: Target) -> dict[str, bool]:
    check_target(target.database, target.name)
    return {"is_free": True}


def _base_of(database: str, onto: str) -> tuple[StoredVersion, StoredVersion]:
    """Return the version whose edits are kept, and the import they were made on."""
    versions = {stored.version_id: stored for stored in stored_versions(database)}
    mine = base = find_stored(database, onto)
    while base.kind != "imported":
        if base.parent not in versions:
            raise HinterlandError(NO_BASE.format(name=mine.name))
        base = versions[base.parent]
    return mine, base


def store(imported: Imported, name: str, target: Target, listener: Listener) -> Saved:
    """Store an import, with ``onto`` also the edits of that version put upon it; nothing with ``dry_run``.

    Raises
    ------
    HinterlandError
        If it cannot be stored.
    """
    if not len(imported.infrastructure.links):
        raise HinterlandError(EMPTY)
    if target.dry_run:
        counts = {"links": len(imported.infrastructure.links), "nodes": len(imported.infrastructure.nodes)}
        return Saved(None, sentences=(NOT_STORED.format(**counts),))
    if target.onto is None:
        new = NewVersion(name, "imported", records=imported.notes, is_given=target.name is not None)
        return Saved(save_network(target.database, imported.infrastructure, new, listener))
    mine, base = _base_of(target.database, target.onto)
    new = NewVersion(f"{name}_import", "imported", records=imported.notes)
    theirs = save_network(target.database, imported.infrastructure, new, listener)
    before = read_stored_network(target.database, base.version_id)[1]
    edited = read_stored_network(target.database, mine.version_id)[1]
    named = replace(target, name=target.name or name)
    return put_together(before, (mine, edited), (theirs, imported.infrastructure), named, listener)


def put_together(
    base: Infrastructure,
    mine: tuple[StoredVersion, Infrastructure],
    theirs: tuple[StoredVersion, Infrastructure],
    target: Target,
    listener: Listener,
) -> Saved:
    """Put the edits that lead from ``base`` to ``mine`` upon ``theirs`` and store what comes of it."""
    listener.begin(Text(en="Putting the edits upon the newer data", vi="Đưa các bản sửa lên dữ liệu mới"))
    merged = merge(base, mine[1], theirs[1])
    note = MERGED_NOTE.format(mine=mine[0].name, theirs=theirs[0].name)
    # The parent of a merged version is the import that its edits lie upon: the next merge starts from there.
    new = NewVersion(
        name=target.name or f"{theirs[0].name}_merged",
        kind="merged",
        parent=theirs[0].version_id,
        note=f"{note.vi} · {note.en}",
        records=merged.conflicts,
    )
    version = save_network(target.database, merged.infrastructure, new, listener)
    warnings = sum(conflict.severity == "warning" for conflict in merged.conflicts)
    counts = {name: count for name, count in merged.counts.items() if count}
    told = with_counts(MERGED, counts, warnings=warnings)
    return Saved(version, merged.conflicts, (told,), {"edits": counts, "conflicts": note_documents(merged.conflicts)})


def store_edits(imported: Imported, target: Target, file: str, listener: Listener) -> Saved:
    """Store an exported network that was edited, as a new version made from the one it was exported from."""
    base, before = read_stored_network(target.database, target.onto or "latest")
    listener.begin(Text(en=f"Comparing with {base.name}", vi=f"So với {base.name}"))
    if not len(imported.infrastructure.links):
        raise HinterlandError(ALL_GONE.format(file=file))
    _check_place(before, imported.infrastructure, base.name, file)
    changes = difference(before, imported.infrastructure)
    if changes.is_empty:
        return Saved(None, sentences=(NO_CHANGE.format(name=base.name),), document={"changes": {}})
    told = with_counts(EDITS, changes.counts, name=base.name)
    if target.dry_run:
        saved = store(imported, "", target, listener)
        return Saved(None, sentences=(told, *saved.sentences), document={"changes": changes.counts})
    new = NewVersion(
        name=target.name or f"{base.name}_edited",
        kind="edited",
        parent=base.version_id,
        note=file,
        records=imported.notes,
        is_given=target.name is not None,
    )
    version = save_network(target.database, imported.infrastructure, new, listener)
    return Saved(version, sentences=(told,), document={"changes": changes.counts})


def check_related(base: tuple[StoredVersion, Infrastructure], mine: tuple[StoredVersion, Infrastructure]) -> None:
    """Refuse an edited version that has no link of the one it is said to be made from.

    Raises
    ------
    HinterlandError
        If they have none in common: all of one would be taken for removed, and all of the other for drawn by hand.
    """
    if base[1].link_places.keys().isdisjoint(mine[1].link_places):
        raise HinterlandError(UNRELATED.format(base=base[0].name, mine=mine[0].name))


def _check_place(before: Infrastructure, after: Infrastructure, name: str, file: str) -> None:
    """Refuse an edited network most of which lies elsewhere: a file whose CRS is not that of its coordinates."""
    was = before.node_places
    shared = [(place, was[node]) for place, node in enumerate(after.nodes.node_id.tolist()) if node in was]
    if not shared:
        return
    new, old = np.array(shared).T
    moved_m = geodesic_m(after.nodes.lon[new], after.nodes.lat[new], before.nodes.lon[old], before.nodes.lat[old])
    far = int((moved_m > FAR_KM * METRES_PER_KM).sum())
    if 2 * far > len(shared):
        raise HinterlandError(ELSEWHERE.format(far=far, count=len(shared), file=file, km=f"{FAR_KM:.0f}", name=name))


def import_document(done: Import) -> dict[str, Any]:
    """Return what an import found and what came of it, as a document."""
    version = done.saved.version
    return {
        "version": None if version is None else version_document(version),
        "counts": dict(done.imported.counts),
        "notes": note_documents(done.imported.notes),
        **done.saved.document,
    }


def tell_import(done: Import, talk: Talk) -> None:
    """Tell what an import found, what came of it, and where to look on."""
    imported, saved = done.imported, done.saved
    tell_notes([*imported.notes, *saved.conflicts], talk)
    for sentence in saved.sentences:
        talk.say(sentence)
    if saved.version is not None:
        tell_stored(saved.version, talk)
        if imported.notes or saved.conflicts:
            talk.say(
                Text(
                    en="All notes: `hinterland network show {name} --records`.",
                    vi="Xem mọi ghi nhận: `hinterland network show {name} --records`.",
                ).format(name=saved.version.name)
            )
    talk.answer(import_document(done))
