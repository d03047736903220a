"""What can be wrong with a value or a row of a declared table, in both languages; packs and the registry share it."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

EMPTY_CELL: Final = Text(en="The cell must not be empty.", vi="Ô này không được để trống.")
NOT_A_NUMBER: Final = Text(
    en="'{value}' is not a number. Write digits with a decimal point, or leave the cell empty where allowed.",
    vi="'{value}' không phải là số. Hãy viết chữ số với dấu chấm thập phân, hoặc để trống nếu được phép.",
)
NOT_A_DATE: Final = Text(
    en="'{value}' is not a date. Write year-month-day, such as 2025-07-01.",
    vi="'{value}' không phải ngày. Hãy viết năm-tháng-ngày, ví dụ 2025-07-01.",
)
BAD_ID: Final = Text(
    en="'{value}' is not an id: use a–z, digits and '_', beginning with a letter or digit, at most 80.",
    vi="'{value}' không phải mã hợp lệ: chỉ dùng chữ thường a–z không dấu, chữ số và '_', tối đa 80 ký tự.",
)
TOO_SMALL: Final = Text(
    en="{value} is below the least allowed, {limit}.", vi="{value} nhỏ hơn mức cho phép là {limit}."
)
TOO_LARGE: Final = Text(en="{value} is above the most allowed, {limit}.", vi="{value} lớn hơn mức cho phép là {limit}.")
SWAPPED: Final = Text(
    en="lat {lat} and lon {lon} look swapped: latitude is the north–south one.",
    vi="lat {lat} và lon {lon} có vẻ bị đảo: lat là vĩ độ, lon là kinh độ.",
)
NOT_A_CHOICE: Final = Text(
    en="'{value}' is not one of: {choices}.", vi="'{value}' không thuộc các giá trị cho phép: {choices}."
)
FORMULA: Final = Text(
    en="'{value}' looks like a spreadsheet formula or error. Paste the value instead.",
    vi="'{value}' có vẻ là công thức hoặc lỗi của bảng tính. Hãy dán giá trị.",
)
CONTROL_CHARACTER: Final = Text(
    en="The cell holds the control character U+{code:04X}. Remove it.",
    vi="Ô chứa ký tự điều khiển U+{code:04X}. Hãy xóa ký tự này.",
)
EXACTLY_ONE: Final = Text(
    en="Exactly one of {columns} must have a value; {found} have.",
    vi="Phải có đúng một trong các cột {columns} có giá trị; hiện có {found}.",
)
AT_LEAST_ONE: Final = Text(
    en="At least one of {columns} must have a value.", vi="Ít nhất một trong các cột {columns} phải có giá trị."
)
NOT_ASCENDING: Final = Text(
    en="{left} is {left_value}, above {right} with {right_value}.",
    vi="{left} là {left_value}, lớn hơn {right} là {right_value}.",
)
NEEDED: Final = Text(
    en="{column} needs a value because {reason} has one.", vi="{column} phải có giá trị vì {reason} có giá trị."
)
SAME: Final = Text(
    en="{columns} must differ; both are '{value}'.", vi="{columns} phải khác nhau; cả hai đều là '{value}'."
)
