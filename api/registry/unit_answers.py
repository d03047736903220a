"""Answers on administrative units and addresses: old and new side by side, and every choice that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from api.registry.code_answers import both, both_of
from supplychain.codes import CodeError, Unit, find_units, get_unit, parse_address, to_new, to_old
from supplychain.codes.cleaning import bare, is_digits, refuse
from supplychain.codes.units import unit_table
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk

NONE: Final = "–"

UNITS: Final = Text(en="Units that fit: {count}", vi="Đơn vị phù hợp: {count}")
UNIT: Final = Text(en="Unit", vi="Đơn vị")
CODE: Final = Text(en="Code", vi="Mã")
WITHIN: Final = Text(en="Within", vi="Thuộc")
TIME: Final = Text(en="Time", vi="Thời gian")
OTHER: Final = Text(en="Became / came from", vi="Nay là / từ")
OLD: Final = Text(en="until 06/2025", vi="đến 06/2025")
NEW: Final = Text(en="since 07/2025", vi="từ 07/2025")
MORE: Final = Text(en="… and {count} more; --show {all} prints all.", vi="… và {count} nữa; --show {all} in tất cả.")
WHOLE: Final = Text(en="and {count} more", vi="và {count} nữa")

STREET: Final = Text(en="House and street: {text}", vi="Số nhà, đường: {text}")
WARD: Final = Text(en="Ward: {text}", vi="Phường, xã: {text}")
DISTRICT: Final = Text(en="District: {text}", vi="Quận, huyện: {text}")
PROVINCE: Final = Text(en="Province: {text}", vi="Tỉnh, thành phố: {text}")
WARDS_NOW: Final = Text(en="Ward since July 2025: {text}", vi="Phường, xã từ tháng 7/2025: {text}")
CANDIDATES: Final = Text(en="Can be: {text}", vi="Có thể là: {text}")
SURE: Final = {
    "high": Text(en="The ward is certain.", vi="Phường, xã chắc chắn."),
    "medium": Text(en="The ward was inferred.", vi="Phường, xã được suy ra."),
    "low": Text(en="The ward is not certain.", vi="Chưa xác định được phường, xã."),
}
LISTED: Final = 12
"""Units named in one cell or line."""


def tell_units(name: str, show: int, talk: Talk) -> None:
    """Tell the units of a name or code, of both times, with what they became or came from.

    Raises
    ------
    CodeError
        Where no unit has that name or code.
    """
    units = _units_of(name)
    rows = [
        [unit.title.of(talk.language), unit.code, _place(unit, talk), _time(unit).of(talk.language), _other(unit, talk)]
        for unit in units[:show]
    ]
    talk.table(UNITS.format(count=len(units)), (UNIT, CODE, WITHIN, TIME, OTHER), rows)
    if len(units) > show:
        talk.say(MORE.format(count=len(units) - show, all=len(units)))
    talk.answer({"units": [_document(unit) for unit in units]})


def tell_address(text: str, talk: Talk) -> None:
    """Tell the parts of an address, the wards of today where it can lie, and what was inferred or is open."""
    found = parse_address(text)
    for sentence, value in (
        (STREET, found.street),
        (WARD, _named(found.ward, talk)),
        (DISTRICT, _named(found.district, talk)),
        (PROVINCE, _named(found.province, talk)),
        (WARDS_NOW, _names(found.new_wards, talk)),
        (CANDIDATES, _names(found.candidates, talk)),
    ):
        if value:
            talk.say(sentence.format(text=value))
    talk.say(SURE[found.confidence])
    for reason in found.reasons:
        talk.say(reason)
    talk.answer(
        {
            "street": found.street,
            "ward": None if found.ward is None else _short(found.ward),
            "district": None if found.district is None else _short(found.district),
            "province": None if found.province is None else _short(found.province),
            "former_units": found.old,
            "new_wards": [_short(unit) for unit in found.new_wards],
            "candidates": [_short(unit) for unit in found.candidates],
            "confidence": found.confidence,
            "reasons": both_of(found.reasons),
        }
    )


def _units_of(name: str) -> tuple[Unit, ...]:
    code = bare(name)
    found: list[Unit] = []
    if is_digits(code):
        for former in (True, False):
            try:
                found.append(get_unit(code, former=former))
            except CodeError:
                continue
    units = tuple(found) or find_units(name)
    if not units:
        raise refuse(
            en='No administrative unit before or since July 2025 is called "{name}".',
            vi='Không có đơn vị hành chính nào trước hay từ tháng 7/2025 tên "{name}".',
            name=name,
        )
    return units


def _time(unit: Unit) -> Text:
    return OLD if unit.former else NEW


def _place(unit: Unit, talk: Talk) -> str:
    return ", ".join(parent.title.of(talk.language) for parent in unit_table().parents(unit)) or NONE


def _other(unit: Unit, talk: Talk) -> str:
    return _names(to_new(unit.code) if unit.former else to_old(unit.code), talk, most=4) or NONE


def _named(unit: Unit | None, talk: Talk) -> str:
    return "" if unit is None else f"{unit.title.of(talk.language)} ({unit.code})"


def _names(units: Sequence[Unit], talk: Talk, *, most: int = LISTED) -> str:
    names = [f"{unit.title.of(talk.language)} ({unit.code})" for unit in units[:most]]
    if len(units) > most:
        names.append(WHOLE.format(count=len(units) - most).of(talk.language))
    return ", ".join(names)


def _short(unit: Unit) -> dict[str, Any]:
    return {"code": unit.code, "title": both(unit.title), "kind": unit.kind, "former": unit.former}


def _document(unit: Unit) -> dict[str, Any]:
    others = to_new(unit.code) if unit.former else to_old(unit.code)
    return {
        **_short(unit),
        "parents": [_short(parent) for parent in unit_table().parents(unit)],
        "became" if unit.former else "came_from": [_short(other) for other in others],
    }
