"""Run by the system's Python with QGIS: loads style documents into layers of memory, and says what QGIS made of them.

Arguments: a JSON file with a list of {"name", "geometry", "fields", "qml", "sld"}; the answer is JSON on stdout.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from qgis.core import QgsApplication, QgsVectorLayer


def told(layer: QgsVectorLayer) -> dict[str, object]:
    """Return what a layer is drawn by."""
    renderer = layer.renderer()
    kind = renderer.type()
    entries = []
    if kind == "categorizedSymbol":
        entries = [(str(one.value()), one.label(), one.symbol().color().name()) for one in renderer.categories()]
    elif kind == "graduatedSymbol":
        entries = [(f"{one.upperValue():g}", one.label(), one.symbol().color().name()) for one in renderer.ranges()]
    elif kind == "singleSymbol":
        entries = [("", "", renderer.symbol().color().name())]
    elif kind == "RuleRenderer":
        rules = [one for one in renderer.rootRule().children() if one.symbol() is not None]
        entries = [(one.filterExpression(), one.label(), one.symbol().color().name()) for one in rules]
    return {
        "renderer": kind,
        "entries": entries,
        "labels": layer.labelsEnabled(),
        "aliases": [layer.attributeAlias(position) for position in range(layer.fields().count())],
        "hidden_beyond": layer.minimumScale() if layer.hasScaleBasedVisibility() else 0,
    }


def main() -> None:
    """Load every style of the file."""
    application = QgsApplication([], False)
    application.initQgis()
    answer = {}
    folder = Path(sys.argv[1]).parent
    for one in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        columns = "&".join(f"field={name}:{kind}" for name, kind in one["fields"])
        made = {}
        for form in ("qml", "sld"):
            layer = QgsVectorLayer(f"{one['geometry']}?crs=EPSG:4326&{columns}", one["name"], "memory")
            path = folder / f"{one['name']}.{form}"
            path.write_text(one[form], encoding="utf-8")
            if form == "qml":
                message, is_loaded = layer.loadNamedStyle(str(path))
            else:
                message, is_loaded = layer.loadSldStyle(str(path))
            made[form] = {"loaded": is_loaded, "message": message, **told(layer)}
        answer[one["name"]] = made
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
