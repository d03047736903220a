"""What users call a road."""

from __future__ import annotations

from geodata.infrastructure.infrastructure import Infrastructure


def road_name(infrastructure: Infrastructure, link: int) -> str:
    """Return the number and name of a link's road, or its id."""
    links = infrastructure.links
    parts = [part for part in (links.ref[link], links.name[link]) if part]
    return " – ".join(parts) or str(links.link_id[link])
