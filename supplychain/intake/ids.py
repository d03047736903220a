"""Ids of imported records: the same row of a file always means the same record.

A record whose id the file does not give is named by what it is: an organisation by its tax code, anything else by the
columns that tell one from another. Spelling counts, apart from case, spaces and Unicode form: whether two spellings
are one firm is for :mod:`supplychain.linkage` to say, openly and reversibly, never for an id.
"""

from __future__ import annotations

import hashlib
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

HASH_DIGITS: Final = 16
"""Hexadecimal digits of a hashed id: a million records agree by chance with a probability of 3e-8."""

ENTERPRISE_DIGITS: Final = 10
BRANCH_DIGITS: Final = 13


@dataclass(frozen=True, slots=True)
class NaturalKey:
    """What tells the records of a table apart where no id is given.

    Parameters
    ----------
    prefix
        Beginning of the ids made.
    columns
        The columns whose values together name the record.
    """

    prefix: str
    columns: tuple[str, ...]


NATURAL_KEYS: Final[Mapping[str, NaturalKey]] = MappingProxyType(
    {
        "sources": NaturalKey("src", ("title", "publisher", "year", "reference")),
        "organisations": NaturalKey("org", ("name_vi", "address")),
        "parks": NaturalKey("park", ("name_vi", "former_province")),
        "plots": NaturalKey("plot", ("park_id", "label")),
        "terminals": NaturalKey("terminal", ("kind", "name_vi")),
        "facilities": NaturalKey("fac", ("organisation_id", "name_vi", "park_id", "plot_id", "address")),
        "articles": NaturalKey("art", ("kind", "name_vi", "hs_code", "vsic_code")),
        "offers": NaturalKey("off", ("facility_id", "kind", "article_id", "article_vi", "unit", "valid_from")),
        "offer_months": NaturalKey("offm", ("offer_id", "month")),
        "needs": NaturalKey("need", ("facility_id", "kind", "article_id", "article_vi", "unit", "first_month")),
        "certificates": NaturalKey("cert", ("facility_id", "scheme", "number", "scope", "valid_from")),
        "supply_relations": NaturalKey(
            "rel", ("supplier_facility_id", "customer_facility_id", "article_id", "commodity_id", "since")
        ),
        "partnerships": NaturalKey("par", ("organisation_a_id", "organisation_b_id", "kind", "subject", "since_year")),
    }
)
"""Natural key of each table; a quantity, a price or a name of a person is never part of one."""

MEANT: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {("offers", "kind"): "goods", ("needs", "kind"): "goods", ("offers", "unit"): "t", ("needs", "unit"): "t"}
)
"""What an empty value of a key column means."""


def record_id(table: str, values: Mapping[str, Any]) -> str:
    """Return the id of a record that gives none.

    Parameters
    ----------
    table
        Table of the registry.
    values
        Values of the record by column; one that is missing counts as empty.

    Raises
    ------
    KeyError
        If the registry has no such table.
    """
    if table == "organisations" and (code := tax_code_id(values.get("tax_code"))):
        return code
    key = NATURAL_KEYS[table]
    text = "\x1f".join((table, *(_spelling(values.get(one) or MEANT.get((table, one))) for one in key.columns)))
    return f"{key.prefix}_{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:HASH_DIGITS]}"


def tax_code_id(tax_code: object) -> str | None:
    """Return the id an enterprise's or a branch's tax code gives; None for a person's code, which no id may show."""
    digits = "".join(character for character in str(tax_code or "") if character in string.digits)
    if len(digits) == ENTERPRISE_DIGITS:
        return f"mst_{digits}"
    if len(digits) == BRANCH_DIGITS:
        return f"mst_{digits[:ENTERPRISE_DIGITS]}_{digits[ENTERPRISE_DIGITS:]}"
    return None


def source_id(file_sha256: str) -> str:
    """Return the id of the source that an imported file is, from the SHA-256 of its content."""
    return f"file_{file_sha256[:HASH_DIGITS]}"


def _spelling(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFC", str(value)).casefold().split())
