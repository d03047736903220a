"""Signing in and out with a password, and who the service takes the caller for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Connection

from api.access.cookies import clearing, session_cookie
from api.access.guard import CallerParameter, allowed
from api.access.passwords import LONGEST, check_password
from api.access.secrets import hash_password
from api.access.sessions import (
    check_sign_in,
    end_by_cookie,
    end_session,
    list_sessions,
)
from api.rest.fields import Model, told
from api.rest.session_begin import Beginning, WhoModel, check_several, place_of, show_who
from api.service.context import ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["sessions"])

MUST_CHANGE: Final = Text(
    en="This password was given by somebody else. Send a password of your own as new_password with it.",
    vi="Mật khẩu này do người khác cấp. Hãy gửi kèm mật khẩu của bạn trong new_password.",
)
SAME: Final = Text(
    en="The new password is the old one. Take another.", vi="Mật khẩu mới trùng mật khẩu cũ. Hãy chọn mật khẩu khác."
)
BY_KEY: Final = Text(en="A key changes no password: sign in.", vi="Khóa không đổi được mật khẩu: hãy đăng nhập.")
EXAMPLE_PASSWORD: Final = "ba con trâu qua sông"  # noqa: S105 - shown in the documentation


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


class SessionModel(Model):
    """One session of the caller's account."""

    session_id: str = told("Id of the session", "Mã phiên", "ses_a2b3c4d5e6f7a2b3c4d5")
    created_at: str = told("When it began, UTC", "Lúc bắt đầu, UTC", "2026-01-05T08:00:00.000000+00:00")
    expires_at: str = told("When it ends, UTC", "Lúc kết thúc, UTC", "2026-01-05T20:00:00.000000+00:00")
    means: str = told("password, or the provider", "password hoặc nhà cung cấp", "password")
    browser: str = told("What the browser calls itself", "Trình duyệt", "Mozilla/5.0 (X11; Linux x86_64)")
    is_current: bool = told("Whether this request came with it", "Có phải phiên này không", example=True)


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
    check_several(service)
    place = place_of(request)
    if wish.new_password is not None:
        _check_new(wish.name, wish.password, wish.new_password)
    account, attempt = check_sign_in(service, wish.name, wish.password, place)
    if wish.new_password is None and account.must_change:
        raise ServiceError(MUST_CHANGE, "invalid")
    new_hash = None if wish.new_password is None else hash_password(wish.new_password)
    begun = Beginning(service, request, "password", place, (wish.name, attempt), new_hash)
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
    check_several(service)
    if caller.means != "session":
        raise ServiceError(BY_KEY, "forbidden")
    place = place_of(request)
    _check_new(caller.name, wish.password, wish.new_password)
    account, attempt = check_sign_in(service, caller.name, wish.password, place)
    new_hash = hash_password(wish.new_password)
    begun = Beginning(service, request, "password", place, (caller.name, attempt), new_hash)
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


def _check_new(name: str, old: str, new: str) -> None:
    """Refuse a new password that will not do, before the old one is looked at: it says nothing of the account."""
    if old == new:
        raise ServiceError(SAME, "invalid")
    check_password(new, name)
