"""What the last questions stood on, kept in this process: a worker answers the next one on the same network at once.

Networks are kept by the hash of their content and graphs by the vehicle and the hour too, so nothing here is ever
stale. A command line asks once and gains nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Final

from api.routes.kept import graph_key, kept_graph
from geodata.routing.router import Router
from geodata.routing.snapping import SnapOptions, Snapper
from supplychain.latest import Latest

if TYPE_CHECKING:
    from pathlib import Path

    from api.routes.ground import Ground
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.routing.graph import RoutingGraph

MOST_NETWORKS: Final = 2
MOST_GRAPHS: Final = 4

_NETWORKS: Final[Latest[Infrastructure]] = Latest(MOST_NETWORKS)
_GRAPHS: Final[Latest[tuple[RoutingGraph, Snapper]]] = Latest(MOST_GRAPHS)
_ROUTERS: Final[Latest[Router]] = Latest(MOST_GRAPHS)


def warm_network(cache: Path, content_hash: str, make: Callable[[], Infrastructure]) -> Infrastructure:
    """Return a stored network, read where it is not kept.

    Parameters
    ----------
    cache
        Folder that keeps what is prepared of it.
    content_hash
        Hash of its content.
    make
        Reads it.
    """
    return _NETWORKS.get_or_make((str(cache), content_hash), make)


def warm_parts(ground: Ground) -> tuple[RoutingGraph, Snapper]:
    """Return the graph of a question and what ties places to it."""

    def make() -> tuple[RoutingGraph, Snapper]:
        graph = kept_graph(ground)
        return graph, Snapper(ground.infrastructure, graph, SnapOptions(reach_m=ground.request.reach_m))

    if not ground.content_hash:
        return make()
    return _GRAPHS.get_or_make(_key(ground), make)


def warm_router(ground: Ground) -> Router:
    """Return what finds single routes on a ground without an hour of its own."""

    def make() -> Router:
        options = SnapOptions(reach_m=ground.request.reach_m)
        return Router(ground.infrastructure, ground.profile, options=options, graph=kept_graph(ground))

    return _ROUTERS.get_or_make(_key(ground), make) if ground.content_hash else make()


def _key(ground: Ground) -> Hashable:
    return str(ground.cache), graph_key(ground), ground.profile.profile_id, ground.request.reach_m
