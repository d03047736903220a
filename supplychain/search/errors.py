"""What search refuses."""

from __future__ import annotations

from supplychain.errors import HinterlandError


class SearchError(HinterlandError):
    """The question or the index cannot be used; the sentence says how to put it right, in both languages."""
