"""Roles, and the one table of what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from supplychain.text import Text

SIGN_IN: Final = Text(
    en="This needs an account: sign in, or send an API key as “Authorization: Bearer …”.",
    vi="Cần có tài khoản: hãy đăng nhập, hoặc gửi khóa API bằng “Authorization: Bearer …”.",
)
NO_RIGHT: Final = Text(
    en="Your account may not do this (right {right}). Ask an administrator for a role that has it.",
    vi="Tài khoản của bạn không có quyền này ({right}). Hãy nhờ quản trị viên cấp vai trò phù hợp.",
)

Role = Literal["reader", "firm", "planner", "analyst", "steward", "administrator"]

ROLE_NAMES: Final[Mapping[Role, Text]] = MappingProxyType(
    {
        "reader": Text(en="public reader", vi="người đọc công khai"),
        "firm": Text(en="firm", vi="doanh nghiệp"),
        "planner": Text(en="planner", vi="cán bộ quy hoạch"),
        "analyst": Text(en="GIS analyst", vi="chuyên viên GIS"),
        "steward": Text(en="data steward", vi="quản lý dữ liệu"),
        "administrator": Text(en="administrator", vi="quản trị viên"),
    }
)

Right = Literal[
    "public",
    "self",
    "records:read",
    "records:write",
    "records:merge",
    "matching:ask",
    "imports:run",
    "exports:run",
    "networks:read",
    "networks:write",
    "routes:ask",
    "scenarios:read",
    "scenarios:write",
    "plans:read",
    "plans:run",
    "quotes:ask",
    "jobs:own",
    "files:own",
    "incidents:read",
    "incidents:write",
    "webhooks:manage",
    "claims:make",
    "claims:judge",
    "accounts:manage",
    "audit:read",
    "operations",
]

_EVERYBODY: Final = frozenset[Role](("reader", "firm", "planner", "analyst", "steward", "administrator"))
_STAFF: Final = frozenset[Role](("planner", "analyst", "steward", "administrator"))
_SIGNED_IN: Final = _EVERYBODY

ANONYMOUS_RIGHTS: Final = frozenset[Right](("public", "records:read", "networks:read", "incidents:read"))
"""What somebody without an account may do: read what is public."""

RIGHTS: Final[Mapping[Right, frozenset[Role]]] = MappingProxyType(
    {
        "public": _EVERYBODY,
        "self": _SIGNED_IN,
        "records:read": _EVERYBODY,
        "records:write": frozenset[Role](("firm", "steward", "administrator")),
        "records:merge": frozenset[Role](("steward", "administrator")),
        "matching:ask": frozenset[Role](("firm", "planner", "analyst", "steward", "administrator")),
        "imports:run": frozenset[Role](("steward", "administrator")),
        "exports:run": _SIGNED_IN,
        "networks:read": _EVERYBODY,
        "networks:write": frozenset[Role](("analyst", "administrator")),
        "routes:ask": _SIGNED_IN,
        "scenarios:read": _STAFF,
        "scenarios:write": frozenset[Role](("planner", "administrator")),
        "plans:read": _STAFF,
        "plans:run": frozenset[Role](("planner", "administrator")),
        "quotes:ask": frozenset[Role](("firm", "planner", "analyst", "steward", "administrator")),
        "jobs:own": _SIGNED_IN,
        "files:own": _SIGNED_IN,
        "incidents:read": _EVERYBODY,
        "incidents:write": frozenset[Role](("planner", "steward", "administrator")),
        "webhooks:manage": _STAFF,
        "claims:make": frozenset[Role](("reader", "firm")),
        "claims:judge": frozenset[Role](("steward", "administrator")),
        "accounts:manage": frozenset[Role](("administrator",)),
        "audit:read": frozenset[Role](("steward", "administrator")),
        "operations": frozenset[Role](("administrator",)),
    }
)
"""Roles that have a right. An endpoint names one right; within it, whose records these are is asked as well."""

SEES_EVERYTHING: Final = frozenset[Role](("steward", "administrator"))
"""Roles from whom no record is hidden: they answer for the data."""
