"""Signing in and out: with a password here, or at an OpenID provider; and who the service takes the caller for."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from api.access import openid
from api.access.accounts import Account, require_account, set_password
from api.access.caller import Caller
from api.access.cookies import PENDING, clearing, read_cookie, session_cookie, setting
from api.access.cookies import SESSION as SESSION_COOKIE
from api.access.guard import CallerParameter, allowed
from api.access.identities import account_of
from api.access.passwords import LONGEST, check_password
from api.access.providers import Provider
from api.access.rights import RIGHTS, ROLE_NAMES, Right, Role
from api.access.secrets import csrf_token, hash_password
from api.access.sessions import (
    LASTS,
    Place,
    begin_session,
    check_sign_in,
    end_by_cookie,
    end_session,
    list_sessions,
)
from api.access.throttle import Attempt, forget_attempt
from api.rest.fields import Model, told
from api.service.context import Service, ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["sessions"])

PROVIDER: Final = Text(en="provider", vi="nhà cung cấp đăng nhập")
SINGLE: Final = Text(
    en="This service has one user, who is signed in already. Start it with --accounts for several.",
    vi="Hệ thống đang chạy cho một người, đã đăng nhập sẵn. Hãy chạy với --accounts để có nhiều người dùng.",
)
MUST_CHANGE: Final = Text(
    en="This password was given by somebody else. Send a password of your own as new_password with it.",
    vi="Mật khẩu này do người khác cấp. Hãy gửi kèm mật khẩu của bạn trong new_password.",
)
SAME: Final = Text(
    en="The new password is the old one. Take another.", vi="Mật khẩu mới trùng mật khẩu cũ. Hãy chọn mật khẩu khác."
)
BY_KEY: Final = Text(en="A key changes no password: sign in.", vi="Khóa không đổi được mật khẩu: hãy đăng nhập.")
EXAMPLE_PASSWORD: Final = "ba con trâu qua sông"  # noqa: S105 - shown in the documentation

ProviderId = Annotated[
    str, Path(max_length=80, description="Mã nhà cung cấp · Id of the provider", examples=["so-tttt"])
]


class SignInModel(Model):
    """A name and a password."""

    name: str = told("Name of the account", "Tên đăng nhập", "lan", min_length=1, max_length=200)
    password: str = told("Its password", "Mật khẩu", EXAMPLE_PASSWORD, min_length=1, max_length=LONGEST)
    new_password: str | None = told(
        "A new password; needed where the old one was given by somebody else",
        "Mật khẩu mới; bắt buộc nếu mật khẩu cũ do người khác cấp",
        "bốn con trâu về làng",
        default=None,
        min_length=1,
        max_length=LONGEST,
    )


class NewPasswordModel(Model):
    """The old password and the new one."""

    password: str = told("The password so far", "Mật khẩu hiện tại", EXAMPLE_PASSWORD, min_length=1, max_length=LONGEST)
    new_password: str = told(
        "The new one: 12 characters or more", "Mật khẩu mới: từ 12 ký tự", "bốn con trâu về làng", min_length=1,
        max_length=LONGEST,
    )  # fmt: skip


class WhoModel(Model):
    """Who the service takes the caller for."""

    means: Literal["anonymous", "key", "session", "operator"] = told(
        "How the caller showed who they are", "Cách xác nhận", "session"
    )
    account_id: str | None = told("Account; null for nobody", "Tài khoản; null nếu chưa đăng nhập", "acc_a2b3c4d5e6f7")
    name: str = told("Name of the account", "Tên tài khoản", "lan")
    organisation_id: str | None = told("Organisation whose records are theirs", "Tổ chức", "mst_3700123456")
    roles: list[Role] = told("What they may be", "Vai trò", ["planner"])
    rights: list[Right] = told("What they may do", "Quyền", ["records:read"])
    csrf_token: str | None = told(
        "What writes of this session must send as X-CSRF-Token; null without a session",
        "Giá trị X-CSRF-Token khi ghi trong phiên này; null nếu không có phiên",
        "6d3f…",
    )


class SessionModel(Model):
    """One session of the caller's account."""

    session_id: str = told("Id of the session", "Mã phiên", "ses_a2b3c4d5e6f7a2b3c4d5")
    created_at: str = told("When it began, UTC", "Lúc bắt đầu, UTC", "2026-01-05T08:00:00.000000+00:00")
    expires_at: str = told("When it ends, UTC", "Lúc kết thúc, UTC", "2026-01-05T20:00:00.000000+00:00")
    means: str = told("password, or the provider", "password hoặc nhà cung cấp", "password")
    browser: str = told("What the browser calls itself", "Trình duyệt", "Mozilla/5.0 (X11; Linux x86_64)")
    is_current: bool = told("Whether this request came with it", "Có phải phiên này không", example=True)


