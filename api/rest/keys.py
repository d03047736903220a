"""API keys: everybody's own, and for administrators those of any account; each shown once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api.access.accounts import ACCOUNT, Account, hold_accounts, require_account
from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.access.keys import MOST_DAYS, USUAL_DAYS, ApiKey, NewKey, list_keys, make_key, require_key, revoke_key
from api.access.rights import Role
from api.rest.fields import Model, told
from api.service.context import ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["keys"])
BY_KEY: Final = Text(
    en="A key makes no other key: sign in, or ask an administrator.",
    vi="Khóa không thể tạo khóa khác: hãy đăng nhập, hoặc nhờ quản trị viên.",
)

KeyId = Annotated[str, Path(max_length=80, description="Mã khóa · Id of the key", examples=["k3vq57hnw2x4tdam"])]
OfAccount = Annotated[
    str | None,
    Query(
        max_length=80,
        description="Khóa của tài khoản này (quản trị viên); mặc định của tôi · Keys of this account, for "
        "administrators; mine by default",
        examples=["acc_a2b3c4d5e6f7a2b3c4d5"],
    ),
]


class KeyModel(Model):
    """An API key, without its secret."""

    key_id: str = told("Public id; it stands within the key", "Mã khóa, nằm trong khóa", "k3vq57hnw2x4tdam")
    account_id: str = told("Whose it is", "Của tài khoản nào", "acc_a2b3c4d5e6f7a2b3c4d5")
    title: str = told("What it is for", "Dùng để làm gì", "ETL hằng đêm")
    roles: list[Role] = told(
        "Roles it may use, of which only those the account still has count",
        "Vai trò được dùng; chỉ tính vai trò tài khoản còn có",
        ["reader"],
    )
    created_at: str = told("When it was made, UTC", "Lúc tạo, UTC", "2026-01-05T08:00:00.000000+00:00")
    created_by: str = told("Who made it", "Người tạo", "lan")
    expires_at: str | None = told("When it ends, UTC", "Lúc hết hạn, UTC", "2027-01-05T08:00:00.000000+00:00")
    revoked_at: str | None = told("When it was revoked, UTC; null if not", "Lúc thu hồi, UTC; null nếu chưa", None)


class NewKeyModel(Model):
    """What a new key is to be."""

    title: str = told("What it is for", "Dùng để làm gì", "ETL hằng đêm", min_length=1, max_length=100)
    roles: list[Role] | None = told(
        "Roles it may use; all that the account has now if left out",
        "Vai trò được dùng; nếu bỏ trống là mọi vai trò hiện có",
        ["reader"],
        default=None,
        min_length=1,
        max_length=20,
    )
    days: int = told("Days until it ends", "Số ngày hiệu lực", 90, default=USUAL_DAYS, ge=1, le=MOST_DAYS)
    account_id: str | None = told(
        "Account it is for (administrators); the caller's own if left out",
        "Tài khoản dùng khóa (quản trị viên); nếu bỏ trống là của người gọi",
        "acc_a2b3c4d5e6f7a2b3c4d5",
        default=None,
        max_length=80,
    )


class MadeKeyModel(Model):
    """A new key."""

    key: str = told(
        "The key, shown only now: keep it like a password",
        "Khóa, chỉ hiện lần này: hãy giữ như mật khẩu",
        "hl_k3vq57hnw2x4tdam_" + "x" * 52,
    )
    about: KeyModel = told("What is kept of it", "Thông tin được lưu", {"key_id": "k3vq57hnw2x4tdam"})


def _show(key: ApiKey) -> KeyModel:
    return KeyModel(**{**asdict(key), "roles": list(key.roles)})


def _account(connection: Connection, caller: Caller, account_id: str | None) -> Account:
    """Return the account whose keys are meant; to all but administrators only their own is there."""
    wanted = account_id or caller.account_id or ""
    if wanted != caller.account_id and not caller.may("accounts:manage"):
        raise not_found(ACCOUNT, wanted)
    return require_account(connection, wanted)


def _owner(caller: Caller) -> str | None:
    """Return the account whose keys a caller can name; None for all."""
    return None if caller.may("accounts:manage") else caller.account_id or ""


@ROUTER.get("/keys", dependencies=[allowed("self")], summary="Các khóa API · API keys", operation_id="list_keys")
def keys_list(
    service: ServiceParameter, caller: CallerParameter, page: PageParameter, account_id: OfAccount = None
) -> Page[KeyModel]:
    """Return keys in the order of their ids, those revoked or expired too."""
    after = None if page.after is None else str(page.after[0])
    with service.engine.connect() as connection:
        wanted = caller.account_id or ""
        if account_id is not None and account_id != wanted:
            wanted = _account(connection, caller, account_id).account_id
        rows = list_keys(connection, wanted, after=after, fetch=page.fetch)
    shown, following = page.cut(rows, lambda key: (key.key_id,))
    return Page[KeyModel](items=[_show(key) for key in shown], next=following)


@ROUTER.post(
    "/keys",
    operation_id="create_key",
    dependencies=[allowed("self")],
    status_code=201,
    response_model=MadeKeyModel,
    summary="Tạo khóa API · Make an API key",
)
def keys_create(request: Request, service: ServiceParameter, caller: CallerParameter, wish: NewKeyModel) -> Response:
    """Make a key, shown once. A caller who showed a key cannot: a key that leaked would never end."""
    if caller.means == "key":
        raise ServiceError(BY_KEY, "forbidden")

    def make(connection: Connection) -> Answer:
        hold_accounts(connection)
        account = _account(connection, caller, wish.account_id)
        roles = None if wish.roles is None else frozenset(wish.roles)
        kept, key = make_key(connection, account, NewKey(wish.title, roles, wish.days), caller.name)
        body = MadeKeyModel(key=key, about=_show(kept))
        return Answer(201, body, {"Location": f"/api/v1/keys/{kept.key_id}"}, kept.key_id, is_kept=False)

    return write(request, service, caller, "keys.create", make)


@ROUTER.get(
    "/keys/{key_id}", dependencies=[allowed("self")], summary="Một khóa API · One API key", operation_id="get_key"
)
def keys_get(service: ServiceParameter, caller: CallerParameter, key_id: KeyId) -> KeyModel:
    """Return what is kept of a key."""
    with service.engine.connect() as connection:
        return _show(require_key(connection, key_id, _owner(caller)))


@ROUTER.delete(
    "/keys/{key_id}",
    operation_id="revoke_key",
    dependencies=[allowed("self")],
    status_code=204,
    response_class=Response,
    summary="Thu hồi khóa API · Revoke an API key",
)
def keys_revoke(request: Request, service: ServiceParameter, caller: CallerParameter, key_id: KeyId) -> Response:
    """End a key for good, at once in every process."""

    def make(connection: Connection) -> Answer:
        revoke_key(connection, require_key(connection, key_id, _owner(caller)))
        return Answer(204, subject=key_id)

    return write(request, service, caller, "keys.revoke", make)
