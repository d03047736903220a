"""What stops an import of OpenStreetMap files."""

from __future__ import annotations

from pathlib import Path

from supplychain.errors import HinterlandError
from supplychain.text import Text


class OsmFileError(HinterlandError):
    """A file that is missing, not OpenStreetMap data, cut short or damaged."""


class OsmStoppedError(HinterlandError):
    """The import was stopped before its end; nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                en="The import was stopped; nothing of it was kept.",
                vi="Đã dừng nhập dữ liệu; không giữ lại phần nào.",
            )
        )


def unreadable(path: Path, error: OSError) -> OsmFileError:
    """Return the error of a file the system does not give."""
    missing = isinstance(error, FileNotFoundError)
    reason = "there is no such file" if missing else (error.strerror or "the system refuses")
    ly_do = "không có tệp này" if missing else (error.strerror or "hệ thống từ chối")
    return OsmFileError(
        Text(
            en=f"{path} cannot be read: {reason}. Check the name and your permissions.",
            vi=f"Không đọc được {path}: {ly_do}. Hãy kiểm tra tên tệp và quyền truy cập.",
        )
    )


def no_osm(path: Path) -> OsmFileError:
    """Return the error of a file that is empty or no map."""
    return OsmFileError(
        Text(
            en=f"{path} is empty or no OpenStreetMap file. Give a .osm.pbf (or .osm, .osm.bz2) file.",
            vi=f"{path} rỗng hoặc không phải tệp OpenStreetMap. Hãy dùng tệp .osm.pbf (hoặc .osm, .osm.bz2).",
        )
    )


def cut_short(path: Path, position: int) -> OsmFileError:
    """Return the error of a file that ends inside a block."""
    return OsmFileError(
        Text(
            en=f"{path} ends in the middle of a block (byte {position:,}). Download it again.",
            vi=f"{path} bị cụt giữa một khối (byte {position:,}). Hãy tải lại.",
        )
    )


def damaged(path: Path, error: Exception) -> OsmFileError:
    """Return the error of a file whose content does not make sense."""
    return OsmFileError(
        Text(
            en=f"{path} is damaged or no OpenStreetMap file ({error}). Download it again.",
            vi=f"{path} bị hỏng hoặc không phải tệp OpenStreetMap ({error}). Hãy tải lại.",
        )
    )


def history(path: Path) -> OsmFileError:
    """Return the error of a file that holds several versions of objects."""
    return OsmFileError(
        Text(
            en=f"{path} holds the history of objects. Give an extract of one moment "
            "(osmium time-filter makes one of it).",
            vi=f"{path} chứa lịch sử đối tượng. Hãy dùng bản trích tại một thời điểm (tạo bằng osmium time-filter).",
        )
    )
