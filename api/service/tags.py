"""Tags of the OpenAPI document: the first word of the address, with its name in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from supplychain.text import Text

TAGS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "accounts": Text(en="Accounts and their roles", vi="Tài khoản và vai trò"),
        "articles": Text(en="Articles: goods and services of firms", vi="Mặt hàng và dịch vụ của doanh nghiệp"),
        "audit": Text(en="Audit trail: who did what, when", vi="Nhật ký: ai làm gì, lúc nào"),
        "catchments": Text(en="Which place serves an area best", vi="Địa điểm nào phục vụ khu vực nào tốt nhất"),
        "catalogue": Text(en="DCAT catalogue of what is open", vi="Danh mục dữ liệu mở DCAT"),
        "certificates": Text(en="Certificates", vi="Chứng nhận"),
        "chains": Text(en="Transport chains over several modes", vi="Chuỗi vận tải qua nhiều phương thức"),
        "changes": Text(en="Changes of the registry", vi="Các lần thay đổi sổ đăng ký"),
        "claims": Text(en="Claims of firms to their records", vi="Doanh nghiệp nhận hồ sơ của mình"),
        "closures": Text(en="Live road closures", vi="Đường đang đóng"),
        "compare": Text(en="Comparisons of plans", vi="So sánh phương án"),
        "comparisons": Text(en="Comparisons of plans", vi="So sánh phương án"),
        "counts": Text(en="How many records there are", vi="Số lượng hồ sơ"),
        "documents": Text(en="Documents of answers", vi="Tài liệu kết quả"),
        "duplicates": Text(en="Duplicates and judgements", vi="Hồ sơ trùng và phán quyết"),
        "emissions": Text(en="Emissions of freight (ISO 14083)", vi="Phát thải vận tải (ISO 14083)"),
        "explain": Text(en="Why a plan is as it is", vi="Vì sao phương án như vậy"),
        "explanations": Text(en="Why a plan is as it is", vi="Vì sao phương án như vậy"),
        "exports": Text(en="Exports of the registry", vi="Xuất sổ đăng ký"),
        "facilities": Text(en="Facilities", vi="Cơ sở"),
        "files": Text(en="Files, uploaded and made", vi="Tệp tải lên và tạo ra"),
        "healthz": Text(en="State of the service", vi="Tình trạng dịch vụ"),
        "imports": Text(en="Imports of files", vi="Nhập tệp"),
        "incidents": Text(en="Road incidents and hot-line tickets", vi="Sự cố đường và phản ánh 1022"),
        "isochrones": Text(en="Areas within minutes", vi="Vùng đến được trong số phút"),
        "jobs": Text(en="Jobs: long work and its progress", vi="Công việc dài và tiến độ"),
        "keys": Text(en="API keys", vi="Khóa API"),
        "layer-exports": Text(en="Exports of map layers", vi="Xuất lớp bản đồ"),
        "matching": Text(en="Who can supply what", vi="Ai cung ứng được gì"),
        "metrics": Text(en="State of the service", vi="Tình trạng dịch vụ"),
        "nearest": Text(en="Nearest places", vi="Địa điểm gần nhất"),
        "needs": Text(en="Needs", vi="Nhu cầu"),
        "networks": Text(en="Stored networks", vi="Mạng lưới đã lưu"),
        "offer-months": Text(en="Capacity of offers by month", vi="Năng lực chào hàng theo tháng"),
        "offers": Text(en="Offers", vi="Chào hàng"),
        "ogc": Text(en="Map layers for GIS programs (OGC API)", vi="Lớp bản đồ cho phần mềm GIS (OGC API)"),
        "oidc": Text(en="Sign-in with another service", vi="Đăng nhập qua dịch vụ khác"),
        "organisations": Text(en="Organisations", vi="Tổ chức"),
        "parks": Text(en="Industrial parks", vi="Khu công nghiệp"),
        "partnerships": Text(en="Partnerships", vi="Quan hệ hợp tác"),
        "plans": Text(en="Plans", vi="Phương án"),
        "plots": Text(en="Plots of industrial parks", vi="Lô đất khu công nghiệp"),
        "programme": Text(en="Programmes of actions", vi="Chương trình hành động"),
        "programmes": Text(en="Programmes of actions", vi="Chương trình hành động"),
        "quote": Text(en="Quotes for a consignment", vi="Báo giá lô hàng"),
        "quotes": Text(en="Quotes for a consignment", vi="Báo giá lô hàng"),
        "readyz": Text(en="State of the service", vi="Tình trạng dịch vụ"),
        "records": Text(en="Records of every kind", vi="Hồ sơ mọi loại"),
        "relations": Text(en="Supply relations", vi="Quan hệ cung ứng"),
        "routes": Text(en="Routes on a network", vi="Tuyến đường trên mạng lưới"),
        "runs": Text(en="Recorded runs", vi="Các lần chạy đã ghi"),
        "scenarios": Text(en="Scenarios", vi="Kịch bản"),
        "search": Text(en="Search", vi="Tìm kiếm"),
        "session": Text(en="Sign-in with a cookie", vi="Đăng nhập bằng cookie"),
        "sessions": Text(en="Sign-in with a cookie", vi="Đăng nhập bằng cookie"),
        "skims": Text(en="Tables of times and costs between places", vi="Bảng thời gian và chi phí giữa các nơi"),
        "sources": Text(en="Sources of data and their licences", vi="Nguồn dữ liệu và giấy phép"),
        "sweeps": Text(en="Many scenarios at once", vi="Nhiều kịch bản cùng lúc"),
        "templates": Text(en="Templates of files to import", vi="Mẫu tệp để nhập"),
        "terminals": Text(en="Terminals", vi="Đầu mối trung chuyển"),
        "validation": Text(en="Plans against counted traffic", vi="Phương án so với số đếm giao thông"),
        "validations": Text(en="Plans against counted traffic", vi="Phương án so với số đếm giao thông"),
        "validate": Text(en="Plans against counted traffic", vi="Phương án so với số đếm giao thông"),
        "vehicle-profiles": Text(en="Vehicle profiles of routes", vi="Hồ sơ phương tiện của tuyến đường"),
        "webhooks": Text(en="Webhooks", vi="Webhook"),
    }
)
"""Names by tag; a test holds every operation to have one."""


def tag_of(path: str) -> str:
    """Return the tag of an address: its first word after ``/api/v1``."""
    return path.removeprefix("/api/v1").strip("/").partition("/")[0]


def tags(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the tags a document uses, with their names, in alphabetical order."""
    used = {tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"]}
    names = {tag: TAGS.get(tag, Text(en=tag, vi=tag)) for tag in used}
    return [{"name": tag, "description": f"{name.vi} · {name.en}"} for tag, name in sorted(names.items())]
