"""What collections are, and how one is opened: the catalogue that OGC API, tiles, exports and the map share.

A collection stands for the newest thing of its kind (the latest network, the latest run); one thing in particular is
named by its keys after dots, such as ``network_links.3.rail`` or ``plan_differences.RUN.RUN``, or by parameters of the
request, such as ``?scenario=a&compare=b``. Keys hold letters, digits, ``_`` and ``-`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from api.access.caller import Caller
from api.access.rights import Right
from api.service.problems import ServiceError, not_found
from geodata.features.source import Source
from geodata.features.table import ShapeKind
from supplychain.text import Language, Text

COLLECTION: Final = Text(en="collection", vi="lớp dữ liệu")
UNKNOWN_PARAMETER: Final = Text(
    en="Collection {name} has no parameter {parameter}; it has: {known}.",
    vi="Lớp {name} không có tham số {parameter}; các tham số có: {known}.",
)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who opens collections, and on what.

    Parameters
    ----------
    engine
        The database.
    caller
        Who asks: a source holds only what they may see.
    language
        Of texts that the features hold.
    cache_folder
        Where arrays of stored networks are kept; None for the usual place.
    """

    engine: Engine
    caller: Caller
    language: Language = "vi"
    cache_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A way to say which of its kind a collection is: also the key after a dot, in this order.

    Parameters
    ----------
    name
        Name in the address of a request.
    meaning
        What it says.
    example
        A value.
    """

    name: str
    meaning: Text
    example: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One thing that a collection can stand for, listed for programs that only know names.

    Parameters
    ----------
    keys
        The keys after the dots.
    title
        What it is.
    """

    keys: tuple[str, ...]
    title: Text


@dataclass(frozen=True, slots=True)
class Collection:
    """A kind of layer.

    Parameters
    ----------
    name
        Its id before the first dot.
    title, meaning
        What it is called, and what a feature is.
    shape
        Kind of geometry.
    right
        What a caller must be allowed: to others it does not exist.
    style
        Name of its style (``api.gis.styles``).
    open
        Gives the source for some parameters; raises ``ServiceError`` ("not_found" or "bad_request").
    parameters
        What may be said about which one is meant, all of it optional unless ``is_named_only``.
    instances
        Gives what is listed besides the newest, the newest first; at most some hundred.
    is_named_only
        Whether there is no newest: the collection is only listed by its instances.
    """

    name: str
    title: Text
    meaning: Text
    shape: ShapeKind
    right: Right
    style: str
    open: Callable[[Asking, Mapping[str, str]], Source]
    parameters: tuple[Parameter, ...] = ()
    instances: Callable[[Asking], Iterable[Instance]] = lambda _asking: ()
    is_named_only: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A collection that was opened for a caller.

    Parameters
    ----------
    collection_id
        Its whole id, keys and all.
    collection
        Its kind.
    given
        The parameters it was opened with.
    source
        Its features.
    """

    collection_id: str
    collection: Collection
    given: Mapping[str, str]
    source: Source


def open_collection(
    collections: Mapping[str, Collection], asking: Asking, collection_id: str, given: Mapping[str, str]
) -> Opened:
    """Return a collection, opened for who asks.

    Parameters
    ----------
    collections
        The catalogue.
    asking
        Who opens it.
    collection_id
        Its name, with keys after dots or without.
    given
        Parameters of the request that belong to the collection; a key counts before a parameter of the same meaning.

    Raises
    ------
    ServiceError
        If there is no such collection, or who asks may not see it: the same answer to both.
    """
    name, *keys = collection_id.split(".")
    found = collections.get(name)
    if found is None or not asking.caller.may(found.right) or len(keys) > len(found.parameters):
        raise not_found(COLLECTION, collection_id)
    names = [parameter.name for parameter in found.parameters]
    for parameter in given:
        if parameter not in names:
            known = ", ".join(names) or "–"
            raise ServiceError(UNKNOWN_PARAMETER.format(name=name, parameter=parameter, known=known), "bad_request")
    if found.is_named_only and not keys and not given:
        raise not_found(COLLECTION, collection_id)
    asked = {**given, **dict(zip(names, keys, strict=False))}
    return Opened(collection_id, found, asked, found.open(asking, asked))
