"""What there is to know of tiles: tile matrix sets, tilesets and TileJSON (OGC 20-057, TileJSON 3.0.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from api.gis.collections import Collection, Opened
from api.styles import LayerStyle
from geodata.features.table import Box, FieldKind
from geodata.tiles.grid import GRIDS, MOST_ZOOM, TileGrid
from supplychain.text import Language

MVT: Final = "application/vnd.mapbox-vector-tile"
LAST_MADE_ZOOM: Final = 16
"""Zoom up to which programs are told to ask for tiles; nearer ones they draw from these."""
CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)
"""Conformance classes that the tiles meet; a test asks each of them."""
TILESETS_RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEME_RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
STYLES_RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0/styles"
_TYPES: Final[dict[FieldKind, str]] = {"integer": "Number", "number": "Number", "boolean": "Boolean"}
_DIMENSIONS: Final = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 2}

Document = dict[str, Any]


def collection_address(root: str, collection_id: str) -> str:
    """Return the address of a collection.

    Parameters
    ----------
    root
        Address of the OGC API, such as ``http://127.0.0.1:8000/api/v1/ogc``.
    collection_id
        Its id.
    """
    return f"{root}/collections/{quote(collection_id, safe='.')}"


def with_parameters(address: str, given: Mapping[str, str]) -> str:
    """Return an address with parameters."""
    return f"{address}?{urlencode(given)}" if given else address


def tile_template(root: str, collection_id: str, grid: TileGrid, given: Mapping[str, str], names: str) -> str:
    """Return the template of the addresses of tiles.

    Parameters
    ----------
    root, collection_id
        Where, and of what.
    grid
        The grid.
    given
        Parameters that go with each.
    names
        What stands for zoom, row and column, such as ``{z}/{y}/{x}``.
    """
    return with_parameters(f"{collection_address(root, collection_id)}/tiles/{grid.name}/{names}", given)


def collection_links(root: str, collection: Collection, collection_id: str, language: Language) -> list[Document]:
    """Return the links from a collection to its tiles and its styles."""
    address = collection_address(root, collection_id)
    title = collection.title.of(language)
    tiles = {"rel": TILESETS_RELATION, "type": "application/json", "href": f"{address}/tiles"}
    styles = {"rel": STYLES_RELATION, "type": "application/json", "href": f"{address}/styles"}
    return [{**tiles, "title": f"{title}: MVT"}, {**styles, "title": f"{title}: MapLibre, QML, SLD"}]


def matrix_set(grid: TileGrid, language: Language) -> Document:
    """Return the definition of a grid (OGC 17-083r4, 7.5)."""
    return {
        "id": grid.name,
        "title": grid.title.of(language),
        "uri": grid.uri,
        "crs": grid.crs,
        "orderedAxes": ["E", "N"] if grid.name == "WebMercatorQuad" else ["Lon", "Lat"],
        "wellKnownScaleSet": _scale_set(grid),
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": grid.scale / 2**zoom,
                "cellSize": grid.cell_size / 2**zoom,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": list(grid.corner),
                "matrixWidth": grid.columns * 2**zoom,
                "matrixHeight": 2**zoom,
                "tileWidth": 256,
                "tileHeight": 256,
            }
            for zoom in range(MOST_ZOOM + 1)
        ],
    }


def _scale_set(grid: TileGrid) -> str:
    name = "GoogleMapsCompatible" if grid.name == "WebMercatorQuad" else "GoogleCRS84Quad"
    return f"http://www.opengis.net/def/wkss/OGC/1.0/{name}"


def matrix_sets(root: str, language: Language) -> Document:
    """Return the list of grids."""
    listed = [
        {
            "id": grid.name,
            "title": grid.title.of(language),
            "uri": grid.uri,
            "crs": grid.crs,
            "links": [_link("self", f"{root}/tileMatrixSets/{grid.name}", "application/json", grid.name)],
        }
        for grid in GRIDS.values()
    ]
    return {"tileMatrixSets": listed, "links": [_link("self", f"{root}/tileMatrixSets", "application/json", "")]}


def tilesets(root: str, opened: Opened, language: Language, given: Mapping[str, str]) -> Document:
    """Return the list of tilesets of a collection."""
    address = collection_address(root, opened.collection_id)
    listed = [_head(root, opened, grid, language, given) for grid in GRIDS.values()]
    return {
        "tilesets": listed,
        "links": [_link("self", with_parameters(f"{address}/tiles", given), "application/json", "")],
    }


def _head(root: str, opened: Opened, grid: TileGrid, language: Language, given: Mapping[str, str]) -> Document:
    address = f"{collection_address(root, opened.collection_id)}/tiles/{grid.name}"
    title = opened.collection.title.of(language)
    matrix = "{tileMatrix}/{tileRow}/{tileCol}"
    item = tile_template(root, opened.collection_id, grid, given, matrix)
    return {
        "title": f"{title} ({grid.name})",
        "dataType": "vector",
        "crs": grid.crs,
        "tileMatrixSetURI": grid.uri,
        "links": [
            _link("self", with_parameters(address, given), "application/json", title),
            _link(SCHEME_RELATION, f"{root}/tileMatrixSets/{grid.name}", "application/json", grid.name),
            {**_link("item", item, MVT, title), "templated": True},
            _link("alternate", with_parameters(f"{address}/tilejson", given), "application/json", "TileJSON"),
        ],
    }


def tileset(root: str, opened: Opened, grid: TileGrid, language: Language, given: Mapping[str, str]) -> Document:
    """Return what there is to know of a tileset (OGC 17-083r4, 8.3)."""
    source, box = opened.source, opened.source.bounds()
    properties = {field.name: {"title": field.meaning.of(language), **_schema(field.kind)} for field in source.fields}
    found: Document = {
        **_head(root, opened, grid, language, given),
        "description": opened.collection.meaning.of(language),
        "attribution": source.origin.attribution,
        "license": source.origin.licence,
        "layers": [
            {
                "id": opened.collection.name,
                "title": opened.collection.title.of(language),
                "dataType": "vector",
                "geometryDimension": _DIMENSIONS[source.shape],
                "propertiesSchema": {"type": "object", "properties": properties},
            }
        ],
    }
    if box is not None:
        found["boundingBox"] = {
            "lowerLeft": [box.west, box.south],
            "upperRight": [box.east, box.north],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        }
        found["tileMatrixSetLimits"] = [_limits(grid, box, zoom) for zoom in range(MOST_ZOOM + 1)]
    return found


def _limits(grid: TileGrid, box: Box, zoom: int) -> Document:
    names = ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")
    return {"tileMatrix": str(zoom), **dict(zip(names, grid.tiles_of(box, zoom), strict=True))}


def _schema(kind: FieldKind) -> Document:
    if kind in {"date", "datetime"}:
        return {"type": "string", "format": "date" if kind == "date" else "date-time"}
    return {"type": {"text": "string"}.get(kind, kind)}


def tilejson(
    root: str, opened: Opened, style: LayerStyle, grid: TileGrid, language: Language, given: Mapping[str, str]
) -> Document:
    """Return the TileJSON of a tileset of a collection."""
    source, collection = opened.source, opened.collection
    fields = {
        field.name: f"{field.meaning.of(language)} ({_TYPES.get(field.kind, 'String')})" for field in source.fields
    }
    found: Document = {
        "tilejson": "3.0.0",
        "name": collection.title.of(language),
        "description": collection.meaning.of(language),
        "version": "1.0.0",
        "attribution": source.origin.attribution,
        "scheme": "xyz",
        "tiles": [tile_template(root, opened.collection_id, grid, given, "{z}/{y}/{x}")],
        "minzoom": style.from_zoom,
        "maxzoom": LAST_MADE_ZOOM,
        "vector_layers": [
            {
                "id": collection.name,
                "description": collection.meaning.of(language),
                "fields": fields,
                "minzoom": style.from_zoom,
                "maxzoom": LAST_MADE_ZOOM,
            }
        ],
    }
    box = source.bounds()
    if box is not None:
        found["bounds"] = [box.west, max(box.south, -85.0511), box.east, min(box.north, 85.0511)]
        found["center"] = [(box.west + box.east) / 2, (box.south + box.north) / 2, max(style.from_zoom, 9)]
    return found


def _link(relation: str, address: str, kind: str, title: str) -> Document:
    link = {"rel": relation, "href": address, "type": kind}
    return {**link, "title": title} if title else link
