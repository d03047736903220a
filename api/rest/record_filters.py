"""Filters of lists: ``column=value``, ``column.min``, ``column.max``, ``column.empty``, as each column is declared."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection

from api.registry.record_answers import parse_as_of
from api.rest.record_models import Resource, example_of
from api.service.problems import ServiceError
from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.plain_numbers import plain_number
from supplychain.registry.conditions import Box, Condition, Narrowed
from supplychain.registry.history import number_at
from supplychain.registry.pages import Listing
from supplychain.registry.visibility import Viewer
from supplychain.rules import shown
from supplychain.text import Text

LISTED: Final = ("limit", "cursor", "fields", "as_of")
"""Parameters of a list that are no filters."""
MADE_UP: Final = ("without", "with", "only")
COORDINATES: Final = ("lat", "lon")
NOT_FILTERED: Final = (*COORDINATES, "synthetic")
"""Columns with a filter of their own: ``bbox`` and ``made_up``."""
MOST_VALUES: Final = 50
LONGEST: Final = 1000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

WRONG: Final = Text(
    en="The question is not as it should be in {count} places; each is told.",
    vi="Câu hỏi có {count} chỗ chưa đúng; từng chỗ được nêu.",
)
NO_FILTER: Final = Text(
    en="There is no such parameter. Filters are columns of {table}, with .min and .max for numbers and dates, and "
    ".empty; besides them {others}.",
    vi="Không có tham số này. Bộ lọc là các cột của {table}, thêm .min và .max cho số và ngày, .empty cho ô trống; "
    "ngoài ra có {others}.",
)
NO_COLUMN: Final = Text(en="'{name}' is no column of {table}.", vi="'{name}' không phải cột của {table}.")
NOT_OF_KIND: Final = Text(
    en="'{value}' is not what the column holds: {kind}.", vi="'{value}' không đúng loại giá trị của cột: {kind}."
)
TOO_MANY: Final = Text(
    en="A filter takes at most {most} values of at most {longest} characters.",
    vi="Mỗi bộ lọc nhận tối đa {most} giá trị, mỗi giá trị tối đa {longest} ký tự.",
)
ONCE: Final = Text(en="Give this once.", vi="Chỉ ghi một lần.")
BAD_BOX: Final = Text(
    en="Write the box as west,south,east,north in degrees, such as 106.5,10.9,106.8,11.2.",
    vi="Hãy ghi khung theo tây,nam,đông,bắc bằng độ, ví dụ 106.5,10.9,106.8,11.2.",
)
BAD_MADE_UP: Final = Text(en="Write without, with or only.", vi="Hãy ghi without, with hoặc only.")


class _ValueFaultError(ValueError):
    """A value of a filter that its column cannot hold."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read_filters(request: Request, resource: Resource, others: tuple[str, ...] = LISTED) -> Narrowed:
    """Return what a request narrows a list to.

    Parameters
    ----------
    request, resource
        The question and the table.
    others
        Parameters that are no filters.

    Raises
    ------
    FindingsError
        With every parameter that is none, or whose value is none of its column.
    """
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    parts: dict[str, dict[str, Any]] = {}
    own = _own_filters(resource)
    box, made_up = None, "without" if "made_up" in own else "with"
    findings = []
    for name, values in given.items():
        try:
            if name in own and name == "bbox":
                box = _box(_single(values))
            elif name in own:
                made_up = _made_up(_single(values))
            elif name not in others:
                _take(resource, name, values, parts, others)
        except _ValueFaultError as error:
            findings.append(Finding("query", None, name[:100], error.text))
    if findings:
        raise FindingsError(WRONG.format(count=len(findings)), findings)
    conditions = tuple(Condition(column, **said) for column, said in parts.items())
    return Narrowed(conditions, box, made_up)


def _take(
    resource: Resource, name: str, values: list[str], parts: dict[str, dict[str, Any]], others: tuple[str, ...]
) -> None:
    bare, _, what = name.partition(".")
    column = resource.registry.columns.get(bare)
    if column is None or bare in NOT_FILTERED or not _is_known(column, what):
        listed = ", ".join((*others, *_own_filters(resource)))
        raise _ValueFaultError(NO_FILTER.format(table=resource.table, others=listed))
    said = parts.setdefault(bare, {})
    if what == "empty":
        said["is_empty"] = _boolean(_single(values))
    elif what:
        said["least" if what == "min" else "most"] = _limit(column, _single(values))
    else:
        if len(values) > MOST_VALUES:
            raise _ValueFaultError(TOO_MANY.format(most=MOST_VALUES, longest=LONGEST))
        said["any_of"] = tuple(_value(column, value) for value in values)


def _is_known(column: ColumnDeclaration, what: str) -> bool:
    return what in ("", "empty") or (what in ("min", "max") and column.kind in ("number", "integer", "date"))


def _own_filters(resource: Resource) -> list[str]:
    """Return the filters of a table that are no columns."""
    columns = resource.registry.columns
    return [name for name, column in (("bbox", "lat"), ("made_up", "synthetic")) if column in columns]


def _single(values: list[str]) -> str:
    if len(values) > 1:
        raise _ValueFaultError(ONCE)
    return values[0]


