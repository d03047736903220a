"""Signatures of webhooks, as Standard Webhooks 1.0.0 says: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
ID_HEADER: Final = "webhook-id"
TIME_HEADER: Final = "webhook-timestamp"
SIGNATURE_HEADER: Final = "webhook-signature"


def new_secret() -> str:
    """Return a new secret: ``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    """Return the signature of a message, ``v1,`` and base64, over ``id.timestamp.body``.

    Raises
    ------
    ValueError
        If the secret is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        msg = "a secret is whsec_ and base64."
        raise ValueError(msg) from error
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def signed_headers(secret_keys: Sequence[str], message_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a message, with a signature of each secret that is valid now."""
    return {
        ID_HEADER: message_id,
        TIME_HEADER: str(timestamp_s),
        SIGNATURE_HEADER: " ".join(signature(key, message_id, timestamp_s, body) for key in secret_keys),
    }
