"""What an OpenID provider publishes of itself: its addresses and its keys, asked for once in a while."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from api.access.providers import Provider, is_address, is_loopback
from api.service.problems import ServiceError
from supplychain.text import Text

if TYPE_CHECKING:
    import httpx

TIMEOUT_S: Final = 10.0
KEPT_S: Final = 3600.0
AGAIN_S: Final = 30.0
"""How long after a question that failed, or for keys that were just fetched, the provider is not asked again."""

MOST_BYTES: Final = 1_000_000
PUBLIC_KEYS: Final = frozenset(("RSA", "EC", "OKP"))
WELL_KNOWN: Final = "/.well-known/openid-configuration"

UNREACHABLE: Final = Text(
    en="{title} does not answer as an OpenID provider should. Try again later, or sign in with a password.",
    vi="{title} không trả lời đúng như một nơi cung cấp OpenID. Hãy thử lại sau, hoặc đăng nhập bằng mật khẩu.",
)


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a provider says of itself.

    Parameters
    ----------
    authorization_endpoint, token_endpoint, jwks_uri
        Where to send browsers, ask for tokens, and find its keys.
    token_auth
        Ways it lets a client show its secret.
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_auth: tuple[str, ...]


@dataclass(slots=True)
class _Known:
    """What is remembered of one provider."""

    lock: Lock = field(default_factory=Lock)
    found: Discovered | None = None
    keys: list[dict[str, Any]] = field(default_factory=list)
    found_until_s: float = 0.0
    keys_until_s: float = 0.0
    keys_at_s: float = -AGAIN_S
    silent_until_s: float = 0.0


class Discoveries:
    """What the providers of this process published, fetched when it is first needed and again every hour."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._lock = Lock()

    def of(self, provider: Provider) -> Discovered:
        """Return what a provider says of itself.

        Raises
        ------
        ServiceError
            If it cannot be asked, or says what it must not.
        """
        known = self._of(provider)
        with self._held(provider, known):
            if known.found is None or monotonic() >= known.found_until_s:
                known.found = self._asked(provider, known)
                known.found_until_s = monotonic() + KEPT_S
            return known.found

    def verify(self, provider: Provider, token: str, algorithms: Collection[str]) -> Any:  # noqa: ANN401 - joserfc's
        """Return a signed token, header and claims, when one of the provider's public keys signed it.

        Raises
        ------
        JoseError
            If none did, or by another algorithm.
        ServiceError
            If the keys cannot be had.
        """
        from joserfc import jwt  # noqa: PLC0415 - slow to import, seldom needed
        from joserfc.errors import InvalidKeyIdError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415
        from joserfc.jws import JWSRegistry  # noqa: PLC0415

        registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
        try:
            return jwt.decode(token, KeySet.import_key_set({"keys": self._keys(provider)}), registry=registry)
        except InvalidKeyIdError:
            # It may have changed its keys; but nobody makes us ask for them over and over.
            keys = self._keys(provider, anew=True)
            return jwt.decode(token, KeySet.import_key_set({"keys": keys}), registry=registry)

    def _keys(self, provider: Provider, *, anew: bool = False) -> list[dict[str, Any]]:
        uri = self.of(provider).jwks_uri
        known = self._of(provider)
        with self._held(provider, known):
            is_old = monotonic() >= known.keys_until_s
            if is_old or (anew and monotonic() >= known.keys_at_s + AGAIN_S):
                keys = self._fetch(provider, known, uri).get("keys")
                usable = [key for key in keys if _is_public(key)] if isinstance(keys, list) else []
                if not usable:
                    raise _silent(provider, known)
                known.keys = usable
                known.keys_at_s = monotonic()
                known.keys_until_s = monotonic() + KEPT_S
            return known.keys

    def _asked(self, provider: Provider, known: _Known) -> Discovered:
        said = self._fetch(provider, known, provider.issuer.rstrip("/") + WELL_KNOWN)
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        urls = [said.get(name) for name in names]
        is_right = said.get("issuer") == provider.issuer and all(isinstance(u, str) and is_address(u) for u in urls)
        if not is_right:
            raise _silent(provider, known)
        ways = said.get("token_endpoint_auth_methods_supported")
        token_auth = tuple(str(way) for way in ways) if isinstance(ways, list) else ("client_secret_basic",)
        authorization, token, keys = (str(url) for url in urls)
        return Discovered(authorization, token, keys, token_auth)

    def _fetch(self, provider: Provider, known: _Known, url: str) -> Mapping[str, Any]:
        import httpx  # noqa: PLC0415 - slow to import, seldom needed

        if monotonic() < known.silent_until_s:
            raise _silent(provider, known, again=False)
        try:
            with http_client(provider) as client, client.stream("GET", url) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise _silent(provider, known)
            said = httpx.Response(answer.status_code, content=body).json()
        except (httpx.HTTPError, ValueError) as error:
            raise _silent(provider, known) from error
        if answer.status_code != httpx.codes.OK or not isinstance(said, dict):
            raise _silent(provider, known)
        return said

    def _of(self, provider: Provider) -> _Known:
        with self._lock:
            return self._known.setdefault(provider.issuer, _Known())

    @contextmanager
    def _held(self, provider: Provider, known: _Known) -> Iterator[None]:
        if not known.lock.acquire(timeout=TIMEOUT_S):
            raise _unreachable(provider)
        try:
            yield
        finally:
            known.lock.release()


