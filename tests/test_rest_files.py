"""Files over HTTP: any bytes in, the same bytes out, whole or in stretches, and nobody else's."""

from __future__ import annotations

import gzip
import hashlib
import os
import sqlite3
from collections.abc import Iterator

import httpx
import pytest
from service_parts import client, somebody, tight, without_id
from sqlalchemy import Engine, event, func, select
from test_files import counts

from api.access.caller import ANONYMOUS
from api.files.store import store_file
from api.service.tables import AUDIT

LAN = somebody("reader", name="lan")
MINH = somebody("steward", name="minh")
ADMIN = somebody("administrator", name="admin")
OTHERS = {"minh": MINH, "admin": ADMIN}


def upload(service: httpx.Client, contents: bytes, name: str = "a.csv", **headers: str) -> httpx.Response:
    """Upload a file as a reader would."""
    said = {"content-type": "text/csv", **headers}
    return service.post("/api/v1/files", params={"name": name}, content=contents, headers=said)


@pytest.fixture
def service(registry_engine: Engine) -> Iterator[httpx.Client]:
    with client(registry_engine, LAN, others=OTHERS) as found:
        yield found


def test_an_upload_comes_back_byte_by_byte(service: httpx.Client, registry_engine: Engine) -> None:
    contents = os.urandom(2_300_000)
    answer = upload(service, contents, "../danh sách.csv")
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["name"] == "danh sách.csv"
    assert body["size"] == 2_300_000
    assert body["sha256"] == hashlib.sha256(contents).hexdigest()
    assert answer.headers["location"] == f"/api/v1/files/{body['file_id']}"
    known = service.get(answer.headers["location"])
    assert known.json() == body
    assert service.get(answer.headers["location"], headers={"if-none-match": known.headers["etag"]}).status_code == 304
    whole = service.get(f"{answer.headers['location']}/content", headers={"accept-encoding": "gzip"})
    assert whole.content == contents
    assert whole.headers["content-length"] == "2300000"
    with registry_engine.connect() as connection:
        assert connection.execute(select(AUDIT.c.action, AUDIT.c.subject)).all() == [("files.upload", body["file_id"])]


