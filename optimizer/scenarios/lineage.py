"""Which scenarios a scenario builds on, and in which order they are laid on each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from optimizer.scenarios.document import ScenarioFindings
from optimizer.scenarios.nearest import nearest
from optimizer.scenarios.stated import ScenarioFile
from supplychain.text import Text

NO_SCENARIO: Final = Text(en="there is no scenario {name}{hint}.", vi="không có kịch bản {name}{hint}.")
CIRCLE: Final = Text(
    en="the scenarios build on each other in a circle: {way}.", vi="các kịch bản dựa vào nhau thành vòng: {way}."
)
TWO_DATES: Final = Text(
    en="{other} is planned for {first}, {file} for {second}; write the date: of this scenario.",
    vi="{other} lập cho ngày {first}, {file} cho ngày {second}; hãy ghi date: của kịch bản này.",
)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A scenario and everything it builds on.

    Parameters
    ----------
    files
        What is built on before what builds on it, the scenario itself last; alike whatever the order of a stack.
    below
        For each id, every scenario it builds on, directly or not.
    by_base
        For each id, what it may override: its base and everything that builds on.
    planned_for
        The day planned; None where none is named.
    """

    files: tuple[ScenarioFile, ...]
    below: Mapping[str, frozenset[str]]
    by_base: Mapping[str, frozenset[str]]
    planned_for: date | None

    def before(self, scenario_id: str) -> tuple[str, ...]:
        """Return what a scenario builds on, in order."""
        below = self.below[scenario_id]
        return tuple(one.scenario_id for one in self.files if one.scenario_id in below)

    def may_override(self, child: str, other: str) -> bool:
        """Return whether a scenario descends from another through its base."""
        return other in self.by_base[child]

    def day(self, findings: ScenarioFindings) -> date | None:
        """Return the day planned; where the files name several and none decides, a finding is collected."""
        top = self.files[-1]
        dated = [one for one in self.files if one.date is not None]
        deciding = [
            one for one in dated if not any(one.scenario_id in self.by_base[other.scenario_id] for other in dated)
        ]
        days = {one.date for one in deciding}
        if top.date is None and len(days) > 1:
            first, second = deciding[:2]
            fields = {"other": first.file, "first": first.date, "file": second.file, "second": second.date}
            findings.add(top.place_of("stack"), "date", TWO_DATES.format(**fields))
        return self.planned_for


def build_lineage(file: ScenarioFile, known: Mapping[str, ScenarioFile], findings: ScenarioFindings) -> Lineage:
    """Return a scenario with everything it builds on; what is unknown or goes round is a finding.

    Parameters
    ----------
    file
        The scenario; it stands for its id whatever ``known`` has.
    known
        Scenarios by id.
    findings
        Where findings go.
    """
    walk = _Walk({**known, file.scenario_id: file}, findings)
    walk.visit(file, ())
    below: dict[str, frozenset[str]] = {}
    by_base: dict[str, frozenset[str]] = {}
    for one in walk.done:
        parents = [parent for parent in _parents(one) if parent in below]
        below[one.scenario_id] = frozenset(parents).union(*(below[parent] for parent in parents))
        base = one.base if one.base in below else None
        by_base[one.scenario_id] = frozenset() if base is None else below[base] | {base}
    ordered = _order(walk.done, below)
    return Lineage(ordered, below, by_base, _date(ordered, by_base))


def _parents(file: ScenarioFile) -> tuple[str, ...]:
    return (*(() if file.base is None else (file.base,)), *file.stack)


def _date(files: tuple[ScenarioFile, ...], by_base: Mapping[str, frozenset[str]]) -> date | None:
    """Return the date of the scenario, else of what it builds on: the last that names one."""
    if files[-1].date is not None:
        return files[-1].date
    chain = [one.date for one in files if one.date is not None and one.scenario_id in by_base[files[-1].scenario_id]]
    every = [one.date for one in files if one.date is not None]
    return chain[-1] if chain else (every[-1] if every else None)


def _order(files: list[ScenarioFile], below: Mapping[str, frozenset[str]]) -> tuple[ScenarioFile, ...]:
    """Return the files so that each stands after what it builds on, else by id."""
    left = {one.scenario_id: one for one in files}
    ordered: list[ScenarioFile] = []
    while left:
        ready = min(name for name in left if not below[name] & left.keys())
        ordered.append(left.pop(ready))
    return tuple(ordered)


class _Walk:
    """Visits a scenario and what it builds on, once each."""

    def __init__(self, known: Mapping[str, ScenarioFile], findings: ScenarioFindings) -> None:
        self.known = known
        self.findings = findings
        self.done: list[ScenarioFile] = []

    def visit(self, file: ScenarioFile, way: tuple[str, ...]) -> None:
        """Visit one file after everything it builds on."""
        way = (*way, file.scenario_id)
        for key, names in (("base", (file.base,)), ("stack", file.stack)):
            for position, name in enumerate(names):
                if name is not None:
                    place = f"{key}.{position}" if key == "stack" else key
                    self._step(file, name, way, place if place in file.places else key)
        if file not in self.done:
            self.done.append(file)

    def _step(self, file: ScenarioFile, name: str, way: tuple[str, ...], key: str) -> None:
        found = ScenarioFindings(file.file)
        if name in way:
            circle = " → ".join((*way[way.index(name) :], name))
            found.add(file.place_of(key), key.partition(".")[0], CIRCLE.format(way=circle))
        elif name not in self.known:
            others = (one for one in self.known.values() if one.scenario_id != file.scenario_id)
            names = {one.scenario_id: f"{one.name.vi}\n{one.name.en}" for one in others}
            text = NO_SCENARIO.format(name=name, hint=nearest(name, names))
            found.add(file.place_of(key), key.partition(".")[0], text)
        elif all(one.scenario_id != name for one in self.done):
            self.visit(self.known[name], way)
        self.findings.findings += [one for one in found.findings if one not in self.findings.findings]
