"""Firms and vacant plots: limits, counts, scores and relaxations worked by hand, and proven by asking again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_parts import DAY, HERE, KM_PER_DEGREE, PlainFreight, PlainTravel

from supplychain.errors import HinterlandError
from supplychain.sourcing.document import plots_document
from supplychain.sourcing.plots import Plot, PlotAnswer, PlotQuestion, match_plots
from supplychain.sourcing.values import Spot


def plot(name: str, km: float | None = 30.0, **values: object) -> Plot:
    """Return a vacant plot of 3 ha and 3,000 kVA at 100,000 VND a m² and year."""
    spot = None if km is None else Spot(HERE.lon + km / KM_PER_DEGREE, 11.0, "park", name)
    columns: dict[str, Any] = {
        "area_ha": 3.0,
        "power_kva": 3000.0,
        "rent_per_m2_year": 100_000.0,
        "currency": "VND",
        "price_year": 2025,
        "spot": spot,
    }
    return Plot(name, f"park_{name}", f"KCN {name}", "A1", **(columns | values))


def asked(**values: object) -> PlotQuestion:
    columns: dict[str, Any] = {"day": DAY, "area_ha": 2.0, "power_kva": 2000.0, "destination": HERE}
    return PlotQuestion(**(columns | values))


def answer_of(question: PlotQuestion, *plots: Plot) -> PlotAnswer:
    return match_plots(question, plots, PlainTravel(), PlainFreight())


def names(answer: PlotAnswer) -> list[str]:
    return [one.plot.plot_id for one in answer.ranked]


def test_a_score_worked_by_hand() -> None:
    """2 of 3 ha, 2,000 of 3,000 kVA, 60 minutes, half as dear again as the cheapest.

    Weights 0.35, 0.25, 0.3 and 0.1 are whole: 3500 × 2/3 = 2333, 2500 / 2 = 1250, 3000 / 1.5 = 2000, 1000 × 2/3 = 667.
    """
    answer = answer_of(asked(), plot("a", 60.0, rent_per_m2_year=150_000.0), plot("b", 60.0, area_ha=9.0))
    one = answer.ranked[0]
    assert one.plot.plot_id == "a"
    assert {part.part: part.points for part in one.parts} == {"area": 2333, "minutes": 1250, "rent": 2000, "power": 667}
    assert one.points == 6250


@pytest.mark.parametrize(
    ("values", "question", "reason"),
    [
        ({"state": "leased"}, {}, "state"),
        ({"vacant_from": date(2027, 1, 1)}, {}, "vacant_later"),
        ({}, {"region": "Bến Cát"}, "region_unknown"),
        ({"industries": ("10", "2610")}, {"vsic_code": "2620"}, "industry"),
        ({"area_ha": 1.9}, {}, "too_small"),
        ({"power_kva": None}, {}, "not_stated"),
        ({"water_m3_per_day": 5.0}, {"water_m3_per_day": 6.0}, "too_small"),
        ({}, {"ready_built_m2": 10.0}, "not_stated"),
        ({}, {"minutes": 29.0}, "too_far_minutes"),
        ({"spot": None}, {"minutes": 29.0}, "no_position"),
        ({"spot": Spot(130.0, 11.0, "park")}, {"minutes": 29.0}, "no_way"),
        ({}, {"rent": 90_000.0}, "too_dear"),
        ({"rent_per_m2_year": None}, {"rent": 90_000.0}, "not_stated"),
        ({"price_year": 1999}, {"rent": 90_000.0}, "rent_money"),
    ],
)
def test_what_keeps_a_plot_out(values: Mapping[str, Any], question: Mapping[str, Any], reason: str) -> None:
    answer = answer_of(asked(**question), plot("a", **values))
    assert names(answer) == []
    assert [one.reason for one in answer.counts] == [reason]


def test_what_is_admitted() -> None:
    plots = (plot("a", industries=("26",)), plot("b", industries=()), plot("c", vacant_from=DAY))
    assert names(answer_of(asked(vsic_code="2610"), *plots)) == ["a", "b", "c"]


def test_giving_way_brings_plots() -> None:
    answer = answer_of(asked(minutes=20.0), plot("a", 30.5), plot("b", 32.5), plot("c", 32.5, state="leased"))
    (one,) = answer.relaxations
    assert [(step.by, step.candidates, step.quantity) for step in one.steps] == [(11.0, 1, 3.0), (13.0, 2, 6.0)]
    assert len(plots_document(answer)["left_out"]) == 3


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(
            plot,
            st.uuids().map(str),
            st.sampled_from((None, 5.0, 33.3, 80.0)),
            area_ha=st.sampled_from((0.7, 1.97, 2.0, 4.0)),
            power_kva=st.sampled_from((None, 1500.0, 2500.0)),
            rent_per_m2_year=st.sampled_from((None, 70_000.0, 123_456.7)),
            vacant_from=st.sampled_from((None, date(2027, 2, 3))),
        ),
        max_size=6,
    )
)
def test_giving_way_brings_just_what_it_says(plots: list[Plot]) -> None:
    question = asked(minutes=30.0, rent=100_000.0)
    answer = answer_of(question, *plots)
    before = set(names(answer))
    columns = {"minutes": "minutes", "area": "area_ha", "power": "power_kva", "rent": "rent"}
    for one in answer.relaxations:
        for step in one.steps:
            by = (step.by or 0.0) * (1 if one.direction == "up" else -1)
            if one.limit == "vacant_from":
                again = replace(question, day=date.fromordinal(DAY.toordinal() + int(by)))
            else:
                name = columns[one.limit]
                again = replace(question, **{name: getattr(question, name) + by})
            assert len(set(names(answer_of(again, *plots))) - before) == step.candidates
    for found in answer.ranked:
        assert found.points == sum(part.points for part in found.parts)


def test_a_question_that_is_none_is_refused() -> None:
    with pytest.raises(HinterlandError, match="area_ha"):
        asked(area_ha=0.0)
    with pytest.raises(HinterlandError, match="--near"):
        asked(destination=None, minutes=10.0)
