"""Catchments: which gateway serves what best."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.access.guard import CallerParameter, allowed
from api.rest.question_models import CatchmentForm
from api.rest.questions import AS_JOB, ask_network
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter(tags=["routes"])


@ROUTER.post(
    "/catchments",
    dependencies=[allowed("routes:ask")],
    operation_id="ask_catchments",
    summary="Cửa ngõ nào phục vụ vùng nào tốt nhất · Which gateway serves which area best",
    **AS_JOB,
)
def ask_catchments(
    request: Request, service: ServiceParameter, caller: CallerParameter, form: CatchmentForm
) -> Response:
    """Enter a job that assigns roads, places and areas to their best gateway."""
    return ask_network(request, service, caller, "catchment", form)
