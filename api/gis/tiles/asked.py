"""What a request about tiles or styles asks for: the collection it opens, the language, and where links lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from fastapi import Request

from api.access.guard import caller_of
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking, Collection, Opened, open_collection
from api.service.context import Service, service_of
from api.service.language import language_of
from api.service.problems import ServiceError
from supplychain.text import Language, Text

ROOT: Final = "/api/v1/ogc"
OWN: Final = frozenset(("lang", "f"))
"""Parameters of the endpoints themselves; all others belong to the collection."""
TWICE: Final = Text(
    en="Parameter {parameter} is given twice; give it once.", vi="Tham số {parameter} bị ghi hai lần; hãy ghi một lần."
)
NO_PARAMETER: Final = Text(
    en="There is no parameter {parameter} here; there are: {known}.",
    vi="Ở đây không có tham số {parameter}; chỉ có: {known}.",
)


def catalogue_of(request: Request) -> Mapping[str, Collection]:
    """Return the catalogue of collections: that of the program, unless the application was given another."""
    return cast("Mapping[str, Collection]", getattr(request.app.state, "collections", COLLECTIONS))


def address_of(request: Request) -> str:
    """Return the address of the OGC API, as people reach it."""
    service: Service = service_of(request)
    return (service.settings.public_url or str(request.base_url)).rstrip("/") + ROOT


def language_asked(request: Request, lang: Language | None) -> Language:
    """Return the language of an answer: the one named, else as of ``Accept-Language``."""
    return lang or language_of(request.headers.get("accept-language", ""))


def asking_of(request: Request, language: Language) -> Asking:
    """Return who asks, and on what."""
    folder = getattr(request.app.state, "cache_folder", None)
    return Asking(service_of(request).engine, caller_of(request), language, folder)


def given_of(request: Request) -> dict[str, str]:
    """Return the parameters of a request that belong to the collection.

    Raises
    ------
    ServiceError
        If one is given twice.
    """
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found or (name in OWN and len(request.query_params.getlist(name)) > 1):
            raise ServiceError(TWICE.format(parameter=name[:40]), "bad_request")
        if name not in OWN:
            found[name] = value
    return found


def refuse_others(request: Request, *more: str) -> None:
    """Refuse parameters where an endpoint has none of its own but the language, the form and those named here.

    Raises
    ------
    ServiceError
        If there is one.
    """
    for name in given_of(request):
        if name not in more:
            known = ", ".join(sorted({*OWN, *more}))
            raise ServiceError(NO_PARAMETER.format(parameter=name[:40], known=known), "bad_request")


def opened_of(request: Request, collection_id: str, language: Language) -> Opened:
    """Return the collection that a request is about, opened for who asks.

    Raises
    ------
    ServiceError
        If there is none, they may not see it, or a parameter is wrong.
    """
    return open_collection(catalogue_of(request), asking_of(request, language), collection_id, given_of(request))


def told_parameters() -> list[dict[str, Any]]:
    """Return the parameters of all collections as OpenAPI has them, each once."""
    told: dict[str, dict[str, Any]] = {}
    for collection in COLLECTIONS.values():
        for parameter in collection.parameters:
            said = f"{parameter.meaning.vi} · {parameter.meaning.en} ({collection.name})"
            known = told.get(parameter.name)
            if known is not None:
                if collection.name not in known["description"]:
                    known["description"] = known["description"][:-1] + f", {collection.name})"
                continue
            told[parameter.name] = {
                "name": parameter.name,
                "in": "query",
                "required": False,
                "description": said,
                "schema": {"type": "string", "maxLength": 200},
                "example": parameter.example,
            }
    return list(told.values())
