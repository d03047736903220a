"""The typed client: made from an OpenAPI document, it says what the document says and speaks as the service does."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Header, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from registry_parts import SOURCE, organisation, source, write
from service_parts import client as service_client
from sqlalchemy import Engine

from api.client.generate import PACKAGE, ClientError, client_files, service_document, write_client
from api.client.schema_types import SchemaTypes, identifier
from api.client.transport import ProblemError, Transport

LOST = "the connection was lost"


class Berth(BaseModel):
    """A place where a ship lies.

    More of it.
    """

    berth_id: str
    depth_m: float | None = None
    kind: str = "quay"


def toy() -> FastAPI:
    """Return a small service with one of everything: path, query and header parameters, bodies, files, events."""
    app = FastAPI()

    @app.get("/berths/{berth_id}", operation_id="get_berth", tags=["berths"], summary="A berth.")
    def get(berth_id: str, deep: bool | None = None) -> Berth:
        """Return one."""
        return Berth(berth_id=berth_id, depth_m=14.5 if deep else None)

    @app.put("/berths/{berth_id}", operation_id="put_berth", tags=["berths"])
    def put(berth_id: str, berth: Berth, if_match: Annotated[str, Header()], request: Request) -> dict[str, str]:
        """Write one."""
        return {"was": if_match, "key": request.headers["Idempotency-Key"], "id": berth.berth_id + berth_id}

    file = {"description": "The file", "content": {"application/octet-stream": {}}}

    @app.get(
        "/layers", operation_id="get_layer", tags=["layers"], response_class=StreamingResponse, responses={200: file}
    )
    def layer() -> StreamingResponse:
        """Return a file."""
        return StreamingResponse(iter([b"ab", b"cd"]), headers={"Content-Disposition": 'attachment; filename="l.gpkg"'})

    return app


def test_names_and_types_by_hand() -> None:
    """An id with capitals and hyphens; a union with null at the end; a word of Python gets an underline."""
    assert identifier("If-Match") == "if_match"
    assert identifier("class") == "class_"
    types = SchemaTypes({"Page[Berth]": {"type": "object", "properties": {"from": {"type": "null"}}}})
    assert types.names == ("PageBerth",)
    assert types.of({"anyOf": [{"type": "null"}, {"type": "integer"}]}) == "int | None"
    assert types.of({"enum": ["a", "b"]}) == "Literal['a', 'b']"
    assert types.of({"type": "array", "items": {"type": "object", "additionalProperties": {"type": "number"}}}) == (
        "list[dict[str, float]]"
    )


def test_two_schemas_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name in Python"):
        SchemaTypes({"A_b": {}, "AB": {}, "A-b": {}})


@contextmanager
def imported(document: dict[str, Any], folder: Path) -> Iterator[ModuleType]:
    """Give the client of a service as a program imports it, and forget it afterwards."""
    write_client(document, folder)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(PACKAGE)
    finally:
        sys.path.remove(str(folder))
        for name in [one for one in sys.modules if one.partition(".")[0] == PACKAGE]:
            del sys.modules[name]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[ModuleType]:
    """Yield the client of the toy service."""
    with imported(toy().openapi(), tmp_path) as module:
        yield module


def test_the_client_of_the_service_is_strictly_typed_and_needs_httpx_alone(tmp_path: Path) -> None:
    write_client(service_document(), tmp_path)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), PACKAGE]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    said = (
        "import sys, hinterland_client; print(sorted(m for m in sys.modules if m in ('api', 'fastapi', 'sqlalchemy')))"
    )
    used = subprocess.run([sys.executable, "-c", said], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert used.stdout.strip() == "[]"
    toys = client_files(toy().openapi())
    assert "        deep: bool | None = None,\n    ) -> Answer[Berth]:" in toys["of_berths.py"]


def test_the_client_speaks_with_the_service(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Add, read, change on what was read, be refused on what was read before, filter, page, upload, download."""
    write(sqlite_engine, source(), *(organisation(f"o{number}") for number in range(5)))
    with service_client(sqlite_engine) as http, imported(service_document(), tmp_path) as module:
        client = module.Client(str(http.base_url), language="en", http=http)
        said = {
            "name_vi": "Trường Cao đẳng",
            "kind": "school",
            "source": SOURCE,
            "confidence": "high",
            "synthetic": False,
        }
        made = client.organisations.create_organisation({"organisation_id": "cd", **said})
        assert (made.status, made.location) == (201, "/api/v1/organisations/cd")
        read = client.organisations.get_organisation("cd")
        changed = client.organisations.patch_organisation("cd", {"role": "đào tạo"}, if_match=read.etag)
        assert changed.value["role"] == "đào tạo"
        with pytest.raises(module.ProblemError) as caught:
            client.organisations.patch_organisation("cd", {"role": "khác"}, if_match=read.etag)
        assert caught.value.code == "precondition_failed"
        hook = {"name": "h", "url": "https://hook.example.vn/", "events": ["incident.changed"]}
        hooked = client.webhooks.create_webhook(hook)
        paused = client.webhooks.change_webhook(hooked.value["webhook_id"], {"state": "paused"}, if_match=hooked.etag)
        assert paused.value["state"] == "paused"
        schools = client.organisations.list_organisations(filters={"kind": ["school"]}).value["items"]
        assert [one["organisation_id"] for one in schools] == ["cd"]
        pages = list(client.pages(client.organisations.list_organisations(limit=2)))
        assert [one["organisation_id"] for one in pages] == ["cd", "o0", "o1", "o2", "o3", "o4"]
        file_id = client.files.upload_file(b"a,b\n1,2\n", name="x.csv").value["file_id"]
        with client.files.get_file_content(file_id) as download:
            assert b"".join(download.parts) == b"a,b\n1,2\n"


