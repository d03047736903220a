"""The record of runs in the database: what was planned, from which inputs, with which result."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from optimizer.models import Run
from supplychain.database import clear_errors, for_writing, open_database

if TYPE_CHECKING:
    from api.results import Outcome


def record_run(url: str, outcome: Outcome, started_at: datetime) -> str:
    """Add one run to the database and return its id.

    Parameters
    ----------
    url
        Database that the region came from.
    outcome
        What was found.
    started_at
        When planning began; an aware time.

    Raises
    ------
    HinterlandError
        If the database cannot be written.
    """
    run = Run(
        run_id=str(uuid.uuid4()),
        scenario_id=outcome.case.scenario.scenario_id,
        started_at=started_at.astimezone(UTC).isoformat(timespec="seconds"),
        status=outcome.plan.status,
        gap=outcome.plan.gap,
        objective=outcome.plan.objective,
        checked=not outcome.violations,
        inputs_sha256=str(outcome.document["inputs_sha256"]),
        plan=json.dumps(outcome.document, ensure_ascii=False, allow_nan=False),
        network_version=outcome.document.get("network_version"),
    )
    engine = open_database(url)
    try:
        with clear_errors(engine), Session(for_writing(engine)) as session, session.begin():
            session.add(run)
            return run.run_id
    finally:
        engine.dispose()
