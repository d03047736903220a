"""Markets, and the transport services that lead to them and between terminals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.assembly.gates import ROAD, gate_capacities, gate_members, gate_waits
from geodata.assembly.pieces import Piece, capacity_rows, link_rows, node_rows, straight_lines, two_sides
from geodata.assembly.terminals import BOX_MASK, SEA, WATERWAY, berths, terminal_modes
from geodata.columns import ALL_FORMS_MASK, ARRIVAL_SUFFIX, Floats, forms_mask
from geodata.tables import WEEKS_PER_YEAR, Table, flags, in_pack_money, joined, numbers, open_rows, texts
from supplychain.pack import split_list
from supplychain.prices import PriceBasis
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

HOURS_PER_WEEK: Final = 168.0
DEPOT: Final = "empty_depot"
INBOUND: Final = Text(en=" (inbound)", vi=" (chiều về)")


def markets(pack: Pack) -> Piece:
    """Return the departing and arriving node of every market, at its label point."""
    rows = pack.table("markets")
    ids = texts(rows, "market_id")
    nodes = node_rows(node_id=ids, kind="market", subject_id=ids, lon=numbers(rows, "lon"), lat=numbers(rows, "lat"))
    return Piece(nodes=two_sides(nodes))


def waiting_h(table: Table) -> Floats:
    """Return hours freight waits for each service: half its headway (168 h ÷ calls a week) and its cut-off."""
    calls = numbers(table, "calls_per_week")
    headway = np.where(np.isnan(calls), 0.0, HOURS_PER_WEEK / np.where(np.isnan(calls), 1.0, calls))
    return headway / 2.0 + numbers(table, "cutoff_h", 0.0)


def services(pack: Pack, basis: PriceBasis, infrastructure: Piece) -> Piece:
    """Return service links, each way of a ``both`` row apart, with their capacity per working day.

    A service whose terminal, mode there or junction is not in the network has no link.
    """
    rows = _with_ends(pack, open_rows(pack, "services"), infrastructure)
    if not len(rows):
        return Piece()
    piece = _links(pack, rows, basis)
    # Freight meets no handling link at a depot in a terminal; it passes the road gate on the service itself.
    at_gate = piece.links[(piece.links["mode"] == ROAD) & piece.links["at_gate"]]
    members = joined([piece.members, gate_members(gate_capacities(pack), at_gate)])
    return replace(piece, links=piece.links.drop(columns="at_gate"), members=members)


def _with_ends(pack: Pack, rows: Table, infrastructure: Piece) -> Table:
    """Add ``near`` and ``far`` node (departing side) and their positions, and drop rows without both."""
    points = pd.concat(
        [
            terminal_modes(pack)[["node_id", "lon", "lat"]],
            pack.table("markets")[["market_id", "lon", "lat"]].rename(columns={"market_id": "node_id"}),
            infrastructure.nodes[["node_id", "lon", "lat"]],
        ]
    ).set_index("node_id")
    mode = texts(rows, "mode")
    from_terminal, to_terminal = texts(rows, "from_terminal_id"), texts(rows, "to_terminal_id")
    near = np.where(from_terminal != "", from_terminal + ":" + mode, texts(rows, "from_node_id"))
    far = np.where(to_terminal != "", to_terminal + ":" + mode, texts(rows, "market_id"))
    known = np.isin(near, points.index) & np.isin(far, points.index)
    kept = rows[known].assign(near=near[known], far=far[known])
    for end in ("near", "far"):
        kept[[f"{end}_lon", f"{end}_lat"]] = points.loc[kept[end], ["lon", "lat"]].to_numpy()
    return kept.reset_index(drop=True)


def _links(pack: Pack, rows: Table, basis: PriceBasis) -> Piece:
    rows = rows.assign(drawn=np.arange(len(rows)), **_money(basis, rows))
    direction = texts(rows, "direction")
    parts, capacities, members = [], [], []
    for sense, mark in (("out", ">"), ("in", "<")):
        some = rows[np.isin(direction, [sense, "both"])].reset_index(drop=True)
        if not len(some):
            continue
        link_id = texts(some, "service_id") + np.where(texts(some, "direction") == "both", mark, "")
        parts.append(_directed(pack, some, sense, link_id))
        limits = _capacities(pack, some, link_id)
        capacities.append(limits.drop(columns="link_id", errors="ignore"))
        members.append(limits[["capacity_id", "link_id"]] if len(limits) else limits)
    ends = rows[["near_lon", "near_lat", "far_lon", "far_lat"]].to_numpy(dtype=np.float64).reshape(-1, 2, 2)
    return Piece(
        links=joined(parts), lines=straight_lines(ends), capacities=joined(capacities), members=joined(members)
    )


def _money(basis: PriceBasis, rows: Table) -> dict[str, Floats]:
    """Return prices and resource costs; on the carrier's account the shipper pays nothing."""
    carrier = flags(rows, "carrier_account")
    columns: dict[str, Floats] = {}
    for unit in ("teu", "t"):
        price = in_pack_money(basis, rows, f"cost_per_{unit}", "service_id")
        resource = in_pack_money(basis, rows, f"resource_cost_per_{unit}", "service_id")
        columns[f"pack_resource_per_{unit}"] = np.where(np.isnan(resource), price, resource)
        columns[f"pack_price_per_{unit}"] = np.where(carrier & ~np.isnan(price), 0.0, price)
    return columns


