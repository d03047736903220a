"""Fixed sentences of the report, in both languages."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

CAUTION: Final = Text(
    en="This is an optimum, not a forecast: the least generalised cost at which all demand could be moved, "
    "not what shippers will do. A split calibrated to today's estimates stands beside it.",
    vi="Đây là phương án tối ưu, không phải dự báo: chi phí tổng quát nhỏ nhất để chuyên chở toàn bộ nhu cầu, "
    "không phải điều các chủ hàng sẽ làm. Bên cạnh là phân chia được hiệu chỉnh theo ước tính hiện nay.",
)
MENU: Final = (
    ("maps", Text(en="Maps", vi="Bản đồ")),
    ("scenarios", Text(en="Scenarios", vi="Kịch bản")),
    ("flows", Text(en="Flows", vi="Luồng hàng")),
    ("bottlenecks", Text(en="Bottlenecks", vi="Điểm nghẽn")),
    ("unserved", Text(en="Unserved", vi="Không phục vụ được")),
    ("known", Text(en="Known figures", vi="Số liệu đã biết")),
    ("assumptions", Text(en="Assumptions", vi="Giả định")),
    ("sources", Text(en="Sources", vi="Nguồn")),
)
WORDS: Final = {
    "maps": Text(en="Maps", vi="Bản đồ"),
    "none": Text(en="None.", vi="Không có."),
    "plan_choice": Text(en="Scenario", vi="Kịch bản"),
    "flows": Text(en="flows", vi="luồng hàng"),
    "difference": Text(en="difference from the base", vi="chênh lệch so với nền"),
    "nearer": Text(en="Zoom in", vi="Phóng to"),
    "farther": Text(en="Zoom out", vi="Thu nhỏ"),
    "whole_map": Text(en="Whole map", vi="Toàn bản đồ"),
    "map": Text(en="Map of freight flows", vi="Bản đồ luồng hàng"),
    "map_help": Text(
        en="Drag to move, Ctrl + wheel or double-click to zoom; rest on a line or a place to read it.",
        vi="Kéo để di chuyển, Ctrl + lăn chuột hoặc nhấp đúp để phóng to; dừng chuột trên nét hoặc điểm để đọc.",
    ),
    "width": Text(en="Line width: t/day, both directions", vi="Độ rộng nét: tấn/ngày, hai chiều"),
    "more": Text(en="more than the base", vi="nhiều hơn nền"),
    "less": Text(en="less than the base", vi="ít hơn nền"),
    "later": Text(en="not open yet", vi="chưa khai thác"),
    "show_all": Text(en="Show all rows", vi="Hiện tất cả các dòng"),
    "show_fewer": Text(en="Show fewer rows", vi="Thu gọn bảng"),
    "tonnes": Text(en="t/day", vi="tấn/ngày"),
    "base_line": Text(en="base", vi="nền"),
}
STATUS: Final = Text(en="Status", vi="Trạng thái")
COMPARED_NOTE: Final = Text(
    en="Below each figure: its difference from the base; for shares, in percentage points.",
    vi="Dưới mỗi số là chênh lệch so với phương án nền; với tỷ lệ là điểm phần trăm.",
)
NOTHING_UNSERVED: Final = Text(
    en="Nothing: every scenario moves all freight.", vi="Không có: kịch bản nào cũng chở hết hàng."
)
REASONING_NOTE: Final = Text(en="As noted in the region pack.", vi="Ghi chú trong gói dữ liệu vùng, bằng tiếng Anh.")
FLOW_NOTE: Final = Text(
    en="Tonnes are cargo without its boxes, and the tare of empty boxes that are repositioned; TEU are laden and "
    "empty. A path counts once for its main inland mode and again under every mode it uses.",
    vi="Tấn là hàng không kể vỏ, cộng trọng lượng vỏ rỗng phải điều chuyển; TEU gồm có hàng và rỗng. Mỗi tuyến tính "
    "một lần cho phương thức nội địa chính và tính lại ở từng phương thức có dùng.",
)
GATEWAY_NOTE: Final = Text(
    en="Shares are of laden foreign-trade TEU.",
    vi="Tỷ lệ tính trên TEU ngoại thương có hàng.",
)
BOTTLENECK_NOTE: Final = Text(
    en="The shadow price is what one more unit of this capacity would save a day; it is split into money, value "
    "of time, CO2e and avoided penalty. Where the penalty drives it, read it as 'freight goes unserved here', "
    "not as a price.",
    vi="Giá bóng là khoản tiết kiệm mỗi ngày khi thêm một đơn vị năng lực; được tách thành tiền, giá trị thời gian, "
    "CO2e và tiền phạt tránh được. Khi do tiền phạt quyết định, hãy hiểu là 'có hàng không đi được ở đây', "
    "không phải là giá.",
)
CALIBRATED_NOTE: Final = Text(
    en="A logit split whose constants are calibrated so that its totals meet the estimates; the estimates "
    "themselves are not observations.",
    vi="Phân chia logit có hằng số được hiệu chỉnh để tổng khớp ước tính; bản thân ước tính không phải số quan trắc.",
)
SWING_NOTE: Final = Text(
    en="Each assumption is set to its low and to its high value, demand and costs are built anew and the plan is "
    "solved again. Differences are from the base plan. Where this run's time did not reach an assumption, its swing "
    "is the one measured when the pack was made.",
    vi="Từng giả định được đặt ở giá trị thấp rồi cao, nhu cầu và chi phí được lập lại và phương án được giải lại. "
    "Chênh lệch so với phương án nền. Giả định nào chưa kịp đo trong lần chạy này thì dùng biên độ đo khi lập gói "
    "dữ liệu.",
)
UNSERVED_NOTE: Final = Text(
    en="Every tonne that the plan does not move, with the reason.",
    vi="Từng tấn hàng phương án không chở, kèm lý do.",
)
