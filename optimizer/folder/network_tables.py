"""The tables of a folder that describe the network: settings, nodes, modes, links, classes of goods, capacities."""

from __future__ import annotations

from typing import Final

from optimizer.folder.declaration import (
    FlowTable,
    free_text,
    key,
    number,
    optional_number,
    reference,
    references,
    required_number,
    words,
    yes_no,
)
from supplychain.text import Text

MOST_MONEY: Final = 1e9
"""Largest rate of money per tonne, km, hour or vehicle that is believed."""

MOST_AMOUNT: Final = 1e12
"""Largest amount of tonnes, TEU or vehicles that is believed."""

MOST_PER_DAY: Final = 1e10
"""Largest amount in a day that is believed; 100 years of it still add up exactly."""

MOST_SPEED_KMH: Final = 1200.0
LEAST_SPEED_KMH: Final = 1e-3
MOST_LENGTH_KM: Final = 50_000.0
MOST_TIME_H: Final = 8_784.0
MOST_VEHICLE_T: Final = 500_000.0
LEAST_UNIT_T: Final = 1e-3
"""Least tonnes in a vehicle or a TEU that are believed: a kilogram."""

SETTINGS: Final = FlowTable(
    "settings",
    Text("General settings, one a row", "Thiết lập chung, mỗi dòng một mục"),
    (
        key("key", Text("Name of the setting", "Tên thiết lập")),
        free_text("value", Text("Its value", "Giá trị")),
    ),
    remarks=(
        Text(
            "`currency`: the money all prices are in, a word such as VND or USD; VND when left out.",
            "`currency`: đơn vị tiền của mọi giá, ví dụ VND hay USD; bỏ trống là VND.",
        ),
        Text("`price_year`: the year of the prices; may be left out.", "`price_year`: năm của giá; có thể bỏ."),
        Text(
            "`carbon_price_per_t`: money per tonne of CO2e, added to the cost; 0 when left out.",
            "`carbon_price_per_t`: giá carbon trên mỗi tấn CO2e, cộng vào chi phí; bỏ trống là 0.",
        ),
        Text(
            "`periods_repeat`: `yes` if the last period is followed by the first again, as the hours of a day or the "
            "months of a year are; `no` when left out.",
            "`periods_repeat`: `yes` nếu sau kỳ cuối lại đến kỳ đầu, như các giờ trong ngày hay các tháng trong năm; "
            "bỏ trống là `no`.",
        ),
    ),
)

NODES: Final = FlowTable(
    "nodes",
    Text("Places where links meet, freight starts or ends", "Nơi các tuyến gặp nhau, hàng bắt đầu hoặc kết thúc"),
    (
        key("node_id", Text("Name of the node", "Mã nút")),
        free_text("name", Text("Name for people", "Tên gọi")),
        optional_number(
            "lon",
            "degrees",
            180.0,
            Text("Longitude, WGS 84, east positive", "Kinh độ WGS 84, đông dương"),
            Text("not on the map", "không có trên bản đồ"),
        ).from_minimum(-180.0),
        optional_number(
            "lat",
            "degrees",
            90.0,
            Text("Latitude, WGS 84, north positive", "Vĩ độ WGS 84, bắc dương"),
            Text("not on the map", "không có trên bản đồ"),
        ).from_minimum(-90.0),
    ),
    required=True,
)

MODES: Final = FlowTable(
    "modes",
    Text(
        "Ways of moving: road, rail, barge, handling at a terminal", "Phương thức: đường bộ, đường sắt, sà lan, xếp dỡ"
    ),
    (
        key("mode", Text("Name of the mode", "Mã phương thức")),
        optional_number(
            "speed_kmh",
            "km/h",
            MOST_SPEED_KMH,
            Text("Speed on links that give no time", "Tốc độ trên tuyến không ghi thời gian"),
            Text("no time on links that give none", "tuyến không ghi thời gian thì không tốn thời gian"),
            least=LEAST_SPEED_KMH,
        ),
        number("money_per_t_km", "money/t-km", MOST_MONEY, Text("Price per tonne and km", "Giá mỗi tấn-km")),
        number(
            "kg_co2e_per_t_km",
            "kg/t-km",
            50.0,
            Text("Emissions per tonne and km; kilograms, not grams", "Phát thải mỗi tấn-km; kilôgam, không phải gam"),
        ),
        number(
            "money_per_vehicle_km",
            "money/vehicle-km",
            MOST_MONEY,
            Text("Price per vehicle and km, shared by its tonnes", "Giá mỗi xe-km, chia cho số tấn trên xe"),
        ),
        number(
            "kg_co2e_per_vehicle_km",
            "kg/vehicle-km",
            5_000.0,
            Text("Emissions per vehicle and km, shared by its tonnes", "Phát thải mỗi xe-km, chia cho số tấn trên xe"),
        ),
        optional_number(
            "t_per_vehicle",
            "t",
            MOST_VEHICLE_T,
            Text("Tonnes in a vehicle, train or barge", "Số tấn trên một xe, đoàn tàu hay sà lan"),
            Text("vehicles cannot be counted", "không đếm được số xe"),
            least=LEAST_UNIT_T,
        ),
        number(
            "minimum_lot_t",
            "t",
            MOST_AMOUNT,
            Text(
                "Least tonnes a demand must have in all (mass_t) to use the links of the mode",
                "Số tấn ít nhất mà cả nhu cầu (mass_t) phải có để được dùng tuyến thuộc phương thức",
            ),
        ),
    ),
    required=True,
)

