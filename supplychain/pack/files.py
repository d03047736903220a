"""Files of a pack as text and rows; what cannot be read is a finding."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import yaml

from supplychain.errors import Finding
from supplychain.pack import messages
from supplychain.text import Text

UTF16_NUL_SHARE: Final = 0.2
VIETNAMESE_MARK_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class RawTable:
    """A CSV file as text cells.

    Parameters
    ----------
    header
        Column names.
    rows
        Cells of each row; as many as the file has, ragged rows included.
    lines
        Line of the file on which each row starts, the header being line 1.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def read_text(path: Path, name: str, findings: list[Finding]) -> str | None:
    """Return the text of a UTF-8 file with or without byte-order mark; None after a finding."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        findings.append(Finding(name, None, None, messages.MISSING_FILE))
        return None
    except OSError as error:
        reason = error.strerror or str(error)
        findings.append(Finding(name, None, None, messages.UNREADABLE.format(reason=reason)))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.append(_encoding_finding(name, content, error.start))
        return None
    if "\0" in text:
        findings.append(_nul_finding(name, content))
        return None
    if not text.strip():
        findings.append(Finding(name, None, None, messages.EMPTY_FILE))
        return None
    return text


def _encoding_finding(name: str, content: bytes, start: int) -> Finding:
    line = content.count(b"\n", 0, start) + 1
    looks = guess_encoding(content)
    text = messages.ENCODING.format(byte=start + 1, value=content[start], looks=looks)
    return Finding(name, line, None, text)


def _nul_finding(name: str, content: bytes) -> Finding:
    start = content.index(b"\0")
    if content.count(b"\0") >= UTF16_NUL_SHARE * len(content):
        return _encoding_finding(name, content, start)
    line = content.count(b"\n", 0, start) + 1
    return Finding(name, line, None, messages.NUL_BYTE.format(byte=start + 1))


def guess_encoding(content: bytes) -> Text:
    """Return what encoding bytes that are not UTF-8 look like; a hint for the user, never used to read them."""
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if content.startswith(marks) or content.count(b"\0") >= UTF16_NUL_SHARE * len(content):
        return Text(en="UTF-16 ('Unicode text')", vi="UTF-16 ('Unicode text')")
    decoded = content.decode("cp1258", errors="replace")
    high = sum(byte >= 0x80 for byte in content)  # noqa: PLR2004 - first byte beyond ASCII
    combining = sum(bool(unicodedata.combining(mark)) and letter.isalpha() for letter, mark in pairwise(decoded))
    if combining >= VIETNAMESE_MARK_SHARE * high:
        return Text(en="Windows-1258 (Vietnamese)", vi="Windows-1258 (tiếng Việt)")
    return Text(
        en="Windows-1252, or an older Vietnamese encoding such as TCVN3 or VNI",
        vi="Windows-1252, hoặc bảng mã tiếng Việt cũ như TCVN3 hay VNI",
    )


def read_csv_table(path: Path, name: str, findings: list[Finding]) -> RawTable | None:
    """Return the rows of a CSV file; None after a finding that leaves nothing to go on with."""
    text = read_text(path, name, findings)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            if row:
                rows.append(tuple(row))
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        findings.append(_csv_finding(name, start, error))
        return None
    if not rows:
        findings.append(Finding(name, None, None, messages.EMPTY_FILE))
        return None
    header = tuple(cell.strip() for cell in rows[0])
    if len(header) == 1 and ";" in header[0]:
        findings.append(Finding(name, 1, None, messages.SEMICOLONS))
        return None
    return RawTable(header, tuple(rows[1:]), tuple(lines[1:]))


def _csv_finding(name: str, line: int, error: csv.Error) -> Finding:
    if "field larger" in str(error):
        return Finding(name, line, None, messages.HUGE_CELL.format(limit=csv.field_size_limit()))
    return Finding(name, line, None, messages.BAD_CSV.format(reason=error))


class _UniqueKeyLoader(yaml.SafeLoader):
    """Safe loader that refuses a key given twice, which plain YAML loaders take silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen: set[str] = set()
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"the key '{key.value}' stands there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
        return super().construct_mapping(node, deep)


def read_yaml(text: str, name: str, findings: list[Finding]) -> dict[str, Any] | None:
    """Return the mapping a YAML text holds; None after a finding."""
    try:
        content = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date such as 2025-13-45 is a ValueError
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark is not None else None
        reason = getattr(error, "problem", None) or str(error)
        findings.append(Finding(name, row, None, messages.BAD_YAML.format(reason=reason)))
        return None
    if not isinstance(content, dict):
        reason = Text(en="it holds no keys", vi="tệp không có khóa nào")
        findings.append(Finding(name, None, None, messages.BAD_YAML.format(reason=reason)))
        return None
    return {str(key): value for key, value in content.items()}
