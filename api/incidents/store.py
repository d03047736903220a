"""Incidents in the database: entered, changed, moved from state to state, each version kept and told to webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, insert, or_, select, text, update

from api.incidents.tables import INCIDENT_HISTORY, INCIDENTS
from api.incidents.values import (
    NEXT_STATES,
    OWN_SYSTEM,
    PUBLISHED,
    STATE_NAMES,
    Incident,
    IncidentState,
    Match,
    MatchedLink,
    Said,
    StaleError,
    instant_text,
)
from api.webhooks.events import announce
from supplychain.database import for_writing, is_sqlite
from supplychain.registry.writing import now
from supplychain.text import Text

CLOCK: Final = "clock"
"""Author of the steps that time itself takes."""
AT_ONCE: Final = 50
"""Incidents that time moves in one transaction."""

NO_STEP: Final = Text(
    en="An incident that is {state} cannot become {wanted}; it can become: {known}.",
    vi="Sự cố đang ở trạng thái {state} không thể thành {wanted}; có thể thành: {known}.",
)
OVER: Final = Text(
    en="This incident is {state}, so it stays as it is; enter what happened since as a new one.",
    vi="Sự cố này {state} nên giữ nguyên; hãy nhập sự việc mới thành sự cố mới.",
)
NOT_YET: Final = Text(
    en="It cannot be confirmed before this is known: {missing}.",
    vi="Chưa thể xác nhận khi còn thiếu: {missing}.",
)
MISSING: Final[Mapping[str, Text]] = {
    "starts_at": Text(en="when it starts (starts_at)", vi="thời điểm bắt đầu (starts_at)"),
    "share": Text(en="the share of capacity left (share)", vi="phần năng lực còn lại (share)"),
    "links": Text(
        en="which links it is on, without doubt (link_ids, or a closer place)",
        vi="chắc chắn ở đoạn tuyến nào (link_ids, hoặc vị trí chính xác hơn)",
    ),
}


def find(connection: Connection, incident_id: str) -> Incident | None:
    """Return an incident, held until the end of a transaction that writes; None where there is none."""
    query = select(INCIDENTS).where(INCIDENTS.c.incident_id == incident_id)
    return _one(connection, query)


def find_ticket(connection: Connection, system: str, ticket_id: str) -> Incident | None:
    """Return the incident of a ticket of another system; None where there is none."""
    return _one(connection, select(INCIDENTS).where(INCIDENTS.c.system == system, INCIDENTS.c.ticket_id == ticket_id))


def take_ticket(connection: Connection, system: str, ticket_id: str) -> None:
    """Wait until nobody else is entering the same ticket; it lasts until the transaction ends."""
    if not is_sqlite(connection):
        key = f"hinterland incident {system} {ticket_id}"
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:key || current_schema()))")
        connection.execute(lock.bindparams(key=key))


def hold(connection: Connection, incident_id: str) -> Incident | None:
    """Return an incident and keep others from changing it until the transaction ends."""
    query = select(INCIDENTS).where(INCIDENTS.c.incident_id == incident_id)
    return _one(connection, query.with_for_update())


def _one(connection: Connection, query: Select[Any]) -> Incident | None:
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else incident_of(row)


def incident_of(row: Mapping[Any, Any]) -> Incident:
    """Return the incident that a row of the table holds."""
    match = json.loads(row["match"])
    said = _said({**row, "place": _loaded(row["place"]), "link_ids": json.loads(row["link_ids"])})
    kept = _loaded(row["source_said"])
    return Incident(
        incident_id=row["incident_id"],
        system=row["system"],
        ticket_id=row["ticket_id"],
        state=row["state"],
        said=said,
        match=Match(match["how"], match["is_clear"], tuple(MatchedLink(**link) for link in match["links"])),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        source_said=None if kept is None else (_said(kept["said"]), kept["state"]),
    )


def _loaded(value: str | None) -> Any:  # noqa: ANN401 - any JSON
    return None if value is None else json.loads(value)


def _said(values: Mapping[Any, Any]) -> Said:
    return Said(
        title=values["title"],
        cause=values["cause"],
        description=values["description"],
        source_state=values["source_state"],
        starts_at=_instant(values["starts_at"]),
        ends_at=_instant(values["ends_at"]),
        share=values["share"],
        mode=values["mode"],
        place=values["place"],
        tolerance_m=values["tolerance_m"],
        network=values["network"],
        link_ids=tuple(values["link_ids"]),
    )


def _said_values(said: Said) -> dict[str, Any]:
    return {
        "source_state": said.source_state,
        "cause": said.cause,
        "title": said.title,
        "description": said.description,
        "starts_at": instant_text(said.starts_at),
        "ends_at": instant_text(said.ends_at),
        "share": said.share,
        "mode": said.mode,
        "place": None if said.place is None else dict(said.place),
        "tolerance_m": said.tolerance_m,
        "network": said.network,
        "link_ids": list(said.link_ids),
    }


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _cells(incident: Incident) -> dict[str, Any]:
    values = _said_values(incident.said)
    kept = incident.source_said
    source_said = None if kept is None else {"said": _said_values(kept[0]), "state": kept[1]}
    return {
        **values,
        "system": incident.system,
        "ticket_id": incident.ticket_id,
        "state": incident.state,
        "place": None if values["place"] is None else json.dumps(values["place"]),
        "link_ids": json.dumps(values["link_ids"], ensure_ascii=False),
        "match": json.dumps(asdict(incident.match), ensure_ascii=False),
        "source_said": None if source_said is None else json.dumps(source_said, ensure_ascii=False),
        "version": incident.version,
        "created_at": incident.created_at,
        "updated_at": incident.updated_at,
    }


def enter(connection: Connection, incident: Incident, *, author: str, note: str = "") -> Incident:
    """Enter a new incident; where it is to be confirmed at once, what that needs must be there.

    Raises
    ------
    StaleError
        If it is to be confirmed and something for that is not known.
    """
    at = now()
    ticket_id = incident.incident_id if incident.system == OWN_SYSTEM else incident.ticket_id
    made = replace(incident, ticket_id=ticket_id, version=1, created_at=at, updated_at=at)
    _check_confirmable(made)
    connection.execute(insert(INCIDENTS).values(incident_id=made.incident_id, **_cells(made)))
    _keep(connection, made, None, author, note)
    return made


def change(
    connection: Connection,
    incident: Incident,
    *,
    said: Said | None = None,
    match: Match | None = None,
    state: IncidentState | None = None,
    author: str,
    note: str = "",
) -> Incident:
    """Write the next version of an incident that the transaction holds; where nothing differs it stays as it is.

    One that ends now ends at this moment, unless an earlier end is known.

    Raises
    ------
    StaleError
        If the state cannot follow, the incident is over, or what a confirmed one needs is missing.
    """
    wanted = replace(incident, said=said or incident.said, match=match or incident.match, state=state or incident.state)
    if wanted == incident:
        return incident
    if not NEXT_STATES[incident.state] and not _is_afterword(incident, wanted):
        raise StaleError(OVER.format(state=STATE_NAMES[incident.state]))
    if wanted.state != incident.state and wanted.state not in NEXT_STATES[incident.state]:
        known = ", ".join(NEXT_STATES[incident.state])
        states = {"state": STATE_NAMES[incident.state], "wanted": STATE_NAMES[wanted.state]}
        raise StaleError(NO_STEP.format(**states, known=known))
    at = datetime.now(UTC)
    if wanted.state == "ended" and (wanted.said.ends_at is None or wanted.said.ends_at > at):
        starts = wanted.said.starts_at
        wanted = replace(wanted, said=replace(wanted.said, ends_at=at if starts is None else max(at, starts)))
    wanted = replace(wanted, version=incident.version + 1, updated_at=max(now(), incident.updated_at))
    _check_confirmable(wanted)
    held = and_(INCIDENTS.c.incident_id == incident.incident_id, INCIDENTS.c.version == incident.version)
    written = connection.execute(update(INCIDENTS).where(held).values(_cells(wanted)))
    assert written.rowcount == 1  # noqa: S101 - the transaction holds it
    _keep(connection, wanted, incident, author, note)
    return wanted


def _is_afterword(before: Incident, wanted: Incident) -> bool:
    """Return whether only the words of the source system differ: these may change after the end."""
    said = replace(before.said, source_state=wanted.said.source_state, description=wanted.said.description)
    return wanted == replace(before, said=said)


def remember_source(connection: Connection, incident: Incident, said: Said, state: IncidentState | None) -> Incident:
    """Keep what the source system of an incident said last; that alone makes no version."""
    kept = replace(incident, source_said=(said, state))
    if kept != incident:
        mine = INCIDENTS.c.incident_id == incident.incident_id
        connection.execute(update(INCIDENTS).where(mine).values(source_said=_cells(kept)["source_said"]))
    return kept


def _check_confirmable(incident: Incident) -> None:
    if not incident.is_published:
        return
    said = incident.said
    missing = [name for name in ("starts_at", "share") if getattr(said, name) is None]
    if not (incident.match.is_clear and incident.match.chosen):
        missing.append("links")
    if missing:
        told = [MISSING[name] for name in missing]
        joined = Text(en=", ".join(one.en for one in told), vi=", ".join(one.vi for one in told))
        raise StaleError(NOT_YET.format(missing=joined))


def _keep(connection: Connection, incident: Incident, before: Incident | None, author: str, note: str) -> None:
    """Keep a version in the history and tell webhooks of it."""
    told = document(incident)
    connection.execute(
        insert(INCIDENT_HISTORY).values(
            incident_id=incident.incident_id,
            version=incident.version,
            at=incident.updated_at,
            author=author,
            state=incident.state,
            note=note,
            content=json.dumps(told, ensure_ascii=False),
        )
    )
    was_published = before is not None and before.is_published
    state_before = None if before is None else before.state
    data = {"incident": told, "state_before": state_before, "was_published": was_published}
    announce(connection, "incident.changed", incident.incident_id, data)


def document(incident: Incident) -> dict[str, Any]:
    """Return all that is known of an incident, as staff sees it (JSON)."""
    said = incident.said
    return {
        **public_document(incident),
        "system": incident.system,
        "ticket_id": incident.ticket_id,
        "source_state": said.source_state,
        "description": said.description,
        "link_ids": list(said.link_ids),
        "tolerance_m": said.tolerance_m,
        "match": asdict(incident.match) | {"links": [asdict(link) for link in incident.match.links]},
    }


def public_document(incident: Incident) -> dict[str, Any]:
    """Return what everybody may know of a published incident: not who reported what in which words."""
    said = incident.said
    return {
        "incident_id": incident.incident_id,
        "state": incident.state,
        "cause": said.cause,
        "title": said.title,
        "starts_at": instant_text(said.starts_at),
        "ends_at": instant_text(said.ends_at),
        "share": said.share,
        "mode": said.mode,
        "place": None if said.place is None else dict(said.place),
        "network": said.network,
        "links": [link.link_id for link in incident.match.chosen],
        "version": incident.version,
        "created_at": incident.created_at,
        "updated_at": incident.updated_at,
    }


def holding(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a confirmed incident hinders traffic at a moment, whatever the clock has moved yet."""
    moment = instant_text(at)
    return and_(
        INCIDENTS.c.state.in_(PUBLISHED),
        INCIDENTS.c.starts_at <= moment,
        or_(INCIDENTS.c.ends_at.is_(None), INCIDENTS.c.ends_at > moment),
    )


