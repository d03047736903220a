"""The path over the detail that is the same road as a corridor, if there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags, Floats, Indices
from geodata.joining.anchors import Anchor
from geodata.joining.detail import LINK_CODES, Detail
from geodata.joining.lorry_graph import Ends, Found, Metres, Places, cheapest_path
from geodata.joining.options import JoinOptions

LEAST_WIDTH_M: Final = 300.0
WIDTH_SHARE: Final = 0.12
"""A line drawn with few points leaves the road between them by some share of their distance."""
GREATEST_WIDTH_M: Final = 2000.0
FACTORS: Final = np.array([1.0, 1.4, 3.0])
"""Cost of a metre on a road of the corridor's number or name, on one of a fitting class, on another."""
ENDS_OFF_M: Final = np.array([0.0, 80.0, 300.0])
"""What it costs to end on such a road."""
FACTOR_FAR: Final = 1.5
FACTOR_BRIDGE: Final = 0.3
"""A corridor that is named after a bridge leads over it, not over the next one."""
END_FACTOR: Final = 2.5
LEAST_DRIVEN: Final = 0.5
"""An arc at the end of a path belongs to it where at least this share is driven."""
SAMPLE_M: Final = 50.0
CLOSE: Final = 0.5
CLASS_SLACK: Final = 1
LOCAL_STANDING: Final = 3
HALF_NAMED: Final = 0.4
NEAR_LENGTHS: Final = (0.7, 1.35)
"""Path ÷ corridor between which a path is of about its length."""


