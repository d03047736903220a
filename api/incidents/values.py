"""What an incident is: a closure of a road or a ticket of the hot line, its states and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from supplychain.errors import HinterlandError
from supplychain.text import Text

IncidentState = Literal["reported", "confirmed", "live", "ended", "rejected"]
Cause = Literal["works", "accident", "flood", "damage", "event", "traffic", "other"]
IncidentMode = Literal["road", "rail", "inland_waterway"]

STATES: Final[tuple[IncidentState, ...]] = get_args(IncidentState)
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
MODES: Final[tuple[IncidentMode, ...]] = get_args(IncidentMode)

NEXT_STATES: Final[Mapping[IncidentState, tuple[IncidentState, ...]]] = MappingProxyType(
    {
        "reported": ("confirmed", "rejected"),
        "confirmed": ("live", "ended", "rejected"),
        "live": ("ended", "rejected"),
        "ended": (),
        "rejected": (),
    }
)
"""What can come after a state. An end is an end: what happens again is a new incident."""

STATE_NAMES: Final[Mapping[IncidentState, Text]] = MappingProxyType(
    {
        "reported": Text(en="reported", vi="đã báo (reported)"),
        "confirmed": Text(en="confirmed", vi="đã xác nhận (confirmed)"),
        "live": Text(en="live", vi="đang diễn ra (live)"),
        "ended": Text(en="ended", vi="đã kết thúc (ended)"),
        "rejected": Text(en="rejected", vi="đã bác bỏ (rejected)"),
    }
)

PUBLISHED: Final[tuple[IncidentState, ...]] = ("confirmed", "live", "ended")
"""States in which everybody may see an incident, save what was reported of it in words and by which ticket."""

OWN_SYSTEM: Final = "hinterland"
"""System of incidents that were entered here; their ticket is their own id."""

VIETNAM: Final = timezone(timedelta(hours=7))
LEAST_YEAR, LAST_YEAR = 2000, 2200

NOT_A_TIME: Final = Text(
    en="'{value}' is no time; write it like 2026-03-01T07:00:00+07:00, or a day like 2026-03-01.",
    vi="'{value}' không phải thời điểm; hãy ghi như 2026-03-01T07:00:00+07:00, hoặc một ngày như 2026-03-01.",
)


class IncidentError(HinterlandError):
    """An incident that cannot be entered or changed as asked."""


class StaleError(IncidentError):
    """An incident that is in a state or version in which the step asked for makes no sense."""


@dataclass(frozen=True, slots=True)
class MatchedLink:
    """One link near an incident.

    Parameters
    ----------
    link_id
        Of the pack, or of the stored network.
    name
        Road, line or river.
    corridor
        Link of the pack that rules it; None where none does.
    distance_m
        From the position to the link, or the least between both lines; None where there is no position.
    along_m
        How far the link runs along the line of the incident; None for a position.
    chosen
        Whether the incident is on it.
    """

    link_id: str
    name: str
    corridor: str | None
    distance_m: float | None
    along_m: float | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Match:
    """How the links of an incident were found.

    Parameters
    ----------
    how
        ``links``: they were named; ``position``, ``line``: looked for; ``none``: nothing says where it is.
    is_clear
        Whether there is no doubt which links are meant; without that it cannot be confirmed.
    links
        The links, the chosen ones first, then by distance.
    """

    how: Literal["links", "position", "line", "none"]
    is_clear: bool
    links: tuple[MatchedLink, ...]

    @property
    def chosen(self) -> tuple[MatchedLink, ...]:
        """Links the incident is on."""
        return tuple(link for link in self.links if link.chosen)


NO_MATCH: Final = Match("none", is_clear=False, links=())


@dataclass(frozen=True, slots=True)
class Said:
    """What a person or a source system says of an incident.

    Parameters
    ----------
    title
        Short, one line; everybody reads it once the incident is confirmed.
    cause
        Why.
    description
        The words of the report; staff only.
    source_state
        State in the words of the source system.
    starts_at, ends_at
        When traffic is hindered; no end: until further notice.
    share
        Share of the capacity that is left, 0 (closed) to 1; None: not known yet.
    mode
        Links of which mode are hindered.
    place
        GeoJSON point or line string, WGS 84.
    tolerance_m
        How far from the place the links may lie.
    network
        Stored version of a network whose links are meant; None for the links of the pack.
    link_ids
        Links it is on, where they are known.
    """

    title: str
    cause: Cause = "other"
    description: str | None = None
    source_state: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    share: float | None = None
    mode: IncidentMode = "road"
    place: Mapping[str, Any] | None = None
    tolerance_m: float = 50.0
    network: int | None = None
    link_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as it stands.

    Parameters
    ----------
    incident_id
        Its id.
    system, ticket_id
        Where it was reported, and its id there.
    state
        How far it is.
    said
        What is said of it.
    match
        The links it is on.
    version
        Rises with every change.
    created_at, updated_at
        ISO 8601 UTC.
    source_said
        What its source system said last, with the state it said; None for incidents entered here.
    """

    incident_id: str
    system: str
    ticket_id: str
    state: IncidentState
    said: Said
    match: Match
    version: int
    created_at: str
    updated_at: str
    source_said: tuple[Said, IncidentState | None] | None = None

    @property
    def is_published(self) -> bool:
        """Whether everybody may see it."""
        return self.state in PUBLISHED

    def holds(self, at: datetime) -> bool:
        """Return whether it hinders traffic at a moment, as far as it was confirmed."""
        starts, ends = self.said.starts_at, self.said.ends_at
        return self.is_published and starts is not None and starts <= at and (ends is None or at < ends)


def read_instant(value: str, *, is_end: bool = False) -> datetime:
    """Return the moment that a text says, in UTC.

    A time without a zone is Vietnamese time (UTC+7). A day alone is its beginning, or as an end its end, so that from
    and to the same day is that whole day.

    Raises
    ------
    IncidentError
        If it is no time.
    """
    text = value.strip()
    try:
        if len(text) == len("2026-03-01"):
            day = date.fromisoformat(text)
            found = datetime.combine(day, time(), VIETNAM) + timedelta(days=1 if is_end else 0)
        else:
            found = datetime.fromisoformat(text)
            found = found if found.tzinfo else found.replace(tzinfo=VIETNAM)
    except (ValueError, OverflowError) as error:
        raise IncidentError(NOT_A_TIME.format(value=value[:40])) from error
    if not LEAST_YEAR <= found.year < LAST_YEAR:
        raise IncidentError(NOT_A_TIME.format(value=value[:40]))
    return found.astimezone(UTC)


def instant_text(value: datetime | None) -> str | None:
    """Return a moment as the tables keep it: ISO 8601 UTC with microseconds, so that texts sort as times do."""
    return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")
