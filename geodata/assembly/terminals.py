"""Terminals expanded to one node per mode, with transshipment links by pair of modes and their capacity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.assembly.access_points import AccessPoints
from geodata.assembly.connectors import REACHES, attach, attach_to_roads, connector_links
from geodata.assembly.gates import ROAD, gate_capacities, gate_members, gate_wait_h
from geodata.assembly.pieces import Piece, capacity_rows, join_pieces, link_rows, node_rows, two_sides
from geodata.columns import ALL_FORMS_MASK, ARRIVAL_SUFFIX, Flags, Floats, forms_mask
from geodata.tables import Table, in_pack_money, joined, numbers, open_rows, texts
from supplychain.pack import split_list
from supplychain.prices import PriceBasis

if TYPE_CHECKING:
    from supplychain.pack import Pack

BOX_MASK: Final = forms_mask(["container", "reefer"])
BULK_MASK: Final = forms_mask(["bulk"])
WATERWAY: Final = "inland_waterway"
SEA: Final = "sea"

_OF_TERMINAL: Final = (
    "handling_cost_factor",
    "handling_time_factor",
    "gate_h",
    "pack_fee_per_teu",
    "pack_fee_per_t",
    "fee_share_waterway",
)
"""Columns of a terminal that bear on every handling there."""


def terminal_modes(pack: Pack) -> Table:
    """Return one row per open terminal and mode: its columns, ``mode`` and ``node_id`` (``<terminal>:<mode>``)."""
    rows = open_rows(pack, "terminals")
    modes = rows.assign(mode=[split_list(cell) for cell in texts(rows, "modes")]).explode("mode")
    modes = modes[modes["mode"].notna()].reset_index(drop=True)
    return modes.assign(node_id=modes["terminal_id"].astype(object) + ":" + modes["mode"].astype(object))


def terminals(
    pack: Pack, basis: PriceBasis, junctions: Mapping[str, Table], access: AccessPoints | None = None
) -> Piece:
    """Return terminal nodes, their connectors, transshipment links and capacities.

    Freight that arrives by one mode leaves by a mode only over a transshipment link, with its time and cost.

    Parameters
    ----------
    pack, basis
        The pack and its prices.
    junctions
        The junctions in use by mode (:func:`geodata.assembly.connectors.junctions_by_mode`).
    access
        Where roads may be joined, if they come from an infrastructure.
    """
    modes = terminal_modes(pack)
    if not len(modes):
        return Piece()
    nodes = node_rows(
        node_id=texts(modes, "node_id"),
        kind="terminal",
        mode=texts(modes, "mode"),
        subject_id=texts(modes, "terminal_id"),
        lon=numbers(modes, "lon"),
        lat=numbers(modes, "lat"),
    )
    joins = [_connectors(pack, modes, junctions[mode], mode, access) for mode in REACHES]
    handling = transshipments(pack, basis, modes)
    capacities = _capacities(pack)
    limits = Piece(capacities=capacities, members=_members(capacities, handling))
    gates = gate_capacities(pack)
    passing = handling[_by_road(handling)] if len(handling) else handling
    doors = Piece(capacities=gates, members=gate_members(gates, passing))
    return join_pieces([Piece(nodes=two_sides(nodes)), *joins, Piece(links=handling), limits, doors])


def _by_road(handling: Table) -> Flags:
    """Return which handling links freight comes to, or leaves, over the road gate."""
    flags: Flags = ((handling["from_mode"] == ROAD) != (handling["mode"] == ROAD)).to_numpy(dtype=np.bool_)
    return flags


def _connectors(pack: Pack, modes: Table, junctions: Table, mode: str, access: AccessPoints | None) -> Piece:
    rows = modes[modes["mode"] == mode].reset_index(drop=True)
    if not len(rows):
        return Piece()
    reach = REACHES[mode]
    subjects = pd.DataFrame(
        {
            "node_id": texts(rows, "node_id"),
            "lon": numbers(rows, "lon"),
            "lat": numbers(rows, "lat"),
            "junction_id": texts(rows, reach.node_column),
        }
    )
    if access is not None and mode == "road":
        pairs = attach_to_roads(subjects, access, reach)
    else:
        pairs = attach(subjects, junctions, reach)
    origin = pd.DataFrame({"row_id": texts(rows, "terminal_id"), "row_table": "terminals"})
    joined_up = connector_links(pack, pairs, mode, origin)
    if mode != WATERWAY or not len(joined_up.links):
        return joined_up
    return replace(joined_up, links=joined_up.links.assign(**berths(pack, joined_up.links["row_id"])))


def berths(pack: Pack, terminal_ids: Iterable[str]) -> dict[str, Floats]:
    """Return depth and largest vessel at the berths of terminals, without limit where nothing is known or none named.

    Returns
    -------
    dict
        ``depth_m`` and ``max_vessel_t``, in the order of the ids.
    """
    table = pack.table("terminals").set_index("terminal_id").reindex(list(terminal_ids))
    return {"depth_m": numbers(table, "draft_m", np.inf), "max_vessel_t": numbers(table, "max_vessel_t", np.inf)}


def transshipments(pack: Pack, basis: PriceBasis, modes: Table | None = None) -> Table:
    """Return one handling link per open terminal and fitting transshipment row, from arrival to departure side.

    Parameters
    ----------
    pack, basis
        The pack and its prices.
    modes
        Its :func:`terminal_modes`, where they are at hand.
    """
    rows = pack.table("transshipments")
    rows = rows.assign(
        pack_per_teu=in_pack_money(basis, rows, "cost_per_teu", "transshipment_id"),
        pack_per_t=in_pack_money(basis, rows, "cost_per_t", "transshipment_id"),
    )
    ends = terminal_modes(pack) if modes is None else modes
    ends = ends.assign(
        gate_h=gate_wait_h(ends),
        pack_fee_per_teu=np.nan_to_num(in_pack_money(basis, ends, "fee_per_teu", "terminal_id")),
        pack_fee_per_t=np.nan_to_num(in_pack_money(basis, ends, "fee_per_t", "terminal_id")),
    )
    kept = ends[["terminal_id", "kind", "mode", *_OF_TERMINAL]]
    pairs = rows.merge(
        kept, left_on=["terminal_kind", "from_mode"], right_on=["kind", "mode"], suffixes=("", "_end")
    ).merge(ends[["terminal_id", "mode"]], left_on=["terminal_id", "to_mode"], right_on=["terminal_id", "mode"])
    if not len(pairs):
        return pd.DataFrame()
    terminal = pairs["terminal_id"].astype(object)
    factor = numbers(pairs, "handling_cost_factor", 1.0)
    share = numbers(pairs, "resource_share", 1.0)
    per_teu, per_t = numbers(pairs, "pack_per_teu") * factor, numbers(pairs, "pack_per_t") * factor
    fee_share = _fee_share(pairs)
    at_gate = (texts(pairs, "from_mode") == ROAD) != (texts(pairs, "to_mode") == ROAD)
    return link_rows(
        link_id=terminal + "~" + pairs["transshipment_id"].astype(object),
        row_id=texts(pairs, "transshipment_id"),
        row_table="transshipments",
        kind="transshipment",
        mode=texts(pairs, "to_mode"),
        from_mode=texts(pairs, "from_mode"),
        from_node=terminal + ":" + pairs["from_mode"].astype(object) + ARRIVAL_SUFFIX,
        to_node=terminal + ":" + pairs["to_mode"].astype(object),
        time_h=numbers(pairs, "time_h", 0.0) * numbers(pairs, "handling_time_factor", 1.0),
        forms=np.array([forms_mask(split_list(cell)) for cell in texts(pairs, "forms")], dtype=np.uint8),
        price_per_teu=per_teu,
        price_per_t=per_t,
        fee_per_teu=numbers(pairs, "pack_fee_per_teu") * fee_share,
        fee_per_t=numbers(pairs, "pack_fee_per_t") * fee_share,
        wait_h=np.where(at_gate, numbers(pairs, "gate_h"), 0.0),
        resource_per_teu=per_teu * share,
        resource_per_t=per_t * share,
        diesel_l_per_teu=numbers(pairs, "diesel_l_per_teu", 0.0),
        diesel_l_per_t=numbers(pairs, "diesel_l_per_t", 0.0),
        kwh_per_teu=numbers(pairs, "kwh_per_teu", 0.0),
        kwh_per_t=numbers(pairs, "kwh_per_t", 0.0),
        terminal_id=terminal,
    )


def _fee_share(pairs: Table) -> Floats:
    """Return the part of a terminal's fee each handling pays: where a sea ship is at one end, less by waterway."""
    before, after = texts(pairs, "from_mode"), texts(pairs, "to_mode")
    by_water = (before == WATERWAY) | (after == WATERWAY)
    part = np.where(by_water, numbers(pairs, "fee_share_waterway", 1.0), 1.0)
    return np.where((before == SEA) != (after == SEA), part, 0.0)


