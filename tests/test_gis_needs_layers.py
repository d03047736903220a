"""Needs that nobody on record serves, as a layer: judged as matching judges them, from what the viewer sees alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from leak_worlds import NAMED, VIEWERS, make_world, need
from registry_parts import facility, offer, organisation, source, write
from service_parts import somebody
from sourcing_parts import DAY, PIPES, goods, supply, wanted
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS, Caller
from api.database import load_region
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking, open_collection
from api.gis.kept_layers import SHELF
from api.gis.needs_layers_judged import Unmet, unmet_needs
from api.regions import region_folder
from api.service.problems import ServiceError
from geodata.features.source import ALL, Source
from supplychain.database import make_engine
from supplychain.registry.visibility import Viewer
from supplychain.sourcing.finding import find_suppliers
from supplychain.sourcing.matching import Means
from supplychain.sourcing.question import Asked
from supplychain.sourcing.read import Look, read_catalogue
from supplychain.sourcing.scoring import Weights
from supplychain.sourcing.values import Supply, Wanted

STEWARD = somebody("steward", name="steward")
AT_GATE = Means(Weights.default())


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Every test begins with nothing in memory."""
    SHELF.clear()


def opened(engine: Engine, caller: Caller = ANONYMOUS) -> Source:
    return open_collection(COLLECTIONS, Asking(engine, caller), "unmet_needs", {}).source


def rows_of(source: Source) -> dict[str, dict[str, Any]]:
    """Return the properties of every feature by id."""
    table = source.read(ALL, None, 1000).table
    return dict(zip(table.ids.to_pylist(), table.columns.to_pylist(), strict=True))


def unmet(needs: list[Wanted], supplies: list[Supply]) -> list[Unmet]:
    return list(unmet_needs(needs, supplies, DAY))


def test_a_need_is_unmet_where_every_offer_fails_a_limit() -> None:
    """40 t of pipes a month: 100 t serve, 30 t do not; a certificate that is asked neither of two offers holds."""
    assert unmet([wanted("a")], [supply("large")]) == []
    (short,) = unmet([wanted("a")], [supply("small", capacity_t_per_month=30.0)])
    assert (short.wanted.need_id, short.candidates) == ("need_a", 1)
    assert short.reasons.en == "1 with too little capacity"
    asks = wanted("a", certificates=("ISO 9001",))
    (both,) = unmet([asks], [supply("bare"), supply("small", capacity_t_per_month=30.0)])
    assert both.candidates == 2
    assert unmet([wanted("a")], [supply("small", capacity_t_per_month=30.0), supply("large")]) == []


def test_what_nobody_offers_and_what_only_the_firm_itself_offers_is_unmet() -> None:
    other = goods(names_vi=("Gỗ tròn",), names_en=("Round wood",), hs_code="440300", commodity_id="wood")
    (alone,) = unmet([wanted("a")], [supply("wood", goods=other)])
    assert (alone.candidates, alone.reasons.en, alone.reasons.vi) == (0, "nobody offers it", "không ai chào hàng này")
    own = supply("own", party=wanted("a").party)
    (mine,) = unmet([wanted("a")], [own])
    assert (mine.candidates, mine.reasons.en) == (0, "nobody offers it")


def test_truck_minutes_are_not_asked() -> None:
    """A supplier 500 km away serves a need of 10 minutes here: the layer knows no network and says so."""
    assert unmet([wanted("a", longest_minutes=10.0)], [supply("far", 500.0)]) == []
    assert "minutes are not asked" in COLLECTIONS["unmet_needs"].meaning.en


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Engine]:
    """Return a database with the shipped region and its made-up firms."""
    path = tmp_path_factory.mktemp("needs") / "hinterland.gpkg"
    path.write_bytes(sqlite_template.read_bytes())
    load_region(str(path), region_folder("binh_duong"))
    made = make_engine(str(path))
    yield made
    made.dispose()


