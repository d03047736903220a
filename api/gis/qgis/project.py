"""QGIS project files (.qgs, .qgz; of QGIS 3.22 and later), made without QGIS."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree import ElementTree as ET

from geodata.features.table import Box

Provider = Literal["OAPIF", "ogr"]

FILE: Final = "project.qgs"
DEGREES: Final = "EPSG:4326"
MAP_CRS: Final = "EPSG:3857"
NUMBERS: Final = {DEGREES: "3452", MAP_CRS: "3857"}
"""Numbers of the CRSs in QGIS's own list: without them it takes no CRS for a project and transforms no layer."""
EARTH_RADIUS_M: Final = 6_378_137.0
MOST_LATITUDE: Final = 85.0
NOWHERE: Final = Box(102.0, 8.0, 110.0, 24.0)
"""What is shown where no layer has a place: Vietnam's mainland."""
_MOMENT: Final = (2026, 1, 1, 0, 0, 0)
"""Time of the file in the archive: equal projects are equal bytes."""
_DRAWING: Final = {"point": "Point", "line": "Line", "polygon": "Polygon"}


@dataclass(frozen=True, slots=True)
class ProjectLayer:
    """One layer of a project.

    Parameters
    ----------
    layer_id
        Its id, of letters, digits and ``_``.
    title, group
        What it is called, and the group it stands in.
    provider, source
        Which of QGIS's providers reads it, and from where.
    geometry
        ``point``, ``line`` or ``polygon``.
    qml
        Its style (``api.styles.to_qml``).
    is_shown
        Whether it is switched on at first.
    attribution
        Whom maps have to name for it; empty for nobody.
    """

    layer_id: str
    title: str
    group: str
    provider: Provider
    source: str
    geometry: Literal["point", "line", "polygon"]
    qml: str
    is_shown: bool = True
    attribution: str = ""


def project_file(title: str, layers: Sequence[ProjectLayer], boxes: Iterable[Box | None]) -> bytes:
    """Return the bytes of a .qgz file: the document of ``project_document``, compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        document = project_document(title, layers, boxes)
        archive.writestr(zipfile.ZipInfo(FILE, _MOMENT), document.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def project_document(title: str, layers: Sequence[ProjectLayer], boxes: Iterable[Box | None]) -> str:
    """Return the content of a .qgs file.

    Parameters
    ----------
    title
        Name of the project.
    layers
        From the topmost down; those of one group stand together, groups in the order of their first layers.
    boxes
        Where the layers lie; the map opens on all of them.
    """
    root = ET.Element("qgis", {"projectname": title, "version": "3.22.0"})
    ET.SubElement(root, "title").text = title
    root.append(_crs("projectCrs", MAP_CRS))
    root.append(_tree(layers))
    root.extend(_views([box for box in boxes if box is not None] or [NOWHERE]))
    held = ET.SubElement(root, "projectlayers")
    held.extend(_layer(layer) for layer in layers)
    order = ET.SubElement(root, "layerorder")
    order.extend(ET.Element("layer", {"id": layer.layer_id}) for layer in layers)
    # Without this QGIS passes over the CRS of the project.
    enabled = ET.SubElement(ET.SubElement(ET.SubElement(root, "properties"), "SpatialRefSys"), "ProjectionsEnabled")
    enabled.set("type", "int")
    enabled.text = "1"
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def _crs(name: str, code: str) -> ET.Element:
    crs = ET.Element(name)
    known = ET.SubElement(crs, "spatialrefsys")
    ET.SubElement(known, "srsid").text = NUMBERS[code]
    ET.SubElement(known, "authid").text = code
    return crs


def _tree(layers: Sequence[ProjectLayer]) -> ET.Element:
    tree = ET.Element("layer-tree-group")
    groups: dict[str, ET.Element] = {}
    for layer in layers:
        if layer.group not in groups:
            groups[layer.group] = ET.SubElement(
                tree, "layer-tree-group", {"name": layer.group, "checked": "Qt::Checked", "expanded": "1"}
            )
        shown = {
            "id": layer.layer_id,
            "name": layer.title,
            "providerKey": layer.provider,
            "source": layer.source,
            "checked": "Qt::Checked" if layer.is_shown else "Qt::Unchecked",
            "expanded": "1" if layer.is_shown else "0",
        }
        ET.SubElement(groups[layer.group], "layer-tree-layer", shown)
    return tree


def _views(boxes: Sequence[Box]) -> tuple[ET.Element, ET.Element]:
    """Return what the map shows when the project is opened, and what "zoom to full extent" goes to."""
    canvas = ET.Element("mapcanvas", {"name": "theMapCanvas"})
    ET.SubElement(canvas, "units").text = "meters"
    west, south = _metres(min(box.west for box in boxes), min(box.south for box in boxes))
    east, north = _metres(max(box.east for box in boxes), max(box.north for box in boxes))
    extent = ET.SubElement(canvas, "extent")
    sides = {"xmin": f"{west:.3f}", "ymin": f"{south:.3f}", "xmax": f"{east:.3f}", "ymax": f"{north:.3f}"}
    for name, value in sides.items():
        ET.SubElement(extent, name).text = value
    canvas.append(_crs("destinationsrs", MAP_CRS))
    settings = ET.Element("ProjectViewSettings")
    settings.append(_crs("DefaultViewExtent", MAP_CRS))
    settings[0].attrib.update(sides)
    return canvas, settings


def _metres(lon: float, lat: float) -> tuple[float, float]:
    held = math.radians(max(-MOST_LATITUDE, min(MOST_LATITUDE, lat)))
    return EARTH_RADIUS_M * math.radians(lon), EARTH_RADIUS_M * math.asinh(math.tan(held))


def _layer(layer: ProjectLayer) -> ET.Element:
    # The parts of a style document stand in a project as they are; what it says of the whole layer are attributes.
    style = ET.fromstring(layer.qml.partition("\n")[2])  # noqa: S314 - written by ourselves
    kept = {name: value for name, value in style.attrib.items() if name not in ("version", "styleCategories")}
    found = ET.Element("maplayer", {"type": "vector", "geometry": _DRAWING[layer.geometry], **kept})
    ET.SubElement(found, "id").text = layer.layer_id
    ET.SubElement(found, "datasource").text = layer.source
    ET.SubElement(found, "layername").text = layer.title
    if layer.attribution:
        ET.SubElement(found, "attribution", {"href": ""}).text = layer.attribution
    found.append(_crs("srs", DEGREES))
    ET.SubElement(found, "provider", {"encoding": "UTF-8"}).text = layer.provider
    found.extend(style)
    return found
