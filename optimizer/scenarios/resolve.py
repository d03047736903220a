"""Work a scenario file out on a region: what it builds on, its settings, and its changes as rows of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from optimizer.scenarios.asked import NEEDS_REGION, Asked, Dialect, Operation
from optimizer.scenarios.changes import Working
from optimizer.scenarios.conflicts import find_conflicts
from optimizer.scenarios.document import Place, ScenarioFindings
from optimizer.scenarios.file import parse_scenario_file, read_scenario_file
from optimizer.scenarios.lineage import Lineage, build_lineage
from optimizer.scenarios.pack_dialect import PACK_DIALECT
from optimizer.scenarios.plain_verbs import PLAIN_VERBS
from optimizer.scenarios.results import check_results
from optimizer.scenarios.scenario import NO_CARBON_PRICE, AddedRow, Change, Scenario
from optimizer.scenarios.stated import ScenarioFile, StatedChange
from optimizer.scenarios.verbs import VERBS
from supplychain.demand.changes import DemandChange
from supplychain.errors import HinterlandError
from supplychain.prices import PriceBasis
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

NO_DATE: Final = Text(
    en="holds on some days only, but the scenario has no date; write the day planned, such as date: 2026-03-01, "
    "at the head of the file.",
    vi="chỉ có hiệu lực trong một số ngày nhưng kịch bản chưa có date; hãy ghi ngày lập phương án, như "
    "date: 2026-03-01, ở đầu tệp.",
)
NOT_HERE: Final = Text(
    en="the verb {verb} is not known for {problem}; known are {known}.",
    vi="động từ {verb} không dùng được cho {problem}; chỉ có {known}.",
)
NO_SUBJECT: Final = Text(
    en="{subject} is for regions; {problem} has {known}.", vi="{subject} chỉ dùng cho vùng; {problem} có {known}."
)
STACK_NAME: Final = Text(en="Stack", vi="Chồng kịch bản")


@dataclass(frozen=True, slots=True)
class Member:
    """What one file of a scenario comes to.

    Parameters
    ----------
    file
        The file.
    operations
        Its own changes that hold on the day planned, in the order of the file.
    """

    file: ScenarioFile
    operations: tuple[Operation, ...]


def resolve_scenario(
    file: ScenarioFile,
    known: Mapping[str, ScenarioFile],
    pack: Pack,
    dialect: Dialect = PACK_DIALECT,
) -> Scenario:
    """Return a scenario worked out on a region: changes of rows, kinds of freight and settings, nothing left open.

    Each file's changes are worked out on the region with what that file builds on, and each file counts once however
    often it is built on; so the order of a stack does not matter.

    Parameters
    ----------
    file
        The scenario.
    known
        Scenarios it may build on, by id.
    pack
        The region.
    dialect
        How verbs are said in its tables.

    Raises
    ------
    FindingsError
        With every finding: unknown or circular bases, unknown ids, changes that contradict each other or do not fit
        the region, and rows that are not right once changed. The place is the line and character of the file at fault.
    """
    members, lineage = compile_members(file, known, pack, dialect)
    return _compose(file, members, lineage, _keys(pack))


def stack_scenarios(files: Iterable[ScenarioFile], known: Mapping[str, ScenarioFile], pack: Pack) -> Scenario:
    """Return several scenarios laid on each other; their order does not matter.

    Raises
    ------
    FindingsError
        As :func:`resolve_scenario`.
    """
    ordered = sorted(files, key=lambda one: one.scenario_id)
    ids = tuple(dict.fromkeys(one.scenario_id for one in ordered))
    if len(ids) == 1:
        return resolve_scenario(ordered[0], known, pack)
    name = Text(
        en=" + ".join(one.name.en for one in ordered) or STACK_NAME.en,
        vi=" + ".join(one.name.vi for one in ordered) or STACK_NAME.vi,
    )
    title = "__".join(ids) or "stack"
    top = ScenarioFile(scenario_id=title, name=name, description=name, stack=ids, file="+".join(ids))
    return resolve_scenario(top, {**known, **{one.scenario_id: one for one in ordered}}, pack)


def compile_members(
    file: ScenarioFile, known: Mapping[str, ScenarioFile], pack: Pack, dialect: Dialect = PACK_DIALECT
) -> tuple[tuple[Member, ...], Lineage]:
    """Return what each file of a scenario comes to, what is built on before what builds on it.

    Raises
    ------
    FindingsError
        As :func:`resolve_scenario`.
    """
    findings = ScenarioFindings(file.file)
    lineage = build_lineage(file, known, findings)
    findings.raise_if_any()
    day = lineage.day(findings)
    members: dict[str, Member] = {}
    keys = _keys(pack)
    # What an idle change adds is in no table, so that others may name it without a row.
    ids_known = not any(_adds(change) for one in lineage.files for change in idle_changes(one, day))
    for one in lineage.files:
        own = ScenarioFindings(one.file)
        tables = Working.of(pack)
        _apply(tables, _together([members[before] for before in lineage.before(one.scenario_id)], keys))
        members[one.scenario_id] = Member(one, compile_changes(one, tables, pack, dialect, own, day))
        _check_price(one, pack.with_tables(tables.changed), own)
        for change in idle_changes(one, day) if ids_known else ():
            _check_names(Asked(change, one.file, tables, pack, dialect, own, day))
        findings.findings += own.findings
    findings.raise_if_any()
    ordered = tuple(members[one.scenario_id] for one in lineage.files)
    find_conflicts([(one.file, one.operations) for one in ordered], lineage, keys, findings)
    findings.raise_if_any()
    _check(ordered, pack, findings)
    return ordered, lineage


def idle_changes(file: ScenarioFile, day: date | None) -> tuple[StatedChange, ...]:
    """Return the changes of a file that do not hold on the day planned."""
    return tuple(change for change in file.changes if not change.holds_on(day))


def _adds(change: StatedChange) -> bool:
    return change.verb == "row" or change.verb.startswith("add_")


def _check_price(file: ScenarioFile, pack: Pack, findings: ScenarioFindings) -> None:
    """Collect a carbon price in money of a year that the region has no rate for."""
    price = file.carbon_price
    if price is None or not price.value:
        return
    try:
        PriceBasis.from_pack(pack).to_pack_money(price.value, price.currency, price.price_year)
    except HinterlandError as error:
        findings.add(file.place_of("carbon_price.price_year"), "carbon_price.price_year", error.text)


def _check_names(asked: Asked) -> None:
    """Collect ids that a change names and the region lacks, though the change does not hold on the day planned."""
    for subject, selection in asked.change.selections.items():
        if selection.ids:
            asked.ids(subject)
    for name, table in (("place", "places"), ("commodity", "commodities"), ("market", "markets")):
        if asked.has(name):
            asked.known(name, table, asked.value(name))


def _check(members: tuple[Member, ...], pack: Pack, findings: ScenarioFindings) -> None:
    """Raise unless the rows and the freight that all changes together leave are right."""
    tables = Working.of(pack)
    operations = _together(members, _keys(pack))
    _apply(tables, operations)
    check_results(pack, tables, operations, findings)
    findings.raise_if_any()


def compile_changes(
    file: ScenarioFile,
    tables: Working,
    pack: Pack | None,
    dialect: Dialect,
    findings: ScenarioFindings,
    day: date | None,
) -> tuple[Operation, ...]:
    """Return a file's own changes that hold on a day as operations, each applied to the tables.

    Parameters
    ----------
    file
        The scenario file.
    tables
        The tables as the file finds them; they are changed.
    pack, dialect
        The region, None for a folder, and how verbs are said there.
    findings
        Where findings go; with any of them the operations are not all there.
    day
        The day planned.
    """
    operations: list[Operation] = []
    for change in file.changes:
        if change.is_dated and day is None:
            findings.add(change.place_of("from" if change.first is not None else "to"), "date", NO_DATE)
        if not change.holds_on(day):
            continue
        asked = Asked(change, file.file, tables, pack, dialect, findings, day)
        operations += _say(asked)
    return tuple(operations)


def _say(asked: Asked) -> list[Operation]:
    """Return one change as operations that fit the tables, which are applied to them."""
    change, findings = asked.change, asked.findings
    say = asked.dialect.verbs.get(change.verb)
    if say is None:
        known = ", ".join(verb for verb in VERBS if verb in asked.dialect.verbs)
        asked.refuse("change", NOT_HERE.format(verb=change.verb, problem=asked.dialect.title, known=known))
        return []
    before = len(findings.findings)
    for subject in change.selections:
        if subject not in asked.dialect.subjects and subject not in asked.dialect.words:
            known = ", ".join(asked.dialect.subjects)
            asked.refuse(subject, NO_SUBJECT.format(subject=subject, problem=asked.dialect.title, known=known))
    operations = list(say(asked)) if len(findings.findings) == before else []
    if len(findings.findings) > before:
        return []
    for operation in operations:
        if isinstance(operation, DemandChange):
            continue
        faults = asked.tables.faults(operation)
        for column, text in faults:
            findings.add(_place(change, column), column, text)
        if not faults:
            asked.tables.apply(operation)
    return operations if len(findings.findings) == before else []


def _place(change: StatedChange, column: str) -> Place:
    for prefix in ("", "set.", "scale.", "where.", "values."):
        if prefix + column in change.places:
            return change.places[prefix + column]
    return change.place


def _apply(tables: Working, operations: Iterable[Operation]) -> None:
    for operation in operations:
        if isinstance(operation, Change | AddedRow):
            tables.apply(operation)


def _keys(pack: Pack) -> dict[str, str]:
    return {name: declaration.key for name, declaration in pack.declarations.items()}


def _together(members: Iterable[Member], keys: Mapping[str, str]) -> list[Operation]:
    """Return the operations of several files; the same row added by two of them is added once."""
    operations: list[Operation] = []
    added: set[tuple[str, str]] = set()
    for operation in (one for member in members for one in member.operations):
        if isinstance(operation, AddedRow):
            row = (operation.table, operation.row_id(keys.get(operation.table, "")))
            if row in added and row[1]:
                continue
            added.add(row)
        operations.append(operation)
    return operations


def _compose(
    file: ScenarioFile, members: tuple[Member, ...], lineage: Lineage, keys: Mapping[str, str] | None = None
) -> Scenario:
    scenario = Scenario(
        scenario_id=file.scenario_id,
        name=file.name,
        description=file.description,
        file=file.file,
        carbon_price=NO_CARBON_PRICE,
        date=lineage.planned_for,
        base=file.base,
        stack=file.stack,
    )
    for member in members:  # those that override come after what they override
        if member.file.carbon_price is not None:
            scenario = replace(scenario, carbon_price=member.file.carbon_price)
        if member.file.tariff_level is not None:
            scenario = replace(scenario, tariff_level=member.file.tariff_level)
    operations = _together(members, keys or {})
    return replace(
        scenario,
        changes=tuple(one for one in operations if isinstance(one, Change | AddedRow)),
        demand_changes=tuple(one for one in operations if isinstance(one, DemandChange)),
    )


def plain_scenario(file: ScenarioFile, dialect: Dialect = PACK_DIALECT) -> Scenario:
    """Return a scenario that needs no region to be worked out: one that builds on none and changes tables by name.

    So are files of form 1, and every scenario that was worked out and written.

    Raises
    ------
    FindingsError
        When it needs a region.
    """
    findings = ScenarioFindings(file.file)
    for name in ("base", "stack"):
        if getattr(file, name):
            findings.add(file.place_of(name), name, NEEDS_REGION)
    operations: list[Operation] = []
    for change in file.changes:
        if change.verb not in PLAIN_VERBS or (change.is_dated and file.date is None):
            findings.add(change.place, "change", NEEDS_REGION)
        elif change.holds_on(file.date):
            asked = Asked(change, "", Working({}, {}), None, dialect, findings, file.date)
            operations += dialect.verbs[change.verb](asked)
    findings.raise_if_any()
    lineage = build_lineage(file, {}, findings)
    return _compose(file, (Member(file, tuple(operations)),), lineage)


def parse_scenario(text: str, file: str = "scenario") -> Scenario:
    """Return the scenario of a text that needs no region to be worked out (:func:`plain_scenario`).

    Raises
    ------
    FindingsError
        With every finding; the place is the line and character of the text.
    """
    return plain_scenario(parse_scenario_file(text, file))


def read_scenario(path: Path, pack: Pack | None = None, known: Mapping[str, ScenarioFile] | None = None) -> Scenario:
    """Return the scenario of a YAML or JSON file of form 1 or 2.

    Parameters
    ----------
    path
        The file.
    pack
        Region to work it out on; without one it must need none (:func:`plain_scenario`).
    known
        Scenarios it may build on, by id.

    Raises
    ------
    FindingsError
        With every finding, when the file is missing, not UTF-8, not a scenario, or does not fit the region.
    """
    file = read_scenario_file(path)
    return plain_scenario(file) if pack is None else resolve_scenario(file, known or {}, pack)


def list_scenarios(region_folder: Path) -> tuple[Path, ...]:
    """Return the scenario files of a region pack folder, ``base`` first, the others by name."""
    files = sorted((region_folder / "scenarios").glob("*.yaml"))
    return tuple(sorted(files, key=lambda file: (file.stem != "base", file.stem)))
