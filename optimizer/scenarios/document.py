"""A YAML or JSON text as plain values, with the line and character of every key and value."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import yaml

from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

Path = tuple[str | int, ...]
"""Keys and positions that lead to a value, from the outside in."""

_JSON_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\t')
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_LARGEST: Final = 2_000_000
"""Characters of the longest file that is read; a scenario of a thousand changes has some 200,000."""

NOT_READ: Final = Text(en="cannot be read: {why}.", vi="không đọc được: {why}.")
NOT_UTF8: Final = Text(
    en="is not UTF-8 (byte {byte}); save it as UTF-8.", vi="không phải UTF-8 (byte {byte}); hãy lưu lại dạng UTF-8."
)
NOT_VALID: Final = Text(en="is not valid {kind}: {why}.", vi="không phải {kind} hợp lệ: {why}.")
HALF: Final = Text(
    en="has half of a character (\\ud800 to \\udfff alone); write the whole character.",
    vi="có nửa ký tự (\\ud800 đến \\udfff đứng một mình); hãy viết đủ ký tự.",
)
TOO_DEEP: Final = Text(en="nested too deeply", vi="lồng quá sâu")
TOO_LONG: Final = Text(
    en="is longer than {most} characters; a scenario is never that long. Split it, or name another file.",
    vi="dài hơn {most} ký tự; kịch bản không bao giờ dài như vậy. Hãy tách ra hoặc chọn tệp khác.",
)
ANCHOR: Final = Text(
    en="names another place of the file (* or &); write the value out.",
    vi="trỏ tới chỗ khác trong tệp (* hoặc &); hãy viết rõ giá trị.",
)
TAG: Final = Text(
    en="has the type {tag}, which is not read; leave it out.", vi="có kiểu {tag} không được đọc; hãy bỏ đi."
)
TWICE: Final = Text(en="stands twice; the first is on line {line}.", vi="viết hai lần; lần đầu ở dòng {line}.")
NO_MAPPING: Final = Text(
    en="must be a mapping with scenario_id, name, description, changes.",
    vi="phải là một ánh xạ có scenario_id, name, description, changes.",
)
SUMMARY: Final = Text(
    en="Scenario {file} has {count} finding(s); nothing of it was used.",
    vi="Kịch bản {file} có {count} lỗi; không phần nào được dùng.",
)


class Place(NamedTuple):
    """A place in a text; the first line and the first character are 1."""

    line: int
    character: int


START: Final = Place(1, 1)


def place_after(text: str) -> Place:
    """Return the place that follows the beginning of a text."""
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))


@dataclass(slots=True)
class ScenarioFindings:
    """Collects what is wrong with one scenario file.

    Parameters
    ----------
    file
        File name as the user knows it.
    """

    file: str
    findings: list[Finding] = field(default_factory=list)

    def add(self, place: Place | None, column: str | None, text: Text) -> None:
        """Collect one finding."""
        line, character = (None, None) if place is None else place
        self.findings.append(Finding(self.file, line, column, text, character))

    def raise_if_any(self) -> None:
        """Raise everything collected so far, once, in the order of the file."""
        if self.findings:
            ordered = sorted(dict.fromkeys(self.findings), key=lambda one: (one.file, one.row or 0, one.character or 0))
            raise FindingsError(SUMMARY.format(file=self.file, count=len(ordered)), ordered)


@dataclass(frozen=True, slots=True)
class Document:
    """A text as read.

    Parameters
    ----------
    data
        Its mapping, of plain values alone.
    keys, values
        Where each key and each value begins.
    """

    data: Mapping[str, Any]
    keys: Mapping[Path, Place]
    values: Mapping[Path, Place]

    def key_place(self, *path: str | int) -> Place:
        """Return where a key stands; for what is not there, where it belongs."""
        return self.keys.get(path) or self.value_place(*path)

    def value_place(self, *path: str | int) -> Place:
        """Return where a value begins; for what is not there, where the mapping or list around it begins."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, START)


