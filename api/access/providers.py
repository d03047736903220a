"""OpenID providers where people may sign in, as the operator of the service names them in a file."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from api.access.rights import ROLE_NAMES, Role
from supplychain.errors import HinterlandError
from supplychain.text import Text

PROVIDER_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)
FOR_NEW_ACCOUNTS: Final[frozenset[Role]] = frozenset(("reader",))
NEVER_BY_ITSELF: Final[frozenset[Role]] = frozenset(("firm", "steward", "administrator"))
"""Roles nobody gets just because another house knows them."""

WRONG_FILE: Final = Text(
    en="The file of providers {path} cannot be used: {reason}.",
    vi="Không dùng được tệp nhà cung cấp đăng nhập {path}: {reason}.",
)
NO_LIST: Final = Text(en="it must hold a list “providers”", vi="tệp phải có danh sách “providers”")
WRONG_ID: Final = Text(
    en="the provider id “{value}” must be small letters, digits and -, such as so-tttt",
    vi="mã nhà cung cấp “{value}” phải gồm chữ thường, chữ số và -, ví dụ so-tttt",
)
TWICE: Final = Text(en="the provider {value} stands there twice", vi="nhà cung cấp {value} được ghi hai lần")
WRONG_ISSUER: Final = Text(
    en="the issuer “{value}” must be an https address (http only on this machine) without query or fragment",
    vi="issuer “{value}” phải là địa chỉ https (http chỉ trên máy này), không có phần truy vấn",
)
WRONG_ROLE: Final = Text(
    en="new accounts cannot have the role {value} by themselves; an administrator gives it",
    vi="tài khoản mới không thể tự có vai trò {value}; quản trị viên sẽ cấp",
)
WRONG_FIELD: Final = Text(en="a provider has no field “{value}”", vi="không có mục “{value}” cho nhà cung cấp")
MISSING: Final = Text(en="a provider lacks “{value}”", vi="một nhà cung cấp thiếu “{value}”")
WRONG_VALUE: Final = Text(en="“{value}” has a value of the wrong kind", vi="“{value}” có giá trị sai kiểu")


@dataclass(frozen=True, slots=True)
class Provider:
    """A house that tells who somebody is (OpenID Connect).

    Parameters
    ----------
    provider_id
        Stands in addresses.
    title
        What people see on the button.
    issuer
        Its address; everything else is found there (OpenID Connect Discovery 1.0).
    client_id, client_secret
        What it knows this service by; no secret for a public client.
    creates_accounts
        Whether whoever signs in for the first time gets an account; else an administrator links one.
    roles
        Roles of such an account.
    """

    provider_id: str
    title: str
    issuer: str
    client_id: str
    client_secret: str | None = None
    creates_accounts: bool = False
    roles: frozenset[Role] = FOR_NEW_ACCOUNTS

    def __post_init__(self) -> None:
        if PROVIDER_ID.fullmatch(self.provider_id) is None:
            raise _WrongError(WRONG_ID.format(value=self.provider_id))
        if not is_address(self.issuer) or urlsplit(self.issuer).query:
            raise _WrongError(WRONG_ISSUER.format(value=self.issuer))
        for role in sorted(self.roles):
            if role not in ROLE_NAMES or role in NEVER_BY_ITSELF:
                raise _WrongError(WRONG_ROLE.format(value=role))


class _WrongError(HinterlandError):
    """What is wrong with one provider."""


def is_address(url: str) -> bool:
    """Return whether a URL is https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.fragment or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_providers(path: Path) -> tuple[Provider, ...]:
    """Return the providers of a YAML file; a ``client_secret_file`` is read beside it.

    Raises
    ------
    HinterlandError
        If the file cannot be read or used.
    """
    import yaml  # noqa: PLC0415 - only where providers are named

    try:
        return _providers(yaml.safe_load(path.read_text(encoding="utf-8")), path.parent)
    except _WrongError as error:
        raise HinterlandError(WRONG_FILE.format(path=path, reason=error.text)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else "YAML, UTF-8"
        raise HinterlandError(WRONG_FILE.format(path=path, reason=reason)) from error


def _providers(said: object, folder: Path) -> tuple[Provider, ...]:
    listed = said.get("providers") if isinstance(said, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _WrongError(NO_LIST)
    found = tuple(_provider(one, folder) for one in listed)
    ids = [provider.provider_id for provider in found]
    for provider_id in ids:
        if ids.count(provider_id) > 1:
            raise _WrongError(TWICE.format(value=provider_id))
    return found


def _provider(said: Mapping[Any, Any], folder: Path) -> Provider:
    values = dict(said)
    secret_file = values.pop("client_secret_file", None)
    roles = values.pop("roles", None)
    known = {name for name in Provider.__slots__ if name != "roles"}
    for name, value in values.items():
        if name not in known:
            raise _WrongError(WRONG_FIELD.format(value=name))
        if not isinstance(value, bool if name == "creates_accounts" else str):
            raise _WrongError(WRONG_VALUE.format(value=name))
    for name in ("provider_id", "title", "issuer", "client_id"):
        if name not in values:
            raise _WrongError(MISSING.format(value=name))
    if secret_file is not None:
        if not isinstance(secret_file, str):
            raise _WrongError(WRONG_VALUE.format(value="client_secret_file"))
        values["client_secret"] = (folder / secret_file).read_text(encoding="utf-8").strip()
    if roles is not None:
        if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
            raise _WrongError(WRONG_VALUE.format(value="roles"))
        values["roles"] = frozenset(roles)
    return Provider(**values)
