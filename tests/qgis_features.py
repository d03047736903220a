"""Run by the system's Python with QGIS: reads features of the service as its OGC API – Features provider does.

Arguments: address of the OGC API, name of the collection, and a box in degrees (west, south, east, north). The answer
is JSON on stdout.
"""

from __future__ import annotations

import json
import os
import sys

from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer


def main() -> None:
    """Read the layer whole and in a box, and tell what is there."""
    address, name, *box = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    source = f"url='{address}' typename='{name}' restrictToRequestBBOX='1' pagingEnabled='true' pageSize='40'"
    layer = QgsVectorLayer(source, name, "OAPIF")
    near = QgsFeatureRequest().setFilterRect(QgsRectangle(*(float(side) for side in box)))
    told = {
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "fields": {field.name(): field.typeName() for field in layer.fields()},
        "lengths": sorted(feature["length_m"] for feature in layer.getFeatures()),
        "near": sorted(feature["length_m"] for feature in layer.getFeatures(near)),
        "geometry": next(layer.getFeatures(near)).geometry().asWkt(6),
        "extent": [round(side, 6) for side in _sides(layer.extent())],
    }
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    # QGIS may fail while it takes itself down; all is told by now.
    os._exit(0)


def _sides(box: QgsRectangle) -> list[float]:
    return [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]


main()
