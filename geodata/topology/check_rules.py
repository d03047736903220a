"""Checks of rules: turn restrictions and conditions that contradict one another or never hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Indices
from geodata.infrastructure.columns import BACKWARD, FORWARD, TURN_KINDS
from geodata.infrastructure.turns import TurnRestrictions
from geodata.topology.issues import Issue
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape
from geodata.topology.texts import vehicles_text
from supplychain.text import Text

ONLY = TURN_KINDS.index("only")
Step = tuple[int, bool]

CLOSED_TEXT = Text(en="not", vi="không được")
OPEN_TEXT = Text(en="already", vi="được")
MISSING = {
    "kinds": Text(en="vehicle", vi="loại phương tiện"),
    "directions": Text(en="direction", vi="chiều đi"),
    "schedule": Text(en="hour", vi="giờ"),
}


def turns(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield turn restrictions over links that do not meet, that contradict one another, repeat, or never apply."""
    del options
    apart = _apart(shape)
    for turn, entry in apart.items():
        links = shape.infrastructure.turns.links
        one, other = shape.link_id(links[entry]), shape.link_id(links[entry + 1])
        yield _issue(shape, "turn_apart", turn, int(links[entry]), {"link": one, "other": other}, (one, other))
    yield from _idle(shape, set(apart))
    yield from _against_one_another(shape, set(apart))


def _issue(
    shape: Shape,
    reason: str,
    turn: int,
    link: int,
    values: dict[str, object],
    subjects: tuple[str, ...],
    *,
    safe: bool = False,
) -> Issue:
    restrictions = shape.infrastructure.turns
    name = str(restrictions.turn_id[turn])
    along = restrictions.along[restrictions.offsets[turn]]
    ends = shape.infrastructure.links.to_index if along else shape.infrastructure.links.from_index
    node = int(ends[link])
    action = "remove_repeated_turn" if safe else "remove_turn"
    return Issue(
        reason,
        *shape.place(node),
        subjects,
        (shape.node_id(node),),
        {"turn": name} | values,
        safe,
        None if reason in {"turn_opposed", "turn_blind"} else {"action": action, "turn": name},
        shape.infrastructure.lines.points(link),
    )


def _apart(shape: Shape) -> dict[int, int]:
    """Return the first entry of each turn from which the next link does not start."""
    restrictions, links = shape.infrastructure.turns, shape.infrastructure.links
    reached = np.where(restrictions.along, links.to_index[restrictions.links], links.from_index[restrictions.links])
    left = np.where(restrictions.along, links.from_index[restrictions.links], links.to_index[restrictions.links])
    owner = np.repeat(np.arange(len(restrictions)), np.diff(restrictions.offsets))
    wrong = np.flatnonzero((reached[:-1] != left[1:]) & (owner[:-1] == owner[1:]))
    found: dict[int, int] = {}
    for entry in wrong.tolist():
        found.setdefault(int(owner[entry]), entry)
    return found


def _drivable(shape: Shape) -> Indices:
    """Return who may drive each entry of the turns, uint8."""
    restrictions, links = shape.infrastructure.turns, shape.infrastructure.links
    ahead, back = links.access_forward[restrictions.links], links.access_backward[restrictions.links]
    return np.where(restrictions.along, ahead, back)


def _idle(shape: Shape, apart: set[int]) -> Iterator[Issue]:
    restrictions = shape.infrastructure.turns
    who = _drivable(shape)
    for turn in range(len(restrictions)):
        if turn in apart:
            continue
        first, last = int(restrictions.offsets[turn]), int(restrictions.offsets[turn + 1]) - 1
        demands = restrictions.kind[turn] == ONLY
        bound = int(restrictions.kinds[turn])
        shut = -1
        for entry in range(first, last + (0 if demands else 1)):
            bound &= int(who[entry])
            shut = entry if bound == 0 and shut < 0 else shut
        origin = int(restrictions.links[first])
        if shut >= 0:
            link = shape.link_id(restrictions.links[shut])
            yield _issue(shape, "turn_idle", turn, origin, {"link": link}, (link,))
        elif demands and bound & ~int(who[last]):
            names = shape.link_id(origin), shape.link_id(restrictions.links[last])
            values = {"link": names[0], "other": names[1], "vehicles": vehicles_text(bound & ~int(who[last]))}
            yield _issue(shape, "turn_blind", turn, origin, values, names)


