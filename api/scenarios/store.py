"""Scenarios of people in the database: whose they are, who sees them, and every text they have had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, and_, delete, false, func, insert, or_, select, true, update

from api.scenarios.tables import OWNED_SCENARIOS, SCENARIO_VERSIONS, SHARES
from api.service.ids import new_id
from optimizer.models import Scenario as RegionScenario
from supplychain.database import is_sqlite
from supplychain.registry.writing import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from api.access.caller import Caller
    from api.access.rights import Role
    from optimizer.scenarios.stated import ScenarioFile

PREFIX: Final = "scn"
STAFF: Final = "staff"
STAFF_ROLES: Final[tuple[Role, ...]] = ("planner", "analyst", "steward", "administrator")
"""Roles that may read scenarios, and so those that one can be shared with."""
OVERSEER: Final[Role] = "administrator"
"""The role that sees every scenario and every run."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody that something is shared with.

    Parameters
    ----------
    kind
        ``account``, ``role`` or ``staff``.
    name
        Account id, role, or ``staff``.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class OwnedScenario:
    """A scenario of an account, as its table has it.

    Parameters
    ----------
    scenario_key, owner, scenario_id, name_vi, name_en, text, version, forked_from, made_at, changed_at
        As in ``api.scenarios.tables.OWNED_SCENARIOS``.
    """

    scenario_key: str
    owner: str
    scenario_id: str
    name_vi: str
    name_en: str
    text: str
    version: int
    forked_from: str | None
    made_at: str
    changed_at: str


COLUMNS: Final = tuple(OWNED_SCENARIOS.c[name] for name in OwnedScenario.__slots__)


def sees_all(caller: Caller) -> bool:
    """Return whether a caller sees what anybody plans."""
    return OVERSEER in caller.roles


def shared_with(caller: Caller, subject: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that something is shared with a caller."""
    holders = [and_(SHARES.c.holder_kind == "role", SHARES.c.holder.in_(sorted(caller.roles)))]
    if caller.account_id is not None:
        holders.append(and_(SHARES.c.holder_kind == "account", SHARES.c.holder == caller.account_id))
    if caller.roles & set(STAFF_ROLES):
        holders.append(SHARES.c.holder_kind == STAFF)
    return select(SHARES.c.subject).where(SHARES.c.subject == subject, or_(*holders)).exists()


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that a caller sees a scenario: their own, one shared with them, any for administrators."""
    if sees_all(caller):
        return true()
    return or_(owned_by(caller), shared_with(caller, OWNED_SCENARIOS.c.scenario_key))


def owned_by(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that a scenario is a caller's own."""
    return false() if caller.account_id is None else OWNED_SCENARIOS.c.owner == caller.account_id


def find_scenarios(connection: Connection, condition: ColumnElement[bool], most: int) -> list[OwnedScenario]:
    """Return scenarios of people in the order of their keys."""
    query = select(*COLUMNS).where(condition).order_by(OWNED_SCENARIOS.c.scenario_key).limit(most)
    return [OwnedScenario(*row) for row in connection.execute(query)]


def find_key(connection: Connection, caller: Caller, key: str, *, to_write: bool = False) -> OwnedScenario | None:
    """Return a scenario by its key where the caller sees it; None where it is hidden as where there is none."""
    query = select(*COLUMNS).where(OWNED_SCENARIOS.c.scenario_key == key, seen_by(caller))
    row = connection.execute(query.with_for_update() if to_write else query).first()
    return None if row is None else OwnedScenario(*row)


def find_own(connection: Connection, caller: Caller, owner: str, scenario_id: str) -> OwnedScenario | None:
    """Return the scenario that an owner calls by an id, where the caller sees it."""
    query = select(*COLUMNS).where(
        OWNED_SCENARIOS.c.owner == owner, OWNED_SCENARIOS.c.scenario_id == scenario_id, seen_by(caller)
    )
    row = connection.execute(query).first()
    return None if row is None else OwnedScenario(*row)


def region_text(connection: Connection, scenario_id: str) -> str | None:
    """Return the text of a scenario of the region; None where it has none of the id."""
    text: str | None = connection.scalar(select(RegionScenario.text).where(RegionScenario.scenario_id == scenario_id))
    return text


def region_scenarios(connection: Connection, after: str, most: int) -> list[tuple[str, str]]:
    """Return scenarios of the region, id and text, those after an id in the order of ids."""
    query = select(RegionScenario.scenario_id, RegionScenario.text).where(RegionScenario.scenario_id > after)
    rows = connection.execute(query.order_by(RegionScenario.scenario_id).limit(most))
    return [(str(row[0]), str(row[1])) for row in rows]


def hold_owner(connection: Connection, owner: str) -> None:
    """Wait until nobody else gives a scenario of an owner an id, and let nobody until the transaction ends."""
    if not is_sqlite(connection):  # whose write transactions wait for each other anyway
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"scenarios of {owner}"))))


