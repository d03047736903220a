"""Webhooks: made with a secret shown once, told once of what their owner may know, tried again, given up in time."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from incident_parts import clear, form, module_engine, with_links
from registry_parts import facility, organisation, partnership, set_values, source, write
from service_parts import client, somebody, without_id
from sqlalchemy import Engine, delete, insert, select, update
from webhook_parts import Receiver, receiver

from api.access.known import write_roles
from api.access.rights import Role
from api.access.tables import ACCOUNTS
from api.service.tables import IDEMPOTENT_ANSWERS
from api.webhooks.events import announce
from api.webhooks.rounds import BACKOFF_S, webhook_round
from api.webhooks.tables import WEBHOOK_DELIVERIES, WEBHOOK_EVENTS, WEBHOOKS
from api.webhooks.targets import allow_target
from supplychain.database import for_writing

URL = "/api/v1/webhooks"
STEWARD = somebody("steward", name="lan")
OTHERS = {
    "planner": somebody("planner", name="binh"),
    "analyst": somebody("analyst", name="an"),
    "linked": somebody("analyst", name="chi", organisation_id="org_b"),
    "steward": STEWARD,
}


def enter_accounts(engine: Engine) -> None:
    """Enter the accounts that own webhooks: workers ask what each may do."""
    owned: tuple[tuple[str, Role, str | None], ...] = (
        ("lan", "steward", None),
        ("binh", "planner", None),
        ("an", "analyst", None),
        ("chi", "analyst", "org_b"),
    )
    rows = [
        {
            "account_id": f"acc_{name}",
            "name": name,
            "name_key": name,
            "roles": write_roles([role]),
            "organisation_id": organisation_id,
            "status": "active",
            "created_at": "2026-01-01",
            "created_by": "test",
        }
        for name, role, organisation_id in owned
    ]
    with for_writing(engine).begin() as connection:
        connection.execute(insert(ACCOUNTS), rows)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Yield each of the two databases in turn, with links, for all tests of this file."""
    with module_engine(request, sqlite_template, tmp_path_factory) as found:
        yield with_links(found)


@pytest.fixture(scope="module")
def running(engine: Engine) -> Iterator[tuple[httpx.Client, Receiver]]:
    """Give a client as a steward and a receiver on this machine, which the database allows."""
    with receiver() as target, client(engine, STEWARD, others=OTHERS) as found:
        allow_target(engine, f"127.0.0.1:{target.port}", "test")
        yield found, target


@pytest.fixture
def target(running: tuple[httpx.Client, Receiver]) -> Receiver:
    """Give the receiver, which has got nothing yet."""
    found = running[1]
    found.got.clear()
    found.answers.clear()
    return found


@pytest.fixture
def service(running: tuple[httpx.Client, Receiver], engine: Engine) -> Iterator[httpx.Client]:
    """Give the client, with all accounts and without any webhook."""
    enter_accounts(engine)
    yield running[0]
    clear(engine)
    with for_writing(engine).begin() as connection:
        connection.execute(delete(ACCOUNTS))
        connection.execute(delete(IDEMPOTENT_ANSWERS))


