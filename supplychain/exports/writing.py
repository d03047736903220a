"""Files that are there whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

THERE: Final = Text(
    en="{out} is there already; name another one so that nothing of yours is overwritten.",
    vi="{out} đã có; hãy đặt tên khác để không ghi đè tệp của bạn.",
)


NOT_WRITTEN: Final = Text(
    en="{out} cannot be written: {reason}. Nothing was left half-written.",
    vi="Không ghi được {out}: {reason}. Không để lại tệp dở dang.",
)


class FileThereError(HinterlandError):
    """What should be written would take the place of something that is there."""


class NotWrittenError(HinterlandError):
    """A file cannot be written where it should be: the disk is full, or the place is closed to writing."""


@contextmanager
def explained(out: Path) -> Iterator[None]:
    """Turn whatever keeps a file from being written into a sentence that names the file.

    Raises
    ------
    NotWrittenError
        In place of an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        raise NotWrittenError(NOT_WRITTEN.format(out=out, reason=error.strerror or str(error))) from error


def refuse_existing(out: Path) -> None:
    """Refuse a name that is taken.

    Raises
    ------
    FileThereError
        If there is such a file, or a folder that is not empty.
    """
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        raise FileThereError(THERE.format(out=out))


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Give a file that takes the place of ``out`` when the block ends well, and vanishes when it does not."""
    with explained(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = out.with_name(f".{out.stem}.{os.getpid()}.partial{out.suffix}")
        try:
            yield partial
            partial.replace(out)
        finally:
            for rest in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm", "-journal"))):
                rest.unlink(missing_ok=True)


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder whose files move to ``out`` when the block ends well, and vanish when it does not."""
    with explained(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
        partial.mkdir()
        try:
            yield partial
            if out.is_dir():
                out.rmdir()  # empty, as ``refuse_existing`` saw to
            partial.rename(out)
        finally:
            if partial.is_dir():
                for rest in partial.iterdir():
                    rest.unlink()
                partial.rmdir()


def write_layer(table: Any, path: Path, **options: Any) -> None:  # noqa: ANN401 - an Arrow table, and what GDAL takes
    """Write an Arrow table as a layer of a GeoPackage.

    Raises
    ------
    OSError
        If the layer cannot be written.
    """
    import pyogrio  # noqa: PLC0415 - only where it is written

    try:
        pyogrio.write_arrow(table, path, driver="GPKG", **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise OSError(str(error)) from error