class ProviderModel(Model):
    """Where people may sign in."""

    provider_id: str = told("Id of the provider", "Mã nhà cung cấp", "so-tttt")
    title: str = told("Its name", "Tên", "Sở Thông tin và Truyền thông")
    start: str = told("Address that begins it", "Địa chỉ bắt đầu", "/api/v1/session/providers/so-tttt/start")


class ProvidersModel(Model):
    """Where people may sign in besides here."""

    providers: list[ProviderModel] = told("The providers", "Các nhà cung cấp", [])


def place_of(request: Request) -> Place:
    """Return where a request comes from."""
    address = "" if request.client is None else request.client.host
    return Place(address, request.headers.get("user-agent", ""))


def show_who(service: Service, caller: Caller, token: str | None) -> WhoModel:
    """Return who a caller is, as it is shown; ``token`` is what the cookie of their session holds."""
    rights: list[Right] = [right for right in RIGHTS if caller.may(right)]
    csrf = csrf_token(service.secret, token) if caller.means == "session" and token is not None else None
    return WhoModel(
        means=caller.means,
        account_id=caller.account_id,
        name=caller.name,
        organisation_id=caller.organisation_id,
        roles=[role for role in ROLE_NAMES if role in caller.roles],
        rights=rights,
        csrf_token=csrf,
    )


@ROUTER.get("/session", dependencies=[allowed("public")], summary="Tôi là ai · Who I am", operation_id="get_session")
def session_get(request: Request, response: Response, service: ServiceParameter, caller: CallerParameter) -> WhoModel:
    """Return who the service takes the caller for, and what they may do."""
    response.headers["Cache-Control"] = "no-store"
    return show_who(service, caller, session_cookie(request, service))


@ROUTER.post(
    "/session",
    dependencies=[allowed("public")],
    response_model=WhoModel,
    summary="Đăng nhập · Sign in",
    operation_id="sign_in",
)
def session_begin(request: Request, service: ServiceParameter, wish: SignInModel) -> Response:
    """Begin a session; its cookie is new, and a session the request came with ends."""
    _several(service)
    place = place_of(request)
    if wish.new_password is not None:
        _check_new(wish.name, wish.password, wish.new_password)
    account, attempt = check_sign_in(service, wish.name, wish.password, place)
    if wish.new_password is None and account.must_change:
        raise ServiceError(MUST_CHANGE, "invalid")
    new_hash = None if wish.new_password is None else hash_password(wish.new_password)
    begun = _Begun(service, request, "password", place, (wish.name, attempt), new_hash)
    return begun.write(account, "sessions.begin")


