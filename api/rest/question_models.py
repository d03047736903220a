"""Forms of questions to the network."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from api.rest.fields import Model, told
from api.rest.network_models import CRS_PATTERN, FileId, NetworkName, PolygonForm

MOST_NAMED: Final = 5_000
MOST_MINUTES: Final = 240.0
MOST_BANDS: Final = 12
TIME_PATTERN: Final = r"^(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?)?$"

Objective = Literal["time", "distance", "cost", "co2e"]
Ending = Literal["gpkg", "geojson", "csv", "xlsx"]
PlaceText = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _local_time(text: str) -> str:
    if text:
        datetime.fromisoformat(text)
    return text


def _different(words: list[str]) -> list[str]:
    if len(set(words)) != len(words):
        msg = "each once · mỗi mục một lần"
        raise ValueError(msg)
    return words


LocalTime = Annotated[str, StringConstraints(pattern=TIME_PATTERN), AfterValidator(_local_time)]


class PlaceForm(Model):
    """A place given by its position."""

    lat: float = told("Latitude, WGS 84 degrees", "Vĩ độ, độ WGS 84", 10.932, ge=-90, le=90)
    lon: float = told("Longitude, WGS 84 degrees", "Kinh độ, độ WGS 84", 106.723, ge=-180, le=180)
    id: Annotated[str, StringConstraints(max_length=100)] = told(
        "Id it is told by; its position where left out", "Mã; nếu bỏ trống thì dùng tọa độ", "kho_1", default=""
    )
    name: Annotated[str, StringConstraints(max_length=200)] = told("Its name", "Tên", "Kho số 1", default="")


PlaceGiven = PlaceText | PlaceForm
Places = Annotated[list[PlaceGiven], Field(max_length=MOST_NAMED)]


def one_place(en: str, vi: str) -> PlaceGiven:
    """Return the field of one place."""
    found: PlaceGiven = told(
        f"{en}: an id or name of a park, zone or terminal, “latitude,longitude”, or a position",
        f"{vi}: mã hoặc tên khu, vùng, bến; “vĩ độ,kinh độ”; hoặc tọa độ",
        "10.932,106.723",
    )
    return found


def many_places(en: str, vi: str) -> list[PlaceGiven]:
    """Return the field of a list of places."""
    found: list[PlaceGiven] = told(
        f"{en}: places, or sets of them: parks, zones, terminals, terminals:seaport, candidates:warehouse",
        f"{vi}: các nơi, hoặc cả nhóm: parks, zones, terminals, terminals:seaport, candidates:warehouse",
        ["terminals:seaport"],
        default=[],
    )
    return found


def file_of_places(en: str, vi: str) -> FileId | None:
    """Return the field of a file of places."""
    found: FileId | None = told(
        f"{en}: an uploaded CSV file with id, lon, lat, name",
        f"{vi}: tệp CSV đã tải lên có id, lon, lat, name",
        None,
        default=None,
    )
    return found


class FilesForm(Model):
    """The files wanted of an answer."""

    files: Annotated[list[Ending], Field(max_length=4), AfterValidator(_different)] = told(
        "Files wanted: gpkg (layers), geojson, csv, xlsx",
        "Các tệp cần: gpkg (lớp bản đồ), geojson, csv, xlsx",
        ["gpkg", "csv"],
        default=[],
    )
    crs: Annotated[str, StringConstraints(pattern=CRS_PATTERN)] = told(
        "CRS of the layers in a gpkg; a geojson is always in WGS 84",
        "Hệ tọa độ của lớp trong gpkg; geojson luôn là WGS 84",
        "EPSG:9210",
        default="EPSG:4326",
    )


class QuestionForm(FilesForm):
    """What a question to one vehicle's network stands on."""

    network: NetworkName = told("Stored network", "Mạng lưới đã lưu", "latest", default="latest")
    profile: Annotated[str, StringConstraints(max_length=100)] = told(
        "Vehicle profile, one of /vehicle-profiles", "Hồ sơ xe, xem /vehicle-profiles", "van", default="articulated_40"
    )
    depart: LocalTime = told(
        "Local time of departure, whose bans and speeds hold", "Giờ đi, giờ địa phương", "2026-11-23 07:00", default=""
    )
    reach_m: float = told(
        "How far a place may be from the network, m", "Khoảng cách tối đa đến mạng, m", 2000.0, default=2000.0, ge=0,
        le=50_000,
    )  # fmt: skip


