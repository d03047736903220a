"""The secret that all web processes of one database share."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from api.service.tables import SECRETS
from supplychain.database import for_writing
from supplychain.registry.writing import now

SIGNING: Final = "signing"
LENGTH_BYTES: Final = 32


def shared_secret(engine: Engine) -> bytes:
    """Return the secret that signs cursors and tokens; the first process of a database makes it."""
    query = select(SECRETS.c.value).where(SECRETS.c.name == SIGNING)
    with engine.connect() as connection:
        known = connection.scalar(query)
    if known is None:
        made = {"name": SIGNING, "value": secrets.token_bytes(LENGTH_BYTES), "made_at": now()}
        try:
            with for_writing(engine).begin() as connection:
                connection.execute(insert(SECRETS).values(made))
        except IntegrityError:
            pass  # another process was first, and its secret counts
        with engine.connect() as connection:
            known = connection.execute(query).scalar_one()
    return bytes(known)
