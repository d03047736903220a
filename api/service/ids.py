"""Ids of what the service itself makes: a word and 20 random letters, which nobody can guess or count."""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH: Final = 20


def new_id(prefix: str) -> str:
    """Return a new id such as ``job_k3v…``: 100 random bits in the letters of base32."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"
