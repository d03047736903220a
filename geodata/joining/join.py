"""Detail and corridors become one network: found corridors give way to the detail, the others are tied to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags
from geodata.infrastructure.build import keep_links
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.joining.assigning import assign
from geodata.joining.cover import dense_cover
from geodata.joining.detail import Detail, as_ids
from geodata.joining.finding import Finder, Match
from geodata.joining.options import JoinOptions
from geodata.joining.outcomes import CorridorRow, Joined
from geodata.joining.put_together import Decisions, put_together
from geodata.joining.ties import Tie, Tying
from supplychain.errors import HinterlandError
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

if TYPE_CHECKING:
    from supplychain.pack import Pack

ROAD: Final = NETWORK_MODES.index("road")

SHARED_LINK: Final = Text(
    en="Both networks have a link {id}; join a detailed network that holds no corridors yet.",
    vi="Cả hai mạng lưới đều có đoạn {id}; hãy dùng mạng chi tiết chưa ghép hành lang.",
)
SHARED_NODE: Final = Text(
    en="Both networks have a node {id}; join a detailed network that holds no corridors yet.",
    vi="Cả hai mạng lưới đều có nút {id}; hãy dùng mạng chi tiết chưa ghép hành lang.",
)


class NothingToJoinError(HinterlandError):
    """The detail has no road that lorries may use, or shares ids with the corridors."""


def join_pack(detail: Infrastructure, pack: Pack, options: JoinOptions | None = None) -> Joined:
    """Return a detail joined with the corridors of a region pack, planned ones included but closed.

    Parameters
    ----------
    detail
        Such as an import from OpenStreetMap.
    pack
        The pack; tables ``nodes`` and ``links``.
    options
        Those of the pack (``JoinOptions.of_pack``) where not given.
    """
    from geodata.gis.corridors import infrastructure_of_pack  # noqa: PLC0415 - only packs need it

    statuses = tuple(dict.fromkeys(pack.table("links")["status"].tolist()))
    corridors = infrastructure_of_pack(pack, statuses)
    return join_corridors(detail, corridors, options or JoinOptions.of_pack(pack))


def join_corridors(detail: Infrastructure, corridors: Infrastructure, options: JoinOptions | None = None) -> Joined:
    """Return detail and corridors as one network that never holds the same road twice.

    A road corridor inside the area of the detail is looked for as a path of the detail, both ways. Where one is found,
    the corridor is left out; the links of the path name it in ``corridor``, take over its speed, toll and truck bans
    where they know none, and those at its middle share its capacity. A corridor that leaves the area is cut at the
    last junction found. Others stay, and nodes where they meet roads of the detail are tied to these. Railways and
    waterways of the corridors stay, those of the detail are left out.

    Parameters
    ----------
    detail
        Every road of some area.
    corridors
        Trunk roads, railways and waterways of a wider area, with coarse lines.
    options
        How far things may lie apart and still be the same.

    Raises
    ------
    HinterlandError
        If the detail has no road that lorries may use, or the two share ids (one was joined already).
    """
    options = options or JoinOptions()
    _check_apart(detail, corridors)
    water = detail.links.mode == NETWORK_MODES.index("inland_waterway")
    roads_only = keep_links(detail, detail.links.mode == ROAD)
    made = Detail.of(roads_only)
    if not len(made.graph.link):
        raise NothingToJoinError(
            Text(
                en="The detailed network has no road that lorries may use; import roads first.",
                vi="Mạng lưới chi tiết không có đường nào xe tải được đi; hãy nhập dữ liệu đường bộ trước.",
            )
        )
    planned = np.array([str(one) in options.planned for one in corridors.links.link_id], dtype=np.bool_)
    standing = (corridors.links.mode == ROAD) & ~planned
    finder = Finder(made, corridors, options, _cover(roads_only, options), standing)
    owner, matches = assign(made, [finder.find(int(link)) for link in np.flatnonzero(standing)])
    kept = np.ones(len(corridors.links), dtype=np.bool_)
    kept[[match.link for match in matches if match.found]] = False
    tying = Tying(made, corridors, options, finder.anchors, _lines_of(made, detail, water))
    ties = tying.ties(_wanted(corridors, matches, finder.inside), matches, kept & standing)
    decisions = Decisions(matches, owner, ties, kept, planned)
    joined = put_together(made, corridors, decisions)
    node_of = {str(node_id): str(node_id) for node_id in corridors.nodes.node_id}
    node_of |= {str(corridors.nodes.node_id[t.node]): str(roads_only.nodes.node_id[t.junction]) for t in ties.values()}
    modes = [NETWORK_MODES[code] for code in detail.links.mode[detail.links.mode != ROAD]]
    return Joined(
        infrastructure=joined,
        rows=tuple(_with_rest(row, joined) for row in _rows(made, corridors, decisions)),
        node_of_corridors=node_of,
        left_out={mode: modes.count(mode) for mode in dict.fromkeys(modes)},
    )


def _check_apart(detail: Infrastructure, corridors: Infrastructure) -> None:
    pairs = (
        (SHARED_LINK, detail.links.link_id, corridors.links.link_id),
        (SHARED_NODE, detail.nodes.node_id, corridors.nodes.node_id),
    )
    for sentence, mine, theirs in pairs:
        shared = set(mine) & set(theirs)
        if shared:
            raise NothingToJoinError(sentence.format(id=min(shared)))


def _cover(roads: Infrastructure, options: JoinOptions) -> Any:  # noqa: ANN401 - a shapely polygon
    if options.cover is not None:
        return options.cover
    return dense_cover(np.column_stack([roads.nodes.lon, roads.nodes.lat]))


def _lines_of(made: Detail, detail: Infrastructure, which: Flags) -> NDArray[np.object_]:
    points = [made.plane.metres(detail.lines.points(int(link))) for link in np.flatnonzero(which)]
    return np.array([shapely.LineString(line) for line in points if len(line) > 1], dtype=np.object_)


def _wanted(corridors: Infrastructure, matches: list[Match], inside: Flags) -> Flags:
    """Return the nodes that need a tie: a road there gave way to the detail, or none is left there at all."""
    links = corridors.links
    count = len(corridors.nodes)
    gone, left = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    for match in matches:
        ends = (int(links.from_index[match.link]), int(links.to_index[match.link]))
        if not match.found:
            left[list(ends)] = True
        elif match.cut_node >= 0:
            gone[ends[match.inner_end]] = True
            left[ends[1 - match.inner_end]] = True
        else:
            gone[list(ends)] = True
    of_roads = np.zeros(count, np.bool_)
    every = links.mode == ROAD
    of_roads[links.from_index[every]] = of_roads[links.to_index[every]] = True
    return gone | (of_roads & ~left & inside)


def _rows(made: Detail, corridors: Infrastructure, decisions: Decisions) -> list[CorridorRow]:
    by_link = {match.link: (place, match) for place, match in enumerate(decisions.matches)}
    rows = []
    for link in range(len(corridors.links)):
        if link in by_link:
            rows.append(_row(made, corridors, decisions, *by_link[link]))
            continue
        reason = "planned" if decisions.planned[link] else "other_mode"
        rows.append(
            CorridorRow(**_about(corridors, link), outcome="kept", reason=reason, kept_m=_length(corridors, link))
        )
    return rows


def _with_rest(row: CorridorRow, joined: Infrastructure) -> CorridorRow:
    """Return the row of a cut corridor with the length that stays of it."""
    if row.outcome != "cut":
        return row
    return dataclasses.replace(row, kept_m=_length(joined, joined.link_places[row.corridor_id]))


def _about(corridors: Infrastructure, link: int) -> Mapping[str, Any]:
    links = corridors.links
    return {
        "corridor_id": str(links.link_id[link]),
        "name": str(links.ref[link] or links.name[link]),
        "mode": NETWORK_MODES[links.mode[link]],
        "length_m": _length(corridors, link),
    }


def _length(corridors: Infrastructure, link: int) -> float:
    return float(corridors.links.length_m[link])


def _row(made: Detail, corridors: Infrastructure, decisions: Decisions, place: int, match: Match) -> CorridorRow:
    links = corridors.links
    ends = (int(links.from_index[match.link]), int(links.to_index[match.link]))
    tied = [decisions.ties[end] for end in ends if end in decisions.ties]
    own = np.flatnonzero(decisions.owner == place) if match.found else np.empty(0, dtype=np.int64)
    kept_share = (1.0 - match.cut_share) if match.found else 1.0
    row = CorridorRow(
        **_about(corridors, match.link),
        outcome=_outcome(match, tied),
        reason=match.reason,
        kept_m=_length(corridors, match.link) * kept_share,
        links=as_ids(own, made.infrastructure.links.link_id),
        tied=as_ids(np.array([tie.junction for tie in tied], dtype=np.int64), made.infrastructure.nodes.node_id),
    )
    return _measured(row, match)


def _outcome(match: Match, tied: list[Tie]) -> str:
    if match.found:
        return "cut" if match.cut_node >= 0 else "replaced"
    return "connected" if tied else "kept"


def _measured(row: CorridorRow, match: Match) -> CorridorRow:
    """Return a row with what was measured of the paths."""
    if match.sought is None:
        return row
    measured: dict[str, Any] = {"expected_m": match.sought.length_m}
    for name, path in (("forth_m", match.forth), ("back_m", match.back)):
        measured[name] = float("nan") if path is None else path.length_m
    if match.ways:
        for share in ("course_share", "borne_share", "class_share"):
            measured[share] = min(getattr(path, share) for path in match.ways)
        longest = max(path.length_m for path in match.ways)
        measured["ratio"] = longest / match.sought.length_m if match.sought.length_m > 0 else float("nan")
    return dataclasses.replace(row, **measured)