def _capacities(pack: Pack) -> Table:
    rows = open_rows(pack, "terminals")
    days = pack.assumption("working_days_per_year")
    # An airport counts all it handles in tonnes; elsewhere the tonnes row is for what does not come in boxes.
    tonnes = np.where(texts(rows, "kind") == "airport", ALL_FORMS_MASK, BULK_MASK).astype(np.uint8)
    boxes = np.full(len(rows), BOX_MASK, dtype=np.uint8)
    parts = []
    for unit, stem, forms in (("TEU", "teu", boxes), ("t", "t", tonnes)):
        limited = ~np.isnan(numbers(rows, f"capacity_{stem}_per_year"))
        some = rows[limited]
        if not len(some):
            continue
        parts.append(
            capacity_rows(
                capacity_id="terminal:" + some["terminal_id"].astype(object) + ":" + unit,
                kind="terminal",
                row_id=texts(some, "terminal_id"),
                name_vi=texts(some, "name_vi"),
                name_en=texts(some, "name_en"),
                unit=unit,
                forms=forms[limited],
                capacity_per_day=numbers(some, f"capacity_{stem}_per_year") / days,
                background_per_day=numbers(some, f"background_{stem}_per_year", 0.0) / days,
            )
        )
    return joined(parts)


def _members(capacities: Table, handling: Table) -> Table:
    if not len(capacities) or not len(handling):
        return pd.DataFrame()
    links = handling[["terminal_id", "link_id"]].rename(columns={"terminal_id": "row_id"})
    return capacities[["capacity_id", "row_id"]].merge(links, on="row_id")[["capacity_id", "link_id"]]
