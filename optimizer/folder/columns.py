"""Every table and column of a folder of flow tables; reading, checking and documentation follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from optimizer.folder.declaration import FlowTable
from optimizer.folder.freight_tables import FREIGHT_TABLES
from optimizer.folder.network_tables import NETWORK_TABLES

TABLES: Final[Mapping[str, FlowTable]] = MappingProxyType(
    {table.name: table for table in (*NETWORK_TABLES, *FREIGHT_TABLES)}
)
"""The tables by name, in the order of the documentation."""

REMARK: Final = "remark"
"""A column that every file may have and nobody reads."""

ID_SEPARATOR: Final = "|"
"""What no id may hold, so that the program can make ids of its own from the user's."""
