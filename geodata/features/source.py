"""What every layer can be asked, wherever its features are kept: pages, counts, boxes, one feature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geodata.features.table import Box, FeatureTable, Field, ShapeKind
from supplychain.text import Text

Key = tuple[str | int, ...]
"""Where a feature stands in the order of its layer; a page begins after one."""


@dataclass(frozen=True, slots=True)
class Conjunct:
    """What one property holds of every feature that meets a filter: a database can look for it before the filter does.

    A feature that has it may still not meet the filter.

    Parameters
    ----------
    name
        The property.
    any_of
        Values of which it holds one; empty for any.
    least, most
        Limits of a number or a date, both allowed themselves.
    is_empty
        Whether it is not known, or is; None for either.
    """

    name: str
    any_of: tuple[str | float | bool, ...] = ()
    least: float | date | None = None
    most: float | date | None = None
    is_empty: bool | None = None


class Filter(Protocol):
    """A condition on features (``geodata.features.filters`` makes one from CQL2).

    It may tell more in a property ``conjuncts``, a tuple of ``Conjunct``: each of them holds of every feature that
    meets it; and in a property ``near``, a box that the geometry of every feature meets that meets it, or None.
    """

    @property
    def text(self) -> str:
        """The condition in one spelling: equal conditions of different spelling may differ."""

    def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
        """Return bool[N]: which features meet it; a comparison with a value that is not known is not met."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which features of a layer are asked for.

    Parameters
    ----------
    box
        Features whose geometry meets this box, its sides among it; None for all, those without geometry too.
    filter
        A condition they meet; None for none.
    ids
        Ids of which a feature has one; None for any.
    """

    box: Box | None = None
    filter: Filter | None = None
    ids: frozenset[str] | None = None


ALL: Wanted = Wanted()
"""Every feature."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some features, and where the next ones begin.

    Parameters
    ----------
    table
        The features, in the layer's order.
    after
        Key after which to go on; None where these were the last.
    """

    table: FeatureTable
    after: Key | None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a layer was made from, for the record that goes with every export.

    Parameters
    ----------
    source
        Where it came from, as a sentence.
    licence
        Licences, such as ``ODbL-1.0``; several with ``; ``.
    attribution
        What has to be named whenever it is shown, such as ``© OpenStreetMap contributors``.
    made_at
        When the content was made or last changed, ISO 8601 UTC; empty where nobody knows.
    """

    source: Text
    licence: str
    attribution: str
    made_at: str = ""

    @property
    def is_share_alike(self) -> bool:
        """Whether the Open Database Licence goes with every copy and every database made from it."""
        return "odbl" in self.licence.lower()


class Source(Protocol):
    """The features of one layer as one caller sees them.

    A source is opened for one request or one export and reads what it needs; nothing it hands out changes. Rows come in
    an order that stays the same while data changes, so that pages neither miss nor repeat a feature that was there all
    along.
    """

    @property
    def fields(self) -> tuple[Field, ...]:
        """Properties, in order."""

    @property
    def shape(self) -> ShapeKind:
        """Kind of geometry."""

    @property
    def version(self) -> str:
        """Another text whenever anything a caller of this kind may see is another: for ETags and caches."""

    @property
    def origin(self) -> Origin:
        """What it was made from."""

    def bounds(self) -> Box | None:
        """Return the box around all features; None where there is none."""

    def count(self, wanted: Wanted = ALL) -> int | None:
        """Return how many features there are; None where counting would cost more than the page."""

    def read(self, wanted: Wanted, after: Key | None, limit: int) -> Portion:
        """Return the first features after a key, at most ``limit``."""

    def find(self, feature_id: str) -> FeatureTable | None:
        """Return one feature; None where there is none, or the caller may not see it."""

    def portions(self, wanted: Wanted = ALL, at_once: int = 10_000) -> Iterator[FeatureTable]:
        """Yield all features of one moment, some at a time, for exports."""


@dataclass(frozen=True, slots=True)
class Named:
    """A layer with its name, as exports and tiles are handed it."""

    name: str
    title: Text
    source: Source
    style: str = field(default="")
