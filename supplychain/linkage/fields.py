"""Comparators of single fields that any record can use: each returns a level, to which a fitted weight belongs."""

from __future__ import annotations

from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

MISSING: Final = "none"


def text_level(a: str, b: str, bounds: tuple[float, ...] = (0.95, 0.88, 0.75, 0.5)) -> str:
    """Return how alike two texts are by Jaro and Winkler: ``equal``, ``over_0.95`` …, ``below``, or ``none``."""
    if not a or not b:
        return MISSING
    if a == b:
        return "equal"
    return _banded(JaroWinkler.similarity(a, b), bounds)


def words_level(a: str, b: str, bounds: tuple[float, ...] = (0.95, 0.85, 0.7, 0.5, 0.3)) -> str:
    """Return how alike two texts are as sets of words, misspelt ones counted in part; ``none`` without one."""
    if not a or not b:
        return MISSING
    if a == b:
        return "equal"
    return _banded(fuzz.token_sort_ratio(a, b) / 100, bounds)


def edits_level(a: str, b: str, most: int = 3) -> str:
    """Return how many keys apart two codes or dates are: ``equal``, ``1``, … ``more``, or ``none``."""
    if not a or not b:
        return MISSING
    distance = OSA.distance(a, b, score_cutoff=most)
    if distance == 0:
        return "equal"
    return str(distance) if distance <= most else "more"


def number_level(a: float | None, b: float | None, bounds: tuple[float, ...]) -> str:
    """Return within which of the bounds two numbers differ: ``equal``, ``within_…``, ``beyond``, or ``none``."""
    if a is None or b is None:
        return MISSING
    difference = abs(a - b)
    if difference == 0:
        return "equal"
    return next((f"within_{bound:g}" for bound in bounds if difference <= bound), "beyond")


def _banded(similarity: float, bounds: tuple[float, ...]) -> str:
    """Return the band that a similarity lies in."""
    return next((f"over_{bound:g}" for bound in bounds if similarity >= bound), "below")