def made(service: httpx.Client, target: Receiver, *events: str, by: str = "steward", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Make a webhook to the receiver."""
    body = {"name": by, "url": target.url, "events": list(events or ("incident.changed",)), **more}
    answer = service.post(URL, json=body, headers={"x-test-caller": by})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = {**answer.json(), "etag": answer.headers["etag"]}
    return found


def deliveries(service: httpx.Client, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the deliveries of a webhook of the steward, the last first."""
    found: list[dict[str, Any]] = service.get(f"{URL}/{webhook['webhook_id']}/deliveries").json()["items"]
    return found


def told(target: Receiver) -> list[dict[str, Any]]:
    """Return what the receiver was told."""
    return [json.loads(body) for _headers, body in target.got]


def later(seconds: float = 0.0, **span: float) -> datetime:
    """Return a moment after now, and after what takes long on a busy machine."""
    return datetime.now(UTC) + timedelta(seconds=seconds + 30, **span)


def test_a_webhook_is_signed_and_its_secret_is_shown_once(
    service: httpx.Client, engine: Engine, target: Receiver
) -> None:
    webhook = made(service, target)
    secret = webhook["secret"]
    assert secret.startswith("whsec_")
    for url in (URL, f"{URL}/{webhook['webhook_id']}"):
        assert secret not in service.get(url).text
    event = service.post(f"{URL}/{webhook['webhook_id']}/test").json()["event_id"]
    assert target.got == []
    assert webhook_round(engine).accepted == 1
    ((headers, body),) = target.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == event
    assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 5
    assert json.loads(body)["type"] == "webhook.test"
    (kept,) = deliveries(service, webhook)
    assert (kept["state"], kept["status"], kept["attempts"], kept["result"]) == ("accepted", 204, 1, "accepted")


def test_for_a_day_both_secrets_sign(service: httpx.Client, engine: Engine, target: Receiver) -> None:
    webhook = made(service, target)
    renewed = service.post(f"{URL}/{webhook['webhook_id']}/secret").json()
    assert renewed["secret"] != webhook["secret"]
    for hours, signatures in ((0, 2), (25, 1)):
        service.post(f"{URL}/{webhook['webhook_id']}/test")
        webhook_round(engine, at=later(hours=hours))
        assert len(target.got.pop()[0]["webhook-signature"].split(" ")) == signatures


def test_a_repeat_under_the_same_key_does_not_show_the_secret_again(
    service: httpx.Client, target: Receiver, engine: Engine
) -> None:
    body = {"name": "a", "url": target.url, "events": ["job.ended"]}
    first, again = (service.post(URL, json=body, headers={"idempotency-key": "k"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 409)
    assert first.json()["secret"] not in again.text
    with engine.connect() as connection:
        assert len(connection.execute(select(WEBHOOKS)).all()) == 1


def test_an_address_inside_is_refused_when_it_is_entered(service: httpx.Client, target: Receiver) -> None:
    webhook = made(service, target)
    for url in ("http://127.0.0.1:1/", "https://169.254.169.254/latest", "http://10.0.0.1/", "https://localhost/"):
        refused = service.post(URL, json={"name": "a", "url": url, "events": ["job.ended"]})
        assert refused.status_code == 422
        patched = service.patch(
            f"{URL}/{webhook['webhook_id']}", json={"url": url}, headers={"if-match": webhook["etag"]}
        )
        assert patched.status_code == 422


def test_what_fails_is_tried_again_later_and_later(service: httpx.Client, engine: Engine, target: Receiver) -> None:
    """Ten attempts; each waits the planned time, give or take a tenth; then the delivery has failed."""
    webhook = made(service, target)
    service.post(f"{URL}/{webhook['webhook_id']}/test")
    target.answers = [(500, {})] * 10
    moment = later()
    for attempt, wait_s in enumerate((*BACKOFF_S, None), start=1):
        assert webhook_round(engine, at=moment).failed == 1
        assert webhook_round(engine, at=moment).failed == 0
        (kept,) = deliveries(service, webhook)
        assert kept["attempts"] == attempt
        if wait_s is not None:
            due = datetime.fromisoformat(kept["due_at"])
            assert 0.9 * wait_s <= (due - moment).total_seconds() <= 1.1 * wait_s
            moment = due
    assert (kept["state"], kept["due_at"]) == ("failed", None)
    assert len({headers["webhook-id"] for headers, _body in target.got}) == 1
    stopped = service.get(f"{URL}/{webhook['webhook_id']}")
    assert stopped.json()["state"] == "disabled"  # ten attempts take 2.8 days at the least
    assert service.post(f"{URL}/{webhook['webhook_id']}/test").status_code == 409
    again = {"if-match": stopped.headers["etag"]}
    assert service.patch(f"{URL}/{webhook['webhook_id']}", json={"state": "active"}, headers=again).status_code == 200
    retry = f"{URL}/{webhook['webhook_id']}/deliveries/{kept['delivery_id']}/retry"
    assert service.post(retry).status_code == 202
    assert webhook_round(engine, at=later()).accepted == 1


def test_the_receiver_may_ask_to_wait_or_to_be_left_alone(
    service: httpx.Client, engine: Engine, target: Receiver
) -> None:
    webhook = made(service, target)
    service.post(f"{URL}/{webhook['webhook_id']}/test")
    target.answers = [(503, {"Retry-After": "900"}), (410, {})]
    moment = later()
    webhook_round(engine, at=moment)
    due = datetime.fromisoformat(deliveries(service, webhook)[0]["due_at"])
    assert (due - moment).total_seconds() == 900
    webhook_round(engine, at=due)
    assert deliveries(service, webhook)[0]["state"] == "failed"
    assert service.get(f"{URL}/{webhook['webhook_id']}").json()["state"] == "disabled"


def test_each_event_is_sent_once_however_many_workers_there_are(
    service: httpx.Client, engine: Engine, target: Receiver
) -> None:
    webhook = made(service, target)
    for _ in range(12):
        service.post(f"{URL}/{webhook['webhook_id']}/test")
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _n: webhook_round(engine, at=later()), range(4)))
    webhook_round(engine, at=later())
    assert sum(one.handed_out for one in rounds) == 12
    ids = [headers["webhook-id"] for headers, _body in target.got]
    assert len(ids) == len(set(ids)) == 12


def test_a_worker_that_dies_while_it_sends_leaves_the_delivery_to_another(
    service: httpx.Client, engine: Engine, target: Receiver
) -> None:
    webhook = made(service, target)
    service.post(f"{URL}/{webhook['webhook_id']}/test")
    target.answers = [(500, {})]
    webhook_round(engine, at=later())
    claimed = {"claim": "a worker that is dead", "due_at": later(60).isoformat(timespec="microseconds")}
    with for_writing(engine).begin() as connection:
        connection.execute(update(WEBHOOK_DELIVERIES).values(claimed))
    assert webhook_round(engine, at=later()).accepted == 0
    assert webhook_round(engine, at=later(70)).accepted == 1


def test_incidents_are_told_as_far_as_each_may_know(service: httpx.Client, engine: Engine, target: Receiver) -> None:
    """Staff is told the report; an analyst hears of it once it is confirmed, and that it was withdrawn."""
    made(service, target, by="analyst")
    made(service, target, by="planner", systems=["1022"])
    ticket = "/api/v1/incidents/tickets/1022/T-1"
    for state in ("reported", "confirmed", "rejected"):
        service.put(ticket, json=form(state=state, description="Bà Ba 0901 234 567"))
    service.put("/api/v1/incidents/tickets/roads/R-1", json=form())
    webhook_round(engine, at=later())
    seen = [one["data"]["incident"] for one in told(target)]
    staff = [one for one in seen if "ticket_id" in one]
    public = [one for one in seen if "ticket_id" not in one]
    assert [(one["ticket_id"], one["state"]) for one in staff] == [
        ("T-1", "reported"),
        ("T-1", "confirmed"),
        ("T-1", "rejected"),
    ]
    assert [one["state"] for one in public] == ["confirmed", "rejected"]
    assert "0901" not in json.dumps(public)
    assert set(public[1]) == {"incident_id", "state"}


def test_jobs_and_imports_are_told_to_their_own_account_alone(
    service: httpx.Client, engine: Engine, target: Receiver
) -> None:
    for name in ("steward", "planner"):
        made(service, target, "job.ended", "import.done", by=name)
    with for_writing(engine).begin() as connection:
        announce(connection, "job.ended", "job_1", {"job_id": "job_1"}, account_id="acc_binh")
        announce(connection, "import.done", "job_2", {"job_id": "job_2"}, account_id="acc_lan")
    webhook_round(engine, at=later())
    assert sorted((one["type"], one["data"]["job_id"]) for one in told(target)) == [
        ("import.done", "job_2"),
        ("job.ended", "job_1"),
    ]


def records(target: Receiver) -> list[list[str]]:
    """Return the ids of records in each telling, in turn."""
    found = [sorted(one["record_id"] for one in told_one["data"]["records"]) for told_one in told(target)]
    target.got.clear()
    return found


def test_records_are_told_only_to_whom_may_see_them(service: httpx.Client, engine: Engine, target: Receiver) -> None:
    """A public reader hears of public records, a partner of what is shared with it, a steward of all."""
    made(service, target, "record.changed", by="analyst")
    made(service, target, "record.changed", by="linked")
    made(service, target, "record.changed", by="steward")
    write(engine, source(), organisation("org_a"), organisation("org_b"), partnership("p", "org_a", "org_b"))
    webhook_round(engine, at=later())
    target.got.clear()
    write(
        engine,
        facility("f_public", "org_a"),
        facility("f_partners", "org_a", visibility="partners"),
        facility("f_private", "org_a", visibility="private"),
    )
    webhook_round(engine, at=later())
    assert sorted(records(target), key=len) == [
        ["f_public"],
        ["f_partners", "f_public"],
        ["f_partners", "f_private", "f_public"],
    ]
    write(engine, set_values("facilities", "f_private", name_vi="Khác"))
    webhook_round(engine, at=later())
    assert records(target) == [["f_private"]]
    assert webhook_round(engine, at=later()).handed_out == 0


def test_what_was_hidden_before_it_is_sent_is_not_sent(service: httpx.Client, engine: Engine, target: Receiver) -> None:
    """The receiver is down when the facility is public; when it is back, the facility is private."""
    webhook = made(service, target, "record.changed", by="analyst")
    write(engine, source(), organisation("org_h"), facility("f_h", "org_h"))
    target.answers = [(500, {})]
    assert webhook_round(engine, at=later()).failed == 1
    target.got.clear()
    write(engine, set_values("facilities", "f_h", visibility="private"))
    webhook_round(engine, at=later(30))
    assert target.got == []
    kept = service.get(f"{URL}/{webhook['webhook_id']}/deliveries", headers={"x-test-caller": "analyst"}).json()[
        "items"
    ]
    assert [one["state"] for one in kept] == ["dropped"]


def test_an_account_that_lost_its_role_or_is_closed_is_told_nothing(
    service: httpx.Client, engine: Engine, target: Receiver
) -> None:
    made(service, target, "job.ended", by="planner")
    for values in ({"roles": write_roles(["reader"])}, {"roles": write_roles(["planner"]), "status": "disabled"}):
        with for_writing(engine).begin() as connection:
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.account_id == "acc_binh").values(values))
            announce(connection, "job.ended", "job_1", {"job_id": "job_1"}, account_id="acc_binh")
        webhook_round(engine, at=later())
    assert target.got == []