@ROUTER.delete(
    "/session",
    operation_id="sign_out",
    dependencies=[allowed("public")],
    status_code=204,
    response_class=Response,
    summary="Đăng xuất · Sign out",
)
def session_end(request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """End the session the request came with; there may be none."""
    token = session_cookie(request, service)
    answer = Response(status_code=204)
    if token is not None and caller.means == "session":
        answer = write(
            request,
            service,
            caller,
            "sessions.end",
            lambda connection: Answer(204, subject=end_by_cookie(connection, token) or ""),
        )
    answer.headers.append("Set-Cookie", clearing(service))
    return answer


@ROUTER.put(
    "/session/password",
    operation_id="change_password",
    dependencies=[allowed("self")],
    response_model=WhoModel,
    summary="Đổi mật khẩu · Change my password",
)
def session_password(
    request: Request, service: ServiceParameter, caller: CallerParameter, wish: NewPasswordModel
) -> Response:
    """Change the caller's password: all their sessions end, and this one goes on with a new cookie."""
    _several(service)
    if caller.means != "session":
        raise ServiceError(BY_KEY, "forbidden")
    place = place_of(request)
    _check_new(caller.name, wish.password, wish.new_password)
    account, attempt = check_sign_in(service, caller.name, wish.password, place)
    new_hash = hash_password(wish.new_password)
    begun = _Begun(service, request, "password", place, (caller.name, attempt), new_hash)
    return begun.write(account, "sessions.password")


@ROUTER.get(
    "/sessions", dependencies=[allowed("self")], summary="Các phiên của tôi · My sessions", operation_id="list_sessions"
)
def sessions_list(
    request: Request, service: ServiceParameter, caller: CallerParameter, page: PageParameter
) -> Page[SessionModel]:
    """Return the sessions of the caller's account."""
    after = None if page.after is None else str(page.after[0])
    token = session_cookie(request, service) if caller.means == "session" else None
    with service.engine.connect() as connection:
        rows = list_sessions(connection, caller.account_id or "", token, after=after, fetch=page.fetch)
    shown, following = page.cut(rows, lambda session: (session.session_id,))
    items = [
        SessionModel(**{name: value for name, value in asdict(one).items() if name != "account_id"}) for one in shown
    ]
    return Page[SessionModel](items=items, next=following)


@ROUTER.delete(
    "/sessions/{session_id}",
    operation_id="end_session",
    dependencies=[allowed("self")],
    status_code=204,
    response_class=Response,
    summary="Kết thúc một phiên · End a session",
)
def sessions_end(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    session_id: Annotated[
        str, Path(max_length=80, description="Mã phiên · Id of the session", examples=["ses_a2b3c4d5e6f7a2b3c4d5"])
    ],
) -> Response:
    """End a session of the caller's account, such as one on a lost machine."""

    def make(connection: Connection) -> Answer:
        end_session(connection, caller.account_id or "", session_id)
        return Answer(204, subject=session_id)

    return write(request, service, caller, "sessions.end", make)


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
    _several(service)
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
    _several(service)
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
    begun = _Begun(service, request, provider.provider_id, place_of(request))
    answer = begun.write(found[0], "sessions.begin", to)
    answer.headers.append("Set-Cookie", clearing(service, PENDING))
    return answer


class _Begun:
    """A session that begins: one transaction with the new password where there is one, then the cookie."""

    def __init__(
        self,
        service: Service,
        request: Request,
        means: str,
        place: Place,
        attempt: tuple[str, Attempt] | None = None,
        new_hash: str | None = None,
    ) -> None:
        self.service = service
        self.request = request
        self.means = means
        self.place = place
        self.attempt = attempt
        self.new_hash = new_hash
        self.token = ""

    def write(self, account: Account, action: str, to: str | None = None) -> Response:
        """Keep the session and return the answer with its cookie: who signed in, or the way to a path."""
        caller = Caller(account.account_id, account.name, frozenset(account.roles), account.organisation_id, "session")
        answer = write(self.request, self.service, caller, action, lambda connection: self._make(connection, account))
        if to is not None:
            answer = RedirectResponse(to, status_code=303)
        answer.headers["Cache-Control"] = "no-store"
        age_s = int(LASTS.total_seconds())
        if self.token:
            answer.headers.append("Set-Cookie", setting(SESSION_COOKIE, self.token, self.service, age_s=age_s))
        return answer

    def _make(self, connection: Connection, account: Account) -> Answer:
        current = account
        if self.new_hash is not None:
            as_it_is = require_account(connection, account.account_id)
            if as_it_is.version == account.version:
                current = set_password(connection, as_it_is, self.new_hash, must_change=False)
        old = session_cookie(self.request, self.service)
        self.token = begin_session(connection, current, self.means, self.place, old)
        if self.attempt is not None:
            name, attempt = self.attempt
            forget_attempt(connection, self.service, name, self.place.address, attempt)
        caller = Caller(current.account_id, current.name, frozenset(current.roles), current.organisation_id, "session")
        body = show_who(self.service, caller, self.token)
        return Answer(200, body, subject=current.account_id, is_kept=False)


def _check_new(name: str, old: str, new: str) -> None:
    """Refuse a new password that will not do, before the old one is looked at: it says nothing of the account."""
    if old == new:
        raise ServiceError(SAME, "invalid")
    check_password(new, name)


def _several(service: Service) -> None:
    if service.settings.mode == "single":
        raise ServiceError(SINGLE, "conflict")


def _provider(service: Service, provider_id: str) -> Provider:
    for provider in service.settings.providers:
        if provider.provider_id == provider_id:
            return provider
    raise not_found(PROVIDER, provider_id)
