"""Read the fields of a scenario file: each returns a plain value, and what is wrong is collected."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import yaml

from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

Value = str | float | int | bool | None
Pairs = tuple[tuple[str, Value], ...]
Selections = tuple[tuple[str, tuple[Value, ...]], ...]


class ScenarioFindings:
    """Collects what is wrong with one scenario file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(self, row: int | None, column: str | None, en: str, vi: str) -> None:
        """Collect one finding; ``row`` is a line of the file."""
        self.findings.append(Finding(self.file, row, column, Text(en=en, vi=vi)))

    def raise_if_any(self) -> None:
        """Raise everything collected so far, once."""
        if not self.findings:
            return
        count = len(self.findings)
        text = Text(
            en=f"Scenario {self.file} has {count} finding(s); nothing of it was used.",
            vi=f"Kịch bản {self.file} có {count} lỗi; không phần nào được dùng.",
        )
        raise FindingsError(text, self.findings)


def load_yaml(yaml_text: str, findings: ScenarioFindings) -> tuple[dict[str, Any], list[int]]:
    """Return the YAML mapping and the line each change begins on."""
    try:
        data = yaml.safe_load(yaml_text)
        root = yaml.compose(yaml_text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date such as 2025-13-45 is a ValueError
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        row = None if mark is None else mark.line + 1
        findings.add(row, None, f"is not valid YAML: {problem}.", f"không phải YAML hợp lệ: {problem}.")
        return {}, []
    if not isinstance(data, dict) or not isinstance(root, yaml.MappingNode):
        findings.add(
            None,
            None,
            "must be a mapping with scenario_id, name, description, changes.",
            "phải là một ánh xạ có scenario_id, name, description, changes.",
        )
        return {}, []
    for key, value in root.value:
        if key.value == "changes" and isinstance(value, yaml.SequenceNode):
            return data, [item.start_mark.line + 1 for item in value.value]
    return data, []


def check_keys(data: Mapping[str, Any], known: tuple[str, ...], row: int | None, findings: ScenarioFindings) -> None:
    """Collect the keys that are not known here."""
    for key in data:
        if key not in known:
            names = ", ".join(known)
            findings.add(row, str(key), f"is not known here; known are {names}.", f"không có ở đây; chỉ nhận {names}.")


def text_field(data: object, row: int | None, column: str, findings: ScenarioFindings) -> Text:
    """Return a text in both languages."""
    if (
        isinstance(data, dict)
        and set(data) == {"vi", "en"}
        and all(isinstance(part, str) and part.strip() for part in data.values())
    ):
        return Text(en=data["en"], vi=data["vi"])
    findings.add(
        row,
        column,
        "needs a text in both languages: {vi: …, en: …}.",
        "cần nội dung bằng cả hai ngôn ngữ: {vi: …, en: …}.",
    )
    return Text(en="", vi="")


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def is_number(value: object) -> bool:
    """Return whether the value is a finite number (a boolean is not)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def ids_field(data: object, row: int, findings: ScenarioFindings) -> tuple[str, ...]:
    """Return a list of ids; one id alone is a list of one."""
    if data is None:
        return ()
    items = data if isinstance(data, list) else [data]
    if not items or not all(isinstance(item, str) for item in items):
        findings.add(row, "ids", "must be a list of at least one id.", "phải là danh sách có ít nhất một mã.")
        return ()
    return tuple(items)


def pairs_field(data: object, row: int, key: str, findings: ScenarioFindings) -> Pairs:
    """Return columns with a single value each."""
    if data is None:
        return ()
    if not isinstance(data, dict) or not data or not all(_is_scalar(value) for value in data.values()):
        findings.add(row, key, "must map columns to single values.", "phải ánh xạ từng cột tới một giá trị.")
        return ()
    return tuple((str(column), value) for column, value in data.items())


def where_field(data: object, row: int, findings: ScenarioFindings) -> Selections:
    """Return columns with the values a row may have; one value alone is a list of one."""
    if data is None:
        return ()
    if not isinstance(data, dict) or not data:
        findings.add(
            row,
            "where",
            "must map columns to a value or a list of values.",
            "phải ánh xạ từng cột tới một giá trị hoặc một danh sách giá trị.",
        )
        return ()
    return tuple((str(column), tuple(value) if isinstance(value, list) else (value,)) for column, value in data.items())


def scale_field(data: object, row: int, findings: ScenarioFindings) -> tuple[tuple[str, float], ...]:
    """Return columns with a factor of at least 0 each."""
    pairs = pairs_field(data, row, "scale", findings)
    scale = []
    for column, factor in pairs:
        if isinstance(factor, int | float) and is_number(factor) and factor >= 0:
            scale.append((column, float(factor)))
        else:
            findings.add(
                row,
                f"scale.{column}",
                f"must be a factor of at least 0, got {factor!r}.",
                f"phải là hệ số không âm, hiện là {factor!r}.",
            )
    return tuple(scale)
