"""What must hold in a pack: values, rules between columns, ids and references."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from supplychain.errors import Finding
from supplychain.pack.check_ids import check_ids
from supplychain.pack.check_rows import check_rows
from supplychain.pack.findings import Origin, Place
from supplychain.pack.pack import Pack


@dataclass(frozen=True, slots=True)
class PackCheck:
    """A further check of a pack, from a room that knows more of its tables.

    Parameters
    ----------
    tables
        Tables the check reads; it runs only when these have no finding so far, so it may trust them.
    run
        Returns what is wrong with the pack.
    looks_everywhere
        Whether the check looks ids up in any table: it then also waits until every table can be read.
    """

    tables: tuple[str, ...]
    run: Callable[[Pack], Iterable[Finding]] = field(repr=False)
    looks_everywhere: bool = False


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
    faulty = {*origin.broken_tables, *(table for table, _row, _column in origin.broken_cells)}
    faulty |= {finding.file.partition(".")[0].partition("/")[0] for finding in findings}
    for check in checks:
        if check.looks_everywhere and origin.broken_tables:
            continue
        if faulty.isdisjoint(check.tables):
            findings.extend(check.run(pack))
    return findings
