"""Zip archives of workbooks, opened only if they unpack to a bounded size, and their XML read as a stream."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Final, Self
from xml.parsers import expat

from supplychain.intake.files import messages
from supplychain.intake.files.values import FileError
from supplychain.text import Text

LARGEST_UNPACKED: Final = 4 << 30
"""Bytes that all parts of a workbook may unpack to; a million rows of 50 columns are about two thirds of it."""

LARGEST_IN_MEMORY: Final = 256 << 20
"""Bytes that a part kept in memory (shared texts, styles) may unpack to."""

MOST_ENTRIES: Final = 10_000
LARGEST_RATIO: Final = 250
"""Bytes unpacked for one byte packed; workbooks stay below 60, and deflate ends at 1,032."""

RATIO_COUNTS_FROM: Final = 16 << 20
BLOCK: Final = 1 << 18

Start = Callable[[str, Mapping[str, str]], None]


class Archive:
    """A checked zip archive.

    Raises
    ------
    FileError
        If the archive is damaged, encrypted or a bomb.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self._damaged(error) from error
        try:
            self._check()
        except FileError:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def names(self) -> Mapping[str, str]:
        """Part names by their lower-case form; workbooks of some programs differ in case from their own index."""
        return MappingProxyType({info.filename.lstrip("/").lower(): info.filename for info in self._zip.infolist()})

    def has(self, name: str) -> bool:
        """Tell whether the archive has a part."""
        return name.lstrip("/").lower() in self.names

    @contextmanager
    def part(self, name: str, *, in_memory: bool = False) -> Iterator[IO[bytes]]:
        """Open a part for reading.

        Raises
        ------
        FileError
            If there is no such part, it is damaged, or too large to be kept in memory where ``in_memory`` says it is.
        """
        real = self.names.get(name.lstrip("/").lower())
        if real is None:
            reason = f"the part {name} is missing"
            raise self._damaged(reason)
        if in_memory and self._zip.getinfo(real).file_size > LARGEST_IN_MEMORY:
            reason = f"{name}: {self._zip.getinfo(real).file_size:,} bytes"
            raise self._bomb(reason)
        try:
            with self._zip.open(real) as file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise self._damaged(error) from error

    def parse(self, name: str, parser: expat.XMLParserType, *, in_memory: bool = False) -> None:
        """Feed a whole part to an XML parser."""
        for _ in self.parse_stepwise(name, parser, in_memory=in_memory):
            pass

    def parse_stepwise(self, name: str, parser: expat.XMLParserType, *, in_memory: bool = False) -> Iterator[None]:
        """Feed a part to an XML parser block by block; yield after each.

        Raises
        ------
        FileError
            If the part is damaged, or declares entities.
        """
        parser.EntityDeclHandler = self._refuse_entities
        with self.part(name, in_memory=in_memory) as file:
            try:
                while block := file.read(BLOCK):
                    parser.Parse(block, False)  # noqa: FBT003 - expat takes it by position
                    yield
                parser.Parse(b"", True)  # noqa: FBT003 - as above
            except expat.ExpatError as error:
                reason = f"{name}: {error}"
                raise self._damaged(reason) from error
        yield

    def _check(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            reason = f"{len(entries):,} parts"
            raise self._bomb(reason)
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileError(messages.ENCRYPTED.format(file=self.path.name))
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > LARGEST_UNPACKED:
            reason = f"{unpacked:,} bytes"
            raise self._bomb(reason)
        for entry in entries:
            if entry.file_size > max(RATIO_COUNTS_FROM, LARGEST_RATIO * entry.compress_size):
                reason = f"{entry.filename}: {entry.compress_size:,} → {entry.file_size:,} bytes"
                raise self._bomb(reason)

    def _refuse_entities(self, *_: object) -> None:
        raise FileError(messages.ENTITIES.format(file=self.path.name))

    def _bomb(self, reason: str) -> FileError:
        return FileError(messages.BOMB.format(file=self.path.name, reason=reason))

    def _damaged(self, reason: object) -> FileError:
        return damaged(self.path, reason)


def damaged(path: Path, reason: object) -> FileError:
    """Return the error for a file that cannot be read through."""
    text = str(reason).strip().rstrip(".") or type(reason).__name__
    template = messages.DAMAGED
    return FileError(Text(en=template.en, vi=template.vi).format(file=path.name, reason=text))


def new_parser() -> expat.XMLParserType:
    """Return an XML parser that gives names as ``{namespace}local`` cut to the local part's separator, text whole."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    return parser


def local(name: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return name.rpartition(" ")[2]
