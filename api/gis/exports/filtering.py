"""Conditions of exports in CQL2."""

from __future__ import annotations

from geodata.features.cql2 import Language
from geodata.features.filters import parse_filter
from geodata.features.source import Filter, Source


def read_condition(text: str, language: Language, source: Source) -> Filter:
    """Return a condition on the features of a layer.

    Raises
    ------
    FilterError
        If it cannot be read, or asks for what the layer does not have.
    """
    return parse_filter(text, language, source.fields)
