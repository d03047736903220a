"""What must hold in a pack: values, rules between columns, ids and references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from supplychain.errors import Finding
from supplychain.pack.check_ids import check_ids
from supplychain.pack.check_rows import check_rows
from supplychain.pack.findings import FIRST_ROW_LINE, Origin, Place
from supplychain.pack.mend import Cell, mend
from supplychain.pack.pack import Pack


@dataclass(frozen=True, slots=True)
class PackCheck:
    """A further check of a pack, from a room that knows more of its tables.

    Where the pack has faults already, the check sees it with harmless values in the faulty cells, and what it finds
    in a faulty row is passed over; it does not run at all where a fault in its tables cannot be mended so. Tables that
    could not be read are not in the pack it sees.

    Parameters
    ----------
    tables
        Tables the check trusts: values, references and rules hold in them.
    run
        Returns what is wrong with the pack; rows are counted from line 2.
    """

    tables: tuple[str, ...]
    run: Callable[[Pack], Iterable[Finding]] = field(repr=False)


def check_pack(pack: Pack, checks: Iterable[PackCheck] = ()) -> list[Finding]:
    """Return everything wrong with a pack in memory; rows are counted as its CSV file would."""
    return check_origin(pack, Origin({}, frozenset(), frozenset()), checks)


def check_origin(pack: Pack, origin: Origin, checks: Iterable[PackCheck], *, partial: bool = False) -> list[Finding]:
    """Return everything wrong with a pack whose rows stand at known lines; cells told already are passed over."""
    place = Place(pack, origin)
    findings: list[Finding] = []
    for name in pack.tables:
        if name not in origin.broken_tables:
            findings.extend(check_rows(pack, name, place))
    findings.extend(check_ids(pack, place, partial=partial))
    findings.extend(_further_findings(pack, place, findings, checks))
    return findings


def _further_findings(
    pack: Pack, place: Place, findings: Iterable[Finding], checks: Iterable[PackCheck]
) -> list[Finding]:
    faults: set[Cell] = {*place.origin.broken_cells, *_cells(place, findings)}
    faulty_rows = {(table, row) for table, row, _column in faults}
    broken = place.origin.broken_tables
    mended, unsound = mend(pack, faults)
    mended = mended.without_tables(broken)
    unread = _unread_files(place)
    found = []
    for check in checks:
        if not (unsound | broken).isdisjoint(check.tables):
            continue
        for finding in check.run(mended):
            table, index = _row_of(pack, finding)
            if (table, index) not in faulty_rows and finding.file not in unread:
                line = finding.row if index is None else place.line(table, index)
                found.append(replace(finding, row=line))
    return found


def _unread_files(place: Place) -> frozenset[str]:
    """Return the YAML files whose text could not be read; they have their finding."""
    files = set()
    for table, row, column in place.origin.broken_cells:
        declaration = place.pack.declarations[table]
        if declaration.storage == "yaml" and column == "text":
            files.add(declaration.file_name(place.pack.tables[table][declaration.key].iloc[row]))
    return frozenset(files)


def _row_of(pack: Pack, finding: Finding) -> tuple[str, int | None]:
    """Return table and row (from 0) of a finding that counts rows from line 2; None where it names no row."""
    table = finding.file.removesuffix(".csv")
    if finding.row is None or table not in pack.tables or table == finding.file:
        return table, None
    return table, finding.row - FIRST_ROW_LINE


def _cells(place: Place, findings: Iterable[Finding]) -> Iterator[Cell]:
    """Yield the cells that findings of this module name."""
    rows: dict[str, dict[int, int]] = {}
    for name, frame in place.pack.tables.items():
        rows[name] = {place.line(name, index): index for index in range(len(frame))}
    for finding in findings:
        table, _slash, row_id = finding.file.removesuffix(".yaml").partition("/")
        if row_id:
            key = place.pack.declarations[table].key
            yield table, place.pack.tables[table][key].tolist().index(row_id), finding.column
        elif finding.row is not None:
            table = table.removesuffix(".csv")
            yield table, rows[table][finding.row], finding.column
