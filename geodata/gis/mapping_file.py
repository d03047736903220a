"""Reading, writing and checking mappings as YAML."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml

from geodata.gis.mapping import ATTRIBUTES, MOST_SNAP_M, SPLITS, GisMapping, Rule
from geodata.infrastructure.infrastructure import Source
from supplychain.errors import Finding, FindingsError
from supplychain.pack.files import read_text, read_yaml
from supplychain.text import Text, fold

SUMMARY: Final = Text(
    en="The mapping was not taken over; findings: {count}. Nothing was imported.",
    vi="Tệp ánh xạ không được tiếp nhận: {count} lỗi. Chưa nhập gì.",
)
UNKNOWN_KEY: Final = Text(
    en="There is no key {key!r}. Known are {known}.{hint}", vi="Không có khóa {key!r}. Các khóa hợp lệ: {known}.{hint}"
)
UNKNOWN_ATTRIBUTE: Final = Text(en="There is no attribute {key!r}.{hint}", vi="Không có thuộc tính {key!r}.{hint}")
NO_COLUMN: Final = Text(
    en="The layer has no column {column!r}. It has {columns}.{hint}",
    vi="Lớp không có cột {column!r}. Các cột hiện có: {columns}.{hint}",
)
NOT_TEXT: Final = Text(en="This must be {wanted}, got {value}.", vi="Giá trị này phải là {wanted}, nhưng là {value}.")
COLUMN_OR_CONSTANT: Final = Text(
    en="Give either a column or a constant.", vi="Hãy nêu hoặc cột (column), hoặc hằng số (constant)."
)
UNKNOWN_UNIT: Final = Text(
    en="There is no unit {unit!r} for {attribute}. Known are {known}.",
    vi="Không có đơn vị {unit!r} cho {attribute}. Các đơn vị hợp lệ: {known}.",
)
NO_CLASS: Final = Text(
    en="link_class is needed: name its column and translate its values, or give a constant such as secondary.",
    vi="Cần có link_class: nêu cột và bảng dịch giá trị, hoặc một hằng số như secondary.",
)
ONE_END: Final = Text(
    en="from_node_id and to_node_id go together: name both or neither (nodes are then made at the ends of lines).",
    vi="from_node_id và to_node_id phải đi cùng nhau: nêu cả hai hoặc không nêu (nút được lập ở đầu mút đường).",
)
TOO_LONG: Final = Text(
    en="The file has more than {most} bytes; it is no mapping.", vi="Tệp dài hơn {most} byte nên không phải tệp ánh xạ."
)

KEYS: Final = ("layer", "crs", "crs_overrides_file", "encoding", "source", "snap_m", "split", "attributes", "ignored")
RULE_KEYS: Final = ("column", "constant", "values", "unit", "default")
SOURCE_KEYS: Final = ("name", "licence", "attribution", "date")
MOST_BYTES: Final = 1_000_000
SHOWN_COLUMNS: Final = 30
MOST_SHOWN: Final = 80


def _shown(value: object) -> str:
    """Return a value as YAML's reader gave it, cut short: a few aliases can stand for gigabytes."""
    short = reprlib.Repr()
    short.maxlevel, short.maxlist, short.maxdict, short.maxstring = 2, 3, 3, MOST_SHOWN
    return short.repr(value)[: 2 * MOST_SHOWN]


def hint(name: str, known: Iterable[str]) -> Text:
    """Return "Did you mean …?" with the nearest names, empty where none is near."""
    by_fold = {fold(one): one for one in known}
    near = [by_fold[key] for key in get_close_matches(fold(name)[:80], by_fold, n=3, cutoff=0.6)]
    if not near:
        return Text(en="", vi="")
    names = ", ".join(near)
    return Text(en=f" Did you mean {names}?", vi=f" Có phải là {names}?")


def _with_hint(template: Text, name: str, among: Iterable[str], **values: object) -> Text:
    return template.format(hint=hint(name, among), **values)


def read_mapping(path: Path) -> GisMapping:
    """Return the mapping that a YAML file holds.

    Raises
    ------
    FindingsError
        With everything found wrong in the file.
    """
    path = Path(path)
    findings: list[Finding] = []
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        findings.append(Finding(path.name, None, None, TOO_LONG.format(most=MOST_BYTES)))
        _done(findings)
    text = read_text(path, path.name, findings)
    content = None if text is None else read_yaml(text, path.name, findings)
    if content is None:
        _done(findings)
        content = {}
    mapping = _Parser(path.name, findings).mapping(content)
    findings.extend(check_mapping(mapping, path.name))
    _done(findings)
    return mapping


def _done(findings: list[Finding]) -> None:
    if findings:
        raise FindingsError(SUMMARY.format(count=len(findings)), findings)


