"""Repairs of an infrastructure: what an issue says is to be done, done and recorded."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import make_conditions, select_lines
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Geometries
from geodata.topology.check import DEFAULT, check_infrastructure
from geodata.topology.check_rules import repeated_turns
from geodata.topology.issues import Issue, Issues
from geodata.topology.measure import lengths_m
from geodata.topology.options import CheckOptions
from geodata.topology.repair_ends import connect
from geodata.topology.rows import Places, changed_links, changed_nodes, taken_nodes, turns_where
from geodata.topology.steps import remove_links

Payload = Mapping[str, Any]
Work = list[tuple[Issue, Payload]]
Done = list[tuple[Issue, Any, Any]]
Action = Callable[[Infrastructure, Work], tuple[Infrastructure, Done]]

MOST_ROUNDS: Final = 8
SAME_LENGTH_M: Final = 0.001


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair that was made.

    Parameters
    ----------
    issue_id, kind
        The issue that asked for it.
    action
        What was done: ``set``, ``restrict_access``, ``reverse_line``, ``move_end``, ``set_length``, ``remove_turn``,
        ``remove_repeated_turn``, ``remove_condition``, ``remove_link``, ``collapse``, ``connect``, ``junction``,
        ``join_nodes`` or ``drop_node``.
    links, nodes
        Ids it touched, as they were before.
    before, after
        What stood there and stands there now; None for nothing.
    safe
        Whether the check called it certain.
    """

    issue_id: str
    kind: str
    action: str
    links: tuple[str, ...]
    nodes: tuple[str, ...]
    before: Any
    after: Any
    safe: bool


@dataclass(frozen=True, slots=True, eq=False)
class Repaired:
    """A repaired infrastructure, and what was done to it, in order."""

    infrastructure: Infrastructure
    records: tuple[Repair, ...]

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Return the records as columns by name, one entry a repair; ids joined by ``;``, values as JSON."""
        rows = self.records
        columns: dict[str, list[Any]] = {
            "issue_id": [row.issue_id for row in rows],
            "kind": [row.kind for row in rows],
            "action": [row.action for row in rows],
            "links": [";".join(row.links) for row in rows],
            "nodes": [";".join(row.nodes) for row in rows],
            "before": [json.dumps(row.before, ensure_ascii=False) for row in rows],
            "after": [json.dumps(row.after, ensure_ascii=False) for row in rows],
        }
        arrays: dict[str, NDArray[Any]] = {name: np.array(values, dtype=np.object_) for name, values in columns.items()}
        return arrays | {"safe": np.array([row.safe for row in rows], dtype=np.bool_)}


def repair(infrastructure: Infrastructure, issues: Issues | Iterable[Issue], *, only_safe: bool = True) -> Repaired:
    """Return the infrastructure with the suggested repairs made, and a record of each.

    A repair whose subject is no longer as the check saw it (the id is gone, the value is set, the ends meet) is left
    out, so that repairing again with the same issues changes nothing. Links cut to make a junction get new ids; see
    ``geodata.topology.split``.

    Parameters
    ----------
    infrastructure
        What was checked.
    issues
        What to repair: all that a check found, or some chosen by hand.
    only_safe
        Whether only repairs that the check calls certain are made. Others are guesses: look at each first.
    """
    rows = [row for row in issues_of(issues) if row.repair is not None and (row.safe or not only_safe)]
    records: list[Repair] = []
    for names, action in ACTIONS:
        work = [(row, row.repair) for row in rows if row.repair is not None and row.repair["action"] in names]
        if not work:
            continue
        infrastructure, done = action(infrastructure, work)
        records += (_record(row, before, after) for row, before, after in done)
    return Repaired(infrastructure, tuple(records))


def repair_all(infrastructure: Infrastructure, options: CheckOptions = DEFAULT) -> Repaired:
    """Return the infrastructure checked and safely repaired until a check finds nothing more to repair safely.

    One repair can lay another fault bare: two nodes made one can make two links duplicates.
    """
    records: tuple[Repair, ...] = ()
    for _ in range(MOST_ROUNDS):
        repaired = repair(infrastructure, check_infrastructure(infrastructure, options))
        if not repaired.records:
            break
        infrastructure, records = repaired.infrastructure, records + repaired.records
    return Repaired(infrastructure, records)


def issues_of(issues: Issues | Iterable[Issue]) -> Sequence[Issue]:
    """Return the rows of issues, however they are given."""
    return issues.rows if isinstance(issues, Issues) else tuple(issues)


def _record(issue: Issue, before: Any, after: Any) -> Repair:  # noqa: ANN401 - values of any column
    action = "" if issue.repair is None else str(issue.repair["action"])
    return Repair(issue.issue_id, issue.kind, action, issue.links, issue.nodes, before, after, issue.safe)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    """Return a value as JSON can hold it, NaN as None."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and np.isnan(plain) else plain


