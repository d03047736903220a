"""OGC API: landing page, conformance, OpenAPI document and collections (Common parts 1 and 2, Features part 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.access.guard import allowed
from api.gis.ogc.asked import Asked, path_of, read_asked
from api.gis.ogc.documents import (
    OPENAPI,
    TITLE,
    collection_document,
    collections,
    conformance,
    landing,
    queryables,
    schema,
    told_properties,
)
from api.gis.ogc.formats import DOCUMENTS, FEATURES, SCHEMAS, AnswerFormat
from api.gis.ogc.geojson import Document
from api.gis.ogc.openapi import ogc_document
from api.gis.ogc.page_words import WORDS
from api.gis.ogc.pages import page_answer
from api.gis.ogc.parameters import told
from api.rest.tiles import CollectionId
from api.service.etags import etag, not_modified
from api.service.json_text import json_text
from supplychain.text import Text

ROUTER: Final = APIRouter(prefix="/ogc", tags=["ogc"])

OPENAPI_FORMATS: Final = (AnswerFormat("json", "OpenAPI 3.0", OPENAPI, ("application/json",)), DOCUMENTS[1])
VARY: Final = "Accept, Accept-Language"


def answered(meaning: Text, formats: Sequence[AnswerFormat]) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of the answers of an address that has formats."""
    kinds: dict[str, Any] = {
        one.media_types[0]: {"schema": {"type": "object" if "json" in one.media_types[0] else "string"}}
        for one in formats
    }
    return {
        200: {"description": f"{meaning.vi} · {meaning.en}", "content": kinds},
        304: {"description": "Không đổi · Not changed"},
    }


def document_answer(asked: Asked, document: Mapping[str, Any]) -> Response:
    """Return a document as JSON, or that it has not changed since it was last sent."""
    content = json_text(document)
    headers = {"ETag": etag(content.decode()), "Vary": VARY, "Content-Language": asked.language}
    unchanged = not_modified(asked.request, headers["ETag"])
    return unchanged or Response(content, media_type=asked.format.media_type, headers=headers)


@ROUTER.get("/", dependencies=[allowed("public")], response_class=Response, include_in_schema=False)
@ROUTER.get(
    "",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The landing page", vi="Trang đầu"), DOCUMENTS),
    openapi_extra=told(DOCUMENTS),
    operation_id="get_ogc_landing_page",
    summary="Trang đầu của OGC API · Landing page of the OGC API",
)
def get_ogc_landing_page(request: Request) -> Response:
    """Give the links from which programs such as QGIS find everything else."""
    asked = read_asked(request, DOCUMENTS)
    asked.refuse_others()
    document = landing(asked)
    if asked.format.name == "html":
        return page_answer(asked, "landing", TITLE.of(asked.language), document=document)
    return document_answer(asked, document)


@ROUTER.get(
    "/conformance",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The conformance classes", vi="Các lớp tuân thủ"), DOCUMENTS),
    openapi_extra=told(DOCUMENTS),
    operation_id="get_ogc_conformance",
    summary="Các lớp tuân thủ tiêu chuẩn OGC · Conformance classes of OGC that are met",
)
def get_ogc_conformance(request: Request) -> Response:
    """List the conformance classes of OGC standards that the service meets."""
    asked = read_asked(request, DOCUMENTS)
    asked.refuse_others()
    document = conformance(asked)
    if asked.format.name == "html":
        return page_answer(asked, "conformance", WORDS["conformance"].of(asked.language), document=document)
    return document_answer(asked, document)


