"""The built files of the page under ``/static``: named by their content, so that browsers keep them for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.access.guard import allowed
from api.service.problems import not_found
from api.web.built import Built
from supplychain.text import Text

FILE: Final = Text(en="file", vi="tệp")
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
PACKED: Final = {"br": ".br", "gzip": ".gz"}
"""Name of the packing in HTTP, the best first, and the end of the packed copy's name."""

RULES: Final = "default-src 'none'; connect-src 'self'"
"""The worker of the map goes by the rules of its own file: it may ask this service, and nobody else."""

FOR_GOOD: Final = "public, max-age=31536000, immutable"


def static_router(read: Callable[[], Built | None]) -> APIRouter:
    """Return the built files, open to everybody: they hold no data of anybody.

    Parameters
    ----------
    read
        Reads which there are, at each request: a page that was built anew is served without a restart.
    """
    router = APIRouter(dependencies=[allowed("public")], include_in_schema=False)

    @router.get("/static/{name}")
    def static_file(name: str, request: Request) -> Response:
        built = read()
        if built is None or name not in built.files.values():
            raise not_found(FILE, name)
        path = built.folder / name
        headers = {"Cache-Control": FOR_GOOD, "Content-Security-Policy": RULES}
        packing = next(
            (packing for packing in PACKED if takes(request.headers.get("accept-encoding", ""), packing)), None
        )
        if packing is not None:
            headers |= {"Content-Encoding": packing, "Vary": "Accept-Encoding"}
            path = path.with_name(name + PACKED[packing])
        return FileResponse(path, media_type=TYPES["." + name.rpartition(".")[2]], headers=headers)

    return router


def takes(accepted: str, packing: str) -> bool:
    """Return whether ``Accept-Encoding`` (RFC 9110, 12.5.3) names a packing and does not refuse it."""
    for part in accepted.split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip().casefold() == packing:
            return weight.replace(" ", "").rstrip("0.") != "q="
    return False
