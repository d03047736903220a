"""Internal targets that the operator lets webhooks reach: kept in the database, changed from the command line only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select

from api.webhooks.addresses import Target, read_target
from api.webhooks.tables import WEBHOOK_TARGETS
from supplychain.database import for_writing
from supplychain.errors import HinterlandError
from supplychain.registry.writing import now
from supplychain.text import Text

IS_THERE: Final = Text(en="{target} is allowed already.", vi="{target} đã được phép.")
NOT_THERE: Final = Text(
    en="{target} is not among the allowed targets; see hinterland webhook allowed.",
    vi="{target} không có trong các đích được phép; xem hinterland webhook allowed.",
)


def allowed_targets(connection: Connection) -> list[Target]:
    """Return the internal targets that the operator allows."""
    return [read_target(one) for one in connection.scalars(select(WEBHOOK_TARGETS.c.target))]


def list_targets(engine: Engine) -> list[Mapping[str, Any]]:
    """Return the targets with their notes, in the order in which they were allowed."""
    columns = (WEBHOOK_TARGETS.c.target, WEBHOOK_TARGETS.c.note, WEBHOOK_TARGETS.c.added_at)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).order_by(WEBHOOK_TARGETS.c.fid)).mappings().all()
    return [dict(row) for row in rows]


def allow_target(engine: Engine, text: str, note: str) -> Target:
    """Allow a target and return it.

    Raises
    ------
    HinterlandError
        If it is none, nobody may allow it, or it is allowed already.
    """
    target = read_target(text)
    with for_writing(engine).begin() as connection:
        if target in allowed_targets(connection):
            raise HinterlandError(IS_THERE.format(target=target.text))
        connection.execute(insert(WEBHOOK_TARGETS).values(target=target.text, note=note, added_at=now()))
    return target


def forbid_target(engine: Engine, text: str) -> Target:
    """Take a target off the list and return it.

    Raises
    ------
    HinterlandError
        If it is not on it.
    """
    target = read_target(text)
    with for_writing(engine).begin() as connection:
        gone = connection.execute(delete(WEBHOOK_TARGETS).where(WEBHOOK_TARGETS.c.target == target.text))
        if not gone.rowcount:
            raise HinterlandError(NOT_THERE.format(target=target.text))
    return target
