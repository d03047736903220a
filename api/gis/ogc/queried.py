"""Properties of a collection as parameters of a request, each with the one value that it must hold.

The requirements class "Queryables as Query Parameters" of OGC API Features Part 3 (OGC 19-079r2, clause 7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from api.service.problems import ServiceError
from geodata.features.cql2 import FilterError, Node
from geodata.features.filters import ColumnFilter, equality
from geodata.features.table import Field, FieldKind
from supplychain.text import Text

MOST_SAID: Final = 60
_TRUTHS: Final = {"true": True, "false": False, "1": True, "0": False}
"""GDAL writes 1 and 0."""
_SIGNS: Final[Mapping[FieldKind, re.Pattern[str]]] = {
    "text": re.compile(r".*", re.DOTALL),
    "integer": re.compile(r"-?[0-9]{1,400}"),
    "number": re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?"),
    "boolean": re.compile("|".join(_TRUTHS)),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})"
    ),
}
_NODES: Final[Mapping[FieldKind, Callable[[str], Node]]] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": _TRUTHS.__getitem__,
    "date": lambda said: {"date": said},
    "datetime": lambda said: {"timestamp": said},
}
_KINDS: Final[Mapping[FieldKind, Text]] = {
    "text": Text(en="a text", vi="một văn bản"),
    "integer": Text(en="a whole number such as 4", vi="số nguyên, ví dụ 4"),
    "number": Text(en="a number such as 12.5", vi="một số, ví dụ 12.5"),
    "boolean": Text(en="true or false", vi="true hoặc false"),
    "date": Text(en="a day such as 2026-06-30", vi="một ngày, ví dụ 2026-06-30"),
    "datetime": Text(
        en="a moment such as 2026-06-30T08:00:00Z (a + of its time zone is written %2B)",
        vi="một thời điểm, ví dụ 2026-06-30T08:00:00Z (dấu + của múi giờ viết là %2B)",
    ),
}

WRONG: Final = Text(
    en="{name} is {kind}; got {value}. For other comparisons write a filter.",
    vi="{name} là {kind}; nhận được {value}. Muốn so sánh cách khác, hãy dùng filter.",
)
_SAYS: Final = Text(en="Features that hold this value: {meaning}", vi="Các đối tượng có giá trị này: {meaning}")


def held_values(given: Mapping[str, str], fields: Sequence[Field]) -> ColumnFilter | None:
    """Return the condition that properties hold the values that a request gives them; None where it gives none.

    Raises
    ------
    ServiceError
        If a value is not of the kind of its property.
    """
    known = {field.name: field for field in fields}
    values = {name: _node(known[name], said) for name, said in given.items()}
    try:
        return equality(values, fields) if values else None
    except FilterError as error:
        raise ServiceError(error.text, "bad_request") from error


def _node(field: Field, said: str) -> Node:
    if _SIGNS[field.kind].fullmatch(said) is None:
        words = {"name": field.name, "kind": _KINDS[field.kind], "value": said[:MOST_SAID]}
        raise ServiceError(WRONG.format(**words), "bad_request")
    return _NODES[field.kind](said)


def told_property(field: Field, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what OpenAPI says of a property as a parameter, its values as the queryables have them."""
    said = _SAYS.format(meaning=field.meaning)
    return {
        "name": field.name,
        "in": "query",
        "required": False,
        "description": f"{said.vi} · {said.en}",
        "schema": dict(schema),
        "style": "form",
        "explode": False,
    }
