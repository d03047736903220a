"""Findings of network checks as a layer: those of the check, kept by version, found again after the command's check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from registry_parts import source, write
from sqlalchemy import Engine, text
from topology_parts import draw, place

from api.access.caller import ANONYMOUS
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking, open_collection
from api.gis.kept_layers import SHELF
from api.gis.topology_layers import MOST_LINKS, keep_findings, open_terminals
from api.network.changing import CheckRequest, check_version
from api.service.problems import ServiceError
from geodata.features.source import ALL, Source
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.infrastructure import Source as NetworkSource
from geodata.topology.check import check_infrastructure
from geodata.versions.store import find_version, save_version
from supplychain.database import for_writing
from supplychain.registry.values import Edit

NODES = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (100.0, 100.0), "d": (0.0, 100.0)}
RING = (("ab", "a", "b"), ("bc", "b", "c"), ("cd", "c", "d"), ("da", "d", "a"))


class Silent:
    """Hears and says nothing."""

    def begin(self, text: Any) -> None:  # noqa: ANN401 - a text
        """Hear that a step begins."""

    def detail(self, text: Any) -> None:  # noqa: ANN401
        """Hear what happens within the step."""

    def warn(self, text: Any) -> None:  # noqa: ANN401
        """Hear what a reader must know."""

    def once(self, _name: str, make: Any) -> Any:  # noqa: ANN401
        """Do a step."""
        return make()


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Every test begins with nothing in memory."""
    SHELF.clear()


def faulty() -> Infrastructure:
    """Return a square of roads with a road of speed 0 to the north-east and a node that no link meets."""
    nodes = {**NODES, "e": (500.0, 500.0), "f": (150.0, 150.0)}
    return draw(nodes, [*RING, ("cf", "c", "f", {"speed_kmh": 0.0})])


def opened(engine: Engine, folder: Path, **given: str) -> Source:
    asking = Asking(engine, ANONYMOUS, cache_folder=folder)
    return open_collection(COLLECTIONS, asking, "topology_findings", given).source


def ids_of(source_: Source) -> list[str]:
    return [str(one) for one in source_.read(ALL, None, 1000).table.ids.to_pylist()]


def test_findings_are_those_worked_out_by_hand(registry_engine: Engine, tmp_path: Path) -> None:
    """A speed of 0 is an error at its link, a node that no link meets worth a note at its place."""
    save_version(registry_engine, faulty(), name="hand", kind="imported")
    found = opened(registry_engine, tmp_path, version="hand")
    table = found.read(ALL, None, 10).table
    assert table.ids.to_pylist() == ["speed_zero:cf", "isolated_node:e"]
    error, note = table.columns.to_pylist()
    assert (error["kind"], error["severity"], error["links"], error["safe"]) == ("speed", "error", "cf", False)
    assert (note["kind"], note["severity"], note["nodes"], note["links"]) == ("isolated_node", "note", "e", None)
    assert table.shapes.coordinates[1] == pytest.approx(place(500, 500))
    assert "hand" in found.origin.source.en
    assert all(row["text_vi"] and row["suggestion_en"] for row in (error, note))


def test_a_layer_says_what_the_check_says(registry_engine: Engine, tmp_path: Path) -> None:
    """Every column of the check's own layers, from memory and from the file."""
    infrastructure = faulty()
    save_version(registry_engine, infrastructure, name="same", kind="imported")
    told = check_infrastructure(infrastructure).to_columns()
    first = opened(registry_engine, tmp_path, version="same")
    SHELF.clear()
    again = opened(registry_engine, tmp_path, version="same")
    assert again.version == first.version
    for one in (first, again):
        table = one.read(ALL, None, 100).table
        for name in ("kind", "severity", "text_vi", "text_en", "suggestion_vi", "suggestion_en", "safe"):
            assert table.columns[name].to_pylist() == told[name].tolist()
        np.testing.assert_array_equal(table.shapes.coordinates, np.column_stack([told["lon"], told["lat"]]))


def test_two_findings_of_one_thing_have_two_ids(registry_engine: Engine, tmp_path: Path) -> None:
    """A road that crosses itself at two places is one kind of fault twice."""
    eight = {"ab": [(20.0, 60.0), (20.0, -40.0), (40.0, -40.0), (10.0, 30.0), (60.0, 30.0)]}
    infrastructure = draw(NODES, [*RING], via=eight)
    save_version(registry_engine, infrastructure, name="eight", kind="imported")
    plain = check_infrastructure(infrastructure).to_columns()["issue_id"].tolist()
    ids = ids_of(opened(registry_engine, tmp_path, version="eight"))
    assert len(ids) == len(plain) == len(set(ids))
    assert all(found in ids for found in plain)


