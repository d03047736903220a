"""What the commands that make versions of stored ones do: check and repair, join, merge; and delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.network.request import Bounds, Target, parse_bounds
from api.network.saving import Import, Saved, check_before, check_related, put_together, tell_import
from api.network.stored import NewVersion, delete_network, read_stored_network, save_network, stored_versions
from api.network.tell import tell_notes, tell_stored, version_document
from api.network.written import write_issues
from api.readiness import opened
from geodata.infrastructure.imported import Imported, Note
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.topology.check_places import Place
    from geodata.topology.issues import Issues
    from geodata.topology.repair import Repaired
    from geodata.versions.version import StoredVersion

PACK: Final = "pack"
DELETED: Final = Text(en="Network version {name} is deleted.", vi="Đã xóa phiên bản mạng lưới {name}.")
ORPHANS: Final = Text(
    en="Made from {name}: {made}. They stay whole, but --onto can no longer tell which of their rows were edited.",
    vi="Được tạo từ {name}: {made}. Các phiên bản này vẫn nguyên vẹn, nhưng --onto không còn biết dòng nào đã sửa.",
)
SOUND: Final = Text(en="Nothing to complain about.", vi="Không có lỗi.")
ISSUES_FILE: Final = Text(
    en="Issues are written to a file that ends in .gpkg; {out} is none.",
    vi="Các lỗi được ghi vào tệp .gpkg; {out} không phải.",
)
NO_REPAIR: Final = Text(
    en="There was nothing that could be repaired safely; nothing was stored.",
    vi="Không có lỗi nào sửa được an toàn; không lưu gì.",
)
REPAIRED: Final = Text(
    en="{count:,} safe repairs made and recorded; the version checked stays as it is.",
    vi="Đã sửa và ghi nhận {count:,} lỗi an toàn; phiên bản được kiểm tra vẫn giữ nguyên.",
)


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to check.

    Parameters
    ----------
    version
        Number or name of the version.
    bounds
        Area the data cover whole (west,south,east,north); None where that is not known.
    out
        File that takes the issues as layers.
    repairs
        Whether safe repairs are made, as a new version.
    """

    version: str
    bounds: str | None
    out: Path | None
    repairs: bool


CHECK_STEPS: Final = 2
REPAIR_STEPS: Final = 2
JOIN_STEPS: Final = 3
MERGE_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """A version that was checked.

    Parameters
    ----------
    stored, infrastructure
        The version.
    issues
        What was found.
    """

    stored: StoredVersion
    infrastructure: Infrastructure
    issues: Issues


def check_version(request: CheckRequest, database: str, listener: Listener) -> Checked:
    """Check a version.

    Raises
    ------
    HinterlandError
        If there is none such, or the bounds are none.
    """
    from geodata.topology.check import check_infrastructure  # noqa: PLC0415 - loads scipy
    from geodata.topology.options import CheckOptions  # noqa: PLC0415

    options = CheckOptions(area=parse_bounds(request.bounds))
    listener.begin(Text(en="Reading the network", vi="Đọc mạng lưới"))
    stored, infrastructure = read_stored_network(database, request.version)
    places = _places(database, infrastructure, options.area)
    listener.begin(Text(en="Checking", vi="Kiểm tra"))
    issues = check_infrastructure(infrastructure, options, places=places)
    if options.area is None:
        _keep_findings(database, stored, issues)
    return Checked(stored, infrastructure, issues)


def repair_version(checked: Checked, bounds: str | None, target: Target, listener: Listener) -> Saved:
    """Make the safe repairs of a version that was checked, as a new version where there are any.

    Raises
    ------
    HinterlandError
        If it cannot be stored.
    """
    from geodata.topology.options import CheckOptions  # noqa: PLC0415 - loads scipy
    from geodata.topology.repair import repair_all  # noqa: PLC0415

    listener.begin(Text(en="Repairing", vi="Sửa lỗi"))
    repaired = repair_all(checked.infrastructure, CheckOptions(area=parse_bounds(bounds)))
    document = {"repairs": len(repaired.records)}
    if not repaired.records:
        return Saved(None, sentences=(NO_REPAIR,), document=document)
    new = NewVersion(
        name=target.name or f"{checked.stored.name}_repaired",
        kind="repaired",
        parent=checked.stored.version_id,
        records=repair_notes(repaired, checked.issues),
        is_given=target.name is not None,
    )
    version = save_network(target.database, repaired.infrastructure, new, listener)
    return Saved(version, sentences=(REPAIRED.format(count=len(repaired.records)),), document=document)