def add_scenario(connection: Connection, owner: str, author: str, file: ScenarioFile, forked_from: str | None) -> str:
    """Add a scenario and return its key; that the owner has no other of the id has been looked at."""
    key, at = new_id(PREFIX), now()
    values = {"scenario_key": key, "owner": owner, "version": 1, "forked_from": forked_from, "made_at": at}
    connection.execute(insert(OWNED_SCENARIOS).values(**values, **_of_file(file), changed_at=at))
    _add_version(connection, key, 1, file.text, author, at)
    return key


def change_scenario(connection: Connection, old: OwnedScenario, author: str, file: ScenarioFile) -> int:
    """Give a scenario another text and return the number of that text."""
    version, at = old.version + 1, now()
    changed = update(OWNED_SCENARIOS).where(OWNED_SCENARIOS.c.scenario_key == old.scenario_key)
    connection.execute(changed.values(**_of_file(file), version=version, changed_at=at))
    _add_version(connection, old.scenario_key, version, file.text, author, at)
    return version


def remove_scenario(connection: Connection, key: str) -> None:
    """Remove a scenario with every text it has had and whom it was shared with."""
    connection.execute(delete(SHARES).where(SHARES.c.subject == key))
    connection.execute(delete(SCENARIO_VERSIONS).where(SCENARIO_VERSIONS.c.scenario_key == key))
    connection.execute(delete(OWNED_SCENARIOS).where(OWNED_SCENARIOS.c.scenario_key == key))


def versions_of(connection: Connection, key: str, before: int | None, most: int) -> list[Any]:
    """Return the texts a scenario has had, the latest first: version, author, made_at."""
    table = SCENARIO_VERSIONS.c
    query = select(table.version, table.author, table.made_at).where(table.scenario_key == key)
    if before is not None:
        query = query.where(table.version < before)
    return list(connection.execute(query.order_by(table.version.desc()).limit(most)))


def text_of_version(connection: Connection, key: str, version: int) -> str | None:
    """Return a text that a scenario has had; None where it has none of the number."""
    table = SCENARIO_VERSIONS.c
    query = select(table.text).where(table.scenario_key == key, table.version == version)
    text: str | None = connection.scalar(query)
    return text


def holders_of(connection: Connection, subject: str) -> tuple[Holder, ...]:
    """Return whom something is shared with."""
    query = select(SHARES.c.holder_kind, SHARES.c.holder).where(SHARES.c.subject == subject)
    return tuple(Holder(*row) for row in connection.execute(query.order_by(SHARES.c.holder_kind, SHARES.c.holder)))


def share(connection: Connection, subject: str, holders: Iterable[Holder]) -> None:
    """Share something with these and nobody else."""
    connection.execute(delete(SHARES).where(SHARES.c.subject == subject))
    rows = [{"subject": subject, "holder_kind": one.kind, "holder": one.name} for one in dict.fromkeys(holders)]
    if rows:
        connection.execute(insert(SHARES), rows)


def _of_file(file: ScenarioFile) -> dict[str, Any]:
    return {
        "scenario_id": file.scenario_id,
        "name_vi": file.name.vi,
        "name_en": file.name.en,
        "text": file.text,
    }


def _add_version(connection: Connection, key: str, version: int, text: str, author: str, at: str) -> None:
    values = {"scenario_key": key, "version": version, "text": text, "author": author, "made_at": at}
    connection.execute(insert(SCENARIO_VERSIONS).values(values))
