"""When a shipment arrives: earliest, typical and latest, by the clock of the day it is ready.

Trucks wait where a ban or a closed gate stands in their way at that hour. Services call evenly over the week: the day
of the week is not known, so the box may just catch a call (earliest), wait half the time between two calls (typical) or
all of it (latest), after the cut-off that it must be there before. Waiting is first in, first out, so a later start
never arrives earlier. The clock is that of Vietnam all the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geodata.answers.chain_legs import HANDLING, HAUL, SERVICE, ChainLeg
from geodata.tables import numbers, texts
from optimizer.quote.holidays import SUNDAY, day_off, next_working_day
from optimizer.results.names import figure
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.impedance.components import ClassCosts
    from optimizer.quote.rows import LinkRows
    from supplychain.pack import Pack

Which = Literal["earliest", "typical", "latest"]
CASES: Final[tuple[Which, ...]] = ("earliest", "typical", "latest")
HEADWAY_SHARE: Final = {"earliest": 0.0, "typical": 0.5, "latest": 1.0}
HOURS_PER_DAY: Final = 24.0
HOURS_PER_WEEK: Final = 168.0
ROAD: Final = "road"
MOST_DAYS: Final = 8
"""Days off that are told by name."""

DAY_OFF: Final = Text(
    en="{day} is {what}: whether the place ships that day is not known; the latest date counts from {next}.",
    vi="{day} là {what}: chưa rõ nơi này có giao nhận hôm đó không; ngày muộn nhất tính từ {next}.",
)
HOLIDAYS_ON_THE_WAY: Final = Text(
    en="Days off on the way: {days}. Opening of terminals and calls of services on them are not known; they count as "
    "working days.",
    vi="Ngày nghỉ trên đường đi: {days}. Chưa rõ bến và dịch vụ có hoạt động không; tính như ngày làm việc.",
)
CALLS: Final = Text(
    en="Services call evenly over the week; on which days is not known.",
    vi="Các dịch vụ cập đều trong tuần; chưa rõ vào những ngày nào.",
)
BANNED: Final = Text(
    en="Trucks are banned on {row} from {start} to {end}: {wait} h of waiting at that hour.",
    vi="Cấm xe tải tại {row} từ {start} đến {end}: chờ {wait} giờ vào giờ ấy.",
)
GATE: Final = Text(
    en="The road gate of {terminal} is open {start} to {end}: {wait} h of waiting.",
    vi="Cổng đường bộ của {terminal} mở {start} đến {end}: chờ {wait} giờ.",
)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day in which something holds, over midnight where it starts later than it ends."""

    start_h: float
    end_h: float

    def wait_h(self, hour: float) -> float:
        """Return hours from an hour of the day until the window has ended; 0 outside it."""
        inside = (
            self.start_h <= hour < self.end_h
            if self.start_h < self.end_h
            else (hour >= self.start_h or hour < self.end_h)
        )
        return (self.end_h - hour) % HOURS_PER_DAY if inside and self.start_h != self.end_h else 0.0


@dataclass(frozen=True, slots=True)
class Stop:
    """A wait on the way.

    Parameters
    ----------
    leg
        Place of the leg, from 0.
    kind
        ``ban``, ``gate`` or ``service``.
    row_id
        Link, terminal or service.
    wait_h
        Hours in the typical case.
    text
        What is waited for; None for a service.
    """

    leg: int
    kind: str
    row_id: str
    wait_h: float
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """When a shipment arrives.

    Parameters
    ----------
    ready
        When the freight is ready.
    earliest, typical, latest
        Arrivals, local time of Vietnam.
    stops
        Waits of the typical case.
    remarks
        What the dates rest on.
    """

    ready: datetime
    earliest: datetime
    typical: datetime
    latest: datetime
    stops: tuple[Stop, ...]
    remarks: tuple[Text, ...]

    def days(self, which: Which) -> float:
        """Return days from ready to arrival in one of the cases."""
        arrival: datetime = getattr(self, which)
        return (arrival - self.ready) / timedelta(days=1)


