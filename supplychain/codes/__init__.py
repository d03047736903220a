"""Identifiers checked, code lists, and Vietnam's administrative units before and since July 2025.

The checks need no data. Code lists and units are read when first asked for.
"""

from __future__ import annotations

from supplychain.codes.addresses import ParsedAddress, find_units, parse_address
from supplychain.codes.errors import CodeError
from supplychain.codes.goods import check_hs
from supplychain.codes.identifiers import check_gln, check_lei, check_locode
from supplychain.codes.industries import check_isic, check_vsic
from supplychain.codes.months import check_month
from supplychain.codes.tax import TaxCode, check_tax_code
from supplychain.codes.units import Unit, get_unit, to_new, to_old
from supplychain.codes.vsic import IsicClass, Step, Vsic
from supplychain.codes.vsic_table import Industry

__all__ = [
    "CodeError",
    "Industry",
    "IsicClass",
    "ParsedAddress",
    "Step",
    "TaxCode",
    "Unit",
    "Vsic",
    "check_gln",
    "check_hs",
    "check_isic",
    "check_lei",
    "check_locode",
    "check_month",
    "check_tax_code",
    "check_vsic",
    "find_units",
    "get_unit",
    "parse_address",
    "to_new",
    "to_old",
]
