"""How a column of the registry is declared: once, with type, unit, limits, words and meaning.

Every helper returns a ``mapped_column`` whose ``info`` holds the declaration. Whether a value is required follows
from the annotation: ``Mapped[float]`` is required, ``Mapped[float | None]`` is not. Validation of packs, import
templates and ``docs/columns.md`` are made from these declarations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import Boolean, Date, Double, ForeignKey, Integer
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import mapped_column

from supplychain.geometry import geometry
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.orm import MappedColumn

Kind = Literal["id", "text", "number", "integer", "boolean", "date", "list", "point", "line"]

LARGEST_INTEGER: Final = 2_147_483_647

WGS84: Final = 4326


@dataclass(frozen=True, slots=True)
class ColumnDeclaration:
    """What one column of a pack table holds.

    Parameters
    ----------
    name
        Column name in the file and in the DataFrame.
    kind
        ``id``, ``text``, ``number``, ``integer``, ``boolean`` (yes/no), ``date`` (ISO), ``list`` (``;`` between
        words), or the geometry kinds ``point`` and ``line`` (WKT).
    required
        Whether every row must hold a value.
    meaning
        What the value says, in both languages.
    unit
        Unit of a number; None for pure numbers and text.
    minimum, maximum
        Limits of a number, both allowed themselves.
    choices
        The only words allowed; empty for any.
    references
        ``table.column`` names the value must stand in; one of them is enough; empty for no reference.
    personal
        Whether it says something of a person: it is shown to the record's owner alone and can be erased from history.
    """

    name: str
    kind: Kind
    required: bool
    meaning: Text
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    personal: bool = False

    def __post_init__(self) -> None:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            msg = f"{self.name}: minimum {self.minimum} is above maximum {self.maximum}."
            raise ValueError(msg)

    @classmethod
    def of(cls, column: Column[Any]) -> ColumnDeclaration:
        """Return the declaration that a mapped column carries in its ``info``."""
        info = column.info
        return cls(
            name=column.name,
            kind=info["kind"],
            required=not column.nullable,
            meaning=info["meaning"],
            unit=info["unit"],
            minimum=info["minimum"],
            maximum=info["maximum"],
            choices=info["choices"],
            references=info["references"],
            personal=info["personal"],
        )


def _info(kind: Kind, meaning: Text, **limits: Any) -> dict[str, Any]:  # noqa: ANN401 - limits differ by kind
    blank: dict[str, Any] = {"unit": None, "minimum": None, "maximum": None, "choices": (), "references": ()}
    blank["personal"] = False
    return {"kind": kind, "meaning": meaning, **blank, **limits}


def identifier(en: str, vi: str) -> MappedColumn[Any]:
    """Return the natural key of a table: ASCII snake_case, unique in the whole pack."""
    return mapped_column(SqlText, unique=True, sort_order=-100, info=_info("id", Text(en=en, vi=vi)))


def text(en: str, vi: str, *, personal: bool = False, sort_order: int = 0) -> MappedColumn[Any]:
    """Return a column of free text; ``personal`` says that it names or reaches a person."""
    return mapped_column(SqlText, sort_order=sort_order, info=_info("text", Text(en=en, vi=vi), personal=personal))


def choice(choices: tuple[str, ...], en: str, vi: str, *, sort_order: int = 0) -> MappedColumn[Any]:
    """Return a text column that holds one of a few words."""
    return mapped_column(SqlText, sort_order=sort_order, info=_info("text", Text(en=en, vi=vi), choices=choices))


def words(choices: tuple[str, ...], en: str, vi: str) -> MappedColumn[Any]:
    """Return a column that holds several words of a closed list, ``;`` between them."""
    return mapped_column(SqlText, info=_info("list", Text(en=en, vi=vi), choices=choices))


def number(
    unit: str | None,
    en: str,
    vi: str,
    *,
    minimum: float | None = 0.0,
    maximum: float | None = None,
    sort_order: int = 0,
) -> MappedColumn[Any]:
    """Return a number column; no number is negative unless ``minimum`` says so."""
    info = _info("number", Text(en=en, vi=vi), unit=unit, minimum=minimum, maximum=maximum)
    return mapped_column(Double, sort_order=sort_order, info=info)


def share(en: str, vi: str) -> MappedColumn[Any]:
    """Return a number column between 0 and 1."""
    return number("share", en, vi, maximum=1.0)


def integer(
    unit: str | None,
    en: str,
    vi: str,
    *,
    minimum: int = 0,
    maximum: int = LARGEST_INTEGER,
    sort_order: int = 0,
) -> MappedColumn[Any]:
    """Return a whole-number column."""
    info = _info("integer", Text(en=en, vi=vi), unit=unit, minimum=minimum, maximum=maximum)
    return mapped_column(Integer, sort_order=sort_order, info=info)


def year(en: str, vi: str, *, sort_order: int = 0) -> MappedColumn[Any]:
    """Return a column of calendar years, 1850 to 2100."""
    return integer("year", en, vi, minimum=1850, maximum=2100, sort_order=sort_order)


def boolean(en: str, vi: str) -> MappedColumn[Any]:
    """Return a yes/no column."""
    return mapped_column(Boolean, info=_info("boolean", Text(en=en, vi=vi)))


def date(en: str, vi: str) -> MappedColumn[Any]:
    """Return a column of ISO dates."""
    return mapped_column(Date, info=_info("date", Text(en=en, vi=vi)))


def reference(target: str, en: str, vi: str, *, sort_order: int = 0) -> MappedColumn[Any]:
    """Return a foreign key to ``table.column``; it is verified when the transaction ends, so load order is free."""
    return mapped_column(
        SqlText,
        ForeignKey(target, deferrable=True, initially="DEFERRED"),
        sort_order=sort_order,
        info=_info("text", Text(en=en, vi=vi), references=(target,)),
    )


def loose_reference(targets: tuple[str, ...], en: str, vi: str, *, sort_order: int = 0) -> MappedColumn[Any]:
    """Return a reference that the pack's validation holds but the database cannot.

    It is for targets in a table of a room to the right, in one of several tables, or in a column that is no key.
    """
    info = _info("text", Text(en=en, vi=vi), references=targets)
    return mapped_column(SqlText, sort_order=sort_order, info=info)


def reference_list(target: str, en: str, vi: str, *, sort_order: int = 0) -> MappedColumn[Any]:
    """Return a column of several ids of ``table.column``, ``;`` between them."""
    info = _info("list", Text(en=en, vi=vi), references=(target,))
    return mapped_column(SqlText, sort_order=sort_order, info=info)


def position(en: str, vi: str, *, worldwide: bool = False) -> MappedColumn[Any]:
    """Return a POINT in WGS 84; the file and the DataFrame show it as the columns ``lat`` and ``lon``.

    ``worldwide`` says that the point may stand far from the region.
    """
    info = {**_info("point", Text(en=en, vi=vi)), "worldwide": worldwide}
    return mapped_column(geometry("POINT", WGS84), sort_order=10, info=info)


def line(en: str, vi: str) -> MappedColumn[Any]:
    """Return a LINESTRING in WGS 84; the file and the DataFrame show it as WKT, longitude before latitude."""
    return mapped_column(geometry("LINESTRING", WGS84), info=_info("line", Text(en=en, vi=vi)))