def _value(column: ColumnDeclaration, text: str) -> Any:  # noqa: ANN401 - depends on the column
    if len(text) > LONGEST or _CONTROL.search(text):
        raise _ValueFaultError(TOO_MANY.format(most=MOST_VALUES, longest=LONGEST))
    if column.kind in ("number", "integer"):
        return _number(text, column.kind)
    if column.kind == "boolean":
        return _boolean(text)
    return _date(text) if column.kind == "date" else unicodedata.normalize("NFC", text)


def _limit(column: ColumnDeclaration, text: str) -> float | date:
    return _date(text) if column.kind == "date" else _number(text, column.kind)


def _number(text: str, kind: str) -> float:
    try:
        found = plain_number(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise _ValueFaultError(NOT_OF_KIND.format(value=shown(text), kind=kind))
    return found


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise _ValueFaultError(NOT_OF_KIND.format(value=shown(text), kind="true, false"))
    return text == "true"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _ValueFaultError(NOT_OF_KIND.format(value=shown(text), kind="2026-06-30")) from error


def _made_up(text: str) -> str:
    if text not in MADE_UP:
        raise _ValueFaultError(BAD_MADE_UP)
    return text


def _box(text: str) -> Box:
    try:
        west, south, east, north = (_number(part.strip(), "number") for part in text[:LONGEST].split(","))
    except ValueError as error:
        raise _ValueFaultError(BAD_BOX) from error
    is_sound = -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004 - the globe
    if not is_sound:
        raise _ValueFaultError(BAD_BOX)
    return Box(west, south, east, north)


def read_fields(text: str | None, resource: Resource) -> tuple[str, ...] | None:
    """Return the columns asked for; None for all.

    Raises
    ------
    FindingsError
        If one is no column of the table.
    """
    if text is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    findings = [
        Finding("query", None, "fields", NO_COLUMN.format(name=shown(name), table=resource.table))
        for name in names
        if name not in resource.registry.columns
    ]
    if findings:
        raise FindingsError(WRONG.format(count=len(findings)), findings)
    return names


def read_as_of(connection: Connection, text: str | None) -> int | None:
    """Return the number of the change after which records are asked for; None for now.

    Raises
    ------
    ServiceError
        If the text is neither date nor number.
    """
    if text is None:
        return None
    try:
        return number_at(connection, parse_as_of(text))
    except HinterlandError as error:
        raise ServiceError(error.text, "invalid") from error


def listing_of(
    connection: Connection, resource: Resource, viewer: Viewer, narrowed: Narrowed, as_of: str | None
) -> Listing:
    """Return the records that a request asks for."""
    return Listing(resource.table, viewer, narrowed, read_as_of(connection, as_of))


def filter_parameters(resource: Resource) -> list[dict[str, Any]]:
    """Return the filters of a table as OpenAPI describes parameters."""
    found = []
    for column in resource.registry.columns.values():
        if column.name in NOT_FILTERED:
            continue
        en, vi = column.meaning.en, column.meaning.vi
        example = example_of(column)
        word = _word_schema(column)
        any_of = {"type": "array", "items": word, "maxItems": MOST_VALUES}
        example = example if isinstance(example, list) else [example]
        found.append(_parameter(column.name, f"{vi}: một trong các giá trị · {en}: one of these", any_of, example))
        if _is_known(column, "min"):
            for what, told in (("min", ("từ", "at least")), ("max", ("đến", "at most"))):
                said = f"{vi}: {told[0]} · {en}: {told[1]}"
                found.append(_parameter(f"{column.name}.{what}", said, word, example[0]))
        said = f"{vi}: còn trống hay không · {en}: whether it is empty"
        found.append(_parameter(f"{column.name}.empty", said, {"type": "boolean"}, example=False))
    if resource.registry.has_position:
        said = "Khung tây,nam,đông,bắc bằng độ WGS 84 · Box west,south,east,north in degrees WGS 84"
        box = {"type": "string", "maxLength": 200}
        found.append(_parameter("bbox", said, box, "106.5,10.9,106.8,11.2"))
    if "synthetic" in resource.registry.columns:
        said = "Hồ sơ giả lập: bỏ ra, tính cả, hay chỉ chúng · Made-up records: left out, too, or only they"
        made_up = {"type": "string", "enum": list(MADE_UP), "default": MADE_UP[0]}
        found.append(_parameter("made_up", said, made_up, MADE_UP[0]))
    return found


def _word_schema(column: ColumnDeclaration) -> Mapping[str, Any]:
    if column.kind in ("number", "integer"):
        return {"type": "number"}
    if column.kind == "boolean":
        return {"type": "boolean"}
    if column.kind == "date":
        return {"type": "string", "format": "date"}
    return {"type": "string", "maxLength": LONGEST}


def _parameter(name: str, description: str, schema: Mapping[str, Any], example: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {**schema, "examples": [example]},
        "example": example,
    }


def only(request: Request, names: Iterable[str]) -> None:
    """Refuse parameters that an endpoint has not.

    Raises
    ------
    FindingsError
        With each of them.
    """
    known = set(names)
    text = Text(en="There is no such parameter.", vi="Không có tham số này.")
    strange = [name for name in request.query_params if name not in known]
    if strange:
        findings = [Finding("query", None, name[:100], text) for name in strange]
        raise FindingsError(WRONG.format(count=len(findings)), findings)
