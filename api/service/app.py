"""The application: the frame, and in it every resource under ``/api/v1``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

from api.access.authenticate import authenticate as authenticate_request
from api.rest.catalogue import ROUTERS
from api.service.bodies import STREAMED, Bodies, BodyRoute
from api.service.context import Service
from api.service.faults import add_faults
from api.service.frame import Frame
from api.service.identity import Authenticate, Identity

PREFIX: Final = "/api/v1"


def create_app(
    service: Service, *, authenticate: Authenticate = authenticate_request, routers: Iterable[APIRouter] = ()
) -> FastAPI:
    """Return the application over a service.

    Parameters
    ----------
    service
        The running service.
    authenticate
        Finds out who a request comes from.
    routers
        Resources besides those of the catalogue.
    """
    app = FastAPI(
        title="Hinterland",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    add_faults(app)
    for router in (*ROUTERS, *routers):
        app.include_router(router, prefix=PREFIX)
    app.add_middleware(Bodies, limits=service.settings.limits, streamed=streamed_routes(app))
    app.add_middleware(Identity, service=service, authenticate=authenticate)
    app.add_middleware(Frame)  # added last, stands outermost
    return app


def streamed_routes(app: FastAPI) -> list[BodyRoute]:
    """Return method and path of every route that reads its body as it arrives."""
    mark = next(iter(STREAMED))
    return [
        (method, route.path_regex)
        for route in iter_route_contexts(app.routes)
        if (getattr(route, "openapi_extra", None) or {}).get(mark)
        for method in route.methods or ()
    ]
