"""What a person says about an import beside the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from supplychain.vocabulary import CONFIDENCES, VISIBILITIES, VSIC_VERSIONS

if TYPE_CHECKING:
    from supplychain.intake.files.values import ReadOptions
    from supplychain.intake.mapping import FileMapping
    from supplychain.intake.values.types import DecimalSign

CHUNK_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """Where the rows of a file come from.

    Parameters
    ----------
    source_id
        A source of the registry that the file is; None makes one from the file.
    publisher, licence
        Who published the file and on what terms; None is written as not stated, and told.
    kind
        Kind of source, as ``sources.kind``; None is taken as ``company``, and told.
    at
        When the file's values held; None takes the time the file was last changed.
    """

    source_id: str | None = None
    publisher: str | None = None
    licence: str | None = None
    kind: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is imported.

    Parameters
    ----------
    author
        Who imports it.
    mapping
        What its columns mean; None takes the suggestion.
    target
        Table (or ``tenants``) that every sheet holds; None lets the mapping say.
    dry_run
        Whether nothing is written.
    source
        Where it comes from.
    visibility
        Who may see new records for which the file does not say; None leaves it empty (public).
    synthetic
        Whether new records are made up, where the file does not say.
    confidence
        How far new records are trusted, where the file does not say.
    vsic_version
        Edition of VSIC codes, where the file does not say.
    position_accuracy_m
        How far a position may be off, where the file does not say.
    decimal, day_first
        How numbers and dates are written in the whole file, where the person says; None goes by the cells, and what
        can be read in two ways is refused.
    find_duplicates
        Whether new organisations are compared with each other and with the registry.
    chunk_rows
        Rows that are staged in one short transaction.
    read
        What the person says about encoding, delimiter and header.
    run
        Name of this import, for whoever sees to it that one process at a time works on it (``staged``).
    """

    author: str
    mapping: FileMapping | None = None
    target: str | None = None
    dry_run: bool = False
    source: SourceStatement = field(default_factory=SourceStatement)
    visibility: str | None = None
    synthetic: bool = False
    confidence: str = "medium"
    vsic_version: str = "2025"
    position_accuracy_m: float = 100.0
    decimal: DecimalSign | None = None
    day_first: bool | None = None
    find_duplicates: bool = True
    chunk_rows: int = CHUNK_ROWS
    read: ReadOptions | None = None
    run: str = ""

    def __post_init__(self) -> None:
        if self.visibility is not None and self.visibility not in VISIBILITIES:
            msg = f"visibility must be one of {', '.join(VISIBILITIES)}, got {self.visibility!r}."
            raise ValueError(msg)
        if self.confidence not in CONFIDENCES:
            msg = f"confidence must be one of {', '.join(CONFIDENCES)}, got {self.confidence!r}."
            raise ValueError(msg)
        if self.vsic_version not in VSIC_VERSIONS:
            msg = f"vsic_version must be one of {', '.join(VSIC_VERSIONS)}, got {self.vsic_version!r}."
            raise ValueError(msg)
        if self.chunk_rows < 1:
            msg = f"chunk_rows must be at least 1, got {self.chunk_rows}."
            raise ValueError(msg)
        if not self.author.strip():
            msg = "author must name who imports the file."
            raise ValueError(msg)
