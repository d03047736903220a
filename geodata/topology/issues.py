"""What a check of an infrastructure finds: one row a fault, with its place, its sentence and a suggested repair."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.topology.reason import Reason
from geodata.topology.texts import REASONS
from supplychain.text import Text

SEVERITIES: Final = ("error", "warning", "note")


@dataclass(frozen=True, slots=True, eq=False)
class Issue:
    """One fault of an infrastructure, or one thing to know about it.

    Parameters
    ----------
    reason
        Key of what is the matter in ``geodata.topology.texts.REASONS``, such as ``speed_zero``.
    lon, lat
        Where it is, WGS 84 degrees; NaN where it has no place.
    links, nodes
        Ids of the links and nodes it is about, the first the one that is wrong. Turns and places stand in ``values``.
    values
        What is put into the sentences.
    safe
        Whether the repair is certain: it can lose nothing and mislead nobody.
    repair
        What to do, as ``action`` and what the action needs; None where a person must decide how.
    line
        A line to show on a map, float64[n, 2], degrees; None for a point.
    """

    reason: str
    lon: float
    lat: float
    links: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    safe: bool = False
    repair: Mapping[str, Any] | None = None
    line: Floats | None = None

    @property
    def about(self) -> Reason:
        """What stands in the catalogue about its reason."""
        return REASONS[self.reason]

    @property
    def kind(self) -> str:
        """Kind of fault, such as ``speed``; one of ``geodata.topology.texts.KINDS``."""
        return self.about.kind

    @property
    def severity(self) -> str:
        """Return ``error`` (wrong as it stands), ``warning`` (likely wrong) or ``note`` (worth knowing)."""
        return self.about.severity

    @property
    def text(self) -> Text:
        """What is the matter, in both languages."""
        return self.about.text.format(**self.values)

    @property
    def suggestion(self) -> Text:
        """What to do about it, in both languages."""
        return self.about.suggestion.format(**self.values)

    @property
    def issue_id(self) -> str:
        """Id that is the same as long as the fault is: its reason and what it is about."""
        subjects = (
            self.links[:3]
            + self.nodes[:2]
            + tuple(str(self.values[key]) for key in ("turn", "place", "condition") if key in self.values)
        )
        return f"{self.reason}:{'|'.join(subjects)}"


@dataclass(frozen=True, slots=True, eq=False)
class Issues:
    """Everything a check found.

    Parameters
    ----------
    rows
        The issues: by severity, then kind, then as found.
    counts
        Figures about the whole: nodes, links, dead ends, components.
    """

    rows: tuple[Issue, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = list(REASONS)
        order = sorted(self.rows, key=lambda row: (SEVERITIES.index(row.severity), kinds.index(row.reason)))
        object.__setattr__(self, "rows", tuple(order))
        object.__setattr__(self, "counts", MappingProxyType(dict(self.counts)))

    def __len__(self) -> int:
        return len(self.rows)

    def summary(self) -> dict[str, int]:
        """Return how many issues there are of each kind, worst severity first."""
        return dict(Counter(row.kind for row in self.rows))

    def severities(self) -> dict[str, int]:
        """Return how many issues there are of each severity."""
        found = Counter(row.severity for row in self.rows)
        return {severity: found[severity] for severity in SEVERITIES}

    def select(
        self,
        *,
        kinds: Collection[str] | None = None,
        severities: Collection[str] | None = None,
        safe: bool | None = None,
    ) -> Issues:
        """Return the issues of some kinds, severities, or with safe (or no safe) repairs only."""
        kept = (
            row
            for row in self.rows
            if (kinds is None or row.kind in kinds)
            and (severities is None or row.severity in severities)
            and (safe is None or row.safe == safe)
        )
        return Issues(tuple(kept), self.counts)

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Return the issues as columns by name, one entry a row; ids are joined by ``;``, repairs are JSON."""
        rows = self.rows
        texts, suggestions = [row.text for row in rows], [row.suggestion for row in rows]
        return {
            "issue_id": _objects(row.issue_id for row in rows),
            "kind": _objects(row.kind for row in rows),
            "severity": _objects(row.severity for row in rows),
            "lon": np.array([row.lon for row in rows], dtype=np.float64),
            "lat": np.array([row.lat for row in rows], dtype=np.float64),
            "links": _objects(";".join(row.links) for row in rows),
            "nodes": _objects(";".join(row.nodes) for row in rows),
            "text_vi": _objects(text.vi for text in texts),
            "text_en": _objects(text.en for text in texts),
            "suggestion_vi": _objects(text.vi for text in suggestions),
            "suggestion_en": _objects(text.en for text in suggestions),
            "safe": np.array([row.safe for row in rows], dtype=np.bool_),
            "repair": _objects("" if row.repair is None else json.dumps(dict(row.repair)) for row in rows),
        }


def _objects(values: Any) -> NDArray[np.object_]:  # noqa: ANN401 - any strings
    found = list(values)
    column = np.empty(len(found), dtype=np.object_)
    column[:] = found
    return column
