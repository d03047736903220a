"""Styles of collections as MapLibre, QML and SLD documents, their legends, and the style of the whole map."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from api.access.guard import CallerParameter, allowed
from api.files.answers import attachment
from api.gis.collections import Collection, Opened, open_collection
from api.gis.qgis.layers import service_project
from api.gis.tiles.asked import address_of, asking_of, catalogue_of, given_of, language_asked, opened_of, refuse_others
from api.gis.tiles.describing import collection_address, with_parameters
from api.gis.tiles.dressing import dressed, style_of
from api.gis.tiles.map_style import NAME, SHOWN_FIRST, Layer, in_order, make_style
from api.rest.tiles import PARAMETERS, CollectionId, Lang, answer_json
from api.service.problems import not_found
from api.styles import legend_of, to_qml, to_sld
from supplychain.errors import HinterlandError
from supplychain.text import Language, Text

ROUTER: Final = APIRouter(prefix="/ogc", tags=["ogc"])

MAPLIBRE: Final = "application/vnd.mapbox.style+json"
QML: Final = "application/xml"
SLD: Final = "application/vnd.ogc.sld+xml;version=1.0"
FORMS: Final = {"maplibre": MAPLIBRE, "qml": QML, "sld": SLD, "legend": "application/json"}
STYLE: Final = Text(en="style", vi="kiểu vẽ")
DOCUMENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Tài liệu kiểu vẽ · The style document",
        "content": {
            MAPLIBRE: {"schema": {"type": "object"}},
            "application/json": {"schema": {"type": "object"}},
            QML: {"schema": {"type": "string"}},
            SLD: {"schema": {"type": "string"}},
        },
    }
}
LISTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Các kiểu vẽ · The styles",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
MAP: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Kiểu MapLibre của cả bản đồ · The MapLibre style of the whole map",
        "content": {MAPLIBRE: {"schema": {"type": "object"}}},
    }
}

QGIS: Final = "application/x-qgis-project"
PROJECT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Dự án QGIS (.qgs) · QGIS project", "content": {QGIS: {"schema": {"type": "string"}}}}
}

Form = Annotated[
    Literal["maplibre", "qml", "sld", "legend"],
    Query(description="Dạng tài liệu · Form of the document", examples=["qml"]),
]
SignIn = Annotated[
    str | None,
    Query(
        pattern="^[A-Za-z0-9]{7}$",
        description="Mã cấu hình xác thực trong QGIS (7 chữ hoặc số), nơi giữ khóa API; không phải chính khóa · Id of "
        "the authentication configuration in QGIS (7 letters or digits) that keeps the API key; not the key itself",
        examples=["hinter1"],
    ),
]


@ROUTER.get(
    "/map-style",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=MAP,
    operation_id="get_map_style",
    summary="Kiểu MapLibre của cả bản đồ · MapLibre style of the whole map",
)
def get_map_style(request: Request, caller: CallerParameter, lang: Lang = None) -> Response:
    """Give the style of a map of all layers the caller may see; of those shown at first it tells which are missing."""
    refuse_others(request)
    language, root = language_asked(request, lang), address_of(request)
    known = [one for one in catalogue_of(request).values() if caller.may(one.right) and not one.is_named_only]
    layers: list[Layer] = []
    missing: dict[str, Text] = {}
    for collection in in_order(known):
        if collection.name not in SHOWN_FIRST:
            layers.append(Layer(collection.name, collection, style_of(collection), {}, is_shown=False))
            continue
        try:
            opened = open_collection({collection.name: collection}, asking_of(request, language), collection.name, {})
        except HinterlandError as error:
            missing[collection.name] = error.text
        else:
            layers.append(_layer(opened, {}))
    return answer_json(make_style(root, NAME, layers, language, missing), MAPLIBRE)


@ROUTER.get(
    "/qgis-project",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=PROJECT,
    operation_id="get_qgis_project",
    summary="Dự án QGIS của dịch vụ · QGIS project of the service",
)
def get_qgis_project(request: Request, caller: CallerParameter, lang: Lang = None, authcfg: SignIn = None) -> Response:
    """Give a QGIS project of the layers the caller may see, with groups, styles and labels; it reads this service."""
    refuse_others(request, "authcfg")
    asking = asking_of(request, language_asked(request, lang))
    known = [one for one in catalogue_of(request).values() if caller.may(one.right)]
    content = service_project(known, asking, address_of(request), authcfg or "")
    return Response(content, media_type=QGIS, headers=attachment("hinterland.qgs"))


def _layer(opened: Opened, given: dict[str, str]) -> Layer:
    source = opened.source
    style = dressed(opened)
    return Layer(opened.collection_id, opened.collection, style, given, source.origin.attribution, source.bounds())


@ROUTER.get(
    "/collections/{collection_id}/styles",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=LISTED,
    openapi_extra=PARAMETERS,
    operation_id="list_collection_styles",
    summary="Các kiểu vẽ của lớp · Styles of a collection",
)
def list_collection_styles(request: Request, collection_id: CollectionId, lang: Lang = None) -> Response:
    """List the styles of a collection, with a link to each form."""
    language = language_asked(request, lang)
    opened = opened_of(request, collection_id, language)
    address = f"{collection_address(address_of(request), collection_id)}/styles/{opened.collection.style}"
    given = given_of(request)
    links = [
        {"rel": "stylesheet", "type": kind, "href": with_parameters(address, {**given, "f": form})}
        for form, kind in FORMS.items()
    ]
    title = opened.collection.title.of(language)
    listed = {"id": opened.collection.style, "title": title, "links": links}
    return answer_json({"default": opened.collection.style, "styles": [listed]})


@ROUTER.get(
    "/collections/{collection_id}/styles/{style_id}",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=DOCUMENTS,
    openapi_extra=PARAMETERS,
    operation_id="get_collection_style",
    summary="Một kiểu vẽ của lớp · One style of a collection",
)
def get_collection_style(
    request: Request,
    collection_id: CollectionId,
    style_id: Annotated[str, Path(description="Mã kiểu vẽ · Id of the style", max_length=60, examples=["facilities"])],
    lang: Lang = None,
    f: Form = "maplibre",
) -> Response:
    """Give a style as MapLibre style, QGIS QML, OGC SLD or legend; without ``lang`` QML and SLD have both languages."""
    language = language_asked(request, lang)
    opened = opened_of(request, collection_id, language)
    if style_id != opened.collection.style:
        raise not_found(STYLE, style_id[:60])
    if f == "maplibre":
        layer = _layer(opened, given_of(request))
        return answer_json(make_style(address_of(request), opened.collection.title, [layer], language), MAPLIBRE)
    if f == "legend":
        return answer_json(_legend(opened, language))
    style = dressed(opened)
    text = to_qml(style, opened.source.fields, lang) if f == "qml" else to_sld(style, lang)
    return Response(text, media_type=FORMS[f])


def _legend(opened: Opened, language: Language) -> dict[str, Any]:
    collection: Collection = opened.collection
    entries = [asdict(entry) for entry in legend_of(dressed(opened), collection.title, language)]
    return {"title": collection.title.of(language), "language": language, "legend": entries}
