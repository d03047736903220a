"""Questions to the network on the command line: a real database, real files, answers by hand, and every refusal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from answer_networks import PLANE, grid, roads
from demo_run import hinterland
from osm_files import place, with_detour
from region_files import RegionFiles, region_copy
from typer.testing import CliRunner

import api.cli
from api.regions import check_region, region_folder
from api.routes.answer import MOST_ROWS, Answer, write_answer
from geodata.gis.write import write_layers
from geodata.infrastructure.build import make_conditions
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.weekly import Schedules
from geodata.joining.join import join_pack
from geodata.routing.snapping import Snapper
from geodata.versions.store import save_version
from supplychain.database import open_database
from supplychain.errors import HinterlandError

COMMANDS = ("route", "skim", "isochrone", "catchment", "nearest", "chains")
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"


def banned_road() -> Infrastructure:
    """Return two ways of primary road from west to east: 10 km banned 6-9 h on weekdays, and 40 km by the north."""
    nodes = {"a": (0.0, 0.0), "b": (1000.0, 0.0), "c": (9000.0, 0.0), "d": (10_000.0, 0.0)}
    links: list[dict[str, Any]] = [{"ends": "ab"}, {"ends": "bc"}, {"ends": "cd"}]
    links.append({"ends": "bc", "via": [(1000.0, 15_000.0), (9000.0, 15_000.0)]})
    schedules = Schedules(
        np.array(["Mo-Fr 06:00-09:00"], dtype=np.object_),
        np.array([0, 5]),
        np.array([day * 1440 + 360 for day in range(5)]),
        np.array([day * 1440 + 540 for day in range(5)]),
    )
    conditions = make_conditions(link_index=np.array([1], dtype=np.int32), schedule=np.array([0], dtype=np.int32))
    return roads(nodes, links, conditions, schedules)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Path:
    """Return a database with the shipped region, ``town`` (a grid), ``banned``, and ``joined``: town and region."""
    path = region_copy(region_files.real, tmp_path_factory.mktemp("routes"))
    engine = open_database(str(path))
    save_version(engine, grid(8), name="town", kind="imported")
    save_version(engine, banned_road(), name="banned", kind="imported")
    joined = join_pack(grid(8), check_region(region_folder("binh_duong"))).infrastructure
    save_version(engine, joined, name="joined", kind="joined")
    engine.dispose()
    return path


def at(east_m: float, north_m: float) -> str:
    """Return a place of the small networks as a user writes it."""
    point = PLANE.to_degrees(shapely.Point(east_m, north_m))
    return f"{point.y:.7f},{point.x:.7f}"


def ask(*arguments: str, database: Path) -> str:
    """Return what a command that ends well prints, in English."""
    done = CliRunner().invoke(api.cli.app, [*arguments, "-d", str(database), "--lang", "en"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def document(*arguments: str, database: Path) -> dict[str, Any]:
    """Return the JSON document of a command."""
    found: dict[str, Any] = json.loads(ask(*arguments, "--json", database=database))
    return found


def refusal(*arguments: str, database: Path) -> tuple[str, str]:
    """Return the sentence of a refusal in both languages."""
    done = CliRunner().invoke(api.cli.app, [*arguments, "-d", str(database)])
    assert isinstance(done.exception, HinterlandError), (done.exception, done.output)
    return done.exception.sentence("en"), done.exception.sentence("vi")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_in_both_languages(command: str) -> None:
    done = CliRunner().invoke(api.cli.app, [command, "--help"], catch_exceptions=False)
    assert done.exit_code == 0
    assert " · " in done.stdout
    assert "--lang" in done.stdout


def test_a_route_by_hand(database: Path) -> None:
    """10 km; without a departure no ban applies; the itinerary sums to the whole."""
    found = document("route", at(0, 0), at(10_000, 0), "--network", "banned", "--profile", "van", database=database)
    (route,) = found["routes"]
    assert route["distance_km"] == pytest.approx(10.0, rel=1e-4)
    assert route["waiting_min"] == 0.0
    assert sum(leg["distance_km"] for leg in found["itinerary"]) == pytest.approx(route["distance_km"])
    assert sum(leg["time_min"] for leg in found["itinerary"]) == pytest.approx(route["time_min"])
    assert found["attribution"] == ATTRIBUTION
    assert found["network"] == "banned"
    assert len(found["network_sha256"]) == 64


def test_a_banned_road_is_waited_for_or_gone_round(database: Path) -> None:
    """At 06:30 the ban lasts 150 min more: round by the north. At 08:50 it lasts 10 min: waiting is sooner."""
    ends = (at(0, 0), at(10_000, 0), "--network", "banned", "--profile", "van", "--depart")
    free, early, late, sunday = (
        document("route", *ends, depart, database=database)
        for depart in ("2026-11-23 05:00", "2026-11-23 06:30", "2026-11-23 08:50", "2026-11-22 06:30")
    )
    assert free["routes"][0]["distance_km"] == pytest.approx(10.0, rel=1e-4)
    assert sunday["routes"][0]["distance_km"] == pytest.approx(10.0, rel=1e-4)
    assert early["routes"][0]["distance_km"] == pytest.approx(40.0, rel=1e-3)
    assert early["waits"] == []
    assert late["routes"][0]["distance_km"] == pytest.approx(10.0, rel=1e-4)
    (wait,) = late["waits"]
    assert 8.0 < wait["wait_min"] < 10.0
    assert wait["link_id"] == "l1"
    assert late["routes"][0]["waiting_min"] == wait["wait_min"]
    told = ask("route", *ends, "2026-11-23 08:50", database=database)
    assert "Wait " in told
    assert "Arrival" in told
    assert ATTRIBUTION in told


def test_a_route_that_must_arrive_sets_out_as_late_as_it_can(database: Path) -> None:
    ends = (at(0, 0), at(10_000, 0), "--network", "banned", "--profile", "van")
    found = document("route", *ends, "--arrive", "2026-11-22 12:00", database=database)
    (route,) = found["routes"]
    assert route["arrive"] <= "2026-11-22 12:00:00"
    assert route["arrive"] > "2026-11-22 11:59:57"


def test_other_ways_are_told_beside_the_best(database: Path) -> None:
    """Across the town: each alternative is a route of its own, none quicker than the best."""
    ends = (at(0, 0), at(7000, 7000), "--network", "town", "--profile", "van", "--alternatives", "3")
    found = document("route", *ends, database=database)
    minutes = [route["time_min"] for route in found["routes"]]
    assert 2 <= len(minutes) <= 4
    assert minutes == sorted(minutes)
    assert found["routes"][0]["more_min"] == 0.0
    assert {leg["rank"] for leg in found["itinerary"]} == set(range(1, len(minutes) + 1))
    alone = document("route", *ends[:-2], database=database)
    assert alone["routes"][0] == found["routes"][0]
    told = ask("route", *ends, database=database)
    assert "Alternatives" in told


def test_route_files_hold_lines_styles_and_the_source(database: Path, tmp_path: Path) -> None:
    ends = (at(0, 0), at(10_000, 0), "--network", "banned", "--depart", "2026-11-23 08:50")
    ask("route", *ends, "--out", str(tmp_path / "r.gpkg"), "--crs", "EPSG:9210", database=database)
    names = {name for name, _ in pyogrio.list_layers(tmp_path / "r.gpkg")}
    assert {"routes", "itinerary", "ends", "waits", "provenance", "layer_styles"} <= names
    lines = gpd.read_file(tmp_path / "r.gpkg", layer="routes")
    assert lines.crs.to_epsg() == 9210
    assert lines.to_crs(4326).geometry.iloc[0].length > 0
    with closing(sqlite3.connect(tmp_path / "r.gpkg")) as connection:
        told = dict(connection.execute("select item, value from provenance"))
        styled = {row[0] for row in connection.execute("select f_table_name from layer_styles")}
    assert told["attribution"] == ATTRIBUTION
    assert told["depart"] == "2026-11-23 08:50"
    assert "routes" in styled
    ask("route", *ends, "--out", str(tmp_path / "r.geojson"), database=database)
    collection = json.loads((tmp_path / "r.geojson").read_text(encoding="utf-8"))
    assert collection["attribution"] == ATTRIBUTION
    kinds = {feature["properties"]["layer"] for feature in collection["features"]}
    assert kinds == {"routes", "itinerary", "ends", "waits"}
    legs = [
        shapely.geometry.shape(one["geometry"])
        for one in collection["features"]
        if one["properties"]["layer"] == "itinerary"
    ]
    whole = [
        shapely.geometry.shape(one["geometry"])
        for one in collection["features"]
        if one["properties"]["layer"] == "routes"
    ]
    assert sum(leg.length for leg in legs) == pytest.approx(whole[0].length, rel=1e-9)


def test_places_are_found_by_id_and_by_name(database: Path) -> None:
    by_id = document("route", "vsip_1", "dong_an_1", "--network", "town", "--profile", "van", database=database)
    by_name = document("route", "kcn vsip i", "dong an 1", "--network", "town", "--profile", "van", database=database)
    assert by_id["routes"] == by_name["routes"]
    assert (by_id["origin"], by_id["destination"]) == ("vsip_1", "dong_an_1")
    assert "Bình Dương" in by_id["attribution"]


def test_a_network_is_read_from_an_exported_file(database: Path, tmp_path: Path) -> None:
    write_layers(banned_road(), tmp_path / "net.gpkg")
    ends = (at(0, 0), at(10_000, 0), "--profile", "van")
    stored = document("route", *ends, "--network", "banned", database=database)
    filed = document("route", *ends, "--network", str(tmp_path / "net.gpkg"), database=tmp_path / "none.gpkg")
    assert filed["routes"] == stored["routes"]


def test_an_openstreetmap_file_answers_without_a_database(tmp_path: Path) -> None:
    """No lorries from 06:00 to 09:00 on 1 km straight on: 2 km in all, or 2.41 km by the detour at 07:00."""
    tags = {"highway": "secondary", "hgv:conditional": "no @ (06:00-09:00)"}
    file = with_detour(tags).write(tmp_path / "town.osm.pbf")
    west, east = (",".join(str(value) for value in reversed(place(metres, 0))) for metres in (-500, 1500))
    ends = (west, east, "--network", str(file), "--profile", "rigid_10t")
    night = document("route", *ends, "--depart", "2026-11-23 05:00", database=tmp_path / "none.gpkg")
    morning = document("route", *ends, "--depart", "2026-11-23 07:00", database=tmp_path / "none.gpkg")
    assert night["routes"][0]["distance_km"] == pytest.approx(2.0, rel=0.01)
    assert morning["routes"][0]["distance_km"] == pytest.approx(2.41, rel=0.01)
    table = document(
        "skim", f"{west};{east}", *ends[2:], "--depart", "2026-11-23 07:00", database=tmp_path / "none.gpkg"
    )
    assert sorted(pair["distance_km"] for pair in table["pairs"]) == pytest.approx([0, 0, 2.41, 2.41], rel=0.01)
    assert "OpenStreetMap" in morning["attribution"]
    assert not (tmp_path / "none.gpkg").exists()
    (tmp_path / "cut.osm.pbf").write_bytes(file.read_bytes()[:-40])
    english, _ = refusal(
        *("route", west, east, "--network", str(tmp_path / "cut.osm.pbf")), database=tmp_path / "none.gpkg"
    )
    assert "cut.osm.pbf" in english


def test_a_skim_by_file_and_set(database: Path, tmp_path: Path) -> None:
    """Two places 10 km apart, a third far away: nothing blank, nothing 0 but from a place to itself."""
    places = tmp_path / "places.csv"
    rows = [
        f"{name},{at(east, 0).split(',')[1]},{at(east, 0).split(',')[0]}" for name, east in (("w", 0), ("e", 10_000))
    ]
    places.write_text("\n".join(["id,lon,lat", *rows, "far,108.2,16.05"]), encoding="utf-8")
    out = tmp_path / "folder"
    ask("skim", str(places), "--network", "banned", "--profile", "van", "--out", str(out), database=database)
    table = pd.read_csv(out / "skim.csv", keep_default_na=True)
    assert len(table) == 9
    reached = table[table["status"] == "reached"].set_index(["origin_id", "destination_id"])
    assert set(reached.index) == {("w", "w"), ("w", "e"), ("e", "w"), ("e", "e")}
    assert reached.loc[("w", "e"), "distance_km"] == pytest.approx(10.0, rel=1e-4)
    assert reached.loc[("w", "w"), "time_min"] == 0.0
    cut = table[table["status"] == "unreachable"]
    assert cut["time_min"].isna().all()
    assert cut["reason_en"].str.contains("farther than the reach").all()
    wide = pd.read_csv(out / "distance_km.csv", index_col="origin_id")
    assert wide.loc["far", "w"] == wide.loc["w", "far"] == "unreachable"
    assert float(wide.loc["e", "w"]) == pytest.approx(10.0, rel=1e-4)
    told = pd.read_csv(out / "provenance.csv").set_index("item")["value"]
    assert told["attribution"] == ATTRIBUTION
    ask("skim", str(places), "--network", "banned", "--out", str(tmp_path / "s.xlsx"), database=database)
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", read_only=True)
    assert {"skim", "time_min", "distance_km", "cost", "co2e_kg", "provenance"} <= set(book.sheetnames)
    explained = {row[1]: row[3] for row in book["columns"].iter_rows(values_only=True)}
    assert explained["time_min"] == "Time, min"
    ask("skim", str(places), "--network", "banned", "--out", str(tmp_path / "s.csv"), database=database)
    assert (tmp_path / "s.provenance.csv").exists()
    ask("skim", str(places), "--network", "banned", "--out", str(tmp_path / "s.gpkg"), database=database)
    lines = gpd.read_file(tmp_path / "s.gpkg", layer="desire_lines")
    assert len(lines) == 9


def test_many_places_on_roads_cut_off_are_told_in_few_lines(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"p{number},{','.join(reversed(at(100 * number, 0).split(',')))}" for number in range(40)]
    (tmp_path / "places.csv").write_text("\n".join(["id,lon,lat", *rows]), encoding="utf-8")
    snap = Snapper.snap
    monkeypatch.setattr(Snapper, "snap", lambda *given, **named: replace(snap(*given, **named), skipped_m=3.0))
    given = ["nearest", str(tmp_path / "places.csv"), HERE, "--network", "banned", "--profile", "van"]
    done = CliRunner().invoke(api.cli.app, [*given, "-d", str(database), "--lang", "en"], catch_exceptions=False)
    told = " ".join(done.output.split())
    assert told.count("is cut off from the network") == 6
    assert "35 more places are tied" in told


def test_a_large_skim_is_prepared_once_and_kept(database: Path, tmp_path: Path) -> None:
    """210 places are worked out from a hierarchy that is kept; 5 of them, swept one by one, give the same."""
    rng = np.random.default_rng(5)
    rows = []
    for one in range(210):
        lat, lon = at(*rng.uniform(0, 7000, 2)).split(",")
        rows.append(f"p{one},{lon},{lat}")
    (tmp_path / "many.csv").write_text("\n".join(["id,lon,lat", *rows]), encoding="utf-8")
    (tmp_path / "few.csv").write_text("\n".join(["id,lon,lat", *rows[:5]]), encoding="utf-8")

    def skim(file: str) -> pd.DataFrame:
        out = tmp_path / f"{file}.out.csv"
        question = ("skim", str(tmp_path / file), "--network", "town", "--profile", "van")
        ask(*question, "--out", str(out), "--show", "0", database=database)
        return pd.read_csv(out).set_index(["origin_id", "destination_id"])

    many, few = skim("many.csv"), skim("few.csv")
    assert len(many) == 210**2
    columns = ["time_min", "distance_km", "cost", "co2e_kg"]
    assert many.loc[few.index, columns].to_numpy() == pytest.approx(few[columns].to_numpy(), rel=1e-9, abs=1e-9)
    (kept,) = Path(f"{database}.cache").glob("*/hierarchy-time-*.columns")
    before = kept.read_bytes()
    kept.write_bytes(before[: len(before) // 2])
    assert skim("many.csv").equals(many)
    assert len(kept.read_bytes()) == len(before)
    graphs = list(Path(f"{database}.cache").glob("*/graph-*.columns"))
    assert graphs
    for file in graphs:
        file.write_bytes(b"spoiled")
    assert skim("few.csv").equals(few)


@pytest.mark.parametrize("command", ["skim", "nearest"])
def test_more_pairs_than_are_held_at_once_are_refused(database: Path, tmp_path: Path, command: str) -> None:
    """2,001 × 2,001 places are 4,004,001 pairs, more than 4,000,000."""
    file = tmp_path / "places.csv"
    lat, lon = at(3500, 3500).split(",")
    file.write_text("\n".join(["id,lon,lat", *(f"p{one},{lon},{lat}" for one in range(2001))]), encoding="utf-8")
    english, _ = refusal(command, str(file), str(file), "--network", "town", "--profile", "van", database=database)
    assert "2001 origins × 2001 destinations are more pairs" in english


def test_isochrones_that_grow_no_more_are_told(database: Path) -> None:
    """The town, 7 km wide, is reached in an hour from its middle; two hours add nothing."""
    question = ("isochrone", at(3500, 3500), "--network", "town", "--profile", "van", "--minutes", "1,60,120")
    done = CliRunner().invoke(api.cli.app, [*question, "-d", str(database), "--lang", "en"])
    assert "Nothing more is reached after 60 min, up to 120 min" in " ".join(done.output.split())


def test_isochrones_are_nested_layers(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "iso.gpkg"
    arguments = ("isochrone", at(3500, 3500), "--network", "town", "--profile", "van", "--minutes", "2,6,4")
    found = document(*arguments, "--out", str(out), database=database)
    assert [band["limit_min"] for band in found["bands"]] == [2.0, 4.0, 6.0]
    assert [band["area_km2"] for band in found["bands"]] == sorted(band["area_km2"] for band in found["bands"])
    areas = gpd.read_file(out, layer="isochrones")
    assert areas.geometry.is_valid.all()
    assert areas["limit_min"].tolist() == [6.0, 4.0, 2.0]
    links = gpd.read_file(out, layer="reached_links")
    km = links.groupby("limit_min")["length_m"].sum().cumsum() / 1000.0
    assert km.tolist() == pytest.approx([band["reached_km"] for band in found["bands"]])
    back = document(*arguments, "--to", database=database)
    assert back["direction"] == "to"
    assert back["bands"] != found["bands"]


def test_an_isochrone_at_a_banned_hour_stops_at_the_ban(database: Path) -> None:
    """From the west end 5 min of free road; in the ban the direct link is closed and only the long way is open."""
    arguments = ("isochrone", at(0, 0), "--network", "banned", "--profile", "van", "--minutes", "9")
    free = document(*arguments, "--depart", "2026-11-22 06:30", database=database)
    banned = document(*arguments, "--depart", "2026-11-23 06:30", database=database)
    assert free["bands"][0]["reached_km"] > 1.4 * banned["bands"][0]["reached_km"]


def test_catchments_share_the_town(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.gpkg"
    gates = f"{at(0, 0)};{at(7000, 7000)}"
    arguments = ("catchment", gates, "--network", "town", "--profile", "van", "--places", "vsip_1;dong_an_1")
    found = document(*arguments, "--out", str(out), database=database)
    west, east = found["gateways"]
    assert min(west["area_km2"], east["area_km2"], west["road_km"], east["road_km"]) > 0
    places = {row["place_id"]: row for row in found["places"]}
    assert set(places) == {"vsip_1", "dong_an_1"}
    for row in places.values():
        assert row["second_time_min"] - row["time_min"] == pytest.approx(row["margin_time_min"])
        assert row["margin_time_min"] >= 0
    areas = gpd.read_file(out, layer="catchments")
    assert areas.geometry.is_valid.all()
    shared = areas.geometry.iloc[0].intersection(areas.geometry.iloc[1])
    assert shared.area == pytest.approx(0.0, abs=1e-12)
    assert {"road_points", "gateways", "places", "places_served"} <= {name for name, _ in pyogrio.list_layers(out)}
    # Cut to a square that holds only the south-west corner.
    square = PLANE.to_degrees(shapely.box(-500, -500, 1500, 1500))
    gpd.GeoDataFrame(geometry=[square], crs=4326).to_file(tmp_path / "zone.geojson")
    cut = document(*arguments, "--within", str(tmp_path / "zone.geojson"), database=database)
    assert cut["gateways"][0]["area_km2"] == pytest.approx(4.0, rel=0.01)
    assert cut["gateways"][1]["area_km2"] == 0.0


def test_the_nearest_facilities_come_first_both_ways(database: Path) -> None:
    arguments = ("vsip_1", "viet_huong_park;dong_an_1;vsip_1", "--network", "town", "--profile", "van", "-k", "2")
    found = document("nearest", *arguments, database=database)
    assert [row["rank"] for row in found["nearest"]] == [1, 2]
    assert found["nearest"][0]["facility_id"] == "vsip_1"
    assert found["nearest"][0]["time_min"] == 0.0
    back = document("nearest", *arguments, "--from-facilities", database=database)
    assert back["direction"] == "from facilities"
    assert [row["rank"] for row in back["nearest"]] == [1, 2]


def test_chains_tell_modes_legs_and_the_difference_to_the_best(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "chains.gpkg"
    arguments = ("chains", "vsip_1", "tcit", "--class", "furniture:container")
    found = document(*arguments, "--out", str(out), database=database)
    names = [row["mode_chain"] for row in found["chains"]]
    assert names[0] == "road>inland_waterway"
    assert {"road", "road>rail>road"} <= set(names)
    costs = [row["generalised_cost_per_t"] for row in found["chains"]]
    assert costs == sorted(costs)
    assert found["chains"][0]["generalised_cost_more_per_t"] == 0.0
    assert not found["chains"][0]["beaten"]
    for row in found["chains"]:
        legs = [leg for leg in found["legs"] if leg["rank"] == row["rank"]]
        assert sum(leg["price_per_t"] for leg in legs) == pytest.approx(row["price_per_t"])
        assert sum(leg["time_h"] for leg in legs) == pytest.approx(row["time_h"])
    legs = gpd.read_file(out, layer="chain_legs")
    assert set(legs["mode"]) <= {"road", "rail", "inland_waterway"}
    told = ask("chains", "KCN VSIP I", "cat lai", database=database)
    assert "the largest of KCN VSIP I" in told
    assert "Road > Inland waterway" in told


def test_chains_on_a_joined_network_are_nearly_those_of_the_corridors(database: Path) -> None:
    """The made-up town adds streets around VSIP I; from Bàu Bàng to Cát Lái they change little."""
    arguments = ("chains", "bau_bang", "cat_lai", "--class", "furniture:container")
    own = document(*arguments, database=database)
    stored = document(*arguments, "--network", "joined", database=database)
    assert stored["network"] == "joined"
    assert ATTRIBUTION in stored["attribution"]
    costs, others = (
        {row["mode_chain"]: row["generalised_cost_per_t"] for row in found["chains"]} for found in (own, stored)
    )
    assert others == pytest.approx(costs, rel=0.05)


def test_one_question_as_a_user_starts_it(database: Path, tmp_path: Path) -> None:
    """The real command in a real process: an answer on standard output, a refusal in one sentence and status 2."""
    ends = [at(0, 0), at(10_000, 0)]
    done = hinterland("route", *ends, "--network", "banned", "-d", str(database), "--lang", "vi", "--profile", "van")
    assert done.returncode == 0, done.stderr
    assert "Lộ trình" in done.stdout
    assert "Nguồn dữ liệu: © OpenStreetMap contributors" in done.stdout
    swapped = ",".join(reversed(ends[0].split(",")))
    refused = hinterland("route", swapped, ends[1], "--network", "banned", "-d", str(database), "--lang", "vi")
    assert refused.returncode == 2
    assert not refused.stdout
    assert "vĩ độ và kinh độ bị đảo" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not list(tmp_path.iterdir())


HERE, THERE = at(0, 0), at(10_000, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("route", HERE, THERE, "--profile", "spaceship"), "no vehicle profile spaceship. There are: "),
        (("route", HERE, THERE, "--network", "nowhere"), "no network version nowhere. There are: "),
        (("route", HERE, THERE, "--network", "none.osm.pbf"), "no network file none.osm.pbf"),
        (("route", "11.9,106.0", THERE), "m from the nearest link"),
        (("route", HERE, "106.7,10.9"), "latitude and longitude are swapped"),
        (("route", HERE, "96.7,10.9"), "latitude must lie between -90 and 90"),
        (("route", HERE, "vsip_9"), "no place vsip_9"),
        (
            ("route", HERE, THERE, "--depart", "tomorrow"),
            "tomorrow is no local date and time; write it like 2026-11-23",
        ),
        (("route", HERE, THERE, "--depart", "2026-02-30 07:00"), "is no local date and time"),
        (("route", HERE, THERE, "--depart", "9999-12-31 23:59"), "not within the years 1900 to 2999"),
        (("route", HERE, THERE, "--arrive", "0001-01-01 00:00"), "not within the years 1900 to 2999"),
        (("route", HERE, THERE, "--arrive", "noon"), "noon is no local date and time"),
        (("route", HERE, THERE, "--depart", "2026-11-23 07:00", "--objective", "cost"), "leave --objective cost out"),
        (("route", HERE, THERE, "--depart", "2026-11-23 07:00", "--alternatives", "2"), "leave --alternatives"),
        (("route", HERE, THERE, "--depart", "2026-11-23 07:00", "--arrive", "2026-11-23 08:00"), "either --depart or"),
        (("route", HERE, THERE, "--out", "x.docx"), "ends in .gpkg, .geojson, .csv or .xlsx"),
        (("route", HERE, THERE, "--out", "x.gpkg", "--crs", "EPSG:1"), "no coordinate reference system EPSG:1"),
        (("route", HERE, THERE, "--out", "x.geojson", "--crs", "EPSG:9210"), "always in WGS 84"),
        (("isochrone", HERE, "--minutes", "0"), "above 0 and at most 1440"),
        (("isochrone", HERE, "--minutes", "5000"), "above 0 and at most 1440"),
        (("isochrone", HERE, "--minutes", "ten"), "such as 15,30,45; got ten"),
        (("isochrone", HERE, "--minutes", ""), "Minutes must be numbers"),
        (("isochrone", HERE, "--minutes", "nan"), "Minutes must be numbers"),
        (("isochrone", HERE, "--minutes", ",".join(map(str, range(1, 40)))), "At most 24 bands"),
        (("isochrone", HERE, "--buffer-m", "0"), "buffer must be above 0"),
        (("isochrone", HERE, "--buffer-m", "nan"), "buffer must be above 0"),
        (("skim", ""), "names no place at all"),
        (("skim", "vsip_1;vsip_1"), "vsip_1 is named twice"),
        (("skim", "candidates:warehouse"), "names no place at all"),
        (("skim", "terminals:pub"), "no place terminals:pub"),
        (("nearest", HERE, "16.05,108.2"), "m from the nearest link"),
        (("catchment", "16.05,108.2"), "m from the nearest link"),
        (("catchment", HERE, "--within", "none.geojson"), "cannot be read: no such file"),
        (("chains", "vsip_1", "tcit", "--network", "town"), "join it with the region pack first"),
        (("chains", "vsip_1", "nowhere"), "no place nowhere"),
        (("chains", "vsip_1", "vsip_1"), "is both origin and destination"),
        (("chains", "vsip_1", "tcit", "--class", "gold"), "no freight class gold. There are: "),
        (("chains", "vsip_1", "tcit", "--hand-over", "air"), "tcit does not hand freight over to or from air"),
    ],
)
def test_refusals_say_what_to_do(database: Path, arguments: Sequence[str], told: str) -> None:
    network = () if "--network" in arguments or arguments[0] == "chains" else ("--network", "banned")
    english, vietnamese = refusal(*arguments, *network, database=database)
    assert told in english
    assert vietnamese != english


def test_a_place_by_id_without_a_region_says_why(tmp_path: Path) -> None:
    write_layers(banned_road(), tmp_path / "net.gpkg")
    english, _ = refusal(
        "route", HERE, "vsip_1", "--network", str(tmp_path / "net.gpkg"), database=tmp_path / "none.gpkg"
    )
    assert "vsip_1 is no latitude,longitude, and there is no region to look it up in: There is no database" in english


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "lacks a column id"), ("id,lon,lat\n", "no row below the header"), ("id,lon,lat\na,1,2\na,1,2\n", "already")],
)
def test_places_files_that_cannot_be_used_are_refused(database: Path, tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "p.csv").write_text(content, encoding="utf-8")
    english, _ = refusal("skim", str(tmp_path / "p.csv"), "--network", "banned", database=database)
    assert told in english


def test_polygons_that_cannot_be_used_are_refused(database: Path, tmp_path: Path) -> None:
    point = gpd.GeoDataFrame(geometry=[shapely.Point(106.7, 10.9)], crs=4326)
    point.to_file(tmp_path / "points.geojson")
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(tmp_path / "plane.shp")
    (tmp_path / "plane.prj").unlink()
    (tmp_path / "text.geojson").write_text("{", encoding="utf-8")
    for file, told in (
        ("points.geojson", "holds no polygon"),
        ("plane.shp", "coordinate reference"),
        ("text.geojson", "cannot be read"),
    ):
        english, _ = refusal(
            "catchment", HERE, "--network", "banned", "--within", str(tmp_path / file), database=database
        )
        assert told in english


def test_a_failed_write_leaves_what_was_there(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers"
    out.mkdir()
    english, _ = refusal("route", HERE, THERE, "--network", "banned", "--out", f"{out}.x", database=database)
    assert "or to a folder" in english
    (tmp_path / "f.csv").mkdir()
    english, _ = refusal(
        "route", HERE, THERE, "--network", "banned", "--out", str(tmp_path / "f.csv"), database=database
    )
    assert "is a folder" in english
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".hinterland")]


def test_a_workbook_that_cannot_hold_the_answer_is_refused(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": np.zeros(MOST_ROWS + 1, dtype=np.int8)})
    answer = Answer({"skim": table}, dict, {}, {})
    with pytest.raises(HinterlandError, match="at most 1048575 rows"):
        write_answer(answer, tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())


def test_what_no_vehicle_may_use_is_told(database: Path) -> None:
    """A barge on a network of roads alone."""
    arguments = ("route", HERE, THERE, "--network", "banned", "--profile", "barge_class_I")
    english, _ = refusal(*arguments, database=database)
    assert "holds no link" in english


def test_layers_of_a_plan_on_a_stored_network_are_that_networks_and_name_its_sources(
    database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "plan.gpkg"
    done = hinterland("export", str(file), "--network", "joined", "--database", str(database), "--lang", "en")
    assert done.returncode == 0, done.stderr
    links = pyogrio.read_dataframe(file, layer="plan_links", read_geometry=False)
    assert {"capacity_group", "corridor", "t_per_day"} <= set(links.columns)
    assert links["link_id"].str.startswith("tie:").any()
    assert links["t_per_day"].sum() > 0
    told = pyogrio.read_dataframe(file, layer="provenance").set_index("item")["value"]
    assert told["network"].startswith("joined (")
    assert "© OpenStreetMap contributors, ODbL" in told["network_sources"]