def test_a_role_won_later_does_not_widen_a_webhook(service: httpx.Client, engine: Engine, target: Receiver) -> None:
    made(service, target, "record.changed", by="analyst")
    with for_writing(engine).begin() as connection:
        widened = {"roles": write_roles(["analyst", "steward"])}
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.account_id == "acc_an").values(widened))
    write(engine, source(), organisation("org_r", visibility="private"))
    webhook_round(engine, at=later())
    assert [one["data"]["records"] for one in told(target)] in (
        [],
        [[{"table": "sources", "record_id": "tenant_list", "operation": "added"}]],
    )


def test_webhooks_of_others_are_not_there(service: httpx.Client, target: Receiver) -> None:
    webhook = made(service, target)
    other = {"x-test-caller": "planner", "if-match": "*"}
    name = webhook["webhook_id"]
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/secret"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("POST", "/deliveries/dlv_1/retry"),
    ):
        body: dict[str, Any] | None = {} if method == "PATCH" else None
        hidden = service.request(method, f"{URL}/{name}{path}", json=body, headers=other)
        absent = service.request(method, f"{URL}/wh_none{path}", json=body, headers=other)
        assert hidden.status_code == absent.status_code == 404
        assert {**without_id(hidden), "detail": hidden.json()["detail"].replace(name, "wh_none")} == without_id(absent)
    assert service.get(URL, headers=other).json()["items"] == []


