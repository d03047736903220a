"""What the commands that look at stored networks do: list, show, diff, candidates, export."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.network.stored import read_stored_network, read_stored_records, stored_versions
from api.network.tell import (
    COUNT_NAMES,
    length_rows,
    note_documents,
    tell_facts,
    tell_lengths,
    tell_notes,
    tell_versions,
    version_document,
)
from api.network.written import write_rows
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.console import Talk
    from api.listening import Listener
    from geodata.infrastructure.imported import Note
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.versions.difference import Difference
    from geodata.versions.version import StoredVersion

MOST_SHOWN: Final = 40
FORMATS: Final = {
    "gpkg": "GPKG",
    "flatgeobuf": "FlatGeobuf",
    "geojson": "GeoJSON",
    "geojsonseq": "GeoJSONSeq",
    "shapefile": "ESRI Shapefile",
}
GMNS: Final = "gmns"
SUFFIX_FORMATS: Final = {".fgb": "flatgeobuf", ".geojson": "geojson", ".geojsonl": "geojsonseq", ".shp": "shapefile"}

NONE_YET: Final = Text(
    en="No network is stored yet. Make one with `hinterland network import-osm FILE`.",
    vi="Chưa lưu mạng lưới nào. Hãy tạo bằng `hinterland network import-osm FILE`.",
)
SAME: Final = Text(en="{before} and {after} hold the same.", vi="{before} và {after} giống hệt nhau.")
MORE: Final = Text(
    en="{count:,} more; --out FILE.gpkg or FILE.csv writes all of them.",
    vi="Còn {count:,} dòng; --out TỆP.gpkg hoặc TỆP.csv ghi tất cả.",
)
WRITTEN: Final = Text(en="Written to {out}.", vi="Đã ghi vào {out}.")
NAME_FOLDER: Final = Text(
    en="A network has several layers, {format} keeps one in a file: name a folder instead of {out}, "
    "with --format {format}.",
    vi="Mạng lưới có nhiều lớp, mỗi tệp {format} chỉ chứa một lớp: hãy chỉ thư mục thay cho {out}, "
    "kèm --format {format}.",
)
NO_FORMAT: Final = Text(
    en="Name a file that ends in .gpkg, or a folder with --format (one of {formats}); got {out}.",
    vi="Hãy chỉ tệp có đuôi .gpkg, hoặc thư mục kèm --format (một trong {formats}); nhận được {out}.",
)
BAD_TABLE: Final = Text(
    en="The rows are written to a file that ends in .csv or .gpkg; {out} is none.",
    vi="Các dòng được ghi vào tệp .csv hoặc .gpkg; {out} không phải.",
)
NO_REGISTRY: Final = Text(
    en="The database holds no registry to compare with; load a region with `hinterland load`.",
    vi="Cơ sở dữ liệu chưa có danh bạ để đối chiếu; hãy nạp vùng bằng `hinterland load`.",
)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export where.

    Parameters
    ----------
    version
        Number or name of the version.
    out
        File or folder.
    kind
        Format; None: by the name of the file.
    crs
        CRS of the coordinates.
    overwrite
        Whether what stands there may be replaced.
    """

    version: str
    out: Path
    kind: str | None
    crs: str
    overwrite: bool


def run_list(database: str, talk: Talk) -> None:
    """Tell every stored version."""
    versions = stored_versions(database)
    if versions:
        tell_versions(versions, talk)
    else:
        talk.say(NONE_YET)
    talk.answer({"versions": [version_document(stored) for stored in versions]})


def run_show(database: str, version: str, talk: Talk, *, with_records: bool) -> None:
    """Tell what one version holds, by mode and class, and what was recorded with it."""
    stored, infrastructure = read_stored_network(database, version)
    records = read_stored_records(database, stored.version_id)
    parents = {one.version_id: one for one in stored_versions(database)}
    lengths = length_rows(infrastructure)
    tell_facts(stored, parents.get(stored.parent or 0), talk)
    tell_lengths(lengths, talk)
    if with_records:
        _tell_records(records, talk)
    else:
        tell_notes(records, talk)
    document: dict[str, Any] = {"version": version_document(stored), "lengths": lengths}
    talk.answer(document | ({"records": note_documents(records)} if with_records else {}))


