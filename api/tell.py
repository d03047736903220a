"""What the terminal tells of plans, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