class Timetable:
    """Bans, gates and calls of a pack, for one class of freight.

    Parameters
    ----------
    pack
        The pack as the scenario has it.
    rows
        Rows of the network's links.
    costs
        Of the class: running times and vehicles.
    gross_t
        Gross mass of each vehicle in the order of the costs' vehicles, NaN where not known.
    """

    def __init__(self, pack: Pack, rows: LinkRows, costs: ClassCosts, gross_t: np.ndarray) -> None:
        self._rows = rows
        self._moving = costs.part("moving_time_h")
        self._vehicle = costs.vehicle()
        self._gross_t = gross_t
        self._bans = _bans(pack)
        self._gates = _gates(pack)
        self._services = _services(pack)
        self._names = {table: _names(pack, table) for table in ("links", "terminals")}

    def calls(self, service_id: str) -> tuple[float, float]:
        """Return cut-off and hours between two calls of a service; 0 where it runs whenever freight comes."""
        return self._services.get(service_id, (0.0, 0.0))

    def times(self, legs: Sequence[ChainLeg], on: date, ready_h: float) -> Times:
        """Return when freight that is ready at an hour of a day has passed some legs."""
        ready = datetime.combine(on, datetime.min.time()) + timedelta(hours=ready_h)
        arrivals: dict[str, datetime] = {}
        stops: tuple[Stop, ...] = ()
        for case in CASES:
            start = next_working_day(on) if case == "latest" else on
            hour = ready_h + HOURS_PER_DAY * (start - on).days
            hours, met = self._walk(legs, hour, HEADWAY_SHARE[case])
            arrivals[case] = datetime.combine(on, datetime.min.time()) + timedelta(minutes=round(hours * 60.0))
            stops = met if case == "typical" else stops
        return Times(ready, **arrivals, stops=stops, remarks=_remarks(legs, on, arrivals["typical"], stops))

    def _walk(self, legs: Sequence[ChainLeg], hour: float, share: float) -> tuple[float, tuple[Stop, ...]]:
        """Return the hour freight is through, counted from midnight of the first day, and where it waited."""
        stops: list[Stop] = []
        for place, leg in enumerate(legs):
            if leg.kind == HAUL:
                hour = self._haul(place, leg, hour, stops)
            elif leg.kind == HANDLING:
                hour = self._handle(place, leg, hour, stops)
            else:
                cutoff, headway = self.calls(leg.service_id)
                wait = cutoff + share * headway
                if leg.mode == ROAD and leg.terminal_id:
                    hour = self._pass_gate(place, leg.terminal_id, hour, stops)
                stops.append(Stop(place, "service", leg.service_id, wait))
                hour += wait + leg.moving_time_h
        return hour, tuple(stops)

    def _haul(self, place: int, leg: ChainLeg, hour: float, stops: list[Stop]) -> float:
        for link in leg.links:
            _, row_id = self._rows.of(int(link))
            ban = self._bans.get(row_id) if leg.mode == ROAD else None
            if ban is not None and self._holds(ban[1], int(link)):
                window = ban[0]
                wait = window.wait_h(hour % HOURS_PER_DAY)
                if wait:
                    told = {"start": clock(window.start_h), "end": clock(window.end_h), "wait": figure(wait, ".1f")}
                    stops.append(
                        Stop(place, "ban", row_id, wait, BANNED.format(row=self._names["links"][row_id], **told))
                    )
                hour += wait
            hour += float(self._moving[link])
        return hour

    def _holds(self, above_t: float, link: int) -> bool:
        """Return whether a ban holds for the truck on a link; where its gross mass is not known, it does."""
        gross = self._gross_t[self._vehicle[link]] if self._vehicle[link] >= 0 else np.nan
        return bool(np.isnan(above_t) or np.isnan(gross) or gross >= above_t)

    def _handle(self, place: int, leg: ChainLeg, hour: float, stops: list[Stop]) -> float:
        if leg.from_mode == ROAD:
            hour = self._pass_gate(place, leg.terminal_id, hour, stops)
        hour += leg.moving_time_h
        return self._pass_gate(place, leg.terminal_id, hour, stops) if leg.mode == ROAD else hour

    def _pass_gate(self, place: int, terminal_id: str, hour: float, stops: list[Stop]) -> float:
        closed = self._gates.get(terminal_id)
        wait = 0.0 if closed is None else closed.wait_h(hour % HOURS_PER_DAY)
        if closed is not None and wait:
            told = {"start": clock(closed.end_h), "end": clock(closed.start_h), "wait": figure(wait, ".1f")}
            stops.append(
                Stop(
                    place,
                    "gate",
                    terminal_id,
                    wait,
                    GATE.format(terminal=self._names["terminals"][terminal_id], **told),
                )
            )
        return hour + wait


