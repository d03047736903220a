"""The functions that workers run for questions about scenarios and recorded runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.planning.telling import JobTalk
from api.scenarios.shelving import shelf_from

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext

Asked = Mapping[str, Any]


def check(context: JobContext, request: Asked) -> Asked:
    """Check a scenario on the region as ``hinterland scenario validate`` does."""
    from api.scenarios.commands import Source, validate_scenarios  # noqa: PLC0415 - loads what works scenarios out

    talk = _talk(context)
    source = Source(context.database, shelf=shelf_from(request["shelf"]))
    validate_scenarios([request["asked"]["scenario"]], source, talk)
    return {"answer": talk.heard}


def effects(context: JobContext, request: Asked) -> Asked:
    """Tell what a scenario comes to as ``hinterland scenario show`` does."""
    from api.scenarios.commands import Source, show_scenario  # noqa: PLC0415 - loads what works scenarios out

    talk = _talk(context)
    show_scenario(request["asked"]["scenario"], Source(context.database, shelf=shelf_from(request["shelf"])), talk)
    return {"answer": talk.heard}


def difference(context: JobContext, request: Asked) -> Asked:
    """Tell what differs between two scenarios as ``hinterland scenario diff`` does."""
    from api.scenarios.commands import Source, tell_difference  # noqa: PLC0415 - loads what works scenarios out

    talk, asked = _talk(context), request["asked"]
    source = Source(context.database, shelf=shelf_from(request["shelf"]))
    tell_difference(asked["scenario"], asked["other"], source, talk)
    return {"answer": talk.heard}


def replay(context: JobContext, request: Asked) -> Asked:
    """Make a recorded run again from its record alone as ``hinterland runs replay`` does."""
    from api.runs_tell import tell_replay  # noqa: PLC0415 - loads all that plans

    talk = _talk(context)
    tell_replay(context.database, request["asked"]["run_id"], talk)
    return {"answer": talk.heard}


def _talk(context: JobContext) -> JobTalk:
    return JobTalk("vi", as_json=True, context=context)
