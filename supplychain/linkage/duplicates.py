"""Records that are probably the same, inside a file and against the registry."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from supplychain.linkage.blocking import BlockingReport, candidate_pairs
from supplychain.linkage.comparing import Comparison, compare, decide
from supplychain.linkage.firm_features import compare_cheaply, compare_places
from supplychain.linkage.model import Calibration, Model, firm_model, log_odds_of
from supplychain.linkage.party import Party
from supplychain.linkage.prepared import Prepared

_LATER: Final = ("address", "locality")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that is the same or may be.

    Parameters
    ----------
    a, b
        The parties; of a file against the registry, ``a`` is in the registry.
    comparison
        What was found about them.
    in_registry
        Whether ``a`` is of the registry.
    """

    a: Party
    b: Party
    comparison: Comparison
    in_registry: bool = False


def find_duplicates(
    parties: Iterable[Party],
    against: Iterable[Party] | None = None,
    *,
    calibration: Calibration | None = None,
    report: BlockingReport | None = None,
) -> Iterator[Candidate]:
    """Yield the pairs that are the same or may be: among the parties, and between them and those of the registry.

    Parameters
    ----------
    parties
        The records of a file, or of the whole registry.
    against
        The registry's records; pairs among these alone are not looked at.
    calibration
        What judgements taught, if anything.
    report
        Filled with what blocking did; see :func:`supplychain.linkage.blocking.candidate_pairs`.

    Notes
    -----
    Records that say exactly the same are compared once: the others are paired with the first of them.
    """
    model = firm_model()
    records, twins, first = _distinct(parties, against or ())
    with _no_search_for_cycles():
        pairs = list(candidate_pairs(records, first, report))
    for one, other in pairs:
        if _may_be_same(records[one], records[other], model, calibration):
            compared = compare(records[one], records[other], model=model, calibration=calibration)
            if compared.decision != "different":
                yield Candidate(records[one].party, records[other].party, compared, one < first)
    yield from _pairs_of_twins(twins, model, calibration)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Let Python not look for cycles while names are taken apart: there are none, and looking takes a third longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _distinct(
    parties: Iterable[Party], against: Iterable[Party]
) -> tuple[list[Prepared], list[tuple[Party, Party, bool]], int]:
    """Return the records that differ, those that repeat one (with it and whether it is of the registry), and the number
    of the registry's among the first.
    """  # noqa: D205 - three answers take more than a line
    records: list[Prepared] = []
    twins: list[tuple[Party, Party, bool]] = []
    by_content: dict[tuple[object, ...], int] = {}
    for party in against:
        by_content.setdefault(_content(party), len(records))
        records.append(Prepared(party))
    first = len(records)
    for party in parties:
        place = by_content.setdefault(_content(party), len(records))
        if place < len(records):
            twins.append((records[place].party, party, place < first))
        else:
            records.append(Prepared(party))
    return records, twins, first


def _content(party: Party) -> tuple[object, ...]:
    """Return everything a party says but its id."""
    return tuple(getattr(party, name) for name in _CONTENT)


_CONTENT: Final = tuple(name for name in Party.__slots__ if name != "party_id")


def _pairs_of_twins(
    twins: Sequence[tuple[Party, Party, bool]], model: Model, calibration: Calibration | None
) -> Iterator[Candidate]:
    """Yield records that say exactly the same; each content is compared with itself once."""
    compared: dict[str, Comparison] = {}
    for kept, party, in_registry in twins:
        found = compared.get(kept.party_id)
        if found is None:
            found = compared[kept.party_id] = compare(kept, party, model=model, calibration=calibration)
        if found.decision != "different":
            yield Candidate(kept, party, found, in_registry)


def _may_be_same(a: Prepared, b: Prepared, model: Model, calibration: Calibration | None) -> bool:
    """Return whether a pair is worth an explanation; addresses are looked at only where they can still matter."""
    levels, _ = compare_cheaply(a, b)
    bound = model.log_odds(levels) + sum(max((0.0, *model.weights.get(name, {}).values())) for name in _LATER)
    least = log_odds_of(model.review_from)
    if calibration is not None:
        least = min(least, (least - calibration.shift) / calibration.slope)
    if bound < least and levels["tax_code"] != "conflict" and levels["lei"] != "conflict":
        return False
    compare_places(a, b, levels)
    return decide(model, model.log_odds(levels), levels, calibration)[0] != "different"
