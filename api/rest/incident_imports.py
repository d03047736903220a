"""Files of closures and tickets, taken over whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy import Connection

from api.access.guard import CallerParameter, allowed
from api.incidents.entering import Step, bring_ticket
from api.incidents.importing import COLUMNS, ImportRow, Kind, read_rows
from api.incidents.matching import match_links
from api.incidents.store import find_ticket
from api.incidents.values import IncidentError, Match
from api.rest.fields import Model, told
from api.rest.incident_models import SYSTEM, TICKET, TicketForm, TicketStateModel, said_of
from api.service.context import ServiceParameter
from api.service.problems import ServiceError
from api.service.writing import Answer, write
from api.service.wrong_fields import wrong_fields
from supplychain.database import for_writing
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["incidents"])

CONTENT: Final = {
    "text/csv": {
        "schema": {"type": "string"},
        "example": "ticket_id,title,starts_at,share,lon,lat\n1022-1,Sửa cầu,2026-03-01,0.5,106.72,10.86\n",
    },
    "application/geo+json": {"schema": {"type": "object"}, "example": {"type": "FeatureCollection", "features": []}},
}
KINDS: Final[dict[str, Kind]] = {"text/csv": "csv", "application/geo+json": "geojson", "application/json": "geojson"}
LONGEST_TICKET: Final = 120

WRONG_KIND: Final = Text(
    en="Send the file as Content-Type text/csv or application/geo+json.",
    vi="Hãy gửi tệp với Content-Type text/csv hoặc application/geo+json.",
)
WRONG_TICKET: Final = Text(
    en="An id has 1 to 120 visible ASCII characters.", vi="Mã phiếu gồm 1 đến 120 ký tự ASCII nhìn thấy được."
)
SUMMARY: Final = Text(
    en="Nothing was taken over: {count} finding(s). Put them right and send the file again.",
    vi="Chưa nhập gì: {count} lỗi. Hãy sửa rồi gửi lại tệp.",
)


class ImportModel(Model):
    """What an import did, or would do."""

    dry_run: bool = told("Whether nothing was written", "Chỉ chạy thử", example=False)
    added: int = told("New incidents", "Sự cố mới", 2)
    changed: int = told("Incidents that were known and changed", "Sự cố đã có và thay đổi", 1)
    unchanged: int = told("Incidents known as they are", "Sự cố không đổi", 0)
    unclear: list[str] = told(
        "Tickets whose links are not found without doubt: name link_ids before confirming",
        "Phiếu chưa chắc ở đoạn nào: hãy ghi link_ids trước khi xác nhận",
        ["1022-2026-000123"],
    )
    tickets: list[TicketStateModel] = told("The incidents, in the order of the file", "Các sự cố theo thứ tự tệp", [])


async def _body(request: Request) -> bytes:
    return await request.body()


@ROUTER.post(
    "/incidents/import",
    dependencies=[allowed("incidents:write")],
    response_model=ImportModel,
    operation_id="import_incidents",
    summary="Nhập tệp CSV hoặc GeoJSON · Import a CSV or GeoJSON file",
    description=f"Các cột · Columns: {', '.join(COLUMNS)}. Nhập lại không nhân đôi: phiếu nhận theo mã. · "
    "Imported again nothing doubles: tickets are known by their ids. All or nothing.",
    openapi_extra={"requestBody": {"required": True, "content": CONTENT}},
)
def import_incidents(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    content: Annotated[bytes, Depends(_body)],
    system: Annotated[
        str,
        Query(
            description="Hệ thống nguồn của các phiếu · System the tickets are of",
            examples=["1022"],
            pattern=SYSTEM,
            max_length=60,
        ),
    ],
    dry_run: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Chỉ kiểm tra, không ghi · Only look, write nothing", examples=[True])
    ] = False,
) -> Response:
    """Take over every row or, with all findings told, none."""
    kind = KINDS.get(request.headers.get("content-type", "").partition(";")[0].strip().casefold())
    if kind is None:
        raise ServiceError(WRONG_KIND, "unsupported_media_type", headers={"Accept": "text/csv, application/geo+json"})
    tickets = _tickets(kind, content, caller.name)
    with service.engine.connect() as connection:
        matches = _matches(connection, kind, tickets)
    taking = _Taking(kind, system, tickets, matches)
    if dry_run:
        with for_writing(service.engine).connect() as connection, connection.begin() as transaction:
            looked = taking.over(connection)
            transaction.rollback()
        body = looked.model_copy(update={"dry_run": True, "tickets": []})
        return Response(body.model_dump_json(), media_type="application/json")

    def make(connection: Connection) -> Answer:
        done = taking.over(connection)
        return Answer(200, done, subject=f"{system}: {len(done.tickets)}")

    return write(request, service, caller, "incidents.import", make)


def _tickets(kind: Kind, content: bytes, author: str) -> list[tuple[ImportRow, Step]]:
    """Return what the rows of a file say.

    Raises
    ------
    FindingsError
        With every finding of every row.
    """
    findings: list[Finding] = []
    tickets = []
    for row in read_rows(content, kind):
        if len(row.ticket_id) > LONGEST_TICKET or not re.fullmatch(TICKET, row.ticket_id):
            findings.append(Finding(kind, row.number, "ticket_id", WRONG_TICKET))
        try:
            form = TicketForm.model_validate(dict(row.values))
            tickets.append((row, Step(said_of(form, kind, row.number), form.state, author, form.note)))
        except ValidationError as error:
            told_wrong = wrong_fields([{**one, "loc": ("body", *one["loc"])} for one in error.errors()])
            findings += [Finding(kind, row.number, one.column, one.text) for one in told_wrong]
        except FindingsError as error:
            findings += error.findings
    _raise(findings)
    return tickets


def _raise(findings: list[Finding]) -> None:
    if findings:
        raise FindingsError(SUMMARY.format(count=len(findings)), findings)


def _matches(connection: Connection, kind: Kind, tickets: list[tuple[ImportRow, Step]]) -> list[Match]:
    """Return the links of each row, looked for before anything is written.

    Raises
    ------
    FindingsError
        With every row whose links are not there.
    """
    findings: list[Finding] = []
    matches = []
    for row, step in tickets:
        try:
            matches.append(match_links(connection, step.said))
        except IncidentError as error:
            findings.append(Finding(kind, row.number, "link_ids", error.text))
    _raise(findings)
    return matches


@dataclass(frozen=True, slots=True)
class _Taking:
    """Rows that are right in themselves, to be taken over in one transaction."""

    kind: Kind
    system: str
    tickets: list[tuple[ImportRow, Step]]
    matches: list[Match]

    def over(self, connection: Connection) -> ImportModel:
        """Enter or change every incident and return what was done.

        Raises
        ------
        FindingsError
            With every row whose step makes no sense.
        """
        findings: list[Finding] = []
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        tickets, unclear = [], []
        for (row, step), match in zip(self.tickets, self.matches, strict=True):
            before = find_ticket(connection, self.system, row.ticket_id)
            try:
                found, is_new = bring_ticket(connection, self.system, row.ticket_id, step, match)
            except IncidentError as error:
                findings.append(Finding(self.kind, row.number, "ticket_id", error.text))
                continue
            is_same = before is not None and before.version == found.version
            counts["added" if is_new else "unchanged" if is_same else "changed"] += 1
            if not found.match.is_clear:
                unclear.append(row.ticket_id)
            tickets.append(TicketStateModel(**{name: getattr(found, name) for name in TicketStateModel.model_fields}))
        _raise(findings)
        return ImportModel(dry_run=False, **counts, unclear=unclear, tickets=tickets)
