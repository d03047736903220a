"""The page at ``/`` for whoever opens the service in a browser: what runs here, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.access.guard import allowed
from api.service.context import ServiceParameter
from supplychain.text import Text

PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
}
"""The page holds its own style and loads nothing, and no script runs in it."""

MODES: Final = {
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
class _Link:
    address: str
    text: Text


@dataclass(frozen=True, slots=True)
class _Group:
    title: Text
    links: tuple[_Link, ...]


RESULTS: Final = _Group(
    Text(en="Results", vi="Kết quả"),
    (
        _Link(
            "/results/", Text(en="report, plan and layers of a finished run", vi="báo cáo, phương án và các lớp bản đồ")
        ),
    ),
)
INTERFACE: Final = _Group(
    Text(en="Interface", vi="Giao diện lập trình"),
    (
        _Link(
            "/api/v1/openapi.json",
            Text(
                en="every operation, its fields and who may ask (OpenAPI 3.1)",
                vi="mọi thao tác, các trường và ai được gọi (OpenAPI 3.1)",
            ),
        ),
        _Link("/api/v1/session", Text(en="who you are here, and your rights", vi="bạn là ai ở đây và có quyền gì")),
    ),
)
LOOK: Final = _Group(
    Text(en="To look at", vi="Xem thử"),
    (
        _Link("/api/v1/parks", Text(en="industrial parks", vi="khu công nghiệp")),
        _Link("/api/v1/templates", Text(en="forms for imports", vi="biểu mẫu để nhập dữ liệu")),
        _Link(
            "/api/v1/documents/scenario-schema",
            Text(en="what a scenario file may say (JSON Schema)", vi="tệp kịch bản gồm những gì (JSON Schema)"),
        ),
        _Link("/api/v1/catalogue", Text(en="catalogue of open data (DCAT)", vi="danh mục dữ liệu mở (DCAT)")),
    ),
)
STATE: Final = _Group(
    Text(en="State", vi="Tình trạng"),
    (_Link("/readyz", Text(en="whether the service can work", vi="hệ thống đã sẵn sàng hay chưa")),),
)


def front_router(*, with_results: bool) -> APIRouter:
    """Return the page at ``/``; it leads to ``/results/`` where they are shown."""
    groups = (*((RESULTS,) if with_results else ()), INTERFACE, LOOK, STATE)
    environment = Environment(
        loader=PackageLoader("api.service", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = environment.get_template("front.html.j2")
    router = APIRouter(dependencies=[allowed("public")], include_in_schema=False)

    @router.get("/")
    def front_page(service: ServiceParameter) -> HTMLResponse:
        shown = template.render(version=version("hinterland"), mode=MODES[service.settings.mode], groups=groups)
        return HTMLResponse(shown, headers=PAGE_HEADERS)

    return router