@dataclass(frozen=True, slots=True, eq=False)
class Corridor:
    """One stretch of a corridor to be found on the detail.

    Parameters
    ----------
    line
        Its course on the plane of the detail, float64[n, 2].
    length_m
        Its length as the corridors state it.
    standing
        How much of a road it is (``geodata.joining.detail.STANDING``).
    borne
        Which links of the detail bear its number or name.
    bridge
        Those of them that are the bridge it is named after, if it is.
    start, goal
        Where its ends lie on the detail.
    accuracy_m
        How far its ends may lie from where they are drawn, the two added.
    oneway
        Whether it leads one way only.
    """

    line: Metres
    length_m: float
    standing: int
    borne: NDArray[np.int64]
    bridge: NDArray[np.int64]
    start: Anchor
    goal: Anchor
    accuracy_m: float
    oneway: bool

    @property
    def width_m(self) -> float:
        """How far the road may lie from the line drawn."""
        legs = np.hypot(*np.diff(self.line, axis=0).T)
        sag = WIDTH_SHARE * float(legs.max(initial=0.0))
        return float(min(max(LEAST_WIDTH_M, self.accuracy_m / 2) + sag, GREATEST_WIDTH_M))


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A path over the detail and how like the corridor it is.

    Parameters
    ----------
    arcs
        Its arcs in the order of travel.
    length_m
        Its length.
    course_share
        Share of the corridor's line with the path within its width.
    close_share
        Share of the corridor's line with the path within half of its width.
    borne_share
        Share of its length that bears the corridor's number or name.
    class_share
        Share of its length on roads of a class that fits.
    """

    arcs: Places
    length_m: float
    course_share: float
    close_share: float
    borne_share: float
    class_share: float


def find_path(detail: Detail, corridor: Corridor, *, backward: bool = False) -> Path | None:
    """Return the path most like a corridor, from its start to its end or back; None where none leads there.

    Parameters
    ----------
    detail
        Where to look.
    corridor
        What to look for.
    backward
        Whether from its end to its start.
    """
    line = shapely.LineString(corridor.line)
    arcs = detail.arcs_near(line, corridor.width_m)
    arcs = arcs[detail.graph.connected[detail.graph.tail[arcs]] & detail.graph.connected[detail.graph.head[arcs]]]
    if not len(arcs):
        return None
    links = detail.graph.link[arcs]
    borne = np.isin(links, corridor.borne)
    middles = shapely.line_interpolate_point(detail.lines[links], 0.5, normalized=True)
    off = shapely.distance(middles, line) / corridor.width_m
    likeness = np.where(borne, 0, np.where(_fits(detail, corridor, links), 1, 2))
    factor = FACTORS[likeness] * (1.0 + FACTOR_FAR * off**2)
    factor[np.isin(links, corridor.bridge)] *= FACTOR_BRIDGE
    cost = np.maximum(detail.graph.length_m[arcs], 0.1) * factor
    first, last = (corridor.goal, corridor.start) if backward else (corridor.start, corridor.goal)
    start = _ends(detail, first, arcs, likeness)
    goal = _ends(detail, last, arcs, likeness)
    found = cheapest_path(arcs, detail.graph, cost, start, goal)
    return None if found is None else _measured(detail, corridor, found, line)


def _fits(detail: Detail, corridor: Corridor, links: Indices) -> Flags:
    standing = detail.standing[links]
    flags: Flags = (standing >= corridor.standing - CLASS_SLACK) & (standing <= corridor.standing + CLASS_SLACK + 1)
    return flags


def _ends(detail: Detail, anchor: Anchor, arcs: Places, likeness: NDArray[np.int64]) -> Ends:
    """Return where a path may start or end near an anchor, rather on a road like the corridor than off it."""
    lines = detail.lines[detail.graph.link[arcs]]
    point = shapely.Point(anchor.point)
    away = shapely.distance(lines, point)
    near = np.flatnonzero(away <= anchor.reach_m)
    share = shapely.line_locate_point(lines[near], point, normalized=True)
    share = np.where(detail.graph.along[arcs[near]], share, 1.0 - share)
    return Ends(near, share, away[near] * END_FACTOR + ENDS_OFF_M[likeness[near]])


def _measured(detail: Detail, corridor: Corridor, found: Found, line: object) -> Path:
    links = detail.graph.link[found.arcs]
    driven = np.ones(len(links))
    driven[0], driven[-1] = found.first_share, found.last_share
    lengths = detail.graph.length_m[found.arcs] * driven
    borne = np.isin(links, corridor.borne)
    fits = (_fits(detail, corridor, links) | np.isin(detail.infrastructure.links.link_class[links], LINK_CODES)) | borne
    drawn = shapely.get_coordinates(shapely.segmentize(line, SAMPLE_M))
    away = shapely.distance(shapely.points(drawn), shapely.union_all(detail.lines[links])) / corridor.width_m
    belongs = driven >= LEAST_DRIVEN
    belongs[np.argmax(lengths)] = True
    return Path(
        arcs=found.arcs[belongs],
        length_m=found.length_m,
        course_share=float((away <= 1.0).mean()),
        close_share=float((away <= CLOSE).mean()),
        borne_share=_share(lengths, borne),
        class_share=_share(lengths, fits),
    )


def _share(lengths: Floats, flags: Flags) -> float:
    total = float(lengths.sum())
    return float(lengths[flags].sum()) / total if total > 0 else 0.0


def moved_line(line: Metres, start: Metres, goal: Metres) -> Metres:
    """Return a line with its ends moved to other points and all between moved along in proportion.

    Parameters
    ----------
    line
        float64[n, 2].
    start, goal
        Where its ends shall lie.
    """
    legs = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    share = (legs / legs[-1] if legs[-1] > 0 else legs)[:, np.newaxis]
    moved: Metres = line + (1.0 - share) * (start - line[0]) + share * (goal - line[-1])
    return moved


def is_named(path: Path, options: JoinOptions) -> bool:
    """Return whether most of a path bears the corridor's number or name."""
    return path.borne_share >= options.likeness_share


def fault_of(path: Path, corridor: Corridor, options: JoinOptions) -> str:
    """Return why a path is not the same road as a corridor: ``length``, ``course``, ``class``; empty where it is."""
    slack = options.length_tolerance * corridor.length_m + corridor.accuracy_m / 2
    if (
        abs(path.length_m - corridor.length_m) > slack
        or path.length_m > 2 * corridor.length_m + corridor.accuracy_m / 2
    ):
        return "length"
    local = corridor.standing <= LOCAL_STANDING
    alike = NEAR_LENGTHS[0] * corridor.length_m <= path.length_m <= NEAR_LENGTHS[1] * corridor.length_m
    half_named = alike and path.borne_share >= HALF_NAMED
    # A path of about the right length that bears the name, or a local one, may leave the line drawn further than one
    # told by its course alone: inside the cover every road that stands is there, so it can hardly be another.
    trusted = is_named(path, options) or half_named or (local and alike)
    if (path.course_share if trusted else path.close_share) < options.course_share:
        return "course"
    # A local road of another class on the very course is that road; a great one that is not there is a new one.
    likely = max(path.borne_share, path.class_share) >= options.likeness_share
    return "" if local or half_named or likely else "class"
