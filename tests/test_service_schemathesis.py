"""schemathesis over the whole OpenAPI document: whatever fits it or does not, every answer is one that it tells of.

Checks that are left out: ``ignored_auth``, since the caller of these tests is the one user of single-user mode, who
shows nothing (``test_access_matrix`` holds every operation to its roles); ``positive_data_acceptance``, since a request
of the right form may still name what is not there; ``missing_required_header``, since If-Match is asked for by 428.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema
from service_parts import OPERATOR, FixedCallers, listening, make_service

from api.service.app import create_app
from supplychain.database import make_engine

EXAMPLES: Final = 3
LEFT_OUT: Final = ("ignored_auth", "positive_data_acceptance", "missing_required_header")
REFUSALS: Final = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428", "431"]
TIMEOUT_S: Final = 60
"""Of one answer, on a machine that does much else."""


@dataclass(frozen=True)
class Tried:
    """A service, and its document as schemathesis reads it."""

    address: str
    schema: OpenApiSchema


@pytest.fixture(scope="module")
def tried(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    engine = make_engine(str(copy(sqlite_template, tmp_path_factory.mktemp("tried") / "hinterland.gpkg")))
    app = create_app(make_service(engine), authenticate=FixedCallers(OPERATOR))
    left_out = {name: {"enabled": False} for name in LEFT_OUT}
    config = schemathesis.Config.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}, **left_out}}
    )
    with listening(app) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield Tried(address, schemathesis.openapi.from_dict(app.openapi(), config=config))
    engine.dispose()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_one_that_the_document_tells_of(tried: Tried, mode: GenerationMode) -> None:
    failures: list[str] = []
    count = 0
    for found in tried.schema.get_all_operations():
        assert isinstance(found, Ok), found
        count += 1
        failures += failures_of(tried, found.ok(), mode)
    assert failures == []
    assert count > 200


def failures_of(tried: Tried, operation: Any, mode: GenerationMode) -> list[str]:  # noqa: ANN401 - of the library
    """Return what is wrong with the answers of an operation to some requests."""
    wrong: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        try:
            case.call_and_validate(base_url=tried.address, timeout=TIMEOUT_S)
        except FailureGroup as group:
            wrong.extend(f"{operation.label}: {failure}" for failure in group.exceptions)

    with suppress(Unsatisfiable):  # an operation without parameters has no wrong ones
        ask()
    return wrong
