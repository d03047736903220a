"""Turn restrictions of relations as sequences of links."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Flags
from geodata.infrastructure.columns import ROAD_KINDS, TURN_KINDS
from geodata.infrastructure.turns import TurnRestrictions
from geodata.osm.conditional import read_conditional
from geodata.osm.hours import read_hours
from geodata.osm.keys import VEHICLE_MASKS, read_key, words
from geodata.osm.raw import Member, RawRelation
from geodata.osm.remarks import NoteBook, remark
from geodata.osm.rows import ScheduleBook

TURNS: Final = words("left_turn right_turn straight_on u_turn entry exit left_u_turn right_u_turn")
Arc = tuple[int, bool]

OLD_HOURS: Final = (("day_on", "day_off"), ("hour_on", "hour_off"))
"""Tags that named the hours of a restriction before ``restriction:conditional`` did."""

MEMBERS: Final = "restriction_members"
OUTSIDE: Final = "restriction_outside"
BROKEN: Final = "restriction_broken"


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    turn: str
    kinds: int
    schedule: int = NO_CODE


@dataclass(frozen=True, slots=True)
class _Ends:
    """Nodes of a link and whether it is driven along its line only."""

    first: int
    last: int
    oneway: bool


class _BrokenError(Exception):
    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind
        self.what = what


class TurnReader:
    """Turns relations into sequences of links.

    Parameters
    ----------
    relations
        Those of type ``restriction``.
    way, first, last
        int64[L]; way id and end node ids of each link.
    oneway
        bool[L].
    roads
        bool[L]; only these can be members.
    """

    def __init__(
        self,
        relations: Sequence[RawRelation],
        way: NDArray[np.int64],
        ends: tuple[NDArray[np.int64], NDArray[np.int64]],
        oneway: Flags,
        roads: Flags,
    ) -> None:
        self.relations = relations
        named = {member.member_id for one in relations for member in one.members if member.kind == "w"}
        self.links_of: dict[int, list[int]] = {}
        self.ends: dict[int, _Ends] = {}
        for link in np.flatnonzero(np.isin(way, np.array(sorted(named), dtype=np.int64), kind="sort") & roads).tolist():
            self.links_of.setdefault(int(way[link]), []).append(link)
            self.ends[link] = _Ends(int(ends[0][link]), int(ends[1][link]), bool(oneway[link]))

    def read(
        self, book: NoteBook, schedules: ScheduleBook, places: Mapping[int, tuple[float, float]]
    ) -> TurnRestrictions:
        """Return the restrictions; those that cannot be kept are noted.

        Parameters
        ----------
        book
            Takes the notes.
        schedules
            Takes the hours.
        places
            Longitude and latitude of nodes, for the notes.
        """
        made: list[tuple[str, _Rule, list[Arc]]] = []
        for relation in self.relations:
            subject = f"relation {relation.relation_id}"
            at = next((places[one.member_id] for one in relation.members if one.member_id in places), _NOWHERE)
            number = 0
            for rule in _rules(relation, schedules, book, at):
                try:
                    for sequence in self._sequences(relation, rule):
                        number += 1
                        suffix = f"#{number}" if number > 1 else ""
                        made.append((f"r{relation.relation_id}{suffix}", rule, sequence))
                except _BrokenError as broken:
                    book.add(remark(broken.kind, what=broken.what), subject, at)
        return _table(made)

    def _sequences(self, relation: RawRelation, rule: _Rule) -> list[list[Arc]]:
        froms, tos = _ways(relation, "from"), _ways(relation, "to")
        via_ways = _ways(relation, "via")
        via_nodes = [one.member_id for one in relation.members if one.kind == "n" and one.role == "via"]
        _check_members(froms, tos, via_ways, via_nodes)
        several = (len(froms) > 1 and rule.turn != "entry") or (len(tos) > 1 and rule.turn != "exit")
        if several and rule.kind == "only":
            raise _BrokenError(MEMBERS, what="several from or to")
        outside = [way for way in (*via_ways, *froms, *tos) if way not in self.links_of]
        pairs = [(one, two) for one in froms for two in tos if one in self.links_of and two in self.links_of]
        if not pairs or any(way in outside for way in via_ways):
            raise _BrokenError(OUTSIDE, what=f"way {outside[0]}")
        found: list[list[Arc]] = []
        for one, two in pairs:
            if via_ways:
                found += self._by_way(one, via_ways, two)
            else:
                found += self._by_node(one, via_nodes[0], two, u_turn=rule.turn.endswith("u_turn"))
        if not found:
            raise _BrokenError(BROKEN, what=f"ways {froms[0]} and {tos[0]}")
        return found

    def _arcs(self, way: int) -> Iterator[Arc]:
        for link in self.links_of[way]:
            yield link, True
            if not self.ends[link].oneway:
                yield link, False

    def _tail(self, arc: Arc) -> int:
        ends = self.ends[arc[0]]
        return ends.first if arc[1] else ends.last

    def _head(self, arc: Arc) -> int:
        ends = self.ends[arc[0]]
        return ends.last if arc[1] else ends.first

    def _by_node(self, from_way: int, via: int, to_way: int, *, u_turn: bool) -> list[list[Arc]]:
        """Return the turns from one way to another at a node; none where the tags leave several open."""
        comes = [arc for arc in self._arcs(from_way) if self._head(arc) == via]
        goes = [arc for arc in self._arcs(to_way) if self._tail(arc) == via]
        if from_way == to_way and u_turn:
            return [[arc, (arc[0], not arc[1])] for arc in comes if (arc[0], not arc[1]) in goes]
        pairs = [[one, two] for one in comes for two in goes if one[0] != two[0]]
        return pairs if len(pairs) == 1 else []

    def _by_way(self, from_way: int, via_ways: list[int], to_way: int) -> list[list[Arc]]:
        """Return the shortest way from one over others to a third, in the directions of traffic."""
        between = [arc for way in via_ways for arc in self._arcs(way)]
        leaving: dict[int, list[Arc]] = {}
        for arc in between:
            leaving.setdefault(self._tail(arc), []).append(arc)
        goes: dict[int, list[Arc]] = {}
        for arc in self._arcs(to_way):
            goes.setdefault(self._tail(arc), []).append(arc)
        found: list[list[Arc]] = []
        for start in self._arcs(from_way):
            queue = deque([[start, arc] for arc in leaving.get(self._head(start), []) if arc[0] != start[0]])
            seen = {path[-1] for path in queue}
            while queue:
                path = queue.popleft()
                reached = [arc for arc in goes.get(self._head(path[-1]), []) if arc[0] != path[-1][0]]
                if reached:
                    found += [[*path, arc] for arc in reached]
                    break
                for arc in leaving.get(self._head(path[-1]), []):
                    if arc not in seen and arc[0] != path[-1][0]:
                        seen.add(arc)
                        queue.append([*path, arc])
        shortest = min((len(path) for path in found), default=0)
        best = [path for path in found if len(path) == shortest]
        return best if len(best) == 1 else []


_NOWHERE: Final = (math.nan, math.nan)


def _ways(relation: RawRelation, role: str) -> list[int]:
    return [one.member_id for one in relation.members if one.kind == "w" and one.role == role]


def _check_members(froms: list[int], tos: list[int], via_ways: list[int], via_nodes: list[int]) -> None:
    if not froms or not tos or not (via_ways or via_nodes):
        missing = ", ".join(
            role for role, some in (("from", froms), ("via", via_ways + via_nodes), ("to", tos)) if not some
        )
        raise _BrokenError(MEMBERS, what=f"no {missing}")
    if len(via_nodes) > 1 or (via_nodes and via_ways):
        raise _BrokenError(MEMBERS, what="several via nodes, or nodes and ways")


def via_nodes(relations: Sequence[RawRelation]) -> NDArray[np.int64]:
    """Return the ids of nodes that are vias of turn restrictions."""
    members: list[Member] = [one for relation in relations for one in relation.members]
    return np.array([one.member_id for one in members if one.kind == "n" and one.role == "via"], dtype=np.int64)


def _rules(relation: RawRelation, schedules: ScheduleBook, book: NoteBook, at: tuple[float, float]) -> list[_Rule]:
    """Return what the tags of a relation forbid or demand, by vehicle and hour."""
    subject = f"relation {relation.relation_id}"
    tags = relation.tags
    spared = _spared(tags)
    held = _old_hours(tags, schedules, book, (subject, at))
    of_type = VEHICLE_MASKS.get(tags["type"].partition(":")[2], ROAD_KINDS)
    rules: list[_Rule] = []
    told = False
    for key, value in tags.items():
        parts = read_key(key)
        if parts.base != "restriction":
            continue
        told = True
        kinds = (ROAD_KINDS if parts.kinds is None else parts.kinds) & of_type & ~spared
        if parts.aside or not kinds:
            continue
        if not parts.understood:
            book.add(remark("restriction_unknown", tag=f"{key}={value}"), subject, at)
        elif parts.conditional:
            rules += _conditional_rules(f"{key}={value}", kinds, schedules, book, (subject, at))
        elif rule := _rule(value, kinds, held):
            rules.append(rule)
        else:
            book.add(remark("restriction_unknown", tag=f"{key}={value}"), subject, at)
    if not told:
        book.add(remark("restriction_unknown", tag=f"type={tags['type']}"), subject, at)
    return rules


def _spared(tags: Mapping[str, str]) -> int:
    spared = 0
    for word in tags.get("except", "").split(";"):
        spared |= VEHICLE_MASKS.get(word.strip().lower(), 0)
    return spared


def _old_hours(
    tags: Mapping[str, str], schedules: ScheduleBook, book: NoteBook, where: tuple[str, tuple[float, float]]
) -> int:
    """Return the schedule that tags like ``hour_on`` name; always, with a remark, where they are not understood."""
    named = [key for pair in (*OLD_HOURS, ("time",)) for key in pair if key in tags]
    if not named:
        return NO_CODE
    days, times = ([tags[key].strip() for key in pair if key in tags] for pair in OLD_HOURS)
    text = f"{'-'.join(day[:2] for day in days)} {'-'.join(_clock(time) for time in times)}".strip()
    whole = "time" not in tags and len(days) != 1 and len(times) != 1
    hours = read_hours(text) if whole else None
    if hours is None or hours.unplaced or not hours.minutes:
        book.add(remark("restriction_hours", tag=", ".join(f"{key}={tags[key]}" for key in named)), *where)
        return NO_CODE
    return schedules.place(hours.minutes, text)


def _clock(text: str) -> str:
    return f"{text}:00" if text.isdigit() else text


def _conditional_rules(
    tag: str, kinds: int, schedules: ScheduleBook, book: NoteBook, where: tuple[str, tuple[float, float]]
) -> list[_Rule]:
    key, _, value = tag.partition("=")
    read = read_conditional(value)
    for part in read.not_understood:
        book.add(remark("condition_not_understood", tag=f"{key}={part}"), *where)
    rules = []
    for clause in read.clauses:
        schedule = schedules.place(clause.minutes, clause.text)
        rule = _rule(clause.value, kinds & clause.kinds, schedule)
        if rule is None or clause.above or clause.below:
            book.add(remark("condition_not_understood", tag=tag), *where)
            continue
        if clause.unplaced:
            book.add(remark("holidays_not_known", tag=tag, part=", ".join(clause.unplaced)), *where)
        if clause.minutes != 0 and rule.kinds:
            rules.append(rule)
    return rules


def _rule(value: str, kinds: int, schedule: int = NO_CODE) -> _Rule | None:
    kind, _, turn = value.strip().lower().partition("_")
    return _Rule(kind, turn, kinds, schedule) if kind in TURN_KINDS and turn in TURNS else None


def _table(made: list[tuple[str, _Rule, list[Arc]]]) -> TurnRestrictions:
    if not made:
        return TurnRestrictions.none()
    arcs = [arc for _, _, sequence in made for arc in sequence]
    return TurnRestrictions(
        turn_id=np.array([turn_id for turn_id, _, _ in made], dtype=np.object_),
        kind=np.array([TURN_KINDS.index(rule.kind) for _, rule, _ in made], dtype=np.int8),
        kinds=np.array([rule.kinds for _, rule, _ in made], dtype=np.uint8),
        schedule=np.array([rule.schedule for _, rule, _ in made], dtype=np.int32),
        offsets=np.concatenate([[0], np.cumsum([len(sequence) for _, _, sequence in made])]),
        links=np.array([link for link, _ in arcs], dtype=np.int32),
        along=np.array([along for _, along in arcs], dtype=np.bool_),
    )
