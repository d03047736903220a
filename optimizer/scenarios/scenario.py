"""Scenario: named changes to the rows of a region pack, kept as a YAML file."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from optimizer.scenarios.fields import (
    ScenarioFindings,
    Value,
    check_keys,
    ids_field,
    is_number,
    load_yaml,
    pairs_field,
    scale_field,
    text_field,
    where_field,
)
from supplychain.text import Text

SCENARIO_KEYS: Final = ("scenario_id", "name", "description", "carbon_price", "changes")
CHANGE_KEYS: Final = ("table", "ids", "where", "set", "scale", "reason")
PRICE_KEYS: Final = ("value", "currency", "price_year")
CURRENCIES: Final = ("VND", "USD")
_SNAKE_CASE: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class CarbonPrice:
    """What a tonne of CO2e costs in the plan's objective.

    Parameters
    ----------
    value
        Price per t CO2e, at least 0.
    currency
        ``VND`` or ``USD``.
    price_year
        Year whose prices the value is in.
    """

    value: float
    currency: str
    price_year: int

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value >= 0):
            msg = f"value must be at least 0, got {self.value}."
            raise ValueError(msg)
        if self.currency not in CURRENCIES:
            msg = f"currency must be one of {CURRENCIES}, got {self.currency!r}."
            raise ValueError(msg)


NO_CARBON_PRICE: Final = CarbonPrice(value=0.0, currency="VND", price_year=2025)


@dataclass(frozen=True, slots=True)
class Change:
    """One change to rows of one table.

    Parameters
    ----------
    table
        Table name of the pack.
    ids
        Ids of the rows meant; empty when ``where`` picks them.
    where
        Column and the values it may have; a row is meant when every column matches.
    set_values
        Column and its new value.
    scale
        Column and the factor its value is multiplied by.
    reason
        Why the change stands in the scenario; one plain text in a file serves both languages.
    line
        Line of the file the change begins on (the first line is 1); None when not from a file.
    """

    table: str
    ids: tuple[str, ...]
    where: tuple[tuple[str, tuple[Value, ...]], ...]
    set_values: tuple[tuple[str, Value], ...]
    scale: tuple[tuple[str, float], ...]
    reason: Text
    line: int | None = None

    def __post_init__(self) -> None:
        if bool(self.ids) == bool(self.where):
            msg = "a change picks its rows by exactly one of ids and where."
            raise ValueError(msg)
        if not self.set_values and not self.scale:
            msg = "a change has a set or a scale."
            raise ValueError(msg)

    def to_dict(self) -> dict[str, object]:
        """Return the change as the mapping a scenario file holds."""
        document: dict[str, object] = {"table": self.table}
        if self.ids:
            document["ids"] = list(self.ids)
        else:
            document["where"] = {column: list(values) for column, values in self.where}
        if self.set_values:
            document["set"] = dict(self.set_values)
        if self.scale:
            document["scale"] = dict(self.scale)
        document["reason"] = {"vi": self.reason.vi, "en": self.reason.en}
        return document


@dataclass(frozen=True, slots=True)
class Scenario:
    """Named changes to a base case.

    Parameters
    ----------
    scenario_id
        ASCII snake_case id; the file's stem.
    name
        Short label.
    description
        What is different and why one would ask.
    carbon_price
        Price of CO2e in the objective.
    changes
        Changes, applied in this order.
    file
        File name as the user knows it, for findings.
    """

    scenario_id: str
    name: Text
    description: Text
    carbon_price: CarbonPrice = NO_CARBON_PRICE
    changes: tuple[Change, ...] = ()
    file: str = "scenario"

    def to_dict(self) -> dict[str, object]:
        """Return the scenario as the mapping its file holds; reading it back gives the same scenario."""
        return {
            "scenario_id": self.scenario_id,
            "name": {"vi": self.name.vi, "en": self.name.en},
            "description": {"vi": self.description.vi, "en": self.description.en},
            "carbon_price": {
                "value": self.carbon_price.value,
                "currency": self.carbon_price.currency,
                "price_year": self.carbon_price.price_year,
            },
            "changes": [change.to_dict() for change in self.changes],
        }


def list_scenarios(region_folder: Path) -> tuple[Path, ...]:
    """Return the scenario files of a region pack folder, ``base`` first, the others by name."""
    files = sorted((region_folder / "scenarios").glob("*.yaml"))
    return tuple(sorted(files, key=lambda file: (file.stem != "base", file.stem)))


def read_scenario(path: Path) -> Scenario:
    """Return the scenario of a YAML file.

    Raises
    ------
    FindingsError
        With every finding, when the file is missing, not UTF-8, not YAML or not a scenario.
    """
    findings = ScenarioFindings(path.name)
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        findings.add(None, None, f"cannot be read: {error.strerror}.", f"không đọc được: {error.strerror}.")
    except UnicodeDecodeError as error:
        findings.add(
            None,
            None,
            f"is not UTF-8 (byte {error.start}); save it as UTF-8.",
            f"không phải UTF-8 (byte {error.start}); hãy lưu lại dạng UTF-8.",
        )
    findings.raise_if_any()
    return parse_scenario(text, path.name)


def parse_scenario(yaml_text: str, file: str = "scenario") -> Scenario:
    """Return the scenario a YAML text holds.

    Raises
    ------
    FindingsError
        With every finding; the place is the line of the text.
    """
    findings = ScenarioFindings(file)
    data, lines = load_yaml(yaml_text, findings)
    findings.raise_if_any()
    check_keys(data, SCENARIO_KEYS, None, findings)
    scenario_id = data.get("scenario_id")
    if not isinstance(scenario_id, str) or not _SNAKE_CASE.fullmatch(scenario_id):
        findings.add(
            None,
            "scenario_id",
            f"must be an id of a–z, 0–9 and _, got {scenario_id!r}.",
            f"phải là mã gồm a–z, 0–9 và _, hiện là {scenario_id!r}.",
        )
    name = text_field(data.get("name"), None, "name", findings)
    description = text_field(data.get("description"), None, "description", findings)
    price = _carbon_price(data.get("carbon_price"), findings)
    changes = _changes(data.get("changes"), lines, findings)
    findings.raise_if_any()
    return Scenario(str(scenario_id), name, description, price, changes, file)


def _carbon_price(data: object, findings: ScenarioFindings) -> CarbonPrice:
    if data is None:
        return NO_CARBON_PRICE
    if not isinstance(data, dict):
        findings.add(
            None,
            "carbon_price",
            "needs value, currency and price_year.",
            "cần value, currency và price_year.",
        )
        return NO_CARBON_PRICE
    check_keys(data, PRICE_KEYS, None, findings)
    value, currency, year = data.get("value"), data.get("currency"), data.get("price_year")
    if not isinstance(value, int | float) or not is_number(value) or value < 0:
        findings.add(
            None,
            "carbon_price.value",
            f"must be a number of at least 0, got {value!r}.",
            f"phải là số không âm, hiện là {value!r}.",
        )
    elif currency not in CURRENCIES:
        findings.add(
            None,
            "carbon_price.currency",
            f"must be VND or USD, got {currency!r}.",
            f"phải là VND hoặc USD, hiện là {currency!r}.",
        )
    elif not isinstance(year, int) or isinstance(year, bool):
        findings.add(
            None,
            "carbon_price.price_year",
            f"must be a year, got {year!r}.",
            f"phải là một năm, hiện là {year!r}.",
        )
    else:
        return CarbonPrice(float(value), str(currency), year)
    return NO_CARBON_PRICE


def _changes(data: object, lines: list[int], findings: ScenarioFindings) -> tuple[Change, ...]:
    if data is None:
        return ()
    if not isinstance(data, list):
        findings.add(None, "changes", "must be a list.", "phải là một danh sách.")
        return ()
    changes = (_change(item, line, findings) for item, line in zip(data, lines, strict=True))
    return tuple(change for change in changes if change is not None)


def _change(data: object, row: int, findings: ScenarioFindings) -> Change | None:
    if not isinstance(data, dict):
        findings.add(row, None, "a change is a mapping.", "mỗi thay đổi là một ánh xạ.")
        return None
    before = len(findings.findings)
    check_keys(data, CHANGE_KEYS, row, findings)
    table = data.get("table")
    if not isinstance(table, str):
        findings.add(row, "table", "names no table.", "chưa nêu tên bảng.")
    ids = ids_field(data.get("ids"), row, findings)
    where = where_field(data.get("where"), row, findings)
    set_values = pairs_field(data.get("set"), row, "set", findings)
    scale = scale_field(data.get("scale"), row, findings)
    if ("ids" in data) == ("where" in data):
        findings.add(row, None, "needs exactly one of ids and where.", "cần đúng một trong hai: ids hoặc where.")
    if not set_values and not scale:
        findings.add(row, None, "needs a set or a scale.", "cần set hoặc scale.")
    given = data.get("reason")
    reason = text_field({"vi": given, "en": given} if isinstance(given, str) else given, row, "reason", findings)
    if len(findings.findings) > before:
        return None
    return Change(str(table), ids, where, set_values, scale, reason, row)
