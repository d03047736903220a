"""The tables of a folder that describe the freight: demands, plants, supplies, periods, storage, empties."""

from __future__ import annotations

from typing import Final

from optimizer.folder.declaration import (
    FlowTable,
    key,
    number,
    optional_number,
    reference,
    references,
    required_number,
    words,
    yes_no,
)
from optimizer.folder.network_tables import MOST_AMOUNT, MOST_MONEY
from supplychain.text import Text

LEAST_SHARE: Final = 1e-9
"""Least tonnes per tonne that are believed: a gram of metal from a thousand tonnes of ore."""

LEAST_DAYS: Final = 1e-4
"""Least length of a period that is believed: nine seconds."""

DEMANDS: Final = FlowTable(
    "demands",
    Text(
        "Tonnes that want to go from one of some origins to one of some destinations",
        "Số tấn cần đi từ một trong các nơi đi đến một trong các nơi đến",
    ),
    (
        key("demand_id", Text("Name of the demand", "Mã nhu cầu")),
        references(
            "origins",
            ("nodes.node_id", "plants.plant_id"),
            Text(
                "Nodes or plants any part of it may come from", "Các nút hoặc nhà máy mà mỗi phần hàng có thể xuất phát"
            ),
        ),
        references(
            "destinations",
            ("nodes.node_id",),
            Text("Nodes any part of it may go to", "Các nút mà mỗi phần hàng có thể đến"),
        ),
        reference("class_id", "classes.class_id", Text("Class of the goods", "Loại hàng")),
        required_number(
            "mass_t",
            "t",
            MOST_AMOUNT,
            Text(
                "Tonnes in the whole horizon: a day, or all periods together",
                "Số tấn trong cả khoảng thời gian: một ngày, hoặc mọi kỳ cộng lại",
            ),
        ),
        required_number(
            "penalty_per_t",
            "money/t",
            MOST_MONEY,
            Text(
                "What a tonne that does not move costs; freight dearer than this stays unserved",
                "Chi phí của một tấn không vận chuyển được; hàng đi đắt hơn mức này sẽ không được phục vụ",
            ),
        ),
        optional_number(
            "max_time_h",
            "h",
            1e6,
            Text("Most hours on the way", "Số giờ nhiều nhất trên đường"),
            Text("no limit", "không giới hạn"),
        ),
        optional_number(
            "max_length_km",
            "km",
            1e6,
            Text("Most km on the way", "Số km nhiều nhất trên đường"),
            Text("no limit", "không giới hạn"),
        ),
        reference(
            "ready_period",
            "periods.period_id",
            Text("First period in which it may leave", "Kỳ sớm nhất được xuất phát"),
            when_empty=Text("the first", "kỳ đầu"),
        ),
        reference(
            "due_period",
            "periods.period_id",
            Text("Last period in which it may arrive", "Kỳ muộn nhất phải đến nơi"),
            when_empty=Text("the last", "kỳ cuối"),
        ),
    ),
    required=True,
)

PLANTS: Final = FlowTable(
    "plants",
    Text("Places that turn some classes of goods into others", "Nơi biến một số loại hàng thành loại hàng khác"),
    (
        key("plant_id", Text("Name of the plant; no node has the same", "Mã nhà máy; không trùng mã nút")),
        reference("node_id", "nodes.node_id", Text("Node it stands on", "Nút đặt nhà máy")),
        required_number(
            "max_t",
            "t",
            MOST_AMOUNT,
            Text("Most tonnes of activity in the horizon", "Số tấn hoạt động nhiều nhất trong cả khoảng thời gian"),
        ),
        number("min_t", "t", MOST_AMOUNT, Text("Tonnes of activity it should reach", "Số tấn hoạt động nên đạt")),
        optional_number(
            "penalty_per_t",
            "money/t",
            MOST_MONEY,
            Text(
                "What each tonne short of `min_t` costs; needed where `min_t` is above 0",
                "Chi phí mỗi tấn thiếu so với `min_t`; cần có khi `min_t` lớn hơn 0",
            ),
            Text("`min_t` is 0", "`min_t` bằng 0"),
        ),
        number("money_per_t", "money/t", MOST_MONEY, Text("Cost of a tonne of activity", "Chi phí một tấn hoạt động")),
    ),
)

PLANT_FLOWS: Final = FlowTable(
    "plant_flows",
    Text(
        "What goes into a plant and comes out of it, per tonne of activity",
        "Hàng vào và ra nhà máy trên mỗi tấn hoạt động",
    ),
    (
        reference("plant_id", "plants.plant_id", Text("The plant", "Nhà máy")),
        reference("class_id", "classes.class_id", Text("Class of the goods", "Loại hàng")),
        words(
            "direction",
            ("in", "out"),
            Text("Whether the class goes in or comes out", "Loại hàng vào (`in`) hay ra (`out`)"),
        ),
        required_number(
            "t_per_t",
            "t/t",
            1e6,
            Text("Tonnes of the class per tonne of activity", "Số tấn loại hàng trên mỗi tấn hoạt động"),
            least=LEAST_SHARE,
        ),
    ),
    unique=("plant_id", "class_id", "direction"),
)

