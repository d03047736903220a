"""Region packs: tables as plain files, as DataFrames and in the database."""

from __future__ import annotations

from supplychain.pack.check import PackCheck, check_pack
from supplychain.pack.declaration import TableDeclaration, declare
from supplychain.pack.pack import Pack, Region, UnknownAssumptionError, split_list
from supplychain.pack.read import read_pack

__all__ = [
    "Pack",
    "PackCheck",
    "Region",
    "TableDeclaration",
    "UnknownAssumptionError",
    "check_pack",
    "declare",
    "read_pack",
    "split_list",
]
