"""Questions to the network over REST: the answers of the command line, its files, limits, waiting, and refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from answer_networks import PLANE, grid
from network_jobs import API, contents, ended, enter_accounts, result, run_jobs, uploaded
from region_files import RegionFiles, region_copy
from service_parts import client, somebody
from shapely import Point
from sqlalchemy import Engine
from test_route_commands import banned_road, document

from api.access.caller import ANONYMOUS
from api.jobs.catalogue import JOB_KINDS
from api.routes.kinds import QUESTION_KINDS
from geodata.versions.store import delete_version, list_versions, save_version
from supplychain.database import make_engine

READER = somebody("reader", name="ra")
QUESTIONS = ("routes", "skims", "isochrones", "catchments", "nearest", "chains")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Path:
    """Return a database with the shipped region, ``town`` (a grid) and ``banned``."""
    path = region_copy(region_files.real, tmp_path_factory.mktemp("questions"))
    engine = make_engine(str(path))
    save_version(engine, grid(8), name="town", kind="imported")
    save_version(engine, banned_road(), name="banned", kind="imported")
    enter_accounts(engine, READER)
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def engine(database: Path) -> Iterator[Engine]:
    made = make_engine(str(database))
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def asker(engine: Engine) -> Iterator[httpx.Client]:
    with client(engine, READER) as one:
        yield one


def spot(east_m: float, north_m: float, **more: str) -> dict[str, Any]:
    """Return a place of the small networks, as a position."""
    point = PLANE.to_degrees(Point(east_m, north_m))
    return {"lat": round(point.y, 7), "lon": round(point.x, 7), **more}


def said(place: dict[str, Any]) -> str:
    """Return the same place as a user of the command line writes it."""
    return f"{place['lat']:.7f},{place['lon']:.7f}"


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without the moment it was made."""
    return {name: value for name, value in answer.items() if name != "made_at"}


HERE, THERE, FAR = spot(0, 0), spot(700, 500), spot(300, 100)


def test_the_answer_to_a_route_is_that_of_the_command(
    engine: Engine, asker: httpx.Client, tmp_path: Path, database: Path
) -> None:
    body = {"origin": said(HERE), "destination": said(THERE), "network": "town", "alternatives": 2}
    found = result(asker, engine, tmp_path, "/routes", body)
    told = document("route", said(HERE), said(THERE), "--network", "town", "--alternatives", "2", database=database)
    assert plain(found["answer"]) == plain(told)
    assert found["left_out"] == {}
    assert any("Not counted" in note["en"] for note in found["notes"])


def test_a_ban_is_waited_for_over_rest_too(engine: Engine, asker: httpx.Client, tmp_path: Path, database: Path) -> None:
    ends = [spot(0, 0), spot(10_000, 0)]
    body = {"origin": ends[0], "destination": ends[1], "network": "banned", "depart": "2026-11-23 08:55"}
    found = result(asker, engine, tmp_path, "/routes", body)["answer"]
    told = document("route", *map(said, ends), "--network", "banned", "--depart", "2026-11-23 08:55", database=database)
    assert found["waits"] == told["waits"]
    assert found["waits"]


def test_the_answer_to_a_skim_is_that_of_the_command(
    engine: Engine, asker: httpx.Client, tmp_path: Path, database: Path
) -> None:
    """Places from a file that was sent, from a set, and one by one, are those of the same file beside the command."""
    rows = "id,lon,lat\na,{},{}\nb,{},{}\n".format(HERE["lon"], HERE["lat"], THERE["lon"], THERE["lat"])
    (tmp_path / "spots.csv").write_text(rows, encoding="utf-8")
    file_id = uploaded(asker, rows.encode(), "spots.csv")
    body = {"origins_file": file_id, "destinations": [{**FAR, "id": "c"}, {**HERE, "id": "d"}], "network": "town"}
    found = result(asker, engine, tmp_path, "/skims", {**body, "files": ["csv", "xlsx", "gpkg", "geojson"]})
    (tmp_path / "to.csv").write_text(
        f"id,lon,lat\nc,{FAR['lon']},{FAR['lat']}\nd,{HERE['lon']},{HERE['lat']}\n", encoding="utf-8"
    )
    files = (str(tmp_path / "spots.csv"), str(tmp_path / "to.csv"))
    told = document("skim", *files, "--network", "town", database=database)
    assert plain(found["answer"]) == plain(told)
    names = [file["name"] for file in found["files"]]
    assert names == ["skim.csv", "skim.provenance.csv", "skim.xlsx", "skim.gpkg", "skim.geojson"]
    table = contents(engine, found["files"][0]["file_id"]).decode()
    assert len(table.splitlines()) == 5
    collection = json.loads(contents(engine, found["files"][4]["file_id"]))
    assert collection["attribution"] == "© OpenStreetMap contributors, ODbL 1.0"


