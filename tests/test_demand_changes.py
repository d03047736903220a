"""Freight grown, shrunk or added on top of the demand of a region."""

from __future__ import annotations

import numpy as np
import pytest
from demand_pack import tiny_pack, tiny_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.demand import Demand, DemandChange, build_demand, trace_demand
from supplychain.errors import FindingsError

PACK = tiny_pack(tiny_rows())
BASE = build_demand(PACK)


def amounts(demand: Demand) -> dict[str, float]:
    """Return tonnes a day by demand id."""
    return dict(zip(demand.demand_id.tolist(), demand.mass_t_per_day.tolist(), strict=True))


def total(demand: Demand, **where: str) -> float:
    """Return tonnes a day of laden freight."""
    laden = demand.direction != "empty"
    chosen = laden.copy()
    for name, value in where.items():
        if name == "commodity":
            chosen &= np.array([demand.classes[k].commodity_id == value for k in demand.class_index])
        else:
            chosen &= getattr(demand, name) == value
    return float(demand.mass_t_per_day[chosen].sum())


def test_no_change_is_the_same_demand() -> None:
    assert amounts(build_demand(PACK, ())) == amounts(BASE)
    assert amounts(build_demand(PACK, (DemandChange(factor=1.0),))) == pytest.approx(amounts(BASE))


def test_a_factor_multiplies_what_is_meant_and_nothing_else() -> None:
    grown = build_demand(PACK, (DemandChange(commodity_ids=("chairs",), factor=1.5),))
    assert total(grown, commodity="chairs") == pytest.approx(1.5 * total(BASE, commodity="chairs"))
    assert total(grown, commodity="boards") == pytest.approx(total(BASE, commodity="boards"))
    one = build_demand(PACK, (DemandChange(place_ids=("east",), factor=0.0),))
    assert total(one, place_id="east") == 0.0
    assert total(one, place_id="west") == pytest.approx(total(BASE, place_id="west"))


def test_all_freight_grown_alike_grows_the_empties_alike() -> None:
    grown = build_demand(PACK, (DemandChange(factor=2.0),))
    assert amounts(grown) == pytest.approx({name: 2 * tonnes for name, tonnes in amounts(BASE).items()})


def test_added_tonnes_are_spread_as_the_freight_there_is() -> None:
    change = DemandChange(directions=("import",), added_t_per_day=100.0)
    found = build_demand(PACK, (change,))
    assert total(found, direction="import") == pytest.approx(total(BASE, direction="import") + 100.0)
    assert total(found, direction="export") == pytest.approx(total(BASE, direction="export"))
    share = total(BASE, direction="import", place_id="east") / total(BASE, direction="import")
    added = total(found, direction="import", place_id="east") - total(BASE, direction="import", place_id="east")
    assert added == pytest.approx(100.0 * share)


def test_tonnes_of_a_year_are_spread_over_its_days_as_trade_is() -> None:
    """1,000 t a year ÷ 250 working days × 1.5 peak factor = 6 t a day."""
    found = build_demand(PACK, (DemandChange(directions=("export",), added_t_per_year=1000.0),))
    assert total(found, direction="export") == pytest.approx(total(BASE, direction="export") + 6.0)


def new_factory(**more: object) -> DemandChange:
    """Return freight that the base has none of: boards sent out."""
    values: dict[str, object] = {
        "place_ids": ("east",),
        "commodity_ids": ("boards",),
        "market_ids": ("us",),
        "directions": ("export",),
        "added_t_per_day": 50.0,
    }
    return DemandChange(**(values | more))  # type: ignore[arg-type] # as the test says


def test_a_new_factory_is_a_demand_of_its_own_with_its_boxes_and_their_trace() -> None:
    """50 t a day of 10 t a TEU are 5 TEU; what leaves in boxes must come in empty."""
    market = str(PACK.table("markets")["market_id"].iloc[0])
    change = new_factory(market_ids=(market,))
    found = build_demand(PACK, (change,))
    name = f"added_boards_export_{market}:east:container"
    row = int(np.flatnonzero(found.demand_id == name)[0])
    assert found.mass_t_per_day[row] == pytest.approx(50.0)
    assert found.teu_per_day[row] == pytest.approx(5.0)
    assert (found.origin_id[row], found.destination_id[row]) == ("east", market)
    assert total(found) == pytest.approx(total(BASE) + 50.0)
    steps = trace_demand(PACK, found, name, (change,)).steps
    assert steps[-2].value == pytest.approx(50.0)
    assert steps[-1].value == pytest.approx(5.0)
    bulk = build_demand(PACK, (new_factory(market_ids=(market,), forms=("bulk",)),))
    assert f"added_boards_export_{market}:east:bulk" in bulk.demand_id.tolist()


def test_the_trace_of_changed_freight_names_the_change() -> None:
    change = DemandChange(commodity_ids=("chairs",), factor=1.5)
    found = build_demand(PACK, (change,))
    for row in np.flatnonzero(found.direction != "empty"):
        steps = trace_demand(PACK, found, str(found.demand_id[row]), (change,)).steps
        assert steps[-2].value == pytest.approx(found.mass_t_per_day[row])
        told = any("1.5, changes of the scenario" in step.text.en for step in steps)
        assert told == (found.classes[found.class_index[row]].commodity_id == "chairs")


factors = st.builds(
    DemandChange,
    commodity_ids=st.sampled_from([(), ("chairs",), ("boards", "feed")]),
    directions=st.sampled_from([(), ("import",), ("export",)]).filter(bool) | st.just(()),
    factor=st.floats(0.1, 3),
).filter(lambda one: not (one.commodity_ids and one.directions))
additions = st.builds(
    DemandChange, directions=st.sampled_from([("import",), ("export",)]), added_t_per_day=st.floats(0.1, 50)
)


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.one_of(factors, additions), max_size=4).flatmap(
        lambda some: st.tuples(st.just(some), st.permutations(some))
    )
)
def test_the_order_of_changes_does_not_matter(pair: tuple[list[DemandChange], list[DemandChange]]) -> None:
    first, second = (build_demand(PACK, some) for some in pair)
    assert amounts(first) == pytest.approx(amounts(second), rel=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (DemandChange(commodity_ids=("chairs",), directions=("import",), factor=2.0), "nothing to multiply"),
        (new_factory(place_ids=()), "open is: places"),
        (new_factory(place_ids=("east", "west")), "open is: places"),
        (new_factory(place_ids=("nowhere",)), "no open park or zone"),
        (new_factory(forms=("reefer",)), "not in a reefer"),
    ],
)
def test_a_change_that_means_no_freight_or_cannot_be_is_a_finding(change: DemandChange, words: str) -> None:
    with pytest.raises(FindingsError) as refused:
        build_demand(PACK, (change,))
    (finding,) = refused.value.findings
    assert words in finding.text.en


def test_negative_and_doubled_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="factor must be at least 0"):
        DemandChange(factor=-1.0)
    with pytest.raises(ValueError, match="added_t_per_day must be at least 0"):
        DemandChange(added_t_per_day=float("nan"))
    with pytest.raises(ValueError, match="two changes"):
        DemandChange(added_t_per_day=1.0, added_t_per_year=1.0)
