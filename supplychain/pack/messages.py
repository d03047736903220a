"""What can be wrong with a pack, in both languages; each sentence says how to put it right."""

from __future__ import annotations

from typing import Final

from supplychain.rule_messages import (
    AT_LEAST_ONE,
    BAD_ID,
    CONTROL_CHARACTER,
    EMPTY_CELL,
    EXACTLY_ONE,
    FORMULA,
    NEEDED,
    NOT_A_CHOICE,
    NOT_A_DATE,
    NOT_A_NUMBER,
    NOT_ASCENDING,
    SAME,
    SWAPPED,
    TOO_LARGE,
    TOO_SMALL,
)
from supplychain.text import Text

__all__ = [
    "AT_LEAST_ONE",
    "BAD_CSV",
    "BAD_ID",
    "BAD_LIST",
    "BAD_YAML",
    "CONTROL_CHARACTER",
    "DID_YOU_MEAN",
    "DUPLICATE_HEADER",
    "DUPLICATE_ID",
    "EMPTY_CELL",
    "EMPTY_FILE",
    "ENCODING",
    "EXACTLY_ONE",
    "FACTOR_TARGET",
    "FAR_AWAY",
    "FILE_NAME_ID",
    "FORMULA",
    "GROUPED_NUMBER",
    "HUGE_CELL",
    "ID_ELSEWHERE",
    "LINE_OFF_THE_MAP",
    "MISSING_COLUMN",
    "MISSING_FILE",
    "NEEDED",
    "NOT_AN_INTEGER",
    "NOT_ASCENDING",
    "NOT_A_CHOICE",
    "NOT_A_DATE",
    "NOT_A_LINE",
    "NOT_A_NUMBER",
    "NOT_UNIQUE",
    "NOT_YES_NO",
    "NO_FOLDER",
    "NUL_BYTE",
    "RAGGED_ROW",
    "SAME",
    "SEMICOLONS",
    "SUMMARY",
    "SWAPPED",
    "TOO_LARGE",
    "TOO_SMALL",
    "UNKNOWN_COLUMN",
    "UNKNOWN_FILE",
    "UNKNOWN_ID",
    "UNREADABLE",
    "WRONG_CRS",
    "YAML_KEYS",
    "YAML_UNKNOWN_KEYS",
]


