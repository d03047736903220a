"""A mapping as a YAML file that a person reads, confirms and edits; what is written reads back the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from supplychain.intake.mapping.values import ColumnMapping, FileMapping, MappingError, SheetMapping
from supplychain.intake.values.types import ValueOptions
from supplychain.text import Text

_V = TypeVar("_V")

VERSION: Final = 1
LARGEST_BYTES: Final = 4 << 20

_FILE_KEYS: Final = frozenset({"version", "encoding", "delimiter", "sheets"})
_SHEET_KEYS: Final = frozenset({"sheet", "table", "header_line", "confidence", "reason", "constants", "columns"})
_COLUMN_KEYS: Final = frozenset({"column", "field", "confidence", "reason", "decimal", "day_first", "unit", "crs"})
_REASON_KEYS: Final = frozenset({"en", "vi"})

_HEAD: Final = """\
# Ánh xạ cột của tệp vào sổ đăng ký: hãy kiểm tra, sửa nếu cần rồi nhập với --map.
# What the columns of the file are: check it, change what is wrong, then import with --map.
# field: null leaves a column out. confidence and reason are the program's own and may be deleted.
# A column may also say decimal: "," or ".", day_first: true or false, unit: m2, crs: 9210 (EPSG).
"""


def write_mapping(mapping: FileMapping, path: Path) -> None:
    """Write a mapping as YAML."""
    path.write_text(mapping_text(mapping), encoding="utf-8")


def read_mapping(path: Path) -> FileMapping:
    """Return the mapping that a YAML file holds.

    Raises
    ------
    MappingError
        If the file cannot be read, is no mapping, or says something unknown.
    """
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8-sig") if size <= LARGEST_BYTES else ""
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(_UNREADABLE.format(file=path, reason=error)) from error
    if size > LARGEST_BYTES:
        raise MappingError(_TOO_LARGE.format(file=path.name, limit=LARGEST_BYTES))
    return parse_mapping(text)


def mapping_text(mapping: FileMapping) -> str:
    """Return a mapping as YAML."""
    data: dict[str, Any] = {"version": VERSION}
    data |= _filled({"encoding": mapping.encoding, "delimiter": mapping.delimiter})
    data["sheets"] = [_sheet_data(sheet) for sheet in mapping.sheets]
    return _HEAD + yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)


def parse_mapping(text: str) -> FileMapping:
    """Return the mapping that a YAML text holds.

    Raises
    ------
    MappingError
        If it is no YAML, has a key that is unknown or of the wrong kind, or names an unknown table or field.
    """
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader that also refuses aliases and repeated keys
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise MappingError(_NO_YAML.format(reason=" ".join(str(error).split()))) from error
    whole = _keys(data, _FILE_KEYS, "mapping")
    if whole.get("version") != VERSION:
        raise MappingError(_VERSION.format(version=VERSION))
    sheets = _list(whole.get("sheets"), "sheets")
    return FileMapping(
        tuple(_sheet(sheet) for sheet in sheets),
        _of(str, whole, "encoding", "mapping"),
        _of(str, whole, "delimiter", "mapping"),
    )


def _sheet_data(sheet: SheetMapping) -> dict[str, Any]:
    data: dict[str, Any] = {"sheet": sheet.sheet, "table": sheet.table}
    data |= _filled({"header_line": sheet.header_line, **_told(sheet.confidence, sheet.reason)})
    if sheet.constants:
        data["constants"] = dict(sheet.constants)
    data["columns"] = [_column_data(column) for column in sheet.columns]
    return data


def _column_data(column: ColumnMapping) -> dict[str, Any]:
    options = column.options
    said = {"decimal": options.decimal, "day_first": options.day_first, "unit": options.unit, "crs": options.crs}
    return {
        "column": column.column,
        "field": column.field,
        **_filled(said),
        **_filled(_told(column.confidence, column.reason)),
    }


def _told(confidence: float, reason: Text) -> dict[str, Any]:
    words = {"vi": reason.vi, "en": reason.en} if reason.en or reason.vi else None
    return {"confidence": None if confidence == 1.0 else confidence, "reason": words}


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}


def _sheet(data: object) -> SheetMapping:
    sheet = _keys(data, _SHEET_KEYS, "sheet")
    name = _of(str, sheet, "sheet", "sheet")
    if name is None or "table" not in sheet:
        raise MappingError(_NO_SHEET)
    place = f"sheet {name}"
    constants = _keys(sheet.get("constants") or {}, None, f"{place}, constants")
    for key, value in constants.items():
        if not isinstance(value, str):
            raise MappingError(_WRONG_KIND.format(key=key, place=place, kind="text in quotation marks"))
    return SheetMapping(
        sheet=name,
        table=_of(str, sheet, "table", place),
        columns=tuple(_column(column, place) for column in _list(sheet.get("columns") or [], "columns")),
        constants=constants,
        header_line=_whole(sheet, "header_line", place),
        confidence=_confidence(sheet, place),
        reason=_reason(sheet, place),
    )


def _column(data: object, place: str) -> ColumnMapping:
    column = _keys(data, _COLUMN_KEYS, place)
    name = _of(str, column, "column", place)
    if name is None or "field" not in column:
        raise MappingError(_NO_COLUMN.format(place=place))
    place = f"{place}, column {name}"
    decimal = _of(str, column, "decimal", place)
    if decimal not in {None, ".", ","}:
        raise MappingError(_WRONG_KIND.format(key="decimal", place=place, kind='"." or ","'))
    options = ValueOptions(
        decimal="," if decimal == "," else "." if decimal == "." else None,
        day_first=_of(bool, column, "day_first", place),
        unit=_of(str, column, "unit", place),
        crs=_whole(column, "crs", place),
    )
    return ColumnMapping(
        name, _of(str, column, "field", place), _confidence(column, place), _reason(column, place), options
    )


def _keys(data: object, allowed: frozenset[str] | None, place: str) -> dict[str, Any]:
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise MappingError(_WRONG_KIND.format(key=place, place="mapping", kind="keys and values"))
    unknown = sorted(set(data) - allowed) if allowed is not None else []
    if unknown and allowed is not None:
        words = {"key": unknown[0], "place": place, "keys": ", ".join(sorted(allowed))}
        raise MappingError(_UNKNOWN_KEY.format(**words))
    return data


def _list(data: object, place: str) -> Sequence[object]:
    if not isinstance(data, list):
        raise MappingError(_WRONG_KIND.format(key=place, place="mapping", kind="a list"))
    return data


def _of(kind: type[_V], data: Mapping[str, Any], key: str, place: str) -> _V | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, kind):
        names = {str: "text", bool: "true or false"}
        raise MappingError(_WRONG_KIND.format(key=key, place=place, kind=names.get(kind, kind.__name__)))
    return value


def _whole(data: Mapping[str, Any], key: str, place: str) -> int | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MappingError(_WRONG_KIND.format(key=key, place=place, kind="a whole number"))
    return value


def _confidence(data: Mapping[str, Any], place: str) -> float:
    value = data.get("confidence", 1.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.0 <= value <= 1.0:
        raise MappingError(_WRONG_KIND.format(key="confidence", place=place, kind="a number from 0 to 1"))
    return float(value)


def _reason(data: Mapping[str, Any], place: str) -> Text:
    words = _keys(data.get("reason") or {}, _REASON_KEYS, f"{place}, reason")
    return Text(en=_of(str, words, "en", place) or "", vi=_of(str, words, "vi", place) or "")


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and sequences indented below their key."""

    def ignore_aliases(self, data: object) -> bool:
        """Write every value out."""
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Indent lists too."""
        del indentless
        super().increase_indent(flow, indentless=False)


class _Loader(yaml.SafeLoader):
    """Refuses aliases (which can unfold without end) and keys given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse an alias."""
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError(_ALIAS)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Refuse a key given twice."""
        keys = [key.value for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            msg = f"the key {twice!r} is given twice"
            raise yaml.YAMLError(msg)
        return super().construct_mapping(node, deep=deep)


_ALIAS: Final = "aliases (* and &) are not used in mappings"
_UNREADABLE: Final = Text(
    en="The mapping {file} cannot be read: {reason}.", vi="Không đọc được tệp ánh xạ {file}: {reason}."
)
_TOO_LARGE: Final = Text(
    en="{file} is larger than {limit:,} bytes, so it is no mapping.",
    vi="{file} lớn hơn {limit:,} byte nên không phải tệp ánh xạ.",
)
_NO_YAML: Final = Text(
    en="The mapping is no YAML: {reason}. Put names with signs in quotation marks.",
    vi="Tệp ánh xạ không đúng YAML: {reason}. Hãy đặt các tên có ký hiệu trong dấu ngoặc kép.",
)
_VERSION: Final = Text(en="The mapping must say 'version: {version}'.", vi="Tệp ánh xạ phải ghi 'version: {version}'.")
_NO_SHEET: Final = Text(
    en="Each sheet of the mapping needs 'sheet' (its name, or * for any) and 'table'.",
    vi="Mỗi trang trong tệp ánh xạ cần 'sheet' (tên trang, hoặc * cho mọi trang) và 'table'.",
)
_NO_COLUMN: Final = Text(
    en="Each column of the {place} needs 'column' (its heading) and 'field' (null leaves it out).",
    vi="Mỗi cột của {place} cần 'column' (tiêu đề cột) và 'field' (null để bỏ qua).",
)
_WRONG_KIND: Final = Text(en="'{key}' in the {place} must be {kind}.", vi="'{key}' trong {place} phải là {kind}.")
_UNKNOWN_KEY: Final = Text(
    en="The {place} has an unknown key '{key}'. Known are: {keys}.",
    vi="{place} có khóa không rõ '{key}'. Các khóa được dùng: {keys}.",
)
