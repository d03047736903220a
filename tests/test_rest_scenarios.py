"""Scenarios over REST: owned, shared, forked, kept in versions, never seen by those they are not for."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from planning_parts import (
    LAN,
    LARGER_PORT,
    MORE_FREIGHT,
    PEOPLE,
    as_who,
    asked,
    enter_accounts,
    load_small_region,
    scenario_text,
)
from service_parts import client, without_id
from sqlalchemy import Engine

from api.scenarios.forking import renamed
from optimizer.scenarios.file import parse_scenario_file
from supplychain.errors import HinterlandError

SCENARIOS = "/api/v1/scenarios"


@pytest.fixture
def ready(registry_engine: Engine) -> Engine:
    load_small_region(registry_engine)
    enter_accounts(registry_engine)
    return registry_engine


@pytest.fixture
def service(ready: Engine) -> Iterator[httpx.Client]:
    with client(ready, LAN, others=PEOPLE) as one:
        yield one


def keep(service: httpx.Client, text: str, who: str = "lan") -> httpx.Response:
    answer = service.post(SCENARIOS, json={"text": text}, headers=as_who(who))
    assert answer.status_code == 201, answer.text
    return answer


def share(service: httpx.Client, key: str, **with_whom: object) -> None:
    tag = service.get(f"{SCENARIOS}/{key}/shares").headers["etag"]
    answer = service.put(f"{SCENARIOS}/{key}/shares", json=with_whom, headers={"if-match": tag})
    assert answer.status_code == 200, answer.text


def test_a_scenario_is_kept_changed_and_deleted_by_its_owner(service: httpx.Client) -> None:
    """A lost update is refused; every text it has had is kept; what the region has is read-only beside it."""
    made = keep(service, scenario_text("mine", MORE_FREIGHT))
    key, tag = made.json()["key"], made.headers["etag"]
    assert made.headers["location"] == f"{SCENARIOS}/{key}"
    assert (made.json()["origin"], made.json()["version"], made.json()["changes"]) == ("mine", 1, 1)
    assert service.get(f"{SCENARIOS}/mine").json() == service.get(f"{SCENARIOS}/{key}").json()
    assert service.get(f"{SCENARIOS}/{key}", headers={"if-none-match": tag}).status_code == 304
    other = scenario_text("mine", MORE_FREIGHT, LARGER_PORT)
    body = {"text": other}
    assert service.put(f"{SCENARIOS}/{key}", json=body).status_code == 428
    changed = service.put(f"{SCENARIOS}/{key}", json=body, headers={"if-match": tag})
    assert (changed.status_code, changed.json()["version"], changed.json()["text"]) == (200, 2, other)
    assert service.put(f"{SCENARIOS}/{key}", json=body, headers={"if-match": tag}).status_code == 412
    versions = service.get(f"{SCENARIOS}/{key}/versions").json()["items"]
    assert [(one["version"], one["author"]) for one in versions] == [(2, "lan"), (1, "lan")]
    assert service.get(f"{SCENARIOS}/{key}/versions/1").json()["text"] == scenario_text("mine", MORE_FREIGHT)
    assert service.get(f"{SCENARIOS}/{key}/file").text == other
    gone = service.delete(f"{SCENARIOS}/{key}", headers={"if-match": changed.headers["etag"]})
    assert gone.status_code == 204
    assert service.get(f"{SCENARIOS}/{key}").status_code == 404


def test_a_faulty_file_is_told_with_line_and_character(service: httpx.Client) -> None:
    """The fault stands on line 6, behind `  - {change: `."""
    answer = service.post(SCENARIOS, json={"text": scenario_text("bad", "change: nothing")})
    assert answer.status_code == 422
    [finding] = answer.json()["findings"]
    assert (finding["row"], finding["character"]) == (6, 14)
    assert service.get(SCENARIOS, params={"origin": "mine"}).json()["items"] == []


def test_ids_of_the_region_and_of_ones_own_are_taken(service: httpx.Client) -> None:
    assert service.post(SCENARIOS, json={"text": scenario_text("base")}).status_code == 409
    keep(service, scenario_text("mine"))
    assert service.post(SCENARIOS, json={"text": scenario_text("mine")}).status_code == 409
    keep(service, scenario_text("mine"), "minh")  # what others have nobody can tell
    region = service.get(f"{SCENARIOS}/base")
    assert region.json()["origin"] == "region"
    refused = service.put(f"{SCENARIOS}/base", json={"text": scenario_text("base")}, headers={"if-match": "*"})
    assert refused.status_code == 403


def test_absent_and_hidden_scenarios_are_answered_alike(service: httpx.Client) -> None:
    """Whatever is asked of it: by key and by id, to read, change, fork, share, check, compare, plan."""
    key = keep(service, scenario_text("secret", MORE_FREIGHT), "minh").json()["key"]
    nobody = "scn_aaaaaaaaaaaaaaaaaaaa"
    text = {"text": scenario_text("mine")}
    ways = [
        ("GET", f"{SCENARIOS}/NAME", None),
        ("GET", f"{SCENARIOS}/NAME/file", None),
        ("GET", f"{SCENARIOS}/NAME/versions", None),
        ("GET", f"{SCENARIOS}/NAME/shares", None),
        ("PUT", f"{SCENARIOS}/NAME", text),
        ("PUT", f"{SCENARIOS}/NAME/shares", {"staff": True}),
        ("DELETE", f"{SCENARIOS}/NAME", None),
        ("POST", f"{SCENARIOS}/NAME/forks", {"scenario_id": "mine"}),
        ("POST", f"{SCENARIOS}/NAME/checks", {}),
        ("POST", f"{SCENARIOS}/NAME/checks", text),
        ("POST", f"{SCENARIOS}/NAME/effects", None),
        ("POST", f"{SCENARIOS}/base/differences", {"other": "NAME"}),
        ("POST", "/api/v1/runs", {"scenario": "NAME"}),
        ("POST", "/api/v1/runs", {"scenario": "base + NAME"}),
        ("POST", "/api/v1/comparisons", {"scenarios": ["base", "NAME"]}),
        ("POST", "/api/v1/explanations", {"scenario": "NAME"}),
        (
            "POST",
            "/api/v1/quotes",
            {"scenario": "NAME", "place": "a", "market": "b", "box": "40HC", "date": "2026-03-02"},
        ),
        ("POST", "/api/v1/emissions", {"scenario": "NAME"}),
        ("POST", "/api/v1/programmes", {"scenario": "NAME"}),
        ("POST", "/api/v1/validations", {"scenario": "NAME"}),
        ("POST", "/api/v1/sweeps", {"scenarios": ["NAME"]}),
        ("POST", "/api/v1/sweeps", {"base": "NAME", "scenarios": ["base"]}),
    ]

    def told(method: str, path: str, body: object, name: str) -> tuple[int, str, dict[str, object]]:
        sent = None if body is None else json.loads(json.dumps(body).replace("NAME", name))
        answer = service.request(method, path.replace("NAME", name), json=sent, headers={"if-match": "*"})
        shown = answer.text.replace(name, "NAME").replace(str(answer.json().get("instance")), "")
        return answer.status_code, shown, without_id(answer) if answer.status_code == 404 else {}

    for method, path, body in ways:
        for hidden, absent in ((key, nobody), ("secret", "nosuch")):
            one, two = told(method, path, body, hidden), told(method, path, body, absent)
            assert one[0] == 404, (method, path, one)
            assert one[:2] == two[:2], (method, path)


def test_what_is_shared_is_seen_by_those_it_is_shared_with(service: httpx.Client) -> None:
    key = keep(service, scenario_text("ours", MORE_FREIGHT)).json()["key"]

    def seen(who: str) -> bool:
        listed = [one["key"] for one in service.get(SCENARIOS, headers=as_who(who)).json()["items"]]
        status = service.get(f"{SCENARIOS}/{key}", headers=as_who(who)).status_code
        assert status == (200 if key in listed else 404)
        return key in listed

    assert [seen(who) for who in ("lan", "minh", "hoa", "chief")] == [True, False, False, True]
    share(service, key, accounts=["acc_minh"])
    assert [seen(who) for who in ("minh", "hoa")] == [True, False]
    share(service, key, roles=["analyst"])
    assert [seen(who) for who in ("minh", "hoa")] == [False, True]
    share(service, key, staff=True)
    assert [seen(who) for who in ("minh", "hoa")] == [True, True]
    listed = service.get(SCENARIOS, params={"origin": "shared"}, headers=as_who("minh")).json()["items"]
    assert [(one["key"], one["origin"]) for one in listed] == [(key, "shared")]
    refused = service.put(
        f"{SCENARIOS}/{key}", json={"text": scenario_text("ours")}, headers=as_who("minh", **{"if-match": "*"})
    )
    assert refused.status_code == 403
    assert service.get(f"{SCENARIOS}/{key}/shares", headers=as_who("minh")).status_code == 403
    for wrong in ({"accounts": ["acc_nobody"]}, {"accounts": ["acc_firm"]}, {"roles": ["firm"]}):
        answer = service.put(f"{SCENARIOS}/{key}/shares", json=wrong, headers={"if-match": "*"})
        assert answer.status_code == 422, wrong
    share(service, key)
    assert not seen("minh")
    assert service.get(SCENARIOS, headers=as_who("firm")).status_code == 403


def test_a_fork_means_what_the_original_meant(service: httpx.Client, ready: Engine) -> None:
    """Both have a scenario `low`; the fork of what builds on Lan's `low` still builds on Lan's, or on nothing."""
    low = keep(service, scenario_text("low", MORE_FREIGHT)).json()["key"]
    top = keep(service, scenario_text("top", base="low")).json()["key"]
    keep(service, scenario_text("low", LARGER_PORT), "minh")
    share(service, top, staff=True)
    as_minh = as_who("minh")
    # What it builds on is hidden from Minh: that is not a word of it, and Minh's own `low` is not taken for it.
    hidden = service.post(f"{SCENARIOS}/{top}/effects", headers=as_minh)
    assert (hidden.status_code, hidden.json()["findings"][0]["column"]) == (422, "base")
    share(service, low, staff=True)
    fork = service.post(f"{SCENARIOS}/{top}/forks", json={}, headers=as_minh)
    assert fork.status_code == 201
    assert (fork.json()["base"], fork.json()["forked_from"], fork.json()["scenario_id"]) == (low, top, "top")
    effects, _ = asked(service, ready, f"scenarios/{fork.json()['key']}/effects", {}, "minh")
    [change] = effects["answer"]["changes"]
    assert "1.25" in str(change) or "25" in str(change)
    share(service, top)
    assert service.get(f"{SCENARIOS}/top", headers=as_minh).json()["forked_from"] is None


def test_a_scenario_of_the_region_is_forked_under_another_id(service: httpx.Client) -> None:
    assert service.post(f"{SCENARIOS}/larger/forks", json={}).status_code == 409
    fork = service.post(f"{SCENARIOS}/larger/forks", json={"scenario_id": "my_larger"})
    assert fork.json()["text"] == scenario_text("larger", LARGER_PORT).replace("_id: larger", "_id: my_larger")
    assert fork.json()["forked_from"] == "larger"


def test_the_list_comes_in_pages_that_miss_nothing(service: httpx.Client) -> None:
    keys = sorted(keep(service, scenario_text(f"s{number}")).json()["key"] for number in range(5))
    found, address = [], f"{SCENARIOS}?limit=2"
    while address:
        page = service.get(address).json()
        found += [one["key"] for one in page["items"]]
        address = page["next"]
    assert found == ["base", "larger", *keys]


def test_a_check_tells_findings_with_their_places_and_of_texts_not_kept(service: httpx.Client, ready: Engine) -> None:
    """`nosuch` is no park of the region: line 6, where the id stands."""
    wrong = scenario_text("mine", "change: table, table: parks, ids: [nosuch], set: {area_ha: 5}")
    key = keep(service, scenario_text("mine", MORE_FREIGHT)).json()["key"]
    good, _ = asked(service, ready, f"scenarios/{key}/checks", {})
    assert [one["valid"] for one in good["answer"]["scenarios"]] == [True]
    bad, _ = asked(service, ready, f"scenarios/{key}/checks", {"text": wrong})
    [verdict] = bad["answer"]["scenarios"]
    assert not verdict["valid"]
    assert (verdict["findings"][0]["line"], verdict["findings"][0]["file"]) == (6, "scenario")
    assert service.get(f"{SCENARIOS}/{key}").json()["text"] == scenario_text("mine", MORE_FREIGHT)


def test_a_name_never_means_a_file(service: httpx.Client) -> None:
    """Nothing that could be a path is taken for a name."""
    for name in ("/etc/passwd", "../base", "base.yaml", "a/b", "BASE", "base+", "+", ""):
        answer = service.post("/api/v1/runs", json={"scenario": name})
        assert answer.status_code == 422, name
        assert service.post(f"{SCENARIOS}/base/differences", json={"other": name}).status_code == 422


def test_a_file_is_renamed_at_its_places_alone() -> None:
    """The id stands in the name and in a remark as well; both stay."""
    text = (
        "scenario_id: 'low' # low\nname: {vi: low, en: low}\ndescription: {vi: low, en: low}\nformat: 2\nbase: low_b\n"
    )
    text += 'stack: ["low_b2", x]\nchanges: []\n'
    file = parse_scenario_file(text)
    made = renamed(file, "high", {"low_b": "scn_a", "x": "scn_b"})
    expected = text.replace("'low'", "'high'").replace("base: low_b", "base: scn_a").replace(", x]", ", scn_b]")
    assert made.text == expected
    strange = parse_scenario_file(
        '{"scenario_id": "l\\u006fw", "name": {"vi": "a", "en": "a"}, "changes": [], '
        '"description": {"vi": "a", "en": "a"}}'
    )
    with pytest.raises(HinterlandError, match="by hand"):
        renamed(strange, "high", {})


IDS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


@given(IDS, IDS, IDS, IDS)
def test_a_file_renamed_there_and_back_is_the_file_it_was(first: str, second: str, base: str, other: str) -> None:
    """Whatever the ids are, and whatever stands around them; a file cannot build on itself."""
    assume(len({first, second, base, other}) == 4)
    text = scenario_text(first, MORE_FREIGHT, base=base, stack=f"'{other}', x_{base}")
    file = parse_scenario_file(text)
    there = renamed(file, second, {base: f"scn_{base}"})
    assert (there.scenario_id, there.base, there.stack) == (second, f"scn_{base}", (other, f"x_{base}"))
    assert renamed(there, first, {f"scn_{base}": base}).text == text
