"""The kinds of jobs about networks."""

from __future__ import annotations

from typing import Final

from api.jobs.kinds import JobKind
from supplychain.text import Text

NETWORK_KINDS: Final = (
    JobKind(
        "network_import",
        Text(en="Import a network", vi="Nhập mạng lưới"),
        "networks:write",
        "api.network.jobs:run_import",
    ),
    JobKind(
        "network_mapping",
        Text(en="Suggest what the columns of a GIS file mean", vi="Gợi ý ý nghĩa các cột của tệp GIS"),
        "networks:write",
        "api.network.jobs:run_mapping",
        priority=3,
    ),
    JobKind(
        "network_check", Text(en="Check a network", vi="Kiểm tra mạng lưới"), "routes:ask", "api.network.jobs:run_check"
    ),
    JobKind(
        "network_repair",
        Text(en="Repair a network", vi="Sửa lỗi mạng lưới"),
        "networks:write",
        "api.network.jobs:run_check",
    ),
    JobKind(
        "network_join",
        Text(en="Join detail and corridors", vi="Ghép mạng chi tiết với hành lang"),
        "networks:write",
        "api.network.jobs:run_join",
    ),
    JobKind(
        "network_merge",
        Text(en="Put edits upon a newer import", vi="Đưa bản sửa tay lên dữ liệu mới"),
        "networks:write",
        "api.network.jobs:run_merge",
    ),
    JobKind(
        "network_diff",
        Text(en="Compare two networks", vi="So sánh hai mạng lưới"),
        "routes:ask",
        "api.network.jobs:run_diff",
    ),
    JobKind(
        "network_export", Text(en="Export a network", vi="Xuất mạng lưới"), "routes:ask", "api.network.jobs:run_export"
    ),
    JobKind(
        "network_clean",
        Text(en="Remove the rows of deleted networks", vi="Xóa dòng của mạng lưới đã bỏ"),
        "networks:write",
        "api.network.jobs:run_clean",
        priority=8,
    ),
)
"""What may be asked of networks, and by whom."""
