"""Read vehicle profiles: those that ship with the program, and a user's own file in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np

from geodata.infrastructure.columns import VEHICLE_KINDS
from geodata.routing.vehicle import (
    FIGURES,
    HOURS_PER_WEEK,
    Origin,
    VehicleProfile,
    missing_figures,
    profile_faults,
)
from supplychain.errors import Finding, FindingsError
from supplychain.pack.files import read_text, read_yaml
from supplychain.text import Text
from supplychain.vocabulary import CONFIDENCES, CURRENCIES

__all__ = ["VehicleProfile", "read_profiles"]

LARGEST_FILE_BYTES: Final = 4_000_000
MOST_VALUES: Final = 200_000
"""Most values of a file, those that aliases repeat counted each time: a short file may stand for an endless one."""
_TABLES: Final = ("speeds_kmh", "hour_factors")
_NUMBERS: Final = tuple(rule.name for rule in FIGURES)
_KEYS: Final = (
    "name",
    "kind",
    "based_on",
    "currency",
    "price_year",
    "fuel_id",
    "waterway_class",
    "gauge_mm",
    "figures",
)
_WEEKDAYS, _WEEKEND = range(5), range(5, 7)


class _Reader:
    """Profiles of one file, and every finding about them."""

    def __init__(self, file: str, known: Mapping[str, VehicleProfile]) -> None:
        self.file = file
        self.profiles = dict(known)
        self.findings: list[Finding] = []

    def add(self, place: str, en: str, vi: str) -> None:
        self.findings.append(Finding(self.file, None, place, Text(en=en, vi=vi)))

    def read(self, text: str) -> None:
        content = read_yaml(text, self.file, self.findings)
        if content is None:
            return
        if _has_too_many(content):
            self.add("", "repeats itself too often by aliases.", "lặp lại quá nhiều lần qua bí danh.")
            return
        profiles = content.get("profiles")
        if not isinstance(profiles, dict) or not profiles:
            self.add("profiles", "must hold at least one profile by its id.", "phải có ít nhất một hồ sơ xe theo mã.")
            return
        for key in sorted(set(content) - {"profiles", "sources", "hours"}):
            self.add(key, "is not known here; known: profiles, sources, hours.", "không có ở đây.")
        for profile_id, row in profiles.items():
            self._profile(str(profile_id), row)

    def _profile(self, profile_id: str, row: object) -> None:
        if not isinstance(row, dict):
            self.add(profile_id, "must be a mapping with name, kind and figures.", "phải có name, kind và figures.")
            return
        base = self._base(profile_id, row)
        values: dict[str, Any] = (
            {} if base is None else {name: getattr(base, name) for name in VehicleProfile.__slots__}
        )
        values["origins"] = dict(values.get("origins", {}))
        self._words(profile_id, row, values)
        figures = row.get("figures", {})
        if not isinstance(figures, dict):
            self.add(f"{profile_id}.figures", "must map names to figures.", "phải ánh xạ tên tới số liệu.")
            return
        for name, cell in figures.items():
            self._figure(profile_id, str(name), cell, values)
        if values["kind"] in VEHICLE_KINDS:
            self._build(profile_id, values, set(figures))

    def _base(self, profile_id: str, row: dict[str, Any]) -> VehicleProfile | None:
        base_id = row.get("based_on")
        if base_id is None:
            return None
        base = self.profiles.get(str(base_id))
        if base is None:
            known = ", ".join(self.profiles)
            self.add(f"{profile_id}.based_on", f"names {base_id!r}; known so far: {known}.", f"chỉ nhận: {known}.")
        return base

    def _words(self, profile_id: str, row: dict[str, Any], values: dict[str, Any]) -> None:
        for key in row:
            if key not in _KEYS:
                self.add(f"{profile_id}.{key}", f"is not known here; known: {', '.join(_KEYS)}.", "không có ở đây.")
        values["profile_id"] = profile_id
        name = row.get("name", values.get("name"))
        if (
            isinstance(name, dict)
            and set(name) == {"en", "vi"}
            and all(isinstance(part, str) for part in name.values())
        ):
            name = Text(en=name["en"], vi=name["vi"])
        if not isinstance(name, Text):
            self.add(f"{profile_id}.name", "must be {en: …, vi: …}.", "phải là {en: …, vi: …}.")
        values["name"] = name
        kind = row.get("kind", values.get("kind"))
        if kind not in VEHICLE_KINDS:
            kinds = ", ".join(VEHICLE_KINDS)
            self.add(f"{profile_id}.kind", f"must be one of {kinds}, got {kind!r}.", f"phải là một trong {kinds}.")
        values["kind"] = kind
        currency = row.get("currency", values.get("currency"))
        if currency not in CURRENCIES:
            known = ", ".join(CURRENCIES)
            self.add(f"{profile_id}.currency", f"must be one of {known}, got {currency!r}.", f"phải là {known}.")
        values["currency"] = currency
        for key in ("fuel_id", "waterway_class"):
            values[key] = str(row.get(key, values.get(key, "")))
        for key, low, high in (("price_year", 1990, 2100), ("gauge_mm", 0, 3000)):
            value = row.get(key, values.get(key, 0))
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                text = f"{low} … {high}"
                self.add(f"{profile_id}.{key}", f"must be a whole number {text}, got {value!r}.", f"phải là {text}.")
            values[key] = value

    def _figure(self, profile_id: str, name: str, cell: object, values: dict[str, Any]) -> None:
        place = f"{profile_id}.{name}"
        if name not in _NUMBERS + _TABLES:
            self.add(place, f"is not a figure; known: {', '.join(_NUMBERS + _TABLES)}.", "không phải số liệu đã biết.")
            return
        if not isinstance(cell, dict) or not {"value", "source", "confidence"} <= set(cell):
            form = "{value: …, source: …, confidence: …}"
            self.add(place, f"must be {form}.", f"phải là {form}.")
            return
        if not isinstance(cell["source"], str) or not isinstance(cell.get("remark", ""), str):
            self.add(place, "source and remark must be texts.", "source và remark phải là chữ.")
        if cell["confidence"] not in CONFIDENCES:
            known = ", ".join(CONFIDENCES)
            self.add(place, f"confidence must be one of {known}.", f"confidence phải là một trong {known}.")
        values["origins"][name] = Origin(str(cell["source"]), str(cell["confidence"]), str(cell.get("remark", "")))
        if name == "speeds_kmh":
            values[name] = self._speeds(place, cell["value"])
        elif name == "hour_factors":
            values[name] = self._factors(place, cell["value"])
        elif not _is_number(cell["value"]):
            self.add(place, f"must be a number, got {cell['value']!r}.", "phải là một số.")
        else:
            values[name] = float(cell["value"])

    def _speeds(self, place: str, cell: object) -> dict[str, float]:
        if not isinstance(cell, dict) or not all(_is_number(value) for value in cell.values()):
            self.add(place, "must map link classes to numbers.", "phải ánh xạ cấp đường tới số.")
            return {}
        return {str(link_class): float(value) for link_class, value in cell.items()}

    def _factors(self, place: str, cell: object) -> dict[str, tuple[float, ...]]:
        if not isinstance(cell, dict):
            self.add(place, "must map groups to weekday and weekend.", "phải ánh xạ nhóm tới weekday và weekend.")
            return {}
        return {str(group): self._week(f"{place}.{group}", days) for group, days in cell.items()}

    def _week(self, place: str, days: object) -> tuple[float, ...]:
        week = np.ones(HOURS_PER_WEEK)
        if not isinstance(days, dict) or not set(days) <= {"weekday", "weekend"}:
            self.add(place, "must hold weekday and weekend.", "phải có weekday và weekend.")
            return tuple(week)
        for part, numbers in (("weekday", _WEEKDAYS), ("weekend", _WEEKEND)):
            hours = days.get(part) or {}
            fits = isinstance(hours, dict) and all(
                isinstance(hour, int) and 0 <= hour < 24 and _is_number(value)  # noqa: PLR2004 - hours of a day
                for hour, value in hours.items()
            )
            if not fits:
                self.add(f"{place}.{part}", "must map hours 0 … 23 to factors.", "phải ánh xạ giờ 0 … 23 tới hệ số.")
                continue
            for hour, value in hours.items():
                week[[24 * day + hour for day in numbers]] = value
        return tuple(week.tolist())

    def _build(self, profile_id: str, values: dict[str, Any], stated: set[str]) -> None:
        values.setdefault("speeds_kmh", {})
        draft = object.__new__(VehicleProfile)
        for name, column in VehicleProfile.__dataclass_fields__.items():
            default = {} if name in {"hour_factors", "origins"} else column.default
            object.__setattr__(draft, name, values.get(name, default))
        for name, text in profile_faults(draft):
            self.add(f"{profile_id}.{name}", text.en, text.vi)
        for name in sorted(set(missing_figures(draft)) - stated):
            self.add(f"{profile_id}.{name}", f"is needed for kind {draft.kind}.", f"cần cho loại {draft.kind}.")
        self.profiles[profile_id] = draft


def _has_too_many(content: object) -> bool:
    """Return whether nested mappings and lists hold more values than any file of profiles."""
    waiting, seen = [content], 0
    while waiting and seen <= MOST_VALUES:
        value = waiting.pop()
        seen += 1
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return seen > MOST_VALUES


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


@cache
def _shipped() -> dict[str, VehicleProfile]:
    reader = _Reader("profiles.yaml", {})
    reader.read(resources.files("geodata.routing").joinpath("profiles.yaml").read_text(encoding="utf-8"))
    _raise(reader)
    return reader.profiles


def read_profiles(path: Path | None = None) -> dict[str, VehicleProfile]:
    """Return vehicle profiles by id: the shipped ones, and with a file those of it beside or in place of them.

    Parameters
    ----------
    path
        A user's own file in the form of the shipped ``profiles.yaml``; None for the shipped ones alone.

    Raises
    ------
    FindingsError
        If the file cannot be read or anything in it is wrong: every finding at once.
    """
    if path is None:
        return dict(_shipped())
    reader = _Reader(path.name, _shipped())
    if _too_large(path):
        reader.add("", "is too large for profiles (4 MB at most).", "quá lớn so với tệp hồ sơ xe (tối đa 4 MB).")
    else:
        text = read_text(path, path.name, reader.findings)
        if text is not None:
            reader.read(text)
    _raise(reader)
    return reader.profiles


def _too_large(path: Path) -> bool:
    try:
        return path.stat().st_size > LARGEST_FILE_BYTES
    except OSError:
        return False  # the reader tells what is wrong with the path


def _raise(reader: _Reader) -> None:
    if not reader.findings:
        return
    count = len(reader.findings)
    text = Text(
        en=f"Profiles {reader.file}: {count} finding(s); nothing of the file was used.",
        vi=f"Hồ sơ xe {reader.file}: {count} lỗi; không phần nào của tệp được dùng.",
    )
    raise FindingsError(text, reader.findings)
