"""What planners begin with: the form of scenario files, and an empty scenario with every verb as a comment."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from api.access.guard import allowed
from api.files.answers import attachment
from api.rest.planning_models import LONGEST_NAME, NAME_PATTERN
from api.service.etags import etag, not_modified

ROUTER: Final = APIRouter()

SCHEMA_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"application/schema+json": {"schema": {"type": "object"}}},
        "description": "JSON Schema (2020-12) của tệp kịch bản · JSON Schema (2020-12) of scenario files",
    }
}
TEMPLATE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"application/yaml": {"schema": {"type": "string"}}},
        "description": "Tệp kịch bản trống · An empty scenario file",
    }
}


@lru_cache(maxsize=1)
def _schema() -> str:
    from optimizer.scenarios.schema import scenario_schema  # noqa: PLC0415 - only this answer needs it

    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2) + "\n"


@ROUTER.get(
    "/documents/scenario-schema",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=SCHEMA_ANSWER,
    operation_id="get_scenario_schema",
    summary="JSON Schema của tệp kịch bản · JSON Schema of scenario files",
)
def get_scenario_schema(request: Request) -> Response:
    """Give the JSON Schema of scenario files, as `hinterland scenario schema` prints it."""
    text = _schema()
    current = etag("scenario-schema", text)
    unchanged = not_modified(request, current)
    return unchanged or Response(text, headers={"ETag": current}, media_type="application/schema+json")


@ROUTER.get(
    "/documents/scenario-template",
    dependencies=[allowed("public")],
    response_class=Response,
    responses=TEMPLATE_ANSWER,
    operation_id="get_scenario_template",
    summary="Tệp kịch bản trống · An empty scenario file",
)
def get_scenario_template(
    scenario_id: Annotated[
        str,
        Query(
            description="Mã kịch bản · Id of the scenario",
            pattern=NAME_PATTERN,
            max_length=LONGEST_NAME,
            examples=["half_bridge"],
        ),
    ],
    base: Annotated[
        str | None,
        Query(
            description="Kịch bản nền · Scenario it builds on",
            pattern=NAME_PATTERN,
            max_length=LONGEST_NAME,
            examples=["base"],
        ),
    ] = None,
    language: Annotated[
        Literal["vi", "en"], Query(description="Ngôn ngữ ghi chú · Language of the comments", examples=["vi"])
    ] = "vi",
) -> Response:
    """Give a scenario file without changes yet, every verb as a comment, as `hinterland scenario new` writes it."""
    from optimizer.scenarios.template import scenario_template  # noqa: PLC0415 - only this answer needs it

    file = f"{scenario_id}.yaml"
    text = scenario_template(scenario_id, language, base=base, file=file)
    return Response(text, headers=attachment(file), media_type="application/yaml")