@ROUTER.get(
    "/api",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The OpenAPI document", vi="Tài liệu OpenAPI"), OPENAPI_FORMATS),
    openapi_extra=told(OPENAPI_FORMATS),
    operation_id="get_ogc_api",
    summary="Tài liệu OpenAPI 3.0 của OGC API · OpenAPI 3.0 document of the OGC API",
)
def get_ogc_api(request: Request) -> Response:
    """Give the OpenAPI 3.0 document of these addresses alone; that of all is at /api/v1/openapi.json."""
    asked = read_asked(request, OPENAPI_FORMATS)
    asked.refuse_others()
    document = ogc_document(request.app.openapi(), asked.root, asked.language, told_properties(asked))
    if asked.format.name == "html":
        return page_answer(asked, "operations", WORDS["operations"].of(asked.language), document=document)
    return document_answer(asked, document)


@ROUTER.get(
    "/collections",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The collections", vi="Các lớp dữ liệu"), DOCUMENTS),
    openapi_extra=told(DOCUMENTS),
    operation_id="list_ogc_collections",
    summary="Các lớp dữ liệu · Collections",
)
def list_ogc_collections(request: Request) -> Response:
    """List the collections that the caller may see: the newest of each kind, then older networks and runs."""
    asked = read_asked(request, DOCUMENTS)
    asked.refuse_others()
    document = collections(asked)
    if asked.format.name == "html":
        ids = [one["id"] for one in document["collections"]]
        addresses = {name: asked.address(path_of(name), f="html") for name in ids}
        title = WORDS["collections"].of(asked.language)
        return page_answer(asked, "collections", title, document=document, addresses=addresses)
    return document_answer(asked, document)


@ROUTER.get(
    "/collections/{collection_id}",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The collection", vi="Lớp dữ liệu"), DOCUMENTS),
    openapi_extra=told(DOCUMENTS, of_collection=True),
    operation_id="get_ogc_collection",
    summary="Một lớp dữ liệu · One collection",
)
def get_ogc_collection(request: Request, collection_id: CollectionId) -> Response:
    """Give what there is to know of a collection: where it lies, its CRSs, its licence, where its features are."""
    asked = read_asked(request, DOCUMENTS)
    opened = asked.open(collection_id)
    document = collection_document(asked, opened)
    if asked.format.name != "html":
        return document_answer(asked, document)
    source = opened.source
    told_of = source.origin
    origin = (
        ("source", told_of.source.of(asked.language)),
        ("licence", told_of.licence),
        ("attribution", told_of.attribution),
        ("made_at", told_of.made_at),
    )
    return page_answer(
        asked,
        "collection",
        document["title"],
        document=document,
        path=path_of(collection_id),
        count=source.count(),
        origin=[pair for pair in origin if pair[1]],
        formats=[one for one in FEATURES if one.name != "html"],
        fields=source.fields,
    )


def _properties(request: Request, collection_id: str, name: str) -> Response:
    asked = read_asked(request, SCHEMAS)
    opened = asked.open(collection_id)
    document: Document = (queryables if name == "queryables" else schema)(asked, opened)
    if asked.format.name == "html":
        return page_answer(asked, "schema", document["title"], fields=opened.source.fields)
    return document_answer(asked, document)


@ROUTER.get(
    "/collections/{collection_id}/queryables",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The properties", vi="Các thuộc tính"), SCHEMAS),
    openapi_extra=told(SCHEMAS, of_collection=True),
    operation_id="get_ogc_queryables",
    summary="Các thuộc tính dùng được trong bộ lọc · Properties that a filter may name",
)
def get_ogc_queryables(request: Request, collection_id: CollectionId) -> Response:
    """Give the properties that a filter may name, as JSON Schema."""
    return _properties(request, collection_id, "queryables")


@ROUTER.get(
    "/collections/{collection_id}/schema",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The properties", vi="Các thuộc tính"), SCHEMAS),
    openapi_extra=told(SCHEMAS, of_collection=True),
    operation_id="get_ogc_schema",
    summary="Các thuộc tính của đối tượng · Properties of the features",
)
def get_ogc_schema(request: Request, collection_id: CollectionId) -> Response:
    """Give the properties of the features, as JSON Schema."""
    return _properties(request, collection_id, "schema")
