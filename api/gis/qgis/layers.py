"""Which layers a QGIS project holds: those of the service that its caller may see, or those of an embedded database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from api.gis.collections import Asking, Collection, Opened, open_collection
from api.gis.exports.provenance import plain
from api.gis.qgis.project import ProjectLayer, Provider, project_document, project_file
from api.gis.tiles.dressing import dressed, style_of
from api.gis.tiles.map_style import NAME, SHOWN_FIRST, in_order
from api.styles import LayerStyle, to_qml
from geodata.features.table import Box, Field
from geodata.models import Link, Node
from supplychain.declaration import declare
from supplychain.errors import HinterlandError
from supplychain.models.base import Base
from supplychain.text import Text

PAGE: Final = 1000
"""Features that QGIS asks for at once."""

LARGE: Final = 20_000
"""Features above which QGIS shows a layer of a service only from near; vector tiles show it from afar."""
NEAR_ZOOM: Final = 13

GROUPS: Final[Mapping[str, Text]] = {
    "plan": Text(en="Plan", vi="Phương án"),
    "network": Text(en="Network", vi="Mạng lưới"),
    "topology": Text(en="Network", vi="Mạng lưới"),
    "closures": Text(en="Network", vi="Mạng lưới"),
}
PLACES: Final = Text(en="Places", vi="Địa điểm")

TABLES: Final = ("parks", "facilities", "terminals", "zones", "network_links", "network_nodes")
"""Collections that stand in the embedded database as tables."""
CORRIDORS: Final[Mapping[str, type[Base]]] = {"network_links": Link, "network_nodes": Node}
"""Tables of the corridors of the region, where no version is stored; their columns are not those of a version."""
OPEN: Final = "\"status\" = 'open'"
"""Which rows of corridors are drawn: what is being built or planned is not there yet."""
CORRIDOR_NAMES: Final = ("road", "name_vi")
"""Columns that name a corridor: its short name, else its name."""
ID: Final = Field("id", "text", Text(en="Id", vi="Mã"))
"""What features of a service have besides the properties of their collection."""
NO_LAYER: Final = Text(
    en="There is nothing to open here yet: load a region or a network first.",
    vi="Chưa có gì để mở: hãy nạp dữ liệu vùng hoặc mạng lưới trước.",
)


def service_project(collections: Iterable[Collection], asking: Asking, address: str, signed_by: str = "") -> str:
    """Return the project (.qgs) that opens a service: every collection its caller may see, of the newest of its kind.

    Parameters
    ----------
    collections
        Kinds of collections, of which those the caller may not see are left out.
    asking
        Who asks, and in which language.
    address
        Address of the OGC API.
    signed_by
        Id of the authentication configuration by which QGIS signs in; empty for none.
    """
    # QGIS takes a layer without a feature for a table without places, so such a layer is left out.
    found = [one for one in _opened(collections, asking) if one.source.bounds() is not None]
    layers = [
        _layer(
            one,
            asking,
            "OAPIF",
            _from_service(address, one.collection_id, signed_by),
            near_only(dressed(one), one.source.count()),
            (ID, *one.source.fields),
        )
        for one in found
    ]
    return project_document(NAME.of(asking.language), layers, _boxes(found))


def database_project(collections: Iterable[Collection], asking: Asking, path: str, version: int | None) -> bytes:
    """Return the project that opens an embedded database: tables of places, and the newest network stored in it.

    Parameters
    ----------
    collections, asking
        As for a service.
    path
        The database, as seen from where the project will lie.
    version
        Number of the network version; None where none is stored: the corridors of the region then.

    Raises
    ------
    HinterlandError
        If there is no layer to open.
    """
    found = list(_opened([one for one in collections if one.name in TABLES], asking))
    if not found:
        raise HinterlandError(NO_LAYER)
    layers = [_table_layer(one, asking, path, version) for one in found]
    return project_file(NAME.of(asking.language), layers, _boxes(found))


def near_only(style: LayerStyle, count: int | None) -> LayerStyle:
    """Return a style that draws a large layer only from near, as QGIS fetches every feature on the screen.

    Parameters
    ----------
    style
        How the layer is drawn.
    count
        How many features it has; None where they are too many to count.
    """
    is_large = count is None or count > LARGE
    return replace(style, from_zoom=max(style.from_zoom, NEAR_ZOOM)) if is_large else style


def _opened(collections: Iterable[Collection], asking: Asking) -> Iterator[Opened]:
    """Yield what can be opened, from the topmost layer down."""
    known = [one for one in collections if asking.caller.may(one.right) and not one.is_named_only]
    for collection in reversed(in_order(known)):
        try:
            yield open_collection({collection.name: collection}, asking, collection.name, {})
        except HinterlandError:
            continue  # what cannot be opened now, such as a plan before the first run, is no layer


def _table_layer(opened: Opened, asking: Asking, path: str, version: int | None) -> ProjectLayer:
    """Return the layer of a table of the database."""
    style, name, fields = dressed(opened), opened.collection.name, opened.source.fields
    if name not in CORRIDORS:
        return _layer(opened, asking, "ogr", f"{path}|layername={name}", style, fields)
    if version is not None:
        return _layer(opened, asking, "ogr", f'{path}|layername={name}|subset="version" = {version}', style, fields)
    model = CORRIDORS[name]
    (declared,) = declare([model]).values()
    fields = tuple(Field(one.name, "text", one.meaning, one.unit or "") for one in declared.columns)
    label = style_of(opened.collection).label
    style = replace(style, label=None if label is None else replace(label, attributes=CORRIDOR_NAMES))
    source = f"{path}|layername={model.__tablename__}"
    if any(one.name == "status" for one in fields):
        source += f"|subset={OPEN}"
    return _layer(opened, asking, "ogr", source, style, fields)


def _layer(
    opened: Opened, asking: Asking, provider: Provider, source: str, style: LayerStyle, fields: Sequence[Field]
) -> ProjectLayer:
    name = opened.collection.name
    return ProjectLayer(
        layer_id=re.sub(r"\W", "_", f"hinterland_{opened.collection_id}"),
        title=opened.collection.title.of(asking.language),
        group=GROUPS.get(name.partition("_")[0], PLACES).of(asking.language),
        provider=provider,
        source=source,
        geometry=style.geometry,
        qml=to_qml(style, fields, asking.language),
        is_shown=name in SHOWN_FIRST,
        attribution=plain(opened.source.origin.attribution),
    )


def _from_service(address: str, collection_id: str, signed_by: str) -> str:
    sign_in = f" authcfg={signed_by}" if signed_by else ""
    return (
        f"url='{address}' typename='{collection_id}' srsname='OGC:CRS84' "
        f"restrictToRequestBBOX='1' pagingEnabled='true' pageSize='{PAGE}'{sign_in}"
    )


def _boxes(opened: Iterable[Opened]) -> list[Box | None]:
    """Return where the region is: not where the services of a plan go to, far beyond it, if there is anything else."""
    found = [one for one in opened if one.collection.name in SHOWN_FIRST]
    places = [one for one in found if not one.collection.name.startswith("plan_")]
    return [one.source.bounds() for one in places or found]
