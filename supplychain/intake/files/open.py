"""Opens any file of tables by what it holds, not by what it is called."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from supplychain.intake.encodings import decide_scheme
from supplychain.intake.files import messages
from supplychain.intake.files.archive import Archive
from supplychain.intake.files.cleaning import Cleaner
from supplychain.intake.files.columnar import ParquetReader, parquet_columns
from supplychain.intake.files.delimited import choose_delimiter, delimiter_text, read_delimited
from supplychain.intake.files.header import find_header, rows_below
from supplychain.intake.files.ods import OdsReader, sheet_names
from supplychain.intake.files.old_excel import OldExcelReader, old_sheets
from supplychain.intake.files.scan import encoding_name, scan_text
from supplychain.intake.files.values import FileError, FileKind, Notebook, RawRow, ReadOptions, Sheet, TableFile
from supplychain.intake.files.xlsx import SheetReader
from supplychain.intake.files.xlsx_parts import read_workbook
from supplychain.text import Text

_OLD_OFFICE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_DEFAULTS: Final = ReadOptions()
_ENCODING_CODE: Final = "encoding"
_TEXTS_LOOKED_AT: Final = 20_000
_ENOUGH_TEXTS: Final = 1_000
_ROWS_LOOKED_AT: Final = 500
_PARQUET: Final = b"PAR1"
_SQLITE: Final = b"SQLite format 3\x00"
_OTHER_KINDS: Final = (
    b"%PDF",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    b"<?xml",
    b"<html",
    b"<!DOCTYPE",
    b"{\\rtf",
)
_GEOJSON_TYPE: Final = re.compile(rb'"type"\s*:\s*"(Feature|FeatureCollection)"')


def open_table_file(path: Path, options: ReadOptions = _DEFAULTS) -> TableFile:
    """Return the sheets of a file, with the findings of opening it; no row is kept in memory.

    Parameters
    ----------
    path
        CSV or any delimited text, XLSX, ODS, XLS, Parquet, GeoPackage or GeoJSON; known by its content.
    options
        What a person decides instead of the program.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, encrypted, beyond a limit, of no known kind, or holds no table.
    EncodingError
        If it cannot be told in which encoding a text file is.
    """
    try:
        _refuse_endless(path)
        with path.open("rb") as file:
            start = file.read(1 << 12)
    except FileNotFoundError as error:
        raise FileError(messages.NO_FILE.format(file=path)) from error
    except OSError as error:
        raise FileError(messages.UNREADABLE.format(file=path, reason=error.strerror or str(error))) from error
    if not start:
        raise FileError(messages.EMPTY_FILE.format(file=path.name))
    try:
        return _opener(path, start)(path, options)
    except OSError as error:
        raise FileError(messages.UNREADABLE.format(file=path.name, reason=error.strerror or str(error))) from error


def _refuse_endless(path: Path) -> None:
    """Refuse pipes and devices: they may never end, and cannot be read twice."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise FileError(messages.NO_ORDINARY_FILE.format(file=path.name))


def _opener(path: Path, start: bytes) -> Callable[[Path, ReadOptions], TableFile]:
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_zip
    if start.startswith(_OLD_OFFICE):
        return _open_old_office
    if start.startswith(_PARQUET):
        return _open_parquet
    if start.startswith(_SQLITE):
        return partial(_open_layers, kind="geopackage")
    if is_geojson(path, start):
        return partial(_open_layers, kind="geojson")
    for sign in _OTHER_KINDS:
        if start.startswith(sign):
            raise FileError(messages.UNKNOWN_KIND.format(file=path.name))
    return _open_delimited


