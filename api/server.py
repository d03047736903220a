"""The small web service: one page with the report, the plan as JSON and the layers as GeoJSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Final

import pyogrio
from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyogrio.errors import DataSourceError

from api.totals import status_text
from supplychain.errors import HinterlandError
from supplychain.text import Text

GEOJSON: Final = "application/geo+json"
NEEDED_FILES: Final = ("report.html", "plan.json", "layers.gpkg")
BBOX_LENGTH: Final = 4
NOTHING_HERE: Final = Text(
    en="There is no /{path} here; the page is at /, the interface at /openapi.json.",
    vi="Không có /{path} ở đây; trang chính ở /, giao diện lập trình ở /openapi.json.",
)
UNREADABLE: Final = Text(
    en="The layers in {file} cannot be read. Run `hinterland demo` again.",
    vi="Không đọc được các lớp trong {file}. Hãy chạy lại `hinterland demo`.",
)


class ResultsMissingError(HinterlandError):
    """The folder to serve does not hold the results of a finished run."""


class RequestRefusedError(HinterlandError):
    """A request that names something that is not there, or cannot be read.

    Parameters
    ----------
    text
        What is wrong and what to do.
    status
        HTTP status code.
    """

    def __init__(self, text: Text, status: int) -> None:
        super().__init__(text)
        self.status = status


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


def create_app(folder: Path) -> FastAPI:
    """Return the web application over the results in one folder.

    Raises
    ------
    ResultsMissingError
        When the folder does not hold a finished run.
    """
    check_results_folder(folder)
    layers = folder / "layers.gpkg"
    app = FastAPI(title="Hinterland", description="Results of one freight plan", docs_url=None, redoc_url=None)

    @app.exception_handler(RequestRefusedError)
    async def _refused(_: Request, error: RequestRefusedError) -> JSONResponse:
        return JSONResponse({"vi": error.text.vi, "en": error.text.en}, status_code=error.status)

    @app.exception_handler(DataSourceError)
    async def _unreadable(_: Request, _error: DataSourceError) -> JSONResponse:
        text = UNREADABLE.format(file=layers.name)
        return JSONResponse({"vi": text.vi, "en": text.en}, status_code=500)

    @app.get("/", response_class=HTMLResponse)
    def page() -> str:
        """Return the page: what there is, and the report itself."""
        document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        environment = Environment(
            loader=PackageLoader("api", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        return environment.get_template("page.html.j2").render(
            layers=list_layers(layers), status=status_text(document["status"], document["gap"])
        )

    @app.get("/report.html", response_class=FileResponse)
    def report() -> Path:
        """Return the report."""
        return folder / "report.html"

    @app.get("/plan.json", response_class=FileResponse)
    def plan() -> Path:
        """Return the plan document of the base scenario."""
        return folder / "plan.json"

    @app.get("/layers")
    def layer_list() -> list[dict[str, Any]]:
        """Return the layers with their geometry type and number of features."""
        return list_layers(layers)

    @app.get("/layers/{name}.geojson")
    def layer(
        name: str, bbox: Annotated[str | None, Query(description="west,south,east,north in degrees")] = None
    ) -> Response:
        """Return one layer as GeoJSON (WGS 84), all of it or what touches a box."""
        return Response(layer_geojson(layers, name, parse_bbox(bbox)), media_type=GEOJSON)

    @app.get("/{rest:path}", include_in_schema=False)
    def nothing(rest: str) -> Response:
        raise RequestRefusedError(NOTHING_HERE.format(path=rest), 404)

    return app


def list_layers(path: Path) -> list[dict[str, Any]]:
    """Return name, geometry type and feature count of each layer with a geometry."""
    found = []
    for name, geometry in pyogrio.list_layers(path):
        if geometry is not None:
            info = pyogrio.read_info(path, layer=name)
            found.append({"name": str(name), "geometry": str(geometry), "features": int(info["features"])})
    return found


def parse_bbox(bbox: str | None) -> tuple[float, float, float, float] | None:
    """Return the box of a ``bbox`` parameter; None without one.

    Raises
    ------
    RequestRefusedError
        When it is not four numbers in order.
    """
    if bbox is None:
        return None
    try:
        numbers = [float(part) for part in bbox.split(",")]
    except ValueError:
        numbers = []
    is_box = (
        all(map(math.isfinite, numbers))
        and len(numbers) == BBOX_LENGTH
        and numbers[0] <= numbers[2]
        and numbers[1] <= numbers[3]
    )
    if not is_box:
        raise RequestRefusedError(
            Text(
                en="bbox must be west,south,east,north in degrees, such as 106.5,10.5,107.2,11.4; got {bbox}.",
                vi="bbox phải là tây,nam,đông,bắc tính bằng độ, ví dụ 106.5,10.5,107.2,11.4; nhận được {bbox}.",
            ).format(bbox=bbox),
            400,
        )
    return numbers[0], numbers[1], numbers[2], numbers[3]


def layer_geojson(path: Path, name: str, bbox: tuple[float, float, float, float] | None) -> str:
    """Return one layer as a GeoJSON document.

    Raises
    ------
    RequestRefusedError
        When there is no such layer.
    """
    names = [layer["name"] for layer in list_layers(path)]
    if name not in names:
        raise RequestRefusedError(
            Text(
                en="There is no layer {name}. There are: {names}.", vi="Không có lớp {name}. Các lớp hiện có: {names}."
            ).format(name=name, names=", ".join(names)),
            404,
        )
    document: str = pyogrio.read_dataframe(path, layer=name, bbox=bbox).to_json(to_wgs84=True, drop_id=True)
    return document
