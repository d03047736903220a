"""Times as the tables of access keep them."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """Return a time as the tables keep it, ISO 8601 UTC with microseconds: texts in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
