"""Incidents entered and changed as a whole: links looked for, versions kept, tickets of other systems brought in."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

from sqlalchemy import Connection

from api.incidents.matching import match_links
from api.incidents.store import change, enter, find_ticket, hold, remember_source, take_ticket
from api.incidents.values import OWN_SYSTEM, Incident, IncidentState, Match, Said
from api.service.ids import new_id

WHERE: Final = ("mode", "place", "tolerance_m", "network", "link_ids")
"""What the links follow from."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked of an incident.

    Parameters
    ----------
    said
        What is said of it now.
    state
        What it becomes; None: stays.
    author, note
        For the history.
    """

    said: Said
    state: IncidentState | None
    author: str
    note: str = ""


def same_place(one: Said, other: Said) -> bool:
    """Return whether the links of two sayings are found alike."""
    return all(getattr(one, name) == getattr(other, name) for name in WHERE)


def enter_new(connection: Connection, step: Step, match: Match | None = None) -> Incident:
    """Enter an incident of our own and return it.

    Raises
    ------
    IncidentError
        If a link is not there, or it cannot be confirmed.
    """
    return _enter(connection, OWN_SYSTEM, "", step, match)


def _enter(connection: Connection, system: str, ticket_id: str, step: Step, match: Match | None) -> Incident:
    found = match or match_links(connection, step.said)
    state = step.state or "reported"
    # What is entered as ended or rejected was never anything else here: it is reported first, so that it has a history.
    first: IncidentState = state if state in ("reported", "confirmed") else "reported"
    made = Incident(new_id("inc"), system, ticket_id, first, step.said, found, 1, "", "")
    entered = enter(connection, made, author=step.author, note=step.note)
    if state == "rejected":
        return change(connection, entered, state="rejected", author=step.author)
    if state == "ended":
        confirmed = change(connection, entered, state="confirmed", author=step.author)
        return change(connection, confirmed, state="ended", author=step.author)
    return entered


def change_incident(connection: Connection, incident: Incident, step: Step) -> Incident:
    """Write what is asked of an incident that the transaction holds, and return it as it is then.

    Raises
    ------
    IncidentError
        If a link is not there, or the step makes no sense.
    """
    match = incident.match if same_place(incident.said, step.said) else match_links(connection, step.said)
    return change(
        connection, incident, said=step.said, match=match, state=step.state, author=step.author, note=step.note
    )


def bring_ticket(
    connection: Connection, system: str, ticket_id: str, step: Step, match: Match | None = None
) -> tuple[Incident, bool]:
    """Enter or change the incident of a ticket of another system; return it, and whether it is new.

    Parameters
    ----------
    connection
        A transaction that writes.
    system, ticket_id
        Whose ticket.
    step
        The ticket as it is now. What is as it was brought in last changes nothing: what people said since stays.
    match
        The links of what is said, where they were looked for already.

    Raises
    ------
    IncidentError
        If a link is not there, or the step makes no sense.
    """
    take_ticket(connection, system, ticket_id)
    known = find_ticket(connection, system, ticket_id)
    if known is None:
        made = _enter(connection, system, ticket_id, step, match)
        return remember_source(connection, made, step.said, step.state), True
    held = hold(connection, known.incident_id)
    assert held is not None  # noqa: S101 - incidents are never removed
    said, state = _news(held, step)
    found = held.match
    if not same_place(held.said, said):
        found = match if match is not None and same_place(step.said, said) else match_links(connection, said)
    changed = change(connection, held, said=said, match=found, state=state, author=step.author, note=step.note)
    return remember_source(connection, changed, step.said, step.state), False


def _news(held: Incident, step: Step) -> tuple[Said, IncidentState | None]:
    """Return what an incident becomes by what its source says anew; what the source only repeats undoes nothing."""
    if held.source_said is None:
        before, state_before = held.said, None
    else:
        before, state_before = held.source_said
    news = {
        field.name: getattr(step.said, field.name)
        for field in fields(Said)
        if getattr(step.said, field.name) != getattr(before, field.name)
    }
    repeats = step.state in {held.state, state_before} or _is_past(held.state, step.state)
    return replace(held.said, **news), None if repeats else step.state


def _is_past(state: IncidentState, wanted: IncidentState | None) -> bool:
    """Return whether a source says what an incident was before it went on here."""
    before = {"confirmed": ("reported",), "live": ("reported", "confirmed")}
    return wanted in before.get(state, ())
