"""Every router under /api/v1, in the order of the documentation; each owner adds its line here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.rest.audit import ROUTER as AUDIT
from api.rest.files import ROUTER as FILES
from api.rest.jobs import ROUTER as JOBS
from api.rest.records import RECORD_ROUTERS

ROUTERS: Final[tuple[APIRouter, ...]] = (
    *RECORD_ROUTERS,
    FILES,
    JOBS,
    AUDIT,
)
"""Mounted under ``/api/v1`` by the frame."""
