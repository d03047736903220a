"""Scenarios: those of the region, read-only, and those that people own and fork, beside them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, and_, not_

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.files.answers import attachment
from api.rest.scenario_answers import (
    add,
    answer,
    check_free,
    own,
    parsed_region,
    read_sent,
    region_summary,
    shown,
    summary,
    tag_of,
)
from api.rest.scenario_models import ForkRequest, NamePath, NewScenario, ScenarioModel, ScenarioSummary, of_file
from api.scenarios.forking import renamed
from api.scenarios.shelving import find_named
from api.scenarios.store import (
    OwnedScenario,
    change_scenario,
    find_own,
    find_scenarios,
    owned_by,
    region_scenarios,
    region_text,
    remove_scenario,
    seen_by,
)
from api.scenarios.tables import OWNED_SCENARIOS
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, etag, not_modified, require_match
from api.service.paging import Page, PageParameter, Paging
from api.service.writing import Answer, write
from optimizer.scenarios.file import parse_scenario_file
from optimizer.scenarios.stated import ScenarioFile

ROUTER: Final = APIRouter()
REGION, OWNED = 0, 1
"""Parts of the list, in their order."""

FILE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"application/yaml": {"schema": {"type": "string"}}},
        "description": "Tệp kịch bản · The scenario file",
    }
}


@ROUTER.get(
    "/scenarios",
    dependencies=[allowed("scenarios:read")],
    response_model=Page[ScenarioSummary],
    operation_id="list_scenarios",
    summary="Liệt kê kịch bản · List scenarios",
)
def list_scenarios(
    service: ServiceParameter,
    caller: CallerParameter,
    page: PageParameter,
    origin: Annotated[
        Literal["region", "mine", "shared"] | None,
        Query(description="Chỉ của vùng, của bạn, hoặc được chia sẻ · Only these", examples=["mine"]),
    ] = None,
) -> Page[ScenarioSummary]:
    """List the scenarios of the region by id, then those of people that you see, by key."""
    after = page.after or (REGION, "")
    rows: list[ScenarioSummary] = []
    with service.engine.connect() as connection:
        if after[0] == REGION and origin in {None, "region"}:
            found = region_scenarios(connection, str(after[1]), page.fetch)
            rows += [ScenarioSummary(**region_summary(name, text)) for name, text in found]
        if len(rows) < page.fetch and origin != "region":
            people = _people(connection, caller, page, origin)
            rows += [ScenarioSummary(**summary(caller, one)) for one in people]
    shown, following = page.cut(rows[: page.fetch], lambda row: (REGION if row.origin == "region" else OWNED, row.key))
    return Page(items=shown, next=following)


def _people(connection: Connection, caller: Caller, page: Paging, origin: str | None) -> list[OwnedScenario]:
    conditions = [seen_by(caller)]
    if page.after is not None and page.after[0] == OWNED:
        conditions.append(OWNED_SCENARIOS.c.scenario_key > str(page.after[1]))
    if origin is not None:
        mine = owned_by(caller)
        conditions.append(mine if origin == "mine" else not_(mine))
    return find_scenarios(connection, and_(*conditions), page.fetch)


@ROUTER.post(
    "/scenarios",
    dependencies=[allowed("scenarios:write")],
    status_code=201,
    response_model=ScenarioModel,
    operation_id="create_scenario",
    summary="Lưu kịch bản mới · Keep a new scenario",
)
def create_scenario(
    body: NewScenario, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Keep a scenario file as yours; faults of the file itself are told with line and character."""
    file = read_sent(body.text)
    return write(request, service, caller, "scenarios.create", lambda connection: add(connection, caller, file))


