"""Conditions of exports in CQL2."""

from __future__ import annotations

from typing import Final

from geodata.features.source import Filter, Source
from supplychain.errors import HinterlandError
from supplychain.text import Text

NOT_HERE: Final = Text(
    en="This version takes no filter ({language}); choose a box, or leave the filter out.",
    vi="Phiên bản này chưa nhận bộ lọc ({language}); hãy chọn khung, hoặc bỏ bộ lọc.",
)


def read_condition(_text: str, language: str, _source: Source) -> Filter:
    """Return a condition on the features of a layer."""
    raise HinterlandError(NOT_HERE.format(language=language))
