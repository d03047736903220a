"""Imports over HTTP: tried out, put right, taken over once, or given up; what is refused comes back marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from import_jobs import FIRMS, KNOWN_FIRMS, begun, enter_accounts, job_of, run_jobs, uploaded
from service_parts import client, somebody, without_id
from sqlalchemy import Engine, func, select

from api.files.imports import clear_imports
from api.files.tables import IMPORTS
from api.registry.importing import EARLIEST_YEAR, LATEST_YEAR
from api.rest.import_models import EARLIEST, LATEST
from api.rest.table_names import ImportTarget
from api.service.tables import AUDIT
from api.webhooks.tables import WEBHOOK_EVENTS
from supplychain.intake.targets import TARGETS
from supplychain.models import Organisation
from supplychain.registry.changes import find_unfinished
from supplychain.registry.history import current_number

LAN = somebody("steward", name="lan")
OTHERS = {
    "minh": somebody("steward", name="minh"),
    "admin": somebody("administrator", name="admin"),
    "firm": somebody("firm", name="firm"),
}


@pytest.fixture
def service(registry_engine: Engine) -> Iterator[httpx.Client]:
    enter_accounts(registry_engine, LAN, *OTHERS.values())
    with client(registry_engine, LAN, others=OTHERS) as found:
        yield found


def names(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(Organisation.name_vi).order_by(Organisation.name_vi)))


def test_a_file_is_tried_out_then_taken_over(service: httpx.Client, registry_engine: Engine, tmp_path: Path) -> None:
    """Two rows: one is added, the other has a tax code of two digits and is refused."""
    created = begun(service)
    assert created.status_code == 201, created.text
    where = created.headers["location"]
    assert created.json()["state"] == "open"
    assert service.get(f"{where}/report").status_code == 404

    run_jobs(registry_engine, tmp_path)
    tried = service.get(f"{where}/report").json()
    assert (tried["dry_run"], tried["added"], tried["refused_count"], tried["change"]) == (True, 1, 1, None)
    assert tried["refused"][0]["line"] == 3
    assert "12" in tried["refused"][0]["faults"][0]["detail"]
    assert names(registry_engine) == []

    job = service.post(f"{where}/commit", json={})
    assert job.status_code == 202
    assert job.json()["kind"] == "import"
    assert service.get(where).json()["state"] == "importing"
    run_jobs(registry_engine, tmp_path)
    done = service.get(where).json()
    with registry_engine.connect() as connection:
        number = current_number(connection)
    assert (done["state"], done["number"]) == ("done", number)
    assert names(registry_engine) == ["Sao Mai"]
    report = service.get(f"{where}/report").json()
    assert (report["dry_run"], report["added"], report["change"]) == (False, 1, number)

    refused = service.get(f"/api/v1/files/{report['refused_file']}/content")
    assert "Đồng Tâm" in refused.text
    assert "Sao Mai" not in refused.text
    assert "organisations-refused.csv" in refused.headers["content-disposition"]
    whole = service.get(f"/api/v1/files/{report['report_file']}/content").json()
    assert whole["refused"][0]["faults"][0]["vi"]
    with registry_engine.connect() as connection:
        actions = list(connection.scalars(select(AUDIT.c.action).order_by(AUDIT.c.number)))
        told = connection.execute(select(WEBHOOK_EVENTS.c.type, WEBHOOK_EVENTS.c.account_id)).all()
    assert actions == ["files.upload", "imports.create", "imports.commit"]
    assert ("import.done", "acc_lan") in told


def test_an_import_that_is_done_cannot_be_done_again(
    service: httpx.Client, registry_engine: Engine, tmp_path: Path
) -> None:
    where = begun(service).headers["location"]
    job_id = service.post(f"{where}/commit", json={}).json()["job_id"]
    assert service.post(f"{where}/commit", json={}).status_code == 409
    run_jobs(registry_engine, tmp_path)
    assert job_of(registry_engine, job_id)["state"] == "done"
    for path in ("commit", "check", "abandon"):
        assert service.post(f"{where}/{path}", json={}).status_code == 409
    current = service.get(where)
    headers = {"if-match": current.headers["etag"]}
    assert service.put(where, json={"table": "organisations"}, headers=headers).status_code == 409
    with registry_engine.connect() as connection:
        assert current_number(connection) == current.json()["number"]


def test_what_is_only_likely_is_confirmed_first(service: httpx.Client, registry_engine: Engine, tmp_path: Path) -> None:
    where = begun(service, FIRMS, table="organisations").headers["location"]
    run_jobs(registry_engine, tmp_path)
    unsure = service.get(f"{where}/report").json()["unsure"]
    assert unsure == ["organisations: Ten cong ti", "organisations: Ma so thue DN"]
    job_id = service.post(f"{where}/commit", json={}).json()["job_id"]
    run_jobs(registry_engine, tmp_path)
    job = job_of(registry_engine, job_id)
    assert job["state"] == "failed"
    assert "only likely" in job["error"]
    assert service.get(where).json()["state"] == "open"
    service.post(f"{where}/commit", json={"confirm_mapping": True})
    run_jobs(registry_engine, tmp_path)
    assert service.get(where).json()["state"] == "done"
    assert names(registry_engine) == ["Sao Mai"]


def test_a_mapping_put_right_needs_no_confirming(
    service: httpx.Client, registry_engine: Engine, tmp_path: Path
) -> None:
    created = begun(service, FIRMS, table="organisations")
    where = created.headers["location"]
    run_jobs(registry_engine, tmp_path)
    mapping = service.get(f"{where}/report").json()["mapping"]
    last = service.get(where)
    stale = service.put(where, json={"mapping": mapping}, headers={"if-match": '"old"'})
    assert (stale.status_code, service.put(where, json={"mapping": mapping}).status_code) == (412, 428)
    changed = service.put(where, json={"mapping": mapping}, headers={"if-match": last.headers["etag"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert service.get(f"{where}/report").status_code == 404
    service.post(f"{where}/commit", json={})
    run_jobs(registry_engine, tmp_path)
    assert service.get(where).json()["state"] == "done"


def test_what_is_given_up_is_never_seen(service: httpx.Client, registry_engine: Engine, tmp_path: Path) -> None:
    created = begun(service)
    where = created.headers["location"]
    job_id = service.post(f"{where}/commit", json={}).json()["job_id"]
    given_up = service.post(f"{where}/abandon")
    assert given_up.json()["state"] == "abandoned"
    assert job_of(registry_engine, job_id)["state"] == "cancelled"
    run_jobs(registry_engine, tmp_path)
    assert names(registry_engine) == []
    assert find_unfinished(registry_engine) == ()
    assert service.post(f"{where}/commit", json={}).status_code == 409
    assert service.get(f"/api/v1/files/{created.json()['file_id']}").status_code == 404


def test_the_file_of_an_import_stays_when_the_upload_is_deleted(
    service: httpx.Client, registry_engine: Engine, tmp_path: Path
) -> None:
    file_id = uploaded(service, KNOWN_FIRMS)
    where = service.post("/api/v1/imports", json={"file_id": file_id}).headers["location"]
    assert service.delete(f"/api/v1/files/{file_id}").status_code == 204
    service.post(f"{where}/commit", json={})
    run_jobs(registry_engine, tmp_path)
    assert service.get(where).json()["state"] == "done"


def test_an_import_that_cannot_be_read_fails_with_a_sentence_and_leaves_nothing(
    service: httpx.Client, registry_engine: Engine, tmp_path: Path
) -> None:
    file_id = uploaded(service, b"PK\x03\x04 not a workbook", "a.xlsx")
    where = service.post("/api/v1/imports", json={"file_id": file_id}).headers["location"]
    job_id = service.post(f"{where}/commit", json={"confirm_mapping": True}).json()["job_id"]
    run_jobs(registry_engine, tmp_path)
    job = service.get(f"/api/v1/jobs/{job_id}").json()
    assert job["state"] == "failed"
    assert "Traceback" not in str(job)
    assert find_unfinished(registry_engine) == ()
    assert service.get(where).json()["state"] == "open"


def test_options_that_cannot_be_are_refused(sqlite_engine: Engine) -> None:
    wrong: list[dict[str, Any]] = [
        {"mapping": "sheets: ["},
        {"table": "networks"},
        {"visibility": "nobody"},
        {"date": "1700-01-01"},
        {"delimiter": ";;"},
        {"unknown": 1},
    ]
    with client(sqlite_engine, LAN) as service:
        for said in wrong:
            answer = begun(service, **said)
            assert answer.status_code == 422, answer.text


def test_somebody_elses_import_is_as_absent_as_none(service: httpx.Client, registry_engine: Engine) -> None:
    hidden = begun(service).json()["import_id"]
    absent = f"imp_{'a' * 20}"
    asked = {"x-test-caller": "minh", "if-match": "*"}
    for method, path in (
        ("GET", ""), ("GET", "/report"), ("PUT", ""), ("POST", "/check"), ("POST", "/commit"), ("POST", "/abandon"),
    ):  # fmt: skip
        answers = [
            service.request(method, f"/api/v1/imports/{one}{path}", json={} if method != "GET" else None, headers=asked)
            for one in (hidden, absent)
        ]
        assert [answer.status_code for answer in answers] == [404, 404], (method, path)
        one, other = (without_id(answer) for answer in answers)
        assert one == {**other, "detail": other["detail"].replace(absent, hidden)}
    file_id = uploaded(service, "x,y\n1,2\n")
    taken = service.post("/api/v1/imports", json={"file_id": file_id}, headers={"x-test-caller": "minh"})
    assert taken.status_code == 404
    assert service.get("/api/v1/imports", headers={"x-test-caller": "minh"}).json()["items"] == []
    assert len(service.get("/api/v1/imports", headers={"x-test-caller": "admin"}).json()["items"]) == 1
    assert begun(service).status_code == 201
    assert service.get("/api/v1/imports", headers={"x-test-caller": "firm"}).status_code == 403
    with registry_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(IMPORTS)) == 2


def test_a_list_has_every_import_once(service: httpx.Client) -> None:
    made = [begun(service).json()["import_id"] for _ in range(3)]
    found: list[str] = []
    following: str | None = "/api/v1/imports?limit=2"
    while following:
        body = service.get(following).json()
        found.extend(one["import_id"] for one in body["items"])
        following = body["next"]
    assert found == made[::-1]


def test_an_import_asked_for_twice_under_a_key_is_one(service: httpx.Client, registry_engine: Engine) -> None:
    file_id = uploaded(service, KNOWN_FIRMS)
    headers = {"idempotency-key": "k-1"}
    answers = [service.post("/api/v1/imports", json={"file_id": file_id}, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    where = answers[0].headers["location"]
    jobs = [service.post(f"{where}/commit", json={}, headers={"idempotency-key": "k-2"}).json() for _ in range(2)]
    assert jobs[0]["job_id"] == jobs[1]["job_id"]
    with registry_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(IMPORTS)) == 1


def test_an_import_nobody_touched_for_a_month_is_given_up(service: httpx.Client, registry_engine: Engine) -> None:
    where = begun(service).headers["location"]
    assert clear_imports(registry_engine) == 0
    assert clear_imports(registry_engine, datetime.now(UTC) + timedelta(days=31)) == 1
    assert service.get(where).json()["state"] == "abandoned"


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_a_template_names_the_fields(sqlite_engine: Engine, form: str) -> None:
    with client(sqlite_engine, LAN) as service:
        listed = service.get("/api/v1/templates").json()["templates"]
        assert {one["table"] for one in listed} == set(TARGETS)
        answer = service.get("/api/v1/templates/tenants", params={"format": form})
    assert answer.status_code == 200
    if form == "csv":
        assert "[name_vi]" in answer.text or "[name]" in answer.text
    else:
        assert answer.content[:2] == b"PK"
    assert f"tenants.{form}" in answer.headers["content-disposition"]


def test_a_template_of_no_table_is_refused(sqlite_engine: Engine) -> None:
    with client(sqlite_engine, LAN) as service:
        assert service.get("/api/v1/templates/..%2F..%2Fetc").status_code in {404, 422}
        assert service.get("/api/v1/templates/networks").status_code == 422


def test_what_the_service_names_is_what_can_be_imported() -> None:
    assert get_args(ImportTarget) == tuple(TARGETS)
    assert (EARLIEST.year, LATEST.year) == (EARLIEST_YEAR, LATEST_YEAR)
