"""The metadata record of an exported layer: ISO 19115, in the XML of ISO 19139."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from datetime import datetime
from typing import TYPE_CHECKING, Final

from api.gis.exports.provenance import Provenance, plain, provenance_of
from api.gis.exports.zones import PROPOSED, proposed_zone
from geodata.features.table import ShapeKind
from geodata.gis.crs import read_crs
from supplychain.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from api.gis.exports.writing import Written, WrittenLayer

GMD: Final = "http://www.isotc211.org/2005/gmd"
GCO: Final = "http://www.isotc211.org/2005/gco"
GML: Final = "http://www.opengis.net/gml/3.2"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
LISTS: Final = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
ACCURACY_M: Final = 1.0
"""Accuracy of the operation EPSG:6960 as the EPSG register states it."""
OPERATION: Final = "EPSG:6960"
PUBLISHER: Final = "Hinterland"

MOVED: Final = Text(
    en="Coordinates were brought from WGS 84 to {crs} by the coordinate operation EPSG:6960 (VN-2000 to WGS 84 (2), "
    "decision 05/2007/QĐ-BTNMT), whose stated accuracy is 1 m.",
    vi="Tọa độ được chuyển từ WGS 84 sang {crs} bằng phép chuyển EPSG:6960 (VN-2000 sang WGS 84 (2), Quyết định "
    "05/2007/QĐ-BTNMT), độ chính xác công bố là 1 m.",
)
MOVED_OTHERWISE: Final = Text(
    en="Coordinates were brought from WGS 84 to {crs} by the best operation that PROJ knows.",
    vi="Tọa độ được chuyển từ WGS 84 sang {crs} bằng phép chuyển tốt nhất của PROJ.",
)
AS_STORED: Final = Text(en="Coordinates are those that are stored, WGS 84.", vi="Tọa độ giữ nguyên như đã lưu, WGS 84.")
CHOSEN: Final = Text(en="Only a part: {what}.", vi="Chỉ một phần: {what}.")
ABSTRACT: Final = Text(en="{title}: {count} features. {source}.", vi="{title}: {count} đối tượng. {source}.")
_SHAPES: Final[dict[ShapeKind, str]] = {
    "Point": "point",
    "LineString": "curve",
    "Polygon": "surface",
    "MultiPolygon": "complex",
}
_LANGUAGES: Final[dict[Language, str]] = {"vi": "vie", "en": "eng"}

for _prefix, _address in (("gmd", GMD), ("gco", GCO), ("gml", GML), ("xsi", XSI)):
    ET.register_namespace(_prefix, _address)


def is_vn_2000(crs: str) -> bool:
    """Return whether the operation EPSG:6960 leads to a CRS."""
    geodetic = read_crs(crs).geodetic_crs
    return geodetic is not None and "VN-2000" in geodetic.name


def write_record(one: WrittenLayer, written: Written, language: Language, at: datetime) -> str:
    """Return the record of a layer in a file.

    Parameters
    ----------
    one, written
        The layer and the file.
    language
        Of the record; titles, sources and duties stand in both.
    at
        When the file was made.
    """
    told = provenance_of(one.layer)
    root = ET.Element(_gmd("MD_Metadata"))
    key = f"{one.layer.name}/{told.version}/{written.crs}/{written.form.name}"
    _text(root, "fileIdentifier", str(uuid.uuid5(uuid.NAMESPACE_URL, f"hinterland/{key}")))
    _code(root, "language", "LanguageCode", _LANGUAGES[language])
    _code(root, "characterSet", "MD_CharacterSetCode", "utf8")
    _code(root, "hierarchyLevel", "MD_ScopeCode", "dataset")
    _party(_sub(root, "contact"), told.attribution or PUBLISHER, "pointOfContact")
    _moment(_sub(root, "dateStamp"), at.isoformat())
    _text(root, "metadataStandardName", "ISO 19115:2003/19139")
    _text(root, "metadataStandardVersion", "1.0")
    _vectors(root, one)
    _reference(root, written.crs)
    _identification(root, one, told, language)
    distribution = _sub(root, "distributionInfo", "MD_Distribution", "distributionFormat", "MD_Format")
    _text(distribution, "name", written.form.title)
    _text(distribution, "version", "–")
    _quality(root, one, written, told)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _vectors(root: ET.Element, one: WrittenLayer) -> None:
    made = _sub(root, "spatialRepresentationInfo", "MD_VectorSpatialRepresentation")
    _code(made, "topologyLevel", "MD_TopologyLevelCode", "geometryOnly")
    objects = _sub(made, "geometricObjects", "MD_GeometricObjects")
    _code(objects, "geometricObjectType", "MD_GeometricObjectTypeCode", _SHAPES[one.layer.source.shape])
    if one.features:
        ET.SubElement(_sub(objects, "geometricObjectCount"), _gco("Integer")).text = str(one.features)


def _reference(root: ET.Element, crs: str) -> None:
    identifier = _sub(root, "referenceSystemInfo", "MD_ReferenceSystem", "referenceSystemIdentifier", "RS_Identifier")
    authority, _, code = crs.rpartition(":")
    _text(identifier, "code", code or crs)
    _text(identifier, "codeSpace", authority or "PROJ")


def _identification(root: ET.Element, one: WrittenLayer, told: Provenance, language: Language) -> None:
    made = _sub(root, "identificationInfo", "MD_DataIdentification")
    citation = _sub(made, "citation", "CI_Citation")
    other = next(known for known in LANGUAGES if known != language)
    _text(citation, "title", told.title.of(language))
    _text(citation, "alternateTitle", told.title.of(other))
    date = _sub(citation, "date", "CI_Date")
    if told.made_at:
        _moment(_sub(date, "date"), told.made_at)
    else:
        _sub(date, "date").set(_gco("nilReason"), "unknown")
    _code(date, "dateType", "CI_DateTypeCode", "revision")
    _text(_sub(citation, "identifier", "MD_Identifier"), "code", told.version)
    source = Text(en=told.source.en.rstrip("."), vi=told.source.vi.rstrip("."))
    words = ABSTRACT.format(title=told.title, count=one.features, source=source)
    _text(made, "abstract", f"{words.of(language)}\n{words.of(other)}")
    _text(made, "credit", told.attribution or told.source.of(language))
    _party(_sub(made, "pointOfContact"), told.attribution or PUBLISHER, "owner")
    limits = _sub(made, "resourceConstraints", "MD_LegalConstraints")
    _text(limits, "useLimitation", told.duties.of(language))
    _code(limits, "useConstraints", "MD_RestrictionCode", "license")
    _code(limits, "useConstraints", "MD_RestrictionCode", "otherRestrictions")
    for line in (told.licence, told.licence_address, told.attribution, told.duties.of(other)):
        if line:
            _text(limits, "otherConstraints", line)
    _code(made, "spatialRepresentationType", "MD_SpatialRepresentationTypeCode", "vector")
    _code(made, "language", "LanguageCode", _LANGUAGES[language])
    _code(made, "characterSet", "MD_CharacterSetCode", "utf8")
    ET.SubElement(_sub(made, "topicCategory"), _gmd("MD_TopicCategoryCode")).text = "transportation"
    _extent(made, one)


def _extent(made: ET.Element, one: WrittenLayer) -> None:
    box = one.layer.source.bounds()
    if box is None:
        return
    extent = _sub(made, "extent", "EX_Extent", "geographicElement", "EX_GeographicBoundingBox")
    sides = (
        ("westBoundLongitude", box.west),
        ("eastBoundLongitude", box.east),
        ("southBoundLatitude", box.south),
        ("northBoundLatitude", box.north),
    )
    for name, number in sides:
        ET.SubElement(_sub(extent, name), _gco("Decimal")).text = f"{number:.7f}"
    zone = proposed_zone(box)
    if zone is not None:
        words = PROPOSED.format(crs=zone.crs, name=zone.name, provinces=zone.provinces)
        _text(made, "supplementalInformation", f"{words.vi} {words.en}")


def _quality(root: ET.Element, one: WrittenLayer, written: Written, told: Provenance) -> None:
    made = _sub(root, "dataQualityInfo", "DQ_DataQuality")
    _code(_sub(made, "scope", "DQ_Scope"), "level", "MD_ScopeCode", "dataset")
    if one.layout.way is not None and is_vn_2000(written.crs):
        _accuracy(made)
    lineage = _sub(made, "lineage", "LI_Lineage")
    _text(lineage, "statement", f"{told.source.vi}\n{told.source.en}")
    for text in _steps(one, written):
        _text(_sub(lineage, "processStep", "LI_ProcessStep"), "description", f"{text.vi}\n{text.en}")


def _accuracy(made: ET.Element) -> None:
    report = _sub(made, "report", "DQ_AbsoluteExternalPositionalAccuracy")
    _text(report, "nameOfMeasure", "Accuracy of the coordinate operation")
    identification = _sub(report, "measureIdentification", "RS_Identifier")
    _text(identification, "code", OPERATION)
    result = _sub(report, "result", "DQ_QuantitativeResult")
    unit = ET.SubElement(_sub(result, "valueUnit"), f"{{{GML}}}BaseUnit", {f"{{{GML}}}id": "metre"})
    ET.SubElement(unit, f"{{{GML}}}identifier", {"codeSpace": "EPSG"}).text = "9001"
    ET.SubElement(unit, f"{{{GML}}}unitsSystem")
    ET.SubElement(_sub(result, "value"), _gco("Record")).text = f"{ACCURACY_M:g}"


def _steps(one: WrittenLayer, written: Written) -> list[Text]:
    if one.layout.way is None:
        found = [AS_STORED]
    else:
        found = [(MOVED if is_vn_2000(written.crs) else MOVED_OTHERWISE).format(crs=written.crs)]
    wanted = one.wanted
    parts = [] if wanted.filter is None else [wanted.filter.text]
    if wanted.box is not None:
        parts.append(" ".join(f"{side:.6f}" for side in wanted.box))
    if wanted.ids is not None:
        parts.append(f"{len(wanted.ids)} id")
    if parts:
        found.append(CHOSEN.format(what="; ".join(parts)))
    return [*found, *one.losses]


def _party(parent: ET.Element, name: str, role: str) -> None:
    made = _sub(parent, "CI_ResponsibleParty")
    _text(made, "organisationName", name)
    _code(made, "role", "CI_RoleCode", role)


def _moment(parent: ET.Element, at: str) -> None:
    kind = "DateTime" if "T" in at else "Date"
    ET.SubElement(parent, _gco(kind)).text = at.replace("+00:00", "Z")


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(_sub(parent, name), _gco("CharacterString")).text = plain(text)


def _code(parent: ET.Element, name: str, kind: str, value: str) -> None:
    attributes = {"codeList": f"{LISTS}#{kind}", "codeListValue": value}
    ET.SubElement(_sub(parent, name), _gmd(kind), attributes).text = value


def _sub(parent: ET.Element, *names: str) -> ET.Element:
    for name in names:
        parent = ET.SubElement(parent, _gmd(name))
    return parent


def _gmd(name: str) -> str:
    return f"{{{GMD}}}{name}"


def _gco(name: str) -> str:
    return f"{{{GCO}}}{name}"
