"""Layers of an explanation: routes, alternatives, what binds, and whose tonnes as desire lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.exports.layers import WGS84
from optimizer.explain.words import chain_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optimizer.case import Case
    from optimizer.explain.answer import Explanation
    from optimizer.explain.capacities import Binding
    from optimizer.explain.ways import Way
    from optimizer.folder.case import FolderCase
    from optimizer.subject import Subject

Layer = Any  # geopandas.GeoDataFrame, which carries no types

FARTHEST_DEGREES: Final = 20.0
"""Services longer than this are left out: lines across the oceans would make the extent of the file the whole world."""


def explain_layers(found: Explanation, case: Case | None = None, folder: FolderCase | None = None) -> dict[str, Layer]:
    """Return the layers of an explanation in WGS 84; one without rows is left out.

    Parameters
    ----------
    found
        The explanation.
    case, folder
        Whose nodes and links lie where.

    Returns
    -------
    dict
        ``routes`` (links of the routes asked for, with their tonnes), ``alternatives`` (one line a way; rank ``best``
        for routes of the plan, ``other`` for alternatives), ``binding_lines`` and ``binding_points``, ``traced``
        (links that the traced freight runs over, with its tonnes), ``desire_lines`` (from where to where it goes).
    """
    ground = _Ground(found.subject, case, folder)
    ways = [way for one in found.demands for way in one.routes]
    traces = [one for _, one in found.traced] + [one.traced for one in found.capacities]
    bindings = [*found.bindings, *(one.binding for one in found.capacities)]
    tables = [one.table for one in traces]
    made = {
        "routes": ground.loads({link: 0.0 for way in ways for link in way.links}, ways),
        "alternatives": ground.ways(found),
        **ground.bindings(bindings),
        "traced": ground.traced(tables),
        "desire_lines": ground.desires(tables),
    }
    return {name: layer for name, layer in made.items() if len(layer)}


class _Ground:
    """Where nodes and links of a subject lie."""

    def __init__(self, subject: Subject, case: Case | None, folder: FolderCase | None) -> None:
        self.subject, self.case = subject, case
        if case is not None:
            nodes = case.network.nodes
            self.points = np.column_stack([nodes.lon, nodes.lat])
        elif folder is not None:
            rows = np.where(folder.nodes.is_kind("node"), folder.nodes.subject, -1)
            self.points = np.column_stack([folder.numbers("nodes", name, rows) for name in ("lon", "lat")])
        else:
            self.points = np.full((len(subject.problem.node_ids), 2), np.nan)

    def line(self, link: int) -> shapely.Geometry | None:
        """Return the line of a link; None where it has none or spans an ocean."""
        if self.case is not None and len(points := self.case.network.link_points(link)) > 1:
            return shapely.linestrings(points)
        ends = self.points[[self.subject.problem.link_from[link], self.subject.problem.link_to[link]]]
        span = np.abs(ends[1] - ends[0]).max()
        return shapely.linestrings(ends) if 0 < span <= FARTHEST_DEGREES else None

    def loads(self, loads: dict[int, float], ways: Iterable[Way]) -> Layer:
        """Return the links of some ways with their tonnes."""
        for way in ways:
            for link in way.links:
                loads[link] = loads.get(link, 0.0) + way.t_per_day
        links = [(link, line) for link in loads if (line := self.line(link)) is not None]
        words, letters = self.subject.links, self.subject.letters
        table = {
            "row_table": [str(words.table[link]) for link, _ in links],
            "row_id": [str(words.row_id[link]) for link, _ in links],
            "name_vi": [str(words.name_vi[link]) for link, _ in links],
            "name_en": [str(words.name_en[link]) for link, _ in links],
            "mode": [letters[letter] if (letter := self.subject.letter[link]) >= 0 else "" for link, _ in links],
            "t_per_day": [loads[link] for link, _ in links],
        }
        return gpd.GeoDataFrame(table, geometry=[line for _, line in links], crs=WGS84)

    def ways(self, found: Explanation) -> Layer:
        """Return one line a way: routes of the plan and alternatives."""
        rows, lines = [], []
        for one in found.demands:
            ranked = [("best", way) for way in one.routes] + [("other", other.way) for other in one.alternatives]
            for rank, way in ranked if one.alternatives else ():
                parts = [line for link in way.links if (line := self.line(link)) is not None]
                if not parts:
                    continue
                lines.append(shapely.multilinestrings(parts))
                rows.append(
                    {
                        "demand_id": str(self.subject.problem.demand_ids[one.demand]),
                        "rank": rank,
                        "mode_chain": chain_of(self.subject, way.word),
                        "t_per_day": way.t_per_day,
                        "cost_per_t": way.cost_per_t,
                        "price_per_t": way.price_per_t,
                        "emissions_kg_co2e_per_t": way.amounts.emissions_kg,
                    }
                )
        return gpd.GeoDataFrame(rows, geometry=lines, crs=WGS84) if rows else gpd.GeoDataFrame()

    def bindings(self, bindings: Iterable[Binding]) -> dict[str, Layer]:
        """Return what binds: on links as lines, at terminals and what else has one place as points."""
        lines, points = [], []
        members = self.subject.problem.capacity_members
        for one in bindings:
            links = members[[one.capacity], :].indices
            kind = str(self.subject.capacity_kind[one.capacity])
            words = self.subject.capacities
            row = {
                "capacity_id": self.subject.problem.capacity_ids[one.capacity],
                "kind": kind,
                "name_vi": str(words.name_vi[one.capacity]),
                "name_en": str(words.name_en[one.capacity]),
                "left_per_day": one.left,
                "shadow_price": one.price,
                "penalty_driven": one.is_penalty_driven,
            }
            parts = [line for link in links.tolist() if (line := self.line(link)) is not None]
            if parts:
                lines.append(row | {"geometry": shapely.multilinestrings(parts)})
                continue
            at = self.points[self.subject.problem.link_from[links]]
            at = at[~np.isnan(at).any(axis=1)]
            if len(at):
                points.append(row | {"geometry": shapely.points(at[0])})
        return {
            name: gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84) if rows else gpd.GeoDataFrame()
            for name, rows in (("binding_lines", lines), ("binding_points", points))
        }

    def traced(self, tables: list[pd.DataFrame]) -> Layer:
        """Return the links that traced paths run over, with the tonnes of these paths."""
        plan = self.subject.plan
        loads: dict[int, float] = {}
        for path in sorted({int(one) for table in tables for one in table["path"]}):
            for link in plan.links_of_path(path).tolist():
                loads[link] = loads.get(link, 0.0) + float(plan.path_t_per_day[path])
        return self.loads(loads, ()) if loads else gpd.GeoDataFrame()

    def desires(self, tables: list[pd.DataFrame]) -> Layer:
        """Return a straight line from each origin to each destination of traced paths, with their tonnes."""
        if not tables or not sum(map(len, tables)):
            return gpd.GeoDataFrame()
        problem, plan = self.subject.problem, self.subject.plan
        table = pd.concat(tables).drop_duplicates("path")
        demand = plan.path_demand[table["path"].to_numpy()]
        ends = np.stack(
            [self.points[problem.demand_origin[demand]], self.points[problem.demand_destination[demand]]], 1
        )
        near = np.abs(ends[:, 1] - ends[:, 0]).max(axis=1)
        keep = np.isfinite(near) & (near > 0) & (near <= FARTHEST_DEGREES)
        some = table[keep].assign(line=shapely.linestrings(ends[keep]))
        if some.empty:
            return gpd.GeoDataFrame()
        sums = some.groupby(["origin_id", "destination_id"], as_index=False).agg({"t_per_day": "sum", "line": "first"})
        sums["gateway_group"] = ""
        return gpd.GeoDataFrame(sums.drop(columns="line"), geometry=sums["line"].to_numpy(), crs=WGS84)