@ROUTER.get(
    "/scenarios/{name}",
    dependencies=[allowed("scenarios:read")],
    response_model=ScenarioModel,
    operation_id="get_scenario",
    summary="Xem một kịch bản · One scenario",
)
def get_scenario(
    name: NamePath, request: Request, response: Response, service: ServiceParameter, caller: CallerParameter
) -> ScenarioModel | Response:
    """Show a scenario with its text; its ETag is needed to change it."""
    with service.engine.connect() as connection:
        found = find_named(connection, caller, name)
        current = etag("region", name, found) if isinstance(found, str) else tag_of(found)
        unchanged = not_modified(request, current)
        if unchanged is not None:
            return unchanged
        response.headers["ETag"] = current
        if not isinstance(found, str):
            return shown(connection, caller, found)
        said = of_file(parsed_region(found, name))
        return ScenarioModel(**{**region_summary(name, found), **said}, forked_from=None)


@ROUTER.get(
    "/scenarios/{name}/file",
    dependencies=[allowed("scenarios:read")],
    response_class=Response,
    responses=FILE_ANSWER,
    operation_id="get_scenario_file",
    summary="Tải tệp kịch bản · The file of a scenario",
)
def get_scenario_file(name: NamePath, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Give the file of a scenario as it was kept."""
    with service.engine.connect() as connection:
        found = find_named(connection, caller, name)
    text, stem = (found, name) if isinstance(found, str) else (found.text, found.scenario_id)
    return Response(text, headers=attachment(f"{stem}.yaml"), media_type="application/yaml")


@ROUTER.put(
    "/scenarios/{name}",
    dependencies=[allowed("scenarios:write")],
    response_model=ScenarioModel,
    operation_id="change_scenario",
    summary="Sửa kịch bản · Change a scenario",
    openapi_extra=IF_MATCH,
)
def put_scenario(
    name: NamePath, body: NewScenario, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Give a scenario of yours another text; needs If-Match with the ETag you last got."""
    file = read_sent(body.text)

    def make(connection: Connection) -> Answer:
        old = own(connection, caller, name)
        require_match(request, tag_of(old))
        check_free(connection, caller, old.owner, file, old.scenario_key)
        if file.text != old.text:
            change_scenario(connection, old, caller.name, file)
        return answer(connection, caller, old.scenario_key, 200)

    return write(request, service, caller, "scenarios.change", make)


@ROUTER.delete(
    "/scenarios/{name}",
    dependencies=[allowed("scenarios:write")],
    status_code=204,
    response_class=Response,
    operation_id="delete_scenario",
    summary="Xóa kịch bản · Delete a scenario",
    openapi_extra=IF_MATCH,
)
def delete_scenario(name: NamePath, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Delete a scenario of yours with every text it has had; needs If-Match. Recorded runs of it stay."""

    def make(connection: Connection) -> Answer:
        old = own(connection, caller, name)
        require_match(request, tag_of(old))
        remove_scenario(connection, old.scenario_key)
        return Answer(204, subject=old.scenario_key)

    return write(request, service, caller, "scenarios.delete", make)


@ROUTER.post(
    "/scenarios/{name}/forks",
    dependencies=[allowed("scenarios:write")],
    status_code=201,
    response_model=ScenarioModel,
    operation_id="fork_scenario",
    summary="Tạo bản riêng · Fork a scenario",
)
def fork_scenario(
    name: NamePath, body: ForkRequest, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Keep a scenario that you see as one of yours, to be changed apart from the original."""

    def make(connection: Connection) -> Answer:
        found = find_named(connection, caller, name)
        if isinstance(found, str):
            file, origin, meant = parse_scenario_file(found), name, {}
        else:
            file, origin = parse_scenario_file(found.text), found.scenario_key
            meant = _meant(connection, caller, found, file)
        return add(connection, caller, renamed(file, body.scenario_id or file.scenario_id, meant), origin)

    return write(request, service, caller, "scenarios.fork", make)


def _meant(connection: Connection, caller: Caller, one: OwnedScenario, file: ScenarioFile) -> dict[str, str]:
    """Return what names in somebody else's file must be written as in one's own: keys, where they mean theirs."""
    names = [*((file.base,) if file.base else ()), *file.stack]
    if one.owner == caller.account_id:
        return {}
    found = {name: find_own(connection, caller, one.owner, name) for name in names}
    return {
        name: other.scenario_key
        for name, other in found.items()
        if other is not None and region_text(connection, name) is None
    }
