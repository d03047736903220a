"""What the columns of networks say, in both languages, and in which unit."""

from __future__ import annotations

from typing import Final

from geodata.columns import Column
from geodata.features.stored_words import words_of
from geodata.features.table import Field, FieldKind
from geodata.versions.cells import Cell, CellKind
from supplychain.text import Text

KINDS: Final[dict[CellKind, FieldKind]] = {
    "text": "text",
    "words": "text",
    "mask": "text",
    "flag": "boolean",
    "number": "number",
    "integer": "integer",
}

VIETNAMESE: Final = {
    "access_backward": "Loại xe được đi từ nút cuối về nút đầu, cách nhau bằng dấu ;",
    "access_forward": "Loại xe được đi từ nút đầu đến nút cuối, cách nhau bằng dấu ;",
    "background_per_day": "Lượng do bên khác sử dụng mỗi ngày; trống: không rõ",
    "bridge": "Có phần nằm trên cầu",
    "capacity_group": "Các đoạn cùng nhóm dùng chung năng lực; trống: riêng",
    "capacity_per_day": "Năng lực hai chiều mỗi ngày; trống: không giới hạn",
    "capacity_unit": "Đơn vị của năng lực và lượng sử dụng",
    "closed": "Loại xe không được qua nút, cách nhau bằng dấu ;",
    "corridor": "Đoạn tuyến của gói vùng quyết định tốc độ, phí, cấm tải và năng lực",
    "currency": "Đồng tiền của phí đường",
    "destination_only": "Loại xe chỉ được vào khi đến nơi trên đoạn này, cách nhau bằng dấu ;",
    "electrified": "Đường sắt điện khí hóa",
    "feature": "Công trình tại nút, nếu có",
    "from_node_id": "Nút đầu của đoạn",
    "gauge_mm": "Khổ đường sắt; trống: không rõ",
    "lanes": "Số làn hai chiều; trống: không rõ",
    "layer": "Thứ tự trên dưới nơi các đoạn giao khác mức",
    "length_m": "Chiều dài theo tim tuyến, hoặc theo nguồn",
    "link_class": "Cấp đường bộ, đường sắt hoặc đường thủy",
    "link_id": "Mã đoạn, duy nhất, giữ nguyên qua các lần nhập",
    "max_axle_load_t": "Tải trọng trục lớn nhất; trống: không rõ giới hạn",
    "max_draught_m": "Mớn nước lớn nhất; trống: không rõ giới hạn",
    "max_height_m": "Chiều cao hoặc tĩnh không lớn nhất; trống: không rõ giới hạn",
    "max_length_m": "Chiều dài xe lớn nhất; trống: không rõ giới hạn",
    "max_vessel_t": "Sà lan lớn nhất; trống: không rõ giới hạn",
    "max_weight_t": "Tổng trọng lớn nhất; trống: không rõ giới hạn",
    "max_width_m": "Chiều rộng lớn nhất; trống: không rõ giới hạn",
    "mode": "Phương thức; phà chở xe tải thuộc đường bộ",
    "name": "Tên",
    "node_id": "Mã nút, duy nhất, giữ nguyên qua các lần nhập",
    "observed_kmh": "Tốc độ thực tế của xe hàng; trống: theo hồ sơ xe",
    "oneway": "Chỉ đi từ nút đầu đến nút cuối",
    "price_year": "Năm giá của phí đường",
    "ref": "Số hiệu, ví dụ QL13",
    "row_id": "Dòng gốc: mã đường OSM, đoạn tuyến của gói, đối tượng của tệp",
    "source": "Nguồn dữ liệu",
    "speed_hgv_kmh": "Tốc độ tối đa của xe tải; trống: như speed_kmh",
    "speed_kmh": "Tốc độ tối đa; trống: không rõ",
    "surface": "Mặt đường",
    "to_node_id": "Nút cuối của đoạn",
    "toll": "Có thu phí",
    "toll_per_km": "Phí của xe container loại 5; trống: không rõ",
    "track_use": "Công dụng đường ray",
    "tunnel": "Có phần nằm trong hầm",
}
"""Meaning of each column in Vietnamese; the English one is that of its declaration."""

ENGLISH: Final = {
    "access_backward": "Vehicle kinds that may run from last node to first, ; between them",
    "access_forward": "Vehicle kinds that may run from first node to last, ; between them",
    "closed": "Vehicle kinds that may not pass through the node, ; between them",
    "destination_only": "Vehicle kinds that may use it only to reach a place on it, ; between them",
    "from_node_id": "Node its line starts at",
    "lanes": "Lanes of both directions together; empty: not known",
    "gauge_mm": "Track gauge; empty: not known",
    "price_year": "Price year of toll_per_km",
    "source": "Source of the data",
    "to_node_id": "Node its line ends at",
}
"""Meaning of columns that a layer holds otherwise than the arrays do."""

UNITS: Final = {
    "_kmh": "km/h",
    "_m": "m",
    "_mm": "mm",
    "_t": "t",
    "price_year": "year",
    "toll_per_km": "currency/km",
    "capacity_per_day": "capacity_unit/d",
    "background_per_day": "capacity_unit/d",
}
"""Unit by the end of a name."""


def field_of(cell: Cell) -> Field:
    """Return the field of a column as a layer holds it."""
    name = cell.name
    words = cell.column.words if cell.kind == "words" else ()
    return Field(name, KINDS[cell.kind], Text(en=_english(cell), vi=VIETNAMESE[name]), unit_of(name), words_of(words))


def _english(cell: Cell) -> str:
    plain: Column = cell.column
    return ENGLISH.get(cell.name, plain.meaning.replace("NaN:", "empty:").replace(", m;", ";"))


def unit_of(name: str) -> str:
    """Return the unit that the end of a name tells."""
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "")


SOURCE: Final = Field("source", "text", Text(en=ENGLISH["source"], vi=VIETNAMESE["source"]))
