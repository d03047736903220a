"""What a document says: frozen values that know nothing of HTML, Word or Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Final, Literal, TypeVar

from api.documents.figures import NOTHING, Bar, BarPart, Bars, Look, Map, MapLine, MapPoint
from supplychain.text import Text

__all__ = [
    "NOTHING", "Amount", "Bar", "BarPart", "Bars", "Cell", "Column", "Document", "Figure", "Kind", "Look", "Map",
    "MapLine", "MapPoint", "PlanStand", "Section", "Stand", "Table", "combined_stand",
]  # fmt: skip

Value = TypeVar("Value")

Kind = Literal["optimum", "forecast", "price", "measured"]
"""What the figures are: the best plan under stated costs, what is expected to happen, what one shipment is charged and
emits, or plain sums and observations."""

KINDS: Final = ("optimum", "forecast", "price", "measured")
LOOKS: Final = ("plain", "signed", "share")
WORST_FIRST: Final = ("stopped", "feasible", "no_flow_possible", "optimal")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a cell that is written otherwise than the rest of its column.

    Parameters
    ----------
    value
        The number; None, NaN and infinity are written as a dash.
    digits
        Decimals; of a share, decimals of its percentage.
    look
        How it is written.
    """

    value: float | None
    digits: int = 0
    look: Look = "plain"


Cell = str | Text | float | bool | date | Amount | None
"""What a cell holds; None, NaN and infinity are written as a dash."""


@dataclass(frozen=True, slots=True)
class PlanStand:
    """How far one plan of a document that speaks of several is proven.

    Parameters
    ----------
    name
        What was planned.
    status
        Status of the plan, a key of ``api.totals.STATUS_NAMES``.
    gap
        Proven relative gap, 0 to 1.
    inputs_sha256
        Hash of everything the plan follows from.
    """

    name: Text
    status: str
    gap: float
    inputs_sha256: str


@dataclass(frozen=True, slots=True)
class Stand:
    """What every page of a document must say of its figures.

    Parameters
    ----------
    kind
        ``optimum``, ``forecast``, ``price`` or ``measured``.
    currency
        Of all money.
    price_year
        Year of the prices; None where it is not known.
    inputs_sha256
        Hash of everything the figures follow from; empty where there is none.
    status, gap
        Of the plan behind the figures (the worst of several); None where there is no plan.
    checked
        Whether the independent check found the plan right; None where there is nothing to check or nobody did.
    sources
        Titles of what the figures rest on.
    versions
        (library, version) of what computed them.
    scenario
        What was planned; several names where several plans are compared.
    network
        Stored network that was planned on; None for the corridors of the pack or the tables of a folder.
    remarks
        What the reader must know besides, such as what is made up or assumed.
    plans
        The plans one by one, where there is more than one.
    made_on
        Day the document was made, where one is to be printed: documents hold no clock of their own.
    """

    kind: Kind
    currency: str
    price_year: int | None
    inputs_sha256: str
    status: str | None = None
    gap: float | None = None
    checked: bool | None = None
    sources: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    scenario: Text = NOTHING
    network: Text | None = None
    remarks: tuple[Text, ...] = ()
    plans: tuple[PlanStand, ...] = ()
    made_on: date | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            msg = f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}."
            raise ValueError(msg)
        if self.kind == "optimum" and (self.status is None or self.gap is None):
            msg = "An optimum must say its status and its gap."
            raise ValueError(msg)

    def with_remarks(self, *remarks: Text) -> Stand:
        """Return the stand with more to say."""
        return replace(self, remarks=(*self.remarks, *(one for one in remarks if one not in self.remarks)))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    key
        Its name for programs, ASCII with underscores.
    label
        Heading, without the unit.
    unit
        Unit; empty where there is none. A share is in percent whatever stands here.
    digits
        Decimals of a number; of a share, decimals of its percentage.
    is_number
        True for numbers: right-aligned, and numbers in a workbook.
    look
        How numbers are written.
    meaning
        What it holds, for the list of columns; the label where nothing is said.
    """

    key: str
    label: Text
    unit: Text = NOTHING
    digits: int = 0
    is_number: bool = False
    look: Look = "plain"
    meaning: Text | None = None

    def __post_init__(self) -> None:
        if self.look not in LOOKS:
            msg = f"look must be one of {', '.join(LOOKS)}, got {self.look!r}."
            raise ValueError(msg)
        if self.digits < 0:
            msg = f"digits must be at least 0, got {self.digits}."
            raise ValueError(msg)

    @property
    def heading(self) -> Text:
        """Heading with the unit."""
        unit = Text(en="%", vi="%") if self.look == "share" else self.unit
        if not (unit.en or unit.vi):
            return self.label
        if not (self.label.en or self.label.vi):
            return unit
        return Text(en=f"{self.label.en}, {unit.en}", vi=f"{self.label.vi}, {unit.vi}")


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Parameters
    ----------
    title
        Heading.
    columns
        Its columns.
    rows
        Cells, row by row, in the order of the columns.
    note
        What the reader must know to read it.
    strong
        Indices of rows that stand out, such as totals.
    open_rows
        Rows a page shows before the reader asks for the rest; None for all. Paper and workbooks hold all rows.
    sheet
        Short name for the sheet of a workbook; the title where nothing is said.
    """

    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text | None = None
    strong: frozenset[int] = frozenset()
    open_rows: int | None = None
    sheet: Text | None = None

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if not keys:
            msg = f"{self.title.en!r} has no columns."
            raise ValueError(msg)
        if len(set(keys)) != len(keys):
            msg = f"columns must have different keys, got {keys}."
            raise ValueError(msg)
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                msg = f"row {number} of {self.title.en!r} has {len(row)} cells for {len(self.columns)} columns."
                raise ValueError(msg)