def test_a_paused_webhook_waits_and_a_deleted_one_is_gone(
    service: httpx.Client, engine: Engine, target: Receiver
) -> None:
    webhook = made(service, target)
    url = f"{URL}/{webhook['webhook_id']}"
    service.post(f"{url}/test")
    webhook_round(engine, at=datetime(2020, 1, 1, tzinfo=UTC))  # handed out, not due yet
    paused = service.patch(url, json={"state": "paused"}, headers={"if-match": webhook["etag"]})
    assert webhook_round(engine, at=later()).accepted == 0
    service.patch(url, json={"state": "active"}, headers={"if-match": paused.headers["etag"]})
    assert webhook_round(engine, at=later()).accepted == 1
    assert service.delete(url).status_code == 204
    with engine.connect() as connection:
        assert connection.execute(select(WEBHOOK_DELIVERIES)).all() == []


def test_old_events_and_deliveries_are_cleared_away(service: httpx.Client, engine: Engine, target: Receiver) -> None:
    webhook = made(service, target)
    service.post(f"{URL}/{webhook['webhook_id']}/test")
    webhook_round(engine, at=later())
    for days, events, kept in ((6, 1, 1), (8, 0, 1), (31, 0, 0)):
        webhook_round(engine, at=later(days=days))
        with engine.connect() as connection:
            assert len(connection.execute(select(WEBHOOK_EVENTS)).all()) == events
            assert len(connection.execute(select(WEBHOOK_DELIVERIES)).all()) == kept
