"""Reading what matching looks through from the registry, as far as the one who looks may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supplychain.registry.history import read_table
from supplychain.sourcing.build import TABLES, Catalogue, build_catalogue
from supplychain.sourcing.finding import Found, find_suppliers

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from supplychain.registry.visibility import Viewer
    from supplychain.sourcing.matching import Means
    from supplychain.sourcing.question import Asked
    from supplychain.sourcing.travel import Progress


def read_catalogue(
    connection: Connection,
    viewer: Viewer,
    *,
    synthetic: bool = False,
    gates: Mapping[str, tuple[float, float]] | None = None,
) -> Catalogue:
    """Return offers, needs and plots with what they hang on.

    What the viewer may not see is not there: nothing of it is in an answer, a count or a reason.

    Parameters
    ----------
    connection
        The database.
    viewer
        Who looks.
    synthetic
        Whether records made up for demonstration are wanted.
    gates
        Longitude and latitude of the gates of parks, by park.
    """
    rows = {
        table: [record.values for record in read_table(connection, table, viewer=viewer, synthetic=synthetic)]
        for table in TABLES
    }
    return build_catalogue(rows, gates)


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at the registry, on which day, and at what.

    Parameters
    ----------
    viewer, synthetic, gates
        As of ``read_catalogue``.
    day
        The day on which it is asked.
    """

    viewer: Viewer
    day: date
    synthetic: bool = False
    gates: Mapping[str, tuple[float, float]] | None = None


def match_need(
    connection: Connection, need: str, asked: Asked, means: Means, look: Look, *, progress: Progress | None = None
) -> Found:
    """Return who can supply a need of the registry, or what a text names: reading and matching in one call.

    Parameters
    ----------
    connection
        The database.
    need, asked, means, progress
        As of ``find_suppliers``.
    look
        Who looks, and when.

    Raises
    ------
    HinterlandError
        If nothing is asked, or a limit cannot be held.
    """
    catalogue = read_catalogue(connection, look.viewer, synthetic=look.synthetic, gates=look.gates)
    return find_suppliers(catalogue, need, asked, means, look.day, progress=progress)
