"""The application: the frame, and in it every resource under ``/api/v1``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import compile_path
from starlette.types import Lifespan

from api.access.authenticate import authenticate as authenticate_request
from api.rest.catalogue import ROUTERS
from api.service.bodies import STREAMED, Bodies, BodyRoute
from api.service.context import Service
from api.service.draining import Draining
from api.service.faults import add_faults
from api.service.frame import Frame
from api.service.identity import Authenticate, Identity
from api.service.openapi import DOCUMENT, Application, operation_name
from api.service.origins import Origins
from api.service.status import ROUTER as STATUS
from api.service.turns import Turns

PREFIX: Final = "/api/v1"


COMPRESSED_FROM_BYTES: Final = 1000
COMPRESSION_LEVEL: Final = 5


def create_app(
    service: Service,
    *,
    authenticate: Authenticate = authenticate_request,
    routers: Iterable[APIRouter] = (),
    pages: Iterable[APIRouter] = (),
    lifespan: Lifespan[FastAPI] | None = None,
) -> Application:
    """Return the application over a service.

    Parameters
    ----------
    service
        The running service.
    authenticate
        Finds out who a request comes from.
    routers
        Resources besides those of the catalogue, under ``/api/v1``.
    pages
        Pages beside the resources, at the root.
    lifespan
        Around all requests: what is opened before the first and closed after the last.
    """
    settings = service.settings
    app = Application(
        title="Hinterland",
        version=version("hinterland"),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=operation_name,
    )
    app.state.service = service
    add_faults(app)
    app.include_router(STATUS)
    for page in pages:
        app.include_router(page)
    app.include_router(DOCUMENT, prefix=PREFIX)
    for router in (*ROUTERS, *routers):
        app.include_router(router, prefix=PREFIX)
    # Each stands outside of those added before it: the frame is outermost.
    streamed = streamed_routes((*ROUTERS, *routers))
    app.add_middleware(Turns, streamed=streamed)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM_BYTES, compresslevel=COMPRESSION_LEVEL)
    app.add_middleware(Bodies, limits=settings.limits, streamed=streamed)
    app.add_middleware(Identity, service=service, authenticate=authenticate)
    app.add_middleware(Origins, service=service)
    app.add_middleware(Frame, is_https=(settings.public_url or "").startswith("https:"))
    app.add_middleware(Draining)
    return app


def streamed_routes(routers: Iterable[APIRouter]) -> list[BodyRoute]:
    """Return method and path of every route that reads its body as it arrives."""
    mark = next(iter(STREAMED))
    return [
        (method, compile_path(PREFIX + route.path)[0])
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and (route.openapi_extra or {}).get(mark)
        for method in route.methods or ()
    ]
