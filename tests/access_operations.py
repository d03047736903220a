"""Every operation of the whole application as tests ask for it: method, path with example ids, right, body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from api.access.guard import Allowed
from api.access.rights import Right

METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options")


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    method: str
    path: str
    right: Right
    said: dict[str, Any]

    @property
    def name(self) -> str:
        """Method and path, as people write them."""
        return f"{self.method.upper()} {self.path}"

    def parameters(self, place: str) -> list[dict[str, Any]]:
        """Return its parameters of one place (``path``, ``query``)."""
        return [one for one in self.said.get("parameters", []) if one["in"] == place]

    def address(self, **values: str) -> str:
        """Return the path with an example, or a value given, in each place."""
        path = self.path
        for one in self.parameters("path"):
            value = values.get(one["name"], str(example_of(one)))
            path = path.replace(f"{{{one['name']}}}", quote(value, safe=""))
        return path

    @property
    def answers_a_page(self) -> bool:
        """Whether it answers a list in pages."""
        return self.method == "get" and any(one["name"] == "cursor" for one in self.parameters("query"))


def example_of(parameter: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return the example of a parameter, wherever it stands."""
    for holder in (parameter, parameter.get("schema", {})):
        if holder.get("examples"):
            found = holder["examples"]
            return found[0] if isinstance(found, list) else next(iter(found.values()))["value"]
        if "example" in holder:
            return holder["example"]
    return "1"


def operations_of(app: FastAPI) -> list[Operation]:
    """Return every operation of an application's document."""
    document = app.openapi()
    schemas = document["components"]["schemas"]
    return [
        Operation(method, path, said.get("x-right"), {**said, "x-schemas": schemas})
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if method in METHODS
    ]


def rules_of(route: RouteContext) -> list[Right]:
    """Return the rights that a route asks for: one, or the route lets in whom it should not."""
    dependant = getattr(route, "dependant", None)
    found = () if dependant is None else dependant.dependencies
    return [one.call.right for one in found if isinstance(one.call, Allowed)]


def without_rule(app: FastAPI) -> Iterator[str]:
    """Yield every route of an application, in its document or not, that has not exactly one rule."""
    for route in iter_route_contexts(app.routes):
        if len(rules_of(route)) != 1:
            methods = ", ".join(sorted(route.methods or ("mounted",)))
            yield f"{methods} {getattr(route, 'path_format', None) or getattr(route, 'path', '?')}"
