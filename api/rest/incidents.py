"""Incidents: closures of roads and tickets of the hot line, from the report to the end."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, select, true

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.incidents.entering import Step, bring_ticket, change_incident, enter_new
from api.incidents.store import find, find_ticket, hold, incident_of
from api.incidents.tables import INCIDENT_HISTORY, INCIDENTS
from api.incidents.values import (
    PUBLISHED,
    Incident,
    IncidentError,
    IncidentState,
    StaleError,
    instant_text,
    read_instant,
)
from api.rest.incident_models import (
    SYSTEM,
    HistoryModel,
    IncidentChanges,
    IncidentId,
    IncidentModel,
    NewIncidentForm,
    System,
    TicketForm,
    TicketId,
    TicketStateModel,
    said_of,
    said_with,
    show,
)
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, etag, not_modified, require_match
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["incidents"])

INCIDENT: Final = Text(en="incident", vi="sự cố")
TICKET: Final = Text(en="ticket", vi="phiếu")
PATH: Final = "/api/v1/incidents"


def is_staff(caller: Caller) -> bool:
    """Return whether somebody works with incidents, and so sees all of them whole."""
    return caller.may("incidents:write")


def tag_of(incident: Incident, *, staff: bool) -> str:
    """Return the entity tag of an incident as somebody sees it."""
    return etag("incident", incident.incident_id, incident.version, staff)


def answer_of(incident: Incident, status: int) -> Answer:
    """Return an incident as the answer to a write."""
    headers = {"ETag": tag_of(incident, staff=True)}
    if status == 201:  # noqa: PLR2004 - HTTP: created
        headers["Location"] = f"{PATH}/{incident.incident_id}"
    return Answer(status, show(incident, is_staff=True), headers, subject=incident.incident_id)


def refused(error: IncidentError) -> ServiceError:
    """Return the problem of a step that does not fit what an incident is by now."""
    return ServiceError(error.text, "conflict" if isinstance(error, StaleError) else "invalid")


@ROUTER.get(
    "/incidents",
    dependencies=[allowed("incidents:read")],
    response_model=Page[IncidentModel],
    operation_id="list_incidents",
    summary="Danh sách sự cố, mới nhập trước · Incidents, the last entered first",
)
def list_incidents(
    service: ServiceParameter,
    caller: CallerParameter,
    page: PageParameter,
    state: Annotated[
        IncidentState | None, Query(description="Chỉ trạng thái này · Only of this state", examples=["live"])
    ] = None,
    system: Annotated[
        str | None,
        Query(
            description="Chỉ của hệ thống này; chỉ cán bộ · Only of this system; staff only",
            examples=["1022"],
            pattern=SYSTEM,
            max_length=60,
        ),
    ] = None,
) -> Page[IncidentModel]:
    """Everybody sees confirmed, live and ended incidents; staff also those reported and rejected, with the reports."""
    staff = is_staff(caller)
    query = select(INCIDENTS).order_by(INCIDENTS.c.fid.desc()).limit(page.fetch)
    if not staff:
        query = query.where(INCIDENTS.c.state.in_(PUBLISHED))
    if state is not None:
        query = query.where(INCIDENTS.c.state == state)
    if system is not None:
        query = query.where(INCIDENTS.c.system == system if staff else ~true())
    if page.after is not None:
        query = query.where(INCIDENTS.c.fid < page.after[0])
    with service.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    shown, following = page.cut(rows, lambda row: (row["fid"],))
    return Page(items=[show(incident_of(row), is_staff=staff) for row in shown], next=following)


@ROUTER.post(
    "/incidents",
    dependencies=[allowed("incidents:write")],
    status_code=201,
    response_model=IncidentModel,
    operation_id="create_incident",
    summary="Nhập sự cố · Enter an incident",
)
def create_incident(
    request: Request, service: ServiceParameter, caller: CallerParameter, form: NewIncidentForm
) -> Response:
    """Enter an incident; its links are looked for by position or line, unless they are named, and how is told."""
    said = said_of(form)

    def make(connection: Connection) -> Answer:
        try:
            made = enter_new(connection, Step(said, form.state, caller.name, form.note))
        except IncidentError as error:
            raise refused(error) from error
        return answer_of(made, 201)

    return write(request, service, caller, "incidents.create", make)


@ROUTER.get(
    "/incidents/tickets/{system}",
    dependencies=[allowed("incidents:write")],
    response_model=Page[TicketStateModel],
    operation_id="list_ticket_states",
    summary="Trạng thái các phiếu, cho hệ thống nguồn · States of tickets, for the system they came from",
)
def list_ticket_states(
    service: ServiceParameter,
    page: PageParameter,
    system: System,
    changed_since: Annotated[
        str | None,
        Query(
            description="Chỉ phiếu đổi từ lúc này · Only those changed since then",
            examples=["2026-03-01T00:00:00+07:00"],
            max_length=40,
        ),
    ] = None,
) -> Page[TicketStateModel]:
    """Tell a source system that cannot take webhooks what became of its tickets, the first changed first."""
    key = (INCIDENTS.c.updated_at, INCIDENTS.c.fid)
    query = select(INCIDENTS).where(INCIDENTS.c.system == system).order_by(*key).limit(page.fetch)
    if changed_since is not None:
        query = query.where(INCIDENTS.c.updated_at >= instant_text(read_instant(changed_since)))
    if page.after is not None:
        at, fid = page.after
        later = INCIDENTS.c.updated_at > at
        query = query.where(later | ((INCIDENTS.c.updated_at == at) & (INCIDENTS.c.fid > fid)))
    with service.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    shown, following = page.cut(rows, lambda row: (row["updated_at"], row["fid"]))
    states = [TicketStateModel(**{name: row[name] for name in TicketStateModel.model_fields}) for row in shown]
    return Page(items=states, next=following)


@ROUTER.get(
    "/incidents/tickets/{system}/{ticket_id}",
    dependencies=[allowed("incidents:write")],
    response_model=IncidentModel,
    operation_id="get_ticket",
    summary="Sự cố của một phiếu · The incident of a ticket",
)
def get_ticket(
    request: Request, response: Response, service: ServiceParameter, system: System, ticket_id: TicketId
) -> IncidentModel | Response:
    """By the id that the ticket has in the system it came from."""
    with service.engine.connect() as connection:
        found = find_ticket(connection, system, ticket_id)
    if found is None:
        raise not_found(TICKET, ticket_id)
    return _shown(request, response, found, staff=True)


@ROUTER.put(
    "/incidents/tickets/{system}/{ticket_id}",
    dependencies=[allowed("incidents:write")],
    response_model=IncidentModel,
    responses={201: {"model": IncidentModel, "description": "Phiếu mới · A new ticket"}},
    operation_id="put_ticket",
    summary="Nhận phiếu từ hệ thống nguồn · Take in a ticket of another system",
)
def put_ticket(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    system: System,
    ticket_id: TicketId,
    form: TicketForm,
) -> Response:
    """Take the whole ticket as it is there now; sent again it changes nothing, so that a source may simply repeat."""
    said = said_of(form)

    def make(connection: Connection) -> Answer:
        try:
            step = Step(said, form.state, caller.name, form.note)
            found, is_new = bring_ticket(connection, system, ticket_id, step)
        except IncidentError as error:
            raise refused(error) from error
        return answer_of(found, 201 if is_new else 200)

    return write(request, service, caller, "incidents.ticket", make)


@ROUTER.get(
    "/incidents/{incident_id}",
    dependencies=[allowed("incidents:read")],
    response_model=IncidentModel,
    operation_id="get_incident",
    summary="Một sự cố · One incident",
)
def get_incident(
    request: Request, response: Response, service: ServiceParameter, caller: CallerParameter, incident_id: IncidentId
) -> IncidentModel | Response:
    """Show an incident; what is only reported, or was rejected, is there for staff alone."""
    staff = is_staff(caller)
    with service.engine.connect() as connection:
        found = find(connection, incident_id)
    if found is None or not (staff or found.is_published):
        raise not_found(INCIDENT, incident_id)
    return _shown(request, response, found, staff=staff)


def _shown(request: Request, response: Response, found: Incident, *, staff: bool) -> IncidentModel | Response:
    tag = tag_of(found, staff=staff)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    response.headers["ETag"] = tag
    return show(found, is_staff=staff)


@ROUTER.patch(
    "/incidents/{incident_id}",
    dependencies=[allowed("incidents:write")],
    response_model=IncidentModel,
    operation_id="change_incident",
    summary="Sửa sự cố hoặc chuyển trạng thái · Change an incident, or move it on",
    openapi_extra=IF_MATCH,
)
def patch_incident(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    incident_id: IncidentId,
    changes: IncidentChanges,
) -> Response:
    """Change what is said, the state, or both; confirming needs share, start, and links without doubt."""

    def make(connection: Connection) -> Answer:
        held = hold(connection, incident_id)
        if held is None:
            raise not_found(INCIDENT, incident_id)
        require_match(request, tag_of(held, staff=True))
        try:
            step = Step(said_with(held.said, changes), changes.state, caller.name, changes.note)
            changed = change_incident(connection, held, step)
        except IncidentError as error:
            raise refused(error) from error
        return answer_of(changed, 200)

    return write(request, service, caller, "incidents.change", make)


@ROUTER.get(
    "/incidents/{incident_id}/history",
    dependencies=[allowed("incidents:write")],
    response_model=Page[HistoryModel],
    operation_id="list_incident_history",
    summary="Lịch sử của một sự cố · What was done to an incident",
)
def list_history(service: ServiceParameter, page: PageParameter, incident_id: IncidentId) -> Page[HistoryModel]:
    """Every version, the oldest first: when, by whom, in what state."""
    history = INCIDENT_HISTORY.c
    query = select(INCIDENT_HISTORY).where(history.incident_id == incident_id).order_by(history.version)
    if page.after is not None:
        query = query.where(history.version > page.after[0])
    with service.engine.connect() as connection:
        if find(connection, incident_id) is None:
            raise not_found(INCIDENT, incident_id)
        rows = connection.execute(query.limit(page.fetch)).mappings().all()
    shown, following = page.cut(rows, lambda row: (row["version"],))
    named: tuple[Literal["version", "at", "author", "state", "note"], ...] = (
        "version",
        "at",
        "author",
        "state",
        "note",
    )
    items = [
        HistoryModel(**{name: row[name] for name in named}, incident=IncidentModel.model_validate_json(row["content"]))
        for row in shown
    ]
    return Page(items=items, next=following)