def clock(hour: float) -> str:
    """Return an hour of the day as a clock shows it, ``06:30``."""
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _names(pack: Pack, table: str) -> dict[str, Text]:
    """Return the name of each row; corridors have one name, in Vietnamese."""
    rows = pack.table(table)
    vietnamese = texts(rows, "name_vi")
    english = texts(rows, "name_en") if "name_en" in rows else vietnamese
    columns = zip(texts(rows, rows.columns[0]), english, vietnamese, strict=True)
    return {str(key): Text(en=str(en) or str(key), vi=str(vi) or str(key)) for key, en, vi in columns}


def _bans(pack: Pack) -> dict[str, tuple[Window, float]]:
    """Return the hours of each banned link row, and the gross tonnes from which the ban holds (NaN: all trucks)."""
    rows = pack.table("links")
    start, end = numbers(rows, "ban_from_h"), numbers(rows, "ban_to_h")
    above = numbers(rows, "ban_above_t") if "ban_above_t" in rows else np.full(len(rows), np.nan)
    some = np.flatnonzero(~np.isnan(start) & ~np.isnan(end))
    ids = texts(rows, "link_id")
    return {str(ids[row]): (Window(float(start[row]), float(end[row])), float(above[row])) for row in some}


def _gates(pack: Pack) -> dict[str, Window]:
    """Return the hours each terminal's road gate is closed; gates that are always open are left out."""
    rows = pack.table("terminals")
    opens, closes = numbers(rows, "gate_open_h", 0.0), numbers(rows, "gate_close_h", HOURS_PER_DAY)
    ids = texts(rows, "terminal_id")
    return {
        str(ids[row]): Window(float(closes[row]) % HOURS_PER_DAY, float(opens[row]))
        for row in range(len(rows))
        if (closes[row] - opens[row]) % HOURS_PER_DAY
    }


def _services(pack: Pack) -> dict[str, tuple[float, float]]:
    """Return cut-off and hours between two calls of each service; 0 where it runs whenever freight comes."""
    rows = pack.table("services")
    calls = numbers(rows, "calls_per_week")
    headway = np.divide(HOURS_PER_WEEK, calls, out=np.zeros(len(rows)), where=calls > 0)
    values = zip(texts(rows, "service_id"), numbers(rows, "cutoff_h", 0.0), headway, strict=True)
    return {str(key): (float(cutoff), float(hours)) for key, cutoff, hours in values}


def _remarks(legs: Sequence[ChainLeg], on: date, arrival: datetime, stops: tuple[Stop, ...]) -> tuple[Text, ...]:
    found: list[Text] = [stop.text for stop in stops if stop.text is not None]
    reason = day_off(on)
    if reason is not None:
        found.append(DAY_OFF.format(day=on.isoformat(), what=reason, next=next_working_day(on).isoformat()))
    if any(leg.kind == SERVICE for leg in legs):
        found.append(CALLS)
    days = [on + timedelta(days=shift) for shift in range(1, (arrival.date() - on).days + 1)]
    holidays = dict.fromkeys(
        (day, name) for day in days if (name := day_off(day)) is not None and day.weekday() != SUNDAY
    )
    if holidays:
        listed = [Text(en=f"{day} ({name.en})", vi=f"{day} ({name.vi})") for day, name in list(holidays)[:MOST_DAYS]]
        joined = Text(en=", ".join(one.en for one in listed), vi=", ".join(one.vi for one in listed))
        found.append(HOLIDAYS_ON_THE_WAY.format(days=joined))
    return tuple(found)
