"""State of the service: is it up, is it ready, what are its figures."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter, Response

from api.access.guard import allowed
from api.readiness import require_ready
from api.rest.fields import Model, told
from api.service.context import ServiceParameter
from api.service.metrics import MEDIA_TYPE, metrics_text
from supplychain.database import clear_errors

ROUTER: Final = APIRouter()


class State(Model):
    """State of a web process."""

    status: Literal["ok"] = told(
        "Always ok; where it is not, a problem is answered", "Luôn là ok; nếu không sẽ báo lỗi", "ok"
    )


@ROUTER.get("/healthz", dependencies=[allowed("public")], summary="Tiến trình còn sống · The process is alive")
async def healthz() -> State:
    """Tiến trình web còn trả lời, dù cơ sở dữ liệu thế nào · The web process answers, whatever the database does."""
    return State(status="ok")


@ROUTER.get("/readyz", dependencies=[allowed("public")], summary="Sẵn sàng phục vụ · Ready to serve")
def readyz(service: ServiceParameter) -> State:
    """Cơ sở dữ liệu trả lời, đúng phiên bản; nếu không: 503 · The database answers, is of this version; else 503."""
    with clear_errors(service.engine):
        require_ready(service.engine)
    return State(status="ok")


@ROUTER.get(
    "/metrics",
    dependencies=[allowed("operations")],
    summary="Số đo Prometheus · Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus"}},
)
def metrics(service: ServiceParameter) -> Response:
    """Số đo của mọi tiến trình web, công việc và worker · Figures of all web processes, of jobs and workers."""
    return Response(metrics_text(service.engine), media_type=MEDIA_TYPE)
