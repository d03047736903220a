"""Scenario files of a small region, and what they change in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd
from planner_pack import planner_pack
from tiny_pack import frame_of

from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.file import parse_scenario_file
from optimizer.scenarios.resolve import resolve_scenario
from optimizer.scenarios.scenario import Scenario
from optimizer.scenarios.stated import ScenarioFile
from supplychain.errors import Finding, FindingsError
from supplychain.pack import Pack

HEAD = """\
format: 2
scenario_id: {name}
name: Thử
description: Thử
{more}changes:
"""
CHANGES_AT = 6
"""Line on which the first change of a file of :func:`text_of` without further keys begins."""

Cells = dict[tuple[str, str, str], Any]


@cache
def scenario_pack() -> Pack:
    """Return the small region of two gateways, with a source that new rows can name."""
    pack = planner_pack()
    sources = frame_of("sources", [{"source_id": "own_estimate"}, {"source_id": "other_source"}])
    mixes = pack.table("industry_mixes").assign(source="own_estimate")
    costs = pack.table("costs")
    costs = costs.assign(low=costs["mid"], high=costs["mid"])
    return pack.with_tables({"sources": sources, "industry_mixes": mixes, "costs": costs})


def text_of(*changes: str, name: str = "what_if", more: str = "") -> str:
    """Return a file of form 2: each change as its lines, a reason is added."""
    head = HEAD.format(name=name, more=more)
    return head + "".join(f"{change.strip()}\n  reason: Thử\n" for change in changes)


def file_of(*changes: str, name: str = "what_if", more: str = "") -> ScenarioFile:
    """Return the file read."""
    return parse_scenario_file(text_of(*changes, name=name, more=more), f"{name}.yaml")


def resolved(
    *changes: str, pack: Pack | None = None, more: str = "", known: Mapping[str, ScenarioFile] | None = None
) -> Scenario:
    """Return a file of these changes, worked out."""
    return resolve_scenario(file_of(*changes, more=more), known or {}, pack or scenario_pack())


def changed_cells(scenario: Scenario, pack: Pack | None = None) -> Cells:
    """Return every cell that a scenario changes, with its new value; a new row counts with all its filled cells."""
    before = pack or scenario_pack()
    after = apply_changes(before, scenario)
    cells: Cells = {}
    for table, declaration in before.declarations.items():
        old = before.table(table).set_index(declaration.key, drop=False)
        new = after.table(table).set_index(declaration.key, drop=False)
        assert list(new.index[: len(old)]) == list(old.index)
        for row, values in new.iterrows():
            for column, value in values.items():
                was = old.loc[row, column] if row in old.index else None
                new_value, old_value = (None if pd.isna(one) else one for one in (value, was))
                if new_value != old_value:
                    cells[table, str(row), str(column)] = new_value
    return cells


def findings_of(*changes: str, more: str = "", known: Mapping[str, ScenarioFile] | None = None) -> tuple[Finding, ...]:
    """Return what is wrong with a file of these changes, read and worked out."""
    try:
        resolved(*changes, more=more, known=known)
    except FindingsError as error:
        return error.findings
    return ()
