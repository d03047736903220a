"""Forms and answers about stored networks."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import Path
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from api.rest.fields import Model, told

CRS_PATTERN: Final = r"^EPSG:[1-9][0-9]{0,5}$"
GIVEN_CRS_PATTERN: Final = r"^([A-Z]{2,10}:[0-9]{1,6})?$"
"""A code, or nothing: other texts can make the projection library open files."""
FILE_PATTERN: Final = r"^file_[a-z2-7]{20}$"
MOST_POINTS: Final = 20_000
RING_POINTS: Final = 4
LON_LIMIT: Final = 180.0
LAT_LIMIT: Final = 90.0

NetworkName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
FileId = Annotated[str, StringConstraints(pattern=FILE_PATTERN)]
Kind = Literal["imported", "edited", "repaired", "joined", "merged"]
Layer = Literal["nodes", "links", "candidates", "outlines"]
ExportFormat = Literal["gpkg", "flatgeobuf", "geojson", "geojsonseq", "shapefile", "gmns"]

LayerPath = Annotated[
    Layer,
    Path(description="Lớp: nodes, links, candidates, outlines · Layer of the network", examples=["links"]),
]
NetworkPath = Annotated[
    str,
    Path(
        description="Tên, số, hoặc latest (bản mới nhất) · Name, number, or latest (the newest)",
        examples=["latest"],
        min_length=1,
        max_length=100,
    ),
]


class NetworkSourceModel(Model):
    """Where rows of a network came from."""

    name: str = told("Name of the source", "Tên nguồn", "hcm.osm.pbf")
    licence: str = told("Its licence", "Giấy phép", "ODbL 1.0")
    attribution: str = told("What must stand beside any copy", "Ghi kèm mọi bản sao", "© OpenStreetMap contributors")
    date: str = told("Date of the data; empty where unknown", "Ngày của dữ liệu; trống nếu không rõ", "2026-01-01")
    sha256: str = told(
        "SHA-256 of the file; empty where none", "SHA-256 của tệp; trống nếu không có", "9f86d081884c7d65"
    )


class NetworkModel(Model):
    """A stored version of a network; it never changes."""

    version_id: int = told("Number of the version", "Số phiên bản", 3)
    name: str = told("Its name, unique", "Tên, không trùng", "hcm_2018")
    kind: Kind = told(
        "How it came to be: imported, edited, repaired, joined, merged",
        "Cách tạo: imported (nhập), edited (sửa tay), repaired (sửa lỗi), joined (ghép), merged (hợp nhất)",
        "imported",
    )
    parent: int | None = told("Number of the version it was made from", "Số phiên bản gốc", None)
    created_at: str = told("When it was stored, UTC", "Lúc lưu, UTC", "2026-01-05T08:00:00+00:00")
    note: str = told("What there is to say of it", "Ghi chú", "")
    content_hash: str = told("SHA-256 of the content", "SHA-256 của nội dung", "9f86d081884c7d659a2feaa0c55ad015")
    nodes: int = told("Number of nodes", "Số nút", 12_000)
    links: int = told("Number of links", "Số đoạn", 15_000)
    conditions: int = told("Conditions by hour or vehicle", "Số điều kiện theo giờ hoặc loại xe", 120)
    turns: int = told("Turn restrictions", "Số hạn chế rẽ", 340)
    candidates: int = told("Places that may be terminals or parks", "Số nơi có thể là bến, khu công nghiệp", 56)
    records: int = told("Notes kept with it", "Số ghi nhận đi kèm", 78)
    length_km: float = told("Length of all links, km", "Tổng chiều dài, km", 8123.4)
    licence: str = told("Licences of the sources", "Giấy phép của các nguồn", "ODbL 1.0")
    attribution: str = told("What must stand beside any copy", "Ghi kèm mọi bản sao", "© OpenStreetMap contributors")
    sources: list[NetworkSourceModel] = told("Where its rows came from", "Nguồn của các dòng", [])


class NoteModel(Model):
    """What an import noted, a repair did or a merge could not settle."""

    kind: str = told("Kind of note", "Loại ghi nhận", "unknown_tag")
    severity: str = told("note or warning", "note (ghi nhận) hoặc warning (cảnh báo)", "warning")
    subject: str = told("What it is about", "Về đối tượng nào", "way 123")
    lon: float | None = told("Longitude of its place, degrees", "Kinh độ, độ", 106.7)
    lat: float | None = told("Latitude of its place, degrees", "Vĩ độ, độ", 10.9)
    count: int = told("How often", "Số lần", 1)
    text_vi: str = told("The note in Vietnamese", "Nội dung tiếng Việt", "Thẻ lạ.")
    text_en: str = told("The note in English", "Nội dung tiếng Anh", "An unknown tag.")


class LengthModel(Model):
    """Links of one mode and class."""

    mode: str = told("Mode; empty where none is known", "Phương thức; trống nếu không rõ", "road")
    link_class: str = told("Class of the links", "Cấp đường", "primary")
    links: int = told("Number of links", "Số đoạn", 1200)
    length_km: float = told("Their length, km", "Chiều dài, km", 432.1)


class LengthsModel(Model):
    """Number and length of the links of a network."""

    items: list[LengthModel] = told("By mode and class", "Theo phương thức và cấp", [])


class FeatureModel(Model):
    """A row of a layer, as GeoJSON."""

    type: Literal["Feature"] = told("Always Feature", "Luôn là Feature", "Feature")
    id: str = told("Id of the row within its version", "Mã dòng trong phiên bản", "w1:1:5")
    geometry: dict[str, Any] | None = told(
        "Geometry, WGS 84 degrees (RFC 7946)",
        "Hình học, độ WGS 84 (RFC 7946)",
        {"type": "Point", "coordinates": [106.7, 10.9]},
    )
    properties: dict[str, Any] = told("The other columns", "Các cột khác", {"link_class": "primary", "oneway": False})


class FeaturePage(Model):
    """A page of a layer, as GeoJSON."""

    type: Literal["FeatureCollection"] = told(
        "Always FeatureCollection", "Luôn là FeatureCollection", "FeatureCollection"
    )
    features: list[FeatureModel] = told("The rows of this page", "Các dòng của trang này", [])
    next: str | None = told("Address of the next page; null on the last", "Địa chỉ trang sau; null nếu hết", None)
    attribution: str = told("What must stand beside any copy", "Ghi kèm mọi bản sao", "© OpenStreetMap contributors")


def _is_ring(ring: list[list[float]]) -> bool:
    inside = all(len(at) == 2 and abs(at[0]) <= LON_LIMIT and abs(at[1]) <= LAT_LIMIT for at in ring)  # noqa: PLR2004 - lon, lat
    return inside and len(ring) >= RING_POINTS and ring[0] == ring[-1]


def _rings(rings: list[list[list[float]]]) -> list[list[list[float]]]:
    if sum(map(len, rings)) > MOST_POINTS or not all(_is_ring(ring) for ring in rings):
        msg = f"closed rings of [lon, lat], {MOST_POINTS} points at most · vòng kín gồm [kinh độ, vĩ độ]"
        raise ValueError(msg)
    return rings


class PolygonForm(Model):
    """An area, as GeoJSON."""

    type: Literal["Polygon"] = told("Always Polygon", "Luôn là Polygon", "Polygon")
    coordinates: Annotated[list[list[list[float]]], Field(min_length=1, max_length=1000), AfterValidator(_rings)] = (
        told(
            "Closed rings of longitude and latitude, WGS 84 degrees; holes after the first",
            "Các vòng kín gồm kinh độ, vĩ độ, độ WGS 84; lỗ đứng sau vòng đầu",
            [[[106.6, 10.8], [106.9, 10.8], [106.9, 11.1], [106.6, 10.8]]],
        )
    )


def _box(sides: list[float]) -> list[float]:
    west, south, east, north = sides
    if not (-LON_LIMIT <= west < east <= LON_LIMIT and -LAT_LIMIT <= south < north <= LAT_LIMIT):
        msg = "west, south, east, north in degrees · tây, nam, đông, bắc theo độ"
        raise ValueError(msg)
    return sides


Bounds = Annotated[list[float], Field(min_length=4, max_length=4), AfterValidator(_box)]


def bounds_text(bounds: list[float] | None) -> str | None:
    """Return bounds as the commands write them."""
    return None if bounds is None else ",".join(repr(side) for side in bounds)


class NewNetworkForm(Model):
    """What every new version is asked."""

    name: NetworkName | None = told(
        "Name of the new version; made from what it comes from where left out",
        "Tên phiên bản mới; nếu bỏ trống thì đặt theo nguồn",
        "hcm_2026",
        default=None,
    )


class ImportForm(NewNetworkForm):
    """A network to import."""

    form: Literal["osm", "gis", "gmns", "pack"] = told(
        "What the files are: osm (.osm.pbf), gis (.gpkg, .shp, .fgb, .geojson), gmns (tables as .csv); pack: the "
        "corridors of the region, without a file",
        "Loại tệp: osm (.osm.pbf), gis (.gpkg, .shp, .fgb, .geojson), gmns (các bảng .csv); pack: hành lang của vùng, "
        "không cần tệp",
        "osm",
    )
    files: Annotated[list[FileId], Field(max_length=20)] = told(
        "Uploaded files; a Shapefile with all of its parts",
        "Các tệp đã tải lên; Shapefile kèm đủ các phần",
        ["file_a2b3c4d5e6f7a2b3c4d5"],
        default=[],
    )
    onto: NetworkName | None = told(
        "Version whose edits made by hand are kept; of an edited export the version it was exported from, or none",
        "Phiên bản có bản sửa tay cần giữ; với tệp đã xuất và sửa là phiên bản đã xuất, hoặc none",
        "hcm_sua",
        default=None,
    )
    dry_run: bool = told("Whether nothing is stored", "Chỉ thử, không lưu", example=False, default=False)
    bounds: Bounds | None = told(
        "osm: only this box (west, south, east, north, degrees)",
        "osm: chỉ khung này (tây, nam, đông, bắc, độ)",
        [106.5, 10.6, 106.9, 11.0],
        default=None,
    )
    area: PolygonForm | None = told("osm: only this area", "osm: chỉ vùng này", None, default=None)
    modes: Annotated[list[Literal["road", "rail", "inland_waterway"]], Field(max_length=3)] = told(
        "osm: only these modes; all where empty", "osm: chỉ các phương thức này; trống là tất cả", ["road"], default=[]
    )
    link_classes: Annotated[list[Annotated[str, StringConstraints(max_length=40)]], Field(max_length=60)] = told(
        "osm: only these classes", "osm: chỉ các cấp đường này", ["primary"], default=[]
    )
    merge_chains: bool = told(
        "osm: whether chains of alike links become one", "osm: gộp chuỗi đoạn giống nhau", example=True, default=True
    )
    mapping: Annotated[str, StringConstraints(max_length=100_000)] | None = told(
        "gis: what its columns mean, as YAML; none for an exported network that was edited",
        "gis: ý nghĩa các cột, dạng YAML; bỏ trống nếu là mạng đã xuất và sửa",
        "attributes: {}",
        default=None,
    )
    layer: Annotated[str, StringConstraints(max_length=200)] = told(
        "gis: layer of the file", "gis: lớp trong tệp", "roads", default=""
    )
    crs: Annotated[str, StringConstraints(pattern=GIVEN_CRS_PATTERN)] = told(
        "gis: CRS where the file states none", "gis: hệ tọa độ nếu tệp không nêu", "EPSG:3405", default=""
    )

    @model_validator(mode="after")
    def _has_files(self) -> ImportForm:
        if (self.form == "pack") == bool(self.files):
            msg = "files: at least one, and none for pack · phải có tệp, riêng pack thì không"
            raise ValueError(msg)
        return self


class MappingForm(Model):
    """A GIS file whose columns are to be understood."""

    files: Annotated[list[FileId], Field(min_length=1, max_length=20)] = told(
        "Uploaded files; a Shapefile with all of its parts",
        "Các tệp đã tải lên; Shapefile kèm đủ các phần",
        ["file_a2b3c4d5e6f7a2b3c4d5"],
    )
    layer: Annotated[str, StringConstraints(max_length=200)] = told(
        "Layer of the file", "Lớp trong tệp", "roads", default=""
    )


class CheckForm(Model):
    """How a network is checked."""

    bounds: Bounds | None = told(
        "Box that the data cover whole, so that ends at its rim are no fault",
        "Khung dữ liệu phủ đủ, để các đầu mút ở rìa không bị coi là lỗi",
        [106.5, 10.6, 106.9, 11.0],
        default=None,
    )


class RepairForm(CheckForm, NewNetworkForm):
    """How a network is checked and repaired."""


class JoinForm(NewNetworkForm):
    """Two networks to be joined."""

    detail: NetworkName = told("Version with the detail", "Phiên bản chi tiết", "hcm_2018")
    corridors: NetworkName = told(
        "Version with the corridors, or pack: those of the region",
        "Phiên bản hành lang, hoặc pack: hành lang của vùng",
        "pack",
        default="pack",
    )


class DiffForm(Model):
    """Two networks to be compared."""

    before: NetworkName = told("Version before", "Phiên bản trước", "hcm_2018")
    after: NetworkName = told("Version after", "Phiên bản sau", "hcm_sua")


class MergeForm(NewNetworkForm):
    """Edits to be put upon a newer import."""

    base: NetworkName = told("What was edited", "Bản gốc đã được sửa", "hcm_2018")
    mine: NetworkName = told("Its edited version", "Bản sửa tay", "hcm_sua")
    theirs: NetworkName = told("The newer import", "Bản nhập mới hơn", "hcm_2026")


class ExportForm(Model):
    """How a network is exported."""

    format: ExportFormat = told(
        "Format; all but gpkg come as one zip archive of files",
        "Định dạng; trừ gpkg, các tệp nằm trong một tệp zip",
        "gpkg",
        default="gpkg",
    )
    crs: Annotated[str, StringConstraints(pattern=CRS_PATTERN)] = told(
        "CRS of the coordinates", "Hệ tọa độ", "EPSG:9210", default="EPSG:4326"
    )
