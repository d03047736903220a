"""Nearest: the facilities a place reaches first."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.access.guard import CallerParameter, allowed
from api.rest.question_models import NearestForm
from api.rest.questions import AS_JOB, ask_network
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter(tags=["routes"])


@ROUTER.post(
    "/nearest",
    dependencies=[allowed("routes:ask")],
    operation_id="ask_nearest",
    summary="Cơ sở gần nhất theo đường đi · Nearest facilities by the way there",
    **AS_JOB,
)
def ask_nearest(request: Request, service: ServiceParameter, caller: CallerParameter, form: NearestForm) -> Response:
    """Enter a job that finds the facilities each place reaches, or is reached from, first."""
    return ask_network(request, service, caller, "nearest", form)
