"""Answers in sentences of both languages: why a way is not taken, what serves a demand and how that was proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from optimizer.explain.sentences import AND, SEMICOLON, amount, joined, per_period
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.explain.alternatives import Alternative
    from optimizer.explain.capacities import Binding, MoreRoom
    from optimizer.explain.changes import Step
    from optimizer.explain.relaxation import Relaxation
    from optimizer.explain.sentences import Sentences
    from optimizer.explain.structure import Opening, Structural

PART_NAMES: Final[Mapping[str, Text]] = {
    "distance": Text(en="vehicle by distance", vi="phương tiện theo quãng đường"),
    "vehicle_hour": Text(en="vehicle by time", vi="phương tiện theo giờ"),
    "toll": Text(en="tolls", vi="phí cầu đường"),
    "handling": Text(en="handling", vi="xếp dỡ"),
    "fee": Text(en="port fees", vi="phí cảng biển"),
    "freight_rate": Text(en="freight rate", vi="cước dịch vụ"),
    "price_run": Text(en="price of the run", vi="giá một lượt"),
    "price_distance": Text(en="price by distance", vi="giá theo quãng đường"),
    "price_class": Text(en="price of the class", vi="giá riêng của loại hàng"),
    "price_storage": Text(en="storage", vi="lưu kho"),
    "price_material": Text(en="material", vi="nguyên liệu"),
    "price_processing": Text(en="processing", vi="chế biến"),
    "time": Text(en="value of time", vi="giá trị thời gian"),
    "carbon": Text(en="carbon price", vi="giá các-bon"),
}
SMALL_PART: Final = 0.02
"""Share of the largest part below which a part is not told in a sentence."""

MORE: Final = Text(en="{part} +{value}", vi="{part} +{value}")
LESS: Final = Text(en="{part} −{value}", vi="{part} −{value}")
DEARER: Final = Text(
    en="Dearer by {value} {currency} a tonne: {parts}. With full capacities: by {more}.",
    vi="Đắt hơn {value} {currency} mỗi tấn: {parts}. Kể cả năng lực đầy: {more}.",
)
FULL: Final = Text(
    en="Cheaper by {value} {currency} a tonne, but full: {capacities}; at what these are worth it is dearer by {more}.",
    vi="Rẻ hơn {value} {currency} mỗi tấn nhưng đã đầy: {capacities}; tính theo giá trị đó thì đắt hơn {more}.",
)
FULL_ALONE: Final = Text(
    en="It would do, but full: {capacities}; at what these are worth it costs {price} {currency} a tonne, the penalty "
    "is {penalty}.",
    vi="Có thể đi nhưng đã đầy: {capacities}; tính theo giá trị đó chi phí là {price} {currency} mỗi tấn, mức phạt là "
    "{penalty}.",
)
WORTH: Final = Text(en="{name} ({price} {currency}/{unit})", vi="{name} ({price} {currency}/{unit})")
AS_GOOD: Final = Text(
    en="With full capacities it costs the same: the plan could use it as well.",
    vi="Kể cả năng lực đầy thì chi phí bằng nhau: cũng có thể dùng.",
)
TOO_DEAR: Final = Text(
    en="Costs {cost} {currency} a tonne; leaving it costs {penalty}.",
    vi="Chi phí {cost} {currency} mỗi tấn; để lại chỉ mất {penalty}.",
)

CHANGED: Final = {
    "capacity": Text(
        en="{name} +{by} {unit} {period} ({before} → {after})", vi="{name} +{by} {unit} {period} ({before} → {after})"
    ),
    "penalty": Text(
        en="a penalty higher by {by} {currency}/t ({before} → {after}), or a way cheaper by as much",
        vi="mức phạt cao hơn {by} {currency}/tấn ({before} → {after}), hoặc đường rẻ hơn chừng ấy",
    ),
    "max_time_h": Text(
        en="a time limit of {after} h instead of {before} h", vi="giới hạn thời gian {after} giờ thay vì {before} giờ"
    ),
    "max_length_km": Text(
        en="a length limit of {after} km instead of {before} km", vi="giới hạn {after} km thay vì {before} km"
    ),
    "minimum_lot_t": Text(
        en="{name} taking lots of {after} t instead of {before} t", vi="{name} nhận lô {after} tấn thay vì {before} tấn"
    ),
}
SERVES: Final = Text(en="Least change that serves it: {steps}.", vi="Thay đổi ít nhất để phục vụ: {steps}.")
PROVED: Final = Text(
    en="Proved by solving again: with all of it {all} t stay, with 99 % of it {less} t "
    "(objective {objective} → {at_100} {currency}{period}).",
    vi="Đã chứng minh bằng cách giải lại: có đủ thì còn {all} tấn ở lại, có 99 % thì còn {less} tấn "
    "(hàm mục tiêu {objective} → {at_100} {currency}{period}).",
)
OTHERS_GAIN: Final = Text(
    en="Others are served {tonnes} t more by it: they take of it first.",
    vi="Hàng khác được phục vụ thêm {tonnes} tấn vì được ưu tiên dùng trước.",
)
OTHERS_LOSE: Final = Text(
    en="Others lose {tonnes} t by it: this demand takes their place.",
    vi="Hàng khác bị bỏ lại thêm {tonnes} tấn vì nhu cầu này thay chỗ.",
)
PREFERRED: Final = Text(
    en="Where plans cost the same this demand goes first (penalty +{preference} {currency}/t in these solves).",
    vi="Khi chi phí bằng nhau, nhu cầu này được ưu tiên (mức phạt +{preference} {currency}/tấn khi giải).",
)
NOT_PROVED: Final = Text(en="Not proved: {note}", vi="Chưa chứng minh: {note}")
OPENED: Final = {
    "status": Text(en="open {table} {row} (now {before})", vi="mở {table} {row} (nay {before})"),
    "modes": Text(en="permit {row} the modes {after} (now {before})", vi="cho phép {row} đi {after} (nay {before})"),
}
STRUCTURE_PROVED: Final = Text(
    en="Proved by planning again: {left} t stay with all of it, {before} t without.",
    vi="Đã chứng minh bằng cách lập lại phương án: có đủ thì còn {left} tấn ở lại, không có thì {before} tấn.",
)
EACH_NEEDED: Final = Text(
    en="Without any one of them at least {left} t stay.", vi="Thiếu bất kỳ thay đổi nào thì còn ít nhất {left} tấn."
)
THEN: Final = Text(en="There is a way then, but besides: {text}", vi="Khi đó có đường đi, nhưng cần thêm: {text}")
TABLES: Final = {
    "links": Text(en="link", vi="tuyến"),
    "services": Text(en="service", vi="dịch vụ"),
    "terminals": Text(en="terminal", vi="bến"),
}
ONE_MORE: Final = Text(
    en="Solved again with {units} {unit} more: {objective} {currency}{period} saved ({per_unit} per unit; the shadow "
    "price is {price}): money {money}, value of time {time}, carbon {carbon}, penalty {penalty}; {kg} kg CO2e less, "
    "{tonnes} t more carried.",
    vi="Giải lại khi có thêm {units} {unit}: tiết kiệm {objective} {currency}{period} ({per_unit} mỗi đơn vị; giá bóng "
    "là {price}): tiền {money}, giá trị thời gian {time}, các-bon {carbon}, tiền phạt {penalty}; giảm {kg} kg CO2e, "
    "chở thêm {tonnes} tấn.",
)
NOTHING_MORE: Final = Text(
    en="It is not full, or more of it would save nothing.", vi="Chưa đầy, hoặc tăng thêm cũng không tiết kiệm gì."
)
SPACE: Final = Text(en=" ", vi=" ")


class Telling:
    """Writes answers about one subject.

    Parameters
    ----------
    sentences
        Names and reasons of the subject.
    """

    def __init__(self, sentences: Sentences) -> None:
        self.sentences, self.subject = sentences, sentences.subject
        self._currency = self.subject.currency

    def why(self, one: Alternative) -> Text:
        """Return why an alternative is not taken."""
        if one.why == "as_good":
            return AS_GOOD
        penalty = amount(float(self.subject.problem.penalty_per_t[one.way.demand]))
        if one.why == "too_dear":
            return TOO_DEAR.format(cost=amount(one.way.cost_per_t), penalty=penalty, currency=self._currency)
        if one.why == "full" or one.more is None:
            values = {"capacities": self._worth(one), "currency": self._currency}
            if one.more is None:
                return FULL_ALONE.format(price=amount(one.way.price_per_t), penalty=penalty, **values)
            return FULL.format(value=amount(-one.more.cost_per_t), more=amount(one.more_per_t), **values)
        return DEARER.format(
            value=amount(one.more.cost_per_t),
            more=amount(one.more_per_t),
            currency=self._currency,
            parts=self._parts(one),
        )

    def _parts(self, one: Alternative) -> Text:
        if one.more is None:
            return Text(en="", vi="")
        parts = {**one.more.money_parts, "time": one.more.time_cost, "carbon": one.more.carbon_cost}
        largest = max((abs(part) for part in parts.values()), default=0.0)
        told = [
            (MORE if part > 0 else LESS).format(part=part_name(name), value=amount(abs(part)))
            for name, part in sorted(parts.items(), key=lambda item: -item[1])
            if abs(part) > SMALL_PART * largest
        ]
        return joined(told, SEMICOLON)

    def _worth(self, one: Alternative) -> Text:
        return joined(
            (
                WORTH.format(
                    name=self.sentences.capacity(charge.capacity),
                    price=amount(float(self.subject.plan.shadow_price[charge.capacity])),
                    currency=self._currency,
                    unit=self.sentences.unit(charge.capacity),
                )
                for charge in one.way.charges
                if charge.cost_per_t > 0
            ),
            SEMICOLON,
        )

    def relaxation(self, one: Relaxation) -> Text:
        """Return what serves a demand, and how that was proved or why not."""
        told = []
        if one.steps:
            told.append(SERVES.format(steps=joined(map(self.step, one.steps), AND)))
        if one.proved and one.at_100 is not None and one.at_99 is not None:
            told.append(
                PROVED.format(
                    all=amount(one.at_100.left_t),
                    less=amount(one.at_99.left_t),
                    objective=amount(one.before.objective),
                    at_100=amount(one.at_100.objective),
                    currency=self._currency,
                    period=self._slash(),
                )
            )
        elif one.note is not None:
            told.append(NOT_PROVED.format(note=one.note))
        if one.at_100 is not None and one.steps:
            gained = one.before.others_left_t - one.at_100.others_left_t
            if abs(gained) > 1e-6 * max(one.before.left_t, 1e-12):
                told.append((OTHERS_GAIN if gained > 0 else OTHERS_LOSE).format(tonnes=amount(abs(gained))))
            told.append(PREFERRED.format(preference=amount(one.preference_per_t), currency=self._currency))
        return joined(told, SPACE)

    def step(self, step: Step) -> Text:
        """Return one change."""
        name = Text(en="", vi="")
        unit = ""
        if step.kind == "capacity":
            name, unit = self.sentences.capacity(step.index), self.sentences.unit(step.index)
        elif step.kind == "minimum_lot_t":
            words = self.subject.links
            name = Text(en=str(words.name_en[step.index]), vi=str(words.name_vi[step.index]))
        return CHANGED[step.kind].format(
            name=name,
            unit=unit,
            by=amount(step.by),
            before=amount(step.before),
            after=amount(step.after),
            currency=self._currency,
            period=per_period(self.subject),
        )

    def opening(self, one: Structural) -> Text:
        """Return what must be opened or permitted, and how that was proved or why not."""
        told = []
        if one.openings:
            told.append(SERVES.format(steps=joined(map(self._opened, one.openings), AND)))
        if one.openings and one.then is None:
            told.append(STRUCTURE_PROVED.format(left=amount(one.left_after_t), before=amount(one.left_before_t)))
        if one.left_without_t and one.proved:
            told.append(EACH_NEEDED.format(left=amount(min(one.left_without_t))))
        if one.then is not None:
            told.append(THEN.format(text=self.relaxation(one.then)))
        if one.note is not None:
            told.append(NOT_PROVED.format(note=one.note))
        return joined(told, SPACE)

    def _opened(self, one: Opening) -> Text:
        name = self.sentences.name(one.row_id)
        row = name if name.en == one.row_id else Text(en=f"{name.en} ({one.row_id})", vi=f"{name.vi} ({one.row_id})")
        table = TABLES.get(one.table, Text(one.table, one.table))
        return OPENED[one.column].format(table=table, row=row, before=one.before, after=one.after)

    def one_more(self, one: MoreRoom | None, binding: Binding) -> Text:
        """Return what solving again with more of a capacity says."""
        if one is None:
            return NOTHING_MORE
        return ONE_MORE.format(
            units=amount(one.units),
            unit=self.sentences.unit(one.capacity),
            objective=amount(one.objective),
            per_unit=amount(one.objective / one.units),
            price=amount(binding.price),
            money=amount(one.money),
            time=amount(one.time_cost),
            carbon=amount(one.carbon_cost),
            penalty=amount(one.penalty),
            kg=amount(one.emissions_kg),
            tonnes=amount(one.unserved_t),
            currency=self._currency,
            period=self._slash(),
        )

    def _slash(self) -> Text:
        period = per_period(self.subject)
        return Text(en=f" {period.en}", vi=f" {period.vi}")


def part_name(part: str) -> Text:
    """Return what a part of the cost is called."""
    return PART_NAMES.get(part, Text(en=part, vi=part))
