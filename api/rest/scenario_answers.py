"""What endpoints of scenarios share: who may change one, which ids are free, and how one is shown."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, func, select

from api.access.caller import Caller
from api.rest.scenario_models import NameModel, Origin, ScenarioModel, of_file
from api.scenarios.shelving import SCENARIO, find_named
from api.scenarios.store import (
    OwnedScenario,
    add_scenario,
    find_key,
    find_own,
    hold_owner,
    region_text,
    sees_all,
)
from api.scenarios.tables import OWNED_SCENARIOS
from api.service.etags import etag
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer
from optimizer.scenarios.file import parse_scenario_file
from optimizer.scenarios.stated import ScenarioFile
from supplychain.text import Text

PATH: Final = "/api/v1/scenarios"
MOST_OWNED: Final = 2000
CREATED: Final = 201

READ_ONLY: Final = Text(
    en="{name} is a scenario of the region and stays as it is. Fork it, and change the fork.",
    vi="{name} là kịch bản của vùng, không sửa được. Hãy tạo bản riêng (fork) rồi sửa bản đó.",
)
NOT_YOURS: Final = Text(
    en="{name} belongs to somebody else. Fork it, and change the fork.",
    vi="{name} là của người khác. Hãy tạo bản riêng (fork) rồi sửa bản đó.",
)
OF_REGION: Final = Text(
    en="The region has a scenario {name}. Give yours another scenario_id.",
    vi="Vùng đã có kịch bản {name}. Hãy đặt scenario_id khác.",
)
IS_THERE: Final = Text(
    en="You have a scenario {name} already ({key}). Change that one, or give this one another scenario_id.",
    vi="Bạn đã có kịch bản {name} ({key}). Hãy sửa kịch bản đó, hoặc đặt scenario_id khác.",
)
TOO_MANY: Final = Text(
    en="You have {most} scenarios, which is the most. Delete some first.",
    vi="Bạn đã có {most} kịch bản, là mức tối đa. Hãy xóa bớt trước.",
)
CONTROL: Final = Text(
    en="The name holds a sign that is no letter (\\u0000). Take it out.",
    vi="Tên chứa ký tự điều khiển (\\u0000). Hãy bỏ đi.",
)


def tag_of(scenario: OwnedScenario) -> str:
    """Return the entity tag of a scenario of somebody's."""
    return etag("scenario", scenario.scenario_key, scenario.version)


@lru_cache(maxsize=256)
def parsed_region(text: str, name: str) -> ScenarioFile:
    """Return a scenario of the region as a file; kept, as its scenarios are few and asked for again and again."""
    return parse_scenario_file(text, f"{name}.yaml")


def read_sent(text: str) -> ScenarioFile:
    """Return a text that somebody sends as a scenario file.

    Raises
    ------
    FindingsError
        With every finding and its line and character, where it is none.
    """
    file = parse_scenario_file(text)
    if "\x00" in file.name.vi + file.name.en:
        raise ServiceError(CONTROL, "invalid")
    return file


def origin_of(caller: Caller, owner: str) -> Origin:
    """Return what a scenario of an owner is to a caller."""
    if owner == caller.account_id:
        return "mine"
    return "others" if sees_all(caller) else "shared"


def summary(caller: Caller, one: OwnedScenario) -> dict[str, Any]:
    """Return a scenario of somebody's as members of ``ScenarioSummary``."""
    return {
        "key": one.scenario_key,
        "scenario_id": one.scenario_id,
        "name": NameModel(vi=one.name_vi, en=one.name_en),
        "origin": origin_of(caller, one.owner),
        "owner": one.owner,
        "version": one.version,
        "made_at": one.made_at,
        "changed_at": one.changed_at,
    }


def region_summary(name: str, text: str) -> dict[str, Any]:
    """Return a scenario of the region as members of ``ScenarioSummary``."""
    file = parsed_region(text, name)
    nothing = dict.fromkeys(("owner", "version", "made_at", "changed_at"))
    told = NameModel(vi=file.name.vi, en=file.name.en)
    return {"key": name, "scenario_id": name, "name": told, "origin": "region", **nothing}


def shown(connection: Connection, caller: Caller, one: OwnedScenario) -> ScenarioModel:
    """Return a scenario of somebody's as a caller sees it."""
    seen = None if one.forked_from is None else _seen_name(connection, caller, one.forked_from)
    said = of_file(parse_scenario_file(one.text, f"{one.scenario_id}.yaml"))
    return ScenarioModel(**{**summary(caller, one), **said}, forked_from=seen)


def _seen_name(connection: Connection, caller: Caller, name: str) -> str | None:
    """Return the name of another scenario where the caller sees that one."""
    is_there = region_text(connection, name) is not None or find_key(connection, caller, name) is not None
    return name if is_there else None


def own(connection: Connection, caller: Caller, name: str, *, to_write: bool = True) -> OwnedScenario:
    """Return a scenario that the caller may change, held until the transaction ends where it is to be changed.

    Raises
    ------
    ServiceError
        If there is none such, or it is the region's or somebody else's.
    """
    found = find_named(connection, caller, name)
    if isinstance(found, str):
        raise ServiceError(READ_ONLY.format(name=name), "forbidden")
    if found.owner != caller.account_id and not sees_all(caller):
        raise ServiceError(NOT_YOURS.format(name=name), "forbidden")
    if not to_write:
        return found
    held = find_key(connection, caller, found.scenario_key, to_write=True)
    if held is None:
        raise not_found(SCENARIO, name)
    return held


def check_free(connection: Connection, caller: Caller, owner: str, file: ScenarioFile, key: str | None) -> None:
    """Refuse an id that the region has, or another scenario of the owner."""
    hold_owner(connection, owner)
    name = file.scenario_id
    if region_text(connection, name) is not None:
        raise ServiceError(OF_REGION.format(name=name), "conflict")
    other = find_own(connection, caller, owner, name)
    if other is not None and other.scenario_key != key:
        raise ServiceError(IS_THERE.format(name=name, key=other.scenario_key), "conflict")


def answer(connection: Connection, caller: Caller, key: str, status: int) -> Answer:
    """Return a scenario of somebody's as the answer to a write."""
    found = find_key(connection, caller, key)
    if found is None:
        raise not_found(SCENARIO, key)
    headers = {"ETag": tag_of(found)}
    if status == CREATED:
        headers["Location"] = f"{PATH}/{key}"
    return Answer(status, shown(connection, caller, found), headers, subject=key)


def add(connection: Connection, caller: Caller, file: ScenarioFile, forked_from: str | None = None) -> Answer:
    """Keep a scenario as the caller's own and return it as the answer to the write."""
    owner = caller.account_id or ""
    check_free(connection, caller, owner, file, None)
    held = connection.scalar(select(func.count()).where(OWNED_SCENARIOS.c.owner == owner)) or 0
    if held >= MOST_OWNED:
        raise ServiceError(TOO_MANY.format(most=MOST_OWNED), "conflict")
    return answer(connection, caller, add_scenario(connection, owner, caller.name, file, forked_from), CREATED)
