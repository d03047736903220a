"""Closures: what is closed now, and the scenario of them, which changes the plan as a closed or narrowed link does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from incident_parts import at, clear, form, module_engine, with_links
from planner_pack import BASE, planned
from scenario_parts import resolved, scenario_pack
from service_parts import client, somebody
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS
from api.incidents.offering import Narrowing, narrowings, offer_scenario, scenario_yaml
from api.incidents.values import VIETNAM, Incident, Match, MatchedLink, Said
from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.scenarios.file import parse_scenario_file
from optimizer.scenarios.resolve import resolve_scenario
from optimizer.scenarios.scenario import Scenario

PLANNER = somebody("planner", name="binh")
MARCH = date(2026, 3, 1)
BASE_OBJECTIVE = planned(scenario_pack(), BASE)[1].objective


def closure(name: str, starts: datetime, ends: datetime | None, share: float, *links: str) -> Incident:
    """Return a confirmed incident on links of the region."""
    chosen = tuple(MatchedLink(link, link, link, None, None, chosen=True) for link in links or ("road_1",))
    said = Said(title=f"Việc {name}", starts_at=starts, ends_at=ends, share=share)
    return Incident(name, "roads", name, "confirmed", said, Match("links", True, chosen), 1, "", "")


def local(day: int, hour: int = 0) -> datetime:
    """Return a moment of March 2026 by Vietnamese time, in UTC."""
    return (datetime(2026, 3, 1, tzinfo=VIETNAM) + timedelta(days=day - 1, hours=hour)).astimezone(UTC)


def test_a_day_counts_with_what_is_left_of_its_hours() -> None:
    """Closed from 2 March 12:00 to 4 March 06:00: 12 of 24 hours are left, none, and 18 of 24."""
    assert narrowings("road_1", [closure("a", local(2, 12), local(4, 6), 0.0)]) == [
        Narrowing("road_1", date(2026, 3, 2), date(2026, 3, 2), 0.5, ("a",)),
        Narrowing("road_1", date(2026, 3, 3), date(2026, 3, 3), 0.0, ("a",)),
        Narrowing("road_1", date(2026, 3, 4), date(2026, 3, 4), 0.75, ("a",)),
    ]


def test_the_worst_of_several_holds_and_not_their_product() -> None:
    """Half from 1 to 10 March; a quarter on the 3rd and 4th; the 11th belongs to nobody; open end from the 20th."""
    several = [
        closure("a", local(1), local(11), 0.5),
        closure("b", local(3), local(5), 0.25),
        closure("c", local(20), None, 0.8),
        closure("d", local(20), None, 1.0),
    ]
    assert narrowings("road_1", several) == [
        Narrowing("road_1", date(2026, 3, 1), date(2026, 3, 2), 0.5, ("a",)),
        Narrowing("road_1", date(2026, 3, 3), date(2026, 3, 4), 0.25, ("a", "b")),
        Narrowing("road_1", date(2026, 3, 5), date(2026, 3, 10), 0.5, ("a",)),
        Narrowing("road_1", date(2026, 3, 20), None, 0.8, ("c",)),
    ]


def test_a_day_ends_at_midnight_in_vietnam() -> None:
    """To 1 March 17:00 UTC is to the end of 1 March; an hour more is an hour of the 2nd."""
    (one,) = narrowings("road_1", [closure("a", at(28, 17, month=2), at(1, 17), 0.0)])
    assert (one.first, one.last, one.share) == (MARCH, MARCH, 0.0)
    two = narrowings("road_1", [closure("a", at(28, 17, month=2), at(1, 18), 0.0)])
    assert two[1].share == pytest.approx(23 / 24, abs=1e-6)


HOURS = st.integers(0, 24 * 8)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(HOURS, st.integers(1, 24 * 5), st.sampled_from((0.0, 0.25, 0.5, 1.0)), st.booleans()), max_size=4
    )
)
def test_every_day_has_the_mean_of_its_hours(spans: list[tuple[int, int, float, bool]]) -> None:
    """Hour by hour, the least share that any closure leaves: counted one by one for 20 days."""
    some = [
        closure(f"c{n}", local(1, start), None if is_open else local(1, start + length), share)
        for n, (start, length, share, is_open) in enumerate(spans)
    ]
    found = narrowings("road_1", some)
    for day in range(20):
        hours = range(day * 24, day * 24 + 24)
        left = [
            min([1.0, *(s for b, n, s, is_open in spans if b <= hour and (is_open or hour < b + n))]) for hour in hours
        ]
        which = [one for one in found if one.first <= MARCH + timedelta(days=day) <= (one.last or date.max)]
        assert len(which) <= 1
        assert (which[0].share if which else 1.0) == pytest.approx(sum(left) / 24, abs=1e-6)


def plan_of(text: str, day: str | None = None) -> tuple[Scenario, Case, Plan]:
    """Return a scenario file worked out on the small region, and its plan, for its day or another."""
    file = parse_scenario_file(text if day is None else text.replace(date_of(text), f"date: {day}"))
    scenario = resolve_scenario(file, {}, scenario_pack())
    return scenario, *planned(scenario_pack(), scenario)


def date_of(text: str) -> str:
    """Return the line of the day planned."""
    return next(line for line in text.splitlines() if line.startswith("date: "))


def confirmed(service: httpx.Client, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a form
    """Enter an incident that is confirmed at once."""
    answer = service.post("/api/v1/incidents", json=form(**{"state": "confirmed", **values}))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def scenario_at(service: httpx.Client, day: str, **query: str) -> str:
    """Return the scenario of closures on a day."""
    answer = service.get("/api/v1/closures/scenario", params={"date": day, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/yaml")
    return answer.text


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
    with client(engine, PLANNER, others={"anonymous": ANONYMOUS}) as found:
        yield found


@pytest.fixture
def service(running: httpx.Client, engine: Engine) -> Iterator[httpx.Client]:
    """Give a client of the service, without any incident yet."""
    yield running
    clear(engine)


def test_a_closed_link_changes_the_plan_on_its_days_and_no_others(service: httpx.Client) -> None:
    """Without road_2 the deep port cannot be reached; the city takes 5 TEU of 8 t, and 40 t of the 80 stay."""
    incident = confirmed(service, link_ids=["road_2"], share=0.0)
    text = scenario_at(service, "2026-03-02")
    after = scenario_at(service, "2026-04-01")
    assert f"Sửa cầu ({incident['incident_id']})" in text
    _scenario, case, plan = plan_of(text)
    assert plan.unserved_t_per_day.tolist() == pytest.approx([0.0, 40.0])
    same = planned(scenario_pack(), resolved("- change: close\n  links: [road_2]"))[1]
    assert plan.objective == same.objective
    for other in (plan_of(text, "2026-02-28"), plan_of(text, "2026-04-01"), plan_of(after)):
        assert other[2].objective == BASE_OBJECTIVE
        assert other[2].unserved_t_per_day.tolist() == [0.0, 0.0]
    assert case.problem is not None
    assert "changes: []" in after


def test_a_narrowed_link_changes_the_plan_by_what_no_longer_fits(service: httpx.Client) -> None:
    """One hundredth of 5,000 pcu less 3,000 of others is 20 pcu; a laden TEU takes 3 x 1.5 / 2 = 2.25 pcu.

    20 / 2.25 = 8.89 TEU of 8 t are 71.11 t of the 80: 8.89 t stay, and with them the 20 t of empty boxes.
    """
    confirmed(service, share=0.01)
    text = scenario_at(service, "2026-03-31")
    assert "share: 0.01" in text
    plan = plan_of(text)[2]
    assert sorted(plan.unserved_t_per_day.tolist()) == pytest.approx([80.0 - 8.0 * 20.0 / 2.25, 20.0])
    same = planned(scenario_pack(), resolved("- change: available\n  links: [road_1]\n  share: 0.01"))[1]
    assert plan.objective == same.objective
    assert plan_of(text, "2026-04-01")[2].objective == BASE_OBJECTIVE


def test_closed_half_the_day_is_half_the_capacity(service: httpx.Client) -> None:
    span = {"starts_at": "2026-03-02T06:00:00+07:00", "ends_at": "2026-03-02T18:00:00+07:00"}
    confirmed(service, share=0.0, **span)
    scenario, _case, plan = plan_of(scenario_at(service, "2026-03-02"))
    same = resolved("- change: available\n  links: [road_1]\n  share: 0.5")
    assert plan.objective == planned(scenario_pack(), same)[1].objective
    assert scenario.date == date(2026, 3, 2)


def test_what_no_scenario_can_say_is_told_and_left_out(service: httpx.Client) -> None:
    confirmed(service, link_ids=["road_2", "road_1"], share=0.5, title='Cầu: #1 "hẹp"')
    answer = service.get("/api/v1/closures/scenario", params={"date": "2026-03-02"})
    plain = service.get(
        "/api/v1/closures/scenario", params={"date": "2026-03-02"}, headers={"accept": "application/json"}
    )
    assert answer.headers["x-left-out"] == plain.headers["x-left-out"] == "1"
    assert "# road_2 has no capacity in the region" in answer.text
    read = parse_scenario_file(answer.text)
    also = parse_scenario_file(json.dumps(plain.json()))
    assert [change.selections for change in read.changes] == [change.selections for change in also.changes]
    assert plain.json()["changes"][0]["links"] == ["road_1"]
    assert read.changes[0].reason.vi.startswith('Cầu: #1 "hẹp" (inc_')
    plan_of(answer.text)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=80), st.booleans())
def test_any_title_makes_a_file_that_reads(title: str, is_closed: bool) -> None:
    one = closure("inc_a", local(1), None, 0.0 if is_closed else 0.5)
    named = Incident(
        **{name: getattr(one, name) for name in one.__slots__}
        | {"said": Said(title=title, starts_at=local(1), share=one.said.share)}
    )
    offered = offer_scenario([named], {"road_1": True}, MARCH, MARCH)
    file = parse_scenario_file(scenario_yaml(offered))
    assert [change.verb for change in file.changes] == ["close" if is_closed else "available"]


def test_what_is_live_is_shown_at_each_moment(service: httpx.Client) -> None:
    """From 1 March 00:00 to the end of 31 March by Vietnamese time; what is only reported is nobody's closure."""
    confirmed(service, place={"type": "Point", "coordinates": [106.7, 11.0]})
    confirmed(service, state="reported", link_ids=["road_2"], share=0.0)
    headers = {"x-test-caller": "anonymous"}
    for moment, count in (
        ("2026-02-28T23:59:59+07:00", 0),
        ("2026-03-01", 1),
        ("2026-03-31T23:59:59+07:00", 1),
        ("2026-04-01", 0),
    ):
        found = service.get("/api/v1/closures", params={"at": moment}, headers=headers).json()
        assert len(found["closures"]) == count
    rail = service.get("/api/v1/closures", params={"at": "2026-03-02", "mode": "rail"}, headers=headers).json()
    assert rail["closures"] == []
    layer = service.get(
        "/api/v1/closures", params={"at": "2026-03-02"}, headers={**headers, "accept": "application/geo+json"}
    )
    assert layer.headers["content-type"] == "application/geo+json"
    (feature,) = layer.json()["features"]
    assert feature["geometry"] == {
        "type": "MultiLineString",
        "coordinates": [[[106.7, 11.05], [106.7, 10.9]]],
    }
    assert (feature["properties"]["share"], feature["properties"]["links"]) == (0.5, ["road_1"])
    assert "description" not in feature["properties"]


def test_questions_that_make_no_sense_are_refused(service: httpx.Client) -> None:
    for query in (
        {"date": "2026-03-02", "until": "2026-03-01"},
        {"date": "2026-03-02", "until": "2028-03-01"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"date": "soon"},
        {"base": "No Id"},
        {"incident": "A B"},
    ):
        assert service.get("/api/v1/closures/scenario", params=query).status_code == 422, query
    assert service.get("/api/v1/closures", params={"at": "soon"}).status_code == 422


def test_a_window_takes_in_what_comes_and_one_incident_can_be_asked_for(service: httpx.Client) -> None:
    first = confirmed(service, ends_at="2026-03-05")
    second = confirmed(service, starts_at="2026-03-10", ends_at="2026-03-12", share=0.25)
    alone = scenario_at(service, "2026-03-02")
    both = scenario_at(service, "2026-03-02", until="2026-03-31")
    only = scenario_at(service, "2026-03-02", until="2026-03-31", incident=second["incident_id"], base="ring_roads")
    assert first["incident_id"] in alone
    assert second["incident_id"] not in alone
    assert both.count("- change: available") == 2
    assert "from: 2026-03-10" in only
    assert first["incident_id"] not in only
    assert parse_scenario_file(only).base == "ring_roads"
