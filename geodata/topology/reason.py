"""What the catalogue of issues says about one reason."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """What can be the matter.

    Parameters
    ----------
    kind
        Kind of fault, by which issues are counted and chosen.
    severity
        ``error``: wrong as it stands; ``warning``: likely wrong, or wrong for some use; ``note``: worth knowing.
    text, suggestion
        Sentences with fields.
    """

    kind: str
    severity: str
    text: Text
    suggestion: Text


def reason(kind: str, severity: str, en: tuple[str, str], vi: tuple[str, str]) -> Reason:
    """Return a reason from its sentence and its suggestion in each language."""
    return Reason(kind, severity, Text(en=en[0], vi=vi[0]), Text(en=en[1], vi=vi[1]))
