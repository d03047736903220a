"""Fixed words of the validation, in both languages."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

TITLE: Final = Text(en="Validation of {region}: {scenario}", vi="Kiểm định {region}: {scenario}")
CONTROLS: Final = Text(en="Control totals", vi="Tổng khống chế")
CONTROLS_NOTE: Final = Text(
    en="Each row of controls.csv against the same sum over the planned demand. Exact: within 1e-9 of the total.",
    vi="Mỗi dòng của controls.csv so với cùng tổng đó của nhu cầu được lập phương án. Khớp: lệch không quá 1e-9.",
)
VOLUMES: Final = Text(en="Volumes", vi="Khối lượng")
SHARES: Final = Text(en="Shares of gateways and barges", vi="Tỷ trọng cửa ngõ và sà lan")
SHARES_NOTE: Final = Text(
    en="The shares are those of an optimum, held against estimates of what shippers do: they are not fitted.",
    vi="Đây là tỷ trọng của phương án tối ưu, so với ước tính về điều chủ hàng đang làm; không hiệu chỉnh cho khớp.",
)
PRICES: Final = Text(en="Prices of one 40 ft box", vi="Giá một công-ten-nơ 40 ft")
PRICES_NOTE: Final = Text(
    en="The cheapest way of the lightest laden box; a truck with its empty return, port handling and fee not counted.",
    vi="Cách rẻ nhất cho công-ten-nơ có hàng nhẹ nhất; xe tải gồm cả lượt về rỗng, không gồm xếp dỡ và phí của cảng.",
)
DISTANCES: Final = Text(en="Road distances", vi="Cự ly đường bộ")
DISTANCES_NOTE: Final = Text(
    en="The shortest open way against routes measured on a map; the range is 10 % wider than the source's own.",
    vi="Đường mở ngắn nhất so với cự ly đo trên bản đồ; khoảng cho phép rộng hơn 10 % so với nguồn.",
)
SCREENLINES: Final = Text(en="Screenlines", vi="Mặt cắt")
FLOWS: Final = Text(en="The region's freight across each screenline", vi="Hàng của vùng qua từng mặt cắt")
FLOWS_NOTE: Final = Text(
    en="Freight of the plan only. Laden vehicles go with the freight; their empty runs go the other way.",
    vi="Chỉ tính hàng của phương án. Xe có hàng đi cùng hàng; lượt về rỗng đi chiều ngược lại.",
)
CAPACITIES: Final = Text(en="Capacity at each screenline", vi="Năng lực tại từng mặt cắt")
CAPACITIES_NOTE: Final = Text(
    en="Both directions together. Background is other traffic; plan is the region's freight with its empty runs. "
    "Crossings without a stated capacity are counted, not estimated.",
    vi="Hai chiều cộng lại. Nền là giao thông khác; phương án là hàng của vùng kể cả lượt về rỗng. Các tuyến cắt qua "
    "không ghi năng lực chỉ được đếm, không ước tính.",
)
CROSSINGS: Final = Text(en="Links that carry freight across", vi="Các tuyến chở hàng qua mặt cắt")
COUNTS: Final = Text(en="Observed counts", vi="Số đếm thực tế")
COUNTS_NOTE: Final = Text(
    en="A count holds all traffic; background and plan stand beside it where their unit is the same.",
    vi="Số đếm gồm mọi phương tiện; nền và phương án ghi bên cạnh khi cùng đơn vị.",
)
NO_COUNTS: Final = Text(
    en="The pack holds no observed counts at these screenlines (screenline_counts.csv has no rows), so nothing "
    "observed stands beside the flows. None was made up.",
    vi="Gói dữ liệu chưa có số đếm thực tế tại các mặt cắt này (screenline_counts.csv không có dòng nào), nên không có "
    "số quan sát để đối chiếu. Không bịa số nào.",
)
NO_SCREENLINES: Final = Text(
    en="The pack names no screenlines (screenlines.csv).", vi="Gói dữ liệu không khai mặt cắt nào (screenlines.csv)."
)
CONTROLS_MET: Final = Text(
    en="All {count} control totals are met exactly.", vi="Cả {count} tổng khống chế đều khớp chính xác."
)
CONTROLS_MISSED: Final = Text(
    en="{missed} of {count} control totals are NOT met: {names}.",
    vi="{missed} trong {count} tổng khống chế KHÔNG khớp: {names}.",
)
WITHIN: Final = Text(
    en="{within} of {ranged} figures with a range lie within it.",
    vi="{within} trong {ranged} con số có khoảng nằm trong.",
)
OUTSIDE: Final = Text(en="Outside their range: {names}.", vi="Ngoài khoảng: {names}.")
NONE_OUTSIDE: Final = Text(en="None lies outside.", vi="Không con số nào nằm ngoài khoảng.")
ESTIMATED: Final = Text(
    en="Most ranges are estimates themselves, not observations: agreeing with them proves little.",
    vi="Phần lớn các khoảng cũng chỉ là ước tính, không phải quan sát: khớp với chúng chứng minh được ít.",
)

VERDICTS: Final = {
    "within": Text(en="within", vi="trong khoảng"),
    "outside": Text(en="OUTSIDE", vi="NGOÀI khoảng"),
    "no_range": Text(en="no range", vi="không có khoảng"),
    "no_value": Text(en="NO WAY in the model", vi="KHÔNG CÓ đường trong mô hình"),
}
UNITS: Final = {
    "TEU/yr": Text(en="TEU/yr", vi="TEU/năm"),
    "t/working day": Text(en="t/working day", vi="tấn/ngày làm việc"),
    "t/yr": Text(en="t/yr", vi="tấn/năm"),
    "boxes/working day": Text(en="boxes/working day", vi="công-ten-nơ/ngày làm việc"),
    "TEU/ha/yr": Text(en="TEU/ha/yr", vi="TEU/ha/năm"),
    "days/yr": Text(en="days/yr", vi="ngày/năm"),
    "MUSD": Text(en="million USD", vi="triệu USD"),
    "MUSD/yr": Text(en="million USD/yr", vi="triệu USD/năm"),
    "VND": Text(en="VND", vi="đồng"),
    "vehicle": Text(en="vehicles", vi="xe"),
}
ALL_GOODS: Final = Text(en="all goods", vi="mọi nhóm hàng")
ALL_MARKETS: Final = Text(en="all markets", vi="mọi thị trường")
EXACT: Final = {True: Text(en="exact", vi="khớp"), False: Text(en="MISSED", vi="KHÔNG KHỚP")}
