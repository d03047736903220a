"""What differs between two infrastructures, a row for each thing added, removed or changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.geodesy import geodesic_m, metres_per_degree
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions.comparing import GEOMETRY, SOURCE, TABLES, Places, Rows, TableChanges, compare_rows, rows_of_table

COLUMNS: Final = ("table", "subject", "change", "column", "before", "after", "moved_m", "lon", "lat")


@dataclass(frozen=True, eq=False)
class Difference:
    """What differs between two infrastructures.

    Parameters
    ----------
    rows
        One row a change: ``table`` (nodes, links, turns, candidates, sources), ``subject`` (the id), ``change``
        (added, removed, changed), ``column`` (empty for whole rows), ``before`` and ``after`` as texts, ``moved_m``
        (how far a node or the farthest point of a line moved, metres; NaN elsewhere), ``lon`` and ``lat`` of a place
        to look at.
    """

    rows: pd.DataFrame

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows of each table were added, removed and changed, such as ``links_added``."""
        found = self.rows.drop_duplicates(["table", "subject", "change"]).groupby(["table", "change"]).size()
        return {f"{table}_{change}": int(count) for (table, change), count in found.items()}

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return len(self.rows) == 0


def difference(before: Infrastructure, after: Infrastructure) -> Difference:
    """Return what was added, removed and changed from one infrastructure to another.

    Rows are matched by id. All rows of a newer import come from another file: that their source bears another name is
    one row a table and pair of names, in the table ``sources`` with the number of rows in its subject, without a place.
    Numbers are compared to the last bit, conditions of a link as one text. How far a line moved is the Hausdorff
    distance of its points, on a plane that is true near the line.
    """
    parts = [pd.DataFrame(columns=list(COLUMNS))]
    for table in TABLES:
        old, new = rows_of_table(before, table), rows_of_table(after, table)
        changes = compare_rows(old, new)
        places = (_place_of_rows(before, table), _place_of_rows(after, table))
        parts.append(_whole(table, "removed", old.ids[changes.removed], places[0][changes.removed]))
        parts.append(_whole(table, "added", new.ids[changes.added], places[1][changes.added]))
        parts.append(_changed(table, old, new, changes, places[1]))
    filled = [part for part in parts if len(part)] or parts[:1]
    return Difference(pd.concat(filled, ignore_index=True))


def _place_of_rows(held: Infrastructure, table: str) -> Floats:
    """Return a place for each row, longitude and latitude: its own, or the middle point of its line."""
    if table in ("nodes", "candidates"):
        given = getattr(held, table)
        return np.column_stack([given.lon, given.lat])
    offsets, points = held.lines.offsets, held.lines.coordinates
    middle = (offsets[:-1] + np.maximum(offsets[1:] - 1, offsets[:-1])) // 2
    padded = np.concatenate([points, np.full((1, 2), np.nan)])
    of_links: Floats = padded[np.where(np.diff(offsets) > 0, middle, len(points))]
    return of_links if table == "links" else of_links[held.turns.links[held.turns.offsets[:-1]]]


def _whole(table: str, change: str, ids: NDArray[Any], places: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "table": table,
            "subject": ids,
            "change": change,
            "column": "",
            "before": "",
            "after": "",
            "moved_m": np.nan,
            "lon": places[:, 0],
            "lat": places[:, 1],
        }
    )


def _changed(table: str, old: Rows, new: Rows, changes: TableChanges, places: Floats) -> pd.DataFrame:
    parts = []
    moved = _moved(table, old, new, changes)
    for column, flags in changes.changed.items():
        which = np.flatnonzero(flags)
        if not which.size:
            continue
        if column == SOURCE:
            parts.append(
                _sources(table, old.columns[column][changes.before[which]], new.columns[column][changes.after[which]])
            )
            continue
        before, after = changes.before[which], changes.after[which]
        part = _whole(table, "changed", new.ids[after], places[after]).assign(column=column)
        if column == GEOMETRY:
            part["before"], part["after"] = _point_counts(old, before), _point_counts(new, after)
        else:
            part["before"] = [told(value) for value in old.columns[column][before].tolist()]
            part["after"] = [told(value) for value in new.columns[column][after].tolist()]
        if column in (GEOMETRY, "lon", "lat"):
            part["moved_m"] = moved[which]
        parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else _whole(table, "changed", old.ids[:0], places[:0])


def _sources(table: str, before: NDArray[Any], after: NDArray[Any]) -> pd.DataFrame:
    """Return one row for each pair of sources that rows of a table changed between."""
    pairs = Counter(zip(before.tolist(), after.tolist(), strict=True))
    rows = _whole(
        "sources",
        "changed",
        np.array([f"{table} ({count:,})" for count in pairs.values()], dtype=np.object_),
        np.full((len(pairs), 2), np.nan),
    )
    return rows.assign(column=SOURCE, before=[old for old, _ in pairs], after=[new for _, new in pairs])


def told(value: object) -> str:
    """Return a cell as a text: nothing for a NaN, yes or no for a flag."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if np.isnan(value) else str(value)
    return str(value)


def _point_counts(rows: Rows, places: Places) -> list[str]:
    if rows.lines is None:
        return [""] * len(places)
    return [f"{count} points" for count in np.diff(rows.lines.offsets)[places].tolist()]


def _moved(table: str, old: Rows, new: Rows, changes: TableChanges) -> Floats:
    """Return how far each row that both have moved, metres; NaN where it has no place."""
    moved = np.full(len(changes.before), np.nan)
    if table in ("nodes", "candidates"):
        before, after = (
            np.column_stack([rows.columns["lon"][places], rows.columns["lat"][places]])
            for rows, places in ((old, changes.before), (new, changes.after))
        )
        moved = geodesic_m(before[:, 0], before[:, 1], after[:, 0], after[:, 1])
    elif GEOMETRY in changes.changed:
        for which in np.flatnonzero(changes.changed[GEOMETRY]).tolist():
            moved[which] = line_distance_m(
                _line(old, int(changes.before[which])), _line(new, int(changes.after[which]))
            )
    return moved


def _line(rows: Rows, place: int) -> Floats:
    return np.empty((0, 2)) if rows.lines is None else rows.lines.points(place)


def line_distance_m(before: Floats, after: Floats) -> float:
    """Return how far apart two lines are at most (Hausdorff), metres; NaN where one has fewer than 2 points."""
    if min(len(before), len(after)) < 2:  # noqa: PLR2004 - a line
        return float("nan")
    scale = np.array(metres_per_degree(before[0, 1]))
    return float(shapely.hausdorff_distance(shapely.LineString(before * scale), shapely.LineString(after * scale)))
