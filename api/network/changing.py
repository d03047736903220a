"""What the commands that make versions of stored ones do: check and repair, join, merge; and delete."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.network.request import Bounds, Target, parse_bounds
from api.network.saving import Saved, check_related, put_together, tell_import
from api.network.stored import (
    NewVersion,
    check_target,
    delete_network,
    read_stored_network,
    save_network,
    stored_versions,
)
from api.network.tell import tell_notes, tell_stored, version_document
from api.network.written import write_issues
from geodata.infrastructure.imported import Imported, Note
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.topology.check_places import Place
    from geodata.topology.issues import Issues
    from geodata.topology.repair import Repaired

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


def run_check(request: CheckRequest, target: Target, talk: Talk) -> None:
    """Check a version; write what was found as layers, and store the safely repaired network where asked."""
    from geodata.topology.check import check_infrastructure  # noqa: PLC0415 - loads scipy
    from geodata.topology.options import CheckOptions  # noqa: PLC0415
    from geodata.topology.repair import repair_all  # noqa: PLC0415

    out, repairs = request.out, request.repairs
    options = CheckOptions(area=parse_bounds(request.bounds))

    if out is not None and out.suffix.lower() != ".gpkg":
        raise HinterlandError(ISSUES_FILE.format(out=out))
    saved = Saved(None)
    with talk.steps(2 + (out is not None) + 2 * repairs) as steps:
        steps.begin(Text(en="Reading the network", vi="Đọc mạng lưới"))
        stored, infrastructure = read_stored_network(target.database, request.version)
        places = _places(target.database, infrastructure, options.area)
        steps.begin(Text(en="Checking", vi="Kiểm tra"))
        issues = check_infrastructure(infrastructure, options, places=places)
        if out is not None:
            steps.begin(Text(en=f"Writing {out}", vi=f"Ghi {out}"))
            write_issues(issues, out)
        if repairs:
            steps.begin(Text(en="Repairing", vi="Sửa lỗi"))
            repaired = repair_all(infrastructure, options)
            if repaired.records:
                new = NewVersion(
                    name=target.name or f"{stored.name}_repaired",
                    kind="repaired",
                    parent=stored.version_id,
                    records=repair_notes(repaired, issues),
                    is_given=target.name is not None,
                )
                saved = Saved(save_network(target.database, repaired.infrastructure, new, steps))
            told = REPAIRED.format(count=len(repaired.records)) if repaired.records else NO_REPAIR
            saved = dataclasses.replace(saved, sentences=(told,), document={"repairs": len(repaired.records)})
    _tell_issues(issues, talk)
    for sentence in saved.sentences:
        talk.say(sentence)
    if saved.version is not None:
        tell_stored(saved.version, talk)
    talk.answer(
        {
            "checked": version_document(stored),
            "severities": issues.severities(),
            "kinds": issues.summary(),
            "counts": dict(issues.counts),
            "issues": _issue_documents(issues),
            "version": None if saved.version is None else version_document(saved.version),
            **saved.document,
        }
    )


def _places(database: str, infrastructure: Infrastructure, area: Bounds | None) -> list[Place]:
    """Return the terminals of the registry that the network should reach: those within what it covers."""
    from api.network.packs import places_of, registry_of  # noqa: PLC0415 - loads pandas

    pack = registry_of(database)
    if pack is None or not len(infrastructure.nodes):
        return []
    lon, lat = infrastructure.nodes.lon, infrastructure.nodes.lat
    extent = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    return places_of(pack, area or extent)


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
    """Join a detailed version with the corridors of a region pack, or of another version."""
    from api.network.packs import pack_of  # noqa: PLC0415 - loads pandas
    from geodata.joining.join import join_corridors, join_pack  # noqa: PLC0415 - loads scipy

    with talk.steps(3) as steps:
        steps.begin(Text(en="Reading both networks", vi="Đọc hai mạng lưới"))
        stored, fine = read_stored_network(target.database, detail)
        if corridors == PACK or Path(corridors).is_dir():
            name, pack = pack_of(None if corridors == PACK else corridors, target.database)
            steps.begin(Text(en="Joining", vi="Ghép"))
            joined = join_pack(fine, pack)
        else:
            other, coarse = read_stored_network(target.database, corridors)
            name = other.name
            steps.begin(Text(en="Joining", vi="Ghép"))
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
        version = save_network(target.database, joined.infrastructure, new, steps)
    tell_import(Imported(joined.infrastructure, notes), Saved(version), talk)


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
    """Put the edits that lead from one version to another upon a third."""
    check_target(target.database, target.name)
    with talk.steps(3) as steps:
        steps.begin(Text(en="Reading three versions", vi="Đọc ba phiên bản"))
        base, mine, theirs = (read_stored_network(target.database, name) for name in names)
        check_related(base, mine)
        saved = put_together(base[1], mine, theirs, target, steps)
    tell_import(Imported(theirs[1]), saved, talk)


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