def check_document(checked: Checked, saved: Saved) -> dict[str, Any]:
    """Return what was found and repaired, as a document."""
    issues = checked.issues
    return {
        "checked": version_document(checked.stored),
        "severities": issues.severities(),
        "kinds": issues.summary(),
        "counts": dict(issues.counts),
        "issues": _issue_documents(issues),
        "version": None if saved.version is None else version_document(saved.version),
        **saved.document,
    }


def run_check(request: CheckRequest, target: Target, talk: Talk) -> None:
    """Check a version; write what was found as layers, and store the safely repaired network where asked."""
    out, repairs = request.out, request.repairs
    if out is not None and out.suffix.lower() != ".gpkg":
        raise HinterlandError(ISSUES_FILE.format(out=out))
    saved = Saved(None)
    with talk.steps(CHECK_STEPS + (out is not None) + REPAIR_STEPS * repairs) as steps:
        checked = check_version(request, target.database, steps)
        if out is not None:
            steps.begin(Text(en=f"Writing {out}", vi=f"Ghi {out}"))
            write_issues(checked.issues, out)
        if repairs:
            saved = repair_version(checked, request.bounds, target, steps)
    _tell_issues(checked.issues, talk)
    for sentence in saved.sentences:
        talk.say(sentence)
    if saved.version is not None:
        tell_stored(saved.version, talk)
    talk.answer(check_document(checked, saved))


def _places(database: str, infrastructure: Infrastructure, area: Bounds | None) -> list[Place]:
    """Return the terminals of the registry that the network should reach: those within what it covers."""
    from api.network.packs import places_of, registry_of  # noqa: PLC0415 - loads pandas

    pack = registry_of(database)
    if pack is None or not len(infrastructure.nodes):
        return []
    lon, lat = infrastructure.nodes.lon, infrastructure.nodes.lat
    extent = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    return places_of(pack, area or extent)


def _keep_findings(database: str, stored: StoredVersion, issues: Issues) -> None:
    """Keep what was found as the map layer of the version's findings."""
    from api.gis.topology_layers import keep_findings  # noqa: PLC0415 - loads what layers are kept with

    with opened(database) as engine:
        keep_findings(engine, stored, issues)


def _issue_documents(issues: Issues) -> list[dict[str, Any]]:
    columns = {name: values.tolist() for name, values in issues.to_columns().items()}
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return [
        {name: None if isinstance(value, float) and value != value else value for name, value in row.items()}  # noqa: PLR0124 - NaN
        for row in rows
    ]


def _tell_issues(issues: Issues, talk: Talk) -> None:
    if not len(issues):
        talk.say(SOUND)
        return
    notes = [
        Note(row.kind, "note" if row.severity == "note" else "warning", "", row.lon, row.lat, row.text)
        for row in issues.rows
    ]
    tell_notes(notes, talk)
    severities = ", ".join(f"{name} {count:,}" for name, count in issues.severities().items())
    talk.say(Text(en="Found: {counts}.", vi="Tìm thấy: {counts}.").format(counts=severities))


def repair_notes(repaired: Repaired, issues: Issues) -> tuple[Note, ...]:
    """Return the records of repairs as notes, with the place and sentence of the issue each answers."""
    about = {issue.issue_id: issue for issue in issues.rows}
    notes = []
    for record in repaired.records:
        issue = about.get(record.issue_id)
        what = Text(
            en=f"{record.action}: {record.before} → {record.after}",
            vi=f"{record.action}: {record.before} → {record.after}",
        )
        text = what if issue is None else Text(en=f"{issue.text.en} {what.en}", vi=f"{issue.text.vi} {what.vi}")
        place = (float("nan"), float("nan")) if issue is None else (issue.lon, issue.lat)
        notes.append(Note(record.kind, "note", ";".join((*record.links, *record.nodes)), *place, text))
    return tuple(notes)