@pytest.mark.parametrize(
    ("asked", "status", "stretch"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=999990-1000009", 206, slice(999_990, 1_000_010)),
        ("bytes=1000000-", 206, slice(1_000_000, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-99999999", 206, slice(0, None)),
        ("bytes=5-2", 200, slice(0, None)),
        ("bytes=0-1,5-6", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
    ],
)
def test_stretches_are_those_of_rfc_9110(sqlite_engine: Engine, asked: str, status: int, stretch: slice) -> None:
    """RFC 9110, 14.1.2: first and last byte are both part; a suffix counts from the end; what is odd is ignored."""
    contents = os.urandom(1_200_000)
    stored = store_file(sqlite_engine, [contents], name="a.bin", media_type="", owner="acc_lan")
    with client(sqlite_engine, LAN) as service:
        answer = service.get(f"/api/v1/files/{stored.file_id}/content", headers={"range": asked})
    assert answer.status_code == status
    assert answer.content == contents[stretch]
    start, end, _step = stretch.indices(len(contents))
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/1200000"


def test_a_stretch_after_the_end_is_refused_with_the_size(service: httpx.Client) -> None:
    where = upload(service, b"abc").headers["location"]
    answer = service.get(f"{where}/content", headers={"range": "bytes=3-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */3"
    other = service.get(f"{where}/content", headers={"range": "bytes=0-0", "if-range": '"other"'})
    assert (other.status_code, other.content) == (200, b"abc")


def test_a_page_that_somebody_uploads_never_runs(sqlite_engine: Engine) -> None:
    with client(sqlite_engine, LAN) as service:
        for kind in ("text/html", "image/svg+xml", "application/javascript", "text/xml"):
            sent = upload(service, b"<script>alert(1)</script>", 'x".html', **{"content-type": kind})
            answer = service.get(f"{sent.headers['location']}/content")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in answer.headers["content-security-policy"]
            shown = answer.headers["content-disposition"]
            assert shown == "attachment; filename=\"x_.html\"; filename*=UTF-8''x_.html"


def test_somebody_elses_file_is_as_absent_as_one_that_never_was(service: httpx.Client) -> None:
    hidden = upload(service, b"secret").json()["file_id"]
    absent = f"file_{'a' * 20}"
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        answers = [
            service.request(method, f"/api/v1/files/{one}{path}", headers={"x-test-caller": "minh"})
            for one in (hidden, absent)
        ]
        one, other = (without_id(answer) for answer in answers)
        assert [answer.status_code for answer in answers] == [404, 404]
        assert one == {**other, "detail": other["detail"].replace(absent, hidden)}
    assert service.get("/api/v1/files", headers={"x-test-caller": "minh"}).json()["items"] == []
    seen = service.get(f"/api/v1/files/{hidden}/content", headers={"x-test-caller": "admin"})
    assert seen.content == b"secret"


def test_an_id_that_is_none_is_not_found(sqlite_engine: Engine) -> None:
    with client(sqlite_engine, LAN) as service:
        for file_id in ("..%2F..%2Fetc%2Fpasswd", "file_", "file_" + "A" * 20, "đ"):
            assert service.get(f"/api/v1/files/{file_id}").status_code == 404


def test_a_list_has_every_own_file_once_the_newest_first(service: httpx.Client) -> None:
    made = [upload(service, f"{number}".encode(), f"{number}.csv").json()["name"] for number in range(5)]
    found: list[str] = []
    following: str | None = "/api/v1/files?limit=2"
    while following:
        body = service.get(following).json()
        found.extend(one["name"] for one in body["items"])
        following = body["next"]
    assert found == made[::-1]


def test_a_deleted_file_is_gone_and_so_are_its_bytes(service: httpx.Client, registry_engine: Engine) -> None:
    where = upload(service, b"abc").headers["location"]
    assert service.delete(where).status_code == 204
    assert service.get(where).status_code == 404
    assert service.delete(where).status_code == 404
    assert counts(registry_engine) == (0, 0, 0)


def test_the_same_upload_under_the_same_key_is_one_file(service: httpx.Client, registry_engine: Engine) -> None:
    one, two = (upload(service, b"abc" * 500_000, **{"idempotency-key": "k1"}) for _ in range(2))
    assert one.json() == two.json()
    assert two.headers["idempotency-replayed"] == "true"
    other = upload(service, b"abd", **{"idempotency-key": "k1"})
    assert other.status_code == 422
    assert counts(registry_engine) == (1, 1, 2)


def test_uploads_that_cannot_be_are_refused_and_leave_nothing(registry_engine: Engine) -> None:
    with client(registry_engine, LAN, limits=tight(upload_bytes=1_000_000)) as service:
        large = upload(service, b"x" * 1_000_001)
        assert large.status_code == 413

        def pieces() -> Iterator[bytes]:
            for _ in range(15):
                yield b"y" * 100_000

        unsaid = service.post("/api/v1/files", params={"name": "a"}, content=pieces())
        assert unsaid.status_code == 413
        empty = upload(service, b"")
        assert (empty.status_code, empty.json()["detail"][:18]) == (422, "The body is empty.")
        form = service.post("/api/v1/files", params={"name": "a"}, files={"file": b"abc"})
        assert form.status_code == 415
        assert upload(service, b"abc", "").status_code == 422
    assert counts(registry_engine) == (0, 0, 0)


def test_an_account_can_fill_only_so_much(sqlite_engine: Engine) -> None:
    with client(sqlite_engine, LAN, limits=tight(upload_bytes=1_000)) as service:
        sizes = [upload(service, os.urandom(1_000)).status_code for _ in range(21)]
    assert sizes == [201] * 20 + [413]


def test_a_sender_who_hangs_up_leaves_nothing(registry_engine: Engine) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * 2_000_000
        raise ConnectionResetError

    with client(registry_engine, LAN) as service:
        with pytest.raises(ConnectionResetError):
            service.post("/api/v1/files", params={"name": "a"}, content=broken())
        service.close()
    assert counts(registry_engine) == (0, 0, 0)


def test_bytes_that_look_packed_stay_as_they_are(service: httpx.Client) -> None:
    packed = gzip.compress(b"a" * 100_000)
    where = upload(service, packed, "a.csv.gz", **{"content-type": "application/gzip"}).headers["location"]
    answer = service.get(f"{where}/content")
    assert (answer.content, answer.headers["content-type"]) == (packed, "application/gzip")


def test_nobody_without_an_account_has_files(registry_engine: Engine) -> None:
    with client(registry_engine, ANONYMOUS) as service:
        assert upload(service, b"abc").status_code == 401
        assert service.get("/api/v1/files").status_code == 401
    with registry_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(AUDIT)) == 0


def test_a_full_disk_is_told_and_leaves_nothing(sqlite_engine: Engine) -> None:
    """The database may have 300 pages more than it has: about 1.2 MB; the upload has 3 MB."""
    with sqlite_engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    sqlite_engine.dispose()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 300}")

    event.listen(sqlite_engine, "connect", limit)
    with client(sqlite_engine, LAN) as service:
        answer = upload(service, os.urandom(3_000_000))
        assert answer.status_code == 507
        assert "disk" in answer.json()["detail"]
        assert upload(service, b"abc").status_code == 201
    assert counts(sqlite_engine) == (1, 1, 1)
