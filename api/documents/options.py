"""Options of every command that answers a planner's question, and the one way its answer is written to files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.documents.model import Document

WGS84: Final = "EPSG:4326"

ReportOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--report",
        help="Ghi báo cáo .html, .docx hoặc .xlsx; dùng được nhiều lần. · "
        "Write a report as .html, .docx or .xlsx; repeatable.",
        metavar="FILE",
    ),
]
LayersOption = Annotated[
    Path | None,
    typer.Option(
        "--layers",
        help="Ghi các lớp bản đồ kèm kiểu vẽ (.gpkg). · Write the layers with their styles (.gpkg).",
        metavar="FILE",
    ),
]
CrsOption = Annotated[
    str,
    typer.Option(
        "--crs",
        help="Hệ tọa độ của các lớp, ví dụ EPSG:9210 (VN-2000). · CRS of the layers, such as EPSG:9210 (VN-2000).",
        metavar="CRS",
    ),
]

WRITTEN: Final = Text(en="Written: {file}", vi="Đã ghi: {file}")
NO_LAYERS: Final = Text(
    en="No layers are written: this answer has no places on a map.",
    vi="Không ghi lớp bản đồ nào: câu trả lời này không có vị trí trên bản đồ.",
)
EMPTY_LAYERS: Final = Text(
    en="No layers are written: the answer has nothing to draw. {file} is left as it is.",
    vi="Không ghi lớp bản đồ nào: câu trả lời không có gì để vẽ. {file} giữ nguyên.",
)
LAYERS_WRITTEN: Final = Text(en="Written: {file} ({crs})", vi="Đã ghi: {file} ({crs})")


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """Which files an answer is to be written to.

    Parameters
    ----------
    reports
        Report files, ``.html``, ``.docx`` or ``.xlsx``.
    layers
        GeoPackage of the layers, if any.
    crs
        Coordinate reference system of the layers.
    """

    reports: tuple[Path, ...] = ()
    layers: Path | None = None
    crs: str = WGS84

    @property
    def is_wanted(self) -> bool:
        """Whether any file is asked for."""
        return bool(self.reports) or self.layers is not None


def answer_request(report: Sequence[Path] | None, layers: Path | None = None, crs: str = WGS84) -> AnswerRequest:
    """Return the request of a command's options, checked before anything is computed.

    Raises
    ------
    HinterlandError
        If a file's name fits no form, or the coordinate reference system is not known.
    """
    reports = tuple(report or ())
    if reports:
        from api.documents.write import check_report_file  # noqa: PLC0415 - keeps `--help` quick

        for path in reports:
            check_report_file(path)
    if layers is not None:
        from api.exports.layers import check_layer_file  # noqa: PLC0415 - loads the GIS libraries

        check_layer_file(layers, crs)
    return AnswerRequest(reports, layers, crs)


def write_answers(
    document: Callable[[], Document],
    layers: Callable[[], Mapping[str, Any] | None] | None,
    request: AnswerRequest,
    talk: Talk,
) -> None:
    """Write an answer to every file asked for, and tell which; nothing is made that nobody asked for.

    Parameters
    ----------
    document
        Makes the document of the answer.
    layers
        Makes its layers (GeoDataFrame by name, names as in ``api.exports.styles.ANSWER_STYLES``); None, or makes None,
        where an answer has no place on a map.
    request
        The files asked for.
    talk
        Tells the user, in the language of the reports.
    """
    if not request.is_wanted:
        return
    made = document()
    if request.reports:
        from api.documents.write import write_document  # noqa: PLC0415 - keeps `--help` quick

        for path in request.reports:
            write_document(made, path, talk.language)
            talk.say(WRITTEN.format(file=path))
    if request.layers is None:
        return
    drawn = None if layers is None else layers()
    if drawn is None:
        talk.say(NO_LAYERS)
        return
    if not any(len(layer) for layer in drawn.values()):
        talk.say(EMPTY_LAYERS.format(file=request.layers))
        return
    from api.documents.layers import write_answer_layers  # noqa: PLC0415 - loads the GIS libraries

    write_answer_layers(request.layers, drawn, made.stand, request.crs)
    talk.say(LAYERS_WRITTEN.format(file=request.layers, crs=request.crs))
