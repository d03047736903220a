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

    return ask(request, service, caller, kind, make)


def _check_profile(name: str) -> None:
    from geodata.routing.profiles import read_profiles  # noqa: PLC0415 - loads numpy and YAML

    known = read_profiles(None)
    if name not in known:
        raise ServiceError(NO_PROFILE.format(name=name, known=", ".join(known)), "invalid")
