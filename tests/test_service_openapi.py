"""The OpenAPI 3.1 document: every operation has a rule, a name and problems; every field a meaning and an example."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any, Final

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from service_parts import make_service
from sqlalchemy import create_engine

from api.access.rights import RIGHTS
from api.service import openapi
from api.service.app import create_app
from api.service.openapi import WRITES, Application, right_of
from api.service.problems import PROBLEMS
from api.service.tags import TAGS


@pytest.fixture(scope="module")
def app() -> Application:
    return create_app(make_service(create_engine("sqlite://")))


@pytest.fixture(scope="module")
def document(app: Application) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_document_is_of_version_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert len(list(operations(document))) >= 3


def test_every_route_has_a_rule(app: Application) -> None:
    without = [
        f"{sorted(route.methods or ())} {route.path}"
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute) and right_of(route) is None
    ]
    assert without == []


def test_every_operation_says_who_may_ask_and_how_it_fails(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["x-right"] in RIGHTS, where
        assert set(operation["x-roles"]) >= set(RIGHTS[operation["x-right"]]), where
        assert "application/problem+json" in operation["responses"]["default"]["content"], where
        assert "422" not in operation["responses"], where
        assert operation.get("summary"), where
        assert operation.get("description"), where
        assert all(tag in TAGS for tag in operation["tags"]), (where, operation["tags"])
        keys = [one for one in operation.get("parameters", ()) if one["name"] == "idempotency-key"]
        assert len(keys) == (method in WRITES), where


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations(document))
    assert [name for name, count in names.items() if count > 1] == []


def test_a_name_says_what_is_done(document: dict[str, Any]) -> None:
    named = {
        operation["operationId"]: method for path, method, operation in operations(document) if path.startswith("/api/")
    }
    reading = ("get_", "list_", "count_", "stream_")
    others = {"search", "compare_organisations", "start_provider_sign_in", "finish_provider_sign_in"}
    assert {name for name, method in named.items() if method == "get" and not name.startswith(reading)} == others
    for _, method, operation in operations(document):
        schema = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        is_page = "Page_" in schema.get("$ref", "") and method == "get"
        assert (
            not is_page
            or operation["operationId"].startswith("list_")
            or operation["operationId"]
            in {
                "get_plan_table",
                "get_network_layer",
            }
        ), operation["operationId"]


NEVER_CHANGED_UNSEEN: Final = {
    "delete_file": "a file never changes",
    "revoke_key": "taking a key back holds whatever became of it",
    "end_session": "ending it holds whatever became of it",
    "sign_out": "the session itself shows who asks",
    "change_password": "the old password is the condition",
    "delete_identity": "a link to a provider never changes",
    "withdraw_claim": "one that was judged is not withdrawn (409)",
    "put_ticket": "a system repeats its tickets and knows no tags of ours; an old state undoes nothing",
    "delete_webhook": "nothing of a change is written over",
}
"""Writes to one resource that ask for no ``If-Match``, and why."""


def test_a_write_to_what_can_change_names_if_match(document: dict[str, Any]) -> None:
    """So that the generated client can send it: without it such a write is answered 428."""
    without = {
        operation["operationId"]
        for _, method, operation in operations(document)
        if method in {"put", "patch", "delete"}
        and "If-Match" not in [one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"]
    }
    assert without == set(NEVER_CHANGED_UNSEEN)


def lacking(where: str, field: dict[str, Any], example: bool) -> list[str]:
    has_example = any(name in field for name in ("example", "examples", "const"))
    return [
        *([] if field.get("description") else [f"{where}: no description"]),
        *([] if has_example or not example else [f"{where}: no example"]),
    ]


def test_every_field_has_a_meaning_and_an_example(document: dict[str, Any]) -> None:
    found = [
        line
        for name, schema in document["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        for line in lacking(f"{name}.{field}", told, example=True)
    ]
    for path, method, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            told = {**parameter.get("schema", {}), **parameter}
            found += lacking(f"{method} {path} {parameter['name']}", told, example=True)
    assert found == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


def test_the_page_about_the_service_tells_every_problem() -> None:
    page = (Path(__file__).parents[1] / "docs" / "service" / "README.md").read_text(encoding="utf-8")
    told = {code: int(status) for code, status in re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", page, re.MULTILINE)}
    assert told == {code: kind.status for code, kind in PROBLEMS.items()}


def test_requests_that_ask_first_at_once_get_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []

    def slowly(document: dict[str, Any], _routes: object) -> dict[str, Any]:
        made.append(document)
        sleep(0.2)
        return document

    monkeypatch.setattr(openapi, "described", slowly)
    app = Application()
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda _: app.openapi(), range(2)))
    assert len(made) == 1
    assert found[0] is found[1] is made[0]
