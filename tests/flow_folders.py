"""Folders of flow tables for the tests: written, read, built, planned, checked and solved a second way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest

from benchmarks.edge_lp import solve_edge_lp
from optimizer.check import check_plan
from optimizer.flow.plan import Plan
from optimizer.flow.solve import solve
from optimizer.folder.answer import answer_tables
from optimizer.folder.build import build_folder_problem
from optimizer.folder.case import FolderCase
from optimizer.folder.read import read_folder

TWO_ROUTES = {
    "nodes": """
        node_id
        a
        b
        """,
    "modes": """
        mode
        road
        rail
        """,
    "links": """
        link_id,from_node_id,to_node_id,mode,money_per_t
        road,a,b,road,5
        rail,a,b,rail,2
        """,
    "classes": """
        class_id
        goods
        """,
    "demands": """
        demand_id,origins,destinations,class_id,mass_t,penalty_per_t
        d,a,b,goods,10,20
        """,
}
"""10 t from a to b, by road at 5 a tonne or by rail at 2; a tonne that stays costs 20."""


@dataclass(frozen=True)
class Planned:
    """A folder's case, plan and tables."""

    case: FolderCase
    plan: Plan

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the plan."""
        return answer_tables(self.case, self.plan)

    def carried(self) -> dict[tuple[str, str], float]:
        """Return tonnes by demand and links of its paths."""
        paths = self.tables["paths"]
        return {
            (str(row.demand_id), str(row.links)): pytest.approx(row.t)  # type: ignore[misc] # compared as numbers
            for row in paths.itertuples()
        }


def write_folder(folder: Path, **files: str) -> Path:
    """Write the CSV files of a folder; those not given are those of ``TWO_ROUTES``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TWO_ROUTES, **files}.items():
        (folder / f"{name}.csv").write_text(dedent(text).strip() + "\n", encoding="utf-8")
    return folder


def build(folder: Path, **files: str) -> FolderCase:
    """Return the case of a folder with the given files."""
    return build_folder_problem(read_folder(write_folder(folder, **files)))


def planned(folder: Path, **files: str) -> Planned:
    """Return the optimal plan of a folder, checked, and equal to that of the edge linear program."""
    case = build(folder, **files)
    plan = solve(case.problem)
    assert plan.status == "optimal", plan.reason
    assert check_plan(case.problem, plan) == ()
    assert plan.objective == pytest.approx(solve_edge_lp(case.problem).objective, rel=1e-6, abs=1e-9)
    return Planned(case, plan)


def grid(folder: Path, side: int) -> Path:
    """Write a square grid of roads, a quarter of them with little capacity, and demands all across it."""
    random = np.random.default_rng(7)
    nodes = [f"n{x}_{y}" for x in range(side) for y in range(side)]
    rows: list[str] = []
    for x in range(side):
        for y in range(side):
            for other in ((x + 1, y), (x, y + 1)):
                if max(other) < side:
                    capacity = f"{random.uniform(1, 40):.3f}" if random.random() < 0.25 else ""
                    ends = f"n{x}_{y},n{other[0]}_{other[1]}"
                    rows.append(f"l{len(rows)},{ends},road,{random.uniform(1, 9):.4f},yes,{capacity}")
    wanted = [
        f"d{one},{nodes[random.integers(len(nodes))]},{nodes[random.integers(len(nodes))]},goods,"
        f"{random.uniform(1, 9):.3f},9000"
        for one in range(30 * side)
    ]
    head = "link_id,from_node_id,to_node_id,mode,money_per_t,both_ways,capacity_per_day"
    demands = "demand_id,origins,destinations,class_id,mass_t,penalty_per_t"
    return write_folder(
        folder,
        nodes="\n".join(["node_id", *nodes]),
        links="\n".join([head, *rows]),
        demands="\n".join([demands, *wanted]),
    )
