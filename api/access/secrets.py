"""Passwords, keys, cookies and tokens: how each is made, kept as a hash, and compared.

Passwords are guessable, so their argon2id takes what RFC 9106 (section 4, second choice) asks: 64 MiB, 3 passes. Keys
hold 260 random bits, which no number of guesses finds: a light argon2id is enough for them, so that forged keys cannot
be used to tire the machine. Cookies are looked up on every request and are as random: SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from api.service.problems import ServiceError
from supplychain.text import Text

KEY_MARK: Final = "hl"
"""First letters of every key, so that programs that look for forgotten secrets find it."""

AT_ONCE: Final = 2
WAIT_S: Final = 10.0
REMEMBERED: Final = 10_000
REMEMBERED_S: Final = 600.0

BUSY: Final = Text(
    en="Too many people are signing in just now. Try again in a few seconds.",
    vi="Hiện có quá nhiều người đăng nhập. Hãy thử lại sau vài giây.",
)

_KEY: Final = re.compile(rf"{KEY_MARK}_([a-z2-7]{{16}})_([a-z2-7]{{52}})", re.ASCII)
_PASSWORDS: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_KEYS: Final = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$JLK7qSTLKKaFm2MfwZlKcQ$4fj00ii7yr6wy9Y5X979vwZgH+EKMBfGtcJlOok4g7A"
"""Hash of a password nobody has (64 random bytes): asked about accounts that are not there, for the same time."""

_PASSWORD_TURNS: Final = BoundedSemaphore(AT_ONCE)
"""Each check of a password takes 64 MiB: more than these at once wait."""

_KEY_TURNS: Final = BoundedSemaphore(AT_ONCE)
"""Apart from the passwords, so that a flood of sign-ins does not hold up programs."""


def random_letters(bits: int) -> str:
    """Return random small letters and digits (base32) that hold at least so many bits."""
    return base64.b32encode(secrets.token_bytes((bits + 7) // 8)).decode().rstrip("=").lower()


def new_key() -> tuple[str, str]:
    """Return a new API key and its public id; the key is shown once and never kept."""
    key_id = random_letters(80)
    return f"{KEY_MARK}_{key_id}_{random_letters(260)[:52]}", key_id


def key_id_of(key: str) -> str | None:
    """Return the public id within a key; None where the text is not written as a key."""
    found = _KEY.fullmatch(key)
    return found[1] if found else None


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password that was checked by ``api.access.passwords``."""
    with _turn(_PASSWORD_TURNS):
        return _PASSWORDS.hash(_said(password))


def password_matches(password: str, password_hash: str | None) -> bool:
    """Return whether a password is the one; where there is none (None), after the same time, False."""
    with _turn(_PASSWORD_TURNS):
        matches = _matches(_PASSWORDS, password_hash or _NOBODY, _said(password))
    return matches and password_hash is not None


def hash_key(key: str) -> str:
    """Return the argon2id hash of a key."""
    return _KEYS.hash(key)


class Verified:
    """Keys that were found right a short while ago, so that argon2 need not be asked on every request.

    Only that a key goes with a hash is remembered: whether it was revoked is asked of the database each time.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._found: OrderedDict[bytes, float] = OrderedDict()
        self._lock = Lock()

    def matches(self, key: str, key_hash: str) -> bool:
        """Return whether a key is the one that a hash was made of."""
        mark = hmac.digest(self._salt, f"{key}\n{key_hash}".encode(), "sha256")
        with self._lock:
            until = self._found.get(mark, 0.0)
            if until > monotonic():
                self._found.move_to_end(mark)
                return True
        with _turn(_KEY_TURNS):
            if not _matches(_KEYS, key_hash, key):
                return False
        with self._lock:
            self._found[mark] = monotonic() + REMEMBERED_S
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
        return True


VERIFIED_KEYS: Final = Verified()
"""Of this process."""


def new_session_token() -> str:
    """Return what a session's cookie holds: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a random token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def keyed_hash(secret: bytes, subject: str, value: str) -> str:
    """Return a hash that only this service can make, apart for each subject."""
    message = f"{subject}\n{value}".encode("utf-8", "surrogateescape")
    return hmac.digest(secret, message, "sha256").hex()


def csrf_token(secret: bytes, session_token: str) -> str:
    """Return the token that must come in a header with every write of a session; it goes with its cookie alone."""
    return keyed_hash(secret, "csrf", session_token)


def same(one: str, other: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape"))


@contextmanager
def _turn(turns: BoundedSemaphore) -> Iterator[None]:
    if not turns.acquire(timeout=WAIT_S):
        raise ServiceError(BUSY, "unavailable", headers={"Retry-After": "5"})
    try:
        yield
    finally:
        turns.release()


def _said(password: str) -> bytes:
    """Return a password in one form, however a keyboard composed its letters (NIST SP 800-63B, section 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _matches(hasher: PasswordHasher, kept: str, said: str | bytes) -> bool:
    try:
        return hasher.verify(kept, said)
    except (VerificationError, InvalidHashError):
        return False
