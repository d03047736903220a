"""The subject of a region's plan: every part named by the row it came from, and money in parts that add up."""

from __future__ import annotations

import numpy as np
import pytest
from planner_pack import planned
from tiny_pack import ROWS

from optimizer.results.subject import subject_of_case
from optimizer.subject import NO_LETTER, Subject


@pytest.fixture(scope="module")
def subject() -> Subject:
    return subject_of_case(*planned())


def test_money_parts_add_up_to_the_money_of_the_problem(subject: Subject) -> None:
    total = sum(subject.money_parts.values(), start=np.zeros(subject.problem.allowed.shape))
    assert total == pytest.approx(subject.problem.money_per_t)
    assert subject.hours.shape == subject.problem.allowed.shape


def test_links_name_the_rows_they_came_from(subject: Subject) -> None:
    rows = set(zip(subject.links.table, subject.links.row_id, strict=True))
    assert {("links", "road_1"), ("links", "road_2"), ("links", "river_1"), ("services", "mother")} <= rows
    known = {"links", "transshipments", "terminals", "services", "parks", "zones"}
    assert {table for table, _ in rows} <= known


def test_nodes_name_places_terminals_and_markets(subject: Subject) -> None:
    rows = set(zip(subject.nodes.table, subject.nodes.row_id, strict=True))
    terminals = {("terminals", row["terminal_id"]) for row in ROWS["terminals"]}
    assert {("parks", "park_a"), ("markets", "overseas"), *terminals} <= rows


def test_handling_has_no_letter_and_is_called_by_its_terminal(subject: Subject) -> None:
    handling = np.flatnonzero(subject.link_kind == "transshipment")
    assert (subject.letter[handling] == NO_LETTER).all()
    assert "City port: road → sea" in subject.links.name_en[handling].tolist()
    assert "Cảng thành phố: đường bộ → đường biển" in subject.links.name_vi[handling].tolist()


def test_capacities_name_their_rows(subject: Subject) -> None:
    place = subject.problem.capacity_ids.index("terminal:city:TEU")
    assert (subject.capacities.table[place], subject.capacities.row_id[place]) == ("terminals", "city")
    assert subject.capacity_kind[place] == "terminal"
    road = subject.problem.capacity_ids.index("link:road_1")
    assert (subject.capacities.table[road], subject.capacities.row_id[road]) == ("links", "road_1")


def test_demands_know_place_market_and_trade_row(subject: Subject) -> None:
    row = subject.demands.set_index("demand_id").loc["furniture_out:park_a:container"]
    assert (row["place_id"], row["market_id"], row["trade_id"]) == ("park_a", "overseas", "furniture_out")
    assert row["teu_per_t"] == pytest.approx(1 / 8)
