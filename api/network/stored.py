"""The stored versions of the network, as commands open and save them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import Engine

from api.database import create_database
from api.readiness import opened
from geodata.assembly.network import build_network
from geodata.infrastructure.imported import Note
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Network
from geodata.versions.cache import cache_folder_of, cached_network, keep_network
from geodata.versions.hashing import content_hash
from geodata.versions.read import read_records, read_stored
from geodata.versions.store import (
    check_is_name,
    check_new_name,
    delete_version,
    find_version,
    free_name,
    list_versions,
    save_version,
)
from geodata.versions.version import LATEST, NameTakenError, StoredVersion
from supplychain.database import is_sqlite, make_engine
from supplychain.errors import HinterlandError
from supplychain.pack import Pack
from supplychain.settings import Settings
from supplychain.text import Text

if TYPE_CHECKING:
    from api.listening import Listener

PERCENT = 100
NO_FOLDER = Text(
    en="The database {path} cannot be made: there is no folder {folder}. Make the folder, or name another.",
    vi="Không tạo được cơ sở dữ liệu {path}: không có thư mục {folder}. Hãy tạo thư mục hoặc chọn nơi khác.",
)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What is said of a version when it is saved.

    Parameters
    ----------
    name
        Name wanted; a number is put behind it where it is taken, unless ``is_given``.
    kind
        How it came to be.
    parent
        Number of the version it was made from.
    note
        What there is to say of it.
    records
        What the import noted, the repair did or the merge could not settle.
    is_given
        Whether the user gave the name: one that is taken is refused then.
    """

    name: str
    kind: str
    parent: int | None = None
    note: str = ""
    records: Sequence[Note] = ()
    is_given: bool = False


def cache_folder(engine: Engine) -> Path:
    """Return where the arrays of this database's networks are kept."""
    return cache_folder_of(engine.url, Settings.from_environment().cache)


def stored_versions(database: str) -> tuple[StoredVersion, ...]:
    """Return every stored version, oldest first."""
    with opened(database) as engine:
        return list_versions(engine)


def find_stored(database: str, version: str | int = LATEST) -> StoredVersion:
    """Return a stored version by number, name or ``latest``.

    Raises
    ------
    HinterlandError
        If there is none such.
    """
    with opened(database) as engine:
        return find_version(engine, version)


def read_stored_network(database: str, version: str | int = LATEST) -> tuple[StoredVersion, Infrastructure]:
    """Return a stored version by number, name or ``latest``, and what it holds.

    Raises
    ------
    HinterlandError
        If there is none such, its rows were altered, or the database cannot be read.
    """
    with opened(database) as engine:
        stored = find_version(engine, version)
        return stored, read_found(engine, stored)


def read_found(engine: Engine, stored: StoredVersion) -> Infrastructure:
    """Return what a version that was found holds.

    Raises
    ------
    HinterlandError
        If its rows were altered, or the database cannot be read.
    """
    return read_stored(engine, stored, cache_folder(engine))


def network_maker(database: str, stored: StoredVersion) -> Callable[[Pack, Infrastructure | None], Network]:
    """Return a maker of the planner's networks on one version: those it made before come from the cache."""
    with opened(database) as engine:
        folder = cache_folder(engine)

    def make(pack: Pack, infrastructure: Infrastructure | None) -> Network:
        found = cached_network(folder, stored.content_hash, pack.sha256)
        if found is None:
            found = build_network(pack, infrastructure)
            keep_network(folder, stored.content_hash, pack.sha256, found)
        return found

    return make


def read_stored_records(database: str, version: str | int = LATEST) -> tuple[Note, ...]:
    """Return what was kept beside a version: notes of imports, repairs done, conflicts of merges."""
    with opened(database) as engine:
        return read_records(engine, find_version(engine, version))


def save_network(database: str, infrastructure: Infrastructure, new: NewVersion, listener: Listener) -> StoredVersion:
    """Store an infrastructure as a new version and return it; the database is made or brought up to date first.

    Work that begins again after it was cut off finds the version it stored before, and stores no second one.

    Raises
    ------
    HinterlandError
        If the name is taken, something cannot be kept without loss, or the database cannot be written.
    """
    saving = Text(en="Saving the network", vi="Lưu mạng lưới")
    listener.begin(saving)

    def tell(share: float) -> None:
        done = f" {share * PERCENT:.0f} %"
        listener.detail(Text(en=saving.en + done, vi=saving.vi + done))

    create_database(database)
    with opened(database) as engine:
        for number in count(1):
            named = partial(_name, engine, new)
            name = str(listener.once(f"name of {new.name}, {number}", named)["name"])
            before = _saved_before(engine, infrastructure, replace(new, name=name), listener)
            if before is not None:
                return before
            try:
                version = save_version(
                    engine,
                    infrastructure,
                    name=name,
                    kind=new.kind,
                    parent=new.parent,
                    note=new.note,
                    records=new.records,
                    cache_folder=cache_folder(engine),
                    progress=tell,
                )
            except NameTakenError:
                if new.is_given:
                    raise
                continue  # another program took the free name meanwhile
            return find_version(engine, version)
    raise AssertionError  # pragma: no cover - the numbers never end


def _name(engine: Engine, new: NewVersion) -> dict[str, str]:
    return {"name": new.name if new.is_given else free_name(engine, new.name)}


def _saved_before(
    engine: Engine, infrastructure: Infrastructure, new: NewVersion, listener: Listener
) -> StoredVersion | None:
    """Return the version that the same work stored before it was cut off; None where it begins for the first time."""
    mark = uuid4().hex
    if listener.once(f"saving {new.name}", lambda: {"mark": mark})["mark"] == mark:
        return None
    found = next((one for one in list_versions(engine) if one.name == new.name), None)
    if found is None or (found.kind, found.parent) != (new.kind, new.parent):
        return None
    return found if found.content_hash == content_hash(infrastructure) else None


def check_target(database: str, name: str | None) -> None:
    """Refuse a database that cannot be used and a name that cannot be given, before anything long is begun.

    Nothing is made: a database that is not there yet is made when something is stored.

    Raises
    ------
    HinterlandError
        If the name is taken or is no name, the database does not answer, or its folder is not there.
    """
    if name is not None:
        check_is_name(name.strip())
    engine = make_engine(database)
    path = Path(engine.url.database or "") if is_sqlite(engine) else None
    try:
        if path is not None and not path.parent.is_dir():
            raise HinterlandError(NO_FOLDER.format(path=path, folder=path.parent))
        if path is None or path.exists():
            check_new_name(engine, name)
    finally:
        engine.dispose()


def delete_network(database: str, version: str) -> StoredVersion:
    """Delete a stored version and return what it was.

    Raises
    ------
    HinterlandError
        If there is none such, or a run used it.
    """
    with opened(database) as engine:
        return delete_version(engine, version, cache_folder(engine))
