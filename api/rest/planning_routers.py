"""Every router of planning over REST, in the order of the documentation."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.rest import documents, planning, plans, runs, scenario_questions, scenario_sharing, scenarios

PLANNING_ROUTERS: Final[tuple[APIRouter, ...]] = (
    scenarios.ROUTER,
    scenario_sharing.ROUTER,
    scenario_questions.ROUTER,
    planning.ROUTER,
    runs.ROUTER,
    plans.ROUTER,
    documents.ROUTER,
)
"""Mounted under ``/api/v1``."""
