"""What planners ask: requests of the endpoints whose work is a job, and the files wanted of the answer."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from api.rest.fields import Model, told

ID: Final = r"[a-z][a-z0-9_]*"
NAME_PATTERN: Final = rf"^{ID}$"
STACK_PATTERN: Final = rf"^{ID}( ?\+ ?{ID})*$"
LONGEST_NAME: Final = 200
LONGEST_STACK: Final = 2000
MOST_COMPARED: Final = 12
MOST_SWEPT: Final = 200

ScenarioName = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=LONGEST_NAME)]
StackName = Annotated[str, StringConstraints(pattern=STACK_PATTERN, max_length=LONGEST_STACK)]
ShortText = Annotated[str, StringConstraints(max_length=200)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200)]

Basis = Literal["shortest_feasible", "great_circle"]
Ending = Literal["html", "docx", "xlsx"]


def _different(names: list[str]) -> list[str]:
    if len(set(names)) != len(names):
        msg = "each must be named once · mỗi mục chỉ ghi một lần"
        raise ValueError(msg)
    return names


class WantedFiles(Model):
    """The files wanted of an answer."""

    reports: Annotated[list[Ending], Field(max_length=3), AfterValidator(_different)] = told(
        "Forms of the report: html, docx, xlsx",
        "Dạng báo cáo: html, docx, xlsx",
        ["html", "docx"],
        default=["html", "docx", "xlsx"],
    )
    layers: bool = told(
        "Whether the layers are wanted as a GeoPackage, layers.gpkg",
        "Có cần các lớp bản đồ (GeoPackage, layers.gpkg) không",
        example=True,
        default=True,
    )
    crs: Annotated[str, StringConstraints(pattern=r"^EPSG:[1-9][0-9]{0,5}$")] = told(
        "Coordinate reference system of the layers",
        "Hệ tọa độ của các lớp",
        "EPSG:9210",
        default="EPSG:4326",
    )
    tables: bool = told(
        "Whether the tables are wanted as a workbook, tables.xlsx",
        "Có cần các bảng (tables.xlsx) không",
        example=True,
        default=True,
    )
    language: Literal["vi", "en"] = told(
        "Language of DOCX and XLSX, and the one HTML opens in",
        "Ngôn ngữ của DOCX, XLSX và khi mở HTML",
        "vi",
        default="vi",
    )


class _Asked(Model):
    """What every question shares."""

    network: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = told(
        "Stored network to plan on: number, name or latest; null for the corridors of the region",
        "Mạng lưới đã lưu để lập phương án: số, tên hoặc latest; null nếu dùng hành lang của vùng",
        "joined",
        default=None,
    )
    files: WantedFiles = told(
        "Files wanted of the answer", "Các tệp cần có của kết quả", {}, default_factory=WantedFiles
    )


class PlanRequest(_Asked):
    """A scenario to plan."""

    scenario: StackName = told(
        "Scenario: id of the region, key of one that is yours or shared, or several with + between them",
        "Kịch bản: mã của vùng, khóa của kịch bản riêng hoặc được chia sẻ, hoặc nhiều cái nối bằng +",
        "base",
        default="base",
    )


class ComparisonRequest(_Asked):
    """Plans to compare with the first."""

    scenarios: Annotated[list[StackName], Field(min_length=2, max_length=MOST_COMPARED)] = told(
        "Scenarios, the base first", "Các kịch bản, phương án nền đứng đầu", ["base", "river_first"]
    )


class ExplanationRequest(PlanRequest):
    """What is asked of a plan; a summary where nothing is."""

    demand: Reference | None = told("Demand id", "Mã nhu cầu", "vsip_1:us_west:furniture:export", default=None)
    place: Reference | None = told("Id of a park or zone", "Mã khu công nghiệp hoặc khu vực", "vsip_1", default=None)
    market: Reference | None = told("Id of a market", "Mã thị trường", "us_west", default=None)
    commodity: Reference | None = told("Id of a commodity", "Mã loại hàng", "furniture", default=None)
    link: Reference | None = told("Whose tonnes this link carries", "Hàng của ai qua tuyến này", "ql13_1", default=None)
    terminal: Reference | None = told(
        "Whose tonnes pass this terminal", "Hàng của ai qua bến này", "cat_lai", default=None
    )
    capacity: Reference | None = told(
        "Capacity whose shadow price is asked for", "Năng lực cần biết giá bóng", "cat_lai:teu", default=None
    )
    unserved: bool = told(
        "Whether all that stays is asked for, and why",
        "Có hỏi mọi hàng bị bỏ lại và lý do không",
        example=False,
        default=False,
    )
    prove: Annotated[int, Field(ge=0, le=50)] = told(
        "Demands that stay whose least relaxation is searched and proved",
        "Số nhu cầu bị bỏ lại được tìm và chứng minh mức nới ít nhất",
        3,
        default=3,
    )


class QuoteRequestModel(PlanRequest):
    """A shipment to quote by each chain of modes."""

    place: Reference = told("Park or zone, id or name", "Khu hoặc vùng, mã hay tên", "vsip_1")
    market: Reference = told("Market, id or name", "Thị trường, mã hay tên", "us_west")
    box: Annotated[str, StringConstraints(min_length=1, max_length=10)] = told(
        "Kind of box: 20GP, 40GP, 40HC, 45HC, 20RF, 40RF, BULK",
        "Loại vỏ: 20GP, 40GP, 40HC, 45HC, 20RF, 40RF, BULK",
        "40HC",
    )
    date: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = told(
        "Day it is ready", "Ngày sẵn sàng", "2026-12-01"
    )
    at: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(:[0-9]{2})?$")] = told(
        "Hour it is ready", "Giờ sẵn sàng", "08:00", default="08:00"
    )
    inward: bool = told(
        "Whether it goes from the market to the place", "Hàng đi từ thị trường về khu", example=False, default=False
    )
    commodity: ShortText = told("Commodity, id or name", "Nhóm hàng, mã hay tên", "furniture", default="")
    tonnes: Annotated[float, Field(gt=0, le=1e6)] | None = told(
        "Tonnes of cargo; null for what the box usually holds",
        "Số tấn hàng; null nếu theo mức thường của vỏ",
        12.5,
        default=None,
    )
    legs: Annotated[int, Field(ge=1, le=6)] = told(
        "Most modes in a row", "Nhiều nhất bao nhiêu phương thức", 4, default=4
    )
    tariff: Literal["", "low", "mid", "high"] = told(
        "Level of the cost rows; empty for that of the scenario",
        "Mức chi phí; để trống thì theo kịch bản",
        "mid",
        default="",
    )
    distance: Basis = told(
        "Distance that transport activity is counted by",
        "Khoảng cách để tính luân chuyển",
        "shortest_feasible",
        default="shortest_feasible",
    )
    chain: ShortText = told(
        "Chain of the CO2e page, such as road>sea; empty for the cheapest",
        "Chuỗi của trang CO2e, như road>sea; để trống thì chuỗi rẻ nhất",
        "road>sea",
        default="",
    )


class EmissionsRequest(PlanRequest):
    """What emissions are to be stated of; the whole plan where nothing is named."""

    demands: Annotated[list[Reference], Field(max_length=1000)] = told(
        "Demand ids; empty for all", "Các mã nhu cầu; để trống thì tất cả", [], default=[]
    )
    place: ShortText = told("Park or zone, id or name", "Khu hoặc vùng, mã hay tên", "vsip_1", default="")
    market: ShortText = told("Market, id or name", "Thị trường, mã hay tên", "us_west", default="")
    distance: Basis = told(
        "Distance that transport activity is counted by",
        "Khoảng cách để tính luân chuyển",
        "shortest_feasible",
        default="shortest_feasible",
    )


class ProgrammeRequestModel(PlanRequest):
    """A programme to evaluate, action by action and all together."""

    programme: Reference | None = told(
        "Programme id; null for all programmes", "Mã chương trình; null là mọi chương trình", None, default=None
    )


class SweepRequest(_Asked):
    """Many scenarios to plan beside one base, each by a job of its own."""

    base: StackName = told("Scenario to compare with", "Kịch bản nền", "base", default="base")
    scenarios: Annotated[list[StackName], Field(min_length=1, max_length=MOST_SWEPT), AfterValidator(_different)] = (
        told("Scenarios, each named once", "Các kịch bản, mỗi cái một lần", ["river_first", "ring_roads_3_4"])
    )
