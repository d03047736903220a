"""The results of a finished run as the service shows them: a real server on a free port of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from patience import browser
from service_parts import OPERATOR, FixedCallers, listening, make_service
from sqlalchemy import create_engine

from api.service.app import create_app
from api.service.results import results_router


@contextmanager
def served(folder: Path) -> Iterator[httpx.Client]:
    """Give a client of the results in a folder, which the service shows under ``/results/``."""
    engine = create_engine("sqlite://")
    app = create_app(make_service(engine), authenticate=FixedCallers(OPERATOR), pages=(results_router(folder),))
    with listening(app) as address, browser(f"{address}/results") as client:
        yield client
    engine.dispose()
