"""The freight demand that follows from the registry, as a table to look into."""

from __future__ import annotations

from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from supplychain.models.base import Base
from supplychain.text import Text


class FreightDemand(Base):
    """One row of the base demand: tonnes and TEU per working day between a place and a market.

    Derived from the other tables when a region is loaded; planning derives it anew, so it is never read back.
    """

    __tablename__ = "demands"
    meaning = Text(en="Freight demand derived when the region was loaded", vi="Nhu cầu vận tải tính khi nạp vùng")

    demand_id: Mapped[str] = mapped_column(SqlText, unique=True)
    class_id: Mapped[str] = mapped_column(SqlText, index=True)
    commodity_id: Mapped[str] = mapped_column(SqlText)
    form: Mapped[str] = mapped_column(SqlText)
    direction: Mapped[str] = mapped_column(SqlText)
    origin_id: Mapped[str] = mapped_column(SqlText, index=True)
    destination_id: Mapped[str] = mapped_column(SqlText, index=True)
    mass_t_per_day: Mapped[float]
    teu_per_day: Mapped[float]
    trade_id: Mapped[str] = mapped_column(SqlText)
    place_id: Mapped[str] = mapped_column(SqlText)
    mix_id: Mapped[str] = mapped_column(SqlText)
    assumption_ids: Mapped[str] = mapped_column(SqlText)
    inputs_sha256: Mapped[str] = mapped_column(SqlText)
