"""Edits made by hand put upon a newer import: what was edited stays, and every conflict is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from geodata.infrastructure.imported import Note
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions import merge_texts as texts
from geodata.versions.comparing import GEOMETRY, SOURCE, Places, Rows, TableChanges, compare_rows, rows_of_table
from geodata.versions.difference import told
from geodata.versions.draft import Draft
from geodata.versions.pieces import PieceFinder, Pieces
from supplychain.text import Text

COURSE: Final = ("from_node_id", "to_node_id", GEOMETRY, "length_m")
"""What of a link is taken over together: its ends, its line and its length."""

PLACE: Final = ("lon", "lat")
DIRECTED: Final = ("oneway", "access_forward", "access_backward", "conditions")
"""What of a link is true in the direction of its line only."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Edits put upon a newer import.

    Parameters
    ----------
    infrastructure
        What came of it.
    conflicts
        Where edit and newer import disagree, or an edit had to be carried to other links; edits were kept.
    counts
        How many edits were put upon the newer import, by kind.
    """

    infrastructure: Infrastructure
    conflicts: tuple[Note, ...]
    counts: Mapping[str, int]


def merge(base: Infrastructure, mine: Infrastructure, theirs: Infrastructure) -> Merged:
    """Return a newer import with the edits made by hand on an older one.

    Rows are matched by id. Where only one side changed a cell that change stands; where both changed it differently the
    edit stands and a conflict is told. An edited link that the newer import has split, or joined with its neighbours,
    is found again by way id and place. Ends, line and length of a link are taken over together.

    Parameters
    ----------
    base
        The import that was edited.
    mine
        Its edited version.
    theirs
        The newer import.
    """
    return _Merger(base, mine, theirs).merged()


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """One table of the three, and the changes of both sides."""

    base: Rows
    mine: Rows
    theirs: Rows
    edits: TableChanges
    news: TableChanges

    @classmethod
    def of(cls, table: str, base: Infrastructure, mine: Infrastructure, theirs: Infrastructure) -> _Sides:
        first, second, third = (rows_of_table(held, table) for held in (base, mine, theirs))
        return cls(first, second, third, compare_rows(first, second), _without_source(compare_rows(first, third)))

    def in_theirs(self, ids: Places | object) -> Places:
        """Return the places of ids in theirs, -1 for those it has not."""
        return np.asarray(pd.Index(self.theirs.ids).get_indexer(pd.Index(ids)), dtype=np.int64)

    def news_of(self, column: str) -> set[int]:
        """Return the places in base of rows whose column the newer import changed."""
        return set(self.news.before[self.news.changed[column]].tolist())


@dataclass(eq=False)
class _Merger:
    base: Infrastructure
    mine: Infrastructure
    theirs: Infrastructure
    notes: list[Note] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.draft = Draft(self.mine, self.theirs)

    def merged(self) -> Merged:
        self._merge_nodes(_Sides.of("nodes", self.base, self.mine, self.theirs))
        links = _Sides.of("links", self.base, self.mine, self.theirs)
        self.finder = PieceFinder(self.base, self.theirs, links.news.added)
        self._remove_links(links)
        self._change_links(links)
        self._add_links(links)
        self._merge_turns(_Sides.of("turns", self.base, self.mine, self.theirs))
        self._merge_candidates(_Sides.of("candidates", self.base, self.mine, self.theirs))
        return Merged(self.draft.to_infrastructure(), tuple(self.notes), dict(self.counts))

    def _tell(self, kind: str, severity: str, subject: str, place: tuple[float, float], text: Text) -> None:
        self.notes.append(Note(kind, severity, subject, *place, text))

    def _node_place(self, held: Infrastructure, node: int) -> tuple[float, float]:
        return float(held.nodes.lon[node]), float(held.nodes.lat[node])

    def _link_place(self, held: Infrastructure, link: int) -> tuple[float, float]:
        points = held.link_points(link)
        return (float("nan"), float("nan")) if not len(points) else tuple(points[len(points) // 2].tolist())

    def _merge_nodes(self, sides: _Sides) -> None:
        edits = sides.edits
        for column in edits.changed:
            group = PLACE if column in PLACE else (column,)
            news = set().union(*(sides.news_of(name) for name in group))
            which = np.flatnonzero(edits.changed[column])
            found = sides.in_theirs(sides.base.ids[edits.before[which]])
            for pair, place in zip(which.tolist(), found.tolist(), strict=True):
                before, node = int(edits.before[pair]), int(edits.after[pair])
                if place < 0:
                    text = texts.NODE_GONE.format(node=sides.mine.ids[node], column=column)
                    self._tell(
                        "edited_node_gone", "warning", sides.mine.ids[node], self._node_place(self.mine, node), text
                    )
                    continue
                self._tell_both("node", sides, (before, node, place), column, news)
                for name in group:
                    self.draft.set_cells("nodes", name, np.array([place]), np.array([node]))
                self.counts["node_cells"] += 1
        removed = sides.in_theirs(sides.base.ids[edits.removed])
        self.draft.drop_node[removed[removed >= 0]] = True
        added = sides.in_theirs(sides.mine.ids[edits.added])
        self.draft.added_nodes.update(dict.fromkeys(edits.added[added < 0].tolist()))
        self.counts["nodes_added"] += int((added < 0).sum())

    def _tell_both(self, what: str, sides: _Sides, places: tuple[int, int, int], column: str, news: set[int]) -> None:
        """Tell of a cell that both sides changed, and not to the same value."""
        before, mine, theirs = places
        if before not in news or column not in sides.mine.columns:
            return
        if _same(sides, column, mine, theirs):
            return
        ours, other = told(sides.mine.columns[column][mine]), told(sides.theirs.columns[column][theirs])
        place = self._node_place(self.mine, mine) if what == "node" else self._link_place(self.mine, mine)
        text = texts.BOTH_CHANGED.format(subject=sides.mine.ids[mine], column=column, mine=ours, theirs=other)
        self._tell("both_changed", "warning", sides.mine.ids[mine], place, text)

    def _remove_links(self, sides: _Sides) -> None:
        changed = set(sides.news.before[sides.news.any_changed].tolist())
        found = sides.in_theirs(sides.base.ids[sides.edits.removed])
        for before, place in zip(sides.edits.removed.tolist(), found.tolist(), strict=True):
            name, spot = sides.base.ids[before], self._link_place(self.base, before)
            if place >= 0:
                self.draft.drop_link[place] = True
                self.counts["links_removed"] += 1
                if before in changed:
                    self._tell("removed_but_changed", "warning", name, spot, texts.REMOVED_CHANGED.format(link=name))
                continue
            pieces = self.finder.find(before)
            if pieces is None:
                continue
            if pieces.is_longer:
                longer = sides.theirs.ids[pieces.links[0]]
                text = texts.REMOVED_LONGER.format(link=name, longer=longer)
                self._tell("removed_part", "warning", name, spot, text)
                continue
            self.draft.drop_link[list(pieces.links)] = True
            self.counts["links_removed"] += 1
            text = texts.REMOVED_SPLIT.format(link=name, count=len(pieces.links))
            self._tell("removed_split", "note", name, spot, text)

    def _change_links(self, sides: _Sides) -> None:
        edits = sides.edits
        which = np.flatnonzero(edits.any_changed)
        found = sides.in_theirs(sides.base.ids[edits.before[which]])
        news = {column: sides.news_of(column) for column in edits.changed}
        for pair, place in zip(which.tolist(), found.tolist(), strict=True):
            before, link = int(edits.before[pair]), int(edits.after[pair])
            columns = [column for column, flags in edits.changed.items() if flags[pair]]
            if place < 0:
                self._carry(sides, before, link, columns)
                continue
            for column in columns:
                self._tell_both("link", sides, (before, link, place), column, news[column])
            course = [column for column in columns if column in COURSE]
            if course and any(before in news[column] for column in COURSE) and self._differs(sides, link, place):
                name = sides.mine.ids[link]
                text = texts.COURSE_BOTH.format(link=name)
                self._tell("both_redrawn", "warning", name, self._link_place(self.mine, link), text)
            self._put(place, link, columns)

    def _differs(self, sides: _Sides, link: int, place: int) -> bool:
        """Return whether the course of a link differs between mine and theirs."""
        mine, theirs = self.mine.link_points(link), self.theirs.link_points(place)
        if not np.array_equal(mine, theirs):
            return True
        return any(sides.mine.columns[name][link] != sides.theirs.columns[name][place] for name in COURSE[:2])

    def _put(self, place: int, link: int, columns: list[str]) -> None:
        """Overwrite cells of a link of theirs by those of a link of mine."""
        wanted = set(columns)
        if wanted & set(COURSE):
            wanted |= set(COURSE)
            self.draft.line_of_mine[place] = link
        if "conditions" in wanted:
            self.draft.conditions_of_mine[place] = link
        renamed = {"from_node_id": "from_index", "to_node_id": "to_index"}
        for column in sorted(wanted - {GEOMETRY, "conditions"}):
            self.draft.set_cells("links", renamed.get(column, column), np.array([place]), np.array([link]))
        self.counts["link_cells"] += len(columns)

    def _carry(self, sides: _Sides, before: int, link: int, columns: list[str]) -> None:
        """Carry the edits of a link that theirs has no more to what stands in its place, or keep the edited link."""
        name, spot = sides.mine.ids[link], self._link_place(self.mine, link)
        pieces = self.finder.find(before)
        if pieces is None:
            self.draft.add_links([link])
            self._tell("edited_link_gone", "warning", name, spot, texts.LINK_GONE.format(link=name))
            return
        if self._must_stay(pieces, columns):
            self.draft.add_links([link])
            self.draft.drop_link[list(pieces.links)] = True
            text = texts.KEPT_WHOLE.format(link=name, count=len(pieces.links), columns=", ".join(columns))
            self._tell("edited_link_split", "warning", name, spot, text)
            return
        for piece in pieces.links:
            self._put(piece, link, columns)
        if pieces.is_longer:
            text = texts.CARRIED_LONGER.format(
                link=name, longer=sides.theirs.ids[pieces.links[0]], columns=", ".join(columns)
            )
            self._tell("edited_link_joined", "warning", name, spot, text)
            return
        text = texts.CARRIED.format(link=name, count=len(pieces.links), columns=", ".join(columns))
        self._tell("edited_link_split", "note", name, spot, text)

    def _must_stay(self, pieces: Pieces, columns: list[str]) -> bool:
        if pieces.is_longer:
            return False
        return bool(set(columns) & set(COURSE)) or (pieces.is_reversed and bool(set(columns) & set(DIRECTED)))

    def _add_links(self, sides: _Sides) -> None:
        added = sides.edits.added
        found = sides.in_theirs(sides.mine.ids[added])
        self.draft.add_links(added[found < 0].tolist())
        self.counts["links_added"] += int((found < 0).sum())
        for link, place in zip(added[found >= 0].tolist(), found[found >= 0].tolist(), strict=True):
            names = [name for name in sides.mine.columns if not _same(sides, name, link, place)]
            if names or self._differs(sides, link, place):
                name = sides.mine.ids[link]
                text = texts.BOTH_ADDED.format(link=name)
                self._tell("both_added", "warning", name, self._link_place(self.mine, link), text)
                self._put(place, link, [*sides.mine.columns, GEOMETRY])

    def _merge_turns(self, sides: _Sides) -> None:
        edits = sides.edits
        changed = np.flatnonzero(edits.any_changed)
        out = np.concatenate([edits.removed, edits.before[changed]])
        places = sides.in_theirs(sides.base.ids[out])
        self.draft.dropped_turns.update(places[places >= 0].tolist())
        wanted = np.concatenate([edits.added, edits.after[changed]]).tolist()
        clash = sides.in_theirs(sides.mine.ids[edits.added])
        self.draft.dropped_turns.update(clash[clash >= 0].tolist())
        self.counts["turns"] += len(out) + len(edits.added)
        left = {*self.theirs.links.link_id[~self.draft.drop_link].tolist()}
        left |= {self.mine.links.link_id[link] for link in self.draft.added_links}
        self.draft.added_turns = [turn for turn in wanted if self._turn_is_whole(self.mine, turn, left)]
        for turn in range(len(self.theirs.turns)):
            if turn not in self.draft.dropped_turns and not self._turn_is_whole(self.theirs, turn, left):
                self.draft.dropped_turns.add(turn)

    def _turn_is_whole(self, held: Infrastructure, turn: int, left: set[str]) -> bool:
        turns = held.turns
        links = turns.links[turns.offsets[turn] : turns.offsets[turn + 1]]
        if all(link in left for link in held.links.link_id[links].tolist()):
            return True
        name = str(turns.turn_id[turn])
        spot = self._link_place(held, int(links[0]))
        self._tell("turn_lost", "warning", name, spot, texts.TURN_LOST.format(turn=name))
        return False

    def _merge_candidates(self, sides: _Sides) -> None:
        edits = sides.edits
        changed = np.flatnonzero(edits.any_changed)
        news = set(sides.news.before[sides.news.any_changed].tolist())
        out = np.concatenate([edits.removed, edits.before[changed]])
        places = sides.in_theirs(sides.base.ids[out])
        wanted = np.concatenate([edits.added, edits.after[changed]])
        clash = sides.in_theirs(sides.mine.ids[wanted])
        self.draft.dropped_candidates.update({*places[places >= 0].tolist(), *clash[clash >= 0].tolist()})
        self.draft.added_candidates = wanted.tolist()
        self.counts["candidates"] += len(out) + len(edits.added)
        for before in out.tolist():
            if before in news:
                name = sides.base.ids[before]
                spot = (float(self.base.candidates.lon[before]), float(self.base.candidates.lat[before]))
                self._tell("both_changed", "warning", name, spot, texts.CANDIDATE_BOTH.format(candidate=name))


def _without_source(news: TableChanges) -> TableChanges:
    """Return changes but for the name of the source: every row of a newer import comes from another file."""
    empty = np.zeros(len(news.before), dtype=np.bool_)
    return replace(news, changed={name: empty if name == SOURCE else flags for name, flags in news.changed.items()})


def _same(sides: _Sides, column: str, mine: int, theirs: int) -> bool:
    ours, other = sides.mine.columns[column][mine], sides.theirs.columns[column][theirs]
    return bool(ours == other or (ours != ours and other != other))  # noqa: PLR0124 - NaN is as NaN
