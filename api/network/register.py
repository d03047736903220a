"""The ``hinterland network`` commands as Typer reads them; nothing heavy is imported before one is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.network.request import Target

network = typer.Typer(
    name="network",
    help="Mạng lưới thực: nhập, kiểm tra, ghép, so sánh, xuất. · Real networks: import, check, join, compare, export.",
    short_help="Mạng lưới thực, theo phiên bản · Real networks, in versions.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

VersionArgument = Annotated[
    str, typer.Argument(help="Tên, số hoặc latest. · Name, number or latest.", metavar="VERSION")
]
NameOption = Annotated[
    str | None, typer.Option("--name", help="Tên phiên bản mới. · Name of the new version.", metavar="NAME")
]
OntoOption = Annotated[
    str | None,
    typer.Option(
        "--onto",
        help="Giữ các bản sửa tay của phiên bản này. · Keep the edits made by hand in this version.",
        metavar="VERSION",
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Không lưu. · Store nothing.")]
RowsOption = Annotated[
    Path | None, typer.Option("--out", help="Ghi ra .gpkg hoặc .csv. · Write to .gpkg or .csv.", metavar="FILE")
]


@network.command("import-osm")
def import_osm(  # noqa: PLR0913 - Typer reads every option from an argument
    files: Annotated[list[Path], typer.Argument(help="Tệp .osm.pbf. · .osm.pbf files.", metavar="FILE...")],
    *,
    name: NameOption = None,
    onto: OntoOption = None,
    bounds: Annotated[
        str | None,
        typer.Option(help="Khung tây,nam,đông,bắc (độ). · west,south,east,north (degrees).", metavar="W,S,E,N"),
    ] = None,
    area: Annotated[
        Path | None,
        typer.Option(help="Tệp GIS chứa vùng cắt. · GIS file with the polygon to cut out by.", metavar="FILE"),
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(
            help="Chỉ road, rail hoặc inland_waterway; lặp lại được. · Only this mode; may be repeated.", metavar="MODE"
        ),
    ] = None,
    link_class: Annotated[
        list[str] | None,
        typer.Option("--class", help="Chỉ cấp này; lặp lại được. · Only this class; may be repeated.", metavar="CLASS"),
    ] = None,
    no_merge: Annotated[
        bool, typer.Option("--no-merge", help="Không gộp chuỗi đoạn. · Do not merge chains of alike links.")
    ] = False,
    dry_run: DryRunOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nhập đường từ OpenStreetMap · Import from OpenStreetMap."""
    from api.network.importing import OsmRequest, run_import_osm  # noqa: PLC0415 - keeps `--help` quick

    request = OsmRequest(files, bounds, area, mode or (), link_class or (), not no_merge)
    run_import_osm(request, Target(database_url(database), name, onto, dry_run), talk_in(lang, as_json=as_json))


@network.command("import-gis")
def import_gis(  # noqa: PLR0913 - Typer reads every option from an argument
    file: Annotated[
        Path,
        typer.Argument(
            help="Tệp GIS, hoặc mạng lưới đã xuất và sửa. · GIS file, or an exported network that was edited.",
            metavar="FILE",
        ),
    ],
    *,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Ý nghĩa các cột. · What the columns mean.", metavar="MAP.yaml")
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option(help="Viết bản gợi ý ý nghĩa các cột. · Write a suggestion of that.", metavar="MAP.yaml"),
    ] = None,
    layer: Annotated[str, typer.Option(help="Lớp trong tệp. · Layer of the file.")] = "",
    crs: Annotated[str, typer.Option(help="Hệ tọa độ nếu tệp không nêu. · CRS where the file states none.")] = "",
    name: NameOption = None,
    onto: OntoOption = None,
    dry_run: DryRunOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nhập tệp GIS, hoặc bản sửa trong QGIS · Import a GIS file, or edits made in QGIS."""
    from api.network.importing import GisRequest, run_import_gis  # noqa: PLC0415

    request = GisRequest(file, mapping, suggest, layer, crs)
    run_import_gis(request, Target(database_url(database), name, onto, dry_run), talk_in(lang, as_json=as_json))


@network.command("import-gmns")
def import_gmns(
    folder: Annotated[Path, typer.Argument(help="Thư mục GMNS. · Folder of GMNS tables.", metavar="FOLDER")],
    *,
    name: NameOption = None,
    onto: OntoOption = None,
    dry_run: DryRunOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nhập thư mục GMNS · Import GMNS tables."""
    from api.network.importing import run_import_gmns  # noqa: PLC0415

    run_import_gmns(folder, Target(database_url(database), name, onto, dry_run), talk_in(lang, as_json=as_json))