LINKS: Final = FlowTable(
    "links",
    Text(
        "Ways from one node to another; also handling between modes, gates, terminals",
        "Đường đi từ nút này đến nút khác; cả xếp dỡ giữa các phương thức, cổng, bến",
    ),
    (
        key("link_id", Text("Name of the link", "Mã tuyến")),
        reference("from_node_id", "nodes.node_id", Text("Node it leaves", "Nút đi")),
        reference("to_node_id", "nodes.node_id", Text("Node it enters", "Nút đến")),
        reference("mode", "modes.mode", Text("Its mode", "Phương thức")),
        number(
            "length_km",
            "km",
            MOST_LENGTH_KM,
            Text(
                "Length; needed where the mode has prices per km", "Chiều dài; cần có nếu phương thức tính giá theo km"
            ),
        ),
        optional_number(
            "time_h",
            "h",
            MOST_TIME_H,
            Text("Hours of one pass", "Số giờ đi hết tuyến"),
            Text("length over the speed of the mode, else 0", "chiều dài chia tốc độ của phương thức, không có thì 0"),
        ),
        number(
            "money_per_t",
            "money/t",
            MOST_MONEY,
            Text("Price of one pass, besides the prices per km", "Giá một lượt, ngoài giá theo km"),
        ),
        number(
            "kg_co2e_per_t",
            "kg/t",
            100_000.0,
            Text("Emissions of one pass, besides those per km", "Phát thải một lượt, ngoài phần theo km"),
        ),
        yes_no(
            "both_ways",
            Text(
                "Whether goods may also go the other way, as the link `<link_id>|back` of the answer; everything said "
                "of the link holds for both directions, and its capacity for both together",
                "Hàng có được đi chiều ngược lại không (trong kết quả là tuyến `<link_id>|back`); mọi điều nói về "
                "tuyến đúng cho cả hai chiều, riêng năng lực tính chung cho hai chiều",
            ),
            default=False,
        ),
        optional_number(
            "capacity_per_day",
            "capacity_unit/day",
            MOST_PER_DAY,
            Text("Most that may pass in a day", "Lượng nhiều nhất được qua trong một ngày"),
            Text("no limit", "không giới hạn"),
        ),
        words(
            "capacity_unit",
            ("t", "TEU", "vehicle"),
            Text("What the capacity counts", "Năng lực đếm theo"),
            default="t",
        ),
        number(
            "background_per_day",
            "capacity_unit/day",
            MOST_PER_DAY,
            Text("What others use of the capacity", "Phần năng lực bên khác đã dùng"),
        ),
        number(
            "floor_share",
            "share",
            1.0,
            Text(
                "Share of the capacity left for this freight however much others use",
                "Phần năng lực luôn dành cho hàng này dù bên khác dùng bao nhiêu",
            ),
        ),
        optional_number(
            "minimum_lot_t",
            "t",
            MOST_AMOUNT,
            Text(
                "Least tonnes a demand must have in all (mass_t) to use the link",
                "Số tấn ít nhất mà cả nhu cầu (mass_t) phải có để được dùng tuyến",
            ),
            Text("as the mode says", "theo phương thức"),
        ),
    ),
    required=True,
)

