"""The method of the client for one operation of an OpenAPI document."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from typing import Any, Final

from api.client.schema_types import Schema, SchemaTypes, identifier

OWN_HEADERS: Final = ("accept-language", "authorization", "idempotency-key")
"""Headers that the transport sends by itself."""
SUCCESS: Final = ("200", "201", "202", "203", "204", "206")
JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
FILTER_MARK: Final = "."
"""``name.empty`` and ``name.min`` stand beside ``name``: filters on a column, which a client gives together."""


def filter_fields(operation: Mapping[str, Any]) -> dict[str, Schema]:
    """Return the schemas of the parameters that filter by columns, by name."""
    query = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
    marked = {name for name in query if FILTER_MARK in name}
    marked |= {name.partition(FILTER_MARK)[0] for name in marked}
    return {name: schema for name, schema in query.items() if name in marked}


def method_source(path: str, method: str, operation: Mapping[str, Any], types: SchemaTypes) -> str:
    """Return the source of the method of one operation."""
    filters = filter_fields(operation)
    in_path = [one for one in operation["parameters"] if one["in"] == "path"]
    optional = [
        one
        for one in operation["parameters"]
        if one["in"] in ("query", "header") and one["name"].lower() not in OWN_HEADERS and one["name"] not in filters
    ]
    body_type, needs_body = _body(operation, types)
    arguments = ["self", *(f"{identifier(one['name'])}: {types.of(one['schema'])}" for one in in_path)]
    if body_type is not None:
        arguments.append(f"body: {body_type}" if needs_body else f"body: {body_type} | None = None")
    keywords = [_keyword(one, types) for one in sorted(optional, key=lambda one: not one.get("required"))]
    if filters:
        keywords.append(f"filters: {types.query(filters)} | None = None")
    if keywords:
        arguments += ["*", *keywords]
    result, call = _result(method, operation, types)
    told = _told(operation)
    lines = [f"    def {_name(operation)}(", *(f"        {one}," for one in arguments)]
    lines += [f"    ) -> {result}:", f'        """{told}"""']
    target = _target(path, in_path)
    given = [target] if call != "send" else [f'"{method.upper()}"', target]
    for place in ("query", "header"):
        pairs = [f'"{one["name"]}": {_value(one)}' for one in optional if one["in"] == place]
        if place == "query" and filters:
            pairs.append("**(filters or {})")
        if pairs:
            listed = "".join(f"\n                {pair}," for pair in pairs)
            given.append(f"{'query' if place == 'query' else 'headers'}={{{listed}\n            }}")
    if body_type is not None:
        given.append("body=body")
    sent = [f"            {one}," for one in given]
    return "\n".join([*lines, f"        return self.transport.{call}(", *sent, "        )", ""])


def _name(operation: Mapping[str, Any]) -> str:
    name = identifier(operation["operationId"])
    return name + "_" if keyword.iskeyword(name) else name


def _keyword(parameter: Mapping[str, Any], types: SchemaTypes) -> str:
    kind = types.of(parameter["schema"])
    if parameter.get("required"):
        return f"{identifier(parameter['name'])}: {kind}"
    return f"{identifier(parameter['name'])}: {kind if kind.endswith('None') else f'{kind} | None'} = None"


def _value(parameter: Mapping[str, Any]) -> str:
    name = identifier(parameter["name"])
    if parameter["in"] == "header" and parameter["schema"].get("type") not in (None, "string"):
        return f"None if {name} is None else str({name})"
    return name


def _target(path: str, in_path: list[Mapping[str, Any]]) -> str:
    for one in in_path:
        path = path.replace("{" + one["name"] + "}", "{quoted(" + identifier(one["name"]) + ")}")
        path = path.replace("{" + one["name"] + ":path}", "{quoted(" + identifier(one["name"]) + ")}")
    return f'f"{path}"' if in_path else f'"{path}"'


def _told(operation: Mapping[str, Any]) -> str:
    """Return what a method does in one sentence, as the OpenAPI document says it."""
    text = str(operation.get("summary") or operation["operationId"]).partition("\n")[0].strip()
    return text.replace("\\", "").replace('"', "'") + ("" if text.endswith(".") else ".")


def _body(operation: Mapping[str, Any], types: SchemaTypes) -> tuple[str | None, bool]:
    body = operation.get("requestBody")
    if body is None:
        return None, False
    content = body["content"]
    kind = next((types.of(one["schema"]) for name, one in content.items() if name.endswith("json")), None)
    return kind or "bytes | IO[bytes]", bool(body.get("required"))


def _result(method: str, operation: Mapping[str, Any], types: SchemaTypes) -> tuple[str, str]:
    """Return the type of what a method gives, and the function of the transport that it calls."""
    kinds: dict[str, None] = {}
    other: list[str] = []
    for status in SUCCESS:
        for name, one in operation["responses"].get(status, {}).get("content", {}).items():
            if name == JSON or name.endswith("+json"):
                kinds[types.of(one.get("schema", {}))] = None
            else:
                other.append(name)
    if EVENTS in other:
        return "Iterator[dict[str, Any]]", "follow"
    if other and not kinds and method == "get":
        return "AbstractContextManager[Download]", "receive"
    return f"Answer[{' | '.join(kinds) or 'None'}]", "send"
