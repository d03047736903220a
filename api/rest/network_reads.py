"""Stored networks as they are looked up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, func, select

from api.rest.network_models import FeatureModel, Layer, LengthModel, NetworkModel, NetworkSourceModel, NoteModel
from api.service.etags import etag
from api.service.problems import ServiceError, not_found
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Table

    from geodata.versions.version import StoredVersion

NETWORK: Final = Text(en="network version", vi="phiên bản mạng lưới")
METRES_PER_KM: Final = 1000.0
IDS: Final[Mapping[Layer, str]] = {"nodes": "node_id", "links": "link_id", "candidates": "candidate_id", "outlines": ""}


def show_network(stored: StoredVersion) -> NetworkModel:
    """Return a version as it is shown."""
    plain = set(NetworkModel.model_fields) - {"sources"}
    sources = [
        NetworkSourceModel(**{name: getattr(one, name) for name in NetworkSourceModel.model_fields})
        for one in stored.sources
    ]
    return NetworkModel(**{name: getattr(stored, name) for name in plain}, sources=sources)


def tag_of(stored: StoredVersion) -> str:
    """Return the entity tag of a version."""
    return etag("network", stored.version_id, stored.content_hash)


def network_of(connection: Connection, name: str) -> StoredVersion:
    """Return a version by name, number or ``latest``.

    Raises
    ------
    ServiceError
        If there is none such.
    """
    from geodata.versions.store import find_version_of  # noqa: PLC0415 - loads numpy and what is built on it
    from geodata.versions.version import NoVersionError  # noqa: PLC0415

    try:
        return find_version_of(connection, name)
    except NoVersionError as error:
        raise not_found(NETWORK, name) from error


def number_of(connection: Connection, name: str) -> str:
    """Return the number of a version, as jobs name it: ``latest`` is what it is when the question is asked."""
    return str(network_of(connection, name).version_id)


def check_free(connection: Connection, name: str | None) -> None:
    """Refuse a name that a new version cannot have.

    Raises
    ------
    ServiceError
        If it is taken.
    VersionError
        If it is no name.
    """
    from geodata.versions.store import check_free_name  # noqa: PLC0415 - loads numpy
    from geodata.versions.version import NameTakenError  # noqa: PLC0415

    if name is None:
        return
    try:
        check_free_name(connection, name.strip())
    except NameTakenError as error:
        raise ServiceError(error.text, "conflict") from error


def read_notes(connection: Connection, version: int, after: int, most: int) -> list[tuple[int, NoteModel]]:
    """Return notes of a version after a row, each with its row's number."""
    from geodata.versions.tables import RECORDS  # noqa: PLC0415 - loads numpy

    query = select(RECORDS).where(RECORDS.c.version == version, RECORDS.c.fid > after).order_by(RECORDS.c.fid)
    found = []
    for row in connection.execute(query.limit(most)):
        at = (None, None) if row.geometry is None else (row.geometry.x, row.geometry.y)
        same = {name: getattr(row, name) for name in ("kind", "severity", "subject", "text_vi", "text_en")}
        found.append((row.fid, NoteModel(**same, lon=at[0], lat=at[1], count=row.times)))
    return found


def read_lengths(connection: Connection, version: int) -> list[LengthModel]:
    """Return number and length of the links of a version by mode and class, the longest first within a mode."""
    from geodata.versions.tables import LINKS  # noqa: PLC0415 - loads numpy

    length = func.coalesce(func.sum(LINKS.c.length_m), 0.0)
    query = select(LINKS.c.mode, LINKS.c.link_class, func.count(), length).where(LINKS.c.version == version)
    rows = connection.execute(query.group_by(LINKS.c.mode, LINKS.c.link_class)).all()
    found = [
        LengthModel(mode=mode or "", link_class=link_class or "", links=links, length_km=metres / METRES_PER_KM)
        for mode, link_class, links, metres in rows
    ]
    return sorted(found, key=lambda one: (one.mode, -one.length_km, one.link_class))


def read_features(
    connection: Connection, version: int, layer: Layer, after: int, most: int
) -> list[tuple[int, FeatureModel]]:
    """Return rows of a layer of a version after a row, in order, each with its row's number."""
    import shapely  # noqa: PLC0415 - only where geometry is shown

    table = _layer_table(layer)
    query = select(table).where(table.c.version == version, table.c.fid > after).order_by(table.c.fid).limit(most)
    found = []
    for row in connection.execute(query).mappings():
        properties: dict[str, Any] = {
            name: value for name, value in row.items() if name not in ("fid", "version", "geometry", IDS[layer])
        }
        shape = row["geometry"]
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        row_id = str(row[IDS[layer]] if IDS[layer] else row["fid"])
        feature = FeatureModel(type="Feature", id=row_id, geometry=geometry, properties=properties)
        found.append((int(row["fid"]), feature))
    return found


def _layer_table(layer: Layer) -> Table:
    from geodata.versions.tables import CANDIDATES, LINKS, NODES, OUTLINES  # noqa: PLC0415 - loads numpy

    return {"nodes": NODES, "links": LINKS, "candidates": CANDIDATES, "outlines": OUTLINES}[layer]
