"""Nothing that somebody may not see leaves by any way: one law over every endpoint of the OpenAPI document.

Two worlds (``leak_worlds``) differ only in what is hidden; every question, put to both, gets the same answer. A hidden
id of world A is an absent one in world B: so the answers to hidden and absent ids are compared by the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from access_operations import Operation, example_of, operations_of
from fastapi import APIRouter
from leak_worlds import NAMED, OTHERS, RECORD_PATHS, VIEWERS, World, fill_others, make_world, shape
from service_parts import CALLER_HEADER, FixedCallers, client, make_service
from sqlalchemy import func, select

from api.access.caller import ANONYMOUS
from api.access.guard import allowed
from api.database import create_database
from api.gis.catalogue import COLLECTIONS
from api.service.app import create_app
from api.service.context import ServiceParameter
from api.service.settings import Limits
from supplychain.database import make_engine
from supplychain.models import METADATA

OPEN: Final = {
    ("parks", "record_id"),
    ("plots", "record_id"),
    ("terminals", "record_id"),
    ("sources", "record_id"),
    ("incidents", "incident_id"),
    ("incidents", "system"),
    ("incidents", "ticket_id"),
    ("templates", "table"),
    ("exports", "table"),
    ("networks", "network"),
    ("networks", "layer"),
    ("session", "provider_id"),
    ("changes", "number"),
    ("records", "number"),
    ("accounts", "account_id"),
    ("accounts", "identity_id"),
    ("scenarios", "version"),
    ("jobs", "name"),
    ("claims", "file_id"),
    ("webhooks", "delivery_id"),
    ("runs", "name"),
    ("plans", "name"),
    ("ogc", "collection_id"),
    ("ogc", "grid_id"),
    ("ogc", "style_id"),
    ("ogc", "zoom"),
    ("ogc", "row"),
    ("ogc", "column"),
}
"""Places in paths that name nothing one viewer has and another has not: what is public to all who may ask at all, what
only administrators name, and what stands within something that is hidden itself."""

ASKED: Final[dict[str, tuple[str, ...]]] = {
    "visibility": ("private", "partners"),
    "name_vi": (f"Công ty {NAMED} {NAMED}",),
    "article_vi": (f"Chip {NAMED}",),
    "organisation_id": (f"{NAMED}_org",),
    "facility_id": (f"{NAMED}_f",),
    "offer_id": (f"{NAMED}_o",),
    "account_id": ("acc_owner",),
    "as_of": ("2", "4"),
    "by": ("visibility", "kind"),
    "q": (NAMED, "nha may"),
    "text": (NAMED, "nha may"),
    "sort": ("-name_vi",),
    "format": ("csv", "geojson"),
    "base": (NAMED,),
    "bbox": ("106,10,108,12",),
    "filter": (f"facility_id = '{NAMED}_f'", f"name_vi LIKE '%{NAMED}%'", "visibility = 'private'", "lat > 0"),
    "f": ("html", "csv"),
    "scenario": (NAMED,),
}
"""Questions that would find what is hidden, by the name of the parameter."""

MOST_PAGES: Final = 2
ROWS: Final = 3

HIDING_CHANGES: Final = ("2", "4", "5")
"""Changes of the worlds that wrote what is hidden, or was."""


@dataclass
class Asker:
    """Puts every question to both worlds and keeps where the answers differ."""

    worlds: tuple[httpx.Client, httpx.Client]
    viewer: str
    wrong: list[str]

    def ask(self, one: Operation, address: str, **said: Any) -> httpx.Response:  # noqa: ANN401 - parts of a request
        """Ask both worlds and return the answer of world A."""
        headers = {CALLER_HEADER: self.viewer, **said.pop("headers", {})}
        first, second = (world.request(one.method.upper(), address, headers=headers, **said) for world in self.worlds)
        asked = f"{one.name} {said} by {self.viewer}"
        if shape(first) != shape(second):
            self.wrong.append(f"{asked}: {shape(first)} is not {shape(second)}"[:1500])
        # What was asked for may be repeated in the answer; what was not must never stand there.
        elif NAMED in first.text and NAMED not in f"{address} {said}":
            self.wrong.append(f"{asked}: tells what is hidden: {first.text}"[:1500])
        return first


@pytest.fixture(scope="module")
def operations() -> list[Operation]:
    return operations_of(create_app(make_service(make_engine("unused.gpkg")), authenticate=FixedCallers(ANONYMOUS)))


@dataclass(frozen=True)
class Worlds:
    """Both worlds, served."""

    named: World
    clients: tuple[httpx.Client, httpx.Client]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    folder: Path = tmp_path_factory.mktemp("worlds")
    everybody = {**OTHERS, **VIEWERS}
    plenty = Limits(requests_per_minute=10_000_000, anonymous_per_minute=10_000_000)
    with ExitStack() as stack:
        made, clients = [], []
        for name in ("a", "b"):
            create_database(str(folder / f"{name}.gpkg"))
            engine = make_engine(str(folder / f"{name}.gpkg"))
            stack.callback(engine.dispose)
            made.append(make_world(engine, is_named=name == "a"))
            serving = client(engine, ANONYMOUS, others=everybody, limits=plenty, mode="accounts", routers=(LEAKY,))
            clients.append(stack.enter_context(serving))
        fill_others(made[0], clients[0])
        yield Worlds(made[0], (clients[0], clients[1]))


LEAKY: Final = APIRouter()


@LEAKY.get("/leak", dependencies=[allowed("public")])
def leak(service: ServiceParameter) -> int:
    """Return a number that no viewer narrows, as a careless endpoint would."""
    with service.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(METADATA.tables["organisations"])) or 0


def test_a_careless_endpoint_is_found(worlds: Worlds) -> None:
    asker = Asker(worlds.clients, "anonymous", [])
    asker.ask(Operation("get", "/api/v1/leak", "public", {}), "/api/v1/leak")
    assert len(asker.wrong) == 1


def _subject(one: Operation) -> str:
    """Return the first word of a path after /api/v1, or of the table it counts."""
    words = [word for word in one.path.split("/") if word not in {"", "api", "v1", "counts"}]
    return words[0] if words else ""


def test_every_place_in_a_path_is_known_here(operations: list[Operation], worlds: Worlds) -> None:
    """A new endpoint that names something must say here whose that is, or that it is open."""
    unknown = {
        f"{one.name}: {parameter['name']}"
        for one in operations
        for parameter in one.parameters("path")
        if (_subject(one), parameter["name"]) not in OPEN
        and (_subject(one), parameter["name"]) not in worlds.named.hidden
        and _subject(one) not in {"runs", "plans"}
    }
    assert unknown == set()


@pytest.mark.parametrize("viewer", ["anonymous", "stranger", "planner"])
def test_every_list_and_every_question_is_the_same(operations: list[Operation], worlds: Worlds, viewer: str) -> None:
    """Lists page by page, counts, filters that would find something hidden, orders, exports, and all that reads."""
    asker = Asker(worlds.clients, viewer, [])
    for one in operations:
        # Templates are made of no record, signing in of none; events go on and on.
        if one.method != "get" or _subject(one) in {"templates", "session"} or "/events" in one.path:
            continue
        # Whoever belongs to no organisation sees of these what anybody sees, but of layers also those of plans.
        if viewer == "planner" and "anonymous" in one.said["x-roles"] and _subject(one) != "ogc":
            continue
        for number in HIDING_CHANGES if "{number}" in one.path else ():
            asker.ask(one, one.address(number=number))
        if any(parameter["name"] == "collection_id" for parameter in one.parameters("path")):
            _every_layer(asker, one, worlds.named)
        address = one.address()
        asker.ask(one, address)
        if one.answers_a_page:
            _turn_pages(asker, one, address)
        named = {parameter["name"] for parameter in one.parameters("query")}
        for name, values in ASKED.items():
            for value in values if name in named else ():
                asker.ask(one, address, params={name: value})
    assert asker.wrong == []


def _every_layer(asker: Asker, one: Operation, world: World) -> None:
    """Ask of each collection, and of those drawn by a job that is somebody else's."""
    for name, collection in COLLECTIONS.items():
        address = one.address(collection_id=name, style_id=name, feature_id=f"{NAMED}_f")
        asker.ask(one, address)
        if any(parameter.name == "job" for parameter in collection.parameters):
            asker.ask(one, address, params={"job": world.hidden["jobs", "job_id"]})


