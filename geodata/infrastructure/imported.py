"""What an import gives: an infrastructure, and everything that was dropped, assumed, cut or not understood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.text import Text

SEVERITIES: Final = ("note", "warning")


@dataclass(frozen=True, slots=True)
class Note:
    """One thing the reader of a file should know: what was dropped, assumed, cut or not understood.

    Parameters
    ----------
    kind
        Short key of what it is about, such as ``missing_nodes``; notes of one kind can be counted together.
    severity
        ``note`` where nothing is lost, ``warning`` where something is.
    subject
        What it is about, as the source names it, such as ``way 123``.
    lon, lat
        Where it is, WGS 84 degrees; NaN where it has no place.
    text
        What is the matter and what was done, in both languages.
    count
        How many times it was met; place and subject are those of the first.
    """

    kind: str
    severity: str
    subject: str
    lon: float
    lat: float
    text: Text
    count: int = 1

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            msg = f"severity must be one of {', '.join(SEVERITIES)}, got {self.severity!r}."
            raise ValueError(msg)
        if self.count < 1:
            msg = f"count must be at least 1, got {self.count}."
            raise ValueError(msg)

    @property
    def has_place(self) -> bool:
        """Whether it can be drawn on a map."""
        return math.isfinite(self.lon) and math.isfinite(self.lat)


@dataclass(frozen=True, slots=True)
class Imported:
    """An infrastructure read from files, and what there is to say about the reading.

    Parameters
    ----------
    infrastructure
        What was read.
    notes
        What was dropped, assumed, cut or not understood; never empty-handed where something was.
    counts
        Numbers that tell what was read and made, such as ``ways``, ``links``, ``turn_restrictions``.
    """

    infrastructure: Infrastructure
    notes: tuple[Note, ...] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def warnings(self) -> tuple[Note, ...]:
        """The notes that tell of a loss."""
        return tuple(note for note in self.notes if note.severity == "warning")
