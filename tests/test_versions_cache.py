"""Cached networks: the same value again, found by content, made again when missing or damaged."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from gis_infrastructures import assert_same, crossroads, infrastructures
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, make_url
from test_versions import _unguarded

from api.console import Steps, Talk
from api.network.stored import NewVersion, network_maker, save_network
from geodata.assembly.network import build_network
from geodata.columns import CAPACITY_COLUMNS, LINK_COLUMNS, NODE_COLUMNS
from geodata.gis.corridors import infrastructure_of_pack
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Network
from geodata.versions.arrays import DamagedError, open_arrays, write_arrays
from geodata.versions.cache import (
    INFRASTRUCTURE_FILE,
    cache_folder_of,
    cached_infrastructure,
    cached_network,
    code_sha256,
    keep_infrastructure,
    keep_network,
    open_columns,
    open_network,
    write_columns,
    write_network,
)
from geodata.versions.hashing import content_hash
from geodata.versions.read import read_version
from geodata.versions.store import delete_version, find_version, save_version
from supplychain.pack import Pack
from supplychain.settings import Settings, user_cache_folder


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=infrastructures())
def test_opened_is_what_was_written(tmp_path: Path, held: Any) -> None:  # noqa: ANN401 - an Infrastructure
    path = tmp_path / "any.columns"
    write_columns(path, held)
    found = open_columns(path)
    assert_same(found, held)
    assert content_hash(found) == content_hash(held)
    assert not found.links.length_m.flags.writeable
    assert not found.lines.coordinates.flags.writeable


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(0),
        np.array([np.nan, np.nan]),
        np.array([0.0, -0.0]),
        np.array([[1.5, 2.5], [3.5, 4.5]]),
        np.array([True]),
        np.array([""], dtype=object),
        np.array(["", ""], dtype=object),
        np.array([], dtype=object),
        np.array(["Đại lộ", "a", "", "a"] * 3, dtype=object),
        np.array(["Đại lộ", "a", "", "b"], dtype=object),
        np.arange(7, dtype=np.int16),
    ],
)
def test_every_array_comes_back_to_the_bit(tmp_path: Path, array: Any) -> None:  # noqa: ANN401 - any array
    write_arrays(tmp_path / "one", {"given": array}, {"told": "ừ"})
    arrays, about = open_arrays(tmp_path / "one")
    assert about == {"told": "ừ"}
    assert arrays["given"].dtype == array.dtype
    assert arrays["given"].shape == array.shape
    assert arrays["given"].tolist() == array.tolist() or np.isnan(array).all()
    if array.dtype != object:
        assert arrays["given"].tobytes() == array.tobytes()


def _spoilt(whole: bytes, how: str) -> bytes:
    if how == "cut":
        return whole[:-64]
    if how == "one bit":
        return whole.replace(b"w1:1:5", b"w1:1:4")
    if how == "header":
        return whole[:60] + b"{{{{" + whole[64:]
    return {"empty": b"", "other format": b"PK" + whole[2:], "header too long": whole[:8] + b"\xff" * 8 + whole[16:]}[
        how
    ]


@pytest.mark.parametrize("how", ["cut", "one bit", "header", "empty", "other format", "header too long"])
def test_damaged_file_is_made_again(sqlite_engine: Engine, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "cache"
    version = save_version(sqlite_engine, crossroads(), name="hcm", kind="imported", cache_folder=folder)
    file = folder / find_version(sqlite_engine, version).content_hash / INFRASTRUCTURE_FILE
    whole = file.read_bytes()
    file.write_bytes(_spoilt(whole, how))
    with pytest.raises(DamagedError):
        open_columns(file)
    assert_same(read_version(sqlite_engine, version, folder), crossroads())
    assert file.read_bytes() == whole


def test_file_of_another_version_of_the_program_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_infrastructure(tmp_path, "0" * 64, crossroads())
    assert cached_infrastructure(tmp_path, "0" * 64) is not None
    monkeypatch.setattr("geodata.versions.cache.FORMAT", 2)
    assert cached_infrastructure(tmp_path, "0" * 64) is None


def test_cache_answers_without_the_rows_and_the_database_without_the_cache(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    """Rows altered behind our back are never seen through the cache, and refused without it."""
    version = save_version(sqlite_engine, crossroads(), name="hcm", kind="imported", cache_folder=tmp_path)
    _unguarded(sqlite_engine, "UPDATE network_links SET lanes = 9")
    assert_same(read_version(sqlite_engine, version, tmp_path), crossroads())
    with pytest.raises(Exception, match="altered after they were stored"):
        read_version(sqlite_engine, version)


def test_folder_that_cannot_be_written_only_costs_time(sqlite_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "cache"
    version = save_version(sqlite_engine, crossroads(), name="hcm", kind="imported", cache_folder=folder)
    assert_same(read_version(sqlite_engine, version, folder), crossroads())


def test_failed_write_leaves_no_file(tmp_path: Path) -> None:
    bad = dataclasses.replace(crossroads())
    with pytest.raises(TypeError):
        write_arrays(tmp_path / "x", {"a": np.arange(3)}, {"no json": bad})
    assert list(tmp_path.iterdir()) == []


def test_deleting_a_version_forgets_its_arrays_unless_another_has_the_same(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        save_version(sqlite_engine, crossroads(), name=name, kind="imported", cache_folder=tmp_path / "cache")
    delete_version(sqlite_engine, "first", tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1
    delete_version(sqlite_engine, "second", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def _assert_same_network(found: Network, wanted: Network) -> None:
    tables = (("nodes", NODE_COLUMNS), ("links", LINK_COLUMNS), ("capacities", CAPACITY_COLUMNS))
    for name, columns in tables:
        for column in columns:
            mine, other = getattr(getattr(found, name), column.name), getattr(getattr(wanted, name), column.name)
            np.testing.assert_array_equal(mine, other, f"{name}.{column.name}", strict=True)
    for name in ("member_offsets", "member_links"):
        np.testing.assert_array_equal(getattr(found.capacities, name), getattr(wanted.capacities, name))
    for name in ("offsets", "coordinates"):
        np.testing.assert_array_equal(getattr(found.geometries, name), getattr(wanted.geometries, name))
    assert found.commodity_sets == wanted.commodity_sets
    assert found.vehicle_ids == wanted.vehicle_ids


def test_network_of_the_planner_comes_back_whole(region_pack: Pack, tmp_path: Path) -> None:
    network = build_network(region_pack)
    write_network(tmp_path / "network", network)
    _assert_same_network(open_network(tmp_path / "network"), network)


def test_network_is_found_by_infrastructure_and_pack(region_pack: Pack, tmp_path: Path) -> None:
    network = build_network(region_pack)
    assert cached_network(tmp_path, "a" * 64, region_pack.sha256) is None
    assert keep_network(tmp_path, "a" * 64, region_pack.sha256, network)
    found = cached_network(tmp_path, "a" * 64, region_pack.sha256)
    assert found is not None
    _assert_same_network(found, network)
    assert cached_network(tmp_path, "b" * 64, region_pack.sha256) is None
    assert cached_network(tmp_path, "a" * 64, "another pack") is None


def test_maker_of_networks_gives_what_it_made_before(region_pack: Pack, tmp_path: Path) -> None:
    """The second call gets nothing a network could be made of."""
    database = str(tmp_path / "stored.gpkg")
    new = NewVersion("corridors", "imported")
    stored = save_network(database, infrastructure_of_pack(region_pack), new, Steps(Talk("en"), 1))
    make = network_maker(database, stored)
    first = make(region_pack, None)
    _assert_same_network(make(region_pack, cast("Infrastructure", "nothing to build on")), first)
    _assert_same_network(first, build_network(region_pack))


def test_network_is_made_again_by_other_code_or_other_data_of_it(tmp_path: Path) -> None:
    """A vehicle's speed in a YAML file decides a network as much as the module that reads it."""
    below = tmp_path / "routing"
    below.mkdir()
    (tmp_path / "network.py").write_text("WIDTH_M = 3\n")
    (below / "profiles.yaml").write_text("speed_kmh: 50\n")
    first = code_sha256(tmp_path)
    (below / "network.pyc").write_text("compiled")
    assert code_sha256(tmp_path) == first
    (below / "profiles.yaml").write_text("speed_kmh: 60\n")
    second = code_sha256(tmp_path)
    (tmp_path / "network.py").write_text("WIDTH_M = 4\n")
    assert len({first, second, code_sha256(tmp_path)}) == 3


def test_folder_of_the_cache_is_beside_the_database_or_where_the_settings_say() -> None:
    assert cache_folder_of(make_url("sqlite:////data/region.gpkg")) == Path("/data/region.gpkg.cache")
    assert cache_folder_of(make_url("sqlite:////data/region.gpkg"), "/tmp/networks") == Path("/tmp/networks")  # noqa: S108 - a name
    assert cache_folder_of(make_url("postgresql://u@h/d")) == user_cache_folder()
    assert Settings.from_environment({"HINTERLAND_CACHE": "/data/cache"}).cache == "/data/cache"
    assert Settings.from_environment({}).cache is None


def test_cache_is_kept_where_the_user_may_write(tmp_path: Path) -> None:
    if os.name == "posix" and os.uname().sysname == "Linux":
        assert user_cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "hinterland"
        assert user_cache_folder({}) == Path.home() / ".cache" / "hinterland"
