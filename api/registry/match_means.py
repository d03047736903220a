"""What matching is worked out with: the network and the truck, the cost model, and where parks have their gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.routes.ground import Ground, GroundRequest, read_ground
from api.routes.kept import kept_graph
from supplychain.errors import HinterlandError
from supplychain.prices import PriceBasis
from supplychain.sourcing.travel import Freight, Travel
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.console import Steps
    from supplychain.pack import Pack

CORRIDORS: Final = "pack"
"""Name of the network that a region pack brings itself."""
NO_NETWORK: Final = "none"
CORRIDOR_REACH_M: Final = 10_000.0
"""How far a place may lie from the corridors of a pack: they are main roads only."""

READING: Final = Text(en="Reading the region", vi="Đọc dữ liệu vùng")
PREPARING: Final = Text(en="Preparing the network {name}", vi="Chuẩn bị mạng lưới {name}")
BY_CORRIDORS: Final = Text(
    en="No network is stored: minutes and km are those of the region's main roads. `hinterland network import-osm` "
    "stores a full one.",
    vi="Chưa lưu mạng lưới nào: phút và km tính theo các tuyến chính của vùng. `hinterland network import-osm` lưu "
    "mạng lưới đầy đủ.",
)
NO_REGION: Final = Text(
    en="The database holds no region, so there is no cost model: prices, freight and CO2e are not compared ({why}).",
    vi="Cơ sở dữ liệu chưa có vùng nên chưa có mô hình chi phí: không so giá, cước và CO2e ({why}).",
)
NO_ROADS: Final = Text(
    en="There is neither a region nor a stored network, so nothing can be said of ways.",
    vi="Chưa có vùng và chưa lưu mạng lưới nào nên không tính được đường đi.",
)


@dataclass(frozen=True, slots=True)
class MeansRequest:
    """Which network, truck and hour.

    Parameters
    ----------
    database
        The database.
    network
        A stored version or file, ``pack`` for the corridors of the region, ``none`` for no ways at all; empty for the
        last stored version, or the corridors where none is stored.
    profile, depart
        Vehicle profile, and local date and time as written.
    reach_m
        How far a place may lie from the network; None for the usual.
    """

    database: str
    network: str = ""
    profile: str = "articulated_40"
    depart: str = ""
    reach_m: float | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """What an answer is worked out with, and what has to be told of it.

    Parameters
    ----------
    travel, freight
        Ways and cost model; None where there are none.
    gates
        Longitude and latitude of the gates of parks.
    pack
        The region; None where the database holds none.
    facts
        What the answer follows from, as texts.
    attribution
        What must be told of sources.
    notes
        What has to be told.
    ground
        The network and the truck themselves; None where there are no ways.
    """

    travel: Travel | None
    freight: Freight | None
    gates: Mapping[str, tuple[float, float]]
    pack: Pack | None
    facts: Mapping[str, str]
    attribution: str
    notes: tuple[Text, ...]
    ground: Ground | None = None


def read_means(request: MeansRequest, steps: Steps) -> Ready:
    """Return network, cost model and gates.

    Raises
    ------
    HinterlandError
        If the database, the network asked for, or the vehicle profile is not there.
    """
    from geodata.impedance.haulage import build_pack_freight  # noqa: PLC0415 - keeps `--help` quick

    steps.begin(READING)
    pack, notes = _region(request.database)
    freight = None if pack is None else build_pack_freight(pack)
    ground = read_network(request, pack, steps)
    if ground is None:
        told = () if request.network == NO_NETWORK else (NO_ROADS,)
        return Ready(None, freight, gates_of(pack), pack, {}, "", (*notes, *told))
    if ground.name == CORRIDORS and request.network != CORRIDORS:
        notes = (*notes, BY_CORRIDORS)
    return Ready(
        travel_on(ground, pack), freight, gates_of(pack), pack, ground.facts, ground.attribution, notes, ground
    )


def _region(database: str) -> tuple[Pack | None, tuple[Text, ...]]:
    from api.database import read_region  # noqa: PLC0415 - keeps `--help` quick
    from supplychain.pack import NoPackError  # noqa: PLC0415

    try:
        return read_region(database), ()
    except NoPackError as error:
        told = {
            language: getattr(NO_REGION, language).format(why=getattr(error.text, language))
            for language in ("en", "vi")
        }
        return None, (Text(**told),)


def gates_of(pack: Pack | None) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of the node at the gate of each park that names one."""
    if pack is None:
        return {}
    nodes = pack.table("nodes")
    spots = dict(zip(nodes["node_id"], zip(nodes["lon"], nodes["lat"], strict=True), strict=True))
    parks = pack.table("parks")
    return {
        str(park): (float(spots[node][0]), float(spots[node][1]))
        for park, node in zip(parks["park_id"], parks["road_node_id"], strict=True)
        if node in spots
    }


def read_network(request: MeansRequest, pack: Pack | None, steps: Steps) -> Ground | None:
    """Return the network asked for; None where none is wanted or there is none to take."""
    if request.network == NO_NETWORK:
        return None
    wanted = request.network or ("latest" if _has_stored(request.database) else CORRIDORS)
    stored = GroundRequest(
        request.database,
        wanted,
        request.profile,
        depart=request.depart,
        reach_m=GroundRequest(request.database).reach_m if request.reach_m is None else request.reach_m,
    )
    if wanted != CORRIDORS:
        return read_ground(stored, steps)
    return None if pack is None else _corridors(request, pack, steps)


def _has_stored(database: str) -> bool:
    from api.network.stored import stored_versions  # noqa: PLC0415 - keeps `--help` quick

    return bool(stored_versions(database))


def _corridors(request: MeansRequest, pack: Pack, steps: Steps) -> Ground:
    from api.routes.ground import NO_PROFILE, parse_depart  # noqa: PLC0415 - keeps `--help` quick
    from geodata.gis.corridors import infrastructure_of_pack  # noqa: PLC0415
    from geodata.routing.profiles import read_profiles  # noqa: PLC0415
    from geodata.versions.hashing import content_hash  # noqa: PLC0415

    depart = parse_depart(request.depart)
    profiles = read_profiles(None)
    if request.profile not in profiles:
        raise HinterlandError(NO_PROFILE.format(name=request.profile, known=", ".join(profiles)))
    steps.begin(PREPARING.format(name=CORRIDORS))
    reach_m = CORRIDOR_REACH_M if request.reach_m is None else request.reach_m
    asked = GroundRequest(request.database, CORRIDORS, request.profile, depart=request.depart, reach_m=reach_m)
    infrastructure = infrastructure_of_pack(pack)
    # The hash of the roads alone: one of the whole pack would betray that a record the viewer may not see has changed.
    return Ground(asked, infrastructure, CORRIDORS, content_hash(infrastructure), profiles[request.profile], depart)


def travel_on(ground: Ground, pack: Pack | None) -> Travel:
    """Return the ways of the vehicle on a network, tolls in the money of the region."""
    from geodata.answers.travel import NetworkTravel  # noqa: PLC0415 - keeps `--help` quick

    return NetworkTravel(
        ground.infrastructure,
        kept_graph(ground),
        reach_m=ground.request.reach_m,
        toll_scale=_toll_scale(ground, pack),
    )


def _toll_scale(ground: Ground, pack: Pack | None) -> float:
    """Return what one unit of the truck's money is in that of the region; 1 where nothing says otherwise."""
    profile = ground.profile
    if pack is None or not profile.price_year:
        return 1.0
    return PriceBasis.from_pack(pack).factor(profile.currency, profile.price_year)
