"""Numbers as people write them in Vietnamese and English, with their units."""

from __future__ import annotations

import math
import re
from typing import Final

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files.values import Cell
from supplychain.intake.values import messages
from supplychain.intake.values.types import UNDECIDED, CellProblem, DecimalSign, ValueOptions, add_note, shown
from supplychain.intake.values.units import factor_between, normal_unit
from supplychain.text import Text, fold

_NUMBER: Final = re.compile(r"(?P<sign>[+\-\u2212]?)\s*(?P<body>\d[\d.,'’\s]*|[.,]\d+)(?P<exponent>[eE][+-]?\d{1,3})?")
_GROUPED: Final = re.compile(r"\d{1,3}(?P<sign>[.,'’ ])\d{3}(?:(?P=sign)\d{3})*")
_AMBIGUOUS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_RANGE: Final = re.compile(
    r"\d\s*(?:[-–~]|->|→|đến|den|to)\s*\d|^\s*(?:[~≈<>≤≥±]|khoang|tren|duoi|hon|about|over|under|approx)"
)
_LARGEST_POWER: Final = 300
_SPACES: Final = re.compile(r"[\s\u00a0\u202f]+")

MAGNITUDES: Final = {
    "nghin": 1e3, "ngan": 1e3, "thousand": 1e3, "trieu": 1e6, "tr": 1e6, "million": 1e6, "mio": 1e6, "ty": 1e9,
    "ti": 1e9, "billion": 1e9, "bn": 1e9,
}  # fmt: skip


def parse_number(
    cell: Cell, column: ColumnDeclaration, options: ValueOptions = UNDECIDED, notes: list[Text] | None = None
) -> float | CellProblem:
    """Return a filled cell as a number in the unit of its column.

    Parameters
    ----------
    cell
        The cell; its text may hold signs between thousands, a percent sign, a word such as "triệu", a unit.
    column
        Declaration of a number column; its unit is what the number is converted to.
    options
        What was decided for the column.
    notes
        Takes what was converted.

    Returns
    -------
    float or CellProblem
        Never a guess: a number that can be read in two ways is a problem unless the column tells.
    """
    if isinstance(cell.value, float):
        percent = "%" in (cell.number_format or "") and column.unit == "%"
        value = cell.value * 100 if percent else cell.value
        return value if percent else _converted(value, "", cell.text, column, options, notes)
    text = _SPACES.sub(" ", cell.text).strip()
    if _RANGE.search(fold(text)):
        return CellProblem(messages.A_RANGE.format(value=shown(text)))
    found = _NUMBER.match(text)
    if found is None:
        return _not_a_number(text, column)
    number = _figure(found, options)
    if isinstance(number, CellProblem):
        return number
    if not math.isfinite(number):
        return _not_a_number(text, column)
    return _converted(number, text[found.end() :], text, column, options, notes)


def _figure(found: re.Match[str], options: ValueOptions) -> float | CellProblem:
    """Return the figure at the start of a cell; NaN or infinite for what is no number."""
    body = found["body"].strip()
    bare = body.rstrip(".,'’")
    number = decimal_value(bare, options.decimal)
    if isinstance(number, CellProblem):
        return number
    power = int(found["exponent"][1:]) if found["exponent"] else 0
    if len(body) - len(bare) > 1 or abs(power) > _LARGEST_POWER:
        return math.nan
    return number * 10.0**power * (-1.0 if found["sign"] in {"-", "−"} else 1.0)


def decimal_value(body: str, decimal: DecimalSign | None) -> float | CellProblem:
    """Return the digits of a number with their signs as a value; NaN for what is no number at all.

    Parameters
    ----------
    body
        Digits with points, commas, spaces or apostrophes between them.
    decimal
        The sign before the fraction in this column; None if it is not known.
    """
    signs = [sign for sign in body if not sign.isdigit()]
    if not signs:
        return float(body)
    last = signs[-1]
    if len(signs) == 1 and last in ".,":
        return _one_sign(body, last, decimal)
    is_fraction = last in ".," and signs.count(last) == 1
    whole, fraction = body.rpartition(last)[::2] if is_fraction else (body, "")
    if not _GROUPED.fullmatch(whole) or (not fraction.isdigit() and is_fraction):
        return math.nan
    if decimal is not None and (last == decimal) != is_fraction:
        return CellProblem(messages.OTHER_STYLE.format(value=body, decimal=decimal))
    return float(f"{_digits(whole)}.{fraction or '0'}")


def _one_sign(body: str, sign: str, decimal: DecimalSign | None) -> float | CellProblem:
    whole, _, fraction = body.partition(sign)
    as_fraction = float(f"{whole or '0'}.{fraction or '0'}")
    if not _AMBIGUOUS.fullmatch(body):
        if decimal is not None and sign != decimal:
            return CellProblem(messages.OTHER_STYLE.format(value=body, decimal=decimal))
        return as_fraction
    as_whole = float(whole + fraction)
    if decimal is None:
        text = messages.AMBIGUOUS_NUMBER.format(value=body, whole=f"{as_whole:.0f}", fraction=f"{as_fraction:g}")
        return CellProblem(text)
    return as_fraction if sign == decimal else as_whole


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _not_a_number(text: str, column: ColumnDeclaration) -> CellProblem:
    unit = Text(en=column.unit, vi=column.unit) if column.unit else messages.PLAIN_NUMBER
    template = messages.NOT_A_NUMBER
    return CellProblem(
        Text(
            en=template.en.format(value=shown(text), unit=unit.en),
            vi=template.vi.format(value=shown(text), unit=unit.vi),
        )
    )


def _converted(
    number: float,
    rest: str,
    text: str,
    column: ColumnDeclaration,
    options: ValueOptions,
    notes: list[Text] | None,
) -> float | CellProblem:
    """Return a number in the unit of the column, given what stands after its digits."""
    rest = rest.strip().strip(".")
    word, _, after = fold(rest).partition(" ")
    if word in MAGNITUDES:
        number *= MAGNITUDES[word]
        add_note(notes, messages.MAGNITUDE.format(word=rest.split()[0], factor=MAGNITUDES[word]))
        rest = after
    unit = normal_unit(rest) or normal_unit(options.unit or "")
    target = column.unit
    if not unit or (target is None and not rest):
        return number
    factor = factor_between(unit, target)
    if factor is None:
        if not normal_unit(rest):
            return number
        words = {"unit": rest, "value": shown(text), "target": target or messages.PLAIN_NUMBER.en}
        return CellProblem(messages.UNKNOWN_UNIT.format(**words))
    if factor != 1.0:
        add_note(notes, messages.CONVERTED_UNIT.format(unit=rest or options.unit, target=target))
    return number * factor


def parse_integer(
    cell: Cell, column: ColumnDeclaration, options: ValueOptions = UNDECIDED, notes: list[Text] | None = None
) -> int | CellProblem:
    """Return a filled cell as a whole number in the unit of its column."""
    number = parse_number(cell, column, options, notes)
    if isinstance(number, CellProblem):
        return number
    if not math.isfinite(number) or number != int(number):
        return CellProblem(messages.NOT_WHOLE.format(value=shown(cell.text)))
    return int(number)
