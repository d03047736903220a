"""Files of closures and tickets: taken over whole or not at all, as often as they are sent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from incident_parts import clear, module_engine, with_links
from service_parts import client, somebody
from sqlalchemy import Engine, func, select

from api.incidents.importing import COLUMNS, read_rows
from api.incidents.tables import INCIDENTS
from supplychain.errors import FindingsError

URL = "/api/v1/incidents/import"
HEAD = "ticket_id,title,cause,starts_at,ends_at,share,lon,lat,link_ids,state\n"
ROWS = (
    "T-1,Sửa cầu,works,2026-03-01,2026-03-31,0.5,106.7002,11.0,,confirmed\n"
    'T-2,"Ngập, sâu 0,5 m",flood,2026-03-02T06:00,,0,,,road_1;road_2,reported\n'
    "T-3,Ổ gà,,,,,106.5,11.0,,\n"
)
PLANNER = somebody("planner", name="binh")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Yield each of the two databases in turn, with links, for all tests of this file."""
    with module_engine(request, sqlite_template, tmp_path_factory) as found:
        yield with_links(found)


@pytest.fixture(scope="module")
def running(engine: Engine) -> Iterator[httpx.Client]:
    """Give a client of the service to all tests of this file, as a planner."""
    with client(engine, PLANNER) as found:
        yield found


@pytest.fixture
def service(running: httpx.Client, engine: Engine) -> Iterator[httpx.Client]:
    """Give a client of the service, without any incident yet."""
    yield running
    clear(engine)


def sent(service: httpx.Client, content: str | bytes, *, kind: str = "text/csv", **query: str) -> httpx.Response:
    """Send a file."""
    data = content.encode() if isinstance(content, str) else content
    return service.post(URL, content=data, params={"system": "1022", **query}, headers={"content-type": kind})


def count(engine: Engine) -> int:
    """Return how many incidents there are."""
    with engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(INCIDENTS)) or 0)


