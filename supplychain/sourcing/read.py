"""Reading what matching looks through from the registry, as far as the one who looks may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from supplychain.registry.history import read_table
from supplychain.sourcing.build import TABLES, Catalogue, build_catalogue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from supplychain.registry.visibility import Viewer


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
