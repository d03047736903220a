"""Region packs as a whole: the tables of all rooms together, and every check of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import supplychain
from geodata.check.network import NETWORK_CHECKS
from geodata.models import NETWORK_MODELS
from optimizer.models import SCENARIO_MODELS
from optimizer.scenarios.changes import check_scenario
from optimizer.scenarios.resolve import parse_scenario
from optimizer.scenarios.scenario import Scenario
from supplychain.errors import Finding, FindingsError
from supplychain.models import REGISTRY_MODELS
from supplychain.models.base import Base
from supplychain.pack import Pack, PackCheck, declare, read_pack

PACK_MODELS: Final[tuple[type[Base], ...]] = (*REGISTRY_MODELS, *NETWORK_MODELS, *SCENARIO_MODELS)
"""Every table of a region pack."""

SHIPPED_REGIONS: Final = Path(supplychain.__file__).parent / "regions"


def region_folder(name: str) -> Path:
    """Return the folder of a pack given by folder or by the name of a shipped region."""
    shipped = SHIPPED_REGIONS / name
    return shipped if name.isidentifier() and not Path(name).is_dir() and shipped.is_dir() else Path(name)


def check_region(folder: Path) -> Pack:
    """Return the pack of a folder after every check of every room.

    Raises
    ------
    FindingsError
        With everything found wrong.
    """
    return read_pack(folder, PACK_MODELS, checks=REGION_CHECKS)


def pack_scenarios(pack: Pack) -> tuple[Scenario, ...]:
    """Return the scenarios of a pack, in the order of their ids.

    Raises
    ------
    FindingsError
        If a scenario file is not a scenario.
    """
    frame = pack.table("scenarios")
    texts = sorted(zip(frame["scenario_id"], frame["text"], strict=True))
    return tuple(parse_scenario(text, f"scenarios/{scenario_id}.yaml") for scenario_id, text in texts)


def _check_scenarios(pack: Pack) -> Iterator[Finding]:
    frame = pack.table("scenarios")
    unread = set(declare(PACK_MODELS)) - set(pack.tables)
    for scenario_id, text in zip(frame["scenario_id"], frame["text"], strict=True):
        try:
            scenario = parse_scenario(text, f"scenarios/{scenario_id}.yaml")
        except FindingsError as error:
            yield from error.findings
        else:
            # A change of a table that could not be read cannot be checked; that table has its own finding.
            changes = tuple(change for change in scenario.changes if change.table not in unread)
            yield from check_scenario(pack, replace(scenario, changes=changes))


REGION_CHECKS: Final = (*NETWORK_CHECKS, PackCheck(("scenarios",), _check_scenarios))
"""The checks beyond what the column declarations say."""
