"""New organisations that are probably in the registry, or in the file, already: told, and left to a person."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from supplychain.intake.report import MOST_COMPARED, ImportReport
from supplychain.linkage import Party, find_duplicates
from supplychain.linkage.clusters import pair_of
from supplychain.linkage.judgements import judged_different
from supplychain.linkage.parties import read_parties
from supplychain.linkage.recalibration import read_calibration
from supplychain.registry.visibility import Viewer
from supplychain.text import Text

NOT_COMPARED: Final = Text(
    en="More than {most} organisations are new: they were not compared for duplicates. "
    "`hinterland registry duplicates` does it.",
    vi="Có hơn {most} tổ chức mới nên chưa so trùng lặp. Hãy chạy `hinterland registry duplicates`.",
)


def compare_new(connection: Connection, report: ImportReport, *, synthetic: bool) -> None:
    """Note in a report the pairs of new organisations, and of new and old ones, that are probably the same.

    Pairs that a person judged different are left out.
    """
    new = report.new_organisations
    if not new:
        return
    if len(new) > MOST_COMPARED:
        report.findings.append(NOT_COMPARED.format(most=MOST_COMPARED))
        return
    different = judged_different(connection)
    held = [
        party
        for party in read_parties(connection, Viewer.everything(), synthetic=synthetic)
        if party.party_id not in new
    ]
    parties = [Party.of(record_id, values) for record_id, values in new.items()]
    found = [
        one
        for one in find_duplicates(parties, held, calibration=read_calibration(connection))
        if pair_of(one.a.party_id, one.b.party_id) not in different
    ]
    found.sort(key=lambda one: (-one.comparison.probability, one.a.party_id, one.b.party_id))
    report.duplicates.extend(found)
