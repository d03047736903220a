"""The OpenAPI 3.0 document of the OGC API alone, made from that of the whole service, which is of version 3.1.

Programs such as QGIS read the largest ``limit`` from its components, and understand version 3.0 only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from api.gis.ogc.asked import COMMON
from api.gis.ogc.documents import ABOUT, TITLE
from api.gis.ogc.geojson import Document
from api.gis.ogc.items import PARAMETERS as ASKED
from supplychain.text import Language

BASE: Final = "/api/v1/ogc"
SCHEMAS: Final = "#/components/schemas/"
_BOUNDS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


ITEMS: Final = "/collections/{collection_id}/items"
PARAMETERS: Final = "#/components/parameters/"


def ogc_document(
    document: Mapping[str, Any],
    root: str,
    language: Language,
    properties: Mapping[str, tuple[Sequence[str], Sequence[Document]]] = MappingProxyType({}),
) -> Document:
    """Return the document of the OGC API.

    Parameters
    ----------
    document
        That of the whole service.
    root
        Address of the OGC API.
    language
        Of its title.
    properties
        Of each collection that the caller may see: names of its own parameters, and the properties of its features as
        parameters.
    """
    paths = {
        path.removeprefix(BASE) or "/": _older(said)
        for path, said in document["paths"].items()
        if path == BASE or path.startswith(f"{BASE}/")
    }
    shared = _shared(paths)
    paths |= {f"/collections/{name}/items": _of_collection(paths, name, *told) for name, told in properties.items()}
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
            "parameters": shared,
            "schemas": {name: _older(every[name]) for name in sorted(needed)},
            "securitySchemes": document["components"]["securitySchemes"],
        },
    }


def _shared(paths: Mapping[str, Any]) -> Document:
    """Take the parameters of items out of their address, which then refers to them; each by its name."""
    found: Document = {}
    parameters = paths.get(ITEMS, {}).get("get", {}).get("parameters", [])
    for place, parameter in enumerate(parameters):
        if parameter["in"] == "query":
            found[parameter["name"]] = parameter
            parameters[place] = {"$ref": f"{PARAMETERS}{parameter['name']}"}
    return found


def _of_collection(paths: Mapping[str, Any], name: str, own: Sequence[str], properties: Sequence[Document]) -> Document:
    """Return the address of the items of one collection, with its properties as parameters.

    Programs such as GDAL look there for what they may ask the service instead of looking through all features.
    """
    said = paths[ITEMS]["get"]
    of_all = {*COMMON, *ASKED, *own}
    shared = [one for one in said["parameters"] if one.get("$ref", "").removeprefix(PARAMETERS) in of_all]
    more = [_older(one) for one in properties if one["name"] not in of_all]
    operation = {**said, "operationId": f"{said['operationId']}_of_{name}", "parameters": [*shared, *more]}
    return {"get": {**operation, "summary": f"{said['summary']}: {name}"}}


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
