"""The page at ``/`` for whoever opens the service in a browser: a map of what they may see, and where to go on.

The page itself is written here in one language, and leads everywhere without scripts; the script built from ``web/``
adds the map.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.service.context import ServiceParameter
from api.service.front_words import EVERYBODYS, FOR_PROGRAMS, MODES, OGC, REPORT, WORDS
from api.service.language import language_of
from api.web.built import Built, read_built
from api.web.static import static_router
from supplychain.text import LANGUAGES, Language

PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Vary": "Accept-Language, Cookie",
}
"""All that the page runs, shows and asks for is this service's own; nothing in the page itself is run."""

PlansSeen = Literal["yes", "sign-in", "no"]


def plans_seen(caller: Caller) -> PlansSeen:
    """Return whether a caller may see plans, could after signing in, or may not."""
    if caller.may("plans:read"):
        return "yes"
    return "sign-in" if caller.is_anonymous else "no"


def chosen_language(request: Request) -> Language:
    """Return the language that the address names (``?lang=en``), or else the one the browser wants."""
    named = request.query_params.get("lang", "")
    return next(
        (known for known in LANGUAGES if known == named), language_of(request.headers.get("accept-language", ""))
    )


def front_router(*, with_results: bool, read: Callable[[], Built | None] = read_built) -> APIRouter:
    """Return the page at ``/`` and its files; it leads to ``/results/`` where they are shown.

    Parameters
    ----------
    with_results
        Whether the results of a finished run are shown.
    read
        Reads what was built, at each request; where nothing was, the page says so, without a map.
    """
    links = (*((REPORT,) if with_results else ()), *EVERYBODYS)
    environment = Environment(
        loader=PackageLoader("api.service", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("front.html.j2")
    router = APIRouter(dependencies=[allowed("public")], include_in_schema=False)

    @router.get("/")
    def front_page(request: Request, service: ServiceParameter, caller: CallerParameter) -> HTMLResponse:
        language, built = chosen_language(request), read()
        shown = template.render(
            version=version("hinterland"),
            language=language,
            other="en" if language == "vi" else "vi",
            words={name: text.of(language) for name, text in WORDS.items()},
            mode=service.settings.mode,
            mode_words=MODES[service.settings.mode].of(language),
            caller=caller,
            plans=plans_seen(caller),
            links=links,
            programs=FOR_PROGRAMS,
            address=(service.settings.public_url or str(request.base_url)).rstrip("/") + OGC.address,
            files=None if built is None else built.files,
        )
        return HTMLResponse(shown, headers={**PAGE_HEADERS, "Content-Language": language})

    router.include_router(static_router(read))
    return router
