"""Whether rows and freight are right once all changes are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from optimizer.scenarios.asked import Operation
from optimizer.scenarios.changes import Working
from optimizer.scenarios.document import ScenarioFindings

if TYPE_CHECKING:
    from supplychain.pack import Pack


def check_results(pack: Pack, tables: Working, operations: Sequence[Operation], findings: ScenarioFindings) -> None:
    """Collect what is wrong with changed rows and freight, at the change that made it so."""
