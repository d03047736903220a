"""What the terminal tells of plans, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.numbers import number
from api.report.names import unit_name
from api.styles import CAPACITY_NAMES
from api.totals import MANY_PLANS, ONE_PLAN, status_text
from optimizer.results.streets import street_use
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.results import Outcome, Results

CAUTION: Final = Text(en="An optimum, not a forecast", vi="Phương án tối ưu, không phải dự báo")
STATUS: Final = Text(en="Status", vi="Trạng thái")
CHECK: Final = Text(en="Independent check", vi="Kiểm tra độc lập")
PASSED: Final = Text(en="passed", vi="đạt")
FAILED: Final = Text(en="FAILED", vi="KHÔNG ĐẠT")

MOST_BINDING: Final = 12
"""Binding capacities that a plan tells, the dearest first; the report and ``--json`` have all."""

BINDING: Final = Text(en="What holds the plan back, dearest first", vi="Những gì đang bó phương án, đắt nhất trước")
BINDING_HEADINGS: Final = (
    Text(en="Full capacity", vi="Năng lực đã hết"),
    Text(en="Kind", vi="Loại"),
    Text(en="For the plan, a day", vi="Dành cho phương án, mỗi ngày"),
    Text(en="Unit", vi="Đơn vị"),
    Text(en="One more saves, {currency}", vi="Thêm một đơn vị tiết kiệm, {currency}"),
    Text(en="Because", vi="Vì"),
)
BY_PENALTY: Final = Text(en="freight stays", vi="hàng bị bỏ lại")
BY_COST: Final = Text(en="cost", vi="chi phí")
MORE_BINDING: Final = Text(
    en="… and {count} more: hinterland plan --report FILE.html shows all.",
    vi="… và {count} năng lực khác: hinterland plan --report FILE.html có đủ.",
)

STREETS: Final = Text(
    en="{share} of the tonne-km by road run over streets without a stated capacity or count, most over {busiest} "
    "({tonnes} t a day one way). Look at them before you believe them: docs/network/join.md.",
    vi="{share} tấn-km đường bộ chạy trên đường không có số liệu năng lực hay đếm xe, nhiều nhất là {busiest} "
    "({tonnes} tấn mỗi ngày một chiều). Hãy xem lại trước khi tin: docs/network/join.md.",
)


def tell_plan(outcome: Outcome, talk: Talk) -> None:
    """Tell one plan by its main figures."""
    totals = outcome.indicators.totals
    rows = [
        (STATUS, status_text(outcome.plan.status, outcome.plan.gap)),
        (CHECK, FAILED if outcome.violations else PASSED),
        *((total.label, total.figure(totals)) for total in ONE_PLAN),
    ]
    headings = (CAUTION, Text(en="A working day", vi="Một ngày làm việc"))
    language = talk.language
    talk.table(outcome.case.scenario.name, headings, [(label.of(language), text.of(language)) for label, text in rows])


def tell_binding(outcome: Outcome, talk: Talk) -> None:
    """Tell which links, terminals, services, gates and fleets hold the plan back, and what one more unit saves."""
    language = talk.language
    frame = outcome.indicators.bottlenecks
    currency = outcome.case.pack.region.currency
    rows = [
        (
            str(row[f"name_{language}"]),
            CAPACITY_NAMES[str(row["kind"])].of(language),
            number(row["residual_per_day"], 1).of(language),
            unit_name(str(row["unit"])).of(language),
            number(row["shadow_price"]).of(language),
            (BY_PENALTY if row["penalty_driven"] else BY_COST).of(language),
        )
        for row in frame.head(MOST_BINDING).to_dict("records")
    ]
    if not rows:
        return
    talk.table(BINDING, [heading.format(currency=currency) for heading in BINDING_HEADINGS], rows)
    if len(frame) > len(rows):
        talk.say(MORE_BINDING.format(count=len(frame) - len(rows)))


def tell_streets(outcome: Outcome, talk: Talk) -> None:
    """Tell how far a plan on a detailed network leans on streets whose capacity nobody has stated."""
    use = street_use(outcome.case, outcome.plan)
    if use is None or not use.busiest:
        return
    talk.say(
        STREETS.format(
            share=f"{use.share_tkm:.0%}",
            busiest=f"{use.name} ({use.busiest})" if use.name else use.busiest,
            tonnes=f"{use.most_t_per_day:,.0f}",
        )
    )


def tell_what_ifs(results: Results, talk: Talk) -> None:
    """Tell the base and each what-if, a line each."""
    language = talk.language
    headings = (Text(en="What if", vi="Kịch bản"), *(total.label for total in MANY_PLANS))
    rows = [
        (
            outcome.case.scenario.name.of(language),
            *(total.figure(outcome.indicators.totals).of(language) for total in MANY_PLANS),
        )
        for outcome in results.outcomes
    ]
    talk.table(Text(en="Base and what-ifs", vi="Phương án nền và các kịch bản"), headings, rows)
