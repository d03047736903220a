"""The folder of an index: whole generations side by side, and a file that names the one in use.

A rebuild fills a new generation and then lets the file name it, so that readers see the old index or the new one and
never half of either; a process killed half-way leaves the old one in use.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import tantivy

from supplychain.search.entries import Entry
from supplychain.search.errors import SearchError
from supplychain.search.reader import Reader
from supplychain.search.schema import FORMAT, STATE, schema, state_document, to_document
from supplychain.text import Text

CURRENT_FILE: Final = "current.json"
BUILD_MEMORY: Final = 256_000_000
CHANGE_MEMORY: Final = 32_000_000

DAMAGED: Final = Text(
    en="The search index in {folder} cannot be used ({reason}); it is made again from the database.",
    vi="Chỉ mục tìm kiếm trong {folder} không dùng được ({reason}); sẽ tạo lại từ cơ sở dữ liệu.",
)


class DamagedIndexError(SearchError):
    """There is no index, or it is damaged or of another format: it has to be made again."""


def _damaged(folder: Path, reason: object) -> DamagedIndexError:
    return DamagedIndexError(DAMAGED.format(folder=folder, reason=" ".join(str(reason).split())))


@contextmanager
def as_damage(folder: Path) -> Iterator[None]:
    """Turn what tantivy says of a damaged index into one error of ours.

    Raises
    ------
    DamagedIndexError
        If anything in the index cannot be read.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error
    except BaseException as error:
        # A fault inside tantivy arrives as pyo3's PanicException, which is no Exception and has no name to import.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(folder, error) from error


def open_current(folder: Path) -> tuple[str, tantivy.Index]:
    """Return the name of the generation in use and its index.

    Raises
    ------
    DamagedIndexError
        If there is none that can be used.
    """
    try:
        about = json.loads((folder / CURRENT_FILE).read_text(encoding="utf-8"))
        generation, kept_format = str(about["generation"]), about["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, "none there" if isinstance(error, FileNotFoundError) else error) from error
    if kept_format != FORMAT:
        raise _damaged(folder, f"format {kept_format} instead of {FORMAT}")
    path = folder / generation
    with as_damage(folder):
        _check_files(path)
        index = tantivy.Index.open(str(path))
        if Reader(index).number < 0:
            raise _damaged(folder, "it does not say how far it has come")
    return generation, index


def _check_files(path: Path) -> None:
    """Refuse an index with a file of a segment missing or empty; tantivy finds that out only when it reads it."""
    about = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    for segment in about["segments"]:
        name = segment["segment_id"].replace("-", "")
        for ending in ("idx", "pos", "term", "store", "fast"):
            file = path / f"{name}.{ending}"
            if not file.is_file() or not file.stat().st_size:
                msg = f"{file.name} is missing or empty"
                raise ValueError(msg)


def build(folder: Path, entries: Iterable[Entry], state: Mapping[str, Any]) -> int:
    """Make a new generation of the index and put it in use; the caller holds the right to write.

    Parameters
    ----------
    folder
        Of the index.
    entries
        Everything that can be found.
    state
        What the index says of itself; ``number`` is that of the last change it holds.

    Returns
    -------
    int
        Entries put in.
    """
    generation = _next_generation(folder)
    path = folder / generation
    path.mkdir(parents=True)
    index = tantivy.Index(schema(), path=str(path))
    count = 0
    with index.writer(BUILD_MEMORY, 1) as writer:
        for entry in entries:
            writer.add_document(to_document(entry))
            count += 1
        writer.add_document(state_document(state))
        writer.commit()
        writer.wait_merging_threads()
    whole = folder / f"{CURRENT_FILE}.{os.getpid()}"
    whole.write_text(json.dumps({"format": FORMAT, "generation": generation}), encoding="utf-8")
    whole.replace(folder / CURRENT_FILE)
    _remove_others(folder, generation)
    return count


def change(
    index: tantivy.Index, organisation_ids: Iterable[str], entries: Iterable[Entry], state: Mapping[str, Any]
) -> None:
    """Replace all entries of some organisations in one commit; the caller holds the right to write."""
    writer = index.writer(CHANGE_MEMORY, 1)
    for organisation_id in organisation_ids:
        writer.delete_documents_by_term("organisation", organisation_id)
    writer.delete_documents_by_term("state", STATE)
    for entry in entries:
        writer.add_document(to_document(entry))
    writer.add_document(state_document(state))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def _next_generation(folder: Path) -> str:
    numbers = [int(path.name[1:]) for path in folder.glob("g*") if path.name[1:].isdigit()]
    return f"g{max(numbers, default=0) + 1}"


def _remove_others(folder: Path, generation: str) -> None:
    """Remove generations that are not in use; one that a system keeps open is removed after the next rebuild."""
    for path in folder.glob("g*"):
        if path.name != generation and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
