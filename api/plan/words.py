"""Fixed words of the document of a plan, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.numbers import number, percent
from api.report.words import (
    BOTTLENECK_NOTE,
    FLOW_NOTE,
    GATEWAY_NOTE,
    UNSERVED_NOTE,
)
from api.tell import STREETS
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.results.streets import StreetUse

__all__ = ["BOTTLENECK_NOTE", "FLOW_NOTE", "GATEWAY_NOTE", "UNSERVED_NOTE"]

TITLE: Final = Text(en="Freight plan of {region}: {scenario}", vi="Phương án luồng hàng {region}: {scenario}")
FIGURE: Final = Text(en="Figure", vi="Chỉ tiêu")
A_DAY: Final = Text(en="A working day", vi="Một ngày làm việc")
TOTALS: Final = Text(en="Totals", vi="Tổng hợp")
FLOWS: Final = Text(en="Flows and modes", vi="Luồng hàng và phương thức")
MAP: Final = Text(en="Freight on roads, railways and waterways", vi="Hàng trên đường bộ, đường sắt, đường thủy")
MAP_NOTE: Final = Text(
    en="Both directions together. Lines between terminals and overseas markets are left out.",
    vi="Hai chiều cộng lại. Không vẽ đường từ bến đến thị trường nước ngoài.",
)
MODE_SHARES: Final = Text(en="Inland modes of the plan", vi="Phương thức nội địa theo phương án")
OF_TKM: Final = Text(en="of inland t·km", vi="theo tấn·km nội địa")
OF_T: Final = Text(en="of t, as main mode", vi="theo tấn, là phương thức chính")
MOVED: Final = Text(en="Moved", vi="Được chở")
AS_MAIN: Final = Text(en="of t, as main mode", vi="theo tấn, là phương thức chính")
TKM: Final = Text(en="Transport work", vi="Khối lượng luân chuyển")
VEHICLE_KM: Final = Text(en="Vehicles, empty running included", vi="Xe, kể cả chạy rỗng")
PRICE: Final = Text(en="Price paid", vi="Giá phải trả")
RESOURCE_COST: Final = Text(en="Resource cost", vi="Chi phí nguồn lực")
BY_MODE: Final = Text(en="By mode", vi="Theo phương thức")
GATEWAYS: Final = Text(en="Gateways and terminals", vi="Cửa ngõ và bến")
GATEWAYS_OF_PLAN: Final = Text(en="Gateways of the plan", vi="Cửa ngõ theo phương án")
SHARE_OF_BOXES: Final = Text(en="of laden foreign-trade TEU", vi="theo TEU ngoại thương có hàng")
BY_GATEWAY: Final = Text(en="By gateway", vi="Theo cửa ngõ")
BY_TERMINAL: Final = Text(en="By terminal", vi="Theo bến")
BOXES: Final = Text(en="Laden boxes", vi="Container có hàng")
BOXES_ALL: Final = Text(en="Boxes", vi="Container")
FOREIGN_T: Final = Text(en="Foreign trade", vi="Ngoại thương")
BY_BARGE: Final = Text(en="of which by barge", vi="trong đó bằng sà lan")
AS_GATEWAY: Final = Text(en="As gateway", vi="Là cửa ngõ")
HANDLED: Final = Text(en="All handling", vi="Tổng xếp dỡ")
PLACES: Final = Text(en="Parks and zones", vi="Khu công nghiệp và vùng")
BY_PLACE: Final = Text(en="By park and zone", vi="Theo khu công nghiệp và vùng")
OUT: Final = Text(en="Out", vi="Đi")
IN: Final = Text(en="In", vi="Đến")
LEFT: Final = Text(en="Unserved", vi="Không phục vụ được")
WANTED: Final = Text(en="Demand", vi="Nhu cầu")
PRICE_TO_MARKET: Final = Text(en="Price to market", vi="Giá đến thị trường")
TIME_TO_MARKET: Final = Text(en="Mean time to market", vi="Thời gian trung bình đến thị trường")
CO2E_TO_MARKET: Final = Text(en="CO2e to market", vi="CO2e đến thị trường")
TO_MARKET_NOTE: Final = Text(
    en="Prices, times and emissions to market count the whole way, sea and air included. Shares of gateways are of "
    "laden foreign-trade TEU.",
    vi="Giá, thời gian và phát thải đến thị trường tính cả hành trình, gồm đường biển và hàng không. Tỷ lệ cửa ngõ "
    "tính trên TEU ngoại thương có hàng.",
)
GOODS: Final = Text(en="Commodities and markets", vi="Mặt hàng và thị trường")
BY_COMMODITY: Final = Text(en="By commodity", vi="Theo mặt hàng")
BY_MARKET: Final = Text(en="By market", vi="Theo thị trường")
BOTTLENECKS: Final = Text(en="Bottlenecks", vi="Điểm nghẽn")
FULL: Final = Text(en="Capacities that are full", vi="Năng lực đã dùng hết")
NOTHING_BINDS: Final = Text(
    en="None: no capacity is full whose enlargement would save anything.",
    vi="Không có: không năng lực nào dùng hết mà mở rộng thì tiết kiệm được.",
)
UNITS_PER_DAY: Final = Text(en="units/day", vi="đơn vị/ngày")
ROOM: Final = Text(en="Room for this plan", vi="Phần dành cho phương án")
USED: Final = Text(en="Used", vi="Đã dùng")
WORTH: Final = Text(en="Shadow price × use", vi="Giá bóng × mức dùng")
SHADOW: Final = Text(en="Shadow price", vi="Giá bóng")
FROM_MONEY: Final = Text(en="from money", vi="do tiền")
FROM_TIME: Final = Text(en="from time", vi="do thời gian")
FROM_CARBON: Final = Text(en="from CO2e", vi="do CO2e")
FROM_PENALTY: Final = Text(en="from the penalty", vi="do tiền phạt")
HOLDS_FROM: Final = Text(en="Price holds from", vi="Giá đúng từ")
HOLDS_TO: Final = Text(en="Price holds up to", vi="Giá đúng đến")
UNSERVED: Final = Text(en="Unserved freight", vi="Hàng không phục vụ được")
NOTHING_UNSERVED: Final = Text(en="Nothing: all freight is moved.", vi="Không có: toàn bộ hàng được chở.")
REASON: Final = Text(en="Reason", vi="Lý do")
RELAXATION: Final = Text(en="What would serve it", vi="Cần gì để phục vụ")
DIRECTIONS: Final = {
    "export": Text(en="export", vi="xuất khẩu"),
    "import": Text(en="import", vi="nhập khẩu"),
    "domestic_out": Text(en="domestic, out", vi="nội địa, đi"),
    "domestic_in": Text(en="domestic, in", vi="nội địa, đến"),
    "empty": Text(en="empty boxes", vi="vỏ rỗng"),
}
EMISSIONS: Final = Text(en="Emissions", vi="Phát thải")
EMISSIONS_NOTE: Final = Text(
    en="Well to wheel by ISO 14083, of the whole way to market, sea and air included: operation (tank to wheel) and "
    "energy provision (well to tank) apart; fuel on vehicle-kilometres with empty running, terminals included.",
    vi="Từ giếng đến bánh xe theo ISO 14083, cả hành trình đến thị trường, gồm đường biển và hàng không: tách riêng "
    "vận hành (từ bình đến bánh) và cung cấp năng lượng (từ giếng đến bình); nhiên liệu tính trên xe-km kể cả chạy "
    "rỗng, gồm cả bến.",
)
OPERATION: Final = Text(en="Operation", vi="Vận hành")
PROVISION: Final = Text(en="Energy provision", vi="Cung cấp năng lượng")
WELL_TO_WHEEL: Final = Text(en="Well to wheel", vi="Từ giếng đến bánh xe")
ALL: Final = Text(en="All", vi="Tổng")


def streets(use: StreetUse) -> Text:
    """Return what must be known of freight on streets whose capacity nobody has stated."""
    busiest = f"{use.name} ({use.busiest})" if use.name else use.busiest
    return STREETS.format(share=percent(use.share_tkm, 0), busiest=busiest, tonnes=number(use.most_t_per_day))
