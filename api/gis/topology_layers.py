"""The collection of what a check of a stored network finds: checked once for each version, and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Engine, select

from api.gis.collections import Asking, Collection, Instance, Parameter
from api.gis.kept_layers import Made, folder_of, kept_layer, key_of
from api.service.problems import ServiceError, not_found
from geodata.features.source import Origin
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from geodata.versions.read import read_stored
from geodata.versions.store import find_version_of, versions_after
from geodata.versions.version import LATEST, NoVersionError, StoredVersion
from supplychain.errors import HinterlandError
from supplychain.models import METADATA
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.features.source import Source
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.topology.check_places import Place
    from geodata.topology.issues import Issues

FINDINGS: Final = "topology_findings"
MOST_LINKS: Final = 150_000
"""Links of a version that a request may have checked; larger ones are checked by the command or the job alone."""
MOST_LISTED: Final = 50

NETWORK: Final = Text(en="network version", vi="phiên bản mạng lưới")
NOT_CHECKED: Final = Text(
    en="Network version {name} has {links} links and was not checked yet. Run `hinterland network check {name}` or ask "
    "for the check as a job, then ask again.",
    vi="Phiên bản mạng lưới {name} có {links} đoạn tuyến và chưa được kiểm tra. Hãy chạy `hinterland network check "
    "{name}` hoặc yêu cầu kiểm tra bằng công việc rồi thử lại.",
)
SOURCE: Final = Text(
    en="Hinterland check of network version {name} ({names})",
    vi="Kết quả kiểm tra của Hinterland đối với phiên bản mạng lưới {name} ({names})",
)
SEVERITIES: Final = (
    ("error", Text(en="wrong as it stands", vi="sai")),
    ("warning", Text(en="likely wrong", vi="có thể sai")),
    ("note", Text(en="worth knowing", vi="cần biết")),
)
FIELDS: Final = (
    Field("kind", "text", Text(en="Kind of fault", vi="Loại lỗi")),
    Field("severity", "text", Text(en="How grave it is", vi="Mức độ"), "", SEVERITIES),
    Field("links", "text", Text(en="Links it is about", vi="Các đoạn tuyến liên quan")),
    Field("nodes", "text", Text(en="Nodes it is about", vi="Các nút liên quan")),
    Field("text_vi", "text", Text(en="What is the matter, in Vietnamese", vi="Mô tả lỗi")),
    Field("text_en", "text", Text(en="What is the matter, in English", vi="Mô tả lỗi (tiếng Anh)")),
    Field("suggestion_vi", "text", Text(en="What to do, in Vietnamese", vi="Cách xử lý")),
    Field("suggestion_en", "text", Text(en="What to do, in English", vi="Cách xử lý (tiếng Anh)")),
    Field("safe", "boolean", Text(en="Whether the repair is certain", vi="Sửa được an toàn")),
    Field("repair", "text", Text(en="Suggested repair, JSON", vi="Cách sửa gợi ý, JSON")),
)


def open_findings(asking: Asking, given: Mapping[str, str]) -> Source:
    """Return what a check of a version finds.

    Raises
    ------
    ServiceError
        If there is no such version, its rows were altered, or it is too large to be checked while a request waits.
    """
    version = given.get("version", LATEST)
    with asking.engine.connect() as connection:
        try:
            stored = find_version_of(connection, version)
        except NoVersionError as error:
            raise not_found(NETWORK, version) from error
        places = open_terminals(connection)

    folder = folder_of(asking.engine, asking.cache_folder)

    def make() -> dict[str, Made]:
        if stored.links > MOST_LINKS:
            raise ServiceError(NOT_CHECKED.format(name=stored.name, links=f"{stored.links:,}"), "bad_request")
        return _made(stored, _check(read_stored(asking.engine, stored, folder.parent), places))

    try:
        return kept_layer(folder, _key(stored, places), FINDINGS, make)
    except ServiceError:
        raise
    except HinterlandError as error:
        raise ServiceError(error.text, "bad_request") from error


def keep_findings(engine: Engine, stored: StoredVersion, issues: Issues) -> None:
    """Keep what a check of a whole version found, so that requests need not check it."""
    with engine.connect() as connection:
        places = open_terminals(connection)
    kept_layer(folder_of(engine), _key(stored, places), FINDINGS, lambda: _made(stored, issues))


def open_terminals(connection: Connection) -> tuple[Place, ...]:
    """Return the open terminals of the region that the links of a network must reach."""
    from api.network.packs import KINDS  # noqa: PLC0415 - loads what builds networks
    from geodata.topology.check_places import Place  # noqa: PLC0415 - loads scipy

    terminals = METADATA.tables["terminals"].c
    columns = (terminals.terminal_id, terminals.kind, terminals.geometry, terminals.name_vi)
    query = select(*columns).where(terminals.status == "open").order_by(terminals.terminal_id)
    rows = [row for row in connection.execute(query) if row[1] in KINDS and row[2] is not None]
    return tuple(Place(row[0], KINDS[row[1]], row[2].x, row[2].y, row[3] or "") for row in rows)


def _check(infrastructure: Infrastructure, terminals: Sequence[Place]) -> Issues:
    """Return everything wrong with a network, the terminals within its extent among what it must reach."""
    from geodata.topology.check import check_infrastructure  # noqa: PLC0415 - loads scipy

    nodes = infrastructure.nodes
    if not len(nodes):
        return check_infrastructure(infrastructure)
    west, south, east, north = nodes.lon.min(), nodes.lat.min(), nodes.lon.max(), nodes.lat.max()
    near = [one for one in terminals if west <= one.lon <= east and south <= one.lat <= north]
    return check_infrastructure(infrastructure, places=near)


def _key(stored: StoredVersion, terminals: Sequence[Place]) -> str:
    return key_of("topology", stored.content_hash, stored.name, terminals)


def _made(stored: StoredVersion, issues: Issues) -> dict[str, Made]:
    columns = issues.to_columns()
    points = np.column_stack([columns["lon"], columns["lat"]]).astype(np.float64).reshape(-1, 2)
    made: dict[str, Any] = {}
    for field in FIELDS:
        values = columns[field.name].tolist()
        made[field.name] = pa.array([None if one == "" else one for one in values], type=ARROW_TYPES[field.kind])
    ids = pa.array(_unique(columns["issue_id"].tolist()), pa.string())
    names = "; ".join(source.name for source in stored.sources)
    origin = Origin(SOURCE.format(name=stored.name, names=names), stored.licence, stored.attribution, stored.created_at)
    return {FINDINGS: Made(FeatureTable(FIELDS, ids, pa.table(made), Shapes("Point", points)), origin)}


def _unique(ids: list[str]) -> list[str]:
    """Return ids of which a second of the same fault at the same place has a number behind it."""
    seen: Counter[str] = Counter()
    found = []
    for one in ids:
        seen[one] += 1
        found.append(one if seen[one] == 1 else f"{one}.{seen[one]}")
    return found


def _instances(asking: Asking) -> Iterator[Instance]:
    with asking.engine.connect() as connection:
        stored = versions_after(connection)[-MOST_LISTED:]
    for one in reversed(stored):
        yield Instance((str(one.version_id),), Text(en=one.name, vi=one.name))


TOPOLOGY_FINDINGS: Final = Collection(
    FINDINGS,
    Text(en="Findings of network checks", vi="Lỗi mạng lưới"),
    Text(
        en="A fault of a stored network version, or a thing to know about it, with what to do",
        vi="Một lỗi hoặc điều cần biết của phiên bản mạng lưới đã lưu, kèm cách xử lý",
    ),
    "Point",
    "networks:read",
    FINDINGS,
    open_findings,
    (
        Parameter(
            "version",
            Text(
                en="Number or name of a stored network version; the latest where left out",
                vi="Số hoặc tên phiên bản mạng lưới; bỏ trống là mới nhất",
            ),
            "latest",
        ),
    ),
    _instances,
)
