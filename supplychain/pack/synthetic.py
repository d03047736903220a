"""Rows that were made up to show how the registry works: marked, and left out of real use."""

from __future__ import annotations

from supplychain.pack.pack import Pack

MARK = "synthetic"
"""Column that is true in made-up rows."""


def without_synthetic(pack: Pack) -> Pack:
    """Return the pack without the rows marked synthetic.

    Only synthetic rows may refer to synthetic rows; what is left then refers to what is left.
    """
    marked = {name: frame for name, frame in pack.tables.items() if MARK in frame.columns}
    return pack.with_tables({name: frame[~frame[MARK].astype(bool)] for name, frame in marked.items()})
