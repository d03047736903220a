"""What tests of boxes of filters are made of: conditions on places, of every kind and however they are joined."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

OPERATORS: Final = (
    "S_INTERSECTS", "S_EQUALS", "S_DISJOINT", "S_TOUCHES", "S_WITHIN", "S_OVERLAPS", "S_CROSSES", "S_CONTAINS"
)  # fmt: skip


def conditions(places: st.SearchStrategy[tuple[float, float]], plain: str) -> st.SearchStrategy[str]:
    """Return conditions on places with literals that have their corners at some, joined by AND, OR and NOT.

    Parameters
    ----------
    places
        Longitudes and latitudes.
    plain
        A condition on a property.
    """
    point = places.map(lambda at: f"{at[0]} {at[1]}")
    corners = st.tuples(places, places).filter(lambda both: both[0][0] < both[1][0] and both[0][1] < both[1][1])
    boxes = corners.map(lambda both: (both[0][0], both[0][1], both[1][0], both[1][1]))
    across = boxes.map(lambda box: (box[2], box[1], box[0], box[3]))
    grounds = st.one_of(
        point.map("POINT({})".format),
        st.lists(point, min_size=1, max_size=3, unique=True).map(lambda some: f"MULTIPOINT({', '.join(some)})"),
        st.lists(point, min_size=2, max_size=3, unique=True).map(lambda some: f"LINESTRING({', '.join(some)})"),
        boxes.map(lambda b: f"POLYGON(({b[0]} {b[1]}, {b[2]} {b[1]}, {b[0]} {b[3]}, {b[0]} {b[1]}))"),
        boxes.map(lambda b: f"BBOX({b[0]}, {b[1]}, {b[2]}, {b[3]})"),
        across.map(lambda b: f"BBOX({b[0]}, {b[1]}, {b[2]}, {b[3]})"),
    )
    ways = st.sampled_from(["{0}(geometry, {1})", "{0}({1}, geometry)"])
    simple = st.builds(lambda way, *both: way.format(*both), ways, st.sampled_from(OPERATORS), grounds) | st.just(plain)
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.builds("({}) AND ({})".format, inner, inner),
            st.builds("({}) OR ({})".format, inner, inner),
            st.builds("NOT ({})".format, inner),
        ),
        max_leaves=4,
    )
