"""Signing in at an OpenID provider: the code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636).

What is asked for is bound to one browser by a signed cookie that lasts ten minutes; nothing is written before the
provider has answered. The ID token counts only when it is signed with a key the provider publishes, by an algorithm
with a public key, for us, now, and with our nonce (Core, section 3.1.3.7).
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from threading import BoundedSemaphore
from typing import Any, Final
from urllib.parse import urlsplit

from api.access.discovery import DISCOVERIES, TIMEOUT_S, provider_client
from api.access.providers import Provider
from api.access.secrets import keyed_hash, same
from api.service.context import Service
from api.service.problems import ServiceError
from supplychain.text import Text

SCOPE: Final = "openid profile email"
LASTS_S: Final = 600
LEEWAY_S: Final = 60
LONGEST_PATH: Final = 500
LONGEST_SUBJECT: Final = 255
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""With public keys only: none and the HMACs let anybody sign who knows what everybody knows."""

AT_ONCE: Final = BoundedSemaphore(8)
"""Sign-ins that wait for a provider at one time: a slow one must not take every thread."""

NO_ADDRESS: Final = Text(
    en="Signing in elsewhere needs the address people reach this service by: an operator starts it with --public-url.",
    vi="Đăng nhập qua nơi khác cần địa chỉ công khai của hệ thống: người vận hành hãy chạy với --public-url.",
)
NOT_BEGUN: Final = Text(
    en="This sign-in was not begun in this browser, or more than ten minutes ago. Begin again.",
    vi="Lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã quá mười phút. Hãy bắt đầu lại.",
)
REFUSED: Final = Text(
    en="{title} did not sign you in. Begin again, or ask them.",
    vi="{title} không xác nhận đăng nhập. Hãy thử lại hoặc hỏi bên đó.",
)
NOT_TRUSTED: Final = Text(
    en="What {title} answered cannot be trusted, so nobody was signed in. Tell an administrator: {reason}.",
    vi="Không thể tin câu trả lời của {title} nên chưa đăng nhập. Hãy báo quản trị viên: {reason}.",
)
BUSY: Final = Text(
    en="Too many people are signing in at {title} just now. Try again in a few seconds.",
    vi="Hiện có quá nhiều người đăng nhập qua {title}. Hãy thử lại sau vài giây.",
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that is under way, as the browser's cookie keeps it.

    Parameters
    ----------
    provider_id
        Where.
    state, nonce, verifier
        Random: they tie the answer, the ID token and the code to this browser's request.
    to
        Path to go to afterwards.
    at_s
        When it began, seconds since 1970.
    """

    provider_id: str
    state: str
    nonce: str
    verifier: str
    to: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as a provider says.

    Parameters
    ----------
    issuer, subject
        Name them together, and nothing else does.
    name, full_name
        What they may be called; never a reason to take them for somebody.
    """

    issuer: str
    subject: str
    name: str
    full_name: str


def begin(service: Service, provider: Provider, to: str, at_s: float) -> tuple[str, str]:
    """Return the address to send the browser to, and what its cookie must hold.

    Raises
    ------
    ServiceError
        If the service does not know its own address, or the provider cannot be reached.
    """
    pending = Pending(
        provider.provider_id,
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(48),
        local_path(to),
        at_s,
    )
    back = _back(service, provider)
    found = DISCOVERIES.of(provider)
    with provider_client(provider, SCOPE, back, ()) as client:
        url, _state = client.create_authorization_url(
            found.authorization_endpoint, state=pending.state, code_verifier=pending.verifier, nonce=pending.nonce
        )
    return str(url), _sealed(service, pending)


def finish(
    service: Service, provider: Provider, cookie: str | None, query: Mapping[str, str], at_s: float
) -> tuple[Identity, str]:
    """Return who signed in and the path to go to, from what the provider sent the browser back with.

    Parameters
    ----------
    service, provider
        The service and the provider.
    cookie
        What the cookie of this browser holds.
    query
        ``state``, ``code``, ``iss``, ``error`` of the address.
    at_s
        Seconds since 1970.

    Raises
    ------
    ServiceError
        If anything of it is not as it was asked for.
    """
    pending = _opened(service, cookie)
    if pending is None or pending.provider_id != provider.provider_id or abs(at_s - pending.at_s) > LASTS_S:
        raise ServiceError(NOT_BEGUN, "bad_request")
    if not same(query.get("state", ""), pending.state):
        raise ServiceError(NOT_BEGUN, "bad_request")
    # RFC 9207: an answer that another provider sent here is not one to ask this provider about.
    if "iss" in query and query["iss"] != provider.issuer:
        raise _untrusted(provider, "iss")
    code = query.get("code", "")
    if "error" in query or not code:
        raise ServiceError(REFUSED.format(title=provider.title), "forbidden")
    if not AT_ONCE.acquire(timeout=TIMEOUT_S):
        raise ServiceError(BUSY.format(title=provider.title), "unavailable", headers={"Retry-After": "5"})
    try:
        claims = _ask(service, provider, pending, code, at_s)
    finally:
        AT_ONCE.release()
    return _identity(provider, claims), pending.to


def local_path(to: str) -> str:
    """Return the path if it leads to this service and nowhere else; else the front page."""
    is_plain = to.isascii() and to.isprintable() and "\\" not in to and len(to) <= LONGEST_PATH
    if not is_plain or not to.startswith("/") or to.startswith("//"):
        return "/"
    try:
        parts = urlsplit(to)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else to


def _back(service: Service, provider: Provider) -> str:
    if service.settings.public_url is None:
        raise ServiceError(NO_ADDRESS, "unavailable")
    root = service.settings.public_url.rstrip("/")
    return f"{root}/api/v1/session/providers/{provider.provider_id}/callback"


def _ask(service: Service, provider: Provider, pending: Pending, code: str, at_s: float) -> Mapping[str, Any]:
    """Return the claims of the ID token that a code is worth."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - slow to import, seldom needed
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
    from httpx import HTTPError  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    found = DISCOVERIES.of(provider)
    try:
        with provider_client(provider, SCOPE, _back(service, provider), found.token_auth) as client:
            token = client.fetch_token(
                found.token_endpoint, grant_type="authorization_code", code=code, code_verifier=pending.verifier
            )
        raw = token.get("id_token")
        if not isinstance(raw, str):
            raise _untrusted(provider, "id_token")
        signed = DISCOVERIES.verify(provider, raw, ALGORITHMS)
        options = {
            "iss": {"essential": True, "values": [provider.issuer]},
            "aud": {"essential": True, "values": [provider.client_id]},
        }
        params = {
            "nonce": pending.nonce,
            "client_id": provider.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        claims.validate(now=int(at_s), leeway=LEEWAY_S)
    except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        # Whatever is wrong with what another house sent, its words are for the log, not for the browser.
        raise _untrusted(provider, type(error).__name__) from error
    except HTTPError as error:
        raise ServiceError(REFUSED.format(title=provider.title), "unavailable") from error
    return dict(claims)


def _identity(provider: Provider, claims: Mapping[str, Any]) -> Identity:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise _untrusted(provider, "sub")
    names = [claims.get(name) for name in ("preferred_username", "email", "name")]
    name = next((said for said in names if isinstance(said, str) and said), provider.provider_id)
    full_name = claims.get("name")
    return Identity(provider.issuer, subject, name, full_name if isinstance(full_name, str) else "")


def _untrusted(provider: Provider, reason: str) -> ServiceError:
    return ServiceError(NOT_TRUSTED.format(title=provider.title, reason=reason), "forbidden")


def _sealed(service: Service, pending: Pending) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(asdict(pending)).encode()).decode()
    return f"{payload}.{keyed_hash(service.secret, 'sign-in', payload)}"


def _opened(service: Service, cookie: str | None) -> Pending | None:
    payload, _dot, signature = (cookie or "").partition(".")
    if not same(signature, keyed_hash(service.secret, "sign-in", payload)):
        return None
    try:
        return Pending(**json.loads(base64.urlsafe_b64decode(payload)))
    except (binascii.Error, ValueError, TypeError):
        return None
