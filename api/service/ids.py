"""Ids of what the service itself makes: a word and 20 random letters, which nobody can guess or count."""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH: Final = 20

_LETTERS: Final = (ALPHABET * (256 // len(ALPHABET))).encode()
"""By byte, its letter: each of the 32 letters stands for as many bytes."""


def new_id(prefix: str) -> str:
    """Return a new id such as ``job_k3v…``: 100 random bits in the letters of base32."""
    return f"{prefix}_{secrets.token_bytes(LENGTH).translate(_LETTERS).decode()}"
