"""Names of tables as requests may give them, written out because types of requests need the words themselves."""

from __future__ import annotations

from typing import Literal

TableName = Literal[
    "sources",
    "organisations",
    "parks",
    "plots",
    "terminals",
    "facilities",
    "articles",
    "offers",
    "offer_months",
    "needs",
    "certificates",
    "supply_relations",
    "partnerships",
]
"""A table of the registry; a test holds that it names all of ``REGISTRY_TABLES``."""

ImportTarget = Literal[TableName, "tenants"]
"""What a file may be imported into; a test holds that it names all of ``TARGETS``."""
