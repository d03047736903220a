"""Scenarios that a question names, taken down as they are when it is asked, with all they build on.

What is taken down goes with the request of a job: the job plans what was asked about, whatever becomes of the
scenarios meanwhile. A name within a file means a scenario of the region, else one of the file's own owner, else one by
its key; what the caller does not see is as if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from api.scenarios.library import STACKED, TWO_OF_ONE_ID
from api.scenarios.store import find_key, find_own, region_text
from api.service.problems import ServiceError, not_found
from optimizer.scenarios.document import ScenarioFindings
from optimizer.scenarios.file import parse_scenario_file
from optimizer.scenarios.lineage import NO_SCENARIO as UNKNOWN
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from api.access.caller import Caller
    from api.scenarios.library import Shelf
    from api.scenarios.store import OwnedScenario
    from optimizer.scenarios.stated import ScenarioFile

SCENARIO: Final = Text(en="scenario", vi="kịch bản")
MOST_NAMES: Final = 20
"""Scenarios of one stack."""
BOTH: Final = Text(
    en="{name} is a scenario of the region and one of yours. Name yours by its key, {key}.",
    vi="{name} vừa là kịch bản của vùng vừa là của bạn. Hãy gọi kịch bản của bạn bằng khóa {key}.",
)
TOO_MANY: Final = Text(
    en="A stack has at most {most} scenarios; {name} has more. Put some of them in one file.",
    vi="Một chồng có tối đa {most} kịch bản; {name} có nhiều hơn. Hãy gộp bớt vào một tệp.",
)


def find_named(connection: Connection, caller: Caller, name: str) -> OwnedScenario | str:
    """Return what a name means to a caller: a scenario of somebody's, or the text of one of the region's.

    Raises
    ------
    ServiceError
        If it means nothing that the caller sees, or two scenarios.
    """
    own = None if caller.account_id is None else find_own(connection, caller, caller.account_id, name)
    text = region_text(connection, name)
    if own is not None and text is not None:
        raise ServiceError(BOTH.format(name=name, key=own.scenario_key), "conflict")
    found = own if text is None else text
    if found is None:
        found = find_key(connection, caller, name)
    if found is None:
        raise not_found(SCENARIO, name)
    return found


@dataclass(slots=True)
class Shelving:
    """Takes down the scenarios that one caller names.

    Parameters
    ----------
    connection
        Where they are looked up.
    caller
        Who asks.
    """

    connection: Connection
    caller: Caller

    def of(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the scenarios that some names mean, as JSON: see :func:`shelf_from`.

        Raises
        ------
        ServiceError
            If a name means nothing that the caller sees.
        FindingsError
            If a scenario builds on one that the caller does not see.
        """
        found: dict[str, Any] = {}
        for name in names:
            parts = [part.strip() for part in name.split(STACKED)]
            if len(parts) > MOST_NAMES:
                raise ServiceError(TOO_MANY.format(most=MOST_NAMES, name=name[:80]), "invalid")
            for part in parts:
                named = find_named(self.connection, self.caller, part)
                if not isinstance(named, str):
                    found[part] = self.taken(named.owner, _parsed(named))
        return found

    def taken(self, owner: str, file: ScenarioFile) -> dict[str, Any]:
        """Return a scenario with all it builds on, as JSON.

        Parameters
        ----------
        owner
            Whose scenarios its names mean, after those of the region.
        file
            The scenario.
        """
        taken: dict[str, _Taken] = {file.scenario_id: _Taken(file.text, file.file)}
        waiting = [(owner, file)]
        while waiting:
            whose, one = waiting.pop()
            for place, name in _names(one):
                if region_text(self.connection, name) is not None:
                    continue
                below = self._below(whose, name)
                if below is None:
                    findings = ScenarioFindings(one.file)
                    findings.add(one.place_of(place), place.partition(".")[0], UNKNOWN.format(name=name, hint=""))
                    findings.raise_if_any()
                    continue
                parsed = _parsed(below)
                taken[one.scenario_id].meant[name] = parsed.scenario_id
                known = taken.get(parsed.scenario_id)
                if known is None:
                    taken[parsed.scenario_id] = _Taken(below.text, parsed.file)
                    waiting.append((below.owner, parsed))
                elif known.text != below.text:
                    raise ServiceError(TWO_OF_ONE_ID.format(name=parsed.scenario_id), "invalid")
        files = {name: {"text": one.text, "file": one.file, "meant": one.meant} for name, one in taken.items()}
        return {"top": file.scenario_id, "files": files}

    def _below(self, owner: str, name: str) -> OwnedScenario | None:
        """Return the scenario that a name means in a file of an owner, where the caller sees it."""
        return find_own(self.connection, self.caller, owner, name) or find_key(self.connection, self.caller, name)


@dataclass(slots=True)
class _Taken:
    """A text, where it was taken, and what its names mean."""

    text: str
    file: str
    meant: dict[str, str] = field(default_factory=dict)


def shelf_from(taken: Mapping[str, Any]) -> Shelf:
    """Return the shelf that was taken down as JSON: by the name asked for, ``top`` and ``files`` by id.

    A file has its ``text``, the name of its ``file``, and what names within it are ``meant`` to be.
    """
    shelf = {}
    for name, one in taken.items():
        files = {key: _as_meant(file) for key, file in one["files"].items()}
        shelf[str(name)] = (files[one["top"]], files)
    return shelf


def _as_meant(file: Mapping[str, Any]) -> ScenarioFile:
    """Return a file whose names are the ids of what they mean."""
    parsed = parse_scenario_file(str(file["text"]), str(file["file"]))
    meant = file["meant"]
    base = None if parsed.base is None else meant.get(parsed.base, parsed.base)
    return replace(parsed, base=base, stack=tuple(meant.get(name, name) for name in parsed.stack))


def _parsed(scenario: OwnedScenario) -> ScenarioFile:
    return parse_scenario_file(scenario.text, f"{scenario.scenario_id}.yaml")


def _names(file: ScenarioFile) -> tuple[tuple[str, str], ...]:
    """Return what a file builds on, each with where the file says so."""
    base = (("base", file.base),) if file.base else ()
    return (*base, *((f"stack.{position}", name) for position, name in enumerate(file.stack)))
