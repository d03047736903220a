"""Parts of a subject by what a user calls them; what is not there is told with the nearest that is."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import numpy as np

from supplychain.errors import HinterlandError
from supplychain.text import Text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from optimizer.subject import Subject

    Indices = NDArray[np.int64]

MOST_SUGGESTED: Final = 3
NEAR: Final = 0.5
MOST_COMPARED: Final = 200_000

UNKNOWN: Final = Text(
    en="The plan has no {what} {id}.{nearest}",
    vi="Phương án không có {what} {id}.{nearest}",
)
NEAREST: Final = Text(en=" Nearest: {ids}.", vi=" Gần nhất: {ids}.")
NOTHING_MATCHES: Final = Text(
    en="No demand of the plan is {wanted} at once; leave one of them out.",
    vi="Không có nhu cầu nào đồng thời là {wanted}; hãy bỏ bớt một điều kiện.",
)
WHAT: Final = {
    "demand": Text(en="demand", vi="nhu cầu"),
    "place": Text(en="park, zone or place", vi="khu công nghiệp, khu vực hay địa điểm"),
    "market": Text(en="market or far end", vi="thị trường hay đầu kia"),
    "commodity": Text(en="commodity", vi="loại hàng"),
    "link": Text(en="link", vi="tuyến"),
    "terminal": Text(en="terminal or node", vi="bến hay nút"),
    "capacity": Text(en="capacity", vi="năng lực"),
}


class UnknownPartError(HinterlandError):
    """A user names something the plan has not."""


def find_demands(
    subject: Subject,
    demand: str | None = None,
    place: str | None = None,
    market: str | None = None,
    commodity: str | None = None,
) -> Indices:
    """Return the demands that are all that is asked for, int64; all demands where nothing is.

    A place or market is an id of ``place_id``, ``market_id`` or an end of the demand; a commodity its id or class.

    Raises
    ------
    UnknownPartError
        When an id is not there, or nothing is all of it at once.
    """
    rows = subject.demands
    chosen = np.ones(len(rows), dtype=np.bool_)
    asked = {
        "demand": (demand, ("demand_id",)),
        "place": (place, ("place_id", "origin_id", "destination_id")),
        "market": (market, ("market_id", "origin_id", "destination_id")),
        "commodity": (commodity, ("commodity_id", "class_id")),
    }
    for what, (wanted, columns) in asked.items():
        if wanted is None:
            continue
        here = np.zeros(len(rows), dtype=np.bool_)
        for column in columns:
            if column in rows:
                here |= (rows[column].astype(str) == wanted).to_numpy(dtype=np.bool_)
        if not here.any():
            known = {str(one) for column in columns if column in rows for one in rows[column].unique()}
            raise unknown(WHAT[what], wanted, known)
        chosen &= here
    found = np.flatnonzero(chosen)
    if not found.size:
        wanted_all = ", ".join(str(wanted) for wanted, _ in asked.values() if wanted is not None)
        raise UnknownPartError(NOTHING_MATCHES.format(wanted=wanted_all))
    return found


def find_links(subject: Subject, link: str) -> Indices:
    """Return the directed links of an id: one link of the problem, or all links of a row, int64.

    Raises
    ------
    UnknownPartError
        When there is none.
    """
    ids = subject.problem.link_ids
    found = [place for place, one in enumerate(ids) if one == link]
    if not found:
        found = np.flatnonzero(subject.links.row_id.astype(str) == link).tolist()
    if not found:
        raise unknown(WHAT["link"], link, [*map(str, subject.links.row_id), *ids])
    return np.array(found, dtype=np.int64)


def find_nodes(subject: Subject, node: str) -> Indices:
    """Return the nodes of an id: all of a terminal, park or market, or one node of the problem, int64.

    Raises
    ------
    UnknownPartError
        When there is none.
    """
    found = np.flatnonzero(subject.nodes.row_id.astype(str) == node)
    if not found.size:
        found = np.array([place for place, one in enumerate(subject.problem.node_ids) if one == node], dtype=np.int64)
    if not found.size:
        raise unknown(WHAT["terminal"], node, [str(one) for one in subject.nodes.row_id if one])
    return found


def find_capacities(subject: Subject, capacity: str) -> Indices:
    """Return the capacities of an id, or all of a row such as a terminal, int64.

    Raises
    ------
    UnknownPartError
        When there is none.
    """
    ids = subject.problem.capacity_ids
    found = [place for place, one in enumerate(ids) if one == capacity]
    if not found:
        found = np.flatnonzero(subject.capacities.row_id.astype(str) == capacity).tolist()
    if not found:
        raise unknown(WHAT["capacity"], capacity, [*ids, *map(str, subject.capacities.row_id)])
    return np.array(found, dtype=np.int64)


def nearest(wanted: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return up to three known ids nearest to one that is not known, marks and case aside."""
    folded: dict[str, str] = {}
    for one in known:
        folded.setdefault(fold(one), one)
        if len(folded) >= MOST_COMPARED:
            break
    close: Sequence[str] = get_close_matches(fold(wanted), list(folded), MOST_SUGGESTED, NEAR)
    return tuple(folded[one] for one in close)


def unknown(what: Text, wanted: str, known: Iterable[str]) -> UnknownPartError:
    """Return the error of an id that is not there, with the nearest that are; ``what`` is one of ``WHAT``."""
    close = nearest(wanted, known)
    suggestion = NEAREST.format(ids=", ".join(close)) if close else Text(en="", vi="")
    return UnknownPartError(UNKNOWN.format(what=what, id=wanted, nearest=suggestion))
