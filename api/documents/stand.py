"""The stand of a document: what its figures are, how far they are proven, and what they follow from."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from api.documents.model import Kind, Stand
from optimizer.results.used_sources import used_sources
from optimizer.runs.inputs import inputs_sha256
from supplychain.text import Text

if TYPE_CHECKING:
    from geodata.versions.version import StoredVersion
    from optimizer.case import Case
    from optimizer.flow.plan import Plan
    from optimizer.planner import Planned
    from optimizer.subject import Subject

ESTIMATES: Final = Text(
    en="Part of the input is estimated or assumed: the tables of the region name a source and a confidence in every "
    "row, and every assumption its range.",
    vi="Một phần đầu vào là ước tính hoặc giả định: mọi dòng trong các bảng của vùng đều ghi nguồn và độ tin cậy, mọi "
    "giả định đều ghi khoảng giá trị.",
)
WORKING_DAY: Final = Text(
    en="All amounts are of one average working day.",
    vi="Mọi số lượng tính cho một ngày làm việc bình quân.",
)


def stand_of_planned(planned: Planned, stored: StoredVersion | None = None, kind: Kind = "optimum") -> Stand:
    """Return the stand of a planned scenario.

    Parameters
    ----------
    planned
        The scenario and its plan.
    stored
        Stored network it was planned on (``Desk.stored``), if so.
    kind
        What the figures of the document are.
    """
    return stand_of_case(planned.case, planned.plan, stored, kind, checked=not planned.violations)


def stand_of_case(
    case: Case,
    plan: Plan,
    stored: StoredVersion | None = None,
    kind: Kind = "optimum",
    *,
    checked: bool | None = None,
) -> Stand:
    """Return the stand of a case and its plan; ``checked`` is what the independent check said, where it was asked."""
    region = case.pack.region
    return Stand(
        kind=kind,
        currency=region.currency,
        price_year=region.price_year,
        inputs_sha256=inputs_sha256(case),
        status=plan.status,
        gap=plan.gap,
        checked=checked,
        sources=used_sources(case, plan),
        versions=versions_of(plan),
        scenario=case.scenario.name,
        network=network_text(stored),
        remarks=(WORKING_DAY, ESTIMATES),
    )


def stand_of_subject(
    subject: Subject,
    stored: StoredVersion | None = None,
    kind: Kind = "optimum",
    *,
    checked: bool | None = None,
) -> Stand:
    """Return the stand of any planned problem, also one that came from a folder of a stranger's files."""
    return Stand(
        kind=kind,
        currency=subject.currency,
        price_year=subject.price_year,
        inputs_sha256=subject.inputs_sha256,
        status=subject.plan.status,
        gap=subject.plan.gap,
        checked=checked,
        sources=subject.sources,
        versions=versions_of(subject.plan),
        scenario=Text(en=subject.title, vi=subject.title),
        network=network_text(stored),
    )


def versions_of(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return the versions of what computed a plan, this program first."""
    return (("hinterland", version("hinterland")), *sorted(plan.versions))


def network_text(stored: StoredVersion | None) -> Text | None:
    """Return what a stored network is called; None for the corridors of the pack."""
    if stored is None:
        return None
    name = f"{stored.name} ({stored.version_id})"
    return Text(en=name, vi=name)
