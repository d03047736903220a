"""The demand of a region in its database."""

from __future__ import annotations

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from supplychain.demand.values import Demand
from supplychain.models.demand import FreightDemand


def store_demand(session: Session, demand: Demand, inputs_sha256: str) -> int:
    """Put a demand in the place of the one the database holds; return the number of rows.

    Parameters
    ----------
    session
        A session whose transaction the caller ends.
    demand
        The base demand of the region.
    inputs_sha256
        Hash of the pack it was derived from.
    """
    columns = [column.name for column in FreightDemand.__table__.columns if column.name not in {"fid", "inputs_sha256"}]
    rows = demand.to_frame()[columns].to_dict("records")
    session.execute(delete(FreightDemand))
    if rows:
        session.execute(insert(FreightDemand), [row | {"inputs_sha256": inputs_sha256} for row in rows])
    return len(rows)
