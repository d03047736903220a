"""Where the links of incidents run: those of the region, or of the stored network they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import shapely
from sqlalchemy import Connection, select

from api.incidents.values import Incident
from geodata.models import Link
from geodata.versions.tables import LINKS as NETWORK_LINKS
from supplychain.models.base import METADATA
from supplychain.registry.tables import is_in

Course = tuple[int | None, str]
"""Stored network (None: the region) and link."""


def courses_of(connection: Connection, incidents: Iterable[Incident]) -> Mapping[Course, shapely.LineString]:
    """Return the courses of the links that incidents are on; a link that is no more is left out."""
    wanted: dict[int | None, set[str]] = {}
    for one in incidents:
        wanted.setdefault(one.said.network, set()).update(link.link_id for link in one.match.chosen)
    found: dict[Course, shapely.LineString] = {}
    for network, ids in wanted.items():
        table = METADATA.tables[Link.__tablename__] if network is None else NETWORK_LINKS
        query = select(table.c.link_id, table.c.geometry).where(is_in(connection, table.c.link_id, sorted(ids)))
        if network is not None:
            query = query.where(NETWORK_LINKS.c.version == network)
        found |= {
            (network, link_id): course
            for link_id, course in connection.execute(query)
            if isinstance(course, shapely.LineString)
        }
    return found
