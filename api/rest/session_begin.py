"""A session that begins, however its owner was recognised, and who the service then takes them for."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from api.access.accounts import Account, require_account, set_password
from api.access.caller import Caller
from api.access.cookies import SESSION as SESSION_COOKIE
from api.access.cookies import session_cookie, setting
from api.access.rights import RIGHTS, ROLE_NAMES, Right, Role
from api.access.secrets import csrf_token
from api.access.sessions import LASTS, Place, begin_session
from api.access.throttle import Attempt, forget_attempt
from api.rest.fields import Model, told
from api.service.context import Service
from api.service.problems import ServiceError
from api.service.writing import Answer, write
from supplychain.text import Text

SINGLE: Final = Text(
    en="This service has one user, who is signed in already. Start it with --accounts for several.",
    vi="Hệ thống đang chạy cho một người, đã đăng nhập sẵn. Hãy chạy với --accounts để có nhiều người dùng.",
)


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


def check_several(service: Service) -> None:
    """Refuse where the service has one user, who is signed in already.

    Raises
    ------
    ServiceError
        In single-user mode.
    """
    if service.settings.mode == "single":
        raise ServiceError(SINGLE, "conflict")


class Beginning:
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
