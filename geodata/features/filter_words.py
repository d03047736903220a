"""Sentences about filters that ask for what cannot be."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

NO_CONDITION: Final = Text(
    en="“{said}” is no condition; compare it, such as mode = 'rail'.",
    vi="“{said}” không phải điều kiện; hãy so sánh, ví dụ mode = 'rail'.",
)
BAD_ARGUMENTS: Final = Text(
    en="{operator} of a filter takes {count} values.", vi="{operator} trong bộ lọc cần {count} giá trị."
)
NO_LIKE: Final = Text(
    en="LIKE compares a text property with a pattern in quotes, such as name LIKE 'KCN%'.",
    vi="LIKE so thuộc tính chữ với mẫu trong dấu nháy, ví dụ name LIKE 'KCN%'.",
)
NO_BETWEEN: Final = Text(
    en="BETWEEN takes a number or date and its two limits, such as length_m BETWEEN 100 AND 500.",
    vi="BETWEEN cần số hoặc ngày cùng hai giới hạn, ví dụ length_m BETWEEN 100 AND 500.",
)
NO_LIST: Final = Text(
    en="IN takes a value and a list, such as mode IN ('rail', 'road').",
    vi="IN cần giá trị và danh sách, ví dụ mode IN ('rail', 'road').",
)
UNKNOWN_OPERATOR: Final = Text(
    en="Filters here do not know {operator}. They know comparisons, AND, OR, NOT, LIKE, BETWEEN, IN, IS NULL, CASEI, "
    "ACCENTI, arithmetic and S_INTERSECTS and its kin.",
    vi="Bộ lọc ở đây không có {operator}. Có: so sánh, AND, OR, NOT, LIKE, BETWEEN, IN, IS NULL, CASEI, ACCENTI, phép "
    "tính và S_INTERSECTS cùng các hàm tương tự.",
)
UNKNOWN_PROPERTY: Final = Text(
    en="This layer has no property “{name}” that can be asked for; it has: {known}.",
    vi="Lớp này không có thuộc tính “{name}” để lọc; có: {known}.",
)
GEOMETRY_ALONE: Final = Text(
    en="A geometry is compared by S_INTERSECTS and its kin only, as S_INTERSECTS(geometry, BBOX(106, 10, 107, 11)).",
    vi="Hình học chỉ so được bằng S_INTERSECTS và hàm cùng loại, như S_INTERSECTS(geometry, BBOX(106, 10, 107, 11)).",
)
NOT_COMPARABLE: Final = Text(
    en="{one} ({one_kind}) and {other} ({other_kind}) cannot be compared by {operator}.",
    vi="Không so được {one} ({one_kind}) với {other} ({other_kind}) bằng {operator}.",
)
NO_ARITHMETIC: Final = Text(
    en="{operator} reckons with two numbers, got {kinds}.", vi="{operator} tính với hai số, nhận được {kinds}."
)
NO_TEXT: Final = Text(
    en="{operator} takes one text, such as CASEI(name).", vi="{operator} cần một văn bản, ví dụ CASEI(name)."
)
NULL_VALUE: Final = Text(en="Nothing equals NULL; write IS NULL.", vi="Không gì bằng NULL; hãy viết IS NULL.")
BAD_VALUE: Final = Text(en="“{said}” is no value of a filter.", vi="“{said}” không phải giá trị của bộ lọc.")
BAD_NUMBER: Final = Text(en="A number of the filter is too large.", vi="Có số trong bộ lọc quá lớn.")
BAD_LETTERS: Final = Text(
    en="A text of the filter holds letters that are none.", vi="Văn bản trong bộ lọc có ký tự không hợp lệ."
)
BAD_DATE: Final = Text(
    en="“{said}” is no date; write DATE('2026-06-30') or TIMESTAMP('2026-06-30T08:00:00Z').",
    vi="“{said}” không phải ngày; hãy viết DATE('2026-06-30') hoặc TIMESTAMP('2026-06-30T08:00:00Z').",
)
NO_GROUND: Final = Text(
    en="{operator} compares geometry, the features' own, with a geometry that is written out.",
    vi="{operator} so geometry của đối tượng với một hình học được viết ra.",
)
BAD_GEOMETRY: Final = Text(
    en="A geometry of the filter cannot be used: {why}.", vi="Không dùng được hình học trong bộ lọc: {why}."
)
NOT_A_GEOMETRY: Final = Text(en="it is none", vi="không phải hình học")
NOT_ON_EARTH: Final = Text(
    en="a point of it lies outside its coordinate reference system; longitude comes before latitude in CRS84",
    vi="có điểm nằm ngoài hệ tọa độ; với CRS84, kinh độ viết trước vĩ độ",
)
UPSIDE_DOWN: Final = Text(
    en="the box has its south above its north; write west, south, east, north",
    vi="khung có phía nam cao hơn phía bắc; hãy viết tây, nam, đông, bắc",
)
NORTH_FIRST: Final = Text(
    en="a point of it lies outside its coordinate reference system, in which latitude comes before longitude",
    vi="có điểm nằm ngoài hệ tọa độ này, trong đó vĩ độ viết trước kinh độ",
)
UPSIDE_DOWN_NORTH_FIRST: Final = Text(
    en="the box has its south above its north; in this coordinate reference system write south, west, north, east",
    vi="khung có phía nam cao hơn phía bắc; với hệ tọa độ này hãy viết nam, tây, bắc, đông",
)
WRONG_WAY: Final = Text(
    en="the box has its west beyond its east, and its coordinate reference system does not go around the earth; "
    "exchange them",
    vi="khung có phía tây lớn hơn phía đông, mà hệ tọa độ này không đi vòng quanh trái đất; hãy đổi chỗ hai số",
)