CLASSES: Final = FlowTable(
    "classes",
    Text("Classes of goods that are alike in transport", "Các loại hàng giống nhau về vận chuyển"),
    (
        key("class_id", Text("Name of the class", "Mã loại hàng")),
        references(
            "modes",
            ("modes.mode",),
            Text("Modes it may use", "Phương thức được dùng"),
            when_empty=Text("all modes", "mọi phương thức"),
        ),
        number(
            "value_of_time_per_t_h",
            "money/t-h",
            MOST_MONEY,
            Text("What an hour on the way costs a tonne", "Chi phí mỗi giờ trên đường của một tấn"),
        ),
        optional_number(
            "t_per_teu",
            "t/TEU",
            50.0,
            Text("Tonnes in a TEU", "Số tấn trong một TEU"),
            Text("not in containers", "không đóng container"),
            least=LEAST_UNIT_T,
        ),
        optional_number(
            "t_per_vehicle",
            "t",
            MOST_VEHICLE_T,
            Text("Tonnes of this class in a vehicle of any mode", "Số tấn loại hàng này trên một xe, mọi phương thức"),
            Text("as the mode says", "theo phương thức"),
            least=LEAST_UNIT_T,
        ),
    ),
    required=True,
)

LINK_CLASSES: Final = FlowTable(
    "link_classes",
    Text("What differs for one class on one link", "Điểm khác của một loại hàng trên một tuyến"),
    (
        reference("link_id", "links.link_id", Text("The link, both directions of it", "Tuyến, cả hai chiều")),
        reference("class_id", "classes.class_id", Text("The class", "Loại hàng")),
        yes_no(
            "allowed",
            Text(
                "Whether the class may use the link, whatever its modes",
                "Loại hàng có được dùng tuyến không, bất kể phương thức",
            ),
            default=None,
            when_empty=Text("as the modes of the class say", "theo phương thức của loại hàng"),
        ),
        optional_number(
            "money_per_t",
            "money/t",
            MOST_MONEY,
            Text("Price of one pass, in place of all other prices", "Giá một lượt, thay cho mọi giá khác"),
            Text("as for all classes", "như mọi loại hàng"),
        ),
        optional_number(
            "time_h",
            "h",
            MOST_TIME_H,
            Text("Hours of one pass", "Số giờ đi hết tuyến"),
            Text("as for all classes", "như mọi loại hàng"),
        ),
        optional_number(
            "kg_co2e_per_t",
            "kg/t",
            100_000.0,
            Text("Emissions of one pass, in place of all others", "Phát thải một lượt, thay cho mọi mức khác"),
            Text("as for all classes", "như mọi loại hàng"),
        ),
    ),
    unique=("link_id", "class_id"),
)

CAPACITIES: Final = FlowTable(
    "capacities",
    Text(
        "Limits that several links share: terminals, gates, services, fleets",
        "Giới hạn chung của nhiều tuyến: bến, cổng, dịch vụ, đội xe",
    ),
    (
        key("capacity_id", Text("Name of the capacity", "Mã năng lực")),
        words(
            "unit",
            ("t", "TEU", "vehicle", "vehicle_h"),
            Text(
                "What it counts; `vehicle_h` are the hours vehicles are busy, for a fleet",
                "Đếm theo; `vehicle_h` là số giờ xe bận, dùng cho đội xe",
            ),
        ),
        required_number(
            "capacity_per_day", "unit/day", MOST_PER_DAY, Text("Most in a day", "Nhiều nhất trong một ngày")
        ),
        number("background_per_day", "unit/day", MOST_PER_DAY, Text("What others use of it", "Phần bên khác đã dùng")),
        number(
            "floor_share",
            "share",
            1.0,
            Text(
                "Share of it left for this freight however much others use",
                "Phần luôn dành cho hàng này dù bên khác dùng bao nhiêu",
            ),
        ),
    ),
)

CAPACITY_LINKS: Final = FlowTable(
    "capacity_links",
    Text("Which links use a capacity", "Tuyến nào dùng năng lực nào"),
    (
        reference("capacity_id", "capacities.capacity_id", Text("The capacity", "Năng lực")),
        reference("link_id", "links.link_id", Text("The link, both directions of it", "Tuyến, cả hai chiều")),
        number(
            "count",
            "passes",
            1e6,
            Text(
                "How much one pass counts: 2 for a truck that returns empty through the same gate",
                "Một lượt tính là bao nhiêu: 2 nếu xe quay về rỗng qua cùng cổng",
            ),
            default=1.0,
        ),
    ),
    unique=("capacity_id", "link_id"),
)

NETWORK_TABLES: Final = (SETTINGS, NODES, MODES, LINKS, CLASSES, LINK_CLASSES, CAPACITIES, CAPACITY_LINKS)
