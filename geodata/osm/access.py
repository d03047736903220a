"""Who may run on a road: access tags, one-way rules and their conditions."""

from __future__ import annotations

from typing import Final

from geodata.infrastructure.columns import BACKWARD, FORWARD, ROAD_KINDS
from geodata.osm.conditional import Clause, read_conditional
from geodata.osm.hours import WHOLE_WEEK
from geodata.osm.keys import ACCESS_CHAINS, BOTH, CAR, ROAD_ACCESS, Key, read_key
from geodata.osm.meaning import ConditionRow, Draft, blocks, measured

OPEN: Final = "open"
CLOSED: Final = "closed"
DESTINATION: Final = "destination"
UNKNOWN: Final = ""

EFFECTS: Final[dict[str, str]] = {
    **dict.fromkeys(("yes", "permissive", "designated", "official", "true", "1", "allowed", "discouraged"), OPEN),
    **dict.fromkeys(("no", "false", "agricultural", "forestry", "military", "emergency", "bus", "psv", "taxi"), CLOSED),
    **dict.fromkeys(("foot", "bicycle", "motorcycle", "pedestrian", "dismount", "use_sidepath", "never"), CLOSED),
    **dict.fromkeys(("destination", "delivery", "private", "customers", "permit", "residents", "local"), DESTINATION),
    **dict.fromkeys(("employees", "staff", "loading", "unloading", "visitors", "students", "service"), DESTINATION),
    "unknown": UNKNOWN,
}
ONEWAY: Final = {"yes": FORWARD, "true": FORWARD, "1": FORWARD, "-1": BACKWARD, "reverse": BACKWARD}
TWO_WAY: Final = {"no": BOTH, "false": BOTH, "0": BOTH}
CHANGING: Final = {"reversible": BOTH, "alternating": BOTH}

_RANK: Final = {CLOSED: 2, DESTINATION: 1, OPEN: 0}
_CHAINS: Final = {
    kind: chain if "motorcar" in chain else (*chain[:3], "motorcar", *chain[3:])
    for kind, chain in ACCESS_CHAINS.items()
}


def read_effect(value: str) -> str | None:
    """Return what an access value does; None: not understood. Of several values the strictest counts."""
    parts = [part.strip().lower() for part in value.split(";")]
    if not all(part in EFFECTS for part in parts):
        return None
    effects = [EFFECTS[part] for part in parts if EFFECTS[part]]
    return max(effects, key=_RANK.__getitem__) if effects else UNKNOWN


