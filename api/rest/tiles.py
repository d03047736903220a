"""Vector tiles of collections (OGC API – Tiles, OGC 20-057): tiles, tilesets, TileJSON and tile matrix sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.access.guard import CallerParameter, allowed
from api.gis.tiles.asked import (
    address_of,
    asking_of,
    given_of,
    language_asked,
    opened_of,
    refuse_others,
    told_parameters,
)
from api.gis.tiles.describing import MVT, matrix_set, matrix_sets, tilejson, tileset, tilesets
from api.gis.tiles.dressing import dressed
from api.gis.tiles.serving import LayerKey, decompressed, tile_of
from api.network.stored import cache_folder
from api.service.etags import etag, not_modified
from api.service.json_text import json_text
from api.service.problems import ServiceError, not_found
from geodata.tiles.grid import GRIDS, Tile, TileError, TileGrid
from supplychain.text import Language, Text

ROUTER: Final = APIRouter(prefix="/ogc", tags=["ogc"])

GRID: Final = Text(en="grid of tiles", vi="lưới ô")
GZIP: Final = "gzip"
PARAMETERS: Final[dict[str, Any]] = {"parameters": told_parameters()}
OBJECT: Final[dict[str, Any]] = {"application/json": {"schema": {"type": "object"}}}

CollectionId = Annotated[
    str,
    Path(
        description="Mã lớp dữ liệu, có thể kèm khóa sau dấu chấm · Id of the collection, keys after dots or without",
        max_length=300,
        examples=["facilities"],
    ),
]
GridId = Annotated[
    str, Path(description="Mã lưới ô · Id of the grid of tiles", max_length=60, examples=["WebMercatorQuad"])
]
Zoom = Annotated[int, Path(description="Mức thu phóng, 0 đến 24 · Zoom, 0 to 24", examples=[8])]
Row = Annotated[int, Path(description="Hàng, đếm từ phía bắc · Row, counted from the north", examples=[120])]
Column = Annotated[int, Path(description="Cột, đếm từ phía tây · Column, counted from the west", examples=[203])]
Lang = Annotated[
    Language | None,
    Query(description="Ngôn ngữ, thay cho Accept-Language · Language, instead of Accept-Language", examples=["vi"]),
]
Form = Annotated[Literal["json"] | None, Query(description="Dạng: chỉ json · Form: json only", examples=["json"])]


async def _form(f: Form = None) -> None:
    """Take ``f=json``, which is the one form there is."""


async def _tile(zoom: Zoom, row: Row, column: Column) -> Tile:
    return Tile(zoom, row, column)


JSON_ONLY: Final = Depends(_form)
TileParameter = Annotated[Tile, Depends(_tile)]


def _described(meaning: Text, content: Mapping[str, Any] = OBJECT) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": f"{meaning.vi} · {meaning.en}", "content": dict(content)}}


def answer_json(document: Mapping[str, Any], media_type: str = "application/json") -> Response:
    """Return a document as JSON."""
    return Response(json_text(document), media_type=media_type)


def grid_of(name: str) -> TileGrid:
    """Return a grid by name.

    Raises
    ------
    ServiceError
        If there is none.
    """
    found = GRIDS.get(name)
    if found is None:
        raise not_found(GRID, name[:60])
    return found


@ROUTER.get(
    "/tileMatrixSets",
    dependencies=[allowed("public"), JSON_ONLY],
    response_class=Response,
    responses=_described(Text(en="The grids", vi="Các lưới ô")),
    operation_id="list_tile_matrix_sets",
    summary="Các lưới ô bản đồ · Grids of tiles",
)
def list_tile_matrix_sets(request: Request, lang: Lang = None) -> Response:
    """List the grids in which tiles are made."""
    refuse_others(request)
    return answer_json(matrix_sets(address_of(request), language_asked(request, lang)))


@ROUTER.get(
    "/tileMatrixSets/{grid_id}",
    dependencies=[allowed("public"), JSON_ONLY],
    response_class=Response,
    responses=_described(Text(en="The grid", vi="Lưới ô")),
    operation_id="get_tile_matrix_set",
    summary="Một lưới ô · One grid of tiles",
)
def get_tile_matrix_set(request: Request, grid_id: GridId, lang: Lang = None) -> Response:
    """Give the definition of a grid (OGC 17-083r4)."""
    refuse_others(request)
    return answer_json(matrix_set(grid_of(grid_id), language_asked(request, lang)))


@ROUTER.get(
    "/collections/{collection_id}/tiles",
    dependencies=[allowed("public"), JSON_ONLY],
    response_class=Response,
    responses=_described(Text(en="The tilesets", vi="Các bộ ô")),
    openapi_extra=PARAMETERS,
    operation_id="list_collection_tilesets",
    summary="Các bộ ô của lớp · Tilesets of a collection",
)
def list_collection_tilesets(request: Request, collection_id: CollectionId, lang: Lang = None) -> Response:
    """List the tilesets of a collection: one a grid."""
    language = language_asked(request, lang)
    opened = opened_of(request, collection_id, language)
    return answer_json(tilesets(address_of(request), opened, language, given_of(request)))


@ROUTER.get(
    "/collections/{collection_id}/tiles/{grid_id}",
    dependencies=[allowed("public"), JSON_ONLY],
    response_class=Response,
    responses=_described(Text(en="The tileset", vi="Bộ ô")),
    openapi_extra=PARAMETERS,
    operation_id="get_collection_tileset",
    summary="Một bộ ô của lớp · One tileset of a collection",
)
def get_collection_tileset(
    request: Request,
    collection_id: CollectionId,
    grid_id: GridId,
    lang: Lang = None,
) -> Response:
    """Give what there is to know of a tileset: layer, properties, where it lies, which tiles there are."""
    grid, language = grid_of(grid_id), language_asked(request, lang)
    opened = opened_of(request, collection_id, language)
    return answer_json(tileset(address_of(request), opened, grid, language, given_of(request)))


@ROUTER.get(
    "/collections/{collection_id}/tiles/{grid_id}/tilejson",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=_described(Text(en="TileJSON 3.0.0", vi="TileJSON 3.0.0")),
    openapi_extra=PARAMETERS,
    operation_id="get_collection_tilejson",
    summary="TileJSON của lớp · TileJSON of a collection",
)
def get_collection_tilejson(
    request: Request, collection_id: CollectionId, grid_id: GridId, lang: Lang = None
) -> Response:
    """Give the TileJSON of a tileset."""
    grid, language = grid_of(grid_id), language_asked(request, lang)
    opened = opened_of(request, collection_id, language)
    given = {**given_of(request), "lang": language}
    return answer_json(tilejson(address_of(request), opened, dressed(opened), grid, language, given))


@ROUTER.get(
    "/collections/{collection_id}/tiles/{grid_id}/{zoom}/{row}/{column}",
    dependencies=[allowed("public")],
    response_class=Response,
    responses={
        **_described(Text(en="The tile", vi="Ô bản đồ"), {MVT: {"schema": {"type": "string", "format": "binary"}}}),
        204: {"description": "Ô không có đối tượng nào · The tile holds no feature"},
        304: {"description": "Ô không đổi · The tile has not changed"},
    },
    openapi_extra=PARAMETERS,
    operation_id="get_collection_tile",
    summary="Một ô vector của lớp · One vector tile of a collection",
)
def get_collection_tile(
    request: Request,
    caller: CallerParameter,
    collection_id: CollectionId,
    grid_id: GridId,
    tile: TileParameter,
    lang: Lang = None,
) -> Response:
    """Give a tile as Mapbox Vector Tile, one layer named as the collection; 204 where nothing is in it."""
    grid, language = grid_of(grid_id), language_asked(request, lang)
    try:
        grid.check(tile.zoom, tile.row, tile.column)
    except TileError as error:
        raise ServiceError(error.text, "not_found") from error
    opened = opened_of(request, collection_id, language)
    key = LayerKey.of(opened, caller, language)
    headers = {
        "ETag": etag(repr(key.parts), grid.name, tile.zoom, tile.row, tile.column),
        "Vary": "Accept-Encoding, Accept-Language",
    }
    unchanged = not_modified(request, headers["ETag"])
    if unchanged is not None:
        return unchanged
    asking = asking_of(request, language)
    folder = asking.cache_folder or cache_folder(asking.engine)
    found = tile_of(opened, key, grid, tile, folder)
    if not found:
        return Response(status_code=204, headers=headers)
    if GZIP in request.headers.get("accept-encoding", ""):
        return Response(found, media_type=MVT, headers={**headers, "Content-Encoding": GZIP})
    return Response(decompressed(found), media_type=MVT, headers=headers)
