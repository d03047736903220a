"""Run by the system's Python with QGIS: opens a project, and tells what it made of each layer.

Arguments: the project file, a file name for a picture of the map and, where not all of it is to be drawn,
west, south, east and north of the picture in metres. The answer is JSON on stdout.
"""

from __future__ import annotations

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsLayerTreeGroup,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SIZE = QSize(900, 700)


def main() -> None:
    """Open the project."""
    path, picture, *box = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    is_read = project.read(path)
    layers = {}
    layers_by_id = {layer.id(): layer.name() for layer in project.mapLayers().values()}
    for layer in project.mapLayers().values():
        layers[layer.id()] = {
            "geometry": layer.geometryType(),
            "unnamed": [one.name() for one in layer.fields() if not one.alias()],
            "valid": layer.isValid(),
            # QGIS's own count of a file is that of its table, conditions or not.
            "count": sum(1 for _ in layer.getFeatures()) if layer.providerType() == "ogr" else layer.featureCount(),
            "renderer": layer.renderer().type(),
            "labels": layer.labelsEnabled(),
            "aliases": [layer.attributeAlias(place) for place in range(layer.fields().count())],
        }
    root = project.layerTreeRoot()
    groups = {
        group.name(): [one.name() for one in group.findLayers()]
        for group in root.children()
        if isinstance(group, QgsLayerTreeGroup)
    }
    settings = QgsMapSettings()
    settings.setLayers([one for one in root.layerOrder() if root.findLayer(one.id()).isVisible()])
    extent = QgsRectangle(*(float(side) for side in box)) if box else project.viewSettings().defaultViewExtent()
    settings.setExtent(extent)
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(SIZE)
    settings.setBackgroundColor(QColor("white"))
    settings.setTransformContext(project.transformContext())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    drawn_labels = job.takeLabelingResults().allLabels()
    image.save(picture)
    drawn = {image.pixelColor(x, y).name() for x in range(0, SIZE.width(), 2) for y in range(0, SIZE.height(), 2)}
    told = {"read": is_read, "crs": project.crs().authid(), "layers": layers, "groups": groups}
    told["colours"] = sorted(drawn)
    told["drawn_labels"] = sorted({layers_by_id[one.layerID] for one in drawn_labels})
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    # QGIS may fail while it takes itself down; all is told by now.
    os._exit(0)


main()
