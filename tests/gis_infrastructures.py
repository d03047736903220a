"""Infrastructures for the tests of GIS files: one made by hand, and any that may be."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from geodata.columns import Column
from geodata.geodesy import geodesic_m
from geodata.gis.hours import format_hours, joined_intervals
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, make_schedules
from geodata.infrastructure.columns import (
    CANDIDATE_COLUMNS,
    CONDITION_COLUMNS,
    INFRASTRUCTURE_LINK_COLUMNS,
    INFRASTRUCTURE_NODE_COLUMNS,
    ROAD_KINDS,
    TRUCK_KINDS,
)
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.models import LINK_CLASSES
from geodata.network import Geometries

TABLES = ("nodes", "links", "conditions", "candidates")


def assert_same(found: Infrastructure, wanted: Infrastructure) -> None:
    """Assert that two infrastructures hold equal arrays of equal types."""
    for name in TABLES:
        mine, other = getattr(found, name).to_columns(words=False), getattr(wanted, name).to_columns(words=False)
        for column, values in other.items():
            np.testing.assert_array_equal(mine[column], values, f"{name}.{column}", strict=True)
    for name in ("lines", "outlines"):
        np.testing.assert_array_equal(getattr(found, name).offsets, getattr(wanted, name).offsets, name)
        np.testing.assert_array_equal(getattr(found, name).coordinates, getattr(wanted, name).coordinates, name)
    for name in ("text", "offsets", "start_min", "end_min"):
        np.testing.assert_array_equal(getattr(found.schedules, name), getattr(wanted.schedules, name), name)
    for name in ("turn_id", "kind", "kinds", "schedule", "offsets", "links", "along"):
        np.testing.assert_array_equal(getattr(found.turns, name), getattr(wanted.turns, name), name)
    assert found.sources == wanted.sources


def lines_of(*lines: list[tuple[float, float]]) -> Geometries:
    """Return lines given as lists of longitude and latitude."""
    points = [np.array(line, dtype=float).reshape(-1, 2) for line in lines]
    offsets = np.cumsum([0, *(len(line) for line in points)])
    return Geometries(offsets, np.concatenate([np.empty((0, 2)), *points]))


def crossroads() -> Infrastructure:
    """Return four links that meet in the middle, with a ban, a turn restriction, a park and two sources.

    West - middle - east is QL13 (trunk, two-way), south - middle is one-way, middle - north is residential.
    """
    places = {"west": (106.70, 10.90), "east": (106.72, 10.90), "south": (106.71, 10.89), "north": (106.71, 10.91)}
    places["middle"] = (106.71, 10.90)
    names = list(places)
    ends = [("west", "middle"), ("middle", "east"), ("south", "middle"), ("middle", "north")]
    drawn = [[places[first], places[last]] for first, last in ends]
    corners = np.array(drawn)
    roads = ["trunk", "trunk", "primary", "residential"]
    return Infrastructure(
        nodes=make_nodes(
            node_id=np.array(names, dtype=np.object_),
            lon=np.array([place[0] for place in places.values()]),
            lat=np.array([place[1] for place in places.values()]),
            source=np.int16(0),
        ),
        links=make_links(
            link_id=np.array(["w1:1:5", "w1:5:2", "w2:3:5", "w3;odd%id"], dtype=np.object_),
            from_index=np.array([names.index(first) for first, _ in ends]),
            to_index=np.array([names.index(last) for _, last in ends]),
            mode=np.int8(0),
            link_class=np.array([LINK_CLASSES.index(word) for word in roads], dtype=np.int8),
            name=np.array(["Đại lộ Bình Dương", "Đại lộ Bình Dương", "", "Hẻm 5"], dtype=np.object_),
            ref=np.array(["QL13", "QL13", "", ""], dtype=np.object_),
            length_m=geodesic_m(corners[:, 0, 0], corners[:, 0, 1], corners[:, 1, 0], corners[:, 1, 1]),
            oneway=np.array([False, False, True, False]),
            access_forward=np.array([ROAD_KINDS, ROAD_KINDS, ROAD_KINDS, 1], dtype=np.uint8),
            access_backward=np.array([ROAD_KINDS, ROAD_KINDS, 0, 1], dtype=np.uint8),
            lanes=np.array([6, 6, 2, -1], dtype=np.int8),
            speed_kmh=np.array([60, 60, 50, np.nan]),
            source=np.array([0, 0, 0, 1], dtype=np.int16),
        ),
        lines=lines_of(*drawn),
        conditions=make_conditions(
            link_index=np.array([0, 1], dtype=np.int32),
            kinds=np.uint8(TRUCK_KINDS),
            schedule=np.array([0, 1], dtype=np.int32),
        ),
        schedules=make_schedules(
            ["Mo-Fr 06:00-09:00; PH off", "22:00-06:00"],
            [
                tuple((day * 1440 + 360, day * 1440 + 540) for day in range(5)),
                joined_intervals([(d * 1440 + a, d * 1440 + b) for d in range(7) for a, b in ((0, 360), (1320, 1440))]),
            ],
        ),
        turns=TurnRestrictions(
            turn_id=np.array(["r1"], dtype=np.object_),
            kind=np.array([0]),
            kinds=np.array([ROAD_KINDS]),
            schedule=np.array([-1]),
            offsets=np.array([0, 2]),
            links=np.array([0, 3]),
            along=np.array([True, True]),
        ),
        candidates=make_candidates(
            candidate_id=np.array(["a1"], dtype=np.object_),
            kind=np.array([7], dtype=np.int8),
            name=np.array(["KCN VSIP"], dtype=np.object_),
            lon=np.array([106.705]),
            lat=np.array([10.905]),
            area_ha=np.array([500.0]),
            outline=np.array([0], dtype=np.int32),
            source=np.int16(1),
        ),
        outlines=lines_of([(106.70, 10.901), (106.71, 10.901), (106.71, 10.91), (106.70, 10.91), (106.70, 10.901)]),
        sources=(Source("hcm.osm.pbf", "ODbL 1.0", "© OpenStreetMap contributors"), Source("survey")),
    )


_TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x1FFF, exclude_categories=["Cs", "Cc"]), max_size=8)
_SIZES = st.floats(0, 1e6) | st.just(np.nan)
_LONGITUDES, _LATITUDES = st.floats(-180, 180), st.floats(-90, 90)


def _values(draw: DrawFn, column: Column, count: int) -> Any:  # noqa: ANN401 - an array of the column's type
    if column.words:
        some: SearchStrategy[Any] = st.integers(-1, len(column.words) - 1)
    elif column.dtype is np.bool_:
        some = st.booleans()
    elif column.dtype is np.float64:
        some = _SIZES
    elif column.dtype is np.object_:
        some = _TEXTS
    else:
        limits = np.iinfo(column.dtype)
        some = st.integers(int(limits.min), int(limits.max))
    return np.array(draw(st.lists(some, min_size=count, max_size=count)), dtype=column.dtype)


def _table(draw: DrawFn, columns: tuple[Column, ...], count: int, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    return {column.name: given.get(column.name, _values(draw, column, count)) for column in columns}


def _ids(draw: DrawFn, count: int) -> Any:  # noqa: ANN401 - texts
    some = _TEXTS.filter(lambda text: text.strip() == text != "")
    return np.array(draw(st.lists(some, min_size=count, max_size=count, unique=True)), dtype=np.object_)


def _numbers(draw: DrawFn, least: int, most: int, count: int) -> Any:  # noqa: ANN401 - an array
    return np.array(draw(st.lists(st.integers(least, most), min_size=count, max_size=count)), dtype=np.int32)


@st.composite
def infrastructures(draw: DrawFn) -> Infrastructure:
    """Return any infrastructure, sensible or not, that the columns allow."""
    nodes, links = draw(st.integers(1, 4)), draw(st.integers(0, 4))
    conditions, candidates = draw(st.integers(0, 3 if links else 0)), draw(st.integers(0, 2))
    sources = draw(st.lists(st.builds(Source, _TEXTS, _TEXTS, _TEXTS, _TEXTS, _TEXTS), max_size=3))
    weeks = draw(st.lists(st.lists(st.tuples(st.integers(0, 10079), st.integers(1, 10080)), max_size=3), max_size=2))
    kept = [joined_intervals((start, end) for start, end in week if start < end) for week in weeks]
    schedules = make_schedules([format_hours(week) + draw(_TEXTS) for week in kept], kept)
    pieces = draw(st.lists(st.integers(2, 3), max_size=2 if links else 0))
    steps, most = sum(pieces), max(links - 1, 0)
    points = st.lists(st.tuples(_LONGITUDES, _LATITUDES), min_size=2, max_size=4)
    source = {count: _numbers(draw, -1, len(sources) - 1, count) for count in {nodes, links, candidates}}
    index = _numbers(draw, 0, most, conditions)
    return Infrastructure(
        nodes=make_nodes(
            **_table(
                draw,
                INFRASTRUCTURE_NODE_COLUMNS,
                nodes,
                node_id=_ids(draw, nodes),
                lon=np.array([draw(_LONGITUDES) for _ in range(nodes)]),
                lat=np.array([draw(_LATITUDES) for _ in range(nodes)]),
                source=source[nodes],
            )
        ),
        links=make_links(
            **_table(
                draw,
                INFRASTRUCTURE_LINK_COLUMNS,
                links,
                link_id=_ids(draw, links),
                from_index=_numbers(draw, 0, nodes - 1, links),
                to_index=_numbers(draw, 0, nodes - 1, links),
                length_m=np.array([draw(st.floats(0, 1e6)) for _ in range(links)]),
                source=source[links],
            )
        ),
        lines=lines_of(*[draw(points) for _ in range(links)]),
        conditions=make_conditions(
            **_table(
                draw,
                CONDITION_COLUMNS,
                conditions,
                link_index=index,
                schedule=_numbers(draw, -1, len(kept) - 1, conditions),
            )
        ),
        schedules=schedules,
        turns=TurnRestrictions(
            turn_id=_ids(draw, len(pieces)),
            kind=_numbers(draw, 0, 1, len(pieces)),
            kinds=_numbers(draw, 0, 255, len(pieces)),
            schedule=_numbers(draw, -1, len(kept) - 1, len(pieces)),
            offsets=np.cumsum([0, *pieces]),
            links=_numbers(draw, 0, most, steps),
            along=np.array(draw(st.lists(st.booleans(), min_size=steps, max_size=steps)), dtype=np.bool_),
        ),
        candidates=make_candidates(
            **_table(
                draw,
                CANDIDATE_COLUMNS,
                candidates,
                candidate_id=_ids(draw, candidates),
                lon=np.array([draw(_LONGITUDES) for _ in range(candidates)]),
                lat=np.array([draw(_LATITUDES) for _ in range(candidates)]),
                outline=_numbers(draw, -1, 0, candidates),
                source=source[candidates],
            )
        ),
        outlines=lines_of(draw(points)),
        sources=tuple(sources),
    )
