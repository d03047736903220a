"""Region packs: tables as plain files, as DataFrames and in the database."""

from __future__ import annotations

from supplychain.pack.check import PackCheck, check_pack
from supplychain.pack.declaration import TableDeclaration, declare
from supplychain.pack.memo import TableMemo
from supplychain.pack.pack import Pack, Region, UnknownAssumptionError, plain_rows
from supplychain.pack.read import read_pack
from supplychain.pack.store import NoPackError, OtherRegionError, load_pack, read_pack_from_database
from supplychain.pack.write import write_pack, write_templates
from supplychain.rules import split_list

__all__ = [
    "NoPackError",
    "OtherRegionError",
    "Pack",
    "PackCheck",
    "Region",
    "TableDeclaration",
    "TableMemo",
    "UnknownAssumptionError",
    "check_pack",
    "declare",
    "load_pack",
    "plain_rows",
    "read_pack",
    "read_pack_from_database",
    "split_list",
    "write_pack",
    "write_templates",
]
