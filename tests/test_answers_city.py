"""Answers on Ho Chi Minh City's roads: sweeps, hierarchies and single routes agree; areas hold what is reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.answers.isochrones import isochrones
from geodata.answers.reach import ReachGraph
from geodata.answers.skims import skim_places, skim_prepared
from geodata.osm.importing import import_osm
from geodata.routing.hierarchy import build_hierarchy
from geodata.routing.profiles import read_profiles
from geodata.routing.router import Router
from geodata.routing.snapping import Snap

CITY = Path(__file__).parents[2] / "shared" / "data" / "osm" / "hcm_2018.osm.pbf"
NAMED = {
    "vsip_1": (10.93184, 106.72571),
    "song_than_1": (10.89118, 106.75078),
    "bien_hoa_2": (10.92153, 106.87313),
    "cat_lai": (10.76571, 106.79566),
    "tan_son_nhat": (10.8188, 106.652),
    "hiep_phuoc": (10.63806, 106.75989),
}


@pytest.fixture(scope="module")
def router() -> Router:
    """Return a router of a van on the city."""
    if not CITY.exists():
        pytest.skip("the extract of Ho Chi Minh City is not here")
    return Router(import_osm([CITY]).infrastructure, read_profiles()["van"])


def places_of(router: Router) -> list[Snap]:
    """Return the named places and some made up, as points on the network."""
    rng = np.random.default_rng(11)
    spots = [*NAMED.values(), *zip(rng.uniform(10.7, 10.9, 14), rng.uniform(106.6, 106.8, 14), strict=True)]
    return [router.snap(lon, lat) for lat, lon in spots]


@pytest.mark.shared_data
def test_a_hierarchy_gives_the_table_of_the_sweeps(router: Router) -> None:
    places = places_of(router)
    swept = skim_places(router.graph, "time", places[:8], places)
    prepared = skim_prepared(router.graph, "time", build_hierarchy(router.graph.digraph("time")), places[:8], places)
    assert swept.reached.all()
    assert prepared.amounts["time_s"] == pytest.approx(swept.amounts["time_s"], rel=1e-9, abs=1e-6)


@pytest.mark.shared_data
@pytest.mark.parametrize(("objective", "name"), [("time", "time_s"), ("cost", "cost")])
def test_a_table_holds_what_single_routes_say(router: Router, objective: str, name: str) -> None:
    places = places_of(router)
    swept = skim_places(router.graph, objective, places[:2], places)
    for row in range(2):
        for column in range(len(places)):
            route = router.route(places[row], places[column], objective=objective)
            found = {"time_s": route.time_s, "length_m": route.length_m, "cost": route.cost, "co2e_kg": route.co2e_kg}
            assert found[name] == pytest.approx(swept.amounts[name][row, column], rel=1e-9, abs=1e-6)
            for value, total in found.items():
                assert total == pytest.approx(swept.amounts[value][row, column], rel=1e-3, abs=1e-6)


@pytest.mark.shared_data
@pytest.mark.parametrize("to", [False, True])
def test_an_isochrone_holds_the_places_within_its_minutes(router: Router, to: bool) -> None:
    places = places_of(router)
    limits = [600.0, 1200.0]
    reach = ReachGraph(router.graph).reach(places[3], to=to, limit=limits[-1])
    found = isochrones(reach, router.infrastructure, limits)
    ends = (places, places[3:4]) if to else (places[3:4], places)
    seconds = skim_places(router.graph, "time", *ends).amounts["time_s"].reshape(-1)
    for limit, area in zip(limits, found.areas, strict=True):
        assert shapely.is_valid(area)
        for place, second in zip(places, seconds, strict=True):
            if second <= limit:
                assert area.buffer(1e-7).covers(shapely.Point(place.lon, place.lat))
    assert 0 < (seconds <= limits[-1]).sum() < len(places)
    assert found.reached_m[0] < found.reached_m[1]
