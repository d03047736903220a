"""Whether a choice of suppliers is what it says, from the problem alone; nothing is shared with the solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.sourcing.choice import Chosen
    from optimizer.sourcing.problem import CoverProblem

TOLERANCE: Final = 1e-6
"""Share of an amount by which rounding may miss it."""


def check_choice(problem: CoverProblem, chosen: Chosen) -> tuple[Text, ...]:
    """Return everything that does not hold of a choice; nothing where it holds.

    Checked are: amounts within capacity, nothing or at least the minimum order, no month covered beyond its need, the
    share and number of firms, cover and cost as stated, and a bound that is no more than the cost.
    """
    shape = [len(row) for row in chosen.amounts]
    if shape != [len(problem.months)] * len(problem.sources):
        return (Text(en="The amounts have another shape than the problem.", vi="Lượng không khớp dạng bài toán."),)
    return (*_orders(problem, chosen), *_months(problem, chosen), *_firms(problem, chosen), *_money(problem, chosen))


def _above(value: float, most: float) -> bool:
    return value > most + TOLERANCE * max(1.0, abs(most))


def _orders(problem: CoverProblem, chosen: Chosen) -> Iterator[Text]:
    for source, row in zip(problem.sources, chosen.amounts, strict=True):
        for month, name in enumerate(problem.months):
            told = {"source": source.source_id, "month": name, "amount": row[month]}
            if not row[month] >= 0:
                yield Text(
                    en="{source}, {month}: {amount} is below 0.", vi="{source}, {month}: {amount} nhỏ hơn 0."
                ).format(**told)
            elif _above(row[month], source.capacity[month]):
                yield Text(
                    en="{source}, {month}: {amount} is above its capacity.",
                    vi="{source}, {month}: {amount} vượt công suất.",
                ).format(**told)
            elif row[month] > 0 and _above(source.minimum_order, row[month]):
                yield Text(
                    en="{source}, {month}: {amount} is below its minimum order.",
                    vi="{source}, {month}: {amount} nhỏ hơn lượng đặt tối thiểu.",
                ).format(**told)


def _months(problem: CoverProblem, chosen: Chosen) -> Iterator[Text]:
    for month, name in enumerate(problem.months):
        brought = sum(row[month] for row in chosen.amounts)
        if _above(brought, problem.need[month]):
            yield Text(en="{month}: more is brought than needed.", vi="{month}: lượng cung vượt nhu cầu.").format(
                month=name
            )
        if _above(brought, chosen.covered[month]) or _above(chosen.covered[month], brought):
            yield Text(
                en="{month}: the cover is not the sum of its amounts.", vi="{month}: lượng đáp ứng không bằng tổng."
            ).format(month=name)
    if _above(sum(chosen.covered), chosen.most_covered):
        yield Text(en="More is covered than could be.", vi="Lượng đáp ứng vượt mức có thể.")


def _firms(problem: CoverProblem, chosen: Chosen) -> Iterator[Text]:
    brought: dict[str, list[float]] = {}
    for source, row in zip(problem.sources, chosen.amounts, strict=True):
        own = brought.setdefault(source.firm_id, [0.0] * len(problem.months))
        for month, value in enumerate(row):
            own[month] += value
    used = [firm for firm, row in brought.items() if any(value > 0 for value in row)]
    if problem.most_firms is not None and len(used) > problem.most_firms:
        yield Text(en="More firms are used than allowed.", vi="Số doanh nghiệp vượt mức cho phép.")
    if problem.most_share is None:
        return
    for firm in used:
        for month, value in enumerate(brought[firm]):
            if _above(value, problem.most_share * problem.need[month]):
                yield Text(
                    en="{firm}, {month}: more than its share.", vi="{firm}, {month}: vượt tỷ lệ cho phép."
                ).format(firm=firm, month=problem.months[month])


def _money(problem: CoverProblem, chosen: Chosen) -> Iterator[Text]:
    cost, used = 0.0, set()
    for source, row in zip(problem.sources, chosen.amounts, strict=True):
        cost += source.unit_cost * sum(row)
        if any(value > 0 for value in row):
            used.add(source.firm_id)
    extra = problem.extra_firm_cost * max(len(used) - 1, 0)
    for own, stated in ((cost, chosen.cost), (extra, chosen.extra_cost)):
        if _above(own, stated) or _above(stated, own):
            yield Text(en="A cost is not that of the amounts.", vi="Chi phí không khớp với lượng.")
    if _above(chosen.bound, cost + extra):
        yield Text(en="The bound is above the cost.", vi="Cận dưới lớn hơn chi phí.")
    if chosen.status == "optimal" and _above(cost + extra, chosen.bound):
        yield Text(en="The cost is not proven to be the least.", vi="Chưa chứng minh chi phí là nhỏ nhất.")
