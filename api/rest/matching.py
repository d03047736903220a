"""Matching: who can supply a need, who buys an offer, which plot suits; ranked, explained, what is left out too."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.access.guard import CallerParameter, allowed
from api.jobs.answers import ask
from api.jobs.models import JobModel
from api.rest.fields import Model, told
from api.rest.search import TEXT_PATTERN
from api.service.context import ServiceParameter
from api.service.problems import ServiceError
from supplychain.text import Text

ROUTER: Final = APIRouter(prefix="/matching")

ONE_THING: Final = Text(
    en="Ask for one thing: a need (its id, words or codes), an offer, or plots.",
    vi="Mỗi lần chỉ hỏi một thứ: một nhu cầu (mã, từ hoặc mã hàng), một chào hàng, hoặc lô đất.",
)

Words = Annotated[str, Field(max_length=200, pattern=TEXT_PATTERN)]


class PlotModel(Model):
    """What a plot must offer."""

    area_ha: float | None = told("Least area, ha", "Diện tích tối thiểu, ha", 2.5, default=None, gt=0)
    power_kva: float | None = told("Least power, kVA", "Công suất điện tối thiểu, kVA", 500.0, default=None, gt=0)
    water_m3_per_day: float | None = told("Least water, m³ a day", "Nước tối thiểu, m³/ngày", 50.0, default=None, gt=0)
    ready_built_m2: float | None = told(
        "Least ready-built floor, m²", "Nhà xưởng tối thiểu, m²", 1000.0, default=None, gt=0
    )
    vsic: Words = told("VSIC code of what is to be made", "Mã VSIC của hoạt động", "2592", default="")
    rent: float | None = told("Most rent per m² and year", "Giá thuê tối đa mỗi m² mỗi năm", 5.0, default=None, gt=0)


class SetModel(Model):
    """How a set of firms is chosen that together cover the need."""

    wanted: bool = told(
        "Whether one is wanted even where a single firm suffices", "Luôn chọn nhóm", example=True, default=False
    )
    by: Literal["delivered", "freight", "co2e"] = told(
        "What it has the least of", "Tiêu chí nhỏ nhất", "delivered", default="delivered"
    )
    most_firms: int | None = told("Most firms", "Số doanh nghiệp tối đa", 3, default=None, ge=1, le=100)
    most_percent: float | None = told(
        "Most percent of the need from one firm", "Tỷ lệ tối đa từ một nơi, %", 60.0, default=None, gt=0, le=100
    )
    extra_cost: float = told(
        "Cost of each firm beyond the first", "Chi phí thêm mỗi doanh nghiệp", 0.0, default=0.0, ge=0
    )


class MatchModel(Model):
    """What is asked: a need, an offer or plots, and limits."""

    need: str = told(
        "Id of a need, or words", "Mã nhu cầu, hoặc từ", "bảng mạch", default="", max_length=1000, pattern=TEXT_PATTERN
    )
    offer: Words = told("Id of an offer whose buyers are sought", "Mã chào hàng cần tìm bên mua", "off_1", default="")
    plots: PlotModel | None = told("What a plot must offer", "Yêu cầu về lô đất", {"area_ha": 2.5}, default=None)
    near: Words = told(
        "Place to come to: latitude,longitude or an id", "Nơi đến: vĩ độ,kinh độ hoặc mã", "11.05,106.66", default=""
    )
    region: Words = told("Place the supplier lies in", "Nơi bên cung ứng đặt", "Thuận An", default="")
    codes: list[Words] = told("Codes such as hs:8534", "Mã như hs:8534", ["hs:8534"], default=[], max_length=20)
    certificates: list[Words] = told(
        "Schemes that must be held", "Chứng nhận phải có", ["ISO 9001"], default=[], max_length=20
    )
    tonnes: float | None = told("Tonnes a month", "Số tấn mỗi tháng", 20.0, default=None, gt=0)
    quantity: float | None = told(
        "Quantity a month in the unit", "Số lượng mỗi tháng theo đơn vị", 5000.0, default=None, gt=0
    )
    unit: Words = told("Unit of the quantity", "Đơn vị", "piece", default="")
    months: Words = told("Months of delivery", "Các tháng giao", "2027-03..2027-05", default="")
    on: Words = told("Day asked; today where left out", "Ngày hỏi; bỏ trống là hôm nay", "2026-12-01", default="")
    arrive: Words = told("Last day of arrival", "Ngày đến chậm nhất", "2027-03-31", default="")
    minutes: float | None = told("Most truck minutes", "Số phút xe tải tối đa", 60.0, default=None, gt=0)
    km: float | None = told("Most km by road", "Số km đường bộ tối đa", 50.0, default=None, gt=0)
    lead_time_days: float | None = told(
        "Most days from order to delivery", "Số ngày giao tối đa", 30.0, default=None, gt=0
    )
    kind: Words = told("Kind of offer", "Loại chào hàng", "goods", default="")
    stage: Words = told("start_up or established", "start_up hoặc established", "start_up", default="")
    least_fit: float | None = told("Least fit, 0 to 1", "Độ phù hợp tối thiểu, 0 đến 1", 0.7, default=None, ge=0, le=1)
    weights: Words = told(
        "Weights of the parts of the score", "Trọng số các phần của điểm", "price=0.3,minutes=0.4", default=""
    )
    choice: SetModel | None = told(
        "How a set of firms is chosen", "Cách chọn nhóm doanh nghiệp", {"wanted": True}, default=None
    )
    synthetic: bool = told("Whether made-up records count", "Tính cả hồ sơ giả lập", example=False, default=False)
    network: Words = told(
        "A stored network by name or number, latest, pack for the region's main roads, none for no ways",
        "Mạng lưới đã lưu theo tên hoặc số, latest, pack, hoặc none",
        "latest",
        default="",
    )
    profile: Words = told("Vehicle", "Loại xe", "articulated_40", default="articulated_40")
    depart: Words = told("Local date and time of departure", "Ngày giờ khởi hành", "2026-12-01T08:00", default="")
    reach_m: float | None = told(
        "How far a place may lie from the network, m",
        "Khoảng cách tối đa tới mạng lưới, m",
        2000.0,
        default=None,
        gt=0,
        le=100_000,
    )


@ROUTER.post(
    "",
    operation_id="match",
    dependencies=[allowed("matching:ask")],
    summary="Đối chiếu cung và cầu · Match supply and need",
    status_code=202,
    response_model=JobModel,
)
def match(body: MatchModel, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Là công việc; gửi Prefer: wait=10 để chờ kết quả · A job; send Prefer: wait=10 to wait for its answer."""
    things = (bool(body.need.strip() or body.codes), bool(body.offer.strip()), body.plots is not None)
    if sum(things) != 1:
        raise ServiceError(ONE_THING, "invalid")
    return ask(request, service, caller, "match", body.model_dump(exclude_none=True))
