"""Options that the questions to the network share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Ghi ra .gpkg, .geojson, .csv, .xlsx hoặc thư mục. · Write to .gpkg, .geojson, .csv, .xlsx or a folder.",
        metavar="FILE",
    ),
]
CrsOption = Annotated[
    str, typer.Option(help="Hệ tọa độ của lớp, ví dụ EPSG:9210 (VN-2000). · CRS of layers, such as EPSG:9210.")
]
FromArgument = Annotated[
    str,
    typer.Argument(
        help="Nơi đi: vĩ độ,kinh độ hoặc mã/tên. · From: latitude,longitude or an id or name.", metavar="FROM"
    ),
]
ToArgument = Annotated[
    str,
    typer.Argument(help="Nơi đến: vĩ độ,kinh độ hoặc mã/tên. · To: latitude,longitude or an id or name.", metavar="TO"),
]
NetworkOption = Annotated[
    str,
    typer.Option(
        help="Phiên bản đã lưu, hoặc tệp .osm.pbf, .gpkg. · Stored version, or an .osm.pbf or exported .gpkg file.",
        metavar="VERSION",
    ),
]
ProfileOption = Annotated[
    str, typer.Option(help="Hồ sơ xe. · Vehicle profile: van, rigid_10t, articulated_40, …", metavar="PROFILE")
]
ProfilesOption = Annotated[
    Path | None,
    typer.Option(help="Tệp hồ sơ xe riêng (YAML). · A file of profiles of your own (YAML).", metavar="FILE"),
]
DepartOption = Annotated[
    str, typer.Option(help='Giờ đi, "2026-11-23 07:00". · Local time of departure.', metavar="TIME")
]
ReachOption = Annotated[
    float,
    typer.Option(
        "--reach-m", help="Khoảng cách tối đa đến mạng, m. · Most metres to the network.", min=0.0, metavar="M"
    ),
]
ObjectiveOption = Annotated[
    Literal["time", "distance", "cost", "co2e"], typer.Option(help="Điều cần nhỏ nhất. · What is to be least.")
]
"""What a question to one vehicle's network can minimise."""

DEFAULT_NETWORK = "latest"
DEFAULT_PROFILE = "articulated_40"
DEFAULT_CRS = "EPSG:4326"
DEFAULT_REACH_M = 2000.0
