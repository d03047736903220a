"""Roads, railways and waterways of an infrastructure as directed links, for the vehicles of a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.assembly.access_points import AccessPoints, access_points, strong_part
from geodata.assembly.ground_rules import Rules, build_rules
from geodata.assembly.infrastructure import with_heavy
from geodata.assembly.pieces import Piece, capacity_rows, link_rows, node_rows
from geodata.columns import UNITS, Flags, Ids, decode
from geodata.infrastructure.build import select_lines
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import LINK_CLASSES
from geodata.routing.vehicle import VehicleProfile
from geodata.tables import Table, numbers, open_rows, texts
from supplychain.errors import HinterlandError
from supplychain.prices import PriceBasis
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

if TYPE_CHECKING:
    from supplychain.pack import Pack

__all__ = ["Ground", "ground"]


class NotJoinedError(HinterlandError):
    """A network that lacks what the pack's services or terminals stand on."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """An infrastructure as a piece of a network.

    Parameters
    ----------
    piece
        Junctions, directed links, lines and capacities.
    access
        Where places may join its roads.
    left_out
        Number of link rows that no freight uses, by reason: ``closed``, ``apart`` (not reached or not left),
        ``private`` and ``not_ruled`` (railways and waterways without a row of the pack).
    """

    piece: Piece
    access: AccessPoints
    left_out: Mapping[str, int]


def ground(pack: Pack, basis: PriceBasis, infrastructure: Infrastructure, profile: VehicleProfile) -> Ground:
    """Return an infrastructure as a piece of a network: what the profile's lorry may use on a working day.

    Parameters
    ----------
    pack
        Its rows rule the corridors; its nodes are looked up in the infrastructure by their id.
    basis
        Prices of the pack.
    infrastructure
        Joined with the pack's corridors (``geodata.joining.join.join_pack``).
    profile
        The lorry whose access and speeds hold on roads that no row of the pack rules.

    Raises
    ------
    HinterlandError
        If a service of the pack starts at a node that the infrastructure does not have.
    """
    check_joined(pack, infrastructure)
    rules = build_rules(pack, basis, infrastructure, profile)
    connected = strong_part(infrastructure, rules.through)
    links = infrastructure.links
    road = links.mode == NETWORK_MODES.index("road")
    of_pack = (rules.row >= 0) & (links.link_id == links.corridor)
    apart = road & ~of_pack & ~(connected[links.from_index] & connected[links.to_index])
    used = rules.through & ~apart
    piece = _piece(pack, infrastructure, rules, used)
    closed = ~rules.usable.any(axis=0)
    left_out = {
        "not_ruled": closed & ~road & (rules.row < 0),
        "closed": closed & (road | (rules.row >= 0)),
        "private": ~closed & ~rules.through.any(axis=0),
        "apart": apart & rules.through.any(axis=0),
    }
    counts = {reason: int(flags.sum()) for reason, flags in left_out.items()}
    # Places join roads that every lorry may use; roads banned to heavy ones all day lead through only.
    lorries = rules.through & np.isinf(rules.banned_from_t)
    at_all_hours = connected if lorries.sum() == rules.through.sum() else strong_part(infrastructure, lorries)
    access = access_points(infrastructure, replace(rules, through=lorries), at_all_hours)
    return Ground(piece, access, counts)


def check_joined(pack: Pack, infrastructure: Infrastructure) -> None:
    """Raise unless the infrastructure has every node that open services, terminals and parks of the pack name.

    Raises
    ------
    HinterlandError
        Naming the first that is missing, and what to do.
    """
    known = set(infrastructure.nodes.node_id)
    named = (
        ("services", "from_node_id"),
        ("terminals", "road_node_id"),
        ("terminals", "rail_node_id"),
        ("terminals", "waterway_node_id"),
        ("parks", "road_node_id"),
        ("zones", "road_node_id"),
    )
    for table, column in named:
        rows = open_rows(pack, table)
        missing = [str(one) for one in texts(rows, column) if one and one not in known]
        if missing:
            raise NotJoinedError(
                Text(
                    en="The network has no node {node}, which {table}.csv names in {column}; join it with the region "
                    "pack first (hinterland network join).",
                    vi="Mạng lưới không có nút {node} mà {table}.csv ghi ở cột {column}; hãy ghép mạng lưới với gói "
                    "vùng trước (hinterland network join).",
                ).format(node=missing[0], table=table, column=column)
            )


def _piece(pack: Pack, infrastructure: Infrastructure, rules: Rules, used: Flags) -> Piece:
    which = np.flatnonzero(used.any(axis=0))
    links = infrastructure.links
    place = np.full(len(links), -1)
    place[which] = np.arange(len(which))
    both = _directed(infrastructure, rules, used, place)
    touched = np.zeros(len(infrastructure.nodes), dtype=np.bool_)
    touched[links.from_index[which]] = touched[links.to_index[which]] = True
    nodes = infrastructure.nodes
    touched |= pd.Index(nodes.node_id).isin(texts(pack.table("nodes"), "node_id"))
    stays = np.flatnonzero(touched)
    junctions = node_rows(
        node_id=nodes.node_id[stays],
        kind="junction",
        mode=_modes_of(pack, infrastructure)[stays],
        side="through",
        subject_id=nodes.node_id[stays],
        lon=nodes.lon[stays],
        lat=nodes.lat[stays],
    )
    chosen = select_lines(infrastructure.lines, which)
    owner = np.repeat(np.arange(len(chosen)), np.diff(chosen.offsets))
    lines: NDArray[np.object_] = np.asarray(shapely.linestrings(chosen.coordinates, indices=owner), dtype=np.object_)
    capacities, members = _capacities(pack, infrastructure, rules, used, both)
    return Piece(junctions, both, lines, capacities, members)


def _modes_of(pack: Pack, infrastructure: Infrastructure) -> Ids:
    """Return the mode of each node: as the pack says, else road."""
    table = pack.table("nodes")
    mode_of = dict(zip(texts(table, "node_id"), texts(table, "mode"), strict=True))
    return np.array([mode_of.get(node_id, "road") for node_id in infrastructure.nodes.node_id], dtype=np.object_)


def _directed(infrastructure: Infrastructure, rules: Rules, used: Flags, place: NDArray[np.int64]) -> Table:
    """Return one row for each way that may be driven; ids end in > with the line and < against it, if both are."""
    links, nodes = infrastructure.links, infrastructure.nodes
    link = np.concatenate([np.flatnonzero(used[0]), np.flatnonzero(used[1])])
    way = np.repeat([0, 1], [int(used[0].sum()), int(used[1].sum())])
    ends = np.stack([links.from_index[link], links.to_index[link]])
    two_way = used[:, link].all(axis=0)
    mark = np.where(two_way, np.where(way == 0, ">", "<"), "")
    of_pack = (rules.row[link] >= 0) & (links.link_id[link] == links.corridor[link])
    mode = decode(links.mode[link], NETWORK_MODES)
    length = links.length_m[link]
    each = np.arange(len(link))
    return link_rows(
        link_id=(links.link_id[link] + mark.astype(np.object_)).astype(np.object_),
        row_id=links.link_id[link],
        row_table=np.where(of_pack, "links", "network_links"),
        kind="link",
        mode=mode,
        from_mode=mode,
        link_class=decode(links.link_class[link], LINK_CLASSES),
        from_node=nodes.node_id[ends[way, each]],
        to_node=nodes.node_id[ends[1 - way, each]],
        length_m=length,
        time_h=length / 1000.0 / rules.speed_kmh[way, link],
        toll_per_km=rules.toll_per_km[link],
        **{name: values[link] for name, values in rules.limits.items()},
        banned_from_t=rules.banned_from_t[link],
        geometry=place[link],
        reversed=way == 1,
    )


def _capacities(
    pack: Pack, infrastructure: Infrastructure, rules: Rules, used: Flags, directed: Table
) -> tuple[Table, Table]:
    """Return one capacity for each group of links, and which directed links it limits."""
    links = infrastructure.links
    group = np.where(links.capacity_group != "", links.capacity_group, links.link_id)
    table = pack.table("links")
    row = pd.Index(texts(table, "link_id")).get_indexer(group)
    stated = {name: getattr(links, name) for name in ("capacity_per_day", "background_per_day")}
    # The pack's row as it now stands rules the capacity of its corridor, so that scenarios widen and narrow it.
    values = {
        name: np.where(row >= 0, np.append(numbers(table, name), np.nan)[row], own) for name, own in stated.items()
    }
    unit = decode(links.capacity_unit, UNITS)
    unit = np.where(row >= 0, np.append(texts(table, "capacity_unit"), "")[row], unit)
    counted = used.any(axis=0) & ~np.isnan(values["capacity_per_day"])
    counted &= (links.capacity_group != "") | (row < 0) | (links.link_id == links.corridor)
    which = np.flatnonzero(counted)
    if not which.size:
        return pd.DataFrame(), pd.DataFrame()
    _, first = np.unique(group[which].astype(str), return_index=True)
    one = which[np.sort(first)]
    ids = group[one]
    share = rules.open_share[one]
    names = _names(table, row[one], links.name[one], links.ref[one])
    capacities = capacity_rows(
        capacity_id=np.array([f"link:{name}" for name in ids], dtype=np.object_),
        kind="link",
        row_id=ids,
        name_vi=names[0],
        name_en=names[1],
        unit=unit[one],
        mode=decode(links.mode[one], NETWORK_MODES),
        capacity_per_day=values["capacity_per_day"][one] * share,
        background_per_day=np.nan_to_num(values["background_per_day"][one], nan=0.0) * share,
    )
    capacities = with_heavy(capacities, rules.heavy_share[one], rules.above_t[one])
    owners = pd.DataFrame({"link_row": links.link_id[which], "row_id": group[which]})
    owned = owners.merge(directed[["row_id", "link_id"]].rename(columns={"row_id": "link_row"}), on="link_row")
    members = capacities[["capacity_id", "row_id"]].merge(owned, on="row_id")[["capacity_id", "link_id"]]
    return capacities, members


def _names(table: Table, row: NDArray[Any], name: Ids, ref: Ids) -> tuple[Ids, Ids]:
    road, name_vi = texts(table, "road"), texts(table, "name_vi")
    of_row = np.append(np.where(name_vi == "", road, name_vi), ""), np.append(road, "")
    own = np.where(name != "", name, ref)
    return np.where(row >= 0, of_row[0][row], own), np.where(row >= 0, of_row[1][row], np.where(ref != "", ref, name))
