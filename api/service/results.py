"""The results of a finished run under ``/results``: the report, the plan as JSON and the layers as GeoJSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.access.guard import allowed
from api.service.problems import ServiceError
from api.totals import status_text
from supplychain.errors import HinterlandError
from supplychain.plain_numbers import plain_number
from supplychain.text import Text

GEOJSON: Final = "application/geo+json"
NEEDED_FILES: Final = ("report.html", "plan.json", "layers.gpkg")
BBOX_LENGTH: Final = 4
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""The pages hold their own scripts and styles, load nothing from elsewhere, and show the report in a frame."""

UNREADABLE: Final = Text(
    en="The layers in {file} cannot be read. Run `hinterland demo` again.",
    vi="Không đọc được các lớp trong {file}. Hãy chạy lại `hinterland demo`.",
)


class ResultsMissingError(HinterlandError):
    """The folder to serve does not hold the results of a finished run."""


def check_results_folder(folder: Path) -> None:
    """Raise unless the folder holds what a finished run leaves.

    Raises
    ------
    ResultsMissingError
        When a file is missing; says which, and how to make it.
    """
    missing = [name for name in NEEDED_FILES if not (folder / name).is_file()]
    if missing:
        raise ResultsMissingError(
            Text(
                en="{folder} has no {files}. Run `hinterland demo` first, or name the folder of a finished run "
                "with --out.",
                vi="{folder} không có {files}. Hãy chạy `hinterland demo` trước, hoặc chỉ thư mục của một lần chạy "
                "đã xong bằng --out.",
            ).format(folder=folder, files=", ".join(missing))
        )


def results_router(folder: Path) -> APIRouter:
    """Return the pages over the results in one folder, under ``/results``.

    Raises
    ------
    ResultsMissingError
        When the folder does not hold a finished run.
    """
    check_results_folder(folder)
    layers = folder / "layers.gpkg"
    router = APIRouter(prefix="/results", dependencies=[allowed("plans:read")], include_in_schema=False)

    @router.get("/")
    def results_page() -> HTMLResponse:
        document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        environment = Environment(
            loader=PackageLoader("api.service", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        shown = environment.get_template("page.html.j2").render(
            layers=list_layers(layers), status=status_text(document["status"], document["gap"])
        )
        return HTMLResponse(shown, headers=PAGE_HEADERS)

    @router.get("/report.html")
    def results_report() -> FileResponse:
        return FileResponse(folder / "report.html", headers=PAGE_HEADERS)

    @router.get("/plan.json")
    def results_plan() -> FileResponse:
        return FileResponse(folder / "plan.json")

    @router.get("/layers")
    def results_layers() -> list[dict[str, Any]]:
        return list_layers(layers)

    @router.get("/layers/{name}.geojson")
    def results_layer(name: str, bbox: str | None = None) -> Response:
        return Response(layer_geojson(layers, name, parse_bbox(bbox)), media_type=GEOJSON)

    return router


def list_layers(path: Path) -> list[dict[str, Any]]:
    """Return name, geometry type and feature count of each layer with a geometry."""
    import pyogrio  # noqa: PLC0415 - the GIS libraries load when a page of results is asked for
    from pyogrio.errors import DataSourceError  # noqa: PLC0415

    found = []
    try:
        for name, geometry in pyogrio.list_layers(path):
            if geometry is not None:
                info = pyogrio.read_info(path, layer=name)
                found.append({"name": str(name), "geometry": str(geometry), "features": int(info["features"])})
    except DataSourceError as error:
        raise ServiceError(UNREADABLE.format(file=path.name), "internal") from error
    return found


def parse_bbox(bbox: str | None) -> tuple[float, float, float, float] | None:
    """Return the box of a ``bbox`` parameter; None without one.

    Raises
    ------
    ServiceError
        When it is not four numbers in order.
    """
    if bbox is None:
        return None
    try:
        numbers = [plain_number(part) for part in bbox.split(",")]
    except ValueError:
        numbers = []
    is_box = (
        all(map(math.isfinite, numbers))
        and len(numbers) == BBOX_LENGTH
        and numbers[0] <= numbers[2]
        and numbers[1] <= numbers[3]
    )
    if not is_box:
        raise ServiceError(
            Text(
                en="bbox must be west,south,east,north in degrees, such as 106.5,10.5,107.2,11.4; got {bbox}.",
                vi="bbox phải là tây,nam,đông,bắc tính bằng độ, ví dụ 106.5,10.5,107.2,11.4; nhận được {bbox}.",
            ).format(bbox=bbox),
            "bad_request",
        )
    return numbers[0], numbers[1], numbers[2], numbers[3]


def layer_geojson(path: Path, name: str, bbox: tuple[float, float, float, float] | None) -> str:
    """Return one layer as a GeoJSON document.

    Raises
    ------
    ServiceError
        When there is no such layer.
    """
    names = [layer["name"] for layer in list_layers(path)]
    if name not in names:
        raise ServiceError(
            Text(
                en="There is no layer {name}. There are: {names}.", vi="Không có lớp {name}. Các lớp hiện có: {names}."
            ).format(name=name, names=", ".join(names)),
            "not_found",
        )
    import pyogrio  # noqa: PLC0415

    document: str = pyogrio.read_dataframe(path, layer=name, bbox=bbox).to_json(to_wgs84=True, drop_id=True)
    return document
