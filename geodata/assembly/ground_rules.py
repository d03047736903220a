"""What a lorry may do on the links of an infrastructure on a working day, with the pack's rows ruling its corridors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.assembly.infrastructure import LIMITS, bans
from geodata.columns import Flags, Floats, Indices
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.access import build_access, shut_nodes, speed_at
from geodata.routing.vehicle import VehicleProfile
from geodata.tables import Table, in_pack_money, numbers, texts
from supplychain.pack import UnknownAssumptionError
from supplychain.prices import PriceBasis
from supplychain.vocabulary import CURRENCIES, NETWORK_MODES

if TYPE_CHECKING:
    from supplychain.pack import Pack

WORKING_DAY_H: Final = range(48, 72)
"""Hours of the week of a Wednesday: the planning day is a working day."""

LEAST_OPEN: Final = 0.5
SPEED_FACTOR: Final = "truck_speed_factor"


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """What holds on each link, by way where it differs: 0 with its line, 1 against it.

    Parameters
    ----------
    row
        Row of the pack's links that rules the link, int32[L]; -1 for none.
    usable
        Whether it may be used at all, bool[2, L].
    through
        Whether it may be used on the way to somewhere else, bool[2, L].
    open_share
        Share of the working day in which it is open, float64[L].
    speed_kmh
        float64[2, L].
    toll_per_km
        Toll of a class-5 truck in pack money per km, float64[L].
    banned_from_t, heavy_share, above_t
        Bans of the pack's rows that hold only from a gross mass on, float64[L]; see ``Bans``.
    limits
        Largest vessel, heaviest truck, depth and clearance by ``LIMITS``, float64[L] each, inf for no limit.
    """

    row: Indices
    usable: Flags
    through: Flags
    open_share: Floats
    speed_kmh: Floats
    toll_per_km: Floats
    banned_from_t: Floats
    heavy_share: Floats
    above_t: Floats
    limits: Mapping[str, Floats]


def build_rules(pack: Pack, basis: PriceBasis, infrastructure: Infrastructure, profile: VehicleProfile) -> Rules:
    """Return what holds on each link on a working day.

    A link that names a corridor of the pack is ruled by the pack's row as it now stands: its status, truck ban, speed
    and toll, so that scenarios and assumptions act on it. On other roads access, limits and bans are those of the
    profile; they run at the speed observed, else at the profile's for the class, times the pack's assumption
    ``truck_speed_factor`` where it has one. A toll known to be paid but not how much is that of the profile.
    Railways and waterways are used where a row of the pack rules them.

    Parameters
    ----------
    pack
        Changes and assumptions applied.
    basis
        Its prices.
    infrastructure
        The links.
    profile
        The lorry.
    """
    links, table = infrastructure.links, pack.table("links")
    row = pd.Index(texts(table, "link_id")).get_indexer(links.corridor).astype(np.int32)
    row[links.corridor == ""] = -1
    ruled = row >= 0
    ban = bans(table)
    share_of_row = np.where(texts(table, "status") == "open", ban.open_share, 0.0)
    share, allowed = _own_shares(infrastructure, profile)
    share = np.where(ruled, np.append(share_of_row, 0.0)[row], share)
    # A corridor of the pack that stands as such is drawn both ways by the pack; what opens it is its status.
    whole = ruled & (links.link_id == links.corridor)
    ways = np.stack([np.ones(len(links), dtype=np.bool_), ~links.oneway])
    is_road = links.mode == NETWORK_MODES.index("road")
    usable = np.where(whole, ways, allowed & is_road) & (share > 0)
    destination = ((links.destination_only & profile.kind_bit) != 0) & ~whole
    return Rules(
        row=row,
        usable=usable,
        through=usable & ~destination,
        open_share=share,
        speed_kmh=_speeds(pack, infrastructure, profile, row),
        toll_per_km=_tolls(basis, table, infrastructure, profile, row),
        banned_from_t=np.append(ban.banned_from_t, np.inf)[row],
        heavy_share=np.append(ban.heavy_share, 1.0)[row],
        above_t=np.append(ban.above_t, 0.0)[row],
        limits=_limits(infrastructure, table, row),
    )


def _limits(infrastructure: Infrastructure, table: Table, row: Indices) -> dict[str, Floats]:
    """Return what the pack's rows allow on their corridors; elsewhere the largest vessel that the network states."""
    none = np.full(len(infrastructure.links), np.inf)
    stated = infrastructure.links.max_vessel_t
    own = {**dict.fromkeys(LIMITS, none), "max_vessel_t": np.where(np.isnan(stated), np.inf, stated)}
    return {
        name: np.where(row >= 0, np.append(numbers(table, name, np.inf), np.inf)[row], own[name]) for name in LIMITS
    }


def _own_shares(infrastructure: Infrastructure, profile: VehicleProfile) -> tuple[Floats, Flags]:
    """Return the share of the working day each link is open either way, and where it is open at some hour at all.

    Closed for more than half of the day is closed.
    """
    shut = shut_nodes(infrastructure, profile)
    passable = ~shut[infrastructure.links.from_index] & ~shut[infrastructure.links.to_index]
    if not len(infrastructure.schedules):
        allowed = build_access(infrastructure, profile).open & passable
        either: Flags = np.any(allowed, axis=0)
        return either.astype(np.float64), allowed
    hours = np.mean([build_access(infrastructure, profile, hour).open for hour in WORKING_DAY_H], axis=0)
    by_way: Floats = np.where((hours < LEAST_OPEN) | ~passable, 0.0, hours).astype(np.float64)
    shares: Floats = by_way.max(axis=0)
    return shares, by_way > 0


def _speeds(pack: Pack, infrastructure: Infrastructure, profile: VehicleProfile, row: Indices) -> Floats:
    access = build_access(infrastructure, profile)
    own = speed_at(access, infrastructure, profile, None) * _speed_factor(pack)
    stated = np.append(numbers(pack.table("links"), "speed_kmh"), np.nan)[row]
    found: Floats = np.where(np.isnan(stated), own, stated)
    return found


def _speed_factor(pack: Pack) -> float:
    try:
        return pack.assumption(SPEED_FACTOR)
    except UnknownAssumptionError:
        return 1.0


def _tolls(
    basis: PriceBasis, table: Table, infrastructure: Infrastructure, profile: VehicleProfile, row: Indices
) -> Floats:
    links = infrastructure.links
    ruled = np.append(np.nan_to_num(in_pack_money(basis, table, "toll_per_km", "link_id"), nan=0.0), 0.0)[row]
    own = np.zeros(len(links))
    stated = ~np.isnan(links.toll_per_km) & (links.toll_per_km > 0) & (row < 0)
    money = pd.DataFrame(
        {
            "link_id": links.link_id[stated],
            "toll_per_km": links.toll_per_km[stated],
            "currency": np.append(np.array(CURRENCIES, dtype=np.object_), "")[links.currency[stated]],
            "price_year": links.price_year[stated].astype(np.float64),
        }
    )
    own[stated] = in_pack_money(basis, money, "toll_per_km", "link_id")
    unknown = links.toll & np.isnan(links.toll_per_km) & (row < 0)
    if unknown.any():
        own[unknown] = basis.to_pack_money(profile.toll_per_km_unknown, profile.currency, profile.price_year)
    return np.where(row >= 0, ruled, own)
