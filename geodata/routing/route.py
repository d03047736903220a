"""A route: arcs in order with their shares, and what follows from them: line, time, money, emissions, itinerary."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from geodata.columns import Flags, Floats, Indices
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import LINK_CLASSES
from geodata.routing.follow import headings_deg
from geodata.routing.graph import RoutingGraph, cost_per_second
from geodata.routing.lines import joined, part_of_line
from geodata.routing.notes import make_notes
from geodata.routing.snapping import Snap
from supplychain.text import Text

WORDS: Final = {
    "start": Text(en="Set out on {road}", vi="Khởi hành trên {road}"),
    "straight": Text(en="Continue on {road}", vi="Đi tiếp trên {road}"),
    "left": Text(en="Turn left onto {road}", vi="Rẽ trái vào {road}"),
    "right": Text(en="Turn right onto {road}", vi="Rẽ phải vào {road}"),
    "back": Text(en="Turn round onto {road}", vi="Quay đầu vào {road}"),
    "ferry": Text(en="Take the ferry {road}", vi="Qua phà {road}"),
}
UNNAMED: Final = {
    "road": Text(en="an unnamed road", vi="đường không tên"),
    "rail": Text(en="the railway", vi="đường sắt"),
    "inland_waterway": Text(en="the waterway", vi="luồng đường thủy"),
}
STRAIGHT_DEG: Final = 35.0
BACK_DEG: Final = 165.0


@dataclass(frozen=True, slots=True)
class Wait:
    """A stop until something opens.

    Parameters
    ----------
    lon, lat
        Where, degrees.
    link
        Link that is waited for.
    start
        When it begins.
    time_s
        How long, s.
    text
        What is waited for.
    """

    lon: float
    lat: float
    link: int
    start: dt.datetime
    time_s: float
    text: Text


@dataclass(frozen=True, slots=True)
class Leg:
    """A run along one road.

    Parameters
    ----------
    name, ref, link_class
        Of the road.
    length_m, time_s
        Of the run; the time includes the turn into it and waits before it.
    instruction
        What the driver does at its beginning.
    lon, lat
        Where it begins, degrees.
    first, last
        Places of its first and last link among those of the route.
    """

    name: str
    ref: str
    link_class: str
    length_m: float
    time_s: float
    instruction: Text
    lon: float
    lat: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Timing:
    """When things happen on a route with a time of departure.

    Parameters
    ----------
    depart, arrive
        Local times.
    enter_s, leave_s
        When each link is entered and left, seconds after the departure, float64[n].
    waits
        Stops until something opens, the origin's first.
    """

    depart: dt.datetime
    arrive: dt.datetime
    enter_s: Floats
    leave_s: Floats
    waits: tuple[Wait, ...]


@dataclass(frozen=True, eq=False)
class Route:
    """A route of one vehicle.

    Parameters
    ----------
    infrastructure, graph
        What it runs on.
    origin, destination
        Its ends on the network.
    arcs
        Arcs of the graph in the order of travel, int32[n].
    shares
        Share of each arc that is driven, float64[n]; 1 but at the ends.
    turn_s
        Time lost on the turn into each arc, s, float64[n].
    objective
        What it is the least of.
    timing
        Its times where a time of departure was given.
    """

    infrastructure: Infrastructure
    graph: RoutingGraph
    origin: Snap
    destination: Snap
    arcs: Indices
    shares: Floats
    turn_s: Floats
    objective: str = "time"
    timing: Timing | None = None

    @property
    def links(self) -> Indices:
        """Links in the order of travel, int32[n]."""
        return self.graph.arc_link[self.arcs]

    @property
    def along(self) -> Flags:
        """Whether each link is run along its line, bool[n]."""
        return self.graph.arc_along[self.arcs]

    @cached_property
    def length_m(self) -> float:
        """Length, metres."""
        return float(self.graph.length_m[self.arcs] @ self.shares)

    @cached_property
    def pass_s(self) -> Floats:
        """Time each link takes, the turn into it included, waits not, s, float64[n]."""
        if self.timing is not None:
            return self.timing.leave_s - self.timing.enter_s + self.turn_s
        return self.graph.time_s[self.arcs] * self.shares + self.turn_s

    @property
    def time_s(self) -> float:
        """Time from departure to arrival, waits included, s."""
        if self.timing is not None:
            return float(self.timing.leave_s[-1])
        return float(self.pass_s.sum())

    @property
    def waiting_s(self) -> float:
        """Time of all waits, s."""
        return 0.0 if self.timing is None else sum(wait.time_s for wait in self.timing.waits)

    @property
    def waits(self) -> tuple[Wait, ...]:
        """Stops until something opens."""
        return () if self.timing is None else self.timing.waits

    @property
    def depart(self) -> dt.datetime | None:
        """Local time of departure, if one was given."""
        return None if self.timing is None else self.timing.depart

    @property
    def arrive(self) -> dt.datetime | None:
        """Local time of arrival, if a departure was given."""
        return None if self.timing is None else self.timing.arrive

    @cached_property
    def toll(self) -> float:
        """Tolls of the run with its empty share, in the currency of the profile."""
        return float(self.graph.toll[self.arcs] @ self.shares) * (1.0 + self.graph.profile.empty_share)

    @cached_property
    def cost(self) -> float:
        """Money: km, hours and tolls of the run with its empty share, and hours of waiting once."""
        profile = self.graph.profile
        driven_s = float(self.pass_s.sum())
        by_km = profile.cost_per_km * self.length_m / 1000.0
        running = by_km + cost_per_second(profile) * driven_s
        return running * (1.0 + profile.empty_share) + self.toll + cost_per_second(profile) * self.waiting_s

    @property
    def co2e_ttw_kg(self) -> float:
        """Emissions of operation (tank to wheel) with the empty share, kg CO2e."""
        return self.length_m / 1000.0 * self.graph.profile.emissions_kg_per_km()[0]

    @property
    def co2e_wtt_kg(self) -> float:
        """Emissions of energy provision (well to tank) with the empty share, kg CO2e."""
        return self.length_m / 1000.0 * self.graph.profile.emissions_kg_per_km()[1]

    @property
    def co2e_kg(self) -> float:
        """Emissions well to wheel, kg CO2e."""
        return self.co2e_ttw_kg + self.co2e_wtt_kg

    @cached_property
    def geometry(self) -> Floats:
        """Line in the order of travel, float64[P, 2], longitude and latitude; exact along the first and last link."""
        lines, links, along = self.infrastructure.lines, self.links, self.along
        ends = self._shares_of_line()
        if len(links) == 1:
            part = part_of_line(lines.points(int(links[0])), *ends[0])
            return part if along[0] else part[::-1]
        pieces = []
        for place in (0, len(links) - 1):
            part = part_of_line(lines.points(int(links[place])), *ends[place])
            pieces.append(part if along[place] else part[::-1])
        if len(links) > 2:  # noqa: PLR2004 - something between the two ends
            pieces.insert(1, joined(lines, links[1:-1], along[1:-1])[0])
        points = np.concatenate(pieces)
        kept = np.ones(len(points), dtype=np.bool_)
        kept[1:] = (points[1:] != points[:-1]).any(axis=1)
        kept[-1] = kept[-1] or kept.sum() == 1  # a line has two points
        return points[kept]

    def _shares_of_line(self) -> dict[int, tuple[float, float]]:
        """Return, for the first and the last link, the shares of its line between which it is driven."""
        last = len(self.arcs) - 1
        start, end = self.origin.fraction, self.destination.fraction
        if last == 0:
            return {0: (min(start, end), max(start, end))}
        along = self.along
        return {0: (start, 1.0) if along[0] else (0.0, start), last: (0.0, end) if along[last] else (end, 1.0)}

    @cached_property
    def itinerary(self) -> tuple[Leg, ...]:
        """One row a run along the same road."""
        table, links = self.infrastructure.links, self.links
        names, refs, classes = table.name[links], table.ref[links], table.link_class[links]
        new = np.ones(len(links), dtype=np.bool_)
        named = (names[1:] != "") | (refs[1:] != "")
        same = (names[1:] == names[:-1]) & (refs[1:] == refs[:-1]) & (named | (classes[1:] == classes[:-1]))
        new[1:] = ~same.astype(np.bool_)
        first = np.flatnonzero(new).astype(np.int32)
        last = np.append(first[1:], len(links)) - 1
        lengths = np.add.reduceat(self.graph.length_m[self.arcs] * self.shares, first)
        times = np.add.reduceat(self._elapsed_s(), first)
        words = self._turns(first)
        legs = []
        for row, place in enumerate(first.tolist()):
            link_class = LINK_CLASSES[classes[place]]
            at = self._begins(place)
            legs.append(
                Leg(
                    name=names[place],
                    ref=refs[place],
                    link_class=link_class,
                    length_m=float(lengths[row]),
                    time_s=float(times[row]),
                    instruction=self._instruction(words[row], refs[place], names[place], link_class),
                    lon=at[0],
                    lat=at[1],
                    first=place,
                    last=int(last[row]),
                )
            )
        return tuple(legs)

    def _instruction(self, word: str, ref: str, name: str, link_class: str) -> Text:
        called = " – ".join(part for part in (ref, name) if part)
        road = Text(en=called, vi=called) if called else UNNAMED[self.graph.profile.mode]
        if link_class == "ferry":
            word, road = "ferry", Text(en=called, vi=called)
        text = WORDS[word]
        return Text(en=text.en.format(road=road.en).strip(), vi=text.vi.format(road=road.vi).strip())

    @cached_property
    def notes(self) -> tuple[Text, ...]:
        """What was assumed or left out: hours without a departure, tolls and classes not known, links passed over."""
        return make_notes(self)

    def _elapsed_s(self) -> Floats:
        """Return the time from leaving one link (or setting out) to leaving the next, s, float64[n]."""
        return self.pass_s if self.timing is None else np.diff(self.timing.leave_s, prepend=0.0)

    def _begins(self, place: int) -> tuple[float, float]:
        if place == 0:
            return self.origin.lon, self.origin.lat
        node = int(self.graph.arc_tail[self.arcs[place]])
        nodes = self.infrastructure.nodes
        return float(nodes.lon[node]), float(nodes.lat[node])

    def _turns(self, first: Indices) -> list[str]:
        leaving, reaching = headings_deg(self.infrastructure, self.graph.arc_key[self.arcs])
        words = ["start"]
        for place in first[1:].tolist():
            turn = (leaving[place] - reaching[place - 1] + 180.0) % 360.0 - 180.0
            if abs(turn) > BACK_DEG:
                words.append("back")
            elif abs(turn) < STRAIGHT_DEG:
                words.append("straight")
            else:
                words.append("left" if turn < 0 else "right")
        return words
