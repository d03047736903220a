"""What is wrong with a request, told field by field in both languages; the framework's own words are English only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from supplychain.errors import Finding
from supplychain.text import Text

_KINDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "missing": Text(en="This is needed.", vi="Cần có giá trị này."),
        "extra_forbidden": Text(en="There is no such field.", vi="Không có trường này."),
        "string_type": Text(en="This must be text.", vi="Phải là văn bản."),
        "string_too_short": Text(
            en="This must have at least {min_length} characters.", vi="Phải có ít nhất {min_length} ký tự."
        ),
        "string_too_long": Text(
            en="This must have at most {max_length} characters.", vi="Chỉ được có tối đa {max_length} ký tự."
        ),
        "string_pattern_mismatch": Text(en="This must match {pattern}.", vi="Phải khớp mẫu {pattern}."),
        "literal_error": Text(en="This must be {expected}.", vi="Phải là một trong: {expected}."),
        "enum": Text(en="This must be {expected}.", vi="Phải là một trong: {expected}."),
        "greater_than": Text(en="This must be more than {gt}.", vi="Phải lớn hơn {gt}."),
        "greater_than_equal": Text(en="This must be at least {ge}.", vi="Phải từ {ge} trở lên."),
        "less_than": Text(en="This must be less than {lt}.", vi="Phải nhỏ hơn {lt}."),
        "less_than_equal": Text(en="This must be at most {le}.", vi="Phải không quá {le}."),
        "int_type": Text(en="This must be a whole number.", vi="Phải là số nguyên."),
        "int_parsing": Text(en="This must be a whole number.", vi="Phải là số nguyên."),
        "int_from_float": Text(en="This must be a whole number.", vi="Phải là số nguyên."),
        "float_type": Text(en="This must be a number.", vi="Phải là số."),
        "float_parsing": Text(en="This must be a number.", vi="Phải là số."),
        "finite_number": Text(en="This must be a finite number.", vi="Phải là số hữu hạn."),
        "bool_type": Text(en="This must be true or false.", vi="Phải là true hoặc false."),
        "bool_parsing": Text(en="This must be true or false.", vi="Phải là true hoặc false."),
        "list_type": Text(en="This must be a list.", vi="Phải là danh sách."),
        "dict_type": Text(en="This must be an object.", vi="Phải là đối tượng."),
        "model_type": Text(en="This must be an object.", vi="Phải là đối tượng."),
        "model_attributes_type": Text(en="This must be an object.", vi="Phải là đối tượng."),
        "too_long": Text(en="There may be at most {max_length} here.", vi="Chỉ được tối đa {max_length} phần tử."),
        "too_short": Text(en="There must be at least {min_length} here.", vi="Phải có ít nhất {min_length} phần tử."),
    }
)
"""Sentences by the framework's kind of error; others are told in its own words."""

_PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {"body": "body", "query": "query", "path": "path", "header": "header", "cookie": "cookie"}
)
MOST: Final = 100


def wrong_fields(errors: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Return what is wrong with a request, the first hundred; what was sent is not repeated.

    Parameters
    ----------
    errors
        As pydantic tells them.
    """
    found = []
    for error in list(errors)[:MOST]:
        part, *place = error["loc"] or ("request",)
        column = ".".join(str(step) for step in place)[:200] or None
        found.append(Finding(_PARTS.get(str(part), "request"), None, column, _sentence(error)))
    return found


def _sentence(error: Mapping[str, Any]) -> Text:
    known = _KINDS.get(error["type"])
    if known is not None:
        return known.format(**error.get("ctx", {}))
    said = str(error["msg"]).rstrip(".")
    return Text(en=f"{said}.", vi=f"Không hợp lệ: {said}.")
