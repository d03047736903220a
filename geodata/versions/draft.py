"""A merge in the making: the newer import with overwritten cells, rows taken out and rows of the edited one put in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import Flags
from geodata.infrastructure.build import make_conditions, select_lines
from geodata.infrastructure.infrastructure import (
    Candidates,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import Geometries
from geodata.versions.comparing import Places

Columns = dict[str, NDArray[Any]]
Array = NDArray[Any]


@dataclass(eq=False)
class Draft:
    """What the merged infrastructure takes from where.

    Rows of ``theirs`` are numbered as there; rows of ``mine`` are put behind them by ``add_links`` and its kin.

    Parameters
    ----------
    mine, theirs
        The edited infrastructure and the newer import.
    """

    mine: Infrastructure
    theirs: Infrastructure
    nodes: Columns = field(init=False)
    links: Columns = field(init=False)
    line_of_mine: Places = field(init=False)
    conditions_of_mine: Places = field(init=False)
    drop_link: Flags = field(init=False)
    drop_node: Flags = field(init=False)
    added_links: dict[int, None] = field(default_factory=dict)
    added_nodes: dict[int, None] = field(default_factory=dict)
    _mine_columns: dict[str, Columns] = field(default_factory=dict)
    dropped_turns: set[int] = field(default_factory=set)
    added_turns: list[int] = field(default_factory=list)
    dropped_candidates: set[int] = field(default_factory=set)
    added_candidates: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        links, nodes = len(self.theirs.links), len(self.theirs.nodes)
        self.nodes = _writable(self.theirs.nodes.to_columns(words=False))
        self.links = _writable(self.theirs.links.to_columns(words=False))
        for name in ("from_index", "to_index"):
            self.links[name] = self.theirs.nodes.node_id[self.links[name]]
        self.line_of_mine = np.full(links, -1, dtype=np.int64)
        self.conditions_of_mine = np.full(links, -1, dtype=np.int64)
        self.drop_link = np.zeros(links, dtype=np.bool_)
        self.drop_node = np.zeros(nodes, dtype=np.bool_)
        mine = dict.fromkeys([*self.theirs.sources, *self.mine.sources])
        self._sources = list(mine)
        places = [self._sources.index(source) for source in self.mine.sources]
        self._source_of_mine = np.array([*places, -1], dtype=np.int16)
        # Sources of theirs stay as they are, also where one stands twice.
        if len(set(self.theirs.sources)) < len(self.theirs.sources):
            self._sources = [*self.theirs.sources, *self.mine.sources]
            own = np.arange(len(self.mine.sources)) + len(self.theirs.sources)
            self._source_of_mine = np.append(own, -1).astype(np.int16)

    def mine_columns(self, table: str) -> Columns:
        """Return the columns of nodes, links or candidates of mine, their sources numbered as in the merged one."""
        if table in self._mine_columns:
            return self._mine_columns[table]
        columns = dict(getattr(self.mine, table).to_columns(words=False))
        self._mine_columns[table] = columns
        columns["source"] = self._source_of_mine[columns["source"]]
        if table == "links":
            for name in ("from_index", "to_index"):
                columns[name] = self.mine.nodes.node_id[columns[name]]
        return columns

    def set_cells(self, table: str, column: str, places: Places, of_mine: Places) -> None:
        """Overwrite a column in rows of theirs by the values of rows of mine."""
        held = self.nodes if table == "nodes" else self.links
        held[column][places] = self.mine_columns(table)[column][of_mine]

    def add_links(self, of_mine: Iterable[int]) -> None:
        """Put links of mine in."""
        self.added_links.update(dict.fromkeys(of_mine))

    def to_infrastructure(self) -> Infrastructure:
        """Return the merged infrastructure; turns whose links are not all there must have been dropped."""
        kept = np.flatnonzero(~self.drop_link)
        added = np.array(list(self.added_links), dtype=np.int64)
        links = _joined(self.links, kept, self.mine_columns("links"), added)
        nodes = self._nodes(links)
        place = pd.Index(nodes["node_id"])
        for name in ("from_index", "to_index"):
            links[name] = place.get_indexer(pd.Index(links[name])).astype(np.int32)
        schedules, schedule_of_mine = _joined_schedules(self.theirs.schedules, self.mine.schedules)
        line_of_mine = np.concatenate([self.line_of_mine[kept], added])
        candidates, outlines = self._candidates()
        whole = Infrastructure(
            nodes=InfrastructureNodes(**nodes),
            links=InfrastructureLinks(**links),
            lines=_lines(self.theirs.lines, self.mine.lines, np.append(kept, np.full(len(added), -1)), line_of_mine),
            conditions=self._conditions(kept, added, schedule_of_mine),
            schedules=schedules,
            turns=self._turns(links["link_id"], schedule_of_mine),
            candidates=candidates,
            outlines=outlines,
            sources=tuple(self._sources),
        )
        return self._without_unused(whole)

    def _without_unused(self, whole: Infrastructure) -> Infrastructure:
        """Return the merged infrastructure without the sources and schedules of mine that no row of it names."""
        tables = {name: getattr(whole, name).to_columns(words=False) for name in ("nodes", "links", "candidates")}
        named = np.concatenate([columns["source"] for columns in tables.values()])
        sources, place = _kept(len(whole.sources), len(self.theirs.sources), named)
        if len(sources) < len(whole.sources):
            for name, columns in tables.items():
                columns["source"] = place[columns["source"]]
                kind = type(getattr(whole, name))
                whole = dataclasses.replace(whole, **{name: kind(**columns)})
            whole = dataclasses.replace(whole, sources=tuple(whole.sources[kept] for kept in sources.tolist()))
        named = np.concatenate([whole.conditions.schedule, whole.turns.schedule])
        kept, place = _kept(len(whole.schedules), len(self.theirs.schedules), named)
        if len(kept) == len(whole.schedules):
            return whole
        conditions = whole.conditions.to_columns(words=False) | {"schedule": place[whole.conditions.schedule]}
        return dataclasses.replace(
            whole,
            schedules=_chosen_schedules(whole.schedules, kept),
            conditions=make_conditions(**conditions),
            turns=dataclasses.replace(whole.turns, schedule=place[whole.turns.schedule]),
        )

    def _nodes(self, links: Columns) -> Columns:
        """Return node columns: those of theirs that stay or are touched, and of mine those put in or touched."""
        touched = pd.Index(np.concatenate([links["from_index"], links["to_index"]])).unique()
        own = pd.Index(self.nodes["node_id"])
        stays = ~self.drop_node | own.isin(touched)
        of_mine = pd.Index(self.mine.nodes.node_id)
        wanted = of_mine.get_indexer(touched[own.get_indexer(touched) < 0]).tolist()
        added = np.array(list(dict.fromkeys([*self.added_nodes, *wanted])), dtype=np.int64)
        return _joined(self.nodes, np.flatnonzero(stays), self.mine_columns("nodes"), added)

    def _conditions(self, kept: Places, added: Places, schedule_of_mine: NDArray[np.int32]) -> Any:  # noqa: ANN401 - Conditions
        """Return the conditions: of each link those of theirs, or those of mine where they are taken from there."""
        from_mine = np.concatenate([self.conditions_of_mine[kept], added])
        new_of_theirs = np.full(len(self.theirs.links), -1, dtype=np.int32)
        own = np.flatnonzero(from_mine < 0)
        new_of_theirs[np.append(kept, added)[own]] = own
        theirs = self.theirs.conditions.to_columns(words=False)
        theirs["link_index"] = new_of_theirs[theirs["link_index"]]
        parts = [{name: values[theirs["link_index"] >= 0] for name, values in theirs.items()}]
        mine = self.mine.conditions.to_columns(words=False)
        mine["schedule"] = schedule_of_mine[mine["schedule"]]
        first = np.searchsorted(mine["link_index"], np.arange(len(self.mine.links) + 1))
        for link in np.flatnonzero(from_mine >= 0).tolist():
            span = slice(first[from_mine[link]], first[from_mine[link] + 1])
            if span.start < span.stop:
                part = {name: values[span] for name, values in mine.items()}
                part["link_index"] = np.full(span.stop - span.start, link, dtype=np.int32)
                parts.append(part)
        return make_conditions(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})

    def _turns(self, link_ids: Array, schedule_of_mine: NDArray[np.int32]) -> TurnRestrictions:
        place = pd.Index(link_ids)
        theirs, mine = self.theirs.turns, self.mine.turns
        chosen = [(theirs, turn) for turn in range(len(theirs)) if turn not in self.dropped_turns]
        chosen += [(mine, turn) for turn in self.added_turns]
        members = [turns.links[turns.offsets[turn] : turns.offsets[turn + 1]] for turns, turn in chosen]
        along = [turns.along[turns.offsets[turn] : turns.offsets[turn + 1]] for turns, turn in chosen]
        named = [
            (self.theirs if turns is theirs else self.mine).links.link_id[links]
            for (turns, _), links in zip(chosen, members, strict=True)
        ]
        empty = np.empty(0, dtype=np.object_)
        schedules = [
            turns.schedule[turn] if turns is theirs else schedule_of_mine[turns.schedule[turn]]
            for turns, turn in chosen
        ]
        return TurnRestrictions(
            turn_id=np.array([turns.turn_id[turn] for turns, turn in chosen], dtype=np.object_),
            kind=np.array([turns.kind[turn] for turns, turn in chosen], dtype=np.int8),
            kinds=np.array([turns.kinds[turn] for turns, turn in chosen], dtype=np.uint8),
            schedule=np.array(schedules, dtype=np.int32),
            offsets=np.concatenate([[0], np.cumsum([len(links) for links in members], dtype=np.int64)]),
            links=place.get_indexer(pd.Index(np.concatenate([empty, *named]))).astype(np.int32),
            along=np.concatenate([np.empty(0, dtype=np.bool_), *along]),
        )

    def _candidates(self) -> tuple[Candidates, Geometries]:
        if not self.dropped_candidates and not self.added_candidates:
            return self.theirs.candidates, self.theirs.outlines
        theirs, mine = self.theirs.candidates.to_columns(words=False), self.mine_columns("candidates")
        kept = [place for place in range(len(self.theirs.candidates)) if place not in self.dropped_candidates]
        added = np.array(self.added_candidates, dtype=np.int64)
        columns = _joined(theirs, np.array(kept, dtype=np.int64), mine, added)
        own = np.where(columns["outline"][: len(kept)] < 0, -1, columns["outline"][: len(kept)])
        other = columns["outline"][len(kept) :]
        has = np.concatenate([own, other]) >= 0
        outlines = _lines(
            self.theirs.outlines,
            self.mine.outlines,
            np.concatenate([own, np.full(len(added), -1)])[has],
            np.concatenate([np.full(len(kept), -1), other])[has],
        )
        columns["outline"] = np.where(has, np.cumsum(has) - 1, -1)
        return Candidates(**columns), outlines


def _writable(columns: dict[str, Array]) -> Columns:
    return {name: np.array(values) for name, values in columns.items()}


def _joined(first: Columns, kept: Places, second: Columns, added: Places) -> Columns:
    return {name: np.concatenate([values[kept], second[name][added]]) for name, values in first.items()}


def _lines(first: Geometries, second: Geometries, of_first: Places, of_second: Places) -> Geometries:
    """Return lines in order: each of the second where one is named there, else of the first."""
    both = Geometries(
        np.concatenate([first.offsets, second.offsets[1:] + first.offsets[-1]]),
        np.concatenate([first.coordinates, second.coordinates]),
    )
    return select_lines(both, np.where(of_second >= 0, of_second + len(first), of_first).astype(np.int64))


def _joined_schedules(first: Schedules, second: Schedules) -> tuple[Schedules, NDArray[np.int32]]:
    """Return the schedules of both, those of the second that the first has not behind; and the new place of each."""
    known: dict[tuple[Any, ...], int] = {}
    for schedule in range(len(first)):
        known.setdefault(_key(first, schedule), schedule)
    places: list[int] = []
    extra: list[int] = []
    for schedule in range(len(second)):
        key = _key(second, schedule)
        if key not in known:
            known[key] = len(first) + len(extra)
            extra.append(schedule)
        places.append(known[key])
    behind = _chosen_schedules(second, np.array(extra, dtype=np.int64))
    joined = Schedules(
        text=np.concatenate([first.text, behind.text]),
        offsets=np.concatenate([first.offsets, first.offsets[-1] + behind.offsets[1:]]),
        start_min=np.concatenate([first.start_min, behind.start_min]),
        end_min=np.concatenate([first.end_min, behind.end_min]),
    )
    return joined, np.array([*places, -1], dtype=np.int32)


def _chosen_schedules(schedules: Schedules, chosen: Places) -> Schedules:
    minutes = np.column_stack([schedules.start_min, schedules.end_min]).astype(np.float64)
    spans = select_lines(Geometries(schedules.offsets, minutes), chosen)  # an interval is as a point: two numbers
    return Schedules(
        text=schedules.text[chosen],
        offsets=spans.offsets,
        start_min=spans.coordinates[:, 0].astype(np.int32),
        end_min=spans.coordinates[:, 1].astype(np.int32),
    )


def _kept(count: int, first: int, named: Array) -> tuple[Places, NDArray[np.int32]]:
    """Return which of some numbered things stay, the first ones and those named; and the new number of each."""
    stays = np.zeros(count, dtype=np.bool_)
    stays[:first] = True
    stays[named[named >= 0]] = True
    return np.flatnonzero(stays), np.append(np.where(stays, np.cumsum(stays) - 1, -1), -1).astype(np.int32)


def _key(schedules: Schedules, schedule: int) -> tuple[Any, ...]:
    span = slice(schedules.offsets[schedule], schedules.offsets[schedule + 1])
    return schedules.text[schedule], tuple(schedules.start_min[span]), tuple(schedules.end_min[span])
