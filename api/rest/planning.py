"""Planners' questions: plans, comparisons, explanations, quotes, emissions, programmes, validations, sweeps.

Each is a job that answers as the command of the same name does, on the scenarios as they are when it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.jobs.models import JobModel
from api.rest.planning_asking import JOB_ANSWERS, ask, taken_down, title_of
from api.rest.planning_models import (
    ComparisonRequest,
    EmissionsRequest,
    ExplanationRequest,
    PlanRequest,
    ProgrammeRequestModel,
    QuoteRequestModel,
    SweepRequest,
    WantedFiles,
)
from api.service.context import Service, ServiceParameter

ROUTER: Final = APIRouter()

ASKED: Final[dict[str, Any]] = {"status_code": 202, "response_model": JobModel, "responses": JOB_ANSWERS}
QUESTION: Final = ("demand", "place", "market", "commodity", "link", "terminal", "capacity", "unserved", "prove")


class _Question:
    """One question on its way to a job."""

    def __init__(self, request: Request, service: Service, caller: Caller) -> None:
        self._request, self._service, self._caller = request, service, caller

    def ask(self, kind: str, names: Sequence[str], asked: Mapping[str, Any], files: WantedFiles) -> Response:
        """Enter the job."""

        def make(connection: Connection) -> tuple[dict[str, Any], str]:
            request = taken_down(connection, self._caller, names, asked, files)
            return request, title_of(names, request["shelf"])

        return ask(self._request, self._service, self._caller, kind, make)


@ROUTER.post(
    "/runs",
    dependencies=[allowed("plans:run")],
    operation_id="plan_scenario",
    summary="Lập phương án một kịch bản · Plan a scenario",
    **ASKED,
)
def plan_scenario(body: PlanRequest, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Plan a scenario, check the plan independently and record the run, as `hinterland plan` does."""
    asked = {"scenario": body.scenario, "network": body.network}
    return _Question(request, service, caller).ask("plan", [body.scenario], asked, body.files)


@ROUTER.post(
    "/comparisons",
    dependencies=[allowed("plans:run")],
    operation_id="compare_scenarios",
    summary="So sánh các phương án · Compare plans",
    **ASKED,
)
def compare_scenarios(
    body: ComparisonRequest, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Plan scenarios and tell what differs from the first, as `hinterland compare` does."""
    asked = {"scenarios": body.scenarios, "network": body.network}
    return _Question(request, service, caller).ask("compare", body.scenarios, asked, body.files)


@ROUTER.post(
    "/explanations",
    dependencies=[allowed("plans:run")],
    operation_id="explain_plan",
    summary="Giải thích phương án · Explain a plan",
    **ASKED,
)
def explain_plan(
    body: ExplanationRequest, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Plan a scenario and say why the plan is as it is, as `hinterland explain` does."""
    question = {name: getattr(body, name) for name in QUESTION}
    asked = {"scenario": body.scenario, "network": body.network, "question": question}
    return _Question(request, service, caller).ask("explain", [body.scenario], asked, body.files)


@ROUTER.post(
    "/quotes",
    dependencies=[allowed("quotes:ask")],
    operation_id="quote_shipment",
    summary="Báo giá một lô hàng · Quote a shipment",
    **ASKED,
)
def quote_shipment(
    body: QuoteRequestModel, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Quote one shipment by each chain of modes, as `hinterland quote` does."""
    asked = body.model_dump(exclude={"files"})
    return _Question(request, service, caller).ask("quote", [body.scenario], asked, body.files)


@ROUTER.post(
    "/emissions",
    dependencies=[allowed("plans:run")],
    operation_id="state_emissions",
    summary="Kê phát thải theo ISO 14083 · State emissions by ISO 14083",
    **ASKED,
)
def state_emissions(
    body: EmissionsRequest, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Plan a scenario and state its emissions leg by leg, as `hinterland emissions` does."""
    asked = body.model_dump(exclude={"files"})
    return _Question(request, service, caller).ask("emissions", [body.scenario], asked, body.files)


@ROUTER.post(
    "/programmes",
    dependencies=[allowed("plans:run")],
    operation_id="evaluate_programme",
    summary="Đánh giá chương trình hành động · Evaluate a programme",
    **ASKED,
)
def evaluate_programme(
    body: ProgrammeRequestModel, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Evaluate each action of a programme and all together, as `hinterland programme` does."""
    asked = body.model_dump(exclude={"files"})
    return _Question(request, service, caller).ask("programme", [body.scenario], asked, body.files)


@ROUTER.post(
    "/validations",
    dependencies=[allowed("plans:run")],
    operation_id="validate_plan",
    summary="Đối chiếu phương án với số đã biết · Hold a plan against known figures",
    **ASKED,
)
def validate_plan(body: PlanRequest, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Plan a scenario and hold it against what is known, as `hinterland validate` does."""
    asked = {"scenario": body.scenario, "network": body.network}
    return _Question(request, service, caller).ask("validate", [body.scenario], asked, body.files)


@ROUTER.post(
    "/sweeps",
    dependencies=[allowed("plans:run")],
    operation_id="sweep_scenarios",
    summary="Quét nhiều kịch bản · Plan many scenarios",
    **ASKED,
)
def sweep_scenarios(
    body: SweepRequest, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Plan many scenarios beside a base, each by a job of its own, and tell what differs from the base."""
    asked = {"base": body.base, "scenarios": body.scenarios, "network": body.network}
    return _Question(request, service, caller).ask("sweep", [body.base, *body.scenarios], asked, body.files)
