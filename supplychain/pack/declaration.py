"""What the tables of a pack look like; the registry reads the same declarations (``supplychain.declaration``)."""

from __future__ import annotations

from supplychain.declaration import DTYPES, TableDeclaration, declare

__all__ = ["DTYPES", "TableDeclaration", "declare"]
