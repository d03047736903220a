"""The command `hinterland export` as Typer reads it. Nothing heavy is imported before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, NetworkOption, database_url, talk_in
from api.registry.register import ViewerOption

ENDINGS: Final = (".gpkg", ".fgb", ".shp", ".parquet", ".geojson", ".geojsonl", ".csv", ".gdb", ".tab", ".dxf", ".kml")
"""Endings of files: one such argument is the file of the layers of a plan."""


def register(app: typer.Typer) -> None:
    """Add the command that exports layers."""
    app.command()(export)


def export(  # noqa: PLR0913 - Typer reads every option from an argument
    layers: Annotated[
        list[str] | None,
        typer.Argument(
            help="Các lớp; không nêu: liệt kê. database: toàn bộ. Tệp .gpkg: các lớp của phương án --scenario. · "
            "Layers; none: lists them. database: everything. A .gpkg file: the layers of the plan of --scenario.",
            metavar="LAYER…",
        ),
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="Tệp sẽ ghi. · File to write.", metavar="FILE"),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="gpkg | fgb | shp | parquet | geojson | geojsonl | csv | gdb | tab | dxf | kml; theo đuôi tệp. · "
            "By the ending of the file.",
            metavar="NAME",
        ),
    ] = None,
    crs: Annotated[
        str,
        typer.Option(
            help="Hệ tọa độ, ví dụ EPSG:9210 (VN-2000), hoặc vn-2000 cho múi của địa phương. · "
            "CRS, such as EPSG:9210 (VN-2000), or vn-2000 for the zone of the place."
        ),
    ] = "EPSG:4326",
    condition: Annotated[str, typer.Option("--filter", help="Điều kiện CQL2. · CQL2 condition.", metavar="CQL2")] = "",
    bbox: Annotated[
        str | None,
        typer.Option(help="Tây,nam,đông,bắc (độ). · West,south,east,north (degrees).", metavar="W,S,E,N"),
    ] = None,
    viewer: ViewerOption = "public",
    scenario: Annotated[str, typer.Option(help="Kịch bản của tệp .gpkg. · Scenario of the .gpkg file.")] = "base",
    network: NetworkOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xuất lớp bản đồ kèm kiểu vẽ, giấy phép, hồ sơ ISO · Export layers with styles, licence and ISO record."""
    given, talk = layers or [], talk_in(lang, as_json=as_json)
    if len(given) == 1 and given[0].lower().endswith(ENDINGS):
        from api import commands  # noqa: PLC0415 - keeps `--help` quick

        commands.export_layers(scenario, Path(given[0]), crs, database_url(database), talk, network)
        return
    from api.gis.exports.command import ExportRequest, run_command  # noqa: PLC0415

    request = ExportRequest(tuple(given), out, form, crs, condition, bbox, viewer)
    run_command(request, database_url(database), talk)
