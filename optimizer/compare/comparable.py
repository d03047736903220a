"""Whether plans can be compared, and what to know before believing their differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.subject import Subject

FEWEST: Final = 2
SHOWN: Final = 12
"""Signs of a network's hash that a sentence shows."""

TOO_FEW: Final = Text(en="Name at least two plans to compare.", vi="Hãy nêu ít nhất hai phương án để so sánh.")
OTHER_MONEY: Final = Text(
    en="{base} is in {base_money} and {other} in {other_money}: money of another currency or price year is not "
    "compared. Bring both to the same one.",
    vi="{base} tính bằng {base_money}, còn {other} bằng {other_money}: không so sánh tiền khác loại hoặc khác năm "
    "giá. Hãy đưa cả hai về cùng một loại.",
)
OTHER_PERIOD: Final = Text(
    en="{base} counts per {base_period} and {other} per {other_period}: plans of different periods are not compared.",
    vi="{base} tính theo {base_period}, còn {other} theo {other_period}: không so sánh phương án khác kỳ.",
)
PERIODS: Final = {"working day": "ngày làm việc", "days": "ngày", "day": "ngày"}
"""Words of periods in Vietnamese."""
OTHER_NETWORK: Final = Text(
    en="{base} stands on {base_network} and {other} on {other_network}. Plan both on the same network (--network).",
    vi="{base} chạy trên {base_network}, còn {other} trên {other_network}. Hãy lập cả hai trên cùng một mạng lưới "
    "(--network).",
)
NOTHING_COMMON: Final = Text(
    en="{base} and {other} have no link in common: they are plans of different networks and are not compared.",
    vi="{base} và {other} không có tuyến nào chung: đó là phương án của hai mạng lưới khác nhau nên không so sánh.",
)
OWN_NETWORK: Final = Text(en="its own corridors", vi="mạng hành lang của chính nó")
STORED_NETWORK: Final = Text(en="the stored network {hash}", vi="mạng lưới đã lưu {hash}")
YEAR_UNKNOWN: Final = Text(
    en="The price year of {title} is not known; it is taken to be that of the other plan.",
    vi="Không rõ năm giá của {title}; coi như cùng năm giá với phương án kia.",
)
NOT_PROVEN: Final = Text(
    en="{title} is not proven to be the best plan ({status}, gap {gap}): up to {open} {currency} of the difference may "
    "come from that.",
    vi="Chưa chứng minh {title} là phương án tốt nhất ({status}, sai lệch {gap}): tới {open} {currency} chênh lệch có "
    "thể do vậy.",
)


class NotComparableError(HinterlandError):
    """Plans that cannot be compared."""


def check_comparable(subjects: Sequence[Subject]) -> None:
    """Refuse plans that cannot be compared with the first.

    Raises
    ------
    NotComparableError
        When there are fewer than two, or their networks, currencies, price years or periods differ.
    """
    if len(subjects) < FEWEST:
        raise NotComparableError(TOO_FEW)
    base = subjects[0]
    for other in subjects[1:]:
        titles = {"base": base.title, "other": other.title}
        if base.currency != other.currency or _years_differ(base, other):
            raise NotComparableError(
                OTHER_MONEY.format(**titles, base_money=_money_of(base), other_money=_money_of(other))
            )
        if base.period != other.period:
            periods = {"base_period": _period_of(base), "other_period": _period_of(other)}
            raise NotComparableError(OTHER_PERIOD.format(**titles, **periods))
        if base.network != other.network:
            raise NotComparableError(
                OTHER_NETWORK.format(**titles, base_network=_network_of(base), other_network=_network_of(other))
            )
        if set(base.problem.link_ids).isdisjoint(other.problem.link_ids) and base.problem.link_ids:
            raise NotComparableError(NOTHING_COMMON.format(**titles))


def notes_on(base: Subject, other: Subject) -> tuple[Text, ...]:
    """Return what to know before believing the differences of two plans."""
    notes = []
    for one, beside in ((base, other), (other, base)):
        plan = one.plan
        if one.price_year is None and beside.price_year is not None:
            notes.append(YEAR_UNKNOWN.format(title=one.title))
        if plan.status not in ("optimal", "no_flow_possible") and plan.gap > plan.gap_tolerance:
            left = f"{plan.objective - plan.bound:,.0f}"
            notes.append(
                NOT_PROVEN.format(
                    title=one.title, status=plan.status, gap=f"{plan.gap:.1e}", open=left, currency=one.currency
                )
            )
    return tuple(notes)


def period_words(period: str) -> Text:
    """Return a period of a subject, such as ``day`` or ``7 days``, in both languages."""
    found = period
    for english, vietnamese in PERIODS.items():
        found = found.replace(english, vietnamese)
    return Text(en=period, vi=found)


def per_period(sentence: Text, period: str) -> Text:
    """Return words that speak of a day as words of the period that amounts are per.

    Parameters
    ----------
    sentence
        Words with "/day" or "a day", as in "t/day"; a sentence before its names are put in.
    period
        Of the plans.
    """
    if period in ("day", "working day"):
        return sentence
    words = period_words(period)
    return Text(
        en=sentence.en.replace("/day", f"/{words.en}").replace(" a day", f" in {words.en}"),
        vi=sentence.vi.replace("/ngày", f"/{words.vi}").replace(" mỗi ngày", f" trong {words.vi}"),
    )


def _years_differ(base: Subject, other: Subject) -> bool:
    return None not in (base.price_year, other.price_year) and base.price_year != other.price_year


def _money_of(subject: Subject) -> str:
    return subject.currency if subject.price_year is None else f"{subject.currency} {subject.price_year}"


def _period_of(subject: Subject) -> Text:
    return period_words(subject.period)


def _network_of(subject: Subject) -> Text:
    return STORED_NETWORK.format(hash=subject.network[:SHOWN]) if subject.network else OWN_NETWORK
