"""Same record or not: precision, recall and F1 on labelled pairs that no model saw, and a file of 100,000 firms.

The firms' model is the additive one that ships, fitted on the fit part of the Vietnamese pairs; the other sets get an
additive model of the same kind, fitted on their fit part. The peer is RapidFuzz's WRatio with the best threshold there.
Published figures stand in the details; for FEBRL they are of other files of the same generator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from benchmarks import linkage_records as records
from benchmarks.case import Case, details_table
from benchmarks.linkage_data import Pair, Part, Record, read_part, read_published_part
from benchmarks.linkage_file import make_file
from benchmarks.linkage_fit import choose_best_f1, fit, labels
from benchmarks.measure import Measurement, measure
from supplychain.linkage import Party, compare, find_duplicates

NAME: Final = "linkage"
MOST_CPU_S: Final = 20.0
LEAST_COMPLETENESS: Final = 0.98
FIRMS: Final = 100_000
SAMPLE: Final = 200_000
STRENGTH: Final = 1.0
SMALL: Final = 5_000
IDENTIFIERS: Final = frozenset(("rec_id", "unique_id", "cluster"))

Levels = Mapping[str, str]
Answer = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """One set and what is asked on its test part.

    Parameters
    ----------
    name
        Of the set.
    least_f1, least_precision
        What is to be reached; 0 where figures are only printed.
    published
        What others report.
    peer_fields
        Fields the peer compares; empty for all.
    """

    name: str
    least_f1: float
    least_precision: float
    published: str
    peer_fields: tuple[str, ...] = ()


FIRM_CASE: Final = Asked("vietnamese_firm_pairs", 0.97, 0.99, "none: no labelled Vietnamese set was known", ("name",))
OTHER_CASES: Final = (
    Asked("organisation_names", 0.87, 0.0, "F1 0.865 their authors' own matcher, 0.828 RapidFuzz WRatio", ("name",)),
    Asked("dblp_acm_published_split", 0.0, 0.0, "F1 0.980 gradient boosting, 0.925 RapidFuzz threshold", ("title",)),
    Asked("dblp_acm", 0.0, 0.0, "F1 0.980 gradient boosting, 0.925 RapidFuzz threshold (their split)", ("title",)),
    Asked("febrl_dataset1", 0.0, 0.0, "F1 0.9957 febrl3, 0.9988 febrl4 (Splink 5); none for dataset 1"),
    Asked("fake_1000", 0.0, 0.0, "F1 0.860 best of Splink 5"),
)
LEVELS: Final[Mapping[str, Callable[[Pair], Levels]]] = {
    "organisation_names": records.organisation_levels,
    "dblp_acm_published_split": records.publication_levels,
    "dblp_acm": records.publication_levels,
    "febrl_dataset1": records.febrl_levels,
    "fake_1000": records.fake_1000_levels,
}
SHARES_A_VALUE: Final = frozenset(("febrl_dataset1", "fake_1000"))
"""Sets of all pairs, in which only pairs with a value in common are looked at; the others count as different."""


def illustrate(cases: Sequence[Case], _folder: Path) -> list[str]:
    """Return the figures beside CPU seconds."""
    return details_table(
        cases,
        ("precision", "recall", "f1", "pairs", "same", "asked_of_a_person", "peer_f1", "published", "completeness"),
    )


def run() -> Iterator[Case]:
    """Yield every case of this benchmark.

    Raises
    ------
    FileNotFoundError
        If a set is not on this machine.
    """
    yield _case(FIRM_CASE, measure(read_firms, decide_firms, ()), measure(read_peer, decide_peer, (FIRM_CASE,)))
    for asked in OTHER_CASES:
        ours = measure(fit_other, decide_other, (asked.name,))
        yield _case(asked, ours, measure(read_peer, decide_peer, (asked,)))
    yield _file_case()


def read(name: str, part: Part) -> list[Pair]:
    """Return one part of a set."""
    return read_published_part(part) if name == "dblp_acm_published_split" else read_part(name, part)


def read_firms() -> list[Pair]:
    """Return the test part of the Vietnamese pairs."""
    return read_part("vietnamese_firm_pairs", "test")


def decide_firms(pairs: Sequence[Pair]) -> tuple[Answer, Answer]:
    """Return which pairs the shipped model takes for the same without asking, and which it asks about."""
    decisions = [compare(Party.of("a", pair.a), Party.of("b", pair.b)).decision for pair in pairs]
    return np.array([one == "same" for one in decisions]), np.array([one == "review" for one in decisions])


@dataclass(frozen=True, eq=False)
class Prepared:
    """A model fitted on the fit part, with the pairs it is to decide."""

    name: str
    weigh: Callable[[Levels], float]
    threshold: float
    pairs: list[Pair]


def fit_other(name: str) -> Prepared:
    """Fit the additive model of a set on its fit part, and return it with the test part."""
    pairs = [pair for pair in read(name, "fit") if _is_looked_at(name, pair)]
    same = labels(pairs)
    splits = ((0, 1, 2), 10) if len(pairs) < SMALL else ((0,), 3)
    fitted = fit([LEVELS[name](pair) for pair in pairs], same, strength=STRENGTH, splits=splits)
    model = fitted.model
    threshold = choose_best_f1(fitted.probabilities, same)
    return Prepared(name, lambda levels: model.probability(model.log_odds(levels)), threshold, read(name, "test"))


def decide_other(given: Prepared) -> tuple[Answer, Answer]:
    """Return which pairs are the same; nobody is asked."""
    same = [
        _is_looked_at(given.name, pair) and given.weigh(LEVELS[given.name](pair)) >= given.threshold
        for pair in given.pairs
    ]
    return np.array(same), np.zeros(len(same), dtype=np.bool_)


def _is_looked_at(name: str, pair: Pair) -> bool:
    if name not in SHARES_A_VALUE:
        return True
    return not _values(pair.a).isdisjoint(_values(pair.b))


def _values(record: Record) -> set[str]:
    return {value for field, value in record.items() if value and field not in IDENTIFIERS}


@dataclass(frozen=True, eq=False)
class PeerGiven:
    """What the peer decides by."""

    asked: Asked
    threshold: float
    pairs: list[Pair]


def read_peer(asked: Asked) -> PeerGiven:
    """Choose the peer's threshold on the fit part, and return it with the test part."""
    pairs = read(asked.name, "fit")
    scores = np.array([_peer_score(asked, pair) for pair in pairs]) / 100
    return PeerGiven(asked, choose_best_f1(scores, labels(pairs)), read(asked.name, "test"))


