"""What a question stands on: a network, a vehicle, an hour, and the places it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.routes.provenance import attribution_of
from geodata.answers.places import (
    NO_REGION,
    REGISTRY_TABLES,
    Place,
    PlaceError,
    candidate_places,
    find_place,
    parse_point,
    registry_places,
)
from geodata.answers.places_file import read_places
from geodata.infrastructure.columns import CANDIDATE_KINDS
from geodata.routing.ends import FIRST_YEAR, LAST_YEAR
from supplychain.errors import HinterlandError
from supplychain.text import Text
from supplychain.vocabulary import TERMINAL_KINDS

if TYPE_CHECKING:
    from api.listening import Listener
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.routing.vehicle import VehicleProfile
    from supplychain.pack import Pack

HOURS_PER_DAY: Final = 24
PBF_SUFFIX: Final = ".pbf"
LAYER_SUFFIX: Final = ".gpkg"
MOST_PLACES: Final = 20_000
CANDIDATES: Final = "candidates"
SHOWN_PARTS: Final = 5
DEPART_FORMS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")

READING: Final = Text(en="Reading the network {name}", vi="Đọc mạng lưới {name}")
NO_PROFILE: Final = Text(
    en="There is no vehicle profile {name}. There are: {known}. A file of your own is named by --profiles FILE.yaml.",
    vi="Không có hồ sơ xe {name}. Hiện có: {known}. Tệp hồ sơ riêng được chỉ bằng --profiles TỆP.yaml.",
)
NO_FILE: Final = Text(
    en="There is no network file {file}. Name an .osm.pbf, an exported .gpkg, or a stored version.",
    vi="Không có tệp mạng lưới {file}. Hãy chỉ tệp .osm.pbf, tệp .gpkg đã xuất, hoặc một phiên bản đã lưu.",
)
NOTED: Final = Text(
    en="{file}: {count} warnings while reading; `hinterland network import-osm` stores the network and lists them.",
    vi="{file}: {count} cảnh báo khi đọc; `hinterland network import-osm` lưu mạng lưới và liệt kê chúng.",
)
FAR_YEAR: Final = Text(
    en="{text} is not within the years {first} to {last}.", vi="{text} không thuộc các năm {first} đến {last}."
)
NO_TIME: Final = Text(
    en="{text} is no local date and time; write it like 2026-11-23 07:00.",
    vi="{text} không phải ngày giờ địa phương; hãy ghi như 2026-11-23 07:00.",
)
NOTHING: Final = Text(
    en="{text} names no place at all. Write ids, latitude,longitude, a CSV file, or one of: {known}.",
    vi="{text} không chỉ địa điểm nào. Hãy ghi mã, vĩ độ,kinh độ, tệp CSV hoặc một trong: {known}.",
)
TWICE: Final = Text(
    en="The place {name} is named twice in {text}.", vi="Địa điểm {name} được nêu hai lần trong {text}."
)
TOO_MANY: Final = Text(
    en="{text} holds {count} places; at most {most} are taken at once.",
    vi="{text} có {count} địa điểm; mỗi lần nhận tối đa {most}.",
)


@dataclass(frozen=True, slots=True)
class GroundRequest:
    """Which network, vehicle and hour a question is about.

    Parameters
    ----------
    database
        The database.
    network
        Name, number or ``latest`` of a stored version; or an ``.osm.pbf`` or exported ``.gpkg`` file.
    profile, profiles
        Vehicle profile, and a file of profiles of the user's own.
    depart
        Local date and time as written; empty for none.
    reach_m
        How far a place may be from the network, metres.
    reads_files
        Whether texts may name files of this machine: never those of a question that came over the network.
    """

    database: str
    network: str = "latest"
    profile: str = "articulated_40"
    profiles: Path | None = None
    depart: str = ""
    reach_m: float = 2000.0
    reads_files: bool = True


@dataclass(slots=True)
class Ground:
    """The network and the vehicle of a question, read.

    Parameters
    ----------
    request
        What was asked for.
    infrastructure
        The network.
    name, content_hash
        Name of the network as the user knows it, and the hash of its content; empty for a file.
    profile
        The vehicle.
    depart
        Local time of departure, or None.
    cache
        Folder for what is prepared of the network; None for a file.
    """

    request: GroundRequest
    infrastructure: Infrastructure
    name: str
    content_hash: str
    profile: VehicleProfile
    depart: datetime | None
    cache: Path | None = None
    _pack: Pack | None = field(default=None, repr=False)

    @property
    def hour(self) -> int | None:
        """Hour of the week of the departure, 0 from Monday 00:00; None without one."""
        return None if self.depart is None else HOURS_PER_DAY * self.depart.weekday() + self.depart.hour

    @property
    def attribution(self) -> str:
        """What must be told of the network's sources, and of the region where places of it were looked up."""
        return attribution_of(self.infrastructure.sources, self._pack)

    @property
    def licence(self) -> str:
        """Every licence of the network's sources, and of the region where places of it were looked up, once."""
        found = [one.licence for one in self.infrastructure.sources]
        if self._pack is not None:
            found.append(self._pack.region.licence)
        return "; ".join(dict.fromkeys(one for one in found if one))

    @property
    def facts(self) -> dict[str, str]:
        """What an answer on this ground follows from, as texts."""
        return {
            "network": self.name,
            "network_sha256": self.content_hash,
            "vehicle_profile": self.profile.profile_id,
            "depart": "" if self.depart is None else self.depart.isoformat(sep=" ", timespec="minutes"),
            "currency": self.profile.currency,
            "price_year": str(self.profile.price_year),
        }

    def pack(self, wanted: str) -> Pack:
        """Return the region of the database.

        Raises
        ------
        PlaceError
            If there is none; the message says what it was wanted for.
        """
        if self._pack is None:
            from api.database import read_region  # noqa: PLC0415 - only where a place is named by id

            try:
                self._pack = read_region(self.request.database)
            except HinterlandError as error:
                told = {"en": error.sentence("en"), "vi": error.sentence("vi")}
                text = Text(
                    en=NO_REGION.en.format(name=wanted, why=told["en"]),
                    vi=NO_REGION.vi.format(name=wanted, why=told["vi"]),
                )
                raise PlaceError(text) from error
        return self._pack

    def place(self, text: str | Place) -> Place:
        """Return the place a text names: latitude,longitude, or a park, zone or terminal by id or name."""
        if isinstance(text, Place):
            return text
        point = parse_point(text)
        if point is not None:
            return point
        pack = self.pack(text)
        return find_place(text, [place for table in REGISTRY_TABLES for place in registry_places(pack, table)])

    def places(self, text: str | Sequence[str | Place]) -> tuple[Place, ...]:
        """Return the places a text names, or several texts and places in their order.

        ``parks``, ``zones``, ``terminals`` or ``terminals:seaport`` of the region; ``candidates:warehouse`` of the
        network; a CSV file; or several places with ``;`` between. Parts may be mixed with ``;``.

        Raises
        ------
        HinterlandError
            If nothing is named, a place is not known, or one stands twice.
        """
        parts = [part.strip() for part in text.split(";") if part.strip()] if isinstance(text, str) else text
        said = text if isinstance(text, str) else "; ".join(map(str, text[:SHOWN_PARTS]))
        found = [place for part in parts for place in self._part(part)]
        if not found:
            raise PlaceError(NOTHING.format(text=said or "''", known=", ".join(known_sets())))
        if len(found) > MOST_PLACES:
            raise PlaceError(TOO_MANY.format(text=said, count=len(found), most=MOST_PLACES))
        ids: set[str] = set()
        for place in found:
            if place.place_id in ids:
                raise PlaceError(TWICE.format(name=place.place_id, text=said))
            ids.add(place.place_id)
        return tuple(found)

    def _part(self, text: str | Place) -> Sequence[Place]:
        if isinstance(text, Place):
            return (text,)
        table, _, kind = text.partition(":")
        if table in REGISTRY_TABLES and kind in ("", *TERMINAL_KINDS):
            return registry_places(self.pack(text), table, kind)
        if table == CANDIDATES and kind in CANDIDATE_KINDS:
            return candidate_places(self.infrastructure, kind)
        if self.request.reads_files and text.lower().endswith(".csv"):
            return read_places(Path(text))
        return [self.place(text)]


