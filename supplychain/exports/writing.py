"""Files that are there whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

THERE: Final = Text(
    en="{out} is there already; name another one so that nothing of yours is overwritten.",
    vi="{out} đã có; hãy đặt tên khác để không ghi đè tệp của bạn.",
)


class FileThereError(HinterlandError):
    """What should be written would take the place of something that is there."""


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
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.stem}.{os.getpid()}.partial{out.suffix}")
    try:
        yield partial
        partial.replace(out)
    finally:
        for rest in (partial, *(partial.with_name(partial.name + ending) for ending in ("-wal", "-shm", "-journal"))):
            rest.unlink(missing_ok=True)


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder whose files move to ``out`` when the block ends well, and vanish when it does not."""
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
