"""What the service refuses is told with the fields of requests, not with options of commands."""

from __future__ import annotations

from fastapi import APIRouter
from service_parts import client
from sqlalchemy import Engine

from api.access.guard import allowed
from api.jobs.attempts import described_error
from api.service.field_names import with_fields
from api.service.problems import ServiceError
from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.text import Text


def test_options_become_fields() -> None:
    said = Text(en="Say --near-m, or `--class`; --unheard-of and a--map stay.", vi="Hãy ghi --dry-run (--map).")
    told = with_fields(said)
    assert told.en == "Say near_m, or `freight_class`; --unheard-of and a--map stay."
    assert told.vi == "Hãy ghi dry_run (mapping)."


def test_a_job_that_failed_names_fields() -> None:
    told = described_error(HinterlandError(Text(en="Use --synthetic.", vi="Hãy dùng --synthetic.")))
    assert (told["en"], told["vi"]) == ("Use synthetic.", "Hãy dùng synthetic.")
    kept = described_error(ServiceError(Text(en="Start it with --name.", vi="Chạy với --name."), "invalid"))
    assert kept["en"] == "Start it with --name."


def test_a_refusal_names_fields(sqlite_engine: Engine) -> None:
    router = APIRouter()

    @router.get("/refused", dependencies=[allowed("public")])
    def refused() -> None:
        finding = Finding("body", None, None, Text(en="Leave out --onto.", vi="Hãy bỏ --onto."))
        raise FindingsError(Text(en="Give --near-m.", vi="Hãy ghi --near-m."), [finding])

    @router.get("/wrong", dependencies=[allowed("public")])
    def wrong() -> None:
        raise HinterlandError(Text(en="Give --map.", vi="Hãy ghi --map."))

    with client(sqlite_engine, routers=(router,)) as asking:
        found = asking.get("/api/v1/refused").json()
        assert (found["detail"], found["findings"][0]["detail"]) == ("Give near_m.", "Leave out onto.")
        assert asking.get("/api/v1/wrong").json()["detail"] == "Give mapping."
