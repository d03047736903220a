"""Names and texts made short enough for old formats, and what that cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc


def short_names(names: Sequence[str], length: int) -> Mapping[str, str]:
    """Return a name for each field that has at most ``length`` bytes and no equal, capitals not counting.

    The longest of the words between the underscores lose letters first, so that ``capacity_per_day`` becomes
    ``ca_per_day`` in ten letters. The same names always give the same.

    Parameters
    ----------
    names
        Names, each once.
    length
        Bytes; 0 for any length.
    """
    if not length:
        return {name: name for name in names}
    # Names that are short enough keep their place, wherever they stand.
    taken = {name.lower() for name in names if len(name.encode()) <= length}
    found = {}
    for name in names:
        given = name
        if len(name.encode()) > length:
            given = _free(name, length, taken)
            taken.add(given.lower())
        found[name] = given
    return found


def _free(name: str, length: int, taken: set[str]) -> str:
    given, number = _shorter(name, length), 1
    while given.lower() in taken:
        number += 1
        given = f"{_shorter(name, length - len(str(number)))}{number}"
    return given


def _shorter(name: str, length: int) -> str:
    words = name.split("_")
    while len("_".join(words).encode()) > length:
        longest = max(range(len(words)), key=lambda position: len(words[position]))
        if len(words[longest]) <= 1:
            return "".join(words).encode()[:length].decode(errors="ignore")
        words[longest] = words[longest][:-1]
    return "_".join(words)


def cut_texts(cells: pa.Array, length: int) -> tuple[pa.Array, int]:
    """Return texts of at most ``length`` bytes, no letter of them cut in the middle, and how many were cut."""
    long = pc.greater(pc.binary_length(cells), length)
    count = pc.sum(long).as_py() or 0
    if not count:
        return cells, 0
    short = [None if text is None else text.encode()[:length].decode(errors="ignore") for text in cells.to_pylist()]
    return pa.array(short, pa.string()), int(count)
