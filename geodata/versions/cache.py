"""Stored networks kept as files of arrays: opened in a fraction of the time that reading the database takes.

A cached network is found by the hash of its content, so it is never stale; one that is missing, damaged or of another
format is made again from the database.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import URL

import geodata
import supplychain
from geodata.columns import CAPACITY_COLUMNS, LINK_COLUMNS, NODE_COLUMNS
from geodata.infrastructure.columns import (
    CANDIDATE_COLUMNS,
    CONDITION_COLUMNS,
    INFRASTRUCTURE_LINK_COLUMNS,
    INFRASTRUCTURE_NODE_COLUMNS,
)
from geodata.infrastructure.infrastructure import (
    Candidates,
    Conditions,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
    Source,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import CapacityTable, Geometries, Links, Network, Nodes
from geodata.versions.arrays import Array, DamagedError, open_arrays, write_arrays
from supplychain.settings import user_cache_folder

FORMAT: Final = 1
"""Raised whenever what is kept, or what is computed from it, changes."""

INFRASTRUCTURE_FILE: Final = "infrastructure.columns"

CODE: Final = (".py", ".yaml")
"""Files that the program is made of."""

_INFRASTRUCTURE_TABLES: Final = (
    ("nodes", InfrastructureNodes, INFRASTRUCTURE_NODE_COLUMNS),
    ("links", InfrastructureLinks, INFRASTRUCTURE_LINK_COLUMNS),
    ("conditions", Conditions, CONDITION_COLUMNS),
    ("candidates", Candidates, CANDIDATE_COLUMNS),
)
_SCHEDULES: Final = ("text", "offsets", "start_min", "end_min")
_TURNS: Final = ("turn_id", "kind", "kinds", "schedule", "offsets", "links", "along")
_LINES: Final = ("offsets", "coordinates")
_MEMBERS: Final = ("member_offsets", "member_links", "member_weight")


def cache_folder_of(url: URL, chosen: str | None = None) -> Path:
    """Return the folder that keeps the cached networks of a database.

    Parameters
    ----------
    url
        The database.
    chosen
        Folder that the settings name (``HINTERLAND_CACHE``); all databases share it.

    Returns
    -------
    Path
        The folder chosen; else ``<database>.cache`` beside an embedded database; else the user's cache folder.
    """
    if chosen:
        return Path(chosen)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(f"{url.database}.cache")
    return user_cache_folder()


def write_columns(path: Path, infrastructure: Infrastructure) -> None:
    """Write an infrastructure to one file of arrays; it appears only when it is whole."""
    arrays = {
        f"{name}.{column.name}": getattr(getattr(infrastructure, name), column.name)
        for name, _, columns in _INFRASTRUCTURE_TABLES
        for column in columns
    }
    arrays |= _parts("schedules", infrastructure.schedules, _SCHEDULES)
    arrays |= _parts("turns", infrastructure.turns, _TURNS)
    arrays |= _parts("lines", infrastructure.lines, _LINES)
    arrays |= _parts("outlines", infrastructure.outlines, _LINES)
    write_arrays(path, arrays, {"sources": [asdict(source) for source in infrastructure.sources], **_about()})


def open_columns(path: Path) -> Infrastructure:
    """Return the infrastructure of a file that ``write_columns`` wrote, its numbers mapped into memory.

    Raises
    ------
    DamagedError
        If there is no such file, it is not whole, or another version of the program wrote it.
    """
    arrays, about = _opened(path)
    tables: dict[str, Any] = {
        name: kind(**{column.name: arrays[f"{name}.{column.name}"] for column in columns})
        for name, kind, columns in _INFRASTRUCTURE_TABLES
    }
    return Infrastructure(
        **tables,
        lines=Geometries(**_named(arrays, "lines", _LINES)),
        schedules=Schedules(**_named(arrays, "schedules", _SCHEDULES)),
        turns=TurnRestrictions(**_named(arrays, "turns", _TURNS)),
        outlines=Geometries(**_named(arrays, "outlines", _LINES)),
        sources=tuple(Source(**source) for source in about["sources"]),
    )


def write_network(path: Path, network: Network) -> None:
    """Write the network that a planner uses to one file of arrays."""
    tables = (("nodes", NODE_COLUMNS), ("links", LINK_COLUMNS), ("capacities", CAPACITY_COLUMNS))
    arrays = {
        f"{name}.{column.name}": getattr(getattr(network, name), column.name)
        for name, columns in tables
        for column in columns
    }
    arrays |= _parts("capacities", network.capacities, _MEMBERS)
    arrays |= _parts("geometries", network.geometries, _LINES)
    about = {
        "commodity_sets": [sorted(commodities) for commodities in network.commodity_sets],
        "vehicle_ids": list(network.vehicle_ids),
    }
    write_arrays(path, arrays, {**about, **_about()})


def open_network(path: Path) -> Network:
    """Return the network of a file that ``write_network`` wrote.

    Raises
    ------
    DamagedError
        If there is no such file, it is not whole, or another version of the program wrote it.
    """
    arrays, about = _opened(path)

    def table(name: str, columns: Any) -> dict[str, Array]:  # noqa: ANN401 - declarations
        return {column.name: arrays[f"{name}.{column.name}"] for column in columns}

    return Network(
        nodes=Nodes(**table("nodes", NODE_COLUMNS)),
        links=Links(**table("links", LINK_COLUMNS)),
        geometries=Geometries(**_named(arrays, "geometries", _LINES)),
        capacities=CapacityTable(**table("capacities", CAPACITY_COLUMNS), **_named(arrays, "capacities", _MEMBERS)),
        commodity_sets=tuple(frozenset(commodities) for commodities in about["commodity_sets"]),
        vehicle_ids=tuple(about["vehicle_ids"]),
    )


def _parts(name: str, value: object, fields: tuple[str, ...]) -> dict[str, Array]:
    return {f"{name}.{field}": getattr(value, field) for field in fields}


def _named(arrays: Mapping[str, Array], name: str, fields: tuple[str, ...]) -> dict[str, Array]:
    return {field: arrays[f"{name}.{field}"] for field in fields}


def _about() -> dict[str, Any]:
    declared = (
        INFRASTRUCTURE_NODE_COLUMNS,
        INFRASTRUCTURE_LINK_COLUMNS,
        CONDITION_COLUMNS,
        CANDIDATE_COLUMNS,
        NODE_COLUMNS,
        LINK_COLUMNS,
        CAPACITY_COLUMNS,
    )
    columns = [[(column.name, np.dtype(column.dtype).str, column.words) for column in table] for table in declared]
    return {"format": FORMAT, "columns": hashlib.sha256(repr(columns).encode()).hexdigest()}


def _opened(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    arrays, about = open_arrays(path)
    mine = _about()
    if {key: about.get(key) for key in mine} != mine:
        msg = "another version of the program wrote it"
        raise DamagedError(msg)
    return arrays, about


def cached_infrastructure(folder: Path, content_hash: str) -> Infrastructure | None:
    """Return an infrastructure from the cache; None where it must be made again."""
    try:
        return open_columns(folder / content_hash / INFRASTRUCTURE_FILE)
    except DamagedError:
        return None


def keep_infrastructure(folder: Path, content_hash: str, infrastructure: Infrastructure) -> bool:
    """Put an infrastructure in the cache and return whether there was a place for it; without one reading is slower."""
    try:
        write_columns(folder / content_hash / INFRASTRUCTURE_FILE, infrastructure)
    except OSError:
        return False
    return True


def network_key(content_hash: str, pack_sha256: str) -> str:
    """Return the name a planner's network is cached under.

    It follows from the infrastructure, the region pack, and everything the program makes networks of them with.
    """
    made_with = code_sha256(*(Path(package.__path__[0]) for package in (geodata, supplychain)))
    return hashlib.sha256(f"{FORMAT} {content_hash} {pack_sha256} {made_with}".encode()).hexdigest()


def code_sha256(*folders: Path) -> str:
    """Return the SHA-256 of the modules in some folders and below, and of the data they come with."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix in CODE:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def cached_network(folder: Path, content_hash: str, pack_sha256: str) -> Network | None:
    """Return the network made of an infrastructure and a pack from the cache; None where it must be made again."""
    try:
        return open_network(_network_file(folder, content_hash, pack_sha256))
    except DamagedError:
        return None


def keep_network(folder: Path, content_hash: str, pack_sha256: str, network: Network) -> bool:
    """Put the network made of an infrastructure and a pack in the cache; return whether there was a place for it."""
    try:
        write_network(_network_file(folder, content_hash, pack_sha256), network)
    except OSError:
        return False
    return True


def _network_file(folder: Path, content_hash: str, pack_sha256: str) -> Path:
    return folder / content_hash / f"network-{network_key(content_hash, pack_sha256)}.columns"


def forget(folder: Path, content_hash: str) -> None:
    """Remove everything cached of an infrastructure."""
    shutil.rmtree(folder / content_hash, ignore_errors=True)
