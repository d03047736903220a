"""Access links that join parks, zones and terminals to the network, one pair for each junction reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.assembly.access_points import AccessPoints
from geodata.assembly.pieces import Piece, join_pieces, link_rows, node_rows, straight_lines, two_sides
from geodata.columns import ARRIVAL_SUFFIX, Flags, Ids
from geodata.geodesy import geodesic_m, nearest
from geodata.tables import Table, flags, numbers, open_rows, texts

if TYPE_CHECKING:
    from supplychain.pack import Pack


@dataclass(frozen=True, slots=True)
class Reach:
    """How far and to how many junctions a connector may go.

    Parameters
    ----------
    most
        Junctions a place is joined to when it names none.
    reach_m
        Geodesic distance beyond which it is not joined, metres.
    node_column
        Column of the place or terminal that names the junction.
    """

    most: int
    reach_m: float
    node_column: str


CONSIDERED: Final = 12
"""Road junctions nearest to a place among which the shortest access is sought."""

NEAR_M: Final = 1000.0
"""A place this near to a road of the detail is joined there rather than where its row says."""

OVERLAND: Final = 2.0
"""A metre where no road is known counts as this many of road, so that a place rather takes its own access road."""

ROUND_SHARE: Final = 2.0
ROUND_M: Final = 1500.0
"""Farther by road than this share of the straight distance and this much more is on another side of something."""

REACHES: Final = {
    "road": Reach(most=2, reach_m=15_000.0, node_column="road_node_id"),
    "rail": Reach(most=1, reach_m=3_000.0, node_column="rail_node_id"),
    "inland_waterway": Reach(most=1, reach_m=3_000.0, node_column="waterway_node_id"),
}


def junctions_in_use(nodes: Table, links: Table, mode: str) -> Table:
    """Return the junctions of a mode that at least one link of the network touches.

    ``banned`` says of each whether heavy trucks are banned all working day from all links that touch it.

    Parameters
    ----------
    nodes, links
        Rows of the infrastructure piece.
    mode
        road, rail or inland_waterway.
    """
    of_mode = links[links["mode"] == mode]
    free = of_mode[np.isinf(of_mode["banned_from_t"])]
    touched, open_to_all = (pd.unique(pd.concat([some["from_node"], some["to_node"]])) for some in (of_mode, free))
    # As plain objects: pandas would look at each known word of its own text type one by one.
    ids = nodes["node_id"].astype(object)
    banned = ~ids.isin(np.asarray(open_to_all, dtype=object))
    return nodes.assign(banned=banned)[ids.isin(np.asarray(touched, dtype=object))].reset_index(drop=True)


def junctions_by_mode(infrastructure: Piece) -> dict[str, Table]:
    """Return :func:`junctions_in_use` of a piece of infrastructure for each mode that places or terminals join."""
    return {mode: junctions_in_use(infrastructure.nodes, infrastructure.links, mode) for mode in REACHES}


def attach(subjects: Table, junctions: Table, reach: Reach) -> Table:
    """Return which subject is joined to which junction.

    Parameters
    ----------
    subjects
        Rows with node_id, lon, lat and junction_id (empty: take the nearest).
    junctions
        Junctions that may be joined; a subject that names none goes to those that are not ``banned`` where there are
        any in reach.
    reach
        How far and to how many.

    Returns
    -------
    DataFrame
        Rows subject (position), node_id, junction_id, lon/lat and junction_lon/junction_lat, distance_m.
        A named junction that no open link touches gives no row.
    """
    named = texts(subjects, "junction_id") != ""
    places = pd.Index(junctions["node_id"]).get_indexer(texts(subjects, "junction_id")[named])
    subject_named = np.flatnonzero(named)[places >= 0]
    free = np.flatnonzero(~named)
    points = subjects[["lon", "lat"]].to_numpy(dtype=np.float64)
    candidates = junctions[["lon", "lat"]].to_numpy(dtype=np.float64)
    position, candidate = _nearest_open(points[free], candidates, flags(junctions, "banned"), reach)
    subject = np.concatenate([subject_named, free[position]]).astype(np.int64)
    junction = np.concatenate([places[places >= 0], candidate]).astype(np.int64)
    here, there = points[subject], candidates[junction]
    return pd.DataFrame(
        {
            "subject": subject,
            "node_id": texts(subjects, "node_id")[subject],
            "junction_id": texts(junctions, "node_id")[junction],
            "lon": here[:, 0],
            "lat": here[:, 1],
            "junction_lon": there[:, 0],
            "junction_lat": there[:, 1],
            "distance_m": geodesic_m(here[:, 0], here[:, 1], there[:, 0], there[:, 1]),
        }
    )


def _nearest_open(
    points: NDArray[np.float64], candidates: NDArray[np.float64], banned: Flags, reach: Reach
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of point and candidate: the nearest that are not banned, else the nearest."""
    left = np.arange(len(points))
    pairs = []
    for among in (np.flatnonzero(~banned), np.flatnonzero(banned)):
        position, candidate, _ = nearest(points[left], candidates[among], reach.most, reach.reach_m)
        pairs.append((left[position], among[candidate]))
        left = np.setdiff1d(left, left[position])
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def attach_to_roads(subjects: Table, access: AccessPoints, reach: Reach) -> Table:
    """Return which subject is joined to which junction of an infrastructure's roads.

    A subject is joined where its access road is shortest, private road included; two junctions where its row names
    none. One that names a junction is joined to a road of the detail only within ``NEAR_M``, and only where that road
    is on the same side of rivers and fences as the junction (not much farther from it by road than as the crow flies);
    else to the junction itself. A junction that lorries cannot reach and leave (all its roads are shut) counts as not
    named.

    Parameters
    ----------
    subjects
        Rows with node_id, lon, lat and junction_id (empty: none named).
    access
        Where roads may be joined.
    reach
        How far and to how many.

    Returns
    -------
    DataFrame
        As :func:`attach` does, with ``extra_m``: private road beyond the place where it is joined.
    """
    table = access.table
    points = subjects[["lon", "lat"]].to_numpy(dtype=np.float64)
    candidates = table[["lon", "lat"]].to_numpy(dtype=np.float64)
    subject, candidate, metres = nearest(points, candidates, CONSIDERED, reach.reach_m)
    named = _usable_names(texts(subjects, "junction_id"), access)
    known = pd.Index(table["node_id"].where(table["extra_m"] == 0.0))
    corridor = table["is_corridor"].to_numpy()
    beside = ~corridor[candidate] & (metres <= NEAR_M)
    beside &= _same_side(access, named, subject, candidate)
    kept = (named[subject] == "") | beside
    pairs = pd.DataFrame({"subject": subject, "candidate": candidate, "metres": metres})[kept]
    pairs["away"] = pairs["metres"] * OVERLAND + table["aside_m"].to_numpy()[pairs["candidate"]]
    pairs = pairs.sort_values(["subject", "away", "candidate"], kind="stable")
    pairs["junction"] = table["node_id"].to_numpy()[pairs["candidate"]]
    pairs = pairs.drop_duplicates(["subject", "junction"])
    most = np.where(named == "", reach.most, 1)
    pairs = pairs[pairs.groupby("subject").cumcount().to_numpy() < most[pairs["subject"]]]
    left = np.setdiff1d(np.flatnonzero(named != ""), pairs["subject"])
    found = _first_places(known, named[left])
    fallback = pd.DataFrame({"subject": left[found >= 0], "candidate": found[found >= 0]})
    return _attached(subjects, table, pd.concat([pairs[["subject", "candidate"]], fallback], ignore_index=True))


