"""Region packs as the network commands take them: of the database, or of a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.database import read_region
from api.regions import check_region, region_folder

if TYPE_CHECKING:
    from geodata.infrastructure.infrastructure import Infrastructure
    from supplychain.pack import Pack


def pack_of(name: str | None, database: str) -> tuple[str, Pack]:
    """Return a region pack and its region's id: the one in the database, or of a folder or shipped region.

    Raises
    ------
    HinterlandError
        If there is none such, or something is wrong in it.
    """
    pack = read_region(database) if name is None else check_region(region_folder(name))
    return pack.region.region_id, pack


def corridors_of(name: str | None, database: str) -> tuple[str, Infrastructure]:
    """Return the corridors of a region pack and its region's id."""
    from geodata.gis.corridors import infrastructure_of_pack  # noqa: PLC0415 - only where needed

    region, pack = pack_of(name, database)
    return region, infrastructure_of_pack(pack)
