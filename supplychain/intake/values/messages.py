"""What can be wrong with a cell and what was done to one, in both languages."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

ERROR_CELL: Final = Text(
    en="The cell holds the error {value} of a formula. Write the value itself.",
    vi="Ô chứa lỗi công thức {value}. Hãy ghi giá trị.",
)
NOT_A_NUMBER: Final = Text(
    en="'{value}' is no number. Write digits, with the unit after them if it is not {unit}.",
    vi="'{value}' không phải số. Hãy ghi chữ số, kèm đơn vị phía sau nếu không phải {unit}.",
)
PLAIN_NUMBER: Final = Text(en="the column's own", vi="đơn vị của cột")
A_RANGE: Final = Text(
    en="'{value}' is a range or an estimate, and one figure is needed.",
    vi="'{value}' là khoảng hoặc ước chừng; cần ghi một con số.",
)
AMBIGUOUS_NUMBER: Final = Text(
    en="'{value}' may be {whole} or {fraction}: nothing in the column tells. Say in the mapping which sign is decimal.",
    vi="'{value}' có thể là {whole} hoặc {fraction}: cột này không cho biết. Hãy ghi dấu thập phân trong tệp ánh xạ.",
)
OTHER_STYLE: Final = Text(
    en="'{value}' does not fit the column, whose decimal sign is '{decimal}'. Write the number as the others are.",
    vi="'{value}' không khớp với cột có dấu thập phân là '{decimal}'. Hãy ghi số như các dòng khác.",
)
NOT_WHOLE: Final = Text(en="'{value}' is no whole number.", vi="'{value}' không phải số nguyên.")
UNKNOWN_UNIT: Final = Text(
    en="The unit '{unit}' in '{value}' cannot be converted to {target}. Write the number in {target}.",
    vi="Không đổi được đơn vị '{unit}' trong '{value}' sang {target}. Hãy ghi số theo {target}.",
)
CONVERTED_UNIT: Final = Text(
    en="Figures in {unit} were converted to {target}.", vi="Các số theo {unit} được đổi sang {target}."
)
MAGNITUDE: Final = Text(
    en="'{word}' after a number was taken as × {factor:,.0f}.", vi="'{word}' sau số được hiểu là × {factor:,.0f}."
)
NOT_A_DATE: Final = Text(
    en="'{value}' is no date. Write it as 2024-03-05 or 05/03/2024.",
    vi="'{value}' không phải ngày. Hãy ghi dạng 2024-03-05 hoặc 05/03/2024.",
)
TWO_DIGIT_YEAR: Final = Text(
    en="The year of '{value}' has two digits. Write all four.",
    vi="Năm trong '{value}' chỉ có hai chữ số. Hãy ghi đủ bốn chữ số.",
)
FAR_YEAR: Final = Text(
    en="'{value}' lies outside the years 1850 to 2100. Write the year of the common calendar.",
    vi="'{value}' nằm ngoài các năm 1850 đến 2100. Hãy ghi năm dương lịch.",
)
AMBIGUOUS_DATE: Final = Text(
    en="'{value}' may be {first} or {second}: nothing in the column tells. Say in the mapping whether the day is "
    "first.",
    vi="'{value}' có thể là {first} hoặc {second}: cột này không cho biết. Hãy ghi trong tệp ánh xạ ngày có đứng trước "
    "không.",
)
ONLY_A_MONTH: Final = Text(
    en="'{value}' names no day. Write the whole date.", vi="'{value}' không có ngày. Hãy ghi đủ ngày tháng năm."
)
SERIAL_DATE: Final = Text(
    en="Numbers were read as the days a spreadsheet counts from 1900.",
    vi="Các số được đọc là số ngày mà bảng tính đếm từ năm 1900.",
)
NOT_A_MONTH: Final = Text(
    en="'{value}' is no month. Write it as 2025-03 or 3/2025.",
    vi="'{value}' không phải tháng. Hãy ghi dạng 2025-03 hoặc 3/2025.",
)
A_QUARTER: Final = Text(
    en="'{value}' is three months, and one is needed. Write a row for each month.",
    vi="'{value}' gồm ba tháng trong khi cần một tháng. Hãy ghi mỗi tháng một dòng.",
)
QUARTER_TAKEN: Final = Text(en="Quarters were read as their {end} month.", vi="Quý được đọc là tháng {end_vi} của quý.")
DAY_DROPPED: Final = Text(en="Of whole dates only the month was kept.", vi="Từ ngày đầy đủ chỉ giữ lại tháng.")
YEAR_KEPT: Final = Text(en="Of whole dates only the year was kept.", vi="Từ ngày đầy đủ chỉ giữ lại năm.")
TIME_DROPPED: Final = Text(en="Times of day were dropped.", vi="Giờ trong ngày được bỏ.")
NOT_YES_NO: Final = Text(
    en="'{value}' must be yes (có, x, 1) or no (không, 0).",
    vi="'{value}' phải là có (yes, x, 1) hoặc không (no, 0).",
)
NOT_A_CHOICE: Final = Text(
    en="'{value}' is none of the words allowed: {choices}.",
    vi="'{value}' không thuộc các từ được phép: {choices}.",
)
WORD_TAKEN: Final = Text(en="'{value}' was read as {choice}.", vi="'{value}' được đọc là {choice}.")
NOT_A_COUNTRY: Final = Text(
    en="'{value}' is no country known by name. Write its two-letter code (ISO 3166), such as JP.",
    vi="Không rõ '{value}' là nước nào. Hãy ghi mã hai chữ (ISO 3166), chẳng hạn JP.",
)
SHORTENED: Final = Text(
    en="'{value}' is a number that a spreadsheet has shortened; digits are lost. Write it again as text.",
    vi="'{value}' là số đã bị bảng tính rút gọn nên mất chữ số. Hãy ghi lại dạng văn bản.",
)
WAS_NUMBER: Final = Text(
    en="Codes were typed as numbers: zeros in front may be missing.",
    vi="Các mã được gõ dạng số: số 0 ở đầu có thể bị mất.",
)
BAD_LIST: Final = Text(
    en="'{value}' names a word twice or has an empty one.", vi="'{value}' ghi trùng một từ hoặc có từ trống."
)