def _turn_pages(asker: Asker, one: Operation, address: str) -> None:
    following = f"{address}?limit={ROWS}"
    for _page in range(MOST_PAGES):
        answer = asker.ask(one, following)
        following = answer.links.get("next", {}).get("url", "").removeprefix(str(answer.url.join("/")).rstrip("/"))
        if not following:
            return


@pytest.mark.parametrize("viewer", ["stranger", "planner"])
def test_hidden_and_absent_ids_get_the_same_answer(operations: list[Operation], worlds: Worlds, viewer: str) -> None:
    """Every method at every path: read, change, delete, cancel, share, history, content; with If-Match and without."""
    asker = Asker(worlds.clients, viewer, [])
    asked = 0
    for one in operations:
        subject = _subject(one)
        values = {name: value for (path, name), value in worlds.named.hidden.items() if path == subject}
        if not any(parameter["name"] in values for parameter in one.parameters("path")):
            continue
        body = _body(one, worlds.named)
        for headers in ({}, {"if-match": "*"}):
            said: dict[str, Any] = {"headers": headers}
            if body is not None:
                said["json"] = body
            answer = asker.ask(one, one.address(**values), **said)
            asked += 1
            if answer.is_success:
                asker.wrong.append(f"{one.name} of {viewer} succeeds: {answer.text[:300]}")
    assert asker.wrong == []
    assert asked > len(RECORD_PATHS) * 5


