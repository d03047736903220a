"""Numbers as people write them in files, addresses and options, and nothing that only Python takes for one."""

from __future__ import annotations

import re
from typing import Final

PLAIN_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def plain_number(text: str) -> float:
    """Return the number of a text such as "-106.5"; infinite where it is too large.

    Spaces around it do not count. "1_000", "nan", "infinity" and figures of other scripts are no numbers, although
    ``float`` reads them.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not PLAIN_NUMBER.fullmatch(text.strip()):
        msg = f"This is no number: {text[:60]!r}."
        raise ValueError(msg)
    return float(text)
