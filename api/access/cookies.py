"""The cookies of the service: what they are called, how they are set, read and taken away."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Final

from starlette.requests import HTTPConnection

from api.service.context import Service

SESSION: Final = "hinterland_session"
PENDING: Final = "hinterland_signin"
LONGEST: Final = 4000


def is_secure(service: Service) -> bool:
    """Return whether people reach the service by https, so that cookies must never go by http."""
    return (service.settings.public_url or "").startswith("https://")


def cookie_name(name: str, service: Service) -> str:
    """Return the name of a cookie; behind https no other host and no plain page can plant it (``__Host-``)."""
    return f"__Host-{name}" if is_secure(service) else name


def setting(name: str, value: str, service: Service, *, age_s: int) -> str:
    """Return the header that sets a cookie that no script reads and no other site's form sends."""
    cookie: SimpleCookie = SimpleCookie()
    shown = cookie_name(name, service)
    cookie[shown] = value
    morsel = cookie[shown]
    morsel["path"] = "/"
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    morsel["max-age"] = age_s
    if is_secure(service):
        morsel["secure"] = True
    return morsel.OutputString()


def clearing(service: Service, name: str = SESSION) -> str:
    """Return the header that takes a cookie away."""
    return setting(name, "", service, age_s=0)


def read_cookie(request: HTTPConnection, service: Service, name: str) -> str | None:
    """Return the value of a cookie; None where it is not there or cannot be one of ours."""
    value = request.cookies.get(cookie_name(name, service), "")
    return value if 0 < len(value) <= LONGEST else None


def session_cookie(request: HTTPConnection, service: Service) -> str | None:
    """Return what the cookie of a session holds; None where there is none."""
    return read_cookie(request, service, SESSION)
