"""The DCAT-AP 3 catalogue of what is open: what everybody may see, of sources with an open licence, by source.

Each table of the registry and each source that its public records come from is a data set, so that every data set has
one licence: that of its source. Records of sources without a licence, or with one not known to be open, are public here
and yet not open; they are left out. So are records made up for demonstration, and whatever is not public.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from sqlalchemy import Connection, func, select

from api.open_data.graph import Iri, Literal, Resource, Value
from api.open_data.licences import licence_address
from api.rest.record_models import RESOURCES
from geodata.versions.tables import VERSIONS
from supplychain.models.base import METADATA
from supplychain.registry.history import current_number
from supplychain.registry.tables import registry_table
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.registry.visibility import Viewer, is_shown, sees
from supplychain.text import Text

MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
FILE_TYPES: Final = "http://publications.europa.eu/resource/authority/file-type/"
PUBLIC_ACCESS: Final = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
LANGUAGES: Final = {"vi": "VIE", "en": "ENG"}
LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"
FORMATS: Final = (("JSON", "application/json"), ("JSONL", "application/x-ndjson"))

TITLE: Final = Text(en="Open data of {region}", vi="Dữ liệu mở {region}")
DESCRIPTION: Final = Text(
    en="What of the logistics and supply-chain database of {region} is public and under an open licence.",
    vi="Phần công khai và có giấy phép mở của cơ sở dữ liệu logistics, chuỗi cung ứng {region}.",
)
DATASET: Final = Text(en="{what}, from “{source}”", vi="{what}, từ “{source}”")
DATASET_ABOUT: Final = Text(
    en="{count} public records of the table {table} that come from this source.",
    vi="{count} hồ sơ công khai của bảng {table} lấy từ nguồn này.",
)
NETWORK: Final = Text(en="Transport network {name}", vi="Mạng lưới giao thông {name}")
NETWORK_ABOUT: Final = Text(
    en="{links} links, {length:.0f} km. {attribution}", vi="{links} đoạn tuyến, {length:.0f} km. {attribution}"
)
SERVICE: Final = Text(en="REST service", vi="Dịch vụ REST")
NO_REGION: Final = Text(en="this installation", vi="của hệ thống này")


@dataclass(frozen=True, slots=True)
class _Source:
    source_id: str
    title: str
    publisher: str | None
    licence: str


def catalogue_version(connection: Connection) -> tuple[int, int, int, str]:
    """Return what the catalogue follows from: while it is the same, so is the catalogue."""
    sources = METADATA.tables["sources"]
    licences = connection.execute(select(sources.c.source_id, sources.c.licence).order_by(sources.c.source_id)).all()
    last = connection.scalar(select(func.max(VERSIONS.c.fid))) or 0
    kept = connection.scalar(select(func.count()).select_from(VERSIONS)) or 0
    return current_number(connection), last, kept, "|".join(f"{row[0]}:{row[1]}" for row in licences)


def describe_catalogue(connection: Connection, address: str) -> list[Resource]:
    """Return the catalogue and everything in it.

    Parameters
    ----------
    connection
        The database.
    address
        Address of the service, without a slash at its end.
    """
    root = f"{address}/api/v1"
    sources = _open_sources(connection)
    region = _region(connection)
    modified = _modified(connection)
    service = Iri(f"{root}/catalogue#service")
    datasets: list[Resource] = []
    parts: list[Resource] = []
    named: set[str] = set()
    for table in REGISTRY_TABLES:
        for source_id, count in _open_counts(connection, table):
            if source_id in sources:
                one, its = _records(root, table, sources[source_id], count, service)
                datasets.append(one)
                parts += its
                named.add(source_id)
    for row in connection.execute(select(VERSIONS).order_by(VERSIONS.c.fid)).mappings():
        licence = licence_address(row["licence"])
        if licence is not None:
            one, its = _network(root, row, licence, service)
            datasets.append(one)
            parts += its
    agents = _agents(root, [sources[name] for name in sorted(named)])
    said: list[tuple[str, Value]] = [
        *_texts("dct:title", TITLE.format(region=region)),
        *_texts("dct:description", DESCRIPTION.format(region=region)),
        ("dct:publisher", Iri(f"{root}/catalogue#publisher")),
        *(("dct:language", Iri(LANGUAGE + code)) for code in LANGUAGES.values()),
        ("foaf:homepage", Iri(address)),
        *((("dct:modified", Literal(modified, kind="xsd:dateTime")),) if modified else ()),
        ("dcat:service", service),
        *(("dcat:dataset", one.iri) for one in datasets),
    ]
    catalogue = Resource(Iri(f"{root}/catalogue"), "dcat:Catalog", said)
    publisher = Resource(Iri(f"{root}/catalogue#publisher"), "foaf:Agent", _texts("foaf:name", region))
    endpoint: list[tuple[str, Value]] = [
        *_texts("dct:title", SERVICE),
        ("dcat:endpointURL", Iri(root)),
        ("dcat:endpointDescription", Iri(f"{root}/openapi.json")),
        *(("dcat:servesDataset", one.iri) for one in datasets),
    ]
    return [catalogue, publisher, Resource(service, "dcat:DataService", endpoint), *agents, *datasets, *parts]


def _texts(name: str, text: Text) -> list[tuple[str, Value]]:
    return [(name, Literal(text.vi, language="vi")), (name, Literal(text.en, language="en"))]


def _region(connection: Connection) -> Text:
    regions = METADATA.tables["regions"].c
    row = connection.execute(select(regions.name_vi, regions.name_en).limit(1)).one_or_none()
    return NO_REGION if row is None else Text(en=row.name_en, vi=row.name_vi)


def _modified(connection: Connection) -> str | None:
    changes = METADATA.tables["registry_changes"].c
    last = connection.scalar(select(func.max(changes.committed_at)).where(changes.number.is_not(None)))
    return None if last is None else str(last)


def _open_sources(connection: Connection) -> dict[str, _Source]:
    sources = METADATA.tables["sources"].c
    found = {}
    for row in connection.execute(select(sources.source_id, sources.title, sources.publisher, sources.licence)):
        licence = licence_address(row.licence)
        if licence is not None:
            found[row.source_id] = _Source(row.source_id, row.title, row.publisher, licence)
    return found


def _open_counts(connection: Connection, name: str) -> Sequence[tuple[str, int]]:
    """Return how many public records, none made up, a table has of each source."""
    table = registry_table(name).sql
    if "source" not in table.c:
        return []
    query = (
        select(table.c.source, func.count())
        .where(sees(name, Viewer.public()), is_shown(name, synthetic=False))
        .group_by(table.c.source)
        .order_by(table.c.source)
    )
    return [(str(source), int(count)) for source, count in connection.execute(query)]


def _agents(root: str, sources: Sequence[_Source]) -> list[Resource]:
    names = dict.fromkeys(one.publisher for one in sources if one.publisher)
    return [Resource(_agent(root, name), "foaf:Agent", [("foaf:name", Literal(name))]) for name in names]


def _agent(root: str, name: str) -> Iri:
    return Iri(f"{root}/catalogue#agent-{quote(name, safe='')}")


def _records(root: str, table: str, source: _Source, count: int, service: Iri) -> tuple[Resource, list[Resource]]:
    resource = RESOURCES[table]
    name = f"{resource.path}-{quote(source.source_id, safe='')}"
    iri = Iri(f"{root}/catalogue#{name}")
    url = f"{root}/{resource.path}?{urlencode({'source': source.source_id})}"
    what = Text(en=resource.many.en.capitalize(), vi=resource.many.vi.capitalize())
    parts = [_distribution(f"{iri.address}-{form.lower()}", url, source.licence, service, form) for form, _ in FORMATS]
    said: list[tuple[str, Value]] = [
        *_texts("dct:title", DATASET.format(what=what, source=source.title)),
        *_texts("dct:description", DATASET_ABOUT.format(count=count, table=resource.path)),
        ("dct:identifier", Literal(name)),
        ("dct:accessRights", Iri(PUBLIC_ACCESS)),
        ("dct:source", Iri(f"{root}/sources/{quote(source.source_id, safe='')}")),
        *((("dct:creator", _agent(root, source.publisher)),) if source.publisher else ()),
        ("dct:publisher", Iri(f"{root}/catalogue#publisher")),
        *(("dcat:distribution", one.iri) for one in parts),
    ]
    return Resource(iri, "dcat:Dataset", said), parts


def _network(root: str, row: Mapping[Any, Any], licence: str, service: Iri) -> tuple[Resource, list[Resource]]:
    name = quote(row["name"], safe="")
    iri = Iri(f"{root}/catalogue#network-{name}")
    part = _distribution(f"{iri.address}-json", f"{root}/networks/{name}", licence, service, "JSON")
    about = NETWORK_ABOUT.format(links=row["links"], length=row["length_km"], attribution=row["attribution"])
    said: list[tuple[str, Value]] = [
        *_texts("dct:title", NETWORK.format(name=row["name"])),
        *_texts("dct:description", about),
        ("dct:identifier", Literal(f"network-{row['name']}")),
        ("dct:issued", Literal(row["created_at"], kind="xsd:dateTime")),
        ("dct:accessRights", Iri(PUBLIC_ACCESS)),
        ("dct:publisher", Iri(f"{root}/catalogue#publisher")),
        ("dcat:distribution", part.iri),
    ]
    return Resource(iri, "dcat:Dataset", said), [part]


def _distribution(iri: str, url: str, licence: str, service: Iri, form: str) -> Resource:
    media_type = dict(FORMATS)[form]
    said: list[tuple[str, Value]] = [
        ("dcat:accessURL", Iri(url)),
        ("dcat:accessService", service),
        ("dct:license", Iri(licence)),
        ("dct:format", Iri(FILE_TYPES + form)),
        ("dcat:mediaType", Iri(MEDIA_TYPES + media_type)),
    ]
    return Resource(Iri(iri), "dcat:Distribution", said)
