"""Region packs as the network commands take them: of the database, or of a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from api.database import read_region
from api.readiness import opened
from api.regions import check_region, region_folder

if TYPE_CHECKING:
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.topology.check_places import Place
    from supplychain.pack import Pack

KINDS: Final = {
    "seaport": "seaport",
    "river_port": "river_port",
    "dry_port": "dry_port",
    "icd": "dry_port",
    "rail_station": "rail_station",
    "airport": "airport",
}
"""Kind of place that a terminal of the registry is to a check of a network."""


def pack_of(name: str | None, database: str) -> tuple[str, Pack]:
    """Return a region pack and its region's id: the one in the database, or of a folder or shipped region.

    Raises
    ------
    HinterlandError
        If there is none such, or something is wrong in it.
    """
    pack = read_region(database) if name is None else check_region(region_folder(name))
    return pack.region.region_id, pack


def registry_of(database: str) -> Pack | None:
    """Return the region pack in the database; None where it holds no region."""
    with opened(database) as engine, engine.connect() as connection:
        holds_one = connection.scalar(text("SELECT count(*) FROM regions"))
    return read_region(database) if holds_one else None


def places_of(pack: Pack, area: tuple[float, float, float, float]) -> list[Place]:
    """Return the terminals of a region pack within an area, as places that links must reach.

    Parameters
    ----------
    pack
        The pack.
    area
        West, south, east and north, WGS 84 degrees.
    """
    from geodata.topology.check_places import Place  # noqa: PLC0415 - loads scipy

    rows = pack.table("terminals")
    inside = rows[rows["lon"].between(area[0], area[2]) & rows["lat"].between(area[1], area[3])]
    return [
        Place(str(row.terminal_id), KINDS[str(row.kind)], float(row.lon), float(row.lat), str(row.name_vi))
        for row in inside.itertuples()
        if row.kind in KINDS and row.status == "open"
    ]


def corridors_of(name: str | None, database: str) -> tuple[str, Infrastructure]:
    """Return the corridors of a region pack and its region's id."""
    from geodata.gis.corridors import infrastructure_of_pack  # noqa: PLC0415 - only where needed

    region, pack = pack_of(name, database)
    return region, infrastructure_of_pack(pack)
