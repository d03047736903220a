"""An OpenID provider of the tests' own: it signs ID tokens with a key of its own, and lies where it is told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from time import time
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry

CLIENT_ID: Final = "hinterland"
CLIENT_SECRET: Final = "a secret of the client"  # noqa: S105 - of the tests


@dataclass
class OpenIdProvider:
    """A provider whose one person is always ready to sign in.

    Parameters
    ----------
    claims
        Changes the claims of the next ID tokens.
    alg, key
        What signs them; a key that is not published may be set.
    shared
        Secret of an HMAC, for ``alg`` HS256.
    say
        Changes what the provider publishes of itself.
    """

    claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda said: said
    alg: str = "RS256"
    rsa: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    key: RSAKey | None = None
    shared: bytes = b""
    say: Callable[[dict[str, Any]], dict[str, Any]] = lambda said: said
    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        """Return the provider as an application."""
        app = FastAPI(openapi_url=None)
        app.get("/.well-known/openid-configuration")(self._metadata)
        app.get("/keys")(self._keys)
        app.get("/authorize")(self._authorize)
        app.post("/token")(self._token)
        return app

    def _metadata(self) -> dict[str, Any]:
        self.asked.append("metadata")
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        return self.say(said)

    def _keys(self) -> dict[str, Any]:
        self.asked.append("keys")
        return {"keys": list(KeySet([self.rsa]).as_dict(private=False)["keys"])}

    def _authorize(self, request: Request) -> RedirectResponse:
        query = dict(request.query_params)
        if query["client_id"] != CLIENT_ID or query["code_challenge_method"] != "S256":
            raise HTTPException(400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return RedirectResponse(f"{query['redirect_uri']}?code={code}&state={query['state']}", status_code=303)

    async def _token(self, request: Request) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        code, code_verifier, redirect_uri = (form[name] for name in ("code", "code_verifier", "redirect_uri"))
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        query = self.codes.pop(code, None)
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = query is not None and query["code_challenge"] == challenge and query["redirect_uri"] == redirect_uri
        if not right or query is None or request.headers.get("authorization") != f"Basic {known}":
            raise HTTPException(400, "invalid_grant")
        said = self.claims(
            {
                "iss": self.issuer,
                "sub": "person-1",
                "aud": CLIENT_ID,
                "exp": int(time()) + 300,
                "iat": int(time()),
                "nonce": query["nonce"],
                "preferred_username": "Lan.Nguyễn",
                "name": "Nguyễn Thị Lan",
                "email": "lan@binhduong.example",
            }
        )
        return {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(said)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.alg in {"none", "HS256"}:
            return self._signed_by_hand(claims)
        header = {"alg": self.alg, "kid": "one"}
        return jwt.encode(header, claims, self.key or self.rsa, registry=JWSRegistry(algorithms=[self.alg]))

    def _signed_by_hand(self, claims: dict[str, Any]) -> str:
        """Return what a library refuses to sign: with nothing, or with what everybody knows as the secret."""
        said = [json.dumps({"alg": self.alg, "kid": "one"}).encode(), json.dumps(claims).encode()]
        message = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in said)
        if self.alg == "none":
            return f"{message}."
        signature = hmac.digest(self.shared, message.encode(), "sha256")
        return f"{message}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
