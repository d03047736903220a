"""Words of quotes and emission statements, in both languages."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

PART_NAMES: Final = {
    "distance": Text(en="vehicle, by distance", vi="phương tiện, theo km"),
    "vehicle_hour": Text(en="vehicle, by the hour", vi="phương tiện, theo giờ"),
    "toll": Text(en="tolls", vi="phí cầu đường"),
    "handling": Text(en="lifts, handling and loading", vi="nâng hạ, xếp dỡ"),
    "fee": Text(en="port infrastructure fee", vi="phí hạ tầng cảng"),
    "freight_rate": Text(en="freight rates of services", vi="cước dịch vụ"),
}
LEG_NAMES: Final = {
    "haul": Text(en="haul", vi="vận chuyển"),
    "handling": Text(en="handling", vi="xếp dỡ"),
    "service": Text(en="service", vi="dịch vụ"),
}
ELEMENT_NAMES: Final = {
    "transport": Text(en="transport", vi="vận chuyển"),
    "hub": Text(en="hub operation", vi="hoạt động tại đầu mối"),
}
DATA_NAMES: Final = {
    "modelled": Text(en="modelled", vi="mô hình hóa"),
    "default": Text(en="default", vi="mặc định"),
}
ALLOCATION_NAMES: Final = {
    "t": Text(en="by mass", vi="theo khối lượng"),
    "TEU": Text(en="by TEU", vi="theo TEU"),
}
PAYER_NAMES: Final = {
    "shipper": Text(en="shipper", vi="chủ hàng"),
    "carrier": Text(en="sea carrier", vi="hãng tàu"),
}
CONFIDENCE_NAMES: Final = {
    "high": Text(en="high", vi="cao"),
    "medium": Text(en="medium", vi="trung bình"),
    "estimate": Text(en="estimate", vi="ước tính"),
    "assumption": Text(en="assumption", vi="giả định"),
}

CHAIN: Final = Text(en="Chain", vi="Chuỗi")
TERMINALS: Final = Text(en="By way of", vi="Qua")
PRICE: Final = Text(en="Price", vi="Giá")
LOW: Final = Text(en="Low", vi="Thấp")
HIGH: Final = Text(en="High", vi="Cao")
PER_TEU: Final = Text(en="Per TEU", vi="Mỗi TEU")
PER_T: Final = Text(en="Per tonne", vi="Mỗi tấn")
IN_USD: Final = Text(en="In USD", vi="Tính bằng USD")
EARLIEST: Final = Text(en="Earliest", vi="Sớm nhất")
TYPICAL: Final = Text(en="Typical", vi="Thường")
LATEST: Final = Text(en="Latest", vi="Muộn nhất")
DAYS: Final = Text(en="Days", vi="Số ngày")
CO2E: Final = Text(en="CO2e", vi="CO2e")
ROOM: Final = Text(en="Room a day beside the plan", vi="Chỗ trống mỗi ngày ngoài phương án")
SHIPMENTS: Final = Text(en="shipments", vi="lô")
SURCHARGE: Final = Text(en="Worth of the room", vi="Giá trị chỗ trống")
IN_PLAN: Final = Text(en="In the plan", vi="Trong phương án")
LEG: Final = Text(en="Leg", vi="Chặng")
MODE: Final = Text(en="Mode", vi="Phương thức")
FROM: Final = Text(en="From", vi="Từ")
TO: Final = Text(en="To", vi="Đến")
KM_LABEL: Final = Text(en="Distance", vi="Quãng đường")
HOURS_LABEL: Final = Text(en="Hours", vi="Giờ")
WAITING: Final = Text(en="Of which waiting", vi="Trong đó chờ")
CUT_OFF: Final = Text(en="Cut-off", vi="Hạn giao")
PAYER: Final = Text(en="Paid by", vi="Bên trả")
CONFIDENCE: Final = Text(en="Confidence", vi="Độ tin cậy")
RESTS_ON: Final = Text(en="Rests on", vi="Dựa trên")
TTW: Final = Text(en="Operation (TTW)", vi="Vận hành (TTW)")
WTT: Final = Text(en="Energy provision (WTT)", vi="Cung ứng năng lượng (WTT)")
WTW: Final = Text(en="Total (WTW)", vi="Tổng (WTW)")
ALLOCATION: Final = Text(en="Allocation", vi="Phân bổ")
DATA: Final = Text(en="Data", vi="Dữ liệu")
ELEMENT: Final = Text(en="Element", vi="Phần tử")
ACTUAL: Final = Text(en="Travelled", vi="Thực đi")
SHORTEST: Final = Text(en="Shortest feasible", vi="Ngắn nhất khả thi")
GREAT_CIRCLE: Final = Text(en="Great circle", vi="Vòng tròn lớn")
ACTIVITY: Final = Text(en="Activity", vi="Luân chuyển")
INTENSITY: Final = Text(en="Intensity", vi="Cường độ")
G_PER_TKM: Final = Text(en="g CO2e/t·km", vi="g CO2e/tấn·km")
TKM: Final = Text(en="t·km", vi="tấn·km")
SHARE: Final = Text(en="Share", vi="Tỷ trọng")
PART: Final = Text(en="Part", vi="Khoản")
AMOUNT: Final = Text(en="Amount", vi="Số tiền")
TOTAL: Final = Text(en="Total", vi="Tổng")
FACTOR: Final = Text(en="Factor", vi="Hệ số")
ROW: Final = Text(en="Row", vi="Dòng")
VALUE: Final = Text(en="Value", vi="Giá trị")
UNIT: Final = Text(en="Unit", vi="Đơn vị")
SOURCE: Final = Text(en="Source", vi="Nguồn")
EMISSIONS_RESTING: Final = Text(en="Emissions of the legs it is used in", vi="Phát thải của các chặng dùng hệ số này")

QUOTE_TITLE: Final = Text(
    en="Quote: {origin} to {destination}, {box}, {commodity}, ready on {day}",
    vi="Báo giá: {origin} đến {destination}, {box}, {commodity}, sẵn sàng ngày {day}",
)
CHAINS_TITLE: Final = Text(en="By each chain of modes", vi="Theo từng chuỗi phương thức")
PARTS_TITLE: Final = Text(en="Price by part", vi="Giá theo khoản")
LEGS_TITLE: Final = Text(en="Leg by leg", vi="Theo từng chặng")
CHAINS_NOTE: Final = Text(
    en="One row a chain: the cheapest way with nothing congested, by price, value of time and carbon price; and other "
    "ways the plan takes with such freight. Low and high: ends of the cost rows and of the assumptions behind prices. "
    "Dates are local time of Vietnam.",
    vi="Mỗi dòng là một chuỗi: cách rẻ nhất khi không nghẽn, tính cả giá, giá trị thời gian và giá các-bon; và các "
    "cách khác mà phương án chọn cho loại hàng này. Thấp và cao: hai đầu của các dòng chi phí và giả định về giá. "
    "Thời gian theo giờ Việt Nam.",
)
ROOM_NOTE: Final = Text(
    en="Worth of the room: what the plan would pay to fit the shipment in (shadow prices of full capacities on the "
    "way); no one is charged it.",
    vi="Giá trị chỗ trống: mức phương án sẵn sàng trả để xếp thêm lô hàng (giá bóng của các năng lực đã hết trên "
    "đường); không ai phải nộp khoản này.",
)
BEST: Final = Text(
    en="Best by price, value of time and carbon price: {chain}, {price} {currency} ({low} to {high}) a {unit}, {days} "
    "days, {co2e} kg CO2e.",
    vi="Tốt nhất theo giá, giá trị thời gian và giá các-bon: {chain}, {price} {currency} ({low} đến {high}) mỗi "
    "{unit}, {days} ngày, {co2e} kg CO2e.",
)
BOX_UNIT: Final = Text(en="box", vi="công-ten-nơ")
LOT_UNIT: Final = Text(en="shipment", vi="lô hàng")
FULL: Final = Text(
    en="{chain} is full in the plan at {where}: one more shipment would push other freight aside.",
    vi="{chain} đã hết chỗ trong phương án tại {where}: thêm một lô sẽ đẩy lô khác ra.",
)
ALONE: Final = Text(
    en="Two 20 ft boxes share a truck here, as in the plan; a truck for this box alone costs {extra} {currency} more.",
    vi="Ở đây hai công-ten-nơ 20 ft đi chung một xe như trong phương án; thuê xe riêng tốn thêm {extra} {currency}.",
)
CLIMATE_TITLE: Final = Text(en="CO2e statement: {chain}", vi="Bản kê CO2e: {chain}")
CLIMATE_SUMMARY: Final = Text(
    en="{kg} kg CO2e well to wheel for {tonnes} t: {ttw} kg in operation, {wtt} kg in energy provision; {intensity} g "
    "CO2e per t·km.",
    vi="{kg} kg CO2e từ giếng đến bánh xe cho {tonnes} tấn: {ttw} kg khi vận hành, {wtt} kg do cung ứng năng lượng; "
    "{intensity} g CO2e mỗi tấn·km.",
)
METHOD: Final = Text(
    en="Counted as ISO 14083:2023 asks: each leg and each handling is an element; energy on the kilometres really "
    "travelled, the empty run of a vehicle once; transport activity over the {basis}; what is travelled is {factor} "
    "times that. No primary data: nobody's own fuel readings stand behind it.",
    vi="Tính theo ISO 14083:2023: mỗi chặng, mỗi lần xếp dỡ là một phần tử; năng lượng theo số km thực đi, quãng chạy "
    "rỗng của phương tiện tính một lần; luân chuyển theo {basis} (quãng thực đi gấp {factor} lần). Không có dữ liệu sơ "
    "cấp: không dựa trên số đo nhiên liệu của riêng đơn vị nào.",
)
LEFT_OUT_TITLE: Final = Text(en="What is left out", vi="Những gì không tính")
FACTORS_TITLE: Final = Text(en="Factors and their sources", vi="Hệ số và nguồn")
STATEMENT_TITLE: Final = Text(
    en="CO2e statement of a shipment: {origin} to {destination}, {box}, {commodity}, ready on {day}",
    vi="Bản kê CO2e của lô hàng: {origin} đến {destination}, {box}, {commodity}, sẵn sàng ngày {day}",
)
EMISSIONS_TITLE: Final = Text(en="Emissions: {what}", vi="Phát thải: {what}")
WHOLE_PLAN: Final = Text(en="all freight of the plan", vi="toàn bộ hàng của phương án")
BY_MODE: Final = Text(en="By mode", vi="Theo phương thức")
HUBS_WITHIN: Final = Text(
    en="Handling stands with the mode it hands over to, and is in the intensity.",
    vi="Xếp dỡ tính vào phương thức nhận hàng và nằm trong cường độ.",
)
BY_LEG: Final = Text(en="By kind of leg", vi="Theo loại chặng")
BY_PARK: Final = Text(en="By park and zone", vi="Theo khu và vùng")
BY_COMMODITY: Final = Text(en="By commodity", vi="Theo nhóm hàng")
BY_DATA: Final = Text(en="By class of data", vi="Theo loại dữ liệu")
BY_SEGMENT: Final = Text(en="By part of the way", vi="Theo đoạn đường")
SEGMENT_NAMES: Final = {
    "inland": Text(en="inland", vi="nội địa"),
    "line_haul": Text(en="domestic line haul", vi="đường dài nội địa"),
    "sea_air": Text(en="sea and air", vi="đường biển và hàng không"),
}
TWICE: Final = Text(
    en="{twice} kg of it are counted twice in the plan: {km} truck-km with net empty boxes, which are the empty "
    "runs of the laden boxes they serve. With every empty run counted once the total is {once} kg.",
    vi="Trong đó {twice} kg được phương án tính hai lần: {km} km xe chở vỏ rỗng, vốn là quãng chạy rỗng của "
    "công-ten-nơ có hàng mà vỏ ấy phục vụ. Nếu mỗi quãng chạy rỗng chỉ tính một lần, tổng là {once} kg.",
)
NO_CHAIN: Final = Text(
    en="There is no chain {name} in this quote; there are: {known}.",
    vi="Báo giá này không có chuỗi {name}; hiện có: {known}.",
)
NOT_A_DATE: Final = Text(
    en="{value} is no date; write it as 2026-03-15.", vi="{value} không phải ngày; hãy ghi như 2026-03-15."
)
NOT_A_YEAR: Final = Text(
    en="{value} is too far away: holidays are known from 1901 to 2099; name a day of those years.",
    vi="{value} quá xa: ngày nghỉ lễ chỉ tính được từ 1901 đến 2099; hãy ghi một ngày trong các năm đó.",
)
NOT_A_TIME: Final = Text(
    en="{value} is no hour of the day; write it as 08:00.", vi="{value} không phải giờ trong ngày; hãy ghi như 08:00."
)
STEP_QUOTE: Final = Text(en="Quoting by each chain of modes", vi="Báo giá theo từng chuỗi phương thức")
STEP_EMISSIONS: Final = Text(en="Adding up emissions leg by leg", vi="Cộng phát thải theo từng chặng")
