"""What is told of an address: what was inferred, is ambiguous or was not recognised."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

NOTHING: Final = Text(
    en="No administrative unit was recognised.",
    vi="Không nhận ra đơn vị hành chính nào.",
)
NO_WARD: Final = Text(en="No ward was recognised.", vi="Không nhận ra phường, xã.")
SEVERAL_WARDS: Final = Text(
    en='"{name}" can be {count} wards; write the district or the province, or choose one of them.',
    vi='"{name}" có thể là {count} phường, xã; hãy ghi thêm huyện hoặc tỉnh, hoặc chọn một trong số đó.',
)
SEVERAL_DISTRICTS: Final = Text(
    en='"{name}" can be {count} districts; write its kind or the province.',
    vi='"{name}" có thể là {count} huyện; hãy ghi loại đơn vị hoặc tỉnh.',
)
DIVIDED: Final = Text(
    en="{name} was divided in July 2025 between {parts}; the street decides.",
    vi="{name} được chia từ tháng 7/2025 cho {parts}; cần xét theo đường phố.",
)
PROVINCE_INFERRED: Final = Text(
    en="The province is not written; it follows from the other names.",
    vi="Địa chỉ không ghi tỉnh; tỉnh suy ra từ các tên còn lại.",
)
NEW_PROVINCE_OLD_DISTRICT: Final = Text(
    en="{district} ended in July 2025 and belonged to {old}; it is written under the new province.",
    vi="{district} đã kết thúc từ tháng 7/2025 và thuộc {old}; địa chỉ ghi theo tỉnh mới.",
)
NEW_WARD_OLD_NAMES: Final = Text(
    en="{ward} is a unit since July 2025; the district or province beside it is an earlier one.",
    vi="{ward} là đơn vị từ tháng 7/2025; huyện hoặc tỉnh ghi kèm là đơn vị cũ.",
)
EARLIER_NAME: Final = Text(
    en='"{name}" is an earlier name, now within {unit}.',
    vi='"{name}" là tên trước đây, nay thuộc {unit}.',
)
RUN_ON: Final = Text(
    en='"{name}" stands among other words without a comma or a word for its kind.',
    vi='"{name}" đứng liền các từ khác, không có dấu phẩy hay từ chỉ loại đơn vị.',
)
OTHER_KIND: Final = Text(
    en='The kind written before "{name}" is not that of {unit}.',
    vi='Loại đơn vị ghi trước "{name}" khác với {unit}.',
)
WARD_OR_DISTRICT: Final = Text(
    en='"{name}" can be the former district or the ward of that name since July 2025.',
    vi='"{name}" có thể là huyện cũ hoặc phường, xã cùng tên từ tháng 7/2025.',
)