def within(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Return the condition that a confirmed incident hinders traffic at some moment from one time to another."""
    return and_(
        INCIDENTS.c.state.in_(PUBLISHED),
        INCIDENTS.c.starts_at < instant_text(last),
        or_(INCIDENTS.c.ends_at.is_(None), INCIDENTS.c.ends_at > instant_text(first)),
    )


def read_incidents(connection: Connection, condition: ColumnElement[bool]) -> Iterator[Incident]:
    """Yield the incidents of a condition in the order in which they were entered."""
    for row in connection.execute(select(INCIDENTS).where(condition).order_by(INCIDENTS.c.fid)).mappings():
        yield incident_of(row)


def move_by_clock(engine: Engine, at: datetime) -> int:
    """Make confirmed incidents live when they start, and ended when they end; return how many moved.

    Each step is written once, however many workers ask at the same time.
    """
    moment = instant_text(at)
    starts = and_(INCIDENTS.c.state == "confirmed", INCIDENTS.c.starts_at <= moment)
    ends = and_(INCIDENTS.c.state.in_(("confirmed", "live")), INCIDENTS.c.ends_at <= moment)
    with engine.connect() as connection:
        query = select(INCIDENTS.c.incident_id).where(or_(starts, ends)).order_by(INCIDENTS.c.fid).limit(AT_ONCE)
        due = list(connection.scalars(query))
    if not due:
        return 0
    moved = 0
    with for_writing(engine).begin() as connection:
        for incident_id in due:
            incident = hold(connection, incident_id)
            state = None if incident is None else _due_state(incident, at)
            if incident is not None and state is not None:
                change(connection, incident, state=state, author=CLOCK)
                moved += 1
    return moved


def _due_state(incident: Incident, at: datetime) -> IncidentState | None:
    if incident.state not in ("confirmed", "live"):
        return None
    said = incident.said
    if said.ends_at is not None and said.ends_at <= at:
        return "ended"
    starts = said.starts_at
    return "live" if incident.state == "confirmed" and starts is not None and starts <= at else None