def test_a_result_that_would_be_huge_is_cut_and_told_and_whole_in_a_file(
    engine: Engine, asker: httpx.Client, tmp_path: Path
) -> None:
    """By hand: 72 × 72 pairs are 5,184; a result holds 5,000 rows."""
    places = [{**spot(10.0 * number, 0), "id": str(number)} for number in range(72)]
    found = result(asker, engine, tmp_path, "/skims", {"origins": places, "network": "town"})
    assert len(found["answer"]["pairs"]) == 5000
    assert found["left_out"] == {"pairs": 184}
    assert len(contents(engine, found["files"][0]["file_id"]).splitlines()) == 5185


def test_areas_nearest_and_catchments_are_those_of_the_commands(
    engine: Engine, asker: httpx.Client, tmp_path: Path, database: Path
) -> None:
    network = ("--network", "town")
    body = {"place": HERE, "minutes": [0.3, 0.6], "network": "town", "files": ["gpkg"], "crs": "EPSG:9210"}
    found = result(asker, engine, tmp_path, "/isochrones", body)
    told = document("isochrone", said(HERE), "--minutes", "0.3,0.6", *network, database=database)
    same = ("bands", "network_distance_m", "minutes", "buffer_m", "network")
    assert {name: found["answer"][name] for name in same} == {name: told[name] for name in same}
    assert any("150 m of every link" in note["en"] for note in found["notes"])
    named = [said(HERE), said(THERE)]
    found = result(
        asker, engine, tmp_path, "/nearest", {"places": [said(FAR)], "facilities": named, "count": 1, "network": "town"}
    )
    told = document("nearest", said(FAR), ";".join(named), "-k", "1", *network, database=database)
    assert plain(found["answer"]) == plain(told)
    found = result(
        asker, engine, tmp_path, "/catchments", {"gateways": named, "places": [said(FAR)], "network": "town"}
    )
    told = document("catchment", ";".join(named), "--places", said(FAR), *network, database=database)
    assert plain(found["answer"]) == plain(told)
    corner = [spot(-50, -50), spot(400, -50), spot(400, 400), spot(-50, 400), spot(-50, -50)]
    within = {"type": "Polygon", "coordinates": [[[one["lon"], one["lat"]] for one in corner]]}
    cut = result(asker, engine, tmp_path, "/catchments", {"gateways": named, "network": "town", "within": within})
    assert sum(row["area_km2"] for row in cut["answer"]["gateways"]) <= 0.45**2 * 1.001


def test_chains_are_those_of_the_command(engine: Engine, asker: httpx.Client, tmp_path: Path, database: Path) -> None:
    found = result(asker, engine, tmp_path, "/chains", {"origin": "vsip_1", "destination": "cat_lai"})
    told = document("chains", "vsip_1", "cat_lai", database=database)
    assert plain(found["answer"]) == plain(told)
    assert "the largest of KCN VSIP I" in found["notes"][0]["en"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/routes", {"origin": "1", "destination": "2", "network": "nowhere"}, 404),
        ("/routes", {"origin": "1", "destination": "2", "profile": "bicycle"}, 422),
        ("/routes", {"origin": "1", "destination": "2", "depart": "soon"}, 422),
        ("/routes", {"origin": "1", "destination": "2", "depart": "2026-13-01 07:00"}, 422),
        ("/routes", {"origin": "1", "destination": "2", "depart": "2026-11-23 07:00", "alternatives": 1}, 422),
        ("/routes", {"origin": {"lat": 91, "lon": 0}, "destination": "2"}, 422),
        ("/skims", {"network": "town"}, 422),
        ("/skims", {"origins": ["parks"] * 5001}, 422),
        ("/skims", {"origins_file": "file_" + "a" * 20}, 404),
        ("/isochrones", {"place": "1", "minutes": [241]}, 422),
        ("/isochrones", {"place": "1", "minutes": []}, 422),
        ("/catchments", {"gateways": ["parks"], "within": {"type": "Polygon", "coordinates": [[[0, 0]]]}}, 422),
        ("/nearest", {"places": ["parks"]}, 422),
        ("/chains", {"origin": "vsip_1", "destination": "cat_lai", "legs": 9}, 422),
        ("/chains", {"origin": "vsip_1", "destination": "cat_lai", "files": ["csv", "csv"]}, 422),
    ],
)
def test_what_is_wrong_in_a_question_is_refused_at_once(
    asker: httpx.Client, path: str, body: dict[str, Any], status: int
) -> None:
    found = asker.post(API + path, json=body)
    assert found.status_code == status, found.text
    assert found.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/routes", {"origin": "/etc/passwd.csv", "destination": said(HERE)}, "no place /etc/passwd.csv"),
        ("/skims", {"origins": ["/etc/x.csv"]}, "no place /etc/x.csv"),
        ("/skims", {"origins": ["../secrets.csv", said(HERE)]}, "no place ../secrets.csv"),
        ("/routes", {"origin": {"lat": 106.7, "lon": 10.9}, "destination": said(HERE)}, None),
        ("/routes", {"origin": {"lat": 20, "lon": 106.7}, "destination": said(HERE)}, "m from"),
        ("/chains", {"origin": "vsip_1", "destination": "vsip_1"}, "name two places"),
    ],
)
def test_what_only_the_network_can_tell_fails_the_job_with_one_sentence(
    engine: Engine, asker: httpx.Client, tmp_path: Path, path: str, body: dict[str, Any], told: str | None
) -> None:
    """No text ever names a file of the server to read."""
    if told is None:
        assert asker.post(API + path, json=body).status_code == 422
        return
    network = {} if path == "/chains" else {"network": "town"}
    job = ended(asker, engine, tmp_path, path, {**body, **network})
    assert job["state"] == "failed"
    assert job["error"]["code"] == "invalid"
    assert told in job["error"]["detail"]