@network.command("import-pack")
def import_pack(
    pack: Annotated[
        str | None,
        typer.Argument(help="Gói vùng; mặc định gói trong cơ sở dữ liệu. · Region pack; else that of the database."),
    ] = None,
    *,
    name: NameOption = None,
    dry_run: DryRunOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nhập hành lang của gói vùng · Import the corridors of a region pack."""
    from api.network.importing import run_import_pack  # noqa: PLC0415

    run_import_pack(pack, Target(database_url(database), name, None, dry_run), talk_in(lang, as_json=as_json))


@network.command("list")
def list_(database: DatabaseOption = None, lang: LanguageOption = None, as_json: JsonOption = False) -> None:  # noqa: FBT002
    """Liệt kê các phiên bản · List the stored versions."""
    from api.network.showing import run_list  # noqa: PLC0415

    run_list(database_url(database), talk_in(lang, as_json=as_json))


@network.command()
def show(
    version: VersionArgument = "latest",
    *,
    records: Annotated[bool, typer.Option("--records", help="Kèm mọi ghi nhận. · With all that was recorded.")] = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xem một phiên bản · Show one version."""
    from api.network.showing import run_show  # noqa: PLC0415

    run_show(database_url(database), version, talk_in(lang, as_json=as_json), with_records=records)


@network.command()
def export(  # noqa: PLR0913 - Typer reads every option from an argument
    version: VersionArgument,
    out: Annotated[Path, typer.Argument(help="Tệp .gpkg hoặc thư mục. · .gpkg file, or a folder.", metavar="OUT")],
    *,
    kind: Annotated[
        Literal["gpkg", "flatgeobuf", "geojson", "geojsonseq", "shapefile", "gmns"] | None,
        typer.Option("--format", help="Định dạng. · Format."),
    ] = None,
    crs: Annotated[str, typer.Option(help="Hệ tọa độ, ví dụ EPSG:9210. · CRS, such as EPSG:9210.")] = "EPSG:4326",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Ghi đè. · Replace what stands there.")] = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xuất cho QGIS, ArcGIS hoặc GMNS · Export for QGIS, ArcGIS or as GMNS."""
    from api.network.showing import ExportRequest, run_export  # noqa: PLC0415

    request = ExportRequest(version, out, kind, crs, overwrite)
    run_export(database_url(database), request, talk_in(lang, as_json=as_json))


@network.command()
def check(  # noqa: PLR0913 - Typer reads every option from an argument
    version: VersionArgument = "latest",
    *,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Sửa lỗi an toàn thành phiên bản mới. · Make safe repairs, as a new version."),
    ] = False,
    bounds: Annotated[
        str | None,
        typer.Option(
            help="Khung dữ liệu phủ đủ: tây,nam,đông,bắc. · Area the data cover whole: west,south,east,north.",
            metavar="W,S,E,N",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Ghi lớp lỗi ra .gpkg. · Write the issues to .gpkg.", metavar="FILE")
    ] = None,
    name: NameOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Kiểm tra mạng lưới, sửa lỗi an toàn · Check a network, repair what is safe."""
    from api.network.changing import CheckRequest, run_check  # noqa: PLC0415

    request = CheckRequest(version, bounds, out, repair)
    run_check(request, Target(database_url(database), name), talk_in(lang, as_json=as_json))


@network.command()
def join(
    detail: Annotated[str, typer.Argument(help="Phiên bản chi tiết. · Detailed version.", metavar="DETAIL")],
    corridors: Annotated[
        str,
        typer.Argument(
            help="Phiên bản hành lang, thư mục gói, hoặc pack: gói trong cơ sở dữ liệu. · "
            "Version with corridors, folder of a pack, or pack: that of the database.",
            metavar="CORRIDORS|pack",
        ),
    ] = "pack",
    *,
    name: NameOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ghép mạng chi tiết với hành lang · Join detail and corridors."""
    from api.network.changing import run_join  # noqa: PLC0415

    run_join(Target(database_url(database), name), detail, corridors, talk_in(lang, as_json=as_json))


@network.command()
def diff(
    before: Annotated[str, typer.Argument(help="Phiên bản trước. · Version before.", metavar="A")],
    after: Annotated[str, typer.Argument(help="Phiên bản sau. · Version after.", metavar="B")],
    *,
    out: RowsOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """So sánh hai phiên bản · Tell what differs between two versions."""
    from api.network.showing import run_diff  # noqa: PLC0415

    run_diff(database_url(database), (before, after), out, talk_in(lang, as_json=as_json))


@network.command()
def merge(
    base: Annotated[str, typer.Argument(help="Bản gốc đã được sửa. · What was edited.", metavar="BASE")],
    mine: Annotated[str, typer.Argument(help="Bản sửa tay. · Its edited version.", metavar="MINE")],
    theirs: Annotated[str, typer.Argument(help="Bản nhập mới hơn. · The newer import.", metavar="THEIRS")],
    *,
    name: NameOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đưa bản sửa tay lên dữ liệu mới · Put edits made by hand upon a newer import."""
    from api.network.changing import run_merge  # noqa: PLC0415

    run_merge((base, mine, theirs), Target(database_url(database), name), talk_in(lang, as_json=as_json))


@network.command()
def candidates(
    version: VersionArgument = "latest",
    *,
    out: RowsOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nơi có thể thuộc danh bạ · Places that may be in the registry."""
    from api.network.showing import run_candidates  # noqa: PLC0415

    run_candidates(database_url(database), version, out, talk_in(lang, as_json=as_json))


@network.command()
def delete(
    version: Annotated[str, typer.Argument(help="Tên hoặc số. · Name or number.", metavar="VERSION")],
    *,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xóa một phiên bản chưa dùng · Delete a version that no run used."""
    from api.network.changing import run_delete  # noqa: PLC0415

    run_delete(database_url(database), version, talk_in(lang, as_json=as_json))
