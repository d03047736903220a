"""What describes the service and its collections: landing page, conformance, collections, queryables, schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from api.gis.collections import Collection, Instance, Opened, open_collection
from api.gis.ogc.asked import Asked, path_of
from api.gis.ogc.crs import CRS84, OFFERED
from api.gis.ogc.formats import FEATURES
from api.gis.ogc.geojson import Document
from api.gis.ogc.queried import told_property
from api.gis.tiles.asked import asking_of, catalogue_of
from api.gis.tiles.describing import CONFORMANCE as TILES
from api.gis.tiles.describing import collection_links as drawing_links
from api.service.problems import ServiceError
from geodata.features.source import Source
from geodata.features.table import Field, FieldKind
from supplychain.errors import HinterlandError
from supplychain.text import Language, Text

OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA_TYPE: Final = "application/schema+json"
QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA: Final = "http://www.opengis.net/def/rel/ogc/1.0/schema"
TITLE: Final = Text(en="Hinterland: supply chains and freight", vi="Hinterland: chuỗi cung ứng và luồng hàng")
ABOUT: Final = Text(
    en="Parks, facilities, terminals, networks, freight flows, shadow prices and more as features and vector tiles; "
    "everybody gets what they may see.",
    vi="Khu công nghiệp, cơ sở, đầu mối, mạng lưới, luồng hàng, giá bóng … dạng đối tượng và ô vector; mỗi người nhận "
    "phần mình được xem.",
)
_SPEC: Final = "http://www.opengis.net/spec"
CONFORMANCE: Final = (
    f"{_SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-common-2/1.0/conf/collections",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/filter",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/features-filter",
    f"{_SPEC}/cql2/1.0/conf/cql2-text",
    f"{_SPEC}/cql2/1.0/conf/cql2-json",
    f"{_SPEC}/cql2/1.0/conf/basic-cql2",
    f"{_SPEC}/cql2/1.0/conf/advanced-comparison-operators",
    f"{_SPEC}/cql2/1.0/conf/case-insensitive-comparison",
    f"{_SPEC}/cql2/1.0/conf/accent-insensitive-comparison",
    f"{_SPEC}/cql2/1.0/conf/basic-spatial-functions",
    f"{_SPEC}/cql2/1.0/conf/spatial-functions",
    f"{_SPEC}/cql2/1.0/conf/property-property",
    f"{_SPEC}/cql2/1.0/conf/arithmetic",
    *TILES,
)
"""Conformance classes that are met; a test asks each of them."""

UNASKED: Final = frozenset(("topology_findings",))
"""Collections that are not opened for the list of all: the first to open one waits for a check of the network."""
_TYPES: Final[dict[FieldKind, Document]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


def link(rel: str, kind: str, href: str, title: str = "") -> Document:
    """Return a link (RFC 8288) as JSON."""
    found = {"rel": rel, "type": kind, "href": href}
    return {**found, "title": title} if title else found


def landing(asked: Asked) -> Document:
    """Return the landing page."""
    return {
        "title": TITLE.of(asked.language),
        "description": ABOUT.of(asked.language),
        "links": [
            *here(asked),
            link("service-desc", OPENAPI, asked.address("/api"), "OpenAPI 3.0"),
            link("service-doc", "text/html", asked.address("/api", f="html"), "OpenAPI"),
            link("conformance", "application/json", asked.address("/conformance")),
            link(
                "http://www.opengis.net/def/rel/ogc/1.0/conformance", "application/json", asked.address("/conformance")
            ),
            link("data", "application/json", asked.address("/collections")),
            link("http://www.opengis.net/def/rel/ogc/1.0/data", "application/json", asked.address("/collections")),
            link(
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                "application/json",
                asked.address("/tileMatrixSets"),
            ),
            link("stylesheet", "application/vnd.mapbox.style+json", asked.address("/map-style"), "MapLibre"),
        ],
    }


def here(asked: Asked) -> list[Document]:
    """Return the links of a document to itself and to its other form."""
    kinds = {"json": "application/json", "html": "text/html"}
    own = asked.format
    kinds["json"] = own.media_types[0] if own.name == "json" else kinds["json"]
    other = "html" if own.name == "json" else "json"
    return [
        link("self", kinds[own.name], asked.same()),
        link("alternate", kinds[other], asked.same(f=other)),
    ]


def conformance(asked: Asked) -> Document:
    """Return the conformance classes that are met."""
    return {"links": here(asked), "conformsTo": list(CONFORMANCE)}


def collections(asked: Asked) -> Document:
    """Return every collection that the caller may see, those of older networks and runs after the newest."""
    return {
        "links": here(asked),
        "crs": list(OFFERED),
        "collections": [one for collection in seen(asked) for one in _listed(asked, collection)],
    }


def seen(asked: Asked) -> list[Collection]:
    """Return the kinds of collections that the caller may see."""
    caller = asked.request.state.caller
    return [one for one in catalogue_of(asked.request).values() if caller.may(one.right)]


def told_properties(asked: Asked) -> dict[str, tuple[tuple[str, ...], list[Document]]]:
    """Return what may be said of the features of each collection that the caller may see, by its name.

    Returns
    -------
    dict
        Names of the parameters of the collection, and its properties as parameters; collections that are not there,
        or that take long to open, are left out.
    """
    found = {}
    for collection in seen(asked):
        source = None if collection.is_named_only else _newest(asked, collection)[0]
        if source is not None:
            told = [told_property(field, _property(field, asked.language)) for field in source.fields]
            found[collection.name] = (tuple(one.name for one in collection.parameters), told)
    return found


def _newest(asked: Asked, collection: Collection) -> tuple[Source | None, bool]:
    """Return the newest of a kind, None where it is not opened, and whether it is there."""
    if collection.name in UNASKED:
        return None, True
    asking = asking_of(asked.request, asked.language)
    try:
        return open_collection({collection.name: collection}, asking, collection.name, {}).source, True
    except ServiceError as error:
        return None, error.code != "not_found"
    except HinterlandError:
        return None, True  # It is there, and says what is wrong with it to whoever asks for it.


def _listed(asked: Asked, collection: Collection) -> Iterator[Document]:
    instances = list(collection.instances(asking_of(asked.request, asked.language)))
    if not collection.is_named_only and (instances or not collection.parameters):
        source, is_there = _newest(asked, collection)
        if is_there:
            yield _described(asked, collection, collection.name, collection.title.of(asked.language), source)
    for instance in instances:
        collection_id = ".".join((collection.name, *instance.keys))
        yield _described(asked, collection, collection_id, _title(collection, instance, asked.language), None)


def _title(collection: Collection, instance: Instance, language: Language) -> str:
    return f"{collection.title.of(language)} – {instance.title.of(language)}"


def title_of(asked: Asked, opened: Opened) -> str:
    """Return what an opened collection is called: that of the newest, or with what it was opened with."""
    title = opened.collection.title.of(asked.language)
    if not opened.given:
        return title
    keys = tuple(opened.collection_id.split(".")[1:])
    for instance in opened.collection.instances(asking_of(asked.request, asked.language)) if keys else ():
        if instance.keys == keys:
            return _title(opened.collection, instance, asked.language)
    return f"{title} – {', '.join(opened.given.values())}"


def collection_document(asked: Asked, opened: Opened) -> Document:
    """Return what there is to know of a collection."""
    described = _described(asked, opened.collection, opened.collection_id, title_of(asked, opened), opened.source)
    return {**described, "links": [*here(asked), *described["links"][1:]]}


def _described(asked: Asked, collection: Collection, collection_id: str, title: str, source: Source | None) -> Document:
    path = path_of(collection_id)
    features = [
        link(
            "items",
            one.media_types[0],
            asked.address(f"{path}/items", f=None if one is FEATURES[0] else one.name),
            f"{title}: {one.title}",
        )
        for one in FEATURES
    ]
    found: Document = {
        "id": collection_id,
        "title": title,
        "description": collection.meaning.of(asked.language),
        "itemType": "feature",
        "crs": list(OFFERED),
        "storageCrs": CRS84,
        "links": [
            link("self", "application/json", asked.address(path), title),
            *features,
            link(QUERYABLES, SCHEMA_TYPE, asked.address(f"{path}/queryables")),
            link(SCHEMA, SCHEMA_TYPE, asked.address(f"{path}/schema")),
            *drawing_links(asked.root, collection, collection_id, asked.language),
        ],
    }
    return found if source is None else {**found, **_of_source(source)}


def _of_source(source: Source) -> Document:
    found: Document = {}
    box, origin = source.bounds(), source.origin
    if box is not None:
        found["extent"] = {"spatial": {"bbox": [list(box)], "crs": CRS84}}
    if origin.attribution:
        found["attribution"] = origin.attribution
    if origin.licence:
        found["license"] = origin.licence
    return found


def queryables(asked: Asked, opened: Opened) -> Document:
    """Return the properties that a filter may name (JSON Schema 2020-12)."""
    return _schema(asked, opened, "queryables", {"geometry": _geometry(opened, is_primary=False)})


def schema(asked: Asked, opened: Opened) -> Document:
    """Return the properties that features have (JSON Schema 2020-12)."""
    return _schema(asked, opened, "schema", {"geometry": _geometry(opened, is_primary=True)})


def _schema(asked: Asked, opened: Opened, name: str, last: dict[str, Document]) -> Document:
    properties = {field.name: _property(field, asked.language) for field in opened.source.fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": asked.address(path_of(opened.collection_id, name)),
        "title": title_of(asked, opened),
        "type": "object",
        "properties": {**properties, **last},
        "additionalProperties": False,
    }


def _property(field: Field, language: Language) -> Document:
    found: Document = {"title": field.meaning.of(language), **_TYPES[field.kind]}
    if field.unit:
        found["x-ogc-unit"] = field.unit
    if field.words:
        found["description"] = "; ".join(f"{value}: {word.of(language)}" for value, word in field.words)
        found["oneOf"] = [{"const": value, "title": word.of(language)} for value, word in field.words]
    return found


def _geometry(opened: Opened, *, is_primary: bool) -> dict[str, Any]:
    found = {"format": f"geometry-{opened.source.shape.lower()}"}
    return {**found, "x-ogc-role": "primary-geometry"} if is_primary else found
