"""One pass over a text file before it is read: its encoding, and that no line of it is endless."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from supplychain.intake.encodings import (
    ENCODINGS,
    NAMES,
    Decision,
    EncodingError,
    decide_bytes,
    decide_scheme,
    decode,
)
from supplychain.intake.files import messages
from supplychain.intake.files.values import FileError

BLOCK: Final = 1 << 18
LONGEST_LINE: Final = 1 << 22
"""Bytes of the longest line that is read; 1,000 cells of 4,000 characters."""

SAMPLE_LINES: Final = 4_000
SAMPLE_PER_BLOCK: Final = 40
SAMPLE_BYTES: Final = 1 << 22

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Final = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
_BROKEN_UTF8_SHARE: Final = 0.2
_NULS_OF_UTF16: Final = 0.2
_FEW_NULS: Final = 0.02
_LINE_FEED: Final = 0x0A
_NEAR: Final = 16
_LINES_OF_BYTES: Final = 0.2
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a"))
_CONTROL_BYTES: Final = tuple(bytes([byte]) for byte in _CONTROLS)
_FEW_CONTROLS: Final = 16
_CONTROL_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class TextForm:
    """How the bytes of a text file become text.

    Parameters
    ----------
    encoding
        Name of the encoding.
    skip
        Bytes of the byte order mark.
    decision
        What the decision rests on; None where a mark or a person named the encoding and the text is Unicode.
    scheme
        Legacy font of the text after decoding; ``unicode`` for none.
    suspected
        Legacy font that a part of the text is in.
    """

    encoding: str
    skip: int
    decision: Decision | None
    scheme: str = "unicode"
    suspected: str | None = None


def line_blocks(file: BinaryIO, name: str, encoding: str) -> Iterator[bytes]:
    """Yield the rest of a file in blocks of whole lines.

    Raises
    ------
    FileError
        If a line is longer than ``LONGEST_LINE`` bytes.
    """
    newline = "\n".encode(encoding if encoding in _WIDE else "ascii")
    width, rest, line = len(newline), b"", 1
    while block := file.read(BLOCK):
        data = rest + block
        cut = _after_last(data, newline, width)
        if cut == 0:
            if len(data) > LONGEST_LINE:
                raise FileError(messages.LONG_LINE.format(file=name, line=line, limit=LONGEST_LINE // width))
            rest = data
            continue
        whole, rest = data[:cut], data[cut:]
        line += whole.count(newline)
        yield whole
    if rest:
        yield rest


def _after_last(data: bytes, newline: bytes, width: int) -> int:
    """Return the place after the last line feed of complete characters; carriage returns alone end lines too."""
    at = data.rfind(newline)
    while at > 0 and at % width:
        at = data.rfind(newline, 0, at + width - 1)
    if at < 0 and width == 1 and b"\n" not in data:
        at = data.rfind(b"\r", 0, len(data) - 1)  # a last one may be the first half of a pair
    return at + width if at >= 0 else 0


def scan_text(path: Path, encoding: str | None) -> TextForm:
    """Return how a text file is to be decoded.

    Parameters
    ----------
    encoding
        What a person said; None decides on evidence.

    Raises
    ------
    FileError
        If the file is empty, no text, or has an endless line.
    EncodingError
        If the encoding cannot be told or the name is unknown.
    """
    if encoding is not None and encoding not in ENCODINGS:
        raise EncodingError(messages.BAD_ENCODING_NAME.format(name=encoding, names=", ".join(ENCODINGS)))
    with path.open("rb") as file:
        start = file.read(1 << 16)
        if not start.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
            raise FileError(messages.EMPTY_FILE.format(file=path.name))
        marked, skip = _mark(start)
        wide = marked or encoding or _utf16_without_mark(start)
        file.seek(skip)
        if wide in _WIDE:
            return _wide_form(file, path.name, wide, skip)
        _refuse_binary(start, path.name)
        sample = _sample(file, path.name)
    if encoding is None or marked is not None:
        return _decided(sample, skip)
    return TextForm(encoding, skip, None, *_unicode_scheme(sample.lines, encoding))


def _mark(start: bytes) -> tuple[str | None, int]:
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name, len(mark)
    return None, 0


def _utf16_without_mark(start: bytes) -> str | None:
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = max(len(start) // 2, 1)
    if _has_lines_of_bytes(start):
        return None
    if odd > _NULS_OF_UTF16 * half and even < _FEW_NULS * half:
        return "utf-16-le"
    if even > _NULS_OF_UTF16 * half and odd < _FEW_NULS * half:
        return "utf-16-be"
    return None


def _has_lines_of_bytes(start: bytes) -> bool:
    """Tell whether many lines end as in a text of single bytes: no NUL anywhere near the line feed."""
    ends = [at for at, byte in enumerate(start) if byte == _LINE_FEED]
    alone = sum(b"\0" not in start[max(at - _NEAR, 0) : at + _NEAR] for at in ends)
    return alone > _LINES_OF_BYTES * len(ends)


def _refuse_binary(start: bytes, name: str) -> None:
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if controls > max(_FEW_CONTROLS, _CONTROL_SHARE * len(start)):
        first = min(at for at in map(start.find, _CONTROL_BYTES) if at >= 0)
        raise FileError(messages.NOT_TEXT.format(file=name, byte=first + 1))


def _wide_form(file: BinaryIO, name: str, encoding: str, skip: int) -> TextForm:
    texts: list[str] = []
    for block in line_blocks(file, name, encoding):
        if len(texts) < SAMPLE_LINES // SAMPLE_PER_BLOCK:
            texts.append(block.decode(encoding, errors="replace"))
    decision, scheme, suspected = _scheme(texts)
    return TextForm(encoding, skip, decision, scheme, suspected)


@dataclass(slots=True)
class _Sample:
    lines: list[bytes]
    broken: int = 0
    whole: int = 0


def _sample(file: BinaryIO, name: str) -> _Sample:
    """Return lines with bytes above 7F from all over the file, and how many lines of them are UTF-8."""
    sample, size = _Sample([]), 0
    for block in line_blocks(file, name, "ascii"):
        if block.isascii():
            if not sample.lines:
                sample.lines.append(block[: 1 << 14])  # plain lines can still be VIQR
            continue
        valid = _is_utf8(block)
        high = [line for line in block.splitlines() if not line.isascii()]
        broken = [] if valid else [line for line in high if not _is_utf8(line)]
        sample.broken += len(broken)
        sample.whole += len(high) - len(broken)
        if size < SAMPLE_BYTES:
            taken = high[:SAMPLE_PER_BLOCK] if sample.lines else high[:SAMPLE_LINES]
            taken += [line for line in broken[:SAMPLE_PER_BLOCK] if line not in taken]
            sample.lines += taken
            size += sum(map(len, taken))
    return sample


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decided(sample: _Sample, skip: int) -> TextForm:
    if skip or sample.broken <= _BROKEN_UTF8_SHARE * (sample.broken + sample.whole):
        texts = [line.decode("utf-8") for line in sample.lines if _is_utf8(line)]
        decision, scheme, suspected = _scheme(texts)
        return TextForm("utf-8", skip, decision, scheme, suspected)
    decision = decide_bytes(sample.lines)
    return TextForm(decision.name, skip, decision)


def _scheme(texts: list[str]) -> tuple[Decision | None, str, str | None]:
    decision = decide_scheme(texts)
    return decision, decision.name, decision.suspected if decision.name == "unicode" else None


def _unicode_scheme(lines: list[bytes], encoding: str) -> tuple[str, str | None]:
    if encoding not in {"utf-8", "windows-1252", "iso-8859-1"}:
        return "unicode", None
    texts = [decode(line, encoding) for line in lines if encoding != "utf-8" or _is_utf8(line)]
    return "unicode", decide_scheme(texts).suspected


def encoding_name(form: TextForm) -> str:
    """Return the name of an encoding as people know it."""
    return NAMES.get(form.encoding, form.encoding.upper())
