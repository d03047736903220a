"""``hinterland access`` as Typer reads it: accounts, roles and keys for whoever runs the service."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in

access = typer.Typer(
    name="access",
    help="Tài khoản, vai trò, khóa API của dịch vụ. · Accounts, roles and API keys of the service.",
    short_help="Tài khoản, vai trò, khóa API · Accounts, roles, API keys.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
account = typer.Typer(name="account", help="Tài khoản. · Accounts.", rich_markup_mode=None, no_args_is_help=True)
key = typer.Typer(name="key", help="Khóa API. · API keys.", rich_markup_mode=None, no_args_is_help=True)
role = typer.Typer(name="role", help="Vai trò. · Roles.", rich_markup_mode=None, no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Tên đăng nhập. · Name for signing in.", metavar="NAME")]
RoleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        help="reader | firm | planner | analyst | steward | administrator; ghi nhiều lần được. · May be repeated.",
        metavar="ROLE",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group ``access``."""
    for group in (account, role, key):
        access.add_typer(group)
    app.add_typer(access)


@account.command("create")
def account_create(
    name: NameArgument,
    *,
    roles: RoleOption = None,
    full_name: Annotated[str, typer.Option(help="Họ tên. · Name of the person.")] = "",
    without_password: Annotated[
        bool,
        typer.Option("--without-password", help="Chỉ dùng khóa hoặc nơi khác. · For keys or signing in elsewhere."),
    ] = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tạo tài khoản; in mật khẩu một lần · Make an account; its password is printed once."""
    from api.access import commands  # noqa: PLC0415 - keeps `--help` quick

    wish = commands.AccountWish(name, tuple(roles or ()), full_name, with_password=not without_password)
    commands.make_account(wish, database_url(database), talk_in(lang, as_json=as_json))


@account.command("list")
def account_list(database: DatabaseOption = None, lang: LanguageOption = None, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a flag
    """Các tài khoản · The accounts."""
    from api.access import commands  # noqa: PLC0415

    commands.show_accounts(database_url(database), talk_in(lang, as_json=as_json))


@account.command("password")
def account_password(
    name: NameArgument,
    *,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cấp mật khẩu mới, in một lần · Give a new password, printed once."""
    from api.access import commands  # noqa: PLC0415

    commands.renew_password(name, database_url(database), talk_in(lang, as_json=as_json))


@account.command("disable")
def account_disable(name: NameArgument, database: DatabaseOption = None, lang: LanguageOption = None) -> None:
    """Khóa tài khoản, thu hồi khóa API · Disable an account and revoke its keys."""
    from api.access import commands  # noqa: PLC0415

    commands.set_status(name, "disabled", database_url(database), talk_in(lang))


@account.command("enable")
def account_enable(name: NameArgument, database: DatabaseOption = None, lang: LanguageOption = None) -> None:
    """Mở khóa tài khoản · Enable an account."""
    from api.access import commands  # noqa: PLC0415

    commands.set_status(name, "active", database_url(database), talk_in(lang))


@role.command("give")
def role_give(
    name: NameArgument,
    roles: Annotated[list[str], typer.Argument(help="Vai trò. · Roles.", metavar="ROLE")],
    database: DatabaseOption = None,
    lang: LanguageOption = None,
) -> None:
    """Cấp vai trò · Give roles."""
    from api.access import commands  # noqa: PLC0415

    commands.change_roles(name, given=tuple(roles), taken=(), url=database_url(database), talk=talk_in(lang))


@role.command("take")
def role_take(
    name: NameArgument,
    roles: Annotated[list[str], typer.Argument(help="Vai trò. · Roles.", metavar="ROLE")],
    database: DatabaseOption = None,
    lang: LanguageOption = None,
) -> None:
    """Thu vai trò · Take roles away."""
    from api.access import commands  # noqa: PLC0415

    commands.change_roles(name, given=(), taken=tuple(roles), url=database_url(database), talk=talk_in(lang))


@key.command("create")
def key_create(
    name: NameArgument,
    *,
    title: Annotated[str, typer.Option(help="Khóa dùng để làm gì. · What it is for.")],
    roles: RoleOption = None,
    days: Annotated[int, typer.Option(help="Số ngày hiệu lực. · Days until it ends.", min=1, max=1825)] = 365,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tạo khóa API; in một lần · Make an API key; it is printed once."""
    from api.access import commands  # noqa: PLC0415

    wish = commands.KeyWish(name, title, tuple(roles) if roles else None, days)
    commands.make_api_key(wish, database_url(database), talk_in(lang, as_json=as_json))


@key.command("list")
def key_list(
    name: NameArgument,
    *,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Các khóa API của tài khoản · API keys of an account."""
    from api.access import commands  # noqa: PLC0415

    commands.show_keys(name, database_url(database), talk_in(lang, as_json=as_json))


@key.command("revoke")
def key_revoke(
    key_id: Annotated[str, typer.Argument(help="Mã khóa. · Id of the key.", metavar="KEY_ID")],
    database: DatabaseOption = None,
    lang: LanguageOption = None,
) -> None:
    """Thu hồi khóa API · Revoke an API key."""
    from api.access import commands  # noqa: PLC0415

    commands.end_key(key_id, database_url(database), talk_in(lang))