class Access:
    """Who may run on a way in which direction, as drawn, before it is written into the draft.

    Parameters
    ----------
    draft
        The way's tags; remarks go there.
    implied
        Direction of traffic where no tag says so: 1 forward, 3 both.
    default
        What holds where no tag says so.
    around
        Whether it is a roundabout, which stays one-way whatever ``oneway=no`` says.
    """

    def __init__(self, draft: Draft, implied: int, default: str = OPEN, *, around: bool = False) -> None:
        self.draft = draft
        self.default = default
        self._around = around
        self._tagged = self._read_tags()
        self.directions = self._read_oneway(implied)
        self.effect: dict[tuple[int, int], tuple[str, int]] = {
            (kind, side): self._resolve(kind, side) for kind in _CHAINS for side in (FORWARD, BACKWARD)
        }
        self.open_minutes = {place: 0 if effect == CLOSED else WHOLE_WEEK for place, (effect, _) in self.effect.items()}
        self._opened_to_deliveries = 0
        self._sometimes = dict(self.directions)

    @property
    def general(self) -> int:
        """Direction of traffic in general."""
        return self._general

    def mask(self, side: int) -> int:
        """Return the kinds that may run in a direction."""
        return sum(kind for kind in _CHAINS if self.directions[kind] & side and self.effect[kind, side][0] != CLOSED)

    def destination_only(self) -> int:
        """Return the kinds that may come only to reach a place on it."""
        only = self._opened_to_deliveries
        for (kind, side), (effect, _) in self.effect.items():
            if effect == DESTINATION and self.directions[kind] & side:
                only |= kind
        return only

    def rows(self) -> list[ConditionRow]:
        """Return the rows of conditional access and direction, general before particular."""
        oneway: list[ConditionRow] = []
        found: list[ConditionRow] = []
        for key in self.draft.tags:
            parts = read_key(key)
            if parts.base == "oneway" and parts.conditional and not parts.aside:
                oneway += self._oneway_rows(key, parts)
        for base in ROAD_ACCESS:
            for key in self.draft.tags:
                parts = read_key(key)
                if parts.base == base and parts.conditional and not parts.aside:
                    found += self._access_rows(key, parts)
        # A later row decides: no access tag opens what the direction of traffic closes at that hour.
        return [*oneway, *found] if any(row.is_open for row in oneway) else [*found, *oneway]

    def _read_tags(self) -> dict[tuple[str, int], str]:
        tagged: dict[tuple[str, int], str] = {}
        for key, value in self.draft.tags.items():
            parts = read_key(key)
            if parts.base not in ROAD_ACCESS or parts.conditional or parts.aside:
                continue
            effect = read_effect(value) if parts.understood and parts.kinds is None else None
            if effect is None:
                self.draft.refuse(key)
            elif effect:
                tagged[parts.base, parts.directions] = effect
        for side, key in ((BOTH, "motorcar"), (FORWARD, "motorcar:forward"), (BACKWARD, "motorcar:backward")):
            own = all((one, BOTH) in tagged or (one, side) in tagged for one in ("goods", "hgv"))
            if tagged.get(("motorcar", side)) == CLOSED and not own:
                self.draft.say("motorcar_closed", key)
        return tagged

    def _resolve(self, kind: int, side: int) -> tuple[str, int]:
        """Return the effect of the most particular tag, and how particular it is (-1: none)."""
        found = (self.default, -1)
        for level, key in enumerate(_CHAINS[kind]):
            for directions in (BOTH, side):
                effect = self._tagged.get((key, directions))
                borrowed = key == "motorcar" and kind != CAR
                if effect is not None and not (borrowed and effect == OPEN):
                    found = (effect, level)
        return found

    def _read_oneway(self, implied: int) -> dict[int, int]:
        self._general = implied
        particular: dict[int, int] = {}
        for key, value in self.draft.tags.items():
            parts = read_key(key)
            if parts.base != "oneway" or parts.conditional or parts.aside:
                continue
            found = {**ONEWAY, **TWO_WAY, **CHANGING}.get(value.strip().lower())
            if found is None or not parts.understood:
                self.draft.refuse(key)
                continue
            if value.strip().lower() in CHANGING:
                self.draft.say("reversible", key)
            if parts.kinds is None and self._around and found == BOTH:
                self.draft.say("two_way_roundabout", key)
            elif parts.kinds is None:
                self._general = found
            else:
                particular[parts.kinds] = found
        directions = dict.fromkeys(_CHAINS, self._general)
        for kinds in sorted(particular, key=int.bit_count, reverse=True):
            directions.update({kind: particular[kinds] for kind in _CHAINS if kind & kinds})
        return directions

    def _clauses(self, key: str) -> list[Clause]:
        read = read_conditional(self.draft.tags[key])
        for part in read.not_understood:
            self.draft.say("condition_not_understood", f"{key}={part}")
        for clause in read.clauses:
            if clause.unplaced:
                self.draft.say("holidays_not_known", f"{key}={clause.text}", part=", ".join(clause.unplaced))
        return [clause for clause in read.clauses if clause.minutes != 0]

    def _oneway_rows(self, key: str, parts: Key) -> list[ConditionRow]:
        rows: list[ConditionRow] = []
        for clause in self._clauses(key):
            wanted = {**ONEWAY, **TWO_WAY}.get(clause.value)
            if wanted is None or clause.below:
                self.draft.say("condition_not_understood", f"{key}={clause.value} @ ({clause.text})")
                continue
            named = clause.kinds & (ROAD_KINDS if parts.kinds is None else parts.kinds)
            for side in (FORWARD, BACKWARD):
                opens = bool(wanted & side)
                kinds = [kind for kind in _CHAINS if kind & named and self.effect[kind, side][0] != CLOSED]
                changed = any(bool(self.directions[kind] & side) != opens for kind in kinds)
                if kinds and (changed or rows):
                    rows.append(_row(clause, side, sum(kinds), is_open=opens))
                for kind in kinds if opens else ():
                    self._sometimes[kind] |= side
        return rows

    def _access_rows(self, key: str, parts: Key) -> list[ConditionRow]:
        if not parts.understood or parts.kinds is not None:
            self.draft.say("condition_not_understood", key)
            return []
        rows: list[ConditionRow] = []
        for clause in self._clauses(key):
            effect = read_effect(clause.value)
            if effect is None or effect == UNKNOWN:
                self.draft.say("condition_not_understood", f"{key}={clause.value} @ ({clause.text})")
                continue
            if effect == DESTINATION:
                self._say_delivery(key, parts, clause)
            made: dict[tuple[int, str], tuple[ConditionRow, list[tuple[int, int]]]] = {}
            for place in self._bound(parts, clause):
                for slot, row in enumerate(self._decide(clause, effect, place)):
                    # NaN differs from itself, so rows are told apart by how they are written.
                    made.setdefault((slot, repr(row)), (row, []))[1].append(place)
            for _, (row, places) in sorted(made.items(), key=lambda one: one[0][0]):
                rows += [row._replace(kinds=kinds, directions=sides) for kinds, sides in blocks(places)]
        return rows

    def _bound(self, parts: Key, clause: Clause) -> list[tuple[int, int]]:
        """Return the kinds and directions that a conditional key binds: those without a more particular tag."""
        return [
            (kind, side)
            for kind, chain in ACCESS_CHAINS.items()
            for side in (FORWARD, BACKWARD)
            if parts.base in chain
            and kind & clause.kinds
            and side & parts.directions & self._sometimes[kind]
            and self.effect[kind, side][1] <= _CHAINS[kind].index(parts.base)
        ]

    def _say_delivery(self, key: str, parts: Key, clause: Clause) -> None:
        before = {self.effect[place][0] for place in self._bound(parts, clause)}
        shown = f"{key}={clause.value} @ ({clause.text})"
        if OPEN in before:
            self.draft.say("delivery_hours", shown)
        if CLOSED in before:
            self.draft.say("delivery_opening", shown)

    def _decide(self, clause: Clause, effect: str, place: tuple[int, int]) -> list[ConditionRow]:
        """Return the rows one clause gives one kind in one direction, and keep track of the minutes it is open."""
        base = self.effect[place][0]
        opens = effect == OPEN or (effect == DESTINATION and base != OPEN)
        if effect == DESTINATION and base == CLOSED:
            self._opened_to_deliveries |= place[0]
        minutes = WHOLE_WEEK if clause.minutes is None else clause.minutes
        before = self.open_minutes[place]
        rows = [_row(clause, 0, 0, is_open=opens)]
        for column, value in clause.below.items():
            others = minutes & (~before if opens else before) & WHOLE_WEEK
            if others:
                spared = measured(_row(clause, 0, 0, is_open=not opens), {column: value})
                rows.append(spared if others == minutes else spared._replace(minutes=others))
        particular = clause.above or clause.below
        if opens and not particular:
            self.open_minutes[place] = before | minutes
        elif not opens:
            self.open_minutes[place] = before & ~minutes
        return rows


def _row(clause: Clause, directions: int, kinds: int, *, is_open: bool) -> ConditionRow:
    return measured(ConditionRow(directions, kinds, is_open, minutes=clause.minutes, text=clause.text), clause.above)