def _directed(pack: Pack, rows: Table, sense: str, link_id: object) -> Table:
    # A depot stands in the terminal: boxes reach it and leave it where the truck or barge does, without handling.
    at_terminal, depot = texts(rows, "from_terminal_id") != "", texts(rows, "kind") == DEPOT
    near, far = texts(rows, "near"), texts(rows, "far")
    if sense == "out":
        from_node, to_node = near + np.where(at_terminal & depot, ARRIVAL_SUFFIX, ""), far + ARRIVAL_SUFFIX
    else:
        from_node, to_node = far, near + np.where(at_terminal & ~depot, ARRIVAL_SUFFIX, "")
    at_gate = at_terminal & depot & (texts(rows, "mode") == ROAD)
    waits = gate_waits(pack)
    gate_h = np.array([waits.get(terminal, 0.0) for terminal in texts(rows, "from_terminal_id")])
    depth_m, max_vessel_t = _waters(pack, rows)
    return link_rows(
        link_id=link_id,
        row_id=texts(rows, "service_id"),
        row_table="services",
        kind="service",
        mode=texts(rows, "mode"),
        from_mode=texts(rows, "mode"),
        from_node=from_node,
        to_node=to_node,
        length_m=numbers(rows, "distance_km") * 1000.0,
        time_h=numbers(rows, "time_h"),
        wait_h=waiting_h(rows) + np.where(at_gate, gate_h, 0.0),
        depth_m=depth_m,
        max_vessel_t=max_vessel_t,
        forms=np.array([forms_mask(split_list(cell)) for cell in texts(rows, "forms")], dtype=np.uint8),
        commodities=texts(rows, "commodities"),
        vehicle_id=texts(rows, "vehicle_id"),
        price_per_teu=numbers(rows, "pack_price_per_teu"),
        price_per_t=numbers(rows, "pack_price_per_t"),
        resource_per_teu=numbers(rows, "pack_resource_per_teu"),
        resource_per_t=numbers(rows, "pack_resource_per_t"),
        carrier_account=flags(rows, "carrier_account"),
        terminal_id=texts(rows, "from_terminal_id"),
        geometry=numbers(rows, "drawn").astype(np.int32),
        reversed=np.full(len(rows), sense == "in"),
    ).assign(at_gate=at_gate)


def _waters(pack: Pack, rows: Table) -> tuple[Floats, Floats]:
    """Return the least depth at the terminals of each service by water, and the largest barge they take."""
    ends = [berths(pack, texts(rows, column)) for column in ("from_terminal_id", "to_terminal_id")]
    depth = np.minimum(ends[0]["depth_m"], ends[1]["depth_m"])
    vessel = np.minimum(ends[0]["max_vessel_t"], ends[1]["max_vessel_t"])
    mode = texts(rows, "mode")
    # What a terminal says of the largest vessel is about barges; ships are held by the depth alone.
    return (
        np.where((mode == WATERWAY) | (mode == SEA), depth, np.inf),
        np.where(mode == WATERWAY, vessel, np.inf),
    )


def _capacities(pack: Pack, rows: Table, link_id: object) -> Table:
    """Return one row per direction and unit; where boxes have a TEU limit the tonnes limit is for the rest."""
    days_per_week = pack.assumption("working_days_per_year") / WEEKS_PER_YEAR
    rows = rows.assign(link_id=link_id)
    in_teu = ~np.isnan(numbers(rows, "capacity_teu_per_week"))
    rest = np.where(in_teu, ALL_FORMS_MASK & ~BOX_MASK, ALL_FORMS_MASK).astype(np.uint8)
    boxes = np.full(len(rows), BOX_MASK, dtype=np.uint8)
    inward = rows["link_id"].str.endswith("<").to_numpy(dtype=bool)
    parts = []
    for unit, stem, forms in (("TEU", "teu", boxes), ("t", "t", rest)):
        limited = ~np.isnan(numbers(rows, f"capacity_{stem}_per_week"))
        some = rows[limited]
        if not len(some):
            continue
        limits = capacity_rows(
            capacity_id="service:" + some["link_id"].astype(object) + ":" + unit,
            kind="service",
            row_id=texts(some, "service_id"),
            name_vi=texts(some, "name_vi") + np.where(inward[limited], INBOUND.vi, ""),
            name_en=texts(some, "name_en") + np.where(inward[limited], INBOUND.en, ""),
            unit=unit,
            forms=forms[limited],
            mode=texts(some, "mode"),
            capacity_per_day=numbers(some, f"capacity_{stem}_per_week") / days_per_week,
            background_per_day=numbers(some, f"background_{stem}_per_week", 0.0) / days_per_week,
        )
        parts.append(limits.assign(link_id=texts(some, "link_id")))
    return joined(parts)