class RouteForm(QuestionForm):
    """A question for a route."""

    origin: PlaceGiven = one_place("From", "Nơi đi")
    destination: PlaceGiven = one_place("To", "Nơi đến")
    objective: Objective = told(
        "What is to be least: time, distance, cost, co2e",
        "Điều cần nhỏ nhất: time (thời gian), distance (quãng đường), cost (chi phí), co2e",
        "time",
        default="time",
    )
    alternatives: int = told("Other routes wanted", "Số phương án khác", 2, default=0, ge=0, le=10)
    arrive: LocalTime = told(
        "Latest local time of arrival; in place of depart", "Giờ đến muộn nhất; thay cho depart", "", default=""
    )

    @model_validator(mode="after")
    def _fits(self) -> RouteForm:
        timed = bool(self.depart or self.arrive)
        if self.depart and self.arrive:
            msg = "give depart or arrive, not both · chỉ ghi depart hoặc arrive"
            raise ValueError(msg)
        if timed and (self.objective != "time" or self.alternatives):
            msg = (
                "with a time: objective time, no alternatives · khi có giờ: objective là time, không có phương án khác"
            )
            raise ValueError(msg)
        return self


class SkimForm(QuestionForm):
    """A question for the values between many places; at most 1,000,000 pairs."""

    origins: Places = many_places("From", "Nơi đi")
    origins_file: FileId | None = file_of_places("From", "Nơi đi")
    destinations: Places = many_places("To; the origins where left out", "Nơi đến; nếu bỏ trống là các nơi đi")
    destinations_file: FileId | None = file_of_places("To", "Nơi đến")
    objective: Objective = told("What is to be least", "Điều cần nhỏ nhất", "time", default="time")

    @model_validator(mode="after")
    def _has_places(self) -> SkimForm:
        if not self.origins and self.origins_file is None:
            msg = "origins or origins_file is needed · cần origins hoặc origins_file"
            raise ValueError(msg)
        return self


class IsochroneForm(QuestionForm):
    """A question for the area reached."""

    place: PlaceGiven = one_place("The place", "Nơi xét")
    minutes: Annotated[
        list[Annotated[float, Field(gt=0, le=MOST_MINUTES)]], Field(min_length=1, max_length=MOST_BANDS)
    ] = told("Limits, minutes", "Các giới hạn, phút", [15, 30, 45], default=[15.0, 30.0, 45.0])
    to: bool = told(
        "True for where the place is reached from", "true: vùng đi đến nơi này", example=False, default=False
    )
    buffer_m: float = told(
        "Metres beside a link that count as reached", "Bề rộng mỗi bên đường, m", 150.0, default=150.0, ge=10, le=5000
    )


class CatchmentForm(QuestionForm):
    """A question for which gateway serves what best."""

    gateways: Places = many_places("Gateways", "Cửa ngõ")
    gateways_file: FileId | None = file_of_places("Gateways", "Cửa ngõ")
    places: Places = many_places("Places to assign", "Các nơi cần xét")
    places_file: FileId | None = file_of_places("Places to assign", "Các nơi cần xét")
    objective: Objective = told("What is to be least", "Điều cần nhỏ nhất", "time", default="time")
    from_gateways: bool = told(
        "Whether freight comes from the gateways", "Hàng đi từ cửa ngõ", example=False, default=False
    )
    within: PolygonForm | None = told("Area to cut to", "Vùng để cắt", None, default=None)
    near_m: float = told(
        "Metres from a road that count", "Khoảng cách tới đường, m", 1000.0, default=1000.0, ge=10, le=50_000
    )
    spacing_m: float = told(
        "Most metres between points on the road", "Khoảng cách điểm trên đường, m", 250.0, default=250.0, ge=50,
        le=10_000,
    )  # fmt: skip

    @model_validator(mode="after")
    def _has_gateways(self) -> CatchmentForm:
        if not self.gateways and self.gateways_file is None:
            msg = "gateways or gateways_file is needed · cần gateways hoặc gateways_file"
            raise ValueError(msg)
        return self


