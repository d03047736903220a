"""Exports of layers over HTTP: what the caller may see, in the form asked for; downloads go on where they broke."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pyogrio
import pytest
from import_jobs import enter_accounts, job_of, run_jobs
from registry_parts import facility, organisation, source, write
from service_parts import client, somebody
from sqlalchemy import Engine

READER: Final = somebody("reader", name="reader")
OTHERS: Final = {
    "steward": somebody("steward", name="steward"),
    "firm": somebody("firm", name="firm", organisation_id="org_own"),
}
PLACES: Final = {"fac_public": (10.95, 106.65), "fac_own": (10.98, 106.70), "fac_private": (11.05, 106.62)}


@pytest.fixture
def world(registry_engine: Engine) -> Engine:
    """Return a registry with facilities of a public, an own and a private organisation."""
    owners = {"fac_public": "org_public", "fac_own": "org_own", "fac_private": "org_private"}
    write(
        registry_engine,
        source(licence="CC BY 4.0"),
        organisation("org_private", visibility="private", name_vi="Bí mật"),
        organisation("org_own", visibility="private", name_vi="Của tôi"),
        organisation("org_public", name_vi="Công khai"),
        *(
            facility(name, owners[name], lat=lat, lon=lon, position_accuracy_m=5.0)
            for name, (lat, lon) in PLACES.items()
        ),
    )
    enter_accounts(registry_engine, READER, *OTHERS.values())
    return registry_engine


@pytest.fixture
def service(world: Engine) -> Iterator[httpx.Client]:
    with client(world, READER, others=OTHERS) as found:
        yield found


def exported(service: httpx.Client, engine: Engine, base: Path, who: str = "", **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the form
    """Return the result of an export that ends well."""
    headers = {"x-test-caller": who} if who else {}
    job = service.post("/api/v1/layer-exports", json={"layers": ["facilities"], **asked}, headers=headers)
    assert job.status_code == 202, job.text
    run_jobs(engine, base)
    row = job_of(engine, job.json()["job_id"])
    assert row["state"] == "done", row["error"]
    result: dict[str, Any] = service.get(f"/api/v1/jobs/{row['job_id']}/result", headers=headers).json()
    return result


def contents(service: httpx.Client, file_id: str, who: str = "") -> bytes:
    """Return the bytes of a file."""
    headers = {"x-test-caller": who} if who else {}
    return service.get(f"/api/v1/files/{file_id}/content", headers=headers).content


def ids(data: bytes, folder: Path, layer: str | None = "facilities") -> set[str]:
    """Return the ids of the features of a file."""
    path = folder / "found.gpkg"
    path.write_bytes(data)
    return set(pyogrio.read_dataframe(path, layer=layer)["facility_id"])


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("", {"fac_public"}),
        ("firm", {"fac_public", "fac_own"}),
        ("steward", {"fac_public", "fac_own", "fac_private"}),
    ],
)
def test_an_export_holds_what_its_caller_may_see(
    service: httpx.Client, world: Engine, tmp_path: Path, who: str, seen: set[str]
) -> None:
    result = exported(service, world, tmp_path, who)
    data = contents(service, result["file_id"], who)
    assert ids(data, tmp_path) == seen
    assert result["layers"][0]["features"] == len(seen)
    if "fac_private" not in seen:
        assert b"fac_private" not in data
        assert "Bí mật".encode() not in data


def test_every_format_comes_with_its_record_and_its_licence(
    service: httpx.Client, world: Engine, tmp_path: Path
) -> None:
    for form in ("csv", "geojson", "geojsonl", "fgb", "parquet", "shp", "kml", "gdb", "tab", "dxf"):
        _check_form(service, world, tmp_path, form)


def _check_form(service: httpx.Client, world: Engine, tmp_path: Path, form: str) -> None:
    result = exported(service, world, tmp_path, format=form, lang="en")
    data = contents(service, result["file_id"])
    assert result["layers"][0]["licence"] == "CC BY 4.0"
    assert "with the licence (CC BY 4.0)" in result["layers"][0]["duties"]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            records = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
            text = b"".join(archive.read(name) for name in archive.namelist())
    else:
        records = [contents(service, one["file_id"]) for one in result["records"] if one["name"].endswith(".xml")]
        text = data
    assert len(records) == 1
    assert b"MD_Metadata" in records[0]
    assert b"fac_private" not in text


def test_the_crs_of_the_place_is_chosen_where_it_is_left_to_us(
    service: httpx.Client, world: Engine, tmp_path: Path
) -> None:
    result = exported(service, world, tmp_path, crs="vn-2000", bbox=[106.6, 10.9, 106.68, 11.1])
    assert (result["crs"], result["proposed_crs"]) == ("EPSG:9210", "EPSG:9210")
    data = contents(service, result["file_id"])
    path = tmp_path / "moved.gpkg"
    path.write_bytes(data)
    frame = pyogrio.read_dataframe(path, layer="facilities")
    assert frame.crs.to_authority() == ("EPSG", "9210")
    assert 590_000 < frame.geometry.x.iloc[0] < 610_000


REFUSED: Final[tuple[tuple[dict[str, Any], int, str], ...]] = (
    ({"layers": ["nothing"]}, 404, "nothing"),
    ({"layers": ["plan_flows"]}, 404, "plan_flows"),
    ({"layers": ["facilities?colour=red"]}, 400, "colour"),
    ({"layers": ["facilities", "facilities"]}, 400, "named twice"),
    ({"layers": ["network_links?mode=rail&mode=road"]}, 400, "each parameter once"),
    ({"layers": ["network_links?version=%00"]}, 400, "each parameter once"),
    ({"layers": ["network_links?version=%ff"]}, 400, "each parameter once"),
    ({"format": "docx"}, 422, "format"),
    ({"crs": "EPSG:1"}, 400, "EPSG:1"),
    ({"crs": "EPSG:4978"}, 400, "EPSG:4978 has no two coordinates on the ground"),
    ({"crs": "EPSG:5703"}, 400, "EPSG:5703 has no two coordinates on the ground"),
    ({"bbox": [106, 12, 107, 10]}, 400, "106,12,107,10"),
    ({"bbox": [106, 10, 1000, 12]}, 400, "106,10,1000,12"),
    ({"bbox": [106, 10]}, 422, "bbox"),
    ({"crs": "vn-2000", "bbox": [2.0, 48.0, 3.0, 49.0]}, 400, "EPSG:3405"),
    ({"layers": []}, 422, "layers"),
    ({"colour": "red"}, 422, "colour"),
)


def test_what_cannot_be_exported_is_refused_before_any_job(service: httpx.Client) -> None:
    for asked, status, words in REFUSED:
        answer = service.post("/api/v1/layer-exports", json={"layers": ["facilities"], **asked})
        assert (answer.status_code, words in answer.text) == (status, True), (asked, answer.text)
    assert service.get("/api/v1/jobs").json()["items"] == []


def test_a_download_that_broke_goes_on_where_it_stopped(service: httpx.Client, world: Engine, tmp_path: Path) -> None:
    """The second half is asked for with the tag of the first: together they are the file; of another file all comes."""
    result = exported(service, world, tmp_path)
    path = f"/api/v1/files/{result['file_id']}/content"
    whole = service.get(path)
    size, tag = len(whole.content), whole.headers["etag"]
    first = service.get(path, headers={"range": f"bytes=0-{size // 2 - 1}"})
    rest = service.get(path, headers={"range": f"bytes={size // 2}-", "if-range": tag})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert rest.headers["content-range"] == f"bytes {size // 2}-{size - 1}/{size}"
    joined = first.content + rest.content
    assert hashlib.sha256(joined).hexdigest() == hashlib.sha256(whole.content).hexdigest()
    assert ids(joined, tmp_path) == {"fac_public"}
    changed = service.get(path, headers={"range": f"bytes={size // 2}-", "if-range": '"another"'})
    assert (changed.status_code, len(changed.content)) == (200, size)
    assert service.get(path, headers={"range": f"bytes={size}-"}).status_code == 416
