"""Differences between networks, and edits made by hand put upon a newer import."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from gis_infrastructures import assert_same, crossroads, infrastructures, lines_of
from hypothesis import given, settings

from geodata.infrastructure.build import keep_links, make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import Geometries
from geodata.versions.difference import difference
from geodata.versions.hashing import content_hash
from geodata.versions.merge import merge

DEGREE_M = 111_194.93


def road(*stops: tuple[str, float], ways: dict[str, str], **columns: Any) -> Infrastructure:  # noqa: ANN401 - columns
    """Return a road along the equator: stops are (node, kilometres east), links join neighbours, ``ways`` their ids."""
    names, east = [name for name, _ in stops], np.array([km * 1000 / DEGREE_M for _, km in stops])
    ids = [f"w{ways[first]}:{first}:{last}" for first, last in pairwise(names)]
    return Infrastructure(
        nodes=make_nodes(node_id=np.array(names, dtype=object), lon=east, lat=0.0, source=0),
        links=make_links(
            link_id=np.array(ids, dtype=object),
            from_index=np.arange(len(ids)),
            to_index=np.arange(1, len(ids) + 1),
            mode=0,
            link_class=5,
            length_m=np.diff(east) * DEGREE_M,
            row_id=np.array([ways[name] for name in names[:-1]], dtype=object),
            source=0,
            **columns,
        ),
        lines=lines_of(*[[(east[k], 0.0), (east[k + 1], 0.0)] for k in range(len(ids))]),
        conditions=make_conditions(),
        schedules=Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
        sources=(Source("osm"),),
    )


def edited(held: Infrastructure, **columns: Any) -> Infrastructure:  # noqa: ANN401 - columns
    """Return the infrastructure with other values in some link columns."""
    return dataclasses.replace(held, links=make_links(**(held.links.to_columns(words=False) | columns)))


def without_links(held: Infrastructure, *places: int) -> Infrastructure:
    keep = np.ones(len(held.links), dtype=bool)
    keep[list(places)] = False
    return keep_links(held, keep)


WAYS = {"a": "1", "b": "2", "c": "3", "x": "1"}
BASE = road(("a", 0), ("b", 1), ("c", 2), ("d", 3), ways=WAYS)


@settings(max_examples=30, deadline=None)
@given(held=infrastructures())
def test_nothing_differs_from_itself(held: Infrastructure) -> None:
    assert difference(held, held).is_empty


@settings(max_examples=30, deadline=None)
@given(first=infrastructures(), second=infrastructures())
def test_what_one_way_adds_the_other_removes(first: Infrastructure, second: Infrastructure) -> None:
    there, back = difference(first, second).counts, difference(second, first).counts
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    names = {name: "_".join([name.rsplit("_", 1)[0], turned[name.rsplit("_", 1)[1]]]) for name in there}
    assert {names[name]: count for name, count in there.items()} == back


def test_difference_by_hand() -> None:
    """Speed of one link, its line's middle 100 m north, one link gone, one node moved 1/1000 degree north.

    A degree of latitude at 10.9° is 110,614 m on the ellipsoid of WGS 84.
    """
    before = crossroads()
    points = np.array(before.lines.coordinates)
    points[1] += (0, 100 / 110_614)
    lat = before.nodes.lat + np.array([0, 0.001, 0, 0, 0])
    after = dataclasses.replace(
        edited(before, speed_kmh=[60, 80, 50, np.nan]),
        lines=Geometries(before.lines.offsets, points),
        nodes=make_nodes(**(before.nodes.to_columns(words=False) | {"lat": lat})),
    )
    found = difference(before, without_links(after, 2))
    rows = {(row.table, row.subject, row.change, row.column): row for row in found.rows.itertuples()}
    assert set(rows) == {
        ("links", "w2:3:5", "removed", ""),
        ("nodes", "south", "removed", ""),
        ("links", "w1:5:2", "changed", "speed_kmh"),
        ("links", "w1:1:5", "changed", "geometry"),
        ("nodes", "east", "changed", "lat"),
    }
    speed = rows["links", "w1:5:2", "changed", "speed_kmh"]
    assert (speed.before, speed.after) == ("60.0", "80.0")
    assert rows["links", "w1:1:5", "changed", "geometry"].moved_m == pytest.approx(100, rel=1e-4)
    assert rows["nodes", "east", "changed", "lat"].moved_m == pytest.approx(110.614, rel=1e-4)
    assert found.counts["links_removed"] == 1


def test_conditions_and_turns_are_told_as_texts() -> None:
    before = crossroads()
    found = difference(before, dataclasses.replace(before, conditions=make_conditions(), turns=TurnRestrictions.none()))
    assert found.counts == {"links_changed": 2, "turns_removed": 1}
    texts = found.rows.loc[found.rows["column"] == "conditions", "before"].tolist()
    assert texts[0].startswith("closed, forward;backward, hgv;articulated, Mo-Fr 06:00-09:00; PH off [360-540")


@settings(max_examples=25, deadline=None)
@given(base=infrastructures(), theirs=infrastructures())
def test_without_edits_the_newer_import_stands_as_it_is(base: Infrastructure, theirs: Infrastructure) -> None:
    found = merge(base, base, theirs)
    assert found.infrastructure.sources[: len(theirs.sources)] == theirs.sources
    assert_same(dataclasses.replace(found.infrastructure, sources=theirs.sources), theirs)
    assert found.conflicts == ()


@settings(max_examples=25, deadline=None)
@given(mine=infrastructures())
def test_without_news_the_edits_stand_as_they_are(mine: Infrastructure) -> None:
    found = merge(crossroads(), mine, crossroads())
    left = difference(mine, found.infrastructure)
    # Turns are taken over only where all their links are there; nodes that nothing touches any more may stay.
    assert set(left.rows["table"]) <= {"nodes"}
    assert set(left.rows["change"]) <= {"added"}


def test_same_import_gives_the_same_hash() -> None:
    assert content_hash(merge(BASE, BASE, BASE).infrastructure) == content_hash(BASE)


def test_edit_and_news_of_other_cells_both_stand() -> None:
    found = merge(BASE, edited(BASE, speed_kmh=[40.0, 50, 60]), edited(BASE, lanes=[2, 4, 2]))
    assert found.infrastructure.links.speed_kmh.tolist() == [40, 50, 60]
    assert found.infrastructure.links.lanes.tolist() == [2, 4, 2]
    assert found.conflicts == ()


def test_edit_wins_where_both_changed_a_cell_and_is_told() -> None:
    found = merge(BASE, edited(BASE, lanes=[4, 4, 2]), edited(BASE, lanes=[2, 4, 2]))
    assert found.infrastructure.links.lanes.tolist() == [4, 4, 2]
    (conflict,) = found.conflicts
    assert (conflict.kind, conflict.subject) == ("both_changed", "w1:a:b")
    assert "lanes was edited to 4, the newer data say 2" in conflict.text.en
    assert conflict.lat == 0.0


def test_edited_attribute_is_carried_to_the_pieces_of_a_split_link() -> None:
    """Way 1 gets a junction x in the middle: both pieces have the speed edited on the whole."""
    theirs = road(("a", 0), ("x", 0.5), ("b", 1), ("c", 2), ("d", 3), ways=WAYS)
    found = merge(BASE, edited(BASE, speed_kmh=[40.0, np.nan, np.nan]), theirs)
    assert found.infrastructure.links.link_id.tolist() == ["w1:a:x", "w1:x:b", "w2:b:c", "w3:c:d"]
    assert found.infrastructure.links.speed_kmh.tolist()[:2] == [40, 40]
    assert np.isnan(found.infrastructure.links.speed_kmh[2:]).all()
    (note,) = found.conflicts
    assert (note.kind, note.severity) == ("edited_link_split", "note")
    assert "put on its 2 pieces" in note.text.en


def test_redrawn_link_stands_in_place_of_its_pieces() -> None:
    theirs = road(("a", 0), ("x", 0.5), ("b", 1), ("c", 2), ("d", 3), ways=WAYS)
    points = np.array(BASE.lines.coordinates)
    points = np.insert(points, 1, [points[1, 0] / 2, 0.00005], axis=0)
    mine = dataclasses.replace(BASE, lines=Geometries(np.array([0, 3, 5, 7]), points))
    found = merge(BASE, mine, theirs)
    assert sorted(found.infrastructure.links.link_id) == ["w1:a:b", "w2:b:c", "w3:c:d"]
    kept = found.infrastructure.link_places["w1:a:b"]
    assert len(found.infrastructure.link_points(kept)) == 3
    assert [note.severity for note in found.conflicts] == ["warning"]


def test_direction_edited_on_a_link_that_was_turned_round_keeps_the_edited_link() -> None:
    """The newer import draws way 1 from b to a: a one-way edit cannot simply be put on it."""
    ids = np.array(["w1:b:a", "w2:b:c", "w3:c:d"], dtype=object)
    theirs = edited(BASE, link_id=ids, from_index=[1, 1, 2], to_index=[0, 2, 3])
    points = np.array(theirs.lines.coordinates)
    points[:2] = points[1::-1]
    theirs = dataclasses.replace(theirs, lines=Geometries(theirs.lines.offsets, points))
    found = merge(BASE, edited(BASE, oneway=[True, False, False]), theirs)
    assert sorted(found.infrastructure.links.link_id) == ["w1:a:b", "w2:b:c", "w3:c:d"]
    assert found.conflicts[0].severity == "warning"


def test_edit_of_a_link_that_became_part_of_a_longer_one() -> None:
    base = road(("a", 0), ("b", 1), ("c", 2), ("d", 3), ways={"a": "1", "b": "1", "c": "3"})
    theirs = road(("a", 0), ("c", 2), ("d", 3), ways={"a": "1", "c": "3"})
    found = merge(base, edited(base, speed_kmh=[40.0, np.nan, np.nan]), theirs)
    assert found.infrastructure.links.link_id.tolist() == ["w1:a:c", "w3:c:d"]
    assert found.infrastructure.links.speed_kmh[0] == 40
    assert [(note.kind, note.severity) for note in found.conflicts] == [("edited_link_joined", "warning")]


def test_edited_link_that_is_gone_is_kept_with_its_nodes() -> None:
    theirs = without_links(BASE, 2)
    found = merge(BASE, edited(BASE, lanes=[-1, -1, 6]), theirs)
    assert found.infrastructure.links.link_id.tolist() == ["w1:a:b", "w2:b:c", "w3:c:d"]
    assert found.infrastructure.nodes.node_id.tolist() == ["a", "b", "c", "d"]
    assert found.infrastructure.links.to_index.tolist() == [1, 2, 3]
    assert [note.kind for note in found.conflicts] == ["edited_link_gone"]


def test_removed_link_stays_removed_with_its_pieces() -> None:
    theirs = road(("a", 0), ("x", 0.5), ("b", 1), ("c", 2), ("d", 3), ways=WAYS)
    found = merge(BASE, without_links(BASE, 0), theirs)
    assert found.infrastructure.links.link_id.tolist() == ["w2:b:c", "w3:c:d"]
    assert [note.kind for note in found.conflicts] == ["removed_split"]
    changed = merge(BASE, without_links(BASE, 0), edited(BASE, lanes=[2, -1, -1]))
    assert changed.infrastructure.links.link_id.tolist() == ["w2:b:c", "w3:c:d"]
    assert [note.kind for note in changed.conflicts] == ["removed_but_changed"]


def test_another_name_of_the_file_is_one_difference_and_no_conflict() -> None:
    """All rows of a newer import come from another file; only a change of what they say is news."""
    newer = dataclasses.replace(BASE, sources=(Source("osm of next year"),))
    found = merge(BASE, without_links(BASE, 0), newer)
    assert found.infrastructure.links.link_id.tolist() == ["w2:b:c", "w3:c:d"]
    assert found.conflicts == ()
    told = difference(BASE, newer)
    assert told.rows[["table", "subject", "column", "before", "after"]].to_numpy().tolist() == [
        ["sources", "nodes (4)", "source", "osm", "osm of next year"],
        ["sources", "links (3)", "source", "osm", "osm of next year"],
    ]
    assert told.counts == {"sources_changed": 2}


def test_link_drawn_by_hand_is_put_in_with_its_nodes() -> None:
    mine = road(("a", 0), ("b", 1), ("c", 2), ("d", 3), ("new", 4), ways=WAYS | {"d": ""})
    theirs = road(("e", -1), ("a", 0), ("b", 1), ("c", 2), ("d", 3), ways=WAYS | {"e": "9"})
    found = merge(BASE, mine, theirs)
    links, nodes = found.infrastructure.links, found.infrastructure.nodes
    assert links.link_id.tolist() == ["w9:e:a", "w1:a:b", "w2:b:c", "w3:c:d", "w:d:new"]
    assert nodes.node_id[links.from_index].tolist() == list("eabcd")
    assert nodes.node_id[links.to_index[-1]] == "new"
    assert found.infrastructure.link_points(4)[-1, 0] == pytest.approx(4000 / DEGREE_M)
    assert found.conflicts == ()


def test_conditions_and_turns_edited_by_hand_stand() -> None:
    base = crossroads()
    mine = dataclasses.replace(base, conditions=make_conditions(), turns=TurnRestrictions.none())
    theirs = edited(base, lanes=[8, 8, 2, 1])
    found = merge(base, mine, theirs)
    assert len(found.infrastructure.conditions) == len(found.infrastructure.turns) == 0
    assert found.infrastructure.links.lanes.tolist() == [8, 8, 2, 1]
    back = merge(mine, base, edited(mine, lanes=[8, 8, 2, 1]))
    assert difference(back.infrastructure, theirs).is_empty


def test_turn_over_a_link_removed_by_hand_is_left_out_and_told() -> None:
    base = crossroads()
    found = merge(base, without_links(base, 3), edited(base, lanes=[8, 8, 2, 1]))
    assert len(found.infrastructure.turns) == 0
    newer = dataclasses.replace(
        base,
        turns=TurnRestrictions(
            turn_id=np.array(["r1", "r2"], dtype=object),
            kind=np.zeros(2, dtype=np.int8),
            kinds=np.full(2, 15, dtype=np.uint8),
            schedule=np.full(2, -1, dtype=np.int32),
            offsets=np.array([0, 2, 4]),
            links=np.array([0, 3, 1, 3], dtype=np.int32),
            along=np.ones(4, dtype=np.bool_),
        ),
    )
    told = merge(base, without_links(base, 3), newer)
    assert [note.subject for note in told.conflicts if note.kind == "turn_lost"] == ["r2"]


def test_candidate_edited_by_hand_stands() -> None:
    base = crossroads()
    renamed = base.candidates.to_columns(words=False) | {"name": np.array(["VSIP I"], dtype=object)}
    moved = base.candidates.to_columns(words=False) | {"area_ha": np.array([510.0])}
    found = merge(
        base,
        dataclasses.replace(base, candidates=make_candidates(**renamed)),
        dataclasses.replace(base, candidates=make_candidates(**moved)),
    )
    assert found.infrastructure.candidates.name.tolist() == ["VSIP I"]
    assert len(found.infrastructure.outlines) == 1
    assert [note.kind for note in found.conflicts] == ["both_changed"]