def _tell_records(records: Any, talk: Talk) -> None:  # noqa: ANN401 - notes
    headings = (
        Text(en="What", vi="Nội dung"),
        Text(en="Kind", vi="Loại"),
        Text(en="Place", vi="Vị trí"),
        Text(en="Times", vi="Số lần"),
    )
    rows = []
    for note in records:
        place = f"{note.lat:.6f},{note.lon:.6f}" if note.has_place else ""
        told = note.text.of(talk.language)
        rows.append((f"{note.subject}: {told}" if note.subject else told, note.kind, place, str(note.count)))
    talk.table(Text(en="Records", vi="Ghi nhận"), headings, rows)


def run_diff(database: str, names: tuple[str, str], out: Path | None, talk: Talk) -> None:
    """Tell what differs between two versions, and write it where asked."""
    if out is not None and out.suffix.lower() not in (".csv", ".gpkg"):
        raise HinterlandError(BAD_TABLE.format(out=out))
    with talk.steps(DIFF_STEPS) as steps:
        before, after, found = compare_versions(database, names, steps)
        if out is not None:
            write_rows(found.rows, out, "network_changes")
    if found.is_empty:
        talk.say(SAME.format(before=before.name, after=after.name))
    else:
        _tell_difference(found, talk)
    if out is not None:
        talk.say(WRITTEN.format(out=out))
    talk.answer({"before": before.name, "after": after.name, "counts": found.counts, "rows": row_documents(found.rows)})


DIFF_STEPS: Final = 2
EXPORT_STEPS: Final = 2


def compare_versions(
    database: str, names: tuple[str, str], listener: Listener
) -> tuple[StoredVersion, StoredVersion, Difference]:
    """Return two versions, and what differs between them.

    Raises
    ------
    HinterlandError
        If one of them is not there.
    """
    from geodata.versions.difference import difference  # noqa: PLC0415 - loads pandas

    listener.begin(Text(en="Reading two versions", vi="Đọc hai phiên bản"))
    (before, old), (after, new) = (read_stored_network(database, name) for name in names)
    listener.begin(Text(en="Comparing", vi="So sánh"))
    return before, after, difference(old, new)


def _tell_difference(found: Difference, talk: Talk) -> None:
    counts = [(COUNT_NAMES[name].of(talk.language), f"{count:,}") for name, count in found.counts.items()]
    headings = (Text(en="What", vi="Mục"), Text(en="Rows", vi="Số dòng"))
    talk.table(Text(en="Differences", vi="Khác biệt"), headings, counts)
    columns = (
        Text(en="Subject", vi="Đối tượng"),
        Text(en="Change", vi="Thay đổi"),
        Text(en="Column", vi="Cột"),
        Text(en="Before", vi="Trước"),
        Text(en="After", vi="Sau"),
        Text(en="Moved, m", vi="Dời, m"),
    )
    rows = [
        (
            row.subject,
            row.change,
            row.column,
            row.before,
            row.after,
            "" if math.isnan(row.moved_m) else f"{row.moved_m:,.2f}",
        )
        for row in found.rows.head(MOST_SHOWN).itertuples()
    ]
    talk.table(Text(en="Rows", vi="Các dòng"), columns, rows)
    if len(found.rows) > MOST_SHOWN:
        talk.say(MORE.format(count=len(found.rows) - MOST_SHOWN))