def run_join(target: Target, detail: str, corridors: str, talk: Talk) -> None:
    """Join a detailed version with the corridors of a region pack, or of another version, and tell of it."""
    with talk.steps(JOIN_STEPS) as steps:
        done = join_networks(target, detail, corridors, steps)
    tell_import(done, talk)


def join_networks(target: Target, detail: str, corridors: str, listener: Listener) -> Import:
    """Join a detailed version with the corridors of a region pack, or of another version.

    Raises
    ------
    HinterlandError
        If one of them is not there, or the joined network cannot be stored.
    """
    from api.network.packs import pack_of  # noqa: PLC0415 - loads pandas
    from geodata.joining.join import join_corridors, join_pack  # noqa: PLC0415 - loads scipy

    listener.begin(Text(en="Reading both networks", vi="Đọc hai mạng lưới"))
    stored, fine = read_stored_network(target.database, detail)
    if corridors == PACK or (target.reads_files and Path(corridors).is_dir()):
        name, pack = pack_of(None if corridors == PACK else corridors, target.database)
        listener.begin(Text(en="Joining", vi="Ghép"))
        joined = join_pack(fine, pack)
    else:
        other, coarse = read_stored_network(target.database, corridors)
        name = other.name
        listener.begin(Text(en="Joining", vi="Ghép"))
        joined = join_corridors(fine, coarse)
    notes = join_notes(joined.rows, joined.left_out)
    new = NewVersion(
        name=target.name or f"{stored.name}_{name}",
        kind="joined",
        parent=stored.version_id,
        note=f"{stored.name} + {name}",
        records=notes,
        is_given=target.name is not None,
    )
    version = save_network(target.database, joined.infrastructure, new, listener)
    return Import(Imported(joined.infrastructure, notes), Saved(version))


def join_notes(rows: Sequence[Any], left_out: Any) -> tuple[Note, ...]:  # noqa: ANN401 - a mapping of counts
    """Return what became of each corridor as notes."""
    nowhere = float("nan")
    notes = [Note(f"corridor_{row.outcome}", "note", row.corridor_id, nowhere, nowhere, row.text) for row in rows]
    for mode, count in left_out.items():
        text = Text(
            en=f"{count:,} links of mode {mode} of the detail were left out: those of the corridors stand.",
            vi=f"Bỏ {count:,} đoạn phương thức {mode} của dữ liệu chi tiết: dùng của hành lang.",
        )
        notes.append(Note("left_out", "warning", mode, nowhere, nowhere, text, count))
    return tuple(notes)


def run_merge(names: tuple[str, str, str], target: Target, talk: Talk) -> None:
    """Put the edits that lead from one version to another upon a third, and tell of it."""
    with talk.steps(MERGE_STEPS) as steps:
        done = merge_networks(names, target, steps)
    tell_import(done, talk)


def merge_networks(names: tuple[str, str, str], target: Target, listener: Listener) -> Import:
    """Put the edits that lead from one version (the first) to another upon a third.

    Raises
    ------
    HinterlandError
        If one of them is not there, the first two have nothing in common, or the name cannot be given.
    """
    check_before(target, listener)
    listener.begin(Text(en="Reading three versions", vi="Đọc ba phiên bản"))
    base, mine, theirs = (read_stored_network(target.database, name) for name in names)
    check_related(base, mine)
    return Import(Imported(theirs[1]), put_together(base[1], mine, theirs, target, listener))


def run_delete(database: str, version: str, talk: Talk) -> None:
    """Delete one version."""
    with talk.steps(1) as steps:
        steps.begin(Text(en="Deleting", vi="Xóa"))
        stored = delete_network(database, version)
    talk.say(DELETED.format(name=stored.name))
    made_from = [other.name for other in stored_versions(database) if other.parent == stored.version_id]
    if made_from:
        talk.say(ORPHANS.format(name=stored.name, made=", ".join(made_from)))
    talk.answer({"deleted": version_document(stored)})