def _set_values(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    done: Done = []
    changes: dict[str, dict[str, NDArray[Any]]] = {"link": {}, "node": {}}
    for issue, payload in work:
        what = "link" if "link" in payload else "node"
        table, places = (
            (infrastructure.links, infrastructure.link_places)
            if what == "link"
            else (infrastructure.nodes, infrastructure.node_places)
        )
        row, column = places.get(payload[what]), payload["column"]
        if row is None:
            continue
        values = changes[what].setdefault(column, getattr(table, column).copy())
        before, after = _plain(values[row]), payload["value"]
        if before == after:
            continue
        values[row] = np.nan if after is None else after
        done.append((issue, {column: before}, {column: after}))
    links = changed_links(infrastructure.links, **changes["link"]) if changes["link"] else infrastructure.links
    nodes = changed_nodes(infrastructure.nodes, **changes["node"]) if changes["node"] else infrastructure.nodes
    return dataclasses.replace(infrastructure, links=links, nodes=nodes), done


def _restrict_access(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    done: Done = []
    links = infrastructure.links
    ahead, back = links.access_forward.copy(), links.access_backward.copy()
    for issue, payload in work:
        row = infrastructure.link_places.get(payload["link"])
        if row is None or not (ahead[row] | back[row]) & ~np.uint8(payload["kinds"]):
            continue
        before = {"access_forward": int(ahead[row]), "access_backward": int(back[row])}
        ahead[row] &= payload["kinds"]
        back[row] &= payload["kinds"]
        done.append((issue, before, {"access_forward": int(ahead[row]), "access_backward": int(back[row])}))
    changed = changed_links(links, access_forward=ahead, access_backward=back)
    return dataclasses.replace(infrastructure, links=changed), done


def _mend_lines(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    """Turn lines round and lead their ends to their nodes."""
    done: Done = []
    drawn: dict[int, NDArray[np.float64]] = {}
    links, nodes, lines = infrastructure.links, infrastructure.nodes, infrastructure.lines
    for issue, payload in work:
        row = infrastructure.link_places.get(payload["link"])
        if row is None:
            continue
        points = drawn.get(row, lines.points(row))
        at_start, at_end = ([nodes.lon[node], nodes.lat[node]] for node in (links.from_index[row], links.to_index[row]))
        if payload["action"] == "reverse_line":
            if not len(points) or _metres(points[0], at_start) <= _metres(points[0], at_end):
                continue
            mended = points[::-1]
        else:
            mended = _led_on(points, at_start if payload["end"] == "first" else at_end, payload)
        if np.array_equal(mended, points):
            continue
        drawn[row] = mended
        done.append((issue, points[[0, -1]].tolist(), mended[[0, -1]].tolist()))
    return _with_lines(infrastructure, drawn), done


def _led_on(points: NDArray[np.float64], target: list[float], payload: Payload) -> NDArray[np.float64]:
    """Return a line whose one end lies at a place: moved where it is near, led on where it is far."""
    first = payload["end"] == "first"
    end = points[0] if first else points[-1]
    rest = points[1:] if first else points[:-1]
    kept = points if _metres(end, target) > payload["extend_above_m"] else rest
    return np.vstack([[target], kept] if first else [kept, [target]])


def _metres(one: Sequence[float], other: Sequence[float]) -> float:
    return float(geodesic_m(*(np.array([value]) for value in (*one, *other)))[0])


def _with_lines(infrastructure: Infrastructure, drawn: Mapping[int, NDArray[np.float64]]) -> Infrastructure:
    """Return the infrastructure with some lines drawn anew; lengths change by what the lines' lengths change."""
    if not drawn:
        return infrastructure
    lines, length = infrastructure.lines, infrastructure.links.length_m.copy()
    rows = np.array(sorted(drawn))
    counts = np.diff(lines.offsets)
    counts[rows] = [len(drawn[row]) for row in rows.tolist()]
    pieces, previous = [], 0
    for row in rows.tolist():
        pieces += [lines.coordinates[lines.offsets[previous] : lines.offsets[row]], drawn[row]]
        previous = row + 1
    pieces.append(lines.coordinates[lines.offsets[previous] :])
    mended = Geometries(np.concatenate([[0], np.cumsum(counts)]), np.concatenate(pieces))
    change = lengths_m(select_lines(mended, rows)) - lengths_m(select_lines(lines, rows))
    length[rows] = np.maximum(length[rows] + change, 0.0)
    return dataclasses.replace(infrastructure, lines=mended, links=changed_links(infrastructure.links, length_m=length))


def _set_lengths(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    """Set lengths to those of the lines as they are drawn now."""
    done: Done = []
    length, line_m = infrastructure.links.length_m.copy(), lengths_m(infrastructure.lines)
    for issue, payload in work:
        row = infrastructure.link_places.get(payload["link"])
        if row is None or abs(length[row] - line_m[row]) <= SAME_LENGTH_M:
            continue
        done.append((issue, {"length_m": float(length[row])}, {"length_m": float(line_m[row])}))
        length[row] = line_m[row]
    return dataclasses.replace(infrastructure, links=changed_links(infrastructure.links, length_m=length)), done


def _remove_turns(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    turns = infrastructure.turns
    wanted = {payload["turn"]: issue for issue, payload in work}
    repeated = (
        repeated_turns(turns) if work[0][1]["action"] == "remove_repeated_turn" else np.ones(len(turns), np.bool_)
    )
    remove = np.array([name in wanted for name in turns.turn_id.tolist()], dtype=np.bool_) & repeated
    done: Done = []
    for turn in np.flatnonzero(remove).tolist():
        links = turns.links[turns.offsets[turn] : turns.offsets[turn + 1]]
        before = {"turn": str(turns.turn_id[turn]), "links": infrastructure.links.link_id[links].tolist()}
        done.append((wanted[turns.turn_id[turn]], before, None))
    if not done:
        return infrastructure, done
    return dataclasses.replace(infrastructure, turns=turns_where(turns, ~remove)), done


def _remove_conditions(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    conditions = infrastructure.conditions
    columns = conditions.to_columns(words=False)
    kept = np.ones(len(conditions), dtype=np.bool_)
    done: Done = []
    for issue, payload in work:
        link = infrastructure.link_places.get(payload["link"], -1)
        for row in np.flatnonzero(kept & (conditions.link_index == link)).tolist():
            names = [name for name in columns if name != "link_index"]
            if [str(columns[name][row].item()) for name in names] == payload["values"]:
                kept[row] = False
                done.append((issue, {name: _plain(columns[name][row]) for name in names}, None))
                break
    if not done:
        return infrastructure, done
    left = make_conditions(**{name: values[kept] for name, values in columns.items()})
    return dataclasses.replace(infrastructure, conditions=left), done


def _remove_links(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    places = infrastructure.link_places
    remove = np.zeros(len(infrastructure.links), dtype=np.bool_)
    done: Done = []
    for issue, payload in work:
        row, twin = places.get(payload["link"]), payload.get("twin")
        twin_row = places.get(twin) if twin is not None else None
        if row is None or remove[row] or (twin is not None and (twin_row is None or remove[twin_row])):
            continue
        remove[row] = True
        links = infrastructure.links
        ends = infrastructure.nodes.node_id[[links.from_index[row], links.to_index[row]]].tolist()
        done.append((issue, {"from": ends[0], "to": ends[1], "length_m": float(links.length_m[row])}, None))
    return remove_links(infrastructure, remove), done


def _drop_nodes(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    nodes, links = infrastructure.nodes, infrastructure.links
    touched = np.zeros(len(nodes), dtype=np.bool_)
    touched[links.from_index] = True
    touched[links.to_index] = True
    kept = np.ones(len(nodes), dtype=np.bool_)
    done: Done = []
    for issue, payload in work:
        row = infrastructure.node_places.get(payload["node"])
        if row is not None and kept[row] and not touched[row]:
            kept[row] = False
            done.append((issue, {"lon": float(nodes.lon[row]), "lat": float(nodes.lat[row])}, None))
    place = np.cumsum(kept, dtype=np.int64) - 1
    rows: Places = np.flatnonzero(kept)
    changed = changed_links(links, from_index=place[links.from_index], to_index=place[links.to_index])
    return dataclasses.replace(infrastructure, nodes=taken_nodes(nodes, rows), links=changed), done


ACTIONS: Final[tuple[tuple[tuple[str, ...], Action], ...]] = (
    (("set",), _set_values),
    (("restrict_access",), _restrict_access),
    (("reverse_line", "move_end"), _mend_lines),
    (("set_length",), _set_lengths),
    (("remove_repeated_turn",), _remove_turns),
    (("remove_turn",), _remove_turns),
    (("remove_condition",), _remove_conditions),
    (("remove_link",), _remove_links),
    (("connect", "junction", "join_nodes", "collapse"), connect),
    (("drop_node",), _drop_nodes),
)
"""Actions in the order in which they are done, so that each finds the ids the check told of."""
