"""Filters against other opinions: the library's own answers, three truths reckoned by hand, and any text at all."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import reduce
from typing import Any, Final

import cql2
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.features.cql2 import FilterError
from geodata.features.filters import parse_filter
from geodata.features.held import HeldSource
from geodata.features.source import Origin, Wanted
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, FieldKind, Shapes
from supplychain.text import Text

KINDS: Final[dict[str, FieldKind]] = {"mode": "text", "lanes": "integer", "length_m": "number", "oneway": "boolean"}
FIELDS: Final = tuple(Field(name, kind, Text(en=name, vi=name)) for name, kind in KINDS.items())
ORIGIN: Final = Origin(Text(en="made by hand", vi="tự đặt"), "CC0-1.0", "")

MODES: Final = ["road", "rail", "Đường bộ", "duong bo", "SEA"]
ROWS: Final = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(MODES),
        "lanes": st.integers(-3, 9),
        "length_m": st.integers(-40, 4000).map(lambda tenth: tenth / 4),
        "oneway": st.booleans(),
        "place": st.tuples(st.integers(-5, 5), st.integers(-5, 5)),
    }
)
QUOTED: Final = st.sampled_from(MODES).map(lambda mode: f"'{mode}'")
SIGNS: Final = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
NUMBERS: Final = st.integers(-4, 10).map(str)
SPOTS: Final = st.tuples(st.integers(-5, 5), st.integers(-5, 5), st.integers(1, 4), st.integers(1, 4))

SIMPLE: Final = st.one_of(
    st.builds("lanes {} {}".format, SIGNS, NUMBERS),
    st.builds("{1} {0} lanes".format, SIGNS, NUMBERS),
    st.builds("length_m {} {}.25".format, SIGNS, st.integers(0, 900)),
    st.builds("mode {} {}".format, st.sampled_from(["=", "<>"]), QUOTED),
    st.builds("CASEI(mode) = CASEI({})".format, st.sampled_from(["'ROAD'", "'sea'", "'Rail'"])),
    st.builds("mode LIKE {}".format, st.sampled_from(["'r%'", "'%a%'", "'_oad'", "'%'", "'ra_l'"])),
    st.builds("mode IN ({}, {})".format, QUOTED, QUOTED),
    st.builds("lanes IN ({}, {}, {})".format, NUMBERS, NUMBERS, NUMBERS),
    st.builds("lanes BETWEEN {} AND {}".format, NUMBERS, NUMBERS),
    st.builds("lanes * 2 + {} {} length_m".format, NUMBERS, SIGNS),
    st.sampled_from(["oneway = TRUE", "oneway = FALSE"]),
    SPOTS.map(lambda at: f"S_INTERSECTS(geometry, BBOX({at[0]}, {at[1]}, {at[0] + at[2]}, {at[1] + at[3]}))"),
    SPOTS.map(
        lambda at: (
            f"S_WITHIN(geometry, POLYGON(({at[0]} {at[1]}, {at[0] + at[2]} {at[1]}, {at[0]} {at[1] + at[3]}, "
            f"{at[0]} {at[1]})))"
        )
    ),
    SPOTS.map(lambda at: f"S_DISJOINT(geometry, POINT({at[0]} {at[1]}))"),
)
CONDITIONS: Final = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds("({}) AND ({})".format, inner, inner),
        st.builds("({}) OR ({})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=6,
)


def layer_of(rows: list[dict[str, Any]]) -> FeatureTable:
    """Return points with the properties of some rows, of which those that are missing are not known."""
    columns = {name: pa.array([row.get(name) for row in rows], ARROW_TYPES[kind]) for name, kind in KINDS.items()}
    places = np.array([shapely.Point(*row["place"]) if row.get("place") else None for row in rows], dtype=object)
    ids = pa.array([str(number) for number in range(len(rows))], pa.string())
    return FeatureTable(FIELDS, ids, pa.table(columns), Shapes.of(places, "Point"))


@settings(max_examples=120, deadline=None)
@given(condition=CONDITIONS, rows=st.lists(ROWS, min_size=1, max_size=6))
def test_where_all_is_known_the_library_that_reads_filters_answers_the_same(
    condition: str, rows: list[dict[str, Any]]
) -> None:
    """The library tries one feature after another, in Rust; ours works on columns."""
    held = parse_filter(condition, "cql2-text", FIELDS).holds(layer_of(rows)).tolist()
    asked = cql2.parse_text(condition)
    other = [asked.matches({**row, "geometry": {"type": "Point", "coordinates": list(row["place"])}}) for row in rows]
    assert held == other


@settings(max_examples=60, deadline=None)
@given(condition=CONDITIONS, rows=st.lists(ROWS, min_size=1, max_size=6))
def test_text_and_json_of_a_condition_say_the_same(condition: str, rows: list[dict[str, Any]]) -> None:
    """Round-trip through the JSON that the library makes of the text."""
    as_json = json.dumps(cql2.parse_text(condition).to_json())
    layer = layer_of(rows)
    told = [parse_filter(condition, "cql2-text", FIELDS), parse_filter(as_json, "cql2-json", FIELDS)]
    assert told[0].holds(layer).tolist() == told[1].holds(layer).tolist()
    assert told[0].conjuncts == told[1].conjuncts


Truth = bool | None
ATOMS: Final[dict[str, str]] = {"a": "oneway = TRUE", "b": "lanes > 2", "c": "mode = 'road'"}
TREES: Final = st.recursive(
    st.sampled_from(sorted(ATOMS)),
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), inner, inner) | st.tuples(st.just("NOT"), inner),
    max_leaves=8,
)


def written(tree: Any) -> str:  # noqa: ANN401 - a letter, or a tuple of trees
    if isinstance(tree, str):
        return ATOMS[tree]
    operator, *parts = tree
    if operator == "NOT":
        return f"NOT ({written(parts[0])})"
    return f" {operator} ".join(f"({written(part)})" for part in parts)


def reckoned(tree: Any, truths: dict[str, Truth]) -> Truth:  # noqa: ANN401
    """Return the truth of a tree by the tables of Kleene: the least of AND, the greatest of OR, unknown between."""
    if isinstance(tree, str):
        return truths[tree]
    operator, *parts = tree
    found = [{False: 0, None: 1, True: 2}[reckoned(part, truths)] for part in parts]
    value = 2 - found[0] if operator == "NOT" else reduce(min if operator == "AND" else max, found)
    return (False, None, True)[value]


@settings(max_examples=60, deadline=None)
@given(tree=TREES)
def test_three_truths_are_those_of_kleene(tree: Any) -> None:  # noqa: ANN401
    """Every combination of true, false and not known of three conditions: 27 features."""
    lanes = {True: 4, False: 1, None: None}
    modes = {True: "road", False: "rail", None: None}
    truths: list[dict[str, Truth]] = [{"a": a, "b": b, "c": c} for a in lanes for b in lanes for c in lanes]
    layer = layer_of([{"oneway": one["a"], "lanes": lanes[one["b"]], "mode": modes[one["c"]]} for one in truths])
    held = parse_filter(written(tree), "cql2-text", FIELDS).holds(layer).tolist()
    assert held == [reckoned(tree, one) is True for one in truths]


@settings(max_examples=30, deadline=None)
@given(condition=CONDITIONS, rows=st.lists(ROWS, min_size=1, max_size=12), limit=st.integers(1, 4))
def test_pages_of_a_filter_hold_each_feature_once(condition: str, rows: list[dict[str, Any]], limit: int) -> None:
    source = HeldSource(layer_of(rows), "1", ORIGIN)
    wanted = Wanted(filter=parse_filter(condition, "cql2-text", FIELDS))
    found, after = [], None
    while True:
        portion = source.read(wanted, after, limit)
        found += portion.table.ids.to_pylist()
        after = portion.after
        if after is None:
            break
    assert len(found) == source.count(wanted)
    assert found == [one for table in source.portions(wanted) for one in table.ids.to_pylist()]


WORDS: Final = st.sampled_from(
    [
        "lanes", "mode", "geometry", "secret", "=", "<>", "<", "(", ")", "[", "]", "AND", "OR", "NOT", "IN", "LIKE",
        "'a'", "BETWEEN", "IS", "NULL", "1", "-", "+", "^", "div", "1e400", ",", "DATE(", "TIMESTAMP(", "'", '"',
        "S_WITHIN(", "POINT(1 2)", "BBOX(1,2,3,4)", "POLYGON((0 0,1 1))", "CASEI(", "ACCENTI(", "TRUE", "\0", "𝄞", ";",
        "--", "\\",
    ]
)  # fmt: skip
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {
                "op": st.sampled_from(["and", "or", "not", "=", "in", "like", "isNull", "s_within", "casei", "+", "x"]),
                "args": st.lists(inner, max_size=3) | inner,
            }
        )
        | st.fixed_dictionaries({"property": st.sampled_from([*KINDS, "geometry", "x"]) | inner})
        | st.fixed_dictionaries({"type": st.just("Point"), "coordinates": inner})
        | st.fixed_dictionaries({"bbox": st.lists(st.integers(-400, 400), max_size=6)})
        | st.fixed_dictionaries({"date": st.text(max_size=4) | inner})
    ),
    max_leaves=10,
)


def asked(text: str, language: Any) -> None:  # noqa: ANN401 - one of the two
    """Read a text and, where it is a filter, ask it; nothing but a refusal may come of it."""
    with suppress(FilterError):
        found = parse_filter(text, language, FIELDS)
        assert found.holds(layer_of([{"lanes": 1}, {"mode": "a", "place": (0, 0)}])).shape == (2,)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(WORDS, max_size=12))
def test_any_words_are_a_filter_or_refused(words: list[str]) -> None:
    asked(" ".join(words), "cql2-text")


@settings(max_examples=150, deadline=None)
@given(tree=JSON)
@example(tree={"op": "in", "args": [{"property": "mode"}, [{"op": "casei", "args": ["a"]}]]})
@example(tree={"op": "between", "args": [{"property": "geometry"}, 1, 2]})
def test_any_json_is_a_filter_or_refused(tree: Any) -> None:  # noqa: ANN401
    asked(json.dumps(tree), "cql2-json")


@pytest.mark.parametrize("sign", ["(", "NOT ", "lanes = -", "CASEI(", "[", "lanes ^ ", "lanes = (1 + ", "-", "NOT("])
@pytest.mark.parametrize("times", [33, 3_000, 19_000])
def test_what_is_nested_deep_is_refused_and_does_not_end_the_process(sign: str, times: int) -> None:
    """At some thousand levels the reading library overflows the stack, which no process survives."""
    with pytest.raises(FilterError):
        parse_filter((sign * times)[:19_990] + "1", "cql2-text", FIELDS)