def known_sets() -> tuple[str, ...]:
    """Return the names of sets of places."""
    return (*REGISTRY_TABLES, "terminals:seaport", "candidates:warehouse")


def read_ground(request: GroundRequest, listener: Listener) -> Ground:
    """Return the network, the vehicle and the hour of a question.

    Raises
    ------
    HinterlandError
        If any of them is not there or cannot be read.
    """
    from geodata.routing.profiles import read_profiles  # noqa: PLC0415 - keeps `--help` quick

    depart = parse_depart(request.depart)
    profiles = read_profiles(request.profiles)
    if request.profile not in profiles:
        raise HinterlandError(NO_PROFILE.format(name=request.profile, known=", ".join(profiles)))
    listener.begin(READING.format(name=request.network))
    profile = profiles[request.profile]
    suffix = Path(request.network).suffix.lower()
    if request.reads_files and suffix in (PBF_SUFFIX, LAYER_SUFFIX):
        infrastructure = _from_file(Path(request.network), listener)
        return Ground(request, infrastructure, Path(request.network).name, "", profile, depart)
    # Files need no database, and none of what reads one.
    from api.network.stored import cache_folder, read_found  # noqa: PLC0415
    from api.readiness import opened  # noqa: PLC0415
    from api.routes.warm import warm_network  # noqa: PLC0415
    from geodata.versions.store import find_version  # noqa: PLC0415

    with opened(request.database) as engine:
        stored = find_version(engine, request.network)
        cache = cache_folder(engine) / stored.content_hash
        infrastructure = warm_network(cache, stored.content_hash, lambda: read_found(engine, stored))
    return Ground(request, infrastructure, stored.name, stored.content_hash, profile, depart, cache)


def parse_depart(text: str) -> datetime | None:
    """Return the local time a text such as ``2026-11-23 07:00`` names; None for an empty one.

    Raises
    ------
    HinterlandError
        If it is none.
    """
    if not text.strip():
        return None
    for form in DEPART_FORMS:
        try:
            found = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - local time, whose zone rules need not be known
        except ValueError:
            continue
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise HinterlandError(FAR_YEAR.format(text=text, first=FIRST_YEAR, last=LAST_YEAR))
        return found
    raise HinterlandError(NO_TIME.format(text=text))


def _from_file(file: Path, listener: Listener) -> Infrastructure:
    if not file.is_file():
        raise HinterlandError(NO_FILE.format(file=file))
    if file.suffix.lower() == LAYER_SUFFIX:
        from geodata.gis.layers import read_layers  # noqa: PLC0415 - only for such a file

        return read_layers(file)
    from geodata.osm.importing import import_osm  # noqa: PLC0415 - only for such a file

    def tell(what: str, share: float) -> None:
        listener.detail(Text(en=f"{what} {share:.0%}", vi=f"{what} {share:.0%}"))

    imported = import_osm([file], progress=tell)
    if warnings := sum(note.count for note in imported.notes if note.severity == "warning"):
        listener.warn(NOTED.format(file=file.name, count=warnings))
    return imported.infrastructure
