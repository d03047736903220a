"""Roads, railways and waterways of the pack as directed links with shared capacities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.assembly.pieces import Piece, capacity_rows, link_rows, node_rows, plus
from geodata.columns import Floats
from geodata.tables import (
    HOURS_PER_DAY,
    Table,
    flags,
    in_pack_money,
    joined,
    lines,
    numbers,
    open_rows,
    texts,
)
from supplychain.prices import PriceBasis
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

LIMITS: Final = ("max_vessel_t", "max_weight_t", "depth_m", "clearance_m")
"""Columns of a link row that vehicles are held against; empty: no limit."""

HEAVY: Final = Text(en="{name} (trucks from {t:g} t)", vi="{name} (xe từ {t:g} tấn)")


def open_share(table: Table) -> Floats:
    """Return the share of the day in which banned trucks may use each link row, 0 to 1.

    A ban runs from ``ban_from_h`` to ``ban_to_h``, over midnight where the first is larger. A link banned for
    more than half of the day is closed to trucks (0): the planning day is the working day.
    """
    starts, ends = numbers(table, "ban_from_h"), numbers(table, "ban_to_h")
    whole_day = (starts == 0) & (ends == HOURS_PER_DAY)
    banned = np.where(whole_day, HOURS_PER_DAY, np.mod(ends - starts, HOURS_PER_DAY))
    banned = np.where(np.isnan(banned), 0.0, banned)
    return np.where(banned > HOURS_PER_DAY / 2, 0.0, 1.0 - banned / HOURS_PER_DAY)


@dataclass(frozen=True, slots=True, eq=False)
class Bans:
    """What the truck bans of link rows come to, float64[L] each.

    Parameters
    ----------
    open_share
        Share of the day in which the row is open to every truck's use; 0 where all trucks are banned all working day.
    banned_from_t
        Trucks of this gross mass or more are banned all working day, tonnes; inf where none is.
    heavy_share
        Share of the day in which trucks of ``above_t`` or more may use the row, where lighter ones always may; else 1.
    above_t
        Gross mass from which the ban holds, tonnes; 0 where it holds for all.
    """

    open_share: Floats
    banned_from_t: Floats
    heavy_share: Floats
    above_t: Floats


def bans(table: Table) -> Bans:
    """Return the bans of link rows: of all trucks, or of those from ``ban_above_t`` on."""
    share, above = open_share(table), numbers(table, "ban_above_t")
    some = ~np.isnan(above)
    return Bans(
        open_share=np.where(some, 1.0, share),
        banned_from_t=np.where(some & (share == 0), above, np.inf),
        heavy_share=np.where(some & (share > 0), share, 1.0),
        above_t=np.where(some, above, 0.0),
    )


def usable_links(pack: Pack) -> Table:
    """Return the link rows of the network: status open and not closed to all trucks, with what their bans come to."""
    table = open_rows(pack, "links")
    ban = bans(table)
    table = table.assign(
        open_share=ban.open_share, banned_from_t=ban.banned_from_t, heavy_share=ban.heavy_share, above_t=ban.above_t
    )
    return table[ban.open_share > 0].reset_index(drop=True)


def infrastructure(pack: Pack, basis: PriceBasis) -> Piece:
    """Return junctions, directed links and link capacities; a two-way row gives two links and one capacity."""
    rows = usable_links(pack)
    one_way = flags(rows, "oneway")
    forward = _directed(rows, basis)
    ids = texts(rows, "link_id")
    forward["link_id"] = np.where(one_way, ids, plus(ids, ">"))
    backward = forward[~one_way].assign(
        link_id=plus(ids[~one_way], "<"),
        from_node=forward["to_node"][~one_way],
        to_node=forward["from_node"][~one_way],
        reversed=True,
    )
    links = joined([forward, backward])
    nodes = pack.table("nodes")
    junctions = node_rows(
        node_id=texts(nodes, "node_id"),
        kind="junction",
        mode=texts(nodes, "mode"),
        side="through",
        subject_id=texts(nodes, "node_id"),
        lon=numbers(nodes, "lon"),
        lat=numbers(nodes, "lat"),
    )
    capacities = _capacities(rows)
    members = pd.DataFrame()
    if len(capacities):
        members = capacities[["capacity_id", "row_id"]].merge(links[["row_id", "link_id"]], on="row_id")
    return Piece(junctions, links, lines(rows), capacities, members)


def _directed(rows: Table, basis: PriceBasis) -> Table:
    length_m = numbers(rows, "length_m")
    toll = in_pack_money(basis, rows, "toll_per_km", "link_id")
    return link_rows(
        link_id=texts(rows, "link_id"),
        row_id=texts(rows, "link_id"),
        row_table="links",
        kind="link",
        mode=texts(rows, "mode"),
        from_mode=texts(rows, "mode"),
        link_class=texts(rows, "link_class"),
        from_node=texts(rows, "from_node_id"),
        to_node=texts(rows, "to_node_id"),
        length_m=length_m,
        time_h=length_m / 1000.0 / numbers(rows, "speed_kmh"),
        toll_per_km=np.nan_to_num(toll, nan=0.0),
        **{name: numbers(rows, name, np.inf) for name in LIMITS},
        banned_from_t=numbers(rows, "banned_from_t"),
        geometry=np.arange(len(rows)),
    )


def _capacities(rows: Table) -> Table:
    limited = rows[~np.isnan(numbers(rows, "capacity_per_day"))]
    if not len(limited):
        return pd.DataFrame()
    ids = texts(limited, "link_id")
    # Others' traffic of the banned hours does not compete with trucks, so both shrink to the open hours.
    share = numbers(limited, "open_share")
    name_vi = np.where(texts(limited, "name_vi") == "", texts(limited, "road"), texts(limited, "name_vi"))
    capacities = capacity_rows(
        capacity_id=np.array([f"link:{link_id}" for link_id in ids], dtype=np.object_),
        kind="link",
        row_id=ids,
        name_vi=name_vi,
        name_en=texts(limited, "road"),
        unit=texts(limited, "capacity_unit"),
        mode=texts(limited, "mode"),
        capacity_per_day=numbers(limited, "capacity_per_day") * share,
        background_per_day=numbers(limited, "background_per_day", 0.0) * share,
    )
    return with_heavy(capacities, numbers(limited, "heavy_share"), numbers(limited, "above_t"))


def with_heavy(capacities: Table, heavy_share: Floats, above_t: Floats) -> Table:
    """Return link capacities with one more below them for each that heavy trucks may use for part of the day only."""
    some = heavy_share < 1.0
    if not some.any():
        return capacities
    share, above = heavy_share[some], above_t[some]
    heavy = capacities[some]
    heavy = heavy.assign(
        capacity_id=heavy["capacity_id"] + ":heavy",
        capacity_per_day=heavy["capacity_per_day"] * share,
        background_per_day=heavy["background_per_day"] * share,
        from_gross_t=above,
        **{
            column: [template.format(name=name, t=t) for name, t in zip(heavy[column], above, strict=True)]
            for column, template in (("name_vi", HEAVY.vi), ("name_en", HEAVY.en))
        },
    )
    return joined([capacities, heavy])
