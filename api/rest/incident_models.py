"""What requests and answers about incidents hold, and how a request becomes what is said of an incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Path
from pydantic import Field

from api.incidents.store import document, public_document
from api.incidents.values import Cause, Incident, IncidentError, IncidentMode, IncidentState, Said, read_instant
from api.rest.fields import Model, told
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

LINE: Final = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
"""One line that is not blank."""
SYSTEM: Final = r"^[a-z0-9][a-z0-9_.-]*$"
TICKET: Final = r"^[!-~]([ -~]*[!-~])?$"
INCIDENT_ID: Final = r"^[a-z0-9_]{1,60}$"
MOST_POINTS: Final = 2000
MOST_LINKS: Final = 500
LONGEST_LINE_DEGREES: Final = 2.0

BODY: Final = "body"
NO_ORDER: Final = Text(en="It must be later than starts_at.", vi="Phải sau starts_at.")
NO_LINE: Final = Text(
    en="The line must lead from one point to another and be no longer than some 200 km.",
    vi="Đường phải nối ít nhất hai điểm khác nhau và dài không quá khoảng 200 km.",
)
SUMMARY: Final = Text(en="What is said of the incident does not fit.", vi="Nội dung về sự cố chưa đúng.")

Longitude = Annotated[float, Field(ge=-180.0, le=180.0)]
Latitude = Annotated[float, Field(ge=-85.0, le=85.0)]
Position = tuple[Longitude, Latitude]

IncidentId = Annotated[
    str,
    Path(description="Mã sự cố · Id of the incident", examples=["inc_a2b3c4d5e6f7a2b3c4d5"], pattern=INCIDENT_ID),
]
System = Annotated[
    str,
    Path(
        description="Hệ thống nguồn, ví dụ 1022 · The source system, such as 1022",
        examples=["1022"],
        pattern=SYSTEM,
        max_length=60,
    ),
]
TicketId = Annotated[
    str,
    Path(
        description="Mã phiếu ở hệ thống nguồn · Id of the ticket in the source system",
        examples=["1022-2026-000123"],
        pattern=TICKET,
        max_length=120,
    ),
]


class PointModel(Model):
    """A GeoJSON point."""

    type: Literal["Point"] = told("Kind of geometry", "Loại hình học", "Point")
    coordinates: Position = told("Longitude, latitude, WGS 84", "Kinh độ, vĩ độ, WGS 84", [106.72, 10.86])


class LineModel(Model):
    """A GeoJSON line string."""

    type: Literal["LineString"] = told("Kind of geometry", "Loại hình học", "LineString")
    coordinates: list[Position] = told(
        "Points of the line: longitude, latitude, WGS 84",
        "Các điểm của đường: kinh độ, vĩ độ, WGS 84",
        [[106.72, 10.86], [106.72, 10.87]],
        min_length=2,
        max_length=MOST_POINTS,
    )


PlaceModel = Annotated[PointModel | LineModel, Field(discriminator="type")]


class IncidentForm(Model):
    """What is said of an incident; the whole of it."""

    title: str = told(
        "Short, one line; everybody reads it once the incident is confirmed, so name no persons",
        "Ngắn gọn, một dòng; công khai khi sự cố được xác nhận nên không ghi tên người",
        "Sửa cầu Bình Lợi, còn một làn",
        max_length=200,
        pattern=LINE,
    )
    cause: Cause = told("Why", "Nguyên nhân", "works", default="other")
    description: str | None = told(
        "The report in words; staff only",
        "Lời phản ánh; chỉ cán bộ xem",
        "Xe chết máy giữa cầu",
        default=None,
        max_length=5000,
    )
    source_state: str | None = told(
        "State in the words of the source system",
        "Trạng thái theo hệ thống nguồn",
        "đang xử lý",
        default=None,
        max_length=100,
    )
    starts_at: str | None = told(
        "From when traffic is hindered: ISO 8601; without a zone Vietnamese time; a day alone is its beginning",
        "Bắt đầu cản trở: ISO 8601; không ghi múi giờ là giờ Việt Nam; chỉ ghi ngày là đầu ngày",
        "2026-03-01T07:00:00+07:00",
        default=None,
        max_length=40,
    )
    ends_at: str | None = told(
        "Until when; null until further notice; a day alone is its end",
        "Kết thúc; null là đến khi có thông báo; chỉ ghi ngày là cuối ngày",
        "2026-03-31",
        default=None,
        max_length=40,
    )
    share: float | None = told(
        "Share of the capacity that is left: 0 closed, 0.5 half; null where not known yet",
        "Phần năng lực còn lại: 0 là đóng, 0,5 là một nửa; null nếu chưa rõ",
        0.5,
        default=None,
        ge=0.0,
        le=1.0,
    )
    mode: IncidentMode = told("Links of which mode", "Phương thức của đoạn tuyến", "road", default="road")
    place: PlaceModel | None = told(
        "Where, GeoJSON; the links near it are looked for",
        "Vị trí, GeoJSON; hệ thống tìm các đoạn tuyến gần đó",
        {"type": "Point", "coordinates": [106.72, 10.86]},
        default=None,
    )
    tolerance_m: float = told(
        "How far from the place links may lie, m", "Đoạn tuyến cách vị trí tối đa, m", 50, default=50.0, ge=1, le=1000
    )
    network: int | None = told(
        "Stored network whose links are meant; null for the links of the region",
        "Mạng lưới đã lưu; null là đoạn tuyến của dữ liệu vùng",
        None,
        default=None,
        ge=1,
        le=2**31 - 1,
    )
    link_ids: list[Annotated[str, Field(max_length=200, pattern=LINE)]] = told(
        "Links it is on, where they are known; otherwise they are looked for",
        "Các đoạn tuyến nếu đã biết; nếu không sẽ được tìm theo vị trí",
        ["dong_nai_bridge"],
        default=[],
        max_length=MOST_LINKS,
    )


class NewIncidentForm(IncidentForm):
    """A new incident, entered here."""

    state: Literal["reported", "confirmed"] = told(
        "confirmed: it is checked already", "confirmed: đã kiểm tra", "reported", default="reported"
    )
    note: str = told("For the history", "Ghi chú cho lịch sử", "", default="", max_length=500)


class TicketForm(IncidentForm):
    """A ticket as the source system has it now."""

    state: Literal["reported", "confirmed", "ended", "rejected"] | None = told(
        "What it becomes here; null: stays as it is, a new one is reported",
        "Trạng thái ở đây; null: giữ nguyên, phiếu mới là reported",
        None,
        default=None,
    )
    note: str = told("For the history", "Ghi chú cho lịch sử", "", default="", max_length=500)


class IncidentChanges(Model):
    """What is to be changed; what is left out stays, null takes a value away."""

    title: str = told("As of a new one", "Như khi tạo mới", "Sửa cầu", default="", max_length=200, pattern=LINE)
    cause: Cause = told("Why", "Nguyên nhân", "works", default="other")
    description: str | None = told("Staff only", "Chỉ cán bộ xem", "…", default=None, max_length=5000)
    starts_at: str | None = told("From when", "Bắt đầu", "2026-03-01", default=None, max_length=40)
    ends_at: str | None = told("Until when", "Kết thúc", "2026-03-31", default=None, max_length=40)
    share: float | None = told("Share of capacity left", "Phần năng lực còn lại", 0.5, default=None, ge=0.0, le=1.0)
    mode: IncidentMode = told("Mode", "Phương thức", "road", default="road")
    place: PlaceModel | None = told(
        "Where, GeoJSON", "Vị trí, GeoJSON", {"type": "Point", "coordinates": [106.72, 10.86]}, default=None
    )
    tolerance_m: float = told("Tolerance, m", "Dung sai, m", 50, default=50.0, ge=1, le=1000)
    network: int | None = told("Stored network", "Mạng lưới đã lưu", None, default=None, ge=1, le=2**31 - 1)
    link_ids: list[Annotated[str, Field(max_length=200, pattern=LINE)]] = told(
        "Links", "Đoạn tuyến", ["dong_nai_bridge"], default=[], max_length=MOST_LINKS
    )
    state: IncidentState | None = told(
        "Next state: reported → confirmed → live → ended, or rejected",
        "Trạng thái kế tiếp: reported → confirmed → live → ended, hoặc rejected",
        "confirmed",
        default=None,
    )
    note: str = told("For the history", "Ghi chú cho lịch sử", "", default="", max_length=500)


class MatchedLinkModel(Model):
    """A link near the incident."""

    link_id: str = told("The link", "Đoạn tuyến", "dong_nai_bridge")
    name: str = told("Road, line or river", "Tên đường, tuyến, sông", "QL1")
    corridor: str | None = told("Link of the region that rules it", "Hành lang của dữ liệu vùng", "dong_nai_bridge")
    distance_m: float | None = told("Distance from the place, m", "Khoảng cách tới vị trí, m", 4.2)
    along_m: float | None = told("How far it runs along the line, m", "Chạy dọc theo đường bao nhiêu, m", None)
    chosen: bool = told("Whether the incident is on it", "Sự cố có ở đoạn này không", example=True)


class MatchModel(Model):
    """How the links were found."""

    how: Literal["links", "position", "line", "none"] = told(
        "Named, or looked for by a position or line", "Được nêu, hoặc tìm theo điểm hay đường", "position"
    )
    is_clear: bool = told(
        "Whether there is no doubt; without that it cannot be confirmed",
        "Không còn nghi ngờ; nếu không thì chưa xác nhận được",
        example=True,
    )
    links: list[MatchedLinkModel] = told("The links near it", "Các đoạn tuyến gần đó", [])


class PublicIncidentModel(Model):
    """A confirmed incident as everybody sees it."""

    incident_id: str = told("Its id", "Mã sự cố", "inc_a2b3c4d5e6f7a2b3c4d5")
    state: IncidentState = told("How far it is", "Trạng thái", "live")
    cause: Cause = told("Why", "Nguyên nhân", "works")
    title: str = told("Short, one line", "Tiêu đề", "Sửa cầu Bình Lợi, còn một làn")
    starts_at: str | None = told("From when, UTC", "Bắt đầu, UTC", "2026-03-01T00:00:00.000000+00:00")
    ends_at: str | None = told("Until when, UTC; null: further notice", "Kết thúc, UTC; null: chưa rõ", None)
    share: float | None = told("Share of the capacity that is left", "Phần năng lực còn lại", 0.5)
    mode: IncidentMode = told("Links of which mode", "Phương thức", "road")
    place: PlaceModel | None = told(
        "Where, GeoJSON", "Vị trí, GeoJSON", {"type": "Point", "coordinates": [106.72, 10.86]}
    )
    network: int | None = told("Stored network; null: the region", "Mạng lưới; null: dữ liệu vùng", None)
    links: list[str] = told("Links it is on", "Các đoạn tuyến", ["dong_nai_bridge"])
    version: int = told("Rises with every change", "Tăng theo mỗi lần sửa", 3)
    created_at: str = told("When it was entered, UTC", "Lúc nhập, UTC", "2026-02-27T03:00:00.000000+00:00")
    updated_at: str = told("When it was last changed, UTC", "Lúc sửa cuối, UTC", "2026-02-28T03:00:00.000000+00:00")


class IncidentModel(PublicIncidentModel):
    """An incident as staff sees it; others get only what is public, the rest is null."""

    system: str | None = told("System it was reported in; staff only", "Hệ thống nguồn", "1022", default=None)
    ticket_id: str | None = told("Its id there; staff only", "Mã phiếu ở đó", "1022-2026-000123", default=None)
    source_state: str | None = told("State there; staff only", "Trạng thái ở đó", "đang xử lý", default=None)
    description: str | None = told("The report; staff only", "Lời phản ánh", "Xe chết máy giữa cầu", default=None)
    link_ids: list[str] | None = told("Links as they were named; staff only", "Đoạn tuyến được nêu", [], default=None)
    tolerance_m: float | None = told("Tolerance, m; staff only", "Dung sai, m", 50.0, default=None)
    match: MatchModel | None = told("How the links were found; staff only", "Cách tìm đoạn tuyến", None, default=None)


class TicketStateModel(Model):
    """How far a ticket is here, for the system it came from."""

    ticket_id: str = told("Its id in the source system", "Mã phiếu ở hệ thống nguồn", "1022-2026-000123")
    incident_id: str = told("Its id here", "Mã sự cố ở đây", "inc_a2b3c4d5e6f7a2b3c4d5")
    state: IncidentState = told("How far it is", "Trạng thái", "confirmed")
    version: int = told("Rises with every change", "Tăng theo mỗi lần sửa", 2)
    updated_at: str = told("When it was last changed, UTC", "Lúc sửa cuối, UTC", "2026-02-28T03:00:00.000000+00:00")


class HistoryModel(Model):
    """One version of an incident."""

    version: int = told("Its number", "Số phiên bản", 2)
    at: str = told("When, UTC", "Lúc, UTC", "2026-02-28T03:00:00.000000+00:00")
    author: str = told("Who", "Ai", "Lan")
    state: IncidentState = told("State from then on", "Trạng thái từ đó", "confirmed")
    note: str = told("Note", "Ghi chú", "")
    incident: IncidentModel = told("The incident as it was then", "Sự cố lúc đó", None)


def show(incident: Incident, *, is_staff: bool) -> IncidentModel:
    """Return an incident as somebody sees it."""
    return IncidentModel.model_validate(document(incident) if is_staff else public_document(incident))


def said_of(form: IncidentForm, file: str = BODY, row: int | None = None) -> Said:
    """Return what a form says.

    Raises
    ------
    FindingsError
        With every finding: times that are none or in the wrong order, a line that leads nowhere.
    """
    fields = {name: getattr(form, name) for name in IncidentForm.model_fields}
    return _said(Said(title=form.title), fields, file, row)


def said_with(said: Said, changes: IncidentChanges) -> Said:
    """Return what is said of an incident with some of it changed.

    Raises
    ------
    FindingsError
        With every finding.
    """
    named = changes.model_fields_set & set(IncidentForm.model_fields)
    return _said(said, {name: getattr(changes, name) for name in named}, BODY, None)


def _said(before: Said, fields: Mapping[str, Any], file: str, row: int | None) -> Said:
    findings: list[Finding] = []
    values = dict(fields)
    for name in ("starts_at", "ends_at"):
        if values.get(name) is not None:
            values[name] = _instant(values[name], name, findings, file, row)
    if "place" in values:
        values["place"] = _place(values["place"], findings, file, row)
    if "link_ids" in values:
        values["link_ids"] = tuple(dict.fromkeys(values["link_ids"]))
    said = replace(before, **values)
    if not findings and said.starts_at and said.ends_at and said.ends_at <= said.starts_at:
        findings.append(Finding(file, row, "ends_at", NO_ORDER))
    if findings:
        raise FindingsError(SUMMARY, findings)
    return said


def _instant(value: str, name: str, findings: list[Finding], file: str, row: int | None) -> datetime | None:
    try:
        return read_instant(value, is_end=name == "ends_at")
    except IncidentError as error:
        findings.append(Finding(file, row, name, error.text))
        return None


def _place(
    place: PointModel | LineModel | None, findings: list[Finding], file: str, row: int | None
) -> Mapping[str, Any] | None:
    if place is None:
        return None
    if isinstance(place, PointModel):
        return {"type": "Point", "coordinates": list(place.coordinates)}
    points = place.coordinates
    wide = max(max(values) - min(values) for values in zip(*points, strict=True))
    if not 0.0 < wide <= LONGEST_LINE_DEGREES:
        findings.append(Finding(file, row, "place", NO_LINE))
    return {"type": "LineString", "coordinates": [list(point) for point in points]}
