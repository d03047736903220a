"""What a worker runs for the networks of the service: imports, checks, repairs, joins, merges, diffs, exports."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.job_listening import JobListener, cut_document, job_folder, keep_path, told_texts
from api.network.changing import (
    CHECK_STEPS,
    JOIN_STEPS,
    MERGE_STEPS,
    REPAIR_STEPS,
    CheckRequest,
    check_document,
    check_version,
    join_networks,
    merge_networks,
    repair_version,
)
from api.network.importing import (
    OSM_STEPS,
    GisRequest,
    OsmRequest,
    import_corridors,
    import_gis_file,
    import_gmns_folder,
    import_osm_files,
)
from api.network.request import Target
from api.network.saving import Import, Saved, import_document
from api.network.showing import (
    DIFF_STEPS,
    EXPORT_STEPS,
    ExportRequest,
    compare_versions,
    export_version,
    row_documents,
)
from api.network.stored import cache_folder
from api.network.tell import note_documents, version_document
from api.network.uploads import check_crs, check_ending, check_gis_files, fetch_files, write_polygon
from api.network.written import write_issues, write_rows
from geodata.versions import unlisted
from geodata.versions.cache import forget
from geodata.versions.store import list_versions

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext

STORE_STEPS: Final = 4
EXPORT_FOLDERS: Final = ("flatgeobuf", "geojson", "geojsonseq", "shapefile", "gmns")
"""Formats that are a folder of files; they are kept as one zip archive."""


def run_import(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Import a network as a new version."""
    listener = JobListener(context, len(OSM_STEPS) + STORE_STEPS)
    with job_folder(context) as folder:
        done = _imported(context, request, folder, listener)
    return _import_result(done, listener)


def _imported(context: JobContext, request: Mapping[str, Any], folder: Path, listener: JobListener) -> Import:
    target = _target(context, request)
    if request["form"] == "pack":
        return import_corridors(None, target, listener)
    paths = fetch_files(context, request["files"], folder / "files")
    if request["form"] == "osm":
        for path in paths:
            check_ending(path, (".osm.pbf", ".pbf"))
        area = None if request["area"] is None else write_polygon(request["area"], folder / "area.geojson")
        modes, classes = request["modes"], request["link_classes"]
        asked = OsmRequest(paths, request["bounds"], area, modes, classes, request["merge_chains"])
        return import_osm_files(asked, target, listener)
    if request["form"] == "gmns":
        for path in paths:
            check_ending(path, (".csv",))
        return import_gmns_folder(folder / "files", target, listener)
    main, mapping = check_gis_files(paths), None
    if request["mapping"] is not None:
        mapping = folder / "mapping.yaml"
        mapping.write_text(request["mapping"], encoding="utf-8")
        check_crs(mapping)
    return import_gis_file(GisRequest(main, mapping, None, request["layer"], request["crs"]), target, listener)


def _target(context: JobContext, request: Mapping[str, Any]) -> Target:
    named = {name: request.get(name) for name in ("name", "onto")}
    return Target(context.database, **named, dry_run=bool(request.get("dry_run")), reads_files=False)


def _import_result(done: Import, listener: JobListener) -> dict[str, Any]:
    document, left_out = cut_document(import_document(done))
    said = [*done.saved.sentences, *listener.warnings]
    return {**document, "notes_left_out": left_out.get("notes", 0), "told": told_texts(said)}


def run_mapping(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Suggest what the columns of a GIS file mean."""
    from geodata.gis.mapping_file import write_mapping  # noqa: PLC0415 - loads pyogrio
    from geodata.gis.suggest import suggest_mapping  # noqa: PLC0415

    with job_folder(context) as folder:
        main = check_gis_files(fetch_files(context, request["files"], folder / "files"))
        mapping = suggest_mapping(main, request["layer"] or None)
        out = folder / "mapping.yaml"
        write_mapping(mapping, out)
        attributes = {name: rule.column for name, rule in mapping.attributes.items()}
        return {
            "mapping": out.read_text(encoding="utf-8"),
            "attributes": attributes,
            "files": [keep_path(context, out)],
        }


def run_check(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check a version, and repair what is safe where asked; all issues are kept as layers."""
    listener = JobListener(context, CHECK_STEPS + REPAIR_STEPS * bool(request["repairs"]))
    asked = CheckRequest(request["network"], request["bounds"], None, request["repairs"])
    checked = check_version(asked, context.database, listener)
    with job_folder(context) as folder:
        out = folder / "issues.gpkg"
        write_issues(checked.issues, out)
        kept = keep_path(context, out)
    saved = Saved(None)
    if request["repairs"]:
        saved = repair_version(checked, request["bounds"], _target(context, request), listener)
    document, left_out = cut_document(check_document(checked, saved))
    said = told_texts([*saved.sentences, *listener.warnings])
    return {**document, "issues_left_out": left_out.get("issues", 0), "told": said, "files": [kept]}


def run_join(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Join a detailed version with corridors."""
    listener = JobListener(context, JOIN_STEPS)
    target = _target(context, request)
    return _import_result(join_networks(target, request["detail"], request["corridors"], listener), listener)


def run_merge(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the edits that lead from one version to another upon a third."""
    listener = JobListener(context, MERGE_STEPS)
    names = request["base"], request["mine"], request["theirs"]
    return _import_result(merge_networks(names, _target(context, request), listener), listener)


def run_diff(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell what differs between two versions; all rows are kept as a table and a layer."""
    listener = JobListener(context, DIFF_STEPS)
    before, after, found = compare_versions(context.database, (request["before"], request["after"]), listener)
    files = []
    with job_folder(context) as folder:
        for out in (folder / "changes.csv", folder / "changes.gpkg"):
            write_rows(found.rows, out, "network_changes")
            files.append(keep_path(context, out))
    document, left_out = cut_document({"rows": row_documents(found.rows)})
    ends = {"before": version_document(before), "after": version_document(after)}
    return {**ends, "counts": dict(found.counts), **document, "rows_left_out": left_out.get("rows", 0), "files": files}


def run_export(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write a version for GIS programs or as GMNS tables; a folder of files is kept as one archive."""
    listener = JobListener(context, EXPORT_STEPS)
    with job_folder(context) as folder:
        chosen = request["format"]
        out = folder / ("network.gpkg" if chosen == "gpkg" else "network")
        asked = ExportRequest(request["network"], out, chosen, request["crs"], overwrite=False)
        stored, _, notes = export_version(context.database, asked, listener)
        stem = "".join(sign if sign.isalnum() else "_" for sign in stored.name)
        if chosen in EXPORT_FOLDERS:
            archive = Path(shutil.make_archive(str(folder / f"{stem}_{chosen}"), "zip", out))
        else:
            archive = out.rename(folder / f"{stem}.gpkg")
        kept = keep_path(context, archive)
    told = {"version": version_document(stored), "format": chosen, "notes": _notes(notes)}
    return {**told, "attribution": stored.attribution, "files": [kept]}


def _notes(notes: Sequence[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cut_document({"notes": note_documents(notes)})[0]["notes"]
    return found


def run_clean(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove the rows of versions that were deleted or never finished, and what was prepared of the one deleted."""
    cleaned = unlisted.clean(context.engine)
    content_hash = request["content_hash"]
    if content_hash not in {stored.content_hash for stored in list_versions(context.engine)}:
        forget(cache_folder(context.engine), content_hash)
    return {"cleaned": cleaned}
