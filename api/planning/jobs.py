"""The functions that workers run for planners' questions: each answers as its command does, on what was taken down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.planning.by_job import ByJob
from api.planning.keeping import keep_answer, keep_tables_of_run
from api.planning.telling import JobReport
from api.scenarios.shelving import shelf_from

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext

Asked = Mapping[str, Any]


def by_job_of(context: JobContext, request: Asked) -> ByJob:
    """Return how a job asks: its scenarios are those taken down with its request."""
    owner = context.caller.account_id or ""
    return ByJob(context.job_id, owner, shelf_from(request["shelf"]))


def plan(context: JobContext, request: Asked) -> Asked:
    """Plan a scenario as ``hinterland plan`` does, and keep its tables to be read in pages."""
    from api.commands import PlanWish, answer_plan, plan_steps  # noqa: PLC0415 - loads all that plans
    from api.main_job import outcome_tables  # noqa: PLC0415

    asked = request["asked"]
    wish = PlanWish(network=asked["network"], by_job=by_job_of(context, request))
    made = answer_plan(asked["scenario"], context.database, JobReport(context, plan_steps(wish)), wish)
    result = keep_answer(context, request["wanted"], made.answered, tuple(outcome_tables(made.outcome)))
    keep_tables_of_run(context, result["runs"][0], result["tables"])
    return result


def compare(context: JobContext, request: Asked) -> Asked:
    """Compare plans as ``hinterland compare`` does."""
    from api.compare.commands import CompareRequest, answer_comparison  # noqa: PLC0415 - loads all that plans

    asked = request["asked"]
    targets = tuple(asked["scenarios"])
    question = CompareRequest(targets, asked["network"], by_job=by_job_of(context, request))
    made = answer_comparison(question, context.database, JobReport(context, len(targets)))
    return keep_answer(context, request["wanted"], made.answered)


def explain(context: JobContext, request: Asked) -> Asked:
    """Explain a plan as ``hinterland explain`` does."""
    from api.documents.options import AnswerRequest  # noqa: PLC0415 - loads all that plans
    from api.explain.run import STEPS, ExplainRequest, answer_explanation  # noqa: PLC0415
    from optimizer.explain.question import Question  # noqa: PLC0415

    asked = request["asked"]
    question = Question(**asked["question"])
    by_job = by_job_of(context, request)
    wanted = ExplainRequest(asked["scenario"], context.database, asked["network"], question, AnswerRequest(), by_job)
    return keep_answer(context, request["wanted"], answer_explanation(wanted, JobReport(context, STEPS)))


def quote(context: JobContext, request: Asked) -> Asked:
    """Quote a shipment as ``hinterland quote`` does, with the CO2e page of one chain."""
    from api.documents.options import AnswerRequest  # noqa: PLC0415 - loads all that plans
    from api.quote.run import STEPS, QuoteJob, answer_quote, parse_request  # noqa: PLC0415

    asked = request["asked"]
    shipment = parse_request(
        (asked["place"], asked["market"], asked["box"], asked["date"]),
        asked["at"],
        inward=asked["inward"],
        commodity=asked["commodity"],
        tonnes=asked["tonnes"],
        legs=asked["legs"],
    )
    job = QuoteJob(
        shipment,
        asked["scenario"],
        asked["tariff"],
        asked["distance"],
        context.database,
        asked["network"],
        AnswerRequest(),
        chain=asked["chain"],
        by_job=by_job_of(context, request),
    )
    return keep_answer(context, request["wanted"], answer_quote(job, JobReport(context, STEPS)).answered)


def emissions(context: JobContext, request: Asked) -> Asked:
    """State emissions as ``hinterland emissions`` does."""
    from api.documents.options import AnswerRequest  # noqa: PLC0415 - loads all that plans
    from api.quote.emissions_run import STEPS, EmissionsJob, answer_emissions  # noqa: PLC0415

    asked = request["asked"]
    about = (tuple(asked["demands"]), asked["place"], asked["market"])
    job = EmissionsJob(
        asked["scenario"],
        about,
        asked["distance"],
        context.database,
        asked["network"],
        AnswerRequest(),
        by_job_of(context, request),
    )
    return keep_answer(context, request["wanted"], answer_emissions(job, JobReport(context, STEPS)))


def programme(context: JobContext, request: Asked) -> Asked:
    """Evaluate a programme as ``hinterland programme`` does."""
    from api.programme.run import ProgrammeRequest, answer_programme  # noqa: PLC0415 - loads all that plans

    asked = request["asked"]
    by_job = by_job_of(context, request)
    question = ProgrammeRequest(asked["programme"], asked["scenario"], asked["network"], by_job=by_job)
    made = answer_programme(question, context.database, JobReport(context, 1).steps)
    return keep_answer(context, request["wanted"], made.answered)


def validate(context: JobContext, request: Asked) -> Asked:
    """Hold a plan against what is known as ``hinterland validate`` does."""
    from api.validation.command import STEPS, ValidateRequest, answer_validation  # noqa: PLC0415 - loads all that plans

    asked = request["asked"]
    by_job = by_job_of(context, request)
    question = ValidateRequest(asked["scenario"], context.database, asked["network"], by_job=by_job)
    return keep_answer(context, request["wanted"], answer_validation(question, JobReport(context, STEPS)))
