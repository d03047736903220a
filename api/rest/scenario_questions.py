"""Questions about scenarios that need the region: is it right, what does it come to, what differs."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access.guard import CallerParameter, allowed
from api.jobs.models import JobModel
from api.rest.planning_asking import JOB_ANSWERS, ask, title_of
from api.rest.scenario_answers import read_sent
from api.rest.scenario_models import CheckRequest, DifferenceRequest, NamePath
from api.scenarios.shelving import Shelving, find_named
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter()
ASKED: Final[dict[str, Any]] = {"status_code": 202, "response_model": JobModel, "responses": JOB_ANSWERS}


@ROUTER.post(
    "/scenarios/{name}/checks",
    dependencies=[allowed("scenarios:read")],
    operation_id="check_scenario",
    summary="Kiểm tra kịch bản trên vùng · Check a scenario on the region",
    **ASKED,
)
def check_scenario(
    name: NamePath, body: CheckRequest, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Tell every fault of a scenario, or of a text not kept yet, with line and character."""
    sent = None if body.text is None else read_sent(body.text)

    def make(connection: Connection) -> tuple[dict[str, Any], str]:
        shelving = Shelving(connection, caller)
        if sent is None:
            shelf = shelving.of([name])
        else:
            found = find_named(connection, caller, name)
            owner = (caller.account_id or "") if isinstance(found, str) else found.owner
            shelf = {name: shelving.taken(owner, sent)}
        return {"asked": {"scenario": name}, "shelf": shelf}, title_of([name], shelf)

    return ask(request, service, caller, "scenario_check", make)


@ROUTER.post(
    "/scenarios/{name}/effects",
    dependencies=[allowed("scenarios:read")],
    operation_id="show_scenario_effects",
    summary="Kịch bản thay đổi những gì · What a scenario comes to",
    **ASKED,
)
def show_scenario_effects(
    name: NamePath, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Tell what a scenario changes from what to what, and the freight, as `hinterland scenario show` does."""

    def make(connection: Connection) -> tuple[dict[str, Any], str]:
        shelf = Shelving(connection, caller).of([name])
        return {"asked": {"scenario": name}, "shelf": shelf}, title_of([name], shelf)

    return ask(request, service, caller, "scenario_effects", make)


@ROUTER.post(
    "/scenarios/{name}/differences",
    dependencies=[allowed("scenarios:read")],
    operation_id="show_scenario_difference",
    summary="Hai kịch bản khác nhau chỗ nào · What differs between two scenarios",
    **ASKED,
)
def show_scenario_difference(
    name: NamePath, body: DifferenceRequest, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Tell cell by cell what differs, as `hinterland scenario diff` does."""

    def make(connection: Connection) -> tuple[dict[str, Any], str]:
        shelf = Shelving(connection, caller).of([name, body.other])
        return {"asked": {"scenario": name, "other": body.other}, "shelf": shelf}, title_of([name, body.other], shelf)

    return ask(request, service, caller, "scenario_difference", make)
