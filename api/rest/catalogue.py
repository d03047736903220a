"""Every router under /api/v1, in the order of the documentation; each owner adds its line here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.rest.accounts import ROUTER as ACCOUNTS
from api.rest.audit import ROUTER as AUDIT
from api.rest.catalogue_dcat import ROUTER as OPEN_DATA
from api.rest.claims import ROUTER as CLAIMS
from api.rest.closures import ROUTER as CLOSURES
from api.rest.exports import ROUTER as EXPORTS
from api.rest.files import ROUTER as FILES
from api.rest.imports import ROUTER as IMPORTS
from api.rest.incident_imports import ROUTER as INCIDENT_IMPORTS
from api.rest.incidents import ROUTER as INCIDENTS
from api.rest.jobs import ROUTER as JOBS
from api.rest.keys import ROUTER as KEYS
from api.rest.layer_exports import ROUTER as LAYER_EXPORTS
from api.rest.network_routers import NETWORK_ROUTERS
from api.rest.ogc import ROUTER as OGC
from api.rest.ogc_features import ROUTER as OGC_FEATURES
from api.rest.planning_routers import PLANNING_ROUTERS
from api.rest.providers import ROUTER as PROVIDERS
from api.rest.registry_routers import REGISTRY_ROUTERS
from api.rest.sessions import ROUTER as SESSIONS
from api.rest.styles import ROUTER as STYLES
from api.rest.templates import ROUTER as TEMPLATES
from api.rest.tiles import ROUTER as TILES
from api.rest.webhook_deliveries import ROUTER as WEBHOOK_DELIVERIES
from api.rest.webhooks import ROUTER as WEBHOOKS

ROUTERS: Final[tuple[APIRouter, ...]] = (
    *REGISTRY_ROUTERS,
    FILES,
    IMPORTS,
    TEMPLATES,
    EXPORTS,
    LAYER_EXPORTS,
    JOBS,
    AUDIT,
    SESSIONS,
    PROVIDERS,
    KEYS,
    ACCOUNTS,
    CLAIMS,
    INCIDENTS,
    INCIDENT_IMPORTS,
    CLOSURES,
    WEBHOOKS,
    WEBHOOK_DELIVERIES,
    OPEN_DATA,
    *NETWORK_ROUTERS,
    *PLANNING_ROUTERS,
    OGC,
    OGC_FEATURES,
    TILES,
    STYLES,
)
"""Mounted under ``/api/v1`` by the frame."""
