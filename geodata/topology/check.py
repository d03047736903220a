"""The check of an infrastructure: every fault as a row with a place, a severity and a suggested repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from geodata.infrastructure.columns import VEHICLE_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.topology.check_crossings import crossings
from geodata.topology.check_duplicates import duplicates
from geodata.topology.check_ends import dead_ends, near_ends, near_nodes
from geodata.topology.check_links import isolated_nodes, lengths, line_ends, self_crossings, zero_lengths
from geodata.topology.check_places import Place, places_of_candidates, terminals
from geodata.topology.check_reach import islands, motorway_ends, one_way_traps
from geodata.topology.check_rules import conditions, turns
from geodata.topology.check_values import access, limits, speeds
from geodata.topology.issues import Issue, Issues
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape

Check = Callable[[Shape, CheckOptions], Iterator[Issue]]

CHECKS: Final[tuple[tuple[tuple[str, ...], Check], ...]] = (
    (("zero_length",), zero_lengths),
    (("line_end",), line_ends),
    (("length",), lengths),
    (("duplicate",), duplicates),
    (("self_crossing",), self_crossings),
    (("dead_end",), near_ends),
    (("near_nodes",), near_nodes),
    (("isolated_node",), isolated_nodes),
    (("duplicate", "crossing"), crossings),
    (("one_way_trap",), one_way_traps),
    (("island",), islands),
    (("motorway_end",), motorway_ends),
    (("speed",), speeds),
    (("limit",), limits),
    (("access",), access),
    (("turn",), turns),
    (("condition",), conditions),
)
"""Kinds each check finds, and the check."""

DEFAULT: Final = CheckOptions()


def check_infrastructure(
    infrastructure: Infrastructure, options: CheckOptions = DEFAULT, *, places: Sequence[Place] = ()
) -> Issues:
    """Return everything wrong, or worth knowing, about an infrastructure.

    Parameters
    ----------
    infrastructure
        What to check; it may be empty.
    options
        Kinds of issues to look for, and tolerances.
    places
        Places that links must reach, besides the infrastructure's own candidates.

    Notes
    -----
    True dead ends are counted (``counts["dead_ends"]``) and not told one by one, as are the edges of an extract.
    """
    shape = Shape(infrastructure, options.area)
    found: list[Issue] = []
    for kinds, check in CHECKS:
        if set(kinds) & set(options.kinds):
            found += (issue for issue in check(shape, options) if issue.kind in options.kinds)
    asked = [*places_of_candidates(shape), *places]
    if "terminal" in options.kinds:
        found += terminals(shape, options, asked)
    return Issues(tuple(found), _counts(shape, asked))


def _counts(shape: Shape, places: Sequence[Place]) -> dict[str, int]:
    infrastructure = shape.infrastructure
    placeless = sum(not np.isfinite([place.lon, place.lat]).all() for place in places)
    links = infrastructure.links
    open_to = links.access_forward | links.access_backward
    return {
        "nodes": len(infrastructure.nodes),
        "links": len(links),
        "dead_ends": int(dead_ends(shape).sum()),
        "extract_edges": int(shape.edge.sum()),
        "places": len(places),
        "places_without_position": placeless,
        **{f"links_{kind}": int(((open_to >> bit) & 1).sum()) for bit, kind in enumerate(VEHICLE_KINDS)},
    }