def _against_one_another(shape: Shape, apart: set[int]) -> Iterator[Issue]:
    restrictions = shape.infrastructure.turns
    by_start: dict[tuple[Step, ...], list[int]] = defaultdict(list)
    steps: dict[int, tuple[Step, ...]] = {}
    for turn in range(len(restrictions)):
        span = slice(restrictions.offsets[turn], restrictions.offsets[turn + 1])
        steps[turn] = tuple(zip(restrictions.links[span].tolist(), restrictions.along[span].tolist(), strict=True))
        by_start[steps[turn][:-1]].append(turn)
    for same in by_start.values():
        for place, later in enumerate(same):
            for earlier in same[:place]:
                reason = _relation(shape, earlier, later, same_end=steps[earlier] == steps[later])
                if reason and later not in apart:
                    origin = steps[later][-2][0]
                    name = shape.link_id(origin)
                    shared = int(restrictions.kinds[earlier] & restrictions.kinds[later])
                    against = str(restrictions.turn_id[earlier])
                    values = {"against": against, "link": name, "vehicles": vehicles_text(shared)}
                    yield _issue(
                        shape, reason, later, steps[later][0][0], values, (name,), safe=reason == "turn_double"
                    )
                    break


def repeated_turns(turns: TurnRestrictions) -> NDArray[np.bool_]:
    """Return which turn restrictions say the same as an earlier one, bool[T]."""
    seen: set[object] = set()
    repeated = np.zeros(len(turns), dtype=np.bool_)
    for turn in range(len(turns)):
        span = slice(turns.offsets[turn], turns.offsets[turn + 1])
        steps = tuple(turns.links[span].tolist()), tuple(turns.along[span].tolist())
        key = steps, int(turns.kind[turn]), int(turns.kinds[turn]), int(turns.schedule[turn])
        repeated[turn] = key in seen
        seen.add(key)
    return repeated


def _relation(shape: Shape, earlier: int, later: int, *, same_end: bool) -> str | None:
    restrictions = shape.infrastructure.turns
    one, other = (
        (int(restrictions.kind[turn]), int(restrictions.kinds[turn]), int(restrictions.schedule[turn]))
        for turn in (earlier, later)
    )
    if same_end and one == other:
        return "turn_double"
    at_once = one[1] & other[1] and (one[2] == other[2] or min(one[2], other[2]) < 0)
    opposed = (one[0] != other[0]) if same_end else one[0] == other[0] == ONLY
    return "turn_opposed" if at_once and opposed else None


def conditions(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield conditions that name no vehicle, direction or hour, and those that change nothing."""
    del options
    rows, schedules = shape.infrastructure.conditions, shape.infrastructure.schedules
    spans = np.append(np.diff(schedules.offsets), 1)
    hours = spans[rows.schedule] > 0
    previous, number = -1, 0
    closed, opened = {FORWARD: 0, BACKWARD: 0}, {FORWARD: 0, BACKWARD: 0}
    for row, link in enumerate(rows.link_index.tolist()):
        if link != previous:
            previous, number = link, 0
            closed, opened = {FORWARD: 0, BACKWARD: 0}, {FORWARD: 0, BACKWARD: 0}
        number += 1
        missing = "kinds" if rows.kinds[row] == 0 else "directions" if not rows.directions[row] & 3 else ""
        missing = missing or ("" if hours[row] else "schedule")
        name = shape.link_id(link)
        values: dict[str, object] = {"condition": number, "link": name}
        repair = {"action": "remove_condition", "link": name, "values": condition_values(shape, row)}
        if missing:
            more = {"missing": MISSING[missing]}
            yield Issue("condition_empty", *shape.middle(link), (name,), (), values | more, safe=True, repair=repair)
            continue
        changed, already = _changed(shape, row, closed, opened)
        if not changed:
            more = {"vehicles": vehicles_text(int(rows.kinds[row])), "already": already}
            yield Issue("condition_idle", *shape.middle(link), (name,), (), values | more, repair=repair)
        if np.isnan(rows.speed_kmh[row]):
            for way in (FORWARD, BACKWARD):
                if rows.directions[row] & way:
                    (opened if rows.is_open[row] else closed)[way] |= int(rows.kinds[row])


def _changed(shape: Shape, row: int, closed: dict[int, int], opened: dict[int, int]) -> tuple[bool, Text]:
    """Return whether a condition changes anything after those before it, and how things stand without it."""
    rows, links = shape.infrastructure.conditions, shape.infrastructure.links
    link, kinds = rows.link_index[row], int(rows.kinds[row])
    base = {FORWARD: int(links.access_forward[link]), BACKWARD: int(links.access_backward[link])}
    ways = [way for way in (FORWARD, BACKWARD) if rows.directions[row] & way]
    if rows.is_open[row] and np.isnan(rows.speed_kmh[row]):
        return any(kinds & (~base[way] | closed[way]) for way in ways), OPEN_TEXT
    return any(kinds & (base[way] | opened[way]) for way in ways), CLOSED_TEXT


def condition_values(shape: Shape, row: int) -> list[str]:
    """Return a condition's columns as texts, by which it is found again, its link left out."""
    columns = shape.infrastructure.conditions.to_columns(words=False)
    return [str(values[row].item()) for name, values in columns.items() if name != "link_index"]
