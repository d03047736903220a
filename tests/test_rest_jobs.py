"""Jobs over REST: whose they are, how one waits for them, their events, results and files, cancelling, another try."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from job_kinds import KINDS
from patience import browser, wait_until
from service_parts import CALLER_HEADER, OPERATOR, client, somebody, without_id
from sqlalchemy import Engine, select

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.jobs.answers import ask
from api.jobs.attempts import Attempt, claim, described_error, end_done, end_failed, tell
from api.jobs.context import WorkerContext
from api.jobs.queue import MOST_OPEN, enter, submit
from api.jobs.tables import JOBS
from api.service.context import ServiceParameter
from api.service.problems import ServiceError
from supplychain.database import for_writing
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

LAN = somebody("planner", name="lan")
MINH = somebody("planner", name="minh")
CHIEF = somebody("administrator", name="chief")
OTHERS = {"minh": MINH, "chief": CHIEF}
AS_MINH = {CALLER_HEADER: "minh"}
AS_CHIEF = {CALLER_HEADER: "chief"}

ROUTER = APIRouter(prefix="/test-jobs")


@ROUTER.post("/{number}", dependencies=[allowed("jobs:own")])
def ask_ping(request: Request, service: ServiceParameter, caller: CallerParameter, number: int) -> Response:
    """Ask for a ping."""
    return ask(request, service, caller, "ping", {"number": number}, title="Thử")


def entered(engine: Engine, kind: str = "empty", caller: Caller = LAN) -> str:
    with for_writing(engine).begin() as connection:
        return submit(connection, kind, {}, caller, kinds=KINDS)


def taken(engine: Engine, job_id: str) -> Attempt:
    attempt = claim(engine, job_id, "worker_test")
    assert attempt is not None
    return attempt


@contextmanager
def asked(engine: Engine) -> Iterator[httpx.Client]:
    with client(engine, LAN, others=OTHERS, routers=(ROUTER,)) as service:
        yield service


@contextmanager
def meanwhile(work: Any, *arguments: Any) -> Iterator[None]:  # noqa: ANN401 - a function and what it is given
    """Do something in a thread while the block goes on."""
    thread = Thread(target=work, args=arguments)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def waiting_job(engine: Engine) -> str:
    """Return the job that waits, as soon as one does."""

    def found() -> str | None:
        with engine.connect() as connection:
            return connection.scalar(select(JOBS.c.job_id).where(JOBS.c.state == "queued"))

    wait_until(found, "a job waits")
    return str(found())


def end_well(engine: Engine) -> None:
    attempt = taken(engine, waiting_job(engine))
    sleep(0.2)
    end_done(engine, attempt, {"answer": 42})


def end_badly(engine: Engine) -> None:
    place = Finding("orders.csv", 3, "mass_t", Text(en="Below 0.", vi="Nhỏ hơn 0."))
    error = FindingsError(Text(en="1 mistake.", vi="1 chỗ sai."), [place])
    end_failed(engine, taken(engine, waiting_job(engine)), described_error(error))


def test_who_does_not_wait_is_told_where_to_look(registry_engine: Engine) -> None:
    with asked(registry_engine) as service:
        answer = service.post("/api/v1/test-jobs/1", headers={"idempotency-key": "one"})
        assert answer.status_code == 202
        job = answer.json()
        assert answer.headers["location"] == f"/api/v1/jobs/{job['job_id']}"
        assert (job["state"], job["kind"], job["title"], job["priority"]) == ("queued", "ping", "Thử", 2)
        assert job["message"] == "Waiting for a worker"
        again = service.post("/api/v1/test-jobs/1", headers={"idempotency-key": "one"})
        assert again.json()["job_id"] == job["job_id"]
        assert again.headers["idempotency-replayed"] == "true"
        assert service.get(answer.headers["location"]).json() == job
        vietnamese = service.get(answer.headers["location"], headers={"accept-language": "vi"}).json()
        assert vietnamese["message"] == "Đang chờ máy xử lý"


def test_who_waits_gets_the_result(registry_engine: Engine) -> None:
    with asked(registry_engine) as service, meanwhile(end_well, registry_engine):
        began = monotonic()
        answer = service.post("/api/v1/test-jobs/1", headers={"prefer": "respond-async, wait=10"})
        assert 0.2 < monotonic() - began < 5
        assert answer.status_code == 200
        assert answer.headers["preference-applied"] == "wait=10"
        assert answer.json()["result"] == {"answer": 42}
        assert service.get(f"{answer.headers['location']}/result").json() == {"answer": 42}


def test_who_waits_in_vain_is_told_where_to_look(sqlite_engine: Engine) -> None:
    with asked(sqlite_engine) as service:
        answer = service.post("/api/v1/test-jobs/1", headers={"prefer": "wait=1"})
        assert answer.status_code == 202
        assert answer.json()["state"] == "queued"
        assert answer.json()["result"] is None


def test_who_waits_for_what_fails_gets_its_problem(sqlite_engine: Engine) -> None:
    with asked(sqlite_engine) as service, meanwhile(end_badly, sqlite_engine):
        answer = service.post("/api/v1/test-jobs/1", headers={"prefer": "wait=10"})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["detail"] == "1 mistake."
        assert [(one["row"], one["detail"]) for one in problem["findings"]] == [(3, "Below 0.")]
        job = service.get(f"/api/v1/jobs/{problem['job_id']}").json()
        assert job["state"] == "failed"
        assert job["error"]["code"] == "invalid"
        assert job["error"]["findings"][0]["column"] == "mass_t"


def test_jobs_of_others_are_as_if_they_were_not(registry_engine: Engine) -> None:
    job_id = entered(registry_engine)
    end_done(registry_engine, taken(registry_engine, job_id), {"secret": True})
    with asked(registry_engine) as service:
        paths = ("", "/result", "/events", "/files/plan.json")
        for path in paths:
            hidden = service.get(f"/api/v1/jobs/{job_id}{path}", headers=AS_MINH)
            absent = service.get(f"/api/v1/jobs/{'job_' + 'a' * 20}{path}", headers=AS_MINH)
            assert hidden.status_code == absent.status_code == 404
            assert json.dumps(without_id(hidden)).replace(job_id, "X") == json.dumps(without_id(absent)).replace(
                "job_" + "a" * 20, "X"
            )
        for action in ("cancel", "retry"):
            assert service.post(f"/api/v1/jobs/{job_id}/{action}", headers=AS_MINH).status_code == 404
        assert service.get("/api/v1/jobs", headers=AS_MINH).json()["items"] == []
        for asking in ("*", "acc_lan"):
            assert service.get("/api/v1/jobs", params={"account_id": asking}, headers=AS_MINH).json()["items"] == []
        assert service.get("/api/v1/jobs", headers=AS_CHIEF).json()["items"] == []
        everything = service.get("/api/v1/jobs", params={"account_id": "*"}, headers=AS_CHIEF).json()["items"]
        assert [job["job_id"] for job in everything] == [job_id]
        assert service.get(f"/api/v1/jobs/{job_id}/result", headers=AS_CHIEF).json() == {"secret": True}


def test_lists_come_in_pages_the_latest_first(sqlite_engine: Engine) -> None:
    made = [entered(sqlite_engine) for _ in range(5)]
    end_done(sqlite_engine, taken(sqlite_engine, made[1]), {})
    with asked(sqlite_engine) as service:
        seen: list[str] = []
        address: str | None = "/api/v1/jobs?limit=2"
        while address is not None:
            page = service.get(address).json()
            seen += [job["job_id"] for job in page["items"]]
            address = page["next"]
        assert seen == made[::-1]
        done = service.get("/api/v1/jobs", params={"state": "done", "kind": "empty"}).json()["items"]
        assert [job["job_id"] for job in done] == [made[1]]


def stream(service: httpx.Client, job_id: str, **headers: str) -> list[dict[str, Any]]:
    """Return the events of a stream, read to its end."""
    found: list[dict[str, Any]] = []
    with service.stream("GET", f"/api/v1/jobs/{job_id}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for block in answer.read().decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
            if "data" in lines:
                found.append({"id": int(lines["id"]), "event": lines["event"], **json.loads(lines["data"])})
    return found


def test_events_come_as_they_happen_and_go_on_after_a_break(registry_engine: Engine) -> None:
    job_id = entered(registry_engine)

    def work() -> None:
        attempt = taken(registry_engine, job_id)
        for number in (1, 2):
            tell(registry_engine, attempt, Text(en=f"Round {number}\nof 2", vi=f"Vòng {number}"), number / 4)
            sleep(0.2)
        end_done(registry_engine, attempt, {})

    with asked(registry_engine) as service:
        with meanwhile(work):
            events = stream(service, job_id)
        assert [event["event"] for event in events] == ["queued", "running", "progress", "progress", "done"]
        assert [event["id"] for event in events] == [1, 2, 3, 4, 5]
        assert [event["share"] for event in events] == [None, None, 0.25, 0.5, 1.0]
        assert events[2]["message"] == "Round 1\nof 2"
        assert [event["id"] for event in stream(service, job_id, **{"last-event-id": "3"})] == [4, 5]
        assert stream(service, job_id, **{"last-event-id": "5"}) == []
        assert stream(service, job_id, **{"accept-language": "vi"})[2]["message"] == "Vòng 1"
        assert service.get(f"/api/v1/jobs/{job_id}/events", headers={"last-event-id": "-1"}).status_code == 422


def test_what_waits_is_cancelled_at_once_and_what_ended_is_not(registry_engine: Engine) -> None:
    job_id = entered(registry_engine)
    with asked(registry_engine) as service:
        answer = service.post(f"/api/v1/jobs/{job_id}/cancel")
        assert answer.status_code == 202
        assert (answer.json()["state"], answer.json()["cancelled_by"]) == ("cancelled", "lan")
        assert service.post(f"/api/v1/jobs/{job_id}/cancel").status_code == 202
        assert claim(registry_engine, job_id, "worker_test") is None
        assert [event["event"] for event in stream(service, job_id)] == ["queued", "cancelled"]
        done = entered(registry_engine)
        end_done(registry_engine, taken(registry_engine, done), {})
        refused = service.post(f"/api/v1/jobs/{done}/cancel")
        assert refused.status_code == 409
        assert "ended already" in refused.json()["detail"]
        assert service.get(f"/api/v1/jobs/{job_id}/result").status_code == 409


def test_another_try_is_a_new_job(registry_engine: Engine) -> None:
    with asked(registry_engine) as service:
        first = service.post("/api/v1/test-jobs/7").json()["job_id"]
        assert service.post(f"/api/v1/jobs/{first}/retry").status_code == 409
        service.post(f"/api/v1/jobs/{first}/cancel")
        answer = service.post(f"/api/v1/jobs/{first}/retry")
        assert answer.status_code == 202
        second = answer.json()
        assert (second["retry_of"], second["state"], second["title"]) == (first, "queued", "Thử")
        assert taken(registry_engine, second["job_id"]).request == {"number": 7}
        assert service.get(f"/api/v1/jobs/{first}").json()["state"] == "cancelled"
        assert service.post(f"/api/v1/jobs/{first}/retry", headers=AS_CHIEF).status_code == 403


def test_files_of_a_job_are_fetched_by_name(registry_engine: Engine, tmp_path: Path) -> None:
    job_id = entered(registry_engine)
    attempt = taken(registry_engine, job_id)
    context = WorkerContext(registry_engine, "", attempt, LAN, tmp_path)
    file_id = context.keep_bytes([b"a;b\n", b"1;2\n"], "text/csv", "bảng 1.csv")
    end_done(registry_engine, attempt, {"file": file_id})
    with asked(registry_engine) as service:
        files = service.get(f"/api/v1/jobs/{job_id}").json()["files"]
        assert [(one["name"], one["size"], one["file_id"]) for one in files] == [("bảng 1.csv", 8, file_id)]
        answer = service.get(f"/api/v1/jobs/{job_id}/files/bảng 1.csv")
        assert answer.content == b"a;b\n1;2\n"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert service.get(f"/api/v1/jobs/{job_id}/files/..%2Fetc").status_code == 404


def test_an_account_may_have_only_so_many_jobs_open(sqlite_engine: Engine) -> None:
    with for_writing(sqlite_engine).begin() as connection:
        for _ in range(MOST_OPEN):
            enter(connection, "empty", "{}", LAN, priority=5, title="")
    with pytest.raises(ServiceError, match="500 jobs waiting or running") as refused:
        entered(sqlite_engine)
    assert refused.value.code == "too_many_requests"
    entered(sqlite_engine, caller=MINH)


def test_who_may_not_ask_enters_nothing(sqlite_engine: Engine) -> None:
    with for_writing(sqlite_engine).begin() as connection:
        with pytest.raises(ServiceError, match="needs an account"):
            submit(connection, "empty", {}, Caller(None, "anonymous", frozenset()), kinds=KINDS)
        with pytest.raises(ServiceError, match="may not do this"):
            submit(connection, "empty", {}, Caller("acc_x", "x", frozenset()), kinds=KINDS)
        with pytest.raises(ServiceError, match="more than 4000000 characters"):
            submit(connection, "empty", {"text": "x" * 4_000_001}, OPERATOR, kinds=KINDS)
        assert connection.scalars(select(JOBS.c.job_id)).all() == []


def test_many_who_wait_share_one_look_at_the_table(sqlite_engine: Engine) -> None:
    """40 requests wait at once, as many as there are threads for requests: others are answered meanwhile."""
    with asked(sqlite_engine) as service:
        job_id = service.post("/api/v1/test-jobs/1").json()["job_id"]
        answers: list[int] = []

        def wait() -> None:
            with browser(str(service.base_url)) as one:
                answers.append(one.get(f"/api/v1/jobs/{job_id}", headers={"prefer": "wait=10"}).status_code)

        threads = [Thread(target=wait) for _ in range(45)]
        for thread in threads:
            thread.start()
        sleep(0.5)
        assert service.get("/api/v1/jobs").status_code == 200
        assert answers == []
        end_done(sqlite_engine, taken(sqlite_engine, job_id), {})
        for thread in threads:
            thread.join()
        assert answers == [200] * 45