DISCOVERIES: Final = Discoveries()
"""Of this process."""


def http_client(provider: Provider) -> httpx.Client:
    """Return a client that follows no redirect and waits for nobody long."""
    import httpx  # noqa: PLC0415 - slow to import, seldom needed
    from httpx import URL  # noqa: PLC0415

    through_proxy = not is_loopback(URL(provider.issuer).host)
    return httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=through_proxy)


@contextmanager
def provider_client(provider: Provider, scope: str, back: str, ways: Collection[str]) -> Iterator[Any]:
    """Give Authlib's client of a provider, over a client of ours.

    Parameters
    ----------
    provider, scope
        The provider and what is asked for.
    back
        Address it sends browsers back to.
    ways
        Ways it lets a client show its secret.
    """
    import httpx  # noqa: PLC0415 - slow to import, seldom needed
    from authlib.oauth2.client import OAuth2Client  # noqa: PLC0415

    class Client(OAuth2Client):  # type: ignore[misc] # Authlib ships no types
        """Shows the secret in the way of httpx: Authlib's own client for httpx warns that it will end."""

        def _fetch_token(self, url: str, body: str = "", **_options: object) -> Any:  # noqa: ANN401
            data = dict(httpx.QueryParams(body))
            auth = None
            if provider.client_secret is None:
                data["client_id"] = provider.client_id
            elif "client_secret_basic" in ways or not ways:
                auth = httpx.BasicAuth(provider.client_id, provider.client_secret)
            else:
                data |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
            answer = self.session.post(url, data=data, auth=auth, headers={"Accept": "application/json"})
            return self.parse_response_token(answer)

    with http_client(provider) as session:
        yield Client(
            session, client_id=provider.client_id, scope=scope, redirect_uri=back, code_challenge_method="S256"
        )


def _is_public(key: object) -> bool:
    """Return whether a key has a public half for signatures; a shared secret in such a list is a trap."""
    return isinstance(key, dict) and key.get("kty") in PUBLIC_KEYS and key.get("use", "sig") == "sig"


def _silent(provider: Provider, known: _Known, *, again: bool = True) -> ServiceError:
    if again:
        known.silent_until_s = monotonic() + AGAIN_S
    return _unreachable(provider)


def _unreachable(provider: Provider) -> ServiceError:
    headers = {"Retry-After": str(int(AGAIN_S))}
    return ServiceError(UNREACHABLE.format(title=provider.title), "unavailable", headers=headers)
