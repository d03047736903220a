"""The audit trail: who did what, when, to what. Written in the transaction of the write itself, and never changed."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from api.access.caller import Caller
from api.service.tables import AUDIT
from supplychain.registry.writing import now


def enter_audit(connection: Connection, caller: Caller, action: str, subject: str, request_id: str = "") -> None:
    """Enter a write in the audit trail, in the transaction that makes it.

    Parameters
    ----------
    caller
        Who does it.
    action
        What it is, such as ``organisations.create``.
    subject
        Id of what it is done to.
    request_id
        Request it came with; the job or command for others.
    """
    row = {
        "at": now(),
        "account_id": caller.account_id,
        "author": caller.name,
        "means": caller.means,
        "action": action,
        "subject": subject,
        "request_id": request_id,
    }
    connection.execute(insert(AUDIT), row)
