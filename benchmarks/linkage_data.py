"""Labelled pairs for linkage, split as they are read: a part to fit on and a part that is only measured.

The split is fixed by the pair alone: a pair belongs to the test part when the SHA-256 of its key, as a number, is
divisible by five. Its key is the pair's own id where it has one, else its two names or record ids in order, ``|``
between them. Only :func:`read_part` reads, and it drops the rows of the other part at once.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

SHARED: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "linkage"
FIRM_PAIRS: Final = Path(__file__).resolve().parent / "data" / "vietnamese_firm_pairs.csv"
ORGANISATIONS: Final = frozenset(("Company", "Organization", "LegalEntity"))
PARTS: Final = 5

Part = Literal["fit", "test"]
Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and whether they are the same.

    Parameters
    ----------
    key
        What the split goes by.
    a, b
        The records, by column.
    same
        The label.
    kind
        What the pair tries, in the words of its set.
    """

    key: str
    a: Record
    b: Record
    same: bool
    kind: str = ""


def is_test(key: str) -> bool:
    """Return whether a pair belongs to the test part."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % PARTS == 0


def both(a: str, b: str) -> str:
    """Return the key of a pair without an id."""
    return "|".join(sorted((a, b)))


def read_part(name: str, part: Part) -> list[Pair]:
    """Return the pairs of one part of a set.

    Raises
    ------
    FileNotFoundError
        If the set is not on this machine: there is nothing to measure on.
    """
    return [pair for pair in SETS[name]() if is_test(pair.key) == (part == "test")]


def read_published_part(part: Part) -> list[Pair]:
    """Return the pairs of DBLP-ACM by the split it was published with: train and valid to fit on, test to measure."""
    names = ("test",) if part == "test" else ("train", "valid")
    return [pair for name in names for pair in _read_ditto(_there(SHARED / "dblp_acm" / f"{name}.txt.gz"))]


def _there(path: Path) -> Path:
    if not path.exists():
        msg = f"{path} is not on this machine; the benchmark linkage reads it."
        raise FileNotFoundError(msg)
    return path


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with _there(path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, skipinitialspace=True)


def _organisation_names() -> Iterator[Pair]:
    """Yield pairs of names of organisations; those of persons and ships are left out."""
    for row in _rows(SHARED / "organisation_names.csv"):
        if row["schema"] in ORGANISATIONS:
            one, other = row["name1"], row["name2"]
            yield Pair(both(one, other), {"name": one}, {"name": other}, row["is_match"] == "true", row["case_group"])


def _firm_pairs() -> Iterator[Pair]:
    """Yield the Vietnamese pairs; a column ends in _a or _b for the record it belongs to."""
    for row in _rows(FIRM_PAIRS):
        a = {name[:-2]: value for name, value in row.items() if name.endswith("_a")}
        b = {name[:-2]: value for name, value in row.items() if name.endswith("_b")}
        yield Pair(row["pair_id"], a, b, row["label"] == "1", row["category"])


def _publications() -> Iterator[Pair]:
    for name in ("train", "valid", "test"):
        yield from _read_ditto(_there(SHARED / "dblp_acm" / f"{name}.txt.gz"))


def _read_ditto(path: Path) -> Iterator[Pair]:
    """Yield pairs of a file whose lines hold two records as ``COL name VAL value …`` and the label, by tabs."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            one, other, label = line.rstrip("\n").split("\t")
            yield Pair(both(one, other), _ditto_record(one), _ditto_record(other), label == "1")


def _ditto_record(text: str) -> Record:
    parts = (part.partition(" VAL ") for part in text.split("COL ")[1:])
    return {name.strip(): value.strip() for name, _, value in parts}


def _febrl() -> Iterator[Pair]:
    """Yield every pair of the 1,000 records: the number in the middle of ``rec-223-dup-0`` is the person."""
    rows = list(_rows(SHARED / "febrl_dataset1.csv"))
    yield from _all_pairs(rows, "rec_id", lambda row: row["rec_id"].split("-")[1])


def _fake_1000() -> Iterator[Pair]:
    """Yield every pair of the 1,000 records; ``cluster`` is the person."""
    yield from _all_pairs(list(_rows(SHARED / "fake_1000.csv")), "unique_id", lambda row: row["cluster"])


def _all_pairs(rows: list[dict[str, str]], identifier: str, truth: Callable[[Record], str]) -> Iterator[Pair]:
    for a, b in itertools.combinations(rows, 2):
        yield Pair(both(a[identifier], b[identifier]), a, b, truth(a) == truth(b))


SETS: Final[Mapping[str, Callable[[], Iterator[Pair]]]] = {
    "vietnamese_firm_pairs": _firm_pairs,
    "organisation_names": _organisation_names,
    "dblp_acm": _publications,
    "febrl_dataset1": _febrl,
    "fake_1000": _fake_1000,
}
