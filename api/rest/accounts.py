"""Accounts, for administrators: made, changed, disabled; their passwords given anew; who they are elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api.access.accounts import (
    Account,
    NewAccount,
    change_account,
    create_account,
    hold_accounts,
    list_accounts,
    require_account,
    set_password,
)
from api.access.guard import CallerParameter, allowed
from api.access.identities import Identity, link_identity, list_identities, unlink_identity
from api.access.openid import LONGEST_SUBJECT
from api.access.passwords import random_password
from api.access.rights import Role
from api.access.secrets import hash_password
from api.rest.fields import Model, told
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, etag, not_modified, require_match
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["accounts"])
NO_PROVIDER: Final = Text(
    en="This service knows no provider {provider_id}. GET /api/v1/session/providers lists them.",
    vi="Hệ thống không có nhà cung cấp {provider_id}. Xem danh sách ở GET /api/v1/session/providers.",
)
NOTHING: Final = Text(
    en="Nothing is to be changed: name a field.", vi="Không có gì để sửa: hãy ghi ít nhất một trường."
)

AccountId = Annotated[
    str,
    Path(max_length=80, description="Mã tài khoản · Id of the account", examples=["acc_a2b3c4d5e6f7a2b3c4d5"]),
]
ROLES_EXAMPLE: Final[list[Role]] = ["planner", "analyst"]


class AccountModel(Model):
    """An account."""

    account_id: str = told("Id of the account", "Mã tài khoản", "acc_a2b3c4d5e6f7a2b3c4d5")
    name: str = told("Name for signing in; history names it", "Tên đăng nhập; lịch sử ghi tên này", "lan")
    full_name: str = told("Name of the person or program", "Họ tên người dùng hoặc tên chương trình", "Nguyễn Thị Lan")
    roles: list[Role] = told("What it may do", "Vai trò", ROLES_EXAMPLE)
    status: Literal["active", "disabled"] = told("Whether it can be used", "Đang dùng hay bị khóa", "active")
    has_password: bool = told("Whether it can sign in with a password", "Có mật khẩu hay không", example=True)
    must_change: bool = told(
        "Whether the password has to be changed at the next sign-in",
        "Phải đổi mật khẩu khi đăng nhập lần tới",
        example=False,
    )
    organisation_id: str | None = told(
        "Organisation whose records are its own", "Tổ chức mà tài khoản đại diện", "mst_3700123456", default=None
    )
    created_at: str = told("When it was made, UTC", "Lúc tạo, UTC", "2026-01-05T08:00:00.000000+00:00")
    created_by: str = told("Who made it", "Người tạo", "hoa")
    version: int = told("Rises with every change", "Tăng sau mỗi lần sửa", 3)


class NewAccountModel(Model):
    """What a new account is to be."""

    name: str = told(
        "Name for signing in: letters without marks, digits and . _ @ + -",
        "Tên đăng nhập: chữ không dấu, số và . _ @ + -",
        "lan",
        min_length=2,
        max_length=100,
    )
    full_name: str = told(
        "Name of the person or program", "Họ tên hoặc tên chương trình", "Nguyễn Thị Lan", default="", max_length=200
    )
    roles: list[Role] = told("What it may do", "Vai trò", ROLES_EXAMPLE, max_length=20)
    with_password: bool = told(
        "Whether it gets a password, shown once; false for programs with keys and for people who sign in elsewhere",
        "Có cấp mật khẩu (chỉ hiện một lần) hay không; không cần cho chương trình dùng khóa hoặc đăng nhập nơi khác",
        example=True,
        default=True,
    )


class MadeAccountModel(Model):
    """A new account, and its password where it has one."""

    account: AccountModel = told(
        "The account",
        "Tài khoản",
        {"account_id": "acc_a2b3c4d5e6f7a2b3c4d5", "name": "lan"},
    )
    password: str | None = told(
        "Its password, shown only now; it has to be changed when signing in",
        "Mật khẩu, chỉ hiện lần này; phải đổi khi đăng nhập",
        "k3vq5-7hnw2-x4tda-m6rsp",
        default=None,
    )


class ChangedAccountModel(Model):
    """What is to change of an account; what is left out stays."""

    full_name: str = told(
        "Name of the person or program", "Họ tên hoặc tên chương trình", "Nguyễn Thị Lan", default="", max_length=200
    )
    roles: list[Role] = told("What it may do", "Vai trò", ROLES_EXAMPLE, default=[], max_length=20)
    status: Literal["active", "disabled"] = told(
        "disabled ends its sessions and revokes its keys", "disabled: kết thúc phiên, thu hồi khóa", "disabled",
        default="active",
    )  # fmt: skip
    organisation_id: str | None = told(
        "Organisation whose records are its own; null for none. Usually a claim gives it",
        "Tổ chức mà tài khoản đại diện; null nếu không. Thường do yêu cầu xác nhận",
        "mst_3700123456",
        default=None,
        max_length=80,
    )


class PasswordModel(Model):
    """A new password of an account."""

    password: str = told(
        "Shown only now; it has to be changed when signing in",
        "Chỉ hiện lần này; phải đổi khi đăng nhập",
        "k3vq5-7hnw2-x4tda-m6rsp",
    )


class IdentityModel(Model):
    """Who an account is at an OpenID provider."""

    identity_id: int = told("Number of the link", "Số của liên kết", 7)
    issuer: str = told("Address of the provider", "Địa chỉ nhà cung cấp", "https://id.binhduong.gov.vn")
    subject: str = told("Id of the person there", "Mã người dùng tại đó", "248289761001")
    created_at: str = told("When it was linked, UTC", "Lúc liên kết, UTC", "2026-01-05T08:00:00.000000+00:00")


class NewIdentityModel(Model):
    """Who an account is to be at a provider."""

    provider_id: str = told("Which provider", "Nhà cung cấp nào", "so-tttt", max_length=31)
    subject: str = told(
        "Id of the person there (sub)",
        "Mã người dùng tại đó (sub)",
        "248289761001",
        min_length=1,
        max_length=LONGEST_SUBJECT,
    )


def show_account(account: Account) -> AccountModel:
    """Return an account as it is shown."""
    return AccountModel(**{**asdict(account), "roles": list(account.roles)})


def tag_of(account: Account) -> str:
    """Return the entity tag of an account."""
    return etag(account.account_id, account.version)


@ROUTER.get(
    "/accounts",
    dependencies=[allowed("accounts:manage")],
    summary="Các tài khoản · Accounts",
    operation_id="list_accounts",
)
def accounts_list(
    service: ServiceParameter,
    page: PageParameter,
    status: Annotated[
        Literal["active", "disabled"] | None,
        Query(description="Chỉ tài khoản đang dùng hoặc bị khóa · Only active or disabled ones", examples=["active"]),
    ] = None,
) -> Page[AccountModel]:
    """Return the accounts in the order of their ids."""
    after = None if page.after is None else str(page.after[0])
    with service.engine.connect() as connection:
        rows = list_accounts(connection, after=after, fetch=page.fetch, status=status)
    shown, following = page.cut(rows, lambda account: (account.account_id,))
    return Page[AccountModel](items=[show_account(account) for account in shown], next=following)


@ROUTER.post(
    "/accounts",
    operation_id="create_account",
    dependencies=[allowed("accounts:manage")],
    status_code=201,
    response_model=MadeAccountModel,
    summary="Tạo tài khoản · Make an account",
)
def accounts_create(
    request: Request, service: ServiceParameter, caller: CallerParameter, wish: NewAccountModel
) -> Response:
    """Make an account; its password, where it gets one, is shown once."""
    password = random_password() if wish.with_password else None
    password_hash = None if password is None else hash_password(password)

    def make(connection: Connection) -> Answer:
        roles = frozenset(wish.roles)
        new = NewAccount(wish.name, roles, wish.full_name, password_hash, must_change=password is not None)
        account = create_account(connection, new, caller.name)
        body = MadeAccountModel(account=show_account(account), password=password)
        headers = {"Location": f"/api/v1/accounts/{account.account_id}", "ETag": tag_of(account)}
        return Answer(201, body, headers, account.account_id, is_kept=password is None)

    return write(request, service, caller, "accounts.create", make)


@ROUTER.get(
    "/accounts/{account_id}",
    operation_id="get_account",
    dependencies=[allowed("accounts:manage")],
    response_model=AccountModel,
    summary="Một tài khoản · One account",
)
def accounts_get(
    request: Request, response: Response, service: ServiceParameter, account_id: AccountId
) -> AccountModel | Response:
    """Return an account."""
    with service.engine.connect() as connection:
        account = require_account(connection, account_id)
    response.headers["ETag"] = current = tag_of(account)
    return not_modified(request, current) or show_account(account)


@ROUTER.patch(
    "/accounts/{account_id}",
    operation_id="change_account",
    dependencies=[allowed("accounts:manage")],
    response_model=AccountModel,
    summary="Sửa tài khoản · Change an account",
    openapi_extra=IF_MATCH,
)
def accounts_change(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    account_id: AccountId,
    wish: ChangedAccountModel,
) -> Response:
    """Change an account; ``If-Match`` must hold its entity tag."""
    values: dict[str, Any] = {name: getattr(wish, name) for name in wish.model_fields_set}
    if not values:
        raise ServiceError(NOTHING, "invalid")

    def make(connection: Connection) -> Answer:
        hold_accounts(connection)
        account = require_account(connection, account_id)
        require_match(request, tag_of(account))
        changed = change_account(connection, account, values)
        return Answer(200, show_account(changed), {"ETag": tag_of(changed)}, account_id)

    return write(request, service, caller, "accounts.change", make)


@ROUTER.post(
    "/accounts/{account_id}/password",
    operation_id="renew_account_password",
    dependencies=[allowed("accounts:manage")],
    response_model=PasswordModel,
    summary="Cấp mật khẩu mới · Give a new password",
)
def accounts_password(
    request: Request, service: ServiceParameter, caller: CallerParameter, account_id: AccountId
) -> Response:
    """Give an account a new password, shown once; its sessions end."""
    password = random_password()
    password_hash = hash_password(password)

    def make(connection: Connection) -> Answer:
        hold_accounts(connection)
        set_password(connection, require_account(connection, account_id), password_hash, must_change=True)
        return Answer(200, PasswordModel(password=password), subject=account_id, is_kept=False)

    return write(request, service, caller, "accounts.password", make)


def _show_identity(identity: Identity) -> IdentityModel:
    return IdentityModel(
        identity_id=identity.identity_id,
        issuer=identity.issuer,
        subject=identity.subject,
        created_at=identity.created_at,
    )


@ROUTER.get(
    "/accounts/{account_id}/identities",
    operation_id="list_identities",
    dependencies=[allowed("accounts:manage")],
    summary="Tài khoản tại nơi khác · Who an account is elsewhere",
)
def identities_list(service: ServiceParameter, page: PageParameter, account_id: AccountId) -> Page[IdentityModel]:
    """Return who an account is at OpenID providers."""
    after = None if page.after is None else int(page.after[0] or 0)
    with service.engine.connect() as connection:
        account = require_account(connection, account_id)
        rows = list_identities(connection, account.account_id, after=after, fetch=page.fetch)
    shown, following = page.cut(rows, lambda identity: (identity.identity_id,))
    return Page[IdentityModel](items=[_show_identity(identity) for identity in shown], next=following)


@ROUTER.post(
    "/accounts/{account_id}/identities",
    operation_id="create_identity",
    dependencies=[allowed("accounts:manage")],
    status_code=201,
    response_model=IdentityModel,
    summary="Liên kết tài khoản · Link an account",
)
def identities_link(
    request: Request, service: ServiceParameter, caller: CallerParameter, account_id: AccountId, wish: NewIdentityModel
) -> Response:
    """Let a person of a provider sign in as this account."""
    provider = next((one for one in service.settings.providers if one.provider_id == wish.provider_id), None)
    if provider is None:
        raise ServiceError(NO_PROVIDER.format(provider_id=wish.provider_id), "invalid")

    def make(connection: Connection) -> Answer:
        account = require_account(connection, account_id)
        identity = link_identity(connection, account, provider.issuer, wish.subject)
        return Answer(201, _show_identity(identity), subject=account_id)

    return write(request, service, caller, "accounts.link", make)


@ROUTER.delete(
    "/accounts/{account_id}/identities/{identity_id}",
    operation_id="delete_identity",
    dependencies=[allowed("accounts:manage")],
    status_code=204,
    response_class=Response,
    summary="Bỏ liên kết · Take a link away",
)
def identities_unlink(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    account_id: AccountId,
    identity_id: Annotated[int, Path(ge=0, le=2**31 - 1, description="Số của liên kết · Number", examples=[7])],
) -> Response:
    """Let a person of a provider no longer sign in as this account; sessions that stand go on until they are ended."""

    def make(connection: Connection) -> Answer:
        unlink_identity(connection, require_account(connection, account_id), identity_id)
        return Answer(204, subject=account_id)

    return write(request, service, caller, "accounts.unlink", make)
