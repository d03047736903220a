"""The routers of networks and of the questions that are asked of them."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.rest.catchments import ROUTER as CATCHMENTS
from api.rest.chains import ROUTER as CHAINS
from api.rest.isochrones import ROUTER as ISOCHRONES
from api.rest.nearest import ROUTER as NEAREST
from api.rest.networks import ROUTER as NETWORKS
from api.rest.routes import ROUTER as ROUTES
from api.rest.skims import ROUTER as SKIMS

NETWORK_ROUTERS: Final[tuple[APIRouter, ...]] = (NETWORKS, ROUTES, SKIMS, ISOCHRONES, CATCHMENTS, NEAREST, CHAINS)
"""In the order of the documentation."""
