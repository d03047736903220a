"""The cheapest set of firms: worked by hand, equal to trying every set, and laws it keeps."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimizer.sourcing.check import check_choice
from optimizer.sourcing.choice import Chosen
from optimizer.sourcing.problem import CoverProblem, Source
from optimizer.sourcing.solve import choose_suppliers

A = Source("a", "firm_a", 100.0, (60.0,))
B = Source("b", "firm_b", 120.0, (80.0,), minimum_order=50.0)
C = Source("c", "firm_c", 90.0, (30.0,))


def problem(*sources: Source, need: tuple[float, ...] = (100.0,), **limits: float | None) -> CoverProblem:
    months = tuple(f"2027-{month + 1:02d}" for month in range(len(need)))
    return CoverProblem(months, need, sources, **limits)  # type: ignore[arg-type]


def test_a_minimum_order_changes_who_is_cheapest() -> None:
    """100 t: c brings 30 at 90 and a 60 at 100, b the last 10 at 120 but takes no order under 50.

    So b brings 50, c 30, a 20: 6,000 + 2,700 + 2,000 = 10,700. a and b alone: 6,000 + 5,000 = 11,000.
    """
    asked = problem(A, B, C)
    chosen = choose_suppliers(asked)
    assert chosen.status == "optimal"
    assert chosen.amounts == ((20.0,), (50.0,), (30.0,))
    assert chosen.total_cost == pytest.approx(10_700.0)
    assert chosen.gap < 1e-6
    assert check_choice(asked, chosen) == ()


def test_a_cost_of_each_extra_firm_makes_sets_smaller() -> None:
    """As above with 400 for each firm beyond the first: three firms 11,500, a and b 11,400."""
    asked = problem(A, B, C, extra_firm_cost=400.0)
    chosen = choose_suppliers(asked)
    assert chosen.amounts == ((50.0,), (50.0,), (0.0,))
    assert chosen.cost == pytest.approx(11_000.0)
    assert chosen.extra_cost == 400.0
    assert check_choice(asked, chosen) == ()


def test_what_cannot_be_covered_is_told_with_what_keeps_it_from_that() -> None:
    """At most two firms of a (60), b (80) and c (30) for 150 t: a and b bring 140; with all three it would be 150."""
    chosen = choose_suppliers(problem(A, B, C, need=(150.0,), most_firms=2))
    assert sum(chosen.covered) == pytest.approx(140.0)
    assert chosen.most_covered == pytest.approx(140.0)
    assert [one.limit for one in chosen.bindings] == ["most_firms"]
    assert chosen.bindings[0].covered == pytest.approx(150.0)


def test_limits_that_bind_only_together_are_told() -> None:
    """10 wanted, two firms that bring 6 or nothing, one firm allowed: either limit alone given up changes nothing."""
    sources = tuple(Source(name, name, 1.0, (6.0,), 6.0) for name in ("a", "b"))
    chosen = choose_suppliers(CoverProblem(("2027-01",), (10.0,), sources, most_firms=1))
    assert chosen.covered == (6.0,)
    assert chosen.bindings == ()
    assert chosen.together is not None
    assert chosen.together.limits == ("most_firms", "minimum_order")
    assert chosen.together.covered == pytest.approx(10.0)


def test_a_month_with_too_little_capacity_is_named() -> None:
    """In the second month all bring 5 of 10."""
    sources = (Source("a", "a", 1.0, (10.0, 2.0)), Source("b", "b", 2.0, (10.0, 3.0)))
    chosen = choose_suppliers(problem(*sources, need=(10.0, 10.0)))
    assert chosen.covered == pytest.approx((10.0, 5.0))
    assert [(one.limit, one.month, one.covered) for one in chosen.bindings] == [("capacity", "2027-02", 5.0)]


def test_a_share_holds_in_each_month() -> None:
    """60 % from one firm at most: a brings 60, b 40."""
    sources = (Source("a", "a", 1.0, (100.0,)), Source("a2", "a", 1.1, (100.0,)), Source("b", "b", 2.0, (100.0,)))
    chosen = choose_suppliers(problem(*sources, most_share=0.6))
    assert [row[0] for row in chosen.amounts] == pytest.approx([60.0, 0.0, 40.0])
    alone = choose_suppliers(problem(*sources[:2], most_share=0.6))
    assert alone.covered == (60.0,)
    assert [one.limit for one in alone.bindings] == ["most_share"]


def test_nothing_to_choose_from_is_an_answer() -> None:
    for sources in ((), (Source("a", "a", 1.0, (0.0,)),), (Source("a", "a", 1.0, (500.0,), minimum_order=200.0),)):
        asked = problem(*sources)
        chosen = choose_suppliers(asked)
        assert chosen.status == "nothing"
        assert chosen.covered == (0.0,)
        assert check_choice(asked, chosen) == ()
    assert [one.limit for one in chosen.bindings] == ["minimum_order"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"unit_cost": -1.0}, "at least 0"),
        ({"capacity": (float("nan"),)}, "at least 0"),
        ({"minimum_order": float("inf")}, "at least 0"),
    ],
)
def test_a_source_that_is_none_is_refused(values: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        replace(A, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"need": (1.0, 2.0)}, "capacity must have 2"),
        ({"need": ()}, "at least one month"),
        ({"need": (-1.0,)}, "at least 0"),
        ({"most_firms": 0}, "at least 1"),
        ({"most_share": 0.0}, "above 0"),
    ],
)
def test_a_problem_that_is_none_is_refused(limits: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        problem(A, **limits)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="each source once"):
        problem(A, A)


def spoiled(chosen: Chosen) -> list[tuple[Chosen, str]]:
    """Return choices each wrong in one thing, and a word of what the check says of it."""
    (first, *others) = chosen.amounts
    return [
        (replace(chosen, amounts=((first[0] - 1.0,), *others)), "not the sum"),
        (replace(chosen, amounts=((70.0,), *others)), "capacity"),
        (replace(chosen, amounts=((-1.0,), *others)), "below 0"),
        (replace(chosen, amounts=(first, (20.0,), others[1])), "minimum order"),
        (replace(chosen, amounts=(first, *others, first)), "shape"),
        (replace(chosen, cost=chosen.cost - 5.0), "cost is not"),
        (replace(chosen, bound=chosen.bound + 50.0), "bound is above"),
        (replace(chosen, bound=chosen.bound - 50.0), "not proven"),
        (replace(chosen, most_covered=50.0), "than could be"),
    ]


def test_the_check_sees_whatever_is_wrong() -> None:
    asked = problem(A, B, C)
    for wrong, word in spoiled(choose_suppliers(asked)):
        assert any(word in text.en for text in check_choice(asked, wrong)), word
    chosen = choose_suppliers(asked)
    for tighter, word in ((replace(asked, most_firms=2), "More firms"), (replace(asked, most_share=0.4), "its share")):
        assert any(word in text.en for text in check_choice(tighter, chosen)), word
    assert any("than needed" in text.en for text in check_choice(replace(asked, need=(90.0,)), chosen))


small = st.integers(0, 6).map(float)


@st.composite
def problems(draw: st.DrawFn) -> CoverProblem:
    """Return a problem of at most four sources and two months, of whole numbers so that ties are real ties."""
    months = draw(st.integers(1, 2))
    count = draw(st.integers(1, 4))
    sources = tuple(
        Source(
            f"s{at}",
            draw(st.sampled_from(("f0", "f1", "f2"))),
            draw(st.integers(1, 9).map(float)),
            tuple(draw(small) for _ in range(months)),
            draw(st.integers(0, 4).map(float)),
        )
        for at in range(count)
    )
    return CoverProblem(
        tuple(str(month) for month in range(months)),
        tuple(draw(st.integers(1, 8).map(float)) for _ in range(months)),
        sources,
        draw(st.sampled_from((0.0, 0.0, 5.0, 12.0))),
        draw(st.sampled_from((None, 1, 2))),
        draw(st.sampled_from((None, None, 0.5, 0.75))),
    )


def every_set(asked: CoverProblem) -> tuple[float, float]:
    """Return most cover and its least cost, from trying every set of firms and of orders."""
    best = (0.0, 0.0)
    firms = asked.firms
    most = asked.most_firms if asked.most_firms is not None else len(firms)
    for size in range(1, min(most, len(firms)) + 1):
        for used in itertools.combinations(firms, size):
            months = [best_month(asked, frozenset(used), month) for month in range(len(asked.months))]
            cover = sum(month[0] for month in months)
            cost = sum(month[1] for month in months) + asked.extra_firm_cost * (size - 1)
            if cover > best[0] + 1e-9 or (cover > best[0] - 1e-9 and cost < best[1]):
                best = (cover, cost)
    return best


def best_month(asked: CoverProblem, firms: frozenset[str], month: int) -> tuple[float, float]:
    """Return most cover of one month and its least cost from some firms, by trying every set of orders."""
    best = (0.0, 0.0)
    usable = [at for at, source in enumerate(asked.sources) if source.firm_id in firms]
    need = asked.need[month]
    share = need if asked.most_share is None else asked.most_share * need
    for count in range(1, len(usable) + 1):
        for orders in itertools.combinations(usable, count):
            sources = [asked.sources[at] for at in orders]
            bounds = [(source.minimum_order, source.capacity[month]) for source in sources]
            if any(low > high for low, high in bounds):
                continue
            limits = [[1.0] * count]
            tops = [need]
            for firm in {source.firm_id for source in sources}:
                limits.append([float(source.firm_id == firm) for source in sources])
                tops.append(share)
            # A unit of cover is worth more than any cost, so the most cover comes first.
            worth = np.array([source.unit_cost for source in sources]) - 1000.0
            found = linprog(worth, A_ub=np.array(limits), b_ub=tops, bounds=bounds, method="highs")
            if found.status != 0:
                continue
            cover = float(found.x.sum())
            cost = float(found.fun + 1000.0 * cover)
            if cover > best[0] + 1e-9 or (cover > best[0] - 1e-9 and cost < best[1]):
                best = (cover, cost)
    return best


@settings(max_examples=60, deadline=None)
@given(problems())
def test_no_other_set_covers_more_or_costs_less(asked: CoverProblem) -> None:
    chosen = choose_suppliers(asked)
    cover, cost = every_set(asked)
    assert check_choice(asked, chosen) == ()
    assert sum(chosen.covered) == pytest.approx(cover, abs=1e-6)
    if cover > 0:
        assert chosen.total_cost == pytest.approx(cost, abs=1e-5)
        assert chosen.status == "optimal"
    if cover >= sum(asked.need) - 1e-6:
        assert chosen.bindings == ()


@settings(max_examples=25, deadline=None)
@given(problems(), st.integers(0, 3))
def test_more_capacity_never_covers_less(asked: CoverProblem, more: int) -> None:
    larger = replace(
        asked,
        sources=tuple(
            replace(source, capacity=tuple(value + more for value in source.capacity)) for source in asked.sources
        ),
    )
    assert sum(choose_suppliers(larger).covered) >= sum(choose_suppliers(asked).covered) - 1e-6
