"""Words of the answer about a programme, in both languages."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

TITLE: Final = Text(en="The programme, action by action", vi="Chương trình, từng hành động một")
ACTION: Final = Text(en="Action", vi="Hành động")
STATUS: Final = Text(en="State", vi="Tình trạng")
YEARS: Final = Text(en="Years", vi="Thời gian")
VERDICT: Final = Text(en="Effect", vi="Tác động")
TOGETHER: Final = Text(en="All actions together", vi="Mọi hành động cùng lúc")
SUM_ALONE: Final = Text(en="Sum of the single effects", vi="Tổng các tác động riêng lẻ")
INTERACTION: Final = Text(en="Interaction (together less sum)", vi="Tác động qua lại (cùng lúc trừ tổng)")
BASE: Final = Text(en="Base", vi="Hiện trạng")
NO_NETWORK: Final = Text(en="Actions without a change of the network", vi="Hành động không làm thay đổi mạng lưới")
NO_NETWORK_NOTE: Final = Text(
    en="People, business and technology, and what stands in the base already: nothing of them is in the network, so no "
    "effect is worked out; only their indicators are listed.",
    vi="Con người, doanh nghiệp, công nghệ và những gì đã có trong hiện trạng: không thuộc mạng lưới nên không tính "
    "tác động; chỉ liệt kê chỉ số.",
)
IN_BASE: Final = Text(en="stands in the base already", vi="đã có trong hiện trạng")
NO_SCENARIO: Final = Text(en="not a change of the network", vi="không thay đổi mạng lưới")
STATES: Final = {
    "done": Text(en="done", vi="đã xong"),
    "under_way": Text(en="under way", vi="đang làm"),
    "planned": Text(en="planned", vi="dự kiến"),
}
VERDICTS: Final = {
    "saves": Text(en="saves", vi="tiết kiệm"),
    "costs": Text(en="costs more", vi="tốn thêm"),
    "same": Text(en="changes nothing", vi="không thay đổi"),
    "not_modelled": Text(en="not modelled", vi="chưa mô hình hóa"),
}
ACTIONS_NOTE: Final = Text(
    en="Each action against the base, per working day of the plan; changes below 0 are savings. Tonnes and TEU are the "
    "freight whose way leads over what the action builds or changes. An action that changes nothing alone may still "
    "matter with others: a bridge without its road carries nobody.",
    vi="Từng hành động so với hiện trạng, mỗi ngày làm việc của phương án; số âm là tiết kiệm. Tấn và TEU là hàng "
    "đi qua phần được xây hay thay đổi. Hành động không có tác động khi đứng riêng vẫn có thể cần cho hành động khác: "
    "cầu chưa có đường dẫn thì chưa ai qua.",
)
MONEY_NOTE: Final = Text(
    en="A year is {days} days of the plan (working days ÷ peak factor). The ratio sets one year's saving beside the "
    "investment, nothing more: no discounting, no upkeep, no growth, no lifetime, and only this region's freight in "
    "its best plan, while passengers and the freight of others also use what is built.",
    vi="Một năm bằng {days} ngày của phương án (ngày làm việc ÷ hệ số cao điểm). Tỷ lệ chỉ đặt khoản tiết kiệm một năm "
    "cạnh vốn đầu tư: không chiết khấu, bảo trì, tăng trưởng hay tuổi thọ, và chỉ tính hàng của vùng trong phương án "
    "tốt nhất, trong khi hành khách và hàng của nơi khác cũng dùng công trình.",
)
INTERACTION_NOTE: Final = Text(
    en="Above 0 in cost: actions save the same thing twice when counted one by one. Below 0: they need each other.",
    vi="Chi phí lớn hơn 0: cộng từng hành động là tính trùng. Nhỏ hơn 0: các hành động cần có nhau.",
)
PLACES: Final = Text(en="Parks and zones served", vi="Khu công nghiệp và khu vực được lợi")
PLACES_NOTE: Final = Text(
    en="Places whose cost or mean time falls by 0.1 % or more. Single places may gain because another place's freight "
    "moves over: plans of equal cost share capacities differently.",
    vi="Nơi có chi phí hoặc thời gian bình quân giảm từ 0,1 %. Một nơi có thể lợi vì hàng nơi khác chuyển đường: các "
    "phương án cùng chi phí có thể chia năng lực khác nhau.",
)
INDICATORS: Final = Text(en="Indicators", vi="Chỉ số")
INDICATORS_NOTE: Final = Text(
    en="Actual: what a source says is reached, as of the year beside it; a dash where no source at hand says. "
    "Modelled: the same quantity in the plans; of flows, this region's freight in its best plan only, not others'.",
    vi="Đã đạt: theo nguồn, tính đến năm ghi bên cạnh; gạch ngang là chưa có nguồn. Mô hình: cùng đại lượng trong các "
    "phương án; với luồng hàng chỉ là hàng của vùng trong phương án tốt nhất.",
)
BASELINES_DIFFER: Final = Text(
    en="The base of the plans is not the stated baseline everywhere, and effects are counted from the base of the "
    "plans: {listed}.",
    vi="Hiện trạng của các phương án không phải nơi nào cũng là mức ban đầu đã nêu, và tác động tính từ hiện trạng của "
    "phương án: {listed}.",
)
BASELINE_DIFFERS: Final = Text(
    en="{action}, {indicator}: {stated} {unit} stated, {modelled} in the base of the plans",
    vi="{action}, {indicator}: nêu {stated} {unit}, hiện trạng của phương án {modelled}",
)
UNITS: Final = {
    "persons/year": Text(en="persons/year", vi="người/năm"),
    "firms": Text(en="firms", vi="doanh nghiệp"),
    "firms/year": Text(en="firms/year", vi="doanh nghiệp/năm"),
    "facilities": Text(en="facilities", vi="cơ sở"),
    "projects": Text(en="projects", vi="dự án"),
    "events/year": Text(en="events/year", vi="sự kiện/năm"),
    "lanes": Text(en="lanes", vi="làn xe"),
    "t": Text(en="t", vi="tấn"),
    "t/year": Text(en="t/year", vi="tấn/năm"),
    "TEU/year": Text(en="TEU/year", vi="TEU/năm"),
    "MUSD": Text(en="million USD", vi="triệu USD"),
    "min": Text(en="min", vi="phút"),
    "km/h": Text(en="km/h", vi="km/giờ"),
}
"""Units of indicators as tables write them, in words; others are shown as they are."""
SHARES: Final = Text(en="Gateways and modes", vi="Cửa ngõ và phương thức")
