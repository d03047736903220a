"""What a request to the OGC API asks for: parameters that are known, each once, and the collection it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import Request

from api.gis.collections import Opened, open_collection
from api.gis.ogc.formats import AnswerFormat, chosen_format
from api.gis.tiles.asked import TWICE, address_of, asking_of, catalogue_of
from api.service.language import language_of
from api.service.problems import ServiceError
from supplychain.text import LANGUAGES, Language, Text

COMMON: Final = ("f", "lang")
"""Parameters of every address."""

NO_PARAMETER: Final = Text(
    en="There is no parameter {parameter} here; there are: {known}.",
    vi="Ở đây không có tham số {parameter}; chỉ có: {known}.",
)
CONTRADICTED: Final = Text(
    en="{parameter} is {key} by the name of the collection and {value} by the parameter; leave one of them out.",
    vi="{parameter} là {key} theo tên lớp dữ liệu nhưng là {value} theo tham số; hãy bỏ một trong hai.",
)
NO_LANGUAGE: Final = Text(en="lang is one of: {known}; got {lang}.", vi="lang là một trong: {known}; nhận được {lang}.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read.

    Parameters
    ----------
    request
        The request.
    root
        Address of the OGC API.
    own
        Parameters of the address itself.
    others
        All others: they may belong to the collection.
    format
        Format of the answer.
    language
        Language of the answer.
    known
        Parameters that the address has itself.
    """

    request: Request
    root: str
    own: Mapping[str, str]
    others: Mapping[str, str]
    format: AnswerFormat
    language: Language
    known: tuple[str, ...]

    def open(self, collection_id: str, *, takes_properties: bool = False) -> Opened:
        """Return the collection that is asked about, opened for who asks.

        Parameters
        ----------
        collection_id
            Its id, keys and all.
        takes_properties
            Whether the properties of its features are parameters too.

        Raises
        ------
        ServiceError
            If there is none, they may not see it, or a parameter is not known or wrong.
        """
        catalogue, asking = catalogue_of(self.request), asking_of(self.request, self.language)
        collection = catalogue.get(collection_id.partition(".")[0])
        names = () if collection is None else tuple(one.name for one in collection.parameters)
        given = {name: value for name, value in self.others.items() if name in names}
        opened = open_collection(catalogue, asking, collection_id, given)
        fields = {field.name for field in opened.source.fields} if takes_properties else set()
        known = {*self.known, *names, *fields}
        self._refuse([name for name in self.others if name not in known], tuple(known))
        for name, value in given.items():
            if name not in fields and opened.given[name] != value:
                words = {"parameter": name, "key": opened.given[name][:40], "value": value[:40]}
                raise ServiceError(CONTRADICTED.format(**words), "bad_request")
        return opened

    def with_properties(self, opened: Opened) -> Asked:
        """Return the request with what it says of properties of features among the parameters of the address itself.

        Where a parameter of the collection is called as a property, such as ``mode``, the collection has been opened by
        it, unless a key of its name says otherwise.
        """
        fields = {field.name for field in opened.source.fields}
        held = {name for name, value in self.others.items() if name in fields and opened.given.get(name) != value}
        own = dict(self.own) | {name: self.others[name] for name in held}
        return replace(self, own=own, others={name: value for name, value in self.others.items() if name not in held})

    @property
    def properties(self) -> dict[str, str]:
        """Values that properties of features must hold, where the address takes them."""
        return {name: value for name, value in self.own.items() if name not in self.known}

    def refuse_others(self) -> None:
        """Refuse parameters that are not of the address itself.

        Raises
        ------
        ServiceError
            If there is one.
        """
        self._refuse(list(self.others), self.known)

    @staticmethod
    def _refuse(unknown: Sequence[str], known: Sequence[str]) -> None:
        if unknown:
            listed = ", ".join(sorted(known))
            raise ServiceError(NO_PARAMETER.format(parameter=unknown[0][:40], known=listed), "bad_request")

    def address(self, path: str = "", **changed: str | None) -> str:
        """Return an address of the API in which the language and the collection's parameters stay as they are.

        Parameters
        ----------
        path
            Below the address of the API, beginning with ``/``.
        changed
            Parameters besides; None leaves one out.
        """
        kept: dict[str, str | None] = dict(self.others)
        if "lang" in self.own:
            kept["lang"] = self.own["lang"]
        kept |= changed
        return with_query(self.root + path, kept)

    def same(self, **changed: str | None) -> str:
        """Return the address that was asked, with some parameters changed; None leaves one out."""
        here = self.root + quote(self.request.url.path.partition("/ogc")[2], safe="/:.,")
        return with_query(here, {**self.own, **self.others, **changed})


def with_query(address: str, parameters: Mapping[str, str | None]) -> str:
    """Return an address with those parameters that are not None."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{address}?{urlencode(given)}" if given else address


def read_asked(request: Request, offered: Sequence[AnswerFormat], names: Sequence[str] = ()) -> Asked:
    """Return a request, read.

    Parameters
    ----------
    request
        The request.
    offered
        Formats of the answer.
    names
        Parameters of the address besides those of every one.

    Raises
    ------
    ServiceError
        If a parameter is given twice, or the format or the language is none.
    """
    known = (*COMMON, *names)
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise ServiceError(TWICE.format(parameter=name[:40]), "bad_request")
        found[name] = value
    lang = found.get("lang")
    if lang is not None and lang not in LANGUAGES:
        raise ServiceError(NO_LANGUAGE.format(known=", ".join(LANGUAGES), lang=lang[:20]), "bad_request")
    named: list[Language] = [one for one in LANGUAGES if one == lang]
    language = named[0] if named else language_of(request.headers.get("accept-language", ""))
    return Asked(
        request,
        address_of(request),
        {name: value for name, value in found.items() if name in known},
        {name: value for name, value in found.items() if name not in known},
        chosen_format(offered, found.get("f"), ",".join(request.headers.getlist("accept"))),
        language,
        known,
    )


def path_of(collection_id: str, *more: str) -> str:
    """Return the path of a collection below the address of the API, or of something below it."""
    parts = ("collections", collection_id, *more)
    return "".join(f"/{quote(part, safe=':.,')}" for part in parts)