def test_files_of_the_server_are_no_networks(engine: Engine, asker: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "town.gpkg").write_bytes(b"SQLite format 3\0")
    for name in (str(tmp_path / "town.gpkg"), "city.osm.pbf"):
        body = {"origin": said(HERE), "destination": said(THERE), "network": name}
        assert asker.post(f"{API}/routes", json=body).status_code in {404, 422}
    assert list_versions(engine)


@pytest.mark.parametrize(
    ("path", "body", "priority"),
    [
        ("/routes", {"origin": "1,106", "destination": "2,106"}, 2),
        ("/isochrones", {"place": "1,106", "minutes": [60]}, 2),
        ("/isochrones", {"place": "1,106", "minutes": [5, 61]}, 3),
        ("/skims", {"origins": ["1,106"] * 20}, 2),
        ("/skims", {"origins": ["1,106"] * 21}, 3),
        ("/skims", {"origins": ["terminals:seaport"]}, 3),
        ("/nearest", {"places": ["1,106"], "facilities": ["2,106"]}, 2),
        ("/nearest", {"places": ["1,106"], "facilities": ["parks"]}, 3),
        ("/catchments", {"gateways": ["1,106"]}, 3),
    ],
)
def test_small_questions_go_before_long_work(
    asker: httpx.Client, path: str, body: dict[str, Any], priority: int
) -> None:
    asked = asker.post(API + path, json=body)
    assert asked.json()["priority"] == priority, asked.text
    assert asker.post(f"{API}/jobs/{asked.json()['job_id']}/cancel").status_code == 202


def test_latest_is_what_it_was_when_asked(engine: Engine, asker: httpx.Client, tmp_path: Path) -> None:
    asked = asker.post(f"{API}/routes", json={"origin": said(HERE), "destination": said(THERE)})
    later = save_version(engine, banned_road(), name="later", kind="imported")
    run_jobs(engine, tmp_path)
    found = asker.get(f"{API}/jobs/{asked.json()['job_id']}/result").json()
    delete_version(engine, later)
    assert found["answer"]["network"] == "banned"


def test_vehicles_are_listed_and_every_kind_of_question_is_known(asker: httpx.Client) -> None:
    profiles = {one["profile_id"]: one for one in asker.get(f"{API}/vehicle-profiles").json()["items"]}
    assert profiles["van"]["mode"] == "road"
    assert {kind.name for kind in QUESTION_KINDS} <= set(JOB_KINDS)


def test_anonymous_people_ask_no_questions(sqlite_engine: Engine) -> None:
    with client(sqlite_engine, ANONYMOUS) as anybody:
        for path in QUESTIONS:
            assert anybody.post(f"{API}/{path}", json={}).status_code in {401, 422}
        assert anybody.post(f"{API}/routes", json={"origin": "1", "destination": "2"}).status_code == 401
        assert anybody.get(f"{API}/vehicle-profiles").status_code == 200


@pytest.mark.postgis
def test_questions_are_answered_alike_on_postgis(
    postgis_registry: Engine, tmp_path: Path, engine: Engine, asker: httpx.Client
) -> None:
    for stored in list_versions(postgis_registry):
        delete_version(postgis_registry, stored.version_id)
    save_version(postgis_registry, grid(8), name="town", kind="imported")
    enter_accounts(postgis_registry, READER)
    with client(postgis_registry, READER) as one:
        body = {"origin": HERE, "destination": THERE, "network": "town"}
        found = result(one, postgis_registry, tmp_path, "/routes", body)
    assert plain(found["answer"]) == plain(result(asker, engine, tmp_path, "/routes", body)["answer"])
    for stored in list_versions(postgis_registry):
        delete_version(postgis_registry, stored.version_id)
