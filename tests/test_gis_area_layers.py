"""Areas that jobs drew, as layers of whoever may see the job: the same figures, and to others no such thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely
from answer_networks import PLANE, grid
from network_jobs import API, ended, enter_accounts
from service_parts import client, somebody
from shapely import Point
from sqlalchemy import Engine, update

from api.access.caller import ANONYMOUS, Caller
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking, open_collection
from api.gis.kept_layers import SHELF
from api.jobs.tables import JOB_FILES, JOBS
from api.service.problems import ServiceError
from geodata.answers.areas import area_km2
from geodata.features.source import ALL, Source
from geodata.features.table import Box
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions.store import save_version
from supplychain.database import for_writing, make_engine

LAN, MINH, CHIEF = somebody("reader", name="lan"), somebody("reader", name="minh"), somebody("administrator", name="c")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Engine]:
    """Return a database with the network ``town``: a grid of streets."""
    path = tmp_path_factory.mktemp("areas") / "hinterland.gpkg"
    path.write_bytes(sqlite_template.read_bytes())
    made = make_engine(str(path))
    town: Infrastructure = grid(8)
    save_version(made, town, name="town", kind="imported")
    enter_accounts(made, LAN, MINH, CHIEF)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def asker(engine: Engine) -> Iterator[httpx.Client]:
    with client(engine, LAN) as one:
        yield one


@pytest.fixture(scope="module")
def isochrone(asker: httpx.Client, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    body = {"place": spot(0, 0), "minutes": [0.3, 0.6], "network": "town"}
    return ended(asker, engine, tmp_path_factory.mktemp("jobs"), "/isochrones", body)


def spot(east_m: float, north_m: float, **more: str) -> dict[str, Any]:
    point = PLANE.to_degrees(Point(east_m, north_m))
    return {"lat": round(point.y, 7), "lon": round(point.x, 7), **more}


def opened(engine: Engine, name: str, caller: Caller = LAN, **given: str) -> Source:
    return open_collection(COLLECTIONS, Asking(engine, caller), name, given).source


def refused(engine: Engine, name: str, caller: Caller, **given: str) -> tuple[str, str]:
    with pytest.raises(ServiceError) as error:
        opened(engine, name, caller, **given)
    sentence = error.value.text.en
    for word in (*given.values(), name):
        sentence = sentence.replace(word, "…")
    return error.value.code, sentence


def test_isochrones_are_those_the_job_told(engine: Engine, asker: httpx.Client, isochrone: dict[str, Any]) -> None:
    """Larger areas first, each holding the smaller; their geodesic areas are the figures of the job."""
    answer = asker.get(f"{API}/jobs/{isochrone['job_id']}/result").json()["answer"]
    SHELF.clear()
    source = opened(engine, f"isochrones.{isochrone['job_id']}")
    table = source.read(ALL, None, 10).table
    assert table.ids.to_pylist() == ["0.6", "0.3"]
    bands = {band["band"]: band for band in answer["bands"]}
    large, small = table.shapes.to_shapely()
    for shape, row in zip((large, small), table.columns.to_pylist(), strict=True):
        assert row["area_km2"] == pytest.approx(bands[row["band"]]["area_km2"])
        assert area_km2(shape) == pytest.approx(row["area_km2"], rel=1e-6)
        assert (row["limit_min"], row["direction"]) == (float(row["band"]), "from")
        assert row["place"] == answer["place"]
    assert shapely.area(shapely.difference(small, large)) < 1e-9
    assert isochrone["job_id"] in source.origin.source.en
    assert "town" in source.origin.source.vi
    here = spot(0, 0)
    assert source.count(ALL) == 2
    near = Box(here["lon"], here["lat"], here["lon"] + 1e-5, here["lat"] + 1e-5)
    assert [row["band"] for row in source.read(type(ALL)(near), None, 9).table.columns.to_pylist()] == ["0.6", "0.3"]


def test_catchments_are_those_the_job_told(engine: Engine, asker: httpx.Client, tmp_path: Path) -> None:
    """Two gateways at opposite corners share the grid; areas do not overlap and add up to what the job told."""
    gateways = [spot(0, 0, id="a"), spot(700, 700, id="b")]
    job = ended(asker, engine, tmp_path, "/catchments", {"gateways": gateways, "network": "town"})
    answer = asker.get(f"{API}/jobs/{job['job_id']}/result").json()["answer"]
    table = opened(engine, "catchments", job=job["job_id"]).read(ALL, None, 10).table
    told = {row["gateway_id"]: row for row in answer["gateways"]}
    assert table.ids.to_pylist() == list(told)
    for row in table.columns.to_pylist():
        assert row["area_km2"] == pytest.approx(told[row["gateway_id"]]["area_km2"])
        assert row["road_km"] == pytest.approx(told[row["gateway_id"]]["road_km"])
        assert (row["places"], row["objective"]) == (0, "time")
    one, other = table.shapes.to_shapely()
    assert shapely.area(shapely.intersection(one, other)) < 1e-9


def test_areas_are_only_listed_by_their_jobs(engine: Engine, isochrone: dict[str, Any]) -> None:
    collection = COLLECTIONS["isochrones"]
    assert collection.is_named_only
    assert [one.keys for one in collection.instances(Asking(engine, LAN))] == [(isochrone["job_id"],)]
    assert [one.keys for one in collection.instances(Asking(engine, CHIEF))] == [(isochrone["job_id"],)]
    assert list(collection.instances(Asking(engine, MINH))) == []
    assert refused(engine, "isochrones", LAN) == refused(engine, "isochronez", LAN)


def test_jobs_of_others_are_answered_as_those_that_are_not_there(engine: Engine, isochrone: dict[str, Any]) -> None:
    """Also while the layer is in memory; a job of another kind is no isochrone to its owner either."""
    job_id = isochrone["job_id"]
    opened(engine, f"isochrones.{job_id}")
    hidden = refused(engine, "isochrones", MINH, job=job_id)
    assert hidden == refused(engine, "isochrones", MINH, job="job_aaaaaaaaaaaaaaaaaaaa")
    assert hidden == refused(engine, "catchments", LAN, job=job_id)
    assert hidden[0] == "not_found"
    assert opened(engine, "isochrones", CHIEF, job=job_id).count() == 2
    anonymous = refused(engine, "isochrones", ANONYMOUS, job=job_id)
    assert anonymous == refused(engine, "isochronez", ANONYMOUS, job=job_id)


def test_a_job_without_areas_is_refused_with_what_to_do(
    engine: Engine, asker: httpx.Client, tmp_path: Path, isochrone: dict[str, Any]
) -> None:
    body = {"place": spot(0, 0), "minutes": [0.3], "network": "town"}
    waiting = asker.post(f"{API}/isochrones", json=body).json()["job_id"]
    with pytest.raises(ServiceError, match="is queued; its areas are there once it is done"):
        opened(engine, "isochrones", job=waiting)
    with for_writing(engine).begin() as connection:
        connection.execute(update(JOBS).where(JOBS.c.job_id == waiting).values(state="cancelled"))
    old = ended(asker, engine, tmp_path, "/isochrones", body)["job_id"]
    with for_writing(engine).begin() as connection:
        connection.execute(update(JOB_FILES).where(JOB_FILES.c.job_id == old).values(name="other.geojson"))
    with pytest.raises(ServiceError, match="kept no areas"):
        opened(engine, "isochrones", job=old)
    assert [one.keys for one in COLLECTIONS["isochrones"].instances(Asking(engine, LAN))] == [(isochrone["job_id"],)]
