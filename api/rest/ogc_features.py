"""OGC API – Features: pages of features, files of features, and one feature."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from api.access.guard import CallerParameter, allowed
from api.gis.ogc.asked import Asked, path_of, read_asked
from api.gis.ogc.crs import NamedCrs
from api.gis.ogc.documents import here, link, title_of
from api.gis.ogc.files import file_of
from api.gis.ogc.formats import FEATURES, ONE_FEATURE
from api.gis.ogc.geojson import features_of
from api.gis.ogc.items import ITEM_PARAMETERS, PARAMETERS, Page, page_document, read_page
from api.gis.ogc.page_words import WORDS
from api.gis.ogc.pages import page_answer
from api.gis.ogc.parameters import told
from api.rest.ogc import VARY, answered
from api.rest.tiles import CollectionId
from api.service.context import ServiceParameter
from api.service.etags import not_modified
from api.service.json_text import json_text
from api.service.problems import not_found
from supplychain.text import Text

ROUTER: Final = APIRouter(prefix="/ogc", tags=["ogc"])

FEATURE: Final = Text(en="feature", vi="đối tượng")
FeatureId = Annotated[
    str, Path(description="Mã đối tượng · Id of the feature", max_length=300, examples=["my_phuoc_3"])
]
FEATURE_ID_TOLD: Final = 60


def _headers(page: Page, crs: NamedCrs) -> dict[str, str]:
    language = page.asked.language
    return {"ETag": page.etag, "Vary": VARY, "Content-Crs": f"<{crs.uri}>", "Content-Language": language}


@ROUTER.get(
    "/collections/{collection_id}/items",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The features", vi="Các đối tượng"), FEATURES),
    openapi_extra=told(FEATURES, names=PARAMETERS, of_collection=True),
    operation_id="list_ogc_features",
    summary="Các đối tượng của lớp · Features of a collection",
)
def list_ogc_features(
    request: Request, service: ServiceParameter, caller: CallerParameter, collection_id: CollectionId
) -> Response:
    """Give features that meet a box, a time, a filter and values of properties: a page of them, or all as a file."""
    asked = read_asked(request, FEATURES, PARAMETERS)
    opened = asked.open(collection_id, takes_properties=True)
    page = read_page(asked.with_properties(opened), opened, service, caller)
    headers = _headers(page, page.crs)
    unchanged = not_modified(request, headers["ETag"])
    if unchanged is not None:
        return unchanged
    if asked.format.name == "html":
        return _page_for_people(page)
    if asked.format.name != "json":
        return _file(page, headers)
    document = page_document(page)
    following = next((one["href"] for one in document["links"] if one["rel"] == "next"), None)
    if following is not None:
        headers["Link"] = f'<{following}>; rel="next"'
    return Response(json_text(document), media_type=asked.format.media_type, headers=headers)


def _file(page: Page, headers: dict[str, str]) -> Response:
    file = file_of(page)
    headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    following = page.following(file.after)
    if following is not None:
        headers["Link"] = f'<{following}>; rel="next"'
    if file.length is not None:
        headers["Content-Length"] = str(file.length)
    return StreamingResponse(file.pieces, 200, headers, page.asked.format.media_type)


def _page_for_people(page: Page) -> Response:
    asked, opened = page.asked, page.opened
    document = page_document(page)
    features, matched = document["features"], document.get("numberMatched")
    words = {"shown": len(features), "matched": matched}
    counted = WORDS["shown" if matched is None else "matched"].format(**words)
    path = path_of(opened.collection_id)
    title = title_of(asked, opened)
    return page_answer(
        asked,
        "items",
        f"{title}: {WORDS['features'].of(asked.language)}",
        document=document,
        collection=title,
        path=path,
        counted=counted.of(asked.language),
        fields=_fields(page.names, opened.source.fields),
        addresses=[asked.address(path_of(opened.collection_id, "items", str(one["id"])), f="html") for one in features],
        following=next((one["href"] for one in document["links"] if one["rel"] == "next"), None),
        formats=[one for one in FEATURES if one.name != "html"],
    )


def _fields(names: tuple[str, ...] | None, fields: tuple[Any, ...]) -> list[Any]:
    return [field for field in fields if names is None or field.name in names]


@ROUTER.get(
    "/collections/{collection_id}/items/{feature_id:path}",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=answered(Text(en="The feature", vi="Đối tượng"), ONE_FEATURE),
    openapi_extra=told(ONE_FEATURE, names=ITEM_PARAMETERS, of_collection=True),
    operation_id="get_ogc_feature",
    summary="Một đối tượng của lớp · One feature of a collection",
)
def get_ogc_feature(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    collection_id: CollectionId,
    feature_id: FeatureId,
) -> Response:
    """Give one feature as GeoJSON, in the CRS asked for."""
    asked = read_asked(request, ONE_FEATURE, ITEM_PARAMETERS)
    page = read_page(asked, asked.open(collection_id), service, caller)
    found = page.opened.source.find(feature_id)
    if found is None:
        raise not_found(FEATURE, feature_id[:FEATURE_ID_TOLD])
    headers = _headers(page, page.crs)
    unchanged = not_modified(request, headers["ETag"])
    if unchanged is not None:
        return unchanged
    (document,) = features_of(page.selected(found), page.crs)
    if asked.format.name == "html":
        return _feature_for_people(page, document)
    path = path_of(collection_id)
    links = [*here(asked), link("collection", "application/json", asked.address(path))]
    return Response(json_text({**document, "links": links}), media_type=asked.format.media_type, headers=headers)


def _feature_for_people(page: Page, document: dict[str, Any]) -> Response:
    asked: Asked = page.asked
    return page_answer(
        asked,
        "item",
        str(document["id"]),
        document=document,
        collection=title_of(asked, page.opened),
        path=path_of(page.opened.collection_id),
        fields=_fields(page.names, page.opened.source.fields),
    )
