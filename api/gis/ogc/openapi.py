"""The OpenAPI 3.0 document of the OGC API alone, made from that of the whole service, which is of version 3.1.

Programs such as QGIS read the largest ``limit`` from its components, and understand version 3.0 only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.gis.ogc.documents import ABOUT, TITLE
from api.gis.ogc.geojson import Document
from supplychain.text import Language

BASE: Final = "/api/v1/ogc"
SCHEMAS: Final = "#/components/schemas/"
LIMIT: Final = "#/components/parameters/limit"
_BOUNDS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def ogc_document(document: Mapping[str, Any], root: str, language: Language) -> Document:
    """Return the document of the OGC API.

    Parameters
    ----------
    document
        That of the whole service.
    root
        Address of the OGC API.
    language
        Of its title.
    """
    paths = {
        path.removeprefix(BASE) or "/": _older(said)
        for path, said in document["paths"].items()
        if path == BASE or path.startswith(f"{BASE}/")
    }
    limit = None
    for said in paths.values():
        parameters = said.get("get", {}).get("parameters", [])
        for place, parameter in enumerate(parameters):
            if parameter["name"] == "limit":
                limit, parameters[place] = parameter, {"$ref": LIMIT}
    every = document["components"]["schemas"]
    needed = _needed(paths, every)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.of(language),
            "description": ABOUT.of(language),
            "version": document["info"]["version"],
        },
        "servers": [{"url": root}],
        "tags": [tag for tag in document["tags"] if tag["name"] == "ogc"],
        "paths": paths,
        "components": {
            "parameters": {} if limit is None else {"limit": limit},
            "schemas": {name: _older(every[name]) for name in sorted(needed)},
            "securitySchemes": document["components"]["securitySchemes"],
        },
    }


def _needed(said: object, schemas: Mapping[str, Any]) -> set[str]:
    """Return the names of the schemas that something refers to, and those that these refer to."""
    found: set[str] = set()
    waiting = list(_references(said))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(said: object) -> Iterator[str]:
    if isinstance(said, dict):
        reference = said.get("$ref")
        if isinstance(reference, str) and reference.startswith(SCHEMAS):
            yield reference.removeprefix(SCHEMAS)
        for inner in said.values():
            yield from _references(inner)
    elif isinstance(said, list):
        for inner in said:
            yield from _references(inner)


def _older(said: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a part of a document of version 3.1 as version 3.0 writes it."""
    if isinstance(said, list):
        return [_older(inner) for inner in said]
    if not isinstance(said, dict):
        return said
    if isinstance(said.get("anyOf"), list) and {"type": "null"} in said["anyOf"]:
        others = [inner for inner in said["anyOf"] if inner != {"type": "null"}]
        rest = {name: inner for name, inner in said.items() if name != "anyOf"}
        said = {**rest, **(others[0] if len(others) == 1 else {"anyOf": others}), "nullable": True}
    found: Document = {}
    for name, inner in said.items():
        if name == "examples" and isinstance(inner, list):
            found.update({} if not inner or inner[0] is None else {"example": inner[0]})
        elif name == "const":
            found["enum"] = [inner]
        elif name in _BOUNDS and not isinstance(inner, bool):
            found.update({_BOUNDS[name]: inner, name: True})
        else:
            found[name] = _older(inner)
    return found
