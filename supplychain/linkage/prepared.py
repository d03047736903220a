"""A party made ready for comparison: every field in its comparable form, found once however often it is compared."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from supplychain.codes.tax import tax_check_digit
from supplychain.linkage.addresses import AddressParts, take_address_apart
from supplychain.linkage.contacts import mail_addresses, own_hosts, phone_keys
from supplychain.linkage.localities import Locality, locality_of, locality_of_ward
from supplychain.linkage.name_comparison import with_aside
from supplychain.linkage.names import NameParts, former_name_in, take_apart
from supplychain.linkage.party import Party

_NOT_DIGITS: Final = re.compile(r"\D")
_ENTERPRISE: Final = 10


class Prepared:
    """A party with its comparable fields, each made when first asked for.

    Parameters
    ----------
    party
        What is compared.
    """

    def __init__(self, party: Party) -> None:
        self.party = party

    @cached_property
    def name(self) -> NameParts:
        """The name taken apart, without a former name it may tell of."""
        return take_apart(former_name_in(self.party.name)[0])

    @cached_property
    def other_names(self) -> tuple[NameParts, ...]:
        """Other names it bears today: in English, its trade name, what stands in brackets."""
        party = self.party
        others = [take_apart(name) for name in (party.name_en, party.short_name) if name]
        aside = with_aside(self.name)
        return (*others, aside) if aside else tuple(others)

    @cached_property
    def former_names(self) -> tuple[NameParts, ...]:
        """Names it bore before."""
        told = former_name_in(self.party.name)[1]
        listed = (self.party.former_name or "").split(";")
        return tuple(take_apart(name) for name in (told, *listed) if name.strip())

    @cached_property
    def tax_digits(self) -> str:
        """Digits of the tax code."""
        return _NOT_DIGITS.sub("", self.party.tax_code or "")

    @cached_property
    def has_valid_tax_code(self) -> bool:
        """Whether the tax code of a firm or branch agrees with its check digit."""
        digits = self.tax_digits
        if len(digits) not in (_ENTERPRISE, _ENTERPRISE + 3):
            return False
        return tax_check_digit(digits[: _ENTERPRISE - 1]) == digits[_ENTERPRISE - 1]

    @cached_property
    def lei(self) -> str:
        """The LEI in capitals."""
        return (self.party.lei or "").strip().upper()

    @cached_property
    def address(self) -> AddressParts:
        """The address taken apart, what stands in columns of its own behind it."""
        party = self.party
        parts = (party.address, party.park, party.ward, party.district, party.province)
        return take_address_apart(", ".join(part for part in parts if part))

    @cached_property
    def locality(self) -> Locality:
        """Where it lies, by the codes of its ward or by its address."""
        by_code = locality_of_ward(self.party.ward_code, self.party.former_ward_code)
        return by_code if by_code.wards else locality_of(self.address.units)

    @cached_property
    def phones(self) -> frozenset[str]:
        """Telephone numbers as dialled today."""
        return phone_keys(self.party.phone)

    @cached_property
    def mails(self) -> frozenset[str]:
        """Mail addresses."""
        return mail_addresses(self.party.email)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Hosts of its own mail and web site."""
        return own_hosts(self.party.email, self.party.website)
