"""A file of made-up firms with known duplicates, as an import meets them."""

from __future__ import annotations

import random
from typing import Any, Final

from supplychain.codes.tax import tax_check_digit
from supplychain.linkage.party import Party

DUPLICATES: Final = 0.08
_SYLLABLES: Final = """
An Phát Minh Đức Thành Công Hưng Thịnh Long Hải Vân Phú Lộc Tân Việt Nam Quang Huy Đại Lợi Hoàng Gia Bảo Ngọc Trường Sơn
Kim Thiên Ân Tiến Đạt Vĩnh Khang Hòa Bình Nhật Anh Tâm Tín Nghĩa Xuân Trí Cường Phong Thái Dương Khôi Nguyên Mỹ Toàn Cầu
Đông Á Tây Bắc Hùng Vương Lâm Giang Châu Khánh Linh Thảo Mai Lan Cúc Trúc Sen Vàng Bạc Ngân Hà
"""
_TRADES: Final = """
Cơ khí|Bao bì|Nhựa|Gỗ|May mặc|Thép|Điện tử|Hóa chất|Thực phẩm|Vận tải|Xây dựng|Nội thất|Giấy|In|Dệt|Cao su|Logistics
Sản xuất Thương mại|Thương mại Dịch vụ|Xuất nhập khẩu|Linh kiện Điện tử|Thiết bị Điện|Môi trường|Nông sản
"""
_WARDS: Final = """
Phường Phú Lợi, TP. Thủ Dầu Một, Bình Dương|Phường An Phú, TP. Thuận An, Bình Dương
Phường Dĩ An, Thành phố Hồ Chí Minh|Phường Thới Hòa, TP. Bến Cát, Bình Dương|P. Long Bình, TP. Biên Hòa, Đồng Nai
Phường Tân Hiệp, TP. Hồ Chí Minh|Xã Bàu Bàng, TP.HCM
"""
_STREETS: Final = """
Huỳnh Văn Lũy|ĐT 743|Phú Lợi|30 tháng 4|Cách Mạng Tháng Tám|Trần Hưng Đạo|Lê Lợi|Nguyễn Trãi|ĐT 747B|số 12|D3|N5
"""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for line in text.strip().splitlines() for one in line.split("|"))


SYLLABLES: Final = tuple(_SYLLABLES.split())
TRADES: Final = _listed(_TRADES)
WARDS: Final = _listed(_WARDS)
STREETS: Final = _listed(_STREETS)
FORMS: Final = ("Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH MTV", "DNTN", "Công ty TNHH Một thành viên")


def make_file(count: int, seed: int = 1) -> tuple[list[Party], list[tuple[str, str]]]:
    """Return records of firms and the pairs of ids that are the same firm: shortened, in capitals or misspelt."""
    draw = random.Random(seed)  # noqa: S311 - made-up firms, no secret
    parties: list[Party] = []
    same: list[tuple[str, str]] = []
    while len(parties) < count:
        values = _firm(draw)
        parties.append(Party(str(len(parties)), **values))
        if draw.random() < DUPLICATES and len(parties) < count:
            parties.append(Party(str(len(parties)), **_again(values, draw)))
            same.append((parties[-2].party_id, parties[-1].party_id))
    return parties, same


def _firm(draw: random.Random) -> dict[str, Any]:
    brand = " ".join(draw.choice(SYLLABLES) for _ in range(draw.choice((2, 2, 3, 3, 3))))
    return {
        "name": f"{draw.choice(FORMS)} {draw.choice(TRADES)} {brand}",
        "tax_code": _tax_code(draw) if draw.random() < 0.7 else None,
        "address": f"Số {draw.randint(1, 900)} đường {draw.choice(STREETS)}, {draw.choice(WARDS)}",
        "phone": f"0274 3{draw.randint(100_000, 999_999)}" if draw.random() < 0.6 else None,
        "email": f"info@{draw.randint(1, 1_000_000)}x.vn" if draw.random() < 0.3 else None,
    }


def _again(values: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """Return the same firm as somebody else wrote it down."""
    name = values["name"]
    shorter = name.replace("Công ty", "Cty").replace("Sản xuất", "SX").upper()
    again = {**values, "name": shorter if draw.random() < 0.5 else name.replace("h", "", 1)}
    for field, share in (("tax_code", 0.5), ("phone", 0.3)):
        if draw.random() < share:
            again[field] = None
    return again


def _tax_code(draw: random.Random) -> str:
    while True:
        digits = "".join(str(draw.randint(0, 9)) for _ in range(9))
        check = tax_check_digit(digits)
        if check is not None:
            return digits + check
