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


def blob_trouble(path: Path, position: int, reason: str) -> OsmFileError:
    """Return the error of a PBF file whose blocks cannot be taken apart, by the reason."""
    if reason == "no_map":
        return no_osm(path)
    english, vietnamese = {
        "cut_short": ("ends in the middle of a block", "bị cụt giữa một khối"),
        "packing": ("has a block that is packed in a way that is not read", "có khối nén theo cách không đọc được"),
        "damaged": ("has a damaged block", "có khối bị hỏng"),
    }[reason]
    advice = (
        ("Pack it with zlib", "Hãy nén lại bằng zlib") if reason == "packing" else ("Download it again", "Hãy tải lại")
    )
    return OsmFileError(
        Text(
            en=f"{path} {english} (byte {position:,}). {advice[0]}.",
            vi=f"{path} {vietnamese} (byte {position:,}). {advice[1]}.",
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
