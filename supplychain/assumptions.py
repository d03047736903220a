"""Assumptions that scale a column: applied to a pack once, before anything is computed from it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.pack import Pack, split_list
from supplychain.text import Text

FACTOR: Final = "factor"

_NO_COLUMN: Final = Text(
    en="assumption {id} applies to {target}, which the pack does not have; write table.column.",
    vi="giả định {id} áp dụng cho {target} nhưng gói dữ liệu không có; hãy ghi bảng.cột.",
)
_NO_NUMBER: Final = Text(
    en="assumption {id} applies to {target}, which does not hold numbers.",
    vi="giả định {id} áp dụng cho {target} nhưng cột này không chứa số.",
)
_NO_ROW: Final = Text(
    en="assumption {id} changes nothing: no row of {table} names it in assumption_ids.",
    vi="giả định {id} không có tác dụng: không dòng nào của {table} ghi nó trong assumption_ids.",
)
_NEGATIVE: Final = Text(
    en="factor {id} is {value}; a factor must be at least 0.",
    vi="hệ số {id} bằng {value}; hệ số phải không âm.",
)


class AssumptionRangeError(HinterlandError):
    """An assumption whose value cannot be computed with."""


def assumption_within(pack: Pack, assumption_id: str, low: float, high: float) -> float:
    """Return the value of an assumption that makes sense only between two limits, both allowed.

    Raises
    ------
    AssumptionRangeError
        When the value lies outside; the message names it.
    """
    value = pack.assumption(assumption_id)
    if not low <= value <= high:
        text = Text(
            en="assumption {id} is {value:g}; it must lie between {low:g} and {high:g}.",
            vi="giả định {id} bằng {value:g}; phải nằm trong khoảng từ {low:g} đến {high:g}.",
        )
        raise AssumptionRangeError(text.format(id=assumption_id, value=value, low=low, high=high))
    return value


def apply_assumptions(pack: Pack) -> Pack:
    """Return the pack with every factor assumption multiplied into the column it applies to.

    An assumption of kind ``factor`` multiplies its ``applies_to`` column by its ``mid`` in all rows whose
    ``assumption_ids`` name it; several factors on one value multiply. The pack as it ships has ``mid`` 1 and comes
    back unchanged; a scenario or a draw of the ranges sets another. Apply once: a second application multiplies
    again.

    Raises
    ------
    FindingsError
        With every factor other than 1 that names an unknown column or one without numbers, is negative, or
        changes no row. :func:`check_assumptions` looks at all of them.
    """
    active = [(assumption_id, target, factor) for assumption_id, target, factor in _factors(pack) if factor != 1]
    findings = _findings(pack, active)
    if findings:
        raise FindingsError(
            Text(
                en=f"Assumptions cannot be applied: {len(findings)} finding(s).",
                vi=f"Không áp dụng được các giả định: {len(findings)} lỗi.",
            ),
            findings,
        )
    changed: dict[str, pd.DataFrame] = {}
    for assumption_id, target, factor in active:
        name, column = target.split(".")
        table = changed.get(name, pack.table(name))
        values = table[column].to_numpy(dtype=np.float64, na_value=np.nan)
        named = _rows_naming(pack, name, assumption_id)
        changed[name] = table.assign(**{column: np.where(named, values * factor, values)})
    return pack.with_tables(changed) if changed else pack


def check_assumptions(pack: Pack) -> tuple[Finding, ...]:
    """Return everything wrong with the factor assumptions of the pack, also those of 1 that would do nothing."""
    return tuple(_findings(pack, _factors(pack)))


def _findings(pack: Pack, factors: list[tuple[str, str, float]]) -> list[Finding]:
    findings = []
    rows = pack.table("assumptions")
    line_of = {assumption_id: line + 2 for line, assumption_id in enumerate(rows["assumption_id"])}
    for assumption_id, target, factor in factors:
        text = _wrong(pack, assumption_id, target, factor)
        if text is not None:
            findings.append(Finding("assumptions.csv", line_of[assumption_id], "applies_to", text))
    return findings


def _wrong(pack: Pack, assumption_id: str, target: str, factor: float) -> Text | None:
    name, _, column = target.partition(".")
    if name not in pack.tables or column not in pack.table(name).columns:
        return _NO_COLUMN.format(id=assumption_id, target=target or "–")
    if pack.table(name)[column].dtype.kind != "f":
        return _NO_NUMBER.format(id=assumption_id, target=target)
    if not 0 <= factor < np.inf:
        return _NEGATIVE.format(id=assumption_id, value=factor)
    if not _rows_naming(pack, name, assumption_id).any():
        return _NO_ROW.format(id=assumption_id, table=name)
    return None


def _factors(pack: Pack) -> list[tuple[str, str, float]]:
    """Return (assumption, table.column, factor) of the factor assumptions."""
    rows = pack.table("assumptions")
    rows = rows[rows["kind"] == FACTOR]
    targets = ["" if not isinstance(target, str) else target for target in rows["applies_to"]]
    return list(zip(rows["assumption_id"], targets, rows["mid"].astype("float64"), strict=True))


def _rows_naming(pack: Pack, name: str, assumption_id: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    cells = pack.table(name)["assumption_ids"]
    return np.array([assumption_id in split_list(cell) for cell in cells], dtype=np.bool_)
