"""Sources that values name as their origin: every one must be a row of ``sources``."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from sqlalchemy import Connection, select

from supplychain.models import DataSource
from supplychain.registry.drafts import Draft
from supplychain.registry.tables import is_in
from supplychain.registry.values import RegistryError
from supplychain.rules import shown
from supplychain.text import Text

NO_SOURCE: Final = Text(
    en="Values are said to come from {source}, and there is no such row in sources. Add it first, with its licence.",
    vi="Giá trị được ghi là lấy từ {source} nhưng bảng sources không có dòng này. Hãy thêm trước, kèm giấy phép.",
)


NEW_VALUES: Final = ("load", "import", "edit")
"""Kinds of changes whose values must come from sources that are there; the others move what the registry holds."""


def new_sources(draft: Draft) -> set[str]:
    """Return the sources that a draft names and its record did not name before."""
    return {origin.source_id for name, origin in draft.new.origins.items() if draft.base.origins.get(name) != origin}


def check_sources(connection: Connection, drafts: Iterable[Draft], known: AbstractSet[str] = frozenset()) -> None:
    """Refuse origins that are no rows of ``sources``.

    Parameters
    ----------
    connection, drafts
        The transaction, and what it wrote.
    known
        Sources that are there, as the caller has just read.

    Raises
    ------
    RegistryError
        If one is none.
    """
    named: set[str] = set()
    for draft in drafts:
        named |= new_sources(draft)
    refuse_unknown_sources(connection, named - known)


def present_sources(connection: Connection, names: Iterable[str]) -> set[str]:
    """Return those of some names that are rows of ``sources``."""
    wanted = set(names)
    if not wanted:
        return wanted
    column = DataSource.__table__.c.source_id
    return set(connection.scalars(select(column).where(is_in(connection, column, wanted))))


def refuse_unknown_sources(connection: Connection, named: Iterable[str]) -> None:
    """Refuse names that are no rows of ``sources``.

    Raises
    ------
    RegistryError
        If one is none.
    """
    wanted = set(named)
    unknown = wanted - present_sources(connection, wanted)
    if unknown:
        raise RegistryError(NO_SOURCE.format(source=", ".join(shown(one) for one in sorted(unknown)[:5])))