Figure = Bars | Map


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading.

    Parameters
    ----------
    title
        Heading.
    paragraphs
        Sentences first.
    tables, figures
        Then figures, then tables.
    sections
        Parts under it.
    """

    title: Text
    paragraphs: tuple[Text, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()

    def every_table(self) -> tuple[Table, ...]:
        """Return its tables and those of the parts under it."""
        return (*self.tables, *(table for part in self.sections for table in part.every_table()))


@dataclass(frozen=True, slots=True)
class Document:
    """The answer to a question.

    Parameters
    ----------
    title
        Heading of all.
    stand
        What the figures are.
    sections
        Its parts.
    summary
        The answer in a few sentences.
    """

    title: Text
    stand: Stand
    sections: tuple[Section, ...]
    summary: tuple[Text, ...] = ()

    def every_table(self) -> tuple[Table, ...]:
        """Return all tables in reading order."""
        return tuple(table for section in self.sections for table in section.every_table())


def combined_stand(named: Mapping[Text, Stand] | tuple[tuple[Text, Stand], ...]) -> Stand:
    """Return the stand of a document that speaks of several plans: the worst status, the largest gap, every hash.

    Its own hash is the SHA-256 of theirs, one a line.

    Parameters
    ----------
    named
        Stand of each plan with the name of the plan.

    Raises
    ------
    ValueError
        If there is none, or their money is not the same.
    """
    pairs = tuple(named.items()) if isinstance(named, Mapping) else named
    if not pairs:
        msg = "A stand needs at least one plan."
        raise ValueError(msg)
    stands = [stand for _, stand in pairs]
    money = {(stand.currency, stand.price_year) for stand in stands}
    if len(money) > 1:
        msg = f"Plans of one document must be in one money, got {sorted(map(str, money))}."
        raise ValueError(msg)
    plans = tuple(
        PlanStand(name, stand.status, stand.gap or 0.0, stand.inputs_sha256)
        for name, stand in pairs
        if stand.status is not None
    )
    statuses = [plan.status for plan in plans]
    names = [name for name, _ in pairs]
    return replace(
        stands[0],
        status=min(statuses, key=WORST_FIRST.index) if statuses else None,
        gap=max((plan.gap for plan in plans), default=None),
        inputs_sha256=_joined_hash([stand.inputs_sha256 for stand in stands]),
        checked=_all_checked([stand.checked for stand in stands if stand.status is not None]),
        sources=_once(source for stand in stands for source in stand.sources),
        versions=_once(version for stand in stands for version in stand.versions),
        remarks=_once(remark for stand in stands for remark in stand.remarks),
        scenario=Text(en=" · ".join(name.en for name in names), vi=" · ".join(name.vi for name in names)),
        plans=plans if len(plans) > 1 else (),
    )


def _joined_hash(hashes: list[str]) -> str:
    """Return the SHA-256 of several hashes, one a line; of one, the hash itself."""
    return hashes[0] if len(hashes) == 1 else sha256("\n".join(hashes).encode()).hexdigest()


def _all_checked(checks: list[bool | None]) -> bool | None:
    """Return whether all plans were found right; None where one was not checked."""
    if not checks or None in checks:
        return None
    return all(checks)


def _once(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))
