"""Region packs as a whole: the tables of all rooms together, and every check of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import supplychain
from geodata.check.network import NETWORK_CHECKS
from geodata.models import NETWORK_MODELS
from optimizer.models import SCENARIO_MODELS
from optimizer.scenarios.changes import check_scenario
from optimizer.scenarios.file import parse_scenario_file
from optimizer.scenarios.resolve import plain_scenario, resolve_scenario
from optimizer.scenarios.scenario import Scenario
from optimizer.scenarios.stated import ScenarioFile
from supplychain.errors import Finding, FindingsError
from supplychain.models import REGISTRY_MODELS
from supplychain.models.base import Base
from supplychain.pack import Pack, PackCheck, declare, read_pack
from supplychain.text import Text

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


def pack_scenario_files(pack: Pack) -> dict[str, ScenarioFile]:
    """Return the scenario files of a pack by their ids.

    Raises
    ------
    FindingsError
        If a scenario file is not a scenario.
    """
    frame = pack.table("scenarios")
    texts = sorted(zip(frame["scenario_id"], frame["text"], strict=True))
    return {str(name): parse_scenario_file(text, f"scenarios/{name}.yaml") for name, text in texts}


def pack_scenarios(pack: Pack) -> tuple[Scenario, ...]:
    """Return the scenarios of a pack, worked out on it, in the order of their ids.

    Raises
    ------
    FindingsError
        If a scenario file is not a scenario, or does not fit the pack.
    """
    files = pack_scenario_files(pack)
    return tuple(resolve_scenario(file, files, pack) for file in files.values())


SCENARIO_TABLES: Final = frozenset(
    {
        "assumptions",
        "commodities",
        "controls",
        "costs",
        "industry_mixes",
        "links",
        "markets",
        "nodes",
        "parks",
        "rates",
        "services",
        "sources",
        "terminals",
        "trade",
        "transshipments",
        "vehicles",
        "zones",
    }
)
"""Tables that working a scenario out may look at."""


def _check_scenarios(pack: Pack) -> Iterator[Finding]:
    frame = pack.table("scenarios")
    files: dict[str, ScenarioFile] = {}
    unread = frozenset(declare(PACK_MODELS)) - frozenset(pack.tables)
    for scenario_id, text in zip(frame["scenario_id"], frame["text"], strict=True):
        name = str(scenario_id)
        try:
            files[name] = _without(parse_scenario_file(text, f"scenarios/{name}.yaml"), unread)
        except FindingsError as error:
            yield from error.findings
            files[name] = ScenarioFile(name, NOTHING, NOTHING)  # so that those that build on it are still checked
    told: set[Finding] = set()
    for file in files.values():
        for finding in _scenario_findings(pack, file, files, unread):
            if finding not in told:
                told.add(finding)
                yield finding


NOTHING: Final = Text(en="", vi="")


def _without(file: ScenarioFile, unread: frozenset[str]) -> ScenarioFile:
    """Return a file without changes of tables that could not be read; these have their own findings."""
    kept = tuple(change for change in file.changes if change.fields.get("table") not in unread)
    return replace(file, changes=kept)


def _scenario_findings(
    pack: Pack, file: ScenarioFile, files: Mapping[str, ScenarioFile], unread: frozenset[str]
) -> tuple[Finding, ...]:
    try:
        if not unread & SCENARIO_TABLES:
            resolve_scenario(file, files, pack)
        elif not (file.base or file.stack or any(change.verb != "table" for change in file.changes)):
            return check_scenario(pack, plain_scenario(file))
    except FindingsError as error:
        return error.findings
    return ()


REGION_CHECKS: Final = (*NETWORK_CHECKS, PackCheck(("scenarios",), _check_scenarios))
"""The checks beyond what the column declarations say."""
