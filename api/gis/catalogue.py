"""Every collection, in the order in which they are listed; each owner adds its line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.gis.area_layers import CATCHMENTS, ISOCHRONES
from api.gis.closures_layer import CLOSURES
from api.gis.collections import Collection
from api.gis.needs_layers import UNMET_NEEDS
from api.gis.network_layers import NETWORK_COLLECTIONS
from api.gis.plan_layers import PLAN_CAPACITIES, PLAN_DIFFERENCES, PLAN_FLOWS
from api.gis.registry_layers import REGISTRY_COLLECTIONS
from api.gis.topology_layers import TOPOLOGY_FINDINGS

COLLECTIONS: Final[Mapping[str, Collection]] = MappingProxyType(
    {
        one.name: one
        for one in (
            *REGISTRY_COLLECTIONS,
            *NETWORK_COLLECTIONS,
            TOPOLOGY_FINDINGS,
            PLAN_FLOWS,
            PLAN_CAPACITIES,
            PLAN_DIFFERENCES,
            ISOCHRONES,
            CATCHMENTS,
            UNMET_NEEDS,
            CLOSURES,
        )
    }
)
"""Collection by name."""
