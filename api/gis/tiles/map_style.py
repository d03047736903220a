"""MapLibre styles (version 8): of one collection, and of the whole map with all its layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from api.gis.collections import Collection
from api.gis.tiles.describing import LAST_MADE_ZOOM, tile_template
from api.styles import LayerStyle, legend_of, to_maplibre
from geodata.features.table import Box
from geodata.tiles.grid import GRIDS
from supplychain.text import Language, Text

GROUND: Final = "#f4f2ec"
DRAWN_FROM_BELOW: Final = (
    "isochrones",
    "catchments",
    "network_links",
    "plan_differences",
    "plan_flows",
    "closures",
    "network_nodes",
    "zones",
    "topology_findings",
    "plan_capacities",
    "facilities",
    "parks",
    "terminals",
    "unmet_needs",
)
SHOWN_FIRST: Final = frozenset(("network_links", "plan_flows", "closures", "parks", "terminals"))
"""Layers of the whole map that are drawn before anybody switches others on."""
NAME: Final = Text(en="Hinterland: supply-chain map", vi="Hinterland: bản đồ chuỗi cung ứng")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a map.

    Parameters
    ----------
    collection_id
        Its id, keys and all.
    collection
        Its kind.
    style
        How it is drawn.
    given
        Parameters of the addresses of its tiles.
    attribution
        What has to be named with it; empty where it was not opened.
    bounds
        Where it lies; None where it was not opened, or is empty.
    is_shown
        Whether it is drawn before anybody switches it on.
    """

    collection_id: str
    collection: Collection
    style: LayerStyle
    given: Mapping[str, str]
    attribution: str = ""
    bounds: Box | None = None
    is_shown: bool = True


def in_order(collections: Iterable[Collection]) -> list[Collection]:
    """Return kinds of layers from below upwards; those without a place of their own come on top."""
    places = {name: place for place, name in enumerate(DRAWN_FROM_BELOW)}
    return sorted(collections, key=lambda one: places.get(one.name, len(places)))


def make_style(
    root: str, name: Text, layers: Sequence[Layer], language: Language, missing: Mapping[str, Text] | None = None
) -> dict[str, Any]:
    """Return a MapLibre style.

    Parameters
    ----------
    root
        Address of the OGC API.
    name
        What the map is called.
    layers
        Its layers, from below upwards.
    language
        Of labels and legends.
    missing
        Layers that there are not just now, and why.

    Returns
    -------
    dict
        The style. ``metadata`` has ``hinterland:layers``: of each layer its title, its legend and the properties to
        tell of a feature; and ``hinterland:missing``.
    """
    grid = GRIDS["WebMercatorQuad"]
    sources: dict[str, Any] = {}
    drawn: list[dict[str, Any]] = [{"id": "ground", "type": "background", "paint": {"background-color": GROUND}}]
    told: dict[str, Any] = {}
    for layer in layers:
        key = layer.collection_id
        source: dict[str, Any] = {
            "type": "vector",
            "tiles": [tile_template(root, key, grid, {**layer.given, "lang": language}, "{z}/{y}/{x}")],
            "minzoom": layer.style.from_zoom,
            "maxzoom": LAST_MADE_ZOOM,
            "promoteId": "id",
        }
        if layer.attribution:
            source["attribution"] = layer.attribution
        if layer.bounds is not None:
            source["bounds"] = list(layer.bounds)
        sources[key] = source
        for one in to_maplibre(layer.style, key, layer.collection.name, language):
            if not layer.is_shown:
                one["layout"] = {**one.get("layout", {}), "visibility": "none"}
            one["metadata"] = {"hinterland:collection": key}
            drawn.append(one)
        told[key] = _told(layer, language)
    metadata = {"hinterland:layers": told}
    if missing:
        metadata["hinterland:missing"] = {key: why.of(language) for key, why in missing.items()}
    return {"version": 8, "name": name.of(language), "metadata": metadata, "sources": sources, "layers": drawn}


def _told(layer: Layer, language: Language) -> dict[str, Any]:
    legend = legend_of(layer.style, layer.collection.title, language)
    return {
        "title": layer.collection.title.of(language),
        "shown": layer.is_shown,
        "legend": [asdict(entry) for entry in legend],
        "properties": list(layer.style.columns),
    }
