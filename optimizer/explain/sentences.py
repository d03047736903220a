"""What is said of the reasons why freight stays, in both languages: one wording for regions and folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimizer.results.names import FORM_NAMES, figure
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from optimizer.explain.blockages import Blockage, Code
    from optimizer.subject import Subject

REASONS: Final[Mapping[Code, Text]] = {
    "no_connector": Text(
        en="{place} has no connector to the network of any open mode.",
        vi="{place} không có đường nối vào mạng lưới của phương thức nào đang mở.",
    ),
    "no_service": Text(
        en="No open service links {market} for {goods} in this direction.",
        vi="Không có dịch vụ nào đang mở nối {market} cho {goods} theo chiều này.",
    ),
    "no_mode_chain": Text(
        en="No chain of modes permitted for {goods} joins {origin} to {destination}.",
        vi="Không có chuỗi phương thức nào được phép cho {goods} nối {origin} với {destination}.",
    ),
    "no_path": Text(
        en="No chain of links open to {goods} leads from its origins to its destinations.",
        vi="Không có chuỗi tuyến nào mở cho {goods} nối nơi đi với nơi đến.",
    ),
    "over_time_limit": Text(
        en="Its quickest way takes {measure} h; {max_time_h} h are allowed.",
        vi="Đường nhanh nhất mất {measure} giờ; giới hạn là {max_time_h} giờ.",
    ),
    "over_length_limit": Text(
        en="Its shortest way is {measure} km; {max_length_km} km are allowed.",
        vi="Đường ngắn nhất dài {measure} km; giới hạn là {max_length_km} km.",
    ),
    "over_both_limits": Text(
        en="No way keeps both within {max_time_h} h and {max_length_km} km.",
        vi="Không có đường nào vừa trong {max_time_h} giờ vừa trong {max_length_km} km.",
    ),
    "below_lot": Text(
        en="All its ways cross links that take only larger lots than its {mass} t.",
        vi="Mọi đường đi đều qua tuyến chỉ nhận lô lớn hơn {mass} tấn của nhu cầu này.",
    ),
    "costs_more_than_penalty": Text(
        en="With nothing congested it still costs {cost} {currency} a tonne; the penalty is {penalty}.",
        vi="Kể cả khi không nghẽn, chi phí {cost} {currency} mỗi tấn không thấp hơn mức phạt {penalty}.",
    ),
    "capacity_full": Text(
        en="Full on its best route: {capacities}.",
        vi="Tuyến tốt nhất đã hết năng lực tại: {capacities}.",
    ),
    "plan_not_optimal": Text(
        en="The plan ended before its optimum was proven; a route with free capacity may be left.",
        vi="Phương án dừng trước khi chứng minh tối ưu; có thể vẫn còn tuyến có năng lực trống.",
    ),
}
HINTS: Final[Mapping[Code, Text]] = {
    "no_connector": Text(en="Join {place} to an open link.", vi="Nối {place} với một tuyến đang mở."),
    "no_service": Text(
        en="Open a service to {market} that takes {goods}.", vi="Mở một dịch vụ tới {market} nhận {goods}."
    ),
    "no_mode_chain": Text(
        en="Open a link or transshipment that joins its modes, or permit the commodity another mode.",
        vi="Mở một tuyến hoặc điểm chuyển tải nối các phương thức, hoặc cho phép hàng này đi phương thức khác.",
    ),
    "no_path": Text(
        en="Open a link that joins its origins to its destinations, or let {goods} use more links.",
        vi="Mở một tuyến nối nơi đi với nơi đến, hoặc cho {goods} dùng thêm tuyến.",
    ),
    "over_time_limit": Text(en="Allow {measure} h.", vi="Cho phép {measure} giờ."),
    "over_length_limit": Text(en="Allow {measure} km.", vi="Cho phép {measure} km."),
    "over_both_limits": Text(en="Allow more hours or more km.", vi="Cho phép nhiều giờ hoặc nhiều km hơn."),
    "below_lot": Text(en="Take smaller lots.", vi="Nhận lô nhỏ hơn."),
    "costs_more_than_penalty": Text(
        en="A route cheaper by {excess} {currency} a tonne, or a penalty higher by as much.",
        vi="Cần một tuyến rẻ hơn {excess} {currency} mỗi tấn, hoặc mức phạt cao hơn chừng ấy.",
    ),
    "capacity_full": Text(en="Raise {needs}.", vi="Tăng {needs}."),
    "plan_not_optimal": Text(en="Solve on without a time limit.", vi="Giải tiếp không giới hạn thời gian."),
}
"""What would carry the freight, as far as it can be told without solving again."""

NOT_TRACED: Final = Text(en="not traced, too many demands", vi="không truy tìm vì quá nhiều nhu cầu")


def amount(value: float) -> Text:
    """Return a number as people write it: whole from a thousand on, else with four figures."""
    if not np.isfinite(value):
        return Text(en="no limit", vi="không giới hạn")
    return figure(value, ",.0f" if abs(value) >= 1000 else ",.4g")  # noqa: PLR2004 - says itself


def joined(texts: Iterable[Text], between: Text) -> Text:
    """Return texts in a row."""
    listed = list(texts)
    return Text(en=between.en.join(one.en for one in listed), vi=between.vi.join(one.vi for one in listed))


SEMICOLON: Final = Text(en="; ", vi="; ")
AND: Final = Text(en=" and ", vi=" và ")


PERIODS: Final = {
    "day": Text(en="a day", vi="mỗi ngày"),
    "working day": Text(en="a working day", vi="mỗi ngày làm việc"),
}
WHOLE_HORIZON: Final = Text(en="in the whole horizon", vi="trong cả khoảng thời gian")


def per_period(subject: Subject) -> Text:
    """Return what amounts of a subject are per."""
    return PERIODS.get(subject.period, WHOLE_HORIZON)


class Sentences:
    """Writes reasons in the names of a subject."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        nodes = subject.nodes
        self._names = {
            str(row): Text(en=str(en), vi=str(vi))
            for row, en, vi in zip(nodes.row_id, nodes.name_en, nodes.name_vi, strict=True)
            if row
        } | dict(subject.names)

    def reason(self, demand: int, blockage: Blockage) -> Text:
        """Return why a demand stays."""
        return REASONS[blockage.code].format(**self._values(demand, blockage))

    def hint(self, demand: int, blockage: Blockage) -> Text:
        """Return what would carry it, as far as that can be told without solving again."""
        return HINTS[blockage.code].format(**self._values(demand, blockage))

    def name(self, row_id: str) -> Text:
        """Return what people call a row; its id where it has no name."""
        return self._names.get(row_id, Text(en=row_id, vi=row_id))

    def goods(self, demand: int) -> Text:
        """Return what a demand is: commodity and form."""
        row = self.subject.demands.iloc[demand]
        commodity = self.name(str(row["commodity_id"]))
        form = FORM_NAMES.get(str(row.get("form", "")))
        if form is None:
            return commodity
        return Text(en=f"{commodity.en} ({form.en})", vi=f"{commodity.vi} ({form.vi})")

    def capacity(self, capacity: int) -> Text:
        """Return the name of a capacity."""
        words = self.subject.capacities
        return Text(en=str(words.name_en[capacity]), vi=str(words.name_vi[capacity]))

    def unit(self, capacity: int) -> str:
        """Return the unit of a capacity."""
        return self.subject.problem.capacity_unit[capacity]

    def _values(self, demand: int, blockage: Blockage) -> dict[str, Any]:
        subject, problem, plan = self.subject, self.subject.problem, self.subject.plan
        row = subject.demands.iloc[demand]
        origin, destination = str(row["origin_id"]), str(row["destination_id"])
        place = str(row.get("place_id", origin))
        market = str(row.get("market_id", destination))
        cost, penalty = float(plan.least_cost_per_t[demand]), float(problem.penalty_per_t[demand])
        return {
            "place": self.name(place),
            "market": self.name(market),
            "origin": self.name(origin),
            "destination": self.name(destination),
            "goods": self.goods(demand),
            "measure": amount(blockage.measure),
            "max_time_h": amount(float(problem.max_time_h[demand])),
            "max_length_km": amount(float(problem.max_length_km[demand])),
            "mass": amount(float(problem.demand_t_per_day[demand])),
            "cost": amount(cost),
            "penalty": amount(penalty),
            "excess": amount(cost - penalty),
            "currency": subject.currency,
            "capacities": self._capacities(blockage),
            "needs": self._needs(demand, blockage),
        }

    def _capacities(self, blockage: Blockage) -> Text:
        if not blockage.capacities:
            return NOT_TRACED
        template = Text(
            en="{name} (shadow price {price} {currency}/{unit})", vi="{name} (giá bóng {price} {currency}/{unit})"
        )
        return joined(
            (
                template.format(
                    name=self.capacity(one),
                    price=amount(float(self.subject.plan.shadow_price[one])),
                    currency=self.subject.currency,
                    unit=self.unit(one),
                )
                for one in blockage.capacities
            ),
            SEMICOLON,
        )

    def _needs(self, demand: int, blockage: Blockage) -> Text:
        if not blockage.capacities:
            return NOT_TRACED
        template = Text(
            en="{name} by {more} {unit} {period}, or more where others take of it first",
            vi="{name} thêm {more} {unit} {period}, hoặc hơn nếu hàng khác dùng trước",
        )
        left = float(self.subject.plan.unserved_t_per_day[demand])
        return joined(
            (
                template.format(
                    name=self.capacity(one),
                    more=figure(left * units, ",.1f"),
                    unit=self.unit(one),
                    period=per_period(self.subject),
                )
                for one, units in zip(blockage.capacities, blockage.units_per_t, strict=True)
            ),
            AND,
        )
