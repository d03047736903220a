"""Folders of flow tables for the tests: written, read, built, planned, checked and solved a second way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

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
