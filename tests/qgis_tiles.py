"""Run by the system's Python with QGIS: draws vector tiles of the service to a picture, without a screen.

Arguments: template of the addresses of tiles, name of the layer in them, colour, picture to write, and the box drawn in
metres of EPSG:3857 (west, south, east, north). The answer is JSON on stdout.
"""

from __future__ import annotations

import json
import os
import sys
from urllib.parse import quote

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def main() -> None:
    """Draw the picture."""
    template, name, colour, picture = sys.argv[1:5]
    box = QgsRectangle(*(float(one) for one in sys.argv[5:9]))
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsVectorTileLayer(f"type=xyz&url={quote(template, safe=':/{}')}&zmin=0&zmax=16", "tiles")
    style = QgsVectorTileBasicRendererStyle("lines", name, QgsWkbTypes.LineGeometry)
    style.setSymbol(QgsLineSymbol.createSimple({"line_color": colour, "line_width": "1"}))
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles([style])
    layer.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(box)
    settings.setOutputSize(QSize(256, 256))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    wanted = QColor(colour).rgb()
    drawn = sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))
    sys.stdout.write(json.dumps({"valid": layer.isValid(), "drawn": drawn}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
