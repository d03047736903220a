"""Fixed words of the document that explains a plan."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

TITLE: Final = Text(en="Why the plan is as it is: {name}", vi="Vì sao phương án như vậy: {name}")
BINDING: Final = Text(en="What binds", vi="Nơi đã hết năng lực")
NOTHING_BINDS: Final = Text(en="No capacity is full.", vi="Không có nơi nào hết năng lực.")
BINDING_NOTE: Final = Text(
    en="Shadow price: what one more unit {period} would save, by what is saved; a part below 0 is spent. It holds "
    "while what is left is between the two bounds. “Penalty” marks prices that are mostly freight left behind.",
    vi="Giá bóng: thêm một đơn vị {period} thì tiết kiệm được bao nhiêu, chia theo khoản; khoản âm là chi thêm. Giá "
    "đúng khi phần còn lại nằm giữa hai mức. Cột “Phạt” đánh dấu giá chủ yếu do hàng bị bỏ lại.",
)
UNSERVED: Final = Text(en="What stays, and why", vi="Hàng bị bỏ lại và lý do")
NOTHING_STAYS: Final = Text(en="Everything is carried.", vi="Mọi hàng hóa đều được chở.")
STAYS: Final = Text(
    en="{count} demands stay in whole or in part, {tonnes} t in all.",
    vi="{count} nhu cầu bị bỏ lại một phần hoặc toàn bộ, tổng {tonnes} tấn.",
)
PROOFS: Final = Text(en="What would serve them", vi="Cần gì để phục vụ")
ONLY_PROVED: Final = Text(
    en="The least change was searched and proved for the {count} largest; for others, --demand ID or --prove N.",
    vi="Mới tìm và chứng minh thay đổi ít nhất cho {count} nhu cầu lớn nhất; hỏi thêm bằng --demand ID hoặc --prove N.",
)
LARGEST: Final = Text(en="Largest routes", vi="Các tuyến lớn nhất")
LEFT_OUT: Final = Text(
    en="{count} smaller demands are all that was asked for too and are left out; name one with --demand ID.",
    vi="Còn {count} nhu cầu nhỏ hơn cũng đúng điều kiện nhưng không kể ở đây; chỉ một nhu cầu bằng --demand ID.",
)
DEMAND: Final = Text(en="Demand", vi="Nhu cầu")
ABOUT: Final = Text(
    en="{wanted} t {period} wanted, {left} t stay; one more tonne costs {dual} {currency}, one that stays {penalty}.",
    vi="Cần chở {wanted} tấn {period}, {left} tấn ở lại; thêm một tấn tốn {dual} {currency}, để lại một tấn {penalty}.",
)
ROUTES: Final = Text(en="Routes of the plan", vi="Các tuyến của phương án")
LEGS: Final = Text(en="Legs of the routes, per tonne", vi="Các chặng của tuyến, tính cho một tấn")
ALTERNATIVES: Final = Text(en="Alternatives by mode chain", vi="Phương án khác theo chuỗi phương thức")
NO_ALTERNATIVES: Final = Text(en="No other chain of modes leads there.", vi="Không có chuỗi phương thức nào khác.")
ALTERNATIVES_NOTE: Final = Text(
    en="Best other way of each chain; differences are from the plan's largest route of the demand. Cost with full "
    "capacities: plain cost and what the full capacities on the way are worth to others.",
    vi="Đường tốt nhất khác của mỗi chuỗi; chênh lệch so với tuyến lớn nhất của nhu cầu trong phương án. Chi phí kể cả "
    "năng lực đầy: chi phí thường và giá trị của năng lực đã đầy trên đường đối với hàng khác.",
)
REASON: Final = Text(en="Why it stays: {reason}", vi="Lý do ở lại: {reason}")
FORBIDDEN: Final = Text(en="What cuts it off: {rules}.", vi="Điều ngăn cản: {rules}.")
CAPACITY: Final = Text(en="Capacity {name}", vi="Năng lực {name}")
WHOSE: Final = Text(en="Whose tonnes: {name}", vi="Hàng của ai: {name}")
CARRIES: Final = Text(en="It carries {tonnes} t {period}.", vi="Chở {tonnes} tấn {period}.")
NOTHING_PASSES: Final = Text(en="The plan sends nothing there.", vi="Phương án không đưa hàng qua đây.")
PATHS: Final = Text(en="Paths, the largest first", vi="Các đường đi, lớn nhất trước")
ORIGIN: Final = Text(en="Where it comes from", vi="Từ đâu mà có")
STEPS: Final = Text(en="From the rows to the tonnes", vi="Từ các dòng dữ liệu đến số tấn")
ASSUMPTIONS: Final = Text(en="Assumptions behind it", vi="Các giả định liên quan")
FACILITIES: Final = Text(en="Facilities of the park on record", vi="Cơ sở trong khu công nghiệp đã ghi nhận")
FACILITIES_NOTE: Final = Text(
    en="The tonnes are the park's as a whole; which facility ships what is not on record. Made-up rows are marked.",
    vi="Số tấn là của cả khu; không có số liệu cơ sở nào gửi bao nhiêu. Các dòng giả lập được đánh dấu.",
)
BY: Final = {
    "place_id": Text(en="By park or zone", vi="Theo khu công nghiệp hoặc khu vực"),
    "zone_id": Text(en="By zone", vi="Theo khu vực"),
    "commodity_id": Text(en="By commodity", vi="Theo loại hàng"),
    "class_id": Text(en="By class", vi="Theo lớp hàng"),
    "market_id": Text(en="By market", vi="Theo thị trường"),
    "direction": Text(en="By direction", vi="Theo chiều"),
    "form": Text(en="By form", vi="Theo dạng hàng"),
    "demand_id": Text(en="By demand", vi="Theo nhu cầu"),
}
NAME: Final = Text(en="Name", vi="Tên")
UNIT: Final = Text(en="Unit", vi="Đơn vị")
LEFT: Final = Text(en="Left for the plan", vi="Còn cho phương án")
USED: Final = Text(en="Used", vi="Đã dùng")
PRICE: Final = Text(en="Shadow price", vi="Giá bóng")
MONEY: Final = Text(en="Money", vi="Tiền")
TIME_VALUE: Final = Text(en="Time value", vi="Giá trị thời gian")
CARBON: Final = Text(en="Carbon", vi="Các-bon")
SAVED_PENALTY: Final = Text(en="Penalty", vi="Tiền phạt")
KG_SAVED: Final = Text(en="CO2e saved", vi="CO2e giảm")
BY_PENALTY: Final = Text(en="Penalty?", vi="Phạt?")
HOLDS_FROM: Final = Text(en="Holds from", vi="Đúng từ")
HOLDS_TO: Final = Text(en="to", vi="đến")
FROM: Final = Text(en="From", vi="Từ")
TO: Final = Text(en="To", vi="Đến")
GOODS: Final = Text(en="Goods", vi="Hàng")
ID: Final = Text(en="Id", vi="Mã")
WANTED: Final = Text(en="Wanted", vi="Nhu cầu")
STAYING: Final = Text(en="Stays", vi="Ở lại")
WHY: Final = Text(en="Why", vi="Vì sao")
SERVES: Final = Text(en="Least change that serves it", vi="Thay đổi ít nhất để phục vụ")
CHAIN: Final = Text(en="Mode chain", vi="Chuỗi phương thức")
FLOW: Final = Text(en="Flow", vi="Luồng")
COST: Final = Text(en="Plain cost", vi="Chi phí thường")
FULL_COST: Final = Text(en="With full capacities", vi="Kể cả năng lực đầy")
MORE: Final = Text(en="More with full capacities", vi="Cao hơn, kể cả năng lực đầy")
MORE_COST: Final = Text(en="More, plain", vi="Cao hơn, thường")
MORE_MONEY: Final = Text(en="More money", vi="Thêm tiền")
MORE_TIME_VALUE: Final = Text(en="More time value", vi="Thêm giá trị thời gian")
MORE_HOURS: Final = Text(en="More time", vi="Thêm thời gian")
MORE_KG: Final = Text(en="More CO2e", vi="Thêm CO2e")
TIME: Final = Text(en="Time", vi="Thời gian")
DISTANCE: Final = Text(en="Distance", vi="Quãng đường")
CO2E: Final = Text(en="CO2e", vi="CO2e")
LEG: Final = Text(en="Leg", vi="Chặng")
MODE: Final = Text(en="Mode", vi="Phương thức")
TONNES: Final = Text(en="Tonnes", vi="Số tấn")
SHARE: Final = Text(en="Share", vi="Tỷ lệ")
STEP: Final = Text(en="Step", vi="Bước")
RESULT: Final = Text(en="Result", vi="Kết quả")
ROWS: Final = Text(en="Rows", vi="Dòng")
LOW: Final = Text(en="Low", vi="Thấp")
MID: Final = Text(en="Mid", vi="Giữa")
HIGH: Final = Text(en="High", vi="Cao")
KIND: Final = Text(en="Kind", vi="Loại")
ORGANISATION: Final = Text(en="Organisation", vi="Tổ chức")
MADE_UP: Final = Text(en="Made up", vi="Giả lập")
TRADE_ROW: Final = Text(en="Trade row", vi="Dòng thương mại")
"""Headings."""

LEG_KINDS: Final = {
    "link": Text(en="haul", vi="vận chuyển"),
    "transshipment": Text(en="handling", vi="xếp dỡ"),
    "service": Text(en="service", vi="dịch vụ"),
    "storage": Text(en="storage", vi="lưu kho"),
    "source": Text(en="choice of origin", vi="chọn nơi đi"),
    "sink": Text(en="choice of destination", vi="chọn nơi đến"),
}
