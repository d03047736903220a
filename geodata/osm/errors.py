"""What stops an import of OpenStreetMap files."""

from __future__ import annotations

from supplychain.errors import HinterlandError


class OsmFileError(HinterlandError):
    """A file that is missing, not OpenStreetMap data, cut short or damaged."""


class OsmStoppedError(HinterlandError):
    """The import was stopped before its end; nothing of it is kept."""
