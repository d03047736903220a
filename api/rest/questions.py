"""How a question to the network becomes a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.jobs.models import JobModel
from api.rest.files import own_file_of
from api.rest.network_reads import number_of
from api.rest.planning_asking import JOB_ANSWERS, ask
from api.service.problems import ServiceError
from supplychain.text import Text

if TYPE_CHECKING:
    from fastapi import Request, Response
    from sqlalchemy import Connection

    from api.access.caller import Caller
    from api.rest.question_models import FilesForm
    from api.service.context import Service

AS_JOB: Final[dict[str, Any]] = {"status_code": 202, "response_model": JobModel, "responses": JOB_ANSWERS}
FILE_SUFFIX: Final = "_file"
QUICK: Final = 2
"""Priority of questions that go before all work that may take long (``api.jobs.system``)."""

FEW: Final = 20
SOME_MINUTES: Final = 60.0
SETS: Final = ("parks", "zones", "terminals", "candidates")

NO_PROFILE: Final = Text(
    en="There is no vehicle profile {name}. There are: {known}.", vi="Không có hồ sơ xe {name}. Hiện có: {known}."
)


def ask_network(request: Request, service: Service, caller: Caller, kind: str, form: FilesForm) -> Response:
    """Enter the job of a question, and answer with it, or wait for it where preferred.

    Raises
    ------
    ServiceError
        If the network, the vehicle or a file is not there, or the caller has too many jobs.
    """

    def make(connection: Connection) -> tuple[dict[str, Any], str]:
        asked = form.model_dump()
        if asked["network"] is not None:
            asked["network"] = number_of(connection, asked["network"])
        if "profile" in asked:
            _check_profile(asked["profile"])
        for name, value in asked.items():
            if name.endswith(FILE_SUFFIX) and value is not None:
                own_file_of(connection, caller, value)
        return asked, ""

    return ask(request, service, caller, kind, make, QUICK if is_small(kind, form) else None)


def is_small(kind: str, form: FilesForm) -> bool:
    """Return whether a question is answered in a moment once its network is warm: few places, or an hour's reach."""
    if kind == "isochrone":
        return bool(max(form.model_dump()["minutes"]) <= SOME_MINUTES)
    if kind not in ("skim", "nearest"):
        return False
    lists = {name: value for name, value in form.model_dump().items() if isinstance(value, list) and name != "files"}
    named = [place for places in lists.values() for place in places]
    has_set = any(isinstance(place, str) and place.partition(":")[0] in SETS for place in named)
    has_file = any(getattr(form, f"{name}{FILE_SUFFIX}") is not None for name in lists)
    return len(named) <= FEW and not has_set and not has_file


def _check_profile(name: str) -> None:
    from geodata.routing.profiles import read_profiles  # noqa: PLC0415 - loads numpy and YAML

    known = read_profiles(None)
    if name not in known:
        raise ServiceError(NO_PROFILE.format(name=name, known=", ".join(known)), "invalid")