def with_semicolons(text: str) -> str:
    """Return a CSV as programs write it where the comma is the decimal sign."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue()


def test_a_file_is_taken_over_once_however_often_it_is_sent(service: httpx.Client, engine: Engine) -> None:
    looked = sent(service, HEAD + ROWS, dry_run="true").json()
    assert (looked["dry_run"], looked["added"], looked["unclear"], looked["tickets"]) == (True, 3, ["T-3"], [])
    assert count(engine) == 0
    first = sent(service, "\ufeff" + HEAD + ROWS).json()
    assert [(one["ticket_id"], one["state"]) for one in first["tickets"]] == [
        ("T-1", "confirmed"),
        ("T-2", "reported"),
        ("T-3", "reported"),
    ]
    assert (first["added"], first["changed"], first["unchanged"]) == (3, 0, 0)
    again = sent(service, with_semicolons(HEAD + ROWS.replace("Ổ gà", "Ổ gà lớn"))).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 1, 2)
    assert count(engine) == 3
    flood = service.get("/api/v1/incidents/tickets/1022/T-2").json()
    assert (flood["title"], flood["links"]) == ("Ngập, sâu 0,5 m", ["road_1", "road_2"])
    assert flood["starts_at"] == "2026-03-01T23:00:00.000000+00:00"


def test_geojson_is_taken_over_with_its_lines(service: httpx.Client) -> None:
    line = {"type": "LineString", "coordinates": [[106.7, 11.05], [106.7, 11.0]]}
    said = {"title": "Cấm đường", "share": 0, "starts_at": "2026-03-01", "state": "confirmed", "ends_at": None}
    features = [{"type": "Feature", "id": 7, "geometry": line, "properties": said}]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    done = sent(service, content, kind="application/geo+json").json()
    assert (done["added"], done["unclear"]) == (1, [])
    found = service.get("/api/v1/incidents/tickets/1022/7").json()
    assert (found["links"], found["match"]["how"], found["share"]) == (["road_1"], "line", 0.0)


def test_everything_wrong_is_told_with_its_line_and_nothing_is_taken_over(
    service: httpx.Client, engine: Engine
) -> None:
    wrong = (
        "T-4,,works,2026-03-01,,0.5,,,road_1,\n"
        "T-5,Sửa,works,soon,,half,,,road_1,\n"
        "T-6,Sửa,works,2026-03-01,2026-02-01,0.5,,,road_1,\n"
        "T-1,Sửa,works,2026-03-01,,0.5,106.7,,road_1,\n"
    )
    refused = sent(service, HEAD + ROWS + wrong)
    assert refused.status_code == 422
    told = [(one["row"], one["column"]) for one in refused.json()["findings"]]
    assert told == [(6, "share"), (8, "lon"), (8, "ticket_id")]
    refused = sent(service, HEAD + ROWS + wrong.replace("half", "0.5").replace("106.7,,", ",,").replace("T-1", "T-7"))
    assert [(one["row"], one["column"]) for one in refused.json()["findings"]] == [
        (5, "title"),
        (6, "starts_at"),
        (7, "ends_at"),
    ]
    refused = sent(service, HEAD + ROWS + "T-8,Sửa,works,2026-03-01,,0.5,,,road_9,\n")
    assert [(one["row"], one["column"]) for one in refused.json()["findings"]] == [(5, "link_ids")]
    refused = sent(service, HEAD + ROWS + "T-9,Sửa,works,,,0.5,,,road_1,confirmed\n")
    assert [(one["row"], one["column"]) for one in refused.json()["findings"]] == [(5, "ticket_id")]
    assert count(engine) == 0


FILES: tuple[tuple[bytes, str, str], ...] = (
    (b"", "csv", "ticket_id"),
    (b"ticket_id,title\n", "csv", "no rows"),
    (b"\xff\xfe,title\n", "csv", "not UTF-8"),
    (b"ticket_id,title\na\x00,b\n", "csv", "NUL"),
    (b"ticket_id,title,phone\na,b,c\n", "csv", "no such column"),
    (b"ticket_id,title,title\na,b,c\n", "csv", "stands twice"),
    (b"ticket_id,title\na,b\na,c\n", "csv", "first is on line 2"),
    (b"ticket_id,title\na,b,c\n", "csv", "3 cells"),
    (b'ticket_id,title\na,"b\n', "csv", "cannot be read as CSV"),
    (b"ticket_id,title\n" + b"a,b\n" * 501, "csv", "more than 500"),
    (b"{", "geojson", "not JSON"),
    (b"[" * 100_000, "geojson", "not JSON"),
    (b"[]", "geojson", "FeatureCollection"),
    (b'{"type":"FeatureCollection","features":[],"crs":{}}', "geojson", "WGS 84"),
    (b'{"type":"FeatureCollection","features":[3]}', "geojson", "must be a Feature"),
    (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"lon":3}}]}',
        "geojson",
        "no such column",
    ),
    (
        (
            b'{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","properties":{"title":"b"},'
            b'"geometry":{"type":"Polygon","coordinates":[]}}]}'
        ),
        "geojson",
        "Point or LineString",
    ),
)


@pytest.mark.parametrize(("content", "kind", "words"), FILES)
def test_files_that_are_none_are_refused_in_a_sentence(content: bytes, kind: Any, words: str) -> None:  # noqa: ANN401
    with pytest.raises(FindingsError, match="finding") as caught:
        read_rows(content, kind)
    assert words in caught.value.sentence("en")
    assert caught.value.sentence("vi") != caught.value.sentence("en")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(("csv", "geojson")))
def test_no_bytes_are_more_than_refused(content: bytes, kind: Any) -> None:  # noqa: ANN401 - drawn
    for head in (b"", b"ticket_id,title,share\n"):
        try:
            rows = read_rows(head + content, kind)
        except FindingsError:
            continue
        assert all(row.ticket_id and set(row.values) <= {*COLUMNS, "place"} for row in rows)


def test_other_kinds_of_bodies_are_refused(service: httpx.Client) -> None:
    assert sent(service, "x", kind="application/pdf").status_code == 415
    assert sent(service, "{", kind="application/geo+json").status_code in {400, 422}
    assert sent(service, HEAD + ROWS, system="A B").status_code == 422