class _Loader(yaml.SafeLoader):
    """Reads words as words: times (06:00) and dates stay text, where YAML 1.1 makes numbers and dates of them."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML declares it so; this class has its own

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - PyYAML's own
        """Return the next node; a name for another node, which could make a small text huge, is refused."""
        event = self.peek_event()  # type: ignore[no-untyped-call] # PyYAML leaves it untyped
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _AnchorError(Place(event.start_mark.line + 1, event.start_mark.column + 1))
        return super().compose_node(parent, index)


class _AnchorError(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


_NULL, _BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float"))
_WORDS: Final = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_NUMBERS: Final = {
    ".inf": math.inf,
    "+.inf": math.inf,
    "-.inf": -math.inf,
    ".nan": math.nan,
}
_Loader.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(
    _BOOL,
    re.compile(r"^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$"),
    list("yYnNtTfFoO"),
)
_Loader.add_implicit_resolver(
    _FLOAT,
    re.compile(
        r"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+0123456789."),
)
_Loader.add_implicit_resolver(_INT, re.compile(r"^[-+]?(?:0|[1-9][0-9_]*)$"), list("-+0123456789"))


def load_document(text: str, findings: ScenarioFindings) -> Document | None:
    """Return a YAML or JSON text as plain values; None, with findings, where it cannot be read.

    A file that ends in ``.json`` is JSON, and so is a text in braces that reads as JSON. Anchors and types of
    YAML are refused, and a key that stands twice in one mapping.
    """
    if len(text) > _LARGEST:
        findings.add(place_after(text[:_LARGEST]), None, TOO_LONG.format(most=_LARGEST))
        return None
    before = len(findings.findings)
    is_json = findings.file.endswith(".json") or _is_json(text)
    data: Any = None
    if is_json:
        data = _load_json(text, findings)
        text = _JSON_STRING.sub(lambda found: " " if found.group() == "\t" else found.group(), text)
    root = None if len(findings.findings) > before else _compose(text, findings)
    if root is None:
        if len(findings.findings) == before:
            findings.add(START, None, NO_MAPPING)
        return None
    walk = _Walk(findings)
    read = walk.value(root, ())
    if not isinstance(read, dict):
        findings.add(START, None, NO_MAPPING)
    if len(findings.findings) > before:
        return None
    return Document(data if is_json else read, walk.keys, walk.values)


def _is_json(text: str) -> bool:
    if not text.startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _load_json(text: str, findings: ScenarioFindings) -> object:
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        half = _HALF.search(text)
        findings.add(place_after(text[: half.start()]) if half else START, None, HALF)
    except json.JSONDecodeError as error:
        place = Place(error.lineno, error.colno)
        findings.add(place, None, NOT_VALID.format(kind="JSON", why=error.msg))
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or braces without end
        findings.add(START, None, NOT_VALID.format(kind="JSON", why=error))
    else:
        return data
    return None


def _compose(text: str, findings: ScenarioFindings) -> yaml.Node | None:
    loader = None
    try:
        loader = _Loader(text)
        return loader.get_single_node()
    except _AnchorError as error:
        findings.add(error.place, None, ANCHOR)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        place = place_after(text[: getattr(error, "position", 0)])  # of a character that YAML does not take
        if mark is not None:
            place = Place(mark.line + 1, mark.column + 1)
        findings.add(place, None, NOT_VALID.format(kind="YAML", why=why))
    except RecursionError:
        findings.add(START, None, NOT_VALID.format(kind="YAML", why=TOO_DEEP))
    finally:
        if loader is not None:
            loader.dispose()
    return None


class _Walk:
    """Turns nodes into plain values and keeps their places."""

    def __init__(self, findings: ScenarioFindings) -> None:
        self.findings = findings
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}

    def value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401 - any plain value
        """Return the value of a node."""
        self.values[path] = _place(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            here = (*path, key)
            if key in read:
                self.findings.add(_place(key_node), key, TWICE.format(line=self.keys[here].line))
                continue
            self.keys[here] = _place(key_node)
            read[key] = self.value(value_node, here)
        return read

    def _scalar(self, node: yaml.Node) -> Any:  # noqa: ANN401 - any plain value
        text, kind = str(node.value), node.tag
        if kind == _NULL:
            return None
        if kind == _BOOL and text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if kind in (_INT, _FLOAT):
            return self._number(node, text)
        if kind not in ("tag:yaml.org,2002:str", "!"):
            self.findings.add(_place(node), None, TAG.format(tag=kind.replace("tag:yaml.org,2002:", "!!")))
        return text

    def _number(self, node: yaml.Node, text: str) -> float | int | None:
        try:
            if node.tag == _INT:
                return int(text.replace("_", ""))
            return _NUMBERS[text.lower()] if text.lower() in _NUMBERS else float(text.replace("_", ""))
        except ValueError as error:  # thousands of digits, or a tag that does not fit
            self.findings.add(_place(node), None, NOT_VALID.format(kind="YAML", why=error))
            return None


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
