"""The answer of the command: a validated plan with what it was planned on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geodata.versions.version import StoredVersion
    from optimizer.planner import Planned
    from optimizer.validation.validate import Validation


@dataclass(frozen=True, slots=True, eq=False)
class ValidationAnswer:
    """A plan held against what is known.

    Parameters
    ----------
    planned
        The scenario, its plan and what the check says of it.
    validation
        What was found.
    stored
        Stored network it was planned on; None for the corridors of the pack.
    """

    planned: Planned
    validation: Validation
    stored: StoredVersion | None = None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by the name of its file."""
        found = self.validation
        return {
            "controls": found.controls,
            "figures": found.figures,
            "screenlines": found.screenlines.flows,
            "screenline_capacities": found.screenlines.capacities,
            "screenline_counts": found.screenlines.counts,
            "screenline_crossings": found.screenlines.crossings,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON values, missing ones as null."""
        plan, region = self.planned.plan, self.planned.case.pack.region
        return {
            "scenario_id": self.planned.case.scenario.scenario_id,
            "status": plan.status,
            "gap": plan.gap,
            "currency": region.currency,
            "price_year": region.price_year,
            "inputs_sha256": self.validation.inputs_sha256,
            "network": None if self.stored is None else {"name": self.stored.name, "version": self.stored.version_id},
            "missed_controls": list(self.validation.missed_controls),
            "outside": list(self.validation.outside),
            **{name: _records(table) for name, table in self.tables().items()},
        }


def _records(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return found