def test_a_folder_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "mine.py").write_text("x = 1")
    with pytest.raises(ClientError, match="no client of Hinterland"):
        write_client(toy().openapi(), tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ClientError, match="cannot be written"):
        write_client(toy().openapi(), tmp_path / "file")


def answering(handle: Any, **options: Any) -> Transport:  # noqa: ANN401 - as httpx and Transport have them
    """Return a transport whose service is a function."""
    http = httpx.Client(transport=httpx.MockTransport(handle))
    return Transport("http://service", http=http, pause=lambda _seconds: None, **options)


def test_requests_and_answers_of_the_made_client(made: ModuleType) -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.method == "PUT":
            return httpx.Response(200, json={"was": "x"}, headers={"ETag": '"2"'})
        if request.url.path == "/layers":
            return httpx.Response(200, content=b"abcd", headers={"Content-Disposition": 'x; filename="l.gpkg"'})
        return httpx.Response(200, json={"berth_id": "b/1", "depth_m": 14.5})

    http = httpx.Client(transport=httpx.MockTransport(handle))
    client = made.Client("http://service/", key="k", language="en", http=http)
    assert client.berths.get_berth("b/1", deep=True).value["depth_m"] == 14.5
    assert seen[0].url.raw_path == b"/berths/b%2F1?deep=true"
    assert seen[0].headers["Authorization"] == "Bearer k"
    assert "Idempotency-Key" not in seen[0].headers
    answer = client.berths.put_berth("b", {"berth_id": "b"}, if_match='"1"')
    assert (answer.value, answer.etag) == ({"was": "x"}, '"2"')
    assert seen[1].headers["If-Match"] == '"1"'
    assert len(seen[1].headers["Idempotency-Key"]) == 32
    with client.layers.get_layer() as download:
        assert (download.name, b"".join(download.parts)) == ("l.gpkg", b"abcd")


def test_a_lost_answer_is_asked_again_with_the_same_key() -> None:
    keys: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx.ReadError(LOST)
        return httpx.Response(503 if len(keys) == 2 else 201, json={}, headers={"Retry-After": "1"})

    assert answering(handle).send("POST", "/x", body={}).status == 201
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_problem_is_raised_with_its_code_and_a_refusal_is_not_tried_again() -> None:
    problem = {"type": "urn:hinterland:problem:conflict", "status": 409, "title": "Conflict", "detail": "Taken."}
    calls = []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(409, json=problem, headers={"Content-Type": "application/problem+json"})

    with pytest.raises(ProblemError, match="Taken") as caught:
        answering(handle).send("POST", "/x", body={})
    assert (caught.value.status, caught.value.code, len(calls)) == (409, "conflict", 1)


def test_a_stream_is_sent_once_and_an_unreachable_service_is_told() -> None:
    calls = []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise httpx.ConnectError(LOST)

    with pytest.raises(httpx.ConnectError):
        answering(handle).send("POST", "/x", body=BytesIO(b"rows"))
    assert len(calls) == 1
    with pytest.raises(httpx.ConnectError):
        answering(handle, retries=2).send("GET", "/x")
    assert len(calls) == 4


def test_events_are_read_as_they_come() -> None:
    """A comment line keeps the stream open and says nothing; data over two lines is one event (WHATWG, server-sent)."""
    text = ': hello\n\nid: 1\nevent: progress\ndata: {"share":\ndata: 0.5}\n\nid: 2\ndata: {}\n\n'

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers["Last-Event-ID"] == "0"
        return httpx.Response(200, content=text.encode(), headers={"Content-Type": "text/event-stream"})

    events = list(answering(handle).follow("/events", headers={"Last-Event-ID": "0"}))
    assert [one["id"] for one in events] == ["1", "2"]
    assert json.loads(json.dumps(events[0]["data"])) == {"share": 0.5}
