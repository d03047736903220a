"""A reference as people write it - an id, a tax code, a name - as the id of the one record that is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from supplychain.codes import CodeError, check_tax_code
from supplychain.intake.known import Known
from supplychain.text import Text

MOST_SHOWN: Final = 5

WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "organisations": Text(en="organisation", vi="tổ chức"),
        "parks": Text(en="park", vi="khu công nghiệp"),
        "plots": Text(en="plot", vi="lô đất"),
        "facilities": Text(en="facility", vi="cơ sở"),
        "articles": Text(en="article", vi="mặt hàng"),
        "commodities": Text(en="commodity", vi="nhóm hàng"),
        "offers": Text(en="offer", vi="chào hàng"),
        "sources": Text(en="source", vi="nguồn"),
        "assumptions": Text(en="assumption", vi="giả định"),
        "terminals": Text(en="terminal", vi="đầu mối"),
        "nodes": Text(en="node", vi="nút"),
        "industry_mixes": Text(en="industry mix", vi="cơ cấu ngành"),
    }
)
UNKNOWN: Final = Text(
    en="Neither the registry nor an accepted row of this file has the {what} '{value}'. Write its id, or import it "
    "first.",
    vi="Cả sổ đăng ký lẫn các dòng hợp lệ của tệp này đều không có {what} '{value}'. Hãy ghi mã, hoặc nhập hồ sơ đó "
    "trước.",
)
SEVERAL: Final = Text(
    en="'{value}' may be any of several: {candidates}. Write the id of the {what} that is meant.",
    vi="'{value}' có thể là một trong nhiều hồ sơ: {candidates}. Hãy ghi mã của {what} cần chỉ.",
)
NO_FACILITY: Final = Text(
    en="'{value}' runs no facility in the registry. Import its facility first.",
    vi="'{value}' chưa có cơ sở nào trong sổ đăng ký. Hãy nhập cơ sở của tổ chức này trước.",
)

Found = str | Text
"""The id, or why there is not exactly one."""


def find(known: Known, table: str, written: str) -> Found:
    """Return the id of the record of a table that a cell means, or why it is not exactly one.

    Tried in this order, the first that fits anything decides: an id; the id of a record merged away; for
    organisations a tax code; a name (parks by the names people write); for facilities the organisation that runs a
    single one.
    """
    if known.has(table, written):
        return written
    if survivor := known.survivor(table, written):
        return survivor
    finder = _FINDERS.get(table)
    return finder(known, written) if finder else _one(table, written, known.named(table, written))


def _find_park(known: Known, written: str) -> Found:
    return known.parks().find(written)


def _find_organisation(known: Known, written: str) -> Found:
    found = _holders(known, written) or known.named("organisations", written)
    return _one("organisations", written, found)


def _find_facility(known: Known, written: str) -> Found:
    named = known.named("facilities", written)
    if named:
        return _one("facilities", written, named)
    organisations = {written} if known.has("organisations", written) else _holders(known, written)
    organisations = organisations or known.named("organisations", written)
    facilities = {facility for one in organisations for facility in known.facilities_of(one)}
    if organisations and not facilities:
        return NO_FACILITY.format(value=written)
    return _one("facilities", written, facilities)


def _holders(known: Known, written: str) -> set[str]:
    digits = sum(character.isdigit() for character in written)
    if digits < 9 or digits < len(written) - 4:  # noqa: PLR2004 - shorter or wordier texts are no tax code
        return set()
    try:
        return known.holders("tax_code", check_tax_code(written).code)
    except CodeError:
        return set()


def _one(table: str, written: str, found: set[str]) -> Found:
    what = WORDS[table]
    if len(found) == 1:
        return next(iter(found))
    if not found:
        return Text(
            en=UNKNOWN.en.format(what=what.en, value=written), vi=UNKNOWN.vi.format(what=what.vi, value=written)
        )
    candidates = ", ".join(sorted(found)[:MOST_SHOWN]) + (", …" if len(found) > MOST_SHOWN else "")
    return Text(
        en=SEVERAL.en.format(what=what.en, value=written, candidates=candidates),
        vi=SEVERAL.vi.format(what=what.vi, value=written, candidates=candidates),
    )


_FINDERS: Final[Mapping[str, Callable[[Known, str], Found]]] = MappingProxyType(
    {"parks": _find_park, "organisations": _find_organisation, "facilities": _find_facility}
)