def row_documents(rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a DataFrame
    """Return the rows of a table as documents; what is missing is null."""
    records: list[dict[str, Any]] = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return records


def run_export(database: str, request: ExportRequest, talk: Talk) -> None:
    """Write a version as layers for GIS programs, or as GMNS tables."""
    with talk.steps(EXPORT_STEPS) as steps:
        stored, chosen, notes = export_version(database, request, steps)
    tell_notes(notes, talk)
    talk.say(WRITTEN.format(out=request.out))
    if stored.attribution:
        talk.say(
            Text(en="Keep beside any copy: {text}", vi="Ghi kèm mọi bản sao: {text}").format(text=stored.attribution)
        )
    talk.answer(
        {"version": version_document(stored), "out": str(request.out), "format": chosen, "notes": note_documents(notes)}
    )


def export_version(
    database: str, request: ExportRequest, listener: Listener
) -> tuple[StoredVersion, str, Sequence[Note]]:
    """Write a version as layers for GIS programs, or as GMNS tables; return it, the format, and what to know of it.

    Raises
    ------
    HinterlandError
        If there is none such, or it cannot be written there.
    """
    chosen = _format(request)
    listener.begin(Text(en="Reading the network", vi="Đọc mạng lưới"))
    stored, infrastructure = read_stored_network(database, request.version)
    listener.begin(Text(en=f"Writing {request.out.name}", vi=f"Ghi {request.out.name}"))
    return stored, chosen, _write(infrastructure, request, chosen)


def _format(request: ExportRequest) -> str:
    suffix = request.out.suffix.lower()
    if suffix in SUFFIX_FORMATS:
        raise HinterlandError(NAME_FOLDER.format(out=request.out, format=request.kind or SUFFIX_FORMATS[suffix]))
    chosen = (request.kind or ("gpkg" if suffix == ".gpkg" else "")).lower()
    if chosen not in (*FORMATS, GMNS) or (chosen == "gpkg") != (suffix == ".gpkg"):
        raise HinterlandError(NO_FORMAT.format(out=request.out, formats=", ".join((*FORMATS, GMNS))))
    return chosen


def _write(infrastructure: Infrastructure, request: ExportRequest, chosen: str) -> Any:  # noqa: ANN401 - notes
    if chosen == GMNS:
        from geodata.gis.gmns_write import write_gmns  # noqa: PLC0415 - only where asked for

        write_gmns(infrastructure, request.out, overwrite=request.overwrite)
        return ()
    from geodata.gis.write import write_layers  # noqa: PLC0415 - loads pyogrio

    return write_layers(
        infrastructure, request.out, crs=request.crs, driver=FORMATS[chosen], overwrite=request.overwrite
    )


def run_candidates(database: str, version: str, out: Path | None, talk: Talk) -> None:
    """Tell the places of a version that may be rows of the registry, and which rows they may be."""
    import pandas as pd  # noqa: PLC0415 - only this command

    from api.network.packs import registry_of  # noqa: PLC0415
    from geodata.joining.registry import suggest_matches  # noqa: PLC0415 - loads scipy

    if out is not None and out.suffix.lower() not in (".csv", ".gpkg"):
        raise HinterlandError(BAD_TABLE.format(out=out))
    stored, infrastructure = read_stored_network(database, version)
    registry = registry_of(database)
    suggestions = () if registry is None else suggest_matches(infrastructure, registry)
    best = {one.candidate_id: one for one in reversed(suggestions)}
    frame = pd.DataFrame(infrastructure.candidates.to_columns()).drop(columns=["outline", "source"])
    ids = frame["candidate_id"].tolist()
    frame["suggested_table"] = [best[one].table if one in best else "" for one in ids]
    frame["suggested_id"] = [best[one].row_id if one in best else "" for one in ids]
    frame["score"] = [best[one].score if one in best else float("nan") for one in ids]
    for language in ("vi", "en"):
        frame[f"reasons_{language}"] = [best[one].reasons.of(language) if one in best else "" for one in ids]
    frame = frame.sort_values("score", ascending=False, kind="stable", na_position="last")
    if out is not None:
        write_rows(frame, out, "network_candidates")
    _tell_candidates(frame, talk)
    if registry is None:
        talk.say(NO_REGISTRY)
    talk.answer(
        {
            "version": version_document(stored),
            "candidates": row_documents(frame),
            "suggestions": [dataclasses.asdict(one) for one in suggestions],
        }
    )


def _tell_candidates(frame: Any, talk: Talk) -> None:  # noqa: ANN401 - a DataFrame
    headings = (
        Text(en="Place", vi="Địa điểm"),
        Text(en="Kind", vi="Loại"),
        Text(en="ha", vi="ha"),
        Text(en="May be", vi="Có thể là"),
        Text(en="Why", vi="Vì sao"),
        Text(en="Score", vi="Điểm"),
    )
    rows = [
        (
            row.name or row.candidate_id,
            row.kind,
            "" if math.isnan(row.area_ha) else f"{row.area_ha:,.1f}",
            row.suggested_id,
            row.reasons_vi if talk.language == "vi" else row.reasons_en,
            "" if math.isnan(row.score) else f"{row.score:.2f}",
        )
        for row in frame.head(MOST_SHOWN).itertuples(index=False)
    ]
    talk.table(Text(en="Places that may be in the registry", vi="Địa điểm có thể thuộc danh bạ"), headings, rows)
    if len(frame) > MOST_SHOWN:
        talk.say(MORE.format(count=len(frame) - MOST_SHOWN))
