"""The one metadata of all tables, and the rules between columns that a table can declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from sqlalchemy import Index, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from supplychain.geometry import Geometry
from supplychain.text import Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """In each row exactly one of these columns has a value."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """In each row at least one of these columns has a value."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ascending:
    """In each row the values of these columns do not fall from left to right; empty ones are passed over."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """Where any of the first columns has a value, each of the second has one too."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Different:
    """In each row these two columns differ."""

    columns: tuple[str, str]


@dataclass(frozen=True, slots=True)
class UniqueTogether:
    """No two rows agree in all of these columns; an empty value counts as a value."""

    columns: tuple[str, ...]


Rule = ExactlyOne | AtLeastOne | Ascending | Needs | Different | UniqueTogether


class Base(DeclarativeBase):
    """Root of every table: an integer key for GIS programs beside the natural key that people use."""

    metadata = METADATA

    meaning: ClassVar[Text]
    """What a row of the table is, in both languages."""

    rules: ClassVar[tuple[Rule, ...]] = ()
    """What must hold between the columns of a row, or between rows."""

    storage: ClassVar[Literal["csv", "yaml"]] = "csv"
    """How a region pack keeps the table: ``<table>.csv``, or a folder ``<table>/`` with one YAML file a row."""

    may_be_absent: ClassVar[bool] = False
    """Whether a region pack may leave the file out, which means an empty table."""

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401 - SQLAlchemy's options
        super().__init_subclass__(**options)
        for column in cls.__table__.columns:
            if isinstance(column.type, Geometry):
                name = f"ix_{cls.__tablename__}_{column.name}"
                Index(name, column, postgresql_using="gist").ddl_if(dialect="postgresql")

    fid: Mapped[int] = mapped_column(primary_key=True, sort_order=-200)
