"""Exports over HTTP: every format as a job, one table as a stream; each holds what the caller may see and no more."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from import_jobs import enter_accounts, job_of, run_jobs
from registry_parts import facility, offer, organisation, partnership, set_values, source, write
from service_parts import client, somebody
from sqlalchemy import Engine

from api.rest.exports import RECORDS_AT_ONCE
from api.rest.table_names import TableName
from supplychain.registry.values import REGISTRY_TABLES, Edit

READER = somebody("reader", name="reader")
STEWARD = somebody("steward", name="steward")
FIRM = somebody("firm", name="firm", organisation_id="org_own")
OTHERS = {"steward": STEWARD, "firm": FIRM}
HIDDEN = ("org_private", "org_partner", "fac_private", "off_private", "Bí mật", "0312345678")


@pytest.fixture
def world(registry_engine: Engine) -> Engine:
    """Return a registry with a public, an own, a partner-only and a private organisation, and what hangs on them."""
    write(
        registry_engine,
        source(),
        organisation("org_private", visibility="private", name_vi="Bí mật", tax_code="0312345678"),
        organisation("org_partner", visibility="partners", name_vi="Bí mật của bạn hàng"),
        organisation("org_own", visibility="private", name_vi="Của tôi"),
        organisation("org_public", parent_id="org_private", name_vi='Công, "khai"'),
        facility("fac_private", "org_private"),
        facility("fac_public", "org_public"),
        offer("off_private", "fac_public", visibility="private", article_vi="Bí mật"),
        offer("off_public", "fac_public"),
        partnership("tie_1", "org_own", "org_partner"),
    )
    enter_accounts(registry_engine, READER, STEWARD, FIRM)
    return registry_engine


@pytest.fixture
def service(world: Engine) -> Iterator[httpx.Client]:
    with client(world, READER, others=OTHERS) as found:
        yield found


def exported(service: httpx.Client, engine: Engine, base: Path, asked: dict[str, Any], who: str = "") -> bytes:
    """Return the file that an export gives."""
    headers = {"x-test-caller": who} if who else {}
    job = service.post("/api/v1/exports", json=asked, headers=headers)
    assert job.status_code == 202, job.text
    run_jobs(engine, base)
    row = job_of(engine, job.json()["job_id"])
    assert row["state"] == "done", row["error"]
    result = service.get(f"/api/v1/jobs/{row['job_id']}/result", headers=headers).json()
    file_id = (result.get("result") or result)["file_id"]
    return service.get(f"/api/v1/files/{file_id}/content", headers=headers).content


def ids(service: httpx.Client, table: str, who: str = "") -> list[str]:
    """Return the ids that the stream of a table holds, in its order."""
    headers = {"x-test-caller": who} if who else {}
    answer = service.get(f"/api/v1/exports/{table}", params={"format": "jsonl"}, headers=headers)
    assert answer.status_code == 200, answer.text
    return [next(iter(json.loads(line).values())) for line in answer.text.splitlines()]


def unpacked(contents: bytes) -> str:
    """Return everything an archive holds as one text; anything else as it is."""
    if contents[:2] != b"PK":
        return contents.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(contents)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_an_export_holds_what_the_reader_may_see_and_nothing_else(
    service: httpx.Client, world: Engine, tmp_path: Path
) -> None:
    for file_format in ("csv", "xlsx", "ods", "parquet", "gpkg", "geojson"):
        text = unpacked(exported(service, world, tmp_path, {"format": file_format}))
        assert "org_public" in text, file_format
        assert "off_public" in text, file_format
        assert [word for word in HIDDEN if word in text] == [], file_format


def test_each_export_is_its_callers(service: httpx.Client, world: Engine, tmp_path: Path) -> None:
    asked = {"format": "csv", "tables": ["organisations"]}
    assert "0312345678" in unpacked(exported(service, world, tmp_path, asked, "steward"))
    firm = unpacked(exported(service, world, tmp_path, asked, "firm"))
    assert "org_own" in firm
    assert "org_partner" in firm
    assert "org_private" not in firm


def test_an_export_of_the_past_names_nobody_who_is_hidden(service: httpx.Client, world: Engine, tmp_path: Path) -> None:
    """The parent of the past is private, and then removed: its id is in no export of then or now."""
    write(world, set_values("organisations", "org_public", parent_id=None))
    write(world, Edit("facilities", "fac_private", None), Edit("organisations", "org_private", None))
    asked = {"format": "csv", "tables": ["organisations"], "as_of": "1"}
    text = unpacked(exported(service, world, tmp_path, asked))
    assert "org_public" in text
    assert "org_private" not in text


def test_a_stream_holds_what_the_caller_may_see(service: httpx.Client) -> None:
    forms = ("csv", "jsonl")
    found = [service.get(f"/api/v1/exports/{table}?format={form}") for table in REGISTRY_TABLES for form in forms]
    assert {answer.status_code for answer in found} == {200}
    text = "".join(answer.text for answer in found)
    assert [word for word in HIDDEN if word in text] == []
    assert ids(service, "organisations") == ["org_public"]
    assert ids(service, "organisations", "firm") == ["org_own", "org_partner", "org_public"]
    assert ids(service, "organisations", "steward") == ["org_own", "org_partner", "org_private", "org_public"]
    seen = service.get(
        "/api/v1/exports/organisations", params={"format": "jsonl"}, headers={"x-test-caller": "steward"}
    )
    assert json.loads(seen.text.splitlines()[-1])["parent_id"] == "org_private"


def test_a_streamed_table_is_read_back_as_it_was(service: httpx.Client) -> None:
    answer = service.get("/api/v1/exports/organisations")
    assert "organisations.csv" in answer.headers["content-disposition"]
    assert answer.text.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["organisation_id"], row["name_vi"], row["parent_id"]) == ("org_public", 'Công, "khai"', "")


def test_a_stream_has_every_record_once_over_its_portions(sqlite_engine: Engine) -> None:
    number = RECORDS_AT_ONCE + 5
    write(sqlite_engine, source(), *(organisation(f"org_{one:05}") for one in range(number)))
    with client(sqlite_engine, READER) as service:
        assert ids(service, "organisations") == [f"org_{one:05}" for one in range(number)]


def test_an_export_that_cannot_be_is_refused(sqlite_engine: Engine) -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"format": "pdf"},
        {"format": "csv", "tables": ["accounts"]},
        {"format": "csv", "as_of": "yesterday"},
    ]
    with client(sqlite_engine, READER) as service:
        assert {service.post("/api/v1/exports", json=asked).status_code for asked in wrong} == {422}
        assert service.get("/api/v1/exports/access_accounts").status_code == 422


def test_every_table_can_be_exported() -> None:
    assert get_args(TableName) == REGISTRY_TABLES