def test_versions_are_named_by_number_name_or_not_at_all(sqlite_engine: Engine, tmp_path: Path) -> None:
    old = save_version(sqlite_engine, faulty(), name="faulty", kind="imported")
    new = save_version(sqlite_engine, draw(NODES, RING), name="sound", kind="imported")
    assert ids_of(opened(sqlite_engine, tmp_path)) == []
    assert ids_of(opened(sqlite_engine, tmp_path, version="faulty")) == ["speed_zero:cf", "isolated_node:e"]
    asking = Asking(sqlite_engine, ANONYMOUS, cache_folder=tmp_path)
    listed = [one.keys for one in COLLECTIONS["topology_findings"].instances(asking)]
    assert listed == [(str(new),), (str(old),)]
    with pytest.raises(ServiceError, match="no network version ghost") as error:
        opened(sqlite_engine, tmp_path, version="ghost")
    assert error.value.code == "not_found"


def test_licences_of_the_network_go_with_its_findings(registry_engine: Engine, tmp_path: Path) -> None:
    osm = NetworkSource("town.osm.pbf", "ODbL-1.0", "© OpenStreetMap contributors")
    save_version(registry_engine, replace(faulty(), sources=(osm,)), name="odbl", kind="imported")
    origin = opened(registry_engine, tmp_path, version="odbl").origin
    assert origin.is_share_alike
    assert origin.attribution == "© OpenStreetMap contributors"


def test_a_terminal_away_from_every_link_is_found_once_it_is_there(registry_engine: Engine, tmp_path: Path) -> None:
    """Whoever opens a terminal off the network sees it at the next question: findings follow from both."""
    far = draw({**NODES, "g": (9_000.0, 0.0)}, [*RING, ("bg", "b", "g")])
    save_version(registry_engine, far, name="far", kind="imported")
    before = opened(registry_engine, tmp_path, version="far")
    lon, lat = place(5_000, 60)
    said = {"name_vi": "Cảng", "name_en": "Port", "kind": "dry_port", "lon": lon, "lat": lat, "status": "open"}
    said |= {"source": "tenant_list", "confidence": "high", "modes": "road", "position_accuracy_m": 10.0}
    said |= {"gateway_group": "other", "handling_cost_factor": 1.0, "handling_time_factor": 1.0}
    said |= {"gate_open_h": 0.0, "gate_close_h": 24.0}
    write(registry_engine, source(), Edit("terminals", "port", said))
    with registry_engine.connect() as connection:
        (one,) = open_terminals(connection)
    assert (one.place_id, one.kind) == ("port", "dry_port")
    assert (one.lon, one.lat) == pytest.approx((lon, lat))
    after = opened(registry_engine, tmp_path, version="far")
    expected = check_infrastructure(far, places=(one,)).to_columns()["issue_id"].tolist()
    assert ids_of(after) == expected
    assert after.version != before.version


def test_a_large_version_is_drawn_once_it_was_checked(sqlite_engine: Engine, tmp_path: Path) -> None:
    """A version said to have more links than a request may check is refused until the command has checked it."""
    number = save_version(sqlite_engine, faulty(), name="town", kind="imported")
    with for_writing(sqlite_engine).begin() as connection:
        connection.execute(text("DROP TRIGGER network_versions_no_update"))
        connection.execute(text(f"UPDATE network_versions SET links = {MOST_LINKS + 1}"))  # noqa: S608 - our number
    with pytest.raises(ServiceError, match="hinterland network check town") as error:
        opened(sqlite_engine, tmp_path)
    assert error.value.code == "bad_request"
    database = str(sqlite_engine.url.database)
    checked = check_version(CheckRequest(str(number), "1,1,2,2", None, repairs=False), database, Silent())
    with pytest.raises(ServiceError, match="was not checked yet"):
        open_collection(COLLECTIONS, Asking(sqlite_engine, ANONYMOUS), "topology_findings", {})
    check_version(CheckRequest(str(number), None, None, repairs=False), database, Silent())
    SHELF.clear()
    whole = open_collection(COLLECTIONS, Asking(sqlite_engine, ANONYMOUS), "topology_findings", {}).source
    assert ids_of(whole) == ["speed_zero:cf", "isolated_node:e"]
    keep_findings(sqlite_engine, find_version(sqlite_engine, number), checked.issues)
    assert ids_of(whole) == ["speed_zero:cf", "isolated_node:e"]
