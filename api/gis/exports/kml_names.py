"""What places of a KML file are called: the element that Google Earth lists and labels them by."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

KML: Final = "http://www.opengis.net/kml/2.2"
NAMED_BY: Final = ("name_vi", "name", "name_en", "road", "ref")
"""Fields that say what a feature is called, of which the first that says something is taken; else its id."""


def name_places(path: Path) -> None:
    """Give every place of a KML file, which GDAL has written, the name that its fields tell; the fields stay.

    Parameters
    ----------
    path
        The file. It is read whole, which the limit of features of the format allows.
    """
    ET.register_namespace("", KML)
    tree = ET.parse(path)  # noqa: S314 - written by ourselves
    for place in tree.iter(f"{{{KML}}}Placemark"):
        told = {one.get("name", ""): one.text for one in place.iter(f"{{{KML}}}SimpleData")}
        said = next((told[name] for name in NAMED_BY if told.get(name)), None) or next(iter(told.values()), None)
        if place.find(f"{{{KML}}}name") is None and said:
            name = ET.Element(f"{{{KML}}}name")
            name.text, name.tail = said, "\n"
            place.insert(0, name)
    tree.write(path, encoding="UTF-8", xml_declaration=True)
