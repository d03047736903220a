"""The errors a user can meet: one root, and findings that are collected before anything is raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from supplychain.text import Language, Text


class HinterlandError(Exception):
    """Root of the errors this program raises on purpose: one clear sentence in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def sentence(self, language: Language) -> str:
        """Return what went wrong and what to do, in one language."""
        return self.text.of(language)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with an input, and where it stands.

    Parameters
    ----------
    file
        File (or table) name as the user knows it.
    row
        Line of the file as an editor counts it (the header is line 1); None for the whole file.
    column
        Column name; None for the whole row.
    text
        What is wrong and how to put it right.
    character
        Place in the line, the first is 1; None where only the line is known.
    """

    file: str
    row: int | None
    column: str | None
    text: Text
    character: int | None = None

    def sentence(self, language: Language) -> str:
        """Return the finding with its place, in one language."""
        place = self.file
        if self.row is not None:
            place += f":{self.row}" if self.character is None else f":{self.row}:{self.character}"
        if self.column is not None:
            place += f" [{self.column}]"
        return f"{place}: {self.text.of(language)}"


class FindingsError(HinterlandError):
    """Everything found wrong with one input, raised once; nothing of the input was taken over."""

    def __init__(self, text: Text, findings: Iterable[Finding]) -> None:
        super().__init__(text)
        self.findings = tuple(findings)

    def sentence(self, language: Language) -> str:
        """Return the summary and every finding, a line each, in one language."""
        lines = [self.text.of(language), *(finding.sentence(language) for finding in self.findings)]
        return "\n".join(lines)
