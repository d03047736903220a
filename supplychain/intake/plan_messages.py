"""What the plan of an import has to say, in both languages."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

OTHER_HOLDER: Final = Text(
    en="The {column} {value} belongs to {holders} already, not to {record}. Put right the code or the id; identifiers "
    "in conflict are never merged.",
    vi="{column} {value} đã thuộc về {holders}, không phải {record}. Hãy sửa mã số hoặc mã hồ sơ; không tự gộp khi mã "
    "số mâu thuẫn.",
)
SEVERAL_HOLDERS: Final = Text(
    en="Several records hold the {column} {value}: {holders}. Merge them first, or write the id that is meant.",
    vi="Nhiều hồ sơ có cùng {column} {value}: {holders}. Hãy gộp chúng trước, hoặc ghi mã hồ sơ cần chỉ.",
)
MERGED_AWAY: Final = Text(
    en="Rows spoke of records that were merged into others: only what they say anew goes there.",
    vi="Có dòng nói về hồ sơ đã được gộp: chỉ nội dung mới của các dòng này được ghi vào hồ sơ còn lại.",
)
CONFIDENCE_ASSUMED: Final = Text(
    en="How far new records can be trusted was not given: {value} was taken.",
    vi="Không ghi độ tin cậy của hồ sơ mới: lấy mức {value}.",
)
EDITION_ASSUMED: Final = Text(
    en="The edition of VSIC codes was not given: {value} was taken.",
    vi="Không ghi phiên bản của mã VSIC: lấy phiên bản {value}.",
)
ACCURACY_ASSUMED: Final = Text(
    en="How far positions may be off was not given: {value} m was taken.",
    vi="Không ghi sai số vị trí: lấy {value} m.",
)
