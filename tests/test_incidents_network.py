"""Incidents on a stored network: its own links, and the row of the region that rules them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import numpy as np
import pytest
from gis_infrastructures import crossroads
from incident_parts import form, with_links
from service_parts import client, somebody
from sqlalchemy import Engine

from geodata.infrastructure.build import make_links
from geodata.versions.store import delete_version, save_version

PLANNER = somebody("planner", name="binh")
URL = "/api/v1/incidents"
SCENARIO = "/api/v1/closures/scenario"


@pytest.fixture
def network(registry_engine: Engine) -> Iterator[int]:
    """Store two versions of the crossroads, QL13 being road_1 of the region; yield the number of the second."""
    whole = crossroads()
    columns = {**whole.links.to_columns(words=False), "corridor": np.array(["road_1", "road_1", "", ""], dtype=object)}
    ruled = replace(whole, links=make_links(**columns))
    numbers = [save_version(registry_engine, ruled, name=name, kind="imported") for name in ("first", "second")]
    yield numbers[1]
    for number in numbers:
        delete_version(registry_engine, number)


@pytest.fixture
def service(registry_engine: Engine) -> Iterator[httpx.Client]:
    """Give a client of the service, as a planner."""
    with client(with_links(registry_engine), PLANNER) as found:
        yield found


def test_a_road_of_a_stored_network_closes_the_row_that_rules_it(service: httpx.Client, network: int) -> None:
    """0.0001° of latitude is 11.1 m; both halves of QL13 lie along the line, the roads that cross it do not."""
    point = {"type": "Point", "coordinates": [106.705, 10.9001]}
    near = service.post(URL, json=form(link_ids=[], network=network, place=point)).json()["match"]
    assert near["is_clear"]
    assert [(one["link_id"], one["name"], one["corridor"], one["distance_m"]) for one in near["links"]] == [
        ("w1:1:5", "QL13", "road_1", 11.1)
    ]
    line = {"type": "LineString", "coordinates": [[106.70, 10.9001], [106.72, 10.9001]]}
    closed = form(link_ids=[], network=network, place=line, share=0.0, state="confirmed")
    incident = service.post(URL, json=closed)
    assert incident.status_code == 201, incident.text
    assert incident.json()["links"] == ["w1:1:5", "w1:5:2"]
    scenario = service.get(SCENARIO, params={"date": "2026-03-02"})
    assert scenario.text.count("- change:") == 1
    assert 'links: ["road_1"]' in scenario.text
    assert scenario.headers["x-left-out"] == "0"
    layer = service.get(
        "/api/v1/closures", params={"at": "2026-03-02"}, headers={"accept": "application/geo+json"}
    ).json()
    assert layer["features"][0]["geometry"]["coordinates"] == [
        [[106.70, 10.90], [106.71, 10.90]],
        [[106.71, 10.90], [106.72, 10.90]],
    ]


def test_a_road_that_no_row_rules_is_shown_but_in_no_scenario(service: httpx.Client, network: int) -> None:
    """At 5.5 m from the crossing any of its four roads may be meant."""
    point = {"type": "Point", "coordinates": [106.70995, 10.90]}
    near = service.post(URL, json=form(link_ids=[], network=network, place=point)).json()["match"]
    assert not near["is_clear"]
    assert len(near["links"]) == 4
    said = {"link_ids": ["w2:3:5"], "network": network, "share": 0.0, "state": "confirmed"}
    assert service.post(URL, json=form(**said)).status_code == 201
    answer = service.get(SCENARIO, params={"date": "2026-03-02"})
    assert answer.headers["x-left-out"] == "1"
    assert "# w2:3:5 is ruled by no link of the region" in answer.text
    assert "changes: []" in answer.text
    missing = service.post(URL, json=form(link_ids=["road_1"], network=network))
    assert missing.status_code == 422
    assert f"the stored network {network}" in missing.json()["detail"]
