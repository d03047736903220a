"""Subject of a folder: every part of its problem named by what the folder's files say, the program's own parts too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from flow_folders import build, write_folder

from optimizer.flow.solve import solve
from optimizer.folder.build import build_folder_problem
from optimizer.folder.read import read_folder
from optimizer.folder.subject import hash_tables, subject_of_folder
from optimizer.subject import Subject

EXAMPLES = Path("optimizer/folder/examples")


def subject(folder: Path) -> Subject:
    """Return the planned subject of a folder."""
    case = build_folder_problem(read_folder(folder))
    return subject_of_folder(case, solve(case.problem), title=folder.name)


@pytest.fixture(scope="module")
def features() -> Subject:
    """Return the shipped example with periods, sets, plants, storage and empties."""
    return subject(EXAMPLES / "all_features")


@pytest.mark.parametrize("name", ["two_routes", "ftot_quick_start", "all_features"])
def test_price_parts_add_up_and_every_part_has_a_name(name: str) -> None:
    """Law: the parts of the money are the problem's money; nothing is nameless."""
    found = subject(EXAMPLES / name)
    parts = np.sum(list(found.money_parts.values()), axis=0)
    np.testing.assert_allclose(parts, found.problem.money_per_t, rtol=1e-12)
    for words in (found.nodes, found.links, found.capacities):
        for names in (words.name_vi, words.name_en):
            assert all(str(one).strip() for one in names)
            assert not any(str(one).startswith("|") for one in names)
    assert found.title == name
    assert found.demands["demand_id"].is_unique


def test_two_routes_by_hand() -> None:
    """Road direct, road to the wharf and river: modes, money by km and by pass as links.csv and modes.csv say."""
    found = subject(EXAMPLES / "two_routes")
    assert found.letters == ("road", "barge")
    assert list(found.letter) == [0, 0, 1]
    assert list(found.nodes.name_en) == ["Factory", "River wharf", "Seaport"]
    assert list(found.links.table) == ["links"] * 3
    assert found.demands.loc[0, ["origin_id", "destination_id"]].tolist() == ["factory", "port"]
    assert set(found.money_parts) == {"price_run", "price_distance"}


def test_programs_own_parts_are_told_as_what_they_stand_for(features: Subject) -> None:
    """Sets, plants, supplies, empties and waiting of all_features in both languages, with the row they came from."""
    nodes = dict(zip(features.problem.node_ids, features.nodes.name_en, strict=True))
    assert nodes["|plant|mill|start"] == "inputs of plant mill"
    assert nodes["|from|park_a"] == "Industrial park A"
    assert nodes["|to|sea_port;city_port"] == "one of Sea port, City port"
    assert nodes["|plants|logs"] == "plants that use logs"
    assert nodes["park_a|night"] == "Industrial park A (night)"
    links = {one: place for place, one in enumerate(features.problem.link_ids)}
    run = links["|plant|mill|run|night"]
    assert features.links.name_vi[run] == "nhà máy mill hoạt động (night)"
    assert (features.links.table[run], features.links.row_id[run]) == ("plants", "mill")
    assert features.letter[run] == -1
    rows = features.demands.set_index("demand_id")
    assert rows.loc["|supply|forest|logs", "name_en"] == "supply of logs at Forest"
    assert rows.loc["export_a", "destination_id"] == "sea_port;city_port"
    assert rows.loc["export_a", "teu_per_t"] == pytest.approx(1 / 12)


def test_a_link_run_backwards_is_the_same_row(tmp_path: Path) -> None:
    """``both_ways`` makes two links of one row; a price of link_classes.csv stands alone as the class's price."""
    case = build(
        tmp_path / "folder",
        links="""
            link_id,from_node_id,to_node_id,mode,money_per_t,both_ways
            road,b,a,road,5,yes
            rail,a,b,rail,2,no
            """,
        link_classes="""
            link_id,class_id,money_per_t
            rail,goods,3
            """,
    )
    found = subject_of_folder(case, solve(case.problem))
    assert sorted(found.links.row_id) == ["rail", "road", "road"]
    back = list(case.problem.link_ids).index("road|back")
    assert found.links.name_en[back] == "road, back"
    rail = list(case.problem.link_ids).index("rail")
    assert found.money_parts["price_class"][0, rail] == pytest.approx(3.0)
    assert "price_distance" not in found.money_parts


def test_hash_of_the_tables_follows_their_content(tmp_path: Path) -> None:
    """Two folders of the same rows have one hash; a changed price has another; a given hash is kept."""
    one, two = (read_folder(write_folder(tmp_path / name)) for name in ("one", "two"))
    assert hash_tables(one) == hash_tables(two)
    other = read_folder(write_folder(tmp_path / "three", classes="class_id\nother_goods\ngoods"))
    assert hash_tables(other) != hash_tables(one)
    case = build_folder_problem(one)
    assert subject_of_folder(case, solve(case.problem), inputs_sha256="abc").inputs_sha256 == "abc"
