"""What the base plan of Bình Dương does on the road, judged by what its streets can carry."""

from __future__ import annotations

import pandas as pd
import pytest

from api.regions import pack_scenarios
from optimizer.case import build_case, solve_case
from optimizer.results.indicators import Indicators, indicators
from supplychain.pack import Pack

PCU_OF_A_TRUCK = 3.0
MOST_PCU_PER_LANE = 2500.0


@pytest.fixture(scope="module")
def base(region_pack: Pack) -> Indicators:
    """Return the indicators of the base plan."""
    scenario = next(one for one in pack_scenarios(region_pack) if one.scenario_id == "base")
    case = build_case(region_pack, scenario)
    return indicators(case, solve_case(case))


def test_no_street_without_a_capacity_stands_in_for_a_trunk_road(base: Indicators, region_pack: Pack) -> None:
    """A city lane carries some 10,000 pcu a day: freight planned here may take a quarter where no count is given.

    Kha Vạn Cân and Đặng Văn Bi (two lanes each) took 2,678 and 3,366 trucks a day past the full Hà Nội highway, which
    is 4,017 and 5,049 pcu a lane, as long as their rows gave no capacity.
    """
    flow = base.links[(base.links["kind"] == "link") & (base.links["mode"] == "road")]
    trucks = flow[flow["capacity_id"].isna()].groupby("row_id")["vehicles_per_day"].sum()
    lanes = region_pack.table("links").set_index("link_id")["lanes"].astype("float64")
    per_lane: pd.Series = trucks * PCU_OF_A_TRUCK / lanes.reindex(trucks.index)
    assert per_lane.max() <= MOST_PCU_PER_LANE, per_lane.nlargest(5).to_dict()


def test_the_trunk_road_to_cat_lai_does_not_hold_back_what_the_port_can_take(base: Indicators) -> None:
    """Cát Lái is full in the base plan and worth enlarging; Hà Nội highway keeps 14,000 pcu a day as QL1 before it."""
    worth = base.bottlenecks.set_index("row_id")["shadow_price"]
    assert worth["cat_lai"] > 50_000
    assert not worth.index.str.contains("xlhn_").any()
