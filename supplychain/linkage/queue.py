"""The pairs of the registry that wait for a person, and those that are sure enough to be merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from supplychain.linkage.blocking import BlockingReport
from supplychain.linkage.clusters import Clusters, Pair, join, pair_of, pairs_within
from supplychain.linkage.comparing import CONFLICTS
from supplychain.linkage.duplicates import Candidate, find_duplicates
from supplychain.linkage.firm_features import compare_prepared
from supplychain.linkage.judgements import judged_different
from supplychain.linkage.parties import EVERYTHING, read_parties
from supplychain.linkage.party import Party
from supplychain.linkage.prepared import Prepared
from supplychain.linkage.recalibration import read_calibration
from supplychain.registry.visibility import Viewer

MOST_COMPARED_WITHIN: Final = 40
"""Most records of a group all of whose pairs are compared; a larger one is held back for two tax codes or two LEI."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What is to be decided.

    Parameters
    ----------
    candidates
        Pairs that are the same or may be, likeliest first; pairs judged different are not among them.
    clusters
        Groups that the sure pairs make, those with a contradiction held back.
    report
        What blocking did.
    """

    candidates: tuple[Candidate, ...]
    clusters: Clusters
    report: BlockingReport


def read_queue(connection: Connection, viewer: Viewer = EVERYTHING, *, synthetic: bool = False) -> Queue:
    """Return what is to be decided in the whole registry, as a viewer sees it.

    Parameters
    ----------
    connection
        An open connection; it only reads.
    viewer
        Who looks.
    synthetic
        Whether made-up organisations are looked at too.
    """
    parties = list(read_parties(connection, viewer, synthetic=synthetic))
    report = BlockingReport()
    found = find_duplicates(parties, calibration=read_calibration(connection), report=report)
    return make_queue(list(found), judged_different(connection), parties, report)


def make_queue(
    candidates: Sequence[Candidate], different: frozenset[Pair], parties: Sequence[Party], report: BlockingReport
) -> Queue:
    """Return the queue of candidates, those judged different left out, and what the sure ones join."""
    asked = [one for one in candidates if pair_of(one.a.party_id, one.b.party_id) not in different]
    asked.sort(key=lambda one: (-one.comparison.probability, one.a.party_id, one.b.party_id))
    sure = [pair_of(one.a.party_id, one.b.party_id) for one in asked if one.comparison.decision == "same"]
    by_id = {party.party_id: party for party in parties}
    contradictions = {pair for group in join(sure, ()).one for pair in _contradictions(group, by_id)}
    return Queue(tuple(asked), join(sure, different | contradictions), report)


def _contradictions(group: Sequence[str], parties: dict[str, Party]) -> list[Pair]:
    """Return the pairs of a group whose identifiers contradict each other; of a large group one with two of a kind."""
    if len(group) > MOST_COMPARED_WITHIN:
        return _pairs_with_two(group, [parties[one].tax_code for one in group]) or _pairs_with_two(
            group, [parties[one].lei for one in group]
        )
    prepared = {one: Prepared(parties[one]) for one in group}
    found = []
    for a_id, b_id in pairs_within(group):
        levels, _ = compare_prepared(prepared[a_id], prepared[b_id])
        if any((feature, level) in CONFLICTS for feature, level in levels.items()):
            found.append((a_id, b_id))
    return found


def _pairs_with_two(group: Sequence[str], codes: Sequence[str | None]) -> list[Pair]:
    """Return the first record with a code and the first with another one as a pair; none where all codes are one."""
    told = [(one, code) for one, code in zip(group, codes, strict=True) if code]
    return [pair_of(told[0][0], one) for one, code in told if code != told[0][1]][:1]
