"""What the features of plan layers say, field by field, and features made of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from api.styles import CAPACITY_NAMES, CHANGE_NAMES, MODE_NAMES
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from supplychain.text import Text

TONNES: Final = "t/day"
TEU: Final = "TEU/day"
MODES: Final = tuple((word, meaning) for word, meaning in MODE_NAMES.items() if word != "handling")
TABLES: Final = (
    ("links", Text(en="Link of the region", vi="Tuyến của vùng")),
    ("network_links", Text(en="Link of a stored network", vi="Tuyến của mạng lưới đã lưu")),
    ("services", Text(en="Service", vi="Dịch vụ vận tải")),
)
UNITS: Final = (
    ("t", Text(en="tonnes", vi="tấn")),
    ("TEU", Text(en="TEU", vi="TEU")),
    ("pcu", Text(en="passenger car units", vi="xe con quy đổi")),
    ("truck", Text(en="lorries", vi="lượt xe tải")),
    ("vehicle_h", Text(en="vehicle hours", vi="giờ xe")),
)

ABOUT_WAY: Final = (
    Field("row_id", "text", Text(en="Link or service", vi="Mã tuyến hoặc dịch vụ")),
    Field("row_table", "text", Text(en="Table it stands in", vi="Thuộc bảng"), "", TABLES),
    Field("mode", "text", Text(en="Mode", vi="Phương thức"), "", MODES),
    Field("link_class", "text", Text(en="Class of road, railway or waterway", vi="Cấp đường")),
    Field("road", "text", Text(en="Road number", vi="Số hiệu đường")),
    Field("name_vi", "text", Text(en="Name in Vietnamese", vi="Tên tiếng Việt")),
    Field("name_en", "text", Text(en="Name in English", vi="Tên tiếng Anh")),
)


def flow_fields(currency: str) -> tuple[Field, ...]:
    """Return the fields of ``plan_flows``."""
    return (
        *ABOUT_WAY,
        Field("t_per_day", "number", Text(en="Tonnes a working day", vi="Tấn mỗi ngày làm việc"), TONNES),
        Field("t_per_day_forward", "number", Text(en="Tonnes along the line", vi="Tấn theo chiều vẽ"), TONNES),
        Field("t_per_day_backward", "number", Text(en="Tonnes against the line", vi="Tấn ngược chiều vẽ"), TONNES),
        Field("teu_per_day", "number", Text(en="TEU a working day", vi="TEU mỗi ngày làm việc"), TEU),
        Field(
            "vehicles_per_day",
            "number",
            Text(en="Vehicles a day, laden and empty", vi="Lượt phương tiện mỗi ngày, có hàng và rỗng"),
            "vehicles/day",
        ),
        Field("width", "number", Text(en="Share of the largest flow, 0 to 1", vi="Tỷ lệ so với luồng lớn nhất, 0–1")),
        *_capacity_of_way(),
        Field(
            "shadow_price",
            "number",
            Text(
                en="What one more unit of that capacity would save; empty where the run did not keep it",
                vi="Mức tiết kiệm nếu thêm một đơn vị năng lực; trống nếu lần chạy không lưu",
            ),
            f"{currency}/unit",
        ),
    )


def _capacity_of_way() -> tuple[Field, ...]:
    return (
        Field("capacity_id", "text", Text(en="Fullest capacity it belongs to", vi="Năng lực thông qua căng nhất")),
        Field("capacity_per_day", "number", Text(en="That capacity a day", vi="Năng lực đó mỗi ngày"), "unit/day"),
        Field("capacity_unit", "text", Text(en="Unit of that capacity", vi="Đơn vị năng lực"), "", UNITS),
        Field("background_per_day", "number", Text(en="Used by others a day", vi="Phần do bên khác dùng"), "unit/day"),
        Field(
            "utilisation",
            "number",
            Text(
                en="Load share: others and plan together ÷ capacity",
                vi="Mức sử dụng: bên khác cộng phương án, chia năng lực",
            ),
        ),
    )


def capacity_fields(currency: str) -> tuple[Field, ...]:
    """Return the fields of ``plan_capacities``."""
    price = f"{currency}/unit"
    return (
        Field("capacity_id", "text", Text(en="Capacity", vi="Mã năng lực")),
        Field(
            "kind", "text", Text(en="What is limited", vi="Đối tượng bị giới hạn"), "", tuple(CAPACITY_NAMES.items())
        ),
        Field("row_id", "text", Text(en="Link, terminal or service", vi="Mã tuyến, bến hoặc dịch vụ")),
        Field("mode", "text", Text(en="Mode", vi="Phương thức"), "", MODES),
        Field("name_vi", "text", Text(en="Name in Vietnamese", vi="Tên tiếng Việt")),
        Field("name_en", "text", Text(en="Name in English", vi="Tên tiếng Anh")),
        Field("unit", "text", Text(en="Unit", vi="Đơn vị"), "", UNITS),
        Field("capacity_per_day", "number", Text(en="Capacity a day", vi="Năng lực mỗi ngày"), "unit/day"),
        Field("background_per_day", "number", Text(en="Used by others", vi="Phần do bên khác dùng"), "unit/day"),
        Field("residual_per_day", "number", Text(en="Left for the plan", vi="Còn cho phương án"), "unit/day"),
        Field("used_per_day", "number", Text(en="Used by the plan", vi="Phương án dùng"), "unit/day"),
        Field("utilisation", "number", Text(en="Used ÷ left for the plan", vi="Đã dùng chia phần còn lại")),
        Field("is_full", "boolean", Text(en="Whether nothing is left", vi="Đã dùng hết")),
        Field(
            "shadow_price",
            "number",
            Text(
                en="What one more unit would save; empty where the run did not keep it",
                vi="Mức tiết kiệm nếu thêm một đơn vị; trống nếu lần chạy không lưu",
            ),
            price,
        ),
        Field("shadow_money", "number", Text(en="Of it money", vi="Trong đó tiền"), price),
        Field("shadow_time", "number", Text(en="Of it time", vi="Trong đó thời gian"), price),
        Field("shadow_carbon", "number", Text(en="Of it carbon", vi="Trong đó các-bon"), price),
        Field("shadow_penalty", "number", Text(en="Of it unserved freight", vi="Trong đó hàng không chở được"), price),
        Field("shadow_from", "number", Text(en="Holds from this much left", vi="Đúng từ mức còn lại"), "unit/day"),
        Field("shadow_to", "number", Text(en="Holds up to this much left", vi="Đúng đến mức còn lại"), "unit/day"),
        Field(
            "is_penalty_driven",
            "boolean",
            Text(en="Whether most of the price is unserved freight", vi="Phần lớn giá là do hàng không chở được"),
        ),
    )


def difference_fields() -> tuple[Field, ...]:
    """Return the fields of ``plan_differences``: a is the first plan, b the one compared with it."""
    return (
        *ABOUT_WAY,
        Field(
            "a_t_per_day", "number", Text(en="Tonnes a day of the first plan", vi="Tấn mỗi ngày, phương án đầu"), TONNES
        ),
        Field(
            "b_t_per_day",
            "number",
            Text(en="Tonnes a day of the compared plan", vi="Tấn mỗi ngày, phương án so"),
            TONNES,
        ),
        Field("difference_t_per_day", "number", Text(en="Difference (b − a)", vi="Chênh lệch (b − a)"), TONNES),
        Field("a_teu_per_day", "number", Text(en="TEU a day of the first plan", vi="TEU mỗi ngày, phương án đầu"), TEU),
        Field(
            "b_teu_per_day", "number", Text(en="TEU a day of the compared plan", vi="TEU mỗi ngày, phương án so"), TEU
        ),
        Field("difference_teu_per_day", "number", Text(en="Difference (b − a)", vi="Chênh lệch (b − a)"), TEU),
        Field("change", "text", Text(en="What becomes of it", vi="Thay đổi"), "", tuple(CHANGE_NAMES.items())),
        Field(
            "width",
            "number",
            Text(en="Share of the largest difference, 0 to 1", vi="Tỷ lệ so với chênh lệch lớn nhất, 0–1"),
        ),
    )


def table_of(fields: tuple[Field, ...], ids: list[str], columns: Mapping[str, Any], shapes: Shapes) -> FeatureTable:
    """Return features of columns by name; empty texts and NaN are null."""
    made = {}
    for field in fields:
        values = columns[field.name]
        if field.kind == "text":
            values = [None if value is None or value == "" else str(value) for value in values]
        made[field.name] = pa.array(values, type=ARROW_TYPES[field.kind], from_pandas=True)
    return FeatureTable(fields, pa.array(ids, pa.string()), pa.table(made), shapes)
