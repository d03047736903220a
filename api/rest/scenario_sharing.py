"""What a scenario of somebody's has been, and whom it is shared with."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Connection

from api.access.guard import CallerParameter, allowed
from api.rest.scenario_answers import origin_of, own
from api.rest.scenario_models import NamePath, SharesModel, VersionModel, VersionText
from api.rest.sharing import holders_from, shares_of, shares_tag
from api.scenarios.shelving import find_named
from api.scenarios.store import share, text_of_version, versions_of
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, require_match
from api.service.paging import Page, PageParameter
from api.service.problems import not_found
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter()

VERSION: Final = Text(en="version", vi="phiên bản")


@ROUTER.get(
    "/scenarios/{name}/versions",
    dependencies=[allowed("scenarios:read")],
    response_model=Page[VersionModel],
    operation_id="list_scenario_versions",
    summary="Các phiên bản của kịch bản · Texts that a scenario has had",
)
def list_scenario_versions(
    name: NamePath, service: ServiceParameter, caller: CallerParameter, page: PageParameter
) -> Page[VersionModel]:
    """List every text a scenario of yours has had, the latest first; others see the present one alone."""
    with service.engine.connect() as connection:
        found = find_named(connection, caller, name)
        if isinstance(found, str):
            return Page(items=[], next=None)
        before = None if page.after is None else int(page.after[0] or 0)
        rows = versions_of(connection, found.scenario_key, before, page.fetch)
    if origin_of(caller, found.owner) == "shared":
        rows = [row for row in rows if row.version == found.version]
    shown, following = page.cut(rows, lambda row: (row.version,))
    items = [VersionModel(version=row.version, author=row.author, made_at=row.made_at) for row in shown]
    return Page(items=items, next=following)


@ROUTER.get(
    "/scenarios/{name}/versions/{version}",
    dependencies=[allowed("scenarios:read")],
    response_model=VersionText,
    operation_id="get_scenario_version",
    summary="Một phiên bản của kịch bản · One text that a scenario has had",
)
def get_scenario_version(
    name: NamePath,
    version: Annotated[int, Path(ge=1, le=2**31 - 1, description="Số phiên bản · Number of the version", examples=[1])],
    service: ServiceParameter,
    caller: CallerParameter,
) -> VersionText:
    """Show one text that a scenario of yours has had; others see the present one alone."""
    with service.engine.connect() as connection:
        found = find_named(connection, caller, name)
        is_seen = not isinstance(found, str) and (
            origin_of(caller, found.owner) != "shared" or found.version == version
        )
        text = None
        if is_seen and not isinstance(found, str):
            text = text_of_version(connection, found.scenario_key, version)
    if text is None:
        raise not_found(VERSION, str(version))
    return VersionText(version=version, text=text)


@ROUTER.get(
    "/scenarios/{name}/shares",
    dependencies=[allowed("scenarios:read")],
    response_model=SharesModel,
    operation_id="get_scenario_shares",
    summary="Kịch bản chia sẻ với ai · Whom a scenario is shared with",
)
def get_scenario_shares(
    name: NamePath, response: Response, service: ServiceParameter, caller: CallerParameter
) -> SharesModel:
    """Show whom a scenario of yours is shared with."""
    with service.engine.connect() as connection:
        found = own(connection, caller, name, to_write=False)
        shares = shares_of(connection, found.scenario_key)
    response.headers["ETag"] = shares_tag(found.scenario_key, shares)
    return shares


@ROUTER.put(
    "/scenarios/{name}/shares",
    dependencies=[allowed("scenarios:write")],
    response_model=SharesModel,
    operation_id="share_scenario",
    summary="Chia sẻ kịch bản · Share a scenario",
    openapi_extra=IF_MATCH,
)
def share_scenario(
    name: NamePath, body: SharesModel, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Share a scenario of yours with these and nobody else; needs If-Match with the ETag of the shares."""

    def make(connection: Connection) -> Answer:
        found = own(connection, caller, name)
        require_match(request, shares_tag(found.scenario_key, shares_of(connection, found.scenario_key)))
        share(connection, found.scenario_key, holders_from(connection, body))
        shares = shares_of(connection, found.scenario_key)
        headers = {"ETag": shares_tag(found.scenario_key, shares)}
        return Answer(200, shares, headers, subject=found.scenario_key)

    return write(request, service, caller, "scenarios.share", make)
