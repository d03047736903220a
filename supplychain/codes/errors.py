"""The one error of codes and identifiers."""

from __future__ import annotations

from supplychain.errors import HinterlandError


class CodeError(HinterlandError):
    """A code or identifier is not what it should be; the sentence says how to put it right, in both languages."""