def decide_peer(given: PeerGiven) -> Answer:
    """Return which pairs the peer takes for the same."""
    return np.array([_peer_score(given.asked, pair) / 100 >= given.threshold for pair in given.pairs])


def _peer_score(asked: Asked, pair: Pair) -> float:
    fields = asked.peer_fields or tuple(field for field in pair.a if field not in IDENTIFIERS)
    one, other = (" ".join(record[field] for field in fields if record[field]) for record in (pair.a, pair.b))
    return float(fuzz.WRatio(one.lower(), other.lower()))


def scores(chosen: Answer, same: Answer) -> tuple[float, float, float]:
    """Return precision, recall and F1; 0 where nothing was chosen."""
    hits = int((chosen & same).sum())
    precision = hits / int(chosen.sum()) if chosen.any() else 0.0
    recall = hits / int(same.sum()) if same.any() else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def _case(asked: Asked, ours: Measurement, peer: Measurement) -> Case:
    same = labels(read(asked.name, "test"))
    chosen, review = ours.answer
    precision, recall, f1 = scores(chosen, same)
    _, _, peer_f1 = scores(peer.answer, same)
    target = "printed beside the published figures"
    if asked.least_f1:
        target = f"F1 at least {asked.least_f1:g}"
        target += f", precision at least {asked.least_precision:g}" if asked.least_precision else ""
    return Case(
        benchmark=NAME,
        case=asked.name,
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=f"RapidFuzz WRatio of {' and '.join(asked.peer_fields) or 'all fields'}, best threshold on the fit part",
        peer_cpu_s=peer.cpu_s,
        relative_difference=round(float((chosen != peer.answer).mean()), 4),
        target=target,
        meets_target=f1 >= asked.least_f1 and precision >= asked.least_precision,
        details={
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1, 4),
            "pairs": len(same),
            "same": int(same.sum()),
            "asked_of_a_person": int(review.sum()),
            "peer_f1": round(peer_f1, 4),
            "published": asked.published,
        },
    )


def prepare_file(count: int) -> list[Party]:
    """Return the records of a file."""
    return make_file(count)[0]


def find_in_file(parties: list[Party]) -> list[tuple[str, str, str]]:
    """Return the pairs found, with their decisions."""
    return [(one.a.party_id, one.b.party_id, one.comparison.decision) for one in find_duplicates(parties)]


def prepare_sample(count: int) -> list[tuple[str, str]]:
    """Return the names of some pairs of a file."""
    parties = make_file(2_000)[0]
    draw = np.random.default_rng(0).integers(0, len(parties), (count, 2))
    return [(parties[a].name, parties[b].name) for a, b in draw]


def score_sample(pairs: list[tuple[str, str]]) -> float:
    """Return the sum of the peer's scores."""
    return sum(fuzz.WRatio(one, other) for one, other in pairs)


def _file_case() -> Case:
    ours = measure(prepare_file, find_in_file, (FIRMS,))
    peer = measure(prepare_sample, score_sample, (SAMPLE,))
    found = {(a, b) for a, b, _ in ours.answer}
    truth = make_file(FIRMS)[1]
    completeness = sum(pair in found for pair in truth) / len(truth)
    return Case(
        benchmark=NAME,
        case=f"{FIRMS:,} firms of one file",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=f"RapidFuzz WRatio of every pair, reckoned from {SAMPLE:,}",
        peer_cpu_s=peer.cpu_s / SAMPLE * FIRMS * (FIRMS - 1) / 2,
        relative_difference=round(1 - completeness, 4),
        target=f"at most {MOST_CPU_S:g} CPU s; {LEAST_COMPLETENESS:.0%} of the known duplicates found",
        meets_target=ours.cpu_s <= MOST_CPU_S and completeness >= LEAST_COMPLETENESS,
        details={
            "pairs_found": len(found),
            "sure": sum(decision == "same" for _, _, decision in ours.answer),
            "known_duplicates": len(truth),
            "completeness": round(completeness, 4),
        },
    )
