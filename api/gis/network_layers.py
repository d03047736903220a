"""Collections of networks: links and nodes of a stored version, or of the corridors of the region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.gis.collections import Asking, Collection, Instance, Parameter
from api.network.stored import cache_folder
from api.service.problems import ServiceError, not_found
from geodata.features.network_held import Stored, open_layer
from geodata.features.network_kept import Layer
from geodata.features.source import Origin, Source
from geodata.gis.corridors import infrastructure_of_pack
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import Link, Node
from geodata.versions.read import read_stored
from geodata.versions.store import find_version_of, versions_after
from geodata.versions.version import LATEST, NoVersionError, StoredVersion
from supplychain.contents import content_of
from supplychain.models import Region
from supplychain.models.base import METADATA
from supplychain.pack import read_pack_from_database
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

PACK: Final = "pack"
"""Key of the corridors of the region."""
MOST_LISTED: Final = 50
"""Versions that are listed, the newest."""

NETWORK: Final = Text(en="network version", vi="phiên bản mạng lưới")
NO_MODE: Final = Text(en="mode is one of {modes}; got '{mode}'.", vi="mode là một trong {modes}; nhận được '{mode}'.")
OF_PACK: Final = Text(en="corridors of the region", vi="hành lang của vùng")
MODES: Final = {
    "road": Text(en="road", vi="đường bộ"),
    "rail": Text(en="rail", vi="đường sắt"),
    "inland_waterway": Text(en="inland waterway", vi="đường thủy nội địa"),
}


def _open(layer: Layer, asking: Asking, given: Mapping[str, str]) -> Source:
    mode = given.get("mode")
    if mode is not None and mode not in NETWORK_MODES:
        raise ServiceError(NO_MODE.format(modes=", ".join(NETWORK_MODES), mode=mode[:40]), "bad_request")
    version = given.get("version", LATEST)
    stored = _stored(asking, version)
    if stored is None:
        return _open_pack(layer, asking, mode, version)
    names = "; ".join(source.name for source in stored.sources)
    told = Text(en=f"network version {stored.name}: {names}", vi=f"phiên bản mạng lưới {stored.name}: {names}")
    origin = Origin(told, stored.licence, stored.attribution, stored.created_at)
    folder = asking.cache_folder or cache_folder(asking.engine)
    return open_layer(
        Stored(stored.content_hash, origin, lambda: read_stored(asking.engine, stored, folder), folder), layer, mode
    )


def _stored(asking: Asking, version: str) -> StoredVersion | None:
    """Return a version; None for the corridors of the region, which stand for the latest where none is stored."""
    if version == PACK:
        return None
    with asking.engine.connect() as connection:
        try:
            return find_version_of(connection, version)
        except NoVersionError as error:
            if version == LATEST:
                return None
            raise not_found(NETWORK, version) from error


def _open_pack(layer: Layer, asking: Asking, mode: str | None, version: str) -> Source:
    content, region = _pack_state(asking)
    if region is None:
        raise not_found(NETWORK, version)

    def read() -> Infrastructure:
        with Session(asking.engine) as session:
            return infrastructure_of_pack(read_pack_from_database(session, (Node, Link)))

    told = Text(en=f"{OF_PACK.en} {region.name_en}", vi=f"{OF_PACK.vi} {region.name_vi}")
    return open_layer(Stored(content, Origin(told, region.licence, ""), read), layer, mode)


def _pack_state(asking: Asking) -> tuple[str, Any]:
    """Return what names the content of the region's nodes and links, and the region's row; None where there is none."""
    return f"pack-{content_of(asking.engine, (Node.__tablename__, Link.__tablename__))}", _region(asking)


def _region(asking: Asking) -> Any:  # noqa: ANN401 - a row
    regions = METADATA.tables[Region.__tablename__].c
    with asking.engine.connect() as connection:
        return connection.execute(select(regions.name_vi, regions.name_en, regions.licence)).first()


def _instances(asking: Asking) -> Iterator[Instance]:
    """Yield the stored versions, the newest first, each whole and by mode, and the corridors of a region if any."""
    with asking.engine.connect() as connection:
        stored = versions_after(connection)[-MOST_LISTED:]
    known = [(str(one.version_id), Text(en=one.name, vi=one.name)) for one in reversed(stored)]
    if _region(asking) is not None:
        known.append((PACK, OF_PACK))
    for key, title in known:
        yield Instance((key,), title)
        for mode in NETWORK_MODES:
            words = MODES[mode]
            yield Instance((key, mode), Text(en=f"{title.en}, {words.en}", vi=f"{title.vi}, {words.vi}"))


PARAMETERS: Final = (
    Parameter(
        "version",
        Text(
            en="Number or name of a stored network version, latest, or pack for the corridors of the region; without "
            "it the latest",
            vi="Số hoặc tên phiên bản mạng lưới, latest, hoặc pack cho hành lang của vùng; bỏ trống là mới nhất",
        ),
        "latest",
    ),
    Parameter("mode", Text(en="road, rail or inland_waterway", vi="road, rail hoặc inland_waterway"), "rail"),
)

NETWORK_COLLECTIONS: Final = (
    Collection(
        "network_links",
        Text(en="Network links", vi="Đoạn tuyến mạng lưới"),
        Text(
            en="A stretch of road, railway or waterway, both directions in one",
            vi="Một đoạn đường bộ, đường sắt hoặc đường thủy, gồm cả hai chiều",
        ),
        "LineString",
        "networks:read",
        "network_links",
        partial(_open, "links"),
        PARAMETERS,
        _instances,
    ),
    Collection(
        "network_nodes",
        Text(en="Network nodes", vi="Nút mạng lưới"),
        Text(en="A place where links begin, end or meet", vi="Nơi các đoạn tuyến bắt đầu, kết thúc hoặc gặp nhau"),
        "Point",
        "networks:read",
        "network_nodes",
        partial(_open, "nodes"),
        PARAMETERS,
        _instances,
    ),
)
"""Collections of networks."""
