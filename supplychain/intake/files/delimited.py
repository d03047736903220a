"""CSV, TSV and any other delimiter: rows streamed from blocks of whole lines, never the whole file in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from supplychain.intake.encodings import NAMES, decode
from supplychain.intake.files import messages
from supplychain.intake.files.cleaning import Cleaner, is_clean
from supplychain.intake.files.scan import TextForm, line_blocks
from supplychain.intake.files.values import EMPTY, MAXIMUM_COLUMNS, Cell, FileError, Notebook, RawRow
from supplychain.text import Text

DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars (|)"}
DELIMITERS_VI: Final = {",": "dấu phẩy", ";": "dấu chấm phẩy", "\t": "dấu tab", "|": "dấu gạch đứng (|)"}
LONGEST_CELL: Final = 131_072
"""Characters of the longest cell; the csv module's own limit, four times that of a spreadsheet."""

_LINES_LOOKED_AT: Final = 300
_HINT: Final = "sep="
_WIDE: Final = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
_make_cell: Final = tuple.__new__


@dataclass(frozen=True, slots=True)
class Delimited:
    """How a text file is cut into cells."""

    path: Path
    form: TextForm
    delimiter: str
    hint: bool


def choose_delimiter(path: Path, form: TextForm, given: str | None) -> Delimited:
    """Return how a text file is cut: by the character most lines of it agree on, or the one given."""
    lines = list(islice(_Lines(path, form), _LINES_LOOKED_AT))
    first = lines[0].strip().strip('"') if lines else ""
    hint = first[: len(_HINT)].lower() == _HINT and len(first) == len(_HINT) + 1
    if given is not None:
        if not _can_part(given):
            raise FileError(messages.BAD_DELIMITER.format(given=given))
        return Delimited(path, form, given, hint)
    if hint and _can_part(first[-1]):
        return Delimited(path, form, first[-1], hint)
    scores = {delimiter: _agreement(lines, delimiter) for delimiter in DELIMITERS}
    return Delimited(path, form, max(scores, key=lambda delimiter: scores[delimiter]), hint)


def _can_part(given: str) -> bool:
    return len(given) == 1 and not given.isalnum() and given not in '"\r\n\0'


def delimiter_text(delimiter: str) -> Text:
    """Return the finding that names the delimiter."""
    name = DELIMITERS.get(delimiter, repr(delimiter))
    return Text(
        en=messages.DELIMITER.en.format(name=name),
        vi=messages.DELIMITER.vi.format(name=DELIMITERS_VI.get(delimiter, repr(delimiter))),
    )


def _agreement(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return how far rows agree on their number of cells with this delimiter, and that number.

    Figures with decimal commas make a comma agree in rows and not in the header; the first row of the usual width
    counts as much as a tenth of all rows.
    """
    widths: list[int] = []
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            widths.append(len(next(reader)))
        except StopIteration:
            break
        except csv.Error:
            widths.append(0)
    widths = [width for width in widths if width]
    if not widths or max(widths) == 1:
        return (0.0, 0)
    usual = max(sorted(set(widths), reverse=True), key=widths.count)
    if usual == 1:
        wide = [width for width in widths if width > 1]
        return (len(wide) / len(widths) / 10, max(wide))
    share = widths.count(usual) / len(widths)
    header = max(width / usual if width <= usual else usual / width for width in widths[:10]) / 10
    first = next((width for width in widths if width > 1), 0)
    return (round(share + header - (0.3 if first != usual and len(widths) > 1 else 0.0), 6), usual)


class _Lines:
    """The decoded lines of a file; ``strange`` tells whether lines given lately may need cleaning.

    A line that is not in the file's encoding comes with the sign of lost letters, and its number is in ``broken``.
    """

    def __init__(self, path: Path, form: TextForm) -> None:
        self._path, self._form = path, form
        self.strange = False
        self.broken: set[int] = set()
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        form = self._form
        with self._path.open("rb") as file:
            file.seek(form.skip)
            before = False
            for block in line_blocks(file, self._path.name, form.encoding):
                text = self._decoded(block)
                if "\r" in text:
                    text = text.replace("\r\n", "\n").replace("\r", "\n")
                now = not is_clean(text)
                self.strange = now or before
                before = now
                for line in _split(text):
                    self.number += 1
                    yield line

    def _decoded(self, block: bytes) -> str:
        form = self._form
        try:
            return decode(block, form.encoding)
        except UnicodeDecodeError:
            if form.encoding in _WIDE:
                return block.decode(form.encoding, errors="replace")
        lines = []
        for place, line in enumerate(_split_bytes(block)):
            try:
                lines.append(decode(line, form.encoding))
            except UnicodeDecodeError:
                self.broken.add(self.number + place + 1)
                lines.append(line.decode("ascii", errors="replace"))
        return "".join(lines)


def _split(text: str) -> list[str]:
    """Return the lines of a text with their line feeds; no other sign that Unicode calls a line end ends one."""
    return [line + "\n" for line in text.removesuffix("\n").split("\n")] if text else []


def _split_bytes(block: bytes) -> list[bytes]:
    return block.splitlines(keepends=True)


def read_delimited(table: Delimited, sheet: str, notebook: Notebook) -> Iterator[RawRow]:
    """Yield every line of the file that is not empty as a row of cells, title lines and header among them.

    Raises
    ------
    FileError
        If a cell, a line or the number of columns is beyond its limit, or a quotation mark is never closed.
    """
    form, name = table.form, table.path.name
    cleaner = Cleaner(notebook, form.scheme, form.suspected)
    lines = _Lines(table.path, form)
    source = iter(lines)
    if table.hint:
        next(source, None)
    reader = csv.reader(source, delimiter=table.delimiter, strict=True)
    offset = 1 if table.hint else 0
    while True:
        start = reader.line_num + offset + 1
        try:
            texts = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _bad_row(error, start, reader.line_num + offset, name)
            continue
        if not texts:
            continue
        if len(texts) > MAXIMUM_COLUMNS:
            raise FileError(
                messages.MANY_COLUMNS.format(place=f"{name}:{start}", count=len(texts), limit=MAXIMUM_COLUMNS)
            )
        if not (lines.strange or cleaner.looks_at_all or lines.broken):
            stripped = [text.strip() for text in texts]
            yield RawRow(start, tuple([_make_cell(Cell, (t, "text", None, None)) if t else EMPTY for t in stripped]))
            continue
        problems: list[Text] = []
        if lines.broken and not lines.broken.isdisjoint(range(start, reader.line_num + offset + 1)):
            problems.append(
                messages.WRONG_ENCODING.format(line=start, encoding=NAMES.get(form.encoding, form.encoding))
            )
        cleaned = [cleaner.clean(text, sheet, start, problems) for text in texts]
        yield RawRow(start, tuple(Cell(t) if t else EMPTY for t in cleaned), problems=tuple(problems))


def _bad_row(error: csv.Error, start: int, end: int, name: str) -> RawRow:
    """Return a row that cannot be cut into cells; what makes all further rows doubtful is raised."""
    reason = str(error)
    if "field limit" in reason:
        raise FileError(messages.LONG_CELL.format(line=start, file=name, limit=LONGEST_CELL)) from error
    if "unexpected end" in reason:
        raise FileError(messages.OPEN_QUOTE.format(line=start, file=name)) from error
    line = start if start == end else f"{start}–{end}"
    return RawRow(start, (), problems=(messages.BAD_QUOTES.format(reason=f"{reason} ({line})"),))
