"""Skims: time, distance, money and CO2e between many places."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.access.guard import CallerParameter, allowed
from api.rest.question_models import SkimForm
from api.rest.questions import AS_JOB, ask_network
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter(tags=["routes"])


@ROUTER.post(
    "/skims",
    dependencies=[allowed("routes:ask")],
    operation_id="ask_skim",
    summary="Bảng thời gian, km, chi phí, CO2e giữa nhiều nơi · Values between many places",
    **AS_JOB,
)
def ask_skim(request: Request, service: ServiceParameter, caller: CallerParameter, form: SkimForm) -> Response:
    """Enter a job that works out time, distance, cost and CO2e between all pairs of places."""
    return ask_network(request, service, caller, "skim", form)
