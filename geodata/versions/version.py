"""What is known of a stored version, and the sentences about versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geodata.infrastructure.infrastructure import Source
from supplychain.errors import HinterlandError
from supplychain.text import Text

LATEST: Final = "latest"
RESERVED: Final = (LATEST, "none")
"""Words that commands understand otherwise."""

NAME_TAKEN: Final = Text(
    en="There is a network version named {name} already. Choose another name.",
    vi="Đã có phiên bản mạng lưới tên {name}. Hãy chọn tên khác.",
)
BAD_NAME: Final = Text(
    en="A network version needs a name of at most {most} letters that is no number, not 'latest' or 'none' and does "
    "not begin with a dash, got {name!r}.",
    vi="Tên phiên bản mạng lưới phải có chữ, dài tối đa {most} ký tự, không chỉ là số, không phải 'latest' hay 'none' "
    "và không bắt đầu bằng dấu gạch nối, nhận được {name!r}.",
)
NO_VERSION: Final = Text(
    en="There is no network version {name}. There are: {known}. See `hinterland network list`.",
    vi="Không có phiên bản mạng lưới {name}. Hiện có: {known}. Xem `hinterland network list`.",
)
NO_VERSION_AT_ALL: Final = Text(
    en="The database holds no network yet. Make one with `hinterland network import-osm FILE`.",
    vi="Cơ sở dữ liệu chưa có mạng lưới nào. Hãy tạo bằng `hinterland network import-osm FILE`.",
)
ALTERED: Final = Text(
    en="The rows of network version {name} were altered after they were stored ({why}); it is not used. "
    "Restore the database from a copy, or import the network again.",
    vi="Các dòng của phiên bản mạng lưới {name} đã bị sửa sau khi lưu ({why}); phiên bản này không được dùng. "
    "Hãy khôi phục cơ sở dữ liệu từ bản sao, hoặc nhập lại mạng lưới.",
)
HASH_DIFFERS: Final = Text(en="the content hash differs", vi="mã băm nội dung khác")
IN_USE: Final = Text(
    en="Network version {name} was used by {runs} runs ({first}); it stays so that they can be explained.",
    vi="Phiên bản mạng lưới {name} đã được {runs} lần chạy sử dụng ({first}); phải giữ lại để giải thích kết quả.",
)


class VersionError(HinterlandError):
    """A network version cannot be stored, found, read or deleted."""


class NoVersionError(VersionError):
    """There is no such version."""


class NameTakenError(VersionError):
    """Another version has the name."""


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One stored version of the network.

    Parameters
    ----------
    version_id
        Number of the version; a later version has a higher one.
    name
        Name given by the user, unique.
    parent
        Number of the version it was made from; None for a first import.
    kind
        How it came to be: ``imported``, ``edited``, ``repaired``, ``joined`` or ``merged``.
    created_at
        ISO 8601 in UTC.
    note
        What the user or the program says of it.
    sources
        Where the rows came from.
    content_hash
        SHA-256 of the content.
    nodes, links, conditions, turns, candidates, records
        Numbers of rows.
    length_km
        Length of all links together.
    """

    version_id: int
    name: str
    parent: int | None
    kind: str
    created_at: str
    note: str
    sources: tuple[Source, ...]
    content_hash: str
    nodes: int
    links: int
    conditions: int
    turns: int
    candidates: int
    records: int
    length_km: float

    @property
    def licence(self) -> str:
        """Every licence of the sources, once."""
        return "; ".join(dict.fromkeys(source.licence for source in self.sources if source.licence))

    @property
    def attribution(self) -> str:
        """Every attribution of the sources, once."""
        return "; ".join(dict.fromkeys(source.attribution for source in self.sources if source.attribution))