def is_geojson(path: Path, start: bytes) -> bool:
    """Tell whether a text file is GeoJSON: an object, by its ending or by naming its type soon."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"{"):
        return False
    return path.suffix.lower() in {".geojson", ".json"} or _GEOJSON_TYPE.search(text) is not None


def _open_zip(path: Path, options: ReadOptions) -> TableFile:
    with Archive(path) as archive:
        if archive.has("[Content_Types].xml") and not archive.has("xl/workbook.bin"):
            return _open_xlsx(archive, options)
        if archive.has("xl/workbook.bin"):
            raise FileError(messages.XLSB.format(file=path.name))
        if archive.has("content.xml") and archive.has("mimetype"):
            return _open_ods(archive, options)
    raise FileError(messages.NOT_A_WORKBOOK.format(file=path.name))


def _open_delimited(path: Path, options: ReadOptions) -> TableFile:
    notebook = Notebook()
    form = scan_text(path, options.encoding)
    if form.decision is not None and form.decision.name != "unicode":
        notebook.tell(_ENCODING_CODE, form.decision.text)
    else:
        notebook.tell(_ENCODING_CODE, _plain_encoding(encoding_name(form)))
    table = choose_delimiter(path, form, options.delimiter)
    notebook.tell("delimiter", delimiter_text(table.delimiter))
    name = path.stem
    read = partial(read_delimited, table, name, notebook)
    sheet = build_sheet(name, read, options, notebook, ragged=True)
    if sheet is None:
        raise FileError(messages.EMPTY_FILE.format(file=path.name))
    scheme = form.encoding if form.scheme == "unicode" else form.scheme
    return TableFile(path, "delimited", (sheet,), notebook, scheme, table.delimiter)


def _plain_encoding(name: str) -> Text:
    return Text(en=f"The file is {name}.", vi=f"Tệp theo bảng mã {name}.")


def _open_xlsx(archive: Archive, options: ReadOptions) -> TableFile:
    notebook = Notebook()
    book = read_workbook(archive)
    if book.macros:
        notebook.tell("macros", messages.MACROS)
    plain = Cleaner(Notebook())
    inline = (SheetReader(archive, part, book, plain, Notebook()).rows for part in book.sheets)
    cleaner = _cleaner_for(notebook, () if len(book.texts) > _ENOUGH_TEXTS else inline, book.texts)
    readers = [
        (part.name, part.hidden, SheetReader(archive, part, book, cleaner, notebook).rows) for part in book.sheets
    ]
    return workbook_file(archive.path, "xlsx", readers, options, notebook, cleaner.encoding)


def _open_ods(archive: Archive, options: ReadOptions) -> TableFile:
    path, notebook = archive.path, Notebook()
    if archive.has("META-INF/manifest.xml") and _is_encrypted(archive):
        raise FileError(messages.ENCRYPTED.format(file=path.name))
    names = sheet_names(archive)
    cleaner = _cleaner_for(
        notebook,
        (OdsReader(path, at, name, Cleaner(Notebook()), Notebook()).rows for at, (name, _) in enumerate(names)),
    )
    readers = [
        (name, hidden, OdsReader(path, at, name, cleaner, notebook).rows) for at, (name, hidden) in enumerate(names)
    ]
    return workbook_file(path, "ods", readers, options, notebook, cleaner.encoding)


def _is_encrypted(archive: Archive) -> bool:
    with archive.part("META-INF/manifest.xml", in_memory=True) as file:
        return b"encryption-data" in file.read(1 << 20)


def _open_old_office(path: Path, options: ReadOptions) -> TableFile:
    notebook = Notebook()
    sheets = old_sheets(path)
    cleaner = _cleaner_for(
        notebook, (OldExcelReader(path, name, Cleaner(Notebook()), Notebook()).rows for name, _ in sheets)
    )
    notebook.tell("no_number_formats", messages.OLD_FORMAT)
    readers = [(name, hidden, OldExcelReader(path, name, cleaner, notebook).rows) for name, hidden in sheets]
    return workbook_file(path, "xls", readers, options, notebook, cleaner.encoding)


def _open_parquet(path: Path, options: ReadOptions) -> TableFile:
    del options
    notebook = Notebook()
    columns = parquet_columns(path)
    cleaner = _cleaner_for(notebook, [ParquetReader(path, path.stem, Cleaner(Notebook()), Notebook()).rows])
    sheet = Sheet(path.stem, columns, None, ParquetReader(path, path.stem, cleaner, notebook).rows)
    return TableFile(path, "parquet", (sheet,), notebook, cleaner.encoding)


def _open_layers(path: Path, options: ReadOptions, *, kind: FileKind) -> TableFile:
    from supplychain.intake.files.spatial import LayerReader, read_layers  # noqa: PLC0415 - heavy, for GIS files alone

    del options
    notebook = Notebook()
    layers = read_layers(path, kind)
    cleaner = _cleaner_for(
        notebook, (LayerReader(path, kind, layer, Cleaner(Notebook()), Notebook()).rows for layer in layers)
    )
    sheets = [
        Sheet(layer.name, layer.columns, None, LayerReader(path, kind, layer, cleaner, notebook).rows, crs=layer.crs)
        for layer in layers
        if layer.columns
    ]
    if not sheets:
        raise FileError(messages.NO_TABLE.format(file=path.name))
    return TableFile(path, kind, tuple(sheets), notebook, cleaner.encoding)


def _cleaner_for(
    notebook: Notebook, readers: Iterable[Callable[[], Iterator[RawRow]]], shared: Sequence[str] = ()
) -> Cleaner:
    """Return a cleaner for the legacy font that shared texts or first rows of a file's sheets are in, if they are."""
    texts = [*shared[:_TEXTS_LOOKED_AT]]
    texts += [
        cell.text
        for read in readers
        for row in islice(read(), _ROWS_LOOKED_AT)
        for cell in row.cells
        if cell.kind == "text"
    ]
    decision = decide_scheme(texts)
    if decision.name != "unicode":
        notebook.tell(_ENCODING_CODE, decision.text)
    return Cleaner(notebook, decision.name, decision.suspected)


def workbook_file(
    path: Path,
    kind: FileKind,
    readers: list[tuple[str, bool, Callable[[], Iterator[RawRow]]]],
    options: ReadOptions,
    notebook: Notebook,
    encoding: str | None = None,
) -> TableFile:
    """Return a workbook from its sheets' names, whether each is hidden, and how each is read."""
    sheets = []
    for name, hidden, read in readers:
        sheet = build_sheet(name, read, options, notebook, hidden=hidden)
        if sheet is None:
            notebook.tell("empty_sheet", messages.EMPTY_SHEET, name)
            continue
        if hidden:
            notebook.tell("hidden_sheet", messages.HIDDEN_SHEET, name)
        sheets.append(sheet)
    if not sheets:
        raise FileError(messages.NO_TABLE.format(file=path.name))
    return TableFile(path, kind, tuple(sheets), notebook, encoding)


def build_sheet(
    name: str,
    read: Callable[[], Iterator[RawRow]],
    options: ReadOptions,
    notebook: Notebook,
    *,
    hidden: bool = False,
    ragged: bool = False,
) -> Sheet | None:
    """Return a sheet whose header has been found, or None if it has no cells."""
    rows = read()
    header = find_header(rows, name, options.header_lines.get(name, options.header_lines.get("*")), notebook)
    notebook.restart(name)
    if header is None:
        return None
    below = partial(rows_below, read, header, name, notebook, ragged=ragged)
    lines = (header.first, header.last) if header.first else None
    return Sheet(name, header.columns, lines, below, hidden)
