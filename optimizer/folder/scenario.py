"""A scenario laid on a folder of CSV files: its tables changed, every fault told with its place in the scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from optimizer.folder.scenario_tables import DECLARATIONS, FolderTables
from optimizer.folder.scenario_verbs import FOLDER_DIALECT, NO_PRICE_YEAR, OTHER_MONEY
from optimizer.scenarios.conflicts import find_conflicts
from optimizer.scenarios.document import ScenarioFindings
from optimizer.scenarios.lineage import build_lineage
from optimizer.scenarios.resolve import compile_changes
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from optimizer.folder.tables import FlowSettings, FlowTables
    from optimizer.scenarios.scenario import AddedRow, Change
    from optimizer.scenarios.stated import ScenarioFile

NOT_FOR_FOLDERS: Final = Text(
    en="is for regions; a folder of CSV files takes a scenario that stands alone.",
    vi="chỉ dùng cho vùng; thư mục tệp CSV nhận kịch bản đứng một mình.",
)
FAULTY: Final = Text(
    en="Scenario {scenario} does not fit the folder: {count} finding(s); nothing was planned.",
    vi="Kịch bản {scenario} không khớp thư mục: {count} lỗi; chưa lập phương án.",
)
LEFT_WRONG: Final = Text(en="leaves {file} wrong{where}: {text}", vi="làm {file} sai{where}: {text}")
ROW: Final = Text(en=", row {row}", vi=", dòng {row}")


@dataclass(frozen=True, slots=True)
class ChangedFolder:
    """A folder with a scenario's changes.

    Parameters
    ----------
    tables
        The tables as changed; not yet checked together.
    file
        The scenario.
    touched
        Change that last touched each row, by table and row of the spreadsheet that the changed table would be.
    """

    tables: FlowTables
    file: ScenarioFile
    touched: Mapping[tuple[str, int], Change | AddedRow]

    def told(self, findings: Iterable[Finding]) -> FindingsError:
        """Return findings about the changed tables as findings about the scenario that made them so."""
        told = []
        for one in findings:
            table = one.file.removesuffix(".csv")
            change = self.touched.get((table, one.row or 0))
            where = Text(en="", vi="") if one.row is None else ROW.format(row=one.row)
            column = Text(en="", vi="") if one.column is None else Text(en=f", {one.column}", vi=f", {one.column}")
            place = Text(en=where.en + column.en, vi=where.vi + column.vi)
            text = LEFT_WRONG.format(file=one.file, where=place, text=one.text)
            line, character = (None, None) if change is None else (change.line, change.character)
            told.append(Finding(self.file.file, line, None, text, character))
        return FindingsError(FAULTY.format(scenario=self.file.scenario_id, count=len(told)), told)


def change_folder(tables: FlowTables, file: ScenarioFile) -> ChangedFolder:
    """Return a folder's tables with a scenario's changes; the given tables stay as they are.

    Verbs are those of :data:`optimizer.folder.scenario_verbs.FOLDER_DIALECT`. The tables are still to be checked
    together, as ``read_folder`` does.

    Parameters
    ----------
    tables
        The folder as read.
    file
        The scenario file.

    Raises
    ------
    FindingsError
        With every finding, each with its line and character: verbs and settings that folders do not have, unknown ids
        with the nearest known, wrong values, and changes that contradict each other.
    """
    findings = ScenarioFindings(file.file)
    for name in ("base", "stack", "tariff_level"):
        if getattr(file, name):
            findings.add(file.place_of(name), name, NOT_FOR_FOLDERS)
    settings = _settings(tables.settings, file, findings)
    working = FolderTables(tables.tables, settings)
    operations = compile_changes(file, working, None, FOLDER_DIALECT, findings, file.date)
    _raise(findings, file)
    lineage = build_lineage(replace(file, base=None, stack=()), {}, findings)
    find_conflicts([(file, operations)], lineage, {name: one.key for name, one in DECLARATIONS.items()}, findings)
    _raise(findings, file)
    changed = replace(tables, settings=settings, tables={**tables.tables, **working.changed})
    return ChangedFolder(changed, file, _places(changed, working))


def _raise(findings: ScenarioFindings, file: ScenarioFile) -> None:
    if findings.findings:
        ordered = sorted(findings.findings, key=lambda one: (one.row or 0, one.character or 0))
        raise FindingsError(FAULTY.format(scenario=file.scenario_id, count=len(ordered)), ordered)


def _settings(settings: FlowSettings, file: ScenarioFile, findings: ScenarioFindings) -> FlowSettings:
    """Return the settings with the scenario's carbon price, which must be in the folder's money."""
    price = file.carbon_price
    if price is None:
        return settings
    place = file.place_of("carbon_price")
    if price.currency != settings.currency:
        findings.add(place, "carbon_price", OTHER_MONEY.format(given=price.currency, currency=settings.currency))
    elif settings.price_year not in (None, price.price_year):
        text = NO_PRICE_YEAR.format(given=price.price_year, year=settings.price_year)
        findings.add(place, "carbon_price", text)
    return replace(settings, carbon_price_per_t=price.value)


def _places(changed: FlowTables, working: FolderTables) -> dict[tuple[str, int], Change | AddedRow]:
    """Return the changes by the row at which the changed table would stand in a spreadsheet."""
    found: dict[tuple[str, int], Change | AddedRow] = {}
    for table in working.changed:
        for line, place in enumerate(changed.tables[table].index.tolist(), start=2):
            if (table, int(place)) in working.touched:
                found[table, line] = working.touched[table, int(place)]
    return found
