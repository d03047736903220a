"""Incidents: matched to links, moved from state to state, kept by ticket, seen by whom they may be."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from incident_parts import at, clear, form, module_engine, with_links
from service_parts import OPERATOR, client, somebody, without_id
from sqlalchemy import Engine, func, select

from api.access.caller import ANONYMOUS
from api.incidents.store import move_by_clock
from api.incidents.tables import INCIDENT_HISTORY, INCIDENTS
from api.incidents.values import VIETNAM, IncidentError, read_instant
from api.webhooks.tables import WEBHOOK_EVENTS
from supplychain.database import is_sqlite

OTHERS = {
    "anonymous": ANONYMOUS,
    "analyst": somebody("analyst", name="an"),
    "planner": somebody("planner", name="binh"),
}
PLANNER = somebody("planner", name="binh")
INCIDENTS_URL = "/api/v1/incidents"
TICKETS_URL = "/api/v1/incidents/tickets/1022"


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
    with client(engine, PLANNER, others=OTHERS) as found:
        yield found


@pytest.fixture
def service(running: httpx.Client, engine: Engine) -> Iterator[httpx.Client]:
    """Give a client of the service, without any incident yet."""
    yield running
    clear(engine)


def made(service: httpx.Client, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a form
    """Enter an incident and return it."""
    answer = service.post(INCIDENTS_URL, json=form(**values))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return {**body, "etag": answer.headers["etag"]}


def moved(service: httpx.Client, incident: dict[str, Any], **changes: Any) -> httpx.Response:  # noqa: ANN401
    """Change an incident."""
    tag = incident.get("etag") or service.get(f"{INCIDENTS_URL}/{incident['incident_id']}").headers["etag"]
    return service.patch(f"{INCIDENTS_URL}/{incident['incident_id']}", json=changes, headers={"if-match": tag})


def as_(name: str) -> dict[str, str]:
    """Return the header that lets another ask."""
    return {"x-test-caller": name}


def test_an_incident_goes_from_report_to_end_and_keeps_its_history(service: httpx.Client) -> None:
    incident = made(service)
    assert incident["state"] == "reported"
    confirmed = moved(service, incident, state="confirmed", note="Đã gọi")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    ended = moved(service, {**incident, "etag": confirmed.headers["etag"]}, state="ended")
    assert ended.json()["state"] == "ended"
    history = service.get(f"{INCIDENTS_URL}/{incident['incident_id']}/history").json()["items"]
    assert [(one["version"], one["state"], one["author"], one["note"]) for one in history] == [
        (1, "reported", "binh", ""),
        (2, "confirmed", "binh", "Đã gọi"),
        (3, "ended", "binh", ""),
    ]
    assert history[0]["incident"]["title"] == "Sửa cầu"


def test_no_step_is_skipped_and_an_end_is_an_end(service: httpx.Client) -> None:
    for steps, then, words in (
        ((), "live", "cannot become live"),
        ((), "ended", "cannot become ended"),
        (("rejected",), "confirmed", "stays as it is"),
        (("confirmed", "ended"), "live", "stays as it is"),
    ):
        incident = {"incident_id": made(service)["incident_id"]}
        for state in steps:
            assert moved(service, incident, state=state).status_code == 200
        refused = moved(service, incident, state=then)
        assert refused.status_code == 409
        assert words in refused.json()["detail"]


def test_nothing_is_confirmed_before_it_is_known_where_when_and_how_much(service: httpx.Client) -> None:
    for values, words in (
        ({"share": None}, "share"),
        ({"starts_at": None, "ends_at": None}, "starts_at"),
        ({"link_ids": []}, "link_ids"),
        ({"link_ids": [], "place": {"type": "Point", "coordinates": [106.5, 11.0]}}, "link_ids"),
    ):
        refused = moved(service, made(service, **values), state="confirmed")
        assert refused.status_code == 409
        assert words in refused.json()["detail"]
        assert service.post(INCIDENTS_URL, json=form(**values, state="confirmed")).status_code == 409


def test_a_position_finds_the_nearest_link_and_tells_how_far_it_is(service: httpx.Client) -> None:
    """0.0002° of longitude at 11° north is 0.0002 x 109,289 m = 21.9 m."""
    incident = made(service, link_ids=[], place={"type": "Point", "coordinates": [106.7002, 11.0]})
    match = incident["match"]
    assert (match["how"], match["is_clear"]) == ("position", True)
    assert [(one["link_id"], one["distance_m"], one["chosen"]) for one in match["links"]] == [("road_1", 21.9, True)]
    far = made(service, link_ids=[], place={"type": "Point", "coordinates": [106.7002, 11.0]}, tolerance_m=20)
    assert far["match"] == {"how": "position", "is_clear": False, "links": []}
    rail = made(service, link_ids=[], place={"type": "Point", "coordinates": [106.7002, 11.0]}, mode="rail")
    assert [one["link_id"] for one in rail["match"]["links"]] == ["rail_1"]


def test_a_second_link_almost_as_near_leaves_it_in_doubt_until_a_person_names_one(service: httpx.Client) -> None:
    """At the crossing ``beside`` begins 5.5 m from road_1: a position between them may mean either."""
    incident = made(service, link_ids=[], place={"type": "Point", "coordinates": [106.70003, 11.05]})
    assert {one["link_id"] for one in incident["match"]["links"]} == {"road_1", "beside"}
    assert not incident["match"]["is_clear"]
    assert moved(service, incident, state="confirmed").status_code == 409
    named = moved(service, incident, state="confirmed", link_ids=["road_1"])
    assert named.status_code == 200
    assert named.json()["match"]["how"] == "links"
    assert named.json()["match"]["links"][0]["distance_m"] == pytest.approx(3.3, abs=0.1)


def test_a_line_means_the_links_that_run_along_it_and_not_those_it_crosses(service: httpx.Client) -> None:
    """1,106 m of road_1, its north end 22 m beside it; ``beside`` leaves it at a right angle."""
    line = {"type": "LineString", "coordinates": [[106.7002, 11.05], [106.7, 11.04]]}
    incident = made(service, link_ids=[], place=line)
    match = incident["match"]
    assert (match["how"], match["is_clear"]) == ("line", True)
    found = {one["link_id"]: one for one in match["links"]}
    assert found["road_1"]["chosen"]
    assert found["road_1"]["along_m"] == pytest.approx(1106, rel=0.01)
    assert not found["beside"]["chosen"]
    assert incident["links"] == ["road_1"]


def test_links_and_networks_that_are_not_there_are_refused_by_name(service: httpx.Client) -> None:
    for values, words in (({"link_ids": ["road_1", "road_9"]}, "road_9"), ({"network": 7}, "network 7")):
        refused = service.post(INCIDENTS_URL, json=form(**values))
        assert refused.status_code == 422
        assert words in refused.json()["detail"]


WRONG = (
    ({"starts_at": "tomorrow"}, "starts_at"),
    ({"ends_at": "2026-02-01"}, "ends_at"),
    ({"ends_at": "9999-12-31"}, "ends_at"),
    ({"share": 1.2}, "share"),
    ({"title": "  "}, "title"),
    ({"title": "a\nb"}, "title"),
    ({"place": {"type": "Point", "coordinates": [10.9, 106.7]}}, "place.Point.coordinates.1"),
    ({"place": {"type": "LineString", "coordinates": [[106.7, 11.0], [106.7, 11.0]]}}, "place"),
    ({"place": {"type": "LineString", "coordinates": [[106.7, 11.0], [116.7, 11.0]]}}, "place"),
    ({"reporter": "Lan 0901 234 567"}, "reporter"),
    ({"tolerance_m": 0}, "tolerance_m"),
)


def test_what_does_not_fit_is_told_at_its_field(sqlite_engine: Engine) -> None:
    with client(sqlite_engine, PLANNER) as service:
        for values, column in WRONG:
            refused = service.post(INCIDENTS_URL, json=form(**values))
            assert refused.status_code == 422
            assert [one["column"] for one in refused.json()["findings"]] == [column]


def test_a_ticket_is_kept_once_however_often_it_is_sent(service: httpx.Client) -> None:
    url = f"{TICKETS_URL}/T-1"
    first = service.put(url, json=form())
    again = service.put(url, json=form())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["incident_id"] == again.json()["incident_id"]
    assert again.json()["version"] == 1
    more = service.put(url, json=form(source_state="đang xử lý"))
    assert (more.json()["version"], more.json()["source_state"]) == (2, "đang xử lý")
    assert service.get(url).json() == more.json()
    other = service.put("/api/v1/incidents/tickets/roads/T-1", json=form())
    assert other.json()["incident_id"] != first.json()["incident_id"]


def test_a_source_that_repeats_an_old_state_undoes_nothing(service: httpx.Client, engine: Engine) -> None:
    url = f"{TICKETS_URL}/T-2"
    service.put(url, json=form(state="reported"))
    incident = service.get(url).json()
    moved(service, {"incident_id": incident["incident_id"]}, state="confirmed")
    assert service.put(url, json=form(state="reported")).json()["state"] == "confirmed"
    move_by_clock(engine, at(10))
    assert service.put(url, json=form(state="confirmed")).json()["state"] == "live"
    assert service.put(url, json=form(state="ended")).json()["state"] == "ended"
    assert service.put(url, json=form(title="Khác")).status_code == 409


def test_what_people_said_stays_when_the_source_repeats_itself(service: httpx.Client) -> None:
    """A person names the link and the share; the source goes on sending the position and no share."""
    url = f"{TICKETS_URL}/T-3"
    doubtful = {"type": "Point", "coordinates": [106.70003, 11.05]}
    sent = form(link_ids=[], place=doubtful, share=None)
    incident = service.put(url, json=sent).json()
    assert not incident["match"]["is_clear"]
    named = moved(service, incident, state="confirmed", link_ids=["road_1"], share=0.25)
    assert named.status_code == 200
    again = service.put(url, json=sent)
    assert (again.status_code, again.json()) == (200, named.json())
    news = service.put(url, json={**sent, "source_state": "đang xử lý", "title": "Sửa cầu, làn trái"}).json()
    assert (news["title"], news["source_state"]) == ("Sửa cầu, làn trái", "đang xử lý")
    assert (news["share"], news["links"], news["state"]) == (0.25, ["road_1"], "confirmed")
    ended = moved(service, {"incident_id": incident["incident_id"]}, state="ended").json()
    later = {**sent, "title": "Sửa cầu, làn trái", "source_state": "đã xong"}
    after = service.put(url, json=later).json()
    assert (after["source_state"], after["ends_at"], after["state"]) == ("đã xong", ended["ends_at"], "ended")
    assert service.put(url, json={**later, "share": 0.5}).status_code == 409


def test_one_ticket_sent_by_many_at_once_is_one_incident(service: httpx.Client, engine: Engine) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: service.put(f"{TICKETS_URL}/T-9", json=form()), range(6)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 200, 200, 201]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(INCIDENTS)) == 1
        assert connection.scalar(select(func.count()).select_from(INCIDENT_HISTORY)) == 1


def test_states_are_pulled_by_the_system_the_tickets_came_from(service: httpx.Client) -> None:
    for number in range(3):
        service.put(f"{TICKETS_URL}/T-{number}", json=form())
    service.put("/api/v1/incidents/tickets/roads/R-1", json=form())
    page = service.get(TICKETS_URL, params={"limit": 2}).json()
    assert [one["ticket_id"] for one in page["items"]] == ["T-0", "T-1"]
    rest = service.get(page["next"]).json()
    assert [one["ticket_id"] for one in rest["items"]] == ["T-2"]
    since = rest["items"][0]["updated_at"]
    latest = service.get(TICKETS_URL, params={"changed_since": since}).json()["items"]
    assert [one["ticket_id"] for one in latest] == ["T-2"]


def test_what_is_only_reported_or_rejected_is_there_for_nobody_else(service: httpx.Client) -> None:
    """Absent and hidden give the same answer, save the id of the request."""
    incident = made(service, description="Bà Ba 0901 234 567")
    url = f"{INCIDENTS_URL}/{incident['incident_id']}"
    for name in ("anonymous", "analyst"):
        hidden, absent = (service.get(one, headers=as_(name)) for one in (url, f"{INCIDENTS_URL}/inc_none"))
        assert hidden.status_code == absent.status_code == 404
        told = without_id(hidden)["detail"].replace(incident["incident_id"], "inc_none")
        assert told == without_id(absent)["detail"]
        assert service.get(INCIDENTS_URL, headers=as_(name)).json()["items"] == []
    moved(service, incident, state="confirmed")
    shown = service.get(url, headers=as_("anonymous")).json()
    assert shown["title"] == "Sửa cầu"
    hidden_fields = ("system", "ticket_id", "description", "source_state", "link_ids", "tolerance_m", "match")
    assert [shown[name] for name in hidden_fields] == [None] * 7
    assert "0901" not in service.get(INCIDENTS_URL, headers=as_("analyst")).text
    for name in ("system=1022", "system=hinterland"):
        assert service.get(f"{INCIDENTS_URL}?{name}", headers=as_("anonymous")).json()["items"] == []
    moved(service, {"incident_id": incident["incident_id"]}, state="rejected")
    assert service.get(url, headers=as_("anonymous")).status_code == 404


def test_a_lost_update_is_refused(service: httpx.Client) -> None:
    incident = made(service)
    assert service.patch(f"{INCIDENTS_URL}/{incident['incident_id']}", json={"share": 0.2}).status_code == 428
    assert moved(service, incident, share=0.2).status_code == 200
    assert moved(service, incident, share=0.3).status_code == 412
    assert service.get(f"{INCIDENTS_URL}/{incident['incident_id']}").json()["share"] == 0.2


def test_an_unchanged_incident_is_not_sent_again(service: httpx.Client) -> None:
    incident = made(service, state="confirmed")
    url = f"{INCIDENTS_URL}/{incident['incident_id']}"
    assert service.get(url, headers={"if-none-match": incident["etag"]}).status_code == 304
    assert service.get(url, headers={"if-none-match": incident["etag"], **as_("anonymous")}).status_code == 200


def test_the_clock_moves_incidents_once_and_tells_it(service: httpx.Client, engine: Engine) -> None:
    """Confirmed for 1 to 31 March by Vietnamese time: live from 28 February 17:00 UTC, ended on 31 March 17:00 UTC."""
    incident = made(service, state="confirmed")
    url = f"{INCIDENTS_URL}/{incident['incident_id']}"
    assert move_by_clock(engine, at(28, 16, month=2)) == 0
    workers = 1 if is_sqlite(engine) else 4
    with ThreadPoolExecutor(workers) as pool:
        counts = list(pool.map(lambda _n: move_by_clock(engine, at(28, 17, month=2)), range(workers)))
    assert sum(counts) == 1
    assert service.get(url).json()["state"] == "live"
    assert move_by_clock(engine, at(31, 16)) == 0
    assert move_by_clock(engine, at(31, 17)) == 1
    ended = service.get(url).json()
    assert (ended["state"], ended["ends_at"]) == ("ended", "2026-03-31T17:00:00.000000+00:00")
    with engine.connect() as connection:
        query = select(WEBHOOK_EVENTS.c.subject).where(WEBHOOK_EVENTS.c.type == "incident.changed")
        assert connection.scalars(query).all() == [incident["incident_id"]] * 3


def test_readers_enter_and_change_nothing(service: httpx.Client) -> None:
    incident = made(service, state="confirmed")
    for name, status in (("anonymous", 401), ("analyst", 403)):
        headers = {**as_(name), "if-match": "*"}
        assert service.post(INCIDENTS_URL, json=form(), headers=headers).status_code == status
        url = f"{INCIDENTS_URL}/{incident['incident_id']}"
        assert service.patch(url, json={"state": "ended"}, headers=headers).status_code == status
        assert service.get(f"{url}/history", headers=headers).status_code == status
        assert service.put(f"{TICKETS_URL}/T-1", json=form(), headers=headers).status_code == status


def test_days_and_times_without_a_zone_are_vietnamese() -> None:
    assert read_instant("2026-03-01") == at(28, 17, month=2)
    assert read_instant("2026-03-31", is_end=True) == at(31, 17)
    assert read_instant("2026-03-01T07:00") == at(1)
    assert read_instant("2026-03-01T07:00:00Z") == at(1, 7)
    assert read_instant("2026-03-01T00:00:00+07:00").astimezone(VIETNAM).hour == 0
    for wrong in ("", "2026-02-30", "1800-01-01", "2026-03-01T25:00", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(IncidentError):
            read_instant(wrong)


def test_the_operator_of_one_machine_works_with_incidents(sqlite_engine: Engine) -> None:
    with client(with_links(sqlite_engine), OPERATOR) as service:
        assert made(service, state="confirmed")["system"] == "hinterland"
