"""The parameter ``datetime``: a moment or a stretch of time (RFC 3339), and which features are of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from api.service.problems import ServiceError
from geodata.features.table import ARROW_TYPES, FeatureTable, Field
from supplychain.text import Text

BEGINS: Final = "starts_at"
ENDS: Final = "ends_at"
"""Properties that say when a feature begins to be and ends; one without them is of all times."""
OPEN: Final = ("", "..")
MOST_PARTS: Final = 2

WRONG: Final = Text(
    en="datetime is a moment such as 2026-03-01T08:00:00Z, or two with / between, .. where it is open; got {text}.",
    vi="datetime là thời điểm như 2026-03-01T08:00:00Z, hoặc hai thời điểm cách bằng /, dùng .. nếu để mở; nhận được "
    "{text}.",
)

Moments = tuple[datetime | None, datetime | None]
"""First and last moment; None where it is open."""


def read_moments(text: str) -> Moments:
    """Return the stretch of time that a request names.

    Raises
    ------
    ServiceError
        If it is none, or ends before it begins.
    """
    parts = text.split("/")
    if len(parts) > MOST_PARTS or all(part in OPEN for part in parts):
        raise ServiceError(WRONG.format(text=text[:80]), "bad_request")
    first = None if parts[0] in OPEN else _moment(parts[0], text, is_last=False)
    last = None if parts[-1] in OPEN else _moment(parts[-1], text, is_last=True)
    if first is not None and last is not None and first > last:
        raise ServiceError(WRONG.format(text=text[:80]), "bad_request")
    return first, last


def _moment(part: str, text: str, *, is_last: bool) -> datetime:
    try:
        moment = datetime.fromisoformat(part)
        is_day = len(part) == len("2026-03-01")
        if moment.tzinfo is None and not is_day:
            raise ServiceError(WRONG.format(text=text[:80]), "bad_request")
        moment = moment.replace(tzinfo=UTC) if is_day else moment.astimezone(UTC)
        return moment + timedelta(days=1, milliseconds=-1) if is_day and is_last else moment
    except (ValueError, OverflowError) as error:
        raise ServiceError(WRONG.format(text=text[:80]), "bad_request") from error


@dataclass(frozen=True, slots=True)
class During:
    """A condition: a feature is there at some moment of a stretch of time.

    Parameters
    ----------
    moments
        First and last moment.
    """

    moments: Moments

    @property
    def text(self) -> str:
        """The condition in one spelling."""
        return f"datetime {self.moments}"

    def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
        """Return bool[N]: which features meet it; a beginning or an end that is not known is open."""
        first, last = self.moments
        found = np.ones(len(table), dtype=bool)
        if last is not None:
            found &= _met(pc.less_equal(table.columns.column(BEGINS), _scalar(last)))
        if first is not None:
            found &= _met(pc.greater_equal(table.columns.column(ENDS), _scalar(first)))
        return found


def _scalar(moment: datetime) -> pa.Scalar:
    return pa.scalar(moment, ARROW_TYPES["datetime"])


def _met(cells: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(cells, fill_value=True), dtype=bool)


def during(moments: Moments, fields: Sequence[Field]) -> During | None:
    """Return the condition of a stretch of time; None for features that are of all times."""
    names = {field.name for field in fields if field.kind == "datetime"}
    return During(moments) if {BEGINS, ENDS} <= names else None
