"""The record of an export: ISO 19115 as another library reads it, and what each licence asks of whoever hands it on."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

import pytest
from export_parts import OPEN, OSM, made
from owslib.etree import etree
from owslib.iso import MD_Metadata

from api.gis.exports.iso import GCO, GMD
from api.gis.exports.provenance import duties_of, provenance_of
from api.gis.exports.writing import write_layers
from geodata.features.source import Named, Origin, Wanted
from geodata.features.table import Box
from supplychain.text import Language, Text

NAMES: Final = {"gmd": GMD, "gco": GCO}


def record(layer: Named, folder: Path, crs: str = "EPSG:4326", language: Language = "vi") -> ET.Element:
    """Return the record that stands beside a file."""
    write_layers([layer], "fgb", folder / "out.fgb", crs, language)
    return ET.parse(folder / "out.fgb.xml").getroot()  # noqa: S314 - written a line above


def texts(root: ET.Element, path: str) -> list[str]:
    """Return the texts of what stands at a path."""
    return ["".join(found.itertext()).strip() for found in root.findall(path, NAMES)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_another_library_reads_what_the_layer_is(language: Language, tmp_path: Path) -> None:
    root = record(made("LineString", OSM), tmp_path, "EPSG:9210", language)
    found = MD_Metadata(etree.fromstring(ET.tostring(root)))
    assert found.languagecode == {"vi": "vie", "en": "eng"}[language]
    assert found.hierarchy == "dataset"
    assert (found.referencesystem.code, found.referencesystem.codeSpace) == ("9210", "EPSG")
    about = found.identification[0]
    assert about.title == {"vi": "Khu công nghiệp", "en": "Parks"}[language]
    assert about.alternatetitle == {"vi": "Parks", "en": "Khu công nghiệp"}[language]
    assert [(one.date, one.type) for one in about.date] == [("2026-03-04T05:06:07Z", "revision")]
    assert about.resourcelanguagecode == [found.languagecode]
    box = about.extent.boundingBox
    assert [float(side) for side in (box.minx, box.miny, box.maxx, box.maxy)] == [106.6, 10.99, 106.8, 11.02]
    assert "3 features" in about.abstract
    assert "Streets of a test" in about.abstract
    assert found.distribution.format == "FlatGeobuf"
    assert "EPSG:6960" in ET.tostring(root, encoding="unicode")


def test_the_transformation_and_its_metre_stand_in_the_record_where_it_was_used(tmp_path: Path) -> None:
    path = ".//gmd:DQ_AbsoluteExternalPositionalAccuracy"
    moved = record(made("Point"), tmp_path, "EPSG:5899")
    assert texts(moved, f"{path}//gmd:value") == ["1"]
    assert texts(moved, f"{path}//gmd:code") == ["EPSG:6960"]
    assert any("whose stated accuracy is 1 m" in text for text in texts(moved, ".//gmd:LI_ProcessStep"))
    for crs in ("EPSG:4326", "EPSG:32648"):
        assert texts(record(made("Point"), tmp_path, crs), path) == []


def test_the_licence_its_duties_and_the_date_stand_in_the_record(tmp_path: Path) -> None:
    root = record(made("LineString", OSM), tmp_path, language="en")
    (limits,) = root.findall(".//gmd:MD_LegalConstraints", NAMES)
    others = texts(limits, "gmd:otherConstraints")
    assert others[:3] == [
        "ODbL-1.0",
        "http://opendatacommons.org/licenses/odbl/1-0/",
        "© OpenStreetMap contributors",
    ]
    assert "under the same licence" in texts(limits, "gmd:useLimitation")[0]
    assert "cùng giấy phép" in others[3]
    codes = {one.get("codeListValue") for one in limits.findall(".//gmd:MD_RestrictionCode", NAMES)}
    assert codes == {"license", "otherRestrictions"}
    assert texts(root, ".//gmd:statement")[0].splitlines() == ["Đường phố thử nghiệm", "Streets of a test"]


def test_a_date_that_nobody_knows_is_said_to_be_unknown(tmp_path: Path) -> None:
    origin = Origin(OPEN.source, "CC0 1.0", "")
    root = record(made("Point", origin), tmp_path)
    (date,) = root.findall(".//gmd:CI_Date/gmd:date", NAMES)
    assert date.get(f"{{{GCO}}}nilReason") == "unknown"


def test_which_part_was_taken_stands_in_the_record(tmp_path: Path) -> None:
    wanted = Wanted(box=Box(106, 10, 107, 12))
    write_layers([made("Point")], "fgb", tmp_path / "out.fgb", wanted=wanted)
    text = (tmp_path / "out.fgb.xml").read_text(encoding="utf-8")
    assert "Only a part: 106.000000 10.000000 107.000000 12.000000" in text


def test_the_same_layer_has_the_same_record_but_for_the_moment(tmp_path: Path) -> None:
    roots = [record(made("Point"), tmp_path) for _ in range(2)]
    for root in roots:
        (stamp,) = root.findall("gmd:dateStamp", NAMES)
        root.remove(stamp)
    assert ET.tostring(roots[0]) == ET.tostring(roots[1])


def test_signs_that_no_xml_holds_do_not_spoil_the_record(tmp_path: Path) -> None:
    odd = Origin(Text(en="a\x00b\x1f<&>\ud800", vi="ừ\ufffe"), "CC0 1.0", "")
    assert texts(record(made("Point", odd), tmp_path), ".//gmd:statement")[0].splitlines() == ["ừ", "ab<&>"]


@pytest.mark.parametrize(
    ("licence", "attribution", "expected"),
    [
        ("ODbL-1.0", "© OpenStreetMap contributors", ["Open Database Licence 1.0"]),
        ("ODbL-1.0; CC BY 4.0", "City of X", ["Open Database Licence 1.0", "Name “City of X”"]),
        ("CC BY 4.0", "City of X", ["Name “City of X” wherever it is shown, with the licence (CC BY 4.0)."]),
        ("Apache-2.0", "", ["The licence is Apache-2.0"]),
        ("", "", ["No licence is stated: ask the owner"]),
        ("", "City of X", ["Name “City of X”", "No licence is stated"]),
    ],
)
def test_each_licence_asks_for_what_it_asks(licence: str, attribution: str, expected: list[str]) -> None:
    origin = Origin(Text(en="x", vi="x"), licence, attribution)
    duties = duties_of(licence, attribution, is_share_alike=origin.is_share_alike)
    assert all(words in duties.en for words in expected)
    assert duties.vi
    assert duties.vi != duties.en
    assert ("same licence" in duties.en) is ("ODbL" in licence)


def test_the_licence_of_one_layer_says_nothing_of_another(tmp_path: Path) -> None:
    open_one, shared = made("Point"), made("LineString", OSM, "streets")
    written = write_layers([open_one, shared], "gpkg", tmp_path / "both.gpkg")
    assert [provenance_of(one.layer).is_share_alike for one in written.layers] == [False, True]
    assert "OpenStreetMap" not in (tmp_path / "both.gpkg.parks.xml").read_text(encoding="utf-8")
    assert "OpenStreetMap" in (tmp_path / "both.gpkg.streets.xml").read_text(encoding="utf-8")
