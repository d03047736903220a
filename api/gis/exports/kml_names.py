"""Texts of a KML file as its library takes them and back, and what its places are called in Google Earth.

GDAL's library of KML writes a text that holds a mark of XML as it stands between ``<![CDATA[`` and ``]]>``, so that a
text with such an end breaks the file or puts elements of its own into it. The marks stand for themselves only once the
file is read back and written by a library that escapes every one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.compute as pc

KML: Final = "http://www.opengis.net/kml/2.2"
NAMED_BY: Final = ("name_vi", "name", "name_en", "road", "ref")
"""Fields that say what a feature is called, of which the first that says something is taken; else its id."""

SIGN: Final = "\ue000"
"""Stands before the number of a sign that the library would not write as it is."""
SIGNS: Final = (SIGN, "<", ">", "&")
FORBIDDEN: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
"""Signs that no XML 1.0 holds, however they are written (production 2, Char)."""
TRUTHS: Final = {"true": "1", "false": "0"}
"""Truths as every program reads them: to GDAL 3.6 all others are 0."""
_HIDDEN: Final = re.compile(f"{SIGN}([0-9])")


def hide_marks(cells: pa.Array) -> tuple[pa.Array, int]:
    """Return texts without marks of XML, which ``name_places`` puts back, and how many lost signs no XML holds."""
    spoiled = pc.sum(pc.match_substring_regex(cells, FORBIDDEN)).as_py() or 0
    found = pc.replace_substring_regex(cells, FORBIDDEN, "") if spoiled else cells
    for number, sign in enumerate(SIGNS):
        found = pc.replace_substring(found, sign, f"{SIGN}{number}")
    return found, int(spoiled)


def name_places(path: Path) -> None:
    """Give every place of a KML file, which GDAL has written, the name that its fields tell; the fields stay.

    Parameters
    ----------
    path
        The file, its texts with hidden marks (``hide_marks``). It is read whole, which the limit of features of the
        format allows.
    """
    tree = ET.parse(path)  # noqa: S314 - written by ourselves
    for element in tree.iter():
        if element.text and SIGN in element.text:
            element.text = _HIDDEN.sub(lambda found: SIGNS[int(found[1])], element.text)
    truths = {one.get("name") for one in tree.iter(f"{{{KML}}}SimpleField") if one.get("type") == "bool"}
    for cell in tree.iter(f"{{{KML}}}SimpleData"):
        if cell.get("name") in truths:
            cell.text = TRUTHS.get(cell.text or "", cell.text)
    for place in tree.iter(f"{{{KML}}}Placemark"):
        told = {one.get("name", ""): one.text for one in place.iter(f"{{{KML}}}SimpleData")}
        said = next((told[name] for name in NAMED_BY if told.get(name)), None) or next(iter(told.values()), None)
        if place.find(f"{{{KML}}}name") is None and said:
            name = ET.Element(f"{{{KML}}}name")
            name.text, name.tail = said, "\n"
            place.insert(0, name)
    for element in tree.iter():  # a prefix of KML's own would be registered for the whole process
        element.tag = element.tag.removeprefix(f"{{{KML}}}")
    tree.getroot().set("xmlns", KML)
    tree.write(path, encoding="UTF-8", xml_declaration=True)