class NearestForm(QuestionForm):
    """A question for the nearest facilities; at most 1,000,000 pairs."""

    places: Places = many_places("Places", "Các nơi")
    places_file: FileId | None = file_of_places("Places", "Các nơi")
    facilities: Places = many_places("Facilities", "Các cơ sở")
    facilities_file: FileId | None = file_of_places("Facilities", "Các cơ sở")
    count: int = told("Facilities of each place", "Số cơ sở mỗi nơi", 5, default=5, ge=1, le=1000)
    from_facilities: bool = told(
        "Ways from the facilities to the places", "Đi từ cơ sở đến nơi", example=False, default=False
    )
    objective: Objective = told("What is to be least", "Điều cần nhỏ nhất", "time", default="time")

    @model_validator(mode="after")
    def _has_places(self) -> NearestForm:
        for name in ("places", "facilities"):
            if not getattr(self, name) and getattr(self, f"{name}_file") is None:
                msg = f"{name} or {name}_file is needed · cần {name} hoặc {name}_file"
                raise ValueError(msg)
        return self


class ChainsForm(FilesForm):
    """A question for the best path of each chain of modes."""

    origin: PlaceText = told("From: a park, zone, terminal or market", "Nơi đi: khu, vùng, bến, thị trường", "vsip_1")
    destination: PlaceText = told("To, likewise", "Nơi đến, như trên", "cat_lai")
    freight_class: Annotated[str, StringConstraints(max_length=100)] = told(
        "Freight class; the largest of the origin where left out",
        "Loại hàng; nếu bỏ trống là loại nhiều nhất tại nơi đi",
        "furniture:container",
        default="",
    )
    objective: Literal["generalised", "cost", "time", "co2e"] = told(
        "What is to be least", "Điều cần nhỏ nhất", "generalised", default="generalised"
    )
    legs: int = told("Most modes in a row", "Số phương thức tối đa", 4, default=4, ge=1, le=6)
    carbon_price_per_t: float = told(
        "Carbon price, the region's money per t CO2e", "Giá các-bon, tiền của vùng/tấn CO2e", 0.0, default=0.0, ge=0,
        le=1e9,
    )  # fmt: skip
    hand_over: Literal["", "none", "sea", "air", "rail", "inland_waterway", "road"] = told(
        "Mode a port hands over to; empty: sea at seaports, air at airports; none: not handled",
        "Cảng giao cho phương thức nào; trống: biển, hàng không; none: không",
        "",
        default="",
    )
    network: NetworkName | None = told(
        "Stored network joined with the corridors; the corridors alone where left out",
        "Mạng lưới đã ghép với hành lang; nếu bỏ trống: chỉ hành lang",
        None,
        default=None,
    )


class ProfileModel(Model):
    """A vehicle profile."""

    profile_id: str = told("Id of the profile", "Mã hồ sơ", "articulated_40")
    name_vi: str = told("Name in Vietnamese", "Tên tiếng Việt", "Đầu kéo 40 feet")
    name_en: str = told("Name in English", "Tên tiếng Anh", "Articulated lorry, 40 ft")
    kind: str = told("Kind of vehicle", "Loại phương tiện", "articulated")
    mode: str = told("Mode", "Phương thức", "road")


class ProfilesModel(Model):
    """The vehicle profiles there are."""

    items: list[ProfileModel] = told("In the order of the file", "Theo thứ tự trong tệp", [])
