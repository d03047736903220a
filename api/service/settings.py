"""Settings of the running service, frozen; read once by the command that starts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.access.providers import Provider

Mode = Literal["single", "accounts"]

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for.

    Parameters
    ----------
    body_bytes
        Largest JSON body.
    upload_bytes
        Largest uploaded file.
    json_depth
        Deepest nesting of a JSON body.
    page_size, largest_page
        Rows of a page when none is asked for, and at most.
    body_timeout_s
        Seconds in which a body must have arrived; an upload has this for every megabyte.
    requests_per_minute, anonymous_per_minute
        Of one account or key, and of one address without an account.
    pieces_for_request
        Tiles and files of the page that count as one request.
    connections
        Open at once in each web process; more are told to come back.
    query_timeout_s
        Longest time of one query of the database.
    """

    body_bytes: int = 2 * MB
    upload_bytes: int = 500 * MB
    json_depth: int = 50
    page_size: int = 100
    largest_page: int = 1000
    body_timeout_s: float = 20.0
    requests_per_minute: int = 1200
    anonymous_per_minute: int = 300
    pieces_for_request: int = 10
    connections: int = 2000
    query_timeout_s: float = 20.0


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How the service runs.

    Parameters
    ----------
    database
        File name of the embedded database, or a PostgreSQL URL.
    mode
        ``single``: one user at this machine, who may do everything, on loopback only; ``accounts``: everybody signs in.
    public_url
        Address under which people reach it; None for the one it listens on.
    trusted_proxies
        Addresses of reverse proxies whose X-Forwarded-* headers count.
    limits
        What one request may ask for.
    providers
        Where people may sign in besides here (OpenID Connect).
    """

    database: str
    mode: Mode = "single"
    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    limits: Limits = Limits()
    providers: tuple[Provider, ...] = ()