def _usable_names(named: Ids, access: AccessPoints) -> Ids:
    """Return the junctions named, empty where an access road cannot be joined to the one named."""
    at_itself = access.table["node_id"][access.table["extra_m"] == 0.0]
    return np.where(pd.Index(named).isin(at_itself), named, "")


def _same_side(
    access: AccessPoints, named: Ids, subject: NDArray[np.int32], candidate: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return whether each candidate is about as near by road to the junction a subject names as it is to look at."""
    table = access.table
    wanted = np.unique(named[named != ""].astype(str)).astype(np.object_)
    road_m = access.road_m(wanted, ROUND_SHARE * 2 * NEAR_M + ROUND_M)
    places = pd.Index(access.node_ids).get_indexer(wanted)
    row = pd.Index(wanted).get_indexer(named[subject])
    target = table["node"].to_numpy()[candidate]
    ends = np.append(places, -1)[row]
    known = ends >= 0
    found = np.zeros(len(subject), dtype=np.bool_)
    lon, lat = access.lon, access.lat
    here, there = ends[known], target[known]
    straight = geodesic_m(lon[here], lat[here], lon[there], lat[there])
    found[known] = road_m[row[known], there] <= ROUND_SHARE * straight + ROUND_M
    return found


def _first_places(known: pd.Index, wanted: Ids) -> NDArray[np.int64]:
    first = pd.Series(np.arange(len(known)), index=known)
    found: NDArray[np.int64] = first[~first.index.duplicated()].reindex(wanted).fillna(-1).to_numpy(dtype=np.int64)
    return found


def _attached(subjects: Table, table: Table, pairs: Table) -> Table:
    subject, at = pairs["subject"].to_numpy(dtype=np.int64), table.iloc[pairs["candidate"].to_numpy(dtype=np.int64)]
    here = subjects[["lon", "lat"]].to_numpy(dtype=np.float64)[subject]
    there = at[["lon", "lat"]].to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "subject": subject,
            "node_id": texts(subjects, "node_id")[subject],
            "junction_id": texts(at, "node_id"),
            "lon": here[:, 0],
            "lat": here[:, 1],
            "junction_lon": there[:, 0],
            "junction_lat": there[:, 1],
            "distance_m": geodesic_m(here[:, 0], here[:, 1], there[:, 0], there[:, 1]),
            "extra_m": numbers(at, "extra_m"),
        }
    )


def connector_links(pack: Pack, pairs: Table, mode: str, rows: Table) -> Piece:
    """Return the two links of each pair: from the departing side out, and in to the arriving side.

    Parameters
    ----------
    pack
        Gives the assumptions ``circuity_connector`` and ``connector_speed_kmh``.
    pairs
        Rows of :func:`attach`.
    mode
        Mode of the links.
    rows
        ``row_id`` and ``row_table`` of each subject, by its position.
    """
    if not len(pairs):
        return Piece()
    length_m = pairs["distance_m"].to_numpy() * pack.assumption("circuity_connector") + numbers(pairs, "extra_m", 0.0)
    subject = pairs["subject"].to_numpy()
    ends = pairs[["lon", "lat", "junction_lon", "junction_lat"]].to_numpy().reshape(-1, 2, 2)
    names = pairs["node_id"] + "~" + pairs["junction_id"]
    out = link_rows(
        link_id=names + ">",
        row_id=texts(rows, "row_id")[subject],
        row_table=texts(rows, "row_table")[subject],
        kind="connector",
        mode=mode,
        from_mode=mode,
        from_node=pairs["node_id"],
        to_node=pairs["junction_id"],
        length_m=length_m,
        time_h=length_m / 1000.0 / pack.assumption("connector_speed_kmh"),
        geometry=np.arange(len(pairs)),
    )
    into = out.assign(
        link_id=names + "<",
        from_node=pairs["junction_id"],
        to_node=pairs["node_id"] + ARRIVAL_SUFFIX,
        reversed=True,
    )
    return Piece(links=pd.concat([out, into], ignore_index=True), lines=straight_lines(ends))


def places(pack: Pack, roads: Table, access: AccessPoints | None = None) -> Piece:
    """Return the departing and arriving nodes of open parks and zones, joined to the road network.

    Parameters
    ----------
    pack
        The pack.
    roads
        The junctions of its roads in use.
    access
        Where roads may be joined, if they come from an infrastructure.
    """
    return join_pieces(_places_of(pack, table, roads, access) for table in ("parks", "zones"))


def _places_of(pack: Pack, table: str, roads: Table, access: AccessPoints | None) -> Piece:
    rows = open_rows(pack, table)
    if not len(rows):
        return Piece()
    ids = texts(rows, f"{table[:-1]}_id")
    reach = REACHES["road"]
    subjects = pd.DataFrame(
        {
            "node_id": ids,
            "lon": numbers(rows, "lon"),
            "lat": numbers(rows, "lat"),
            "junction_id": texts(rows, reach.node_column),
        }
    )
    pairs = attach(subjects, roads, reach) if access is None else attach_to_roads(subjects, access, reach)
    nodes = node_rows(node_id=ids, kind="place", mode="road", subject_id=ids, lon=subjects["lon"], lat=subjects["lat"])
    origin = pd.DataFrame({"row_id": ids, "row_table": table})
    links = connector_links(pack, pairs, "road", origin)
    return join_pieces([Piece(nodes=two_sides(nodes)), links])
