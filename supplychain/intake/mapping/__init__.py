"""Which column of a file is which field: suggested with reasons, confirmed by a person, kept as YAML.

The suggestion itself is :func:`supplychain.intake.mapping.suggest.suggest_mapping`; it loads what it compares words
with, so it is imported where it is used.
"""

from __future__ import annotations

from supplychain.intake.mapping.file import mapping_text, parse_mapping, read_mapping, write_mapping
from supplychain.intake.mapping.values import (
    POSITION_FIELDS,
    ColumnMapping,
    FileMapping,
    MappingError,
    SheetMapping,
)

__all__ = [
    "POSITION_FIELDS",
    "ColumnMapping",
    "FileMapping",
    "MappingError",
    "SheetMapping",
    "mapping_text",
    "parse_mapping",
    "read_mapping",
    "write_mapping",
]