@pytest.mark.parametrize("viewer", ["stranger", "planner"])
def test_naming_what_is_hidden_in_a_body_tells_nothing(
    operations: list[Operation], worlds: Worlds, viewer: str
) -> None:
    """Whatever a body can name: an organisation to claim, a file to import, a scenario to plan, a facility to match."""
    asker = Asker(worlds.clients, viewer, [])
    for one in operations:
        if one.method != "post" or one.parameters("path") or "/session" in one.path:
            continue
        body = _body(one, worlds.named)
        if body is not None:
            asker.ask(one, one.address(), json=body)
    assert asker.wrong == []


NAMES: Final[dict[str, str]] = {
    "organisation_id": f"{NAMED}_org",
    "facility_id": f"{NAMED}_f",
    "offer_id": f"{NAMED}_o",
    "need_id": f"{NAMED}_n",
    "article_id": f"{NAMED}_article",
    "supplier_facility_id": f"{NAMED}_f",
    "customer_facility_id": f"{NAMED}_f",
    "organisation_a_id": f"{NAMED}_org",
    "organisation_b_id": f"{NAMED}_org",
    "account_id": "acc_owner",
    "scenario": NAMED,
    "base": NAMED,
}
"""What a field of a body is set to."""


def _body(one: Operation, world: World) -> dict[str, Any] | None:
    """Return a body made of the examples of the document, naming what is hidden wherever it can name something."""
    content = one.said.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    ids = {name: value for (_path, name), value in world.hidden.items() if name != "record_id"}
    return _filled(content["schema"], one.said["x-schemas"], {**ids, **NAMES})


def _filled(schema: dict[str, Any], schemas: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    required = schema.get("required", [])
    body: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        if name in names:
            body[name] = names[name]
        elif name in required:
            body[name] = example_of(field)
    return body
