"""Signing in at an OpenID provider."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from api.access import openid
from api.access.accounts import Account
from api.access.caller import Caller
from api.access.cookies import PENDING, clearing, read_cookie, setting
from api.access.guard import allowed
from api.access.identities import account_of
from api.access.providers import Provider
from api.rest.fields import Model, told
from api.rest.session_begin import Beginning, check_several, place_of
from api.service.context import Service, ServiceParameter
from api.service.problems import not_found
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["sessions"])

PROVIDER: Final = Text(en="provider", vi="nhà cung cấp đăng nhập")

ProviderId = Annotated[
    str, Path(max_length=80, description="Mã nhà cung cấp · Id of the provider", examples=["so-tttt"])
]


class ProviderModel(Model):
    """Where people may sign in."""

    provider_id: str = told("Id of the provider", "Mã nhà cung cấp", "so-tttt")
    title: str = told("Its name", "Tên", "Sở Thông tin và Truyền thông")
    start: str = told("Address that begins it", "Địa chỉ bắt đầu", "/api/v1/session/providers/so-tttt/start")


class ProvidersModel(Model):
    """Where people may sign in besides here."""

    providers: list[ProviderModel] = told("The providers", "Các nhà cung cấp", [])


@ROUTER.get(
    "/session/providers",
    dependencies=[allowed("public")],
    summary="Nơi đăng nhập khác · Where else to sign in",
    operation_id="list_providers",
)
def providers_list(service: ServiceParameter) -> ProvidersModel:
    """Return the OpenID providers where people may sign in."""
    shown = [
        ProviderModel(
            provider_id=provider.provider_id,
            title=provider.title,
            start=f"/api/v1/session/providers/{provider.provider_id}/start",
        )
        for provider in service.settings.providers
    ]
    return ProvidersModel(providers=shown)


@ROUTER.get(
    "/session/providers/{provider_id}/start",
    operation_id="start_provider_sign_in",
    dependencies=[allowed("public")],
    status_code=303,
    response_class=RedirectResponse,
    summary="Bắt đầu đăng nhập nơi khác · Begin to sign in elsewhere",
)
def providers_start(
    service: ServiceParameter,
    provider_id: ProviderId,
    to: Annotated[
        str,
        Query(
            max_length=openid.LONGEST_PATH,
            description="Đường dẫn mở sau khi đăng nhập · Path to open afterwards, within this service",
            examples=["/"],
        ),
    ] = "/",
) -> Response:
    """Send the browser to a provider."""
    check_several(service)
    provider = _provider(service, provider_id)
    url, cookie = openid.begin(service, provider, to, datetime.now(UTC).timestamp())
    answer = RedirectResponse(url, status_code=303, headers={"Cache-Control": "no-store"})
    answer.headers.append("Set-Cookie", setting(PENDING, cookie, service, age_s=openid.LASTS_S))
    return answer


@ROUTER.get(
    "/session/providers/{provider_id}/callback",
    operation_id="finish_provider_sign_in",
    dependencies=[allowed("public")],
    status_code=303,
    response_class=RedirectResponse,
    summary="Trở về sau khi đăng nhập nơi khác · Back from signing in elsewhere",
)
def providers_callback(
    request: Request,
    service: ServiceParameter,
    provider_id: ProviderId,
    state: Annotated[str, Query(max_length=200, description="Như đã gửi · As it was sent", examples=["x"])] = "",
    code: Annotated[str | None, Query(max_length=4000, description="Mã · Code", examples=["x"])] = None,
    iss: Annotated[
        str | None,
        Query(max_length=500, description="Nơi cung cấp · Issuer (RFC 9207)", examples=["https://id.example"]),
    ] = None,
    error: Annotated[str | None, Query(max_length=200, description="Lỗi · Error", examples=["access_denied"])] = None,
) -> Response:
    """Begin a session for whom the provider sends back, and open the path that was asked for."""
    check_several(service)
    provider = _provider(service, provider_id)
    said = {"state": state, "code": code, "iss": iss, "error": error}
    query = {name: value for name, value in said.items() if value is not None}
    cookie = read_cookie(request, service, PENDING)
    person, to = openid.finish(service, provider, cookie, query, datetime.now(UTC).timestamp())
    found: list[Account] = []

    def make(connection: Connection) -> Answer:
        account = account_of(connection, provider, person)
        found.append(account)
        return Answer(204, subject=account.account_id)

    stranger = Caller(None, provider.provider_id, frozenset())
    write(request, service, stranger, "sessions.identify", make)
    begun = Beginning(service, request, provider.provider_id, place_of(request))
    answer = begun.write(found[0], "sessions.begin", to)
    answer.headers.append("Set-Cookie", clearing(service, PENDING))
    return answer


def _provider(service: Service, provider_id: str) -> Provider:
    for provider in service.settings.providers:
        if provider.provider_id == provider_id:
            return provider
    raise not_found(PROVIDER, provider_id)
