"""Exports of layers for GIS programs, as a job: the file, its metadata records, what the format could not keep."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from api.access.guard import CallerParameter, allowed
from api.gis.collections import Asking
from api.gis.exports.asking import MOST_LAYERS, Export, chosen_crs, open_layers, wanted_of
from api.gis.exports.forms import FormName
from api.jobs.answers import ask
from api.jobs.models import JobModel
from api.rest.fields import Model, told
from api.service.context import ServiceParameter
from api.service.problems import ServiceError
from supplychain.errors import HinterlandError

ROUTER: Final = APIRouter()
LONGEST_FILTER: Final = 10_000

LayerName = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class LayerExportModel(Model):
    """Which layers to export, and how."""

    layers: list[LayerName] = told(
        "Ids of collections, with keys after dots or parameters after ?",
        "Mã các lớp, kèm khóa sau dấu chấm hoặc tham số sau dấu ?",
        ["parks", "network_links"],
        min_length=1,
        max_length=MOST_LAYERS,
    )
    format: FormName = told(
        "Format; shp, gdb and tab come as an archive, and so do several layers of a format that holds one",
        "Định dạng; shp, gdb và tab là tệp nén, nhiều lớp của định dạng một lớp cũng vậy",
        "gpkg",
        default="gpkg",
    )
    crs: str = told(
        "Code of the coordinate reference system, or vn-2000 for the zone of the place",
        "Mã hệ tọa độ, hoặc vn-2000 cho múi của địa phương",
        "EPSG:9210",
        default="EPSG:4326",
        min_length=1,
        max_length=200,
    )
    filter: str | None = told(
        "CQL2 condition, on the properties as you see them",
        "Điều kiện CQL2, trên các thuộc tính bạn được xem",
        "status = 'operating'",
        default=None,
        max_length=LONGEST_FILTER,
    )
    filter_lang: Literal["cql2-text", "cql2-json"] = told(
        "How the condition is written", "Cách viết điều kiện", "cql2-text", default="cql2-text"
    )
    bbox: list[float] | None = told(
        "West, south, east, north in degrees of WGS 84",
        "Tây, nam, đông, bắc, độ WGS 84",
        [106.5, 10.8, 106.9, 11.2],
        default=None,
        min_length=4,
        max_length=4,
    )
    lang: Literal["vi", "en"] = told(
        "Language of names of fields and of the record", "Ngôn ngữ của tên trường và hồ sơ", "vi", default="vi"
    )


@ROUTER.post(
    "/layer-exports",
    dependencies=[allowed("exports:run")],
    status_code=202,
    response_model=JobModel,
    operation_id="export_layers",
    summary="Xuất lớp bản đồ · Export layers",
)
def export_layers(
    asked: LayerExportModel, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Enter a job that writes layers as the caller sees them, with licence, date and ISO 19115 record."""
    wished = asked.model_dump(mode="json")
    try:
        export = Export.of(wished)
        layers = open_layers(Asking(service.engine, caller, export.language), export.layers)
        wanted_of(export, layers)
        chosen_crs(export, layers)
    except ServiceError:
        raise
    except HinterlandError as error:
        raise ServiceError(error.text, "bad_request") from error
    return ask(request, service, caller, "layer_export", wished)
