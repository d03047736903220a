"""The routers of the registry: its tables, its changes, and the questions asked of it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.rest.changes import ROUTER as CHANGES
from api.rest.duplicates import ROUTER as DUPLICATES
from api.rest.matching import ROUTER as MATCHING
from api.rest.merges import ROUTER as MERGES
from api.rest.records import RECORD_ROUTERS
from api.rest.search import ROUTER as SEARCH

REGISTRY_ROUTERS: Final[tuple[APIRouter, ...]] = (*RECORD_ROUTERS, CHANGES, MERGES, DUPLICATES, SEARCH, MATCHING)
"""In the order of the documentation."""