class _Parser:
    def __init__(self, file: str, findings: list[Finding]) -> None:
        self._file = file
        self._findings = findings

    def _add(self, key: str, text: Text) -> None:
        self._findings.append(Finding(self._file, None, key, text))

    def mapping(self, content: dict[str, Any]) -> GisMapping:
        self._known(content, KEYS, "")
        source = {key: self._text(value, f"source.{key}") for key, value in self._dict(content, "source").items()}
        self._known(source, SOURCE_KEYS, "source.")
        attributes = {name: self._rule(name, value) for name, value in self._dict(content, "attributes").items()}
        ignored = content.get("ignored") or []
        if not isinstance(ignored, list):
            self._add("ignored", NOT_TEXT.format(wanted="a list of column names", value=_shown(ignored)))
            ignored = []
        overrides = content.get("crs_overrides_file", False)
        if not isinstance(overrides, bool):
            self._add("crs_overrides_file", NOT_TEXT.format(wanted="yes or no", value=_shown(overrides)))
        return GisMapping(
            attributes=attributes,
            layer=self._text(content.get("layer"), "layer"),
            crs=self._text(content.get("crs"), "crs"),
            crs_overrides_file=overrides is True,
            encoding=self._text(content.get("encoding"), "encoding"),
            source=Source(**({"name": ""} | {key: source[key] for key in SOURCE_KEYS if key in source})),
            ignored=tuple(self._text(one, "ignored") for one in ignored),
            snap_m=self._snap(content.get("snap_m", 1.0)),
            split=self._text(content.get("split", "vertices"), "split"),
        )

    def _snap(self, value: Any) -> float:  # noqa: ANN401 - anything YAML holds
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        self._add("snap_m", NOT_TEXT.format(wanted="a number of metres", value=_shown(value)))
        return 1.0

    def _known(self, content: dict[str, Any], known: tuple[str, ...], prefix: str) -> None:
        for key in content:
            if key not in known:
                self._add(prefix + key, _with_hint(UNKNOWN_KEY, key, known, key=key, known=", ".join(known)))

    def _dict(self, content: dict[str, Any], key: str) -> dict[str, Any]:
        value = content.get(key) or {}
        if isinstance(value, dict):
            return {str(name): one for name, one in value.items()}
        self._add(key, NOT_TEXT.format(wanted="keys with values", value=_shown(value)))
        return {}

    def _text(self, value: Any, key: str) -> str:  # noqa: ANN401 - anything YAML holds
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (list, dict)):
            self._add(key, NOT_TEXT.format(wanted="one value", value=_shown(value)))
            return ""
        return str(value)

    def _rule(self, name: str, value: Any) -> Rule:  # noqa: ANN401 - anything YAML holds
        place = f"attributes.{name}"
        if not isinstance(value, dict):
            return Rule(column=self._text(value, place))
        content = {str(key): one for key, one in value.items()}
        self._known(content, RULE_KEYS, f"{place}.")
        values = content.pop("values", None) or {}
        if not isinstance(values, dict):
            self._add(f"{place}.values", NOT_TEXT.format(wanted="cells with their translations", value=_shown(values)))
            values = {}
        texts = {key: self._text(content.get(key), f"{place}.{key}") for key in RULE_KEYS if key != "values"}
        translated = {self._text(key, place): self._text(one, f"{place}.values") for key, one in values.items()}
        return Rule(values=translated, **texts)


def check_mapping(mapping: GisMapping, file: str, columns: Iterable[str] | None = None) -> list[Finding]:
    """Return everything wrong with a mapping, by itself and against the columns of a layer.

    Parameters
    ----------
    mapping
        What to check.
    file
        Name that findings carry.
    columns
        Columns of the layer; None: only by itself.
    """
    findings = []
    there = None if columns is None else list(columns)
    for name, rule in mapping.attributes.items():
        place = f"attributes.{name}"
        if name not in ATTRIBUTES:
            findings.append(Finding(file, None, place, _with_hint(UNKNOWN_ATTRIBUTE, name, ATTRIBUTES, key=name)))
            continue
        if bool(rule.column) == bool(rule.constant):
            findings.append(Finding(file, None, place, COLUMN_OR_CONSTANT))
        units = ATTRIBUTES[name].units
        if rule.unit and rule.unit.lower() not in units:
            known = ", ".join(units) or "–"
            text = UNKNOWN_UNIT.format(unit=rule.unit, attribute=name, known=known)
            findings.append(Finding(file, None, place, text))
        if there is not None and rule.column and rule.column not in there:
            shown = ", ".join(there[:SHOWN_COLUMNS]) + (" …" if len(there) > SHOWN_COLUMNS else "")
            text = _with_hint(NO_COLUMN, rule.column, there, column=rule.column, columns=shown)
            findings.append(Finding(file, None, place, text))
    if mapping.split not in SPLITS:
        findings.append(
            Finding(file, None, "split", NOT_TEXT.format(wanted=", ".join(SPLITS), value=_shown(mapping.split)))
        )
    if not 0 <= mapping.snap_m <= MOST_SNAP_M:
        wanted = f"between 0 and {MOST_SNAP_M:g} m"
        findings.append(Finding(file, None, "snap_m", NOT_TEXT.format(wanted=wanted, value=_shown(mapping.snap_m))))
    if "link_class" not in mapping.attributes:
        findings.append(Finding(file, None, "attributes", NO_CLASS))
    if ("from_node_id" in mapping.attributes) != ("to_node_id" in mapping.attributes):
        findings.append(Finding(file, None, "attributes", ONE_END))
    return findings


def write_mapping(mapping: GisMapping, path: Path) -> None:
    """Write a mapping as YAML that people read and change; ``read_mapping`` gives it back."""
    content: dict[str, Any] = {
        key: value
        for key, value in (("layer", mapping.layer), ("crs", mapping.crs), ("encoding", mapping.encoding))
        if value
    }
    if mapping.crs_overrides_file:
        content["crs_overrides_file"] = True
    source = {key: getattr(mapping.source, key) for key in SOURCE_KEYS if getattr(mapping.source, key)}
    if source:
        content["source"] = source
    content |= {"snap_m": mapping.snap_m, "split": mapping.split}
    content["attributes"] = {name: _rule_content(rule) for name, rule in mapping.attributes.items()}
    if mapping.ignored:
        content["ignored"] = list(mapping.ignored)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    Path(path).write_text(text, encoding="utf-8")


def _rule_content(rule: Rule) -> dict[str, Any]:
    content: dict[str, Any] = {
        key: getattr(rule, key) for key in ("column", "constant", "unit", "default") if getattr(rule, key)
    }
    if rule.values:
        content["values"] = dict(rule.values)
    return content