def test_the_shipped_needs_are_judged_as_matching_judges_each(region: Engine) -> None:
    """For every need of the region: unmet exactly where `match` ranks nobody; at least one of either kind."""
    day = datetime.now(UTC).date()
    with region.connect() as connection:
        catalogue = read_catalogue(connection, Look(Viewer.public(), day, synthetic=True))
    found = rows_of(opened(region))
    judged = {
        one.need_id: find_suppliers(catalogue, one.need_id, Asked(), AT_GATE, day).answer for one in catalogue.wanted
    }
    nobody = {name for name, answer in judged.items() if not answer.ranked and not answer.apart}
    assert set(found) == nobody
    assert 0 < len(nobody) < len(judged)
    own = [name for name in nobody if all(one.reason != "own_firm" for one in judged[name].counts)]
    assert {name: found[name]["candidates"] for name in own} == {name: len(judged[name].left_out) for name in own}
    assert all(row["synthetic"] and row["reasons_vi"] for row in found.values())


def test_another_day_of_the_same_rows_is_the_same_layer_within_a_day(region: Engine) -> None:
    assert opened(region).version == opened(region).version
    assert opened(region) is opened(region)


def test_a_real_need_is_served_by_real_offers_alone(registry_engine: Engine) -> None:
    edits = [organisation("buyer"), organisation("seller", synthetic=True), facility("b", "buyer")]
    write(registry_engine, source(), *edits, facility("s", "seller", synthetic=True))
    pipes = {"article_vi": PIPES.names_vi[0]}
    write(registry_engine, need("real", "b", **pipes), need("made_up", "b", synthetic=True, **pipes))
    write(registry_engine, offer("o", "s", synthetic=True, **pipes))
    assert set(rows_of(opened(registry_engine))) == {"real"}
    write(registry_engine, organisation("mill"), facility("m", "mill"), offer("p", "m", **pipes))
    assert rows_of(opened(registry_engine)) == {}


def test_an_offer_serves_only_those_who_see_it(registry_engine: Engine) -> None:
    """The mill shows its offer to partners: the buyer, a partner, is served; to the public the need is unmet."""
    pipes = {"article_vi": PIPES.names_vi[0]}
    write(registry_engine, source(), organisation("buyer"), organisation("mill"), organisation("other"))
    write(registry_engine, facility("b", "buyer"), facility("m", "mill"), need("n", "b", **pipes))
    assert rows_of(opened(registry_engine))["n"]["reasons_en"] == "nobody offers it"
    before = opened(registry_engine, somebody("firm", organisation_id="other"))
    write(registry_engine, offer("o", "m", visibility="private", **pipes))
    assert rows_of(opened(registry_engine))["n"]["reasons_en"] == "nobody offers it"
    stranger = opened(registry_engine, somebody("firm", organisation_id="other"))
    assert (stranger.version, rows_of(stranger)) == (before.version, rows_of(before))
    assert rows_of(opened(registry_engine, STEWARD)) == {}


def test_what_is_hidden_changes_no_layer(tmp_path: Path, sqlite_template: Path) -> None:
    """Two databases that differ only in what the viewers may not see: the same features, versions and origins."""
    layers: list[dict[str, tuple[Any, ...]]] = []
    for is_named in (True, False):
        path = tmp_path / f"{is_named}.gpkg"
        path.write_bytes(sqlite_template.read_bytes())
        engine = make_engine(str(path))
        make_world(engine, is_named=is_named)
        sources = {name: opened(engine, caller) for name, caller in VIEWERS.items()}
        layers.append({name: (one.version, rows_of(one), one.origin) for name, one in sources.items()})
        if is_named:
            assert NAMED in str(rows_of(opened(engine, STEWARD)))
        engine.dispose()
    assert layers[0] == layers[1]
    assert NAMED not in str(layers[0])
    assert "zoe_n" in layers[0]["anonymous"][1]


def test_the_layer_has_no_parameters(registry_engine: Engine) -> None:
    with pytest.raises(ServiceError, match="no parameter minutes"):
        open_collection(COLLECTIONS, Asking(registry_engine, ANONYMOUS), "unmet_needs", {"minutes": "5"})
