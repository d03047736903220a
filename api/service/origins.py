"""Where a request says it is sent to and comes from: no other site speaks for a user, by cookie or by a false name.

A page of another site can make a browser send requests here. It cannot read the answers (no CORS is given), but a
write would be done: so writes from another origin are refused. A site whose name is made to lead to this machine (DNS
rebinding) would count as the same origin: so in single-user mode only names of this machine are answered.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from api.service.bodies import header
from api.service.context import Service
from api.service.frame import Application, Receive, Scope, Send
from api.service.problems import ServiceError
from supplychain.text import Text

LOOPBACK_NAMES: Final = frozenset(("localhost", "127.0.0.1", "::1"))
SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS"))
PROBES: Final = frozenset(("/healthz", "/readyz"))
FOREIGN: Final = frozenset((b"cross-site", b"same-site"))

WRONG_HOST: Final = Text(
    en="This service does not answer to the name {host}. Use {names}.",
    vi="Dịch vụ này không nhận tên {host}. Hãy dùng {names}.",
)
WRONG_ORIGIN: Final = Text(
    en="A page of another site ({origin}) may not write here.",
    vi="Trang của nơi khác ({origin}) không được ghi vào đây.",
)


def host_of(address: str) -> str:
    """Return the name in ``name:port`` or a URL, in small letters; empty where it cannot be read."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return (parts.hostname or "").casefold()
    except ValueError:
        return ""


class Origins:
    """Refuses false names, and writes from pages of other sites.

    Parameters
    ----------
    app
        What it stands before.
    service
        The running service.
    """

    def __init__(self, app: Application, service: Service) -> None:
        self.app = app
        settings = service.settings
        own = () if settings.public_url is None else (host_of(settings.public_url),)
        is_held = settings.mode == "single" or bool(own)
        public = urlsplit(settings.public_url or "")
        self.public_origin = f"{public.scheme}://{public.netloc}".casefold() if public.netloc else None
        self.names = frozenset((*LOOPBACK_NAMES, *own)) if is_held else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            host = (header(scope, b"host") or b"").decode("latin-1")
            if self.names is not None and host_of(host) not in self.names and scope["path"] not in PROBES:
                names = ", ".join(sorted(self.names))
                raise ServiceError(WRONG_HOST.format(host=host[:100] or "?", names=names), "bad_request")
            if scope["method"] not in SAFE_METHODS:
                self._check_origin(scope, host)
        await self.app(scope, receive, send)

    def _check_origin(self, scope: Scope, host: str) -> None:
        origin = header(scope, b"origin")
        if origin is None:
            if header(scope, b"sec-fetch-site") in FOREIGN:
                raise ServiceError(WRONG_ORIGIN.format(origin="?"), "forbidden")
            return
        said = origin.decode("latin-1")
        scheme, _, named = said.partition("://")
        is_own = scheme in {"http", "https"} and named.casefold() == host.casefold()
        if not is_own and said.casefold() != self.public_origin:
            raise ServiceError(WRONG_ORIGIN.format(origin=said[:100]), "forbidden")