SUPPLIES: Final = FlowTable(
    "supplies",
    Text("Raw material that plants may use, and need not", "Nguyên liệu mà nhà máy có thể dùng, không bắt buộc"),
    (
        reference("node_id", "nodes.node_id", Text("Where it is", "Nơi có nguyên liệu")),
        reference("class_id", "classes.class_id", Text("Class of the goods", "Loại hàng")),
        required_number(
            "mass_t",
            "t",
            MOST_AMOUNT,
            Text("Tonnes available in the horizon", "Số tấn sẵn có trong cả khoảng thời gian"),
        ),
        number("money_per_t", "money/t", MOST_MONEY, Text("Its price at the node", "Giá tại nút")),
    ),
    unique=("node_id", "class_id"),
)

PERIODS: Final = FlowTable(
    "periods",
    Text("Periods of the horizon, rows in the order of time", "Các kỳ của khoảng thời gian, theo thứ tự thời gian"),
    (
        key("period_id", Text("Name of the period", "Mã kỳ")),
        required_number(
            "days",
            "days",
            36_600.0,
            Text("Its length: 0.25 is six hours, 30 a month", "Độ dài: 0.25 là sáu giờ, 30 là một tháng"),
            least=LEAST_DAYS,
        ),
    ),
    remarks=(
        Text(
            "Without the file, or without rows, there is one period of one day.",
            "Không có tệp hoặc tệp không có dòng nào thì chỉ có một kỳ dài một ngày.",
        ),
    ),
)

LINK_PERIODS: Final = FlowTable(
    "link_periods",
    Text(
        "Links, or all links of a mode, that are shut or have less capacity in a period",
        "Tuyến, hoặc mọi tuyến của một phương thức, đóng hoặc giảm năng lực trong một kỳ",
    ),
    (
        reference("period_id", "periods.period_id", Text("The period", "Kỳ")),
        reference(
            "link_id",
            "links.link_id",
            Text(
                "The link, both directions of it; a row of the link goes before a row of its mode",
                "Tuyến, cả hai chiều; dòng của tuyến được ưu tiên hơn dòng của phương thức",
            ),
            when_empty=Text("all links of the mode", "mọi tuyến của phương thức"),
        ),
        reference(
            "mode",
            "modes.mode",
            Text(
                "The mode; exactly one of link and mode has a value",
                "Phương thức; chỉ một trong hai cột link_id và mode có giá trị",
            ),
            when_empty=Text("the link alone", "chỉ tuyến đó"),
        ),
        yes_no(
            "open",
            Text("Whether the link may be used in the period", "Có được dùng tuyến trong kỳ không"),
            default=True,
        ),
        number(
            "capacity_share",
            "share",
            1.0,
            Text(
                "Share of the link's own capacity that holds in the period", "Phần năng lực riêng của tuyến có trong kỳ"
            ),
            default=1.0,
        ),
    ),
    unique=("period_id", "link_id", "mode"),
)

STORAGE: Final = FlowTable(
    "storage",
    Text("Where goods may wait from one period to the next", "Nơi hàng được chờ từ kỳ này sang kỳ sau"),
    (
        reference("node_id", "nodes.node_id", Text("The node", "Nút")),
        reference(
            "class_id",
            "classes.class_id",
            Text("The class that may wait", "Loại hàng được chờ"),
            when_empty=Text(
                "every class without a row of its own; they share the room",
                "mọi loại hàng không có dòng riêng; dùng chung chỗ chứa",
            ),
        ),
        optional_number(
            "capacity_t",
            "t",
            MOST_AMOUNT,
            Text("Most tonnes that wait at one time", "Số tấn chờ nhiều nhất cùng lúc"),
            Text("no limit", "không giới hạn"),
        ),
        number(
            "money_per_t_day",
            "money/t-day",
            MOST_MONEY,
            Text("Price of a day's waiting, besides the value of time", "Giá một ngày chờ, ngoài giá trị thời gian"),
        ),
        number(
            "kg_co2e_per_t_day", "kg/t-day", 1_000.0, Text("Emissions of a day's waiting", "Phát thải một ngày chờ")
        ),
    ),
    unique=("node_id", "class_id"),
)

EMPTIES: Final = FlowTable(
    "empties",
    Text("Empties that laden goods leave behind and that must go back", "Vỏ rỗng mà hàng để lại và phải đưa về"),
    (
        reference("class_id", "classes.class_id", Text("The laden class", "Loại hàng có hàng")),
        reference(
            "empty_class_id",
            "classes.class_id",
            Text("The class as which the empties travel", "Loại hàng dùng cho vỏ rỗng"),
        ),
        required_number(
            "t_per_t",
            "t/t",
            100.0,
            Text("Tonnes of empties left by a tonne delivered", "Số tấn vỏ rỗng mỗi tấn hàng để lại"),
            least=LEAST_SHARE,
        ),
        references("depots", ("nodes.node_id",), Text("Nodes they may go back to", "Các nút có thể đưa vỏ về")),
    ),
    unique=("class_id", "empty_class_id"),
)

FREIGHT_TABLES: Final = (DEMANDS, PLANTS, PLANT_FLOWS, SUPPLIES, PERIODS, LINK_PERIODS, STORAGE, EMPTIES)
