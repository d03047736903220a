"""Chains: the best path of each chain of modes between two places of the region."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.access.guard import CallerParameter, allowed
from api.rest.question_models import ChainsForm
from api.rest.questions import AS_JOB, ask_network
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter(tags=["routes"])


@ROUTER.post(
    "/chains",
    dependencies=[allowed("routes:ask")],
    operation_id="ask_chains",
    summary="Đường đi tốt nhất của mỗi chuỗi phương thức · Best path of each chain of modes",
    **AS_JOB,
)
def ask_chains(request: Request, service: ServiceParameter, caller: CallerParameter, form: ChainsForm) -> Response:
    """Enter a job that compares road, rail and water between two places of the region."""
    return ask_network(request, service, caller, "chains", form)
