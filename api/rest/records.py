"""Every table of the registry as a resource: ``/organisations``, ``/facilities``, ``/offers`` and the others."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.rest.record_models import RESOURCES, Resource
from api.rest.record_reads import add_reads
from api.rest.record_writes import add_writes


def _router(resource: Resource) -> APIRouter:
    router = APIRouter()
    add_reads(router, resource)
    add_writes(router, resource)
    return router


RECORD_ROUTERS: Final[tuple[APIRouter, ...]] = tuple(_router(resource) for resource in RESOURCES.values())
"""A router for each table."""
