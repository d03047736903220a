"""Candidates from the search index: the same answer as looking through every offer, for whoever looks."""

from __future__ import annotations

from pathlib import Path

import pytest
from region_files import RegionFiles, region_copy
from sourcing_parts import DAY, MEANS

from supplychain.database import open_database
from supplychain.registry.visibility import Viewer
from supplychain.search.index import SearchIndex
from supplychain.sourcing.finding import Found, find_suppliers
from supplychain.sourcing.indexed import queries_of, read_candidates
from supplychain.sourcing.question import Asked, question_of_text
from supplychain.sourcing.read import Look, read_catalogue

LOOK = Look(Viewer.public(), DAY, synthetic=True)


def outcome(found: Found) -> tuple[list[tuple[str, int]], list[str]]:
    ranked = [(one.candidate.supply.offer_id, one.score.points) for one in (*found.answer.ranked, *found.answer.apart)]
    return ranked, [one.candidate.supply.offer_id for one in found.answer.left_out]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Path:
    """Return a database with the shipped region and its made-up firms."""
    return region_copy(region_files.whole, tmp_path_factory.mktemp("indexed"))


@pytest.mark.parametrize(
    ("need", "asked"),
    [
        ("need_002_2", Asked(minutes=60.0, months="2027-01")),
        ("ống thép", Asked(quantity=50.0)),
        ("ong thep ma kem", Asked(certificates=("ISO 9001",))),
        ("shoe boxes", Asked()),
        ("", Asked(codes=("hs:7306",))),
        ("", Asked(codes=("vsic:2410", "hs:7306"))),
    ],
)
def test_the_index_finds_what_looking_at_every_offer_finds(
    database: Path, tmp_path: Path, need: str, asked: Asked
) -> None:
    engine = open_database(str(database))
    with engine.connect() as connection:
        whole = find_suppliers(read_catalogue(connection, LOOK), need, asked, MEANS, DAY)
        part = read_candidates(connection, SearchIndex(engine, tmp_path / "index"), need, asked, LOOK)
    engine.dispose()
    found = find_suppliers(part.catalogue, need, asked, MEANS, DAY)
    assert outcome(found) == outcome(whole)
    assert outcome(found) != ([], [])
    assert "looked at" in part.notes[0].en


def test_more_than_can_be_looked_at_is_told(database: Path, tmp_path: Path) -> None:
    engine = open_database(str(database))
    with engine.connect() as connection:
        index = SearchIndex(engine, tmp_path / "index")
        part = read_candidates(connection, index, "thép", Asked(), LOOK, most=2)
    engine.dispose()
    assert len(part.catalogue.supplies) == 2
    assert "closely" in part.notes[1].en


def test_several_codes_are_one_question_to_the_index_and_not_one_for_each_combination() -> None:
    codes = ("vsic:2610", "vsic:2620", "vsic:2630", "hs:8534")
    (query,) = queries_of(question_of_text("", Asked(codes=codes), DAY), synthetic=True)
    assert set(codes) < set(query.codes)
    assert len(set(query.codes)) == len(query.codes)
