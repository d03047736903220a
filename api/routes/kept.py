"""Graphs and hierarchies of stored networks, kept beside the cached network so that the next question starts at once.

What is kept is named by the content of the network, the vehicle, the hour and the version of the program, so it is
never stale; what is missing or damaged is made again. Networks read from files are prepared anew each time.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.routing.graph import RoutingGraph, build_graph
from geodata.routing.hierarchy import Hierarchy, build_hierarchy
from geodata.versions.arrays import DamagedError, open_arrays, write_arrays
from supplychain.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from api.listening import Listener
    from api.routes.ground import Ground

FORMAT: Final = 1
"""Raised whenever what a graph or a hierarchy holds, or how it is made, changes."""

PLAIN: Final = ("profile", "hour", "link_count")
NOT_SEARCHED: Final = ("name", "origins")
"""Fields of a profile that no search depends on."""

CONTRACTING: Final = Text(en="Preparing many searches", vi="Chuẩn bị cho nhiều lượt tìm")


def kept_graph(ground: Ground) -> RoutingGraph:
    """Return the routing graph of a question, from what was kept or built and kept."""
    file = _file(ground, "graph")
    found = None if file is None else _open_graph(file, ground)
    if found is None:
        found = build_graph(ground.infrastructure, ground.profile, hour=ground.hour)
        arrays = {name: getattr(found, name) for name in _array_names()}
        _keep(file, arrays)
    return found


def kept_hierarchy(ground: Ground, graph: RoutingGraph, objective: str, listener: Listener) -> Hierarchy:
    """Return the hierarchy of a question, from what was kept or built and kept."""
    listener.detail(CONTRACTING)
    digraph = graph.digraph(objective)
    file = _file(ground, f"hierarchy-{objective}")
    if file is not None:
        try:
            kept = Hierarchy.from_arrays(open_arrays(file)[0])
        except (DamagedError, KeyError, ValueError):
            kept = None
        if kept is not None and np.array_equal(kept.graph.weight, digraph.weight):
            return kept

    def tell(share: float) -> None:
        done = f" {share:.0%}"
        listener.detail(Text(en=CONTRACTING.en + done, vi=CONTRACTING.vi + done))

    made = build_hierarchy(digraph, tell)
    _keep(file, made.to_arrays())
    return made


def is_kept(ground: Ground, objective: str) -> bool:
    """Return whether a hierarchy of the question is kept already."""
    file = _file(ground, f"hierarchy-{objective}")
    return file is not None and file.exists()


def _array_names() -> list[str]:
    return [field.name for field in fields(RoutingGraph) if field.name not in PLAIN]


def _open_graph(file: Path, ground: Ground) -> RoutingGraph | None:
    try:
        arrays, _ = open_arrays(file)
        # Copied, because kernels of single routes are compiled for arrays that may be written to.
        columns: dict[str, Any] = {name: np.array(arrays[name]) for name in _array_names()}
    except (DamagedError, KeyError):
        return None
    return RoutingGraph(ground.profile, ground.hour, len(ground.infrastructure.links), **columns)


def _keep(file: Path | None, arrays: dict[str, Any]) -> None:
    if file is None:
        return
    try:
        write_arrays(file, arrays, {})
    except OSError:  # a cache that cannot be written only costs time
        return


def _file(ground: Ground, what: str) -> Path | None:
    if ground.cache is None:
        return None
    return ground.cache / f"{what}-{graph_key(ground)}.columns"


def graph_key(ground: Ground) -> str:
    """Return the name of all that a graph of a stored network follows from."""
    profile = ground.profile
    searched = {
        field.name: _stable(getattr(profile, field.name)) for field in fields(profile) if field.name not in NOT_SEARCHED
    }
    told = repr((FORMAT, version("hinterland"), ground.content_hash, ground.hour, sorted(searched.items())))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _stable(value: Any) -> Any:  # noqa: ANN401 - a figure or a table of figures
    return sorted(value.items()) if hasattr(value, "items") else value
