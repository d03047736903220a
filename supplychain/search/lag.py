"""What the registry has that an index has not: whether a question may be answered before the index has taken it in.

It may while what is left out has only been added, or given other words: somebody then finds it a moment later. It may
not where the index would still show what has been hidden, removed, erased, merged or emptied, or what now belongs to
somebody else; nor where the one who asks has written it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import Connection, and_, select

from supplychain.models.registry import CHANGES, REVISIONS

Pending = Literal["nothing", "harmless", "pressing"]

HARMLESS_KINDS: Final = frozenset(("edit", "import"))
HARMLESS_OPERATIONS: Final = frozenset(("added", "changed"))

TELLING_WHO_SEES: Final = frozenset(
    ("visibility", "synthetic", "organisation_id", "facility_id", "offer_id", "article_id", "park_id", "tax_code")
)
"""Columns that say who is shown a record, or under whom it is found."""

MOST_REVISIONS: Final = 200
"""More than these are not looked through: taking them in is worth the while."""


def pending(connection: Connection, held: Mapping[str, Any], author: str) -> Pending:
    """Return what the registry has that an index has not.

    Parameters
    ----------
    connection
        Of the database.
    held
        What the index says of itself: ``number`` and ``at`` of the last change it holds.
    author
        Who asks, as history names them: their own changes are pressing. Empty for nobody.
    """
    number = int(held.get("number", -1))
    newer = and_(REVISIONS.c.change_id == CHANGES.c.fid, CHANGES.c.number > number)
    query = (
        select(
            CHANGES.c.number,
            CHANGES.c.committed_at,
            CHANGES.c.kind,
            CHANGES.c.author,
            REVISIONS.c.operation,
            REVISIONS.c.touched,
            REVISIONS.c.content,
        )
        .select_from(CHANGES.outerjoin(REVISIONS, newer))
        .where(CHANGES.c.number >= number)
        .order_by(CHANGES.c.number)
        .limit(MOST_REVISIONS + 2)
    )
    rows = connection.execute(query).all()
    if number <= 0 or not rows or (rows[0].number, rows[0].committed_at) != (number, held.get("at")):
        return "pressing"  # another database, or one that stepped back
    rest = rows[1:]
    if not rest:
        return "nothing"
    if len(rest) > MOST_REVISIONS:
        return "pressing"
    harmless = all(
        row.kind in HARMLESS_KINDS
        and (not author or row.author != author)
        and (row.operation is None or _only_tells_more(row.operation, row.touched, row.content))
        for row in rest
    )
    return "harmless" if harmless else "pressing"


def _only_tells_more(operation: str, touched: str, content: str | None) -> bool:
    """Return whether a revision adds a record or replaces words by others, and nothing is hidden or taken away."""
    if operation not in HARMLESS_OPERATIONS or content is None:
        return False
    if operation == "added":
        return True
    columns = set(touched.split(";")) - {""}
    values: Mapping[str, Any] = json.loads(content)
    return not columns & TELLING_WHO_SEES and all(values.get(name) is not None for name in columns)