SUMMARY: Final = Text(
    en="The pack was not taken over; findings: {count}. Nothing was loaded.",
    vi="Gói dữ liệu không được tiếp nhận: {count} lỗi. Chưa nạp dòng nào.",
)
NO_FOLDER: Final = Text(
    en="There is no folder {folder}. Name the folder that holds pack.yaml.",
    vi="Không có thư mục {folder}. Hãy chỉ đúng thư mục chứa pack.yaml.",
)
MISSING_FILE: Final = Text(
    en="The file is missing. A file with the header line alone means an empty table.",
    vi="Thiếu tệp. Nếu bảng trống thì tệp chỉ cần dòng tiêu đề.",
)
UNKNOWN_FILE: Final = Text(
    en="No table has this name, so the file would be ignored. Rename or remove it.{hint}",
    vi="Không có bảng nào tên như vậy nên tệp sẽ bị bỏ qua. Hãy đổi tên hoặc bỏ tệp.{hint}",
)
UNREADABLE: Final = Text(
    en="The file cannot be read: {reason}.",
    vi="Không đọc được tệp: {reason}.",
)
EMPTY_FILE: Final = Text(
    en="The file is empty. It needs at least the header line.",
    vi="Tệp trống. Cần có ít nhất dòng tiêu đề.",
)
ENCODING: Final = Text(
    en="The file is not UTF-8: byte {byte} (0x{value:02X}) cannot be read. It looks like {looks}. "
    "Save it again as 'CSV UTF-8'.",
    vi="Tệp không phải UTF-8: không đọc được byte thứ {byte} (0x{value:02X}). Có vẻ là {looks}. "
    "Hãy lưu lại dạng 'CSV UTF-8'.",
)
NUL_BYTE: Final = Text(
    en="There is a NUL byte at byte {byte}. The file is damaged or not text; export it again.",
    vi="Có byte NUL ở vị trí {byte}. Tệp hỏng hoặc không phải văn bản; hãy xuất lại.",
)
BAD_CSV: Final = Text(
    en="The line is no valid CSV: {reason}. Check the quotation marks.",
    vi="Dòng không đúng dạng CSV: {reason}. Hãy kiểm tra dấu ngoặc kép.",
)
HUGE_CELL: Final = Text(
    en="A cell is longer than {limit} characters. Probably a quotation mark is missing.",
    vi="Có ô dài hơn {limit} ký tự. Có thể thiếu dấu ngoặc kép.",
)
SEMICOLONS: Final = Text(
    en="The columns are parted by ';'. Save the file with commas.",
    vi="Các cột ngăn cách bằng dấu ';'. Hãy lưu tệp với dấu phẩy.",
)
DUPLICATE_HEADER: Final = Text(
    en="The header names the column '{column}' more than once.",
    vi="Dòng tiêu đề ghi cột '{column}' nhiều lần.",
)
UNKNOWN_COLUMN: Final = Text(
    en="The table has no column '{column}'.{hint}",
    vi="Bảng không có cột '{column}'.{hint}",
)
DID_YOU_MEAN: Final = Text(en=" Did you mean '{name}'?", vi=" Có phải ý là '{name}'?")
MISSING_COLUMN: Final = Text(
    en="The column '{column}' is missing from the header.",
    vi="Dòng tiêu đề thiếu cột '{column}'.",
)
RAGGED_ROW: Final = Text(
    en="The row has {found} cells, the header {expected}. Check commas and quotation marks.",
    vi="Dòng có {found} ô, còn tiêu đề có {expected}. Hãy kiểm tra dấu phẩy và dấu ngoặc kép.",
)
GROUPED_NUMBER: Final = Text(
    en="'{value}' is not a number here: write a decimal point, and no sign between thousands (1234.5).",
    vi="'{value}' không đọc được: hãy dùng dấu chấm thập phân và không ngăn cách hàng nghìn (1234.5).",
)
NOT_AN_INTEGER: Final = Text(
    en="'{value}' is not a whole number. Write digits only.",
    vi="'{value}' không phải số nguyên. Chỉ viết chữ số.",
)
NOT_YES_NO: Final = Text(
    en="'{value}' must be yes or no.", vi="'{value}' không hợp lệ: chỉ dùng yes (có) hoặc no (không)."
)
BAD_LIST: Final = Text(
    en="'{value}' is not a list: write the words once each with ';' between them.",
    vi="'{value}' không phải danh sách đúng: mỗi từ một lần, ngăn cách bằng ';'.",
)
NOT_A_LINE: Final = Text(
    en="'{value}' is not a line. Write LINESTRING (lon lat, lon lat, …) with two or more points.",
    vi="'{value}' không phải đường. Hãy viết LINESTRING (kinh độ vĩ độ, …) với ít nhất hai điểm.",
)
LINE_OFF_THE_MAP: Final = Text(
    en="'{value}' leaves the map. Write longitude before latitude, in degrees.",
    vi="'{value}' nằm ngoài bản đồ. Hãy viết kinh độ trước vĩ độ, tính bằng độ.",
)
DUPLICATE_ID: Final = Text(
    en="The id '{value}' stands in row {first} already.",
    vi="Mã '{value}' đã có ở dòng {first}.",
)
ID_ELSEWHERE: Final = Text(
    en="The id '{value}' is taken: {place}. Ids are unique in the whole pack.",
    vi="Mã '{value}' đã được dùng ở {place}. Mã phải duy nhất trong cả gói dữ liệu.",
)
UNKNOWN_ID: Final = Text(
    en="'{value}' does not stand in {targets}.{hint}",
    vi="'{value}' không có trong {targets}.{hint}",
)
FAR_AWAY: Final = Text(
    en="lat {lat}, lon {lon} lies {km:.0f} km from the middle of the pack. Check signs and digits.",
    vi="lat {lat}, lon {lon} cách trung tâm của gói {km:.0f} km. Hãy kiểm tra dấu và chữ số.",
)
NOT_UNIQUE: Final = Text(en="{columns} are the same as in row {first}.", vi="{columns} trùng với dòng {first}.")
FACTOR_TARGET: Final = Text(
    en="An assumption of kind factor must name the number column it multiplies, as table.column; got '{value}'.",
    vi="Giả định loại factor phải nêu cột số được nhân, viết bảng.cột; hiện là '{value}'.",
)
BAD_YAML: Final = Text(en="The file is no valid YAML: {reason}.", vi="Tệp không đúng dạng YAML: {reason}.")
YAML_KEYS: Final = Text(
    en="The file must hold these keys with text or whole numbers: {keys}. Wrong or missing: {wrong}.",
    vi="Tệp phải có các khóa sau với văn bản hoặc số nguyên: {keys}. Sai hoặc thiếu: {wrong}.",
)
YAML_UNKNOWN_KEYS: Final = Text(en="The file has keys nobody reads: {keys}.", vi="Tệp có khóa không dùng tới: {keys}.")
WRONG_CRS: Final = Text(
    en="Coordinates must be in EPSG:4326 (WGS 84), the file says '{value}'.",
    vi="Tọa độ phải theo EPSG:4326 (WGS 84), tệp ghi '{value}'.",
)
FILE_NAME_ID: Final = Text(
    en="The file says {key} '{value}'; it must be the file's own name, '{stem}'.",
    vi="Tệp ghi {key} là '{value}'; phải trùng tên tệp là '{stem}'.",
)

GOES_ROUND: Final = Text(
    en="The organisations belong to one another in a circle: {way}. Empty one of the cells.",
    vi="Các tổ chức trực thuộc nhau thành vòng: {way}. Hãy để trống một trong các ô.",
)
