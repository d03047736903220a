"""What is compared of two firms: each feature gives a level, which the model weighs and the table of reasons words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rapidfuzz.distance import OSA

from supplychain.linkage.localities import compare_localities
from supplychain.linkage.name_comparison import NAME_LEVELS, NameComparison, compare_names
from supplychain.linkage.names import NameParts
from supplychain.linkage.part_comparison import compare_forms, compare_numbers, compare_sets
from supplychain.linkage.prepared import Prepared

FEATURES: Final = (
    "name",
    "number_in_name",
    "place_in_name",
    "part_of_firm",
    "legal_form",
    "tax_code",
    "lei",
    "address",
    "locality",
    "phone",
    "mail",
    "host",
    "name_and_contact",
)
GOOD_NAME: Final = NAME_LEVELS.index("translated")
KNOWN_FORMER_NAME: Final = NAME_LEVELS.index("left_out")
_ENTERPRISE: Final = 10
_BRANCH: Final = 13
_PERSON: Final = 12
_HOUSEHOLD_CODES: Final = "8"
_MOSTLY: Final = 0.6


def compare_prepared(a: Prepared, b: Prepared) -> tuple[dict[str, str], NameComparison]:
    """Return the level of each feature, and which words of the names differ; ``none`` where there is nothing to say."""
    levels, name = compare_cheaply(a, b)
    compare_places(a, b, levels)
    return levels, name


def compare_places(a: Prepared, b: Prepared, levels: dict[str, str]) -> None:
    """Add the levels of where two firms are."""
    levels["address"] = compare_addresses(a, b)
    levels["locality"] = compare_localities(a.locality, b.locality)


def compare_cheaply(a: Prepared, b: Prepared) -> tuple[dict[str, str], NameComparison]:
    """Return the levels of names, identifiers and contacts, and which words of the names differ."""
    name, parts_a, parts_b = best_name(a, b)
    levels = {
        "name": name.level,
        "number_in_name": compare_numbers(parts_a, parts_b),
        "place_in_name": compare_sets(parts_a.places, parts_b.places),
        "part_of_firm": compare_parts(a.name, b.name),
        "legal_form": compare_forms(a.name, b.name),
        "tax_code": compare_tax_codes(a, b),
        "lei": compare_texts(a.lei, b.lei),
        "phone": compare_overlap(a.phones, b.phones),
        "mail": compare_overlap(a.mails, b.mails),
        "host": compare_overlap(a.hosts, b.hosts),
    }
    levels["name_and_contact"] = _name_and_contact(levels, name)
    return levels, name


def _name_and_contact(levels: dict[str, str], name: NameComparison) -> str:
    """Return whether names that are alike also share a telephone, mail address or host."""
    if name.rank > KNOWN_FORMER_NAME:
        return "none"
    shared = "equal" in (levels["phone"], levels["mail"], levels["host"])
    return "shared" if shared else "none"


def best_name(a: Prepared, b: Prepared) -> tuple[NameComparison, NameParts, NameParts]:
    """Return the most alike of the names that two parties bear, today or before, and the two names."""
    best = compare_names(a.name, b.name)
    found = best, a.name, b.name
    if best.rank <= GOOD_NAME:
        return found
    for one, other in _other_pairs(a, b):
        compared = compare_names(one, other)
        if compared.rank < found[0].rank and compared.rank <= KNOWN_FORMER_NAME:
            found = compared, one, other
    for one, other in _former_pairs(a, b):
        if found[0].rank > KNOWN_FORMER_NAME and compare_names(one, other).rank <= KNOWN_FORMER_NAME:
            return NameComparison("former_name"), one, other
    return found


def _other_pairs(a: Prepared, b: Prepared) -> Iterator[tuple[NameParts, NameParts]]:
    """Yield the pairs of names of today but for the main ones."""
    for one in (a.name, *a.other_names):
        for other in (b.name, *b.other_names):
            if one is not a.name or other is not b.name:
                yield one, other


def _former_pairs(a: Prepared, b: Prepared) -> Iterator[tuple[NameParts, NameParts]]:
    """Yield the pairs in which one bears a name the other bore."""
    for one in a.former_names:
        yield from ((one, other) for other in (b.name, *b.former_names))
    for other in b.former_names:
        yield a.name, other


def compare_parts(a: NameParts, b: NameParts) -> str:
    """Return how the parts of a firm in two names compare; ``elsewhere`` for the same part in another place."""
    compared = compare_sets(a.units, b.units)
    if compared == "equal" and compare_sets(a.places, b.places) == "differ":
        return "elsewhere"
    return compared


def compare_tax_codes(a: Prepared, b: Prepared) -> str:
    """Return how two tax codes compare; ``conflict`` only where both agree with their check digits."""
    one, other = a.tax_digits, b.tax_digits
    if not one or not other:
        return "none"
    if one == other:
        return "equal"
    if one[:_ENTERPRISE] == other[:_ENTERPRISE] and _BRANCH in (len(one), len(other)):
        return "branches_differ" if len(one) == len(other) else "branch_and_head"
    if _PERSON in (len(one), len(other)):
        firm = other if len(one) == _PERSON else one
        return "person_and_household" if firm.startswith(_HOUSEHOLD_CODES) else "differ_unchecked"
    if a.has_valid_tax_code and b.has_valid_tax_code:
        return "conflict"
    near = len(one) == len(other) and OSA.distance(one, other, score_cutoff=1) == 1
    return "mistyped" if near else "differ_unchecked"


def compare_texts(one: str, other: str) -> str:
    """Return whether two identifiers are the same."""
    if not one or not other:
        return "none"
    return "equal" if one == other else "conflict"


def compare_overlap(one: frozenset[str], other: frozenset[str]) -> str:
    """Return whether two sets of contacts share one."""
    if not one or not other:
        return "none"
    return "equal" if one & other else "differ"


def compare_addresses(a: Prepared, b: Prepared) -> str:
    """Return how near two addresses lead: to the same door, street or park."""
    one, other = a.address, b.address
    same_park = bool(one.park) and one.park == other.park
    same_park = same_park or (a.party.park_id is not None and a.party.park_id == b.party.park_id)
    if not one.leads_to_a_door or not other.leads_to_a_door:
        return "same_park" if same_park else "none"
    names_shared = _share(one.names, other.names)
    named = bool(one.names and other.names) or same_park or len(one.numbers) > 1
    if one.numbers and one.numbers == other.numbers and names_shared >= _MOSTLY and named:
        return "same_door"
    if not one.numbers and not other.numbers:
        return "same_street" if names_shared >= _MOSTLY else "other"
    numbers_shared = _share(one.numbers, other.numbers)
    if one.numbers and other.numbers and numbers_shared == 1.0 and names_shared >= _MOSTLY:
        return "same_door_in_part"
    if same_park:
        return "same_park_other_lot" if one.numbers and other.numbers else "same_park"
    return "same_street" if names_shared == 1.0 and one.names and other.names else "other"


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the smaller set that both have; 1 where one is empty."""
    least = min(len(one), len(other))
    return len(one & other) / least if least else 1.0
