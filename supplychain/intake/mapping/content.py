"""What the cells of a column look like: evidence for its field beside its heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from supplychain.codes import check_tax_code
from supplychain.codes.errors import CodeError
from supplychain.intake.files.values import Cell
from supplychain.intake.values.words import cell_words
from supplychain.text import Text, fold

LEAST_CELLS: Final = 3
_ENOUGH: Final = 0.8

_EMAIL: Final = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[a-z]{2,}(?:\s*[;,].*)?", re.IGNORECASE)
_WEB: Final = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org|com\.vn)(?:/\S*)?", re.IGNORECASE
)
_PHONE: Final = re.compile(r"(?:\+?84|0)[\s.\-()]*\d(?:[\s.\-()]*\d){7,9}(?:\s*[;,/\-].*)?")
_FIRM: Final = re.compile(
    r"\b(cong ty|cty|tnhh|cp|co phan|doanh nghiep|dntn|hop tac xa|htx|co\.?,? ?ltd|ltd|jsc|corp|inc|company|limited)\b"
)
_ADDRESS: Final = re.compile(
    r"\b(duong|phuong|xa|quan|huyen|tinh|thanh pho|tp|thi xa|kcn|khu cong nghiep|lo|so|street|road|ward|district)\b"
)
_PARK: Final = re.compile(r"(kcn|khu cong nghiep|ccn|cum cong nghiep|kcx|vsip|.*industrial park)\b.*")
_ID: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Look:
    """What most cells of a column are.

    Parameters
    ----------
    field
        Field that such cells fill, by its usual name.
    share
        Part of the filled cells that are such.
    """

    field: str
    share: float

    @property
    def text(self) -> Text:
        """The evidence as a reason."""
        what = _WORDS[self.field]
        share = f"{self.share:.0%}"
        return Text(en=f"{share} of its cells are {what.en}", vi=f"{share} số ô là {what.vi}")


_WORDS: Final = {
    "tax_code": Text(en="valid tax codes", vi="mã số thuế hợp lệ"),
    "email": Text(en="mail addresses", vi="địa chỉ thư điện tử"),
    "website": Text(en="web sites", vi="trang web"),
    "phone": Text(en="telephone numbers", vi="số điện thoại"),
    "name_vi": Text(en="names of firms", vi="tên doanh nghiệp"),
    "address": Text(en="addresses", vi="địa chỉ"),
    "park": Text(en="names of parks", vi="tên khu công nghiệp"),
    "country": Text(en="names of countries", vi="tên nước"),
    "lat": Text(en="latitudes of Vietnam", vi="vĩ độ ở Việt Nam"),
    "lon": Text(en="longitudes of Vietnam", vi="kinh độ ở Việt Nam"),
    "position": Text(en="positions", vi="tọa độ"),
}

_PAIR: Final = re.compile(r"\s*\(?\s*-?\d{1,3}[.,]\d{3,}\s*[,;\s]\s*-?\d{1,3}[.,]\d{3,}\s*\)?\s*")


def look_of(cells: Sequence[Cell]) -> Look | None:
    """Return what most of the filled cells are, or None if they are nothing that can be told apart."""
    filled = [cell for cell in cells if cell.text]
    if len(filled) < LEAST_CELLS:
        return None
    best: Look | None = None
    for name, fits in _TESTS.items():
        share = sum(1 for cell in filled if fits(cell)) / len(filled)
        if share >= _ENOUGH and (best is None or share > best.share):
            best = Look(name, share)
    return best


def _is_tax_code(cell: Cell) -> bool:
    if sum(character.isdigit() for character in cell.text) not in {9, 10, 12, 13}:
        return False
    try:
        check_tax_code(cell.text)
    except CodeError:
        return False
    return True


def _is_firm(cell: Cell) -> bool:
    return len(cell.text) > 5 and _FIRM.search(fold(cell.text)) is not None  # noqa: PLR2004 - "Cty A"


def _is_address(cell: Cell) -> bool:
    folded = fold(cell.text)
    return len(set(_ADDRESS.findall(folded))) >= 2 and not _FIRM.search(folded)  # noqa: PLR2004 - one may be a name


def _is_park(cell: Cell) -> bool:
    return len(cell.text) < 60 and "," not in cell.text and _PARK.fullmatch(fold(cell.text)) is not None  # noqa: PLR2004 - longer is an address


def _is_country(cell: Cell) -> bool:
    return len(cell.text) > 1 and fold(cell.text).strip() in cell_words().countries


def _degrees(low: float, high: float, cell: Cell) -> bool:
    return _FINE.fullmatch(cell.text) is not None and low <= float(cell.text.replace(",", ".")) <= high


_FINE: Final = re.compile(r"\d{1,3}[.,]\d{3,}")

_TESTS: Final[dict[str, Callable[[Cell], bool]]] = {
    "tax_code": _is_tax_code,
    "email": lambda cell: _EMAIL.fullmatch(cell.text) is not None,
    "website": lambda cell: _WEB.fullmatch(cell.text) is not None,
    "phone": lambda cell: _PHONE.fullmatch(cell.text) is not None,
    "name_vi": _is_firm,
    "park": _is_park,
    "address": _is_address,
    "country": _is_country,
    "lat": lambda cell: _degrees(8.0, 24.0, cell),
    "lon": lambda cell: _degrees(102.0, 118.0, cell),
    "position": lambda cell: _PAIR.fullmatch(cell.text) is not None,
}
