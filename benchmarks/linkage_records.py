"""What is compared of organisation names, publications and persons: levels of the same kind as those of firms."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import JaroWinkler, Levenshtein

from benchmarks.linkage_data import Pair, Record
from supplychain.linkage.fields import edits_level, number_level, text_level, words_level
from supplychain.linkage.name_comparison import compare_names
from supplychain.linkage.names import NameParts, take_apart
from supplychain.linkage.part_comparison import compare_forms, compare_numbers, compare_sets
from supplychain.text import fold

_WORD: Final = re.compile(r"[^\W_]+")
_FINE: Final = (0.97, 0.94, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)

Levels = dict[str, str]


@lru_cache(maxsize=4096)
def _parts(name: str) -> NameParts:
    return take_apart(name)


def organisation_levels(pair: Pair) -> Levels:
    """Return the levels of a pair of organisation names; there is nothing else to compare."""
    one, other = pair.a["name"], pair.b["name"]
    a, b = _parts(one), _parts(other)
    name = compare_names(a, b)
    bare_a, bare_b = _bare(one), _bare(other)
    proper_a, proper_b = " ".join(a.proper), " ".join(b.proper)
    rest_a, rest_b = "".join(name.only_a), "".join(name.only_b)
    levels = {
        "name": name.level,
        "numbers": compare_numbers(a, b),
        "places": compare_sets(a.places, b.places),
        "forms": compare_forms(a, b),
        "letters": text_level(bare_a, bare_b, _FINE),
        "words": words_level(bare_a, bare_b, _FINE),
        "proper": text_level(proper_a.replace(" ", ""), proper_b.replace(" ", ""), _FINE),
        "edits": edits_level(proper_a, proper_b, 3),
        "first_word": text_level(proper_a.partition(" ")[0], proper_b.partition(" ")[0], (0.9, 0.8, 0.6)),
        "rest": _rest_level(rest_a, rest_b),
    }
    return {feature: level for feature, level in levels.items() if level != "none"}


def _rest_level(one: str, other: str) -> str:
    """Return how alike the words are that nothing in the other name answers."""
    if not one and not other:
        return "nothing"
    if not one or not other:
        return "one_side"
    similarity = Levenshtein.normalized_similarity(one, other)
    return "alike" if similarity >= 0.7 else "half" if similarity >= 0.45 else "unlike"


def _bare(name: str) -> str:
    return " ".join(_WORD.findall(fold(name)))


def publication_levels(pair: Pair) -> Levels:
    """Return the levels of a pair of publications."""
    a, b = pair.a, pair.b
    title_a, title_b = _bare(a["title"]), _bare(b["title"])
    levels = {
        "title": words_level(title_a, title_b, _FINE),
        "title_letters": text_level(title_a.replace(" ", ""), title_b.replace(" ", ""), _FINE),
        "authors": _authors_level(a["authors"], b["authors"]),
        "venue": words_level(_venue(a["venue"]), _venue(b["venue"]), (0.6, 0.3)),
        "year": number_level(_year(a), _year(b), (1.0, 2.0)),
    }
    return {feature: level for feature, level in levels.items() if level != "none"}


_VENUES: Final = (
    (re.compile(r".*(?:sigmod record).*"), "record"),
    (re.compile(r".*(?:sigmod|management of data).*"), "sigmod"),
    (
        re.compile(r".*(?:vldb j|the vldb journal|very large data bases journal|international journal on very).*"),
        "vldbj",
    ),
    (re.compile(r".*(?:vldb|very large data).*"), "vldb"),
    (re.compile(r".*(?:tods|trans.* database).*"), "tods"),
)


def _venue(text: str) -> str:
    bare = _bare(text)
    return next((name for pattern, name in _VENUES if pattern.match(bare)), bare)


def _year(record: Record) -> float | None:
    return float(record["year"]) if record["year"].isdigit() else None


def _authors_level(one: str, other: str) -> str:
    """Return how many of the surnames of the shorter list stand in the other."""
    a = {_bare(name).split()[-1] for name in one.split(",") if _bare(name)}
    b = {_bare(name).split()[-1] for name in other.split(",") if _bare(name)}
    if not a or not b:
        return "none"
    short, long = sorted((a, b), key=len)
    found = sum(max(JaroWinkler.similarity(name, known) for known in long) >= 0.88 for name in short)
    share = found / len(short)
    return "all" if share == 1 else "most" if share >= 0.6 else "some" if share > 0 else "no_one"


def febrl_levels(pair: Pair) -> Levels:
    """Return the levels of a pair of persons of FEBRL."""
    a, b = pair.a, pair.b
    names_a, names_b = sorted((a["given_name"], a["surname"])), sorted((b["given_name"], b["surname"]))
    levels = {
        "given_name": text_level(a["given_name"], b["given_name"]),
        "surname": text_level(a["surname"], b["surname"]),
        "names": text_level(" ".join(names_a).strip(), " ".join(names_b).strip()),
        "street": text_level(a["address_1"], b["address_1"]),
        "place": text_level(a["suburb"], b["suburb"]),
        "building": text_level(a["address_2"], b["address_2"]),
        "number": edits_level(a["street_number"], b["street_number"], 1),
        "postcode": edits_level(a["postcode"], b["postcode"], 1),
        "birth": edits_level(a["date_of_birth"], b["date_of_birth"], 2),
        "security_number": edits_level(a["soc_sec_id"], b["soc_sec_id"], 2),
        "state": text_level(a["state"], b["state"], ()),
    }
    return {feature: level for feature, level in levels.items() if level != "none"}


def fake_1000_levels(pair: Pair) -> Levels:
    """Return the levels of a pair of persons of fake_1000; first and last name are often swapped."""
    a, b = pair.a, pair.b
    names_a = " ".join(sorted((a["first_name"], a["surname"]))).strip().lower()
    names_b = " ".join(sorted((b["first_name"], b["surname"]))).strip().lower()
    levels = {
        "first_name": text_level(a["first_name"].lower(), b["first_name"].lower()),
        "surname": text_level(a["surname"].lower(), b["surname"].lower()),
        "names": text_level(names_a, names_b),
        "birth": edits_level(a["dob"], b["dob"], 3),
        "city": text_level(a["city"].lower(), b["city"].lower(), (0.9, 0.75)),
        "mail": text_level(a["email"], b["email"], (0.95, 0.88)),
        "mail_words": _mail_level(a, b),
    }
    return {feature: level for feature, level in levels.items() if level != "none"}


def _mail_level(a: Record, b: Record) -> str:
    """Return how alike the hosts of two mail addresses are."""
    return text_level(a["email"].partition("@")[2], b["email"].partition("@")[2], (0.9, 0.8))
