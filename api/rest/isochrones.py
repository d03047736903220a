"""Isochrones: the area reached within some minutes."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.access.guard import CallerParameter, allowed
from api.rest.question_models import IsochroneForm
from api.rest.questions import AS_JOB, ask_network
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter(tags=["routes"])


@ROUTER.post(
    "/isochrones",
    dependencies=[allowed("routes:ask")],
    operation_id="ask_isochrones",
    summary="Vùng đến được trong số phút · Areas reached within minutes",
    **AS_JOB,
)
def ask_isochrones(
    request: Request, service: ServiceParameter, caller: CallerParameter, form: IsochroneForm
) -> Response:
    """Enter a job that draws the area reached from a place, or from which it is reached."""
    return ask_network(request, service, caller, "isochrone", form)
