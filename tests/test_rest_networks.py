"""Networks over REST: versions looked up and deleted, imports, checks, joins and exports as jobs, hostile files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from answer_networks import grid
from gis_infrastructures import crossroads
from network_jobs import API, DEADLY, contents, ended, enter_accounts, result, run_jobs, uploaded
from osm_files import cross
from service_parts import CALLER_HEADER, client, somebody, without_id
from sqlalchemy import Engine, text

from api.jobs.tables import JOBS
from geodata.infrastructure.imported import Note
from geodata.versions.store import delete_version, find_version, list_versions, save_version
from geodata.versions.tables import ROW_TABLES, UNLISTED
from supplychain.text import Text

ANALYST = somebody("analyst", name="an")
READER = somebody("reader", name="ra")
OTHER = somebody("analyst", name="ot")
OTHERS = {"ra": READER, "ot": OTHER}


@pytest.fixture
def engine(registry_engine: Engine) -> Iterator[Engine]:
    """Yield each of the two databases in turn, with accounts and without networks."""
    _empty(registry_engine)
    enter_accounts(registry_engine, ANALYST, READER, OTHER)
    yield registry_engine
    _empty(registry_engine)


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM runs"))
        connection.execute(UNLISTED.delete())
    for stored in list_versions(engine):
        delete_version(engine, stored.version_id)


@pytest.fixture
def embedded(sqlite_engine: Engine) -> Engine:
    """Return the embedded database alone, for what no database has a part in."""
    enter_accounts(sqlite_engine, ANALYST, READER, OTHER)
    return sqlite_engine


@pytest.fixture
def one(embedded: Engine) -> Iterator[httpx.Client]:
    with client(embedded, ANALYST, others=OTHERS) as found:
        yield found


@pytest.fixture
def asker(engine: Engine) -> Iterator[httpx.Client]:
    with client(engine, ANALYST, others=OTHERS) as one:
        yield one


def test_versions_are_listed_in_pages_and_found_by_name_number_and_latest(engine: Engine, asker: httpx.Client) -> None:
    numbers = [save_version(engine, crossroads(), name=f"hcm {number}", kind="imported") for number in range(3)]
    first = asker.get(f"{API}/networks", params={"limit": 2}).json()
    second = asker.get(first["next"]).json()
    listed = [*first["items"], *second["items"]]
    assert [one["version_id"] for one in listed] == numbers
    assert second["next"] is None
    for name in ("hcm 1", str(numbers[1])):
        assert asker.get(f"{API}/networks/{name}").json() == listed[1]
    found = asker.get(f"{API}/networks/latest")
    assert found.json()["name"] == "hcm 2"
    assert found.json()["attribution"] == "© OpenStreetMap contributors"
    again = asker.get(f"{API}/networks/latest", headers={"if-none-match": found.headers["etag"]})
    assert again.status_code == 304


def test_absent_versions_are_one_answer(asker: httpx.Client) -> None:
    for path in ("", "/records", "/lengths", "/layers/links"):
        found = asker.get(f"{API}/networks/nowhere{path}")
        assert found.status_code == 404
        assert "nowhere" in without_id(found)["detail"]
    for path, body in (("/joins", {"detail": "nowhere"}), ("/nowhere/check", {}), ("/nowhere/exports", {})):
        assert asker.post(f"{API}/networks{path}", json=body).status_code == 404


def test_layers_lengths_and_records_are_those_of_the_version(engine: Engine, asker: httpx.Client) -> None:
    """By hand: the crossroads have 5 nodes and 4 links, from west to middle first."""
    notes = [Note("odd", "warning", "way 1", 106.7, 10.9, Text(en="Odd.", vi="Lạ."))] * 3
    save_version(engine, grid(3), name="before", kind="imported")
    save_version(engine, crossroads(), name="hcm", kind="imported", records=notes)
    page = asker.get(f"{API}/networks/hcm/layers/links", params={"limit": 3}).json()
    assert (page["type"], len(page["features"])) == ("FeatureCollection", 3)
    rest = asker.get(page["next"]).json()
    links = [*page["features"], *rest["features"]]
    assert [link["id"] for link in links] == crossroads().links.link_id.tolist()
    assert links[0]["properties"]["from_node_id"] == "west"
    assert links[0]["geometry"]["type"] == "LineString"
    nodes = asker.get(f"{API}/networks/hcm/layers/nodes").json()["features"]
    assert nodes[0]["geometry"]["coordinates"] == [crossroads().nodes.lon[0], crossroads().nodes.lat[0]]
    assert len(asker.get(f"{API}/networks/hcm/layers/outlines").json()["features"]) == len(crossroads().outlines)
    lengths = asker.get(f"{API}/networks/hcm/lengths").json()["items"]
    assert sum(row["links"] for row in lengths) == 4
    assert sum(row["length_km"] for row in lengths) == pytest.approx(crossroads().links.length_m.sum() / 1000)
    records = asker.get(f"{API}/networks/hcm/records", params={"limit": 2}).json()
    assert records["items"][0] == {
        "kind": "odd", "severity": "warning", "subject": "way 1", "lon": 106.7, "lat": 10.9, "count": 1,
        "text_vi": "Lạ.", "text_en": "Odd.",
    }  # fmt: skip
    assert len(asker.get(records["next"]).json()["items"]) == 1


def test_a_version_is_deleted_against_its_tag_and_its_rows_go_with_a_job(
    engine: Engine, asker: httpx.Client, tmp_path: Path
) -> None:
    version = save_version(engine, crossroads(), name="hcm", kind="imported")
    path = f"{API}/networks/hcm"
    assert asker.delete(path).status_code == 428
    assert asker.delete(path, headers={"if-match": '"other"'}).status_code == 412
    tag = asker.get(path).headers["etag"]
    assert asker.delete(path, headers={"if-match": tag, CALLER_HEADER: "ra"}).status_code == 403
    gone = asker.delete(path, headers={"if-match": tag, "idempotency-key": "once"})
    assert (gone.status_code, gone.json()["version_id"]) == (200, version)
    assert asker.get(path).status_code == 404
    again = asker.delete(path, headers={"if-match": tag, "idempotency-key": "once"})
    assert (again.status_code, again.json()) == (200, gone.json())
    run_jobs(engine, tmp_path)
    with engine.connect() as connection:
        for table in ROW_TABLES:
            assert connection.execute(table.select().where(table.c.version == version)).first() is None


def test_a_version_that_a_run_used_is_not_deleted(engine: Engine, asker: httpx.Client) -> None:
    version = save_version(engine, crossroads(), name="used", kind="imported")
    run = (
        "INSERT INTO runs (run_id, scenario_id, started_at, status, checked, inputs_sha256, plan, network_version)"
        " VALUES ('run-1', 'base', '2026-01-01', 'optimal', true, '', '{}', :version)"
    )
    with engine.begin() as connection:
        connection.execute(text(run), {"version": version})
    tag = asker.get(f"{API}/networks/used").headers["etag"]
    refused = asker.delete(f"{API}/networks/used", headers={"if-match": tag})
    assert refused.status_code == 409
    assert "used by 1 runs" in refused.json()["detail"]


def test_an_extract_is_imported_checked_repaired_compared_and_exported(
    engine: Engine, asker: httpx.Client, tmp_path: Path
) -> None:
    file_id = uploaded(asker, cross().write(tmp_path / "cross.osm.pbf").read_bytes(), "cross.osm.pbf")
    form = {"form": "osm", "files": [file_id], "name": "cross"}
    tried = result(asker, engine, tmp_path, "/networks/imports", {**form, "dry_run": True})
    assert tried["version"] is None
    assert "Nothing was stored" in tried["told"][0]["en"]
    made = result(asker, engine, tmp_path, "/networks/imports", form)
    assert (made["version"]["name"], made["version"]["kind"]) == ("cross", "imported")
    assert made["version"]["sources"][0]["name"] == "cross.osm.pbf"
    taken = asker.post(f"{API}/networks/imports", json=form)
    assert taken.status_code == 409
    box = {**form, "name": "part", "bounds": [106.69, 10.79, 106.71, 10.81]}
    assert asker.post(f"{API}/networks/imports", json={**box, "bounds": [1, 2, 0, 3]}).status_code == 422
    checked = result(asker, engine, tmp_path, "/networks/cross/check", {})
    assert checked["checked"]["name"] == "cross"
    assert contents(engine, checked["files"][0]["file_id"]).startswith(b"SQLite format 3")
    repaired = result(asker, engine, tmp_path, "/networks/latest/repair", {"name": "sound"})
    assert repaired["told"]
    changed = result(asker, engine, tmp_path, "/networks/diffs", {"before": "cross", "after": "latest"})
    assert changed["before"]["name"] == "cross"
    assert [file["name"] for file in changed["files"]] == ["changes.csv", "changes.gpkg"]
    exported = result(asker, engine, tmp_path, "/networks/cross/exports", {"format": "gmns"})
    archive = zipfile.ZipFile(io.BytesIO(contents(engine, exported["files"][0]["file_id"])))
    names = {Path(name).name for name in archive.namelist()}
    assert {"node.csv", "link.csv"} <= names
    tables = [
        uploaded(asker, archive.read(name), Path(name).name) for name in archive.namelist() if name[-4:] == ".csv"
    ]
    back = result(asker, engine, tmp_path, "/networks/imports", {"form": "gmns", "files": tables, "name": "back"})
    assert back["version"]["content_hash"] == made["version"]["content_hash"]
    layers = result(asker, engine, tmp_path, "/networks/cross/exports", {})
    export = uploaded(asker, contents(engine, layers["files"][0]["file_id"]), "edited.gpkg")
    same = result(asker, engine, tmp_path, "/networks/imports", {"form": "gis", "files": [export], "onto": "cross"})
    assert same["version"] is None
    assert "exactly what version cross holds" in same["told"][0]["en"]


def test_edits_are_merged_and_versions_joined(engine: Engine, asker: httpx.Client, tmp_path: Path) -> None:
    save_version(engine, grid(4), name="base", kind="imported")
    save_version(engine, grid(4), name="mine", kind="edited", parent=1)
    names = {"base": "base", "mine": "mine", "theirs": "base"}
    merged = result(asker, engine, tmp_path, "/networks/merges", {**names, "name": "both"})
    assert merged["version"]["kind"] == "merged"
    save_version(engine, crossroads(), name="roads", kind="imported")
    joined = result(asker, engine, tmp_path, "/networks/joins", {"detail": "base", "corridors": "roads"})
    assert joined["version"]["name"] == "base_roads"
    refused = ended(asker, engine, tmp_path, "/networks/joins", {"detail": "base"})
    assert refused["error"]["code"] == "invalid"  # the database has no region


def test_a_file_of_somebody_else_is_as_absent_as_one_that_is_not(asker: httpx.Client) -> None:
    file_id = uploaded(asker, b"x", "x.osm.pbf", headers={CALLER_HEADER: "ot"})
    absent = "file_" + "a" * 20
    answers = [
        without_id(asker.post(f"{API}/networks/imports", json={"form": "osm", "files": [one]}))
        for one in (file_id, absent)
    ]
    assert answers[0]["status"] == 404
    assert answers[0] == json.loads(json.dumps(answers[1]).replace(absent, file_id))


@pytest.mark.parametrize(
    ("name", "made", "said"),
    [
        ("roads.vrt", b"<OGRVRTDataSource/>", "kind that is read here"),
        ("roads.geojson", b"<OGRVRTDataSource><SrcDataSource>{}</SrcDataSource></OGRVRTDataSource>", "its ending says"),
        ("roads.json", b'{"type":"gdal_streamed_alg","command_line":"gdal vector read {}"}', "its ending says"),
        ("roads.gpkg", b'{"type":"FeatureCollection"}', "its ending says"),
        ("roads.shp", b"<OGRWFSDataSource/>", "its ending says"),
        ("roads.shx", b"\x00\x00\x27\x0a", "one file"),
        ("city.osm.pbf", b"no such thing", "city.osm.pbf"),
    ],
)
def test_files_that_only_name_other_files_are_never_read(
    embedded: Engine, one: httpx.Client, tmp_path: Path, name: str, made: bytes, said: str
) -> None:
    """A secret file of the server is named by each; GDAL alone would read it by way of the first three."""
    secret = tmp_path / "secret.geojson"
    secret.write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    file_id = uploaded(one, made.replace(b"{}", str(secret).encode()), name)
    form = "osm" if name.endswith("pbf") else "gis"
    body: dict[str, Any] = {"form": form, "files": [file_id]}
    job = ended(
        one, embedded, tmp_path, "/networks/imports", {**body, "mapping": "attributes: {}"} if form == "gis" else body
    )
    assert job["state"] == "failed"
    assert job["error"]["code"] == "invalid"
    assert said in job["error"]["detail"]
    assert str(tmp_path) not in job["error"]["detail"]
    assert list_versions(embedded) == ()


def test_a_directory_of_the_server_is_no_network(engine: Engine, asker: httpx.Client) -> None:
    save_version(engine, crossroads(), name="hcm", kind="imported")
    for name in ("/etc", ".", "../..", "docs"):
        assert asker.post(f"{API}/networks/joins", json={"detail": "hcm", "corridors": name}).status_code == 404


def test_an_import_that_begins_again_stores_one_version(engine: Engine, asker: httpx.Client, tmp_path: Path) -> None:
    """The worker dies between the storing of the version and the end of the job; the next one finds what is stored."""
    file_id = uploaded(asker, cross().write(tmp_path / "cross.osm.pbf").read_bytes(), "cross.osm.pbf")
    for body in ({"name": "given"}, {}):
        asked = asker.post(f"{API}/networks/imports", json={"form": "osm", "files": [file_id], **body})
        job_id = asked.json()["job_id"]
        run_jobs(engine, tmp_path, DEADLY, "lost")
        stored = find_version(engine)
        with engine.begin() as connection:
            connection.execute(JOBS.update().where(JOBS.c.job_id == job_id).values(state="queued"))
        run_jobs(engine, tmp_path)
        assert asker.get(f"{API}/jobs/{job_id}/result").json()["version"]["version_id"] == stored.version_id
    assert [stored.name for stored in list_versions(engine)] == ["given", "cross"]


def test_who_may_what(engine: Engine) -> None:
    save_version(engine, crossroads(), name="hcm", kind="imported")
    with client(engine, READER) as reader:
        assert reader.get(f"{API}/networks").status_code == 200
        for path, body in (("/imports", {"form": "pack"}), ("/joins", {"detail": "hcm"}), ("/hcm/repair", {})):
            assert reader.post(f"{API}/networks{path}", json=body).status_code == 403
        assert reader.post(f"{API}/networks/hcm/check", json={}).status_code == 202


def test_a_foreign_gis_file_is_understood_by_a_mapping(embedded: Engine, one: httpx.Client, tmp_path: Path) -> None:
    roads = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"cap_duong": "secondary"},
                "geometry": {"type": "LineString", "coordinates": [[106.7, 10.9], [106.71, 10.9]]},
            }
        ],
    }
    file_id = uploaded(one, json.dumps(roads).encode(), "roads.geojson")
    suggested = result(one, embedded, tmp_path, "/networks/mappings", {"files": [file_id]})
    assert "cap_duong" in suggested["mapping"]
    form = {"form": "gis", "files": [file_id]}
    bare = ended(one, embedded, tmp_path, "/networks/imports", form)
    assert "say what its columns mean" in bare["error"]["detail"]
    assert str(tmp_path) not in bare["error"]["detail"]
    mapping = "source: {name: sở}\nattributes:\n  link_class: {column: cap_duong}\n"
    made = result(one, embedded, tmp_path, "/networks/imports", {**form, "mapping": mapping, "name": "so"})
    assert (made["version"]["links"], made["version"]["nodes"]) == (1, 2)
    sly = mapping + "crs: +init=/etc/passwd:x\n"
    refused = ended(one, embedded, tmp_path, "/networks/imports", {**form, "mapping": sly, "name": "sly"})
    assert "write a code such as EPSG:3405" in refused["error"]["detail"]
    assert one.post(f"{API}/networks/imports", json={**form, "crs": "+init=/etc/x:y"}).status_code == 422
