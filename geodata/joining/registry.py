"""Which rows of the registry the places found in a source may be: suggestions with reasons, nothing is matched."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geodata.columns import Floats, Ids
from geodata.geodesy import nearest
from geodata.infrastructure.columns import CANDIDATE_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.tables import numbers, texts
from supplychain.text import Text, fold

if TYPE_CHECKING:
    from supplychain.pack import Pack

TABLES_OF_KIND: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "seaport": ("terminals", frozenset({"seaport"})),
    "river_port": ("terminals", frozenset({"river_port", "icd", "dry_port"})),
    "dry_port": ("terminals", frozenset({"dry_port", "icd"})),
    "rail_station": ("terminals", frozenset({"rail_yard", "rail_station"})),
    "rail_yard": ("terminals", frozenset({"rail_yard", "rail_station"})),
    "airport": ("terminals", frozenset({"airport"})),
    "ferry_terminal": ("terminals", frozenset({"river_port"})),
    "industrial_park": ("parks", frozenset()),
    "warehouse": ("terminals", frozenset({"icd", "dry_port"})),
}
"""Table of the registry and kinds of its rows that each kind of candidate may be; no kinds: every row."""

NEAREST: Final = 8
REACH_M: Final = 5000.0
LIKE: Final = 0.8
NAME_WEIGHT: Final = 0.6
LEAST_SCORE: Final = 0.35
GENERIC: Final = re.compile(
    r"\b(khu cong nghiep|khu che xuat|khu cong nghe cao|kcn|kcx|cum cong nghiep|ccn|cang hang khong|quoc te|san bay|"
    r"cang can|cang song|cang|ben cang|ga|tan cang|industrial park|industrial zone|ip|iz|port|station|airport|"
    r"international|terminal|icd|depot|company|cong ty|tnhh)\b"
)
NUMERALS: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate, and a row of the registry it may be.

    Parameters
    ----------
    candidate_id, candidate_name, candidate_kind
        The candidate.
    table, row_id, row_name
        The row.
    distance_m
        Between the row's position and the candidate; 0 where the position lies in its area.
    name_similarity
        0 to 1, of folded names without words such as ``khu công nghiệp``.
    score
        0 to 1: names weigh 0.6, nearness (against the accuracy of the row's position) 0.4.
    reasons
        Why, in both languages.
    """

    candidate_id: str
    candidate_name: str
    candidate_kind: str
    table: str
    row_id: str
    row_name: str
    distance_m: float
    name_similarity: float
    score: float
    reasons: Text


def bare_name(name: str) -> str:
    """Return a name folded, without words of its kind, Roman numerals as digits."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()
    rest = " ".join(GENERIC.sub(" ", words).split())
    return " ".join(NUMERALS.get(word, word) for word in (rest or words).split())


def name_similarity(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1: the same letters in the same order; another number is another place."""
    mine, theirs = bare_name(one), bare_name(other)
    if not mine or not theirs:
        return 0.0
    alike = difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
    if set(re.findall(r"\d+", mine)) != set(re.findall(r"\d+", theirs)):
        alike *= 0.6
    return alike


def suggest_matches(infrastructure: Infrastructure, pack: Pack) -> tuple[Suggestion, ...]:
    """Return which rows of the registry each candidate may be, best first, by candidate.

    Nothing is matched: a person accepts or refuses. A candidate without a row within 5 km, or none likely enough,
    has no suggestion.

    Parameters
    ----------
    infrastructure
        Its candidates and their outlines.
    pack
        Registry rows: tables ``terminals`` and ``parks``, whatever their status.
    """
    candidates = infrastructure.candidates
    found: list[Suggestion] = []
    for kind, (table, kinds) in TABLES_OF_KIND.items():
        mine = np.flatnonzero(candidates.kind == CANDIDATE_KINDS.index(kind))
        rows = pack.table(table)
        if kinds:
            rows = rows[rows["kind"].isin(kinds)]
        rows = rows.reset_index(drop=True)
        if not len(mine) or not len(rows):
            continue
        points = np.column_stack([candidates.lon[mine], candidates.lat[mine]])
        places = np.column_stack([numbers(rows, "lon"), numbers(rows, "lat")])
        candidate, row, metres = nearest(points, places, NEAREST, REACH_M)
        key, local, english = (texts(rows, name) for name in (f"{table[:-1]}_id", "name_vi", "name_en"))
        accuracy_m = numbers(rows, "position_accuracy_m", 1000.0)
        for place, at, away in zip(mine[candidate].tolist(), row.tolist(), metres.tolist(), strict=True):
            names = (str(local[at]), str(english[at]))
            inside = _inside(infrastructure, place, places[at])
            accuracy = float(accuracy_m[at])
            found.append(
                _suggestion(infrastructure, place, (table, str(key[at]), names), 0.0 if inside else away, accuracy)
            )
    likely = [one for one in found if one.score >= LEAST_SCORE]
    return tuple(sorted(likely, key=lambda one: (one.candidate_id, -one.score, one.row_id)))


def _inside(infrastructure: Infrastructure, candidate: int, point: Floats) -> bool:
    outline = int(infrastructure.candidates.outline[candidate])
    if outline < 0:
        return False
    ring = infrastructure.outlines.points(outline)
    return len(ring) > 3 and bool(shapely.contains_xy(shapely.Polygon(ring), *point))  # noqa: PLR2004 - a closed ring


def _suggestion(
    infrastructure: Infrastructure,
    candidate: int,
    row: tuple[str, str, Sequence[str]],
    away_m: float,
    accuracy_m: float,
) -> Suggestion:
    candidates, (table, row_id, names) = infrastructure.candidates, row
    name = str(candidates.name[candidate])
    alike = max(name_similarity(name, one) for one in names)
    near = 1.0 / (1.0 + away_m / max(accuracy_m, 1.0))
    score = NAME_WEIGHT * alike + (1.0 - NAME_WEIGHT) * near
    likeness = "same name" if alike >= LIKE else "similar name" if alike >= LIKE / 2 else "other name"
    local = {"same name": "cùng tên", "similar name": "tên gần giống", "other name": "tên khác"}[likeness]
    if away_m:
        reasons = Text(
            en=f"{likeness} ({alike:.0%}), {away_m:,.0f} m apart (accuracy {accuracy_m:,.0f} m)",
            vi=f"{local} ({alike:.0%}), cách {away_m:,.0f} m (sai số {accuracy_m:,.0f} m)",
        )
    else:
        reasons = Text(
            en=f"{likeness} ({alike:.0%}), the row's position lies in its area",
            vi=f"{local} ({alike:.0%}), vị trí của dòng nằm trong khu đất",
        )
    kind = CANDIDATE_KINDS[candidates.kind[candidate]]
    ids: Ids = candidates.candidate_id
    return Suggestion(str(ids[candidate]), name, kind, table, row_id, names[0], round(away_m, 1), alike, score, reasons)
