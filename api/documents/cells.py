"""How cells, units and stands are worded: the same in every form of a document."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from api.documents.model import Amount
from api.numbers import MISSING, number, percent, scientific, signed
from api.tell import CHECK, FAILED, PASSED
from api.totals import STATUS_NAMES
from supplychain.text import LANGUAGES, Text

if TYPE_CHECKING:
    from api.documents.model import Cell, Column, Kind, Look, Stand

YES: Final = Text(en="yes", vi="có")
NO: Final = Text(en="no", vi="không")
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""Characters that XML forbids, that nobody sees, or that turn the text around them (bidirectional controls)."""


def visible(text: str) -> str:
    """Return a text in which every character that must not be written stands as its code, such as ⟨U+0007⟩."""
    return UNWRITABLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))


def shown(text: Text) -> Text:
    """Return ``visible`` of both wordings."""
    return Text(en=visible(text.en), vi=visible(text.vi))


def is_missing(value: object) -> bool:
    """Return whether a cell has nothing to show: None, a missing value of pandas, NaN or infinity."""
    if value is None or str(value) in {"<NA>", "NaT"}:
        return True
    return isinstance(value, float) and not math.isfinite(value)


def cell_text(value: Cell, column: Column) -> Text:
    """Return what a cell says, in both languages."""
    if isinstance(value, Amount):
        return amount_text(value)
    if is_missing(value):
        return MISSING
    if isinstance(value, bool):
        return YES if value else NO
    if column.is_number and isinstance(value, int | float):
        return number_text(float(value), column.look, column.digits)
    if isinstance(value, date):
        return date_text(value)
    return shown(value if isinstance(value, Text) else same(str(value)))


def amount_text(amount: Amount) -> Text:
    """Return an amount as it is written."""
    if amount.value is None or is_missing(amount.value):
        return MISSING
    return number_text(amount.value, amount.look, amount.digits)


def number_text(value: float, look: Look, digits: int) -> Text:
    """Return a number as it is written."""
    if look == "share":
        return percent(value, digits)
    return signed(value, digits) if look == "signed" else number(value, digits)


def date_text(day: date) -> Text:
    """Return a day as people write it: 2 January 2026 as 2026-01-02 in English, 02/01/2026 in Vietnamese."""
    hour = day.strftime(" %H:%M") if isinstance(day, datetime) else ""
    return Text(en=f"{day:%Y-%m-%d}{hour}", vi=f"{day:%d/%m/%Y}{hour}")


KIND_TITLES: Final[dict[Kind, Text]] = {
    "optimum": Text(en="An optimum, not a forecast", vi="Phương án tối ưu, không phải dự báo"),
    "forecast": Text(en="A forecast, not an optimum", vi="Dự báo, không phải phương án tối ưu"),
    "price": Text(
        en="Prices of one shipment, neither an optimum nor a forecast",
        vi="Giá của một lô hàng, không phải phương án tối ưu cũng không phải dự báo",
    ),
    "measured": Text(
        en="Sums and observations, neither an optimum nor a forecast",
        vi="Số tổng hợp và quan trắc, không phải phương án tối ưu cũng không phải dự báo",
    ),
}
KIND_WORDS: Final[dict[Kind, Text]] = {
    "optimum": Text(
        en="The best use of what is open under the stated costs, not what shippers will do.",
        vi="Cách dùng tốt nhất những gì đang mở theo chi phí đã nêu, không phải điều các chủ hàng sẽ làm.",
    ),
    "forecast": Text(
        en="What is expected under the stated conditions, not the best that could be done.",
        vi="Điều được dự kiến theo các điều kiện đã nêu, không phải điều tốt nhất có thể làm.",
    ),
    "price": Text(
        en="What the stated rates come to for this shipment; no offer by a carrier.",
        vi="Số tiền theo các mức giá đã nêu cho lô hàng này; không phải báo giá của hãng vận chuyển.",
    ),
    "measured": Text(
        en="Figures added up or compared as they are.",
        vi="Các số liệu được cộng hoặc so sánh như vốn có.",
    ),
}


def stand_rows(stand: Stand) -> tuple[tuple[Text, Text], ...]:
    """Return label and figure of everything a stand says, in reading order; without its title and remarks."""
    rows = [(SCENARIO, stand.scenario)] if stand.scenario.en and not stand.plans else []
    if stand.network is not None:
        rows.append((NETWORK, stand.network))
    if stand.status is not None:
        rows.append((STATUS, STATUS_NAMES.get(stand.status, Text(en=stand.status, vi=stand.status))))
    if stand.gap is not None:
        rows.append((GAP, scientific(stand.gap)))
    if stand.checked is not None:
        rows.append((CHECK, PASSED if stand.checked else FAILED))
    rows.append((MONEY, money_text(stand)))
    if stand.inputs_sha256:
        rows.append((INPUTS_OF_ALL if stand.plans else INPUTS, same(stand.inputs_sha256)))
    if stand.versions:
        rows.append((VERSIONS, same(", ".join(f"{name} {number_}" for name, number_ in stand.versions))))
    if stand.made_on is not None:
        rows.append((MADE_ON, date_text(stand.made_on)))
    return tuple((label, shown(text)) for label, text in rows)


def money_text(stand: Stand) -> Text:
    """Return the money of a document and the year of its prices."""
    if stand.price_year is None:
        return Text(en=f"{stand.currency}, price year not stated", vi=f"{stand.currency}, không nêu năm giá")
    return Text(
        en=f"{stand.currency}, prices of {stand.price_year}", vi=f"{stand.currency}, giá năm {stand.price_year}"
    )


def same(text: str) -> Text:
    """Return a text that is the same in both languages."""
    return Text(en=text, vi=text)


def is_same(text: Text) -> bool:
    """Return whether both wordings are one."""
    return len({text.of(language) for language in LANGUAGES}) == 1


SCENARIO: Final = Text(en="Scenario", vi="Kịch bản")
NETWORK: Final = Text(en="Network", vi="Mạng lưới")
STATUS: Final = Text(en="Status", vi="Trạng thái")
GAP: Final = Text(en="Proven gap", vi="Sai lệch chứng minh")
MONEY: Final = Text(en="Money", vi="Tiền")
INPUTS_OF_ALL: Final = Text(en="SHA-256 of the plans' inputs", vi="SHA-256 đầu vào các phương án")
INPUTS: Final = Text(en="Inputs SHA-256", vi="SHA-256 đầu vào")
VERSIONS: Final = Text(en="Computed with", vi="Tính bằng")
MADE_ON: Final = Text(en="Made on", vi="Ngày lập")
SOURCES: Final = Text(en="Sources", vi="Nguồn số liệu")
PLANS: Final = Text(en="Plans compared", vi="Các phương án")


def stand_line(stand: Stand) -> Text:
    """Return a stand in one line, for the head or foot of every page."""
    parts = [KIND_TITLES[stand.kind]]
    if stand.status is not None:
        parts.append(STATUS_NAMES.get(stand.status, same(stand.status)))
    if stand.gap is not None:
        gap = scientific(stand.gap)
        parts.append(Text(en=f"proven gap {gap.en}", vi=f"sai lệch chứng minh {gap.vi}"))
    parts.append(money_text(stand))
    if stand.inputs_sha256:
        short = stand.inputs_sha256[:SHORT_HASH]
        parts.append(Text(en=f"inputs {short}", vi=f"đầu vào {short}"))
    return shown(Text(en=" · ".join(part.en for part in parts), vi=" · ".join(part.vi for part in parts)))


SHORT_HASH: Final = 16
