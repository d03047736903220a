"""A stored file, as everybody gets to know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file.

    Parameters
    ----------
    file_id
        Its id.
    name
        What it is called; never a path.
    media_type
        Kind of its contents, as whoever stored it said.
    size
        Bytes.
    sha256
        Digest of the contents, hexadecimal.
    owner
        Account whose file it is; None for nobody's.
    created_at, expires_at
        When it was stored and when it goes away, ISO 8601 UTC; ``expires_at`` is None where it stays.
    """

    file_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    owner: str | None = None
    created_at: str = ""
    expires_at: str | None = None
