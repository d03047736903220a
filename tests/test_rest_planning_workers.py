"""A sweep on real workers: spread over them, it gives what one process gives that plans all by itself."""

from __future__ import annotations

from typing import Any

from job_parts import yard
from planning_parts import LAN, MORE_FREIGHT, PEOPLE, enter_accounts, load_small_region, run_entered, scenario_text
from service_parts import client
from sqlalchemy import Engine, select

from api.jobs.tables import JOBS
from supplychain.database import is_sqlite

NAMES = ["larger", "low + larger"]
CATALOGUE = ("--kinds", "api.jobs.catalogue:JOB_KINDS")


def figures(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a sweep found, without the names of its runs."""
    answer = result["answer"]
    return [
        {key: value for key, value in one.items() if key != "run_id"} for one in (answer["base"], *answer["scenarios"])
    ]


def test_a_sweep_over_workers_gives_what_one_process_gives(registry_engine: Engine) -> None:
    """Two workers on the server; on the embedded database the one of single-machine mode."""
    load_small_region(registry_engine)
    enter_accounts(registry_engine)
    with yard(registry_engine) as place, client(registry_engine, LAN, others=PEOPLE) as service:
        kept = service.post("/api/v1/scenarios", json={"text": scenario_text("low", MORE_FREIGHT)})
        assert kept.status_code == 201
        ids = [service.post("/api/v1/sweeps", json={"scenarios": NAMES}).json()["job_id"] for _ in range(2)]
        service.post(f"/api/v1/jobs/{ids[1]}/cancel")
        alone, _ = run_entered(registry_engine, ids[1], LAN)
        for _ in range(1 if is_sqlite(registry_engine) else 2):
            place.start(*CATALOGUE)
        together = place.result(ids[0])
        with registry_engine.connect() as connection:
            parts = connection.scalars(select(JOBS.c.state).where(JOBS.c.parent_id == ids[0])).all()
    assert parts == ["done", "done"]
    assert figures(alone) == figures(together)
    assert not set(alone["runs"]) & set(together["runs"])
