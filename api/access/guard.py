"""The rule of an endpoint: ``dependencies=[allowed("records:read")]`` on every route, without exception."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from api.access.caller import Caller
from api.access.rights import NO_RIGHT, SIGN_IN, Right
from api.service.problems import ServiceError


def caller_of(request: Request) -> Caller:
    """Return who a request comes from, as the frame found out before any endpoint."""
    found: Caller = request.state.caller
    return found


class Allowed:
    """The rule of one endpoint, found again by the test that holds every endpoint to have one."""

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, request: Request) -> None:
        """Refuse whoever has not the right.

        Raises
        ------
        ServiceError
            If nobody signed in and that is needed, or the roles have not the right.
        """
        caller = caller_of(request)
        if caller.may(self.right):
            return
        if caller.is_anonymous:
            raise ServiceError(SIGN_IN, "unauthenticated")
        raise ServiceError(NO_RIGHT.format(right=self.right), "forbidden")


def allowed(right: Right) -> Any:  # noqa: ANN401 - FastAPI's own type of a dependency
    """Return the dependency that lets through only callers with a right."""
    return Depends(Allowed(right))


async def _caller(request: Request) -> Caller:
    return caller_of(request)


CallerParameter = Annotated[Caller, Depends(_caller)]
"""``caller: CallerParameter`` gives an endpoint its caller."""
