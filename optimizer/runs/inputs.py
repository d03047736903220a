"""Everything a plan follows from, as one hash."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from geodata.versions.hashing import content_hash
from optimizer.flow.options import SolveOptions
from supplychain.pack.pack import plain_rows

if TYPE_CHECKING:
    from optimizer.case import Case
    from supplychain.pack import Pack

PLANNING_TABLES: Final = (
    "assumptions",
    "commodities",
    "controls",
    "costs",
    "fuels",
    "industry_mixes",
    "links",
    "markets",
    "nodes",
    "parks",
    "rates",
    "services",
    "terminals",
    "trade",
    "transshipments",
    "vehicles",
    "zones",
)
"""Tables of a pack that demand, network, impedance and problem are made from; all others leave every plan as it is."""


def tables_sha256(pack: Pack) -> str:
    """Return the SHA-256 of the region and of the tables that plans are made from, 64 hexadecimal digits.

    The order of rows and of columns does not count. A column without any value adds nothing, so that a later version
    of the program with more columns finds the same hash.
    """
    region = pack.region
    digest = hashlib.sha256()
    _add(digest, [region.region_id, region.currency, region.price_year, region.base_year, region.crs])
    for name in PLANNING_TABLES:
        if name not in pack.tables:
            continue
        frame = pack.tables[name]
        columns = sorted(column for column in frame.columns if frame[column].notna().any())
        _add(digest, [name, columns])
        for line in sorted(json.dumps(row) for row in plain_rows(frame[columns])):
            digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _add(digest: Any, value: object) -> None:  # noqa: ANN401 - hashlib's
    digest.update(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())
    digest.update(b"\n")


def options_that_matter(options: SolveOptions) -> dict[str, Any]:
    """Return the settings of the solver that a finished plan depends on.

    Threads give the same plan, and a limit of time leaves a finished plan as it is; a plan it cut short says so in its
    status.
    """
    return {
        "gap_tolerance": options.gap_tolerance,
        "max_rounds": options.max_rounds,
        "pricing": options.pricing,
        "seed": options.seed,
    }


def inputs_sha256(case: Case, options: SolveOptions | None = None) -> str:
    """Return the SHA-256 of everything a plan follows from, 64 hexadecimal digits; the order of rows does not count.

    That is the changed tables that plans are made from, what the scenario changes beside them (prices, tariffs,
    freight), the network planned on, and the settings of the solver that matter; not the scenario's name, nor how it
    came to its changes.

    Parameters
    ----------
    case
        The case.
    options
        Settings of the solver; the usual ones when left out.
    """
    digest = hashlib.sha256(b"hinterland inputs 2\n")
    for part in (tables_sha256(case.pack), case.scenario.effect(), options_that_matter(options or SolveOptions())):
        _add(digest, part)
    if case.infrastructure is not None:
        _add(digest, content_hash(case.infrastructure))
    return digest.hexdigest()
