"""The answer to a planner's question, whoever asked: what the command line prints and a job of the service keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from api.documents.model import Document


def no_tables() -> Mapping[str, pd.DataFrame]:
    """Return no table."""
    return {}


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """An answer.

    Parameters
    ----------
    answer
        Plain JSON values: what ``--json`` prints.
    document
        Makes the report.
    layers
        Makes the layers (GeoDataFrame by name); None, or makes None, where the answer has no place on a map.
    tables
        Makes the tables that are written as CSV and XLSX, by name.
    pages
        Makes documents beside the report, by the name of their file without its ending.
    runs
        Ids of the runs that were recorded.
    """

    answer: Mapping[str, Any]
    document: Callable[[], Document]
    layers: Callable[[], Mapping[str, Any] | None] | None = None
    tables: Callable[[], Mapping[str, pd.DataFrame]] = no_tables
    pages: Mapping[str, Callable[[], Document]] = field(default_factory=lambda: MappingProxyType({}))
    runs: tuple[str, ...] = ()
