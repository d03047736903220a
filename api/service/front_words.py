"""What the page at ``/`` says, and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from supplychain.text import Text

WORDS: Final[Mapping[str, Text]] = {
    "subtitle": Text(
        en="Freight flows, network and supply chain of the region",
        vi="Luồng hàng, mạng lưới và chuỗi cung ứng của vùng",
    ),
    "other_language": Text(en="Tiếng Việt", vi="English"),
    "map": Text(en="Map", vi="Bản đồ"),
    "to_panel": Text(en="Skip the map", vi="Bỏ qua bản đồ"),
    "layers": Text(en="Layers", vi="Lớp bản đồ"),
    "plan": Text(en="Latest plan", vi="Phương án mới nhất"),
    "no_script": Text(
        en="The map needs JavaScript; everything below works without it.",
        vi="Bản đồ cần JavaScript; các phần bên dưới vẫn dùng được khi không có.",
    ),
    "not_built": Text(
        en="The map was not built: run “make setup” in the source of Hinterland, and start the service again.",
        vi="Bản đồ chưa được tạo: hãy chạy “make setup” trong mã nguồn Hinterland rồi khởi động lại dịch vụ.",
    ),
    "needs_account": Text(
        en="Plans are shown to signed-in planners and analysts. What is public is on the map.",
        vi="Phương án chỉ hiện với người lập kế hoạch và nhà phân tích đã đăng nhập. Trên bản đồ là dữ liệu công khai.",
    ),
    "needs_right": Text(
        en="Your account may not see plans. Ask an administrator for a role that may.",
        vi="Tài khoản của bạn không có quyền xem phương án. Hãy nhờ quản trị viên cấp vai trò phù hợp.",
    ),
    "open": Text(en="Open", vi="Mở"),
    "programs": Text(en="For programs", vi="Dành cho chương trình"),
    "guide": Text(
        en="Step by step: docs/service/README.md in the source of Hinterland. "
        "A Python library: hinterland client FOLDER.",
        vi="Hướng dẫn từng bước: docs/service/README.md trong mã nguồn Hinterland. "
        "Thư viện Python: hinterland client FOLDER.",
    ),
    "qgis": Text(en="Open in QGIS", vi="Mở bằng QGIS"),
    "qgis_project": Text(en="Project with all layers, styled (.qgs)", vi="Dự án với mọi lớp, có kiểu vẽ (.qgs)"),
    "qgis_how": Text(
        en="Every layer: Layer ▸ Add Layer ▸ Add WFS / OGC API – Features Layer ▸ New, with this address:",
        vi="Mọi lớp: Layer ▸ Add Layer ▸ Add WFS / OGC API – Features Layer ▸ New, với địa chỉ:",
    ),
    "qgis_tiles": Text(
        en="Large layers as tiles: Layer ▸ Add Layer ▸ Add Vector Tile Layer ▸ New Generic Connection:",
        vi="Lớp lớn nên mở dạng ô: Layer ▸ Add Layer ▸ Add Vector Tile Layer ▸ New Generic Connection:",
    ),
    "licences": Text(
        en="map by MapLibre and others, land by Natural Earth: licences",
        vi="bản đồ: MapLibre và các thư viện khác, đất liền: Natural Earth; giấy phép",
    ),
    "copy_this": Text(en="Copy", vi="Chép"),
    "sign_in": Text(en="Sign in", vi="Đăng nhập"),
    "sign_out": Text(en="Sign out", vi="Đăng xuất"),
}

MODES: Final[Mapping[str, Text]] = {
    "single": Text(
        en="It runs for one user: whoever sits at this machine may do everything, and nobody else reaches it.",
        vi="Đang chạy cho một người dùng: ai ngồi ở máy này đều có toàn quyền, máy khác không truy cập được.",
    ),
    "accounts": Text(
        en="It runs with accounts: sign in at /api/v1/session, or show a key. What is public needs neither.",
        vi="Đang chạy với tài khoản: hãy đăng nhập tại /api/v1/session hoặc gửi khóa. Dữ liệu công khai thì không cần.",
    ),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go on.

    Parameters
    ----------
    address
        Where it leads.
    title
        What it is called.
    text
        What is there.
    icon
        Name of its picture.
    """

    address: str
    title: Text
    text: Text
    icon: str = "code"


REPORT: Final = Link(
    "/results/",
    Text(en="Report", vi="Báo cáo"),
    Text(en="report, plan and layers of a finished run", vi="báo cáo, phương án và các lớp bản đồ"),
    "report",
)
OPEN_DATA: Final = Link(
    "/api/v1/catalogue",
    Text(en="Open data", vi="Dữ liệu mở"),
    Text(en="catalogue of open data (DCAT)", vi="danh mục dữ liệu mở (DCAT)"),
    "data",
)
INTERFACE: Final = Link(
    "/api/v1/openapi.json",
    Text(en="API", vi="API"),
    Text(
        en="every operation, its fields and who may ask (OpenAPI 3.1)",
        vi="mọi thao tác, các trường và ai được gọi (OpenAPI 3.1)",
    ),
    "api",
)
OGC: Final = Link(
    "/api/v1/ogc",
    Text(en="Layers and downloads", vi="Các lớp và tải về"),
    Text(
        en="every layer to browse, filter and download (OGC API)",
        vi="xem, lọc và tải về từng lớp (OGC API)",
    ),
    "layers",
)
EVERYBODYS: Final = (OGC, OPEN_DATA, INTERFACE)
"""What everybody is led to."""

FOR_PROGRAMS: Final = (
    Link(
        "/api/v1/session",
        Text(en="Session", vi="Phiên"),
        Text(en="who you are here, and your rights", vi="bạn là ai ở đây và có quyền gì"),
    ),
    Link("/api/v1/parks", Text(en="Parks", vi="Khu công nghiệp"), Text(en="industrial parks", vi="khu công nghiệp")),
    Link(
        "/api/v1/templates",
        Text(en="Forms", vi="Biểu mẫu"),
        Text(en="forms for imports", vi="biểu mẫu để nhập dữ liệu"),
    ),
    Link(
        "/api/v1/documents/scenario-schema",
        Text(en="Scenarios", vi="Kịch bản"),
        Text(en="what a scenario file may say (JSON Schema)", vi="tệp kịch bản gồm những gì (JSON Schema)"),
    ),
    Link(
        "/readyz",
        Text(en="State", vi="Tình trạng"),
        Text(en="whether the service can work", vi="hệ thống đã sẵn sàng hay chưa"),
    ),
)
