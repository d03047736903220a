"""A first mapping, guessed from the names and values of columns in Vietnamese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from geodata.gis.cells import is_null, texts_of
from geodata.gis.layers_of_file import pick_layer
from geodata.gis.mapping import ATTRIBUTES, GisMapping, Rule
from geodata.gis.read import ReadTable, read_table
from geodata.models import LINK_CLASSES
from supplychain.text import fold

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "link_id": ("linkid", "roadid", "edgeid", "maduong", "madoan", "madoantuyen", "matuyen", "madoituong", "osmid"),
    "from_node_id": ("fromnode", "fromnodeid", "fnode", "fromid", "anode", "nutdau", "manutdau", "tunut", "source"),
    "to_node_id": ("tonode", "tonodeid", "tnode", "toid", "bnode", "nutcuoi", "manutcuoi", "dennut", "target"),
    "name": ("name", "roadname", "streetname", "fullname", "ten", "tenduong", "tentuyen", "tendoan", "tensong"),
    "ref": ("ref", "roadno", "roadnumber", "route", "sohieu", "sohieuduong", "kyhieu"),
    "link_class": (
        "linkclass", "roadclass", "highway", "class", "fclass", "type", "roadtype", "funcclass", "facilitytype",
        "capduong", "loaiduong", "phancap", "cap", "loai", "capquanly", "capky", "capsong", "capthuyloi", "hangduong",
    ),
    "mode": ("mode", "phuongthuc"),
    "direction": ("direction", "oneway", "dir", "dirtravel", "chieu", "motchieu", "huong", "huongdi", "chieuxe"),
    "lanes": ("lanes", "lanecount", "numlanes", "nlanes", "solan", "lanxe", "solanxe"),
    "speed_kmh": ("speed", "maxspeed", "speedlimit", "spdlimit", "speedkmh", "freespeed", "tocdo", "vantoc",
                  "tocdotoida"),
    "speed_hgv_kmh": ("truckspeed", "hgvspeed", "maxspeedhgv", "tocdoxetai"),
    "surface": ("surface", "pavement", "matduong", "ketcaumat", "loaimat"),
    "toll": ("toll", "thuphi", "tramthuphi", "bot"),
    "bridge": ("bridge", "isbridge", "cau"),
    "tunnel": ("tunnel", "istunnel", "ham"),
    "layer": ("zlevel", "level", "tang"),
    "max_weight_t": ("maxweight", "weightlimit", "maxwt", "taitrong", "gioihantaitrong", "tongtaitrong", "camtai"),
    "max_axle_load_t": ("maxaxleload", "axleload", "taitrongtruc", "truc"),
    "max_height_m": ("maxheight", "clearance", "tinhkhong", "chieucao", "gioihanchieucao", "caotinhkhong"),
    "max_width_m": ("maxwidth", "gioihanchieurong"),
    "max_length_m": ("maxlength", "gioihanchieudai"),
    "max_draught_m": ("draught", "draft", "maxdraught", "monnuoc", "momnuoc"),
    "max_vessel_t": ("maxvessel", "vesselt", "taitrongtau", "cotau"),
    "gauge_mm": ("gauge", "khoduong", "khoray", "khoduongray"),
    "capacity_per_day": ("capacityperday", "dailycapacity", "nangluc", "nanglucngay"),
    "truck_ban_hours": ("truckban", "banhours", "giocam", "giocamtai", "camgio", "camxetai"),
}  # fmt: skip
"""Folded column names without marks and separators, the likeliest first."""

CLASS_VALUES: Final[Mapping[str, str]] = {
    "cao toc": "motorway", "duong cao toc": "motorway", "ct": "motorway", "freeway": "motorway",
    "quoc lo": "trunk", "ql": "trunk", "duong quoc lo": "trunk", "arterial": "primary", "highway": "trunk",
    "tinh lo": "primary", "duong tinh": "primary", "dt": "primary", "tl": "primary",
    "duong vanh dai": "trunk", "vanh dai": "trunk", "truc chinh": "primary", "duong truc chinh": "primary",
    "duong huyen": "secondary", "huyen lo": "secondary", "dh": "secondary", "lien khu vuc": "secondary",
    "duong do thi": "secondary", "do thi": "secondary", "collector": "tertiary", "duong khu vuc": "tertiary",
    "duong xa": "tertiary", "dx": "tertiary", "lien xa": "tertiary",
    "duong thon": "unclassified", "duong nong thon": "unclassified", "giao thong nong thon": "unclassified",
    "duong noi bo": "residential", "noi bo": "residential", "hem": "residential", "ngo": "residential",
    "local": "residential", "duong chuyen dung": "service", "chuyen dung": "service", "duong mon": "track",
    "pha": "ferry", "ben pha": "ferry",
    "duong sat": "rail_main", "duong sat quoc gia": "rail_main", "rail": "rail_main",
    "duong nhanh": "rail_branch", "ga": "rail_yard", "song": "waterway", "kenh": "waterway", "rach": "waterway",
    "river": "waterway", "canal": "waterway", "cap dac biet": "waterway_special", "dac biet": "waterway_special",
    "cap i": "waterway_I", "cap ii": "waterway_II", "cap iii": "waterway_III", "cap iv": "waterway_IV",
    "cap v": "waterway_V", "cap vi": "waterway_VI",
}  # fmt: skip
"""Folded values of Vietnamese and English road and waterway classes."""

DIRECTION_VALUES: Final[Mapping[str, str]] = {
    "yes": "forward", "y": "forward", "true": "forward", "t": "forward", "1": "forward", "f": "forward",
    "ft": "forward", "co": "forward", "mot chieu": "forward", "1 chieu": "forward", "thuan": "forward",
    "no": "both", "n": "both", "false": "both", "0": "both", "b": "both", "khong": "both", "hai chieu": "both",
    "2 chieu": "both", "2": "both", "both": "both", "-1": "backward", "tf": "backward", "nguoc": "backward",
    "reverse": "backward", "cam": "closed",
}  # fmt: skip
SURFACE_VALUES: Final[Mapping[str, str]] = {
    "nhua": "paved", "be tong": "paved", "be tong nhua": "paved", "btn": "paved", "btxm": "paved", "asphalt": "paved",
    "concrete": "paved", "bt": "paved", "lang nhua": "paved", "be tong xi mang": "paved",
    "dat": "unpaved", "cap phoi": "unpaved", "da dam": "unpaved", "soi": "unpaved", "gravel": "unpaved",
}  # fmt: skip
TRANSLATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "link_class": dict(CLASS_VALUES) | {fold(word): word for word in LINK_CLASSES},
    "direction": DIRECTION_VALUES,
    "surface": SURFACE_VALUES,
}
HERE_F_AND_T: Final = frozenset({"f", "t", "b", "n"})
"""Where all cells are of these letters they are F forward, T backward, B both, N closed (as navigation data has it)."""
UNITS_IN_NAMES: Final = {"mph": "mph", "kmh": "km/h", "kph": "km/h", "ft": "ft", "feet": "ft", "kg": "kg", "km": "km"}
SAMPLE_ROWS: Final = 5000
MOST_VALUES: Final = 60
_MARKS: Final = re.compile(r"[^a-z0-9]+")


def suggest_mapping(file: Path, layer: str | None = None, *, encoding: str | None = None) -> GisMapping:
    """Return a mapping guessed from column names and values; read it through before using it.

    Values that are not recognised stand in it untranslated, so that an import names them. Columns not recognised are
    not in it at all; the import notes them.

    Raises
    ------
    ReadError
        If the file cannot be read, or has several layers of lines and none is named.
    """
    file = Path(file)
    name = pick_layer(file, layer or "")
    table = read_table(file, name, encoding=encoding)
    attributes = _attributes(table)
    if "link_class" not in attributes:
        attributes["link_class"] = Rule(constant=_class_of_name(f"{file.stem} {name}"))
    return GisMapping(attributes=attributes, layer=name, encoding=encoding or "")


def _class_of_name(name: str) -> str:
    folded = _MARKS.sub("", fold(name))
    if any(word in folded for word in ("duongsat", "rail")):
        return "rail_main"
    return "waterway" if any(word in folded for word in ("song", "kenh", "thuy", "water", "river")) else "road"


def _attributes(table: ReadTable) -> dict[str, Rule]:
    taken: dict[str, str] = {}
    for attribute, names in NAMES.items():
        near = [column for column in table.cells if column not in taken and _bare(column) in names]
        if near:
            order = {column: names.index(_bare(column)) for column in near}
            taken[min(near, key=lambda column: (-_understood(table, column, attribute), order[column]))] = attribute
    rules = {attribute: _rule(table, column, attribute) for column, attribute in taken.items()}
    if ("from_node_id" in rules) != ("to_node_id" in rules):
        rules.pop("from_node_id", None)
        rules.pop("to_node_id", None)
    if "link_id" in rules and not _is_key(table, rules["link_id"].column):
        del rules["link_id"]
    return {name: rules[name] for name in ATTRIBUTES if name in rules}


def _bare(column: str) -> str:
    return _MARKS.sub("", fold(_without_unit(column)))


def _understood(table: ReadTable, column: str, attribute: str) -> int:
    """Return how many different values of a column are known for an attribute; 0 for attributes without words."""
    known = TRANSLATIONS.get(attribute, {})
    return len({text for text in texts_of(table.cells[column][:SAMPLE_ROWS]).tolist() if fold(text.strip()) in known})


def _without_unit(column: str) -> str:
    parts = re.split(r"[_\s]+", column)
    return "_".join(parts[:-1]) if len(parts) > 1 and fold(parts[-1]) in {*UNITS_IN_NAMES, "m", "t", "mm"} else column


def _unit(column: str, attribute: str) -> str:
    last = fold(re.split(r"[_\s]+", column)[-1])
    unit = UNITS_IN_NAMES.get(last, "")
    return unit if unit in ATTRIBUTES[attribute].units else ""


def _is_key(table: ReadTable, column: str) -> bool:
    texts = texts_of(table.cells[column])
    return not is_null(table.cells[column]).any() and len(set(texts)) == len(texts)


def _rule(table: ReadTable, column: str, attribute: str) -> Rule:
    cells = table.cells[column][:SAMPLE_ROWS]
    distinct = list(dict.fromkeys(text.strip() for text in texts_of(cells)[~is_null(cells)].tolist()))
    known = TRANSLATIONS.get(attribute, {})
    if attribute == "direction" and {fold(text) for text in distinct} >= {"f", "t"} <= HERE_F_AND_T:
        known = {"f": "forward", "t": "backward", "b": "both", "n": "closed"}
    words = {fold(word) for word in ATTRIBUTES[attribute].words}
    values = {
        text: known[fold(text)] for text in distinct[:MOST_VALUES] if fold(text) in known and fold(text) not in words
    }
    default = "both" if attribute == "direction" and bool(is_null(cells).any()) else ""
    return Rule(column=column, values=values, unit=_unit(column, attribute), default=default)
