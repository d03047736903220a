"""Verbs that change freight: demand, what carries it, and what it may cost and take."""

from __future__ import annotations

from typing import Final

from optimizer.scenarios.verb import FieldDeclaration, Verb
from optimizer.scenarios.verb_parts import (
    BY,
    DISTANCE_UNITS,
    LIFT,
    PRICE_YEAR,
    TIME_UNITS,
    choice,
    choices,
    field_of,
    id_of,
    ids_of,
    money,
    quantity,
    verb,
)
from supplychain.text import Text
from supplychain.vocabulary import DIRECTIONS, FORMS, MODES

GOODS_VERBS: Final[tuple[Verb, ...]] = (
    verb(
        "demand",
        Text(
            en="Laden freight multiplied, grown to a year, or tonnes added; every selection left out means all",
            vi="Nhân, tăng trưởng đến một năm hoặc cộng thêm hàng; bỏ trống điều kiện nào là lấy tất cả",
        ),
        BY,
        quantity("growth", ("%/year",), "Growth from the base year", "Tăng trưởng kể từ năm gốc"),
        field_of("until", "year", "Year grown to; that of the date if left out", "Năm tính đến; mặc định theo ngày"),
        quantity("add", ("t/day", "t/year"), "Tonnes added", "Số tấn thêm"),
        of=("places", "commodities", "markets", "directions", "forms"),
        selection="any",
        one_of=("by", "growth", "add"),
        exclusive=(("by", "growth"),),
        example="- change: demand\n  commodities: [furniture]\n  directions: [export]\n"
        "  growth: 6 %/year\n  until: 2030",
    ),
    verb(
        "factory",
        Text(
            en="A new factory's freight: one change for each commodity, market and direction",
            vi="Hàng của một nhà máy mới: mỗi mặt hàng, thị trường và chiều là một thay đổi",
        ),
        FieldDeclaration("place", "id", Text(en="Park or zone", vi="Khu hoặc phân khu"), True, table="places"),  # noqa: FBT003
        id_of("commodity", "commodities", "Commodity", "Mặt hàng", required=True),
        id_of("market", "markets", "Market", "Thị trường", required=True),
        choice("direction", DIRECTIONS, "Direction of trade", "Chiều thương mại", required=True),
        choice(
            "form", FORMS, "Form; as the commodity usually travels if left out", "Dạng hàng; mặc định theo mặt hàng"
        ),
        quantity("add", ("t/day", "t/year"), "Its tonnes", "Số tấn", required=True),
        of=(),
        selection="none",
        example="- change: factory\n  place: vsip_2\n  commodity: furniture\n  market: us_west\n"
        "  direction: export\n  add: 120 t/day",
    ),
    verb(
        "modes",
        Text(en="Modes that commodities may use", vi="Phương thức mặt hàng được đi"),
        choices("allow", MODES, "Only these", "Chỉ các phương thức này"),
        choices("forbid", MODES, "Not these", "Không dùng các phương thức này"),
        of=("commodities",),
        one_of=("allow", "forbid"),
        exclusive=(("allow", "forbid"),),
        example="- change: modes\n  commodities: [furniture]\n  forbid: [air]",
    ),
    verb(
        "vehicles",
        Text(en="Vehicle types that alone may carry commodities", vi="Loại phương tiện duy nhất được chở mặt hàng"),
        ids_of("allow", "vehicles", "Only these", "Chỉ các loại này"),
        LIFT,
        of=("commodities",),
        one_of=("allow", "lift"),
        exclusive=(("lift", "allow"),),
        example="- change: vehicles\n  commodities: [furniture]\n  allow: [truck_container, barge_container]",
    ),
    verb(
        "fleet",
        Text(en="Vehicles there are for the region's freight", vi="Số phương tiện phục vụ hàng của vùng"),
        quantity("fleet", ("vehicles",), "Vehicles", "Số phương tiện", unlimited=True),
        quantity("hours", ("h/day",), "Hours each works a day", "Số giờ làm việc mỗi ngày"),
        BY,
        of=("vehicles",),
        one_of=("fleet", "hours", "by"),
        exclusive=(("by", "fleet"),),
        example="- change: fleet\n  vehicles: [barge_container]\n  fleet: 60 vehicles\n  hours: 20 h/day",
    ),
    verb(
        "limit",
        Text(en="Longest time or distance of commodities", vi="Thời gian hoặc quãng đường dài nhất của mặt hàng"),
        quantity("time", TIME_UNITS, "Longest time", "Thời gian dài nhất", unlimited=True),
        quantity("distance", DISTANCE_UNITS, "Longest distance", "Quãng đường dài nhất", unlimited=True),
        of=("commodities",),
        one_of=("time", "distance"),
        example="- change: limit\n  commodities: [chilled_food]\n  time: 48 h",
    ),
    verb(
        "penalty",
        Text(
            en="What a tonne left unserved costs the plan: of commodities, or in general",
            vi="Giá của một tấn không được phục vụ: của mặt hàng, hoặc chung",
        ),
        quantity("penalty", money("t"), "Penalty", "Mức phạt"),
        BY,
        PRICE_YEAR,
        of=("commodities",),
        selection="optional",
        one_of=("penalty", "by"),
        exclusive=(("by", "penalty"),),
        example="- change: penalty\n  commodities: [furniture]\n  penalty: 60000000 VND/t",
    ),
    verb(
        "value_of_time",
        Text(en="What an hour costs the owner of a tonne", vi="Chi phí một giờ đối với chủ hàng mỗi tấn"),
        quantity("value", money("t/h"), "Value", "Giá trị"),
        BY,
        PRICE_YEAR,
        of=("commodities",),
        one_of=("value", "by"),
        exclusive=(("by", "value"),),
        example="- change: value_of_time\n  commodities: all\n  by: 1.5",
    ),
    verb(
        "empties",
        Text(
            en="Share of empty boxes that places swap among each other",
            vi="Tỷ lệ vỏ rỗng các địa điểm dùng lại của nhau",
        ),
        field_of("pooling_share", "share", "Share", "Tỷ lệ", required=True),
        of=(),
        selection="none",
        example="- change: empties\n  pooling_share: 0.95",
    ),
)
