"""Which pairs are worth comparing: records that share a key, with every key's share of the work bounded."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Indel

from supplychain.linkage.prepared import Prepared

MOST_IN_BLOCK: Final = 12
"""Records that share a key and are all compared with each other; more are compared with their neighbours in order."""
NEIGHBOURS: Final = 3
FEWEST_SHORTENED: Final = 3
MOST_IN_WEAK_BLOCK: Final = 6
ALIKE_AT_THE_DOOR: Final = 0.65
ALIKE_WITHOUT: Final = 0.85
_LONG_NAME: Final = 6
_FIRST_FIGURE: Final = re.compile(r"\d+(?:/\d+)*")
_ENTERPRISE: Final = 10
_NEAR_IN_ORDER: Final = 2
_FEWEST_LETTERS: Final = 4


_Look = Callable[[Sequence[Prepared], Sequence[str], int, int], bool]


@dataclass(slots=True)
class BlockingReport:
    """What blocking did, to be told.

    Parameters
    ----------
    keys
        Keys shared by at least two records.
    thinned
        Keys shared by so many that records are compared with their neighbours only.
    pairs
        Pairs worth comparing.
    """

    keys: int = 0
    thinned: int = 0
    pairs: int = 0


def strong_keys(record: Prepared) -> Iterator[str]:
    """Yield keys that tell a firm by themselves: identifiers and contacts."""
    if record.tax_digits:
        yield f"t{record.tax_digits[:_ENTERPRISE]}"
    if record.lei:
        yield f"l{record.lei}"
    yield from (f"p{phone}" for phone in record.phones)
    yield from (f"m{mail}" for mail in record.mails)
    yield from (f"h{host}" for host in record.hosts)


def name_keys(record: Prepared) -> Iterator[str]:
    """Yield keys of the names as a whole, in whatever order of words."""
    for name in (record.name, *record.other_names, *record.former_names):
        if name.proper:
            yield "n" + "".join(sorted(set(name.proper)))


def weak_keys(record: Prepared) -> Iterator[str]:
    """Yield keys of the name proper without one of its words, and of each word with the first figure of the address."""
    words = sorted(set(record.name.proper))
    if len(words) >= FEWEST_SHORTENED:
        for left_out in range(len(words)):
            yield "w" + "".join(words[:left_out] + words[left_out + 1 :])
    door = _door(record)
    if door:
        yield from (f"d{door} {word}" for word in words)


def candidate_pairs(
    records: Sequence[Prepared], first_of_file: int = 0, report: BlockingReport | None = None
) -> Iterator[tuple[int, int]]:
    """Yield each pair worth comparing once, as places in ``records`` with the smaller first.

    Parameters
    ----------
    records
        The registry's records, then those of the file.
    first_of_file
        Place of the first record of the file: of each pair the second is in the file. 0 for all pairs.
    report
        Filled with what was done.

    Notes
    -----
    The work grows with the number of records, not with its square, whatever they hold: a block above
    :data:`MOST_IN_BLOCK` is sorted by address and each record compared with its next
    :data:`NEIGHBOURS`. Misspelt names meet in the order of names, read from the front and from the back.
    """
    report = report if report is not None else BlockingReport()
    seen: set[int] = set()
    count = len(records)
    doors = [_door(record) for record in records]
    for a, b, is_worth in _all_pairs(records, doors, report):
        one, other = (a, b) if a < b else (b, a)
        code = one * count + other
        if other < first_of_file or code in seen or not is_worth(records, doors, one, other):
            continue
        seen.add(code)
        report.pairs += 1
        yield one, other


def _all_pairs(
    records: Sequence[Prepared], doors: Sequence[str], report: BlockingReport
) -> Iterator[tuple[int, int, _Look]]:
    """Yield pairs of places, and the look that tells whether a pair met by such a key is worth comparing."""
    for keys, look in ((strong_keys, _always), (name_keys, _same_name), (weak_keys, _alike)):
        blocks: dict[str, list[int]] = defaultdict(list)
        for place, record in enumerate(records):
            for key in set(keys(record)):
                blocks[key].append(place)
        for block in blocks.values():
            if len(block) > 1:
                report.keys += 1
                most = MOST_IN_WEAK_BLOCK if look is _alike else MOST_IN_BLOCK
                yield from ((a, b, look) for a, b in _pairs_of(block, most, doors, report))
    yield from ((a, b, _alike) for a, b in _pairs_in_order(records))


def _pairs_of(block: list[int], most: int, doors: Sequence[str], report: BlockingReport) -> Iterable[tuple[int, int]]:
    """Return the pairs of records that share a key, all of few and neighbours of many."""
    if len(block) <= most:
        return [(a, b) for k, a in enumerate(block) for b in block[k + 1 :]]
    report.thinned += 1
    return _neighbours(sorted(block, key=lambda place: (doors[place], place)), NEIGHBOURS)


def _neighbours(ordered: Sequence[int], reach: int) -> Iterator[tuple[int, int]]:
    """Yield each place with the next few."""
    for step in range(1, reach + 1):
        yield from zip(ordered, ordered[step:], strict=False)


def _pairs_in_order(records: Sequence[Prepared]) -> Iterator[tuple[int, int]]:
    """Yield records next to each other when names are sorted from the front, and from the back."""
    names = [record.name.joined for record in records]
    places = [place for place, name in enumerate(names) if len(name) >= _FEWEST_LETTERS]
    yield from _neighbours(sorted(places, key=lambda place: names[place]), _NEAR_IN_ORDER)
    yield from _neighbours(sorted(places, key=lambda place: names[place][::-1]), _NEAR_IN_ORDER)


def _door(record: Prepared) -> str:
    """Return the first figure in the address, mostly that of the house or lot; empty without one."""
    found = _FIRST_FIGURE.search(record.party.address or "")
    return found.group() if found else ""


def _always(_records: Sequence[Prepared], _doors: Sequence[str], _one: int, _other: int) -> bool:
    """Return that two records with a contact or identifier in common are always worth comparing."""
    return True


def _same_name(records: Sequence[Prepared], doors: Sequence[str], one: int, other: int) -> bool:
    """Return whether two records of the same name are worth comparing.

    Where both have an address and its first figure differs, all words of the names must be the same: of firms that
    share a name proper there are many, in other lines of business.
    """
    a, b = records[one].name, records[other].name
    if doors[one] == doors[other] or not doors[one] or not doors[other] or sorted(a.proper) != sorted(b.proper):
        return True
    return {word.folded for word in a.words} == {word.folded for word in b.words}


def _alike(records: Sequence[Prepared], doors: Sequence[str], one: int, other: int) -> bool:
    """Return whether two records without a contact in common are near enough for a comparison to be worth its time.

    Names but for one word or some letters the same are looked at only where the first figure of the address is the
    same too, or an address has none.
    """
    a, b = records[one].name, records[other].name
    met = doors[one] == doors[other] != ""
    if not met and doors[one] and doors[other]:
        return False
    if min(len(a.joined), len(b.joined)) >= _LONG_NAME and (a.joined in b.joined or b.joined in a.joined):
        return True
    return Indel.normalized_similarity(a.joined, b.joined) >= (ALIKE_AT_THE_DOOR if met else ALIKE_WITHOUT)
